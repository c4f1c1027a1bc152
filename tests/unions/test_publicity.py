"""Dispatches are scored by the rule of the day they were adopted; a visit to found a union goes where there is none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories.unions import EmployerFactory, UnionFactory, UserFactory
from unions.access import Role
from unions.models import AuditEntry, Dispatch, DispatchScore, Outreach, Union, UnionForm, User
from unions.periods import HalfYear
from unions.services.outreach import save_visit
from unions.services.publicity import ranking, save_dispatch
from unions.workflow.dispatches import DISPATCHES, DispatchState

pytestmark = pytest.mark.usefixtures("as_system")
SENT, ADOPTED = date(2026, 2, 10), date(2026, 2, 12)


class Cast:
    """A federation, a union and an officer; scores 2 points for a district outlet, 5 for the city's, 6 from June."""

    def __init__(self) -> None:
        self.federation: Union = UnionFactory(form=UnionForm.SUBDISTRICT)
        self.union: Union = UnionFactory(parent=self.federation)
        self.officer: User = UserFactory(role=Role.CULTURE, role__at=self.federation)
        june = date(2026, 6, 1)
        for level, points, start, end in (
            ("DISTRICT", 2, date(2020, 1, 1), None),
            ("CITY", 5, date(2020, 1, 1), june),
            ("CITY", 6, june, None),
        ):
            DispatchScore.objects.create(level=level, points=points, source="考核细则", start=start, end=end)

    def sent(self, union: Union | None = None, level: str = "DISTRICT", day: date = SENT) -> Dispatch:
        row = Dispatch(union=union or self.union, title="新春走访", outlet="区工会信息", level=level, submitted_on=day)
        return save_dispatch(dispatch=row, actor=self.officer)

    def adopt(self, row: Dispatch, day: date = ADOPTED, **facts: Any) -> Dispatch:
        return DISPATCHES.move(row=row, to=DispatchState.ADOPTED, actor=self.officer, on=day, facts=facts)


@pytest.fixture
def cast(as_system: None) -> Cast:
    return Cast()


@pytest.mark.parametrize(
    ("level", "day", "points"),
    [
        ("DISTRICT", ADOPTED, 2),
        ("CITY", date(2026, 5, 31), 5),
        # From 1 June the new rule holds
        ("CITY", date(2026, 6, 1), 6),
    ],
)
def test_adopting_scores_by_the_rule_of_that_day_and_level(cast: Cast, level: str, day: date, points: int) -> None:
    row = cast.adopt(cast.sent(level=level), day)
    row.refresh_from_db()
    assert (row.adopted_on, row.score) == (day, Decimal(points))


def test_a_higher_outlet_than_was_meant_takes_it(cast: Cast) -> None:
    row = cast.adopt(cast.sent(), outlet="市职工报", level="CITY")
    assert (row.outlet, row.score) == ("市职工报", 5)


@pytest.mark.parametrize(("level", "day"), [("NATIONAL", ADOPTED), ("DISTRICT", date(2026, 2, 9))])
def test_without_a_rule_or_before_it_was_sent_nothing_is_adopted(cast: Cast, level: str, day: date) -> None:
    row = cast.sent(level=level)
    before = AuditEntry.objects.count()
    with pytest.raises(ValidationError) as refusal:
        cast.adopt(row, day)
    assert refusal.value.code == "not_ready"
    row.refresh_from_db()
    assert (row.adopted_on, row.score, AuditEntry.objects.count()) == (None, None, before)


def test_an_adoption_recorded_by_mistake_is_taken_back_with_its_score(cast: Cast) -> None:
    row = cast.adopt(cast.sent())
    DISPATCHES.move(row=row, to=DispatchState.SUBMITTED, actor=cast.officer)
    row.refresh_from_db()
    assert (row.adopted_on, row.score) == (None, None)


