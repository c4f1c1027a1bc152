"""Indicators counted from the rows of the members app: membership, activities, contests, cards, check-ups."""

from __future__ import annotations

from django.db.models import Q

from members.models import (
    CULTURE_AND_SPORT,
    Activity,
    ActivityKind,
    ActivityParticipation,
    Audience,
    Contest,
    ContestEntry,
    ContestType,
    HealthCheck,
    JobPlacement,
    Membership,
    Merchant,
    Recuperation,
    ServiceCard,
)
from members.querysets import is_active_member, is_admission, is_employee_training, is_retained_member
from reports.indicators import registry as r
from reports.indicators.columns import EMPLOYER, PERSON, UNION
from reports.indicators.organisation import COVERED, EMPLOYERS
from reports.indicators.registry import (
    Column,
    Part,
    Source,
    Text,
    always,
    count,
    cumulative,
    distinct,
    during,
    flow,
    known,
    ratio,
    stock,
    total,
)
from unions.models import DISTRICT_AND_ABOVE, Level

ONE_HOUR_CLASS = "one-hour-class"

MEMBERSHIPS = Source(
    "memberships",
    known(Membership, "joined_on"),
    (
        PERSON,
        UNION,
        EMPLOYER,
        Column(Text("入会日期", "Joined on"), "joined_on"),
        Column(Text("会籍状态", "Status"), "status"),
    ),
)
CARDS = Source(
    "service_cards",
    known(ServiceCard, "info_collected_on"),
    (
        PERSON,
        UNION,
        Column(Text("采集日期", "Collected on"), "info_collected_on"),
        Column(Text("制卡日期", "Issued on"), "issued_on"),
    ),
)
MERCHANTS = Source(
    "merchants",
    known(Merchant, "contract_from"),
    (
        Column(Text("商户", "Merchant"), "name"),
        Column(Text("签约日期", "Contract from"), "contract_from"),
        Column(Text("优惠", "Discount"), "discount"),
    ),
)
ACTIVITIES = Source(
    "activities",
    known(Activity, "starts_on"),
    (
        Column(Text("活动", "Activity"), "title"),
        UNION,
        Column(Text("类别", "Kind"), "kind"),
        Column(Text("日期", "Date"), "starts_on"),
        Column(Text("场次", "Sessions"), "sessions"),
        Column(Text("人次", "Attendances"), "attendances"),
        Column(Text("代表队", "Teams"), "teams"),
    ),
)
PARTICIPATIONS = Source(
    "participations",
    known(ActivityParticipation, "activity__starts_on"),
    (
        Column(Text("活动", "Activity"), "activity__title"),
        UNION,
        Column(Text("日期", "Date"), "activity__starts_on"),
        Column(Text("人次", "Attendances"), "attendances"),
    ),
)
CONTESTS = Source(
    "contests",
    known(Contest, "starts_on"),
    (
        Column(Text("竞赛", "Contest"), "title"),
        Column(Text("级别", "Level"), "level"),
        Column(Text("日期", "Date"), "starts_on"),
        Column(Text("参赛人次", "Contestants"), "contestants"),
        Column(Text("成绩", "Result"), "result"),
    ),
)
ENTRIES = Source(
    "contest_entries",
    known(ContestEntry, "contest__starts_on"),
    (EMPLOYER, Column(Text("竞赛", "Contest"), "contest__title"), Column(Text("日期", "Date"), "contest__starts_on")),
)
CHECKS = Source(
    "health_checks",
    known(HealthCheck, "checked_on"),
    (PERSON, UNION, Column(Text("批次", "Round"), "round"), Column(Text("日期", "Date"), "checked_on")),
)
RECUPERATIONS = Source(
    "recuperations",
    known(Recuperation, "starts_on"),
    (PERSON, UNION, Column(Text("地点", "Place"), "place"), Column(Text("日期", "Date"), "starts_on")),
)
PLACEMENTS = Source(
    "job_placements",
    known(JobPlacement, "placed_on"),
    (
        Column(Text("类别", "Kind"), "kind"),
        Column(Text("对象", "Group"), "worker_group"),
        Column(Text("人数", "Persons"), "persons"),
        Column(Text("日期", "Date"), "placed_on"),
    ),
)


def held(*kinds: str, **more: object) -> r.Condition:
    return during("starts_on", Q(kind__in=kinds, **more))


def contest(*types: str) -> r.Condition:
    return during("starts_on", Q(type__in=types))


def culture(*levels: str) -> r.Condition:
    return lambda period: held(*CULTURE_AND_SPORT)(period) & Q(level__in=levels)


