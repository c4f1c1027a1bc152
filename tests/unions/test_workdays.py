"""The work calendar: days off, weekend days worked, and where a time limit ends (Civil Code arts 200–204)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from unions.models import DayUnit, WorkDay
from unions.workdays import Calendar, add_months, add_workdays, due, is_confirmed, is_workday

pytestmark = pytest.mark.django_db
HOLIDAY, REST, MAKEUP = WorkDay.Kind
WORKING, NATURAL = DayUnit.WORKING, DayUnit.NATURAL


@pytest.fixture
def golden_week() -> None:
    """October 2030 by an announcement of its own: the 1st to the 7th off, Saturday the 12th worked instead."""
    lay(HOLIDAY, *(date(2030, 10, day) for day in (1, 2, 3)))
    lay(REST, *(date(2030, 10, day) for day in (4, 5, 6, 7)))
    lay(MAKEUP, date(2030, 10, 12))


def lay(kind: str, *days: date) -> None:
    for day in days:
        WorkDay.objects.create(day=day, kind=kind, name="国庆节", source="国办发明电〔2029〕1号")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2030, 9, 30), True),  # Monday
        (date(2030, 10, 1), False),
        (date(2030, 10, 7), False),  # a Monday off
        (date(2030, 10, 8), True),
        (date(2030, 10, 12), True),  # a Saturday worked
        (date(2030, 10, 13), False),  # a Sunday
    ],
)
def test_a_day_is_what_the_announcement_says(golden_week: None, day: date, works: bool) -> None:
    assert is_workday(day) is works


def test_workdays_are_counted_from_the_day_after(golden_week: None) -> None:
    # From Monday 30 September: 8, 9, 10, 11 and Saturday 12 October are the five workdays after it.
    assert add_workdays(date(2030, 9, 30), 5) == date(2030, 10, 12)
    assert due(date(2030, 9, 30), 5, WORKING) == date(2030, 10, 12)


def test_a_limit_that_ends_on_a_day_off_ends_on_the_next_workday(golden_week: None) -> None:
    # 20 September + 15 days = 5 October, within the holiday; the next workday is Tuesday the 8th.
    assert due(date(2030, 9, 20), 15, NATURAL) == date(2030, 10, 8)
    # 27 September + 15 days = Saturday the 12th, which is worked.
    assert due(date(2030, 9, 27), 15, NATURAL) == date(2030, 10, 12)
    # 28 September + 15 days = Sunday the 13th: Monday the 14th.
    assert due(date(2030, 9, 28), 15, NATURAL) == date(2030, 10, 14)


def test_the_day_a_limit_begins_is_not_counted(golden_week: None) -> None:
    assert due(date(2030, 10, 21), 1, NATURAL) == date(2030, 10, 22)
    assert due(date(2030, 10, 21), 1, WORKING) == date(2030, 10, 22)


def test_a_year_is_confirmed_once_its_announcement_is_entered(golden_week: None) -> None:
    assert (is_confirmed(2030), is_confirmed(2031)) == (True, False)


def test_the_first_days_of_a_year_do_not_confirm_it() -> None:
    """New Year's bridge days of the next year stand in this year's announcement at times."""
    lay(REST, date(2031, 1, 2))
    assert not is_confirmed(2031)
    assert not is_workday(date(2031, 1, 2))


def test_a_year_without_announcement_follows_the_law_of_holidays_as_known() -> None:
    # 2026 as announced: Friday 2 January off, Sunday the 4th worked; nothing is entered, so it is not confirmed.
    assert not is_confirmed(2026)
    assert [is_workday(date(2026, 1, day)) for day in (1, 2, 3, 4, 5)] == [False, False, False, True, True]


def test_a_calendar_is_read_in_one_query(golden_week: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        due(date(2030, 9, 30), 30, WORKING)
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        calendar = Calendar(2030, 2031)
        [calendar.due(date(2030, 9, day), 15, WORKING) for day in range(1, 30)]
    assert len(queries) == 1


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 15), 36, date(2029, 12, 15)),
        (date(2028, 2, 29), 36, date(2031, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -13, date(2024, 12, 15)),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_last(day: date, months: int, found: date) -> None:
    assert add_months(day, months) == found
