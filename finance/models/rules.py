"""Rates, refunds, caps and dues as dated rows: what the law said on a day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from unions.audit import audited
from unions.models import Union
from unions.models.base import (
    Dated,
    MoneyField,
    Record,
    check,
    ends_after_start,
    no_overlap,
)


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
