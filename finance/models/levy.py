"""The levy of employers and the dues of members: declared, assessed, remitted, exempted."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from finance.models.ledger import LedgerTransaction
from finance.models.rules import Recipient
from unions.audit import audited
from unions.models import Employer, Union, UnionGroup
from unions.models.base import (
    MoneyField,
    UnionRecord,
    check,
)


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
