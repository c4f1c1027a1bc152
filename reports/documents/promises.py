"""Items of a half-year plan in words: what was promised, by whom and when, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby

from reports.documents.base import Name, Piece, PlanRow, PlanTable, Prose, pieces
from reports.documents.context import Facts
from reports.documents.words import short_date
from reports.indicators import REGISTRY
from reports.indicators.registry import Text
from reports.models import PlanItem
from reports.numbers import worded
from unions.access import Role
from unions.periods import HalfYear

Status = PlanItem.Status

OWNERS = {
    Role.FEDERATION_CHAIR: Text("主席", "Chair"),
    Role.ORGANISATION: Text("组织干事", "Organisation officer"),
    Role.RELIEF: Text("帮扶干事", "Relief officer"),
    Role.RIGHTS: Text("维权干事", "Rights officer"),
    Role.FINANCE: Text("财务干事", "Finance officer"),
    Role.CULTURE: Text("宣教文体干事", "Culture officer"),
    Role.COMMUNITY: Text("社区总工会", "Community federations"),
    Role.CHAIR: Text("企业工会主席", "Enterprise union chairs"),
    Role.AUDITOR: Text("经审委员会", "Audit commission"),
    Role.REVIEWER: Text("区总工会", "District federation"),
    Role.STEWARD: Text("数据管理员", "Data steward"),
}
STATES = {
    Status.NOT_STARTED: Text("未开始", "Not started"),
    Status.IN_PROGRESS: Text("进行中", "In progress"),
    Status.DONE: Text("已完成", "Done"),
    Status.DELAYED: Text("推迟", "Delayed"),
    Status.DROPPED: Text("取消", "Dropped"),
}


def half_label(half: HalfYear, facts: Facts) -> str:
    """``2014年下半年``, ``July–December 2014``."""
    if facts.is_english:
        return f"{'January–June' if half.half == 1 else 'July–December'} {half.year}"
    return f"{half.year}年{'上' if half.half == 1 else '下'}半年"


def indicator_name(facts: Facts, code: str) -> str:
    """The name of a figure inside a sentence."""
    name = REGISTRY[code].name
    if facts.is_english:
        return name.en[:1].lower() + name.en[1:]
    return name.zh.removeprefix("其中：").removesuffix("（甲口径）")


def recorded(facts: Facts, text: str) -> Prose:
    """What somebody typed: in English as it stands, since nobody translated it."""
    return Name(text) if facts.is_english else facts.prose(text)


def owner(facts: Facts, item: PlanItem) -> str:
    return facts.text(OWNERS[Role(item.owner_role)])


def target_text(facts: Facts, item: PlanItem) -> str:
    """``新建工会数6家``, ``建会率不低于90.0%``; nothing where no figure was set."""
    if item.indicator not in REGISTRY or item.target_value is None:
        return ""
    unit = REGISTRY[item.indicator].unit.zh
    value = worded(item.target_value, unit, facts.lang)
    name = indicator_name(facts, item.indicator)
    if facts.is_english:
        return f"{name}: {value}"
    return f"{name}{'不低于' if unit == '%' and item.target_value < 100 else ''}{value}"


def target(facts: Facts, item: PlanItem) -> Prose:
    """The target figure of the table, or the milestone."""
    figure = target_text(facts, item)
    if figure:
        return figure[:1].upper() + figure[1:]
    return recorded(facts, item.milestone) if item.milestone else ""


def outcome(facts: Facts, item: PlanItem) -> Prose:
    """What the figure shows at the end and whether that is enough; else the evidence; the reason of a delay."""
    said: list[Piece] = []
    value = None if item.status == Status.DROPPED else actual(facts, item)
    if value is not None:
        unit = REGISTRY[item.indicator].unit.zh
        shown = facts.bound(item.indicator, worded(value, unit, facts.lang))
        said += ["actual ", shown] if facts.is_english else ["实际", shown]
        if is_short(facts, item):
            said += [", below the target"] if facts.is_english else ["，未达目标"]
    words = item.reason if item.status in (Status.DELAYED, Status.DROPPED) else ""
    if value is None and not words:
        words = item.evidence
    if words:
        said += [("; " if facts.is_english else "；")] if said else []
        said += pieces(recorded(facts, words))
    return tuple(said)


def actual(facts: Facts, item: PlanItem) -> Decimal | None:
    """The figure an item aimed at, at the end of the half-year."""
    return facts.value(item.indicator) if item.indicator in REGISTRY else None


def is_short(facts: Facts, item: PlanItem) -> bool:
    """Whether the figure stayed under its target, whatever the item's state says."""
    value = actual(facts, item)
    return value is not None and item.target_value is not None and value < item.target_value


def item_numbers(items: Sequence[PlanItem], code: str) -> list[int]:
    """The numbers in the table of the items that aim at a figure."""
    return [number for number, item in enumerate(items, 1) if item.indicator == code]


def goals(items: Iterable[PlanItem]) -> list[tuple[str, list[PlanItem]]]:
    """Items by goal, goals in the order in which they first come."""
    found: dict[str, list[PlanItem]] = {}
    for goal, group in groupby(items, key=lambda item: item.goal):
        found.setdefault(goal, []).extend(group)
    return list(found.items())


def deadline(facts: Facts, item: PlanItem) -> str:
    """The day in prose, with its year where that is not the plan's own."""
    day = short_date(item.deadline, facts.lang)
    if item.deadline.year == item.year:
        return day
    return f"{day} {item.deadline.year}" if facts.is_english else f"{item.deadline.year}年{day}"


def plan_table(facts: Facts, items: Sequence[PlanItem]) -> PlanTable:
    """The plan of the half-year to come."""
    half = facts.period.next()
    title = f"Plan, {half_label(half, facts)}" if facts.is_english else f"{half_label(half, facts)}工作计划表"
    return PlanTable(title, rows(facts, items, with_outcome=False), as_recorded(facts))


def completion_table(facts: Facts, items: Sequence[PlanItem]) -> PlanTable:
    """What was promised for the half-year and what was done."""
    label = half_label(facts.period, facts)
    title = f"Progress of the plan, {label}" if facts.is_english else f"{label}工作计划完成情况表"
    basis = (
        "An item is done when its figure reaches the target or there is evidence.",
        "“完成情况”中的实际数取自附件1所列指标；已完成的事项以指标值或佐证材料为准。",
    )[not facts.is_english]
    return PlanTable(title, rows(facts, items, with_outcome=True), (basis, *as_recorded(facts)))


def as_recorded(facts: Facts) -> tuple[Prose, ...]:
    return ("Goals and measures are printed as recorded, in Chinese.",) if facts.is_english else ()


def rows(facts: Facts, items: Sequence[PlanItem], *, with_outcome: bool) -> tuple[PlanRow, ...]:
    return tuple(
        PlanRow(
            no=number,
            goal=recorded(facts, item.goal),
            measure=recorded(facts, item.measure),
            owner=owner(facts, item),
            partner=recorded(facts, item.partner) if item.partner else "",
            deadline=item.deadline,
            target=target(facts, item),
            status=facts.text(STATES[Status(item.status)]) if with_outcome else "",
            completion=outcome(facts, item) if with_outcome else "",
        )
        for number, item in enumerate(items, 1)
    )
