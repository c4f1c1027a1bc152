"""The rules that hold for every sheet: amounts out of proportion, days outside the quarter, a return of nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from statistics import median

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unions.models import QuarterlyReturn, Severity
from unions.models.returns import IN_FORCE
from unions.returns.columns import Money, Number
from unions.returns.content import Content
from unions.returns.filing import Filing, content_of
from unions.returns.findings import Finding
from unions.returns.registry import Sheet, sheets
from unions.returns.rules import rule

# C-02: 64,228.50 yuan were once written as 64,228.5 ten-thousands.
MOST_TIMES, MOST_AT_ONCE = 100, Decimal(10_000_000)
QUARTERS_COMPARED = 4


@rule("X-20", Severity.WARNING, gettext_lazy("Amounts out of proportion"))
def amounts_in_proportion(filing: Filing) -> Iterator[Finding]:
    """More than a hundred times the median of the column in the last four quarters, or ten million at once."""
    earlier = contents_before(filing)
    for sheet in sheets():
        for name in (name for name, column in sheet.columns.items() if isinstance(column.kind, Money)):
            usual = usual_amount(earlier, sheet, name)
            for row in filing.rows(sheet.code):
                if row[name] and (row[name] > MOST_AT_ONCE or usual and row[name] > usual * MOST_TIMES):
                    message = _("Far above the usual %(usual)s yuan: is it in yuan? If it is right, say why.")
                    yield sheet.finding(row, name, message % {"usual": "—" if usual is None else f"{usual:,.2f}"})


def contents_before(filing: Filing) -> list[Content]:
    rows = QuarterlyReturn.objects.filter(
        union=filing.union, status__in=IN_FORCE, obligation__period__start__lt=filing.quarter.start
    )
    latest = rows.select_related("content").order_by("-obligation__period__start")[:QUARTERS_COMPARED]
    return [content_of(version) for version in latest]


def usual_amount(earlier: Iterable[Content], sheet: Sheet, name: str) -> Decimal | None:
    amounts = [row[name] for content in earlier for row in content.get(sheet.code, []) if row[name]]
    return median(amounts) if amounts else None


@rule("X-24", Severity.ERROR, gettext_lazy("Days lie in the quarter"))
def days_in_quarter(filing: Filing) -> Iterator[Finding]:
    quarter = filing.quarter
    for sheet in sheets():
        for row in filing.rows(sheet.code):
            for name in sheet.in_quarter:
                if row[name] and row[name] not in quarter:
                    message = _("Not in this quarter: from %(start)s to %(end)s.")
                    yield sheet.finding(row, name, message % {"start": quarter.start, "end": quarter.last_day})
            for name in sheet.later:
                if row[name] and row[name] >= quarter.end:
                    message = _("After the quarter's end: report it next quarter.")
                    yield sheet.finding(row, name, message)


@rule("X-25", Severity.WARNING, gettext_lazy("A return of nothing"))
def something_reported(filing: Filing) -> Iterator[Finding]:
    """Nothing but zeros and blanks in all sheets with numbers; a nil return says so already."""
    if filing.version and filing.version.channel == QuarterlyReturn.Channel.NIL:
        return
    filled = [row for sheet in sheets() if sheet.code != "D0" for row in filing.rows(sheet.code)]
    numbers = [
        row[name]
        for sheet in sheets()
        for row in filing.rows(sheet.code)
        for name, column in sheet.columns.items()
        if isinstance(column.kind, Number) and row[name] is not None
    ]
    if filled and not any(numbers):
        message = _("Every figure is zero. If there was truly nothing, file a nil return; else fill in the figures.")
        yield Finding("D0", message)
