"""Indicators counted from the rows of the finance app: levy, dues, audit, spending on facilities."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from finance.models import (
    AssetMovement,
    AuditEngagement,
    AuditFinding,
    Band,
    DuesRecord,
    EmployerSpending,
    Exemption,
    LedgerEntry,
    LevyAssessment,
    Recipient,
    RemittanceLine,
)
from finance.querysets import is_due, is_regular_dues
from reports.indicators import registry as r
from reports.indicators.columns import EMPLOYER, UNION
from reports.indicators.registry import (
    Column,
    Part,
    Period,
    Source,
    Text,
    count,
    distinct,
    during,
    flow,
    known,
    ratio,
    total,
)
from unions.models.base import in_period


def assessments(period: Period) -> QuerySet[LevyAssessment]:
    paid = RemittanceLine.objects.filter(in_period("paid_on", period), assessment=OuterRef("pk"))
    return LevyAssessment.objects.filter(accrual_start__lt=period.end).annotate(is_collected=Exists(paid))


ASSESSMENTS = Source(
    "levy_assessments",
    assessments,
    (
        UNION,
        Column(Text("所属期起", "Accrual from"), "accrual_start"),
        Column(Text("职工(人)", "Headcount"), "headcount"),
        Column(Text("工资总额(元)", "Payroll (yuan)"), "payroll"),
        Column(Text("计提(元)", "Accrued (yuan)"), "accrued"),
    ),
)
LINES = Source(
    "remittance_lines",
    known(RemittanceLine, "due_on"),
    (
        UNION,
        Column(Text("上缴对象", "Recipient"), "recipient"),
        Column(Text("应缴(元)", "Due (yuan)"), "amount"),
        Column(Text("应缴日期", "Due on"), "due_on"),
        Column(Text("实缴日期", "Paid on"), "paid_on"),
        Column(Text("票据号", "Receipt"), "receipt_no"),
    ),
)
EXEMPTIONS = Source(
    "exemptions",
    known(Exemption, "applied_on"),
    (
        UNION,
        Column(Text("所属期起", "Accrual from"), "accrual_start"),
        Column(Text("原因", "Reason"), "reason"),
        Column(Text("申请日期", "Applied on"), "applied_on"),
        Column(Text("状态", "Status"), "status"),
    ),
)
DUES = Source(
    "dues_records",
    known(DuesRecord, "month"),
    (
        UNION,
        Column(Text("月份", "Month"), "month"),
        Column(Text("应缴(人)", "Members due"), "members_due"),
        Column(Text("实缴(人)", "Members who paid"), "members_paid"),
        Column(Text("实缴(元)", "Paid (yuan)"), "amount_paid"),
    ),
)
AUDITS = Source(
    "audits",
    known(AuditEngagement, "opened_on"),
    (
        UNION,
        Column(Text("审计内容", "Subject"), "subject"),
        Column(Text("开始", "Opened on"), "opened_on"),
        Column(Text("结束", "Closed on"), "closed_on"),
    ),
)
FINDINGS = Source(
    "audit_findings",
    known(AuditFinding, "due_on"),
    (
        UNION,
        Column(Text("问题", "Finding"), "matter"),
        Column(Text("整改期限", "Due on"), "due_on"),
        Column(Text("整改日期", "Put right on"), "rectified_on"),
    ),
)
ENTRIES = Source(
    "ledger_entries",
    lambda period: LedgerEntry.objects.filter(transaction__happened_on__lt=period.end).annotate(
        spent=F("debit") - F("credit")
    ),
    (
        Column(Text("凭证号", "Voucher"), "transaction__number"),
        Column(Text("日期", "Date"), "transaction__happened_on"),
        Column(Text("科目", "Account"), "account__name"),
        Column(Text("摘要", "Description"), "transaction__description"),
        Column(Text("金额(元)", "Amount (yuan)"), "spent"),
    ),
)
SPENDING = Source(
    "employer_spending",
    known(EmployerSpending, "spent_on"),
    (
        EMPLOYER,
        Column(Text("用途", "Purpose"), "purpose"),
        Column(Text("日期", "Date"), "spent_on"),
        Column(Text("金额(元)", "Amount (yuan)"), "amount"),
    ),
)
MOVEMENTS = Source(
    "asset_movements",
    known(AssetMovement, "moved_on"),
    (
        Column(Text("物品", "Goods"), "item__name"),
        UNION,
        Column(Text("数量", "Quantity"), "quantity"),
        Column(Text("日期", "Date"), "moved_on"),
    ),
)


def collected(band: str) -> r.Condition:
    return lambda _period: Q(is_collected=True, band=band)


def paid_to(recipient: str) -> r.Condition:
    return during("paid_on", Q(recipient=recipient))


CULT = (
    flow(
        "CULT-06",
        "街道文体阵地投入",
        "Federation spending on facilities",
        r.YUAN,
        total(
            ENTRIES,
            "spent",
            during("transaction__happened_on", Q(account__is_facilities=True)),
        ),
        Text(
            "期内街道总工会账上文体阵地科目的支出，冲销已扣除。",
            "Spending booked on facilities accounts in the period, reversals deducted.",
        ),
        is_core=False,
    ),
    flow(
        "CULT-07",
        "企业文体阵地投入",
        "Employers' spending on facilities",
        r.YUAN,
        total(SPENDING, "amount", during("spent_on")),
        Text("期内企业申报的文体阵地投入之和。", "What employers report to have spent in the period."),
        is_core=False,
    ),
    flow(
        "CULT-08",
        "配送器材",
        "Equipment issued",
        r.ITEMS,
        total(
            MOVEMENTS,
            "quantity",
            during("moved_on", Q(direction=AssetMovement.Direction.OUT, item__is_equipment=True)),
        ),
        Text("期内配送到基层的文体器材件数。", "Pieces of equipment issued to unions in the period."),
        is_core=False,
    ),
)

SELF = (
    flow(
        "SELF-01",
        "计提经费企业工会（25人以上）",
        "Unions accruing (25 and more)",
        r.UNIONS,
        count(ASSESSMENTS, collected(Band.GE25)),
        Text(
            "期内收缴（不论所属期）的25人以上企业工会数。",
            "Unions of 25 and more whose levy was collected in the period, whichever half-year it accrued in.",
        ),
    ),
    flow(
        "SELF-02",
        "计提工会经费",
        "Levy accrued",
        r.YUAN,
        total(ASSESSMENTS, "accrued", collected(Band.GE25)),
        Text("同一批工会按工资总额2%计提的经费。", "The levy of the same unions: 2 % of payroll."),
    ),
    flow(
        "SELF-03",
        "上缴区总工会",
        "Remitted to the district",
        r.YUAN,
        total(LINES, "amount", paid_to(Recipient.DISTRICT)),
        Text(
            "期内实缴区总工会的份额，逐笔四舍五入到分后相加。",
            "Shares paid to the district in the period: the sum of lines rounded to the cent.",
        ),
    ),
    flow(
        "SELF-04",
        "25人以下上解街道",
        "Remitted to the sub-district",
        r.YUAN,
        total(LINES, "amount", paid_to(Recipient.SUBDISTRICT)),
        Text(
            "期内25人以下企业工会实缴街道总工会的份额。",
            "Shares paid to the sub-district in the period by unions below 25.",
        ),
    ),
    ratio(
        "SELF-05",
        "经费收缴率",
        "Levy collection rate",
        total(LINES, "amount", lambda period: is_due(period) & Q(paid_on__lt=period.end)),
        total(LINES, "amount", is_due),
        (Text("已缴", "paid"), Text("应缴（不含批准免缴）", "due, without exempted")),
        Text(
            "期内到期的应缴份额中，到期末已缴的比例；批准免缴的不计入应缴。",
            "Of the shares due in the period, those paid by its last day; exempted shares are not due.",
        ),
        red_below=Decimal(95),
        numerator_unit=r.YUAN,
        denominator_unit=r.YUAN,
    ),
    flow(
        "SELF-06",
        "申请免（缓）缴企业",
        "Exemptions applied for",
        r.UNIONS,
        distinct(EXEMPTIONS, "union", during("applied_on", ~Q(status=Exemption.Status.DRAFT))),
        Text(
            "期内提出免缴、缓缴申请的工会；批准的另列，申请不等于批准。",
            "Unions that applied in the period; those approved stand beside it.",
        ),
        parts=(
            Part(
                "approved",
                Text("批准", "Approved"),
                distinct(
                    EXEMPTIONS,
                    "union",
                    lambda period: (
                        in_period("applied_on", period) & Q(status=Exemption.Status.APPROVED, decided_on__lt=period.end)
                    ),
                ),
            ),
        ),
    ),
    ratio(
        "SELF-07",
        "会费收缴率",
        "Dues collection rate",
        total(DUES, "members_paid", is_regular_dues),
        total(DUES, "members_due", is_regular_dues),
        (Text("实缴人次", "payers"), Text("应缴人次", "members due")),
        Text(
            "期内各月实缴会费人次与应缴人次之比，特殊会费不计。",
            "Payers against members due over the months of the period; special dues are left out.",
        ),
    ),
    flow(
        "SELF-07b",
        "会费收入",
        "Dues income",
        r.YUAN,
        total(DUES, "amount_paid", is_regular_dues),
        Text("期内各月会费收入之和，特殊会费不计。", "Regular dues of the months in the period."),
        is_core=False,
    ),
    flow(
        "SELF-09",
        "经审审计单位",
        "Unions audited",
        r.UNIONS,
        distinct(AUDITS, "union", during("closed_on")),
        Text("期内审结的被审计工会，一家只计一次。", "Unions whose audit was closed in the period, each once."),
    ),
    ratio(
        "SELF-10",
        "审计问题整改率",
        "Audit findings rectified",
        count(FINDINGS, lambda period: in_period("due_on", period) & Q(rectified_on__lt=period.end)),
        count(FINDINGS, during("due_on")),
        (Text("已整改", "put right"), Text("应整改", "due")),
        Text(
            "整改期限在期内的审计问题中，到期末已整改的比例。",
            "Of the findings due in the period, those put right by its last day.",
        ),
        is_core=False,
    ),
)

INDICATORS = (*CULT, *SELF)
