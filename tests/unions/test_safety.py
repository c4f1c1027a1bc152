"""The safety cup's quarterly figures: found = fixed + open, and what is open is carried into the next quarter."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from tests.factories.unions import UnionFactory
from tests.unions.labour import employer_of, federation, officer
from unions.access import Role
from unions.models import Employer, Inspection, ReportingPeriod, SafetyReturn, Union
from unions.services.safety import save_inspection, save_safety_return

pytestmark = pytest.mark.usefixtures("as_system")
Q1, Q2, Q3 = date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)


@pytest.fixture
def union() -> Union:
    return UnionFactory(parent=federation())


@pytest.fixture
def employer(union: Union) -> Employer:
    return employer_of(union)


def figures(union: Union, employer: Employer, quarter: date = Q1, **hazards: int) -> SafetyReturn:
    """``carried_in``, ``found``, ``fixed`` and ``open`` by their short names."""
    named = {f"hazards_{name}": number for name, number in hazards.items()}
    return save_safety_return(
        row=SafetyReturn(union=union, employer=employer, quarter_start=quarter, **named), actor=officer()
    )


def test_a_quarter_that_adds_up_is_stored(union: Union, employer: Employer) -> None:
    assert figures(union, employer, found=12, fixed=9, open=3).pk


def test_hazards_that_do_not_add_up_are_refused_with_the_sum(union: Union, employer: Employer) -> None:
    with pytest.raises(ValidationError) as refusal:
        figures(union, employer, carried_in=2, found=12, fixed=9, open=3)
    # 2 + 12 = 14 known, 9 + 3 = 12 settled
    assert (
        "14" in refusal.value.message_dict["hazards_fixed"][0]
        and "12" in refusal.value.message_dict["hazards_fixed"][0]
    )
    assert not SafetyReturn.objects.exists()


def test_a_quarter_carries_in_what_the_one_before_left_open(union: Union, employer: Employer) -> None:
    figures(union, employer, Q1, found=12, fixed=9, open=3)
    with pytest.raises(ValidationError) as refusal:
        figures(union, employer, Q2, carried_in=2, found=1, fixed=3)
    assert "3" in refusal.value.message_dict["hazards_carried_in"][0]
    # 3 + 1 = 4 fixed
    assert figures(union, employer, Q2, carried_in=3, found=1, fixed=4).pk


def test_a_quarter_recorded_later_fits_the_one_after(union: Union, employer: Employer) -> None:
    figures(union, employer, Q2, carried_in=3, found=1, fixed=4)
    with pytest.raises(ValidationError) as refusal:
        figures(union, employer, Q1, found=12, fixed=10, open=2)
    assert "3" in refusal.value.message_dict["hazards_open"][0]
    assert figures(union, employer, Q1, found=12, fixed=9, open=3).pk


def test_what_is_open_is_not_carried_over_a_gap(union: Union, employer: Employer) -> None:
    figures(union, employer, Q1, found=12, fixed=9, open=3)
    assert figures(union, employer, Q3, found=1, fixed=1).pk


@pytest.mark.parametrize("quarter", [date(2026, 2, 1), date(2126, 1, 1)])
def test_a_quarter_begins_on_its_first_day_and_has_begun(union: Union, employer: Employer, quarter: date) -> None:
    with pytest.raises(ValidationError) as refusal:
        figures(union, employer, quarter)
    assert "quarter_start" in refusal.value.message_dict
    assert not SafetyReturn.objects.exists()


def test_the_figures_of_a_locked_quarter_stay(union: Union, employer: Employer) -> None:
    ReportingPeriod.objects.create(
        code="2026H1", kind="HALF", start=Q1, end=Q3, locked_at=timezone.now(), locked_by=officer()
    )
    with pytest.raises(ValidationError) as refusal:
        figures(union, employer, Q2)
    assert "2026H1" in refusal.value.message_dict["quarter_start"][0]
    assert not SafetyReturn.objects.exists()
    assert figures(union, employer, Q3).pk


def test_a_quarter_is_recorded_once(union: Union, employer: Employer) -> None:
    figures(union, employer)
    with pytest.raises(ValidationError):
        figures(union, employer)
    assert SafetyReturn.objects.count() == 1


def test_a_quarter_has_no_more_safe_days_than_days(union: Union, employer: Employer) -> None:
    row = SafetyReturn(union=union, employer=employer, quarter_start=Q1, safe_days=91)
    with pytest.raises(ValidationError) as refusal:
        save_safety_return(row=row, actor=officer())
    assert "90" in refusal.value.message_dict["safe_days"][0]
    assert not SafetyReturn.objects.exists()


def test_a_chair_records_his_own_employer_only(union: Union, employer: Employer) -> None:
    chair = officer(Role.CHAIR, at=union)
    stranger = employer_of(UnionFactory(parent=federation()))
    with pytest.raises(ValidationError):
        save_safety_return(row=SafetyReturn(union=union, employer=stranger, quarter_start=Q1), actor=chair)
    with pytest.raises(PermissionDenied):
        save_safety_return(row=SafetyReturn(union=UnionFactory(), employer=employer, quarter_start=Q1), actor=chair)
    assert not SafetyReturn.objects.exists()
    assert save_safety_return(row=SafetyReturn(union=union, employer=employer, quarter_start=Q1), actor=chair).pk


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("inspected_on", {"inspected_on": date(2126, 1, 1)}),
        ("rectified_on", {"findings": 2, "rectified_on": date(2026, 3, 1)}),
        ("rectified_on", {"findings": 0, "rectified_on": date(2026, 3, 9)}),
    ],
)
def test_an_inspection_that_does_not_fit_is_refused(
    union: Union, employer: Employer, field: str, values: dict[str, Any]
) -> None:
    row = Inspection(union=union, employer=employer, **{"inspected_on": date(2026, 3, 2), **values})
    with pytest.raises(ValidationError) as refusal:
        save_inspection(inspection=row, actor=officer())
    assert field in refusal.value.message_dict
    assert not Inspection.objects.exists()
