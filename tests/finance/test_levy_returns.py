"""D3 and D4 of the quarterly return: payrolls become the levy, payments settle it, dues are kept; every rule."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from finance.models import (
    DuesRecord,
    Exemption,
    LevyAssessment,
    PayrollDeclaration,
    RateRule,
    Recipient,
    RemittanceLine,
)
from reports.figures import figures
from tests.factories.returns import owed_return, owing_union, sound_rows
from tests.factories.unions import EmployerFactory, UnionFactory
from unions.access import Scope
from unions.models import (
    OperatingStatus,
    QuarterlyReturn,
    ReturnContent,
    ReturnObligation,
    ReturnStatus,
    Severity,
    Union,
    UnionGroup,
)
from unions.periods import HalfYear, Quarter
from unions.returns.applying import enter, rehearse
from unions.returns.checking import examine, read_cells
from unions.returns.content import pack
from unions.returns.filing import Filing
from unions.returns.findings import Finding, may_be_filed
from unions.returns.registry import SHEETS, Tally
from unions.returns.starting import texts

pytestmark = pytest.mark.usefixtures("as_system", "rates")
Q1, Q2, Q3 = Quarter(2026, 1), Quarter(2026, 2), Quarter(2026, 3)
WRITTEN = (PayrollDeclaration, LevyAssessment, RemittanceLine, Exemption, DuesRecord)
Line = dict[str, Any]


@pytest.fixture
def rates() -> None:
    """A fifth to the district from 25 employees on, below that to the sub-district."""
    for low, high, recipient in ((25, None, Recipient.DISTRICT), (0, 25, Recipient.SUBDISTRICT)):
        RateRule.objects.create(
            band_min=low, band_max=high, recipient=recipient, rate=Decimal("0.2"), start=date(2020, 1, 1), source="测试"
        )


@pytest.fixture
def union() -> Union:
    return owing_union()


def employer(union: Union) -> str:
    return next(iter(Filing(ReturnObligation(union=union, period=owed(union, Q1).period)).employers))


def owed(union: Union, quarter: Quarter) -> ReturnObligation:
    held = ReturnObligation.objects.filter(union=union, period__code=str(quarter)).first()
    return held or owed_return(union, quarter)


def filing(
    union: Union, quarter: Quarter, levy: list[Line] | None = None, dues: list[Line] | None = None, **profile: Any
) -> Filing:
    """The next version of a return, its cells read; nothing of it is checked or entered yet."""
    obligation = owed(union, quarter)
    version = QuarterlyReturn.objects.create(
        union=union,
        obligation=obligation,
        version=obligation.versions.count() + 1,
        status=ReturnStatus.DRAFT,
        amends=obligation.versions.filter(status=ReturnStatus.ACCEPTED).first(),
    )
    rows = sound_rows(union, quarter, **profile) | {"D3": levy or [], "D4": dues or []}
    content, wrong = read_cells({code: list(enumerate(lines, start=4)) for code, lines in rows.items()})
    assert not wrong
    return Filing(obligation, version, content)


def accept(said: Filing) -> Tally:
    """Enter a sound return and put it in force, as the reviewer's acceptance does."""
    assert may_be_filed(examine(said)), examine(said)
    tally, version = enter(said), said.version
    assert version
    said.obligation.versions.filter(status=ReturnStatus.ACCEPTED).update(status=ReturnStatus.REPLACED)
    QuarterlyReturn.objects.filter(pk=version.pk).update(status=ReturnStatus.ACCEPTED)
    ReturnContent.objects.create(union=said.union, version=version, rows=pack(said.content))
    return tally


def pay(code: str, month: str, payroll: str = "200000.00", **more: Any) -> Line:
    """A row of D3: 2 % of 200,000.00 is 4,000.00, and a fifth of that 800.00."""
    accrued = {"200000.00": "4000.00", "250000.30": "5000.01", "100000.00": "2000.00"}[payroll]
    share = {"4000.00": "800.00", "5000.01": "1000.00", "2000.00": "400.00"}[accrued]
    row = {"headcount": 40, "payroll": payroll, "accrued": accrued, "remit_district": share, "remit_subdistrict": "0"}
    return {"employer_code": code, "month": month, "exempt": "否"} | row | more


