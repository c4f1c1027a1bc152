"""Charts as plain SVG: one drawing for the page (classes of the stylesheet) and for print (attributes, since a
stylesheet does not reach an SVG there).

Axes start at zero, every bar carries its value, what is not reported carries a dash and no bar. At most four tones,
told apart without colour. The SVG's title says all figures, and a table of the same figures goes with each chart.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from html import escape
from itertools import groupby
from typing import Literal

from reports.documents.base import Chart, ChartKind, Lang, Series
from reports.documents.words import words
from reports.faces import width
from reports.numbers import RATE, printed, trimmed

Medium = Literal["page", "print"]

# What each part of a drawing looks like: in the page, in print.
INK = {
    "now": ('class="f1"', 'fill="#444"'),
    "past": ('class="f2"', 'fill="#b4b4b4"'),
    "track": ('class="f0"', 'fill="#e4e4e4"'),
    "axis": ('class="ax"', 'stroke="#999" stroke-width=".5"'),
    "grid": ('class="ax"', 'stroke="#ccc" stroke-width=".4"'),
    "course": ('class="l1"', 'fill="none" stroke="#333" stroke-width="1.8"'),
    "course before": ('class="l2"', 'fill="none" stroke="#777" stroke-width="1.2" stroke-dasharray="4 2.5"'),
    "target": ('class="ln"', 'stroke="#c00000" stroke-width="1"'),
    "pace": ('class="l2"', 'stroke="#000" stroke-width=".8" stroke-dasharray="3 2"'),
    "label": ("", ""),
    "value": ('class="v"', ""),
}
FONTS = {
    "zh-hans": "仿宋_GB2312, FangSong_GB2312, Portal Fang, Noto Serif CJK SC",
    "zh-hant": "Portal Figures, Noto Serif CJK TC",
    "en": "Portal Fang, Noto Serif CJK SC",
}
WIDTH = 442
SIZE = 10.5  # of type
LEGEND = 16.0  # height of a line of names
PLOT = 78.0  # height of a line chart's plot
MOST_LABEL = 15 * SIZE  # a longer category is cut short here and whole in the table


@dataclass
class Canvas:
    """SVG elements in one medium."""

    medium: Medium
    parts: list[str] = field(default_factory=list)

    def ink(self, role: str) -> str:
        return INK[role][self.medium == "print"]

    def rect(self, role: str, x: float, y: float, wide: float, high: float) -> None:
        self.parts.append(f'<rect {self.ink(role)} x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}"/>')

    def line(self, role: str, x1: float, y1: float, x2: float, y2: float) -> None:
        self.parts.append(f'<line {self.ink(role)} x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>')

    def course(self, role: str, points: list[tuple[float, float]]) -> None:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline {self.ink(role)} points="{path}"/>')

    def dot(self, role: str, x: float, y: float) -> None:
        self.parts.append(f'<circle {self.ink(role)} cx="{x:.1f}" cy="{y:.1f}" r="2.6"/>')

    def value(self, x: float, y: float, words: str, role: str = "value") -> None:
        """A figure on white, so that no line runs through it."""
        self.parts.append(
            f'<rect fill="#fff" x="{x - 1:.1f}" y="{y - 4:.1f}" width="{width(words) * SIZE + 3:.1f}" height="8"/>'
        )
        self.text(x, y, words, role=role)

    def text(self, x: float, y: float, words: str, anchor: str = "start", role: str = "label") -> None:
        """``y`` is the middle of the line."""
        place = f'x="{x:.1f}" y="{y + SIZE * 0.36:.1f}" text-anchor="{anchor}"'
        self.parts.append(f"<text {self.ink(role)} {place}>{escape(words)}</text>")

    @contextmanager
    def link(self, chart: Chart, at: int) -> Iterator[None]:
        """What is drawn inside leads, in the page, to the rows behind a category."""
        href = chart.hrefs[at] if self.medium == "page" and chart.hrefs else ""
        if href:
            label = f"{chart.categories[at]} {shown(chart.series[0].values[at], chart.unit)}"
            self.parts.append(f'<a href="{escape(href)}" aria-label="{escape(label)}">')
        yield
        if href:
            self.parts.append("</a>")


def draw(chart: Chart, *, medium: Medium = "page", lang: Lang = "zh-hans", ident: str = "chart") -> str:
    """The chart as one ``<svg>``."""
    canvas = Canvas(medium)
    height = DRAWINGS[chart.kind](canvas, chart)
    title = f'<title id="{escape(ident)}">{escape(said(chart, lang))}</title>'
    head = (
        f'class="gh-ch" role="group" aria-labelledby="{escape(ident)}"'
        if medium == "page"
        else f'font-family="{FONTS[lang]}" font-size="{SIZE}"'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" {head}>'
        f"{title}{''.join(canvas.parts)}</svg>"
    )


def said(chart: Chart, lang: Lang) -> str:
    """All of the chart in words, for who cannot see it."""
    say = words(lang)
    comma = ", " if lang == "en" else "，"
    rows = [
        (row.name + say["colon"] if len(chart.series) > 1 else "")
        + comma.join(f"{category} {shown(value, chart.unit)}" for category, value in pairs(chart, row))
        for row in chart.series
    ]
    return f"{chart.title}{say['colon']}{say['semicolon'].join(rows)}"


def pairs(chart: Chart, row: Series) -> Iterator[tuple[str, Decimal | None]]:
    """Each category with its value in one series."""
    return zip(chart.categories, row.values, strict=True)


def shown(value: Decimal | None, unit: str) -> str:
    """A value beside its bar: the unit stands above the chart, but a rate keeps its sign."""
    return printed(value, unit) + (RATE if unit == RATE and value is not None else "")


def shortened(label: str) -> str:
    """A label that fits its column; the table has it whole."""
    if width(label) * SIZE <= MOST_LABEL:
        return label
    while label and width(label + "…") * SIZE > MOST_LABEL:
        label = label[:-1]
    return label + "…"


class Scale:
    """From values to lengths, from zero to the first round number above the largest."""

    def __init__(self, chart: Chart, length: float):
        known = [value for row in chart.series for value in row.values if value is not None]
        top = max([*known, *(mark.value for mark in chart.marks), Decimal(0)]) or Decimal(1)
        step = round_step(top / 6)
        count = int((top / step).to_integral_value(ROUND_CEILING))
        self.ticks = [step * at for at in range(count + 1)]
        self.length = length

    def __call__(self, value: Decimal | None) -> float:
        return self.length * float(max(value or Decimal(0), Decimal(0)) / self.ticks[-1])


def round_step(least: Decimal) -> Decimal:
    """The next of 1, 2, 2.5, 5 times a power of ten; whole, for half a person is no tick."""
    power = Decimal(10) ** least.adjusted()
    step = next(power * factor for factor in map(Decimal, ("1", "2", "2.5", "5", "10")) if power * factor >= least)
    return max(step.to_integral_value(ROUND_CEILING), Decimal(1))


def legend(canvas: Canvas, chart: Chart, swatches: tuple[str, ...]) -> float:
    """Names of series and marks in one line above the drawing, if there is more than one thing to tell apart."""
    if len(chart.series) < 2 and not chart.marks:
        return 3.0
    x = 0.0
    lines = [("target" if mark.is_target else "pace", mark.label) for mark in chart.marks]
    for role, name in [*zip(swatches, (row.name for row in chart.series), strict=False), *lines]:
        if role in ("now", "past", "track"):
            canvas.rect(role, x, 3, 12, 8)
        else:
            canvas.line(role, x, 7, x + 14, 7)
        canvas.text(x + 18, 7, name)
        x += 18 + width(name) * SIZE + 16
    return LEGEND


def bars(canvas: Canvas, chart: Chart) -> float:
    """Horizontal bars, one for each series in each category: the present strong, the year before pale."""
    left = min(max(width(name) * SIZE for name in chart.categories), MOST_LABEL) + 8
    top = legend(canvas, chart, ("now", "past"))
    thick = 12.0 if len(chart.series) == 1 else 9.5
    pitch = thick * len(chart.series) + 5.5
    bottom = top + pitch * len(chart.categories)
    scale = Scale(chart, WIDTH - left - 62)
    for tick in scale.ticks:
        canvas.line("grid", left + scale(tick), top, left + scale(tick), bottom)
        canvas.text(left + scale(tick), bottom + 8, trimmed(tick) + (RATE if chart.unit == RATE else ""), "middle")
    for at, category in enumerate(chart.categories):
        y = top + pitch * at + 2.75
        canvas.text(left - 6, y + thick * len(chart.series) / 2, shortened(category), "end")
        with canvas.link(chart, at):
            for row, role in enumerate(("now", "past")[: len(chart.series)]):
                canvas.rect(role, left, y + thick * row, scale(chart.series[row].values[at]), thick)
    for mark in chart.marks:
        x = left + scale(mark.value)
        canvas.line("target" if mark.is_target else "pace", x, top, x, bottom)
    canvas.line("axis", left, top, left, bottom)
    for row, role in enumerate(("value", "label")[: len(chart.series)]):
        for at, value in enumerate(chart.series[row].values):
            y = top + pitch * at + 2.75 + thick * (row + 0.5)
            canvas.value(left + scale(value) + 4, y, shown(value, chart.unit), role)
    return bottom + LEGEND


def shares(canvas: Canvas, chart: Chart) -> float:
    """For each category its part of a whole: the whole pale, the part strong, both figures above."""
    parts, wholes = chart.series[0].values, whole(chart)
    for at, category in enumerate(chart.categories):
        y, part, total = 27.0 * at, parts[at], wholes[at]
        rate = part / total * 100 if part is not None and total else None
        counted = shown(part, chart.unit) + (f" / {shown(total, chart.unit)}" if len(chart.series) > 1 else "")
        canvas.text(0, y + 7, category)
        canvas.text(WIDTH - 60, y + 7, counted, "end")
        canvas.text(WIDTH, y + 7, shown(rate, RATE), "end", "value")
        with canvas.link(chart, at):
            canvas.rect("track", 0, y + 14, WIDTH, 8)
            canvas.rect("now", 0, y + 14, WIDTH * min(float(rate or 0) / 100, 1), 8)
    return 27.0 * len(chart.categories)


def whole(chart: Chart) -> tuple[Decimal | None, ...]:
    """What each part is a share of: the second series, or the sum of the first."""
    if len(chart.series) > 1:
        return chart.series[1].values
    total = sum((value for value in chart.series[0].values if value is not None), Decimal(0))
    return (total,) * len(chart.categories)


def course(canvas: Canvas, chart: Chart) -> float:
    """A line over periods with a value at each point; a second series dashed, a gap where nothing was reported."""
    top = legend(canvas, chart, ("course", "course before")) + SIZE
    scale = Scale(chart, PLOT)
    left = max(width(trimmed(tick)) for tick in scale.ticks) * SIZE + 8
    bottom = top + PLOT
    step = (WIDTH - left) / max(len(chart.categories), 1)
    for tick in scale.ticks:
        canvas.line("grid", left, bottom - scale(tick), WIDTH, bottom - scale(tick))
        canvas.text(left - 5, bottom - scale(tick), trimmed(tick), "end")
    for at, category in enumerate(chart.categories):
        canvas.text(left + step * (at + 0.5), bottom + 9, shortened(category), "middle")
    for row, role in reversed(list(zip(chart.series, ("course", "course before"), strict=False))):
        for run in runs(row):
            canvas.course(role, [(left + step * (at + 0.5), bottom - scale(value)) for at, value in run])
    for at, value in enumerate(chart.series[0].values):
        x = left + step * (at + 0.5)
        with canvas.link(chart, at):
            if value is not None:
                canvas.dot("now", x, bottom - scale(value))
            canvas.text(x, bottom - scale(value) - 9, shown(value, chart.unit), "middle", "value")
    canvas.line("axis", left, bottom, WIDTH, bottom)
    return bottom + LEGEND + 2


def runs(row: Series) -> Iterator[list[tuple[int, Decimal]]]:
    """The unbroken stretches of a series."""
    for known, group in groupby(enumerate(row.values), lambda pair: pair[1] is not None):
        if known:
            yield [(at, value) for at, value in group if value is not None]


DRAWINGS = {ChartKind.BAR: bars, ChartKind.GROUPED: bars, ChartKind.SHARE: shares, ChartKind.LINE: course}
