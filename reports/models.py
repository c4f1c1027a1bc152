"""What a report was asked to reach, what it said, and what it promised. Figures live in code; here they are frozen."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unions.access import Role, ScopedQuerySet, roles_of
from unions.audit import audited
from unions.models import User
from unions.models.base import Record, UnionRecord, check


class Half(models.IntegerChoices):
    FIRST = 1, _("First half")
    SECOND = 2, _("Second half")


@audited
class Target(UnionRecord):
    """What an issuer asks of one indicator in a year, in the indicator's own unit."""

    year = models.PositiveSmallIntegerField(_("year"))
    indicator = models.CharField(_("indicator code"), max_length=10)
    value = models.DecimalField(_("target"), max_digits=16, decimal_places=2)
    issuer = models.CharField(_("issued by"), max_length=60)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("annual target")
        verbose_name_plural = _("annual targets")
        ordering = ["year", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "year", "indicator"],
                name="target_once_a_year",
                violation_error_message=_("This indicator already has a target."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.indicator} {self.value}"


@audited
class PlanItem(UnionRecord):
    """One promise of a half-year plan. Done only with evidence or when the target figure is reached."""

    class Status(models.TextChoices):
        NOT_STARTED = "NOT_STARTED", _("Not started")
        IN_PROGRESS = "IN_PROGRESS", _("In progress")
        DONE = "DONE", _("Done")
        DELAYED = "DELAYED", _("Delayed")
        DROPPED = "DROPPED", _("Dropped")

    year = models.PositiveSmallIntegerField(_("year"))
    half = models.PositiveSmallIntegerField(_("half-year"), choices=Half)
    number = models.CharField(_("number"), max_length=6)
    goal = models.CharField(_("goal"), max_length=40)
    measure = models.CharField(_("measure"), max_length=200)
    owner_role = models.CharField(_("owner"), max_length=20, choices=Role)
    partner = models.CharField(_("partner"), max_length=60, blank=True)
    deadline = models.DateField(_("deadline"))
    milestone = models.CharField(_("milestone"), max_length=120, blank=True)
    indicator = models.CharField(_("indicator code"), max_length=10, blank=True)
    target_value = models.DecimalField(_("target"), max_digits=16, decimal_places=2, null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.NOT_STARTED)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    evidence = models.CharField(_("evidence"), max_length=200, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    carried_from = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("carried over from"), null=True, blank=True, related_name="carried_to"
    )

    class Meta:
        verbose_name = _("plan item")
        verbose_name_plural = _("plan items")
        ordering = ["year", "half", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "year", "half", "number"],
                name="plan_number_once",
                violation_error_message=_("This number is already taken in the plan."),
            ),
            check(
                "plan_delay_has_reason",
                ~Q(status__in=("DELAYED", "DROPPED")) | ~Q(reason=""),
                _("A delayed or dropped item says why."),
            ),
            check(
                "plan_done_has_evidence",
                ~Q(status="DONE") | ~Q(evidence="") | ~Q(indicator=""),
                _("An item is done with evidence or a figure that shows it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.measure}"


class ReportKind(models.TextChoices):
    SUMMARY = "summary", _("Half-year summary")
    PLAN = "plan", _("Half-year plan")
    ANNEX = "annex", _("Annex of figures")


class Language(models.TextChoices):
    SIMPLIFIED = "zh-hans", _("Simplified Chinese")
    TRADITIONAL = "zh-hant", _("Traditional Chinese")
    ENGLISH = "en", _("English")


class ReportQuerySet(ScopedQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A district reviewer sees what was issued to the district; everyone else the reports of his scope."""
        if roles_of(user) == {Role.REVIEWER}:
            return self.filter(status=Report.Status.ISSUED)
        return super().visible_to(user)


@audited
class Report(UnionRecord):
    """One rendering of a half-year's document: asked for, rendered in the background, kept with its SHA-256."""

    class Status(models.TextChoices):
        QUEUED = "QUEUED", pgettext_lazy("report", "Waiting")
        RENDERING = "RENDERING", pgettext_lazy("report", "Being made")
        READY = "READY", pgettext_lazy("report", "Draft ready")
        FAILED = "FAILED", pgettext_lazy("report", "Failed")
        ISSUED = "ISSUED", pgettext_lazy("report", "Issued")

    period = models.CharField(_("period"), max_length=6)
    kind = models.CharField(_("kind"), max_length=8, choices=ReportKind)
    language = models.CharField(_("language"), max_length=8, choices=Language, default=Language.SIMPLIFIED)
    version = models.PositiveSmallIntegerField(_("version"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    progress = models.PositiveSmallIntegerField(_("progress (%)"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("what went wrong"), max_length=500, blank=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    pdf = models.BinaryField(_("PDF"), null=True, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-period", "kind", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "period", "kind", "language", "version"], name="report_version_once"
            ),
            check(
                "report_ready_has_pdf",
                ~Q(status__in=("READY", "ISSUED")) | (Q(pdf__isnull=False) & ~Q(sha256="")),
                _("A finished report has its PDF."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.get_kind_display()} v{self.version}"


@audited
class ReportSection(Record):
    """A section of the report's text: its heading and order are data, so a year may have five or seven."""

    code = models.CharField(_("indicator group"), max_length=8, unique=True)
    number = models.PositiveSmallIntegerField(_("order"))
    heading = models.CharField(_("heading"), max_length=60)
    heading_en = models.CharField(_("heading in English"), max_length=80)

    class Meta:
        verbose_name = _("report section")
        verbose_name_plural = _("report sections")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.heading


@audited
class FrozenFigure(UnionRecord):
    """A figure as a report printed it: value, numerator and denominator, parts and the rows behind them."""

    report = models.ForeignKey(Report, models.PROTECT, verbose_name=_("report"), related_name="figures")
    indicator = models.CharField(_("indicator code"), max_length=10)
    definition_version = models.CharField(_("definition version"), max_length=16)
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=2, null=True, blank=True)
    numerator = models.DecimalField(_("numerator"), max_digits=18, decimal_places=2, null=True, blank=True)
    denominator = models.DecimalField(_("denominator"), max_digits=18, decimal_places=2, null=True, blank=True)
    parts = models.JSONField(_("parts"), default=list, encoder=DjangoJSONEncoder)
    query_sha256 = models.CharField(_("digest of the query"), max_length=64)

    class Meta:
        verbose_name = _("frozen figure")
        verbose_name_plural = _("frozen figures")
        constraints = [models.UniqueConstraint(fields=["report", "indicator"], name="frozen_figure_once")]

    def __str__(self) -> str:
        return f"{self.report} {self.indicator}"


@audited
class CheckExplanation(UnionRecord):
    """Why a consistency rule may fail in one period, said by name; the report prints it."""

    period = models.CharField(_("period"), max_length=6)
    rule = models.CharField(_("rule"), max_length=20)
    explanation = models.CharField(_("explanation"), max_length=300)

    class Meta:
        verbose_name = _("explanation of a check")
        verbose_name_plural = _("explanations of checks")
        constraints = [
            models.UniqueConstraint(
                fields=["union", "period", "rule"],
                name="check_explained_once",
                violation_error_message=_("This rule is already explained."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.rule}"
