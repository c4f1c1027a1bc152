"""Joining, moving between unions, and settling who is a member where (rules B2a).

A person is one row in the portal and has one open membership. Where two unions are concerned, each side sees its own
people only; these services look across and tell no more than is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from members.models import (
    OPEN,
    IdType,
    Membership,
    MembershipConflict,
    MembershipStatus,
    MembershipTransfer,
    Person,
    Recuperation,
    SpecialGroup,
    WorkerType,
)
from unions.access import Action, can_over
from unions.acting import across_scopes
from unions.audit import record
from unions.crypto import blind_index
from unions.inbox import chairs, notify, officers
from unions.models import Employer, Union, User
from unions.moves import locked
from unions.pages.columns import url_of
from unions.services.elections import years_later
from unions.services.events import refuse_closed_day
from unions.validators import mask_id

S = MembershipStatus
YEARS_BETWEEN_RECUPERATIONS = 2
MANAGE = Action.MANAGE_MEMBERS


@dataclass(frozen=True)
class Applicant:
    """Who wants to join, as the application form says."""

    name: str
    sex: str
    birth_date: date
    id_number: str
    id_type: str = IdType.RESIDENT
    phone: str = ""
    education: str = ""
    is_migrant: bool = False
    consented_on: date | None = None


@transaction.atomic
def apply_to_join(
    *,
    actor: User,
    union: Union,
    applicant: Applicant,
    applied_on: date,
    employer: Employer | None = None,
    worker_type: str = WorkerType.CONTRACT,
) -> Membership:
    """Record an application; where the person is a member of another union, also the conflict for the federation.

    Raises ValidationError by field: a wrong ID, another name under the same ID, a union that has ended, an employer
    it does not cover, somebody who is a member here or has applied already. PermissionDenied outside the scope.
    """
    refuse_office(actor, union)
    refuse_day(union, applied_on, "applied_on")
    refuse_employer(union, employer, applied_on)
    with across_scopes():
        person, standing = find_person(applicant, union, actor)
        refuse_second(person, union)
        row = Membership.objects.create(
            union=union,
            person=person,
            employer=employer,
            worker_type=worker_type,
            status=S.APPLIED,
            applied_on=applied_on,
            created_by=actor,
        )
        if standing:
            open_conflict(row, standing, applied_on, actor)
    return row


def refuse_office(actor: User, union: Union) -> None:
    if not can_over(actor, MANAGE, union.pk):
        raise PermissionDenied(_("Your office does not record members of this union."))


def refuse_day(union: Union, day: date, field: str) -> None:
    """Raise ValidationError if nobody can join or leave this union on the day: closed, or the union not there."""
    refuse_closed_day(day, field)
    if day < union.founded_on:
        raise ValidationError({field: _("The union was founded only on %(day)s.") % {"day": union.founded_on}})
    if union.ended_on and union.ended_on <= day:
        raise ValidationError({"union": _("The union ended on %(day)s.") % {"day": union.ended_on}})


def refuse_employer(union: Union, employer: Employer | None, day: date) -> None:
    if employer and not union.coverages.on(day).filter(employer=employer).exists():
        raise ValidationError({"employer": _("The union did not cover this employer on that day.")})


def find_person(applicant: Applicant, union: Union, actor: User) -> tuple[Person, Membership | None]:
    """The person under this ID, made if there is none, and his open membership of another union if he has one."""
    if not applicant.id_number:
        raise ValidationError({"id_number": _("Without spaces and signs nothing is left of this number.")})
    known = Person.objects.filter(id_index=blind_index(applicant.id_number)).select_for_update().first()
    if known is None:
        return new_person(applicant, union, actor), None
    names = {known.name, known.former_name}
    while known.merged_into_id:
        known = Person.objects.select_for_update().get(pk=known.merged_into_id)
        names |= {known.name, known.former_name}
    if applicant.name not in names:
        raise ValidationError({"name": _("Under this ID number another name is recorded: check both.")})
    standing = Membership.objects.filter(person=known, status__in=OPEN).first()
    if standing is None and known.union_id != union.pk:
        known.union = union
        known.save(update_fields=["union"])
        record(actor=actor, action="members.take_over_person", target=known, after={"union": union.pk})
    return known, standing


def new_person(applicant: Applicant, union: Union, actor: User) -> Person:
    person = Person(union=union, created_by=actor, **vars(applicant))
    person.full_clean(exclude=["id_index"])
    person.save()
    return person


def refuse_second(person: Person, union: Union) -> None:
    here = Membership.objects.filter(person=person, union=union, status__in=(*OPEN, S.APPLIED)).first()
    if here and here.status == S.APPLIED:
        raise ValidationError({"id_number": _("This person has applied here already.")})
    if here:
        raise ValidationError({"id_number": _("This person is a member here since %(day)s.") % {"day": here.joined_on}})


def open_conflict(application: Membership, standing: Membership, day: date, actor: User) -> None:
    conflict = MembershipConflict.objects.create(
        union=application.union,
        application=application,
        standing=standing,
        name=application.person.name,
        masked_id=application.person.masked_id,
        opened_on=day,
        created_by=actor,
    )
    tell(
        officers(MANAGE), conflict, actor, _("%(name)s is claimed by two unions: settle it.") % {"name": conflict.name}
    )


@transaction.atomic
def settle_conflict(
    *, conflict: MembershipConflict, actor: User, settlement: str, on: date, reason: str
) -> MembershipConflict:
    """Decide where the person is a member: the standing membership moves to the applying union, or stays.

    Raises PermissionDenied to all but the federation's own officers; ValidationError if it is settled already, the
    day does not fit, or no reason is given.
    """
    conflict = locked(MembershipConflict, conflict, actor)
    sides = (conflict.union_id, conflict.standing.union_id)
    if not all(can_over(actor, MANAGE, side) for side in sides):
        raise PermissionDenied(_("The federation settles this: it concerns two unions."))
    if conflict.settlement:
        raise ValidationError(_("This was settled on %(day)s.") % {"day": conflict.settled_on}, code="settled")
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    application = Membership.objects.select_for_update(of=("self",)).get(pk=conflict.application_id)
    if settlement == MembershipConflict.Settlement.MOVED:
        refuse_day(conflict.union, on, "on")
        leave_standing(application, on)
        begin(application, conflict.standing, on)
    else:
        application.status, application.reason = S.REFUSED, reason[:120]
        application.save(update_fields=["status", "reason"])
    conflict.settlement, conflict.settled_on, conflict.reason = settlement, on, reason
    conflict.full_clean()
    conflict.save()
    record(actor=actor, action="members.settle_conflict", target=conflict, after={"settlement": settlement})
    return conflict


def leave_standing(application: Membership, on: date) -> None:
    """End what the person has elsewhere: the membership that stood, or one that has followed it since."""
    held = Membership.objects.select_for_update(of=("self",)).filter(person=application.person_id)
    standing = held.filter(status__in=OPEN).first()
    if standing:
        end_for_move(standing, on, _("Conflict settled"))
        return
    last = held.filter(left_on__gt=on).order_by("left_on").last()
    if last:
        raise ValidationError({"on": _("Membership elsewhere ended on %(day)s: not before.") % {"day": last.left_on}})


def admit_waiting(left: Membership) -> None:
    """Who has left is claimed by two unions no more: he belongs to the one that applied, if one did.

    From the day he left, or on which the other applied if that was later; the application of somebody who died is
    refused. Where he is a member of a third union by now, or the one that applied has ended, the federation still
    settles it.
    """
    with across_scopes():
        waiting = MembershipConflict.objects.select_for_update(of=("self",)).filter(standing=left, settlement="")
        conflict = waiting.select_related("application", "union").first()
        held = Membership.objects.filter(person=left.person_id, status__in=OPEN)
        if conflict is None or held.exists():
            return
        assert left.left_on  # it has just ended
        application, union = conflict.application, conflict.union
        day = max(left.left_on, application.applied_on or left.left_on)
        if left.status == S.DECEASED:
            application.status, application.reason = S.REFUSED, left.get_status_display()
            application.save(update_fields=["status", "reason"])
            conflict.settlement = MembershipConflict.Settlement.KEPT
        elif union.ended_on and union.ended_on <= day:
            return
        else:
            begin(application, left, day)
            conflict.settlement = MembershipConflict.Settlement.MOVED
        conflict.settled_on, conflict.reason = left.left_on, _("The membership elsewhere ended.")
        conflict.full_clean()
        conflict.save()


def end_for_move(row: Membership, on: date, reason: str) -> None:
    """End a membership because another follows it; the new one begins on the same day."""
    if row.status not in OPEN:
        raise ValidationError(_("This membership ended on %(day)s.") % {"day": row.left_on}, code="ended")
    if row.joined_on is not None and on <= row.joined_on:
        raise ValidationError({"on": _("Member only since %(day)s: a later day is needed.") % {"day": row.joined_on}})
    row.status, row.left_on, row.reason = S.TRANSFERRED_OUT, on, reason
    row.save(update_fields=["status", "left_on", "reason"])


def begin(row: Membership, after: Membership, on: date) -> None:
    """Make ``row`` the open membership that follows ``after``; the person's record goes with it."""
    row.status, row.joined_on, row.card_no = S.ACTIVE, on, after.card_no
    row.save()
    take_along([row.person_id], row.union)


def take_along(persons: list[int], union: Union | None) -> None:
    """The records of persons, and the special groups they are in, go to the union they are members of."""
    Person.objects.filter(pk__in=persons).update(union=union)
    SpecialGroup.objects.filter(person__in=persons, end__isnull=True).update(union=union)


@transaction.atomic
def request_transfer(
    *,
    membership: Membership,
    actor: User,
    to_union: Union,
    on: date,
    to_employer: Employer | None = None,
    reason: str = "",
) -> MembershipTransfer:
    """Offer a member to another union; nothing changes until it accepts.

    Raises ValidationError by field if the membership is not open, the other union has ended or does not cover the
    employer, or a transfer is waiting already; PermissionDenied outside the scope.
    """
    membership = locked(Membership, membership, actor)
    refuse_office(actor, membership.union)
    if membership.status not in OPEN:
        raise ValidationError(_("Only an open membership is transferred."), code="not_open")
    refuse_closed_day(on)
    if to_union.ended_on and to_union.ended_on <= on:
        raise ValidationError({"to_union": _("The union ended on %(day)s.") % {"day": to_union.ended_on}})
    if to_employer and not to_union.coverages.on(on).filter(employer=to_employer).exists():
        raise ValidationError({"to_employer": _("The union did not cover this employer on that day.")})
    transfer = MembershipTransfer(
        union=membership.union,
        membership=membership,
        name=membership.person.name,
        masked_id=mask_id(membership.person.id_number),
        to_union=to_union,
        to_employer=to_employer,
        requested_on=on,
        reason=reason,
        created_by=actor,
    )
    transfer.full_clean()
    transfer.save()
    tell(
        chairs(to_union.pk),
        transfer,
        actor,
        _("%(name)s is to be transferred to you: accept or refuse.") % {"name": transfer.name},
    )
    return transfer


