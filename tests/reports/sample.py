"""A half-year document as the builders will fill it, in three languages: figures plausible, names invented."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from reports.documents.base import (
    AnnexRow,
    AnnexTable,
    Chart,
    ChartKind,
    ChartSheet,
    CheckResult,
    Document,
    Edition,
    Figure,
    Heading,
    Mark,
    Name,
    Outcome,
    Paragraph,
    PlanRow,
    PlanTable,
    Section,
    Series,
)
from reports.numbers import change, completion

DATA = Path(__file__).resolve().parent.parent / "data"
PAGE = "https://portal.example/reports/2026H1/"


def decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def row(line: dict[str, str]) -> AnnexRow:
    value, before, target = decimal(line["value"]), decimal(line["before"]), decimal(line["target"])
    return AnnexRow(
        code=line["code"],
        name=line["name"].removeprefix("其中："),
        unit=line["unit"],
        value=value,
        year_before=before,
        change=change(value, before, line["unit"]),
        target=target,
        completion=completion(value, target),
        is_part=line["name"].startswith("其中："),
        group=line["group"],
        definition=line["definition"],
    )


def rows() -> tuple[AnnexRow, ...]:
    with (DATA / "annex-sample.csv").open(encoding="utf8", newline="") as file:
        return tuple(map(row, csv.DictReader(file)))


def figure(code: str, text: str) -> Figure:
    return Figure(code, text, PAGE + code)


SECTIONS = (
    Section(
        "ORG",
        "夯实组织基础，建会工作稳步推进",
        (
            Heading(2, "组建换届"),
            Paragraph(
                (
                    "上半年新建基层工会",
                    figure("ORG-05", "3家"),
                    "，均为联合工会，新覆盖企业",
                    figure("ORG-06", "25家"),
                    "；25人以上企业建会率为",
                    figure("ORG-07", "91.2%"),
                    "，高于年度目标1.2个百分点。完成换届",
                    figure("ORG-13", "15家"),
                    "，注销",
                    figure("ORG-15", "2家"),
                    "，更名1家，转出1家，2个社区工会升格为社区总工会。对搬迁、歇业企业的工会，逐家核清会员去向，"
                    "及时办理会籍转接。",
                )
            ),
            Heading(2, "分类定级"),
            Paragraph(
                (
                    "按照“六有”要求开展分类定级，评出示范、先进、达标工会共",
                    figure("ORG-19", "21家"),
                    "。街道总工会干部分片联系，帮助补齐会员名册、会议记录等基础资料，",
                    Name("沈喆"),
                    "、",
                    Name("陈玥"),
                    "两位同志负责验收。",
                )
            ),
        ),
        PAGE + "ORG",
    ),
    Section(
        "CARE",
        "聚焦急难愁盼，帮扶服务落到实处",
        (
            Heading(2, "困难帮扶"),
            Paragraph(
                (
                    "目前已有",
                    figure("CARE-01", "210家"),
                    "企业建立内部帮困基金，组建率",
                    figure("CARE-02", "95.5%"),
                    "，基金总额",
                    figure("CARE-03", "575.8万元"),
                    "，百人以上企业实现全覆盖。新增困难职工建档",
                    figure("CARE-05", "5户"),
                    "，发放困难救助金",
                    figure("CARE-07", "9,500元"),
                    "。元旦、春节期间慰问困难职工",
                    figure("CARE-10", "76人"),
                    "，发放慰问款物",
                    figure("CARE-11", "5.57万元"),
                    "，人均732.89元。",
                )
            ),
            Heading(2, "互助保障"),
            Paragraph(
                (
                    "职工医疗互助参保",
                    figure("CARE-18", "8,160人次"),
                    "，其中在职4,040人次、退休688人次、女职工安康1,262人次、特种重病2,170人次，完成年度目标的102.0%。"
                    "参保单位50家，其中全员参保25家。“强保障、促和谐”活动已有89家企业参加，完成年度任务148家的60.1%。",
                )
            ),
            Heading(3, "推广服务卡"),
            Paragraph("当期采集信息633人、制卡657张，累计采集12,561人、制卡9,449张，新签特约商户1家。"),
            Paragraph("建好服务点。在企业设立职工服务站（点）50个，就近提供政策咨询、法律援助和代办。", True),
            Paragraph("关心职工健康。组织24家企业的工会主席参加健康体检，安排17名优秀职工疗休养。", True),
        ),
        PAGE + "CARE",
    ),
    Section(
        "HARM",
        "畅通维权渠道，劳动关系保持稳定",
        (
            Paragraph(
                "签订区域（行业）集体合同2份，培育和谐企业重点示范单位4家。协商文本经区域职代会审议通过，按期报送审查。"
                "建立企业调解组织150个，聘任劳动争议预警员79人。接待职工来访65件，受理劳动争议15件，成功调处14件，"
                "涉及职工32人次，涉案金额294万元。调处率100.0%，调解成功率93.3%。未成功的1件已引导当事人申请仲裁，"
                "并提供法律援助。"
            ),
        ),
    ),
    Section(
        "GAPS",
        "存在的主要问题",
        (
            Paragraph("任务进度不够均衡。“强保障、促和谐”活动完成60.1%，仍有59家企业没有参加。", True),
            Paragraph("服务衔接不够顺畅。服务卡累计制卡数占采集数的75.2%，尚有3,112人已采集信息而未领到卡。", True),
            Paragraph("数据报送不够及时。7家工会未按时报送季报，其中4家至今未报，影响数据的完整性。", True),
        ),
    ),
    Section(
        "PLAN",
        "下半年工作计划",
        (
            Heading(2, "巩固基层组织"),
            Paragraph("集中排查未建会企业，12月20日前完成全年新建工会6家的目标，建会率保持在90.0%以上。", True),
            Paragraph("对任期届满的工会提前三个月提醒，全年完成换届28家。", True),
            Heading(2, "做实服务品牌"),
            Paragraph("逐家走访尚未参加“强保障、促和谐”活动的企业，10月31日前完成148家的任务。", True),
            Paragraph("7—9月开展送清凉、金秋助学、职工子女夏令营和优秀职工疗休养，办好第六届职工游泳赛。", True),
        ),
    ),
)

CHECKS = (
    CheckResult("合计等于分项之和", Outcome.PASSED, "CARE-18", "4,040＋688＋1,262＋2,170＝8,160"),
    CheckResult("分类之和等于总数", Outcome.PASSED, "HARM-12、HARM-13", "3＋3＋5＋3＝14"),
    CheckResult("率等于分子除以分母", Outcome.PASSED, "CARE-02", "210÷220＝95.5%"),
    CheckResult("人均等于总额除以人数", Outcome.PASSED, "CARE-12", "55,700÷76＝732.89元"),
    CheckResult("上缴额等于计提额乘比例", Outcome.PASSED, "SELF-02、SELF-03", "2,591,637.10×20%＝518,327.42元"),
    CheckResult(
        "当期制卡不大于当期采集",
        Outcome.EXPLAINED,
        "CARE-28、CARE-29",
        "657＞633",
        ("当期制卡多于当期采集24张，系集中制作前期已采集信息的服务卡（核对：", Name("陈玥"), "）。"),
    ),
)

HALVES = ("2024年上半年", "2024年下半年", "2025年上半年", "2025年下半年", "2026年上半年")


def values(*numbers: str | None) -> tuple[Decimal | None, ...]:
    return tuple(number and Decimal(number) for number in numbers)  # type: ignore[misc]


CHARTS = (
    Chart(
        "年度目标完成率",
        "%",
        ChartKind.BAR,
        ("医疗互助参保", "信息录用", "文体活动场次", "当期制卡", "完成换届", "新建工会数"),
        (Series("完成率", values("102.0", "67.5", "60.0", "54.8", "53.6", "50.0")),),
        basis="本期值除以年度目标，截至2026年6月30日",
        source="附件1。",
        marks=(Mark(Decimal(100), "年度目标"), Mark(Decimal(50), "序时进度", is_target=False)),
        hrefs=tuple(f"/figures/{n}/" for n in range(6)),
    ),
    Chart(
        "医疗互助各计划参保人次",
        "人次",
        ChartKind.GROUPED,
        ("在职", "退休", "女职工安康", "特种重病"),
        (
            Series("本期", values("4040", "688", "1262", "2170")),
            Series("上年同期", values("3886", "671", "1175", None)),
        ),
        source="各期季报汇总（CARE-19至CARE-22）。",
    ),
    Chart(
        "医疗互助参保人次",
        "人次",
        ChartKind.LINE,
        HALVES,
        (
            Series("参保人次", values("7312", "7438", None, "7893", "8160")),
            Series("当年目标", values("7500", "7500", "7800", "7800", "8000")),
        ),
        source="各期季报汇总（CARE-18，期末在保人次）。",
    ),
    Chart(
        "按规模看季报报送率",
        "家",
        ChartKind.SHARE,
        ("100人及以上", "25—99人", "25人以下"),
        (Series("已报", values("40", "104", "72")), Series("应报", values("40", "108", "72"))),
        source="季报登记（SELF-16）。",
    ),
)

PLAN = (
    PlanRow(
        1,
        "夯实组织",
        "以7个社区总工会为主体排查未建会企业，集中组建",
        "组织干事",
        "社区总工会",
        date(2026, 12, 20),
        "新建工会6家；建会率不低于90.0%",
    ),
    PlanRow(
        2,
        "夯实组织",
        "对下半年任期届满的工会提前三个月书面提醒，逐家指导换届",
        ("组织干事", Name("陈玥")),
        "",
        date(2026, 11, 30),
        "完成换届28家；按期换届率100.0%",
    ),
    PlanRow(
        3,
        "维护权益",
        "完善调解组织网络，新聘调解员全部参加培训",
        ("维权干事", Name("沈喆")),
        "各企业工会",
        date(2026, 10, 31),
        "调解成功率不低于90.0%",
    ),
    PlanRow(4, "自身建设", "季报到期前十日、三日两次提醒，逐级通报", "各社区总工会", "", None, "季报按时率100.0%"),
)
DONE = tuple(
    replace(row, status=status, completion=said, deadline=date(2026, 6, 30))
    for row, (status, said) in zip(
        PLAN,
        (("已完成", "新建3家，建会率91.2%"), ("未完成", "完成15家，5家延期"), ("已完成", "93.3%"), ("进行中", "96.8%")),
        strict=True,
    )
)

EDITION = Edition(
    key="2026H1-总结",
    version=3,
    template="2026.1",
    frozen_at=datetime(2026, 7, 9, 10, 0, tzinfo=UTC),
    checksum="9F2C 41D7 6B08 E35A",
)

SUMMARY = Document(
    kind="summary",
    lang="zh-hans",
    title=("海晏街道总工会", "2026年上半年工作总结", "及下半年工作计划"),
    addressee="区总工会",
    lead=(
        Paragraph(
            "今年上半年，街道总工会在区总工会和街道党工委领导下，对照全区工会工作考核指标和年初计划，以建组织、强技能、"
            "优服务、保权益为主线，依靠7个社区总工会和广大工会干部，各项工作有序推进。本期应报季报的基层工会220家，"
            "实报216家，按时报送213家，按时率96.8%。本报告数字由基层工会季报和业务台账汇总，截至2026年6月30日。"
            "现将有关情况总结如下。"
        ),
    ),
    sections=SECTIONS,
    annexes=(
        AnnexTable(
            "2026年上半年核心指标表",
            rows(),
            notes=(
                "同比、完成率单位为%，率的同比为百分点；“—”表示未报、未设目标或不适用。",
                "时点数截至2026年6月30日；经费为2026年1月收缴的2025年7—12月所属经费。",
            ),
            checks=CHECKS,
        ),
        ChartSheet("主要指标图", CHARTS),
        PlanTable("2026年下半年工作计划表", PLAN, notes=("完成情况以指标值或佐证材料为准。",)),
        PlanTable("2026年上半年工作计划完成情况表", DONE),
    ),
    issuer="海晏街道总工会",
    issued_on=date(2026, 7, 10),
    edition=EDITION,
)

TRADITIONAL = replace(SUMMARY, lang="zh-hant", is_draft=True, with_seal=True)

EMPTY = replace(
    SUMMARY,
    lead=(Paragraph("2031年上半年没有已报送的季报和业务记录，本期没有可以汇总的数字。"),),
    sections=(),
    annexes=(),
)

ENGLISH = Document(
    kind="summary",
    lang="en",
    title=(
        "Haiyan Sub-district Federation of Trade Unions",
        "Summary of Work, January–June 2026,",
        "and Plan for July–December",
    ),
    addressee="To the District Federation of Trade Unions",
    lead=(
        Paragraph(
            "In the first half of the year the federation worked with seven community federations on four tasks: "
            "founding unions, raising skills, serving members and protecting their rights. "
            "Of 220 primary unions due to report, "
            "216 did so and 213 in time (96.8%). All figures are computed from their quarterly returns and from the "
            "registers of the federation, as at 30\u00a0June 2026."
        ),
    ),
    sections=(
        Section(
            "ORG",
            "Organisation",
            (
                Heading(2, "Founding and re-election"),
                Paragraph(
                    (
                        figure("ORG-05", "Three"),
                        " joint unions were founded and cover ",
                        figure("ORG-06", "25"),
                        " employers. The founding rate among employers with 25 staff or more is ",
                        figure("ORG-07", "91.2%"),
                        ", against a target of 90.0%. Fifteen committees were re-elected, two unions dissolved, "
                        "one renamed and one transferred out; two community unions became community federations.",
                    )
                ),
                Paragraph("Fund rate: hardship funds exist in 210 of 220 eligible enterprises (95.5%).", True),
                Paragraph("Funds held: CNY\u00a05,758,000.00; every enterprise with 100 staff or more has one.", True),
            ),
            PAGE + "ORG",
        ),
        Section("CARE", "Relief and services", (Paragraph("Women’s health: 1,262 enrolments (女职工安康)."),)),
    ),
    annexes=(
        AnnexTable(
            "Core figures, January–June 2026",
            (
                AnnexRow(
                    "CARE-18",
                    "Mutual-aid enrolments",
                    "enrol.",
                    Decimal(8160),
                    Decimal(7764),
                    Decimal("5.1"),
                    Decimal(8000),
                    Decimal(102),
                    group="3. Relief and services",
                    definition="Enrolments in force at the end of the period, all four plans",
                ),
                AnnexRow(
                    "CARE-19",
                    "in-service plan",
                    "enrol.",
                    Decimal(4040),
                    Decimal(3886),
                    Decimal("4.0"),
                    is_part=True,
                    group="3. Relief and services",
                ),
                AnnexRow(
                    "CARE-20",
                    "retiree plan",
                    "enrol.",
                    Decimal(688),
                    Decimal(671),
                    Decimal("2.5"),
                    is_part=True,
                    group="3. Relief and services",
                ),
                AnnexRow(
                    "SELF-02",
                    "Levy accrued by unions",
                    "CNY",
                    Decimal("2591637.10"),
                    Decimal("2436820.55"),
                    Decimal("6.4"),
                    group="6. The federation",
                ),
            ),
            notes=("A dash means not reported, no target, or not applicable.", "Balances are as at 30 June 2026."),
            checks=(CheckResult("Parts add up", Outcome.PASSED, "CARE-18", "4,040 + 688 + 1,262 + 2,170 = 8,160"),),
        ),
        ChartSheet(
            "Charts",
            (
                replace(
                    CHARTS[0],
                    title="Targets reached",
                    categories=("Mutual aid", "News items", "Events", "Cards", "Re-elections", "New unions"),
                    basis="",
                    source="Annex 1.",
                    series=(Series("Reached", CHARTS[0].series[0].values),),
                    marks=(Mark(Decimal(100), "target"), Mark(Decimal(50), "pace", is_target=False)),
                ),
            ),
        ),
        PlanTable(
            "Plan, July–December 2026",
            (
                PlanRow(
                    1,
                    "Organisation",
                    "Find enterprises without a union and found unions in them",
                    "Organisation officer",
                    "community federations",
                    date(2026, 12, 20),
                    "6 new unions",
                ),
            ),
        ),
    ),
    issuer="Haiyan Sub-district Federation of Trade Unions",
    issued_on=date(2026, 7, 10),
    edition=replace(EDITION, key="2026H1 summary", checksum=""),
)
