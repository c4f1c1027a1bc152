"""Indicators counted from the rows of the disputes app: mediation bodies, visits, cases, alerts.

Visits are not cases and never enter a rate; every rate says which cases are its base (facts C-06).
"""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum

from disputes.models import (
    Case,
    CaseKind,
    MediationAgreement,
    MediationBody,
    Mediator,
    Outcome,
    RiskAlert,
    Visit,
    WarningOfficer,
)
from disputes.querysets import is_collective_alert, is_enterprise_body, is_handleable, is_to_be_handled
from reports.indicators import registry as r
from reports.indicators.columns import EMPLOYER, UNION
from reports.indicators.registry import (
    Column,
    Part,
    Period,
    Source,
    Text,
    count,
    during,
    flow,
    known,
    ratio,
    stock,
    total,
)
from unions.models.base import holds_on, in_period


def cases(period: Period) -> QuerySet[Case]:
    agreements = MediationAgreement.objects.filter(case=OuterRef("pk")).order_by().values("case")
    return (
        Case.objects.labour()
        .filter(received_on__lt=period.end)
        .with_deadline()
        .annotate(agreed=Subquery(agreements.annotate(all=Sum("agreed_amount")).values("all")))
    )


CASES = Source(
    "dispute_cases",
    cases,
    (
        Column(Text("案号", "Case"), "case_no"),
        EMPLOYER,
        Column(Text("类别", "Kind"), "kind"),
        Column(Text("受理日期", "Accepted on"), "accepted_on"),
        Column(Text("办结日期", "Closed on"), "closed_on"),
        Column(Text("结果", "Outcome"), "outcome"),
        Column(Text("涉及职工(人次)", "Workers"), "workers"),
        Column(Text("涉案金额(元)", "Claimed (yuan)"), "claim_amount"),
    ),
)
VISITS = Source(
    "visits_received",
    known(Visit, "visited_on"),
    (
        Column(Text("日期", "Date"), "visited_on"),
        EMPLOYER,
        Column(Text("事项", "Topic"), "topic"),
        Column(Text("人数", "Persons"), "persons"),
        Column(Text("办理", "Handling"), "handling"),
    ),
)
BODIES = Source(
    "mediation_bodies",
    known(MediationBody, "set_up_on"),
    (
        Column(Text("调解组织", "Body"), "name"),
        EMPLOYER,
        Column(Text("层级", "Tier"), "level"),
        Column(Text("设立日期", "Set up on"), "set_up_on"),
    ),
)
MEDIATORS = Source(
    "mediators",
    known(Mediator, "start"),
    (
        Column(Text("姓名", "Name"), "name"),
        Column(Text("调解组织", "Body"), "body__name"),
        Column(Text("任职起", "From"), "start"),
    ),
)
OFFICERS = Source(
    "warning_officers",
    known(WarningOfficer, "start"),
    (Column(Text("姓名", "Name"), "name"), UNION, EMPLOYER, Column(Text("任职起", "From"), "start")),
)
ALERTS = Source(
    "risk_alerts",
    known(RiskAlert, "reported_on"),
    (
        Column(Text("日期", "Date"), "reported_on"),
        EMPLOYER,
        Column(Text("级别", "Level"), "level"),
        Column(Text("涉及职工(人)", "Workers"), "workers"),
        Column(Text("事项", "Matter"), "matter"),
    ),
)

SETTLED = (Outcome.SETTLED, Outcome.WITHDRAWN_SETTLED)


def closed(*outcomes: str) -> r.Condition:
    return during("closed_on", Q(outcome__in=outcomes))


def settled_of(kind: str) -> r.Condition:
    return lambda period: closed(*SETTLED)(period) & Q(kind=kind)


