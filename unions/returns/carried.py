"""What was wrong with a workbook itself stands, whatever is mended in the browser, until its place is typed anew."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from unions.models import QuarterlyReturn
from unions.returns.content import Cells, cells_of
from unions.returns.filing import content_of
from unions.returns.findings import Finding

# Rows and cells that were not read, or not as they are seen: the cells that are kept do not show it.
OF_THE_FILE = (
    "columns",
    "duplicate_cell",
    "error_value",
    "formula_without_value",
    "given_up",
    "hidden_row",
    "merged_cells",
    "percentage",
)


def carried(version: QuarterlyReturn | None, cells: Cells, retyped: Collection[str] = ()) -> list[Finding]:
    """The findings of that kind which ``cells``, made from the version, do not answer.

    A cell answers by another text, a row or sheet only when its sheet is ``retyped`` as a whole.
    """
    if version is None:
        return []
    before = cells_of(content_of(version))
    rows = version.findings.filter(rule__in=OF_THE_FILE).exclude(sheet__in=retyped)
    found = (Finding(row.sheet, row.message, row.row, row.column, row.value, row.severity, row.rule) for row in rows)
    return [one for one in found if not one.column or text_at(cells, one) == text_at(before, one)]


def text_at(cells: Cells, finding: Finding) -> Any:
    rows = cells.get(finding.sheet, ())
    return next((typed.get(finding.column) for number, typed in rows if number == finding.row), None)