def months(code: str, *months: str, **more: Any) -> list[Line]:
    return [pay(code, month, **more) for month in months]


def payment(code: str, month: str = "202607", **more: Any) -> Line:
    """A row that only tells of a payment: the first half-year's six months of 200,000.00, so 6 × 800.00."""
    told = {"levy_of": "2026H1", "paid": "4800.00", "paid_on": "2026-07-20", "receipt_no": "R-1", "channel": "税务代收"}
    return {"employer_code": code, "month": month, "exempt": "否"} | told | more


def asking(code: str, **more: Any) -> Line:
    told = {"levy_of": "2026H1", "loss": "90000.00", "exempt_reason": "亏损，附利润表"}
    return {"employer_code": code, "month": "202607", "exempt": "免缴"} | told | more


def all_found(said: Filing, *sheets: str) -> list[Finding]:
    """What checks and, if nothing stops it, the rehearsal find in the sheets of money."""
    found = examine(said)
    if may_be_filed(found):
        found += rehearse(said)[0]
    return [finding for finding in found if finding.sheet in (sheets or ("D3", "D4"))]


def cells(found: list[Finding]) -> set[tuple[str, int, str]]:
    return {(finding.rule, finding.row, finding.column) for finding in found}


def held() -> list[list[Any]]:
    return [list(model.objects.order_by("pk").values()) for model in WRITTEN]


def first_half(union: Union) -> str:
    """Both quarters of the first half-year, 200,000.00 a month: accrued 6 × 4,000.00 = 24,000.00."""
    code = employer(union)
    accept(filing(union, Q1, months(code, "202601", "202602", "202603")))
    accept(filing(union, Q2, months(code, "202604", "202605", "202606")))
    return code


# -- Payroll and levy -------------------------------------------------------------------------------------------------


def test_payrolls_of_two_quarters_become_the_levy_of_the_half_year(union: Union) -> None:
    code = employer(union)
    said = filing(union, Q1, months(code, "202601", "202602", "202603"))
    assert accept(said).created >= 3
    levy = LevyAssessment.objects.get()
    assert (levy.payroll, levy.accrued, levy.band, levy.headcount) == (600_000, 12_000, "GE25", 40)

    accept(filing(union, Q2, months(code, "202604", "202605", "202606", payroll="250000.30")))

    # 3 × 4,000.00 + 3 × 5,000.01 (2 % of 250,000.30 is 5,000.006) = 27,000.03; a fifth is 5,400.006.
    levy.refresh_from_db()
    line = RemittanceLine.objects.get()
    assert (levy.payroll, levy.accrued) == (Decimal("1350000.90"), Decimal("27000.03"))
    assert (line.recipient, line.rate, line.amount) == ("DISTRICT", Decimal("0.2"), Decimal("5400.01"))
    assert (line.due_on, line.paid_on) == (date(2026, 7, 31), None)
    assert {row.source_return for row in PayrollDeclaration.objects.filter(month__lt=date(2026, 4, 1))} == {
        said.version
    }


def test_the_same_return_again_changes_nothing(union: Union) -> None:
    code = first_half(union)
    accept(filing(union, Q3, [*months(code, "202607", "202608"), payment(code, "202609")], [dues("202607")]))
    before = held()
    again = filing(union, Q3, [*months(code, "202607", "202608"), payment(code, "202609")], [dues("202607")])

    tally = SHEETS["D3"].apply(again.rows("D3"), again)

    assert (tally.read, tally.unchanged) == (3, 3)
    assert SHEETS["D4"].apply(again.rows("D4"), again).unchanged == 1
    assert held() == before


def test_an_amended_return_changes_and_takes_away(union: Union) -> None:
    code = employer(union)
    accept(filing(union, Q1, months(code, "202601", "202602", "202603")))
    amended = filing(union, Q1, [pay(code, "202601"), pay(code, "202602", "100000.00")])

    tally = SHEETS["D3"].apply(amended.rows("D3"), amended)

    assert (tally.created, tally.updated, tally.unchanged) == (0, 1, 1)
    # 4,000.00 + 2,000.00, a fifth of it 1,200.00
    assert LevyAssessment.objects.get().accrued == 6000
    assert RemittanceLine.objects.get().amount == 1200

    nothing = filing(union, Q1)
    assert SHEETS["D3"].apply([], nothing).read == 0
    assert not any(model.objects.exists() for model in (PayrollDeclaration, LevyAssessment, RemittanceLine))


