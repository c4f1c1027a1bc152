"""Which days are workdays, and when a time limit ends: Civil Code articles 200–204.

The work calendar is data (rows of WorkDay). A year whose announcement is not entered follows the package ``holidays``
and counts as not confirmed; whatever is computed from it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

import holidays

from unions.models import DayUnit, WorkDay
from unions.periods import month_start

ONE_DAY = timedelta(days=1)
SATURDAY = 5
# Twice the length and a month: room for any run of days off, the longest of which is nine.
SLACK = 30


class Calendar:
    """The work calendar of the years from ``first`` to ``last``, read in one query."""

    def __init__(self, first: int, last: int) -> None:
        rows = WorkDay.objects.filter(day__gte=date(first, 1, 1), day__lt=date(last + 1, 1, 1))
        self.kinds: dict[date, str] = dict(rows.values_list("day", "kind"))

    @classmethod
    def around(cls, start: date, length: int = 0) -> Calendar:
        """The calendar that a limit of ``length`` days or working days from ``start`` on can need."""
        return cls(start.year, (start + timedelta(days=2 * length + SLACK)).year)

    def is_confirmed(self, year: int) -> bool:
        """Whether the year's announcement is entered: every one of them names the National Day."""
        return date(year, 10, 1) in self.kinds

    def is_workday(self, day: date) -> bool:
        kind = self.kinds.get(day)
        if kind is None and not self.is_confirmed(day.year):
            kind = expected(day.year).get(day)
        return kind == WorkDay.Kind.MAKEUP if kind else day.weekday() < SATURDAY

    def add_workdays(self, day: date, number: int) -> date:
        """The ``number``-th workday after ``day``, which is itself not counted."""
        while number:
            day += ONE_DAY
            number -= self.is_workday(day)
        return day

    def next_workday(self, day: date) -> date:
        """The day itself, or the first workday after it if it is none."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def due(self, start: date, length: int, unit: str) -> date:
        """The last day of a limit that begins with what happened on ``start``.

        The day it begins is not counted (art. 201); a limit that would end on a day off ends on the next workday
        (art. 203).
        """
        if unit == DayUnit.WORKING:
            return self.add_workdays(start, length)
        return self.next_workday(start + timedelta(days=length))


@cache
def expected(year: int) -> Mapping[date, str]:
    """Days off and weekend days worked as far as the package knows them; no announcement of a year to come."""
    known = holidays.country_holidays("CN", years=year)
    days = {day: WorkDay.Kind.HOLIDAY.value for day in known if day.year == year}
    return days | {day: WorkDay.Kind.MAKEUP.value for day in known.weekend_workdays if day.year == year}


def is_workday(day: date) -> bool:
    return Calendar.around(day).is_workday(day)


def add_workdays(day: date, number: int) -> date:
    """The ``number``-th workday after ``day``, which is itself not counted."""
    return Calendar.around(day, number).add_workdays(day, number)


def due(start: date, length: int, unit: str) -> date:
    """The last day of a limit of so many days or working days; see Calendar.due."""
    return Calendar.around(start, length).due(start, length, unit)


def is_confirmed(year: int) -> bool:
    """Whether the year's announcement of holidays is entered."""
    return Calendar(year, year).is_confirmed(year)


def add_months(day: date, months: int) -> date:
    """The corresponding day so many months on, or the last day of that month if it has none (art. 202)."""
    first = month_start(day.year, day.month + months)
    last = month_start(first.year, first.month + 1) - ONE_DAY
    return first.replace(day=min(day.day, last.day))
