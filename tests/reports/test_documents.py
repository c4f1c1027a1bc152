"""What the half-year's documents say: sentences that follow the data, in three languages, and nothing invented."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from disputes.models import MediationBody
from members.models import Activity, ActivityKind
from reports.documents.base import AnnexTable, ChartSheet, Document, Figure, Name, Paragraph, PlanTable, pieces, plain
from reports.documents.build import build_document, document_of
from reports.documents.context import Facts, read_facts
from reports.documents.names import splitter_of
from reports.documents.phrases import Line, paragraph, sentence
from reports.documents.trends import goal, trend
from reports.indicators import REGISTRY
from reports.indicators.registry import Indicator, PartFigure, Text
from reports.models import CheckExplanation, PlanItem, ReportSection
from reports.numbers import printed
from reports.pdf import render
from tests.factories.disputes import MediationBodyFactory
from tests.factories.relief import GoodwillVisitFactory
from tests.factories.unions import UnionFactory
from unions.access import Role, Scope
from unions.models import (
    ModelClass,
    QuarterlyReturn,
    ReportingPeriod,
    ReturnFinding,
    ReturnObligation,
    UnionEvent,
    UnionEventKind,
    UnionForm,
)
from unions.periods import HalfYear

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_system")]

H1, H2 = HalfYear(2014, 1), HalfYear(2014, 2)
NOON = datetime(2014, 7, 10, 4, tzinfo=UTC)
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def federation() -> Any:
    return UnionFactory(code="F", name="澄江街道总工会", form=UnionForm.SUBDISTRICT)


def read(period: HalfYear = H1, lang: Any = "zh-hans") -> Facts:
    return read_facts(
        period, lang, scope=Scope.everything(), version=1, is_draft=True, moment=NOON, issued_on=date(2014, 7, 10)
    )


Know = Callable[..., Facts]


@pytest.fixture
def know() -> Know:
    """Facts in which chosen figures have chosen values: ``know(ORG_05=3, before={"ORG-05": 2}, targets=…)``."""

    def know(
        values: dict[str, Any],
        *,
        before: dict[str, Any] | None = None,
        targets: dict[str, Any] | None = None,
        period: HalfYear = H1,
        lang: Any = "zh-hans",
    ) -> Facts:
        facts = read(period, lang)
        now, earlier = dict(facts.now), dict(facts.before)
        for code, value in values.items():
            now[code] = replace(now[code], value=number(value), target=number((targets or {}).get(code)))
        for code, value in (before or {}).items():
            earlier[code] = replace(earlier[code], value=number(value))
        return replace(facts, now=now, before=earlier)

    return know


def number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def said(prose: Any) -> str:
    return plain(prose) if prose else ""


def all_prose(document: Document) -> str:
    """Lead, sections and closing, without the annexes."""
    blocks = [*document.lead, *(block for section in document.sections for block in section.blocks), *document.closing]
    texts = [plain(block.prose if isinstance(block, Paragraph) else block.text) for block in blocks]
    return "\n".join([*map(plain, document.title), *(plain(section.title) for section in document.sections), *texts])


# ---- sentences ----------------------------------------------------------------------------------------------------

FOUNDED = Line("新建{ORG-05}|，覆盖{ORG-06}|，更名{ORG-16}", "{ORG-05} founded", Text("没有新建", "None founded"))


def test_a_clause_whose_figure_is_not_reported_or_zero_is_left_out(know: Know) -> None:
    assert said(sentence(know({"ORG-05": 3, "ORG-06": 25, "ORG-16": 1}), FOUNDED)) == "新建3家，覆盖25家，更名1家。"
    assert said(sentence(know({"ORG-05": 3, "ORG-06": None, "ORG-16": 1}), FOUNDED)) == "新建3家，更名1家。"
    assert said(sentence(know({"ORG-05": 3, "ORG-06": 25, "ORG-16": 0}), FOUNDED)) == "新建3家，覆盖25家。"


def test_a_sentence_without_its_first_figure_is_dropped_and_zero_says_that_nothing_happened(know: Know) -> None:
    assert sentence(know({"ORG-05": None, "ORG-06": 25}), FOUNDED) == ()
    assert said(sentence(know({"ORG-05": 0, "ORG-06": 25}), FOUNDED)) == "没有新建。"
    assert said(sentence(know({"ORG-05": 0}, lang="en"), FOUNDED)) == "None founded."


def test_a_loose_sentence_begins_with_what_is_left(know: Know) -> None:
    line = Line("注销{ORG-15}|、更名{ORG-16}", "{ORG-15} dissolved|, {ORG-16} renamed", loose=True)
    assert said(sentence(know({"ORG-15": 0, "ORG-16": 2}), line)) == "更名2家。"


def test_nothing_is_compared_that_was_not_said(know: Know) -> None:
    line = Line("体检{CARE-34}|；疗休养{CARE-35}|，{trend CARE-35}", loose=True)
    facts = know({"CARE-34": 24, "CARE-35": 0}, before={"CARE-35": 12})
    assert said(sentence(facts, line)) == "体检24人。"
    assert sentence(know({"CARE-34": None, "CARE-35": 0}, before={"CARE-35": 12}), line) == ()


def test_a_paragraph_of_nothing_but_frame_is_not_printed(know: Know) -> None:
    lines = (Line("摸清底数"), Line("新建{ORG-05}"))
    assert paragraph(know({"ORG-05": None}), lines) == ()
    assert said(paragraph(know({"ORG-05": 3}), lines)) == "摸清底数。新建3家。"


def test_a_rate_of_zero_is_said(know: Know) -> None:
    assert said(sentence(know({"SELF-10": 0}), Line("整改率{SELF-10}"))) == "整改率0.0%。"


def test_figures_in_prose_are_bound_and_lead_to_their_rows(know: Know) -> None:
    (figure,) = [p for p in pieces(sentence(know({"CARE-18": 8160}), Line("参保{CARE-18}"))) if isinstance(p, Figure)]
    assert figure == Figure("CARE-18", "8,160人次", "/half-years/2014H1/CARE-18/")


def test_links_are_absolute_where_the_portal_knows_its_address(know: Know, settings: Any) -> None:
    settings.PORTAL_BASE_URL = "https://portal.example"
    assert know({}).href("CARE-18") == "https://portal.example/half-years/2014H1/CARE-18/"


def test_english_counts_one_and_many(know: Know) -> None:
    line = Line("{ORG-05}", "{ORG-05} {ORG-05?union was/unions were} founded")
    assert said(sentence(know({"ORG-05": 1}, lang="en"), line)) == "1 union was founded."
    assert said(sentence(know({"ORG-05": 1200}, lang="en"), line)) == "1,200 unions were founded."


# ---- against the year before, against the target ------------------------------------------------------------------


@pytest.mark.parametrize(
    "code,now,before,words",
    [
        ("CARE-18", 8160, 7600, "增长7.4%"),
        ("CARE-18", 7600, 8160, "下降6.9%"),
        ("CARE-18", 7600, 7600, "持平|相同"),
        ("ORG-05", 3, 2, "[增加多]1家"),
        ("ORG-05", 2, 5, "[减少]3家"),
        ("ORG-05", 3, 0, "[增加多]3家"),
        ("ORG-07", 92.3, 89.3, "3.0个百分点"),
        ("ORG-07", 89.3, 92.3, "下降3.0个百分点|回落3.0个百分点"),
        ("CARE-18", 8160, 2000, "6,160人次"),
    ],
)
def test_a_change_is_said_as_rise_fall_or_none(know: Know, code: str, now: float, before: float, words: str) -> None:
    assert re.search(words, said(trend(know({code: now}, before={code: before}), code)))


def test_without_a_year_before_nothing_is_compared(know: Know) -> None:
    assert trend(know({"CARE-18": 8160}, before={"CARE-18": None}), "CARE-18") is None


@pytest.mark.parametrize(
    "period,code,value,target,words",
    [
        (H1, "ORG-05", 7, 6, "提前完成全年任务，完成率116.7%"),
        (H1, "ORG-05", 4, 6, "完成全年任务的66.7%，快于序时进度"),
        (H1, "ORG-05", 3, 6, "完成全年任务的50.0%，与序时进度同步"),
        (H1, "ORG-05", 2, 6, "完成全年任务的33.3%，慢于序时进度"),
        (H2, "ORG-05", 6, 6, "完成全年任务，完成率100.0%"),
        (H2, "ORG-05", 5, 6, "完成全年任务的83.3%，没有达到目标"),
        (H1, "CARE-18", 8160, 8000, "超额完成年度目标，完成率102.0%"),
        (H1, "CARE-18", 8000, 8000, "达到年度目标"),
        (H1, "CARE-18", 6000, 8000, "完成年度目标的75.0%"),
        (H1, "ORG-07", 91.2, 90, "高于年度目标1.2个百分点"),
        (H1, "ORG-07", 90, 90, "达到年度目标"),
        (H1, "ORG-07", 88, 90, "距年度目标还差2.0个百分点"),
    ],
)
def test_a_target_is_over_on_or_under(
    know: Know, period: HalfYear, code: str, value: float, target: float, words: str
) -> None:
    assert said(goal(know({code: value}, targets={code: target}, period=period), code)) == words


def test_no_target_no_word(know: Know) -> None:
    assert goal(know({"ORG-05": 3}), "ORG-05") is None


# ---- the whole summary --------------------------------------------------------------------------------------------


def complete(facts: Facts) -> Facts:
    """Facts in which every figure and part has a value of its own."""
    now = {code: invented(figure.indicator, place, figure) for place, (code, figure) in enumerate(facts.now.items())}
    return replace(facts, now=now, before=now)


def invented(indicator: Indicator, place: int, figure: Any) -> Any:
    base = Decimal(60 + place) / 2 if indicator.unit.zh == "%" else Decimal(12_000 + 37 * place)
    parts = tuple(
        PartFigure(part.key, part.name, base - 5 * (at + 1), part.unit) for at, part in enumerate(figure.parts)
    )
    ratio = {"numerator": Decimal(900), "denominator": Decimal(1000)} if indicator.denominator else {}
    return replace(figure, value=base, parts=parts, **ratio)


def text_of(document: Document) -> str:
    """What the PDF gives when it is copied."""
    found = subprocess.run(["pdftotext", "-raw", "-", "-"], input=render(document), capture_output=True, check=True)
    return re.sub(r"\s", "", found.stdout.decode())


def test_every_core_figure_with_a_value_is_in_the_printed_summary() -> None:
    facts = complete(read())
    text = text_of(document_of("summary", facts))
    for indicator in REGISTRY:
        if indicator.is_core:
            figure = facts.now[indicator.code]
            assert printed(figure.value, indicator.unit.zh) in text, indicator.code
            assert indicator.code in text


@pytest.mark.parametrize("lang", ["zh-hans", "zh-hant", "en"])
def test_every_sentence_prints_without_complaint_in_each_language(lang: Any) -> None:
    facts = complete(read(lang=lang))
    document = document_of("summary", facts)
    assert [section.code for section in document.sections[:6]] == ["ORG", "SKL", "CARE", "HARM", "CULT", "SELF"]
    assert render(document).startswith(b"%PDF")


def test_english_prose_holds_no_chinese_but_names() -> None:
    UnionFactory(code="U1", name="永丰社区工会")
    facts = complete(read(lang="en"))
    facts = replace(facts, names={key: (Name("某某"),) for key in facts.names})
    document = document_of("summary", facts)
    blocks = [block for section in document.sections for block in section.blocks]
    proses = [block.prose if isinstance(block, Paragraph) else block.text for block in blocks]
    proses += [block.prose for block in (*document.lead, *document.closing)]
    words = "".join(piece if isinstance(piece, str) else "" for prose in proses for piece in pieces(prose))
    figures = "".join(p.text for prose in proses for p in pieces(prose) if isinstance(p, Figure))
    assert not CHINESE.search(words + figures)
    table = document.annexes[0]
    assert isinstance(table, AnnexTable)
    assert not CHINESE.search("".join(f"{row.name}{row.unit}{row.group}{row.definition}" for row in table.rows))


def test_a_typed_digit_does_not_pose_as_a_figure() -> None:
    """Digits outside bound figures are names of things (25人以上, 5.1服务卡), dates, or counts of returns and items."""
    document = document_of("summary", complete(read()))
    loose = "".join(
        piece
        for section in document.sections[:6]
        for block in section.blocks
        if isinstance(block, Paragraph)
        for piece in pieces(block.prose)
        if isinstance(piece, str)
    )
    assert not re.search(r"\d", re.sub(r"25人以[上下]|5\.1服务卡", "", loose))


def test_what_is_not_reported_appears_nowhere_in_prose() -> None:
    """One row of one kind: the section of its figure is there, no other sentence, and never a zero count."""
    GoodwillVisitFactory(visited_on=date(2014, 1, 20), cash=Decimal(500), goods_value=Decimal(200))
    prose = all_prose(build_document("summary", H1, "zh-hans", now=NOON))
    assert "元旦春节期间走访慰问1人" in prose and "送去慰问款物700元" in prose
    assert "互助" not in prose.replace("互助保障台账", "")
    assert not re.search(r"(?<![\d.,])0[家人件份场期户]", prose)


def test_headings_and_order_are_rows() -> None:
    GoodwillVisitFactory(visited_on=date(2014, 1, 20))
    MediationBodyFactory(set_up_on=date(2014, 2, 1), level=MediationBody.Tier.ENTERPRISE)
    ReportSection.objects.create(code="HARM", number=1, heading="先说和谐", heading_en="Harmony first")
    ReportSection.objects.create(code="CARE", number=2, heading="再说关爱", heading_en="Then care")
    zh, en = (build_document("summary", H1, lang, now=NOON) for lang in ("zh-hans", "en"))
    assert [plain(section.title) for section in zh.sections if section.code in ("HARM", "CARE")] == [
        "先说和谐",
        "再说关爱",
    ]
    assert "Harmony first" in [plain(section.title) for section in en.sections]


def test_raised_and_renamed_unions_are_named() -> None:
    union = UnionFactory(code="U1", name="永丰社区总工会", form=UnionForm.COMMUNITY)
    UnionEvent.objects.create(
        union=union, kind=UnionEventKind.UPGRADED, happened_on=date(2014, 3, 1), before="永丰社区工会"
    )
    document = build_document("summary", H1, "zh-hans", now=NOON)
    assert "永丰社区工会升格为社区总工会。" in all_prose(document)
    names = [
        piece.text
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Paragraph)
        for piece in pieces(block.prose)
        if isinstance(piece, Name)
    ]
    assert "永丰社区工会" in names


def test_attendances_are_round_only_where_they_were_estimated(federation: Any) -> None:
    activity = Activity.objects.create(
        union=federation,
        kind=ActivityKind.TRAINING,
        title="叉车培训",
        starts_on=date(2014, 3, 1),
        ends_on=date(2014, 3, 1),
        attendances=968,
    )
    assert "参训职工968人次" in all_prose(build_document("summary", H1, "zh-hans", now=NOON))
    Activity.objects.filter(pk=activity.pk).update(is_estimate=True)
    assert "参训职工近1,000人次" in all_prose(build_document("summary", H1, "zh-hans", now=NOON))
    assert "about 1,000 attendances" in all_prose(build_document("summary", H1, "en", now=NOON))


def test_classes_are_split_into_those_that_occurred(federation: Any) -> None:
    for number_, grade in enumerate((ModelClass.Grade.MODEL, ModelClass.Grade.COMPLIANT)):
        ModelClass.objects.create(
            union=UnionFactory(code=f"M{number_}"), year=2013, grade=grade, awarded_on=date(2014, 3, 1)
        )
    prose = all_prose(build_document("summary", H1, "zh-hans", now=NOON))
    assert "评出示范工会1家、达标工会1家，共2家" in prose


# ---- problems -----------------------------------------------------------------------------------------------------


def gaps(facts: Facts) -> str:
    document = document_of("summary", facts)
    found = [section for section in document.sections if section.code == "GAPS"]
    return "\n".join(
        plain(block.prose) for section in found for block in section.blocks if isinstance(block, Paragraph)
    )


def test_red_figures_and_targets_behind_are_the_problems(know: Know) -> None:
    facts = know(
        {"ORG-05": 2, "SELF-05": 90, "SELF-16": 100, "CARE-01": 5, "SKL-04": 9},
        targets={"ORG-05": 6, "SKL-04": 14, "CARE-01": 8},
    )
    found = gaps(facts)
    assert "新建工会数33.3%" in found and "免费培训期数" not in found
    assert "经费收缴率为90.0%，低于95.0%的要求" in found
    assert "建立帮困基金企业5家（目标8家）" in found
    assert "季报" not in found


def test_without_a_problem_there_is_no_section_of_problems(know: Know) -> None:
    assert gaps(know({"ORG-05": 3}, targets={"ORG-05": 6})) == ""


# ---- plan ---------------------------------------------------------------------------------------------------------


def item(federation: Any, half: HalfYear, number_: str, **values: Any) -> PlanItem:
    given = {
        "goal": "夯实基层基础",
        "measure": "推进建会",
        "owner_role": Role.ORGANISATION,
        "deadline": half.last_day,
        **values,
    }
    return PlanItem.objects.create(union=federation, year=half.year, half=half.half, number=number_, **given)


def test_the_plan_opens_with_what_became_of_the_last_one(federation: Any) -> None:
    done = PlanItem.Status.DONE
    item(federation, H1, "P-01", status=done, indicator="ORG-05", target_value=3, evidence="批复")
    item(federation, H1, "P-02", measure="签订集体合同", status=PlanItem.Status.DELAYED, reason="代表未选出")
    item(federation, H1, "P-03", measure="检查台账", status=done, evidence="检查记录")
    item(
        federation, H2, "P-01", indicator="ORG-05", target_value=3, partner="各社区总工会", deadline=date(2014, 12, 20)
    )
    item(federation, H2, "P-02", goal="推进民主协商", indicator="ORG-07", target_value=90)
    UnionEvent.objects.create(union=UnionFactory(code="U1"), kind=UnionEventKind.FOUNDED, happened_on=date(2014, 3, 1))
    document = build_document("plan", H1, "zh-hans", now=NOON)
    prose = all_prose(document)
    assert document.title[1] == "2014年下半年工作计划"
    assert "共安排3项工作，已完成2项，推迟1项" in prose
    assert "签订集体合同（推迟）。代表未选出。" in prose
    assert "有1项的数字没有达到目标：新建工会数1家（目标3家）" in prose
    assert "推进建会。由组织干事负责，各社区总工会配合，12月20日前完成，目标为新建工会数3家。" in prose
    assert "建会率不低于90.0%" in prose
    planned, ended = document.annexes
    assert isinstance(planned, PlanTable) and isinstance(ended, PlanTable)
    assert [plain(row.target) for row in planned.rows] == ["新建工会数3家", "建会率不低于90.0%"]
    assert [plain(row.completion) for row in ended.rows] == ["实际1家，未达目标", "代表未选出", "检查记录"]


def test_the_summary_ends_with_the_plan_by_goal(federation: Any) -> None:
    GoodwillVisitFactory(visited_on=date(2014, 1, 20))
    item(federation, H2, "P-01", deadline=date(2014, 12, 20))
    item(federation, H2, "P-02", measure="补齐台账", deadline=date(2014, 11, 30))
    prose = all_prose(build_document("summary", H1, "zh-hans", now=NOON))
    assert "下半年工作安排\n" in prose
    assert "夯实基层基础\n推进建会；补齐台账（11月30日前）。" in prose
    assert "未注明时限的，12月底前完成。下半年，街道总工会将把2项任务分解到人" in prose


def test_names_inside_what_was_typed_are_not_converted() -> None:
    split = splitter_of(["云里社区", "云里社区工会"])
    assert split("由云里社区工会和云里社区落实") == (
        "由",
        Name("云里社区工会"),
        "和",
        Name("云里社区"),
        "落实",
    )


# ---- annexes ------------------------------------------------------------------------------------------------------


def test_the_explained_rule_is_printed_with_its_explanation(federation: Any) -> None:
    GoodwillVisitFactory(visited_on=date(2014, 1, 20))
    CheckExplanation.objects.create(union=federation, period="2014H1", rule="BASE-05", explanation="已逐户核对。")
    table = build_document("annex", H1, "zh-hans", now=NOON).annexes[0]
    assert isinstance(table, AnnexTable)
    assert [plain(check.explanation) for check in table.checks if check.explanation] == ["BASE-05 已逐户核对。"]


def test_the_annex_counts_returns_expected_and_filed() -> None:
    quarters = [
        ReportingPeriod.objects.create(code=str(quarter), kind="QUARTER", start=quarter.start, end=quarter.end)
        for quarter in H1.quarters
    ]
    one, two = UnionFactory(code="U1"), UnionFactory(code="U2")
    for quarter in quarters:
        ReturnObligation.objects.create(
            union=one, period=quarter, due_on=date(2014, 7, 10), first_filed_on=date(2014, 7, 1)
        )
    ReturnObligation.objects.create(union=two, period=quarters[0], due_on=date(2014, 4, 10))
    document = build_document("summary", H1, "zh-hans", now=NOON)
    assert "应报季报的基层工会2家，实报1家，按时报送率66.7%。" in all_prose(document)
    table = document.annexes[0]
    assert isinstance(table, AnnexTable) and any("应报2家、实报1家" in plain(note) for note in table.notes)


def finding(status: str, explanation: str, **facts: Any) -> None:
    """A finding of a return of the second quarter of 2014."""
    quarter = H1.quarters[1]
    period, _made = ReportingPeriod.objects.get_or_create(
        code=str(quarter), kind="QUARTER", start=quarter.start, end=quarter.end
    )
    union = UnionFactory(name=f"{explanation}工会")
    owed = ReturnObligation.objects.create(union=union, period=period, due_on=date(2014, 7, 10))
    version = QuarterlyReturn.objects.create(union=union, obligation=owed, version=1, status=status)
    said = {"sheet": "D1a", "row": 4, "column": "employees_end", "severity": "WARNING", "rule": "jump", "value": "60"}
    ReturnFinding.objects.create(union=union, version=version, explanation=explanation, **(said | facts))


@pytest.mark.parametrize("lang,caption", [("zh-hans", "期末职工数"), ("en", "Employees at the end")])
def test_the_annex_says_how_unions_explain_odd_figures(lang: Any, caption: str) -> None:
    GoodwillVisitFactory(visited_on=date(2014, 1, 20))
    finding("ACCEPTED", "新招一批工人")
    finding("DRAFT", "还没有接受")
    finding("ACCEPTED", "只是提示", severity="HINT")
    document = build_document("annex", H1, lang, now=NOON)
    table = document.annexes[0]
    assert isinstance(table, AnnexTable)
    [remark] = table.remarks
    assert (plain(remark.union), remark.value, plain(remark.explanation)) == ("新招一批工人工会", "60", "新招一批工人")
    assert remark.place.startswith(f"2014Q2 D1a {caption}")
    assert "新招一批工人" in text_of(document)


def test_charts_are_three_and_more_where_the_figures_are_there() -> None:
    sheets = [annex for annex in document_of("summary", complete(read())).annexes if isinstance(annex, ChartSheet)]
    assert len(sheets) == 1 and len(sheets[0].charts) >= 3


# ---- nothing to say -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang,words", [("zh-hans", "没有已报送的季报"), ("en", "no return has come in")])
@pytest.mark.parametrize("kind", ["summary", "annex"])
def test_a_half_year_without_data_says_so(kind: Any, lang: Any, words: str) -> None:
    UnionFactory(code="U1")  # a stock alone is no news
    document = build_document(kind, HalfYear(2031, 1), lang, now=NOON)
    assert words in all_prose(document) and not document.sections and not document.annexes
    assert render(document).startswith(b"%PDF")


def test_a_half_year_without_a_plan_says_so() -> None:
    assert "尚未编制" in all_prose(build_document("plan", H1, "zh-hans", now=NOON))


def test_the_same_rows_and_moment_give_the_same_document() -> None:
    GoodwillVisitFactory(visited_on=date(2014, 1, 20))
    one, two = (build_document("summary", H1, "zh-hans", now=NOON) for _ in range(2))
    assert one == two and one.edition.checksum
