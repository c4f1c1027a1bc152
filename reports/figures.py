"""Figures and the rows behind them, for a period and a scope: what the commands, the pages and the PDFs all call.

Call these inside ``acting(..., snapshot=True)``: then everything read belongs to one moment and adds up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _

from reports.indicators import REGISTRY
from reports.indicators.registry import Column, Figure, Indicator, Kind, Measure, Period, Text, compute
from reports.models import ReportSection, Target
from unions.access import Scope
from unions.models import Community, Union
from unions.pages.keyset import page_of
from unions.periods import Quarter, Span, Year


def find_scope(code: str, period: Period) -> Scope:
    """The scope a union or community code names, with the tree as it stood on the period's last day.

    No code is the whole federation. Raises ValueError if there is neither a union nor a community of that code.
    """
    if not code:
        return Scope.everything()
    union = Union.objects.filter(code=code).first()
    if union:
        return Scope(code, union.name, frozenset(Union.objects.subtree_ids(union.pk, period.last_day)))
    community = Community.objects.filter(code=code).first()
    if community:
        unions = Union.objects.filter(profiles__community=community).values_list("pk", flat=True)
        return Scope(code, community.name, frozenset(unions))
    raise ValueError(_("There is no union or community with the code “%(code)s”.") % {"code": code})


def figures(period: Period, scope: Scope, codes: Iterable[str] | None = None) -> dict[str, Figure]:
    """The figures of all indicators, or of ``codes``, in printing order."""
    chosen = [REGISTRY[code] for code in codes] if codes is not None else list(REGISTRY)
    aims = targets(period, scope)
    found = compute(chosen, period, scope, aims)
    if period.start == Year(period.year).start:
        return found
    flows = [indicator for indicator in chosen if indicator.kind is Kind.FLOW and indicator.code in aims]
    to_date = compute(flows, year_to_date(period), scope)
    return found | {code: replace(found[code], since_january=figure.value) for code, figure in to_date.items()}


def year_to_date(period: Period) -> Span:
    """From January to the period's end: what a year's target is measured by."""
    last = Quarter.containing(period.last_day)
    return Span(last.year, Quarter(last.year, 1), last)


def targets(period: Period, scope: Scope) -> dict[str, Decimal]:
    """Annual targets by indicator: those given to the federation for the whole of it, to a union for its own scope."""
    rows = Target.objects.filter(year=period.year)
    rows = rows.filter(union__form="SUBDISTRICT") if scope.unions is None else rows.filter(union__code=scope.code)
    return dict(rows.values_list("indicator", "value"))


def section_headings() -> dict[str, ReportSection]:
    """The report's sections by indicator group; their headings and order are data."""
    return {section.code: section for section in ReportSection.objects.all()}


@dataclass(frozen=True)
class RowTable:
    """The rows one measure is made of."""

    name: Text
    columns: tuple[Column, ...]
    rows: models.QuerySet[Any]

    def values(self) -> list[list[Any]]:
        """The cells of all rows, with choices shown in words; booleans and dates stay what they are."""
        return self.cells(self.rows)

    def page(self, *, size: int, after: int | None = None, before: int | None = None) -> RowPage:
        """``size`` rows behind one row or before another, as every list is turned."""
        page = page_of(self.rows, sort="pk", size=size, after=after, before=before)
        cells = self.cells(self.rows.filter(pk__in=[row.pk for row in page.rows]))
        return RowPage([list(zip(self.columns, row, strict=True)) for row in cells], page.before, page.after)

    def cells(self, rows: models.QuerySet[Any]) -> list[list[Any]]:
        labels = [choice_labels(self.rows.model, column.path) for column in self.columns]
        return [
            [label.get(value, value) for label, value in zip(labels, row, strict=True)]
            for row in rows.order_by("pk").values_list(*(column.path for column in self.columns))
        ]


@dataclass(frozen=True)
class RowPage:
    """Some rows of a table, each cell beside its column, and the rows to continue from."""

    rows: list[list[tuple[Column, Any]]]
    before: int | None
    after: int | None


def row_tables(indicator: Indicator, period: Period, scope: Scope) -> list[RowTable]:
    """One table for a count or sum; numerator and denominator for a ratio; then each part over another source."""
    tables = [table(indicator.numerator_name or indicator.name, indicator.measure, period, scope)]
    if indicator.denominator and indicator.denominator_name:
        tables.append(table(indicator.denominator_name, indicator.denominator, period, scope))
    tables += [
        table(part.name, part.measure, period, scope)
        for part in indicator.parts
        if part.measure.source is not indicator.measure.source
    ]
    return tables


def table(name: Text, measure: Measure, period: Period, scope: Scope) -> RowTable:
    return RowTable(name, measure.source.columns, measure.rows(period, scope))


def choice_labels(model: type[models.Model], path: str) -> dict[Any, Any]:
    """Labels of the choices at the end of a path such as ``union__form``; empty for a path without choices."""
    field: Any = None
    for step in path.split("__"):
        try:
            field = model._meta.get_field(step)
        except FieldDoesNotExist:  # an annotation
            return {}
        if field.is_relation:
            model = field.related_model
    return {value: str(label) for value, label in getattr(field, "flatchoices", ())}


def as_json(figure: Figure) -> dict[str, Any]:
    """A figure as the command contract prints it: numbers as plain decimal strings, None where not reported."""
    indicator = figure.indicator
    return {
        "code": indicator.code,
        "name": str(indicator.name),
        "unit": str(indicator.unit),
        "kind": str(indicator.kind),
        "value": plain(figure.value),
        "numerator": plain(figure.numerator),
        "denominator": plain(figure.denominator),
        "parts": [{"key": part.key, "name": str(part.name), "value": plain(part.value)} for part in figure.parts],
        "target": plain(figure.target),
        "completion": plain(figure.completion),
    }


def plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
