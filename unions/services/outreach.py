"""Visits of union staff to employers, with what came of them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from unions.access import Action
from unions.models import Outreach, UnionCoverage, User
from unions.services.open_days import refuse_closed_days
from unions.services.records import save_record


@transaction.atomic
def save_visit(*, visit: Outreach, actor: User, since: int | None = None) -> Outreach:
    """Store a visit. A visit to found a union goes to an employer that has none, and says what came of it.

    Raises ValidationError at the field that does not fit, PermissionDenied outside the actor's office and scope.
    """
    refuse_closed_days(visit, "visited_on")
    refuse_closed(visit)
    if visit.purpose == Outreach.Purpose.FOUNDING:
        refuse_organised(visit)
        if not visit.result:
            raise ValidationError({"result": _("Say what came of it: willing, considering, not willing or absent.")})
    if visit.purpose == Outreach.Purpose.BOOKS and not visit.books_given:
        raise ValidationError({"books_given": _("Say how many books were given.")})
    return save_record(row=visit, actor=actor, action=Action.MANAGE_PUBLICITY, since=since)


def refuse_closed(visit: Outreach) -> None:
    employer = visit.employer
    if employer.closed_on and employer.closed_on <= visit.visited_on:
        raise ValidationError({"employer": _("This employer had closed by then.")})


def refuse_organised(visit: Outreach) -> None:
    covered = UnionCoverage.objects.on(visit.visited_on).filter(employer=visit.employer).select_related("union").first()
    if covered:
        raise ValidationError(
            {
                "purpose": _("“%(union)s” covers this employer since %(day)s: choose another purpose.")
                % {"union": covered.union, "day": date_format(covered.start, "Y-m-d")}
            }
        )
