"""Periods as values: what they contain, how they nest, what is refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unions.periods import HalfYear, Quarter, Year, parse_period

WRITTEN = [
    ("2014", date(2014, 1, 1), date(2015, 1, 1)),
    ("2014H1", date(2014, 1, 1), date(2014, 7, 1)),
    ("2014H2", date(2014, 7, 1), date(2015, 1, 1)),
    ("2014Q1", date(2014, 1, 1), date(2014, 4, 1)),
    ("2014Q4", date(2014, 10, 1), date(2015, 1, 1)),
    ("2014Q1..2014Q3", date(2014, 1, 1), date(2014, 10, 1)),
    ("2013Q4..2014Q1", date(2013, 10, 1), date(2014, 4, 1)),
]


@pytest.mark.parametrize(("text", "start", "end"), WRITTEN)
def test_a_period_is_half_open_and_prints_as_written(text: str, start: date, end: date) -> None:
    period = parse_period(text)
    assert (period.start, period.end, str(period)) == (start, end, text)
    assert period.last_day in period and period.end not in period


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2014X",
        "14H1",
        "2014H3",
        "2014Q5",
        "2014Q3..2014Q1",
        "2014H1..2014H2",
        "2014Q1..",
        "1500H1",
        "9999",
        "2014H1 ",
        "二〇一四",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"2014H1"):
        parse_period(text)


@given(st.dates(date(1960, 1, 1), date(2190, 12, 31)))
def test_every_day_lies_in_one_quarter_half_and_year(day: date) -> None:
    quarter, half = Quarter.containing(day), HalfYear.containing(day)
    assert day in quarter and day in half and day in Year(day.year)
    assert quarter in half.quarters and quarter.half == half
    assert quarter.next().previous() == quarter and half.next().previous() == half
    assert quarter.end == quarter.next().start and half.end == half.next().start


def test_the_last_finished_half_is_the_one_before_today() -> None:
    assert HalfYear.last_finished(date(2026, 11, 21)) == HalfYear(2026, 1)
    assert HalfYear.last_finished(date(2026, 1, 1)) == HalfYear(2025, 2)
