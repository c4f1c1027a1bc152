"""The people, their membership, and what they take part in."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import querysets
from unions.access import ScopedQuerySet
from unions.audit import audited
from unions.crypto import EncryptedTextField, blind_index
from unions.models import Employer, Level, Union
from unions.models.base import (
    Dated,
    MoneyField,
    Record,
    UnionRecord,
    check,
    ends_after_start,
    no_overlap,
)
from unions.names import NameKeyed
from unions.validators import id_birth_date, id_is_male, mask_id, validate_id_number


class Sex(models.TextChoices):
    FEMALE = "F", _("Female")
    MALE = "M", _("Male")


class IdType(models.TextChoices):
    RESIDENT = "RESIDENT", _("Resident ID")
    PASSPORT = "PASSPORT", _("Passport")
    OTHER = "OTHER", _("Other document")


@audited
class Person(NameKeyed, UnionRecord):
    """A person on a union's books. ``union`` keeps the record and moves with a transfer.

    The ID number is ciphertext; ``id_index`` is its keyed digest, by which one person is one row in the portal.
    """

    name = models.CharField(_("name"), max_length=60)
    former_name = models.CharField(_("former name"), max_length=60, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex)
    birth_date = models.DateField(_("date of birth"))
    id_type = models.CharField(_("ID document"), max_length=10, choices=IdType, default=IdType.RESIDENT)
    id_number = EncryptedTextField(_("ID number"))
    id_index = models.CharField(_("ID index"), max_length=64, editable=False, unique=True)
    id_last4 = models.CharField(_("last four of the ID"), max_length=4, editable=False, db_index=True, default="")
    phone = EncryptedTextField(_("phone"), null=True, blank=True)
    bank_card = EncryptedTextField(_("bank card"), null=True, blank=True)
    education = models.CharField(_("education"), max_length=20, blank=True)
    is_migrant = models.BooleanField(_("migrant worker"), default=False)
    consented_on = models.DateField(_("consent to keep personal data given on"), null=True, blank=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        indexes = [
            GinIndex(fields=["name_grams"], name="person_by_name_grams"),
            models.Index(fields=["union", "pinyin", "id"], name="person_by_union"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Check a resident ID against the check character, birth date and sex given beside it."""
        if self.id_type != IdType.RESIDENT or not self.id_number:
            return
        validate_id_number(self.id_number)
        if id_birth_date(self.id_number) != self.birth_date:
            raise ValidationError({"birth_date": _("The ID number says another date of birth.")})
        if id_is_male(self.id_number) != (self.sex == Sex.MALE):
            raise ValidationError({"sex": _("The ID number says another sex.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the index and the last four digits in step with the number."""
        if self.id_number:
            self.id_index, self.id_last4 = blind_index(self.id_number), self.id_number[-4:]
        super().save(*args, **kwargs)

    @property
    def masked_id(self) -> str:
        return mask_id(self.id_number)


class MembershipStatus(models.TextChoices):
    APPLIED = "APPLIED", _("Applied")
    ACTIVE = "ACTIVE", _("Active member")
    RETAINED = "RETAINED", _("Membership retained")
    TRANSFERRED_OUT = "TRANSFERRED_OUT", _("Transferred out (member)")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn (member)")
    AUTO_WITHDRAWN = "AUTO_WITHDRAWN", _("Deemed withdrawn")
    EXPELLED = "EXPELLED", _("Expelled")
    DECEASED = "DECEASED", _("Deceased")


OPEN = (MembershipStatus.ACTIVE, MembershipStatus.RETAINED)


class WorkerType(models.TextChoices):
    CONTRACT = "CONTRACT", _("Contract worker")
    DISPATCHED = "DISPATCHED", _("Dispatched worker")
    MIGRANT = "MIGRANT", _("Migrant worker")
    PART_TIME = "PART_TIME", _("Part-time worker")
    REHIRED = "REHIRED", _("Rehired retiree")
    PLATFORM = "PLATFORM", _("New-form worker")


@audited
class Membership(UnionRecord):
    """A person's membership of one union, from approval to its end. Retained members are counted apart."""

    union = models.ForeignKey(Union, models.PROTECT, verbose_name=_("union"), related_name="memberships")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("person"), related_name="memberships")
    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("employer"), null=True, blank=True, related_name="memberships"
    )
    status = models.CharField(
        _("membership status"), max_length=16, choices=MembershipStatus, default=MembershipStatus.APPLIED
    )
    worker_type = models.CharField(
        _("type of employment"), max_length=12, choices=WorkerType, default=WorkerType.CONTRACT
    )
    card_no = models.CharField(_("member card number"), max_length=30, blank=True)
    applied_on = models.DateField(_("applied on"), null=True, blank=True)
    joined_on = models.DateField(_("joined on"), null=True, blank=True)
    retained_on = models.DateField(_("retained since"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    reason = models.CharField(_("reason for leaving"), max_length=120, blank=True)
    dues_wage = MoneyField(_("wage for dues (yuan a month)"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            check(
                "membership_open_has_joined",
                ~Q(status__in=OPEN) | Q(joined_on__isnull=False, left_on__isnull=True),
                _("An open membership has a joining date and no leaving date."),
            ),
            check(
                "membership_left_after_joined",
                Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                _("A member cannot leave before joining."),
            ),
            check(
                "membership_retained_has_date",
                ~Q(status="RETAINED") | Q(retained_on__isnull=False),
                _("A retained membership says since when."),
            ),
            no_overlap(
                "membership_one_at_a_time",
                "person",
                start="joined_on",
                end="left_on",
                condition=Q(joined_on__isnull=False),
                message=_("The person is already a member of a union in that time."),
            ),
        ]
        indexes = [
            models.Index(fields=["union", "status"], name="membership_by_union"),
            models.Index(fields=["joined_on"], name="membership_by_joining"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="keep_open_membership",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NEW.status IN ('ACTIVE', 'RETAINED') THEN
                        INSERT INTO members_openmembership (person_id, membership_id, union_id)
                        VALUES (NEW.person_id, NEW.id, NEW.union_id)
                        ON CONFLICT (membership_id) DO UPDATE SET union_id = EXCLUDED.union_id;
                    ELSE
                        DELETE FROM members_openmembership WHERE membership_id = NEW.id;
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.union}"


class OpenMembership(models.Model):
    """One person, one open membership: a row for each person with one, kept by trigger, unique without the union.

    It stands apart so that Membership can be partitioned by union and half-year.
    """

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="open_membership")
    membership = models.OneToOneField(Membership, models.CASCADE, related_name="+")
    union = models.ForeignKey(Union, models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("open membership")
        verbose_name_plural = _("open memberships")

    def __str__(self) -> str:
        return str(self.membership)


@audited
class ServiceCard(UnionRecord):
    """A person's 5.1 service card: data collected, then the card issued; never issued without being collected."""

    person = models.OneToOneField(Person, models.PROTECT, verbose_name=_("person"), related_name="service_card")
    info_collected_on = models.DateField(_("data collected on"))
    issued_on = models.DateField(_("card issued on"), null=True, blank=True)
    card_no = models.CharField(_("card number"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("service card")
        verbose_name_plural = _("service cards")
        constraints = [
            check(
                "card_issued_after_collected",
                Q(issued_on__isnull=True) | Q(issued_on__gte=F("info_collected_on")),
                _("A card cannot be issued before its data are collected."),
            ),
        ]
        indexes = [
            models.Index(fields=["info_collected_on"], name="card_by_collected"),
            models.Index(fields=["issued_on"], name="card_by_issued"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.card_no}"


@audited
class Merchant(UnionRecord):
    """A merchant under contract to give card holders a discount."""

    name = models.CharField(_("name"), max_length=80)
    trade = models.CharField(_("trade"), max_length=40, blank=True)
    contract_from = models.DateField(_("contract from"))
    contract_to = models.DateField(_("contract until (exclusive)"), null=True, blank=True)
    discount = models.CharField(_("discount"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("contracted merchant")
        verbose_name_plural = _("contracted merchants")
        constraints = [ends_after_start("merchant_ends_after_start", "contract_from", "contract_to")]

    def __str__(self) -> str:
        return self.name


@audited
class ActivitySeries(Record, Dated):
    """Activities of one name that are counted together since the first, such as the one-hour class."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)

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
    EMPLOYEES = "EMPLOYEES", _("Employees")
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
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    place = models.CharField(_("place"), max_length=80, blank=True)
    sessions = models.PositiveIntegerField(_("sessions"), default=1)
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
    starts_on = models.DateField(_("from"))
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
    contestants = models.PositiveIntegerField(_("contestants"), null=True, blank=True)
    place = models.PositiveSmallIntegerField(_("place"), null=True, blank=True)

    class Meta:
        verbose_name = _("contest entry")
        verbose_name_plural = _("contest entries")
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "employer", "person"],
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

    round = models.CharField(_("round"), max_length=80)
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("person"), related_name="health_checks")
    checked_on = models.DateField(_("checked on"))
    is_chair = models.BooleanField(_("union chair"), default=False)
    organised_by = models.CharField(_("organised by"), max_length=60, blank=True)

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
    starts_on = models.DateField(_("from"))
    days = models.PositiveSmallIntegerField(_("days"))
    is_front_line = models.BooleanField(_("front-line worker"), default=True)
    cost = MoneyField(_("cost (yuan)"), null=True, blank=True)

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
