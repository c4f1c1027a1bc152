"""What an indicator is, and how all of them are computed: one statement for each source, all from one snapshot.

An indicator is declared once, in the module of the app whose rows it counts. The declaration gives the value, the
numerator and denominator, the rows behind it and the SQL; nothing computes a figure in any other way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Aggregate, Count, Model, Q, QuerySet, Sum
from django.utils.functional import cached_property
from django.utils.translation import get_language

from reports.numbers import TENTH, completion, rounded
from unions.access import Scope
from unions.models.base import in_period
from unions.periods import HalfYear, Quarter, Span, Year

Period = Year | HalfYear | Quarter | Span


class Kind(StrEnum):
    FLOW = "flow"
    STOCK = "stock"
    CUMULATIVE = "cumulative"
    RATIO = "ratio"


@dataclass(frozen=True)
class Text:
    """A caption in Chinese and English. It is content of the report, not of the interface's catalogue."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


@dataclass(frozen=True)
class Unit(Text):
    """What a figure counts. Figures of different units are never added: 人 is not 人次."""

    decimals: int = 0


UNIONS = Unit("家", "unions")
EMPLOYERS = Unit("家", "employers")
VISITS = Unit("家次", "visits")
PERSONS = Unit("人", "persons")
PERSON_TIMES = Unit("人次", "person-times")
HOUSEHOLDS = Unit("户", "households")
CASES = Unit("件", "cases")
ITEMS = Unit("件", "items")
COPIES = Unit("份", "contracts")
CARDS = Unit("张", "cards")
PIECES = Unit("个", "number")
TITLES = Unit("个", "titles")
EVENTS = Unit("场", "events")
SESSIONS = Unit("期", "sessions")
TEAMS = Unit("支", "teams")
PLACES = Unit("项", "results")
SUGGESTIONS = Unit("条", "suggestions")
PAIRS = Unit("对", "pairs")
GROUPS = Unit("组", "groups")
ARTICLES = Unit("篇", "articles")
POINTS = Unit("分", "points", 1)
YUAN = Unit("元", "yuan", 2)
YUAN_PER_HEAD = Unit("元/人", "yuan a head", 2)
PERCENT = Unit("%", "%", 1)


@dataclass(frozen=True)
class Column:
    """A column of the drill-down: its caption and where its value stands."""

    caption: Text
    path: str


@dataclass(frozen=True)
class Source:
    """Rows that several indicators read in one statement.

    ``rows`` gives every row known by the period's end, annotated with what the conditions need. No row at all means
    that nothing was ever reported, which prints "—"; rows of which none match are a true 0.
    """

    key: str
    rows: Callable[[Period], QuerySet[Any]]
    columns: tuple[Column, ...]

    def within(self, period: Period, scope: Scope) -> QuerySet[Any]:
        return self.rows(period).order_by().within(scope)  # type: ignore[attr-defined]


def known(model: type[Model], field: str) -> Callable[[Period], QuerySet[Any]]:
    """The rows of a source that came about, by the day in ``field``, before the period's end."""
    return lambda period: model._default_manager.filter(**{f"{field}__lt": period.end})


Condition = Callable[[Period], Q]


def everything(_period: Period) -> Q:
    return Q()


def during(field: str, condition: Q | None = None) -> Condition:
    """Rows whose day lies in the period, and that meet a condition which does not look at it."""
    return lambda period: in_period(field, period) & (condition or Q())


def always(condition: Q) -> Condition:
    """A condition that does not look at the period."""
    return lambda _period: condition


@dataclass(frozen=True)
class Measure:
    """A number out of a source: which rows, and whether they are counted, counted once per ``path`` or summed."""

    source: Source
    where: Condition = everything
    how: str = "count"
    path: str = "pk"

    def aggregate(self, period: Period) -> Aggregate:
        condition = self.where(period)
        if self.how == "sum":
            return Sum(self.path, filter=condition)
        return Count(self.path, filter=condition, distinct=self.how == "distinct")

    def rows(self, period: Period, scope: Scope) -> QuerySet[Any]:
        """The rows this number is made of."""
        return self.source.within(period, scope).filter(self.where(period))


