"""The plan of the next half-year: first what became of the plan before it, then goals, measures, owners, deadlines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reports.documents.base import Annex, Paragraph, Piece, Prose, Section, pieces
from reports.documents.context import Facts
from reports.documents.promises import (
    STATES,
    Status,
    actual,
    completion_table,
    deadline,
    goals,
    half_label,
    indicator_name,
    is_short,
    outcome,
    owner,
    plan_table,
    recorded,
    target_text,
)
from reports.indicators import REGISTRY
from reports.models import PlanItem
from reports.numbers import worded
from unions.periods import HalfYear


def title(facts: Facts) -> tuple[Prose, ...]:
    """Three lines, the longest in the middle."""
    half = facts.period.next()
    if facts.is_english:
        return facts.issuer, f"Plan of Work, {half_label(half, facts)}"
    return facts.issuer, f"{half_label(half, facts)}工作计划"


def lead(facts: Facts) -> tuple[Paragraph, ...]:
    """What the plan rests on."""
    half, count = facts.period.next(), len(facts.planned)
    if facts.is_english:
        return (
            Paragraph(
                f"This plan for {half_label(half, facts)} follows the summary of {half_label(facts.period, facts)}. "
                f"It has {count} items under {len(goals(facts.planned))} goals, each with an owner, a deadline and, "
                "where it can be measured, a target."
            ),
        )
    return (
        Paragraph(
            f"根据全区工会工作部署和{half_label(facts.period, facts)}工作情况，针对任务进度和存在的问题，"
            f"街道总工会确定{half_label(half, facts)}{len(goals(facts.planned))}个方面、{count}项工作，"
            "逐项明确措施、责任人、完成时限和目标数。现将有关安排报告如下。"
        ),
    )


def sections(facts: Facts) -> tuple[Section, ...]:
    """How the last plan ended, then a section for each goal."""
    first = (progress(facts),) if facts.promised else ()
    return (*first, *(goal_section(facts, goal, items) for goal, items in goals(facts.planned)))


def progress(facts: Facts) -> Section:
    """Counts by state, and each item that is not done."""
    label = half_label(facts.period, facts)
    heading = f"How the plan for {label} ended" if facts.is_english else f"{short(facts.period)}计划完成情况"
    unfinished = [item for item in facts.promised if item.status != Status.DONE]
    blocks = [Paragraph(counted(facts, facts.promised))]
    blocks += [Paragraph(left_over(facts, item), is_numbered=True) for item in unfinished]
    blocks += [Paragraph(said) for said in (below_target(facts),) if said]
    return Section("DONE", heading, tuple(blocks))


def short(half: HalfYear) -> str:
    return "上半年" if half.half == 1 else "下半年"


def counted(facts: Facts, items: Sequence[PlanItem]) -> str:
    states = Counter(Status(item.status) for item in items)
    done = states.pop(Status.DONE, 0)
    label = half_label(facts.period, facts)
    if facts.is_english:
        others = ", ".join(f"{count} {STATES[state].en.lower()}" for state, count in states.items())
        rest = f"; {others}. Those not done:" if others else "."
        return f"Of the {len(items)} items planned for {label}, {done} are done{rest}"
    others = "、".join(f"{STATES[state].zh}{count}项" for state, count in states.items())
    rest = f"，{others}。未完成的事项如下，下一步继续推进。" if others else "，全部按期完成。"
    return f"{label}计划共安排{len(items)}项工作，已完成{done}项{rest}"


def below_target(facts: Facts) -> Prose:
    """Items counted as done whose figure says otherwise."""
    found = [item for item in facts.promised if item.status == Status.DONE and is_short(facts, item)]
    if not found:
        return ()
    listed = joined([short_of(facts, item) for item in found], ", " if facts.is_english else "、")
    if facts.is_english:
        return (f"Of the items done, {len(found)} stayed below their target: ", *listed, ".")
    return (f"已完成的事项中，有{len(found)}项的数字没有达到目标：", *listed, "。这些工作要在本期继续补齐。")


def short_of(facts: Facts, item: PlanItem) -> Prose:
    """``送清凉企业11家（目标35家）``."""
    unit = REGISTRY[item.indicator].unit.zh
    now = facts.bound(item.indicator, worded(actual(facts, item), unit, facts.lang))
    aim = worded(item.target_value, unit, facts.lang)
    name = indicator_name(facts, item.indicator)
    return (f"{name} ", now, f" of {aim}") if facts.is_english else (name, now, f"（目标{aim}）")


def left_over(facts: Facts, item: PlanItem) -> Prose:
    """An item that is not done: its state, its target, where it stands, why."""
    state = facts.text(STATES[Status(item.status)])
    aim = target_text(facts, item) if item.status != Status.DROPPED else ""
    goal = (f"target {aim}" if facts.is_english else f"目标为{aim}",) if aim else ()
    found = (outcome(facts, item),) if pieces(outcome(facts, item)) else ()
    if facts.is_english:
        details = joined([*goal, *found], ", ")
        return (
            *pieces(recorded(facts, item.measure)),
            f" ({state.lower()})",
            *((": ", *details) if details else ()),
            ".",
        )
    details = joined([*goal, *found], "，")
    return (*pieces(recorded(facts, item.measure)), f"（{state}）。", *((*details, "。") if details else ()))


def joined(parts: Sequence[Prose], comma: str) -> tuple[Piece, ...]:
    said: tuple[Piece, ...] = ()
    for part in parts:
        said += (comma,) if said else ()
        said += pieces(part)
    return said


def goal_section(facts: Facts, goal: str, items: Sequence[PlanItem]) -> Section:
    return Section(
        "GOAL", recorded(facts, goal), tuple(Paragraph(planned(facts, item), is_numbered=True) for item in items)
    )


def planned(facts: Facts, item: PlanItem) -> Prose:
    """measure, who, with whom, until when, to reach what."""
    aim = target_text(facts, item)
    partner = pieces(recorded(facts, item.partner)) if item.partner else ()
    measure = pieces(recorded(facts, item.measure))
    if facts.is_english:
        helped = (" with ", *partner) if partner else ()
        goal = f"; {aim}" if aim else ""
        return (*measure, f". {owner(facts, item)}", *helped, f", by {deadline(facts, item)}{goal}.")
    helped = ("，", *partner, "配合") if partner else ()
    goal = f"，目标为{aim}" if aim else ""
    return (*measure, f"。由{owner(facts, item)}负责", *helped, f"，{deadline(facts, item)}前完成{goal}。")


def closing(facts: Facts) -> tuple[Paragraph, ...]:
    if facts.is_english:
        return (
            Paragraph("Progress is checked every month against the figures; the next summary reports on each item."),
        )
    return (
        Paragraph(
            "各责任人要按照时限抓好落实，每月对照指标检查进度，遇到困难及时报告。各项工作的完成情况在下一次总结中逐项报告。"
        ),
    )


def annexes(facts: Facts) -> tuple[Annex, ...]:
    found: list[Annex] = [plan_table(facts, facts.planned)]
    if facts.promised:
        found.append(completion_table(facts, facts.promised))
    return tuple(found)
