"""The annex of core figures: value, year before, target, completion, definitions, notes, and the consistency checks."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from reports.checks import Outcome as Checked
from reports.checks import Status
from reports.documents.base import AnnexRow, AnnexTable, CheckResult, Outcome, Prose, pieces
from reports.documents.context import Facts
from reports.documents.promises import half_label
from reports.documents.prose import HEADINGS
from reports.documents.words import long_date
from reports.indicators import GROUPS, REGISTRY
from reports.indicators.registry import Figure, Indicator, PartFigure, Unit
from reports.numbers import change, trimmed

# These indicators are parts of the one before them.
PARTS = frozenset({"ORG-02", "ORG-03", "CARE-19", "CARE-20", "CARE-21", "CARE-22"})
# Parts that are no partition, yet lie within their total; all others stand beside it.
WITHIN = frozenset({("CARE-34", "chairs")})
# Names that would not stand on one line of the table; the definitions say the rest.
SHORT = {
    "ORG-03": "联合、社区",
    "ORG-19": "分类定级工会",
    "SKL-07": "申报学习型企业",
    "CARE-04": "百人以上基金覆盖",
    "CARE-21": "女职工安康",
    "CARE-22": "特种重病",
    "HARM-01": "区域行业集体合同",
    "HARM-03": "工资专项签订率",
    "HARM-05": "职代会建制率",
    "HARM-10": "接待职工来访",
    "SELF-01": "计提经费企业工会",
    "SELF-11.city": "市级",
}
OUTCOMES = {
    Status.PASSED: Outcome.PASSED,
    Status.EXPLAINED: Outcome.EXPLAINED,
    Status.FAILED: Outcome.FAILED,
    Status.NOT_APPLICABLE: Outcome.SKIPPED,
}
MOST_CODES = 6
COMPACT = "PART-"  # rules of one kind for each indicator with classes


def annex_table(facts: Facts) -> AnnexTable:
    """All core figures with what belongs to them."""
    label = half_label(facts.period, facts)
    title = f"Core figures, {label}" if facts.is_english else f"{label}核心指标表"
    core = [indicator for indicator in REGISTRY if indicator.is_core]
    return AnnexTable(
        title,
        tuple(row for indicator in core for row in indicator_rows(facts, indicator)),
        tuple(notes(facts)),
        checks(facts),
        facts.remarks,
    )


def group_title(facts: Facts, group: str) -> str:
    """A group of rows is named after its section of the text."""
    section = facts.headings.get(group)
    number = GROUPS.index(group) + 1
    if facts.is_english:
        return f"{number}. {section.heading_en if section else HEADINGS[group].en}"
    chinese = "一二三四五六"[number - 1]
    return f"{chinese}、{section.heading if section else HEADINGS[group].zh}"


def indicator_rows(facts: Facts, indicator: Indicator) -> Iterator[AnnexRow]:
    """The row of an indicator, then those of its parts."""
    code, now, before = indicator.code, facts.now[indicator.code], facts.before[indicator.code]
    unit = unit_text(facts, indicator.unit)
    yield AnnexRow(
        code=code,
        name=name(facts, indicator),
        unit=unit,
        value=now.value,
        year_before=before.value,
        change=change(now.value, before.value, unit),
        target=now.target,
        completion=facts.completion(code),
        is_part=code in PARTS,
        group=group_title(facts, indicator.group),
        definition=definition(facts, now),
    )
    for place, (part, part_before) in enumerate(zip(now.parts, before.parts, strict=True)):
        if indicator.parts[place].measure == indicator.measure:
            continue  # the indicator itself, kept as a part for its name
        yield part_row(facts, indicator, part, part_before.value)


def part_row(facts: Facts, indicator: Indicator, part: PartFigure, before: Decimal | None) -> AnnexRow:
    unit = unit_text(facts, part.unit)
    is_within = indicator.is_partition or (indicator.code, part.key) in WITHIN
    return AnnexRow(
        code="",
        name=part_name(facts, indicator, part, is_within),
        unit=unit,
        value=part.value,
        year_before=before,
        change=change(part.value, before, unit),
        is_part=is_within,
        group=group_title(facts, indicator.group),
    )


def unit_text(facts: Facts, unit: Unit) -> str:
    if facts.is_english:
        return {"元": "CNY", "%": "%"}.get(unit.zh, "no.")
    return unit.zh


def name(facts: Facts, indicator: Indicator) -> str:
    if facts.is_english:
        return indicator.name.en.removeprefix("Of which ")
    return SHORT.get(indicator.code) or indicator.name.zh.removeprefix("其中：")


def part_name(facts: Facts, indicator: Indicator, part: PartFigure, is_within: bool) -> str:
    """A part within its total by its own name; one beside it says so; a second reading of a rate names its basis."""
    own = facts.text(part.name)
    if not facts.is_english:
        own = SHORT.get(f"{indicator.code}.{part.key}", own)
    if is_within:
        return own
    if part.key == "B":
        if facts.is_english:
            return f"{indicator.name.en.split(' (')[0]} ({own})"
        return indicator.name.zh.replace("甲口径", own)
    return f"beside it: {own.lower()}" if facts.is_english else f"另：{own}"


def definition(facts: Facts, figure: Figure) -> str:
    """What is counted, and of a ratio the two numbers of this half-year."""
    indicator = figure.indicator
    text = facts.text(indicator.definition)
    if indicator.numerator_name is None or indicator.denominator_name is None:
        return text
    if figure.numerator is None or figure.denominator is None:
        return text
    above, below = (trimmed(value) for value in (figure.numerator, figure.denominator))
    names = facts.text(indicator.numerator_name), facts.text(indicator.denominator_name)
    if facts.is_english:
        return f"{text} Here: {names[0]} {above} ÷ {names[1]} {below}."
    return f"{text}本期：{names[0]}{above}÷{names[1]}{below}。"


def notes(facts: Facts) -> Iterator[Prose]:
    """How to read the table."""
    day, returns = long_date(facts.period.last_day, facts.lang), facts.returns
    is_second = facts.period.half == 2
    if facts.is_english:
        yield "Change and completion are in per cent, of a rate in points; a dash: not reported, no target, or no use."
        yield f"Stocks are as at {day}; levy figures are what was collected in the period, whatever it accrued for."
        if is_second:
            yield "The completion of a flow counts from January."
        yield "Rate A is among employers with 25 staff or more or in organised employers, rate B among all."
        yield f"Returns: {returns.expected} unions were due to report, {returns.filed} filed every return."
        return
    yield "同比、完成率单位为%，率的同比为百分点；“—”表示未报告、未设目标或不适用。"
    yield f"时点数截至{day}；经费为本期实际收缴数，所属期以台账为准。"
    if is_second:
        yield "流量指标的完成率按1月至期末累计数计算。"
    yield "建会率甲口径以25人以上用人单位为基数，入会率甲口径以已建会用人单位职工为基数；乙口径均以全部用人单位为基数。"
    yield f"本期季报应报{returns.expected}家、实报{returns.filed}家；未报的不估数。"


def checks(facts: Facts) -> tuple[CheckResult, ...]:
    """Failed and explained rules first; of those that hold, the rules on classes in one line."""
    shown = [outcome for outcome in facts.outcomes if is_shown(outcome)]
    order = (Status.FAILED, Status.EXPLAINED, Status.PASSED)
    shown.sort(key=lambda outcome: order.index(outcome.status))
    return (*(result(facts, outcome) for outcome in shown), *compact(facts))


def is_shown(outcome: Checked) -> bool:
    if outcome.status is Status.NOT_APPLICABLE:
        return False
    return bool(outcome.explanation) or outcome.status is not Status.PASSED or not is_compact(outcome)


def is_compact(outcome: Checked) -> bool:
    return outcome.rule.code.startswith(COMPACT)


def result(facts: Facts, outcome: Checked) -> CheckResult:
    codes = outcome.rule.codes
    named = ", ".join(codes) if facts.is_english else "、".join(codes)
    if len(codes) > MOST_CODES:
        named = f"{len(codes)} rates" if facts.is_english else f"{len(codes)}个比率"
    explanation = (f"{outcome.rule.code} ", *pieces(facts.prose(outcome.explanation))) if outcome.explanation else ""
    return CheckResult(
        rule=f"{outcome.rule.code} {facts.text(outcome.rule.name)}",
        outcome=OUTCOMES[outcome.status],
        codes=named,
        working=facts.text(outcome.detail),
        explanation=explanation,
    )


def compact(facts: Facts) -> Iterator[CheckResult]:
    """One line for the rules on classes that hold, one for the rules that had nothing to compare."""
    held = [o for o in facts.outcomes if is_compact(o) and o.status is Status.PASSED and not o.explanation]
    if held:
        codes = [outcome.rule.codes[0] for outcome in held]
        yield CheckResult(
            rule="Classes add up to their total" if facts.is_english else "各类之和等于合计",
            outcome=Outcome.PASSED,
            codes=", ".join(codes) if facts.is_english else "、".join(codes),
            working=f"{len(held)} rules" if facts.is_english else f"{len(held)}项规则",
        )
    skipped = [outcome.rule.code for outcome in facts.outcomes if outcome.status is Status.NOT_APPLICABLE]
    if skipped:
        yield CheckResult(
            rule="Nothing to compare" if facts.is_english else "有关数字未报告",
            outcome=Outcome.SKIPPED,
            working=", ".join(skipped) if facts.is_english else "、".join(skipped),
        )
