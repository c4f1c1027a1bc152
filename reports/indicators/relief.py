"""Indicators counted from the rows of the relief app: funds, hardship files, payments, visits, mutual aid."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    DecimalField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)

from relief.models import (
    CoolingRound,
    GoodwillRound,
    GoodwillVisit,
    HardshipCategory,
    HardshipFile,
    MoneySource,
    MutualAidEnrolment,
    PlanKind,
    ReliefFund,
    ReliefPayment,
    TuitionAid,
)
from relief.querysets import (
    is_enterprise_fund,
    is_federation_hardship,
    is_on_register,
    is_open_fund,
    is_out_of_hardship,
)
from reports.indicators import registry as r
from reports.indicators.columns import EMPLOYER, PERSON, UNION
from reports.indicators.organisation import employers, unions_at_end
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
from reports.indicators.targets import TARGETS
from unions.models import FEDERATIONS, ORGANS, EmployerHeadcount, UnionCoverage
from unions.models.base import holds_on, in_period

YUAN = DecimalField(max_digits=16, decimal_places=2)

FUNDS = Source(
    "relief_funds",
    lambda period: ReliefFund.objects.filter(set_up_on__lt=period.end).with_balance_on(period.last_day),
    (
        Column(Text("基金", "Fund"), "name"),
        EMPLOYER,
        UNION,
        Column(Text("建立日期", "Set up on"), "set_up_on"),
        Column(Text("余额(元)", "Balance (yuan)"), "balance"),
    ),
)


def unions_and_funds(period: Period) -> QuerySet[Any]:
    fund = ReliefFund.objects.active_on(period.last_day).filter(union=OuterRef("union"))
    return unions_at_end(period).annotate(has_fund=Exists(fund))


# Federations of unions and organs have no employer of their own, so no enterprise fund is asked of them.
ELIGIBLE = ~Q(form__in=[*ORGANS, *FEDERATIONS])
UNIONS_AND_FUNDS = Source(
    "unions_and_funds",
    unions_and_funds,
    (
        Column(Text("工会", "Union"), "name"),
        Column(Text("建会形式", "Form"), "form"),
        Column(Text("已建基金", "Has a fund"), "has_fund"),
    ),
)


def employers_and_funds(period: Period) -> QuerySet[Any]:
    """Employers on the last day; a fund counts if it is the employer's own or that of the union covering it."""
    day = period.last_day
    active = ReliefFund.objects.active_on(day)
    of_union = UnionCoverage.objects.on(day).filter(
        employer=OuterRef("pk"), union__in=active.filter(employer__isnull=True).values("union")
    )
    return employers(period).annotate(has_fund=Exists(active.filter(employer=OuterRef("pk"))) | Exists(of_union))


EMPLOYERS_AND_FUNDS = Source(
    "employers_and_funds",
    employers_and_funds,
    (
        Column(Text("用人单位", "Employer"), "name"),
        Column(Text("职工(人)", "Employees"), "employees"),
        Column(Text("已建基金", "Has a fund"), "has_fund"),
    ),
)
LARGE = Q(is_covered=True, employees__gte=100)

FILES = Source(
    "hardship_files",
    known(HardshipFile, "opened_on"),
    (
        Column(Text("档案号", "File"), "file_no"),
        UNION,
        Column(Text("困难类别", "Class"), "category"),
        Column(Text("建档日期", "Opened on"), "opened_on"),
        Column(Text("销档日期", "Removed on"), "exited_on"),
    ),
)


PAYMENTS = Source(
    "relief_payments",
    lambda period: ReliefPayment.objects.filter(paid_on__lt=period.end).with_net_in(period),
    (
        PERSON,
        UNION,
        Column(Text("救助类别", "Kind"), "kind"),
        Column(Text("资金来源", "Source"), "source"),
        Column(Text("发放日期", "Paid on"), "paid_on"),
        Column(Text("冲销日期", "Reversed on"), "reversed_on"),
        Column(Text("金额(元)", "Amount (yuan)"), "net"),
    ),
)