@transaction.atomic
def accept_transfer(
    *, transfer: MembershipTransfer, actor: User, on: date, employer: Employer | None = None
) -> Membership:
    """Take the member in: the old membership ends and the new one begins on one day, with the same card.

    Raises PermissionDenied to anybody but the receiving union's side; ValidationError if it is no longer waiting,
    or the day or employer does not fit.
    """
    transfer = locked(MembershipTransfer, transfer, actor)
    if not can_over(actor, MANAGE, transfer.to_union_id):
        raise PermissionDenied(_("The receiving union accepts the member."))
    refuse_decided(transfer, on)
    employer = employer or transfer.to_employer
    refuse_day(transfer.to_union, on, "on")
    refuse_employer(transfer.to_union, employer, on)
    with across_scopes():
        old = Membership.objects.select_for_update(of=("self",)).get(pk=transfer.membership_id)
        end_for_move(old, on, _("Transferred to %(union)s") % {"union": transfer.to_union})
        new = Membership(
            union=transfer.to_union,
            person_id=old.person_id,
            employer=employer,
            worker_type=old.worker_type,
            applied_on=transfer.requested_on,
            created_by=actor,
        )
        begin(new, old, on)
    decide(transfer, MembershipTransfer.Status.ACCEPTED, actor, on, "")
    return new