ORG = (
    stock(
        "ORG-09",
        "会员数",
        "Members",
        r.PERSONS,
        count(MEMBERSHIPS, is_active_member),
        Text(
            "期末在册会员（实名花名册），保留会籍的另列；与工会申报的会员数不混用。",
            "Named members on the last day; retained members stand beside it. Declared headcounts are not used.",
        ),
        parts=(Part("retained", Text("保留会籍", "Membership retained"), count(MEMBERSHIPS, is_retained_member)),),
    ),
    flow(
        "ORG-10",
        "新发展会员",
        "Members admitted",
        r.PERSONS,
        count(MEMBERSHIPS, is_admission),
        Text(
            "期内批准入会的会员，会籍自批准之日起算；由其他工会转入的不算新发展。",
            "Members whose admission was approved in the period; who moved from another union is not new.",
        ),
    ),
    ratio(
        "ORG-11",
        "入会率（甲口径）",
        "Membership rate (A)",
        count(MEMBERSHIPS, is_active_member),
        total(EMPLOYERS, "employees", always(COVERED)),
        (Text("会员", "members"), Text("已建会用人单位职工", "employees of organised employers")),
        Text(
            "期末会员占已建会用人单位职工的比例；乙口径以在册全部用人单位职工为基数。",
            "Members on the last day of the employees of organised employers; B takes all employers' employees.",
        ),
        parts=(Part("B", Text("乙口径", "B"), count(MEMBERSHIPS, is_active_member), total(EMPLOYERS, "employees")),),
    ),
)

SKL = (
    flow(
        "SKL-01",
        "劳动竞赛参加企业",
        "Employers in emulation campaigns",
        r.EMPLOYERS,
        distinct(
            ENTRIES,
            "employer",
            during("contest__starts_on", Q(contest__type=ContestType.EMULATION)),
        ),
        Text(
            "期内开展的劳动竞赛的参赛用人单位，一家只计一次。",
            "Employers in emulation campaigns begun in the period, each once.",
        ),
    ),
    flow(
        "SKL-02",
        "技能比武场次",
        "Skills contests",
        r.EVENTS,
        count(CONTESTS, contest(ContestType.SKILLS)),
        Text("期内举办的技能比武，按开始日期。", "Skills contests that begin in the period."),
    ),
    flow(
        "SKL-03",
        "技能比武参加人次",
        "Contestants",
        r.PERSON_TIMES,
        total(CONTESTS, "contestants", contest(ContestType.SKILLS)),
        Text("期内技能比武的参赛人次之和。", "Contestants of the period's skills contests."),
        is_core=False,
    ),
    flow(
        "SKL-04",
        "免费培训期数",
        "Training sessions",
        r.SESSIONS,
        total(ACTIVITIES, "sessions", is_employee_training),
        Text(
            "期内面向职工的免费培训期数，送学上门和干部培训另计。",
            "Sessions of free training for employees; on-site courses and officers' courses are counted apart.",
        ),
    ),
    flow(
        "SKL-05",
        "送学上门企业",
        "Employers with on-site training",
        r.EMPLOYERS,
        distinct(ACTIVITIES, "employer", held(ActivityKind.TRAINING, is_on_site=True)),
        Text(
            "期内把培训送到企业的用人单位，一家只计一次。",
            "Employers to which training was brought in the period, each once.",
        ),
    ),
    flow(
        "SKL-06",
        "培训人次",
        "Trainees",
        r.PERSON_TIMES,
        total(ACTIVITIES, "attendances", is_employee_training),
        Text("“免费培训期数”所含培训的参加人次之和。", "Attendances of the training sessions counted above."),
    ),
    flow(
        "SKL-15",
        "帮助就业再就业",
        "Job placements",
        r.PERSONS,
        total(PLACEMENTS, "persons", during("placed_on", Q(kind=JobPlacement.Kind.EMPLOYED))),
        Text(
            "期内经帮助实现就业、再就业的人数；推荐、培训不计。",
            "Persons placed in work in the period; referrals and retraining are left out.",
        ),
    ),
    cumulative(
        "SKL-16",
        "“一小时课堂”累计",
        "One-hour class, cumulative",
        r.SESSIONS,
        total(ACTIVITIES, "sessions", always(Q(series__code=ONE_HOUR_CLASS))),
        Text("“一小时课堂”开办以来的期数之和。", "Sessions of the one-hour class since it began."),
        is_core=False,
    ),
)

