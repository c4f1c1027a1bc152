"""The life of a version of a return: draft, submitted, then sent back or accepted, and locked with its period."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from unions.access import Action
from unions.models import CheckState, QuarterlyReturn, ReturnContent, ReturnStatus, Severity
from unions.workflow.base import Move, Workflow

S = ReturnStatus


def not_ready(version: Any, _day: date) -> str | None:
    """Why a version cannot be submitted yet; None if it can."""
    if version.check_state != CheckState.DONE:
        return _("It is still being checked.")
    if not ReturnContent.objects.filter(version=version, rows__isnull=False).exists():
        return _("It holds nothing yet: upload the workbook, fill it in here, or make a nil return.")
    findings = version.findings
    if errors := findings.filter(severity__in=(Severity.BLOCKING, Severity.ERROR)).count():
        return _("%(number)d places must be mended first.") % {"number": errors}
    if silent := findings.filter(severity=Severity.WARNING, explanation="").count():
        return _("%(number)d places must be explained first.") % {"number": silent}
    return None


RETURNS = Workflow(
    model=QuarterlyReturn,
    states=S,
    looks={
        S.DRAFT: "is-draft",
        S.SUBMITTED: "is-sent",
        S.SENT_BACK: "is-back",
        S.ACCEPTED: "is-ok",
        S.LOCKED: "is-lock",
        S.REPLACED: "",
    },
    moves=(
        Move(S.SUBMITTED, pgettext_lazy("return", "Submit"), (S.DRAFT,), Action.FILE_RETURN, guard=not_ready),
        Move(
            S.ACCEPTED,
            pgettext_lazy("return", "Accept"),
            (S.SUBMITTED,),
            Action.REVIEW_RETURN,
            hint=gettext_lazy("All its sheets are entered at once, and its rows are locked."),
        ),
        Move(
            S.SENT_BACK,
            pgettext_lazy("return", "Send back"),
            (S.SUBMITTED,),
            Action.REVIEW_RETURN,
            asks=("reason",),
            hint=gettext_lazy("Only this return opens again; the chair sees your notes at their cells."),
        ),
    ),
)
