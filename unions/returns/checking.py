"""From cells to rows and findings: every cell by its column, every sheet by itself, then the rules across them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from unions.models import Severity
from unions.returns.columns import CellError, Once, Value
from unions.returns.content import Cells, Content
from unions.returns.filing import Filing
from unions.returns.findings import Finding, shown
from unions.returns.registry import Row, Sheet, sheets
from unions.returns.rules import rules

# Nobody mends more at a time; the last one says how many there were.
MOST_FINDINGS = 1000
# Where more cells than this cannot be read, the others cannot be meant either; reading them would only take time.
MOST_UNREAD = 5 * MOST_FINDINGS
GIVEN_UP = "given_up"


def read_cells(cells: Cells) -> tuple[Content, list[Finding]]:
    """The rows of every sheet, and what is wrong with their cells. Rows that hold nothing are no rows."""
    content: Content = {}
    findings: list[Finding] = []
    for sheet in sheets():
        content[sheet.code] = rows = []
        for row, wrong in read_rows(sheet, cells.get(sheet.code, ())):
            rows.append(row)
            findings += wrong
            if len(findings) > MOST_UNREAD:
                return content, [given_up(sheet), *findings]
    return content, findings


def given_up(sheet: Sheet) -> Finding:
    message = _(
        "So many cells do not fit their columns that the check stopped here: the columns are probably shifted. Mend "
        "the sheet and upload the workbook again."
    )
    return Finding(sheet.code, message, severity=Severity.BLOCKING, rule=GIVEN_UP)


def is_given_up(findings: Sequence[Finding]) -> bool:
    """Whether the rest was not read."""
    return bool(findings) and findings[0].rule == GIVEN_UP


def read_rows(
    sheet: Sheet, lines: Sequence[tuple[int, Mapping[str, Value]]]
) -> Iterator[tuple[Row, Sequence[Finding]]]:
    """Each row with what is wrong in it; a value that comes again in its column is read once."""
    plan = [(name, Once(column.read)) for name, column in sheet.columns.items()]
    for number, typed in lines:
        get = typed.get
        values = {name: once.of_cell(get(name)) for name, once in plan}
        wrong = [name for name, found in values.items() if found.__class__ is CellError]
        yield sorted_out(sheet, number, typed, values, wrong) if wrong else (Row(number, values), ())


def sorted_out(
    sheet: Sheet, number: int, typed: Mapping[str, Value], values: dict[str, Any], wrong: Sequence[str]
) -> tuple[Row, list[Finding]]:
    """The row without the cells that could not be read, which stay as they were typed."""
    findings = []
    for name in wrong:
        value = shown(typed.get(name), is_personal=sheet.columns[name].kind.is_personal)
        findings.append(Finding(sheet.code, str(values[name]), number, name, value))
        values[name] = None
    unread = {name: str(typed[name]) for name in wrong if typed.get(name) is not None}
    return Row(number, values, unread), findings


def examine(filing: Filing) -> list[Finding]:
    """What the sheets and the rules find in a return whose cells are read."""
    found = [finding for sheet in sheets() for finding in examine_sheet(sheet, filing)]
    return found + [finding for rule in rules() for finding in rule.findings(filing)]


def examine_sheet(sheet: Sheet, filing: Filing) -> Iterator[Finding]:
    rows = filing.rows(sheet.code)
    if sheet.code in filing.exempted:
        return
    if sheet.is_required and not rows:
        yield sheet.finding(None, "", _("This sheet is not filled in."))
    if sheet.is_single and len(rows) > 1:
        yield sheet.finding(rows[1], "", _("This sheet has one row only."))
    yield from repeated(sheet, rows)
    yield from sheet.check(rows, filing)


def repeated(sheet: Sheet, rows: list[Row]) -> Iterator[Finding]:
    """Rows that say the same thing twice."""
    first: dict[tuple[object, ...], int] = {}
    for row in rows:
        key = sheet.key_of(row.values)
        if not sheet.key or None in key:
            continue
        if key in first:
            yield sheet.finding(
                row, sheet.key[0], _("The same as row %(row)d: leave one of them.") % {"row": first[key]}
            )
        first.setdefault(key, row.number)


def at_most(findings: list[Finding]) -> list[Finding]:
    """The findings that are kept, with a last one for those that are not."""
    if len(findings) <= MOST_FINDINGS:
        return findings
    more = _("%(number)d more are not listed: mend these first.") % {"number": len(findings) - MOST_FINDINGS}
    return [*findings[:MOST_FINDINGS], Finding(findings[MOST_FINDINGS].sheet, more)]
