"""A union changes while it goes on: its name, its rank, its place in the tree, the employers it covers.

Every change closes the open profile and opens another on its day, so that any earlier day still reads as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from unions.access import Action, can_over
from unions.audit import record
from unions.models import (
    FEDERATIONS,
    ORGANS,
    SINGLE_FORMS,
    Community,
    Employer,
    Union,
    UnionCoverage,
    UnionEvent,
    UnionEventKind,
    UnionForm,
    UnionProfile,
    User,
)
from unions.services.effects import Effect
from unions.services.events import (
    change_profile,
    enter,
    listed,
    lock_union,
    refuse_before_profile,
    refuse_blank,
    refuse_closed_day,
    refuse_day,
    refuse_twice,
    shown,
    told,
)
from unions.services.founding import (
    check_set_up,
    lock_employers,
    lock_register,
    name_hint,
    refuse_employers,
    refuse_number,
    refuse_taken_name,
    set_up,
)

# What becomes a community federation; ORG-18 counts these events. Any other change of form is a reorganisation.
RAISED = (UnionForm.COMMUNITY, UnionForm.REGIONAL_FED, UnionForm.JOINT)


@transaction.atomic
def rename(*, union: Union, name: str, on: date, document_no: str, approved_by: str, actor: User) -> UnionEvent:
    """The union is called ``name`` from ``on``; the former name stays findable."""
    union = lock_union(union, actor)
    check_rename(union, name, on, document_no)
    before = union.name
    change_profile(union, on, name=name.strip())
    return enter(
        union=union,
        kind=UnionEventKind.RENAMED,
        on=on,
        actor=actor,
        before=before,
        after=name.strip(),
        document_no=document_no,
        approved_by=approved_by,
    )


def plan_rename(*, union: Union, name: str, on: date, document_no: str, **_more: str) -> list[Effect]:
    """What the new name changes. Raises ValidationError where it cannot be given."""
    check_rename(union, name, on, document_no)
    effects = [Effect(_("Name"), union.name, name.strip()), Effect(_("Former name (searchable)"), "", union.name)]
    if union.certificates.on(on).exists():
        effects.append(Effect(_("Legal registration"), _("Under the old name"), _("To be changed within 30 days")))
    return effects + name_hint(union.form, name.strip())


def check_rename(union: Union, name: str, on: date, document_no: str) -> None:
    refuse_blank(name=name.strip(), document_no=document_no.strip())
    refuse_day(union, on)
    if name.strip() == union.name:
        raise ValidationError({"name": _("The union is called this already.")})
    refuse_taken_name(name, but=union)
    refuse_twice(union, UnionEventKind.RENAMED, on)
    refuse_before_profile(union, on)


@transaction.atomic
def upgrade(
    *,
    union: Union,
    name: str,
    on: date,
    document_no: str,
    approved_by: str,
    actor: User,
    parent: Union | None = None,
) -> UnionEvent:
    """Raise the union to a community federation, under its new name and, if need be, another higher union."""
    union = lock_union(union, actor)
    check_upgrade(union, name, on, document_no, approved_by, parent)
    before = union.name
    change_profile(union, on, form=UnionForm.COMMUNITY, name=name.strip(), parent=parent or union.parent)
    return enter(
        union=union,
        kind=UnionEventKind.UPGRADED,
        on=on,
        actor=actor,
        before=before,
        after=union.name,
        document_no=document_no,
        approved_by=approved_by,
    )


def plan_upgrade(
    *, union: Union, name: str, on: date, document_no: str, approved_by: str, parent: Union | None = None
) -> list[Effect]:
    """What the upgrade changes. Raises ValidationError where it cannot happen."""
    check_upgrade(union, name, on, document_no, approved_by, parent)
    return [
        *told(_("Form"), union.get_form_display(), UnionForm.COMMUNITY.label),
        *told(_("Name"), union.name, name.strip()),
        *told(_("Next higher union"), union.parent, parent or union.parent),
        *name_hint(UnionForm.COMMUNITY, name.strip()),
    ]


def check_upgrade(union: Union, name: str, on: date, document_no: str, approved_by: str, parent: Union | None) -> None:
    refuse_blank(name=name.strip(), document_no=document_no.strip(), approved_by=approved_by.strip())
    refuse_day(union, on)
    if union.form not in RAISED:
        raise ValidationError(
            {"name": _("“%(form)s” is not raised to a community federation.") % {"form": union.get_form_display()}}
        )
    if name.strip() == union.name:
        raise ValidationError({"name": _("The union is called this already.")})
    refuse_taken_name(name, but=union)
    refuse_parent(union, parent, on)
    refuse_twice(union, UnionEventKind.UPGRADED, on)
    refuse_before_profile(union, on)


def refuse_parent(union: Union, parent: Union | None, on: date) -> None:
    """A union stands under a federation or organ that exists and is not itself beneath it."""
    if parent is None:
        return
    if parent.form not in (*FEDERATIONS, *ORGANS):
        raise ValidationError({"parent": _("“%(parent)s” is no federation or committee.") % {"parent": parent}})
    if parent.ended_on or parent.founded_on > on:
        raise ValidationError({"parent": _("The higher union does not exist on that day.")})
    if parent.pk in Union.objects.subtree_ids(union.pk, on):
        raise ValidationError({"parent": _("“%(parent)s” stands beneath this union.") % {"parent": parent}})


@transaction.atomic
def reorganise(
    *,
    union: Union,
    on: date,
    form: str,
    parent: Union,
    community: Community | None,
    reason: str,
    actor: User,
) -> UnionProfile:
    """From ``on`` the union has another form, stands under another higher union or in another community.

    It stays in the federation, so the stock of unions does not move and there is no event: the profiles show it.
    """
    union = lock_union(union, actor)
    if not can_over(actor, Action.MANAGE_ORGANISATION, parent.pk):
        raise PermissionDenied(_("Your office does not record events of this union."))
    check_reorganisation(union, on, form, parent, community, reason)
    before = described(union.form, union.parent, union.community)
    profile = change_profile(union, on, form=form, parent=parent, community=community)
    after = described(form, parent, community) | {"on": on.isoformat()}
    record(actor=actor, action="unions.reorganised", target=union, before=before, after=after, reason=reason)
    return profile


def plan_reorganisation(
    *, union: Union, on: date, form: str, parent: Union, community: Community | None, reason: str
) -> list[Effect]:
    """What changes. Raises ValidationError where it cannot be changed."""
    check_reorganisation(union, on, form, parent, community, reason)
    return [
        *told(_("Form"), union.get_form_display(), UnionForm(form).label),
        *told(_("Next higher union"), union.parent, parent),
        *told(_("Community"), union.community, community),
    ]


def described(form: str, parent: Union | None, community: Community | None) -> dict[str, str]:
    return {"form": form, "parent": str(parent or ""), "community": str(community or "")}


def check_reorganisation(
    union: Union, on: date, form: str, parent: Union, community: Community | None, reason: str
) -> None:
    refuse_blank(reason=reason.strip())
    refuse_day(union, on)
    if union.form == UnionForm.SUBDISTRICT:
        raise ValidationError({"parent": _("The federation stands under nobody here.")})
    if (form, parent, community) == (union.form, union.parent, union.community):
        raise ValidationError({"parent": _("Nothing would change.")})
    if form != union.form and {form, union.form} & set(ORGANS):
        # A committee is no primary union: the stock would change without an event.
        raise ValidationError({"form": _("A union does not become a committee, nor the other way round.")})
    if form in SINGLE_FORMS and union.coverages.on(on).count() > 1:
        raise ValidationError({"form": _("A single-employer union covers exactly one employer.")})
    refuse_parent(union, parent, on)
    refuse_before_profile(union, on)


@transaction.atomic
def transfer_in(
    *,
    actor: User,
    name: str,
    form: str,
    parent: Union,
    on: date,
    founded_on: date,
    document_no: str,
    approved_by: str,
    coming_from: str,
    community: Community | None = None,
    employers: Sequence[Employer] = (),
    chair: str = "",
    years: int | None = None,
) -> Union:
    """A union from outside comes under the federation from ``on``; it keeps the day of its own founding."""
    if not can_over(actor, Action.MANAGE_ORGANISATION, parent.pk):
        raise PermissionDenied(_("Your office does not found unions here."))
    lock_register(employers)
    check_transfer_in(name, form, parent, on, founded_on, document_no, coming_from, employers)
    union = set_up(
        actor=actor,
        name=name,
        form=form,
        parent=parent,
        community=community,
        founded_on=founded_on,
        start=on,
        employers=employers,
        chair=chair,
        years=years,
    )
    # Its committee was elected elsewhere: whether that was its first is not known here.
    union.terms.update(is_first=False)
    enter(
        union=union,
        kind=UnionEventKind.TRANSFERRED_IN,
        on=on,
        actor=actor,
        before=coming_from,
        after=name,
        document_no=document_no,
        approved_by=approved_by,
    )
    return union


def plan_transfer_in(
    *,
    name: str,
    form: str,
    parent: Union,
    on: date,
    founded_on: date,
    document_no: str,
    coming_from: str,
    employers: Sequence[Employer] = (),
    **_more: Any,
) -> list[Effect]:
    """What the transfer brings. Raises ValidationError where it cannot happen."""
    check_transfer_in(name, form, parent, on, founded_on, document_no, coming_from, employers)
    return [
        Effect(_("Union"), coming_from, f"{name} ({UnionForm(form).label})"),
        Effect(_("Next higher union"), coming_from, parent),
        *told(_("Employers covered from the first day"), "", listed(employers)),
        *name_hint(form, name),
    ]


def check_transfer_in(
    name: str,
    form: str,
    parent: Union,
    on: date,
    founded_on: date,
    document_no: str,
    coming_from: str,
    employers: Sequence[Employer],
) -> None:
    refuse_blank(document_no=document_no.strip(), coming_from=coming_from.strip())
    refuse_closed_day(on)
    if founded_on > on:
        raise ValidationError({"founded_on": _("It was founded before it came here.")})
    check_set_up(name, form, parent, on, employers)


@transaction.atomic
def cover_employers(*, union: Union, employers: Sequence[Employer], on: date, actor: User) -> list[UnionCoverage]:
    """The union covers these employers too from ``on``; one that another covers is refused by name."""
    union = lock_union(union, actor)
    lock_employers(employers)
    check_cover(union, employers, on)
    rows = [UnionCoverage(union=union, employer=employer, start=on, created_by=actor) for employer in employers]
    for row in rows:
        row.full_clean()
        row.save()
    record(
        actor=actor, action="unions.covered", target=union, after={"on": on.isoformat(), "employers": ids(employers)}
    )
    return rows


def plan_cover(*, union: Union, employers: Sequence[Employer], on: date) -> list[Effect]:
    """What more the union will cover. Raises ValidationError where it cannot."""
    check_cover(union, employers, on)
    number = union.coverages.on(on).count()
    return [
        Effect(_("Employers covered"), number or "0", number + len(employers)),
        Effect(_("Newly covered"), "", listed(employers)),
    ]


def check_cover(union: Union, employers: Sequence[Employer], on: date) -> None:
    refuse_day(union, on)
    if not employers:
        raise ValidationError({"employers": _("Name at least one employer.")})
    if union.form in SINGLE_FORMS and union.coverages.on(on).exists():
        raise ValidationError({"employers": _("A single-employer union covers exactly one employer.")})
    if union.form in (*FEDERATIONS, *ORGANS):
        refuse_number(union.form, len(employers))
    refuse_employers(employers, on)


@transaction.atomic
def uncover_employer(*, coverage: UnionCoverage, on: date, reason: str, actor: User) -> UnionCoverage:
    """The union no longer covers this employer from ``on``; the employer is then without a union."""
    union = lock_union(coverage.union, actor)
    coverage = UnionCoverage.objects.select_for_update().get(pk=coverage.pk)
    check_uncover(union, coverage, on, reason)
    coverage.end, coverage.note = on, reason
    coverage.save(update_fields=["end", "note"])
    record(
        actor=actor,
        action="unions.uncovered",
        target=union,
        after={"on": on.isoformat(), "employers": ids([coverage.employer])},
        reason=reason,
    )
    return coverage


def plan_uncover(*, coverage: UnionCoverage, on: date, reason: str) -> list[Effect]:
    """What ends with the coverage. Raises ValidationError where it cannot end."""
    check_uncover(coverage.union, coverage, on, reason)
    number = coverage.union.coverages.on(on).count()
    return [
        Effect(coverage.employer, coverage.union, _("Without a union")),
        Effect(_("Employers covered"), number, number - 1 or "0"),
    ]


def check_uncover(union: Union, coverage: UnionCoverage, on: date, reason: str) -> None:
    refuse_blank(reason=reason.strip())
    refuse_day(union, on)
    if coverage.end:
        raise ValidationError({"on": _("The coverage ended on %(day)s already.") % {"day": shown(coverage.end)}})
    if on <= coverage.start:
        raise ValidationError({"on": _("The coverage began only on %(day)s.") % {"day": shown(coverage.start)}})
    others = union.coverages.on(on).exclude(pk=coverage.pk).count()
    if union.form in SINGLE_FORMS or not others:
        raise ValidationError(
            {"on": _("This is the union's only employer: dissolve the union, merge it or transfer it.")}
        )


def ids(employers: Sequence[Employer]) -> list[str]:
    return [employer.code for employer in employers]
