"""Reporting periods with their locks, and the work calendar that deadlines follow."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from unions.audit import audited
from unions.models.base import Record, check, ends_after_start


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

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("work calendar")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
