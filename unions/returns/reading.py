"""A workbook someone sent, as plain values: read by a child process that may die without harm to this one."""

from __future__ import annotations

import json
import marshal
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unions.returns.lines import Line, Lines, Value
from unions.returns.prescreen import DAMAGED, LIMITS, TOO_LARGE_INSIDE, UNUSUAL, Limits, Unreadable, prescreen

__all__ = [
    "LIMITS",
    "Limits",
    "Line",
    "Lines",
    "Problem",
    "Unreadable",
    "Value",
    "Workbook",
    "address",
    "read_workbook",
]


CHILD = Path(__file__).with_name("reading_child.py")
LENGTH = struct.Struct("<I")
LONGEST_FRAME = 256 * 1024 * 1024

TOO_HEAVY = gettext_lazy(
    "Reading the workbook took too long or too much memory. Copy the cells you need into a new workbook and send that."
)
REFUSALS: dict[str, Any] = {
    "damaged": DAMAGED,
    "unusual": UNUSUAL,
    "too_heavy": TOO_HEAVY,
    "too_many_cells": TOO_LARGE_INSIDE,
    "too_many_sheets": gettext_lazy(
        "The workbook has more than %(limit)s sheets. Keep the sheets of the template only and send it again."
    ),
    "too_many_rows": gettext_lazy(
        "Sheet %(sheet)s has something in row %(row)s; at most %(limit)s rows can be read. Delete what does not "
        "belong there, or send it in parts."
    ),
    "too_many_columns": gettext_lazy(
        "Sheet %(sheet)s has something in cell %(cell)s; at most %(limit)s columns can be read. Delete what does "
        "not belong there."
    ),
    "text_too_long": gettext_lazy(
        "Sheet %(sheet)s, cell %(cell)s holds a longer text than Excel itself allows. Shorten it."
    ),
    "long_name": gettext_lazy(
        "The name of sheet %(sheet)s… is longer than Excel allows: shorten it to at most %(limit)s characters."
    ),
    "no_text": gettext_lazy(
        "Sheet %(sheet)s, cell %(cell)s holds a character that no text can hold (U+0000). Empty the cell and type it "
        "anew."
    ),
    "unknown_error": gettext_lazy(
        "Sheet %(sheet)s, cell %(cell)s shows an error (%(value)s). Correct the formula or type the value."
    ),
}


@dataclass(frozen=True)
class Problem:
    """Something at a cell (or with column 0 a whole row) that the values alone do not show."""

    sheet: str
    row: int
    column: int
    code: str
    message: str


@dataclass(frozen=True)
class Workbook:
    sheets: dict[str, Lines] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)


def address(row: int, column: int) -> str:
    """How Excel names the cell, counting from 1: (7, 3) is "C7"."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def read_workbook(data: bytes, limits: Limits = LIMITS) -> Workbook:
    """Every sheet with its values. Raises Unreadable, and nothing else, whatever the bytes are."""
    prescreen(data, limits)
    book = Workbook()
    for packed, frame in frames(data, limits):
        add(book, packed, frame)
    return book


def add(book: Workbook, packed: bytes, frame: tuple[Any, ...]) -> None:
    match frame:
        case ("properties", properties):
            book.properties.update(properties)
        case ("sheet", name, problems):
            book.sheets[name] = Lines()
            book.problems.extend(
                Problem(name, row, column, code, message_of(code, row, column, detail))
                for row, column, code, detail in problems
            )
        case ("lines", *_rows):
            book.sheets[next(reversed(book.sheets))].add(packed, frame)
        case ("refused", code, values):
            raise refusal(code, values)


def refusal(code: str, values: dict[str, Any]) -> Unreadable:
    if "column" in values:
        values["cell"] = address(values["row"], values["column"])
    return Unreadable(REFUSALS[code], code=code, params=values)


def message_of(code: str, row: int, column: int, detail: str) -> str:
    """What is wrong at the cell and how it is mended."""
    match code:
        case "formula_without_value":
            return _("The formula has no result. Open the file in Excel or WPS, save it, or type the value itself.")
        case "duplicate_cell":
            return _("The file holds this cell twice. Open it in Excel or WPS and save it under a new name.")
        case "hidden_row":
            return _("Hidden rows hold data (%(rows)s). Clear the filter and show them, or delete them.") % {
                "rows": detail
            }
        case "percentage":
            return _(
                "The number is shown as a percentage and stands for %(value)s. Set the format of the cell to number "
                "and type it anew: 5 for five per cent."
            ) % {"value": detail}
        case "merged_cells":
            return _("Cells are merged (%(cells)s). Unmerge them and fill in every row.") % {"cells": detail}
    return _("The cell shows an error (%(value)s). Correct the formula or type the value.") % {"value": detail}


def frames(data: bytes, limits: Limits) -> Iterator[tuple[bytes, tuple[Any, ...]]]:
    """What the child says, by frames, packed and not. Raises Unreadable if it dies or stops before its last word."""
    with child(CHILD, json.dumps(asdict(limits)), limits) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(data)
            process.stdin.close()
        except BrokenPipeError:
            pass
        packed = next_frame(process.stdout)
        while (frame := marshal.loads(packed)) != ("end",):
            yield packed, frame
            packed = next_frame(process.stdout)


def next_frame(pipe: IO[bytes]) -> bytes:
    head = pipe.read(LENGTH.size)
    size = LENGTH.unpack(head)[0] if len(head) == LENGTH.size else 0
    packed = pipe.read(size) if size <= LONGEST_FRAME else b""
    if not size or len(packed) != size:
        raise Unreadable(TOO_HEAVY, code="too_heavy")
    return packed


@contextmanager
def child(script: Path, argument: str, limits: Limits) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own; when its time is up or the parent is done, the group is killed."""
    process = subprocess.Popen(
        [sys.executable, "-I", str(script), argument],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"PATH": os.defpath, "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
        start_new_session=True,
    )
    clock = threading.Timer(limits.wall, kill, [process])
    clock.daemon = True
    clock.start()
    try:
        yield process
    finally:
        clock.cancel()
        kill(process)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def kill(process: subprocess.Popen[bytes]) -> None:
    """The whole group. Until it is waited for, its number belongs to nobody else."""
    if process.returncode is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