def test_what_somebody_recorded_by_hand_is_not_taken_away(union: Union) -> None:
    code = employer(union)
    PayrollDeclaration.objects.create(
        union=union, employer=Filing(owed(union, Q1)).employers[code], month=date(2026, 1, 1), headcount=9, payroll=1000
    )
    accept(filing(union, Q1, months(code, "202602")))
    # 2 % of 1,000.00 and of 200,000.00
    assert LevyAssessment.objects.get().accrued == 4020
    accept(filing(union, Q1))
    assert PayrollDeclaration.objects.get().headcount == 9
    assert LevyAssessment.objects.get().accrued == 20


def test_the_size_is_frozen_with_the_first_assessment(union: Union) -> None:
    code = employer(union)
    accept(filing(union, Q1, months(code, "202601")))
    small = {"employees_end": 20, "members_end": 20, "female_members_end": 9, "female_end": 10}
    later = filing(union, Q2, months(code, "202604", headcount=20), **small)
    # X-01 compares with the members declared the quarter before; here only the money is looked at.
    assert not [finding for finding in examine(later) if finding.sheet == "D3" and finding.severity == "ERROR"]
    SHEETS["D3"].apply(later.rows("D3"), later)
    assert LevyAssessment.objects.get().band == "GE25"
    assert RemittanceLine.objects.get().recipient == Recipient.DISTRICT


def test_a_union_of_several_employers_has_one_assessment(union: Union) -> None:
    second = EmployerFactory(union=union, covered_by=union).code
    code = employer(union)
    said = filing(union, Q1, [pay(code, "202601"), pay(second, "202601", "100000.00")])
    SHEETS["D3"].apply(said.rows("D3"), said)
    assert LevyAssessment.objects.get().accrued == 6000


@pytest.mark.parametrize(
    "changed,cell",
    [
        ({"employer_code": "NOBODY"}, "employer_code"),
        ({"month": "202604"}, "month"),
        ({"headcount": None}, "headcount"),
        ({"accrued": None}, "accrued"),
        ({"headcount": 0}, "headcount"),
        ({"remit_subdistrict": None}, "remit_subdistrict"),
    ],
)
def test_a_row_that_does_not_fit_is_refused_at_its_cell(union: Union, changed: Line, cell: str) -> None:
    said = filing(union, Q1, [pay(employer(union), "202601") | changed])
    assert cell in {finding.column for finding in all_found(said) if finding.severity == Severity.ERROR}
    assert not any(map(bool, held()))


def test_a_month_is_told_once(union: Union) -> None:
    said = filing(union, Q1, months(employer(union), "202601", "202601"))
    assert cells(all_found(said)) == {("cell", 5, "employer_code")}


# -- Payments ---------------------------------------------------------------------------------------------------------


def test_a_payment_settles_the_share_and_moves_the_figures(union: Union) -> None:
    code = first_half(union)
    tally = accept(filing(union, Q3, [payment(code)]))
    assert tally.created >= 1
    line = RemittanceLine.objects.get()
    assert (line.paid_on, line.receipt_no, line.channel) == (date(2026, 7, 20), "R-1", "TAX")
    # Collected in the second half-year: one union, 24,000.00 accrued, a fifth of it paid, nothing left open.
    found = figures(HalfYear(2026, 2), Scope.everything(), ["SELF-01", "SELF-02", "SELF-03", "SELF-05"])
    assert [found[code].value for code in ("SELF-01", "SELF-02", "SELF-03", "SELF-05")] == [1, 24_000, 4800, 100]


def test_several_employers_pay_on_one_receipt(union: Union) -> None:
    code = first_half(union)
    second = EmployerFactory(union=union, covered_by=union).code
    said = filing(union, Q3, [payment(code, paid="3000.00"), payment(second, paid="1800.00")])
    tally = SHEETS["D3"].apply(said.rows("D3"), said)
    assert tally.created == 2
    assert RemittanceLine.objects.get().receipt_no == "R-1"


