"""Refusals about days: what somebody typed lies in the future, or before what it follows."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def plain(day: date) -> str:
    return date_format(day, "Y-m-d")


def refuse_future(row: Any, *fields: str) -> None:
    """Raise ValidationError at each of the fields whose day has not come yet."""
    today = timezone.localdate()
    late = [name for name in fields if (day := getattr(row, name)) and day > today]
    if late:
        raise ValidationError({name: _("The date lies in the future.") for name in late})


def refuse_disorder(row: Any, *fields: str) -> None:
    """Raise ValidationError at each field whose day lies before that of a field named earlier."""
    wrong: dict[str, str] = {}
    latest: tuple[date, str] | None = None
    for name in fields:
        day = getattr(row, name)
        if day is None:
            continue
        if latest and day < latest[0]:
            caption = row._meta.get_field(latest[1]).verbose_name
            wrong[name] = _("This is before “%(earlier)s”, %(day)s.") % {"earlier": caption, "day": plain(latest[0])}
        else:
            latest = (day, name)
    if wrong:
        raise ValidationError(wrong)
