"""What D5 and D8 of a return do to funds, relief and mutual aid, and the rules that hold them together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from members.models import Person
from relief.models import (
    CoolingRound,
    FundMovement,
    GoodwillVisit,
    MutualAidClaim,
    MutualAidEnrolment,
    MutualAidPlan,
    PublicNotice,
    ReliefApplication,
    ReliefFund,
    ReliefPayment,
    TuitionAid,
)
from tests.factories.members import id_number, member_of
from tests.factories.relief import HardshipFileFactory, MutualAidPlanFactory, ReliefFundFactory
from tests.factories.returns import filing_of, owed_return, version_in_force
from unions.models import ReturnObligation
from unions.returns.checking import examine
from unions.returns.filing import Filing
from unions.returns.registry import SHEETS, RowsError, Tally
from unions.returns.starting import texts

pytestmark = pytest.mark.usefixtures("as_system")
BORN = date(1990, 3, 7)
Rows = Iterable[dict[str, Any]]


@pytest.fixture
def owed() -> ReturnObligation:
    """The return of a union with two men and a woman on its books."""
    owed = owed_return()
    for serial, sex in ((1, "M"), (3, "M"), (2, "F")):
        member_of(owed.union, serial=serial, birth_date=BORN, name=f"测试{serial}", sex=sex)
    return owed


@pytest.fixture
def plan(owed: ReturnObligation) -> MutualAidPlan:
    return MutualAidPlanFactory(name="在职互助", max_shares=2, valid_from=date(2020, 1, 1))


def who(serial: int = 1) -> dict[str, Any]:
    return {"name": f"测试{serial}", "id_no": id_number(serial, BORN)}


def fund(**changes: Any) -> dict[str, Any]:
    """10,000 + 2,000 + 500 - 1,800 = 10,700."""
    row = {"fund_name": "爱心基金", "set_up_on": "2025-05-01", "opening": "10000", "in_union": "2000"}
    row |= {"in_employer": "500", "in_donation": "0", "in_other": "0", "out_relief": "1800", "out_other": "0"}
    return row | {"closing": "10700", "rule_doc": "帮困基金管理办法"} | changes


def paid(serial: int = 1, **changes: Any) -> dict[str, Any]:
    row = {"kind": "MEDICAL", "source": "ENTERPRISE_FUND", "amount_cash": "1500", "amount_goods": "300"}
    days = {"paid_on": "2026-05-20", "notice_from": "2026-05-06", "notice_to": "2026-05-13"}
    return who(serial) | row | days | changes


def enrolled(plan: MutualAidPlan, serial: int = 1, **changes: Any) -> dict[str, Any]:
    term = {"plan": plan.name, "shares": 1, "term_from": "2026-05-01", "term_to": "2027-04-30"}
    return term | who(serial) | {"premium_union": "30", "premium_person": "30"} | changes


def totals(plan: MutualAidPlan, persons: int = 2, **changes: Any) -> dict[str, Any]:
    term = {"plan": plan.name, "term_from": "2026-05-01", "term_to": "2027-04-30"}
    return term | {"persons": persons, "shares": persons} | changes


def enter_mine(filing: Filing) -> Tally:
    """Enter the sheets of relief in their order."""
    tally = Tally()
    for code in ("D5a", "D5b", "D5c", "D5d", "D5e", "D8a", "D8b", "D8c"):
        tally.add(SHEETS[code].apply(filing.rows(code), filing))
    return tally


def accepted(owed: ReturnObligation, **sheets: Rows) -> Tally:
    """The next version of the return with these rows, entered; the one before it is replaced."""
    return enter_mine(filing_of(owed, version_in_force(owed), **sheets))


def found(filing: Filing, rule: str = "cell") -> list[tuple[str, int, str]]:
    return [(one.sheet, one.row, one.column) for one in examine(filing) if one.rule == rule and one.sheet[1] in "58"]


def counts(tally: Tally) -> tuple[int, int, int]:
    return tally.created, tally.updated, tally.unchanged


def balance() -> Decimal:
    return Decimal(ReliefFund.objects.with_balance_on(date(2026, 6, 30)).get().balance)


def test_a_fund_with_its_money_and_whom_it_helped(owed: ReturnObligation) -> None:
    assert found(filing_of(owed, D5a=[fund()], D5b=[paid()])) == []
    assert counts(accepted(owed, D5a=[fund()], D5b=[paid()])) == (2, 0, 0)
    # 10,000 + 2,000 + 500 - (1,500 + 300) = 10,700
    assert balance() == Decimal("10700.00")
    got = ReliefPayment.objects.get()
    assert (got.amount, got.paid_on, got.source_return) == (Decimal(1800), date(2026, 5, 20), owed.versions.get())
    assert got.fund_movement is not None and got.fund_movement.happened_on == date(2026, 5, 20)
    notice = PublicNotice.objects.get(application=got.application)
    assert (notice.starts_on, notice.ends_on) == (date(2026, 5, 6), date(2026, 5, 13))
    assert counts(accepted(owed, D5a=[fund()], D5b=[paid()])) == (0, 0, 2)
    assert FundMovement.objects.count() == 3


def test_an_amended_return_changes_amounts_and_takes_back_what_it_no_longer_says(owed: ReturnObligation) -> None:
    accepted(owed, D5a=[fund()], D5b=[paid()])
    # 10,000 + 1,000 + 500 - (2,000 + 300) = 9,200
    more = fund(in_union="1000", out_relief="2300", closing="9200")
    assert counts(accepted(owed, D5a=[more], D5b=[paid(amount_cash="2000")])) == (0, 2, 0)
    assert (balance(), ReliefPayment.objects.get().amount) == (Decimal("9200.00"), Decimal(2300))
    assert ReliefApplication.objects.get().amount_approved == Decimal(2300)
    # 10,000 + 1,000 + 500 = 11,500, and nobody was helped.
    assert counts(accepted(owed, D5a=[fund(in_union="1000", out_relief="0", closing="11500")])) == (0, 0, 1)
    assert balance() == Decimal("11500.00")
    assert not ReliefPayment.objects.exists() and not ReliefApplication.objects.exists()
    accepted(owed)
    assert not ReliefFund.objects.exists() and not FundMovement.objects.exists()


def test_money_recorded_by_hand_is_counted_in_and_cannot_be_reported_away(owed: ReturnObligation) -> None:
    known = ReliefFundFactory(union=owed.union, employer=None, name="爱心基金", set_up_on=date(2025, 5, 1))
    by_hand = {"union": owed.union, "fund": known, "kind": "IN_UNION", "happened_on": date(2026, 4, 9)}
    FundMovement.objects.create(**by_hand, amount=Decimal(1200))
    none = {"out_relief": "0", "in_employer": "0", "rule_doc": None}
    filing = filing_of(owed, D5a=[fund(in_union="1000", closing="11000", **none)])
    assert found(filing) == [("D5a", 4, "in_union")]
    accepted(owed, D5a=[fund(in_union="2000", closing="12000", **none)])
    # 2,000 reported, 1,200 of it recorded: 800 are added.
    assert FundMovement.objects.get(source_return__isnull=False).amount == Decimal(800)
    assert balance() == Decimal("12000.00")


def test_x08_a_fund_opens_with_what_it_closed_with(owed: ReturnObligation) -> None:
    ReliefFundFactory(union=owed.union, employer=None, name="爱心基金", set_up_on=date(2025, 5, 1))
    assert found(filing_of(owed, D5a=[fund()]), "X-08") == []
    # 9,000 + 2,500 - 1,800 = 9,700 adds up, but the fund held 10,000.
    assert found(filing_of(owed, D5a=[fund(opening="9000", closing="9700")]), "X-08") == [("D5a", 4, "opening")]
    assert found(filing_of(owed, D5a=[fund(closing="10701")]), "X-08") == [("D5a", 4, "closing")]


def test_x09_payments_add_up_to_what_the_fund_paid(owed: ReturnObligation) -> None:
    own = paid(3, source="UNION", amount_cash="900")
    # 1,500 + 300 = 1,800 out of the fund; what the union itself gave is no part of it.
    assert found(filing_of(owed, D5a=[fund()], D5b=[paid(), own]), "X-09") == []
    filing = filing_of(owed, D5a=[fund()], D5b=[paid(amount_goods="200")])
    assert found(filing, "X-09") == [("D5a", 4, "out_relief")]


@pytest.mark.parametrize(("times", "has_file", "is_told"), [(2, False, False), (3, False, True), (3, True, False)])
def test_x10_who_is_helped_again_and_again_has_a_file(
    owed: ReturnObligation, times: int, has_file: bool, is_told: bool
) -> None:
    person = Person.objects.get(name="测试1")
    if has_file:
        HardshipFileFactory(principal=person, active=True)
    # Once in the first quarter, the others in this return.
    first = {"union": owed.union, "person": person, "kind": "LIVING", "source": "UNION"}
    ReliefPayment.objects.create(**first, amount_cash=500, paid_on=date(2026, 2, 3))
    rows = [paid(source="UNION", kind=kind) for kind in ("MEDICAL", "LIVING")[: times - 1]]
    assert bool(found(filing_of(owed, D5b=rows), "X-10")) is is_told


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"source": "FEDERATION"}, "source"),
        ({"source": "HIGHER"}, "source"),
        ({"notice_from": None, "notice_to": None}, "notice_from"),
        ({"notice_to": "2026-05-20"}, "paid_on"),
        ({"amount_cash": "0", "amount_goods": "0"}, "amount_cash"),
        ({"id_no": id_number(77, BORN)}, "id_no"),
        ({"name": "别人"}, "name"),
        ({"file_no": "KN404"}, "file_no"),
        ({"payee_last4": "12345"}, "payee_last4"),
        ({"source": "ENTERPRISE_FUND"}, "employer_code"),
    ],
)
def test_what_a_payment_is_refused_for(owed: ReturnObligation, changes: dict[str, Any], column: str) -> None:
    filing = filing_of(owed, D5b=[paid(source="UNION") | changes])
    assert found(filing) == [("D5b", 4, column)]


def test_an_id_number_is_masked_in_what_is_found(owed: ReturnObligation) -> None:
    number = id_number(77, BORN)
    [finding] = [
        one for one in examine(filing_of(owed, D5b=[paid(source="UNION", id_no=number)])) if one.sheet == "D5b"
    ]
    assert number not in finding.value and number not in finding.message


def test_a_payment_taken_back_is_not_changed_by_a_return(owed: ReturnObligation) -> None:
    accepted(owed, D5b=[paid(source="UNION")])
    ReliefPayment.objects.update(reversed_on=date(2026, 6, 1), reversal_reason="重复发放")
    assert counts(accepted(owed, D5b=[paid(source="UNION")])) == (0, 0, 1)
    for rows in ([paid(source="UNION", amount_cash="900")], []):
        with pytest.raises(RowsError):
            accepted(owed, D5b=rows)
    assert ReliefPayment.objects.get().amount == Decimal(1800)


def test_rounds_tuition_and_heat_visits(owed: ReturnObligation) -> None:
    [code] = Filing(owed).employers
    visit = {"round": "MAY_DAY", "visited_on": "2026-04-29", "category": "FRONT_LINE", "households": 12}
    visit |= {"persons": 15, "cash": "3000", "goods_value": "1500"}
    child = who() | {"child_no": 1, "child_initial": "W", "child_stage": "SENIOR", "source": "UNION"}
    child |= {"amount": "2000", "paid_on": "2026-06-18"}
    heat = {"employer_code": code, "visited_on": "2026-06-20", "audience": "HEAT_WORKERS", "workers": 40}
    heat |= {"amount_cash": "0", "amount_goods": "600"}
    sheets: dict[str, Rows] = {"D5c": [visit], "D5d": [child], "D5e": [heat]}
    assert found(filing_of(owed, **sheets)) == []
    assert counts(accepted(owed, **sheets)) == (3, 0, 0)
    assert counts(accepted(owed, **sheets)) == (0, 0, 3)
    got = GoodwillVisit.objects.get()
    assert (got.persons, got.round_year, got.cash + got.goods_value) == (15, 2026, Decimal(4500))
    assert (TuitionAid.objects.get().amount, CoolingRound.objects.get().workers) == (Decimal(2000), 40)
    assert found(filing_of(owed, D5d=[child | {"child_initial": "小明"}])) == [("D5d", 4, "child_initial")]
    assert found(filing_of(owed, D5d=[child | {"source": "FEDERATION"}])) == [("D5d", 4, "source")]
    accepted(owed, D5c=[visit | {"persons": 16}])
    assert GoodwillVisit.objects.get().persons == 16
    assert not TuitionAid.objects.exists() and not CoolingRound.objects.exists()


def test_persons_enrolled_and_their_claims(owed: ReturnObligation, plan: MutualAidPlan) -> None:
    claim = {"plan": plan.name, **who(), "term_from": "2026-05-01", "claimed_on": "2026-06-02"}
    settled = claim | {"paid_on": "2026-06-20", "amount": "850"}
    rows: dict[str, Rows] = {"D8b": [enrolled(plan), enrolled(plan, 3)], "D8c": [settled]}
    rows["D8a"] = [totals(plan, claims_n=1, claims_amount="850")]
    assert found(filing_of(owed, **rows)) == []
    # Two persons and a claim are entered; the totals are only checked.
    assert counts(accepted(owed, **rows)) == (3, 0, 1)
    assert counts(accepted(owed, **rows)) == (0, 0, 4)
    got = MutualAidEnrolment.objects.get(person__name="测试1")
    assert (got.start, got.end, got.premium_union) == (date(2026, 5, 1), date(2027, 5, 1), Decimal(30))
    assert MutualAidClaim.objects.get().amount == Decimal(850)
    # Whoever has a claim is not left out; the other is.
    with pytest.raises(RowsError):
        accepted(owed, D8a=[totals(plan, 1)], D8b=[enrolled(plan, 3)], D8c=[settled])
    accepted(owed, D8a=[totals(plan, 1)], D8b=[enrolled(plan, shares=2)], D8c=[settled])
    assert MutualAidEnrolment.objects.get().shares == 2


def test_the_first_enrolment_names_everyone(owed: ReturnObligation, plan: MutualAidPlan) -> None:
    assert found(filing_of(owed, D8a=[totals(plan)], D8b=[enrolled(plan)])) == [("D8a", 4, "persons")]
    accepted(owed, D8a=[totals(plan)], D8b=[enrolled(plan), enrolled(plan, 3)])
    assert found(filing_of(owed, D8a=[totals(plan)], D8b=[enrolled(plan), enrolled(plan, 3)])) == []


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"eligible": 1}, "persons"),
        ({"shares": 1}, "shares"),
        ({"shares": 5}, "shares"),
        ({"claims_n": 1}, "claims_n"),
        ({"claims_amount": "100"}, "claims_amount"),
        ({"term_to": "2026-04-30"}, "term_to"),
    ],
)
def test_what_totals_are_refused_for(
    owed: ReturnObligation, plan: MutualAidPlan, changes: dict[str, Any], column: str
) -> None:
    people = [enrolled(plan), enrolled(plan, 3)]
    assert found(filing_of(owed, D8a=[totals(plan, **changes)], D8b=people)) == [("D8a", 4, column)]


def test_x13_no_grand_total_is_typed(owed: ReturnObligation, plan: MutualAidPlan) -> None:
    people = [enrolled(plan), enrolled(plan, 3)]
    assert found(filing_of(owed, D8a=[totals(plan)], D8b=people), "X-13") == []
    typed = totals(plan) | {"plan": "合计"}
    assert found(filing_of(owed, D8a=[totals(plan), typed], D8b=people), "X-13") == [("D8a", 5, "plan")]
    # Two people are named, one is counted.
    assert found(filing_of(owed, D8a=[totals(plan, 1)], D8b=people), "X-13") == [("D8a", 4, "persons")]


def test_x14_no_more_in_a_plan_than_on_the_staff(owed: ReturnObligation, plan: MutualAidPlan) -> None:
    women = MutualAidPlanFactory(name="安康互助", kind="WOMEN", sex_limit="F")
    # 40 employees, 18 of them women
    fits = [totals(plan, 40), totals(women, 18)]
    assert found(filing_of(owed, D8a=fits), "X-14") == []
    above = [totals(plan, 41), totals(women, 19)]
    assert found(filing_of(owed, D8a=above), "X-14") == [("D8a", 4, "persons"), ("D8a", 5, "persons")]


def test_x14_cover_outlasts_who_has_left(owed: ReturnObligation, plan: MutualAidPlan) -> None:
    term = {"union": owed.union, "plan": plan, "start": date(2025, 8, 1), "end": date(2026, 8, 1)}
    person = Person.objects.get(name="测试1")
    MutualAidEnrolment.objects.create(person=person, **term)
    running = totals(plan, 41) | {"term_from": "2025-08-01", "term_to": "2026-07-31"}
    assert found(filing_of(owed, D8a=[running]), "X-14") == [("D8a", 4, "persons")]
    # One of the 41 has left: 40 are on the staff of 40.
    person.memberships.update(left_on=date(2026, 6, 10), status="WITHDRAWN")
    assert found(filing_of(owed, D8a=[running]), "X-14") == []


def test_what_stands_is_what_a_return_would_say(owed: ReturnObligation, plan: MutualAidPlan) -> None:
    rows: dict[str, Rows] = {"D5a": [fund()], "D5b": [paid(), paid(3, source="UNION")], "D8a": [totals(plan)]}
    rows["D8b"] = [enrolled(plan), enrolled(plan, 3)]
    accepted(owed, **rows)
    filing = Filing(owed, owed.versions.get())
    said = {code: [texts(SHEETS[code], line) for line in SHEETS[code].standing(filing)] for code in rows}
    again = filing_of(owed, owed.versions.get(), **said)
    assert found(again) == [] and found(again, "X-08") == [] and found(again, "X-09") == []
    assert counts(enter_mine(again)) == (0, 0, 6)
    payments, movements = ReliefPayment.objects.count(), balance()
    for payment in ReliefPayment.objects.all():
        payment.delete()
    FundMovement.objects.all().delete()
    MutualAidEnrolment.objects.all().delete()
    enter_mine(again)
    assert (ReliefPayment.objects.count(), balance()) == (payments, movements)
    assert MutualAidEnrolment.objects.count() == 2