@pytest.mark.parametrize(
    "changed,cell",
    [
        ({"paid": "4799.99"}, "paid"),
        ({"levy_of": "2025H2"}, "levy_of"),
        ({"levy_of": "2026H2"}, "levy_of"),
        ({"levy_of": None}, "levy_of"),
        ({"paid_on": None}, "paid_on"),
        ({"paid_on": "2026-06-30"}, "paid_on"),
        ({"receipt_no": None}, "receipt_no"),
        ({"receipt_no": "R-9"}, "receipt_no"),
        ({"channel": None}, "channel"),
        ({"paid": None}, "paid"),
        ({"paid": "0"}, "paid"),
    ],
)
def test_a_payment_that_does_not_fit_is_refused_at_its_cell(union: Union, changed: Line, cell: str) -> None:
    code = first_half(union)
    other = UnionFactory()
    levy = LevyAssessment.objects.create(
        union=other, accrual_start=date(2026, 1, 1), headcount=30, band="GE25", payroll=50, accrued=1
    )
    RemittanceLine.objects.create(
        union=other, assessment=levy, recipient="DISTRICT", rate="0.2", amount="0.20",
        due_on=date(2026, 7, 31), paid_on=date(2026, 7, 9), receipt_no="R-9",
    )  # fmt: skip
    before = held()
    found = all_found(filing(union, Q3, [payment(code) | changed]))
    assert cell in {finding.column for finding in found if finding.severity == Severity.ERROR}
    assert held() == before


@pytest.mark.parametrize("changed", [{"paid_on": "2026-07-21"}, {"channel": "财政划拨"}, {"receipt_no": "R-2"}])
def test_what_is_paid_is_never_changed_by_a_return(union: Union, changed: Line) -> None:
    code = first_half(union)
    accept(filing(union, Q3, [payment(code)]))
    before = held()
    found = all_found(filing(union, Q3, [payment(code) | changed]))
    assert ("cell", 4, "paid") in cells(found)
    assert "R-1" in found[0].message
    assert held() == before


def test_one_receipt_pays_one_half_year(union: Union) -> None:
    code = first_half(union)
    accept(filing(union, Q3, [payment(code)]))
    earlier = LevyAssessment.objects.create(
        union=union, accrual_start=date(2025, 7, 1), headcount=30, band="GE25", payroll=50, accrued=1
    )
    RemittanceLine.objects.create(
        union=union, assessment=earlier, recipient="DISTRICT", rate="0.2", amount="0.20", due_on=date(2026, 1, 31)
    )
    before = held()
    both = [payment(code), payment(code, month="202608", levy_of="2025H2", paid="0.20")]
    assert cells(all_found(filing(union, Q3, both))) == {("cell", 5, "receipt_no")}
    assert cells(all_found(filing(union, Q3, both[1:]))) == {("cell", 4, "receipt_no")}
    assert held() == before


def test_a_payment_is_not_taken_back_by_leaving_it_out(union: Union) -> None:
    code = first_half(union)
    accept(filing(union, Q3, [payment(code)]))
    before = held()
    assert cells(all_found(filing(union, Q3))) == {("cell", 0, "")}
    assert held() == before


def test_payrolls_no_longer_change_once_their_levy_is_remitted(union: Union) -> None:
    code = first_half(union)
    accept(filing(union, Q3, [payment(code)]))
    before = held()
    changed = [pay(code, "202604"), pay(code, "202605"), pay(code, "202606", "250000.30")]
    assert cells(all_found(filing(union, Q2, changed))) == {("cell", 6, "payroll")}
    assert cells(all_found(filing(union, Q2))) == {("cell", 0, "")}
    assert held() == before


# -- Exemptions -------------------------------------------------------------------------------------------------------


