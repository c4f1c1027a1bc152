"""Which issued figures an edit changes: the newest issued version of each document, before and after the edit.

Only indicators whose query reads a table and a column that are written are computed, and none where no report was
issued.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.urls import reverse
from django.utils.translation import gettext as _

from reports.indicators import REGISTRY
from reports.indicators.registry import Figure, Measure, compute, in_unit
from reports.models import FrozenFigure, Report
from unions.access import Scope
from unions.acting import across_scopes
from unions.pages.columns import ADDRESSES
from unions.pages.consequences import Columns, Consequence, weigher
from unions.periods import HalfYear, parse_period

ADDRESSES[Report] = "report-status"
READS = re.compile(r'\b(?:FROM|JOIN)\s+\(?"([a-z_0-9]+)"')
COLUMNS = re.compile(r'(?:\w|")\."(\w+)"')
ANY_PERIOD = HalfYear(2026, 1)


@weigher
def issued_figures() -> IssuedFigures | None:
    reports = newest_issued()
    return IssuedFigures(reports) if reports else None


def newest_issued() -> list[Report]:
    """The newest issued version of each document: an earlier one is superseded."""
    rows = Report.objects.filter(status=Report.Status.ISSUED).defer("pdf").select_related("created_by")
    return list(rows.order_by("period", "kind", "language", "-version").distinct("period", "kind", "language"))


class IssuedFigures:
    """The figures of issued half-years as they were before an edit, read as the tables it writes become known."""

    def __init__(self, reports: list[Report]) -> None:
        self.reports = {parse_period(period): list(rows) for period, rows in groupby(reports, lambda r: r.period)}
        self.before: dict[Any, dict[str, Figure]] = {period: {} for period in self.reports}

    def about_to_write(self, table: str, columns: Columns) -> None:
        """Keep the figures that read what is written. Those kept now read nothing that was written before."""
        codes = [indicator.code for indicator in REGISTRY if reads(indicator.code, table, columns)]
        for period, known in self.before.items():
            known |= figures_of(period, [code for code in codes if code not in known])

    def consequences(self) -> list[Consequence]:
        return [found for period, known in self.before.items() for found in self.compared(period, known)]

    def compared(self, period: Any, before: dict[str, Figure]) -> Iterable[Consequence]:
        after = figures_of(period, list(before))
        changed = [code for code in before if differs(before[code], after[code])]
        printed = printed_by(self.reports[period]) if changed else {}
        for code in changed:
            if code in printed:
                yield Consequence(
                    targets=printed[code],
                    figure=f"{code} {REGISTRY[code].name}",
                    before=in_words(before[code], after[code]),
                    after=in_words(after[code], before[code]),
                    url=reverse("figure", args=[period, code]),
                )


def figures_of(period: Any, codes: list[str]) -> dict[str, Figure]:
    """Figures of the whole federation: an issued report counts beyond the scope of whoever makes the edit."""
    if not codes:
        return {}
    with across_scopes():
        return compute([REGISTRY[code] for code in codes], period, Scope.everything())


def printed_by(reports: list[Report]) -> dict[str, tuple[Report, ...]]:
    """The reports that froze a figure, by its code."""
    rows = FrozenFigure.objects.filter(report__in=reports).values_list("indicator", "report_id")
    by_code: dict[str, set[int]] = {}
    for code, report in rows:
        by_code.setdefault(code, set()).add(report)
    return {code: tuple(report for report in reports if report.pk in held) for code, held in by_code.items()}


def reads(code: str, table: str, columns: Columns) -> bool:
    """Whether a figure is read from the table, and from one of the columns if they are known."""
    return table in tables_of(code) and (columns is None or not columns.isdisjoint(columns_of(code)))


@cache
def tables_of(code: str) -> frozenset[str]:
    """The tables that a figure is read from."""
    return frozenset(table for sql in queries_of(code) for table in READS.findall(sql))


@cache
def columns_of(code: str) -> frozenset[str]:
    """The columns that a figure is read from, of whichever table: a name that stands in two is rather read twice."""
    return frozenset(column for sql in queries_of(code) for column in COLUMNS.findall(sql))


@cache
def queries_of(code: str) -> tuple[str, ...]:
    return tuple(sql for measure in REGISTRY[code].measures() if (sql := query_of(measure)))


@cache
def query_of(measure: Measure) -> str:
    try:
        return str(measure.rows(ANY_PERIOD, Scope.everything()).values(measure.path).query)
    except EmptyResultSet:
        return ""


def numbers(figure: Figure) -> tuple[Any, ...]:
    return figure.value, figure.numerator, figure.denominator, tuple(part.value for part in figure.parts)


def differs(one: Figure, other: Figure) -> bool:
    return numbers(one) != numbers(other)


def in_words(figure: Figure, other: Figure) -> str:
    """The figure with its unit, and what else of it is not as in the other: a ratio's two sides, its parts."""
    said = [amount(figure.value, figure.indicator.unit)]
    if (figure.numerator, figure.denominator) != (other.numerator, other.denominator):
        said.append(f"{dash(figure.numerator)}/{dash(figure.denominator)}")
    elsewhere = {part.key: part.value for part in other.parts}
    parts = [part for part in figure.parts if part.value != elsewhere.get(part.key)]
    return _("; ").join(said + [f"{part.name} {amount(part.value, part.unit)}" for part in parts])


def amount(value: Decimal | None, unit: Any) -> str:
    return "—" if value is None else f"{value:,f} {unit}"


def dash(value: Decimal | None) -> str:
    return "—" if value is None else f"{value:,f}"


@dataclass(frozen=True)
class Drift:
    """A figure that is no longer as a report printed it."""

    code: str
    name: str
    issued: str
    now: str
    url: str


def drift_of(report: Report) -> list[Drift]:
    """The figures of an issued report that have changed since; none for one that was not issued."""
    if report.status != Report.Status.ISSUED:
        return []
    period = parse_period(report.period)
    rows = {row.indicator: row for row in report.figures.all() if row.indicator in REGISTRY}
    now = figures_of(period, list(rows))
    pairs = [(thawed(row, now[code]), now[code]) for code, row in rows.items()]
    return [
        Drift(
            code=figure.code,
            name=str(figure.indicator.name),
            issued=in_words(issued, figure),
            now=in_words(figure, issued),
            url=reverse("figure", args=[period, figure.code]),
        )
        for issued, figure in pairs
        if differs(issued, figure)
    ]


def thawed(row: FrozenFigure, now: Figure) -> Figure:
    """The figure as it was printed, with the parts it has today; a part it had not then is not reported."""
    indicator = now.indicator
    printed = {part["key"]: part["value"] for part in row.parts}
    return replace(
        now,
        value=in_unit(row.value, indicator.unit),
        numerator=in_unit(row.numerator, indicator.numerator_unit),
        denominator=in_unit(row.denominator, indicator.denominator_unit),
        parts=tuple(replace(part, value=number_in(printed.get(part.key))) for part in now.parts),
    )


def number_in(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
