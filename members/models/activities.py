"""What people take part in: activities, contests, health checks, recuperation, placements."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import querysets
from members.models.people import Person
from unions.access import CommonQuerySet
from unions.audit import audited
from unions.models import Employer, Level
from unions.models.base import Dated, MoneyField, Record, UnionRecord, check, ends_after_start


@audited
class ActivitySeries(Record, Dated):
    """Activities of one name that are counted together since the first, such as the one-hour class."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)

    objects = CommonQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity series")
        verbose_name_plural = _("activity series")
        constraints = [ends_after_start("series_ends_after_start")]

    def __str__(self) -> str:
        return self.name


class ActivityKind(models.TextChoices):
    TRAINING = "TRAINING", _("Training")
    EDUCATION = "EDUCATION", _("Study and lectures")
    CULTURE = "CULTURE", _("Culture")
    SPORT = "SPORT", _("Sport")
    LEGAL_PUBLICITY = "LEGAL_PUBLICITY", _("Legal publicity")
    PUBLICITY = "PUBLICITY", _("Publicity")
    HEALTH = "HEALTH", _("Health")
    CHILDCARE = "CHILDCARE", _("Children's classes and camps")
    VOLUNTEERING = "VOLUNTEERING", _("Volunteering")
    RECRUITMENT = "RECRUITMENT", _("Job fair")
    OTHER = "OTHER", _("Other activity")


CULTURE_AND_SPORT = (ActivityKind.CULTURE, ActivityKind.SPORT)


class Audience(models.TextChoices):
    EMPLOYEES = "EMPLOYEES", pgettext_lazy("audience", "Employees")
    OFFICERS = "OFFICERS", _("Union officers")
    TREASURERS = "TREASURERS", _("Treasurers")
    WOMEN = "WOMEN", _("Women workers")
    MIGRANTS = "MIGRANTS", _("Migrant workers")
    LAID_OFF = "LAID_OFF", _("Laid-off workers")
    CHILDREN = "CHILDREN", _("Workers' children")
    PUBLIC = "PUBLIC", _("General public")


@audited
class Activity(UnionRecord):
    """Something held for workers. ``sessions`` counts 期/场, ``attendances`` 人次; belongs to the period it starts in.

    ``union`` organised it. ``is_estimate`` marks attendances that were not counted; only those print with 近 or 余.
    """

    series = models.ForeignKey(
        ActivitySeries, models.PROTECT, verbose_name=_("series"), null=True, blank=True, related_name="activities"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=ActivityKind)
    audience = models.CharField(_("audience"), max_length=12, choices=Audience, default=Audience.EMPLOYEES)
    title = models.CharField(_("title"), max_length=120)
    level = models.CharField(_("level"), max_length=12, choices=Level, default=Level.SUBDISTRICT)
    starts_on = models.DateField(pgettext_lazy("day", "from"))
    ends_on = models.DateField(_("to"))
    place = models.CharField(_("place"), max_length=80, blank=True)
    sessions = models.PositiveIntegerField(_("sessions"), default=1)
    invited = models.PositiveIntegerField(_("invited to each session"), null=True, blank=True)
    attendances = models.PositiveIntegerField(_("attendances"), null=True, blank=True)
    female = models.PositiveIntegerField(_("of which women"), null=True, blank=True)
    is_estimate = models.BooleanField(_("attendances estimated"), default=False)
    is_on_site = models.BooleanField(_("brought to the employer"), default=False)
    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("employer"), null=True, blank=True, related_name="activities"
    )
    teams = models.PositiveIntegerField(_("teams"), null=True, blank=True)
    co_organisers = models.CharField(_("co-organisers"), max_length=120, blank=True)
    materials = models.PositiveIntegerField(_("leaflets and goods handed out"), null=True, blank=True)
    cost_union = MoneyField(_("cost borne by the union (yuan)"), null=True, blank=True)
    cost_employer = MoneyField(_("cost borne by the employer (yuan)"), null=True, blank=True)
    cost_others = MoneyField(_("cost borne by others (yuan)"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=120, blank=True)

    objects = querysets.ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            check(
                "activity_ends_after_start",
                Q(ends_on__gte=F("starts_on")),
                _("An activity cannot end before it begins."),
            ),
            check(
                "activity_women_within_attendances",
                Q(female__isnull=True) | Q(attendances__isnull=True) | Q(female__lte=F("attendances")),
                _("There cannot be more women than attendances."),
            ),
            check(
                "activity_on_site_names_employer",
                Q(is_on_site=False) | Q(employer__isnull=False),
                _("On-site training names the employer."),
            ),
        ]
        indexes = [models.Index(fields=["kind", "starts_on"], name="activity_by_kind")]

    def __str__(self) -> str:
        return self.title

    @property
    def cost_total(self) -> Decimal | None:
        """What all who paid bore together, in yuan; None where nobody's share is known."""
        known = [cost for cost in (self.cost_union, self.cost_employer, self.cost_others) if cost is not None]
        return sum(known, Decimal(0)) if known else None

    def clean(self) -> None:
        """Refuse attendances that cannot be: far above the invited, or above the staff of the employer visited.

        Far above is more than half as many again as were invited to the sessions.
        """
        number, sessions = self.attendances, self.sessions or 1
        if number and self.invited and number > self.invited * sessions * 3 // 2:
            said = _("%(number)d attendances, but %(invited)d invited to %(sessions)d sessions: check both.")
            found = {"number": number, "invited": self.invited, "sessions": sessions}
            raise ValidationError({"attendances": said % found})
        staff = self.staff_visited()
        if number and staff is not None and number > staff * sessions:
            said = _("The employer had %(staff)d employees; in %(sessions)d sessions no more can have come.")
            raise ValidationError({"attendances": said % {"staff": staff, "sessions": sessions}})

    def staff_visited(self) -> int | None:
        """How many worked for the employer to whom the activity was brought, as far as is known."""
        if not self.is_on_site or self.employer is None or self.starts_on is None:
            return None
        rows = self.employer.headcounts.filter(as_of__lte=self.starts_on).order_by("-as_of")
        return rows.values_list("employees", flat=True).first()


