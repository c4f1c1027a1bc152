"""Rows that came with an accepted return are changed by amending it, unless somebody gave leave for a while."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from unions.models import LockException
from unions.models.returns import IN_FORCE
from unions.returns.registry import SHEETS


def lock_of(row: Any) -> str:
    """Why a row cannot be changed: with which return it came, who accepted it when; empty if it can be.

    What lives on after the quarter, such as people and memberships, is entered by returns and never locked by them.
    """
    source = getattr(row, "source_return", None)
    if source is None or source.status not in IN_FORCE or not is_of_a_sheet(row) or has_leave(source):
        return ""
    return _(
        "This came with the return %(period)s, %(state)s by %(who)s on %(when)s: amend that return, or ask the "
        "federation for leave to change it here."
    ) % {
        "period": source.obligation.period.code,
        "state": source.get_status_display(),
        "who": source.decided_by or "—",
        "when": f"{timezone.localtime(source.decided_at):%Y-%m-%d}" if source.decided_at else "—",
    }


def is_of_a_sheet(row: Any) -> bool:
    return any(sheet.model is not None and isinstance(row, sheet.model) for sheet in SHEETS.values())


def has_leave(source: Any) -> bool:
    """Whether an exception for the union and period still runs."""
    leave = LockException.objects.filter(union=source.union_id, period=source.obligation.period_id)
    return leave.filter(until__gt=timezone.now()).exists()


def refuse_locked(row: Any) -> None:
    """Raise ValidationError, saying why, for a row of an accepted return."""
    if why := lock_of(row):
        raise ValidationError(why, code="locked")
