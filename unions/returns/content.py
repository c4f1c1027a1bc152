"""The rows of a version as they are kept: the text of every filled cell, compressed and sealed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from unions.crypto import open_bytes, seal_bytes
from unions.returns.columns import CellError, Value
from unions.returns.registry import SHEETS, Row, Sheet

Content = dict[str, list[Row]]
# What was typed, before it is read: sheet, then rows with their numbers, then cells by column.
Cells = Mapping[str, Sequence[tuple[int, Mapping[str, Value]]]]


def pack(content: Content) -> bytes:
    """The sealed text of the rows."""
    texts = {code: [[row.number, texts_of(SHEETS[code], row)] for row in rows] for code, rows in content.items()}
    return seal_bytes(zlib.compress(json.dumps(texts, ensure_ascii=False).encode()))


def unpack(sealed: bytes | memoryview | None) -> Content:
    """The rows again, their cells read by today's columns; a column that is no more is left out."""
    if not sealed:
        return {}
    texts = json.loads(zlib.decompress(open_bytes(bytes(sealed))))
    return {
        code: [row_of(SHEETS[code], number, cells) for number, cells in rows]
        for code, rows in texts.items()
        if code in SHEETS
    }


def texts_of(sheet: Sheet, row: Row) -> dict[str, str]:
    """Every filled cell as the template would write it, and those that could not be read as they were typed."""
    shown = {name: sheet.columns[name].kind.show(value) for name, value in row.values.items() if value is not None}
    return shown | row.typed


def row_of(sheet: Sheet, number: int, texts: Mapping[str, str]) -> Row:
    values: dict[str, Any] = {}
    typed: dict[str, str] = {}
    for name, column in sheet.columns.items():
        values[name] = None
        try:
            values[name] = column.kind.parse(texts[name]) if name in texts else None
        except CellError:
            typed[name] = texts[name]
    return Row(number, values, typed)


def cells_of(content: Content) -> dict[str, list[tuple[int, dict[str, Value]]]]:
    """The rows as cells again, to be changed and checked anew."""
    return {code: [(row.number, dict(texts_of(SHEETS[code], row))) for row in rows] for code, rows in content.items()}
