"""Indicators of labour relations and of work itself: contracts, congresses, suggestions, mentors, safety."""

from __future__ import annotations

from django.db.models import Q

from reports.indicators import registry as r
from reports.indicators.columns import EMPLOYER, UNION
from reports.indicators.organisation import COVERED, EMPLOYERS, ORGANISED
from reports.indicators.registry import (
    Column,
    Part,
    Source,
    Text,
    always,
    count,
    distinct,
    during,
    flow,
    known,
    ratio,
    stock,
    total,
)
from unions.models import (
    CollectiveContract,
    ContractKind,
    ContractScope,
    Mentorship,
    SafetyReturn,
    Suggestion,
)
from unions.models.base import holds_on, in_period

SUGGESTIONS = Source(
    "suggestions",
    known(Suggestion, "collected_on"),
    (
        Column(Text("建议", "Suggestion"), "title"),
        UNION,
        Column(Text("征集日期", "Collected on"), "collected_on"),
        Column(Text("采纳日期", "Adopted on"), "adopted_on"),
        Column(Text("实施日期", "Implemented on"), "implemented_on"),
        Column(Text("认定创效(元)", "Certified benefit (yuan)"), "benefit_certified"),
    ),
)
MENTORSHIPS = Source(
    "mentorships",
    known(Mentorship, "start"),
    (
        Column(Text("师傅", "Mentor"), "mentor"),
        Column(Text("徒弟或班组", "Learner"), "learner"),
        UNION,
        Column(Text("起始", "From"), "start"),
    ),
)
SAFETY = Source(
    "safety_returns",
    known(SafetyReturn, "quarter_start"),
    (
        EMPLOYER,
        Column(Text("季度起始", "Quarter from"), "quarter_start"),
        Column(Text("参赛班组", "Teams"), "teams"),
        Column(Text("查出隐患", "Hazards found"), "hazards_found"),
    ),
)
CONTRACTS = Source(
    "collective_contracts",
    known(CollectiveContract, "signed_on"),
    (
        Column(Text("合同", "Contract"), "title"),
        UNION,
        Column(Text("范围", "Scope"), "scope"),
        Column(Text("签订日期", "Signed on"), "signed_on"),
        Column(Text("覆盖职工(人)", "Employees covered"), "employees_covered"),
    ),
)


def congress_or_contract(code: str, zh: str, en: str, flag: str, definition: Text, *, is_core: bool) -> r.Indicator:
    """A coverage rate over the organised employers; the base is printed, since sources use three (C-13)."""
    return ratio(
        code,
        zh,
        en,
        count(EMPLOYERS, always(COVERED & Q(**{flag: True}))),
        count(EMPLOYERS, always(COVERED)),
        (Text("已覆盖的已建会用人单位", "organised employers covered"), ORGANISED),
        definition,
        is_core=is_core,
    )


