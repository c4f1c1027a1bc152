"""The annex of charts: targets reached, mutual aid, disputes, levy over the years, coverage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from reports.documents.annex import name
from reports.documents.base import Chart, ChartKind, ChartSheet, Mark, Series
from reports.documents.context import FIRST_HALF_PACE, WHOLE_YEAR, Facts
from reports.documents.promises import half_label
from reports.documents.words import long_date
from reports.figures import figures
from reports.indicators import REGISTRY
from reports.indicators.registry import Kind, Text
from reports.numbers import CENT, TENTH, WAN, rounded
from unions.periods import HalfYear

MOST_TARGETS = 8
HALVES = 5
PLANS = ("CARE-19", "CARE-20", "CARE-21", "CARE-22")
PLAN_NAMES = (
    Text("在职", "In service"),
    Text("退休", "Retired"),
    Text("女职工安康", "Women"),
    Text("特种重病", "Critical illness"),
)
COVERAGE = {
    "ORG-07": Text("25人以上用人单位建会", "Union, 25 staff or more"),
    "CARE-02": Text("工会建立帮困基金", "Hardship fund"),
    "HARM-02": Text("集体合同覆盖", "Collective contract"),
    "HARM-05": Text("职代会覆盖", "Employees’ congress"),
}


def chart_sheet(facts: Facts) -> ChartSheet | None:
    """The charts whose figures are reported; no sheet without any."""
    charts = tuple(
        chart
        for chart in (targets(facts), mutual_aid(facts), disputes(facts), levy(facts), coverage(facts))
        if chart is not None
    )
    title = "Charts" if facts.is_english else f"{half_label(facts.period, facts)}主要指标图"
    return ChartSheet(title, charts) if charts else None


def said(facts: Facts, zh: str, en: str) -> str:
    return en if facts.is_english else zh


def is_worth_drawing(values: Sequence[Decimal | None]) -> bool:
    return sum(value is not None for value in values) > 1 and any(values)


def compared(facts: Facts, now: Sequence[Decimal | None], before: Sequence[Decimal | None]) -> tuple[Series, ...]:
    """This period, and the year before where anything of it is known."""
    series: tuple[Series, ...] = (Series(said(facts, "本期", "This period"), tuple(now)),)
    if any(value is not None for value in before):
        series += (Series(said(facts, "上年同期", "Year before"), tuple(before)),)
    return series


def targets(facts: Facts) -> Chart | None:
    """How much of the year's target is reached, in per cent, the most first; the pace is that of flows."""
    found = [(done, code) for code in facts.now if (done := facts.completion(code)) is not None]
    flows = [one for one in found if facts.now[one[1]].indicator.kind is Kind.FLOW]
    chosen = sorted(flows or found, key=lambda one: (-one[0], one[1]))[:MOST_TARGETS]
    values = [rounded(done, TENTH) for done, _code in chosen]
    if not is_worth_drawing(values):
        return None
    marks = [Mark(WHOLE_YEAR, said(facts, "年度目标", "target"))]
    if facts.period.half == 1:
        marks.append(Mark(FIRST_HALF_PACE, said(facts, "序时进度", "pace"), is_target=False))
    return Chart(
        said(facts, "主要任务年度目标完成率", "Year’s tasks: share of the target reached"),
        "%",
        ChartKind.BAR,
        tuple(name(facts, REGISTRY[code]) for _done, code in chosen),
        (Series(said(facts, "完成率", "Reached"), tuple(values)),),
        basis=said(
            facts,
            f"1月至{facts.period.last_day.month}月累计数除以年度目标",
            f"Done since January to {long_date(facts.period.last_day, 'en')} over the year’s target",
        ),
        source=said(facts, "附件1。", "Annex 1."),
        marks=tuple(marks),
        hrefs=tuple(facts.href(code) for _done, code in chosen),
    )


def mutual_aid(facts: Facts) -> Chart | None:
    now = [facts.now[code].value for code in PLANS]
    before = [facts.before[code].value for code in PLANS]
    if not is_worth_drawing(now):
        return None
    return Chart(
        said(facts, "职工医疗互助各计划参保人次", "Mutual aid: enrolments by plan"),
        said(facts, "人次", "enrolments"),
        ChartKind.GROUPED,
        tuple(facts.text(name) for name in PLAN_NAMES),
        compared(facts, now, before),
        source=said(
            facts, "互助保障台账（CARE-19至CARE-22），期末在保。", "Register (CARE-19 to CARE-22), in force at the end."
        ),
        hrefs=tuple(facts.href(code) for code in PLANS),
    )


def disputes(facts: Facts) -> Chart | None:
    now, before = facts.now["HARM-13"].parts, facts.before["HARM-13"].parts
    if not is_worth_drawing([part.value for part in now]):
        return None
    return Chart(
        said(facts, "成功调处劳动争议分类", "Disputes settled, by kind"),
        said(facts, "件", "cases"),
        ChartKind.GROUPED,
        tuple(facts.text(part.name) for part in now),
        compared(facts, [part.value for part in now], [part.value for part in before]),
        source=said(facts, "劳动争议台账（HARM-13）。", "Register of disputes (HARM-13)."),
        hrefs=(facts.href("HARM-13"),) * len(now),
    )


def levy(facts: Facts) -> Chart | None:
    """The levy accrued over the last half-years, in 万元 (in English in thousands of yuan)."""
    halves = [facts.period]
    while len(halves) < HALVES:
        halves.insert(0, halves[0].previous())
    divisor = Decimal(1000) if facts.is_english else WAN
    values = [in_unit(value, divisor) for value in past(facts, halves)]
    first = next((place for place, value in enumerate(values) if value is not None), len(values))
    if not is_worth_drawing(values[first:]):
        return None
    return Chart(
        said(facts, "25人以上企业工会计提工会经费", "Levy accrued by unions of 25 and more"),
        said(facts, "万元", "thousand CNY"),
        ChartKind.LINE,
        tuple(half_label(half, facts) for half in halves[first:]),
        (Series(said(facts, "计提经费", "Accrued"), tuple(values[first:])),),
        source=said(facts, "经费台账（SELF-02），按收缴期。", "Levy register (SELF-02), by the period of collection."),
        hrefs=(facts.href("SELF-02"),) * len(values[first:]),
    )


def past(facts: Facts, halves: Sequence[HalfYear]) -> Iterator[Decimal | None]:
    for half in halves:
        yield figures(half, facts.scope, ["SELF-02"])["SELF-02"].value or None


def in_unit(value: Decimal | None, divisor: Decimal) -> Decimal | None:
    return None if value is None else rounded(value / divisor, CENT)


def coverage(facts: Facts) -> Chart | None:
    """What part of those it is meant for is covered."""
    known = [code for code in COVERAGE if facts.now[code].numerator is not None and facts.now[code].denominator]
    if len(known) < 2:
        return None
    return Chart(
        said(facts, "组织和制度覆盖情况", "Coverage"),
        said(facts, "家", "units"),
        ChartKind.SHARE,
        tuple(facts.text(COVERAGE[code]) for code in known),
        (
            Series(said(facts, "已覆盖", "Covered"), tuple(facts.now[code].numerator for code in known)),
            Series(said(facts, "应覆盖", "In all"), tuple(facts.now[code].denominator for code in known)),
        ),
        source=said(facts, f"附件1（{'、'.join(known)}）。", f"Annex 1 ({', '.join(known)})."),
        hrefs=tuple(facts.href(code) for code in known),
    )
