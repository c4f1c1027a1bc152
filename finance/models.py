"""Levy, dues and the ledger. Money is Decimal yuan, has two clocks, and once posted is only ever reversed.

The database defends the ledger: postings balance at commit, posted rows take no update or delete, nothing is posted
into a locked period or onto a transaction posted earlier, and no fund account falls below zero.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unions.audit import audited
from unions.models import Employer, ModelClass, Union, UnionGroup
from unions.models.base import (
    Dated,
    MoneyField,
    Record,
    UnionRecord,
    check,
    ends_after_start,
    no_overlap,
)

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


@audited
class Account(Record):
    """An account of the chart. A fund account (``is_fund``) may never owe: its balance stays at or above zero."""

    class Kind(models.TextChoices):
        ASSET = "ASSET", _("Asset")
        LIABILITY = "LIABILITY", _("Liability")
        FUND = "FUND", _("Fund")
        INCOME = "INCOME", _("Income")
        EXPENSE = "EXPENSE", _("Expenditure")

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    is_fund = models.BooleanField(_("may not fall below zero"), default=False)
    is_facilities = models.BooleanField(_("spending on culture and sport facilities"), default=False)
    chart = models.CharField(_("chart of accounts"), max_length=40)

    class Meta:
        verbose_name = _("account (ledger)")
        verbose_name_plural = _("chart of accounts")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


REFUSE_LOCKED_PERIOD = """
    IF EXISTS (SELECT 1 FROM unions_reportingperiod period WHERE period.locked_at IS NOT NULL
               AND NEW.happened_on >= period.start AND NEW.happened_on < period."end") THEN
        RAISE EXCEPTION 'locked period: nothing is posted on %', NEW.happened_on USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
REFUSE_LATE_ENTRY = """
    IF (SELECT posted_xid FROM finance_ledgertransaction WHERE id = NEW.transaction_id) <> txid_current() THEN
        RAISE EXCEPTION 'posted transaction: % takes no further entry', NEW.transaction_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
BALANCED = """
    IF (SELECT COALESCE(SUM(debit - credit), 0) FROM finance_ledgerentry
        WHERE transaction_id = NEW.transaction_id) <> 0 THEN
        RAISE EXCEPTION 'unbalanced transaction %', NEW.transaction_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""
HAS_ENTRIES = """
    IF NOT EXISTS (SELECT 1 FROM finance_ledgerentry WHERE transaction_id = NEW.id) THEN
        RAISE EXCEPTION 'transaction % has no entry', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""
# The advisory lock makes two payments out of one fund wait for each other, so neither misses the other's amount.
NO_NEGATIVE_FUND = """
    IF (SELECT is_fund FROM finance_account WHERE id = NEW.account_id) THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(NEW.account_id || '/' || NEW.union_id, 0));
        IF (SELECT SUM(credit - debit) FROM finance_ledgerentry
            WHERE account_id = NEW.account_id AND union_id = NEW.union_id) < 0 THEN
            RAISE EXCEPTION 'fund % below zero', NEW.account_id USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NULL;
"""


class LedgerTransaction(UnionRecord):
    """A posted voucher in a union's book: ``happened_on`` is the payment's day, ``belongs_to`` the accrual's first.

    Written by finance.ledger.post alone.
    """

    number = models.CharField(_("voucher number"), max_length=30, unique=True)
    happened_on = models.DateField(_("date"))
    belongs_to = models.DateField(_("belongs to the period from"))
    description = models.CharField(_("description"), max_length=200)
    reverses = models.OneToOneField(
        "self", models.PROTECT, verbose_name=_("reverses"), null=True, blank=True, related_name="reversed_by"
    )
    posted_xid = models.BigIntegerField(db_default=Func(function="txid_current"), editable=False)

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        ordering = ["-happened_on", "-pk"]
        triggers = [
            APPEND_ONLY,
            pgtrigger.Trigger(
                name="refuse_locked_period",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=REFUSE_LOCKED_PERIOD,
            ),
            pgtrigger.Trigger(
                name="has_entries",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=HAS_ENTRIES,
            ),
        ]

    def __str__(self) -> str:
        return self.number


class LedgerEntry(UnionRecord):
    """One side of a voucher: a debit or a credit on one account, in yuan."""

    transaction = models.ForeignKey(
        LedgerTransaction, models.PROTECT, verbose_name=_("voucher"), related_name="entries"
    )
    account = models.ForeignKey(Account, models.PROTECT, verbose_name=_("account (ledger)"), related_name="entries")
    debit = MoneyField(_("debit (yuan)"), default=0)
    credit = MoneyField(_("credit (yuan)"), default=0)
    restricted_to = models.CharField(_("earmarked for"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = [
            check(
                "entry_one_side",
                (Q(debit__gt=0) & Q(credit=0)) | (Q(credit__gt=0) & Q(debit=0)),
                _("An entry is either a debit or a credit, above zero."),
            ),
        ]
        indexes = [models.Index(fields=["account", "union"], name="entry_by_account")]
        triggers = [
            APPEND_ONLY,
            pgtrigger.Trigger(
                name="refuse_late_entry", when=pgtrigger.Before, operation=pgtrigger.Insert, func=REFUSE_LATE_ENTRY
            ),
            pgtrigger.Trigger(
                name="balanced",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=BALANCED,
            ),
            pgtrigger.Trigger(
                name="no_negative_fund",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=NO_NEGATIVE_FUND,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.debit or -self.credit}"


class Recipient(models.TextChoices):
    DISTRICT = "DISTRICT", _("District federation")
    SUBDISTRICT = "SUBDISTRICT", _("Sub-district federation")
    UPPER = "UPPER", _("Higher unions together")


class BandBasis(models.TextChoices):
    EMPLOYEES = "EMPLOYEES", _("Employees")
    MEMBERS = "MEMBERS", _("Members")


@audited
class RateRule(Record, Dated):
    """Which share of the accrual a union of a size band remits to whom, for some time (rules B1.6)."""

    band_basis = models.CharField(_("band counts"), max_length=10, choices=BandBasis, default=BandBasis.EMPLOYEES)
    band_min = models.PositiveIntegerField(_("from (persons)"), default=0)
    band_max = models.PositiveIntegerField(_("below (persons)"), null=True, blank=True)
    recipient = models.CharField(_("recipient"), max_length=12, choices=Recipient)
    rate = models.DecimalField(_("share of the accrual"), max_digits=5, decimal_places=4)
    source = models.CharField(_("source"), max_length=120)

    class Meta:
        verbose_name = _("levy sharing rule")
        verbose_name_plural = _("levy sharing rules")
        constraints = [
            ends_after_start("rate_rule_ends_after_start"),
            check("rate_rule_is_a_share", Q(rate__gt=0, rate__lte=1), _("A share lies above 0 and at most at 1.")),
            no_overlap(
                "rate_rule_once",
                "band_min",
                "recipient",
                message=_("There is already a rule for this band and recipient in that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_recipient_display()} {self.rate}"


@audited
class RefundRule(Record, Dated):
    """Small contributors' refund: who paid less than the threshold a year gets the levy back. Off without a row."""

    threshold = MoneyField(_("annual threshold (yuan)"))
    source = models.CharField(_("source"), max_length=120)

    class Meta:
        verbose_name = _("small-contributor refund rule")
        verbose_name_plural = _("small-contributor refund rules")
        constraints = [ends_after_start("refund_rule_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.threshold}"


@audited
class SpendingCap(Record, Dated):
    """A cap on what a union may give its members for an event; exceeding it warns (rules B4)."""

    class Form(models.TextChoices):
        GOODS = "GOODS", _("Goods")
        CASH = "CASH", _("Cash")
        VOUCHER = "VOUCHER", _("Pick-up voucher")

    class Per(models.TextChoices):
        PERSON_YEAR = "PERSON_YEAR", _("Person and year")
        EVENT = "EVENT", _("Event")

    event = models.CharField(_("event"), max_length=40)
    cap = MoneyField(_("cap (yuan)"))
    form = models.CharField(_("form"), max_length=10, choices=Form)
    per = models.CharField(_("per"), max_length=12, choices=Per)
    source = models.CharField(_("source"), max_length=120)

    class Meta:
        verbose_name = _("benefit cap")
        verbose_name_plural = _("benefit caps")
        constraints = [ends_after_start("spending_cap_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.event} {self.cap}"


@audited
class DuesRule(Record, Dated):
    """How dues are reckoned: a share of the wage below a full ``floor_to`` yuan, or a flat amount a year."""

    class Method(models.TextChoices):
        PERCENT = "PERCENT", _("Share of the wage")
        FLAT = "FLAT", _("Flat amount a year")

    union = models.ForeignKey(Union, models.PROTECT, verbose_name=_("union"), null=True, blank=True, related_name="+")
    method = models.CharField(_("method"), max_length=10, choices=Method, default=Method.PERCENT)
    rate = models.DecimalField(_("rate"), max_digits=6, decimal_places=4, null=True, blank=True)
    floor_to = models.PositiveSmallIntegerField(_("wage rounded down to (yuan)"), default=10)
    amount = MoneyField(_("amount a year (yuan)"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=120)

    class Meta:
        verbose_name = _("dues rule")
        verbose_name_plural = _("dues rules")
        constraints = [
            ends_after_start("dues_rule_ends_after_start"),
            check(
                "dues_rule_has_its_figure",
                Q(method="PERCENT", rate__isnull=False) | Q(method="FLAT", amount__isnull=False),
                _("A share needs its rate, a flat fee its amount."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_method_display()


@audited
class PayrollDeclaration(UnionRecord):
    """An employer's payroll of one month, in yuan, with the average headcount: the base of the levy."""

    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name=_("employer"), related_name="payrolls")
    month = models.DateField(_("month"))
    headcount = models.PositiveIntegerField(_("average headcount"))
    payroll = MoneyField(_("payroll (yuan)"))

    class Meta:
        verbose_name = _("payroll declaration")
        verbose_name_plural = _("payroll declarations")
        ordering = ["employer", "month"]
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "month"],
                name="payroll_once_a_month",
                violation_error_message=_("This employer's payroll of the month is recorded."),
            ),
            check("payroll_month_is_first_day", Q(month__day=1), _("A month is written as its first day.")),
        ]

    def __str__(self) -> str:
        return f"{self.employer} {self.month:%Y-%m}"


class Band(models.TextChoices):
    GE25 = "GE25", _("25 persons and more")
    LT25 = "LT25", _("Below 25 persons")


@audited
class LevyAssessment(UnionRecord):
    """What one union accrued for one half-year: 2 % of payroll (Trade Union Law art. 43), its size band frozen.

    ``accrual_start`` is the half-year the levy belongs to; when it was collected stands on the lines.
    """

    union = models.ForeignKey(Union, models.PROTECT, verbose_name=_("union"), related_name="assessments_of_levy")
    accrual_start = models.DateField(_("accrual half-year from"))
    headcount = models.PositiveIntegerField(_("headcount at the reference date"))
    band = models.CharField(_("size band"), max_length=4, choices=Band)
    payroll = MoneyField(_("payroll (yuan)"))
    accrued = MoneyField(_("levy accrued (yuan)"))

    class Meta:
        verbose_name = _("levy assessment")
        verbose_name_plural = _("levy assessments")
        ordering = ["-accrual_start", "union"]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "accrual_start"],
                name="assessment_of_levy_once",
                violation_error_message=_("This union's levy of the half-year is assessed."),
            ),
            check(
                "levy_band_fits_headcount",
                Q(band="GE25", headcount__gte=25) | Q(band="LT25", headcount__lt=25),
                _("The size band does not fit the headcount."),
            ),
            check(
                "levy_is_two_percent_of_payroll",
                Q(accrued__gte=F("payroll") * 0.02 - 0.05, accrued__lte=F("payroll") * 0.02 + 0.05),
                _("The levy is two per cent of payroll, to the cent of each month."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.union} {self.accrual_start}"


@audited
class RemittanceLine(UnionRecord):
    """The share of an assessment due to one recipient, and its payment: by ``due_on``, on ``paid_on``, in yuan."""

    class Channel(models.TextChoices):
        DIRECT = "DIRECT", _("Direct")
        TAX = "TAX", _("Through the tax agency")
        FISCAL = "FISCAL", _("Fiscal transfer")

    assessment = models.ForeignKey(
        LevyAssessment, models.PROTECT, verbose_name=_("levy assessment"), related_name="lines"
    )
    recipient = models.CharField(_("recipient"), max_length=12, choices=Recipient)
    rate = models.DecimalField(_("share of the accrual"), max_digits=5, decimal_places=4)
    amount = MoneyField(_("amount due (yuan)"))
    due_on = models.DateField(_("due on"))
    is_exempt = models.BooleanField(_("exempted"), default=False)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    receipt_no = models.CharField(_("receipt number"), max_length=40, null=True, blank=True, unique=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.DIRECT)
    transaction = models.ForeignKey(
        LedgerTransaction, models.PROTECT, verbose_name=_("voucher"), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("remittance")
        verbose_name_plural = _("remittances")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "recipient"],
                name="remittance_once",
                violation_error_message=_("This recipient's share is already recorded."),
            ),
            check(
                "remittance_paid_has_receipt",
                Q(paid_on__isnull=True) | Q(receipt_no__isnull=False),
                _("A payment has its receipt number."),
            ),
            check(
                "remittance_exempt_is_unpaid",
                Q(is_exempt=False) | Q(paid_on__isnull=True),
                _("An exempted share is not paid."),
            ),
        ]
        indexes = [models.Index(fields=["recipient", "paid_on"], name="remittance_by_payment")]

    def __str__(self) -> str:
        return f"{self.assessment} {self.get_recipient_display()} {self.amount}"


@audited
class Exemption(UnionRecord):
    """A loss-making employer's wish to be let off or given time, for one accrual half-year only (rules B1.10)."""

    class Kind(models.TextChoices):
        EXEMPT = "EXEMPT", _("Exemption")
        DEFER = "DEFER", _("Deferral")

    class Reach(models.TextChoices):
        UPWARD_ONLY = "UPWARD_ONLY", _("Upward share only")
        ALL = "ALL", _("The whole levy")

    class Status(models.TextChoices):
        DRAFT = "DRAFT", pgettext_lazy("exemption", "Draft")
        SUBMITTED = "SUBMITTED", pgettext_lazy("exemption", "Submitted")
        RETURNED = "RETURNED", pgettext_lazy("exemption", "Returned")
        APPROVED = "APPROVED", pgettext_lazy("exemption", "Approved")
        REJECTED = "REJECTED", pgettext_lazy("exemption", "Rejected")
        EXPIRED = "EXPIRED", pgettext_lazy("exemption", "Expired")

    accrual_start = models.DateField(_("accrual half-year from"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.EXEMPT)
    reach = models.CharField(_("covers"), max_length=12, choices=Reach, default=Reach.UPWARD_ONLY)
    reason = models.CharField(_("reason"), max_length=200)
    loss = MoneyField(_("loss of the period (yuan)"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    applied_on = models.DateField(_("applied on"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("levy exemption")
        verbose_name_plural = _("levy exemptions")
        constraints = [
            models.UniqueConstraint(
                fields=["union", "accrual_start", "kind"],
                name="exemption_once",
                violation_error_message=_("There is already an application for this half-year."),
            ),
            check(
                "exemption_submitted_has_date",
                Q(status="DRAFT") | Q(applied_on__isnull=False),
                _("A submitted application has its date."),
            ),
            check(
                "exemption_decided_has_date",
                ~Q(status__in=("APPROVED", "REJECTED")) | Q(decided_on__isnull=False),
                _("A decision has its date."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.union} {self.accrual_start}"


@audited
class DuesRecord(UnionRecord):
    """Dues of one union (or one of its groups) for one month, in persons and yuan; special dues apart."""

    class Kind(models.TextChoices):
        REGULAR = "REGULAR", _("Regular dues")
        SPECIAL = "SPECIAL", _("Special dues")

    month = models.DateField(_("month"))
    group = models.ForeignKey(
        UnionGroup, models.PROTECT, verbose_name=_("union group"), null=True, blank=True, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.REGULAR)
    members_due = models.PositiveIntegerField(_("members due"), null=True, blank=True)
    members_paid = models.PositiveIntegerField(_("members who paid"), null=True, blank=True)
    amount_due = MoneyField(_("amount due (yuan)"), null=True, blank=True)
    amount_paid = MoneyField(_("amount paid (yuan)"))
    purpose = models.CharField(_("purpose of special dues"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("dues record")
        verbose_name_plural = _("dues records")
        constraints = [
            models.UniqueConstraint(
                fields=["union", "month", "group", "kind"],
                name="dues_once_a_month",
                nulls_distinct=False,
                violation_error_message=_("These dues of the month are already recorded."),
            ),
            check(
                "dues_payers_within_due",
                Q(members_paid__isnull=True) | Q(members_due__isnull=True) | Q(members_paid__lte=F("members_due")),
                _("There cannot be more payers than members due."),
            ),
            check("dues_month_is_first_day", Q(month__day=1), _("A month is written as its first day.")),
        ]

    def __str__(self) -> str:
        return f"{self.union} {self.month:%Y-%m}"


@audited
class EmployerSpending(UnionRecord):
    """What an employer reports to have spent on culture and sport facilities, in yuan."""

    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name=_("employer"), related_name="spending")
    spent_on = models.DateField(_("date"))
    purpose = models.CharField(_("purpose"), max_length=80)
    amount = MoneyField(_("amount (yuan)"))

    class Meta:
        verbose_name = _("employer's spending")
        verbose_name_plural = _("employers' spending")

    def __str__(self) -> str:
        return f"{self.employer} {self.amount}"


@audited
class Budget(UnionRecord):
    """A union's budget of one year, as its committee passed it."""

    year = models.PositiveSmallIntegerField(_("year"))
    passed_on = models.DateField(_("passed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        constraints = [
            models.UniqueConstraint(
                fields=["union", "year"],
                name="budget_once_a_year",
                violation_error_message=_("The budget of the year is recorded."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.union} {self.year}"


@audited
class BudgetLine(UnionRecord):
    """The amount a budget gives one account, in yuan."""

    budget = models.ForeignKey(Budget, models.CASCADE, verbose_name=_("budget"), related_name="lines")
    account = models.ForeignKey(Account, models.PROTECT, verbose_name=_("account (ledger)"), related_name="+")
    amount = MoneyField(_("amount (yuan)"))

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        constraints = [models.UniqueConstraint(fields=["budget", "account"], name="budget_line_once")]

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"


@audited
class AuditEngagement(UnionRecord):
    """An audit of one union's accounts by an audit commission; it counts in the period it is closed."""

    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    subject = models.CharField(_("subject"), max_length=120)
    auditor = models.CharField(_("audited by"), max_length=60)
    published_on = models.DateField(_("published on"), null=True, blank=True)

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        constraints = [
            check(
                "audit_closed_after_opened",
                Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                _("An audit cannot be closed before it is opened."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.union} {self.opened_on}"


@audited
class AuditFinding(UnionRecord):
    """Something an audit found, to be put right by ``due_on``."""

    engagement = models.ForeignKey(AuditEngagement, models.PROTECT, verbose_name=_("audit"), related_name="findings")
    matter = models.CharField(_("matter"), max_length=300)
    due_on = models.DateField(_("to be put right by"))
    rectified_on = models.DateField(_("put right on"), null=True, blank=True)

    class Meta:
        verbose_name = _("audit finding")
        verbose_name_plural = _("audit findings")

    def __str__(self) -> str:
        return self.matter


@audited
class AssetItem(UnionRecord):
    """A kind of goods in the register, kept by someone; quantities move by AssetMovement."""

    name = models.CharField(_("name"), max_length=80)
    unit = models.CharField(_("counted in"), max_length=10)
    keeper = models.CharField(_("keeper"), max_length=30, blank=True)
    is_equipment = models.BooleanField(_("culture and sport equipment"), default=False)

    class Meta:
        verbose_name = _("goods")
        verbose_name_plural = _("goods register")

    def __str__(self) -> str:
        return self.name


@audited
class AssetMovement(UnionRecord):
    """Goods received or issued, in pieces, to ``union`` when issued."""

    class Direction(models.TextChoices):
        IN = "IN", _("Received")
        OUT = "OUT", _("Issued")

    item = models.ForeignKey(AssetItem, models.PROTECT, verbose_name=_("goods"), related_name="movements")
    direction = models.CharField(_("direction"), max_length=3, choices=Direction)
    quantity = models.PositiveIntegerField(_("quantity"))
    moved_on = models.DateField(_("date"))
    value = MoneyField(_("value (yuan)"), null=True, blank=True)

    class Meta:
        verbose_name = _("goods movement")
        verbose_name_plural = _("goods movements")

    def __str__(self) -> str:
        return f"{self.item} {self.quantity}"


class ClassSubsidy(UnionRecord):
    """The subsidy that came with a union's class, paid once out of the federation's book; ``union`` received it.

    Written by finance.services.pay_class_subsidy alone, and like the voucher behind it never changed.
    """

    model_class = models.OneToOneField(
        ModelClass, models.PROTECT, verbose_name=_("union class"), related_name="subsidy_payment"
    )
    transaction = models.ForeignKey(
        LedgerTransaction, models.PROTECT, verbose_name=_("voucher"), related_name="class_subsidies"
    )
    amount = MoneyField(_("amount (yuan)"))
    belongs_to = models.DateField(_("belongs to the period from"))
    paid_on = models.DateField(_("paid on"))

    class Meta:
        verbose_name = _("subsidy of a class")
        verbose_name_plural = _("subsidies of classes")
        ordering = ["-paid_on", "-pk"]
        constraints = [check("class_subsidy_above_zero", Q(amount__gt=0), _("A subsidy is above zero."))]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.model_class} {self.amount}"