VISITS = Source(
    "goodwill_visits",
    lambda period: GoodwillVisit.objects.filter(visited_on__lt=period.end).with_value(),
    (
        PERSON,
        Column(Text("册外姓名", "Name, not on the books"), "recipient"),
        UNION,
        Column(Text("对象", "Visited as"), "category"),
        Column(Text("日期", "Date"), "visited_on"),
        Column(Text("慰问金(元)", "Cash (yuan)"), "cash"),
        Column(Text("慰问品(元)", "Goods (yuan)"), "goods_value"),
    ),
)


def new_year(period: Period) -> Q:
    return in_period("visited_on", period) & Q(round=GoodwillRound.NEW_YEAR)


def new_year_to(*categories: str) -> r.Condition:
    return lambda period: new_year(period) & Q(category__in=categories)


TUITION = Source(
    "tuition_aids",
    known(TuitionAid, "paid_on"),
    (
        Column(Text("家长", "Parent"), "person__name"),
        UNION,
        Column(Text("学段", "Stage"), "child_stage"),
        Column(Text("发放日期", "Paid on"), "paid_on"),
        Column(Text("金额(元)", "Amount (yuan)"), "amount"),
    ),
)
COOLING = Source(
    "cooling_rounds",
    lambda period: CoolingRound.objects.filter(visited_on__lt=period.end).with_value(),
    (
        EMPLOYER,
        UNION,
        Column(Text("日期", "Date"), "visited_on"),
        Column(Text("职工(人)", "Workers"), "workers"),
        Column(Text("金额(元)", "Amount (yuan)"), "value"),
    ),
)
ENROLMENTS = Source(
    "mutual_aid_enrolments",
    known(MutualAidEnrolment, "start"),
    (
        PERSON,
        UNION,
        Column(Text("计划", "Plan"), "plan__name"),
        Column(Text("起始", "From"), "start"),
        Column(Text("终止", "Until"), "end"),
        Column(Text("份数", "Shares"), "shares"),
    ),
)


def insured_units(period: Period) -> QuerySet[Any]:
    """Unions on the last day with their in-service enrolments and the employees of the employers they cover."""
    day = period.last_day
    in_force = MutualAidEnrolment.objects.filter(holds_on(day), union=OuterRef("union"), plan__kind=PlanKind.ACTIVE)
    headcount = EmployerHeadcount.objects.filter(employer=OuterRef("employer"), as_of__lte=day).order_by("-as_of")
    covered = (
        UnionCoverage.objects.on(day)
        .filter(union=OuterRef("union"))
        .annotate(staff=Subquery(headcount.values("employees")[:1]))
    )
    return unions_at_end(period).annotate(
        insured=Subquery(in_force.order_by().values("union").annotate(all=Count("pk")).values("all")),
        staff=Subquery(covered.order_by().values("union").annotate(all=Sum("staff")).values("all")),
    )


INSURED_UNITS = Source(
    "insured_units",
    insured_units,
    (
        Column(Text("工会", "Union"), "name"),
        Column(Text("在职参保(人次)", "Enrolled"), "insured"),
        Column(Text("职工(人)", "Employees"), "staff"),
    ),
)


def in_plan(*kinds: str) -> r.Condition:
    return lambda period: holds_on(period.last_day) & Q(plan__kind__in=kinds)


def plan_stock(code: str, zh: str, en: str, kind: str) -> r.Indicator:
    return stock(
        code,
        zh,
        en,
        r.PERSON_TIMES,
        count(ENROLMENTS, in_plan(kind)),
        Text(
            "期末保障期内的该项计划参保人次；一人多份只计一次。",
            "Enrolments in the plan in force on the last day; several shares of one person count once.",
        ),
    )


def classed(category: str) -> r.Condition:
    return lambda period: is_on_register(period) & Q(category=category)


