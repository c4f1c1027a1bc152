"""Payments told on D3: each settles one recipient's share of one half-year.

What is paid is never changed by a return.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from finance.models import RemittanceLine
from finance.return_sheets.assessing import ZERO, is_settled
from unions.acting import across_scopes
from unions.models.base import in_period
from unions.periods import HalfYear, parse_period
from unions.returns.filing import Filing, content_of
from unions.returns.findings import Finding
from unions.returns.registry import Row, RowsError, Sheet

NEEDED = ("levy_of", "paid_on", "receipt_no", "channel")


def is_payment(row: Row) -> bool:
    return bool(row["paid"])


def half_of(code: str) -> HalfYear:
    half = parse_period(code)
    assert isinstance(half, HalfYear)  # the column reads nothing else
    return half


@dataclass
class Payment:
    """The rows of one receipt: several employers may each have paid a part of it."""

    rows: list[Row]

    @property
    def first(self) -> Row:
        return self.rows[0]

    @property
    def half(self) -> HalfYear:
        return half_of(self.first["levy_of"])

    @property
    def amount(self) -> Decimal:
        return sum((row["paid"] for row in self.rows), ZERO)

    def agrees_with(self, line: RemittanceLine) -> bool:
        said = (self.amount, self.first["paid_on"], self.first["channel"])
        return said == (line.amount, line.paid_on, line.channel)


def payments(rows: Sequence[Row]) -> list[Payment]:
    """The payments whose cells are all filled in, in the order of their rows."""
    found: dict[tuple[str, str], Payment] = {}
    for row in rows:
        if is_payment(row) and all(row[name] is not None for name in NEEDED):
            found.setdefault((row["levy_of"], row["receipt_no"]), Payment([])).rows.append(row)
    return list(found.values())


def check_payments(sheet: Sheet, rows: Sequence[Row], filing: Filing) -> Iterator[Finding]:
    for row in rows:
        if is_payment(row):
            for name in NEEDED:
                if row[name] is None and name not in row.typed:
                    yield sheet.finding(row, name, _("Something was remitted: fill this in."))
        elif row["paid_on"] or row["receipt_no"] or row["channel"]:
            yield sheet.finding(row, "paid", _("A payment is told here, but not how much."))
    said = payments(rows)
    for payment in said:
        yield from one_payment(sheet, payment, filing)
    yield from receipts_once(sheet, said, filing)


def one_payment(sheet: Sheet, payment: Payment, filing: Filing) -> Iterator[Finding]:
    """Rows of one receipt agree; the levy of a half-year is remitted when all of it is declared."""
    for row in payment.rows[1:]:
        for name in ("paid_on", "channel"):
            if row[name] != payment.first[name]:
                message = _("Row %(row)d says something else of the same receipt.") % {"row": payment.first.number}
                yield sheet.finding(row, name, message)
    if payment.half.end > filing.quarter.end:
        message = _("The levy of %(half)s is remitted as one sum once all its months are declared.")
        yield sheet.finding(payment.first, "levy_of", message % {"half": payment.half})


def receipts_once(sheet: Sheet, said: Sequence[Payment], filing: Filing) -> Iterator[Finding]:
    """A receipt belongs to one payment; who else used it is not told."""
    numbers = [payment.first["receipt_no"] for payment in said]
    with across_scopes():
        elsewhere = RemittanceLine.objects.filter(receipt_no__in=numbers).exclude(union=filing.union)
        taken = set(elsewhere.values_list("receipt_no", flat=True))
    for place, payment in enumerate(said):
        if numbers[place] in taken or numbers[place] in numbers[:place]:
            message = _("This receipt number is used for another payment already: compare it with the receipt.")
            yield sheet.finding(payment.first, "receipt_no", message)


def settle(sheet: Sheet, rows: Sequence[Row], filing: Filing) -> list[Row]:
    """Record the payments that are not recorded yet; their rows. Raises RowsError at the cells that do not fit."""
    said, refused, settled = payments(rows), [], []
    for payment in said:
        lines = list(lines_of(filing, payment.half))
        if any(line.receipt_no == payment.first["receipt_no"] and payment.agrees_with(line) for line in lines):
            continue
        line = next((line for line in lines if is_open(line) and line.amount == payment.amount), None)
        if line is None or any(line.receipt_no == payment.first["receipt_no"] for line in lines):
            refused.append(sheet.finding(payment.first, *misfit(payment, lines)))
            continue
        try:
            record(line, payment)
            settled += payment.rows
        except ValidationError as error:
            refused.append(sheet.finding(payment.first, "receipt_no", error.messages[0]))
    refused += no_longer_said(sheet, said, filing)
    if refused:
        raise RowsError(refused)
    return settled


def record(line: RemittanceLine, payment: Payment) -> None:
    """Write a payment onto its share. Raises ValidationError, as where the receipt stands on another share."""
    for name in ("paid_on", "receipt_no", "channel"):
        setattr(line, name, payment.first[name])
    line.full_clean()
    line.save()


def lines_of(filing: Filing, half: HalfYear) -> Any:
    rows = RemittanceLine.objects.select_for_update().filter(union=filing.union, assessment__accrual_start=half.start)
    return rows.order_by("recipient")


def is_open(line: RemittanceLine) -> bool:
    return not is_settled(line) and not line.is_exempt


def misfit(payment: Payment, lines: Sequence[RemittanceLine]) -> tuple[str, str]:
    """The cell that keeps a payment from being recorded, and why."""
    half, receipt = payment.half, payment.first["receipt_no"]
    if not lines:
        return "levy_of", _("No levy of %(half)s is assessed: its payrolls are declared first.") % {"half": half}
    recorded = next((line for line in lines if line.receipt_no == receipt), None) or next(
        (line for line in lines if is_settled(line)), None
    )
    still_open = [line for line in lines if is_open(line)]
    if recorded and (recorded.receipt_no == receipt or not still_open):
        return "paid", recorded_already(recorded)
    if not still_open:
        return "paid", _("The levy of %(half)s was let off: nothing is to be remitted.") % {"half": half}
    amounts = "、".join(f"{line.get_recipient_display()} {line.amount:,.2f}" for line in still_open)
    message = _("Of the levy of %(half)s there is to be remitted, in one sum: %(amounts)s.")
    return "paid", message % {"half": half, "amounts": amounts}


def recorded_already(line: RemittanceLine) -> str:
    message = _(
        "Recorded already: %(amount)s yuan on %(day)s, receipt %(receipt)s. A return does not change what is paid; "
        "ask the federation's finance office."
    )
    return message % {"amount": f"{line.amount:,.2f}", "day": line.paid_on, "receipt": line.receipt_no}


def no_longer_said(sheet: Sheet, said: Sequence[Payment], filing: Filing) -> Iterator[Finding]:
    """A payment that the version in force brought is not taken back by leaving it out."""
    before = payments(content_of(filing.in_force).get(sheet.code, []))
    numbers = {payment.first["receipt_no"] for payment in before} - {payment.first["receipt_no"] for payment in said}
    for line in RemittanceLine.objects.filter(union=filing.union, receipt_no__in=numbers):
        yield sheet.finding(None, "", recorded_already(line))


def standing_payments(filing: Filing) -> Iterator[tuple[dict[str, Any], date]]:
    """What the rows say of the payments of the quarter, with the day of each."""
    rows = RemittanceLine.objects.filter(in_period("paid_on", filing.quarter), union=filing.union)
    for line in rows.select_related("assessment").order_by("paid_on", "pk"):
        assert line.paid_on  # filtered
        half = HalfYear.containing(line.assessment.accrual_start)
        facts = {"paid": line.amount, "paid_on": line.paid_on, "receipt_no": line.receipt_no, "channel": line.channel}
        yield facts | {"levy_of": str(half)}, line.paid_on
