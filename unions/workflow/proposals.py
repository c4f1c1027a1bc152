"""The life of a proposal to a congress: collected, filed, assigned, answered, judged by its proposer, implemented."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unions.access import Action
from unions.models import CongressProposal, User
from unions.services.days import plain
from unions.workflow.base import Move, Workflow

S = CongressProposal.Status
DAYS = ("tabled_on", "examined_on", "assigned_on", "replied_on", "opinion_on")


def in_order(row: CongressProposal, day: date) -> str | None:
    """A step is not dated before an earlier one."""
    reached = [getattr(row, name) for name in DAYS if getattr(row, name)]
    if reached and max(reached) > day:
        return _("An earlier step is dated %(day)s.") % {"day": plain(max(reached))}
    return None


def judged(row: CongressProposal, day: date) -> str | None:
    """A proposer who is not satisfied says why: the handler has to answer that."""
    if row.is_satisfied is False and not row.opinion.strip():
        raise ValidationError({"opinion": _("Say what the proposer is not satisfied with.")})
    return in_order(row, day)


def answered_again(row: CongressProposal, day: date) -> str | None:
    if row.is_satisfied is not False:
        return _("Only an answer the proposer is not satisfied with goes back to the handler.")
    return in_order(row, day)


def implementable(row: CongressProposal, day: date) -> str | None:
    if row.opinion_on is None:
        return _("Record the proposer's opinion of the answer first.")
    return in_order(row, day)


def forget_examination(row: CongressProposal, _actor: User, _day: date) -> None:
    row.examined_on = None
    row.save(update_fields=["examined_on"])


def forget_answer(row: CongressProposal, _actor: User, day: date) -> None:
    """The first answer and the opinion of it stay in the history."""
    row.assigned_on = day
    row.replied_on = row.opinion_on = row.is_satisfied = None
    row.save(update_fields=["assigned_on", "replied_on", "opinion_on", "is_satisfied"])


PROPOSALS = Workflow(
    model=CongressProposal,
    states=S,
    looks={
        S.COLLECTED: "is-due",
        S.EXAMINED: "is-sent",
        S.ASSIGNED: "is-due",
        S.REPLIED: "is-sent",
        S.IMPLEMENTED: "is-ok",
        S.REJECTED: "is-back",
    },
    moves=(
        Move(
            S.EXAMINED,
            gettext_lazy("File the proposal"),
            (S.COLLECTED,),
            Action.MANAGE_LABOUR,
            stamps="examined_on",
            may_ask=("category",),
            guard=in_order,
        ),
        Move(
            S.REJECTED,
            gettext_lazy("Do not file"),
            (S.COLLECTED,),
            Action.MANAGE_LABOUR,
            stamps="examined_on",
            asks=("note",),
            guard=in_order,
            hint=gettext_lazy("The note tells the proposer why; the proposal can be taken up again."),
        ),
        Move(
            S.COLLECTED,
            gettext_lazy("Take up again"),
            (S.REJECTED,),
            Action.MANAGE_LABOUR,
            may_ask=("note",),
            guard=in_order,
            effect=forget_examination,
        ),
        Move(
            S.ASSIGNED,
            gettext_lazy("Assign"),
            (S.EXAMINED,),
            Action.MANAGE_LABOUR,
            stamps="assigned_on",
            asks=("handler",),
            guard=in_order,
        ),
        Move(
            S.REPLIED,
            gettext_lazy("Record the written answer"),
            (S.ASSIGNED,),
            Action.MANAGE_LABOUR,
            stamps="replied_on",
            asks=("reply",),
            guard=in_order,
        ),
        Move(
            S.REPLIED,
            gettext_lazy("Record the proposer's opinion"),
            (S.REPLIED,),
            Action.MANAGE_LABOUR,
            stamps="opinion_on",
            asks=("is_satisfied",),
            may_ask=("opinion",),
            guard=judged,
        ),
        Move(
            S.ASSIGNED,
            gettext_lazy("Have it answered again"),
            (S.REPLIED,),
            Action.MANAGE_LABOUR,
            asks=("handler",),
            guard=answered_again,
            effect=forget_answer,
        ),
        Move(
            S.IMPLEMENTED,
            gettext_lazy("Record that it is implemented"),
            (S.REPLIED,),
            Action.MANAGE_LABOUR,
            stamps="implemented_on",
            guard=implementable,
        ),
    ),
)
