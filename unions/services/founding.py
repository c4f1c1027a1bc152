"""Founding: a union comes to be, with the employers it covers, its first committee and chair, all or nothing.

An application is not a founding: it is approved or refused by itself, and the union that grew from it is named later.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from unions.access import Action, can_over
from unions.models import (
    FEDERATIONS,
    ORGANS,
    SINGLE_FORMS,
    CommitteeTerm,
    Community,
    Employer,
    Officer,
    Union,
    UnionApplication,
    UnionCoverage,
    UnionEventKind,
    UnionForm,
    UnionProfile,
    User,
)
from unions.moves import locked
from unions.services.effects import Effect
from unions.services.elections import years_later
from unions.services.events import enter, listed, refuse_blank, refuse_closed_day, shown
from unions.services.series import lock_series, next_union_code
from unions.workflow.applications import APPLICATIONS

SHARED_FORMS = (UnionForm.JOINT, UnionForm.SELF_EMPLOYED)
# How names end by custom (rules B2): a reminder, never a refusal.
ENDINGS: dict[str, tuple[str, ...]] = {
    UnionForm.JOINT: ("联合工会",),
    UnionForm.SELF_EMPLOYED: ("联合工会",),
    UnionForm.REGIONAL_FED: ("工会联合会",),
    UnionForm.INDUSTRY_FED: ("工会联合会",),
    UnionForm.COMMUNITY: ("社区工会", "社区总工会", "村工会"),
    UnionForm.WORKING_COMMITTEE: ("工会工作委员会",),
}


@transaction.atomic
def found_union(
    *,
    actor: User,
    name: str,
    form: str,
    parent: Union,
    founded_on: date,
    document_no: str,
    approved_by: str,
    community: Community | None = None,
    employers: Sequence[Employer] = (),
    chair: str = "",
    years: int | None = None,
    delegates: int | None = None,
    application: UnionApplication | None = None,
) -> Union:
    """Found a union that covers ``employers`` from its first day, with a first committee of ``years`` years.

    Raises ValidationError at the field that stands in the way; PermissionDenied if no office of the actor records
    unions under ``parent``.
    """
    if not can_over(actor, Action.MANAGE_ORGANISATION, parent.pk):
        raise PermissionDenied(_("Your office does not found unions here."))
    lock_register(employers)
    refuse_blank(document_no=document_no, approved_by=approved_by)
    check_founding(name, form, parent, founded_on, employers, chair, years, application)
    union = set_up(
        actor=actor,
        name=name,
        form=form,
        parent=parent,
        community=community,
        founded_on=founded_on,
        start=founded_on,
        employers=employers,
        chair=chair,
        years=years,
        delegates=delegates,
    )
    enter(
        union=union,
        kind=UnionEventKind.FOUNDED,
        on=founded_on,
        actor=actor,
        field="founded_on",
        document_no=document_no,
        approved_by=approved_by,
        after=name,
    )
    if application:
        close_application(application, union, actor)
    return union


def plan_founding(
    *,
    name: str,
    form: str,
    parent: Union,
    founded_on: date,
    community: Community | None = None,
    employers: Sequence[Employer] = (),
    chair: str = "",
    years: int | None = None,
    application: UnionApplication | None = None,
    **_more: Any,
) -> list[Effect]:
    """What the founding will make. Raises ValidationError where it cannot happen."""
    check_founding(name, form, parent, founded_on, employers, chair, years, application)
    effects = [
        Effect(_("New union"), "", f"{name} ({UnionForm(form).label})"),
        Effect(_("Next higher union"), "", parent),
        Effect(_("Unions in the area"), *counted(founded_on)),
    ]
    if community:
        effects.append(Effect(_("Community"), "", community))
    if employers:
        number = _("%(number)d: %(names)s") % {"number": len(employers), "names": listed(employers)}
        effects.append(Effect(_("Employers covered from the first day"), "", number))
    if chair:
        effects.append(Effect(_("Chair"), "", chair))
    if years:
        effects.append(Effect(_("First committee until"), "", shown(years_later(founded_on, years))))
    if application:
        effects.append(Effect(_("Application of %(employer)s") % {"employer": application.employer}, "", _("Founded")))
    return effects + name_hint(form, name)


def counted(day: date) -> tuple[int, int]:
    """Primary unions before and after one more of them is there."""
    number = UnionProfile.objects.on(day).exclude(form__in=ORGANS).count()
    return number, number + 1


def name_hint(form: str, name: str) -> list[Effect]:
    """A word about the name's ending where custom has another; nothing is refused for it."""
    usual = ENDINGS.get(form, ("工会",))
    if name.endswith(usual):
        return []
    return [Effect(_("The name ends otherwise than usual"), name, _(" or ").join(f"……{end}" for end in usual))]


