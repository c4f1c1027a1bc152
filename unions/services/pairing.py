"""Pairings: unions, employers and villages that work together under an agreement, and what they do under it."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from unions.access import Action
from unions.models import PairActivity, PairAgreement, PairMember, User
from unions.moves import locked
from unions.services.open_days import refuse_closed_days
from unions.services.records import save_record


@transaction.atomic
def add_member(*, member: PairMember, actor: User) -> PairMember:
    """Let a union, one of its employers or an outside party join a pairing that holds, once.

    Raises ValidationError at the field that does not fit, PermissionDenied outside the actor's office and scope.
    """
    agreement = locked(PairAgreement, member.agreement, actor)
    if agreement.end:
        raise ValidationError({"agreement": _("This pairing ended on %(day)s.") % {"day": shown(agreement.end)}})
    if member.union.ended_on:
        raise ValidationError({"union": _("This union has ended.")})
    if member.employer and member.outside_party:
        raise ValidationError({"outside_party": _("Name either an employer or an outside party.")})
    if same_party(member).exists():
        field = "employer" if member.employer else "outside_party" if member.outside_party else "union"
        raise ValidationError({field: _("This party is already in the pairing.")})
    return save_record(row=member, actor=actor, action=Action.MANAGE_STANDING)


def same_party(member: PairMember) -> QuerySet[PairMember]:
    rows = PairMember.objects.filter(agreement=member.agreement)
    if member.outside_party:
        return rows.filter(outside_party=member.outside_party)
    return rows.filter(union=member.union, employer=member.employer, outside_party="")


@transaction.atomic
def record_activity(*, activity: PairActivity, actor: User, since: int | None = None) -> PairActivity:
    """Record what was done under a pairing while it held. Raises ValidationError at the day otherwise."""
    agreement = locked(PairAgreement, activity.agreement, actor)
    activity.union = agreement.union
    refuse_closed_days(activity, "held_on")
    if activity.held_on < agreement.start or (agreement.end and activity.held_on >= agreement.end):
        raise ValidationError({"held_on": outside_of(agreement)})
    return save_record(row=activity, actor=actor, action=Action.MANAGE_STANDING, since=since)


def outside_of(agreement: PairAgreement) -> str:
    days = {"start": shown(agreement.start), "end": shown(agreement.end) if agreement.end else ""}
    if agreement.end:
        return _("The pairing held from %(start)s until %(end)s.") % days
    return _("The pairing holds since %(start)s.") % days


def shown(day: date) -> str:
    return date_format(day, "Y-m-d")
