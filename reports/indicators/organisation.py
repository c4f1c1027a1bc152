"""Indicators of the organisation: unions, whom they cover, elections, changes, visits and their returns."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from reports.indicators import registry as r
from reports.indicators.columns import EMPLOYER, UNION
from reports.indicators.registry import (
    Column,
    Part,
    Period,
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
from reports.indicators.targets import TARGET_NAME, TARGETS
from unions.models import (
    ORGANS,
    SINGLE_FORMS,
    CollectiveContract,
    CommitteeTerm,
    CongressEmployer,
    ContractEmployer,
    ContractKind,
    Employer,
    EmployerHeadcount,
    LegalCertificate,
    OpenAffairsPosting,
    Outreach,
    ReturnObligation,
    UnionCensus,
    UnionCoverage,
    UnionEvent,
    UnionEventKind,
    UnionProfile,
)
from unions.models.base import holds_on, in_period
from unions.models.officers import is_due_in
from unions.periods import Year


def a_year_before(day: date) -> date:
    """The same day twelve months earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def unions_at_end(period: Period) -> QuerySet[UnionProfile]:
    """One row for each union or organ that exists on the last day, as it then was called and placed."""
    day = period.last_day
    census = UnionCensus.objects.filter(union=OuterRef("union"), as_of__lte=day).order_by("-as_of")
    six = Case(
        When(**dict.fromkeys(UnionCensus.SIX_HAVES, True), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    return (
        UnionProfile.objects.on(day)
        .filter(union__founded_on__lte=day)
        .filter(Q(union__ended_on__isnull=True) | Q(union__ended_on__gt=day))
        .annotate(
            census_members=Subquery(census.values("members")[:1]),
            female_members=Subquery(census.values("female_members")[:1]),
            has_audit_organ=Subquery(census.values("has_audit_organ")[:1]),
            has_women_organ=Subquery(census.values("has_women_organ")[:1]),
            has_six=Subquery(census.annotate(six=six).values("six")[:1]),
            has_certificate=Exists(LegalCertificate.objects.on(day).filter(union=OuterRef("union"))),
        )
    )


UNIONS = Source(
    "unions",
    unions_at_end,
    (
        Column(Text("工会", "Union"), "name"),
        Column(Text("建会形式", "Form"), "form"),
        Column(Text("成立日期", "Founded on"), "union__founded_on"),
        Column(Text("上级工会", "Higher union"), "parent__name"),
    ),
)


def coverages(period: Period) -> QuerySet[UnionCoverage]:
    founding = UnionEvent.objects.filter(
        in_period("happened_on", period), union=OuterRef("union"), kind=UnionEventKind.FOUNDED
    )
    return UnionCoverage.objects.filter(start__lt=period.end).annotate(founded_now=Exists(founding))


COVERAGES = Source(
    "coverages",
    coverages,
    (
        EMPLOYER,
        UNION,
        Column(Text("覆盖起始", "Covered from"), "start"),
        Column(Text("覆盖终止", "Covered until"), "end"),
    ),
)
EVENTS = Source(
    "union_events",
    known(UnionEvent, "happened_on"),
    (
        UNION,
        Column(Text("事项", "Event"), "kind"),
        Column(Text("日期", "Date"), "happened_on"),
        Column(Text("文号", "Document"), "document_no"),
        Column(Text("变更前", "Before"), "before"),
        Column(Text("变更后", "After"), "after"),
    ),
)


def employers(period: Period) -> QuerySet[Employer]:
    """Employers in business on the last day, with their latest headcount and what covers them."""
    day, year_ago = period.last_day, a_year_before(period.last_day)
    headcount = EmployerHeadcount.objects.filter(employer=OuterRef("pk"), as_of__lte=day).order_by("-as_of")
    in_force = CollectiveContract.objects.in_force_on(day).values("pk")
    covered = ContractEmployer.objects.filter(employer=OuterRef("pk"), contract__in=in_force)
    return (
        Employer.objects.active_on(day)
        .with_employees_on(day)
        .annotate(
            contracts_signed=Subquery(headcount.values("contracts_signed")[:1]),
            is_covered=Exists(UnionCoverage.objects.on(day).filter(employer=OuterRef("pk"))),
            has_contract=Exists(covered.filter(contract__kind=ContractKind.COMPREHENSIVE)),
            has_wage_contract=Exists(
                covered.filter(Q(contract__kind=ContractKind.WAGES) | Q(contract__has_wage_agreement=True))
            ),
            has_women_contract=Exists(covered.filter(contract__kind=ContractKind.WOMEN)),
            has_congress=Exists(
                CongressEmployer.objects.filter(
                    employer=OuterRef("pk"), meeting__held_on__gt=year_ago, meeting__held_on__lte=day
                )
            ),
            has_posting=Exists(
                OpenAffairsPosting.objects.filter(employer=OuterRef("pk"), posted_on__gt=year_ago, posted_on__lte=day)
            ),
        )
    )


EMPLOYERS = Source(
    "employers",
    employers,
    (
        Column(Text("用人单位", "Employer"), "name"),
        Column(Text("社区", "Community"), "community__name"),
        Column(Text("职工(人)", "Employees"), "employees"),
        Column(Text("已建会", "Organised"), "is_covered"),
    ),
)
COVERED = Q(is_covered=True)
ELIGIBLE = Q(employees__gte=25)
STAFFED = Q(employees__gte=1)
ORGANISED = Text("已建会用人单位", "organised employers")


def terms(period: Period) -> QuerySet[CommitteeTerm]:
    following = CommitteeTerm.objects.filter(union=OuterRef("union"), term_no=OuterRef("term_no") + 1)
    return (
        CommitteeTerm.objects.filter(elected_on__lt=period.end)
        .with_deadline()
        .annotate(next_elected_on=Subquery(following.values("elected_on")[:1]))
    )


TERMS = Source(
    "committee_terms",
    terms,
    (
        UNION,
        Column(Text("届次", "Term"), "term_no"),
        Column(Text("选举日期", "Elected on"), "elected_on"),
        Column(Text("应换届日期", "Due on"), "deadline"),
        Column(Text("实际换届", "Re-elected on"), "next_elected_on"),
    ),
)
OUTREACH = Source(
    "outreach",
    known(Outreach, "visited_on"),
    (
        EMPLOYER,
        Column(Text("日期", "Date"), "visited_on"),
        Column(Text("目的", "Purpose"), "purpose"),
        Column(Text("结果", "Outcome"), "outcome"),
    ),
)
OBLIGATIONS = Source(
    "return_obligations",
    lambda period: ReturnObligation.objects.expected().filter(
        period__kind="QUARTER", period__start__gte=period.start, period__end__lte=period.end
    ),
    (
        UNION,
        Column(Text("报告期", "Period"), "period__code"),
        Column(Text("应报日期", "Due on"), "due_on"),
        Column(Text("首次报送", "First filed on"), "first_filed_on"),
    ),
)


def year_to_date(field: str, period: Period) -> Q:
    return Q(**{f"{field}__gte": Year(period.year).start, f"{field}__lt": period.end})


def event(*kinds: str) -> r.Condition:
    return during("happened_on", Q(kind__in=kinds))


PRIMARY = always(~Q(form__in=ORGANS))

INDICATORS = (
    stock(
        "ORG-01",
        "基层工会组织数",
        "Primary unions",
        r.UNIONS,
        count(UNIONS, PRIMARY),
        Text(
            "期末存续的基层工会，不含街道总工会本级和工会工作委员会。",
            "Primary unions that exist on the last day, without the federation itself and working committees.",
        ),
    ),
    stock(
        "ORG-02",
        "其中：单独建会",
        "Of which single-employer unions",
        r.UNIONS,
        count(UNIONS, always(Q(form__in=SINGLE_FORMS))),
        Text("期末存续、由一家用人单位单独建立的工会。", "Unions of one employer that exist on the last day."),
    ),
    stock(
        "ORG-03",
        "其中：联合、社区（村）工会",
        "Of which joint and community unions",
        r.UNIONS,
        count(UNIONS, always(~Q(form__in=[*ORGANS, *SINGLE_FORMS]))),
        Text(
            "期末存续的联合基层工会、工会联合会、社区（村）工会等；与单独建会之和等于基层工会组织数。",
            "Joint unions, union federations and community unions on the last day; with single unions they make "
            "all primary unions.",
        ),
    ),
    stock(
        "ORG-04",
        "覆盖用人单位数",
        "Employers covered",
        r.EMPLOYERS,
        distinct(COVERAGES, "employer", lambda period: holds_on(period.last_day)),
        Text(
            "期末被基层工会覆盖的用人单位，一家只计一次。",
            "Employers covered by a primary union on the last day, each once.",
        ),
    ),
    flow(
        "ORG-05",
        "新建工会数",
        "Unions founded",
        r.UNIONS,
        count(EVENTS, lambda period: event(UnionEventKind.FOUNDED)(period) & ~Q(union__form__in=ORGANS)),
        Text(
            "期内批准建立的基层工会；申请不算建会。",
            "Primary unions founded in the period; an application is not a founding.",
        ),
    ),
    flow(
        "ORG-06",
        "新建工会覆盖企业数",
        "Employers newly covered",
        r.EMPLOYERS,
        distinct(COVERAGES, "employer", during("start", Q(founded_now=True))),
        Text(
            "期内新建工会在期内开始覆盖的用人单位，一家只计一次。",
            "Employers whose coverage by a union founded in the period begins in it, each once.",
        ),
    ),
    ratio(
        "ORG-07",
        "建会率（甲口径）",
        "Founding rate (A, strict)",
        count(EMPLOYERS, always(COVERED & ELIGIBLE)),
        count(EMPLOYERS, always(ELIGIBLE)),
        (
            Text("已建会的25人以上用人单位", "organised employers of 25 and more"),
            Text("在册的25人以上用人单位", "active employers of 25 and more"),
        ),
        Text(
            "期末职工25人以上的存续用人单位中已建会的比例；乙口径以有职工的全部用人单位为基数。",
            "Organised among active employers with 25 employees or more; B counts all with any employee.",
        ),
        parts=(
            Part(
                "B",
                Text("乙口径", "B, broad"),
                count(EMPLOYERS, always(COVERED & STAFFED)),
                count(EMPLOYERS, always(STAFFED)),
            ),
        ),
    ),
    ratio(
        "ORG-08",
        "年度建会任务完成率",
        "Founding target completion",
        count(
            EVENTS,
            lambda period: (
                year_to_date("happened_on", period) & Q(kind=UnionEventKind.FOUNDED) & ~Q(union__form__in=ORGANS)
            ),
        ),
        total(TARGETS, "value", always(Q(indicator="ORG-05"))),
        (Text("本年累计新建工会", "unions founded this year to date"), TARGET_NAME),
        Text("年初至期末新建工会数与年度任务之比。", "Unions founded since January against the year's target."),
        is_core=False,
    ),
    flow(
        "ORG-12",
        "应换届工会数",
        "Committees due for re-election",
        r.UNIONS,
        count(TERMS, is_due_in),
        Text(
            "期内委员会届满（经批准延期的按延期后日期）的工会。",
            "Unions whose committee's term, or its approved extension, ends in the period.",
        ),
        is_core=False,
    ),
    flow(
        "ORG-13",
        "完成换届",
        "Committees re-elected",
        r.UNIONS,
        count(TERMS, during("elected_on", Q(is_first=False))),
        Text(
            "期内完成换届选举的工会，首届选举不计。",
            "Unions that re-elected their committee in the period; first elections are left out.",
        ),
    ),
    ratio(
        "ORG-14",
        "按期换届率",
        "On-time re-election rate",
        count(TERMS, lambda period: is_due_in(period) & Q(next_elected_on__lte=F("deadline"))),
        count(TERMS, is_due_in),
        (Text("按期换届", "re-elected on time"), Text("应换届", "due")),
        Text(
            "期内届满的委员会中，在届满或批准的延期日之前完成换届的比例。",
            "Of the committees due in the period, those re-elected by the due or extended date.",
        ),
        red_below=Decimal(100),
    ),
    flow(
        "ORG-15",
        "注销",
        "Unions dissolved",
        r.UNIONS,
        count(EVENTS, event(UnionEventKind.DISSOLVED)),
        Text("期内注销的工会。", "Unions dissolved in the period."),
    ),
    flow(
        "ORG-16",
        "更名",
        "Unions renamed",
        r.UNIONS,
        count(EVENTS, event(UnionEventKind.RENAMED)),
        Text("期内更改名称的工会。", "Unions renamed in the period."),
        is_core=False,
    ),
    flow(
        "ORG-17",
        "转出",
        "Unions transferred out",
        r.UNIONS,
        count(EVENTS, event(UnionEventKind.TRANSFERRED_OUT)),
        Text(
            "期内隶属关系转出本街道的工会；转入另列。",
            "Unions transferred out of the federation in the period; transfers in stand beside it.",
        ),
        parts=(Part("in", Text("转入", "Transferred in"), count(EVENTS, event(UnionEventKind.TRANSFERRED_IN))),),
        is_core=False,
    ),
    flow(
        "ORG-18",
        "升格社区总工会",
        "Raised to community federation",
        r.UNIONS,
        count(EVENTS, event(UnionEventKind.UPGRADED)),
        Text("期内由社区工会升格为社区总工会。", "Community unions raised to community federations in the period."),
        is_core=False,
    ),
    ratio(
        "ORG-20",
        "“六有”达标率",
        "Six-haves pass rate",
        count(UNIONS, always(~Q(form__in=ORGANS) & Q(has_six=True))),
        count(UNIONS, PRIMARY),
        (Text("六项齐备的工会", "unions with all six"), Text("基层工会", "primary unions")),
        Text(
            "最近一次季报“六有”六项齐备的工会占基层工会的比例。",
            "Primary unions whose latest census has all six, of all primary unions.",
        ),
        is_core=False,
    ),
    ratio(
        "ORG-21",
        "法人资格登记率",
        "Legal registration rate",
        count(UNIONS, always(~Q(form__in=ORGANS) & Q(has_certificate=True))),
        count(UNIONS, PRIMARY),
        (Text("证书有效的工会", "unions with a valid certificate"), Text("基层工会", "primary unions")),
        Text(
            "期末法人资格证书在有效期内的工会占基层工会的比例。",
            "Primary unions whose legal-person certificate is valid on the last day.",
        ),
        is_core=False,
    ),
    ratio(
        "ORG-22",
        "经审、女职工组织组建率",
        "Audit and women's organs rate",
        count(UNIONS, always(~Q(form__in=ORGANS) & Q(has_audit_organ=True, has_women_organ=True))),
        count(UNIONS, always(~Q(form__in=ORGANS) & Q(census_members__isnull=False))),
        (Text("两类组织齐备的工会", "unions with both organs"), Text("已报组织情况的基层工会", "unions that reported")),
        Text(
            "最近一次季报中经审组织和女职工组织都已建立的工会，占已报组织情况的基层工会的比例。",
            "Of the primary unions that reported, those with both an audit and a women's organ.",
        ),
        parts=(
            Part(
                "audit",
                Text("经审组织", "Audit organ"),
                count(UNIONS, always(~Q(form__in=ORGANS) & Q(has_audit_organ=True))),
                count(UNIONS, always(~Q(form__in=ORGANS) & Q(census_members__isnull=False))),
            ),
            Part(
                "women",
                Text("女职工组织（女会员10人以上）", "Women's organ (10 women members and more)"),
                count(UNIONS, always(~Q(form__in=ORGANS) & Q(has_women_organ=True, female_members__gte=10))),
                count(UNIONS, always(~Q(form__in=ORGANS) & Q(female_members__gte=10))),
            ),
        ),
        is_core=False,
    ),
    flow(
        "ORG-23",
        "走访未建会企业",
        "Outreach visits to found unions",
        r.VISITS,
        count(OUTREACH, during("visited_on", Q(purpose=Outreach.Purpose.FOUNDING))),
        Text("期内以动员建会为目的的走访，一次计一家次。", "Visits in the period to found a union, each visit once."),
        is_core=False,
    ),
    stock(
        "ORG-24",
        "辖区企业数",
        "Employers in the area",
        r.EMPLOYERS,
        count(EMPLOYERS),
        Text("期末在册且未关停注销的用人单位。", "Employers on the register and in business on the last day."),
        is_core=False,
    ),
    ratio(
        "SELF-16",
        "季报按时率",
        "Returns on time",
        count(OBLIGATIONS, always(Q(first_filed_on__lte=F("due_on")))),
        count(OBLIGATIONS),
        (Text("按时报送", "filed on time"), Text("应报送", "expected")),
        Text(
            "所含各季度应报季报中，在截止日前报送的比例；批准免报的不计。",
            "Of the returns expected for the period's quarters, those filed by the due date; exempted ones are "
            "left out.",
        ),
        red_below=Decimal(100),
    ),
)
