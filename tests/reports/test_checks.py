"""The consistency rules: each passes on sound rows, fails on the contradiction it is for, may be explained by name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from finance.models import DuesRecord
from members.models import Activity, ActivityKind
from reports.checks import RULES, Outcome, Status, run_checks
from reports.indicators import REGISTRY
from reports.models import CheckExplanation
from tests.factories.members import member_of
from tests.factories.unions import UnionFactory
from unions.access import Scope
from unions.models import Union, UnionCensus, UnionEvent, UnionForm
from unions.periods import HalfYear

pytestmark = pytest.mark.usefixtures("as_system")
HALF = HalfYear(2026, 1)


@pytest.fixture
def federation() -> Union:
    return UnionFactory(form=UnionForm.SUBDISTRICT, code="F")


def outcome(code: str) -> Outcome:
    return next(o for o in run_checks(HALF, Scope.everything(), RULES) if o.rule.code == code)


def test_without_rows_there_is_nothing_to_compare(federation: Union) -> None:
    UnionFactory(parent=federation)
    statuses = {o.rule.code: o.status for o in run_checks(HALF, Scope.everything(), RULES)}
    assert statuses["SUM-01"] is Status.NOT_APPLICABLE
    assert Status.FAILED not in statuses.values()


def test_a_founding_without_its_event_breaks_the_stock(federation: Union) -> None:
    UnionFactory(parent=federation)
    new = UnionFactory(parent=federation, founded_on=date(2026, 2, 1))
    # 1 + 0 events = 1, but 2 exist
    assert outcome("FLOW-01").status is Status.FAILED
    UnionEvent.objects.create(union=new, kind="FOUNDED", happened_on=date(2026, 2, 1))
    assert outcome("FLOW-01").status is Status.PASSED


def dues(union: Union, month: int, amount: str) -> None:
    DuesRecord.objects.create(union=union, month=date(2026, month, 1), amount_paid=Decimal(amount))


def test_an_amount_in_the_wrong_unit_stands_out(federation: Union) -> None:
    for month in range(1, 6):
        dues(federation, month, "640.00")
    assert outcome("UNIT-01").status is Status.PASSED
    # 64,228.50 yuan typed as 万元 (C-02)
    dues(federation, 6, "642285000.00")
    failed = outcome("UNIT-01")
    assert failed.status is Status.FAILED
    assert "642,285,000.00" in failed.detail.zh


def test_an_activity_entered_twice_is_found(federation: Union) -> None:
    for title in ("趣味运动会", "趣味运动会", "书画展"):
        Activity.objects.create(
            union=federation, kind=ActivityKind.SPORT, title=title, starts_on=date(2026, 5, 4), ends_on=date(2026, 5, 4)
        )
    failed = outcome("TWICE-01")
    assert failed.status is Status.FAILED
    assert "趣味运动会" in failed.detail.zh and "书画展" not in failed.detail.zh


def census(union: Union, members: int) -> None:
    UnionCensus.objects.create(union=union, as_of=date(2026, 6, 30), members=members)


@pytest.mark.parametrize(("declared", "status"), [(10, Status.PASSED), (13, Status.PASSED), (14, Status.FAILED)])
def test_declared_members_may_differ_from_the_roster_by_three_or_a_tenth(
    federation: Union, declared: int, status: Status
) -> None:
    union = UnionFactory(parent=federation)
    for _number in range(10):
        member_of(union)
    census(union, declared)
    assert outcome("ROSTER-01").status is status


def test_a_failed_rule_may_be_explained_by_name_for_its_period(federation: Union) -> None:
    union = UnionFactory(parent=federation)
    census(union, 50)
    assert outcome("ROSTER-01").status is Status.FAILED
    CheckExplanation.objects.create(union=federation, period="2025H2", rule="ROSTER-01", explanation="别的时期")
    assert outcome("ROSTER-01").status is Status.FAILED
    CheckExplanation.objects.create(union=federation, period="2026H1", rule="ROSTER-01", explanation="花名册补录中")
    explained = outcome("ROSTER-01")
    assert (explained.status, explained.explanation) == (Status.EXPLAINED, "花名册补录中")


def test_every_rule_has_a_name_in_both_languages_and_codes_that_exist() -> None:
    assert [rule.code for rule in RULES if not (rule.name.zh and rule.name.en)] == []
    assert [code for rule in RULES for code in rule.codes if code not in REGISTRY] == []
    assert len({rule.code for rule in RULES}) == len(RULES)
