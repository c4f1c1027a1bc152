"""The members of a union that ends: moved to another union, retained at the higher one, or gone with their union.

Membership follows the work: moving is not a new admission, so the one row ends on the day the next begins.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import OPEN, Membership, MembershipStatus, Person
from unions.leftovers import Departure, Fate, Leftover, register
from unions.models import Union, User


def open_memberships(union: Union, employers: tuple[int, ...] | None) -> Any:
    rows = Membership.objects.filter(union=union, status__in=OPEN)
    return rows if employers is None else rows.filter(employer__in=employers)


def say(union: Union, employers: tuple[int, ...] | None) -> str:
    number = open_memberships(union, employers).count()
    return ngettext("%(number)d member", "%(number)d members", number) % {"number": number} if number else ""


def settle(departure: Departure, actor: User) -> None:
    """End the open memberships of the union, and begin the one that follows each unless it leaves the federation."""
    rows = list(open_memberships(departure.union, departure.employers).select_for_update())
    refuse_later(rows, departure)
    for row in rows:
        was_retained = row.status == MembershipStatus.RETAINED
        row.status, row.left_on = MembershipStatus.TRANSFERRED_OUT, departure.on
        row.reason = str(departure.fate.label)
        row.save(update_fields=["status", "left_on", "reason"])
        if departure.fate != Fate.LEFT:
            follow(row, departure, actor, is_retained=was_retained or departure.fate == Fate.RETAINED)


def refuse_later(rows: list[Membership], departure: Departure) -> None:
    late = [row for row in rows if row.joined_on and row.joined_on >= departure.on]
    if late:
        raise ValidationError(
            {"on": _("%(number)d members joined on that day or later: a later day is needed.") % {"number": len(late)}}
        )
    if departure.fate != Fate.LEFT and departure.to is None:
        raise ValidationError({"members": _("There is no union that could keep the members.")})


def follow(row: Membership, departure: Departure, actor: User, *, is_retained: bool) -> None:
    """The membership that goes on from one that ended; the person's record moves with it."""
    to = departure.to
    Membership.objects.create(
        union=to,
        person_id=row.person_id,
        employer=None if is_retained else row.employer,
        status=MembershipStatus.RETAINED if is_retained else MembershipStatus.ACTIVE,
        worker_type=row.worker_type,
        card_no=row.card_no,
        joined_on=departure.on,
        retained_on=departure.on if is_retained else None,
        dues_wage=None if is_retained else row.dues_wage,
        created_by=actor,
    )
    Person.objects.filter(pk=row.person_id).update(union=to)


register(Leftover(say, settle))
