"""The members of a union that ends: moved to another union, retained at the higher one, or gone with their union.

Membership follows the work: moving is not a new admission, so the one row ends on the day the next begins.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import OPEN, Membership, MembershipStatus
from members.services import take_along
from unions.leftovers import Departure, Fate, Leftover, register
from unions.models import Union, User


def open_memberships(union: Union, employers: tuple[int, ...] | None) -> Any:
    rows = Membership.objects.filter(union=union, status__in=OPEN)
    return rows if employers is None else rows.filter(employer__in=employers)


def say(union: Union, employers: tuple[int, ...] | None) -> str:
    number = open_memberships(union, employers).count()
    return ngettext("%(number)d member", "%(number)d members", number) % {"number": number} if number else ""


def settle(departure: Departure, actor: User) -> None:
    """End the open memberships of the union, and begin the one that follows each unless it leaves the federation.

    The person's record moves with the membership.
    """
    rows = list(open_memberships(departure.union, departure.employers).select_for_update())
    refuse_later(rows, departure)
    Membership.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=MembershipStatus.TRANSFERRED_OUT, left_on=departure.on, reason=str(departure.fate.label)
    )
    if departure.fate != Fate.LEFT:
        Membership.objects.bulk_create(following(row, departure, actor) for row in rows)
        take_along([row.person_id for row in rows], departure.to)


def refuse_later(rows: list[Membership], departure: Departure) -> None:
    late = [row for row in rows if row.joined_on and row.joined_on >= departure.on]
    if late:
        raise ValidationError(
            {"on": _("%(number)d members joined on that day or later: a later day is needed.") % {"number": len(late)}}
        )
    if departure.fate != Fate.LEFT and departure.to is None:
        raise ValidationError({"members": _("There is no union that could keep the members.")})


def following(row: Membership, departure: Departure, actor: User) -> Membership:
    """The membership that goes on from one that ends; who was retained stays so."""
    is_retained = row.status == MembershipStatus.RETAINED or departure.fate == Fate.RETAINED
    return Membership(
        union=departure.to,
        person_id=row.person_id,
        employer_id=None if is_retained else row.employer_id,
        status=MembershipStatus.RETAINED if is_retained else MembershipStatus.ACTIVE,
        worker_type=row.worker_type,
        card_no=row.card_no,
        joined_on=departure.on,
        retained_on=departure.on if is_retained else None,
        dues_wage=None if is_retained else row.dues_wage,
        created_by=actor,
    )


register(Leftover(say, settle))
