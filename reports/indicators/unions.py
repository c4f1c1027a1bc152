"""Indicators counted from the rows of the unions app: organisation, standing, labour relations, the federation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from reports.indicators import registry as r
from reports.indicators.registry import (
    Column,
    Part,
    Period,
    Source,
    Text,
    count,
    distinct,
    flow,
    ratio,
    stock,
    total,
)
from reports.models import Target
from unions.models import (
    DISTRICT_AND_ABOVE,
    ORGANS,
    SINGLE_FORMS,
    AssessmentScore,
    Award,
    Campaign,
    CampaignEnrolment,
    CollectiveContract,
    CommitteeTerm,
    CongressEmployer,
    ContractEmployer,
    ContractKind,
    ContractScope,
    Dispatch,
    Employer,
    EmployerHeadcount,
    Facility,
    LegalCertificate,
    Level,
    Mentorship,
    ModelClass,
    OpenAffairsPosting,
    Outreach,
    PairActivity,
    PairAgreement,
    ReturnObligation,
    SafetyReturn,
    Suggestion,
    UnionCensus,
    UnionCoverage,
    UnionEvent,
    UnionEventKind,
    UnionForm,
    UnionProfile,
)
from unions.models.base import holds_on, in_period
from unions.models.officers import is_due_in
from unions.periods import Year

UNION = Column(Text("工会", "Union"), "union__name")
EMPLOYER = Column(Text("用人单位", "Employer"), "employer__name")


def a_year_before(day: date) -> date:
    """The same day twelve months earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


# -- Sources --------------------------------------------------------------------------------------------------------


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
    lambda period: UnionEvent.objects.filter(happened_on__lt=period.end),
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