def check_founding(
    name: str,
    form: str,
    parent: Union,
    founded_on: date,
    employers: Sequence[Employer],
    chair: str,
    years: int | None,
    application: UnionApplication | None = None,
) -> None:
    """Raise ValidationError at the field that stands in the way of a new union."""
    refuse_closed_day(founded_on, "founded_on")
    check_set_up(name, form, parent, founded_on, employers)
    if form != UnionForm.WORKING_COMMITTEE:
        refuse_blank(chair=chair, years=years)
    if application is None:
        return
    if application.employer not in employers:
        raise ValidationError(
            {"employers": _("“%(employer)s” applied: it must be among them.") % {"employer": application.employer}}
        )
    if application.founded_union_id:
        raise ValidationError({"application": _("A union has already been founded from this application.")})
    if application.status in (UnionApplication.Status.REJECTED, UnionApplication.Status.WITHDRAWN):
        raise ValidationError({"application": _("This application was refused or withdrawn.")})
    if founded_on < application.applied_on:
        raise ValidationError(
            {"founded_on": _("The application came only on %(day)s.") % {"day": shown(application.applied_on)}}
        )


def check_set_up(
    name: str,
    form: str,
    parent: Union,
    start: date,
    employers: Sequence[Employer],
    leaving: Sequence[Union] = (),
) -> None:
    """What holds for every union that appears: its name is free, its form fits its employers, these can be covered."""
    refuse_blank(name=name.strip())
    refuse_taken_name(name)
    if form == UnionForm.SUBDISTRICT:
        raise ValidationError({"form": _("There is one sub-district federation already.")})
    if parent.ended_on or parent.founded_on > start:
        raise ValidationError({"parent": _("The higher union does not exist on that day.")})
    refuse_number(form, len(employers))
    refuse_employers(employers, start, leaving=leaving)


def refuse_taken_name(name: str, but: Union | None = None) -> None:
    """Two unions that exist are never called the same: usually it is the same event entered twice."""
    same = Union.objects.filter(name=name.strip(), ended_on__isnull=True).exclude(pk=but.pk if but else None).first()
    if same:
        raise ValidationError(
            {"name": _("“%(name)s” exists already, code %(code)s.") % {"name": name, "code": same.code}}
        )


def refuse_number(form: str, number: int) -> None:
    """Single unions have one employer, joint ones several, federations and committees none of their own (rules B2)."""
    if form in SINGLE_FORMS and number != 1:
        raise ValidationError({"employers": _("A single-employer union covers exactly one employer.")})
    if form in SHARED_FORMS and number < 2:
        raise ValidationError({"employers": _("A joint union covers two employers or more.")})
    if form == UnionForm.MIGRANT and not number:
        raise ValidationError({"employers": _("Name at least one employer.")})
    if form in (*FEDERATIONS, *ORGANS) and number:
        raise ValidationError(
            {"employers": _("A federation or committee has no employer of its own; its member unions cover them.")}
        )


def refuse_employers(employers: Sequence[Employer], start: date, *, leaving: Sequence[Union] = ()) -> None:
    """Raise ValidationError at ``employers`` that names each one which cannot be covered from ``start``, and why.

    ``leaving`` are unions that give their employers up on that day.
    """
    reasons = [reason for employer in employers if (reason := why_not_covered(employer, start, leaving))]
    if reasons:
        raise ValidationError({"employers": reasons})


