"""An uploaded workbook taken apart: is it this union's template of this quarter, and what stands in its cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from unions.models import Severity
from unions.returns.columns import CellError, Column, Text, Value
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.registry import TEMPLATE_VERSION, Sheet, sheets
from unions.returns.template import FIRST_ROW, STAMP, layout

if TYPE_CHECKING:
    from unions.returns.reading import Line, Workbook

FilledCells = dict[str, list[tuple[int, dict[str, Value]]]]
CODES_ROW = 1
LONGEST_STAMP = 40


def stamp_in(book: Workbook) -> dict[str, str]:
    """What the hidden sheet says; empty for a workbook that did not come from the portal."""
    pairs = (line.cells[:2] for line in book.sheets.get(STAMP, []) if len(line.cells) >= 2)
    return {str(key): str(value)[:LONGEST_STAMP] for key, value in pairs}


def refuse_stranger(book: Workbook, filing: Filing) -> list[Finding]:
    """What makes this no workbook for this return: none of ours, another version, union or quarter."""
    stamp = stamp_in(book)
    wanted = {"union": filing.union.code, "period": str(filing.quarter)}
    here = {"union": f"{filing.union.name} ({filing.union.code})", "period": filing.quarter.label}
    messages = {
        "union": _("This is the workbook of union %(found)s; here %(here)s files. Choose the other file."),
        "period": _("This is the workbook of %(found)s; here the return of %(here)s is filed. Choose the other file."),
    }
    if not stamp:
        return [stranger(_("This is not the portal's template: download it here and copy your figures into it."))]
    if stamp.get("template") != TEMPLATE_VERSION or stamp.get("layout") != layout():
        return [stranger(_("This is an older template: download today's and copy your figures into it."))]
    return [
        stranger(messages[key] % {"found": stamp.get(key, ""), "here": here[key]})
        for key, value in wanted.items()
        if stamp.get(key) != value
    ]


def stranger(message: str) -> Finding:
    return Finding("D0", message, severity=Severity.BLOCKING, rule="template")


def take_apart(book: Workbook, filing: Filing) -> tuple[FilledCells, list[Finding]]:
    """The filled cells of every sheet by column, and what keeps sheets or cells from being read."""
    cells: FilledCells = {}
    findings: list[Finding] = []
    for sheet in sheets():
        if sheet.code in filing.exempted:
            continue
        name, lines = lines_of(book, sheet)
        names, wrong = columns_of(sheet, lines)
        wrong = wrong or twice(book, sheet) or misplaced(sheet, lines, names)
        findings += wrong
        if not wrong:
            cells[sheet.code] = list(filled(lines, names))
        findings += troubles(book, name, sheet, names)
    return cells, findings


def lines_of(book: Workbook, sheet: Sheet) -> tuple[str, Sequence[Line]]:
    """The sheet that begins with the code; the words after it may be anything."""
    for name, lines in book.sheets.items():
        if name.split(" ")[0] == sheet.code:
            return name, lines
    return "", []


def twice(book: Workbook, sheet: Sheet) -> list[Finding]:
    """A copy of the sheet beside it: which of them counts, nobody can tell."""
    names = [name for name in book.sheets if name.split(" ")[0] == sheet.code]
    if len(names) < 2:
        return []
    message = _("This sheet is there more than once (%(names)s): leave the one that counts, delete the others.")
    return [stopped(sheet, message % {"names": _(", ").join(names)})]


def misplaced(sheet: Sheet, lines: Sequence[Line], names: list[str]) -> list[Finding]:
    """Data where captions and hints stand, as when a row above was deleted: they would not be read."""
    for line in lines:
        if line.number >= FIRST_ROW:
            break
        if line.number > CODES_ROW and any(is_data(sheet.columns[name], cell) for name, cell in named(names, line)):
            message = _("Row %(row)d holds data, but they begin in row %(first)d: insert the deleted row again.")
            return [stopped(sheet, message % {"row": line.number, "first": FIRST_ROW})]
    return []


def is_data(column: Column, cell: Value) -> bool:
    """Whether the cell can be no caption and no hint: it is no text, or fits a column that takes not any text."""
    if not isinstance(cell, str):
        return True
    try:
        return not isinstance(column.kind, Text) and column.read(cell) is not None
    except CellError:
        return False


def stopped(sheet: Sheet, message: str) -> Finding:
    return Finding(sheet.code, message, severity=Severity.BLOCKING, rule="columns")


def columns_of(sheet: Sheet, lines: Sequence[Line]) -> tuple[list[str], list[Finding]]:
    """The columns in the order of the file, by the hidden codes; a finding where they are not as they were made."""
    head = next((line for line in lines if line.number == CODES_ROW), None)
    names = [str(cell or "") for cell in head.cells] if head else []
    if [name for name in names if name] == list(sheet.columns):
        return names, []
    if not lines:
        message = _("This sheet is missing: download the template again, sheets are not deleted or renamed.")
    else:
        message = _("Columns were moved, deleted or inserted here: download the template again and copy the data over.")
    return names, [stopped(sheet, message)]


def filled(lines: Sequence[Line], names: list[str]) -> Iterator[tuple[int, dict[str, Value]]]:
    """The rows from the first of the data on that hold anything."""
    for line in lines:
        if line.number < FIRST_ROW:
            continue
        cells = dict(named(names, line))
        if any(not isinstance(value, str) or value.strip() for value in cells.values()):
            yield line.number, cells


def named(names: list[str], line: Line) -> Iterator[tuple[str, Value]]:
    """The filled cells of a line by their columns."""
    return ((name, value) for name, value in zip(names, line.cells, strict=False) if name and value not in (None, ""))


def troubles(book: Workbook, name: str, sheet: Sheet, names: list[str]) -> Iterator[Finding]:
    """What the reader found in the cells themselves, such as a formula that was never calculated."""
    for problem in book.problems:
        if problem.sheet == name and problem.row >= FIRST_ROW:
            column = names[problem.column - 1] if 0 < problem.column <= len(names) else ""
            if problem.column and not column and problem.code != "merged_cells":
                # Beside the table, where nothing is read.
                continue
            yield Finding(sheet.code, problem.message, problem.row, column, rule=problem.code)