def test_an_application_is_recorded_changed_and_withdrawn(union: Union) -> None:
    code = first_half(union)
    said = filing(union, Q3, [asking(code)], oper_status="亏损")
    assert accept(said).created >= 1
    asked = Exemption.objects.get()
    assert (asked.kind, asked.status, asked.loss, asked.accrual_start) == (
        "EXEMPT", "SUBMITTED", 90_000, date(2026, 1, 1),
    )  # fmt: skip
    assert (asked.applied_on, asked.source_return) == (Q3.end, said.version)

    again = filing(union, Q3, [asking(code)], oper_status="亏损")
    assert SHEETS["D3"].apply(again.rows("D3"), again).unchanged == 1
    more = filing(union, Q3, [asking(code, loss="95000.00")], oper_status="亏损")
    SHEETS["D3"].apply(more.rows("D3"), more)
    asked.refresh_from_db()
    assert asked.loss == 95_000
    SHEETS["D3"].apply([], filing(union, Q3))
    assert not Exemption.objects.exists()


def test_an_application_that_was_decided_on_is_not_changed(union: Union) -> None:
    code = first_half(union)
    accept(filing(union, Q3, [asking(code)], oper_status="亏损"))
    Exemption.objects.update(status="APPROVED", decided_on=date(2026, 8, 20))
    before = held()
    changed = filing(union, Q3, [asking(code, loss="1.00")], oper_status="亏损")
    assert cells(all_found(changed)) == {("cell", 4, "exempt")}
    assert cells(all_found(filing(union, Q3, oper_status="亏损"))) == {("cell", 0, "")}
    assert held() == before


def test_nobody_is_let_off_what_is_remitted(union: Union) -> None:
    code = first_half(union)
    accept(filing(union, Q3, [payment(code)]))
    said = filing(union, Q3, [payment(code), asking(code, month="202608")], oper_status="亏损")
    assert cells(all_found(said)) == {("cell", 5, "exempt")}


@pytest.mark.parametrize("cell", ["levy_of", "exempt_reason"])
def test_an_application_says_for_what_and_why(union: Union, cell: str) -> None:
    said = filing(union, Q3, [asking(employer(union), **{cell: None})], oper_status="亏损")
    assert ("cell", 4, cell) in cells(all_found(said))


# -- Dues -------------------------------------------------------------------------------------------------------------


def dues(month: str = "202607", **more: Any) -> Line:
    told = {"members_due": 30, "members_paid": 28, "amount_due": "480.00", "amount_paid": "448.00"}
    return {"month": month} | told | more


def test_dues_are_kept_by_month_special_ones_apart(union: Union) -> None:
    rows = [dues("202607"), dues("202608", special_dues="300.00", special_purpose="抗洪互助")]
    assert accept(filing(union, Q3, dues=rows)).created >= 2
    regular, special = DuesRecord.objects.filter(kind="REGULAR"), DuesRecord.objects.get(kind="SPECIAL")
    assert [(row.members_due, row.members_paid, row.amount_due, row.amount_paid) for row in regular] == [
        (30, 28, 480, 448)
    ] * 2
    assert (special.month, special.amount_paid, special.purpose) == (date(2026, 8, 1), 300, "抗洪互助")
    # Two months of 28 payers among 30 due, 2 × 448.00 yuan; the 300.00 are another money.
    found = figures(HalfYear(2026, 2), Scope.everything(), ["SELF-07", "SELF-07b"])
    assert (found["SELF-07"].numerator, found["SELF-07"].denominator, found["SELF-07b"].value) == (56, 60, 896)


def test_amended_dues_are_changed_and_taken_away(union: Union) -> None:
    by_hand = DuesRecord.objects.create(union=union, month=date(2026, 9, 1), amount_paid=1)
    accept(filing(union, Q3, dues=[dues("202607"), dues("202608", special_dues="300.00", special_purpose="互助")]))
    amended = filing(union, Q3, dues=[dues("202608", members_paid=27, amount_paid="432.00")])
    tally = SHEETS["D4"].apply(amended.rows("D4"), amended)
    assert (tally.created, tally.updated, tally.unchanged) == (0, 1, 0)
    assert set(DuesRecord.objects.values_list("month", "members_paid")) == {
        (date(2026, 8, 1), 27),
        (by_hand.month, None),
    }


def test_groups_are_told_by_name(union: Union) -> None:
    group = UnionGroup.objects.create(union=union, name="一车间小组", start=date(2024, 1, 1))
    said = filing(union, Q3, dues=[dues(group="一车间小组", members_due=10, members_paid=9)])
    accept(said)
    assert DuesRecord.objects.get().group == group
    assert [dict(row)["group"] for row in SHEETS["D4"].standing(said)] == ["一车间小组"]