INDICATORS = (
    flow(
        "SKL-10",
        "合理化建议征集数",
        "Suggestions collected",
        r.SUGGESTIONS,
        count(SUGGESTIONS, during("collected_on")),
        Text("期内征集的合理化建议。", "Rationalisation suggestions collected in the period."),
    ),
    ratio(
        "SKL-11",
        "合理化建议采纳率",
        "Suggestion adoption rate",
        count(SUGGESTIONS, lambda period: in_period("collected_on", period) & Q(adopted_on__lt=period.end)),
        count(SUGGESTIONS, during("collected_on")),
        (Text("其中期末已采纳", "of which adopted by the last day"), Text("期内征集", "collected in the period")),
        Text(
            "期内征集的建议到期末已被采纳的比例。",
            "Of the suggestions collected in the period, those adopted by its last day.",
        ),
    ),
    flow(
        "SKL-12",
        "合理化建议实施数",
        "Suggestions implemented",
        r.SUGGESTIONS,
        count(SUGGESTIONS, during("implemented_on")),
        Text(
            "期内实施的建议；创效只计经认定的金额。",
            "Suggestions implemented in the period; only certified benefit is counted.",
        ),
        parts=(
            Part(
                "benefit",
                Text("认定创效", "Certified benefit"),
                total(SUGGESTIONS, "benefit_certified", during("implemented_on")),
                unit=r.YUAN,
            ),
        ),
        is_core=False,
    ),
    stock(
        "SKL-13",
        "班组带教、师徒结对",
        "Mentorships",
        r.PAIRS,
        count(MENTORSHIPS, lambda period: holds_on(period.last_day)),
        Text("期末仍在带教的师徒、班组结对。", "Mentorships that hold on the last day."),
        is_core=False,
    ),
    flow(
        "SKL-14",
        "“安康杯”参赛企业",
        "Safety-cup employers",
        r.EMPLOYERS,
        distinct(SAFETY, "employer", during("quarter_start", Q(is_participating=True))),
        Text(
            "期内任一季度季报填报参赛的用人单位，一家只计一次。",
            "Employers that report taking part in any quarter of the period, each once.",
        ),
    ),
    flow(
        "HARM-01",
        "区域（行业）集体合同、工资协议",
        "Regional and industry contracts signed",
        r.COPIES,
        count(CONTRACTS, during("signed_on", ~Q(scope=ContractScope.ENTERPRISE))),
        Text(
            "期内签订的区域性、行业性集体合同和工资协议。",
            "Regional and industry collective contracts and wage agreements signed in the period.",
        ),
    ),
    congress_or_contract(
        "HARM-02",
        "集体合同签订率",
        "Collective contract coverage",
        "has_contract",
        Text(
            "期末处于有效综合集体合同（本企业、区域或行业）覆盖之下的已建会用人单位比例。",
            "Organised employers under a comprehensive contract in force, own, regional or of the industry.",
        ),
        is_core=True,
    ),
    congress_or_contract(
        "HARM-03",
        "工资专项集体合同签订率",
        "Wage-contract coverage",
        "has_wage_contract",
        Text(
            "期末处于有效工资专项集体合同（含并签的工资协议）覆盖之下的已建会用人单位比例。",
            "Organised employers under a wage agreement in force.",
        ),
        is_core=True,
    ),
    ratio(
        "HARM-04",
        "女职工专项合同签订率",
        "Women's contract coverage",
        count(EMPLOYERS, always(COVERED & Q(has_women_contract=True))),
        count(EMPLOYERS, always(COVERED)),
        (Text("已覆盖的已建会用人单位", "organised employers covered"), ORGANISED),
        Text(
            "期末处于有效女职工专项合同覆盖之下的已建会用人单位比例；期内新签份数另列。",
            "Organised employers under a women's rights contract in force; those newly signed stand beside it.",
        ),
        parts=(
            Part(
                "new",
                Text("期内新签", "Signed in the period"),
                count(CONTRACTS, during("signed_on", Q(kind=ContractKind.WOMEN))),
                unit=r.COPIES,
            ),
        ),
        is_core=False,
    ),
    congress_or_contract(
        "HARM-05",
        "职代会建制率（含区域）",
        "Employees' congress coverage",
        "has_congress",
        Text(
            "期末前十二个月内召开过职代会（含被区域性职代会覆盖）的已建会用人单位比例。",
            "Organised employers with a congress, own or regional, within twelve months.",
        ),
        is_core=True,
    ),
    congress_or_contract(
        "HARM-06",
        "厂务公开建制率",
        "Open-affairs coverage",
        "has_posting",
        Text(
            "期末前十二个月内有厂务公开记录的已建会用人单位比例。",
            "Organised employers with an open-affairs posting within twelve months.",
        ),
        is_core=False,
    ),
    ratio(
        "HARM-24",
        "劳动合同签订率",
        "Labour-contract signing rate",
        total(EMPLOYERS, "contracts_signed"),
        total(EMPLOYERS, "employees", always(Q(contracts_signed__isnull=False))),
        (
            Text("已签劳动合同职工", "employees with a contract"),
            Text("填报单位职工", "employees of reporting employers"),
        ),
        Text(
            "填报了劳动合同签订数的用人单位中，签订人数占职工数的比例。",
            "Employees with a labour contract, of all employees of the employers that report it.",
        ),
        is_core=False,
    ),
)
