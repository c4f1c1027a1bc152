"""The work calendar and the reporting periods, with the locks that are set once everything is posted."""

from __future__ import annotations

from datetime import date, timedelta

import holidays

from reports.demo.timeline import SATURDAY, noon
from reports.demo.world import World, lay
from unions.models import ReportingPeriod, WorkDay
from unions.periods import HalfYear, Quarter
from unions.returns.obligations import DAYS_TO_FILE

SOURCE = "国务院办公厅年度节假日安排（程序库 holidays 整理，待核对）"


def lay_calendar(world: World) -> None:
    """Holidays, rest days and weekend days worked instead, for every year the demo touches."""
    years = range(world.timeline.beginning.year - 1, world.timeline.end.year + 2)
    known = holidays.country_holidays("CN", years=years, language="zh_CN")
    rows = [
        WorkDay(day=day, kind="REST" if name.startswith("休息日") else "HOLIDAY", name=name[:40], source=SOURCE)
        for day, name in sorted(known.items())
        if day.year in years
    ]
    worked = sorted(day for day in known.weekend_workdays if day.year in years)
    rows += [WorkDay(day=day, kind="MAKEUP", name="调休上班", source=SOURCE) for day in worked]
    world.notes["work days"] = {row.day: row.kind for row in lay(rows)}


def is_workday(world: World, day: date) -> bool:
    kind = world.notes["work days"].get(day)
    return kind == "MAKEUP" if kind else day.weekday() < SATURDAY


def due_on(world: World, quarter: Quarter) -> date:
    """The tenth day after the quarter, or the next workday if it is none."""
    day = quarter.end + timedelta(days=DAYS_TO_FILE - 1)
    while not is_workday(world, day):
        day += timedelta(days=1)
    return day


def lay_periods(world: World) -> None:
    timeline = world.timeline
    first = timeline.halves[0].previous()
    halves = [first, *timeline.halves, timeline.half.next()]
    quarters = [quarter for half in halves for quarter in half.quarters]
    rows = [period(half, "HALF") for half in halves]
    rows += [period(quarter, "QUARTER", due_on(world, quarter)) for quarter in quarters]
    world.notes["periods"] = {row.code: row for row in lay(rows)}


def period(value: HalfYear | Quarter, kind: str, due: date | None = None) -> ReportingPeriod:
    return ReportingPeriod(code=str(value), kind=kind, start=value.start, end=value.end, due_on=due)


def lock_periods(world: World) -> None:
    """Everything before the half is closed; only now, since the database takes no posting into a locked period."""
    for row in world.notes["periods"].values():
        if row.end <= world.timeline.start:
            row.locked_at, row.locked_by = noon(row.end + timedelta(days=24)), world.users["zhuxi"]
            row.save(update_fields=["locked_at", "locked_by"])
