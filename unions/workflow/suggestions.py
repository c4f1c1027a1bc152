"""How far a rationalisation suggestion went; its dates are its state, and its benefit counts once certified."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from unions.access import Action
from unions.models import Suggestion, User
from unions.services.days import plain
from unions.workflow.base import Move, Workflow


class SuggestionState(models.TextChoices):
    COLLECTED = "COLLECTED", pgettext_lazy("suggestion", "Collected")
    REFERRED = "REFERRED", pgettext_lazy("suggestion", "Referred for decision")
    ADOPTED = "ADOPTED", pgettext_lazy("suggestion", "Adopted")
    IMPLEMENTING = "IMPLEMENTING", pgettext_lazy("suggestion", "Being implemented")
    IMPLEMENTED = "IMPLEMENTED", pgettext_lazy("suggestion", "Implemented")
    CERTIFIED = "CERTIFIED", pgettext_lazy("suggestion", "Benefit certified")
    REJECTED = "REJECTED", pgettext_lazy("suggestion", "Not adopted")


S = SuggestionState
DAYS = ("collected_on", "referred_on", "adopted_on", "implementing_from", "implemented_on", "rejected_on")


def state_of(row: Suggestion) -> str:
    if row.rejected_on:
        return S.REJECTED
    if row.implemented_on:
        return S.IMPLEMENTED if row.benefit_certified is None else S.CERTIFIED
    if row.implementing_from:
        return S.IMPLEMENTING
    if row.adopted_on:
        return S.ADOPTED
    return S.REFERRED if row.referred_on else S.COLLECTED


def in_order(row: Suggestion, day: date) -> str | None:
    """A step is not dated before an earlier one."""
    reached = [getattr(row, name) for name in DAYS if getattr(row, name)]
    if reached and max(reached) > day:
        return _("An earlier step is dated %(day)s.") % {"day": plain(max(reached))}
    return None


def certified(row: Suggestion, _day: date) -> str | None:
    if not row.benefit_certified:
        raise ValidationError({"benefit_certified": _("A certified benefit is more than nothing.")})
    if not row.note.strip():
        raise ValidationError({"note": _("Say who certified it, and by what paper.")})
    return None


def forget_refusal(row: Suggestion, _actor: User, _day: date) -> None:
    row.rejected_on = None
    row.save(update_fields=["rejected_on"])


SUGGESTIONS = Workflow(
    model=Suggestion,
    states=S,
    state_of=state_of,
    column="",
    looks={
        S.COLLECTED: "is-due",
        S.REFERRED: "is-sent",
        S.ADOPTED: "is-sent",
        S.IMPLEMENTING: "is-sent",
        S.IMPLEMENTED: "is-ok",
        S.CERTIFIED: "is-lock",
        S.REJECTED: "is-back",
    },
    moves=(
        Move(
            S.REFERRED,
            gettext_lazy("Refer for decision"),
            (S.COLLECTED,),
            Action.MANAGE_LABOUR,
            stamps="referred_on",
            asks=("note",),
            guard=in_order,
            hint=gettext_lazy("The note says to whom."),
        ),
        Move(
            S.ADOPTED,
            gettext_lazy("Adopt"),
            (S.COLLECTED, S.REFERRED),
            Action.MANAGE_LABOUR,
            stamps="adopted_on",
            may_ask=("benefit_estimated", "award"),
            guard=in_order,
        ),
        Move(
            S.REJECTED,
            gettext_lazy("Do not adopt"),
            (S.COLLECTED, S.REFERRED),
            Action.MANAGE_LABOUR,
            stamps="rejected_on",
            asks=("note",),
            guard=in_order,
            hint=gettext_lazy("The note tells the proposer why."),
        ),
        Move(
            S.COLLECTED,
            gettext_lazy("Take up again"),
            (S.REJECTED,),
            Action.MANAGE_LABOUR,
            may_ask=("note",),
            guard=in_order,
            effect=forget_refusal,
        ),
        Move(
            S.IMPLEMENTING,
            gettext_lazy("Begin to implement"),
            (S.ADOPTED,),
            Action.MANAGE_LABOUR,
            stamps="implementing_from",
            guard=in_order,
        ),
        Move(
            S.IMPLEMENTED,
            gettext_lazy("Record that it is implemented"),
            (S.ADOPTED, S.IMPLEMENTING),
            Action.MANAGE_LABOUR,
            stamps="implemented_on",
            may_ask=("benefit_estimated", "award"),
            guard=in_order,
        ),
        Move(
            S.CERTIFIED,
            gettext_lazy("Certify the benefit"),
            (S.IMPLEMENTED,),
            Action.MANAGE_LABOUR,
            asks=("benefit_certified", "note"),
            guard=certified,
            hint=gettext_lazy("The note says who certified the amount, and by what paper."),
        ),
    ),
)
