"""Applications told on D3: to be let off or given time for the levy of one half-year (rules B1.10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from finance.models import Exemption
from finance.return_sheets.assessing import is_settled
from finance.return_sheets.remitting import half_of, is_payment, lines_of
from unions.models.base import in_period
from unions.periods import HalfYear
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.registry import Row, RowsError, Sheet

Status = Exemption.Status
# Nobody has decided on these yet: the union may still change them.
OPEN = (Status.DRAFT, Status.SUBMITTED, Status.RETURNED)


def is_application(row: Row) -> bool:
    return row["exempt"] in Exemption.Kind.values


def key_of(row: Row) -> tuple[str, str]:
    return row["levy_of"], row["exempt"]


def facts_of(row: Row) -> dict[str, Any]:
    return {"loss": row["loss"], "reason": row["exempt_reason"] or ""}


def check_applications(sheet: Sheet, rows: Sequence[Row]) -> Iterator[Finding]:
    first: dict[tuple[str, str], Row] = {}
    for row in rows:
        if not is_application(row):
            continue
        if row["levy_of"] is None and "levy_of" not in row.typed:
            yield sheet.finding(row, "levy_of", _("Say for which half-year's levy, as 2025H2."))
        if not row["exempt_reason"] and "exempt_reason" not in row.typed:
            yield sheet.finding(row, "exempt_reason", _("Say why, and which statements are attached."))
        if is_payment(row):
            yield sheet.finding(row, "exempt", _("This row tells of a payment: ask for the exemption on another row."))
        same = first.setdefault(key_of(row), row)
        if facts_of(same) != facts_of(row):
            message = _("Row %(row)d says something else of the same application.") % {"row": same.number}
            yield sheet.finding(row, "exempt_reason", message)


def ask(sheet: Sheet, rows: Sequence[Row], filing: Filing) -> list[Row]:
    """Record the applications; the rows that changed something. Raises RowsError where one was decided on."""
    first: dict[tuple[str, str], Row] = {}
    for row in rows:
        if is_application(row):
            first.setdefault(key_of(row), row)
    changed, refused = [], []
    for row in first.values():
        try:
            if put(row, filing):
                changed.append(row)
        except ValidationError as error:
            refused.append(sheet.finding(row, "exempt", error.messages[0]))
    refused += take_back(sheet, set(first), filing)
    if refused:
        raise RowsError(refused)
    return changed


def put(row: Row, filing: Filing) -> bool:
    """Store one application; whether anything changed. Raises ValidationError if it cannot be."""
    half = half_of(row["levy_of"])
    held = Exemption.objects.filter(union=filing.union, accrual_start=half.start, kind=row["exempt"]).first()
    if held is None:
        if any(is_settled(line) for line in lines_of(filing, half)):
            raise ValidationError(_("The levy of %(half)s is remitted already.") % {"half": half})
        held = Exemption(union=filing.union, accrual_start=half.start, kind=row["exempt"], source_return=filing.version)
    elif all(getattr(held, name) == value for name, value in facts_of(row).items()):
        return False
    elif held.status not in OPEN:
        raise ValidationError(decided(held))
    for name, value in facts_of(row).items():
        setattr(held, name, value)
    held.status, held.applied_on = Status.SUBMITTED, held.applied_on or applied_on(filing)
    held.full_clean()
    held.save()
    return True


def applied_on(filing: Filing) -> date:
    """The day on which the return was signed."""
    cover = filing.one("D0")
    return (cover["signed_on"] if cover else None) or filing.quarter.end


def decided(application: Exemption) -> str:
    message = _("This application was decided on %(day)s (%(status)s): a return no longer changes it.")
    return message % {"day": application.decided_on, "status": application.get_status_display()}


def take_back(sheet: Sheet, said: set[tuple[str, str]], filing: Filing) -> Iterator[Finding]:
    """Withdraw what an earlier version of this return asked for and this one does not, unless it was decided on."""
    rows = Exemption.objects.filter(union=filing.union, source_return__obligation=filing.obligation)
    for application in rows:
        if (str(HalfYear.containing(application.accrual_start)), application.kind) in said:
            continue
        if application.status in OPEN:
            application.delete()
        else:
            yield sheet.finding(None, "", decided(application))


def standing_applications(filing: Filing) -> Iterator[tuple[dict[str, Any], date]]:
    """What the rows say of the applications of the quarter, with the day of each."""
    rows = Exemption.objects.filter(in_period("applied_on", filing.quarter), union=filing.union)
    for application in rows.exclude(status=Status.DRAFT).order_by("applied_on", "pk"):
        assert application.applied_on  # filtered
        facts = {"exempt": application.kind, "loss": application.loss, "exempt_reason": application.reason}
        yield facts | {"levy_of": str(HalfYear.containing(application.accrual_start))}, application.applied_on