@audited
class ActivityPhoto(UnionRecord):
    """A photo of an activity, re-encoded without what the camera wrote into it. ``union`` is the activity's.

    A photo that should not have been there is taken off the page with its reason; the row stays.
    """

    activity = models.ForeignKey(Activity, models.PROTECT, verbose_name=_("activity"), related_name="photos")
    caption = models.CharField(_("caption"), max_length=80, blank=True)
    content = models.BinaryField(_("photo"), editable=False)
    width = models.PositiveSmallIntegerField(_("width"), editable=False)
    height = models.PositiveSmallIntegerField(_("height"), editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    removed_on = models.DateField(_("taken off on"), null=True, blank=True, editable=False)
    removal_reason = models.CharField(_("reason for taking it off"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("photo of an activity")
        verbose_name_plural = _("photos of activities")
        ordering = ["activity", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "sha256"],
                condition=Q(removed_on__isnull=True),
                name="photo_once_on_an_activity",
                violation_error_message=_("This photo is on the page already."),
            ),
            check(
                "photo_removed_with_reason",
                Q(removed_on__isnull=True) | ~Q(removal_reason=""),
                _("A photo is taken off with a reason."),
            ),
        ]

    def __str__(self) -> str:
        return self.caption or _("Photo %(number)s") % {"number": self.pk}


@audited
class ActivityParticipation(UnionRecord):
    """A union, an employer or a person in an activity. ``union`` is the one that took part."""

    activity = models.ForeignKey(Activity, models.CASCADE, verbose_name=_("activity"), related_name="participations")
    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("employer"), null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("person"), null=True, blank=True, related_name="participations"
    )
    attendances = models.PositiveIntegerField(_("attendances"), null=True, blank=True)

    objects = querysets.PersonRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "union", "employer", "person"],
                name="participation_once",
                nulls_distinct=False,
                violation_error_message=_("This participant is already on the list."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person or self.employer or self.union} – {self.activity}"


class ContestType(models.TextChoices):
    EMULATION = "EMULATION", _("Labour emulation")
    SKILLS = "SKILLS", _("Skills contest")
    CULTURE = "CULTURE", _("Culture or sport contest")
    KNOWLEDGE = "KNOWLEDGE", _("Knowledge contest")


