"""The rows of a version as they are kept: the text of every filled cell, compressed and sealed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence

from unions.crypto import open_bytes, seal_bytes
from unions.returns.columns import Value
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
        code: [Row(number, read_texts(SHEETS[code], cells)) for number, cells in rows]
        for code, rows in texts.items()
        if code in SHEETS
    }


def texts_of(sheet: Sheet, row: Row) -> dict[str, str]:
    return {name: sheet.columns[name].kind.show(value) for name, value in row.values.items() if value is not None}


def read_texts(sheet: Sheet, cells: Mapping[str, str]) -> dict[str, object]:
    return {name: column.kind.parse(cells[name]) if name in cells else None for name, column in sheet.columns.items()}