def why_not_covered(employer: Employer, start: date, leaving: Sequence[Union]) -> str:
    if employer.opened_on > start:
        return _("“%(employer)s” opens only on %(day)s.") % {"employer": employer, "day": shown(employer.opened_on)}
    if employer.closed_on:
        return _("“%(employer)s” closed on %(day)s.") % {"employer": employer, "day": shown(employer.closed_on)}
    later = models.Q(end__isnull=True) | models.Q(end__gt=start)
    taken = employer.coverages.filter(later).exclude(union__in=leaving).select_related("union").first()
    if taken:
        return _("“%(employer)s” is covered by “%(union)s” since %(day)s.") % {
            "employer": employer,
            "union": taken.union,
            "day": shown(taken.start),
        }
    return ""


def lock_register(employers: Sequence[Employer]) -> None:
    """One union is made at a time: two at once must not both find the name or an employer free."""
    lock_series()
    lock_employers(employers)


def lock_employers(employers: Sequence[Employer]) -> None:
    """Two events at once must not both find an employer free."""
    list(Employer.objects.filter(pk__in=[e.pk for e in employers]).order_by("pk").select_for_update(of=("self",)))


def set_up(
    *,
    actor: User,
    name: str,
    form: str,
    parent: Union,
    founded_on: date,
    start: date,
    community: Community | None = None,
    employers: Sequence[Employer] = (),
    chair: str = "",
    years: int | None = None,
    delegates: int | None = None,
) -> Union:
    """The rows of a new union: profile and coverage from ``start``, committee and chair. The event is not made here."""
    union = Union(code=next_union_code(), founded_on=founded_on, created_by=actor)
    union.save()
    UnionProfile.objects.create(
        union=union,
        name=name.strip(),
        form=form,
        parent=parent,
        community=community or parent.community,
        start=start,
        created_by=actor,
    )
    for employer in employers:
        UnionCoverage.objects.create(union=union, employer=employer, start=start, created_by=actor)
    if years:
        first = CommitteeTerm(
            union=union,
            term_no=1,
            is_first=True,
            elected_on=start,
            years=years,
            due_on=years_later(start, years),
            delegates=delegates,
            created_by=actor,
        )
        first.full_clean()
        first.save()
    if chair:
        Officer.objects.create(union=union, name=chair.strip(), post=Officer.Post.CHAIR, start=start, created_by=actor)
    union.refresh_from_db()
    return union


def close_application(application: UnionApplication, union: Union, actor: User) -> None:
    """The union that came of the application; one that still waited is granted with it."""
    application = locked(UnionApplication, application, actor)
    if application.status == UnionApplication.Status.SUBMITTED:
        application = APPLICATIONS.move(
            row=application, to=UnionApplication.Status.APPROVED, actor=actor, on=union.founded_on
        )
    application.founded_union = union
    application.save(update_fields=["founded_union"])


@transaction.atomic
def apply_to_found(*, application: UnionApplication, actor: User) -> UnionApplication:
    """Take in an employer's wish for a union. Nothing is founded by it.

    Raises ValidationError at the field, PermissionDenied if no office of the actor takes applications there.
    """
    if not can_over(actor, Action.MANAGE_ORGANISATION, application.union_id):
        raise PermissionDenied(_("Your office does not take applications for this union."))
    refuse_closed_day(application.applied_on, "applied_on")
    refuse_applicant(application)
    application.created_by = actor
    application.full_clean()
    application.save()
    return application


def refuse_applicant(application: UnionApplication) -> None:
    """An employer applies once at a time, and only while no union covers it."""
    waiting = UnionApplication.objects.filter(employer=application.employer, status=UnionApplication.Status.SUBMITTED)
    if waiting.exclude(pk=application.pk).exists():
        raise ValidationError({"employer": _("An application of this employer is already waiting for a decision.")})
    if reason := why_not_covered(application.employer, application.applied_on, ()):
        raise ValidationError({"employer": reason})
