"""What did not go as it should, found in the figures: values under their threshold, targets not reached, gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from reports.documents.base import Paragraph, Piece, Prose, Section, pieces
from reports.documents.context import Facts
from reports.documents.phrases import Line, sentence
from reports.documents.promises import indicator_name, item_numbers
from reports.indicators.registry import Kind, Text
from reports.numbers import worded

TITLE = Text("存在的问题和努力方向", "Problems and the way ahead")
MOST_NAMED = 5


def is_red(code: str) -> Callable[[Facts], bool]:
    def judge(facts: Facts) -> bool:
        value, least = facts.value(code), facts.now[code].indicator.red_below
        return value is not None and least is not None and value < least

    return judge


def has_rest(code: str) -> Callable[[Facts], bool]:
    """Whether a ratio's numerator still lacks something of its denominator."""

    def judge(facts: Facts) -> bool:
        figure = facts.now[code]
        known = figure.numerator is not None and figure.denominator is not None
        return known and figure.denominator > figure.numerator  # type: ignore[operator]

    return judge


@dataclass(frozen=True)
class Problem:
    """A problem one figure shows: what it is, and what will be done."""

    code: str
    shows: Callable[[Facts], bool]
    found: Line
    remedy: Line


PROBLEMS = (
    Problem(
        "ORG-07",
        has_rest("ORG-07"),
        Line(
            "组建工作还有空白。25人以上用人单位中仍有{ORG-07@rest:家}没有建会",
            "There are still gaps in founding: {ORG-07@rest} {ORG-07@rest?employer/employers} with 25 staff or more "
            "{ORG-07@rest?has/have} no union",
        ),
        Line(
            "要列出名单，责任到人，成熟一家、组建一家",
            "They will be listed and assigned to communities one by one",
        ),
    ),
    Problem(
        "ORG-14",
        is_red("ORG-14"),
        Line(
            "换届工作不够及时。任期届满的工会{ORG-14@d:家}，按期换届{ORG-14@n:家}|，按期换届率{ORG-14}",
            "Not every committee was re-elected on time: {ORG-14@n} of {ORG-14@d}|, a rate of {ORG-14}",
        ),
        Line(
            "要提前三个月书面提醒，对逾期的逐家督办",
            "Unions will be reminded in writing three months ahead, and overdue ones visited",
        ),
    ),
    Problem(
        "CARE-02",
        has_rest("CARE-02"),
        Line(
            "帮困基金尚未全面建立。符合条件的工会中还有{CARE-02@rest:家}没有建立基金",
            "Hardship funds are not yet everywhere: {CARE-02@rest} eligible {CARE-02@rest?union has/unions have} none",
        ),
        Line(
            "要指导制定办法、落实来源，尽快实现全覆盖",
            "They will be helped with rules and sources, and existing funds with proper use",
        ),
    ),
    Problem(
        "CARE-25",
        is_red("CARE-25"),
        Line(
            "互助保障任务没有完成。参保{CARE-18}，为年度任务的{CARE-25}",
            "The mutual-aid target is not reached: {CARE-18} enrolments, {CARE-25} of the year’s task",
        ),
        Line(
            "要盯住未参保和断保单位，抓住集中参保期上门动员",
            "Unions outside the plans will be visited in the next window",
        ),
    ),
    Problem(
        "HARM-18",
        is_red("HARM-18"),
        Line(
            "争议调解的时限意识有待增强。办结案件{HARM-18@d:件}，按期办结{HARM-18@n:件}|，按期办结率{HARM-18}",
            "Not every dispute was closed on time: {HARM-18@n} of {HARM-18@d}|, a rate of {HARM-18}",
        ),
        Line(
            "要实行到期前预警，疑难案件提前会商",
            "Cases will be flagged before they fall due and hard ones discussed early",
        ),
    ),
    Problem(
        "SELF-05",
        is_red("SELF-05"),
        Line(
            "经费收缴还不到位。经费收缴率为{SELF-05}，低于{SELF-05@asked}的要求",
            "Levy collection is incomplete: {SELF-05}, against {SELF-05@asked} asked",
        ),
        Line(
            "要对欠缴单位逐家核对催缴，确有困难的依规办理免（缓）缴",
            "Accounts will be checked with each debtor, and those in difficulty led to exemption or deferral",
        ),
    ),
    Problem(
        "SELF-16",
        is_red("SELF-16"),
        Line(
            "季报报送不够及时。应报季报{SELF-16@d:份}，按时报送{SELF-16@n:份}|，按时率{SELF-16}",
            "Not every quarterly return came in time: {SELF-16@n} of {SELF-16@d}|, a rate of {SELF-16}",
        ),
        Line(
            "要分次提醒，对连续迟报的上门辅导",
            "Unions will be reminded before the due date, and those late twice visited",
        ),
    ),
)


