"""Who the unions and employers are, read as of any date.

A union's name, form, parent and community live in its dated profiles; the columns of the same name on Union repeat
the profile that is open and are written by a database trigger alone. Nothing is deleted: an organisation ends by an
event with a date.
"""

from __future__ import annotations

from datetime import date
from typing import Self

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unions.access import CommonQuerySet, Scope, ScopedQuerySet
from unions.audit import audited
from unions.models.base import (
    Dated,
    DatedQuerySet,
    Record,
    UnionRecord,
    check,
    ends_after_start,
    no_overlap,
)
from unions.names import NameKeyed, NameKeys
from unions.validators import validate_credit_code, validate_union_credit_code


@audited
class Community(Record, Dated):
    """A residential community of the sub-district."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=40, unique=True)

    objects = CommonQuerySet.as_manager()

    class Meta:
        verbose_name = _("community")
        verbose_name_plural = _("communities")
        ordering = ["code"]
        constraints = [ends_after_start("community_ends_after_start")]

    def __str__(self) -> str:
        return self.name


@audited
class JurisdictionProfile(Record):
    """The sub-district itself as a report's header gives it: area in km², communities, residents."""

    as_of = models.DateField(_("as of"), unique=True)
    area_km2 = models.DecimalField(_("area (km²)"), max_digits=8, decimal_places=2, null=True, blank=True)
    communities = models.PositiveIntegerField(_("communities"), null=True, blank=True)
    residents = models.PositiveIntegerField(_("residents"), null=True, blank=True)

    class Meta:
        verbose_name = _("sub-district profile")
        verbose_name_plural = _("sub-district profiles")

    def __str__(self) -> str:
        return f"{self.as_of}"


class UnionForm(models.TextChoices):
    SINGLE = "SINGLE", _("Single-employer union")
    JOINT = "JOINT", _("Joint primary union")
    REGIONAL_FED = "REGIONAL_FED", _("Regional union federation")
    INDUSTRY_FED = "INDUSTRY_FED", _("Industry union federation")
    COMMUNITY = "COMMUNITY", _("Community (village) union or federation")
    WORKING_COMMITTEE = "WORKING_COMMITTEE", _("Union working committee")
    MIGRANT = "MIGRANT", _("Migrant workers' union")
    SELF_EMPLOYED = "SELF_EMPLOYED", _("Joint union of the self-employed")
    AGENCY = "AGENCY", _("Union of a public institution")
    SUBDISTRICT = "SUBDISTRICT", _("Sub-district federation")


# Organs that are no primary unions: the federation itself and the delegated committees under it.
ORGANS = (UnionForm.SUBDISTRICT, UnionForm.WORKING_COMMITTEE)
# Unions of unions: they have no employer of their own and stand outside rates "per union with an employer".
FEDERATIONS = (UnionForm.COMMUNITY, UnionForm.REGIONAL_FED, UnionForm.INDUSTRY_FED)
SINGLE_FORMS = (UnionForm.SINGLE, UnionForm.AGENCY)

SUBTREE_SQL = """
WITH RECURSIVE tree AS (
    SELECT %s::bigint AS union_id
    UNION
    SELECT profile.union_id FROM unions_unionprofile profile JOIN tree ON profile.parent_id = tree.union_id
    JOIN unions_union ended ON ended.id = profile.union_id
    -- What has ended stays where it ended: it still counts in the flows of its half-year.
    WHERE profile.start <= %s
        AND (profile."end" IS NULL OR profile."end" > %s OR profile."end" = ended.ended_on)
) SELECT union_id FROM tree
"""