@audited
class Contest(UnionRecord):
    """A contest or an emulation campaign. ``rank`` is the federation's own place in a contest of a higher level."""

    type = models.CharField(_("type"), max_length=10, choices=ContestType)
    title = models.CharField(_("title"), max_length=120)
    trade = models.CharField(_("trade"), max_length=40, blank=True)
    theme = models.CharField(_("theme"), max_length=80, blank=True)
    level = models.CharField(_("level"), max_length=12, choices=Level, default=Level.SUBDISTRICT)
    starts_on = models.DateField(pgettext_lazy("day", "from"))
    ends_on = models.DateField(_("to"))
    teams = models.PositiveIntegerField(_("teams"), null=True, blank=True)
    contestants = models.PositiveIntegerField(_("contestants"), null=True, blank=True)
    co_organisers = models.CharField(_("co-organisers"), max_length=120, blank=True)
    rank = models.PositiveSmallIntegerField(_("our place"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("contest")
        verbose_name_plural = _("contests")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            check(
                "contest_ends_after_start", Q(ends_on__gte=F("starts_on")), _("A contest cannot end before it begins.")
            )
        ]

    def __str__(self) -> str:
        return self.title


@audited
class ContestEntry(UnionRecord):
    """An employer in a contest or emulation campaign."""

    contest = models.ForeignKey(Contest, models.CASCADE, verbose_name=_("contest"), related_name="entries")
    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name=_("employer"), related_name="contest_entries")
    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("person"), null=True, blank=True, related_name="contest_entries"
    )
    team = models.CharField(pgettext_lazy("contest", "team"), max_length=60, blank=True)
    contestants = models.PositiveIntegerField(_("contestants"), null=True, blank=True)
    place = models.PositiveSmallIntegerField(pgettext_lazy("rank", "place"), null=True, blank=True)

    objects = querysets.PersonRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("contest entry")
        verbose_name_plural = _("contest entries")
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "employer", "person", "team"],
                name="contest_entry_once",
                nulls_distinct=False,
                violation_error_message=_("This entrant is already in the contest."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employer} – {self.contest}"


@audited
class HealthCheck(UnionRecord):
    """A person checked in a round of health checks. ``union`` is the person's own."""

    round = models.CharField(pgettext_lazy("check-up", "round"), max_length=80)
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("person"), related_name="health_checks")
    checked_on = models.DateField(_("checked on"))
    is_chair = models.BooleanField(_("union chair"), default=False)
    organised_by = models.CharField(_("organised by"), max_length=60, blank=True)

    objects = querysets.PersonRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("health check")
        verbose_name_plural = _("health checks")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "round"],
                name="health_check_once",
                violation_error_message=_("The person is already on this round's list."),
            )
        ]
        indexes = [models.Index(fields=["checked_on"], name="health_check_by_day")]

    def __str__(self) -> str:
        return f"{self.person} {self.checked_on}"


@audited
class Recuperation(UnionRecord):
    """A person's recuperation leave; every two years at most. Cost in yuan."""

    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("person"), related_name="recuperations")
    place = models.CharField(_("place"), max_length=60)
    starts_on = models.DateField(pgettext_lazy("day", "from"))
    days = models.PositiveSmallIntegerField(_("days"))
    is_front_line = models.BooleanField(_("front-line worker"), default=True)
    cost = MoneyField(_("cost (yuan)"), null=True, blank=True)

    objects = querysets.PersonRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("recuperation")
        verbose_name_plural = _("recuperations")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "starts_on"],
                name="recuperation_once",
                violation_error_message=_("The person is already on this list."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.place}"


@audited
class JobPlacement(UnionRecord):
    """A person helped into work or training for it. ``persons`` is 1 unless only a number was reported."""

    class Kind(models.TextChoices):
        EMPLOYED = "EMPLOYED", pgettext_lazy("placement", "Placed in work")
        REFERRED = "REFERRED", pgettext_lazy("placement", "Referred to an employer")
        RETRAINED = "RETRAINED", pgettext_lazy("placement", "Retrained")
        POST_OFFERED = "POST_OFFERED", pgettext_lazy("placement", "Post found")

    class WorkerGroup(models.TextChoices):
        LAID_OFF = "LAID_OFF", _("Laid-off worker")
        MIGRANT = "MIGRANT", _("Migrant worker")
        GRADUATE = "GRADUATE", _("Graduate")
        OTHER = "OTHER", _("Other")

    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name=_("person"), null=True, blank=True, related_name="placements"
    )
    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("employer"), null=True, blank=True, related_name="placements"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.EMPLOYED)
    worker_group = models.CharField(_("worker group"), max_length=10, choices=WorkerGroup)
    persons = models.PositiveIntegerField(_("persons"), default=1)
    placed_on = models.DateField(_("date"))

    class Meta:
        verbose_name = _("job placement")
        verbose_name_plural = _("job placements")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.placed_on}"
