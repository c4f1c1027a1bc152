"""Rows as a workbook, exactly as the page shows them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter


def workbook(title: str, captions: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """One sheet: the captions, then the rows; dates as dates, numbers as numbers, all else as text."""
    buffer = io.BytesIO()
    # A cell that begins with "=" is text here, never a formula.
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(title[:31])
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    sheet.write_row(0, 0, captions, formats["head"])
    for line, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            write(sheet, line, place, value, formats)
    sheet.freeze_panes(1, 0)
    sheet.autofit()
    book.close()
    return buffer.getvalue()


def write(sheet: Any, line: int, place: int, value: Any, formats: dict[str, Any]) -> None:
    if value is None:
        sheet.write_blank(line, place, None)
    elif isinstance(value, date):
        sheet.write_datetime(line, place, value, formats["date"])
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        sheet.write_number(line, place, value)
    else:
        sheet.write_string(line, place, str(value))