@pytest.mark.parametrize(
    "rows,cell",
    [
        ([dues(members_paid=31)], (4, "members_paid")),
        ([dues(amount_paid=None)], (4, "amount_paid")),
        ([dues(members_due=None)], (4, "members_due")),
        ([{"month": "202607"}], (4, "amount_paid")),
        ([dues("202606")], (4, "month")),
        ([dues(group="没有的小组")], (4, "group")),
        ([dues(), dues()], (5, "month")),
        ([dues(special_dues="5.00")], (4, "special_purpose")),
    ],
)
def test_dues_that_do_not_fit_are_refused_at_their_cell(union: Union, rows: list[Line], cell: tuple[int, str]) -> None:
    errors = {(one.row, one.column) for one in all_found(filing(union, Q3, dues=rows)) if one.severity == "ERROR"}
    assert cell in errors
    assert not DuesRecord.objects.exists()


def test_a_month_is_told_of_the_union_or_of_its_groups(union: Union) -> None:
    UnionGroup.objects.create(union=union, name="一组", start=date(2024, 1, 1))
    found = all_found(filing(union, Q3, dues=[dues(members_paid=9), dues(group="一组", members_paid=9)]))
    assert cells(found) == {("cell", 5, "group")}


def test_more_than_is_due_is_asked_about(union: Union) -> None:
    # 480.00 × 1.05 = 504.00
    assert not all_found(filing(union, Q3, dues=[dues(amount_paid="504.00")]))
    [found] = all_found(filing(union, Q3, dues=[dues(amount_paid="504.01")]))
    assert (found.rule, found.severity, found.column) == ("dues", Severity.WARNING, "amount_paid")


# -- The rules across sheets ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("headcount,is_found", [(40, False), (42, False), (43, True), (37, True)])
def test_x04_the_last_months_headcount_agrees_with_the_profile(union: Union, headcount: int, is_found: bool) -> None:
    """40 employees in D1a: from 38 to 42 is within five per cent."""
    rows = [pay(employer(union), "202602", headcount=5), pay(employer(union), "202603", headcount=headcount)]
    found = all_found(filing(union, Q1, rows))
    assert cells(found) == ({("X-04", 5, "headcount")} if is_found else set())
    assert all(finding.severity == Severity.WARNING for finding in found)


@pytest.mark.parametrize(
    "changed,cell",
    [
        ({}, None),
        ({"accrued": "4000.01"}, None),
        ({"accrued": "4000.02"}, "accrued"),
        ({"accrued": "400.00"}, "accrued"),
        ({"remit_district": "800.02"}, "remit_district"),
        ({"remit_district": "0"}, "remit_district"),
    ],
)
def test_x05_levy_and_shares_are_reckoned_to_the_cent(union: Union, changed: Line, cell: str | None) -> None:
    found = all_found(filing(union, Q1, [pay(employer(union), "202601", **changed)]))
    assert cells(found) == ({("X-05", 4, cell)} if cell else set())
    assert all(finding.severity == Severity.ERROR for finding in found)


@pytest.mark.parametrize(
    "status,changed,expected",
    [
        ("亏损", {}, set()),
        ("正常", {}, {("X-06", 4, "exempt")}),
        ("亏损", {"loss": None}, {("X-06", 4, "loss")}),
        ("正常", {"exempt": "缓缴", "loss": None}, set()),
    ],
)
def test_x06_only_who_runs_at_a_loss_asks_to_be_exempted(
    union: Union, status: str, changed: Line, expected: set[Any]
) -> None:
    assert cells(all_found(filing(union, Q3, [asking(employer(union), **changed)], oper_status=status))) == expected


def test_x06_one_employer_of_several_may_run_at_a_loss(union: Union) -> None:
    losing = EmployerFactory(union=union, covered_by=union, operating_status=OperatingStatus.LOSS).code
    said = filing(union, Q3, [asking(losing)])
    assert cells(all_found(said)) == set()


SMALL = {"employees_end": 24, "members_end": 20, "female_end": 10, "female_members_end": 9}