class UnionQuerySet(ScopedQuerySet):
    union_path = "pk"

    def active_on(self, day: date) -> Self:
        """Unions founded on or before ``day`` and not ended by it."""
        return self.filter(founded_on__lte=day).filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day))

    def primary(self) -> Self:
        """Without the sub-district federation and the working committees, which are organs, not primary unions."""
        return self.exclude(form__in=ORGANS)

    def subtree_ids(self, union_id: int, day: date | None = None) -> set[int]:
        """The union and everything beneath it in the tree as it stood on ``day`` (default: today)."""
        day = day or date.today()
        with connection.cursor() as cursor:
            cursor.execute(SUBTREE_SQL, [union_id, day, day])
            return {row[0] for row in cursor.fetchall()}

    def federation(self) -> Union:
        """The sub-district federation that owns the portal. Raises Union.DoesNotExist on an empty database."""
        return self.get(form=UnionForm.SUBDISTRICT)


@audited
class Union(NameKeys, Record):
    """A trade union or an organ of one, from its founding to its end."""

    code = models.CharField(_("union code"), max_length=16, unique=True)
    legal_code = models.CharField(
        _("social credit code"),
        max_length=18,
        unique=True,
        null=True,
        blank=True,
        validators=[validate_union_credit_code],
    )
    founded_on = models.DateField(_("founded on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    # Copies of the open profile, kept by the trigger on UnionProfile.
    name = models.CharField(_("name"), max_length=80, editable=False)
    form = models.CharField(_("form"), max_length=20, choices=UnionForm, editable=False)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("next higher union"),
        null=True,
        editable=False,
        related_name="children",
    )
    community = models.ForeignKey(
        Community, models.PROTECT, verbose_name=_("community"), null=True, editable=False, related_name="unions"
    )

    objects = UnionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("organisation", "union")
        verbose_name_plural = _("unions")
        ordering = ["code"]
        constraints = [ends_after_start("union_ends_after_founding", "founded_on", "ended_on")]
        indexes = [
            models.Index(fields=["parent"], name="union_by_parent"),
            GinIndex(fields=["name_grams"], name="union_by_name_grams"),
        ]

    def __str__(self) -> str:
        return self.name or self.code

    @property
    def is_active(self) -> bool:
        return self.ended_on is None or self.ended_on > date.today()


COPY_OPEN_PROFILE = """
    UPDATE unions_union SET name = NEW.name, form = NEW.form, parent_id = NEW.parent_id,
        community_id = NEW.community_id, pinyin = NEW.pinyin, initials = NEW.initials,
        name_grams = NEW.name_grams WHERE id = NEW.union_id;
    RETURN NEW;
"""


@audited
class UnionProfile(NameKeyed, UnionRecord, Dated):
    """What a union was called and where it stood from one day to another. The open row is today's."""

    union = models.ForeignKey(Union, models.PROTECT, verbose_name=_("union"), related_name="profiles")
    name = models.CharField(_("name"), max_length=80)
    form = models.CharField(_("form"), max_length=20, choices=UnionForm)
    parent = models.ForeignKey(
        Union, models.PROTECT, verbose_name=_("next higher union"), null=True, blank=True, related_name="+"
    )
    community = models.ForeignKey(
        Community, models.PROTECT, verbose_name=_("community"), null=True, blank=True, related_name="+"
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("union profile")
        verbose_name_plural = _("union profiles")
        ordering = ["union", "start"]
        constraints = [
            ends_after_start("union_profile_ends_after_start"),
            no_overlap(
                "union_profile_one_at_a_time",
                "union",
                message=_("The union already has a profile for part of that time."),
            ),
            check(
                "union_profile_not_own_parent",
                Q(parent__isnull=True) | ~Q(parent=F("union")),
                _("A union cannot be its own higher union."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="copy_open_profile",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__end__isnull=True),
                func=COPY_OPEN_PROFILE,
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.start}"


class Ownership(models.TextChoices):
    PRIVATE = "PRIVATE", _("Private")
    STATE = "STATE", _("State-owned")
    COLLECTIVE = "COLLECTIVE", _("Collective")
    FOREIGN = "FOREIGN", _("Foreign-invested")
    PUBLIC = "PUBLIC", _("Public institution")
    SELF_EMPLOYED = "SELF_EMPLOYED", _("Self-employed business")


class OperatingStatus(models.TextChoices):
    NORMAL = "NORMAL", _("Normal operation")
    LOSS = "LOSS", _("Running at a loss")
    SUSPENDED = "SUSPENDED", _("Production stopped")
    CLOSED = "CLOSED", _("Closed down")


class EmployerQuerySet(ScopedQuerySet):
    """Employers belong to a scope through the union that covers them or the organ of their community."""

    def within(self, scope: Scope) -> Self:
        if scope.unions is None:
            return self.all()
        covered = UnionCoverage.objects.filter(employer=OuterRef("pk"), union__in=scope.unions)
        return self.filter(Exists(covered) | Q(union__in=scope.unions))

    def active_on(self, day: date) -> Self:
        return self.filter(opened_on__lte=day).filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))

    def with_employees_on(self, day: date) -> Self:
        """Annotate ``employees``: the latest headcount at or before ``day``, NULL if none was ever reported."""
        latest = EmployerHeadcount.objects.filter(employer=OuterRef("pk"), as_of__lte=day).order_by("-as_of")
        return self.annotate(employees=models.Subquery(latest.values("employees")[:1]))


@audited
class Employer(NameKeyed, UnionRecord):
    """An employer of the area, organised or not. ``union`` is the community organ that looks after it."""

    code = models.CharField(_("employer code"), max_length=16, unique=True)
    name = models.CharField(_("name"), max_length=80)
    credit_code = models.CharField(
        _("social credit code"), max_length=18, unique=True, null=True, blank=True, validators=[validate_credit_code]
    )
    community = models.ForeignKey(Community, models.PROTECT, verbose_name=_("community"), related_name="employers")
    ownership = models.CharField(_("ownership"), max_length=20, choices=Ownership, default=Ownership.PRIVATE)
    industry = models.CharField(_("industry"), max_length=40, blank=True)
    operating_status = models.CharField(
        _("operating status"), max_length=20, choices=OperatingStatus, default=OperatingStatus.NORMAL
    )
    is_above_scale = models.BooleanField(_("above scale"), default=False)
    party_members = models.PositiveIntegerField(_("party members"), null=True, blank=True)
    contact = models.CharField(_("contact"), max_length=30, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = EmployerQuerySet.as_manager()

    class Meta:
        verbose_name = _("employer")
        verbose_name_plural = _("employers")
        ordering = ["code"]
        constraints = [ends_after_start("employer_closes_after_opening", "opened_on", "closed_on")]
        indexes = [GinIndex(fields=["name_grams"], name="employer_by_name_grams")]

    def __str__(self) -> str:
        return self.name


@audited
class EmployerHeadcount(UnionRecord):
    """How many people an employer has on a day, in persons. ``contracts_signed`` counts labour contracts."""

    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name=_("employer"), related_name="headcounts")
    as_of = models.DateField(_("as of"))
    employees = models.PositiveIntegerField(_("employees"))
    female = models.PositiveIntegerField(_("of which women"), null=True, blank=True)
    migrant = models.PositiveIntegerField(_("of which migrant workers"), null=True, blank=True)
    dispatched = models.PositiveIntegerField(_("of which dispatched workers"), null=True, blank=True)
    contracts_signed = models.PositiveIntegerField(_("labour contracts signed"), null=True, blank=True)

    class Meta:
        verbose_name = _("employer headcount")
        verbose_name_plural = _("employer headcounts")
        ordering = ["employer", "-as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "as_of"],
                name="headcount_once_a_day",
                violation_error_message=_("This employer's headcount of that day is already recorded."),
            ),
            *(
                check(
                    f"headcount_{part}_within_employees",
                    Q(**{f"{part}__isnull": True}) | Q(**{f"{part}__lte": F("employees")}),
                    _("A part cannot be larger than all employees."),
                )
                for part in ("female", "migrant", "dispatched", "contracts_signed")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employer} {self.as_of}: {self.employees}"


@audited
class UnionCoverage(UnionRecord, Dated):
    """An employer covered by a primary union for some time; a joint union covers many."""

    union = models.ForeignKey(Union, models.PROTECT, verbose_name=_("union"), related_name="coverages")
    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name=_("employer"), related_name="coverages")

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("covered employer")
        verbose_name_plural = _("covered employers")
        constraints = [
            ends_after_start("coverage_ends_after_start"),
            no_overlap(
                "employer_covered_by_one_union",
                "employer",
                message=_("The employer is already covered by a union in that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employer} – {self.union}"


class UnionEventKind(models.TextChoices):
    FOUNDED = "FOUNDED", _("Founded")
    REELECTED = "REELECTED", _("Re-elected")
    UPGRADED = "UPGRADED", _("Upgraded")
    RENAMED = "RENAMED", _("Renamed")
    MERGED = "MERGED", _("Merged away")
    SPLIT = "SPLIT", _("Split off")
    DISSOLVED = "DISSOLVED", _("Dissolved")
    TRANSFERRED_IN = "TRANSFERRED_IN", _("Transferred in")
    TRANSFERRED_OUT = "TRANSFERRED_OUT", _("Transferred out")
    CHAIR_CHANGED = "CHAIR_CHANGED", _("Chair changed")
    LEGAL_REGISTERED = "LEGAL_REGISTERED", _("Legal person registered")
    LEGAL_CHANGED = "LEGAL_CHANGED", _("Legal registration changed")
    LEGAL_RENEWED = "LEGAL_RENEWED", _("Legal certificate renewed")
    LEGAL_CANCELLED = "LEGAL_CANCELLED", _("Legal registration cancelled")


# closing stock = opening stock + arrivals − departures (rules B2)
ARRIVALS = (UnionEventKind.FOUNDED, UnionEventKind.TRANSFERRED_IN, UnionEventKind.SPLIT)
DEPARTURES = (UnionEventKind.DISSOLVED, UnionEventKind.MERGED, UnionEventKind.TRANSFERRED_OUT)


@audited
class UnionEvent(UnionRecord):
    """Something that happened to a union on a day; the stock of unions moves by these rows alone."""

    union = models.ForeignKey(Union, models.PROTECT, verbose_name=_("union"), related_name="events")
    kind = models.CharField(_("event"), max_length=20, choices=UnionEventKind)
    happened_on = models.DateField(_("date"))
    document_no = models.CharField(_("document number"), max_length=60, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=80, blank=True)
    before = models.CharField(_("before"), max_length=120, blank=True)
    after = models.CharField(_("after"), max_length=120, blank=True)
    other_union = models.ForeignKey(
        Union, models.PROTECT, verbose_name=_("other union"), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("union event")
        verbose_name_plural = _("union events")
        ordering = ["-happened_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "kind", "happened_on"],
                name="union_event_once",
                violation_error_message=_("This event of the union is already recorded for that day."),
            ),
            check(
                "union_end_needs_document",
                ~Q(kind__in=DEPARTURES) | ~Q(document_no=""),
                _("A dissolution, merger or transfer out needs its document number."),
            ),
        ]
        indexes = [models.Index(fields=["kind", "happened_on"], name="union_event_by_kind")]

    def __str__(self) -> str:
        return f"{self.union} {self.get_kind_display()} {self.happened_on}"


@audited
class UnionGroup(UnionRecord, Dated):
    """A branch or a group inside a union, with its leader."""

    class Kind(models.TextChoices):
        BRANCH = "BRANCH", _("Branch")
        GROUP = "GROUP", _("Group")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.GROUP)
    name = models.CharField(_("name"), max_length=60)
    leader = models.CharField(_("leader"), max_length=30, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("union group")
        verbose_name_plural = _("union groups")
        constraints = [ends_after_start("union_group_ends_after_start")]

    def __str__(self) -> str:
        return self.name


@audited
class UnionCensus(UnionRecord):
    """What a union declares of itself at the end of a quarter, in persons; the named roster is counted apart."""

    union = models.ForeignKey(Union, models.PROTECT, verbose_name=_("union"), related_name="censuses")
    as_of = models.DateField(_("as of"))
    members = models.PositiveIntegerField(_("members declared"))
    female_members = models.PositiveIntegerField(_("women members"), null=True, blank=True)
    retained_members = models.PositiveIntegerField(_("retained members"), null=True, blank=True)
    groups = models.PositiveIntegerField(_("groups"), null=True, blank=True)
    branches = models.PositiveIntegerField(_("branches"), null=True, blank=True)
    has_audit_organ = models.BooleanField(_("audit commission or auditor"), null=True, blank=True)
    has_women_organ = models.BooleanField(_("women workers' committee or member"), null=True, blank=True)
    has_elected_chair = models.BooleanField(_("elected chair"), null=True, blank=True)
    has_own_organisation = models.BooleanField(_("independent sound organisation"), null=True, blank=True)
    has_activities = models.BooleanField(_("activities serving workers"), null=True, blank=True)
    has_systems = models.BooleanField(_("sound systems"), null=True, blank=True)
    has_own_funds = models.BooleanField(_("self-managed funds"), null=True, blank=True)
    has_satisfied_members = models.BooleanField(_("members satisfied with the work"), null=True, blank=True)

    SIX_HAVES = (
        "has_elected_chair",
        "has_own_organisation",
        "has_activities",
        "has_systems",
        "has_own_funds",
        "has_satisfied_members",
    )

    class Meta:
        verbose_name = _("union census")
        verbose_name_plural = _("union censuses")
        ordering = ["union", "-as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "as_of"],
                name="census_once_a_day",
                violation_error_message=_("The union's census of that day is already recorded."),
            ),
            check(
                "census_women_within_members",
                Q(female_members__isnull=True) | Q(female_members__lte=F("members")),
                _("There cannot be more women members than members."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.union} {self.as_of}"


@audited
class LegalCertificate(UnionRecord, Dated):
    """A union's legal-person certificate, valid for its committee's term (rules B6)."""

    union = models.ForeignKey(Union, models.PROTECT, verbose_name=_("union"), related_name="certificates")
    number = models.CharField(_("certificate number"), max_length=40)
    issued_on = models.DateField(_("issued on"))

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal-person certificate")
        verbose_name_plural = _("legal-person certificates")
        constraints = [
            ends_after_start("certificate_ends_after_start"),
            no_overlap(
                "certificate_one_at_a_time",
                "union",
                message=_("The union already has a certificate valid in that time."),
            ),
        ]

    def __str__(self) -> str:
        return self.number


@audited
class UnionApplication(UnionRecord):
    """An employer's wish to found or join a union. ``union`` handles it; an application is not a founding."""

    class Status(models.TextChoices):
        SUBMITTED = "SUBMITTED", _("Submitted")
        APPROVED = "APPROVED", _("Approved")
        REJECTED = "REJECTED", _("Rejected")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name=_("employer"), related_name="applications")

    class Wish(models.TextChoices):
        OWN = "OWN", _("A union of its own")
        JOINT = "JOINT", _("Together with other employers")

    wish = models.CharField(_("wishes"), max_length=6, choices=Wish, default=Wish.OWN)
    applied_on = models.DateField(_("applied on"))
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.SUBMITTED)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decision = models.CharField(_("reason of the decision"), max_length=200, blank=True)
    founded_union = models.ForeignKey(
        Union, models.PROTECT, verbose_name=_("union founded"), null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("founding application")
        verbose_name_plural = _("founding applications")
        constraints = [
            check(
                "application_decided_after_applied",
                Q(decided_on__isnull=True) | Q(decided_on__gte=F("applied_on")),
                _("The decision cannot be earlier than the application."),
            ),
            models.UniqueConstraint(
                fields=["employer"],
                condition=Q(status="SUBMITTED"),
                name="application_one_open",
                violation_error_message=_("An application of this employer is already waiting for a decision."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employer} {self.applied_on}"
