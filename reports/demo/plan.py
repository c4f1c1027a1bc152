"""Targets of the year, the plan made before with what became of it, the plan of the next half, the report's sections.

Seasonal items have two wordings: what a second half does in summer and autumn, a first half does in winter and spring.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from reports.demo.timeline import month_of
from reports.demo.world import World, lay
from reports.models import CheckExplanation, PlanItem, ReportSection, Target
from unions.access import Role
from unions.periods import HalfYear

R = Role
EXPLANATIONS = {
    "SUM-01": "手工编写的总结把医疗互助参保印作8168人次，而其四个分项相加为8160人次；本报告按分项合计数取8160人次。",
    "ROSTER-01": "两家工会季末有职工集中进出，申报数已更新而花名册仍在补录，组织干事已约定下季度前核清。",
}
SECTIONS = (
    ("ORG", "健全组织体系，筑牢基层基础", "Organisation: firm ground at the base"),
    ("SKL", "搭建成长平台，激发建功活力", "Skills and emulation: room to grow"),
    ("CARE", "做实帮扶服务，温暖职工生活", "Relief and services: care that is felt"),
    ("HARM", "加强协商调处，维护劳动关系和谐", "Labour relations: bargaining and settlement"),
    ("CULT", "丰富文体活动，培育企业文化", "Culture: life after work"),
    ("SELF", "规范内部管理，提升履职能力", "The federation itself: orderly and able"),
)
TARGETS = {
    "ORG-05": 6,
    "SKL-04": 14,
    "SKL-10": 750,
    "CARE-18": 7_600,
    "CARE-26": 148,
    "CARE-28": 1_200,
    "CARE-29": 1_300,
    "HARM-01": 3,
    "HARM-07": 150,
    "CULT-01": 20,
    "SELF-02": 4_800_000,
    "SELF-09": 32,
    "SELF-11": 50,
}
ORGANISE, RIGHTS, SERVE, OWN = "夯实基层基础", "推进民主协商", "提升服务水平", "加强自身建设"


@dataclass(frozen=True)
class Item:
    """A plan item: ``summer`` is its wording for a second half, ``winter`` for a first where it differs."""

    number: str
    goal: str
    summer: str
    owner: Role
    month: int
    day: int
    indicator: str = ""
    target: str = ""
    winter: str = ""
    partner: str = ""
    milestone: str = ""

    def measure(self, half: HalfYear) -> str:
        return self.winter if half.half == 1 and self.winter else self.summer


ITEMS = (
    Item(
        "P-01",
        ORGANISE,
        "以社区总工会为主力推进建会，逐楼逐园摸清未建会企业",
        R.ORGANISATION,
        6,
        20,
        "ORG-05",
        "3",
        partner="各社区总工会",
    ),
    Item("P-02", ORGANISE, "指导申报单位补齐台账资料，提高“六有”达标水平", R.ORGANISATION, 5, 28, "ORG-20", "90"),
    Item(
        "P-03",
        ORGANISE,
        "每季召开规范化建设领导小组会议，组织到先进单位观摩",
        R.FEDERATION_CHAIR,
        6,
        28,
        milestone="召开会议不少于2次",
    ),
    Item(
        "P-04",
        RIGHTS,
        "在里仁社区签订区域性集体合同和工资协议",
        R.RIGHTS,
        6,
        28,
        "HARM-01",
        "1",
        partner="里仁社区工会",
    ),
    Item("P-05", RIGHTS, "形成纺织行业工资集体协议文本草案", R.RIGHTS, 5, 28, milestone="完成草案1份"),
    Item("P-06", RIGHTS, "扩大区域性职代会覆盖的小微企业", R.ORGANISATION, 6, 28, "HARM-05", "85"),
    Item("P-07", RIGHTS, "组织新一批企业申报和谐企业", R.RIGHTS, 6, 28, "HARM-20", "10"),
    Item("P-08", SERVE, "完成在册困难职工档案的定期复核和更新", R.RELIEF, 6, 28, milestone="复核率100%"),
    Item("P-09", SERVE, "督促百人以上企业规范管理帮困基金", R.RELIEF, 6, 28, "CARE-04", "100"),
    Item("P-10", SERVE, "完善职工服务中心台账，申报市级先进服务站", R.RELIEF, 5, 28, milestone="完成申报"),
    Item("P-11", SERVE, "完成“强保障、促和谐”年度创建任务", R.RELIEF, 4, 28, "CARE-27", "100"),
    Item("P-12", SERVE, "推进5.1服务卡信息采集和制卡，落实奖励办法", R.RELIEF, 6, 28, "CARE-28", "600"),
    Item(
        "P-13",
        SERVE,
        "开展高温慰问，看望一线作业职工",
        R.RELIEF,
        2,
        25,
        "CARE-15",
        "35",
        winter="开展元旦春节走访慰问，看望困难和患病职工",
    ),
    Item(
        "P-14",
        SERVE,
        "发放助学金，不让困难家庭子女因贫失学",
        R.RELIEF,
        2,
        28,
        "CARE-13",
        "18",
        winter="做好春季学期助学，跟踪在读困难家庭子女",
    ),
    Item("P-15", SERVE, "开展企业文化俱乐部评星推荐，改善职工之家设施", R.CULTURE, 5, 28, "CULT-05", "12"),
    Item(
        "P-16", SERVE, "举办外来务工职工子女夏令营", R.CULTURE, 1, 12, "CARE-36", "100", winter="举办职工子女寒假托管班"
    ),
    Item(
        "P-17",
        SERVE,
        "七夕期间联合举办青年职工联谊活动",
        R.CULTURE,
        2,
        20,
        "CULT-01",
        "1",
        "元宵节联合举办青年职工联谊活动",
        partner="团工委、妇联",
    ),
    Item("P-18", SERVE, "举办第六届职工游泳比赛", R.CULTURE, 2, 26, "CULT-02", "150", "举办职工迎春长跑"),
    Item("P-19", SERVE, "组织优秀一线职工疗休养", R.RELIEF, 3, 25, "CARE-35", "20"),
    Item(
        "P-20",
        SERVE,
        "国庆期间举办拔河比赛，秋季组织登山健步行",
        R.CULTURE,
        5,
        20,
        "CULT-01",
        "2",
        "五一期间举办拔河比赛，春季组织登山健步行",
    ),
    Item("P-21", OWN, "举办工会主席培训和心理健康讲座，推进学习型企业创建", R.CULTURE, 6, 28, "SELF-14", "100"),
    Item(
        "P-22",
        OWN,
        "健全两级经审网络，结合年报会议抽审部分企业经费",
        R.AUDITOR,
        6,
        28,
        "SELF-09",
        "16",
        "健全两级经审网络，结合决算工作抽审部分企业经费",
    ),
)
# What became of the plan that was made for the half itself; all other items are done.
OUTCOMES = {
    "P-05": (PlanItem.Status.DELAYED, "企业方代表尚未推选到位，延至下期"),
    "P-10": (PlanItem.Status.IN_PROGRESS, ""),
    "P-11": (PlanItem.Status.IN_PROGRESS, ""),
    "P-18": (PlanItem.Status.DROPPED, "场馆维修，改为其他文体活动"),
}
CARRIED = ("P-05", "P-10", "P-11")


def lay_plan(world: World) -> None:
    lay(
        ReportSection(code=code, number=number, heading=heading, heading_en=english)
        for number, (code, heading, english) in enumerate(SECTIONS, 1)
    )
    lay_targets(world)
    half = world.timeline.half
    before = {row.number: row for row in lay(outcome(world, item, half) for item in ITEMS)}
    lay(promise(world, item, half.next(), before) for item in ITEMS)
    for rule, explanation in EXPLANATIONS.items():
        CheckExplanation.objects.create(union=world.federation, period=str(half), rule=rule, explanation=explanation)


def lay_targets(world: World) -> None:
    """CARE-25 (over 100 %), CARE-27 (of 148) and ORG-08: what the district asked for in each year."""
    years = sorted({half.year for half in world.timeline.halves} | {world.timeline.half.next().year})
    lay(
        Target(
            union=world.federation,
            year=year,
            indicator=code,
            value=Decimal(value),
            issuer="区总工会",
            document_no=f"区总工〔{year}〕5号",
        )
        for year in years
        for code, value in TARGETS.items()
    )


def planned(world: World, item: Item, half: HalfYear) -> PlanItem:
    return PlanItem(
        union=world.federation,
        year=half.year,
        half=half.half,
        number=item.number,
        goal=item.goal,
        measure=item.measure(half),
        owner_role=item.owner,
        partner=item.partner,
        deadline=month_of(half, item.month, item.day),
        milestone=item.milestone,
        indicator=item.indicator,
        target_value=Decimal(item.target) if item.target else None,
    )


def outcome(world: World, item: Item, half: HalfYear) -> PlanItem:
    """An item of the plan for the half itself, as it stands at its end."""
    row = planned(world, item, half)
    row.status, row.reason = OUTCOMES.get(item.number, (PlanItem.Status.DONE, ""))
    if row.status == PlanItem.Status.DONE:
        row.done_on, row.evidence = row.deadline, item.milestone or "见本期指标数据"
    return row


def promise(world: World, item: Item, half: HalfYear, before: dict[str, PlanItem]) -> PlanItem:
    row = planned(world, item, half)
    if item.number in CARRIED:
        row.carried_from = before[item.number]
    return row
