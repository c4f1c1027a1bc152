"""Quarterly returns: accepted ones of six quarters, and the open quarter after them in every state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256

from django.utils import timezone

from reports.demo.calendar import due_on
from reports.demo.timeline import noon
from reports.demo.world import Body, World, lay
from unions.models import QuarterlyReturn, ReturnObligation, ReturnStatus
from unions.periods import Quarter

# One return in so many is late, or was first sent back.
LATE_IN, LATER_IN_BEFORE, SENT_BACK_IN = 34, 27, 19
REASONS = ("期末会员数与花名册变动不符，请核对后重报", "工资总额为空，请补填", "经费计提与工资总额2%不一致")
# The open quarter, twenty unions after twenty unions.
OPEN_STATES = ("ACCEPTED",) * 8 + ("SUBMITTED",) * 4 + ("SENT_BACK", "DRAFT", "DRAFT", "LATE") + ("",) * 4


@dataclass
class Filed:
    """An obligation with the versions filed for it."""

    obligation: ReturnObligation
    versions: list[QuarterlyReturn] = field(default_factory=list)


def lay_returns(world: World) -> None:
    """SELF-16: every union with employers owes a return each quarter."""
    world.notes["returns"] = {}
    for quarter in world.timeline.quarters:
        lay_quarter(world, quarter)
    lay_open_quarter(world)


def obligation(world: World, body: Body, quarter: Quarter) -> ReturnObligation:
    period = world.notes["periods"][str(quarter)]
    return ReturnObligation(union=body.row, period=period, due_on=period.due_on)


def lay_quarter(world: World, quarter: Quarter) -> None:
    """Filed by all, nearly all in time; accepted, and locked with the period."""
    is_current = quarter in world.timeline.half.quarters
    status, spacing = ("ACCEPTED", LATE_IN) if is_current else ("LOCKED", LATER_IN_BEFORE)
    bodies, filed = world.standing(quarter.last_day), []
    for number, body in enumerate(bodies):
        one = Filed(obligation(world, body, quarter))
        place = number + quarter.number * 5
        days = 3 if place % spacing == 0 else -(place % 9)
        file_accepted(world, one, body, quarter, one.obligation.due_on + timedelta(days=days), status, place)
        filed.append(one)
    save(filed)
    for body, one in zip(bodies, filed, strict=True):
        world.notes["returns"][body.code, str(quarter)] = one.versions[-1]


def file_accepted(world: World, one: Filed, body: Body, quarter: Quarter, day: date, status: str, place: int) -> None:
    """One version, or two where the first was sent back."""
    one.obligation.first_filed_on = day
    if place % SENT_BACK_IN == 4:
        back = version(world, one, body, quarter, "SENT_BACK", day)
        back.reason = REASONS[place % len(REASONS)]
        day += timedelta(days=3)
    version(world, one, body, quarter, status, day)


def version(world: World, one: Filed, body: Body, quarter: Quarter, status: str, day: date | None) -> QuarterlyReturn:
    number = len(one.versions) + 1
    name = f"季报_{body.code}_{quarter}.xlsx"
    row = QuarterlyReturn(
        union=body.row,
        obligation=one.obligation,
        version=number,
        status=status,
        file_name=name,
        sha256=sha256(f"{name} {number}".encode()).hexdigest(),
        submitted_at=noon(day) if day else None,
    )
    if day and status in (ReturnStatus.ACCEPTED, ReturnStatus.LOCKED, ReturnStatus.SENT_BACK):
        row.decided_at, row.decided_by = noon(day + timedelta(days=2)), world.users["zuzhi"]
    one.versions.append(row)
    return row


def save(filed: list[Filed]) -> None:
    lay(one.obligation for one in filed)
    versions = [row for one in filed for row in one.versions]
    for row in versions:
        row.obligation_id = row.obligation.pk
    lay(versions)


def lay_open_quarter(world: World) -> None:
    """Drafts, waiting, sent back, accepted, late and missing ones, as of today if the quarter's returns are running."""
    quarter = world.timeline.open_quarter
    due = due_on(world, quarter)
    today = timezone.localdate()
    as_of = today if quarter.start <= today <= due else due + timedelta(days=3)
    filed = []
    for number, body in enumerate(world.standing(world.timeline.last_day)):
        one = Filed(obligation(world, body, quarter))
        open_state(world, one, body, quarter, number, as_of)
        filed.append(one)
    save(filed)


def open_state(world: World, one: Filed, body: Body, quarter: Quarter, number: int, as_of: date) -> None:
    state, due = OPEN_STATES[number % len(OPEN_STATES)], one.obligation.due_on
    day = max(quarter.start, min(due, as_of) - timedelta(days=2 + number % 7))
    if state == "DRAFT":
        version(world, one, body, quarter, state, None)
    elif state == "LATE" and as_of > due:
        one.obligation.first_filed_on = due + timedelta(days=2)
        version(world, one, body, quarter, "SUBMITTED", due + timedelta(days=2))
    elif state in ("ACCEPTED", "SUBMITTED", "SENT_BACK"):
        one.obligation.first_filed_on = day
        row = version(world, one, body, quarter, state, day)
        row.reason = REASONS[number % len(REASONS)] if state == "SENT_BACK" else ""
