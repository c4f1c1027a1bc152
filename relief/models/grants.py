"""Relief from the application to the payment: who asked, who verified and approved, the public notice, the money."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from relief import querysets
from relief.models.files import HardshipCategory, HardshipFile
from relief.models.funds import FundMovement
from unions.audit import audited
from unions.crypto import EncryptedTextField
from unions.models.base import (
    Dated,
    DatedQuerySet,
    MoneyField,
    UnionRecord,
    check,
    ends_after_start,
    no_overlap,
)


class ReliefKind(models.TextChoices):
    """Hardship relief first, then what is given to people as members."""

    LIVING = "LIVING", _("Living relief")
    MEDICAL = "MEDICAL", _("Medical relief")
    TUITION = "TUITION", _("Tuition relief")
    TEMPORARY = "TEMPORARY", _("Temporary relief")
    WARMTH = "WARMTH", _("Sending warmth")
    COOLING = "COOLING", _("Sending coolness")
    GOODWILL = "GOODWILL", _("Other goodwill")
    SICK = "SICK", _("Sickness benefit")
    WEDDING = "WEDDING", _("Wedding benefit")
    BIRTH = "BIRTH", _("Birth benefit")
    BEREAVEMENT = "BEREAVEMENT", _("Bereavement benefit")
    RETIREMENT = "RETIREMENT", _("Retirement benefit")
    OTHER = "OTHER", pgettext_lazy("relief", "Other relief")


class MoneySource(models.TextChoices):
    FEDERATION = "FEDERATION", _("Federation's funds")
    UNION = "UNION", _("Union's own funds")
    ENTERPRISE_FUND = "ENTERPRISE_FUND", _("Enterprise hardship fund")
    HIGHER = "HIGHER", _("Higher federation")
    DONATION = "DONATION", pgettext_lazy("money source", "Donation")


@audited
class ReliefApplication(UnionRecord):
    """A request for relief. ``union`` is the applicant's own; ``money_source`` decides the chain of approval."""

    class Status(models.TextChoices):
        SUBMITTED = "SUBMITTED", pgettext_lazy("relief application", "Submitted")
        VERIFIED = "VERIFIED", pgettext_lazy("relief application", "Verified")
        NOTICE = "NOTICE", pgettext_lazy("relief application", "On public notice")
        APPROVED = "APPROVED", pgettext_lazy("relief application", "Approved")
        REJECTED = "REJECTED", pgettext_lazy("relief application", "Rejected")
        WITHDRAWN = "WITHDRAWN", pgettext_lazy("relief application", "Withdrawn")
        PAID = "PAID", pgettext_lazy("relief application", "Paid")

    person = models.ForeignKey(
        "members.Person", models.PROTECT, verbose_name=_("applicant"), related_name="relief_applications"
    )
    file = models.ForeignKey(
        HardshipFile,
        models.PROTECT,
        verbose_name=_("hardship file"),
        null=True,
        blank=True,
        related_name="applications",
    )
    kind = models.CharField(_("kind of relief"), max_length=12, choices=ReliefKind)
    money_source = models.CharField(
        _("source of money"), max_length=15, choices=MoneySource, default=MoneySource.FEDERATION
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.SUBMITTED)
    applied_on = models.DateField(_("applied on"))
    amount_asked = MoneyField(_("amount asked for (yuan)"))
    amount_approved = MoneyField(_("amount approved (yuan)"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    is_urgent = models.BooleanField(_("urgent: paid before the notice"), default=False)
    reason = EncryptedTextField(_("reason"), null=True, blank=True)

    class Meta:
        verbose_name = _("relief application")
        verbose_name_plural = _("relief applications")
        ordering = ["-applied_on", "-pk"]
        constraints = [
            check(
                "relief_application_decided_after_applied",
                Q(decided_on__isnull=True) | Q(decided_on__gte=F("applied_on")),
                _("The decision cannot be earlier than the application."),
            ),
            check(
                "relief_application_approved_has_amount",
                ~Q(status__in=("APPROVED", "PAID")) | Q(decided_on__isnull=False, amount_approved__gt=0),
                _("An approved application has its amount and the day it was decided."),
            ),
        ]
        indexes = [models.Index(fields=["union", "status"], name="relief_application_by_union")]

    def __str__(self) -> str:
        return f"{self.person} {self.get_kind_display()} {self.applied_on}"


def about_one_thing(name: str) -> models.CheckConstraint:
    """A step or notice is about an application or about a file, never both."""
    return check(
        name,
        Q(application__isnull=False, file__isnull=True) | Q(application__isnull=True, file__isnull=False),
        _("It is about either an application or a hardship file."),
    )


@audited
class ApprovalStep(UnionRecord):
    """A decision on the way of an application or a file: which step, by whom, when. Written by services alone.

    An application takes each step once; a file takes some again after an objection.
    """

    class Decision(models.TextChoices):
        PASSED = "PASSED", pgettext_lazy("approval step", "Passed")
        REFUSED = "REFUSED", pgettext_lazy("approval step", "Refused")

    application = models.ForeignKey(
        ReliefApplication,
        models.PROTECT,
        verbose_name=_("relief application"),
        null=True,
        blank=True,
        related_name="steps",
    )
    file = models.ForeignKey(
        HardshipFile, models.PROTECT, verbose_name=_("hardship file"), null=True, blank=True, related_name="steps"
    )
    step = models.CharField(_("step"), max_length=20)
    actor = models.ForeignKey("unions.User", models.PROTECT, verbose_name=_("who"), related_name="+")
    decided_at = models.DateTimeField(_("decided at"))
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, default=Decision.PASSED)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")
        ordering = ["decided_at", "pk"]
        constraints = [
            about_one_thing("approval_step_about_one_thing"),
            models.UniqueConstraint(
                fields=["application", "step"],
                name="approval_step_once",
                violation_error_message=_("This step of the application is already decided."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application or self.file} {self.step}"


@audited
class PublicNotice(UnionRecord):
    """A notice put up before approval: where, from when to when, and what was objected.

    It shows name, unit, class, kind and amount; never an ID number, illness, account, address or a child's name.
    """

    application = models.ForeignKey(
        ReliefApplication,
        models.PROTECT,
        verbose_name=_("relief application"),
        null=True,
        blank=True,
        related_name="notices",
    )
    file = models.ForeignKey(
        HardshipFile, models.PROTECT, verbose_name=_("hardship file"), null=True, blank=True, related_name="notices"
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    place = models.CharField(_("place"), max_length=80)
    objection = models.CharField(_("objection"), max_length=300, blank=True)
    objected_on = models.DateField(_("objected on"), null=True, blank=True)

    class Meta:
        verbose_name = _("public notice")
        verbose_name_plural = _("public notices")
        ordering = ["-starts_on"]
        constraints = [
            about_one_thing("public_notice_about_one_thing"),
            check(
                "public_notice_ends_after_start",
                Q(ends_on__gte=F("starts_on")),
                _("The notice cannot end before it begins."),
            ),
            check(
                "public_notice_objection_has_date",
                Q(objection="", objected_on__isnull=True) | ~Q(objection="") & Q(objected_on__isnull=False),
                _("An objection is recorded with its date."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application or self.file} {self.starts_on}"


@audited
class ReliefPayment(UnionRecord):
    """Relief or a benefit given to one person, cash and goods apart, in yuan. ``union`` is the person's own.

    Federation money is posted in the ledger, an enterprise's comes out of its fund. Counted by ``paid_on``.
    The figures of visits, heat rounds and tuition come from their own tables, not from the kinds here.
    """

    person = models.ForeignKey(
        "members.Person", models.PROTECT, verbose_name=_("person"), related_name="relief_payments"
    )
    file = models.ForeignKey(
        HardshipFile, models.PROTECT, verbose_name=_("hardship file"), null=True, blank=True, related_name="payments"
    )
    application = models.ForeignKey(
        ReliefApplication,
        models.PROTECT,
        verbose_name=_("relief application"),
        null=True,
        blank=True,
        related_name="payments",
    )
    kind = models.CharField(_("kind of relief"), max_length=12, choices=ReliefKind)
    source = models.CharField(_("source of money"), max_length=15, choices=MoneySource, default=MoneySource.FEDERATION)
    amount_cash = MoneyField(_("cash (yuan)"), default=0)
    amount_goods = MoneyField(_("goods (yuan)"), default=0)
    paid_on = models.DateField(_("paid on"))
    belongs_to = models.DateField(
        _("month it belongs to"), null=True, blank=True, help_text=_("Empty: the month of the date.")
    )
    payee_account_last4 = models.CharField(
        _("last four of the payee's account"),
        max_length=4,
        blank=True,
        validators=[RegexValidator(r"^\d{4}$", _("Four digits."))],
    )
    ledger_transaction = models.ForeignKey(
        "finance.LedgerTransaction",
        models.PROTECT,
        verbose_name=_("ledger transaction"),
        null=True,
        blank=True,
        editable=False,
        related_name="relief_payments",
    )
    fund_movement = models.ForeignKey(
        FundMovement,
        models.PROTECT,
        verbose_name=_("fund movement"),
        null=True,
        blank=True,
        related_name="payments",
    )
    reversed_on = models.DateField(_("reversed on"), null=True, blank=True, editable=False)
    reversal_reason = models.CharField(_("reason of the reversal"), max_length=200, blank=True, editable=False)

    objects = querysets.ReliefPaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("relief payment")
        verbose_name_plural = _("relief payments")
        ordering = ["-paid_on", "-pk"]
        constraints = [
            check(
                "relief_payment_above_zero",
                Q(amount_cash__gte=0, amount_goods__gte=0) & (Q(amount_cash__gt=0) | Q(amount_goods__gt=0)),
                _("A payment has cash or goods."),
            ),
            check(
                "relief_payment_of_fund_has_movement",
                ~Q(source="ENTERPRISE_FUND") | Q(fund_movement__isnull=False) | Q(source_return__isnull=False),
                _("A payment of an enterprise fund names its movement or the return it comes from."),
            ),
            check(
                "relief_payment_movement_of_fund_only",
                Q(fund_movement__isnull=True) | Q(source="ENTERPRISE_FUND"),
                _("Only a payment of an enterprise fund is a movement of it."),
            ),
            check(
                "relief_payment_fund_outside_ledger",
                Q(ledger_transaction__isnull=True) | ~Q(source="ENTERPRISE_FUND"),
                _("A payment of an enterprise fund does not stand in the federation's ledger."),
            ),
            check(
                "relief_payment_belongs_to_month",
                Q(belongs_to__isnull=True) | Q(belongs_to__day=1),
                _("The month is given by its first day."),
            ),
            check(
                "relief_payment_reversal_has_reason",
                Q(reversed_on__isnull=True) | Q(reversed_on__gte=F("paid_on")) & ~Q(reversal_reason=""),
                _("A reversal is not before the payment and says why."),
            ),
        ]
        indexes = [
            models.Index(fields=["paid_on", "source", "kind"], name="relief_payment_by_day"),
            models.Index(fields=["person", "kind"], name="relief_payment_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_kind_display()} {self.paid_on}"

    @property
    def amount(self) -> Decimal:
        """Cash and goods together, in yuan."""
        return self.amount_cash + self.amount_goods


@audited
class ReliefRule(UnionRecord, Dated):
    """What a union gives for a kind of relief, or at most gives in a year: it differs by place, so it is a row."""

    class Basis(models.TextChoices):
        FIXED = "FIXED", _("Fixed amount (yuan)")
        YEAR_CAP = "YEAR_CAP", _("At most in a year (yuan)")
        YEAR_CAP_MONTHS = "YEAR_CAP_MONTHS", _("At most in a year (months of the minimum living allowance)")

    kind = models.CharField(_("kind of relief"), max_length=12, choices=ReliefKind)
    category = models.CharField(_("hardship class"), max_length=10, choices=HardshipCategory, blank=True)
    basis = models.CharField(_("basis"), max_length=15, choices=Basis, default=Basis.FIXED)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    source = models.CharField(_("source"), max_length=120)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("relief rule")
        verbose_name_plural = _("relief rules")
        ordering = ["kind", "-start"]
        constraints = [
            ends_after_start("relief_rule_ends_after_start"),
            check("relief_rule_above_zero", Q(amount__gt=0), _("The amount must be above zero.")),
            no_overlap(
                "relief_rule_one_at_a_time",
                "union",
                "kind",
                "category",
                "basis",
                message=_("The union already has this rule in that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"
