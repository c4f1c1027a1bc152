"""A dispatch is sent and, if an outlet takes it, adopted; adopting sets its score by the rule of that day and level."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from unions.access import Action
from unions.models import Dispatch, DispatchScore, User
from unions.services.events import refuse_closed_day
from unions.workflow.base import Move, Workflow


class DispatchState(models.TextChoices):
    SUBMITTED = "SUBMITTED", pgettext_lazy("dispatch", "Sent in")
    ADOPTED = "ADOPTED", pgettext_lazy("dispatch", "Adopted")


S = DispatchState


def points_for(level: str, day: date) -> Decimal | None:
    """What an adoption on that day by an outlet of that level earns; None without a rule."""
    rule = DispatchScore.objects.on(day).filter(level=level).first()
    return rule.points if rule else None


def adoptable(row: Dispatch, day: date) -> str | None:
    refuse_closed_day(day)
    if day < row.submitted_on:
        return _("A dispatch is not adopted before it was sent in.")
    if points_for(row.level, day) is None:
        return _("No scoring rule of dispatches holds for “%(level)s” on that day; enter it first.") % {
            "level": row.get_level_display()
        }
    return None


def retractable(row: Dispatch, _day: date) -> None:
    """An adoption in a locked period is reported and stays."""
    if row.adopted_on:
        refuse_closed_day(row.adopted_on)


def give_points(row: Dispatch, _actor: User, day: date) -> None:
    row.score = points_for(row.level, day)
    row.save(update_fields=["score"])


def take_points(row: Dispatch, _actor: User, _day: date) -> None:
    row.adopted_on = row.score = None
    row.save(update_fields=["adopted_on", "score"])


DISPATCHES = Workflow(
    model=Dispatch,
    states=S,
    state_of=lambda row: S.ADOPTED if row.adopted_on else S.SUBMITTED,
    column="",
    looks={S.SUBMITTED: "is-sent", S.ADOPTED: "is-ok"},
    moves=(
        Move(
            S.ADOPTED,
            gettext_lazy("Record the adoption"),
            (S.SUBMITTED,),
            Action.MANAGE_PUBLICITY,
            stamps="adopted_on",
            may_ask=("outlet", "level"),
            guard=adoptable,
            effect=give_points,
        ),
        Move(
            S.SUBMITTED,
            gettext_lazy("Take the adoption back"),
            (S.ADOPTED,),
            Action.MANAGE_PUBLICITY,
            may_ask=("note",),
            guard=retractable,
            effect=take_points,
            hint=gettext_lazy("The dispatch counts as sent in only; its score is taken away."),
        ),
    ),
)