def count(source: Source, where: Condition = everything) -> Measure:
    return Measure(source, where)


def distinct(source: Source, path: str, where: Condition = everything) -> Measure:
    """Rows counted once for each value of ``path``; NULL is no value."""
    return Measure(source, where, "distinct", path)


def total(source: Source, path: str, where: Condition = everything) -> Measure:
    return Measure(source, where, "sum", path)


@dataclass(frozen=True)
class Part:
    """A named part of an indicator. Where the parts are a partition, they must add up to it."""

    key: str
    name: Text
    measure: Measure
    denominator: Measure | None = None
    unit: Unit | None = None


@dataclass(frozen=True)
class Indicator:
    """One figure: its names, unit, kind and definition in words, and the measures it is computed from.

    ``red_below`` is the value under which the report names it among the problems. ``version`` changes whenever the
    definition does, so a frozen figure says by which one it was computed.
    """

    code: str
    name: Text
    unit: Unit
    kind: Kind
    definition: Text
    measure: Measure
    denominator: Measure | None = None
    numerator_name: Text | None = None
    denominator_name: Text | None = None
    numerator_unit: Unit = PIECES
    denominator_unit: Unit = PIECES
    parts: tuple[Part, ...] = ()
    is_partition: bool = False
    is_core: bool = True
    red_below: Decimal | None = None
    version: str = "2026.1"

    @property
    def group(self) -> str:
        return self.code.split("-")[0]

    def measures(self) -> Iterable[Measure]:
        yield self.measure
        if self.denominator:
            yield self.denominator
        for part in self.parts:
            yield part.measure
            if part.denominator:
                yield part.denominator


@dataclass(frozen=True)
class PartFigure:
    key: str
    name: Text
    value: Decimal | None
    unit: Unit


@dataclass(frozen=True)
class Figure:
    """An indicator's value in one period and scope. ``value`` is None where nothing was reported."""

    indicator: Indicator
    period: Period
    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    parts: tuple[PartFigure, ...] = ()
    target: Decimal | None = None
    since_january: Decimal | None = None

    @property
    def code(self) -> str:
        return self.indicator.code

    @cached_property
    def completion(self) -> Decimal | None:
        """Per cent of the year's target, one decimal: of a flow what was done since January, else the value."""
        reached = self.value if self.since_january is None else self.since_january
        share = completion(reached, self.target)
        return None if share is None else rounded(share, TENTH)

    def part(self, key: str) -> PartFigure:
        return next(part for part in self.parts if part.key == key)


def quotient(numerator: Decimal | None, denominator: Decimal | None, unit: Unit) -> Decimal | None:
    """A ratio in its unit; None ("—") when either side is not reported or the base is 0."""
    if numerator is None or not denominator:
        return None
    factor = 100 if unit.zh == "%" else 1
    return in_unit(numerator * factor / denominator, unit)


@dataclass
class Registry:
    """All indicators in the order they are printed."""

    indicators: dict[str, Indicator] = field(default_factory=dict)

    def add(self, *indicators: Indicator) -> None:
        for indicator in indicators:
            if indicator.code in self.indicators:
                raise ValueError(f"{indicator.code} is declared twice")
            self.indicators[indicator.code] = indicator

    def __getitem__(self, code: str) -> Indicator:
        return self.indicators[code]

    def __contains__(self, code: str) -> bool:
        return code in self.indicators

    def __iter__(self) -> Any:
        return iter(self.indicators.values())

    def __len__(self) -> int:
        return len(self.indicators)


