"""No fact is dated into a locked period or out of one: its figures are reported."""

from __future__ import annotations

from typing import Any

from unions.services.events import refuse_closed_day


def refuse_closed_days(row: Any, *fields: str) -> None:
    """Raise ValidationError at each field whose day is new or changed and lies, or lay, in a locked period."""
    stored = type(row)._base_manager.filter(pk=row.pk).values(*fields).first() if row.pk else None
    for name in fields:
        now, before = getattr(row, name), stored and stored[name]
        for day in (now, before) if now != before else ():
            if day:
                refuse_closed_day(day, name)
