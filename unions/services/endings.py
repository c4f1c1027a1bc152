"""A union ends: merged into another, dissolved, or transferred out; and one is split off from another.

What hangs on the union finds its place on the same day: employers, committee, officers, accounts, facilities,
certificate, and through ``unions.leftovers`` its members. Contracts in force and unions under it must go first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from unions.leftovers import Departure, Fate, left_at, settle
from unions.models import (
    ORGANS,
    CollectiveContract,
    CommitteeTerm,
    Employer,
    Facility,
    LegalCertificate,
    Office,
    Officer,
    ReturnObligation,
    Union,
    UnionCoverage,
    UnionEvent,
    UnionEventKind,
    UnionForm,
    UnionGroup,
    UnionProfile,
    User,
)
from unions.services.effects import Effect
from unions.services.employers import close_down, refuse_closing
from unions.services.events import (
    change_profile,
    enter,
    listed,
    lock_union,
    refuse_blank,
    refuse_day,
    refuse_twice,
    shown,
    told,
)
from unions.services.founding import check_set_up, lock_register, name_hint, refuse_number, set_up


class After(models.TextChoices):
    """What becomes of the employers of a union that is dissolved."""

    UNCOVERED = "UNCOVERED", gettext_lazy("Go on without a union")
    COVERED = "COVERED", gettext_lazy("Covered by another union")
    CLOSED = "CLOSED", gettext_lazy("Close down as well")


@transaction.atomic
def dissolve(
    *,
    union: Union,
    on: date,
    document_no: str,
    approved_by: str,
    employers: str,
    actor: User,
    to: Union | None = None,
    members: str = "",
    reason: str = "",
) -> UnionEvent:
    """Dissolve the union. ``employers`` says what becomes of them, ``members`` what becomes of these.

    Raises ValidationError while anything is left that has been given no place, at the field that would give it one;
    PermissionDenied outside the actor's office and scope.
    """
    union = lock_union(union, actor)
    lock_target(to, actor)
    check_dissolution(union, on, document_no, approved_by, employers, to, members)
    rows = covered(union)
    settle_members(union, members, to, on, actor)
    wind_up(union, on, actor)
    for employer in rows:
        if employers == After.CLOSED:
            close_down(employer, on)
        elif employers == After.COVERED:
            UnionCoverage.objects.create(union=to, employer=employer, start=on, created_by=actor)
    return enter(
        union=union,
        kind=UnionEventKind.DISSOLVED,
        on=on,
        actor=actor,
        document_no=document_no,
        approved_by=approved_by,
        before=union.name,
        after=After(employers).label if rows else "",
        other_union=to,
        note=reason,
    )


def plan_dissolution(
    *,
    union: Union,
    on: date,
    document_no: str,
    approved_by: str,
    employers: str,
    to: Union | None = None,
    members: str = "",
    **_more: str,
) -> list[Effect]:
    """What ends with the union. Raises ValidationError where it cannot be dissolved."""
    check_dissolution(union, on, document_no, approved_by, employers, to, members)
    fate = f"{After(employers).label} ({to})" if employers == After.COVERED else After(employers).label
    return [*ending_effects(union, on), *member_effects(union, members, to), *employer_effects(union, fate)]


def check_dissolution(
    union: Union,
    on: date,
    document_no: str,
    approved_by: str,
    employers: str,
    to: Union | None,
    members: str,
) -> None:
    refuse_blank(document_no=document_no.strip(), approved_by=approved_by.strip(), employers=employers)
    check_ending(union, UnionEventKind.DISSOLVED, on)
    rows = covered(union)
    if to or employers == After.COVERED or members == Fate.MOVED:
        refuse_target(union, to, on, rows if employers == After.COVERED else ())
    if members == Fate.LEFT:
        raise ValidationError({"members": _("Only with a transfer out do members leave with their union.")})
    refuse_left(union, members)
    if employers == After.CLOSED:
        for employer in rows:
            refuse_closing(employer, on)


@transaction.atomic
def merge(
    *, unions: Sequence[Union], into: Union, on: date, document_no: str, approved_by: str, actor: User
) -> list[UnionEvent]:
    """Merge ``unions`` away into another, which takes their employers, members and the unions under them."""
    into = lock_union(into, actor)
    rows = [lock_union(union, actor) for union in sorted(unions, key=lambda union: union.pk)]
    check_merger(rows, into, on, document_no, approved_by)
    events = []
    for union in rows:
        employers = covered(union)
        settle(Departure(union, Fate.MOVED, into, on), actor)
        for child in under(union):
            change_profile(child, on, parent=into)
        wind_up(union, on, actor)
        for employer in employers:
            UnionCoverage.objects.create(union=into, employer=employer, start=on, created_by=actor)
        events.append(
            enter(
                union=union,
                kind=UnionEventKind.MERGED,
                on=on,
                actor=actor,
                document_no=document_no,
                approved_by=approved_by,
                before=union.name,
                after=into.name,
                other_union=into,
            )
        )
    return events


def plan_merger(*, unions: Sequence[Union], into: Union, on: date, document_no: str, approved_by: str) -> list[Effect]:
    """What the merger changes. Raises ValidationError where it cannot happen."""
    check_merger(unions, into, on, document_no, approved_by)
    coming = sum(len(covered(union)) for union in unions)
    present = len(covered(into))
    effects = [Effect(union, _("Exists"), _("Merged into “%(union)s”") % {"union": into}) for union in unions]
    effects += [effect for union in unions for effect in member_effects(union, Fate.MOVED, into)]
    return [
        *effects,
        *told(_("Employers covered by “%(union)s”") % {"union": into}, present or "0", present + coming or "0"),
        *told(_("Unions in the area"), *fewer(on, len(unions))),
    ]


def check_merger(unions: Sequence[Union], into: Union, on: date, document_no: str, approved_by: str) -> None:
    refuse_blank(document_no=document_no.strip(), approved_by=approved_by.strip())
    if not unions:
        raise ValidationError({"unions": _("Name the unions that are merged away.")})
    if into in unions:
        raise ValidationError({"into": _("A union cannot be merged into itself.")})
    refuse_day(into, on)
    for union in unions:
        check_ending(union, UnionEventKind.MERGED, on, but_children=True)
        if into.pk in Union.objects.subtree_ids(union.pk, on):
            raise ValidationError({"into": _("“%(into)s” stands under “%(union)s”.") % {"into": into, "union": union}})
    together = len(covered(into)) + sum(len(covered(union)) for union in unions)
    refuse_room(into, together, "into")


@transaction.atomic
def transfer_out(
    *, union: Union, on: date, document_no: str, approved_by: str, going_to: str, actor: User, reason: str = ""
) -> UnionEvent:
    """The union leaves the federation, with its employers and members, for another higher union outside."""
    union = lock_union(union, actor)
    check_transfer_out(union, on, document_no, approved_by, going_to)
    settle(Departure(union, Fate.LEFT, None, on), actor)
    wind_up(union, on, actor)
    return enter(
        union=union,
        kind=UnionEventKind.TRANSFERRED_OUT,
        on=on,
        actor=actor,
        document_no=document_no,
        approved_by=approved_by,
        before=union.name,
        after=going_to,
        note=reason,
    )


def plan_transfer_out(
    *, union: Union, on: date, document_no: str, approved_by: str, going_to: str, **_more: str
) -> list[Effect]:
    """What leaves with the union. Raises ValidationError where it cannot leave."""
    check_transfer_out(union, on, document_no, approved_by, going_to)
    return [
        Effect(_("Next higher union"), union.parent or "", going_to),
        *ending_effects(union, on),
        *member_effects(union, Fate.LEFT, None),
        *employer_effects(union, _("No longer covered by a union of the federation")),
    ]


def check_transfer_out(union: Union, on: date, document_no: str, approved_by: str, going_to: str) -> None:
    refuse_blank(document_no=document_no.strip(), approved_by=approved_by.strip(), going_to=going_to.strip())
    check_ending(union, UnionEventKind.TRANSFERRED_OUT, on)


@transaction.atomic
def split(
    *,
    union: Union,
    name: str,
    form: str,
    employers: Sequence[Employer],
    on: date,
    document_no: str,
    approved_by: str,
    actor: User,
    chair: str = "",
    years: int | None = None,
) -> Union:
    """Split a new union off, with some of the old one's employers and their members."""
    union = lock_union(union, actor)
    lock_register(employers)
    check_split(union, name, form, employers, on, document_no, approved_by)
    union.coverages.filter(employer__in=employers, end__isnull=True).update(end=on)
    made = set_up(
        actor=actor,
        name=name,
        form=form,
        parent=union.parent or union,
        community=union.community,
        founded_on=on,
        start=on,
        employers=employers,
        chair=chair,
        years=years,
    )
    settle(Departure(union, Fate.MOVED, made, on, tuple(employer.pk for employer in employers)), actor)
    enter(
        union=made,
        kind=UnionEventKind.SPLIT,
        on=on,
        actor=actor,
        document_no=document_no,
        approved_by=approved_by,
        before=union.name,
        after=name,
        other_union=union,
    )
    return made