def compute(
    indicators: Sequence[Indicator], period: Period, scope: Scope, targets: dict[str, Decimal] | None = None
) -> dict[str, Figure]:
    """Figures of the indicators, by code. Call it inside one snapshot; each source costs one statement."""
    numbers = measure_all((measure for indicator in indicators for measure in indicator.measures()), period, scope)
    targets = targets or {}
    return {
        indicator.code: figure_of(indicator, period, numbers, targets.get(indicator.code)) for indicator in indicators
    }


Numbers = dict[Measure, Decimal | None]


def measure_all(measures: Iterable[Measure], period: Period, scope: Scope) -> Numbers:
    """The number of every measure, those over one source together in one statement."""
    by_source: dict[Source, list[Measure]] = {}
    for measure in dict.fromkeys(measures):
        by_source.setdefault(measure.source, []).append(measure)
    numbers: Numbers = {}
    for source, members in by_source.items():
        aggregates: dict[str, Aggregate] = {"rows_known": Count("pk")}
        for place, measure in enumerate(members):
            aggregates[f"value_{place}"] = measure.aggregate(period)
            aggregates[f"matched_{place}"] = Count("pk", filter=measure.where(period))
        row = source.within(period, scope).aggregate(**aggregates)
        for place, measure in enumerate(members):
            numbers[measure] = number(row[f"value_{place}"], row["rows_known"], row[f"matched_{place}"])
    return numbers


def number(value: Any, known: int, matched: int) -> Decimal | None:
    """None if the source holds no row at all, or every row that matches leaves the amount open; else the number."""
    if value is None and (matched or not known):
        return None
    return Decimal(value or 0) if known else None


def figure_of(indicator: Indicator, period: Period, numbers: Numbers, target: Decimal | None) -> Figure:
    first = numbers[indicator.measure]
    base = numbers[indicator.denominator] if indicator.denominator else None
    parts = tuple(
        PartFigure(part.key, part.name, part_value(part, indicator.unit, numbers), part.unit or indicator.unit)
        for part in indicator.parts
    )
    if indicator.denominator is None:
        return Figure(indicator, period, in_unit(first, indicator.unit), parts=parts, target=target)
    value = quotient(first, base, indicator.unit)
    return Figure(
        indicator,
        period,
        value,
        in_unit(first, indicator.numerator_unit),
        in_unit(base, indicator.denominator_unit),
        parts,
        target,
    )


def in_unit(value: Decimal | None, unit: Unit) -> Decimal | None:
    return None if value is None else rounded(value, Decimal(1).scaleb(-unit.decimals))


def part_value(part: Part, unit: Unit, numbers: Numbers) -> Decimal | None:
    value = numbers[part.measure]
    if part.denominator is not None:
        return quotient(value, numbers[part.denominator], part.unit or unit)
    return in_unit(value, part.unit or unit)


def flow(code: str, zh: str, en: str, unit: Unit, measure: Measure, definition: Text, **more: Any) -> Indicator:
    """An indicator that adds up what happened in the period."""
    return Indicator(code, Text(zh, en), unit, Kind.FLOW, definition, measure, **more)


def stock(code: str, zh: str, en: str, unit: Unit, measure: Measure, definition: Text, **more: Any) -> Indicator:
    """An indicator that says how much there is on the period's last day."""
    return Indicator(code, Text(zh, en), unit, Kind.STOCK, definition, measure, **more)


def cumulative(code: str, zh: str, en: str, unit: Unit, measure: Measure, definition: Text, **more: Any) -> Indicator:
    """An indicator that adds up everything since the programme began, to the period's last day."""
    return Indicator(code, Text(zh, en), unit, Kind.CUMULATIVE, definition, measure, **more)


def ratio(
    code: str,
    zh: str,
    en: str,
    numerator: Measure,
    denominator: Measure,
    names: tuple[Text, Text],
    definition: Text,
    unit: Unit = PERCENT,
    **more: Any,
) -> Indicator:
    """An indicator that divides one measure by another; both are always shown with their names."""
    return Indicator(
        code, Text(zh, en), unit, Kind.RATIO, definition, numerator, denominator, names[0], names[1], **more
    )
