"""Where a return stands, as one badge, and the one thing to do next."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from unions.models import ReturnStatus
from unions.pages.columns import Badge
from unions.workflow.returns import RETURNS

S = ReturnStatus


def badge_of(obligation: Any, today: date) -> Badge:
    """The state of an obligation that is annotated with ``latest``."""
    return badge(obligation.latest, obligation.exempted_on, obligation.due_on, obligation.period.end, today)


def badge(latest: str | None, exempted_on: date | None, due_on: date, end: date, today: date) -> Badge:
    """The one badge of a return; ``latest`` as the obligations' ``with_latest`` says it, ``end`` the period's."""
    if exempted_on:
        return Badge(_("Exempted"), "is-lock")
    if latest in (None, S.REPLACED):
        if due_on < today:
            return Badge(pgettext("return", "Overdue"), "is-late")
        if today < end:
            return Badge(pgettext("return", "Not yet due"), "")
        return Badge(pgettext("return", "To be filed"), "is-due")
    return Badge(str(S(latest).label), RETURNS.looks[S(latest)])


def next_step(latest: str | None, *, is_filer: bool) -> str:
    """What whoever files does next, in words; to anybody else, what is waited for. A draft says more by itself."""
    waiting = (
        _("Download the workbook, fill it in and upload it.") if is_filer else _("The union has not filed it yet.")
    )
    mending = (
        _("Mend what the reviewer noted and submit it again.") if is_filer else _("Sent back: the union mends it.")
    )
    steps = {
        None: waiting,
        S.REPLACED: waiting,
        S.DRAFT: _("Mend and explain what the check found, then submit.") if is_filer else _("The union is at it."),
        S.SUBMITTED: _("It waits for review; you will find the answer in your inbox.")
        if is_filer
        else _("It waits for review."),
        S.SENT_BACK: mending,
        S.ACCEPTED: _("Accepted and entered. To change something, amend it with a reason."),
        S.LOCKED: _("The quarter is locked. To change something, amend it with a reason."),
    }
    return steps[latest]  # type: ignore[index]