INDICATORS = (
    stock(
        "HARM-07",
        "企业调解组织",
        "Enterprise mediation bodies",
        r.PIECES,
        count(BODIES, is_enterprise_body),
        Text(
            "期末企业劳动争议调解组织，社区、街道分中心另计。",
            "Enterprises' mediation bodies on the last day; community and sub-district ones are left out.",
        ),
    ),
    stock(
        "HARM-08",
        "调解员",
        "Mediators",
        r.PERSONS,
        count(MEDIATORS, lambda period: holds_on(period.last_day)),
        Text("期末在任的调解员。", "Mediators in place on the last day."),
        is_core=False,
    ),
    stock(
        "HARM-09",
        "劳动争议预警员",
        "Early-warning officers",
        r.PERSONS,
        count(OFFICERS, lambda period: holds_on(period.last_day)),
        Text("期末在任的劳动争议预警员。", "Dispute early-warning officers in place on the last day."),
    ),
    flow(
        "HARM-10",
        "接待职工来访（信访）",
        "Visits received",
        r.CASES,
        count(VISITS, during("visited_on")),
        Text(
            "期内接待的来访和信访；来访不等于受理案件，不作为任何比率的基数。",
            "Visits and petitions received in the period; they are not cases and never the base of a rate.",
        ),
    ),
    flow(
        "HARM-11",
        "受理劳动争议",
        "Disputes accepted",
        r.CASES,
        count(CASES, during("accepted_on")),
        Text(
            "期内受理的劳动争议案件，非劳动事项不计。",
            "Labour disputes accepted in the period; other matters are left out.",
        ),
    ),
    flow(
        "HARM-12",
        "成功调处",
        "Disputes settled",
        r.CASES,
        count(CASES, closed(*SETTLED)),
        Text(
            "期内以达成协议或调解后撤诉办结的案件，按办结日期。",
            "Cases closed in the period by agreement or by withdrawal after mediation.",
        ),
    ),
    flow(
        "HARM-13",
        "成功调处分类",
        "Disputes settled, by kind",
        r.CASES,
        count(CASES, closed(*SETTLED)),
        Text(
            "成功调处案件按劳动合同、工资、工伤、其他分列，四类之和等于成功调处数。",
            "Settled cases by kind; the four kinds add up to the cases settled.",
        ),
        parts=(
            Part("contract", Text("劳动合同", "Contract"), count(CASES, settled_of(CaseKind.CONTRACT))),
            Part("wages", Text("工资", "Wages"), count(CASES, settled_of(CaseKind.WAGES))),
            Part("injury", Text("工伤", "Work injury"), count(CASES, settled_of(CaseKind.INJURY))),
            Part("other", Text("其他", "Other"), count(CASES, settled_of(CaseKind.OTHER))),
        ),
        is_partition=True,
    ),
    ratio(
        "HARM-14",
        "调处率",
        "Handling rate",
        count(CASES, lambda period: in_period("closed_on", period) & is_handleable(period)),
        count(CASES, is_to_be_handled),
        (Text("期内办结", "closed in the period"), Text("应办结", "to be handled")),
        Text(
            "期内办结案件占应办结案件的比例；应办结为期初未结加期内受理，减去期末未结且未到期的；拒绝调解和移送的不计。",
            "Cases closed, of those open at the start or accepted, less those open and not yet due at the end; "
            "refused and transferred cases are left out.",
        ),
    ),
    ratio(
        "HARM-15",
        "调解成功率",
        "Success rate",
        count(CASES, closed(*SETTLED)),
        count(CASES, closed(*SETTLED, Outcome.FAILED)),
        (Text("成功调处", "settled"), Text("调解终结（成功与不成）", "settled and failed")),
        Text(
            "期内调解终结的案件中成功的比例；拒绝、退回、移送的另列，来访不作基数。",
            "Settled cases, of those settled or failed; refused, returned and transferred ones are left out.",
        ),
        parts=(
            Part("refused", Text("拒绝调解", "Refused"), count(CASES, closed(Outcome.REFUSED)), unit=r.CASES),
            Part("returned", Text("退回", "Returned"), count(CASES, closed(Outcome.RETURNED)), unit=r.CASES),
        ),
    ),
    flow(
        "HARM-16",
        "涉及职工",
        "Workers involved",
        r.PERSON_TIMES,
        total(CASES, "workers", closed(*SETTLED)),
        Text("成功调处案件涉及的职工人次。", "Workers in the cases settled in the period."),
    ),
    flow(
        "HARM-17",
        "涉案金额",
        "Amount in dispute",
        r.YUAN,
        total(CASES, "claim_amount", closed(*SETTLED)),
        Text(
            "成功调处案件中职工主张的金额；协议金额另列。",
            "The amounts claimed in the cases settled; the amounts agreed stand beside it.",
        ),
        parts=(Part("agreed", Text("协议金额", "Agreed"), total(CASES, "agreed", closed(*SETTLED))),),
    ),
    ratio(
        "HARM-18",
        "按期办结率",
        "Closed on time",
        count(CASES, during("closed_on", Q(closed_on__lte=F("deadline")))),
        count(CASES, during("closed_on", Q(deadline__isnull=False))),
        (Text("按期办结", "closed on time"), Text("期内办结", "closed in the period")),
        Text(
            "期内办结的案件中在期限（含双方同意的延期）之内办结的比例。",
            "Cases closed in the period by their due date, an agreed extension included.",
        ),
        red_below=Decimal(100),
    ),
    flow(
        "HARM-19",
        "委托调解退回",
        "Entrusted cases returned",
        r.CASES,
        count(CASES, closed(Outcome.RETURNED)),
        Text("期内退回委托单位的案件。", "Entrusted cases given back in the period."),
        is_core=False,
    ),
    flow(
        "HARM-22",
        "追回工资等",
        "Wages recovered",
        r.YUAN,
        total(CASES, "recovered_amount", during("closed_on")),
        Text("期内办结案件中为职工追回的工资等款项。", "Amounts recovered for workers in cases closed in the period."),
        is_core=False,
    ),
    flow(
        "HARM-23",
        "群体性预警",
        "Collective-dispute alerts",
        r.CASES,
        count(
            ALERTS,
            is_collective_alert,
        ),
        Text(
            "期内报告的较大及以上级别、或涉及十人以上的预警。",
            "Alerts of a larger or major risk, or of ten workers and more, reported in the period.",
        ),
        is_core=False,
    ),
)
