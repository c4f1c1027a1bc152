"""Filters of data administration that say something: current or ended, what is missing, in which half-year."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from unions.models.base import in_period
from unions.periods import HalfYear, parse_period

HALVES = 6


class StewardFilter(SimpleListFilter):
    """Choices in words, each a condition; a value that is none of them narrows nothing."""

    conditions: dict[str, tuple[Any, Q]] = {}

    def choices_now(self) -> dict[str, tuple[Any, Q]]:
        return self.conditions

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(key, caption) for key, (caption, _condition) in self.choices_now().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        found = self.choices_now().get(self.value() or "")
        return queryset.filter(found[1]) if found else queryset


def made(title: Any, parameter: str, **conditions: tuple[Any, Q]) -> type[StewardFilter]:
    values = {"title": title, "parameter_name": parameter, "conditions": conditions}
    return type(f"{parameter.title()}Filter", (StewardFilter,), values)


def current(end: str = "end") -> type[StewardFilter]:
    """Whether what the row says still holds today; an end that lies ahead has not come yet."""
    today = timezone.localdate

    class Current(StewardFilter):
        title, parameter_name = _("Holds today"), "current"

        def choices_now(self) -> dict[str, tuple[Any, Q]]:
            is_over = Q(**{f"{end}__lte": today()})
            return {"yes": (_("Current"), ~is_over), "no": (_("Ended"), is_over)}

    return Current


def lacking(caption: Any, field: str, *, text: bool = False) -> type[StewardFilter]:
    """Rows in which a field is empty, and the others."""
    is_empty = Q(**{f"{field}__isnull": True}) | (Q(**{field: ""}) if text else Q())
    return made(caption, f"lacks_{field}", yes=(_("Missing"), is_empty), no=(_("There"), ~is_empty))


def in_half_year(caption: Any, field: str) -> type[StewardFilter]:
    """The half-year a date lies in: the running one and the five before it."""

    class InHalfYear(StewardFilter):
        title, parameter_name = caption, f"{field}_half"

        def choices_now(self) -> dict[str, tuple[Any, Q]]:
            halves = [HalfYear.last_finished(timezone.localdate()).next()]
            while len(halves) < HALVES:
                halves.append(halves[-1].previous())
            return {str(half): (half.label, in_period(field, parse_period(str(half)))) for half in halves}

    return InHalfYear
