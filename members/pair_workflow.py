"""What can be decided about two records that may be one, besides merging them."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import DuplicatePair
from unions.access import Action
from unions.workflow.base import Move, Workflow

S = DuplicatePair.State


def out_of_use(row: DuplicatePair, _day: date) -> str | None:
    if row.first.merged_into_id or row.second.merged_into_id:
        return _("One of the two records has been merged.")
    return None


PAIR = Workflow(
    model=DuplicatePair,
    states=S,
    column="state",
    state_of=lambda row: row.state,
    looks={S.OPEN: "is-due", S.DIFFERENT: "is-ok", S.MERGED: "is-lock", S.GONE: ""},
    moves=(
        Move(
            S.DIFFERENT,
            gettext_lazy("Not the same person"),
            (S.OPEN, S.GONE),
            Action.MANAGE_MEMBERS,
            stamps="decided_on",
            asks=("reason",),
            guard=out_of_use,
            hint=gettext_lazy("The pair will not be proposed again."),
            is_aside=True,
        ),
        Move(
            S.OPEN,
            gettext_lazy("Look at it again"),
            (S.DIFFERENT, S.GONE),
            Action.MANAGE_MEMBERS,
            guard=out_of_use,
            hint=gettext_lazy("The pair goes back into the queue."),
            is_aside=True,
        ),
    ),
)