def plan_split(
    *,
    union: Union,
    name: str,
    form: str,
    employers: Sequence[Employer],
    on: date,
    document_no: str,
    approved_by: str,
    **_more: Any,
) -> list[Effect]:
    """What goes to the new union. Raises ValidationError where it cannot be split off."""
    check_split(union, name, form, employers, on, document_no, approved_by)
    present = len(covered(union))
    going = tuple(employer.pk for employer in employers)
    moved = [Effect(text, union, name) for text in left_at(union, going)]
    return [
        Effect(_("New union"), "", f"{name} ({UnionForm(form).label})"),
        Effect(_("Employers covered by “%(union)s”") % {"union": union}, present, present - len(employers)),
        Effect(_("Employers that go with it"), union, listed(employers)),
        *moved,
        *name_hint(form, name),
    ]


def check_split(
    union: Union,
    name: str,
    form: str,
    employers: Sequence[Employer],
    on: date,
    document_no: str,
    approved_by: str,
) -> None:
    refuse_blank(document_no=document_no.strip(), approved_by=approved_by.strip())
    refuse_day(union, on)
    present = covered(union)
    foreign = [employer for employer in employers if employer not in present]
    if foreign:
        raise ValidationError({"employers": _("Not covered by this union: %(names)s.") % {"names": listed(foreign)}})
    if len(employers) >= len(present):
        raise ValidationError({"employers": _("At least one employer stays: otherwise rename the union.")})
    refuse_started(union.coverages.filter(employer__in=employers, end__isnull=True), "start", on)
    check_set_up(name, form, union.parent or union, on, employers, leaving=[union])


