"""A matter made public may be commented on; a comment is answered in writing within the time the law gives."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from unions import clocks
from unions.access import Action
from unions.models import OpenAffairsPosting, User
from unions.services.days import plain
from unions.workflow.base import Move, Workflow

LIMIT = "COMMENT_ANSWER"


class PostingState(models.TextChoices):
    POSTED = "POSTED", pgettext_lazy("posting", "Made public")
    COMMENTED = "COMMENTED", pgettext_lazy("posting", "Comment to answer")
    ANSWERED = "ANSWERED", pgettext_lazy("posting", "Comment answered")


S = PostingState


def state_of(row: OpenAffairsPosting) -> str:
    if row.replied_on:
        return S.ANSWERED
    return S.COMMENTED if row.commented_on else S.POSTED


def in_order(row: OpenAffairsPosting, day: date) -> str | None:
    """A comment follows the posting, an answer the comment."""
    earlier = max(found for found in (row.posted_on, row.commented_on) if found)
    return _("An earlier step is dated %(day)s.") % {"day": plain(earlier)} if earlier > day else None


def start_answer(row: OpenAffairsPosting, actor: User, day: date) -> None:
    clocks.start_clock(code=LIMIT, target=row, started_on=day, actor=actor)


def meet_answer(row: OpenAffairsPosting, _actor: User, day: date) -> None:
    clocks.meet(code=LIMIT, target=row, day=day)


POSTINGS = Workflow(
    model=OpenAffairsPosting,
    states=S,
    state_of=state_of,
    column="",
    looks={S.POSTED: "is-ok", S.COMMENTED: "is-due", S.ANSWERED: "is-ok"},
    moves=(
        Move(
            S.COMMENTED,
            gettext_lazy("Record a comment"),
            (S.POSTED,),
            Action.MANAGE_LABOUR,
            stamps="commented_on",
            asks=("comment",),
            guard=in_order,
            effect=start_answer,
            hint=gettext_lazy("From this day on the limit for the written answer runs."),
        ),
        Move(
            S.ANSWERED,
            gettext_lazy("Record the answer to the comment"),
            (S.COMMENTED,),
            Action.MANAGE_LABOUR,
            stamps="replied_on",
            asks=("reply",),
            guard=in_order,
            effect=meet_answer,
        ),
    ),
)
