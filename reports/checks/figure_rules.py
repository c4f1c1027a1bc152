"""Rules between figures: sums, partitions, bases of ratios, roll-forward of stocks, plausibility."""

from __future__ import annotations

from decimal import Decimal

from reports.checks.base import Rule, Situation
from reports.indicators import REGISTRY
from reports.indicators.registry import Indicator, Kind, Text


def thousands(value: Decimal) -> str:
    return f"{value:,f}"


def sum_rule(code: str, name: Text, whole: str, *parts: str) -> Rule:
    """``whole`` equals the sum of ``parts``; a total that does not is the oldest mistake in these reports (C-01)."""

    def judge(situation: Situation) -> tuple[bool, Text] | None:
        total, values = situation.value(whole), [situation.value(part) for part in parts]
        if total is None or None in values:
            return None
        added = sum(value for value in values if value is not None)
        terms = "+".join(thousands(value) for value in values if value is not None)
        return total == added, Text(
            f"{whole} {thousands(total)}，分项 {terms}＝{thousands(Decimal(added))}。",
            f"{whole} {thousands(total)}; parts {terms} = {thousands(Decimal(added))}.",
        )

    return Rule(code, name, (whole, *parts), judge)


def partition_rule(indicator: Indicator) -> Rule:
    def judge(situation: Situation) -> tuple[bool, Text] | None:
        figure = situation.now[indicator.code]
        if figure.value is None or any(part.value is None for part in figure.parts):
            return None
        added = sum(part.value for part in figure.parts if part.value is not None)
        return figure.value == added, Text(
            f"合计 {thousands(figure.value)}，分类之和 {thousands(Decimal(added))}。",
            f"Total {thousands(figure.value)}, sum of the parts {thousands(Decimal(added))}.",
        )

    name = Text(f"{indicator.name.zh}各类之和等于合计", f"{indicator.name.en}: the parts make the whole")
    return Rule(f"PART-{indicator.code}", name, (indicator.code,), judge)


def base_rule(code: str, name: Text, ratio: str, side: str, figure: str) -> Rule:
    """One side of a ratio is a figure that is printed too; both must be the same number."""

    def judge(situation: Situation) -> tuple[bool, Text] | None:
        used, printed = getattr(situation.now[ratio], side), situation.value(figure)
        if used is None or printed is None:
            return None
        return used == printed, Text(
            f"{ratio} 所用 {thousands(used)}，{figure} {thousands(printed)}。",
            f"{ratio} uses {thousands(used)}, {figure} is {thousands(printed)}.",
        )

    return Rule(code, name, (ratio, figure), judge)


# These divide by a target or by heads, so they may exceed 100 %.
UNBOUNDED = ("ORG-08", "CARE-12", "CARE-25", "CARE-27")


def share_rule() -> Rule:
    """No share exceeds 100 %: its numerator is part of its denominator."""
    shares = [i.code for i in REGISTRY if i.kind is Kind.RATIO and i.code not in UNBOUNDED]

    def judge(situation: Situation) -> tuple[bool, Text] | None:
        known = [code for code in shares if situation.value(code) is not None]
        if not known:
            return None
        over = [code for code in known if (situation.value(code) or 0) > 100]
        return not over, Text(
            f"{len(known)} 个比率，超过 100% 的：{'、'.join(over) or '无'}。",
            f"{len(known)} ratios; above 100 %: {', '.join(over) or 'none'}.",
        )

    name = Text("占比类比率不超过100%", "No share exceeds 100 %")
    return Rule("RATIO-01", name, tuple(shares), judge)


def not_above(code: str, name: Text, smaller: str, larger: str) -> Rule:
    def judge(situation: Situation) -> tuple[bool, Text] | None:
        low, high = situation.value(smaller), situation.value(larger)
        if low is None or high is None:
            return None
        return low <= high, Text(
            f"{smaller} {thousands(low)}，{larger} {thousands(high)}。",
            f"{smaller} {thousands(low)}, {larger} {thousands(high)}.",
        )

    return Rule(code, name, (smaller, larger), judge)


def roll_forward(code: str, name: Text, cumulative: str, flow: str) -> Rule:
    """A cumulative figure is the earlier one and this period's flow; it never falls (X-23)."""

    def judge(situation: Situation) -> tuple[bool, Text] | None:
        end, added, start = situation.value(cumulative), situation.value(flow), situation.before[cumulative].value
        if end is None or added is None or start is None:
            return None
        return end == start + added, Text(
            f"期初 {thousands(start)}＋本期 {thousands(added)}＝{thousands(start + added)}，期末 {thousands(end)}。",
            f"Opening {thousands(start)} + {thousands(added)} = {thousands(start + added)}, closing {thousands(end)}.",
        )

    return Rule(code, name, (cumulative, flow), judge)


FIGURE_RULES = (
    sum_rule(
        "SUM-01",
        Text("医疗互助总数等于四项之和", "Mutual aid: the total is the four plans"),
        "CARE-18",
        "CARE-19",
        "CARE-20",
        "CARE-21",
        "CARE-22",
    ),
    sum_rule(
        "SUM-02", Text("基层工会等于单建加联合", "Unions: single and joint make all"), "ORG-01", "ORG-02", "ORG-03"
    ),
    sum_rule("SUM-03", Text("成功调处数与分类合计一致", "Disputes settled equal their kinds"), "HARM-12", "HARM-13"),
    *(partition_rule(indicator) for indicator in REGISTRY if indicator.is_partition),
    base_rule(
        "BASE-01",
        Text("“六有”达标率以基层工会组织数为基数", "Six-haves rate is of all primary unions"),
        "ORG-20",
        "denominator",
        "ORG-01",
    ),
    base_rule(
        "BASE-02",
        Text("法人登记率以基层工会组织数为基数", "Registration rate is of all primary unions"),
        "ORG-21",
        "denominator",
        "ORG-01",
    ),
    base_rule(
        "BASE-03",
        Text("基金组建率的分子是建立基金企业数", "The fund rate counts the printed funds"),
        "CARE-02",
        "numerator",
        "CARE-01",
    ),
    base_rule(
        "BASE-04",
        Text("成功率的分子是成功调处数", "The success rate counts the printed settlements"),
        "HARM-15",
        "numerator",
        "HARM-12",
    ),
    base_rule(
        "BASE-05",
        Text("人均慰问的分母是慰问人数", "Per head divides by the printed persons"),
        "CARE-12",
        "denominator",
        "CARE-10",
    ),
    share_rule(),
    not_above(
        "CARD-01", Text("累计制卡不多于累计采集", "Cards issued do not exceed cards collected"), "CARE-31", "CARE-30"
    ),
    roll_forward("CARD-02", Text("服务卡采集累计衔接", "Cards collected roll forward"), "CARE-30", "CARE-28"),
    roll_forward("CARD-03", Text("服务卡制卡累计衔接", "Cards issued roll forward"), "CARE-31", "CARE-29"),
    not_above("MED-01", Text("每个调解组织至少一名调解员", "Each mediation body has a mediator"), "HARM-07", "HARM-08"),
    not_above(
        "MED-02", Text("每件成功调处至少涉及一名职工", "Settled cases involve a worker each"), "HARM-12", "HARM-16"
    ),
    not_above(
        "INS-01", Text("参保人数不多于参保人次", "Insured persons do not exceed enrolments"), "CARE-22b", "CARE-18"
    ),
    not_above(
        "INS-02", Text("全员参保单位不多于参保单位", "Fully insured units are insured units"), "CARE-24", "CARE-23"
    ),
)
