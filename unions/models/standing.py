"""How a union stands: assessments and classes, campaigns, awards, pairing, facilities, outreach, dispatches."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unions.access import CommonQuerySet
from unions.audit import audited
from unions.models.base import (
    CommonDatedQuerySet,
    Dated,
    DatedQuerySet,
    MoneyField,
    Record,
    UnionRecord,
    check,
    ends_after_start,
    no_overlap,
)
from unions.models.organisation import Employer, Union


class Level(models.TextChoices):
    """The level of an award, activity, outlet or campaign."""

    ENTERPRISE = "ENTERPRISE", _("Enterprise")
    COMMUNITY = "COMMUNITY", pgettext_lazy("level", "Community")
    SUBDISTRICT = "SUBDISTRICT", pgettext_lazy("level", "Sub-district")
    DISTRICT = "DISTRICT", pgettext_lazy("level", "District")
    CITY = "CITY", pgettext_lazy("level", "Municipal")
    PROVINCE = "PROVINCE", pgettext_lazy("level", "Provincial")
    NATIONAL = "NATIONAL", pgettext_lazy("level", "National")


DISTRICT_AND_ABOVE = (Level.DISTRICT, Level.CITY, Level.PROVINCE, Level.NATIONAL)


@audited
class AssessmentScheme(Record):
    """A set of items to assess unions by, as its document says; checklists and points alike."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    year = models.PositiveSmallIntegerField(_("year"))
    level = models.CharField(_("level"), max_length=12, choices=Level, default=Level.SUBDISTRICT)
    source = models.CharField(_("source document"), max_length=120, blank=True)
    closes_on = models.DateField(_("applications until"), null=True, blank=True)

    objects = CommonQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment scheme")
        verbose_name_plural = _("assessment schemes")

    def __str__(self) -> str:
        return self.name


@audited
class AssessmentItem(Record):
    """One item of a scheme, with its weight in points and the figure it looks at, if any."""

    scheme = models.ForeignKey(AssessmentScheme, models.CASCADE, verbose_name=_("scheme"), related_name="items")
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=120)
    weight = models.DecimalField(_("points"), max_digits=5, decimal_places=1)
    indicator = models.CharField(_("indicator code"), max_length=10, blank=True)

    objects = CommonQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment item")
        verbose_name_plural = _("assessment items")
        ordering = ["scheme", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "number"],
                name="assessment_item_number_once",
                violation_error_message=_("This number is already taken."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Grade(models.TextChoices):
    """The classes of unions; which of them a scheme gives, from how many points and with what subsidy, is data."""

    MODEL = "MODEL", _("Model union")
    ADVANCED = "ADVANCED", _("Advanced union")
    COMPLIANT = "COMPLIANT", _("Compliant union")
    QUALIFIED = "QUALIFIED", _("Qualified union")


@audited
class SchemeGrade(Record):
    """A class that a scheme gives: from how many points, and with what subsidy in yuan."""

    scheme = models.ForeignKey(AssessmentScheme, models.CASCADE, verbose_name=_("scheme"), related_name="grades")
    grade = models.CharField(_("class"), max_length=10, choices=Grade)
    least_points = models.DecimalField(_("from (points)"), max_digits=5, decimal_places=1)
    subsidy = MoneyField(_("subsidy (yuan)"), null=True, blank=True)

    objects = CommonQuerySet.as_manager()

    class Meta:
        verbose_name = _("class of a scheme")
        verbose_name_plural = _("classes of schemes")
        ordering = ["scheme", "-least_points"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "grade"],
                name="scheme_grade_once",
                violation_error_message=_("The scheme already has this class."),
            )
        ]

    def __str__(self) -> str:
        return self.get_grade_display()


