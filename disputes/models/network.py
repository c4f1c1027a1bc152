"""The network that sees disputes coming and mediates them: bodies, mediators, warning officers, alerts."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unions.audit import audited
from unions.models import Employer
from unions.models.base import Dated, UnionRecord, check, ends_after_start, no_overlap


class Weekday(models.IntegerChoices):
    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


@audited
class MediationBody(UnionRecord):
    """A body that mediates labour disputes: an enterprise's committee, or a centre of one of the three tiers."""

    class Tier(models.TextChoices):
        ENTERPRISE = "ENTERPRISE", pgettext_lazy("mediation body", "Enterprise committee")
        COMMUNITY = "COMMUNITY", pgettext_lazy("mediation body", "Community sub-centre")
        SUBDISTRICT = "SUBDISTRICT", pgettext_lazy("mediation body", "Sub-district sub-centre")
        DISTRICT = "DISTRICT", pgettext_lazy("mediation body", "District centre")

    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("employer"), null=True, blank=True, related_name="mediation_bodies"
    )
    name = models.CharField(_("name"), max_length=80)
    level = models.CharField(_("tier"), max_length=12, choices=Tier, default=Tier.ENTERPRISE)
    set_up_on = models.DateField(_("set up on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    sitting_day = models.PositiveSmallIntegerField(_("weekly mediation day"), choices=Weekday, null=True, blank=True)

    class Meta:
        verbose_name = _("mediation body")
        verbose_name_plural = _("mediation bodies")
        ordering = ["level", "name"]
        constraints = [
            ends_after_start("mediation_body_closes_after_set_up", "set_up_on", "closed_on"),
            check(
                "mediation_body_of_enterprise_names_it",
                ~Q(level="ENTERPRISE") | Q(employer__isnull=False),
                _("An enterprise's committee names the employer."),
            ),
            no_overlap(
                "mediation_body_one_per_employer",
                "employer",
                start="set_up_on",
                end="closed_on",
                condition=Q(level="ENTERPRISE"),
                message=_("The employer already has a mediation body in that time."),
            ),
        ]
        indexes = [models.Index(fields=["level", "set_up_on"], name="mediation_body_by_tier")]

    def __str__(self) -> str:
        return self.name


@audited
class Mediator(UnionRecord, Dated):
    """A person appointed to a mediation body for some time. The same name may serve in several bodies."""

    class Post(models.TextChoices):
        DIRECTOR = "DIRECTOR", _("Director of the committee")
        MEDIATOR = "MEDIATOR", _("Mediator")
        COUNSEL = "COUNSEL", _("Legal counsel")
        PART_TIME_ARBITRATOR = "PART_TIME_ARBITRATOR", _("Part-time arbitrator")
        RIGHTS_ADVISER = "RIGHTS_ADVISER", _("Rights adviser")

    body = models.ForeignKey(MediationBody, models.PROTECT, verbose_name=_("mediation body"), related_name="mediators")
    name = models.CharField(_("name"), max_length=30)
    post = models.CharField(_("post"), max_length=20, choices=Post, default=Post.MEDIATOR)
    phone = models.CharField(_("phone"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("mediator")
        verbose_name_plural = _("mediators")
        constraints = [ends_after_start("mediator_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.name} {self.get_post_display()}"


@audited
class WarningOfficer(UnionRecord, Dated):
    """The first to know, report and coordinate in an enterprise, in direct touch with the federation."""

    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("employer"), null=True, blank=True, related_name="warning_officers"
    )
    name = models.CharField(_("name"), max_length=30)
    phone = models.CharField(_("phone"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("warning officer")
        verbose_name_plural = _("warning officers")
        constraints = [ends_after_start("warning_officer_ends_after_start")]

    def __str__(self) -> str:
        return self.name


class RiskLevel(models.TextChoices):
    ORDINARY = "ORDINARY", pgettext_lazy("risk", "Ordinary")
    LARGER = "LARGER", pgettext_lazy("risk", "Larger")
    MAJOR = "MAJOR", pgettext_lazy("risk", "Major")


@audited
class RiskAlert(UnionRecord):
    """A dispute in the making that somebody reported, with the days it was known, reported and coordinated."""

    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("employer"), null=True, blank=True, related_name="risk_alerts"
    )
    officer = models.ForeignKey(
        WarningOfficer,
        models.PROTECT,
        verbose_name=_("warning officer"),
        null=True,
        blank=True,
        related_name="alerts",
    )
    reporter = models.CharField(_("reported by"), max_length=30)
    level = models.CharField(_("risk level"), max_length=10, choices=RiskLevel, default=RiskLevel.ORDINARY)
    workers = models.PositiveIntegerField(_("workers concerned"), null=True, blank=True)
    matter = models.CharField(_("matter"), max_length=300)
    known_on = models.DateField(_("known on"), null=True, blank=True)
    reported_on = models.DateField(_("reported on"))
    coordinated_on = models.DateField(_("coordinated on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    case = models.ForeignKey(
        "disputes.Case", models.PROTECT, verbose_name=_("dispute case"), null=True, blank=True, related_name="alerts"
    )

    class Meta:
        verbose_name = _("risk alert")
        verbose_name_plural = _("risk alerts")
        ordering = ["-reported_on", "-pk"]
        constraints = [
            check(
                "risk_alert_known_before_reported",
                Q(known_on__isnull=True) | Q(known_on__lte=F("reported_on")),
                _("A risk is known before it is reported."),
            ),
            check(
                "risk_alert_coordinated_after_reported",
                Q(coordinated_on__isnull=True) | Q(coordinated_on__gte=F("reported_on")),
                _("A risk is reported before it is coordinated."),
            ),
        ]
        indexes = [models.Index(fields=["reported_on"], name="risk_alert_by_day")]

    def __str__(self) -> str:
        return f"{self.reported_on} {self.matter}"[:80]
