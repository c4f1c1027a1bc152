"""A figure against the year before and against the year's target, in words that follow the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from reports.documents.base import Piece
from reports.documents.context import Facts
from reports.indicators.registry import Kind
from reports.numbers import change, printed, worded

SMALL = 30  # below this a difference says more than a percentage
DOUBLED = 100

# Each family has several wordings, so that a page does not say the same thing ten times.
RISE = {
    "zh": ("比上年同期增长{}", "同比增长{}", "较上年同期增长{}"),
    "en": ("up {} on a year before", "{} more than a year before", "an increase of {} on the year before"),
}
FALL = {
    "zh": ("比上年同期下降{}", "同比下降{}", "较上年同期下降{}"),
    "en": ("down {} on a year before", "{} less than a year before", "a decrease of {} on the year before"),
}
MORE = {
    "zh": ("比上年同期增加{}", "同比增加{}", "较上年同期多{}"),
    "en": ("up by {} on a year before", "{} more than a year before", "an increase of {} on the year before"),
}
FEWER = {
    "zh": ("比上年同期减少{}", "同比减少{}", "较上年同期少{}"),
    "en": ("down by {} on a year before", "{} fewer than a year before", "a decrease of {} on the year before"),
}
HIGHER = {
    "zh": ("比上年同期提高{}个百分点", "同比提高{}个百分点", "较上年同期上升{}个百分点"),
    "en": ("up {} points on a year before", "{} points higher than a year before", "a rise of {} points in a year"),
}
LOWER = {
    "zh": ("比上年同期下降{}个百分点", "同比下降{}个百分点", "较上年同期回落{}个百分点"),
    "en": ("down {} points on a year before", "{} points lower than a year before", "a fall of {} points in a year"),
}
SAME = {
    "zh": ("与上年同期持平", "同比持平", "与上年同期相同"),
    "en": ("unchanged from a year before", "the same as a year before", "as a year before"),
}


def language(facts: Facts) -> str:
    return "en" if facts.is_english else "zh"


def wording(facts: Facts, code: str, forms: Mapping[str, Sequence[str]]) -> str:
    """The wording of a family that a figure takes: always the same one, neighbours different ones."""
    choices = forms[language(facts)]
    return choices[int(code.rstrip("b")[-2:]) % len(choices)]


def filled(facts: Facts, code: str, form: str, text: str) -> tuple[Piece, ...]:
    """The wording with its figure bound."""
    before, _gap, after = form.partition("{}")
    return tuple(piece for piece in (before, facts.bound(code, text), after) if piece)


def trend(facts: Facts, code: str) -> tuple[Piece, ...] | None:
    """Against the same half a year before: rise, fall or the same; None where there is nothing to compare with."""
    now, before = facts.now[code].value, facts.before[code].value
    unit = facts.now[code].indicator.unit
    if now is None or before is None:
        return None
    if now == before:
        return (wording(facts, code, SAME),)
    if unit.zh == "%":
        family = HIGHER if now > before else LOWER
        return filled(facts, code, wording(facts, code, family), printed(abs(now - before), "%"))
    percent = change(now, before, unit.zh)
    if before < SMALL or percent is None or abs(percent) >= DOUBLED or abs(percent) < Decimal("0.05"):
        family = MORE if now > before else FEWER
        return filled(facts, code, wording(facts, code, family), worded(abs(now - before), unit.zh, facts.lang))
    family = RISE if percent > 0 else FALL
    return filled(facts, code, wording(facts, code, family), worded(abs(percent), "%", facts.lang))


def goal(facts: Facts, code: str) -> tuple[Piece, ...] | None:
    """Against the year's target; None without one."""
    figure = facts.now[code]
    if figure.value is None or not figure.target:
        return None
    if figure.indicator.unit.zh == "%":
        return rate_goal(facts, code, figure.value, figure.target)
    done = facts.completion(code)
    if done is None:
        return None
    if figure.indicator.kind is Kind.FLOW:
        return flow_goal(facts, code, done)
    return stock_goal(facts, code, figure.value, figure.target, done)


def rate_goal(facts: Facts, code: str, value: Decimal, target: Decimal) -> tuple[Piece, ...]:
    gap = value - target
    if not gap:
        return ("as the year’s target asks",) if facts.is_english else ("达到年度目标",)
    over = {"zh": "高于年度目标{}个百分点", "en": "{} points above the year’s target"}
    under = {"zh": "距年度目标还差{}个百分点", "en": "{} points short of the year’s target"}
    return filled(facts, code, (over if gap > 0 else under)[language(facts)], printed(abs(gap), "%"))


def stock_goal(facts: Facts, code: str, value: Decimal, target: Decimal, done: Decimal) -> tuple[Piece, ...]:
    if value == target:
        return ("as the year’s target asks",) if facts.is_english else ("达到年度目标",)
    over = {"zh": "超额完成年度目标，完成率{}", "en": "{} of the year’s target"}
    under = {"zh": "完成年度目标的{}", "en": "{} of the year’s target"}
    return filled(facts, code, (over if value > target else under)[language(facts)], percent(facts, done))


def flow_goal(facts: Facts, code: str, done: Decimal) -> tuple[Piece, ...]:
    """What was done since January against the year's task; in the first half against the pace too."""
    is_first, is_english = facts.period.half == 1, facts.is_english
    text = percent(facts, done)
    if done >= 100:
        early = "提前完成全年任务，完成率{}" if is_first else "完成全年任务，完成率{}"
        return filled(facts, code, "{} of the year’s target" if is_english else early, text)
    if not is_first:
        form = "only {} of the year’s target" if is_english else "完成全年任务的{}，没有达到目标"
    elif done > facts.pace(code):
        form = "{} of the year’s target, ahead of the calendar" if is_english else "完成全年任务的{}，快于序时进度"
    elif done == facts.pace(code):
        form = (
            "{} of the year’s target, in step with the calendar" if is_english else "完成全年任务的{}，与序时进度同步"
        )
    else:
        form = "{} of the year’s target, behind the calendar" if is_english else "完成全年任务的{}，慢于序时进度"
    return filled(facts, code, form, text)


def percent(facts: Facts, value: Decimal) -> str:
    return worded(value, "%", facts.lang)