def test_the_level_of_an_adopted_dispatch_stays(cast: Cast) -> None:
    row = cast.adopt(cast.sent())
    row.level = "CITY"
    with pytest.raises(ValidationError) as refusal:
        save_dispatch(dispatch=row, actor=cast.officer)
    assert set(refusal.value.error_dict) == {"level"}
    row.refresh_from_db()
    assert row.level == "DISTRICT"


def test_the_rights_officer_records_no_dispatch(cast: Cast) -> None:
    row = Dispatch(union=cast.union, title="题", outlet="报", level="DISTRICT", submitted_on=SENT)
    with pytest.raises(PermissionDenied):
        save_dispatch(dispatch=row, actor=UserFactory(role=Role.RIGHTS, role__at=cast.federation))
    assert not Dispatch.objects.exists()


def test_unions_are_ranked_by_the_score_of_the_period(cast: Cast) -> None:
    second, third = UnionFactory(), UnionFactory()
    cast.adopt(cast.sent())
    cast.adopt(cast.sent(level="CITY"))
    cast.sent()
    for _number in range(2):
        cast.adopt(cast.sent(second))
    cast.sent(third)
    cast.adopt(cast.sent(third), date(2026, 7, 1))
    found = ranking(Dispatch.objects.all(), HalfYear(2026, 1))
    # The union: 2 + 5 = 7 of 3 sent; second: 2 + 2 = 4 of 2; third: adopted in July, so 0 of 2 in this half-year
    assert [(row.place, row.union_id, row.submitted, row.adopted, row.score) for row in found] == [
        (1, cast.union.pk, 3, 2, 7),
        (2, second.pk, 2, 2, 4),
        (3, third.pk, 2, 0, 0),
    ]
    assert (found[0].levels["DISTRICT"], found[0].levels["CITY"]) == (1, 1)


def test_equal_scores_share_a_place(cast: Cast) -> None:
    for union in (cast.union, UnionFactory()):
        cast.adopt(cast.sent(union))
    assert [row.place for row in ranking(Dispatch.objects.all(), HalfYear(2026, 1))] == [1, 1]


# -- Visits ----------------------------------------------------------------------------------------------------------


def visit(cast: Cast, employer: Any, **facts: Any) -> Outreach:
    known = {"visited_on": SENT, "purpose": Outreach.Purpose.FOUNDING, "result": Outreach.Result.WILLING}
    return save_visit(visit=Outreach(union=cast.federation, employer=employer, **(known | facts)), actor=cast.officer)


def test_a_visit_to_found_a_union_is_recorded_with_its_result(cast: Cast) -> None:
    row = visit(cast, EmployerFactory(union=cast.federation))
    assert (row.result, row.created_by) == (Outreach.Result.WILLING, cast.officer)


@pytest.mark.parametrize(
    ("employer", "facts", "field"),
    [
        ({"organised": True}, {}, "purpose"),
        ({"closed_on": date(2026, 1, 1)}, {}, "employer"),
        ({}, {"result": ""}, "result"),
        ({}, {"visited_on": date(2199, 1, 1)}, "visited_on"),
        ({}, {"purpose": Outreach.Purpose.BOOKS}, "books_given"),
    ],
)
def test_a_visit_that_does_not_fit_is_refused_at_the_field(
    cast: Cast, employer: dict[str, Any], facts: dict[str, Any], field: str
) -> None:
    covered = cast.union if employer.pop("organised", False) else None
    with pytest.raises(ValidationError) as refusal:
        visit(cast, EmployerFactory(union=cast.federation, covered_by=covered, **employer), **facts)
    assert set(refusal.value.error_dict) == {field}
    assert not Outreach.objects.exists()


def test_an_organised_employer_is_visited_for_another_purpose(cast: Cast) -> None:
    employer = EmployerFactory(union=cast.federation, covered_by=cast.union)
    assert visit(cast, employer, purpose=Outreach.Purpose.SURVEY, result="").pk