@transaction.atomic
def decline_transfer(*, transfer: MembershipTransfer, actor: User, on: date, reason: str) -> MembershipTransfer:
    """The receiving union refuses, or the asking one takes its request back; the member stays where he is.

    Raises ValidationError without a reason or if it is no longer waiting, PermissionDenied to a third union.
    """
    transfer = locked(MembershipTransfer, transfer, actor)
    refuse_decided(transfer, on)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    statuses = MembershipTransfer.Status
    if can_over(actor, MANAGE, transfer.union_id):
        decide(transfer, statuses.WITHDRAWN, actor, on, reason)
    elif can_over(actor, MANAGE, transfer.to_union_id):
        decide(transfer, statuses.REFUSED, actor, on, reason)
    else:
        raise PermissionDenied(_("Only the two unions decide on this transfer."))
    return transfer


def tell(people: list[User], row: MembershipTransfer | MembershipConflict, actor: User, subject: str) -> None:
    """A notice to those whose turn it is."""
    others = [user for user in people if user.pk != actor.pk]
    notify(others, key=f"{row._meta.label_lower}:{row.pk}", subject=subject, url=url_of(row))


def refuse_decided(transfer: MembershipTransfer, on: date) -> None:
    if transfer.status != MembershipTransfer.Status.REQUESTED:
        raise ValidationError(
            _("This transfer was decided on %(day)s: %(status)s.")
            % {"day": transfer.decided_on, "status": transfer.get_status_display()},
            code="decided",
        )
    if on < transfer.requested_on:
        raise ValidationError({"on": _("The request came only on %(day)s.") % {"day": transfer.requested_on}})


def decide(transfer: MembershipTransfer, status: str, actor: User, on: date, reason: str) -> None:
    transfer.status, transfer.decided_on = status, on
    transfer.reason = reason or transfer.reason
    transfer.save(update_fields=["status", "decided_on", "reason"])
    record(actor=actor, action=f"members.transfer_{status.lower()}", target=transfer, reason=reason)


@transaction.atomic
def resume_membership(*, membership: Membership, actor: User, on: date, employer: Employer | None) -> Membership:
    """A retained member works again: his retained membership ends and a full one begins on one day.

    Raises ValidationError if it is not retained or the day or employer does not fit.
    """
    old = locked(Membership, membership, actor)
    refuse_office(actor, old.union)
    if old.status != S.RETAINED:
        raise ValidationError(_("Only a retained membership is resumed."), code="not_retained")
    refuse_day(old.union, on, "on")
    refuse_employer(old.union, employer, on)
    end_for_move(old, on, _("Membership resumed"))
    new = Membership(
        union=old.union, person_id=old.person_id, employer=employer, worker_type=old.worker_type, created_by=actor
    )
    begin(new, old, on)
    return new


def last_recuperation(person: Person, day: date, but: int | None) -> date | None:
    """The last leave less than two years before ``day``, if any."""
    since = years_later(day, -YEARS_BETWEEN_RECUPERATIONS)
    rows = Recuperation.objects.filter(person=person, starts_on__gt=since, starts_on__lte=day).exclude(pk=but)
    return rows.order_by("-starts_on").values_list("starts_on", flat=True).first()


def next_recuperation(person: Person, day: date, but: int | None) -> date | None:
    """The first leave less than two years after ``day``, if any: what is recorded late keeps the distance too."""
    until = years_later(day, YEARS_BETWEEN_RECUPERATIONS)
    rows = Recuperation.objects.filter(person=person, starts_on__gt=day, starts_on__lt=until).exclude(pk=but)
    return rows.order_by("starts_on").values_list("starts_on", flat=True).first()
