"""Rows that came with an accepted return are changed by amending it, unless somebody gave leave for a while."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from unions.access import Action
from unions.inbox import officers
from unions.models import ReturnStatus
from unions.models.returns import IN_FORCE
from unions.returns.locking import leave_of
from unions.returns.registry import SHEETS


def lock_of(row: Any) -> str:
    """Why a row cannot be changed: with which return it came, who accepted or locked it when, whom to ask; else empty.

    What lives on after the quarter, such as people and memberships, is entered by returns and never locked by them.
    """
    source = getattr(row, "source_return", None)
    if source is None or source.status not in IN_FORCE or not is_of_a_sheet(row) or has_leave(source):
        return ""
    return _(
        "This came with the return %(period)s, %(state)s by %(who)s on %(when)s: amend that return, or ask "
        "%(whom)s for leave to change it here."
    ) % (set_by(source) | {"period": source.obligation.period.code, "whom": whom_to_ask()})


def set_by(source: Any) -> dict[str, Any]:
    """The state of a return in force, who brought it about and when."""
    is_locked = source.status == ReturnStatus.LOCKED and source.locked_at
    who, when = (source.locked_by, source.locked_at) if is_locked else (source.decided_by, source.decided_at)
    return {
        "state": source.get_status_display(),
        "who": who or "—",
        "when": f"{timezone.localtime(when):%Y-%m-%d}" if when else "—",
    }


def whom_to_ask() -> str:
    """Those who give leave, with their phones."""
    people = officers(Action.LOCK_RETURN)
    return _(", ").join(" ".join(part for part in (person.name, person.phone) if part) for person in people) or _(
        "the federation"
    )


def is_of_a_sheet(row: Any) -> bool:
    return any(sheet.model is not None and isinstance(row, sheet.model) for sheet in SHEETS.values())


def has_leave(source: Any) -> bool:
    """Whether an exception for the union and period still runs."""
    return leave_of(source.obligation) is not None


def refuse_locked(row: Any) -> None:
    """Raise ValidationError, saying why, for a row of an accepted return."""
    if why := lock_of(row):
        raise ValidationError(why, code="locked")
