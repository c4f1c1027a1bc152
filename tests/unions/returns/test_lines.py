"""Lines kept packed: in order, found by number, and cut beneath a row, as a list of them would be."""

from __future__ import annotations

import marshal
from datetime import date

import pytest

from unions.returns.lines import Line, Lines

# Rows 1, 3, 5 … 19 hold something; the second column of row 3 is a date, which the child sends beside the line.
PLAIN = [Line(number, (f"行{number}", date(2026, 7, 1) if number == 3 else None)) for number in range(1, 20, 2)]


@pytest.fixture(params=[1, 3, 100])
def lines(request: pytest.FixtureRequest) -> Lines:
    """The same lines in frames of one, three and all of them."""
    made, size = Lines(), request.param
    for start in range(0, len(PLAIN), size):
        part = PLAIN[start : start + size]
        rows = [(line.number, (line.cells[0], None)) for line in part]
        dates = [(place, 1, (2026, 7, 1)) for place, line in enumerate(part) if line.number == 3]
        frame = ("lines", rows, dates)
        made.add(marshal.dumps(frame), frame)
    return made


def test_they_are_a_sequence(lines: Lines) -> None:
    assert list(lines) == PLAIN == list(lines)
    assert len(lines) == 10 and bool(lines)
    assert (lines[0], lines[-1], lines[:4], lines[8:]) == (PLAIN[0], PLAIN[-1], PLAIN[:4], PLAIN[8:])
    with pytest.raises(IndexError):
        lines[10]


def test_a_line_is_found_by_its_number(lines: Lines) -> None:
    assert [lines.find(number) for number in (1, 3, 19)] == [PLAIN[0], PLAIN[1], PLAIN[9]]
    assert [lines.find(number) for number in (0, 2, 20)] == [None, None, None]


@pytest.mark.parametrize(("row", "left"), [(0, 10), (1, 9), (4, 8), (19, 0), (99, 0)])
def test_what_stands_beneath_a_row(lines: Lines, row: int, left: int) -> None:
    below = lines.after(row)
    assert len(below) == left and list(below) == PLAIN[10 - left :]
    assert list(below.after(9)) == PLAIN[max(5, 10 - left) :]


def test_there_may_be_none() -> None:
    assert not Lines() and list(Lines()) == [] and Lines().find(1) is None