CLASSES = Source(
    "model_classes",
    lambda period: ModelClass.objects.filter(awarded_on__lt=period.end),
    (
        UNION,
        Column(Text("等次", "Class"), "grade"),
        Column(Text("考评年度", "Year"), "year"),
        Column(Text("授予日期", "Awarded on"), "awarded_on"),
        Column(Text("补助(元)", "Subsidy (yuan)"), "subsidy"),
    ),
)
OUTREACH = Source(
    "outreach",
    lambda period: Outreach.objects.filter(visited_on__lt=period.end),
    (
        EMPLOYER,
        Column(Text("日期", "Date"), "visited_on"),
        Column(Text("目的", "Purpose"), "purpose"),
        Column(Text("结果", "Outcome"), "outcome"),
    ),
)
ENROLMENTS = Source(
    "campaign_enrolments",
    lambda period: CampaignEnrolment.objects.filter(applied_on__lt=period.end),
    (
        Column(Text("创建项目", "Campaign"), "campaign__name"),
        UNION,
        EMPLOYER,
        Column(Text("班组", "Team"), "team"),
        Column(Text("状态", "Status"), "status"),
        Column(Text("申报日期", "Applied on"), "applied_on"),
        Column(Text("命名日期", "Granted on"), "granted_on"),
    ),
)
AWARDS = Source(
    "awards",
    lambda period: Award.objects.filter(granted_on__lt=period.end),
    (
        Column(Text("称号", "Title"), "title"),
        Column(Text("获得者", "Recipient"), "recipient"),
        Column(Text("级别", "Level"), "level"),
        Column(Text("授予日期", "Granted on"), "granted_on"),
    ),
)
SUGGESTIONS = Source(
    "suggestions",
    lambda period: Suggestion.objects.filter(collected_on__lt=period.end),
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
    lambda period: Mentorship.objects.filter(start__lt=period.end),
    (
        Column(Text("师傅", "Mentor"), "mentor"),
        Column(Text("徒弟或班组", "Learner"), "learner"),
        UNION,
        Column(Text("起始", "From"), "start"),
    ),
)
SAFETY = Source(
    "safety_returns",
    lambda period: SafetyReturn.objects.filter(quarter_start__lt=period.end),
    (
        EMPLOYER,
        Column(Text("季度起始", "Quarter from"), "quarter_start"),
        Column(Text("参赛班组", "Teams"), "teams"),
        Column(Text("查出隐患", "Hazards found"), "hazards_found"),
    ),
)
FACILITIES = Source(
    "facilities",
    lambda period: Facility.objects.filter(start__lt=period.end),
    (
        Column(Text("名称", "Name"), "name"),
        Column(Text("类别", "Kind"), "kind"),
        UNION,
        EMPLOYER,
        Column(Text("设立日期", "Opened on"), "start"),
    ),
)
CONTRACTS = Source(
    "collective_contracts",
    lambda period: CollectiveContract.objects.filter(signed_on__lt=period.end),
    (
        Column(Text("合同", "Contract"), "title"),
        UNION,
        Column(Text("范围", "Scope"), "scope"),
        Column(Text("签订日期", "Signed on"), "signed_on"),
        Column(Text("覆盖职工(人)", "Employees covered"), "employees_covered"),
    ),
)
DISPATCHES = Source(
    "dispatches",
    lambda period: Dispatch.objects.filter(submitted_on__lt=period.end),
    (
        Column(Text("标题", "Title"), "title"),
        Column(Text("媒体", "Outlet"), "outlet"),
        Column(Text("级别", "Level"), "level"),
        Column(Text("录用日期", "Adopted on"), "adopted_on"),
    ),
)
PAIRINGS = Source(
    "pairings",
    lambda period: PairAgreement.objects.filter(start__lt=period.end),
    (Column(Text("结对", "Pairing"), "name"), UNION, Column(Text("起始", "From"), "start")),
)
PAIR_ACTIVITIES = Source(
    "pair_activities",
    lambda period: PairActivity.objects.filter(held_on__lt=period.end),
    (Column(Text("活动", "Activity"), "title"), Column(Text("日期", "Date"), "held_on")),
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
SCORES = Source(
    "federation_scores",
    lambda period: AssessmentScore.objects.filter(
        in_period("assessment__checked_on", period),
        assessment__scheme__level=Level.DISTRICT,
        union__form=UnionForm.SUBDISTRICT,
    ),
    (
        Column(Text("考核项目", "Item"), "item__name"),
        Column(Text("满分", "Points"), "item__weight"),
        Column(Text("得分", "Score"), "score"),
    ),
)
TARGETS = Source(
    "targets",
    lambda period: Target.objects.filter(year=period.year),
    (
        Column(Text("指标", "Indicator"), "indicator"),
        Column(Text("目标值", "Target"), "value"),
        Column(Text("下达单位", "Issued by"), "issuer"),
    ),
)


def year_to_date(field: str, period: Period) -> Q:
    return Q(**{f"{field}__gte": Year(period.year).start, f"{field}__lt": period.end})


def event(*kinds: str) -> r.Condition:
    return lambda period: in_period("happened_on", period) & Q(kind__in=kinds)


def campaign(kind: str, field: str) -> r.Condition:
    """Enrolments of one kind of campaign whose stated step was reached in the period."""
    return lambda period: Q(campaign__kind=kind) & in_period(field, period)


def facility(*kinds: str) -> r.Condition:
    return lambda period: Q(kind__in=kinds) & holds_on(period.last_day)


def always(condition: Q) -> r.Condition:
    return lambda _period: condition


PRIMARY = always(~Q(form__in=ORGANS))
CAMPAIGN = Campaign.Kind
GRADE = ModelClass.Grade
FACILITY = Facility.Kind
TARGET_NAME = Text("年度目标", "annual target")
ORGANISED = Text("已建会用人单位", "organised employers")


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


ORG = (
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
        distinct(COVERAGES, "employer", lambda period: in_period("start", period) & Q(founded_now=True)),
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
        count(TERMS, lambda period: in_period("elected_on", period) & Q(is_first=False)),
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
    flow(
        "ORG-19",
        "示范、先进、达标工会",
        "Model, advanced and compliant unions",
        r.UNIONS,
        count(CLASSES, lambda period: in_period("awarded_on", period)),
        Text(
            "期内授予等次的工会，一家一年只有一个等次；合格计入达标。",
            "Unions given a class in the period, one class a year each; qualified counts as compliant.",
        ),
        parts=(
            Part(
                "model",
                Text("示范工会", "Model"),
                count(CLASSES, lambda period: in_period("awarded_on", period) & Q(grade=GRADE.MODEL)),
            ),
            Part(
                "advanced",
                Text("先进工会", "Advanced"),
                count(CLASSES, lambda period: in_period("awarded_on", period) & Q(grade=GRADE.ADVANCED)),
            ),
            Part(
                "compliant",
                Text("达标工会", "Compliant"),
                count(
                    CLASSES,
                    lambda period: in_period("awarded_on", period) & Q(grade__in=[GRADE.COMPLIANT, GRADE.QUALIFIED]),
                ),
            ),
        ),
        is_partition=True,
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
        count(OUTREACH, lambda period: in_period("visited_on", period) & Q(purpose=Outreach.Purpose.FOUNDING)),
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
)


def award(*kinds: str) -> r.Condition:
    return lambda period: in_period("granted_on", period) & Q(kind__in=kinds)


def pioneer(*levels: str) -> r.Condition:
    return lambda period: award(Award.Kind.WORKER_PIONEER)(period) & Q(level__in=levels)


SKL = (
    flow(
        "SKL-07",
        "学习型企业（班组）申报",
        "Learning enterprises applied",
        r.EMPLOYERS,
        count(ENROLMENTS, campaign(CAMPAIGN.LEARNING, "applied_on")),
        Text(
            "期内申报学习型企业（班组）的数量；已命名的另列，申报不等于命名。",
            "Applications to be a learning enterprise in the period; titles granted stand beside it.",
        ),
        parts=(
            Part("granted", Text("已命名", "Granted"), count(ENROLMENTS, campaign(CAMPAIGN.LEARNING, "granted_on"))),
        ),
    ),
    flow(
        "SKL-08",
        "技能大师、技师、首席员工",
        "Master and technician titles",
        r.PERSONS,
        count(AWARDS, award(Award.Kind.MASTER_CRAFTSMAN, Award.Kind.TECHNICIAN, Award.Kind.CHIEF_EMPLOYEE)),
        Text("期内授予的技能大师、技师和首席员工称号。", "Master, technician and chief-employee titles granted."),
        is_core=False,
    ),
    flow(
        "SKL-09",
        "工人先锋号",
        "Worker Pioneer titles",
        r.TITLES,
        count(AWARDS, award(Award.Kind.WORKER_PIONEER)),
        Text("期内授予的工人先锋号，按级别分列。", "Worker Pioneer titles granted in the period, by level."),
        parts=(
            Part(
                "subdistrict",
                Text("街道及以下", "Sub-district and below"),
                count(AWARDS, pioneer(Level.ENTERPRISE, Level.COMMUNITY, Level.SUBDISTRICT)),
            ),
            Part("district", Text("区级", "District"), count(AWARDS, pioneer(Level.DISTRICT))),
            Part(
                "city",
                Text("市级及以上", "Municipal and above"),
                count(AWARDS, pioneer(Level.CITY, Level.PROVINCE, Level.NATIONAL)),
            ),
        ),
        is_partition=True,
    ),
    flow(
        "SKL-10",
        "合理化建议征集数",
        "Suggestions collected",
        r.SUGGESTIONS,
        count(SUGGESTIONS, lambda period: in_period("collected_on", period)),
        Text("期内征集的合理化建议。", "Rationalisation suggestions collected in the period."),
    ),
    ratio(
        "SKL-11",
        "合理化建议采纳率",
        "Suggestion adoption rate",
        count(SUGGESTIONS, lambda period: in_period("collected_on", period) & Q(adopted_on__lt=period.end)),
        count(SUGGESTIONS, lambda period: in_period("collected_on", period)),
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
        count(SUGGESTIONS, lambda period: in_period("implemented_on", period)),
        Text(
            "期内实施的建议；创效只计经认定的金额。",
            "Suggestions implemented in the period; only certified benefit is counted.",
        ),
        parts=(
            Part(
                "benefit",
                Text("认定创效", "Certified benefit"),
                total(SUGGESTIONS, "benefit_certified", lambda period: in_period("implemented_on", period)),
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
        distinct(SAFETY, "employer", lambda period: in_period("quarter_start", period) & Q(is_participating=True)),
        Text(
            "期内任一季度季报填报参赛的用人单位，一家只计一次。",
            "Employers that report taking part in any quarter of the period, each once.",
        ),
    ),
)

CARE = (
    stock(
        "CARE-26",
        "“强保障、促和谐”参加企业",
        "Drive participants",
        r.EMPLOYERS,
        count(
            ENROLMENTS,
            lambda period: (
                Q(campaign__kind=CAMPAIGN.STRONG_PROTECTION, campaign__year=period.year)
                & ~Q(status__in=["REJECTED", "REVOKED"])
            ),
        ),
        Text(
            "期末参加当年“强保障、促和谐”创建且未退出的企业。",
            "Employers in this year's drive on the last day, without those refused or revoked.",
        ),
        is_core=False,
    ),
    ratio(
        "CARE-27",
        "“强保障、促和谐”任务完成率",
        "Drive target completion",
        count(
            ENROLMENTS,
            lambda period: (
                Q(campaign__kind=CAMPAIGN.STRONG_PROTECTION, campaign__year=period.year)
                & ~Q(status__in=["REJECTED", "REVOKED"])
            ),
        ),
        total(TARGETS, "value", always(Q(indicator="CARE-26"))),
        (Text("参加企业", "participants"), TARGET_NAME),
        Text("参加企业数与年度目标之比。", "Participants against the year's target."),
        is_core=False,
    ),
    stock(
        "CARE-33",
        "职工服务站（点）",
        "Workers' service stations and points",
        r.PIECES,
        count(
            FACILITIES,
            lambda period: (
                facility(FACILITY.SERVICE_STATION, FACILITY.SERVICE_POINT)(period) & Q(employer__isnull=False)
            ),
        ),
        Text(
            "期末设在企业的职工服务站（点）；设在社区的另列。",
            "Service stations and points at employers on the last day; those of communities stand beside it.",
        ),
        parts=(
            Part(
                "community",
                Text("设在社区", "In communities"),
                count(
                    FACILITIES,
                    lambda period: (
                        facility(FACILITY.SERVICE_STATION, FACILITY.SERVICE_POINT)(period) & Q(employer__isnull=True)
                    ),
                ),
            ),
        ),
    ),
)

HARM = (
    flow(
        "HARM-01",
        "区域（行业）集体合同、工资协议",
        "Regional and industry contracts signed",
        r.COPIES,
        count(CONTRACTS, lambda period: in_period("signed_on", period) & ~Q(scope=ContractScope.ENTERPRISE)),
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
                count(CONTRACTS, lambda period: in_period("signed_on", period) & Q(kind=ContractKind.WOMEN)),
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
    flow(
        "HARM-20",
        "和谐企业申报",
        "Harmonious enterprises applied",
        r.EMPLOYERS,
        count(ENROLMENTS, campaign(CAMPAIGN.HARMONIOUS, "applied_on")),
        Text("期内申报和谐企业的数量；达标另列。", "Applications in the period; those passed stand beside it."),
        parts=(Part("passed", Text("达标", "Passed"), count(ENROLMENTS, campaign(CAMPAIGN.HARMONIOUS, "granted_on"))),),
        is_core=False,
    ),
    stock(
        "HARM-21",
        "和谐企业重点示范单位",
        "Demonstration units",
        r.UNIONS,
        count(
            ENROLMENTS,
            lambda period: (
                Q(campaign__kind=CAMPAIGN.HARMONIOUS, is_demonstration=True)
                & (Q(revoked_on__isnull=True) | Q(revoked_on__gte=period.end))
            ),
        ),
        Text("期末确定为和谐企业创建重点示范的单位。", "Demonstration units of the drive on the last day."),
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

CULT = (
    stock(
        "CULT-05",
        "企业文化俱乐部",
        "Culture clubs",
        r.UNIONS,
        count(FACILITIES, facility(FACILITY.CULTURE_CLUB)),
        Text(
            "期末企业文化俱乐部数；期内推荐星级的另列。",
            "Culture clubs on the last day; those recommended for a star in the period stand beside it.",
        ),
        parts=(
            Part("clubs", Text("俱乐部", "Clubs"), count(FACILITIES, facility(FACILITY.CULTURE_CLUB))),
            Part(
                "nominated",
                Text("推荐星级", "Recommended for a star"),
                count(ENROLMENTS, campaign(CAMPAIGN.STAR_CLUB, "recommended_on")),
            ),
        ),
    ),
    stock(
        "CULT-09",
        "职工书屋、活动阵地",
        "Libraries and activity rooms",
        r.PIECES,
        count(FACILITIES, facility(FACILITY.LIBRARY, FACILITY.ACTIVITY_ROOM)),
        Text("期末职工书屋和职工活动室数。", "Workers' libraries and activity rooms on the last day."),
        is_core=False,
    ),
)


def adopted(*levels: str) -> r.Condition:
    return lambda period: in_period("adopted_on", period) & Q(level__in=levels)


SELF = (
    flow(
        "SELF-11",
        "信息录用",
        "Dispatches adopted",
        r.ARTICLES,
        count(DISPATCHES, adopted(Level.DISTRICT, Level.CITY, Level.PROVINCE, Level.NATIONAL)),
        Text(
            "期内被区级及以上媒体录用的信息，按录用日期和媒体级别计。",
            "Dispatches adopted in the period by outlets of district level and above, by level.",
        ),
        parts=(
            Part("district", Text("区级", "District"), count(DISPATCHES, adopted(Level.DISTRICT))),
            Part(
                "city",
                Text("市级（含省级）", "Municipal and provincial"),
                count(DISPATCHES, adopted(Level.CITY, Level.PROVINCE)),
            ),
            Part("national", Text("中央级", "National"), count(DISPATCHES, adopted(Level.NATIONAL))),
        ),
        is_partition=True,
    ),
    flow(
        "SELF-12",
        "走访调研企业",
        "Employers visited",
        r.EMPLOYERS,
        distinct(OUTREACH, "employer", lambda period: in_period("visited_on", period)),
        Text("期内走访的用人单位，一家只计一次。", "Employers visited in the period, each once."),
        is_core=False,
    ),
    stock(
        "SELF-13",
        "结对共建",
        "Pairing groups",
        r.GROUPS,
        count(PAIRINGS, lambda period: holds_on(period.last_day)),
        Text(
            "期末有效的结对共建组；期内开展活动次数另列。",
            "Pairings that hold on the last day; activities in the period stand beside it.",
        ),
        parts=(
            Part(
                "activities",
                Text("共建活动", "Activities"),
                count(PAIR_ACTIVITIES, lambda period: in_period("held_on", period)),
                unit=r.Unit("次", "times"),
            ),
        ),
        is_core=False,
    ),
    flow(
        "SELF-15",
        "上级荣誉",
        "Honours received",
        r.PLACES,
        count(AWARDS, lambda period: in_period("granted_on", period) & Q(level__in=DISTRICT_AND_ABOVE)),
        Text(
            "期内获得的区级及以上荣誉；推荐不计。",
            "Honours of district level and above granted in the period; recommendations are left out.",
        ),
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
    flow(
        "SELF-17",
        "区总考核得分",
        "District assessment score",
        r.POINTS,
        total(SCORES, "score"),
        Text(
            "期内区总工会对本会考核的总分，为各考核项目得分之和。",
            "The district's score for the federation in an assessment checked in the period: the sum of its items.",
        ),
        is_core=False,
    ),
)

INDICATORS = (*ORG, *SKL, *CARE, *HARM, *CULT, *SELF)
