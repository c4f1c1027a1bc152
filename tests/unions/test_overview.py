"""How the returns of the open quarter stand, and what falls due, for whoever looks."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.unions import CommunityFactory, EmployerFactory, UnionFactory, UserFactory
from unions.access import Role
from unions.models import CommitteeTerm, QuarterlyReturn, ReportingPeriod, ReturnObligation, Union
from unions.overview import due_lines, open_quarter, progress, progress_by_community, progress_by_size

pytestmark = pytest.mark.usefixtures("as_system")
TODAY = date(2026, 7, 20)


@pytest.fixture
def quarter() -> ReportingPeriod:
    return ReportingPeriod.objects.create(
        code="2026Q2", kind="QUARTER", start=date(2026, 4, 1), end=date(2026, 7, 1), due_on=date(2026, 7, 10)
    )


def owing(quarter: ReportingPeriod, *statuses: str, staff: int, community: str = "C01") -> Union:
    """A union of so many employees that owes the quarter's return and has filed versions of these states."""
    place = CommunityFactory(code=community)
    union = UnionFactory(community=place)
    EmployerFactory(union=union, community=place, employees=staff, covered_by=union)
    owed = ReturnObligation.objects.create(union=union, period=quarter, due_on=date(2026, 7, 10))
    for version, status in enumerate(statuses, 1):
        QuarterlyReturn.objects.create(
            union=union, obligation=owed, version=version, status=status, reason="补正" if status == "SENT_BACK" else ""
        )
    return union


def test_returns_are_counted_by_their_newest_version_and_by_size(quarter: ReportingPeriod) -> None:
    owing(quarter, "SENT_BACK", "ACCEPTED", staff=120)
    owing(quarter, "SUBMITTED", staff=25)
    owing(quarter, "DRAFT", staff=99, community="C02")
    owing(quarter, staff=24, community="C02")
    user = UserFactory(role=Role.ORGANISATION)
    whole = progress(user, quarter)
    # 1 accepted + 1 submitted of 4: 50 %
    assert (whole.expected, whole.filed, whole.draft, whole.missing, whole.rate) == (4, 2, 1, 1, "50.0%")
    assert [(row.expected, row.filed) for row in progress_by_size(user, quarter)] == [(1, 1), (2, 1), (1, 0)]
    assert [(row.expected, row.filed) for row in progress_by_community(user, quarter)] == [(2, 2), (2, 0)]
    assert open_quarter() == quarter


def test_a_chair_counts_his_own_union_alone(quarter: ReportingPeriod) -> None:
    own = owing(quarter, "SUBMITTED", staff=30)
    owing(quarter, staff=30)
    assert progress(UserFactory(role=Role.CHAIR, role__at=own), quarter).expected == 1


def test_what_is_due_comes_oldest_first_and_says_what_is_late(quarter: ReportingPeriod) -> None:
    union = owing(quarter, staff=30)
    CommitteeTerm.objects.create(
        union=union, term_no=1, elected_on=date(2021, 8, 1), years=5, due_on=date(2026, 8, 1), is_first=True
    )
    found = due_lines(UserFactory(role=Role.CHAIR, role__at=union), TODAY)
    assert [(line.day, line.is_late) for line in found] == [
        (date(2026, 7, 10), True),
        (date(2026, 8, 1), False),
    ]


def test_an_approved_extension_moves_the_deadline(quarter: ReportingPeriod) -> None:
    union = UnionFactory()
    CommitteeTerm.objects.create(
        union=union,
        term_no=1,
        elected_on=date(2021, 6, 1),
        years=5,
        due_on=date(2026, 6, 1),
        extended_until=date(2026, 12, 1),
        extension_document="工〔2026〕3号",
    )
    assert due_lines(UserFactory(role=Role.CHAIR, role__at=union), TODAY) == []
