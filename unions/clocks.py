"""Legal time limits that run for records: started, met, and recomputed only when the work calendar changes.

A due day never moves by itself: ``recalculate`` says what it moved and leaves alone what was due already.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from unions.acting import System
from unions.audit import record
from unions.models import ClockRule, Deadline, User
from unions.workdays import Calendar


def rule_on(code: str, day: date) -> ClockRule | None:
    """The limit as the law of that day lays it down; None if there was none."""
    return ClockRule.objects.on(day).filter(code=code).first()


def due_day(rule: ClockRule, start: date) -> date:
    """The last day of the limit that begins with what happened on ``start``."""
    return Calendar.around(start, rule.length).due(start, rule.length, rule.unit)


@transaction.atomic
def start_clock(*, code: str, target: Any, started_on: date, actor: User, matter: str = "") -> Deadline | None:
    """Start a limit for a record of a union; None if no such limit was in law on that day.

    A limit that still runs for the record begins anew, and the log says from when to when: the day was put right.
    ``matter`` is what the reminder says; by default the name of the limit and of the record.
    """
    rule = rule_on(code, started_on)
    if rule is None:
        return None
    running = running_clock(code, target)
    row = running or Deadline(
        union_id=target.union_id, target_type=target._meta.label_lower, target_id=target.pk, created_by=actor
    )
    before = {"started_on": row.started_on, "due_on": row.due_on} if running else None
    row.rule, row.started_on, row.due_on = rule, started_on, due_day(rule, started_on)
    row.matter = (matter or _("%(limit)s: %(record)s") % {"limit": rule.name, "record": target})[:160]
    row.full_clean()
    row.save()
    if before:
        after = {"started_on": row.started_on, "due_on": row.due_on}
        record(actor=actor, action="unions.restart_clock", target=row, before=before, after=after)
    return row


@transaction.atomic
def meet(*, code: str, target: Any, day: date) -> Deadline | None:
    """Stop the limit that runs for the record; None if none runs. Met late is met, and shows by how much."""
    row = running_clock(code, target)
    if row is not None:
        row.met_on = day
        row.save(update_fields=["met_on"])
    return row


def running_clock(code: str, target: Any) -> Deadline | None:
    open_rows = clocks_of(target).filter(rule__code=code, met_on__isnull=True)
    return open_rows.select_for_update(of=("self",)).first()


def clocks_of(target: models.Model) -> QuerySet[Deadline]:
    """Every limit that ran or runs for the record, the first due first."""
    rows: QuerySet[Deadline] = Deadline.objects.filter(target_type=target._meta.label_lower, target_id=target.pk)
    return rows.select_related("rule")


@transaction.atomic
def recalculate(*, actor: User | System, today: date) -> list[Deadline]:
    """Recompute what is due today or later after the calendar changed; the deadlines that moved.

    Each keeps its old and new day in the log. One that was due before today stays, and none is moved before today.
    """
    rows = list(Deadline.objects.filter(met_on__isnull=True, due_on__gte=today).select_for_update(of=("self",)))
    moved = []
    if rows:
        calendar = Calendar(min(row.started_on for row in rows).year, max(row.due_on for row in rows).year + 1)
        moved = [row for row in rows if put_right(row, calendar, today, actor)]
    return moved


def put_right(row: Deadline, calendar: Calendar, today: date, actor: User | System) -> bool:
    """Give the deadline its day by the calendar as it is now; whether that is another day."""
    due_on = max(calendar.due(row.started_on, row.rule.length, row.rule.unit), today)
    if due_on == row.due_on:
        return False
    before, row.due_on = row.due_on, due_on
    row.save(update_fields=["due_on"])
    record(
        actor=actor,
        action="unions.recalculate_deadline",
        target=row,
        before={"due_on": before},
        after={"due_on": due_on},
        reason=_("The work calendar changed."),
    )
    return True


def is_confirmed(rows: Iterable[Deadline]) -> bool:
    """Whether the calendar of every year these deadlines reach into is entered."""
    years = {year for row in rows for year in range(row.started_on.year, row.due_on.year + 1)}
    if not years:
        return True
    calendar = Calendar(min(years), max(years))
    return all(calendar.is_confirmed(year) for year in years)
