"""Reporting periods with their locks, and the work calendar that deadlines follow."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unions.access import CommonQuerySet
from unions.audit import audited
from unions.models.base import CommonDatedQuerySet, Dated, Record, UnionRecord, check, ends_after_start, no_overlap


@audited
class ReportingPeriod(Record):
    """A period that returns and reports name. Once locked, the database takes no posting dated into it."""

    class Kind(models.TextChoices):
        QUARTER = "QUARTER", _("Quarter")
        HALF = "HALF", _("Half-year")
        CALENDAR_YEAR = "CALENDAR_YEAR", _("Calendar year")
        STAT_YEAR = "STAT_YEAR", _("Statistical year")

    code = models.CharField(_("period"), max_length=20, unique=True)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    start = models.DateField(_("from"))
    end = models.DateField(_("until (exclusive)"))
    due_on = models.DateField(_("returns due on"), null=True, blank=True)
    locked_at = models.DateTimeField(_("locked at"), null=True, blank=True)
    locked_by = models.ForeignKey(
        "unions.User", models.PROTECT, verbose_name=_("locked by"), null=True, blank=True, related_name="+"
    )

    objects = CommonQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        ordering = ["start", "end"]
        constraints = [
            ends_after_start("period_ends_after_start"),
            check(
                "period_lock_names_who",
                Q(locked_at__isnull=True) | Q(locked_by__isnull=False),
                _("A lock names who set it."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None


@audited
class WorkDay(Record):
    """A day that departs from Monday-to-Friday: a holiday, or a weekend day worked instead (rules B16)."""

    class Kind(models.TextChoices):
        HOLIDAY = "HOLIDAY", _("Holiday")
        REST = "REST", _("Rest day")
        MAKEUP = "MAKEUP", _("Make-up workday")

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name"), max_length=40)
    source = models.CharField(_("source"), max_length=120)

    objects = CommonQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("work calendar")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class DayUnit(models.TextChoices):
    NATURAL = "NATURAL", _("days")
    WORKING = "WORKING", _("working days")


@audited
class ClockRule(Record, Dated):
    """How long something may take, as a law or local rule of the time says (rules B12, B13, B16)."""

    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=80)
    length = models.PositiveSmallIntegerField(_("length"))
    unit = models.CharField(_("unit"), max_length=8, choices=DayUnit, default=DayUnit.NATURAL)
    source = models.CharField(_("source document"), max_length=120)

    objects = CommonDatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal time limit")
        verbose_name_plural = _("legal time limits")
        ordering = ["code", "start"]
        constraints = [
            ends_after_start("clock_rule_ends_after_start"),
            no_overlap(
                "clock_rule_one_at_a_time", "code", message=_("This limit already has a rule for part of that time.")
            ),
        ]

    def __str__(self) -> str:
        return self.name


@audited
class Deadline(UnionRecord):
    """A legal time limit that runs for one record. ``due_on`` moves only by a recorded recalculation."""

    rule = models.ForeignKey(ClockRule, models.PROTECT, verbose_name=_("legal time limit"), related_name="deadlines")
    target_type = models.CharField(_("kind of record"), max_length=60)
    target_id = models.BigIntegerField(pgettext_lazy("row", "record"))
    matter = models.CharField(_("matter"), max_length=160)
    started_on = models.DateField(_("running since"))
    due_on = models.DateField(_("due on"))
    met_on = models.DateField(_("met on"), null=True, blank=True)

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["target_type", "target_id", "rule", "started_on"],
                name="deadline_once",
                violation_error_message=_("This deadline is already running."),
            ),
            check(
                "deadline_due_after_start",
                Q(due_on__gte=models.F("started_on")),
                _("A deadline cannot fall due before it begins."),
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(met_on__isnull=True), name="deadline_open_by_day")]

    def __str__(self) -> str:
        return f"{self.matter} {self.due_on}"