def covered(union: Union) -> list[Employer]:
    """The employers the union covers until something ends it."""
    rows = union.coverages.filter(end__isnull=True).select_related("employer").order_by("employer__code")
    return [row.employer for row in rows]


def under(union: Union) -> list[Union]:
    """The unions that stand under this one."""
    rows = UnionProfile.objects.filter(parent=union, end__isnull=True, union__ended_on__isnull=True)
    return [row.union for row in rows.select_related("union").order_by("union__code")]


def hanging(union: Union, on: date) -> list[tuple[Any, Any, str, str]]:
    """What ends with the union: caption, rows, the names of their first and last day."""
    dated: list[tuple[Any, Any]] = [
        (_("Name and place"), UnionProfile),
        (_("Employers covered"), UnionCoverage),
        (_("Officers"), Officer),
        (_("Groups and branches"), UnionGroup),
        (_("Facilities"), Facility),
        (_("Account of the chair"), Office),
    ]
    found = [(caption, model.objects.filter(union=union, end__isnull=True), "start", "end") for caption, model in dated]
    terms = CommitteeTerm.objects.filter(union=union, ended_on__isnull=True)
    certificates = LegalCertificate.objects.filter(union=union).filter(Q(end__isnull=True) | Q(end__gt=on))
    return [
        *found,
        (_("Committee"), terms, "elected_on", "ended_on"),
        (_("Legal-person certificate"), certificates, "start", "end"),
    ]


def check_ending(union: Union, kind: str, on: date, *, but_children: bool = False) -> None:
    """Raise ValidationError if the union cannot end on that day, or something stands in the way that ends first."""
    refuse_day(union, on)
    refuse_twice(union, kind, on)
    if union.form == UnionForm.SUBDISTRICT:
        raise ValidationError(_("The federation itself does not end here."))
    for _caption, rows, start, _end in hanging(union, on):
        refuse_started(rows, start, on)
    if but_children:
        return
    children = under(union)
    if children:
        raise ValidationError(_("Unions stand under it: %(names)s. Move them first.") % {"names": listed(children)})
    contracts = CollectiveContract.objects.in_force_on(on).filter(union=union)
    if contracts:
        raise ValidationError(
            _("Collective contracts are in force: %(names)s. End them first.") % {"names": listed(contracts)}
        )


