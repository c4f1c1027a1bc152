"""The user's own workbook back again, every place to mend in red with what is wrong as its comment."""

from __future__ import annotations

import marshal
from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import gettext as _

from unions.models import ReturnFinding, Severity
from unions.returns.prescreen import Unreadable
from unions.returns.reading import LIMITS, address, child
from unions.returns.registry import SHEETS

CHILD = Path(__file__).with_name("marking_child.py")
COLOURS = {Severity.WARNING: "FFF3D6", Severity.HINT: "E8F1FB"}
RED = "F9C6C9"


def marked(file: bytes, findings: Iterable[ReturnFinding]) -> bytes:
    """The workbook with its marks, made in a child process as it was read. Raises Unreadable if that dies."""
    marks = [mark for finding in findings if (mark := mark_of(finding))]
    with child(CHILD, str(LIMITS.memory), LIMITS) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(marshal.dumps((marks, file)))
            process.stdin.close()
        except BrokenPipeError:
            pass
        content: bytes = process.stdout.read()
    if not content:
        raise Unreadable(_("The places could not be marked in this file: see them on the page."), code="unmarked")
    return content


def mark_of(finding: ReturnFinding) -> tuple[str, str, str, str] | None:
    """Sheet code, cell, colour, comment; a finding on a row stands at its first cell, on a sheet at its caption."""
    sheet = SHEETS.get(finding.sheet)
    if sheet is None:
        return None
    names = list(sheet.columns)
    column = names.index(finding.column) + 1 if finding.column in names else 1
    return (
        finding.sheet,
        address(finding.row or 2, column),
        COLOURS.get(Severity(finding.severity), RED),
        finding.message,
    )
