"""Quarterly returns: who owes one, every version that came in, and how far it got."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unions.access import ScopedQuerySet
from unions.audit import audited
from unions.models.base import UnionRecord, check
from unions.models.organisation import Union
from unions.models.periods import ReportingPeriod


class ReturnStatus(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("return", "Draft")
    SUBMITTED = "SUBMITTED", pgettext_lazy("return", "Submitted")
    SENT_BACK = "SENT_BACK", pgettext_lazy("return", "Sent back")
    ACCEPTED = "ACCEPTED", pgettext_lazy("return", "Accepted")
    LOCKED = "LOCKED", pgettext_lazy("return", "Locked")


class ObligationQuerySet(ScopedQuerySet):
    def expected(self) -> Self:
        """Obligations that count in the reporting rate: the exempted ones do not."""
        return self.filter(exempted_on__isnull=True)


@audited
class ReturnObligation(UnionRecord):
    """A union owes the return of a period by a day; exactly one row for each union and period."""

    union = models.ForeignKey(Union, models.PROTECT, verbose_name=_("union"), related_name="obligations")
    period = models.ForeignKey(ReportingPeriod, models.PROTECT, verbose_name=_("period"), related_name="obligations")
    due_on = models.DateField(_("due on"))
    first_filed_on = models.DateField(_("first filed on"), null=True, blank=True)
    exempted_on = models.DateField(_("exempted on"), null=True, blank=True)
    exemption_reason = models.CharField(_("reason of exemption"), max_length=200, blank=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("return obligation")
        verbose_name_plural = _("return obligations")
        ordering = ["period", "union"]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "period"],
                name="obligation_once",
                violation_error_message=_("This union's return of the period is already expected."),
            ),
            check(
                "obligation_exemption_has_reason",
                Q(exempted_on__isnull=True) | ~Q(exemption_reason=""),
                _("An exemption from filing needs a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.union} {self.period}"


@audited
class QuarterlyReturn(UnionRecord):
    """One version of a union's return of one period. A correction is a new version; none is changed."""

    class Channel(models.TextChoices):
        WORKBOOK = "WORKBOOK", _("Workbook")
        WEB_FORM = "WEB_FORM", _("Web form")
        NIL = "NIL", _("Nil return")

    obligation = models.ForeignKey(
        ReturnObligation, models.PROTECT, verbose_name=_("obligation"), related_name="versions"
    )
    version = models.PositiveSmallIntegerField(_("version"))
    status = models.CharField(_("status"), max_length=12, choices=ReturnStatus, default=ReturnStatus.DRAFT)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.WORKBOOK)
    file_name = models.CharField(_("file name"), max_length=120, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "unions.User", models.PROTECT, verbose_name=_("decided by"), null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason for sending back"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("quarterly return")
        verbose_name_plural = _("quarterly returns")
        ordering = ["obligation", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["obligation", "version"], name="return_version_once"),
            models.UniqueConstraint(
                fields=["obligation"],
                condition=Q(status__in=("SUBMITTED",)),
                name="return_one_submitted",
                violation_error_message=_("A version of this return is already waiting for review."),
            ),
            check(
                "return_sent_back_has_reason",
                ~Q(status="SENT_BACK") | ~Q(reason=""),
                _("A return is sent back with a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation} v{self.version}"