def refuse_started(rows: Any, start: str, on: date) -> None:
    """Nothing ends on or before the day it began."""
    late = rows.filter(**{f"{start}__gte": on}).first()
    if late:
        raise ValidationError(
            {
                "on": _("“%(row)s” began on %(day)s: a later day is needed.")
                % {"row": late, "day": shown(getattr(late, start))}
            }
        )


def refuse_target(union: Union, to: Union | None, on: date, employers: Sequence[Employer]) -> None:
    """The union that takes over exists on the day, is another one, and has room for the employers."""
    if to is None:
        raise ValidationError({"to": _("Name the union that takes over.")})
    if to == union:
        raise ValidationError({"to": _("It must be another union.")})
    if to.ended_on or to.founded_on > on:
        raise ValidationError({"to": _("“%(union)s” does not exist on that day.") % {"union": to}})
    if employers:
        refuse_room(to, len(covered(to)) + len(employers), "to")


def refuse_room(union: Union, number: int, field: str) -> None:
    """Raise ValidationError at ``field`` if the form of the union does not go with so many employers."""
    try:
        refuse_number(union.form, number)
    except ValidationError as error:
        raise ValidationError({field: error.message_dict["employers"]}) from None


def refuse_left(union: Union, members: str) -> None:
    left = left_at(union)
    if left and not members:
        raise ValidationError(
            {"members": [_("%(what)s: to be moved or retained first.") % {"what": text} for text in left]}
        )


def settle_members(union: Union, members: str, to: Union | None, on: date, actor: User) -> None:
    if members:
        fate = Fate(members)
        settle(Departure(union, fate, to if fate == Fate.MOVED else union.parent, on), actor)


def lock_target(to: Union | None, actor: User) -> None:
    if to is not None:
        lock_union(to, actor)


def wind_up(union: Union, on: date, actor: User) -> None:
    """End everything that hangs on the union, row by row, and the union itself."""
    for _caption, rows, _start, end in hanging(union, on):
        if rows.model is LegalCertificate and rows.exists():
            enter(union=union, kind=UnionEventKind.LEGAL_CANCELLED, on=on, actor=actor, before=rows[0].number)
        rows.update(**{end: on})
    owed = ReturnObligation.objects.filter(
        union=union, period__end__gt=on, first_filed_on__isnull=True, exempted_on__isnull=True
    )
    owed.update(exempted_on=on, exemption_reason=_("The union ended on %(day)s.") % {"day": shown(on)})
    union.ended_on = on
    union.save(update_fields=["ended_on"])


def ending_effects(union: Union, on: date) -> list[Effect]:
    """The union leaves the stock, and what ends with it."""
    effects = [
        Effect(_("Union"), _("Exists"), _("Ends on %(day)s") % {"day": shown(on)}),
        Effect(_("Unions in the area"), *fewer(on, 1)),
    ]
    for caption, rows, _start, _end in hanging(union, on):
        if rows.model not in (UnionProfile, UnionCoverage) and rows:
            effects.append(Effect(caption, listed(rows), _("Ends")))
    return effects


def member_effects(union: Union, members: str, to: Union | None) -> list[Effect]:
    """What becomes of the members, if the union has any."""
    fate = Fate(members).label if members else ""
    after = f"{fate} ({to})" if members == Fate.MOVED else fate
    return [Effect(text, union, after) for text in left_at(union)]


def employer_effects(union: Union, fate: Any) -> list[Effect]:
    rows = covered(union)
    if not rows:
        return []
    caption = ngettext("%(number)d employer", "%(number)d employers", len(rows)) % {"number": len(rows)}
    return [Effect(caption, listed(rows), fate)]


def fewer(on: date, number: int) -> tuple[int, int]:
    """Primary unions before and after so many of them are gone."""
    present = UnionProfile.objects.on(on).exclude(form__in=ORGANS).count()
    return present, present - number
