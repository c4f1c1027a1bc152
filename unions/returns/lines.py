"""The lines of a sheet, kept as the reading child packed them and unpacked on the way through.

A hundred thousand lines are some ten megabytes packed, and as objects a hundred.
"""

from __future__ import annotations

import marshal
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, overload

Value = None | str | int | float | bool | date | datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet that holds anything: its number in Excel, its cells with the empty ones at the end cut."""

    number: int
    cells: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """Some thousand lines in one piece: the number of the first, how many there are, and what the child wrote."""

    first: int
    count: int
    packed: bytes

    def lines(self) -> list[Line]:
        return unpacked(marshal.loads(self.packed))


class Lines(Sequence[Line]):
    """Lines in order of their numbers, without the first ``skipped``."""

    def __init__(self, frames: Sequence[Frame] = (), skipped: int = 0) -> None:
        self.frames = list(frames)
        self.skipped = skipped
        self.opened: tuple[Frame, list[Line]] | None = None

    def add(self, packed: bytes, frame: tuple[Any, ...]) -> None:
        """Take a frame of the child in."""
        rows = frame[1]
        self.frames.append(Frame(rows[0][0], len(rows), packed))

    def after(self, number: int) -> Lines:
        """The lines beneath a row, such as that of the headings."""
        above = sum(1 for _line in self.up_to(number))
        return Lines(self.frames, self.skipped + above)

    def up_to(self, number: int) -> Iterator[Line]:
        for line in self:
            if line.number > number:
                return
            yield line

    def find(self, number: int) -> Line | None:
        """The line of that number, if the row holds anything."""
        at = bisect_right(self.frames, number, key=lambda frame: frame.first) - 1
        if at < 0:
            return None
        lines = self.open(self.frames[at])
        place = bisect_left(lines, number, key=lambda line: line.number)
        return lines[place] if place < len(lines) and lines[place].number == number else None

    def open(self, frame: Frame) -> list[Line]:
        """The frame's lines; the last one opened stays open, for whoever asks line after line."""
        if self.opened is None or self.opened[0] is not frame:
            self.opened = frame, frame.lines()
        return self.opened[1]

    def __iter__(self) -> Iterator[Line]:
        return islice((line for frame in self.frames for line in frame.lines()), self.skipped, None)

    def __len__(self) -> int:
        return sum(frame.count for frame in self.frames) - self.skipped

    @overload
    def __getitem__(self, place: int) -> Line: ...
    @overload
    def __getitem__(self, place: slice) -> list[Line]: ...
    def __getitem__(self, place: int | slice) -> Line | list[Line]:
        if isinstance(place, slice):
            return list(islice(self, *place.indices(len(self))))
        return next(islice(self, range(len(self))[place], None))


def unpacked(frame: tuple[Any, ...]) -> list[Line]:
    """The lines of a frame with their dates put back: ("lines", [(number, cells)], [(place, column, date parts)])."""
    _kind, rows, dates = frame
    for place, column, parts in dates:
        number, cells = rows[place]
        day = date(*parts) if len(parts) == 3 else datetime(*parts)
        rows[place] = (number, (*cells[:column], day, *cells[column + 1 :]))
    return [Line(number, cells) for number, cells in rows]