@audited
class Assessment(UnionRecord):
    """One union assessed under one scheme; its total is the sum of its scores."""

    class Status(models.TextChoices):
        APPLIED = "APPLIED", _("Applied for")
        SELF_ASSESSED = "SELF_ASSESSED", _("Self-assessed")
        CHECKED = "CHECKED", _("Checked on site")
        CLASSED = "CLASSED", _("Class given")

    scheme = models.ForeignKey(AssessmentScheme, models.PROTECT, verbose_name=_("scheme"), related_name="assessments")
    status = models.CharField(_("status"), max_length=15, choices=Status, default=Status.APPLIED)
    applied_on = models.DateField(_("applied on"))
    self_assessed_on = models.DateField(_("self-assessed on"), null=True, blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    checked_by = models.CharField(_("checked by"), max_length=60, blank=True)
    classed_on = models.DateField(_("class given on"), null=True, blank=True)

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        constraints = [
            models.UniqueConstraint(
                fields=["union", "scheme"],
                name="assessment_once",
                violation_error_message=_("The union is already in this scheme."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.union} {self.scheme}"


@audited
class AssessmentScore(UnionRecord):
    """The points of one item, as the union and as the site check see it."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, verbose_name=_("assessment"), related_name="scores")
    item = models.ForeignKey(AssessmentItem, models.PROTECT, verbose_name=_("item"), related_name="+")
    self_score = models.DecimalField(_("own score"), max_digits=5, decimal_places=1, null=True, blank=True)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=1, null=True, blank=True)

    class Meta:
        verbose_name = _("assessment score")
        verbose_name_plural = _("assessment scores")
        constraints = [models.UniqueConstraint(fields=["assessment", "item"], name="assessment_score_once")]

    def __str__(self) -> str:
        return f"{self.item} {self.score}"


@audited
class ModelClass(UnionRecord):
    """The class a union was given for a year: one class, one level, one year. The subsidy is in yuan."""

    Grade = Grade

    union = models.ForeignKey(Union, models.PROTECT, verbose_name=_("union"), related_name="classes")
    assessment = models.OneToOneField(
        Assessment, models.PROTECT, verbose_name=_("assessment"), null=True, blank=True, related_name="model_class"
    )
    year = models.PositiveSmallIntegerField(_("assessment year"))
    level = models.CharField(_("level"), max_length=12, choices=Level, default=Level.SUBDISTRICT)
    grade = models.CharField(_("class"), max_length=10, choices=Grade)
    awarded_on = models.DateField(_("awarded on"))
    document_no = models.CharField(_("document number"), max_length=60, blank=True)
    subsidy = MoneyField(_("subsidy (yuan)"), null=True, blank=True)

    class Meta:
        verbose_name = _("union class")
        verbose_name_plural = _("union classes")
        constraints = [
            models.UniqueConstraint(
                fields=["union", "year", "level"],
                name="class_one_a_year",
                violation_error_message=_("The union already has a class for this year."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.union} {self.year} {self.get_grade_display()}"


@audited
class Campaign(Record):
    """A drive with entrants and a target: harmonious enterprise, strong protection, learning enterprise, …"""

    class Kind(models.TextChoices):
        HARMONIOUS = "HARMONIOUS", _("Harmonious enterprise")
        STRONG_PROTECTION = "STRONG_PROTECTION", _("Strong protection, harmony")
        LEARNING = "LEARNING", _("Learning enterprise")
        FIVE_TEAM = "FIVE_TEAM", _("Five-type work team")
        STAR_CLUB = "STAR_CLUB", _("Star culture club")
        MODEL_UNION = "MODEL_UNION", _("Five-good model union")
        VITALITY = "VITALITY", _("Vitality union")
        WORKERS_HOME = "WORKERS_HOME", _("Workers' Home")
        OTHER = "OTHER", _("Other drive")

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    year = models.PositiveSmallIntegerField(_("year"))
    level = models.CharField(_("level"), max_length=12, choices=Level, default=Level.SUBDISTRICT)
    target = models.PositiveIntegerField(_("target (employers)"), null=True, blank=True)

    objects = CommonQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")

    def __str__(self) -> str:
        return self.name


@audited
class CampaignEnrolment(UnionRecord):
    """An employer, union or team in a campaign; each step reached keeps its own date, so each can be counted."""

    class Status(models.TextChoices):
        APPLIED = "APPLIED", _("Applied for")
        RECOMMENDED = "RECOMMENDED", _("Recommended")
        UNDER_REVIEW = "UNDER_REVIEW", _("Under review")
        PUBLIC_NOTICE = "PUBLIC_NOTICE", _("On public notice")
        GRANTED = "GRANTED", _("Granted")
        REJECTED = "REJECTED", _("Not granted")
        REVOKED = "REVOKED", _("Revoked")

    campaign = models.ForeignKey(Campaign, models.PROTECT, verbose_name=_("campaign"), related_name="enrolments")
    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("employer"), null=True, blank=True, related_name="enrolments"
    )
    team = models.CharField(_("team"), max_length=60, blank=True)
    status = models.CharField(_("status"), max_length=15, choices=Status, default=Status.APPLIED)
    applied_on = models.DateField(_("applied on"))
    recommended_on = models.DateField(_("recommended on"), null=True, blank=True)
    reviewed_on = models.DateField(_("review begun on"), null=True, blank=True)
    notice_from = models.DateField(_("public notice from"), null=True, blank=True)
    granted_on = models.DateField(_("granted on"), null=True, blank=True)
    rejected_on = models.DateField(_("refused on"), null=True, blank=True)
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)
    is_demonstration = models.BooleanField(_("demonstration unit"), default=False)

    class Meta:
        verbose_name = _("campaign enrolment")
        verbose_name_plural = _("campaign enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "union", "employer", "team"],
                name="enrolment_once",
                nulls_distinct=False,
                violation_error_message=_("This entrant is already in the campaign."),
            ),
            check(
                "enrolment_granted_has_date",
                ~Q(status="GRANTED") | Q(granted_on__isnull=False),
                _("A granted title has its date."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employer or self.team or self.union} – {self.campaign}"


@audited
class Award(UnionRecord):
    """A title or honour received. A recommendation is not a grant: only ``granted_on`` counts."""

    class Kind(models.TextChoices):
        WORKER_PIONEER = "WORKER_PIONEER", _("Worker Pioneer")
        MASTER_CRAFTSMAN = "MASTER_CRAFTSMAN", _("Master craftsman")
        TECHNICIAN = "TECHNICIAN", _("Technician")
        CHIEF_EMPLOYEE = "CHIEF_EMPLOYEE", _("Chief employee")
        EMULATION = "EMULATION", _("Emulation winner")
        ADVANCED_UNION = "ADVANCED_UNION", _("Advanced union (honour)")
        UNION_OFFICER = "UNION_OFFICER", _("Excellent union officer")
        EMPLOYEE = "EMPLOYEE", _("Excellent employee")
        FRIEND = "FRIEND", _("Friend of the union")
        FINEST_WORKER = "FINEST_WORKER", _("Finest worker")
        GROUP = "GROUP", _("Excellent group")
        OTHER = "OTHER", _("Other honour")

    class Recipient(models.TextChoices):
        UNION = "UNION", pgettext_lazy("recipient", "Union")
        EMPLOYER = "EMPLOYER", pgettext_lazy("recipient", "Employer")
        TEAM = "TEAM", pgettext_lazy("recipient", "Team")
        PERSON = "PERSON", pgettext_lazy("recipient", "Person")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    level = models.CharField(_("level"), max_length=12, choices=Level)
    title = models.CharField(_("title"), max_length=120)
    recipient_kind = models.CharField(_("recipient is"), max_length=10, choices=Recipient)
    recipient = models.CharField(_("recipient"), max_length=80)
    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("employer"), null=True, blank=True, related_name="awards"
    )
    recommended_on = models.DateField(_("recommended on"), null=True, blank=True)
    inspected_on = models.DateField(_("inspected on"), null=True, blank=True)
    granted_on = models.DateField(_("granted on"), null=True, blank=True)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")

    def __str__(self) -> str:
        return f"{self.title} {self.recipient}"


@audited
class Selection(UnionRecord):
    """A round of choosing the advanced, with its quota: a number, or a share of the members rounded down."""

    name = models.CharField(_("name"), max_length=80)
    year = models.PositiveSmallIntegerField(_("year"))
    deadline = models.DateField(_("deadline"))
    quota = models.PositiveIntegerField(_("quota"), null=True, blank=True)
    quota_percent = models.DecimalField(
        _("quota (share of members, %)"), max_digits=4, decimal_places=1, null=True, blank=True
    )

    class Meta:
        verbose_name = _("selection round")
        verbose_name_plural = _("selection rounds")

    def __str__(self) -> str:
        return self.name


@audited
class Nomination(UnionRecord):
    """A group or person put forward in a selection round."""

    selection = models.ForeignKey(
        Selection, models.PROTECT, verbose_name=_("selection round"), related_name="nominations"
    )
    nominee = models.CharField(_("nominee"), max_length=60)
    nominated_on = models.DateField(_("nominated on"))
    is_selected = models.BooleanField(_("selected"), null=True, blank=True)

    class Meta:
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations")

    def __str__(self) -> str:
        return self.nominee


@audited
class PairAgreement(UnionRecord, Dated):
    """Unions that work together under an agreement; many to many through its members."""

    name = models.CharField(_("name"), max_length=80)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("pairing")
        verbose_name_plural = _("pairings")
        constraints = [ends_after_start("pairing_ends_after_start")]

    def __str__(self) -> str:
        return self.name


@audited
class PairMember(UnionRecord):
    """A union, employer or village in a pairing."""

    agreement = models.ForeignKey(PairAgreement, models.CASCADE, verbose_name=_("pairing"), related_name="members")
    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("employer"), null=True, blank=True, related_name="+"
    )
    outside_party = models.CharField(_("outside party"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("pairing member")
        verbose_name_plural = _("pairing members")

    def __str__(self) -> str:
        return f"{self.agreement}"


@audited
class PairActivity(UnionRecord):
    """Something done under a pairing."""

    agreement = models.ForeignKey(PairAgreement, models.PROTECT, verbose_name=_("pairing"), related_name="activities")
    held_on = models.DateField(_("held on"))
    title = models.CharField(_("title"), max_length=120)

    class Meta:
        verbose_name = _("pairing activity")
        verbose_name_plural = _("pairing activities")

    def __str__(self) -> str:
        return self.title


@audited
class Facility(UnionRecord, Dated):
    """A place for workers: service station or point, club, library, training base, activity room."""

    class Kind(models.TextChoices):
        SERVICE_CENTRE = "SERVICE_CENTRE", _("Workers' service centre")
        SERVICE_STATION = "SERVICE_STATION", _("Workers' service station")
        SERVICE_POINT = "SERVICE_POINT", _("Workers' service point")
        CULTURE_CLUB = "CULTURE_CLUB", _("Enterprise culture club")
        LIBRARY = "LIBRARY", _("Workers' library")
        ACTIVITY_ROOM = "ACTIVITY_ROOM", _("Activity room")
        TRAINING_BASE = "TRAINING_BASE", _("Training base")
        RIGHTS_CENTRE = "RIGHTS_CENTRE", _("Rights centre")
        LEGAL_AID_CENTRE = "LEGAL_AID_CENTRE", _("Legal aid centre")
        JOB_STATION = "JOB_STATION", _("Job-aid station")
        SITE_STATION = "SITE_STATION", _("Construction-site union station")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    level = models.CharField(_("level"), max_length=12, choices=Level, default=Level.ENTERPRISE)
    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("employer"), null=True, blank=True, related_name="facilities"
    )
    books = models.PositiveIntegerField(_("books"), null=True, blank=True)
    functions = models.CharField(_("functions"), max_length=200, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("facility")
        verbose_name_plural = _("facilities")
        constraints = [ends_after_start("facility_ends_after_start")]

    def __str__(self) -> str:
        return self.name


@audited
class Outreach(UnionRecord):
    """A visit of union staff to an employer. ``union`` is the organ whose staff went."""

    class Purpose(models.TextChoices):
        FOUNDING = "FOUNDING", _("Founding a union")
        CAMPAIGN = "CAMPAIGN", _("Visiting campaign")
        SURVEY = "SURVEY", _("Survey")
        STUDY = "STUDY", _("Study visit")
        BOOKS = "BOOKS", _("Giving books")
        OTHER = "OTHER", _("Other purpose")

    class Result(models.TextChoices):
        WILLING = "WILLING", _("Willing to found a union")
        CONSIDERING = "CONSIDERING", _("Still considering")
        UNWILLING = "UNWILLING", _("Not willing")
        ABSENT = "ABSENT", _("Nobody met")

    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name=_("employer"), related_name="outreach")
    visited_on = models.DateField(_("visited on"))
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    result = models.CharField(_("result"), max_length=12, choices=Result, blank=True)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)
    books_given = models.PositiveIntegerField(_("books given"), null=True, blank=True)

    class Meta:
        verbose_name = _("visit to an employer")
        verbose_name_plural = _("visits to employers")
        ordering = ["-visited_on"]

    def __str__(self) -> str:
        return f"{self.employer} {self.visited_on}"


@audited
class Dispatch(UnionRecord):
    """A news item sent to an outlet; it counts when adopted, by the level of the outlet. ``union`` wrote it."""

    title = models.CharField(_("title"), max_length=120)
    outlet = models.CharField(_("outlet"), max_length=60)
    level = models.CharField(_("level"), max_length=12, choices=Level)
    submitted_on = models.DateField(_("submitted on"))
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=1, null=True, blank=True)

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        ordering = ["-submitted_on"]

    def __str__(self) -> str:
        return self.title


@audited
class DispatchScore(Record, Dated):
    """The points an adopted dispatch earns by the level of the outlet, as the rule of the time says."""

    level = models.CharField(_("level"), max_length=12, choices=Level)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=1)
    source = models.CharField(_("source document"), max_length=120)

    objects = CommonDatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("scoring rule of dispatches")
        verbose_name_plural = _("scoring rules of dispatches")
        ordering = ["level", "start"]
        constraints = [
            ends_after_start("dispatch_score_ends_after_start"),
            no_overlap(
                "dispatch_score_one_at_a_time",
                "level",
                message=_("This level already has its points for part of that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.points}"


@audited
class Mentorship(UnionRecord, Dated):
    """A master with an apprentice or a team, under a plan."""

    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("employer"), null=True, blank=True, related_name="mentorships"
    )
    mentor = models.CharField(_("mentor"), max_length=30)
    learner = models.CharField(_("apprentice or team"), max_length=60)
    plan = models.CharField(_("plan"), max_length=300, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("mentorship")
        verbose_name_plural = _("mentorships")
        constraints = [ends_after_start("mentorship_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.mentor} – {self.learner}"
