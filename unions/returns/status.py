"""Where a return stands, as one badge, and the one thing to do next."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from unions.models import ReturnObligation, ReturnStatus
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


def next_step(obligation: ReturnObligation, latest: str | None) -> str:
    """What whoever files does next, in words."""
    steps = {
        None: _("Download the workbook, fill it in and upload it."),
        S.REPLACED: _("Download the workbook, fill it in and upload it."),
        S.DRAFT: _("Mend and explain what the check found, then submit."),
        S.SUBMITTED: _("It waits for review; you will find the answer in your inbox."),
        S.SENT_BACK: _("Mend what the reviewer noted and submit it again."),
        S.ACCEPTED: _("Accepted and entered. To change something, amend it with a reason."),
        S.LOCKED: _("The quarter is locked. To change something, amend it with a reason."),
    }
    return steps[latest]  # type: ignore[index]
