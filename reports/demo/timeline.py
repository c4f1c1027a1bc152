"""Dates as offsets inside the half-year the demo is laid into, so that any half works.

Month 1 is the first month of the half; months 0 to −5 lie in the half before, −6 to −11 in the same half a year before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from unions.periods import HalfYear, Quarter, month_start

SATURDAY = 5


@dataclass(frozen=True)
class Timeline:
    half: HalfYear

    def day(self, month: int, day: int = 1) -> date:
        return month_start(self.half.year, 6 * self.half.half - 6 + month) + timedelta(days=day - 1)

    @property
    def start(self) -> date:
        return self.half.start

    @property
    def end(self) -> date:
        return self.half.end

    @property
    def last_day(self) -> date:
        return self.half.last_day

    @property
    def beginning(self) -> date:
        """The first day of the year of comparison: nothing before it is counted as a flow."""
        return self.day(-11)

    @property
    def halves(self) -> tuple[HalfYear, HalfYear, HalfYear]:
        """The same half a year before, the half before, the half itself: three in a row."""
        return self.half.year_before(), self.half.previous(), self.half

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        return tuple(quarter for half in self.halves for quarter in half.quarters)

    @property
    def open_quarter(self) -> Quarter:
        return self.half.quarters[1].next()


def month_of(half: HalfYear, month: int, day: int = 1) -> date:
    """The day of month 1 to 6 of any half."""
    return month_start(half.year, 6 * half.half - 6 + month) + timedelta(days=day - 1)


def some_day(rng: Random, start: date, end: date) -> date:
    """A day in [start, end); ``start`` if there is none."""
    return start + timedelta(days=rng.randrange(max((end - start).days, 1)))


def some_weekday(rng: Random, start: date, end: date) -> date:
    """A Monday to Friday in [start, end)."""
    day = some_day(rng, start, end)
    if day.weekday() >= SATURDAY:
        day -= timedelta(days=day.weekday() - SATURDAY + 1)
    return day if day >= start else start


def noon(day: date) -> datetime:
    """A moment of a day, for the columns that keep one."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def years_later(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28))


def shared_out(total: int, weights: list[float]) -> list[int]:
    """``total`` in whole parts proportional to the weights, the largest remainders rounded up; they add up exactly."""
    scale = total / sum(weights)
    parts = [int(weight * scale) for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: parts[place] - weights[place] * scale)
    for place in order[: total - sum(parts)]:
        parts[place] += 1
    return parts
