"""Indicators of standing: classes, campaigns, honours, facilities, pairings, dispatches, the district's assessment."""

from __future__ import annotations

from django.db.models import Q

from reports.indicators import registry as r
from reports.indicators.columns import EMPLOYER, UNION
from reports.indicators.organisation import OUTREACH
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
from reports.indicators.targets import TARGET_NAME, TARGETS
from unions.models import (
    DISTRICT_AND_ABOVE,
    AssessmentScore,
    Award,
    Campaign,
    CampaignEnrolment,
    Dispatch,
    Facility,
    Level,
    ModelClass,
    PairActivity,
    PairAgreement,
    UnionForm,
)
from unions.models.base import holds_on, in_period

CLASSES = Source(
    "model_classes",
    known(ModelClass, "awarded_on"),
    (
        UNION,
        Column(Text("等次", "Class"), "grade"),
        Column(Text("考评年度", "Year"), "year"),
        Column(Text("授予日期", "Awarded on"), "awarded_on"),
        Column(Text("补助(元)", "Subsidy (yuan)"), "subsidy"),
    ),
)
ENROLMENTS = Source(
    "campaign_enrolments",
    known(CampaignEnrolment, "applied_on"),
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
    known(Award, "granted_on"),
    (
        Column(Text("称号", "Title"), "title"),
        Column(Text("获得者", "Recipient"), "recipient"),
        Column(Text("级别", "Level"), "level"),
        Column(Text("授予日期", "Granted on"), "granted_on"),
    ),
)
FACILITIES = Source(
    "facilities",
    known(Facility, "start"),
    (
        Column(Text("名称", "Name"), "name"),
        Column(Text("类别", "Kind"), "kind"),
        UNION,
        EMPLOYER,
        Column(Text("设立日期", "Opened on"), "start"),
    ),
)
DISPATCHES = Source(
    "dispatches",
    known(Dispatch, "submitted_on"),
    (
        Column(Text("标题", "Title"), "title"),
        Column(Text("媒体", "Outlet"), "outlet"),
        Column(Text("级别", "Level"), "level"),
        Column(Text("录用日期", "Adopted on"), "adopted_on"),
    ),
)
PAIRINGS = Source(
    "pairings",
    known(PairAgreement, "start"),
    (Column(Text("结对", "Pairing"), "name"), UNION, Column(Text("起始", "From"), "start")),
)
PAIR_ACTIVITIES = Source(
    "pair_activities",
    known(PairActivity, "held_on"),
    (Column(Text("活动", "Activity"), "title"), Column(Text("日期", "Date"), "held_on")),
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


def campaign(kind: str, field: str) -> r.Condition:
    """Enrolments of one kind of campaign whose stated step was reached in the period."""
    return lambda period: Q(campaign__kind=kind) & in_period(field, period)


def facility(*kinds: str) -> r.Condition:
    return lambda period: Q(kind__in=kinds) & holds_on(period.last_day)


def award(*kinds: str) -> r.Condition:
    return during("granted_on", Q(kind__in=kinds))


def pioneer(*levels: str) -> r.Condition:
    return lambda period: award(Award.Kind.WORKER_PIONEER)(period) & Q(level__in=levels)


def adopted(*levels: str) -> r.Condition:
    return during("adopted_on", Q(level__in=levels))


CAMPAIGN = Campaign.Kind
GRADE = ModelClass.Grade
FACILITY = Facility.Kind

INDICATORS = (
    flow(
        "ORG-19",
        "示范、先进、达标工会",
        "Model, advanced and compliant unions",
        r.UNIONS,
        count(CLASSES, during("awarded_on")),
        Text(
            "期内授予等次的工会，一家一年只有一个等次；合格计入达标。",
            "Unions given a class in the period, one class a year each; qualified counts as compliant.",
        ),
        parts=(
            Part(
                "model",
                Text("示范工会", "Model"),
                count(CLASSES, during("awarded_on", Q(grade=GRADE.MODEL))),
            ),
            Part(
                "advanced",
                Text("先进工会", "Advanced"),
                count(CLASSES, during("awarded_on", Q(grade=GRADE.ADVANCED))),
            ),
            Part(
                "compliant",
                Text("达标工会", "Compliant"),
                count(
                    CLASSES,
                    during("awarded_on", Q(grade__in=[GRADE.COMPLIANT, GRADE.QUALIFIED])),
                ),
            ),
        ),
        is_partition=True,
    ),
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
        distinct(OUTREACH, "employer", during("visited_on")),
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
                count(PAIR_ACTIVITIES, during("held_on")),
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
        count(AWARDS, during("granted_on", Q(level__in=DISTRICT_AND_ABOVE))),
        Text(
            "期内获得的区级及以上荣誉；推荐不计。",
            "Honours of district level and above granted in the period; recommendations are left out.",
        ),
        is_core=False,
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