FOUR_PLANS = (PlanKind.ACTIVE, PlanKind.RETIRED, PlanKind.WOMEN, PlanKind.CRITICAL)
CATEGORY = GoodwillVisit.Category
STAGE = TuitionAid.Stage
SCHOOL = (STAGE.PRIMARY, STAGE.JUNIOR, STAGE.SENIOR, STAGE.VOCATIONAL)

INDICATORS = (
    stock(
        "CARE-01",
        "建立帮困基金企业",
        "Employers with a hardship fund",
        r.EMPLOYERS,
        count(FUNDS, is_open_fund),
        Text("期末存续的企业内部帮困基金。", "Enterprises' hardship funds that exist on the last day."),
    ),
    ratio(
        "CARE-02",
        "帮困基金组建率",
        "Hardship-fund rate",
        count(UNIONS_AND_FUNDS, always(ELIGIBLE & Q(has_fund=True))),
        count(UNIONS_AND_FUNDS, always(ELIGIBLE)),
        (Text("已建基金的工会", "unions with a fund"), Text("有用人单位的基层工会", "unions with an employer")),
        Text(
            "期末已建帮困基金的工会占有用人单位的基层工会（不含联合会）的比例。",
            "Unions with a hardship fund, of the primary unions that have an employer; federations are left out.",
        ),
    ),
    stock(
        "CARE-03",
        "帮困基金总额",
        "Hardship-fund balance",
        r.YUAN,
        total(FUNDS, "balance", is_open_fund),
        Text(
            "期末各帮困基金余额之和：期初加收入减支出。",
            "The balances on the last day: opening plus money in less money out.",
        ),
    ),
    ratio(
        "CARE-04",
        "百人以上企业基金覆盖率",
        "Fund coverage, 100 staff and more",
        count(EMPLOYERS_AND_FUNDS, always(LARGE & Q(has_fund=True))),
        count(EMPLOYERS_AND_FUNDS, always(LARGE)),
        (Text("其中已建基金", "with a fund"), Text("百人以上已建会企业", "organised employers of 100 and more")),
        Text(
            "期末职工百人以上的已建会企业中，本企业或所属工会已建帮困基金的比例。",
            "Organised employers with 100 employees or more that have a fund, their own or their union's.",
        ),
    ),
    flow(
        "CARE-05",
        "新增困难职工",
        "New hardship files",
        r.HOUSEHOLDS,
        count(FILES, during("opened_on")),
        Text("期内批准建档的困难职工家庭。", "Households whose file was opened in the period."),
    ),
    stock(
        "CARE-06",
        "在册困难职工",
        "Hardship files active",
        r.HOUSEHOLDS,
        count(FILES, is_on_register),
        Text("期末在册的困难职工家庭，按类别分列。", "Households on the register on the last day, by class."),
        parts=(
            Part("deep", Text("深度困难", "Deep"), count(FILES, classed(HardshipCategory.DEEP))),
            Part("relative", Text("相对困难", "Relative"), count(FILES, classed(HardshipCategory.RELATIVE))),
            Part("accidental", Text("意外致困", "Accidental"), count(FILES, classed(HardshipCategory.ACCIDENTAL))),
            Part(
                "earlier",
                Text("原分类", "Earlier classes"),
                count(
                    FILES,
                    lambda period: (
                        is_on_register(period)
                        & ~Q(
                            category__in=[HardshipCategory.DEEP, HardshipCategory.RELATIVE, HardshipCategory.ACCIDENTAL]
                        )
                    ),
                ),
            ),
        ),
        is_partition=True,
    ),
    flow(
        "CARE-06b",
        "脱困、解困销档",
        "Files closed, out of hardship",
        r.HOUSEHOLDS,
        count(
            FILES,
            is_out_of_hardship,
        ),
        Text(
            "期内因脱困、解困销档的家庭；迁出、死亡等取消的不计。",
            "Households out of hardship in the period; files cancelled for other reasons are left out.",
        ),
        is_core=False,
    ),
    flow(
        "CARE-07",
        "发放困难救助金",
        "Hardship relief paid",
        r.YUAN,
        total(PAYMENTS, "net", is_federation_hardship),
        Text(
            "期内街道总工会发放的生活、医疗、临时救助款物，按发放日期计，冲销已扣除；助学和慰问另计。",
            "Living, medical and temporary relief from the federation, by payment date, reversals deducted.",
        ),
    ),
    flow(
        "CARE-08",
        "企业基金发放",
        "Paid from enterprise funds",
        r.YUAN,
        total(PAYMENTS, "net", is_enterprise_fund),
        Text(
            "期内企业帮困基金发放的救助款物，冲销已扣除。",
            "Relief paid out of enterprises' funds in the period, reversals deducted.",
        ),
    ),
    flow(
        "CARE-09",
        "企业基金救助人数",
        "Persons helped by enterprise funds",
        r.PERSONS,
        distinct(
            PAYMENTS,
            "person",
            lambda period: (
                in_period("paid_on", period)
                & Q(source=MoneySource.ENTERPRISE_FUND)
                & (Q(reversed_on__isnull=True) | Q(reversed_on__gte=period.end))
            ),
        ),
        Text(
            "期内企业帮困基金救助的职工，一人只计一次，已冲销的不计。",
            "Persons helped out of enterprises' funds in the period, each once; reversed payments are left out.",
        ),
        is_core=False,
    ),
    flow(
        "CARE-10",
        "元旦春节慰问人数",
        "New Year visits",
        r.PERSONS,
        total(VISITS, "persons", new_year),
        Text("期内元旦春节慰问的人数，按对象分列。", "Persons visited in the New Year round, by category."),
        parts=(
            Part(
                "hardship",
                Text("困难职工", "Hardship workers"),
                total(VISITS, "persons", new_year_to(CATEGORY.HARDSHIP)),
            ),
            Part(
                "ill", Text("重病职工", "Seriously ill"), total(VISITS, "persons", new_year_to(CATEGORY.SERIOUSLY_ILL))
            ),
            Part("model", Text("劳模", "Model workers"), total(VISITS, "persons", new_year_to(CATEGORY.MODEL_WORKER))),
            Part(
                "other",
                Text("其他", "Others"),
                total(
                    VISITS,
                    "persons",
                    lambda period: (
                        new_year(period)
                        & ~Q(category__in=[CATEGORY.HARDSHIP, CATEGORY.SERIOUSLY_ILL, CATEGORY.MODEL_WORKER])
                    ),
                ),
            ),
        ),
        is_partition=True,
    ),
    flow(
        "CARE-11",
        "元旦春节慰问款物",
        "New Year cash and goods",
        r.YUAN,
        total(VISITS, "value", new_year),
        Text("期内元旦春节慰问的慰问金与慰问品价值之和。", "Cash and the value of goods given in the New Year round."),
        parts=(
            Part("cash", Text("慰问金", "Cash"), total(VISITS, "cash", new_year)),
            Part("goods", Text("慰问品", "Goods"), total(VISITS, "goods_value", new_year)),
        ),
        is_partition=True,
    ),
    ratio(
        "CARE-12",
        "人均慰问",
        "New Year visits, a head",
        total(VISITS, "value", new_year),
        total(VISITS, "persons", new_year),
        (Text("慰问款物", "cash and goods"), Text("慰问人数", "persons visited")),
        Text("元旦春节慰问款物除以慰问人数。", "Cash and goods of the round divided by the persons visited."),
        unit=r.YUAN_PER_HEAD,
        numerator_unit=r.YUAN,
        is_core=False,
    ),
    flow(
        "CARE-13",
        "金秋助学人数",
        "Tuition aid, students",
        r.PERSONS,
        count(TUITION, during("paid_on")),
        Text("期内发放助学金的学生，一名子女计一人。", "Students aided in the period, one for each child."),
        parts=(
            Part(
                "school",
                Text("中小学、中职", "School"),
                count(TUITION, during("paid_on", Q(child_stage__in=SCHOOL))),
            ),
            Part(
                "higher",
                Text("大专及以上", "Higher education"),
                count(TUITION, during("paid_on", ~Q(child_stage__in=SCHOOL))),
            ),
        ),
        is_partition=True,
    ),
    flow(
        "CARE-14",
        "金秋助学金额",
        "Tuition aid, amount",
        r.YUAN,
        total(TUITION, "amount", during("paid_on")),
        Text("期内发放的助学金。", "Tuition aid paid in the period."),
    ),
    flow(
        "CARE-15",
        "送清凉企业",
        "Heat visits, employers",
        r.EMPLOYERS,
        distinct(COOLING, "employer", during("visited_on")),
        Text("期内高温慰问的用人单位，一家只计一次。", "Employers visited in the heat in the period, each once."),
    ),
    flow(
        "CARE-16",
        "送清凉职工",
        "Heat visits, workers",
        r.PERSONS,
        total(COOLING, "workers", during("visited_on")),
        Text("期内高温慰问的职工人数之和。", "Workers reached by heat visits in the period."),
        is_core=False,
    ),
    flow(
        "CARE-17",
        "送清凉金额",
        "Heat visits, amount",
        r.YUAN,
        total(COOLING, "value", during("visited_on")),
        Text("期内高温慰问的款物之和。", "Cash and goods of heat visits in the period."),
    ),
    stock(
        "CARE-18",
        "医疗互助参保人次",
        "Mutual-aid enrolments",
        r.PERSON_TIMES,
        count(ENROLMENTS, in_plan(*FOUR_PLANS)),
        Text(
            "期末保障期内在职、退休、安康、特种四项参保人次之和，由分项相加得出，不单独填报。",
            "Enrolments in force on the last day in the four plans: the sum of its parts, never typed.",
        ),
    ),
    plan_stock("CARE-19", "在职参保", "In-service plan", PlanKind.ACTIVE),
    plan_stock("CARE-20", "退休参保", "Retiree plan", PlanKind.RETIRED),
    plan_stock("CARE-21", "女职工安康参保", "Women's plan", PlanKind.WOMEN),
    plan_stock("CARE-22", "特种重病参保", "Critical-illness plan", PlanKind.CRITICAL),
    stock(
        "CARE-22b",
        "参保人数（去重）",
        "Distinct insured persons",
        r.PERSONS,
        distinct(ENROLMENTS, "person", in_plan(*FOUR_PLANS)),
        Text("期末参加任一计划的人数，一人只计一次。", "Persons in any plan on the last day, each once."),
        is_core=False,
    ),
    stock(
        "CARE-23",
        "参保单位",
        "Insured units",
        r.UNIONS,
        distinct(ENROLMENTS, "union", in_plan(*FOUR_PLANS)),
        Text("期末有人参加任一计划的工会。", "Unions with anyone in any plan on the last day."),
    ),
    stock(
        "CARE-24",
        "全员参保单位",
        "Fully insured units",
        r.UNIONS,
        count(INSURED_UNITS, always(Q(staff__gte=1, insured__gte=F("staff")))),
        Text(
            "期末在职参保人次不少于所覆盖单位职工数的工会。",
            "Unions whose in-service enrolments reach the employees of the employers they cover.",
        ),
    ),
    ratio(
        "CARE-25",
        "参保任务完成率",
        "Enrolment target completion",
        count(ENROLMENTS, in_plan(*FOUR_PLANS)),
        total(TARGETS, "value", always(Q(indicator="CARE-18"))),
        (Text("参保人次", "enrolments"), Text("年度目标", "annual target")),
        Text("参保人次与年度任务之比。", "Enrolments against the year's target."),
        red_below=Decimal(100),
    ),
)
