"""What every row carries: when it was made, by whom, and from which quarterly return if from one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unions.access import ScopedQuerySet


class Record(models.Model):
    """Provenance. A row made by a person names him, a row made from a return names the return."""

    created_at = models.DateTimeField(_("recorded at"), auto_now_add=True, editable=False)
    created_by = models.ForeignKey(
        "unions.User",
        models.PROTECT,
        verbose_name=_("recorded by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    source_return = models.ForeignKey(
        "unions.QuarterlyReturn",
        models.PROTECT,
        verbose_name=_("from quarterly return"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        abstract = True


class UnionRecord(Record):
    """A row that belongs to one union: the one it is about, or the organ that did it."""

    union = models.ForeignKey("unions.Union", models.PROTECT, verbose_name=_("union"), related_name="+")

    objects: Any = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True


class DatedQuerySet(ScopedQuerySet):
    """Rows that hold from ``start`` (inclusive) to ``end`` (exclusive; empty while they still hold)."""

    def on(self, day: date) -> Self:
        """The rows that hold on ``day``."""
        return self.filter(holds_on(day))


class CommonDatedQuerySet(DatedQuerySet):
    """Dated rules, which belong to no union."""

    union_path = ""


def holds_on(day: date, prefix: str = "") -> Q:
    """The condition of a dated row, for use through a relation: ``holds_on(day, "coverages__")``."""
    return Q(**{f"{prefix}start__lte": day}) & (Q(**{f"{prefix}end__isnull": True}) | Q(**{f"{prefix}end__gt": day}))


def in_period(field: str, period: Any) -> Q:
    """The condition that a date lies in a half-open period."""
    return Q(**{f"{field}__gte": period.start, f"{field}__lt": period.end})


class Dated(models.Model):
    start = models.DateField(pgettext_lazy("day", "from"))
    end = models.DateField(_("until (exclusive)"), null=True, blank=True)

    class Meta:
        abstract = True


def no_overlap(
    name: str,
    *fields: str,
    message: Any,
    start: str = "start",
    end: str = "end",
    condition: Q | None = None,
    is_large: bool = False,
) -> ExclusionConstraint:
    """No two rows with equal ``fields`` may hold on the same day.

    ``is_large`` is for tables of very many rows: their index is narrowed by the fields before the days, because days
    that reach to the end of time overlap with nearly every other row's, and every insert would read them all.
    """
    days = (Func(F(start), F(end), function="daterange", output_field=DateRangeField()), RangeOperators.OVERLAPS)
    equal = [(field, RangeOperators.EQUAL) for field in fields]
    return ExclusionConstraint(
        name=name,
        expressions=[*equal, days] if is_large else [days, *equal],
        condition=condition,
        violation_error_message=message,
    )


def ends_after_start(name: str, start: str = "start", end: str = "end") -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": F(start)}),
        violation_error_message=_("The end must be later than the beginning."),
    )


def check(name: str, condition: Q, message: Any) -> models.CheckConstraint:
    return models.CheckConstraint(name=name, condition=condition, violation_error_message=message)


class MoneyField(models.DecimalField):
    """An amount in yuan to the cent, never negative. 万元 is a display, never a stored unit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"], kwargs["decimal_places"] = 14, 2
        kwargs.setdefault("validators", [MinValueValidator(Decimal(0))])
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs
