"""Merging the record of one person into another's, and undoing it.

Nothing is deleted: the merged record stays with ``merged_into``, every row of any app that named it names the kept
one, and what both had already is closed or refused in words. ``PersonMerge`` keeps what undoing needs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pghistory.models
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import Error, models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import (
    DAYS_TO_UNDO,
    OPEN,
    ActivityParticipation,
    ContestEntry,
    DuplicatePair,
    HealthCheck,
    Membership,
    MembershipStatus,
    MembershipTransfer,
    OpenMembership,
    Person,
    PersonMerge,
    Recuperation,
    ServiceCard,
    SpecialGroup,
)
from members.rivals import rivals
from members.services import MANAGE
from unions.access import Action, can, can_over, scope_of
from unions.acting import across_scopes
from unions.audit import record
from unions.models import ReturnStatus, User
from unions.moves import locked
from unions.services.records import history_of
from unions.validators import plain_id

# What can be taken from either record; the kind of document goes with its number.
FIELDS = (
    *("name", "former_name", "sex", "birth_date", "id_number", "phone", "bank_card", "education", "is_migrant"),
    *("consented_on", "note"),
)
KEPT_FIELDS = (*FIELDS, "id_type", "union_id")
# Kept by a trigger, or the bookkeeping of merging itself.
NOT_MOVED = (OpenMembership, DuplicatePair, PersonMerge)
# Of these one of two is enough: the other stays with the merged record, where no list and no figure sees it.
ONCE_IS_ENOUGH = (ServiceCard, HealthCheck, Recuperation, ActivityParticipation, ContestEntry, SpecialGroup)
MEMBERSHIP_DAYS = ("status", "joined_on", "retained_on", "left_on")
SEEN_BY = {"relief": Action.VIEW_RELIEF, "disputes": Action.VIEW_DISPUTES, "finance": Action.VIEW_FINANCE}


@dataclass(frozen=True)
class References:
    """The rows of one model that name a person in one field."""

    model: type[models.Model]
    field: models.Field[Any, Any]

    def of(self, person: Person) -> Any:
        return self.model._base_manager.filter(**{self.field.attname: person.pk})

    def may_be_seen(self, actor: User) -> bool:
        return can(actor, SEEN_BY.get(self.model._meta.app_label, Action.VIEW_MEMBERS))


def relations() -> list[References]:
    """Every field of any app that names a person, but for copies in histories and what merging keeps itself."""
    found: list[Any] = list(Person._meta.get_fields(include_hidden=True))
    named = [relation for relation in found if relation.auto_created and (relation.one_to_many or relation.one_to_one)]
    return [
        References(relation.related_model, relation.field)
        for relation in named
        if relation.related_model not in NOT_MOVED and not issubclass(relation.related_model, pghistory.models.Event)
    ]


@transaction.atomic
def merge_persons(*, actor: User, kept: Person, merged: Person, reason: str, take: Iterable[str] = ()) -> PersonMerge:
    """Make one person of two records: ``kept`` stays, with the fields named in ``take`` as ``merged`` had them.

    Raises ValidationError, by field where it is about one, if both have valid IDs, if one is merged already, or if
    rows of both cannot stand together; PermissionDenied if any of it lies beyond the actor's offices.
    """
    refuse_office(actor, kept, merged)
    first, second = (locked(Person, row, actor) for row in sorted((kept, merged), key=lambda row: row.pk))
    kept, merged = (first, second) if first.pk == kept.pk else (second, first)
    refuse_two_people(kept, merged)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    former = {"kept": values_of(kept), "merged": values_of(merged)}
    with across_scopes():
        refuse_beyond(actor, merged)
        closed = close_doubles(actor, kept, merged)
        moved = move_references(actor, kept, merged, closed)
        give_values(kept, merged, frozenset(take))
    row = PersonMerge(union=kept.union, kept=kept, merged=merged, name=former["merged"]["name"], reason=reason)
    row.masked_id, row.merged_on, row.created_by = merged.masked_id, timezone.localdate(), actor
    row.former = json.dumps(former | {"given": values_of(kept)}, cls=DjangoJSONEncoder)
    row.moved, row.closed = moved, closed
    row.full_clean()
    row.save()
    settle_pairs(kept, merged)
    told = {"merged": merged.pk, "moved": sum(len(entry["rows"]) for entry in moved), "closed": len(closed)}
    record(actor=actor, action="members.merge_persons", target=kept, after=told, reason=reason)
    return row


def refuse_office(actor: User, *both: Person) -> None:
    if not all(can_over(actor, MANAGE, row.union_id) for row in both):
        raise PermissionDenied(_("Both records must be within your office: the federation merges across unions."))


def refuse_two_people(kept: Person, merged: Person) -> None:
    """Raise ValidationError where the two records are two people, or one of them is out of use."""
    if kept.pk == merged.pk:
        raise ValidationError(_("A record cannot be merged into itself."), code="same")
    for row in (kept, merged):
        if row.merged_into_id:
            raise ValidationError(_("%(name)s is merged already.") % {"name": row.name}, code="merged")
    differ = plain_id(kept.id_number) != plain_id(merged.id_number)
    if differ and kept.has_valid_id and merged.has_valid_id:
        raise ValidationError(
            _("Both ID numbers are valid and different: these are two people. If one is wrong, correct it first."),
            code="two_people",
        )


def refuse_beyond(actor: User, merged: Person) -> None:
    """Raise PermissionDenied if a row to be moved belongs to a union that is not within the actor's office."""
    scope = scope_of(actor, MANAGE)
    for references in relations():
        unions = references.of(merged).values_list("union", flat=True)
        if scope.unions is not None and not scope.unions.issuperset(unions):
            raise PermissionDenied(_("This person is known to other unions too: the federation merges the records."))


