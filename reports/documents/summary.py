"""The half-year summary: what was done, section by section, what went wrong, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator

from reports.documents.annex import annex_table
from reports.documents.base import Annex, Heading, Paragraph, Piece, Prose, Section, pieces
from reports.documents.charts import chart_sheet
from reports.documents.context import Facts
from reports.documents.phrases import Line, passages, sentence
from reports.documents.problems import problems
from reports.documents.promises import completion_table, deadline, goals, half_label, plan_table, recorded, target_text
from reports.documents.prose import HEADINGS, SECTIONS
from reports.documents.words import long_date
from reports.indicators import GROUPS
from reports.indicators.registry import Text
from reports.models import PlanItem
from unions.periods import month_start

PLAN = Text("下半年工作安排", "The half-year to come")
PLAN_OF_NEXT_YEAR = Text("下一年上半年工作安排", "The half-year to come")


def title(facts: Facts) -> tuple[Prose, ...]:
    """The title in lines: a diamond, or a trapezoid where the plan is of the next year."""
    this, following = facts.period, facts.period.next()
    if facts.is_english:
        return facts.issuer, f"Summary of Work, {half_label(this, facts)},", f"and Plan, {half_label(following, facts)}"
    coming = f"和{half_label(following, facts)}工作计划" if following.year != this.year else "和下半年工作计划"
    return facts.issuer, f"{half_label(this, facts)}工作总结", coming


def lead(facts: Facts) -> tuple[Paragraph, ...]:
    """Who reports on what, from which returns, until when."""
    day, label = long_date(facts.period.last_day, facts.lang), half_label(facts.period, facts)
    if facts.is_english:
        said: tuple[Piece, ...] = (
            f"In {label} the federation worked under the guidance of the district federation, at founding unions, "
            "raising skills, caring for workers, protecting their rights and enlivening their culture. ",
            *returned(facts),
            f"All figures are computed from the unions’ quarterly returns and the federation’s registers, as at {day}.",
        )
        return (Paragraph(said),)
    said = (
        f"{label}，街道总工会在区总工会和街道党工委的领导下，对照全区工会工作考核要求和年度计划，围绕建组织、强技能、"
        "暖人心、护权益、兴文化，依靠广大基层工会干部扎实开展工作。",
        *returned(facts),
        f"报告数字由季报和业务台账汇总，截至{day}。现将有关情况总结如下。",
    )
    return (Paragraph(said),)


def returned(facts: Facts) -> tuple[Piece, ...]:
    """How many unions owed returns and how many filed them."""
    expected, filed = facts.returns.expected, facts.returns.filed
    if not expected:
        return ()
    if facts.is_english:
        rate = sentence(facts, Line("", "of all returns {SELF-16} came in time"))
        start = (
            f"{expected} primary unions were due to report, ",
            facts.bound("SELF-16", str(filed)),
            " did so in full",
        )
        return (*start, *(("; ", *lowered(rate), " ") if rate else (". ",)))
    rate = sentence(facts, Line("按时报送率{SELF-16}"))
    counted = (f"本期应报季报的基层工会{expected}家，实报", facts.bound("SELF-16", f"{filed}家"))
    return (*counted, *(("，", *pieces(rate)) if rate else ("。",)))


def lowered(said: Prose) -> tuple[Piece, ...]:
    first, *rest = pieces(said)
    return ((first[:1].lower() + first[1:]) if isinstance(first, str) else first, *rest)


def sections(facts: Facts) -> tuple[Section, ...]:
    """The sections in the order of their rows, the problems, the plan."""
    order = sorted(GROUPS, key=lambda code: facts.headings[code].number if code in facts.headings else 99)
    written = [section for code in order if (section := written_section(facts, code))]
    wrong = problems(facts)
    return (*written, *((wrong,) if wrong else ()), *plan_section(facts))


def written_section(facts: Facts, code: str) -> Section | None:
    blocks = tuple(passages(facts, SECTIONS[code]))
    return Section(code, heading(facts, code), blocks, facts.section_href()) if blocks else None


def heading(facts: Facts, code: str) -> str:
    row = facts.headings.get(code)
    if row is None:
        return facts.text(HEADINGS[code])
    return row.heading_en if facts.is_english else row.heading


def plan_section(facts: Facts) -> Iterator[Section]:
    """The plan as prose, by goal; in English its targets, since goals and measures are recorded in Chinese."""
    if not facts.planned:
        return
    same_year = facts.period.next().year == facts.period.year
    title_text = facts.text(PLAN if same_year else PLAN_OF_NEXT_YEAR)
    if facts.is_english:
        yield Section("PLAN", title_text, (Paragraph(plan_in_english(facts)),))
        return
    blocks: list[Heading | Paragraph] = []
    for goal, items in goals(facts.planned):
        blocks += [Heading(2, recorded(facts, goal)), Paragraph(measures(facts, items))]
    yield Section("PLAN", title_text, tuple(blocks))


def measures(facts: Facts, items: list[PlanItem]) -> Prose:
    """The measures of a goal in one paragraph, the early ones with their day; the rest stands in the table."""
    said: tuple[Piece, ...] = ()
    for item in items:
        said += ("；",) if said else ()
        said += (
            *pieces(recorded(facts, item.measure)),
            *([f"（{deadline(facts, item)}前）"] if is_early(item) else []),
        )
    return (*said, "。")


def is_early(item: PlanItem) -> bool:
    """Whether an item is due before the last month of its half-year; the others are due by its end."""
    return item.deadline < month_start(item.year, 6 * item.half)


def plan_in_english(facts: Facts) -> Prose:
    said: tuple[Piece, ...] = (
        f"The plan for {half_label(facts.period.next(), facts)} has {len(facts.planned)} items under "
        f"{len(goals(facts.planned))} goals; the annexed table gives each with its owner, deadline and target.",
    )
    aims = [f"{text} by {deadline(facts, item)}" for item in facts.planned if (text := target_text(facts, item))]
    return (*said, f" Its figures: {'; '.join(aims)}.") if aims else said


def closing(facts: Facts) -> tuple[Paragraph, ...]:
    """The last words point to the plan."""
    if not facts.planned:
        return ()
    if facts.is_english:
        return (Paragraph("The federation will report on each of these items in its next summary."),)
    coming = "下半年" if facts.period.half == 1 else "新的一年"
    return (
        Paragraph(
            f"以上任务未注明时限的，{facts.period.next().last_day.month}月底前完成。{coming}，街道总工会将把"
            f"{len(facts.planned)}项任务分解到人，定期检查，逐项落实。"
        ),
    )


def annexes(facts: Facts, *, with_plans: bool = True) -> tuple[Annex, ...]:
    """Figures, charts, what was promised and done, and the plan."""
    charts = chart_sheet(facts)
    found: list[Annex] = [annex_table(facts), *([charts] if charts else [])]
    if with_plans and facts.promised:
        found.append(completion_table(facts, facts.promised))
    if with_plans and facts.planned:
        found.append(plan_table(facts, facts.planned))
    return tuple(found)
