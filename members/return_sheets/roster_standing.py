"""What the portal knows of a quarter's roster, as rows of D2: the inverse of entering it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from members.models import Membership, MembershipStatus, ServiceCard
from members.return_sheets.roster_ops import (
    ENTERING,
    JOIN,
    LEAVING,
    MOVE_IN,
    NEEDS_REASON,
    OPS,
    RESUME,
    RETAIN,
    WITHDRAW,
)
from unions.models.base import in_period
from unions.returns.filing import Filing

S = MembershipStatus
LEFT_AS = {status: op for op, status in LEAVING.items()} | {S.AUTO_WITHDRAWN: WITHDRAW, S.EXPELLED: WITHDRAW}
# What says that something happened, and what a row of the sheet says besides.
EVENTS = ("person_id", "status", "joined_on", "retained_on", "left_on")
DETAILS = (
    *("reason", "worker_type", "dues_wage", "employer__code"),
    *("person__name", "person__id_type", "person__id_number", "person__sex", "person__birth_date", "person__phone"),
)


def happened(filing: Filing, *more: str) -> Iterator[tuple[Any, str]]:
    """The changes that the portal knows of the quarter: each membership with what happened to it, in time's order.

    A membership comes as its EVENTS and the columns that are asked for besides.
    """
    quarter = filing.quarter
    rows = Membership.objects.filter(union=filing.union)
    begun = in_period("joined_on", quarter)
    rows = rows.filter(begun | in_period("left_on", quarter) | in_period("retained_on", quarter)).order_by("pk")
    before = Before(filing, rows)
    for row in rows.values_list(*EVENTS, *more, named=True):
        if row.joined_on and row.joined_on in quarter:
            yield row, before.entered_as(row)
        if row.retained_on and row.retained_on in quarter and row.retained_on != row.joined_on:
            yield row, RETAIN
        if row.left_on and row.left_on in quarter and not before.was_resumed(row):
            yield row, LEFT_AS[S(row.status)]


class Before:
    """Which memberships of the same people end where these begin, looked up once for all."""

    def __init__(self, filing: Filing, rows: QuerySet[Membership]) -> None:
        people = rows.order_by().values("person")
        ended = Membership.objects.filter(in_period("left_on", filing.quarter), person__in=people)
        ended = ended.filter(status=S.TRANSFERRED_OUT)
        self.moved = set(ended.values_list("person_id", "left_on"))
        retained = ended.filter(union=filing.union, retained_on__isnull=False)
        self.retained = set(retained.values_list("person_id", "left_on"))
        begun = Membership.objects.filter(in_period("joined_on", filing.quarter), union=filing.union)
        begun = begun.filter(person__in=people.filter(retained_on__isnull=False))
        self.begun = set(begun.values_list("person_id", "joined_on"))

    def entered_as(self, row: Any) -> str:
        """Joined, resumed after being retained here, or moved in from another union."""
        key = (row.person_id, row.joined_on)
        if key in self.retained:
            return RESUME
        return MOVE_IN if key in self.moved else JOIN

    def was_resumed(self, row: Any) -> bool:
        return bool(row.retained_on) and (row.person_id, row.left_on) in self.begun


def standing(filing: Filing) -> Iterator[dict[str, Any]]:
    """What the rows of this sheet would say of the quarter."""
    cards = ServiceCard.objects.filter(person__memberships__union=filing.union)
    days = {person: card for person, *card in cards.values_list("person_id", "info_collected_on", "issued_on")}
    for row, op in happened(filing, *DETAILS):
        yield said_of(row, op, days.get(row.person_id, (None, None)) if op in ENTERING else (None, None))


def said_of(row: Any, op: str, card: Any) -> dict[str, Any]:
    """What a row of this sheet says of a membership."""
    days = {RETAIN: row.retained_on, **dict.fromkeys((JOIN, MOVE_IN, RESUME), row.joined_on)}
    return {
        "op": op,
        "name": row.person__name,
        "id_type": row.person__id_type,
        "id_no": row.person__id_number,
        "gender": row.person__sex,
        "birth": row.person__birth_date,
        "employer_code": row.employer__code,
        "worker_type": row.worker_type,
        "change_on": days.get(op, row.left_on),
        "dues_base": row.dues_wage,
        "reason": row.reason or (OPS[op] if op in NEEDS_REASON else None),
        "phone": row.person__phone or None,
        "card_info": card[0],
        "card_issued": card[1],
        "consent": True,
    }
