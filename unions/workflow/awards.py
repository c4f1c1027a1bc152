"""An honour on its way: recommended, inspected, granted. The dates are the state; a recommendation is not a grant."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from unions.access import Action
from unions.models import Award
from unions.services.events import refuse_closed_day
from unions.workflow.base import Move, Workflow


class AwardState(models.TextChoices):
    RECOMMENDED = "RECOMMENDED", pgettext_lazy("award", "Recommended")
    INSPECTED = "INSPECTED", pgettext_lazy("award", "Inspected")
    GRANTED = "GRANTED", pgettext_lazy("award", "Granted")


S = AwardState


def state_of(row: Award) -> str:
    if row.granted_on:
        return S.GRANTED
    return S.INSPECTED if row.inspected_on else S.RECOMMENDED


def dates_in_order(row: Award, _day: date | None = None) -> str | None:
    dates = [day for day in (row.recommended_on, row.inspected_on, row.granted_on) if day]
    return None if dates == sorted(dates) else _("Recommended, inspected, granted: no step is dated before the last.")


def grantable(row: Award, day: date) -> str | None:
    refuse_closed_day(day)
    return dates_in_order(row)


AWARDS = Workflow(
    model=Award,
    states=S,
    state_of=state_of,
    column="",
    looks={S.RECOMMENDED: "is-due", S.INSPECTED: "is-sent", S.GRANTED: "is-ok"},
    moves=(
        Move(
            S.INSPECTED,
            gettext_lazy("Record the inspection"),
            (S.RECOMMENDED,),
            Action.MANAGE_STANDING,
            stamps="inspected_on",
            guard=dates_in_order,
        ),
        Move(
            S.GRANTED,
            gettext_lazy("Record the grant"),
            (S.RECOMMENDED, S.INSPECTED),
            Action.MANAGE_STANDING,
            stamps="granted_on",
            asks=("document_no",),
            guard=grantable,
        ),
    ),
)
