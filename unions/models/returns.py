"""Quarterly returns: who owes one, every version that came in, and how far it got."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unions.access import ScopedQuerySet
from unions.audit import audited
from unions.models.base import Dated, DatedQuerySet, UnionRecord, check, ends_after_start, no_overlap
from unions.models.organisation import Union
from unions.models.periods import ReportingPeriod


class ReturnStatus(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("return", "Draft")
    SUBMITTED = "SUBMITTED", pgettext_lazy("return", "Submitted")
    SENT_BACK = "SENT_BACK", pgettext_lazy("return", "Sent back")
    ACCEPTED = "ACCEPTED", pgettext_lazy("return", "Accepted")
    LOCKED = "LOCKED", pgettext_lazy("return", "Locked")
    REPLACED = "REPLACED", pgettext_lazy("return", "Replaced by a later version")


IN_FORCE = (ReturnStatus.ACCEPTED, ReturnStatus.LOCKED)
FILED = (ReturnStatus.SUBMITTED, *IN_FORCE)
# Of obligations ``with_latest``: nothing was filed, or what was is given back.
UNFILED = Q(latest__isnull=True) | ~Q(latest__in=FILED)


class CheckState(models.TextChoices):
    """How far the reading and checking of an uploaded version is."""

    QUEUED = "QUEUED", pgettext_lazy("check", "Waiting to be checked")
    RUNNING = "RUNNING", pgettext_lazy("check", "Being checked")
    DONE = "DONE", pgettext_lazy("check", "Checked")
    FAILED = "FAILED", pgettext_lazy("check", "Could not be checked")


class Severity(models.TextChoices):
    """What a finding stops: the reading (BLOCKING), the filing (ERROR), nothing once it is explained, or nothing."""

    BLOCKING = "BLOCKING", pgettext_lazy("finding", "Cannot be read")
    ERROR = "ERROR", pgettext_lazy("finding", "Error")
    WARNING = "WARNING", pgettext_lazy("finding", "To be explained")
    HINT = "HINT", pgettext_lazy("finding", "Hint")


class ReturnForm(models.TextChoices):
    """What is to be filed. A new form is a new value here and its own sheets."""

    QUARTERLY = "QUARTERLY", _("Quarterly return")


class ObligationQuerySet(ScopedQuerySet):
    def expected(self) -> Self:
        """Obligations that count in the reporting rate: the exempted ones do not."""
        return self.filter(exempted_on__isnull=True)

    def with_latest(self) -> Self:
        """Annotate ``latest``: the status of the version in force, or else of the newest; None without any.

        Where a return stands is this everywhere: an accepted one that is being amended is filed all the while.
        """
        in_force = Case(When(status__in=IN_FORCE, then=0), default=1, output_field=models.IntegerField())
        versions = QuarterlyReturn.objects.filter(obligation=OuterRef("pk")).order_by(in_force, "-version")
        return self.annotate(latest=Subquery(versions.values("status")[:1]))


@audited
class ReturnObligation(UnionRecord):
    """A union owes a form for a period by a day; exactly one row for each union, form and period."""

    union = models.ForeignKey(Union, models.PROTECT, verbose_name=_("union"), related_name="obligations")
    period = models.ForeignKey(ReportingPeriod, models.PROTECT, verbose_name=_("period"), related_name="obligations")
    form = models.CharField(_("form"), max_length=10, choices=ReturnForm, default=ReturnForm.QUARTERLY)
    due_on = models.DateField(_("due on"))
    first_filed_on = models.DateField(_("first filed on"), null=True, blank=True)
    exempted_on = models.DateField(_("exempted on"), null=True, blank=True)
    exemption_reason = models.CharField(_("reason of exemption"), max_length=200, blank=True)
    reminded_at = models.DateTimeField(_("last reminded at"), null=True, blank=True, editable=False)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("return obligation")
        verbose_name_plural = _("return obligations")
        ordering = ["period", "union"]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "form", "period"],
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
    locked_at = models.DateTimeField(_("locked at"), null=True, blank=True, editable=False)
    locked_by = models.ForeignKey(
        "unions.User",
        models.PROTECT,
        verbose_name=_("locked by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    reason = models.CharField(_("reason for sending back"), max_length=500, blank=True)
    check_state = models.CharField(_("check"), max_length=8, choices=CheckState, default=CheckState.DONE)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    started_at = models.DateTimeField(_("check begun at"), null=True, blank=True, editable=False)
    trouble = models.CharField(_("why it could not be checked"), max_length=500, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        "unions.User",
        models.PROTECT,
        verbose_name=_("submitted by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    is_on_behalf = models.BooleanField(_("filed by staff on the union's behalf"), default=False, editable=False)
    receipt_no = models.CharField(_("receipt number"), max_length=40, null=True, blank=True, unique=True)
    amends = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("amends"),
        null=True,
        blank=True,
        editable=False,
        related_name="amended_by",
    )
    amendment_reason = models.CharField(_("reason of the amendment"), max_length=500, blank=True)
    counts = models.JSONField(_("rows read, created, updated, unchanged, rejected"), null=True, editable=False)

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
            models.UniqueConstraint(
                fields=["obligation"],
                condition=Q(status__in=("ACCEPTED", "LOCKED")),
                name="return_one_in_force",
                violation_error_message=_("A version of this return is already accepted."),
            ),
            check(
                "return_lock_names_who",
                Q(locked_at__isnull=True) | Q(locked_by__isnull=False),
                _("A lock names who set it."),
            ),
            check(
                "return_sent_back_has_reason",
                ~Q(status="SENT_BACK") | ~Q(reason=""),
                _("A return is sent back with a reason."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["check_state"], condition=Q(check_state__in=("QUEUED", "RUNNING")), name="return_to_check"
            )
        ]

    def __str__(self) -> str:
        return str(_("%(what)s, version %(number)d") % {"what": self.obligation, "number": self.version})


class ReturnContent(UnionRecord):
    """What a version says: the file as it came, and the rows read from it; both ciphertext, neither ever deleted.

    It is written twice, when the file comes and when it has been read; the history keeps no copies of it.
    """

    version = models.OneToOneField(
        QuarterlyReturn, models.PROTECT, verbose_name=_("quarterly return"), related_name="content"
    )
    file = models.BinaryField(_("file"), null=True, editable=False)
    rows = models.BinaryField(_("rows"), null=True, editable=False)

    class Meta:
        verbose_name = _("content of a return")
        verbose_name_plural = _("contents of returns")
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(self.version)


@audited
class ReturnFinding(UnionRecord):
    """Something the check of a version found, at a cell, a row or a sheet; a warning is explained or mended.

    ``row`` is the row in the workbook and 0 for a whole sheet. ``value`` is what stood there, personal data masked.
    """

    version = models.ForeignKey(
        QuarterlyReturn, models.CASCADE, verbose_name=_("quarterly return"), related_name="findings"
    )
    sheet = models.CharField(_("sheet"), max_length=8)
    row = models.PositiveIntegerField(_("row"), default=0)
    column = models.CharField(_("column"), max_length=40, blank=True)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity)
    rule = models.CharField(_("rule"), max_length=24)
    message = models.CharField(_("what is wrong"), max_length=500)
    value = models.CharField(_("value"), max_length=120, blank=True)
    explanation = models.CharField(_("explanation"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.message


@audited
class ReturnNote(UnionRecord):
    """What a reviewer wants mended in a version that is sent back: at a cell, or of a whole sheet."""

    version = models.ForeignKey(
        QuarterlyReturn, models.PROTECT, verbose_name=_("quarterly return"), related_name="notes"
    )
    sheet = models.CharField(_("sheet"), max_length=8)
    row = models.PositiveIntegerField(_("row"), default=0)
    column = models.CharField(_("column"), max_length=40, blank=True)
    text = models.CharField(_("what to mend"), max_length=500)

    class Meta:
        verbose_name = _("note of the reviewer")
        verbose_name_plural = _("notes of the reviewer")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


@audited
class SheetExemption(UnionRecord, Dated):
    """A union that need not fill in a sheet for some time, and why."""

    sheet = models.CharField(_("sheet"), max_length=8)
    reason = models.CharField(_("reason of exemption"), max_length=200)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("exemption from a sheet")
        verbose_name_plural = _("exemptions from sheets")
        constraints = [
            ends_after_start("sheet_exemption_ends_after_start"),
            no_overlap(
                "sheet_exemption_once",
                "union",
                "sheet",
                message=_("The union is already exempted from this sheet in that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.union} {self.sheet}"


@audited
class LockException(UnionRecord):
    """Leave to change a union's rows of a period although they are accepted or locked: why, by whom, until when."""

    period = models.ForeignKey(ReportingPeriod, models.PROTECT, verbose_name=_("period"), related_name="exceptions")
    until = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=300)

    class Meta:
        verbose_name = _("exception from a lock")
        verbose_name_plural = _("exceptions from locks")
        ordering = ["-until"]

    def __str__(self) -> str:
        return f"{self.union} {self.period}"
