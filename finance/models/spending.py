"""What money is spent on and who looks at it: budgets, audits, assets, subsidies of classes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from finance.models.ledger import APPEND_ONLY, Account, LedgerTransaction
from unions.audit import audited
from unions.models import Employer, ModelClass
from unions.models.base import (
    MoneyField,
    UnionRecord,
    check,
)


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