def test_x07_the_share_goes_to_the_recipient_of_the_unions_size(union: Union) -> None:
    code = employer(union)
    small = {"migrant_end": 2, **SMALL}
    right = [pay(code, "202601", headcount=24, remit_district="0", remit_subdistrict="800.00")]
    said = filing(union, Q1, right, **small)
    assert not all_found(said)
    wrong = filing(union, Q1, [pay(code, "202601", headcount=24)], **small)
    assert cells(all_found(wrong)) == {("X-05", 4, "remit_subdistrict"), ("X-07", 4, "remit_district")}
    accept(said)
    assert (LevyAssessment.objects.get().band, RemittanceLine.objects.get().recipient) == ("LT25", "SUBDISTRICT")


@pytest.mark.parametrize("paid,is_found", [(30, False), (31, True)])
def test_x18_no_more_pay_than_there_are_members(union: Union, paid: int, is_found: bool) -> None:
    """30 members in D1a and nobody left."""
    found = all_found(filing(union, Q3, dues=[dues(members_due=40, members_paid=paid)]))
    assert cells(found) == ({("X-18", 4, "members_paid")} if is_found else set())


def others_declare(number: int, quarter: Quarter = Q1) -> None:
    """So many unions with an accepted return, 4,000 to 4,000 + n − 1 yuan a head."""
    for place in range(number):
        other = UnionFactory()
        firm = EmployerFactory(union=other, covered_by=other)
        obligation = owed_return(other, quarter)
        QuarterlyReturn.objects.create(union=other, obligation=obligation, version=1, status=ReturnStatus.ACCEPTED)
        PayrollDeclaration.objects.create(
            union=other, employer=firm, month=quarter.start, headcount=10, payroll=10 * (4000 + place)
        )


@pytest.mark.parametrize(
    "number,headcount,is_found", [(20, 50, False), (20, 40, True), (20, 51, True), (19, 40, False)]
)
def test_x21_payroll_per_head_is_within_what_is_usual(
    union: Union, number: int, headcount: int, is_found: bool
) -> None:
    """200,000.00 of 50 people is 4,000 a head … the others have 4,000 to 4,019, so 4,000.19 to 4,018.81."""
    others_declare(number)
    said = pay(employer(union), "202604", headcount=headcount, payroll="200000.00")
    if headcount == 50:
        said |= {"payroll": "200500.00", "accrued": "4010.00", "remit_district": "802.00"}
    found = all_found(filing(union, Q2, [said]))
    assert cells(found) == ({("X-21", 4, "payroll")} if is_found else set())


# -- There and back ---------------------------------------------------------------------------------------------------


def facts() -> list[list[Any]]:
    """What was written, without which row and return it came from."""
    origin = ("id", "created_at", "source_return_id")
    return [[{name: row[name] for name in row if name not in origin} for row in rows] for rows in held()]


def standing(said: Filing) -> dict[str, list[tuple[int, Any]]]:
    return {
        code: [(number, texts(SHEETS[code], values)) for number, values in enumerate(SHEETS[code].standing(said), 4)]
        for code in ("D3", "D4")
    }


@pytest.mark.parametrize("forget", [lambda: None, lambda: DuesRecord.objects.all().delete()])
def test_what_the_portal_says_can_be_entered_again(union: Union, forget: Callable[[], object]) -> None:
    code = first_half(union)
    rows = [*months(code, "202607", "202608"), payment(code, "202607")]
    rows[0] |= {name: value for name, value in rows.pop().items() if name not in rows[0]}
    rows.append(asking(code, month="202609", levy_of="2025H2"))
    given = [dues("202607"), dues("202609", special_dues="5.00", special_purpose="互助")]
    accept(filing(union, Q3, rows, given, oper_status="亏损"))
    Exemption.objects.update(applied_on=date(2026, 9, 12))
    said = filing(union, Q3, oper_status="亏损")

    content, wrong = read_cells(standing(said))

    assert not wrong
    assert {len(content[code]) for code in ("D3", "D4")} == {3, 2}
    assert [row["paid"] for row in content["D3"]] == [4800, None, None]
    said.content |= {code: content[code] for code in ("D3", "D4")}
    assert not all_found(said)
    before = facts()
    forget()
    enter(said)
    assert facts() == before
