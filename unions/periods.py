"""Reporting periods as values: quarters, half-years and years, each half-open [start, end) in calendar days.

A quarter nests in one half-year and a half-year in one year; a run of quarters ("2014Q1..2014Q3") is a Span.
Dates are days in Asia/Shanghai; no period carries a time of day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.utils.translation import gettext as _

FIRST_YEAR, LAST_YEAR = 1950, 2200
# No record is of a day outside these: a year typed wrongly, from which nothing can be reckoned.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


def month_start(year: int, month: int) -> date:
    """The first day of a month; month 13 is January of the next year."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


@dataclass(frozen=True, order=True)
class Period:
    """What every period offers: ``start`` inclusive, ``end`` exclusive, ``last_day`` for stocks."""

    year: int

    @property
    def start(self) -> date:
        raise NotImplementedError

    @property
    def end(self) -> date:
        raise NotImplementedError

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end


@dataclass(frozen=True, order=True)
class Year(Period):
    @property
    def start(self) -> date:
        return date(self.year, 1, 1)

    @property
    def end(self) -> date:
        return date(self.year + 1, 1, 1)

    @property
    def label(self) -> str:
        return _("%(year)d") % {"year": self.year}

    def previous(self) -> Year:
        return Year(self.year - 1)

    def year_before(self) -> Year:
        return self.previous()

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        return tuple(Quarter(self.year, number) for number in (1, 2, 3, 4))

    def __str__(self) -> str:
        return f"{self.year}"


@dataclass(frozen=True, order=True)
class HalfYear(Period):
    half: int

    @property
    def start(self) -> date:
        return month_start(self.year, 6 * self.half - 5)

    @property
    def end(self) -> date:
        return month_start(self.year, 6 * self.half + 1)

    @property
    def label(self) -> str:
        text = _("first half of %(year)d") if self.half == 1 else _("second half of %(year)d")
        return text % {"year": self.year}

    def previous(self) -> HalfYear:
        return HalfYear(self.year, 1) if self.half == 2 else HalfYear(self.year - 1, 2)

    def next(self) -> HalfYear:
        return HalfYear(self.year, 2) if self.half == 1 else HalfYear(self.year + 1, 1)

    def year_before(self) -> HalfYear:
        return HalfYear(self.year - 1, self.half)

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        return (Quarter(self.year, 2 * self.half - 1), Quarter(self.year, 2 * self.half))

    @classmethod
    def containing(cls, day: date) -> Self:
        return cls(day.year, 1 if day.month <= 6 else 2)

    @classmethod
    def last_finished(cls, today: date) -> HalfYear:
        return cls.containing(today).previous()

    def __str__(self) -> str:
        return f"{self.year}H{self.half}"


@dataclass(frozen=True, order=True)
class Quarter(Period):
    number: int

    @property
    def start(self) -> date:
        return month_start(self.year, 3 * self.number - 2)

    @property
    def end(self) -> date:
        return month_start(self.year, 3 * self.number + 1)

    @property
    def label(self) -> str:
        names = (_("Q1 %(year)d"), _("Q2 %(year)d"), _("Q3 %(year)d"), _("Q4 %(year)d"))
        return names[self.number - 1] % {"year": self.year}

    @property
    def half(self) -> HalfYear:
        return HalfYear(self.year, 1 if self.number <= 2 else 2)

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        return (self,)

    def previous(self) -> Quarter:
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    def next(self) -> Quarter:
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    def year_before(self) -> Quarter:
        return Quarter(self.year - 1, self.number)

    @classmethod
    def containing(cls, day: date) -> Self:
        return cls(day.year, (day.month + 2) // 3)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


@dataclass(frozen=True, order=True)
class Span(Period):
    """Several quarters in a row, the first and last included."""

    first: Quarter
    last: Quarter

    @property
    def start(self) -> date:
        return self.first.start

    @property
    def end(self) -> date:
        return self.last.end

    @property
    def label(self) -> str:
        return _("%(first)s to %(last)s") % {"first": self.first.label, "last": self.last.label}

    def previous(self) -> Span:
        return self.year_before()

    def year_before(self) -> Span:
        return Span(self.year - 1, self.first.year_before(), self.last.year_before())

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        quarters = [self.first]
        while quarters[-1] < self.last:
            quarters.append(quarters[-1].next())
        return tuple(quarters)

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"


PATTERN = re.compile(r"(?P<year>\d{4})(?:H(?P<half>[12])|Q(?P<quarter>[1-4]))?")


def parse_period(text: str) -> Year | HalfYear | Quarter | Span:
    """Read "2014", "2014H1", "2014Q2" or "2014Q1..2014Q3".

    Raises ValueError, with the accepted forms in its message, for anything else, a year outside 1950–2200,
    or a run of quarters that ends before it begins.
    """
    if ".." in text:
        first, last = (parse_period(part) for part in text.split("..", 1))
        if isinstance(first, Quarter) and isinstance(last, Quarter) and first <= last:
            return Span(first.year, first, last)
        raise ValueError(unknown(text))
    found = PATTERN.fullmatch(text)
    if not found or not FIRST_YEAR <= int(found["year"]) <= LAST_YEAR:
        raise ValueError(unknown(text))
    year = int(found["year"])
    if found["half"]:
        return HalfYear(year, int(found["half"]))
    return Quarter(year, int(found["quarter"])) if found["quarter"] else Year(year)


def unknown(text: str) -> str:
    return _("Unknown period “%(text)s”: write 2014Q2, 2014H1, 2014 or 2014Q1..2014Q3.") % {"text": text}