def close_doubles(actor: User, kept: Person, merged: Person) -> list[dict[str, Any]]:
    """Close those rows of the merged person that the kept one has already. Raises ValidationError where none may be."""
    closed = []
    for references in relations():
        for row in references.of(merged).select_for_update():
            found = rivals(row, references.field, kept)
            if not found:
                continue
            refuse_locked(row)
            if isinstance(row, Membership):
                refuse_memberships(row, found)
            elif isinstance(row, ServiceCard):
                refuse_card(row, found[0])
            elif not isinstance(row, ONCE_IS_ENOUGH):
                refuse_rows(actor, references, row, found[0])
            closed.append(closing(row))
    return closed


def closing(row: models.Model) -> dict[str, Any]:
    """Close a row as recorded twice, and give what it said; only a membership has to change for that."""
    entry = {"model": row._meta.label, "pk": row.pk, "name": str(row)[:100], "values": {}}
    if isinstance(row, Membership):
        entry["values"] = json.loads(
            json.dumps({name: getattr(row, name) for name in MEMBERSHIP_DAYS}, cls=DjangoJSONEncoder)
        )
        nothing = dict.fromkeys(MEMBERSHIP_DAYS[1:])
        Membership.objects.filter(pk=row.pk).update(status=MembershipStatus.DUPLICATE, **nothing)
    return entry


def refuse_locked(row: Any) -> None:
    """A row that came with a return locked since stays as the return said."""
    source = getattr(row, "source_return", None)
    if source is not None and source.status == ReturnStatus.LOCKED:
        raise ValidationError(
            _("%(row)s is there twice and came with a locked return (%(source)s): unlock it first.")
            % {"row": in_words(row), "source": source},
            code="locked",
        )


def refuse_memberships(row: Membership, others: list[Membership]) -> None:
    """Of two memberships at one time the merged record's is closed only if the kept one says all that it says."""
    rival = next((other for other in others if other.status in OPEN), others[0])
    told = {"row": stay(row), "other": stay(rival)}
    if row.transfers.filter(status=MembershipTransfer.Status.REQUESTED).exists():
        raise ValidationError(_("A transfer of %(row)s is waiting: let it be decided first.") % told, code="transfer")
    if row.status in OPEN and rival.status not in OPEN:
        raise ValidationError(
            _("%(row)s still holds, %(other)s has ended: keep the other record instead.") % told, code="open"
        )
    if row.union_id != rival.union_id and (row.status in OPEN or not covers(rival, row)):
        raise ValidationError(
            _("Member of two unions at one time: %(row)s and %(other)s. End one of them, or let its days be corrected.")
            % told,
            code="two_memberships",
        )


def stay(row: Membership) -> str:
    until = row.left_on or ""
    return f"{row.union} {row.joined_on}–{until}"


def covers(one: Any, other: Any) -> bool:
    """Whether the days of the other membership all lie within the one's."""
    return one.joined_on <= other.joined_on and (
        one.left_on is None or (other.left_on is not None and other.left_on <= one.left_on)
    )


