"""D3: the payroll of each employer and month, and beside it what was remitted or is asked to be let off.

Levy accrues over a half-year and is remitted after it, so a payment or an application names the half-year it is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from finance.models import Exemption, PayrollDeclaration, Recipient, RemittanceLine
from finance.return_sheets.assessing import accrued_on, assess, rates_for, share
from finance.return_sheets.exempting import ask, check_applications, is_application, standing_applications
from finance.return_sheets.remitting import check_payments, is_payment, settle, standing_payments
from unions.models import OperatingStatus
from unions.models.base import in_period
from unions.periods import HalfYear, month_start, parse_period
from unions.returns.columns import CellError, Choice, Column, Day, Money, Month, Text, Value, Whole, refuse_full_width
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.model_sheets import EMPLOYER, EmployerCode, ModelSheet
from unions.returns.registry import Row, RowsError, Tally, sheet

# What a row says of a payroll: all of it, or nothing where it only reports a payment or an application.
DECLARED = ("headcount", "payroll", "accrued", "remit_district", "remit_subdistrict")
STOPPED = (OperatingStatus.SUSPENDED, OperatingStatus.CLOSED)
EXEMPT = {"NO": gettext_lazy("No")} | dict(Exemption.Kind.choices)
HALVES_OFFERED = 4


class HalfYearCode(Text):
    """A half-year as 2025H2; the template offers this one and those before it."""

    def __init__(self) -> None:
        super().__init__(6)

    def parse(self, value: Value) -> str:
        text = super().parse(value).upper()
        refuse_full_width(text)
        try:
            half = parse_period(text)
        except ValueError:
            half = None
        if not isinstance(half, HalfYear):
            raise CellError(_("A half-year is written as 2025H2."))
        return str(half)

    def rule(self, filing: Filing) -> dict[str, Any]:
        halves = [filing.quarter.half]
        while len(halves) < HALVES_OFFERED:
            halves.append(halves[-1].previous())
        return {"validate": "list", "source": [str(half) for half in halves]}


@sheet
class Payroll(ModelSheet):
    code = "D3"
    title = gettext_lazy("Payroll and levy")
    lead = gettext_lazy(
        "One row for each employer and month. A payment stands on one row, with the half-year whose levy it remits."
    )
    model = PayrollDeclaration
    key = (EMPLOYER, "month")
    in_quarter = ("month", "paid_on")

    employer_code = Column(gettext_lazy("Employer code"), EmployerCode(), required=True, attribute="employer__code")
    month = Column(gettext_lazy("Month"), Month(), required=True, attribute="month")
    headcount = Column(
        gettext_lazy("Average headcount"),
        Whole(),
        attribute="headcount",
        hint=gettext_lazy("This and the next four: empty only on a row for a payment or an application."),
    )
    payroll = Column(gettext_lazy("Payroll (yuan)"), Money(), attribute="payroll")
    accrued = Column(gettext_lazy("Levy accrued (yuan)"), Money(), hint=gettext_lazy("Two per cent of the payroll."))
    remit_district = Column(gettext_lazy("Share of the district (yuan)"), Money())
    remit_subdistrict = Column(gettext_lazy("Share of the sub-district (yuan)"), Money())
    levy_of = Column(
        gettext_lazy("Half-year of the levy"),
        HalfYearCode(),
        hint=gettext_lazy("With a payment or an application: whose levy it is, as 2025H2."),
    )
    paid = Column(gettext_lazy("Remitted (yuan)"), Money())
    paid_on = Column(gettext_lazy("Remitted on"), Day())
    receipt_no = Column(gettext_lazy("Receipt number"), Text(40))
    channel = Column(gettext_lazy("Channel"), Choice(RemittanceLine.Channel))
    exempt = Column(gettext_lazy("Exemption or deferral asked for"), Choice(EXEMPT), required=True)
    loss = Column(gettext_lazy("Loss of the period (yuan)"), Money())
    exempt_reason = Column(pgettext_lazy("exemption", "Reason and statements attached"), Text(200))

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        rows = PayrollDeclaration.objects.filter(in_period("month", filing.quarter), union=filing.union)
        return rows.select_related("employer", "source_return").order_by("employer__code", "month")

    def standing(self, filing: Filing) -> Iterable[dict[str, Any]]:
        rows = {self.key_of(values): values for values in self.declared(filing)}
        said = [*standing_payments(filing), *standing_applications(filing)]
        free = free_cells(filing, rows)
        for facts, day in said:
            cell = next((key for key in free if key[1] == month_start(day.year, day.month)), next(iter(free), None))
            if cell is not None:
                free.remove(cell)
                rows[cell] = self.blank(*cell) | rows.get(cell, {}) | facts
        return [rows[key] for key in sorted(rows)]

    def declared(self, filing: Filing) -> Iterator[dict[str, Any]]:
        rates = rates_for(filing)
        for instance in self.rows_of(filing):
            values = self.values_of(instance)
            accrued = accrued_on(values["payroll"])
            yield values | {
                "accrued": accrued,
                "remit_district": share(accrued, rates.get(Recipient.DISTRICT)),
                "remit_subdistrict": share(accrued, rates.get(Recipient.SUBDISTRICT)),
                "exempt": "NO",
            }

    def blank(self, employer: str, month: date) -> dict[str, Any]:
        return dict.fromkeys(self.columns) | {EMPLOYER: employer, "month": month, "exempt": "NO"}

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        yield from super().check(rows, filing)
        for row in rows:
            yield from self.whole(row)
            if row["headcount"] == 0 and not is_stopped(row, filing):
                message = _("Nobody worked here, but the business is not said to have stopped (D1a).")
                yield self.finding(row, "headcount", message)
        yield from check_payments(self, rows, filing)
        yield from check_applications(self, rows)

    def whole(self, row: Row) -> Iterator[Finding]:
        """A payroll is declared with all it needs; a row without one reports a payment or an application."""
        filled = [name for name in DECLARED if row[name] is not None or name in row.typed]
        if not filled and (is_payment(row) or is_application(row)):
            return
        for name in DECLARED:
            if name not in filled:
                yield self.finding(row, name, str(self.columns[name].kind.missing))

    def apply(self, rows: Sequence[Row], filing: Filing) -> Tally:
        outcomes = self.declare(rows, filing)
        for row in [*settle(self, rows, filing), *ask(self, rows, filing)]:
            if outcomes[row.number] == "unchanged":
                outcomes[row.number] = "updated" if row["payroll"] is not None else "created"
        tally = Tally()
        for outcome in outcomes.values():
            tally.count(outcome)
        return tally

    def declare(self, rows: Sequence[Row], filing: Filing) -> dict[int, str]:
        """Store the payrolls and assess the half-year anew where they changed it; the outcome of each row."""
        known = {self.key_of(self.values_of(instance)): instance for instance in self.rows_of(filing)}
        outcomes, refused = dict.fromkeys((row.number for row in rows), "unchanged"), []
        for row in rows:
            if row["payroll"] is None:
                continue
            try:
                outcomes[row.number] = self.put(known.pop(self.key_of(row.values), None), row, filing)
            except ValidationError as error:
                refused += self.refusals(row, error)
        if refused:
            raise RowsError(refused)
        self.take_away(known.values(), filing)
        self.reckon([row for row in rows if outcomes[row.number] != "unchanged"], filing)
        return outcomes

    def reckon(self, changed: Sequence[Row], filing: Filing) -> None:
        """Assess the half-year anew. Raises RowsError at the payrolls that would change what is remitted."""
        try:
            assess(filing)
        except ValidationError as error:
            message = error.messages[0]
            at_cells = [self.finding(row, "payroll", message) for row in changed]
            raise RowsError(at_cells or [self.finding(None, "", message)]) from None


def is_stopped(row: Row, filing: Filing) -> bool:
    """Whether the union's profile or the register says that the employer stands still."""
    profile, employer = filing.one("D1a"), filing.employers.get(row[EMPLOYER])
    said = {profile["oper_status"] if profile else "", employer.operating_status if employer else ""}
    return not said.isdisjoint(STOPPED)


def free_cells(filing: Filing, declared: Iterable[tuple[str, date]]) -> list[tuple[str, date]]:
    """Where a payment may stand: an employer and a month each; rows of a payroll come first."""
    start = filing.quarter.start
    months = [month_start(start.year, start.month + number) for number in range(3)]
    others = [(code, month) for code in filing.employers for month in months]
    return list(dict.fromkeys([*declared, *others]))
