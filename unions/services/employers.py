"""Employers of the area: registered, counted, closed. What closes is no longer covered from that day."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from unions.access import Action, can_over
from unions.audit import record
from unions.models import SINGLE_FORMS, Employer, EmployerHeadcount, OperatingStatus, User
from unions.moves import locked
from unions.services.effects import Effect
from unions.services.events import refuse_blank, refuse_closed_day, shown
from unions.services.records import save_record
from unions.services.series import lock_series, next_in_series

PREFIX = "E"


@transaction.atomic
def register_employer(*, employer: Employer, actor: User, employees: int | None = None) -> Employer:
    """Take a new employer into the register under the next free code, with its first headcount if known.

    Raises ValidationError by field, at ``credit_code`` for a wrong check character; PermissionDenied outside scope.
    """
    refuse_closed_day(employer.opened_on, "opened_on")
    lock_series()
    employer.code = next_in_series(Employer, PREFIX)
    employer.credit_code = employer.credit_code or None
    refuse_same_name(employer)
    save_record(row=employer, actor=actor, action=Action.MANAGE_ORGANISATION)
    if employees is not None:
        headcount = EmployerHeadcount(
            employer=employer, union_id=employer.union_id, as_of=employer.opened_on, employees=employees
        )
        record_headcount(headcount=headcount, actor=actor)
    return employer


def refuse_same_name(employer: Employer) -> None:
    same = Employer.objects.filter(name=employer.name.strip(), closed_on__isnull=True).first()
    if same:
        raise ValidationError(
            {"name": _("“%(name)s” exists already, code %(code)s.") % {"name": same.name, "code": same.code}}
        )


@transaction.atomic
def record_headcount(*, headcount: EmployerHeadcount, actor: User, since: int | None = None) -> EmployerHeadcount:
    """How many people the employer has on a day; one count a day, none in the future or after its closing."""
    employer = headcount.employer
    refuse_closed_day(headcount.as_of, "as_of")
    if headcount.as_of < employer.opened_on:
        raise ValidationError({"as_of": _("It opened only on %(day)s.") % {"day": shown(employer.opened_on)}})
    if employer.closed_on and headcount.as_of >= employer.closed_on:
        raise ValidationError({"as_of": _("It closed on %(day)s.") % {"day": shown(employer.closed_on)}})
    headcount.union_id = employer.union_id
    saved: EmployerHeadcount = save_record(row=headcount, actor=actor, action=Action.MANAGE_ORGANISATION, since=since)
    return saved


@transaction.atomic
def close_employer(*, employer: Employer, on: date, reason: str, actor: User) -> Employer:
    """The employer closes down; a joint union no longer covers it from that day.

    Raises ValidationError at ``on``, PermissionDenied outside the actor's office and scope.
    """
    employer = locked(Employer, employer, actor)
    if not can_over(actor, Action.MANAGE_ORGANISATION, employer.union_id):
        raise PermissionDenied(_("Your office does not record this for this union."))
    check_closing(employer, on, reason)
    close_down(employer, on)
    record(actor=actor, action="unions.employer_closed", target=employer, after={"on": on.isoformat()}, reason=reason)
    return employer


def plan_closing(*, employer: Employer, on: date, reason: str) -> list[Effect]:
    """What ends with the employer. Raises ValidationError where it cannot close."""
    check_closing(employer, on, reason)
    effects = [Effect(_("Operating status"), employer.get_operating_status_display(), OperatingStatus.CLOSED.label)]
    coverage = employer.coverages.on(on).select_related("union").first()
    if coverage:
        effects.append(Effect(_("Union"), coverage.union, _("No longer covered from %(day)s") % {"day": shown(on)}))
    return effects


def check_closing(employer: Employer, on: date, reason: str) -> None:
    refuse_blank(reason=reason.strip())
    refuse_closed_day(on)
    refuse_closing(employer, on)
    coverage = employer.coverages.on(on).select_related("union").first()
    if coverage and (coverage.union.form in SINGLE_FORMS or coverage.union.coverages.on(on).count() == 1):
        raise ValidationError(
            {
                "on": _("It is the only employer of “%(union)s”: dissolve that union, it closes with it.")
                % {"union": coverage.union}
            }
        )


def refuse_closing(employer: Employer, on: date) -> None:
    """Raise ValidationError at ``on`` if the employer cannot close on that day."""
    if employer.closed_on:
        raise ValidationError({"on": _("It closed on %(day)s.") % {"day": shown(employer.closed_on)}})
    began = [employer.opened_on, *employer.coverages.filter(end__isnull=True).values_list("start", flat=True)]
    if on <= max(began):
        raise ValidationError(
            {
                "on": _("“%(employer)s” opened or was covered on %(day)s: a later day is needed.")
                % {"employer": employer, "day": shown(max(began))}
            }
        )


def close_down(employer: Employer, on: date) -> None:
    employer.coverages.filter(end__isnull=True).update(end=on)
    employer.closed_on, employer.operating_status = on, OperatingStatus.CLOSED
    employer.save(update_fields=["closed_on", "operating_status"])
