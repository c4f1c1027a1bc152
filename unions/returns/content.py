"""The rows of a version as they are kept: the text of every filled cell, compressed and sealed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from unions.crypto import open_bytes, seal_bytes
from unions.returns.columns import CellError, Once, Value
from unions.returns.registry import SHEETS, Row, Sheet

Content = dict[str, list[Row]]
# What was typed, before it is read: sheet, then rows with their numbers, then cells by column.
Cells = Mapping[str, Sequence[tuple[int, Mapping[str, Value]]]]


def pack(content: Content) -> bytes:
    """The sealed text of the rows."""
    texts = {
        code: [[row.number, texts] for row, texts in texts_of_all(SHEETS[code], rows)] for code, rows in content.items()
    }
    return seal_bytes(zlib.compress(json.dumps(texts, ensure_ascii=False).encode()))


def unpack(sealed: bytes | memoryview | None) -> Content:
    """The rows again, their cells read by today's columns; a column that is no more is left out."""
    if not sealed:
        return {}
    texts = json.loads(zlib.decompress(open_bytes(bytes(sealed))))
    return {code: list(rows_of(SHEETS[code], rows)) for code, rows in texts.items() if code in SHEETS}


def texts_of(sheet: Sheet, row: Row) -> dict[str, str]:
    """Every filled cell as the template would write it, and those that could not be read as they were typed."""
    shown = {name: sheet.columns[name].kind.show(value) for name, value in row.values.items() if value is not None}
    return shown | row.typed


def texts_of_all(sheet: Sheet, rows: Sequence[Row]) -> Iterator[tuple[Row, dict[str, str]]]:
    """The same for many rows, each value that comes again shown once."""
    plan = {name: Once(column.kind.show) for name, column in sheet.columns.items()}
    for row in rows:
        texts = {name: plan[name][value] for name, value in row.values.items() if value is not None}
        yield row, texts | row.typed if row.typed else texts


def rows_of(sheet: Sheet, lines: Iterable[tuple[int, Mapping[str, str]]]) -> Iterator[Row]:
    """Rows from the texts of their cells; what no longer fits its column stays as it was typed."""
    plan = {name: Once(column.kind.parse) for name, column in sheet.columns.items()}
    empty = dict.fromkeys(plan)
    for number, texts in lines:
        values: dict[str, Any] = empty.copy()
        typed: dict[str, str] = {}
        for name, text in texts.items():
            if name in plan:
                found = plan[name][text]
                if found.__class__ is CellError:
                    typed[name] = text
                else:
                    values[name] = found
        yield Row(number, values, typed)


def cells_of(content: Content) -> dict[str, list[tuple[int, dict[str, Value]]]]:
    """The rows as cells again, to be changed and checked anew."""
    return {code: [(row.number, dict(texts_of(SHEETS[code], row))) for row in rows] for code, rows in content.items()}