CARE = (
    flow(
        "CARE-28",
        "5.1服务卡当期采集",
        "Card data collected",
        r.PERSONS,
        count(CARDS, during("info_collected_on")),
        Text("期内采集信息的会员。", "Persons whose card data were collected in the period."),
    ),
    flow(
        "CARE-29",
        "5.1服务卡当期制卡",
        "Cards issued",
        r.CARDS,
        count(CARDS, during("issued_on")),
        Text("期内制发的服务卡，可含以前采集的。", "Cards issued in the period, also on earlier data."),
    ),
    cumulative(
        "CARE-30",
        "5.1服务卡累计采集",
        "Card data collected, cumulative",
        r.PERSONS,
        count(CARDS),
        Text("截至期末采集过信息的会员。", "All persons whose card data were collected by the last day."),
    ),
    cumulative(
        "CARE-31",
        "5.1服务卡累计制卡",
        "Cards issued, cumulative",
        r.CARDS,
        count(CARDS, lambda period: Q(issued_on__lt=period.end)),
        Text("截至期末制发的服务卡，不多于累计采集。", "All cards issued by the last day; never more than collected."),
    ),
    flow(
        "CARE-32",
        "特约商户",
        "Merchants signed",
        r.UNIONS,
        count(MERCHANTS, during("contract_from")),
        Text("期内新签约的特约服务商户。", "Merchants whose contract begins in the period."),
        is_core=False,
    ),
    flow(
        "CARE-34",
        "职工体检人数",
        "Health checks",
        r.PERSONS,
        count(CHECKS, during("checked_on")),
        Text(
            "期内组织体检的人数，按名单计；其中工会主席另列。",
            "Persons on the lists of health checks in the period; union chairs stand beside it.",
        ),
        parts=(
            Part(
                "chairs",
                Text("工会主席", "Union chairs"),
                count(CHECKS, during("checked_on", Q(is_chair=True))),
            ),
        ),
    ),
    flow(
        "CARE-35",
        "疗休养人数",
        "Recuperation",
        r.PERSONS,
        count(RECUPERATIONS, during("starts_on")),
        Text("期内参加疗休养的人数，按名单计。", "Persons on the lists of recuperation in the period."),
    ),
    flow(
        "CARE-36",
        "职工子女暑期班、夏令营",
        "Children's classes and camps",
        r.PERSON_TIMES,
        total(ACTIVITIES, "attendances", held(ActivityKind.CHILDCARE)),
        Text("期内职工子女暑期班、夏令营的参加人次。", "Attendances of children's classes and camps in the period."),
        is_core=False,
    ),
)

CULT = (
    flow(
        "CULT-01",
        "文体活动场次",
        "Culture and sport events",
        r.EVENTS,
        total(ACTIVITIES, "sessions", held(*CULTURE_AND_SPORT)),
        Text("期内举办的文化体育活动场次，按级别分列。", "Culture and sport events in the period, by level."),
        parts=(
            Part("enterprise", Text("企业", "Enterprise"), total(ACTIVITIES, "sessions", culture(Level.ENTERPRISE))),
            Part("community", Text("社区", "Community"), total(ACTIVITIES, "sessions", culture(Level.COMMUNITY))),
            Part(
                "subdistrict", Text("街道", "Sub-district"), total(ACTIVITIES, "sessions", culture(Level.SUBDISTRICT))
            ),
            Part(
                "district",
                Text("区级及以上", "District and above"),
                total(ACTIVITIES, "sessions", culture(*DISTRICT_AND_ABOVE)),
            ),
        ),
        is_partition=True,
    ),
    flow(
        "CULT-02",
        "文体活动参加人次",
        "Culture and sport participants",
        r.PERSON_TIMES,
        total(ACTIVITIES, "attendances", held(*CULTURE_AND_SPORT)),
        Text(
            "期内文体活动的参加人次之和，未报人次的活动不计。",
            "Attendances of the period's events; those without a number are left out.",
        ),
    ),
    flow(
        "CULT-03",
        "参赛代表队",
        "Teams",
        r.TEAMS,
        total(ACTIVITIES, "teams", held(*CULTURE_AND_SPORT)),
        Text("期内文体比赛的代表队之和。", "Teams in the period's contests."),
        is_core=False,
    ),
    flow(
        "CULT-04",
        "上级比赛名次",
        "Places in higher-level contests",
        r.PLACES,
        count(
            CONTESTS,
            lambda period: contest(ContestType.CULTURE)(period) & Q(level__in=DISTRICT_AND_ABOVE, rank__isnull=False),
        ),
        Text("期内在区级及以上文体比赛中取得的名次。", "Places won in contests of district level and above."),
        is_core=False,
    ),
)

SELF = (
    flow(
        "SELF-08",
        "财务人员培训单位",
        "Units in treasurers' training",
        r.UNIONS,
        distinct(
            PARTICIPATIONS,
            "union",
            during("activity__starts_on", Q(activity__audience=Audience.TREASURERS)),
        ),
        Text(
            "期内派员参加财务人员培训的工会，一家只计一次。",
            "Unions that sent someone to treasurers' training in the period, each once.",
        ),
    ),
    flow(
        "SELF-14",
        "工会干部培训人次",
        "Officer training",
        r.PERSON_TIMES,
        total(
            ACTIVITIES,
            "attendances",
            held(ActivityKind.TRAINING, ActivityKind.EDUCATION, audience__in=[Audience.OFFICERS, Audience.TREASURERS]),
        ),
        Text(
            "期内以工会干部和财务人员为对象的培训人次。",
            "Attendances of training for union officers and treasurers in the period.",
        ),
        is_core=False,
    ),
)

INDICATORS = (*ORG, *SKL, *CARE, *CULT, *SELF)
