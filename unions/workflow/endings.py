"""What holds for a time and ends once: facilities close, pairings and mentorships end. The end date is the state."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from unions.access import Action
from unions.models import Facility, Mentorship, PairAgreement
from unions.services.events import refuse_closed_day
from unions.workflow.base import Move, Workflow


class Holding(models.TextChoices):
    IN_FORCE = "IN_FORCE", pgettext_lazy("dated", "In force")
    ENDED = "ENDED", pgettext_lazy("dated", "Ended")


def state_of(row: Any) -> str:
    return Holding.ENDED if row.end else Holding.IN_FORCE


def begun(row: Any, day: date) -> str | None:
    refuse_closed_day(day)
    return None if day > row.start else _("It ends after the day on which it began.")


def ends(model: type[models.Model], caption: Any) -> Workflow:
    """The workflow of a kind of record that ends once. The day of the end is the first on which it no longer holds."""
    return Workflow(
        model=model,
        states=Holding,
        state_of=state_of,
        column="",
        looks={Holding.IN_FORCE: "is-ok", Holding.ENDED: "is-lock"},
        moves=(
            Move(
                Holding.ENDED,
                caption,
                (Holding.IN_FORCE,),
                Action.MANAGE_STANDING,
                stamps="end",
                may_ask=("note",),
                guard=begun,
                hint=gettext_lazy("From this day on it no longer counts."),
                is_aside=True,
            ),
        ),
    )


FACILITIES = ends(Facility, gettext_lazy("Close the facility"))
PAIRINGS = ends(PairAgreement, gettext_lazy("End the pairing"))
MENTORSHIPS = ends(Mentorship, gettext_lazy("End the mentorship"))
