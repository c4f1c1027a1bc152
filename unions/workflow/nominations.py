"""What becomes of a nomination: chosen or not, by somebody who runs the round and did not put the nominee forward."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from unions.access import Action, can_over
from unions.models import Nomination, User
from unions.workflow.base import Move, Workflow


class NominationState(models.TextChoices):
    WAITING = "WAITING", pgettext_lazy("nomination", "Not decided")
    SELECTED = "SELECTED", pgettext_lazy("nomination", "Selected")
    NOT_SELECTED = "NOT_SELECTED", pgettext_lazy("nomination", "Not selected")


S = NominationState
STATE = {None: S.WAITING, True: S.SELECTED, False: S.NOT_SELECTED}


def decide(is_selected: bool | None, row: Nomination, actor: User) -> None:
    if not can_over(actor, Action.MANAGE_STANDING, row.selection.union_id):
        raise PermissionDenied(_("Your office does not decide this round."))
    if row.created_by_id == actor.pk:
        raise PermissionDenied(_("Nobody decides on a nomination of his own."))
    row.is_selected = is_selected
    row.save(update_fields=["is_selected"])


def select(row: Nomination, actor: User, _day: date) -> None:
    decide(True, row, actor)


def pass_over(row: Nomination, actor: User, _day: date) -> None:
    decide(False, row, actor)


def reopen(row: Nomination, actor: User, _day: date) -> None:
    decide(None, row, actor)


NOMINATIONS = Workflow(
    model=Nomination,
    states=S,
    state_of=lambda row: STATE[row.is_selected],
    column="",
    looks={S.WAITING: "is-sent", S.SELECTED: "is-ok", S.NOT_SELECTED: "is-back"},
    moves=(
        Move(S.SELECTED, gettext_lazy("Select"), (S.WAITING,), Action.MANAGE_STANDING, effect=select),
        Move(S.NOT_SELECTED, gettext_lazy("Pass over"), (S.WAITING,), Action.MANAGE_STANDING, effect=pass_over),
        Move(
            S.WAITING,
            gettext_lazy("Open the decision again"),
            (S.SELECTED, S.NOT_SELECTED),
            Action.MANAGE_STANDING,
            effect=reopen,
        ),
    ),
)