def problems(facts: Facts) -> Section | None:
    """The section of problems; none where no figure shows one."""
    named = [problem for problem in PROBLEMS if problem.shows(facts)]
    found = [*slow_targets(facts, {problem.code for problem in named})]
    found += [said for problem in named if (said := told(facts, problem))]
    if not found:
        return None
    return Section("GAPS", facts.text(TITLE), tuple(Paragraph(prose, is_numbered=True) for prose in found))


def told(facts: Facts, problem: Problem) -> Prose:
    """The problem, what will be done, and the item of the plan that does it."""
    said = sentence(facts, problem.found)
    if not said:
        return ()
    gap = (" ",) if facts.is_english else ()
    remedy = without_stop(pieces(sentence(facts, problem.remedy)))
    return (*pieces(said), *gap, *remedy, *in_plan(facts, problem.code))


def without_stop(said: tuple[Piece, ...]) -> tuple[Piece, ...]:
    return said[:-1]


def in_plan(facts: Facts, code: str) -> tuple[Piece, ...]:
    """``（见计划表第11项）。`` where an item of the next plan aims at the figure."""
    numbers = item_numbers(facts.planned, code)
    if facts.is_english:
        return (f" (plan, item {', '.join(map(str, numbers))}).",) if numbers else (".",)
    return (f"（见计划表第{'、'.join(map(str, numbers))}项）。",) if numbers else ("。",)


@dataclass(frozen=True)
class Shortfall:
    """A target that is not reached, or behind the calendar."""

    code: str
    done: Decimal


def shortfalls(facts: Facts, said: set[str]) -> list[Shortfall]:
    """Targets behind their pace, the furthest behind first."""
    found = []
    for code, figure in facts.now.items():
        done = facts.completion(code)
        if code in said or figure.target is None or done is None or done >= facts.pace(code):
            continue
        found.append(Shortfall(code, done))
    return sorted(found, key=lambda shortfall: (shortfall.done / facts.pace(shortfall.code), shortfall.code))


def slow_targets(facts: Facts, said: set[str]) -> Iterator[Prose]:
    """One item for tasks behind the calendar, one for standing figures below their target."""
    found = shortfalls(facts, said)
    flows = [one for one in found if facts.now[one.code].indicator.kind is Kind.FLOW]
    others = [one for one in found if one not in flows]
    if flows:
        yield slow_flows(facts, flows)
    if others:
        yield low_standing(facts, others)


def listed(facts: Facts, found: list[Shortfall], show: Callable[[Shortfall], tuple[Piece, ...]]) -> tuple[Piece, ...]:
    said: tuple[Piece, ...] = ()
    for one in found[:MOST_NAMED]:
        said += ((", " if facts.is_english else "、"),) if said else ()
        said += show(one)
    return said


def slow_flows(facts: Facts, found: list[Shortfall]) -> Prose:
    def show(one: Shortfall) -> tuple[Piece, ...]:
        gap = " " if facts.is_english else ""
        return indicator_name(facts, one.code) + gap, facts.bound(one.code, worded(one.done, "%", facts.lang))

    several = len(found) > MOST_NAMED
    if facts.is_english:
        start = "Some tasks of the year are behind the calendar" if facts.period.half == 1 else "Some tasks are unmet"
        end = f" and {len(found) - MOST_NAMED} more (Annex 1)" if several else ""
        return (f"{start}: ", *listed(facts, found, show), end, ". They will be reviewed month by month.")
    start = "任务推进不够均衡。" if facts.period.half == 1 else "部分年度任务没有完成。"
    end = f"等{len(found)}项" if several else ""
    because = "，慢于序时进度。" if facts.period.half == 1 else "。"
    after = (
        "要逐项排出时间表，按月调度，确保全年任务完成。"
        if facts.period.half == 1
        else "要分析原因，转入下一年度继续推进。"
    )
    return (f"{start}按全年任务计算的完成率，", *listed(facts, found, show), end, because, after)


def low_standing(facts: Facts, found: list[Shortfall]) -> Prose:
    def show(one: Shortfall) -> tuple[Piece, ...]:
        figure = facts.now[one.code]
        unit = figure.indicator.unit.zh
        now, target = worded(figure.value, unit, facts.lang), worded(figure.target, unit, facts.lang)
        name = indicator_name(facts, one.code)
        if facts.is_english:
            return f"{name} ", facts.bound(one.code, now), f" of {target}"
        return name, facts.bound(one.code, now), f"（目标{target}）"

    several = len(found) > MOST_NAMED
    if facts.is_english:
        end = f" and {len(found) - MOST_NAMED} more (Annex 1)" if several else ""
        return ("Some figures are below the year’s target: ", *listed(facts, found, show), end, ".")
    end = f"等{len(found)}项指标" if several else ""
    return (
        "有的指标离目标还有差距。",
        *listed(facts, found, show),
        end,
        "，尚未达到年度目标。要对照差距细化措施，补齐短板。",
    )
