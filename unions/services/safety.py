"""Safety on the employer's premises: the quarterly figures of the safety cup, and joint inspections."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from unions.access import Action
from unions.models import Employer, Inspection, SafetyReturn, User
from unions.periods import Quarter
from unions.services.days import refuse_disorder, refuse_future
from unions.services.events import refuse_closed_day
from unions.services.records import save_record


@transaction.atomic
def save_safety_return(*, row: SafetyReturn, actor: User, since: int | None = None) -> SafetyReturn:
    """Store an employer's figures of one quarter; its hazards carry on from the quarter before.

    Raises ValidationError at the field with the figure that does not fit, PermissionDenied outside the actor's office
    and scope.
    """
    refuse_quarter(row)
    if not Employer.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=row.employer_id):
        raise ValidationError({"employer": _("An employer is outside your scope.")})
    refuse_carried(row)
    refuse_sum(row)
    refuse_parts(row)
    return save_record(row=row, actor=actor, action=Action.MANAGE_LABOUR, since=since)


def refuse_quarter(row: SafetyReturn) -> None:
    quarter = Quarter.containing(row.quarter_start)
    if row.quarter_start != quarter.start:
        raise ValidationError({"quarter_start": _("A quarter begins on the first of January, April, July or October.")})
    if row.quarter_start > timezone.localdate():
        raise ValidationError({"quarter_start": _("This quarter has not begun.")})
    # The figures of a locked quarter stand in a report.
    refuse_closed_day(row.quarter_start, "quarter_start")


def refuse_carried(row: SafetyReturn) -> None:
    """What one quarter leaves open the next carries in, whichever of the two is recorded first."""
    quarter = Quarter.containing(row.quarter_start)
    others = SafetyReturn.objects.filter(employer=row.employer).exclude(pk=row.pk)
    before = others.filter(quarter_start=quarter.previous().start).first()
    if before is not None and row.hazards_carried_in != before.hazards_open:
        message = _("The quarter before left %(open)d open; carry in %(open)d.") % {"open": before.hazards_open}
        raise ValidationError({"hazards_carried_in": message})
    after = others.filter(quarter_start=quarter.end).first()
    if after is not None and row.hazards_open != after.hazards_carried_in:
        message = _("The quarter after carries in %(carried)d; put that right first.")
        raise ValidationError({"hazards_open": message % {"carried": after.hazards_carried_in}})


def refuse_sum(row: SafetyReturn) -> None:
    known, settled = row.hazards_carried_in + row.hazards_found, row.hazards_fixed + row.hazards_open
    if known != settled:
        message = _("Carried in and found make %(known)d, fixed and open %(settled)d; they must be equal.")
        raise ValidationError({"hazards_fixed": message % {"known": known, "settled": settled}})


def refuse_parts(row: SafetyReturn) -> None:
    quarter = Quarter.containing(row.quarter_start)
    days = (quarter.end - quarter.start).days
    if row.safe_days is not None and row.safe_days > days:
        raise ValidationError({"safe_days": _("The quarter has %(days)d days.") % {"days": days}})


@transaction.atomic
def save_inspection(*, inspection: Inspection, actor: User, since: int | None = None) -> Inspection:
    """Store a joint inspection. Raises ValidationError at a day in the future or before what it follows."""
    refuse_future(inspection, "inspected_on", "rectified_on")
    refuse_disorder(inspection, "inspected_on", "rectified_on")
    if inspection.rectified_on and not inspection.findings:
        raise ValidationError({"rectified_on": _("Nothing was found that could be put right.")})
    return save_record(row=inspection, actor=actor, action=Action.MANAGE_LABOUR, since=since)