def refuse_card(row: ServiceCard, other: ServiceCard) -> None:
    if row.issued_on and not other.issued_on:
        raise ValidationError(
            _("The service card was issued to %(name)s' record, which would be merged: keep that one instead.")
            % {"name": row.person.name},
            code="card",
        )


def refuse_rows(actor: User, references: References, row: models.Model, other: models.Model) -> None:
    if not references.may_be_seen(actor):
        office = apps.get_app_config(row._meta.app_label).verbose_name
        raise ValidationError(
            _("Both records have rows in “%(office)s” that exclude each other: ask that office to settle it first.")
            % {"office": office},
            code="rows_elsewhere",
        )
    raise ValidationError(
        _("%(row)s and %(other)s exclude each other for one person: close one of them first.")
        % {"row": in_words(row), "other": in_words(other)},
        code="rows",
    )


def in_words(row: models.Model) -> str:
    return f"{row._meta.verbose_name} “{row}” (#{row.pk})"


def move_references(actor: User, kept: Person, merged: Person, closed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Let every other row that names the merged person name the kept one; which rows these were."""
    left = {(entry["model"], entry["pk"]) for entry in closed}
    moved: list[dict[str, Any]] = []
    for references in relations():
        label = references.model._meta.label
        rows = [pk for pk in references.of(merged).values_list("pk", flat=True) if (label, pk) not in left]
        if rows:
            point(references, rows, kept)
            moved.append({"model": label, "field": references.field.name, "rows": sorted(rows)})
    for entry in moved:
        entry["mark"] = mark(apps.get_model(entry["model"]), entry["rows"])
    return moved


def point(references: References, rows: list[Any], to: Person) -> None:
    """Let these rows name this person. Raises ValidationError if the database holds that impossible."""
    try:
        with transaction.atomic():
            references.model._base_manager.filter(pk__in=rows).update(**{references.field.name: to})
    except Error as error:
        raise ValidationError(
            _("%(kind)s of the two records cannot stand together: %(why)s")
            % {"kind": references.model._meta.verbose_name_plural, "why": str(error).split("\n")[0]},
            code="rows",
        ) from error


def mark(model: type[models.Model], rows: list[Any]) -> int:
    """The last change of these rows so far, by which a later one is known."""
    copies = history_of(model)._base_manager.filter(pgh_obj_id__in=rows)
    return copies.aggregate(last=Max("pgh_id"))["last"] or 0


def give_values(kept: Person, merged: Person, take: frozenset[str]) -> None:
    """Give the kept record what was chosen; a number that changes hands is exchanged, so that both still lead here."""
    names = [name for name in FIELDS if name in take]
    before = {name: getattr(kept, name) for name in (*FIELDS, "id_type")}
    for name in names:
        setattr(kept, name, getattr(merged, name))
    if "id_number" in take:
        kept.id_type = merged.id_type
        merged.id_number, merged.id_type = before["id_number"], before["id_type"]
        Person.objects.filter(pk=merged.pk).update(id_index=f"merged {merged.pk}")
    other_name = before["name"] if "name" in take else merged.name
    if other_name != kept.name and not kept.former_name:
        kept.former_name = other_name
    open_row = OpenMembership.objects.filter(person=kept).first()
    if open_row:
        kept.union_id = open_row.union_id
    kept.full_clean(exclude=["id_index"])
    kept.save()
    merged.merged_into = kept
    merged.save()


def values_of(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in KEPT_FIELDS}


def settle_pairs(kept: Person, merged: Person) -> None:
    """The proposal is decided; others of the merged record are no longer anybody's question."""
    states = DuplicatePair.State
    pairs = DuplicatePair.objects.filter(models.Q(first=merged) | models.Q(second=merged))
    this = models.Q(first=kept) | models.Q(second=kept)
    pairs.filter(this).update(state=states.MERGED, decided_on=timezone.localdate())
    pairs.exclude(this).filter(state=states.OPEN).update(state=states.GONE)


@transaction.atomic
def undo_merge(*, merge: PersonMerge, actor: User, reason: str) -> PersonMerge:
    """Make two records of one again: values, rows moved and rows closed are as they were.

    Raises ValidationError after 30 days, or if something happened since that would be lost; PermissionDenied if a
    record is not within the actor's office.
    """
    merge = locked(PersonMerge, merge, actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    refuse_late(merge)
    with across_scopes():
        people = Person.objects.select_for_update(of=("self",)).order_by("pk")
        by_pk = {row.pk: row for row in people.filter(pk__in=(merge.kept_id, merge.merged_id))}
        kept, merged = by_pk[merge.kept_id], by_pk[merge.merged_id]
        refuse_office(actor, kept, merged)
        former = json.loads(merge.former)
        refuse_changed_since(merge, kept, former)
        restore(merge, kept, merged, former)
    merge.undone_on, merge.undone_because, merge.former = timezone.localdate(), reason, ""
    merge.full_clean()
    merge.save()
    this = DuplicatePair.objects.filter(first_id=min(by_pk), second_id=max(by_pk))
    this.update(state=DuplicatePair.State.OPEN, decided_on=None)
    record(actor=actor, action="members.undo_merge", target=kept, after={"restored": merged.pk}, reason=reason)
    return merge


@transaction.atomic
def forget_former(today: date) -> int:
    """Clear the values kept of merges that can be undone no longer; the merges stay. Returns of how many."""
    over = PersonMerge.objects.filter(merged_on__lt=today - timedelta(days=DAYS_TO_UNDO))
    return over.filter(former__isnull=False).update(former=None)


def refuse_late(merge: PersonMerge) -> None:
    if merge.undone_on:
        raise ValidationError(_("This was undone on %(day)s.") % {"day": merge.undone_on}, code="undone")
    if timezone.localdate() > merge.undo_until:
        raise ValidationError(
            _("A merge can be undone for 30 days; this one could until %(day)s.") % {"day": merge.undo_until},
            code="late",
        )


def refuse_changed_since(merge: PersonMerge, kept: Person, former: dict[str, Any]) -> None:
    """Raise ValidationError if what the merge changed has been changed again: undoing would lose that."""
    if kept.merged_into_id:
        raise ValidationError(
            _("%(name)s has been merged into %(other)s since: undo that first.")
            % {"name": kept.name, "other": kept.merged_into},
            code="merged_since",
        )
    now = json.loads(json.dumps(values_of(kept), cls=DjangoJSONEncoder))
    for name in changed_by(former):
        if now[name] != former["given"][name]:
            caption = Person._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            raise ValidationError(
                _("%(field)s has been changed since: undoing would lose that.") % {"field": caption}, code="changed"
            )
    for entry in merge.moved:
        refuse_row_changed(entry, kept)
    if later := Membership.objects.filter(person=kept, created_at__gt=merge.created_at).first():
        raise ValidationError(
            _("A membership was recorded since (%(row)s): undoing would tear it apart.") % {"row": later},
            code="changed",
        )


def refuse_row_changed(entry: dict[str, Any], kept: Person) -> None:
    """A row moved must still name the kept person, and a membership must be as it was then."""
    model = apps.get_model(entry["model"])
    there = model._base_manager.filter(pk__in=entry["rows"], **{entry["field"]: kept})
    is_lost = there.count() < len(entry["rows"])
    if is_lost or model is Membership and mark(model, entry["rows"]) != entry["mark"]:
        raise ValidationError(
            _("%(kind)s that were moved have been changed since: undoing would lose that.")
            % {"kind": model._meta.verbose_name_plural},
            code="changed",
        )


def changed_by(former: dict[str, Any]) -> list[str]:
    """The fields of the kept record that the merge gave another value."""
    return [name for name in KEPT_FIELDS if former["kept"][name] != former["given"][name]]


def restore(merge: PersonMerge, kept: Person, merged: Person, former: dict[str, Any]) -> None:
    """Give both records back what they had, and their rows."""
    for entry in merge.moved:
        model = apps.get_model(entry["model"])
        field: Any = model._meta.get_field(entry["field"])
        point(References(model, field), entry["rows"], merged)
    for entry in merge.closed:
        if entry["values"]:
            apps.get_model(entry["model"])._base_manager.filter(pk=entry["pk"]).update(**entry["values"])
    Person.objects.filter(pk=merged.pk).update(id_index=f"merged {merged.pk}")
    for name in changed_by(former):
        setattr(kept, name, Person._meta.get_field(name.removesuffix("_id")).to_python(former["kept"][name]))  # type: ignore[union-attr]
    kept.save()
    for name in (*FIELDS, "id_type"):
        setattr(merged, name, Person._meta.get_field(name).to_python(former["merged"][name]))  # type: ignore[union-attr]
    merged.merged_into = None
    merged.save()
