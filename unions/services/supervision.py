"""What the union hears and does about it: labour-law supervision, meetings, monthly feedback of union groups."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from unions.access import Action
from unions.models import GroupFeedback, Meeting, Supervision, User
from unions.services.days import refuse_disorder, refuse_future
from unions.services.records import save_record


@transaction.atomic
def save_supervision(*, supervision: Supervision, actor: User, since: int | None = None) -> Supervision:
    """Store a supervision. The authority is asked after the employer was told and did not put it right.

    Raises ValidationError at the field that does not fit, PermissionDenied outside the actor's office and scope.
    """
    days = ("received_on", "opinion_on", "recommendation_on", "closed_on")
    refuse_future(supervision, *days)
    refuse_disorder(supervision, *days)
    if supervision.recommendation_on and not supervision.opinion_on:
        raise ValidationError({"opinion_on": _("The opinion to the employer comes before the recommendation.")})
    return save_record(row=supervision, actor=actor, action=Action.MANAGE_LABOUR, since=since)


@transaction.atomic
def save_meeting(*, meeting: Meeting, actor: User, since: int | None = None) -> Meeting:
    """Store a meeting that took place. Raises ValidationError at a day in the future."""
    refuse_future(meeting, "held_on")
    return save_record(row=meeting, actor=actor, action=Action.MANAGE_LABOUR, since=since)


@transaction.atomic
def save_feedback(*, feedback: GroupFeedback, actor: User, since: int | None = None) -> GroupFeedback:
    """Store what a union group reported, with its answer and the day of it, or without both.

    Raises ValidationError at the field that does not fit, PermissionDenied outside the actor's office and scope.
    """
    refuse_future(feedback, "month", "replied_on")
    refuse_disorder(feedback, "month", "replied_on")
    if bool(feedback.reply) != bool(feedback.replied_on):
        missing = "replied_on" if feedback.reply else "reply"
        raise ValidationError({missing: _("An answer has its text and its day.")})
    return save_record(row=feedback, actor=actor, action=Action.MANAGE_LABOUR, since=since)
