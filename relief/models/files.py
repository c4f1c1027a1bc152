"""Hardship files: one household, one file, on its principal worker (rules B8, B17).

Income and illness are ciphertext.
"""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unions.audit import audited
from unions.crypto import EncryptedTextField
from unions.models.base import (
    Dated,
    MoneyField,
    Record,
    UnionRecord,
    check,
    ends_after_start,
    no_overlap,
)

YEARS_KEPT = 10


class HardshipCategory(models.TextChoices):
    """The classes since 2019, then those that older files still carry."""

    DEEP = "DEEP", _("Deep hardship")
    RELATIVE = "RELATIVE", _("Relative hardship")
    ACCIDENTAL = "ACCIDENTAL", _("Accidental hardship")
    NATIONAL = "NATIONAL", _("National-level file (before 2019)")
    PROVINCIAL = "PROVINCIAL", _("Provincial-level file (before 2019)")
    CITY = "CITY", _("City-level file (before 2019)")
    EXTREME = "EXTREME", _("Extreme hardship (before 2019)")
    SEVERE = "SEVERE", _("Severe hardship (before 2019)")
    ORDINARY = "ORDINARY", _("Ordinary hardship (before 2019)")


class Cause(models.TextChoices):
    ILLNESS = "ILLNESS", pgettext_lazy("hardship", "Illness")
    DISABILITY = "DISABILITY", pgettext_lazy("hardship", "Disability")
    SCHOOLING = "SCHOOLING", pgettext_lazy("hardship", "Children's schooling")
    ACCIDENT = "ACCIDENT", pgettext_lazy("hardship", "Accident")
    UNEMPLOYMENT = "UNEMPLOYMENT", pgettext_lazy("hardship", "Unemployment")
    OTHER = "OTHER", pgettext_lazy("hardship", "Other cause")


class FileStatus(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("hardship file", "Draft")
    SUBMITTED = "SUBMITTED", pgettext_lazy("hardship file", "Submitted")
    UNION_CHECKED = "UNION_CHECKED", _("Checked by the union")
    HOME_VISITED = "HOME_VISITED", _("Home visited")
    MEANS_TESTED = "MEANS_TESTED", _("Means tested")
    NOTICE = "NOTICE", pgettext_lazy("hardship file", "On public notice")
    OBJECTED = "OBJECTED", _("Objection received")
    SUBDISTRICT_APPROVED = "SUBDISTRICT_APPROVED", _("Approved by the sub-district")
    DISTRICT_APPROVED = "DISTRICT_APPROVED", _("Approved by the district")
    ACTIVE = "ACTIVE", pgettext_lazy("hardship file", "On the register")
    REVIEW_DUE = "REVIEW_DUE", _("Review due")
    SUPPORTED = "SUPPORTED", _("Supported to subsistence, on the register")
    EXITED_RELIEVED = "EXITED_RELIEVED", _("Closed: out of hardship")
    EXITED_SUPPORTED = "EXITED_SUPPORTED", _("Closed: supported to subsistence")
    CANCELLED = "CANCELLED", pgettext_lazy("hardship file", "Cancelled")
    ARCHIVED = "ARCHIVED", pgettext_lazy("hardship file", "Archived")


S = FileStatus
ON_REGISTER = (S.ACTIVE, S.REVIEW_DUE, S.SUPPORTED)
REMOVED = (S.EXITED_RELIEVED, S.EXITED_SUPPORTED, S.CANCELLED, S.ARCHIVED)


class ExitKind(models.TextChoices):
    RELIEVED = "RELIEVED", _("Out of hardship")
    SUPPORTED = "SUPPORTED", _("Supported to subsistence")
    CANCELLED = "CANCELLED", pgettext_lazy("hardship file", "Cancelled")


@audited
class HardshipFile(UnionRecord):
    """A household in hardship, on the file of its principal worker. Field staff and relief officers open them.

    ``opened_on`` is the day it came onto the register, ``exited_on`` the day it left; between them it counts as one
    household. ``status`` moves by relief.workflow alone.
    """

    principal = models.ForeignKey(
        "members.Person", models.PROTECT, verbose_name=_("principal worker"), related_name="hardship_files"
    )
    file_no = models.CharField(_("file number"), max_length=30, unique=True, null=True, blank=True)
    category = models.CharField(_("hardship class"), max_length=10, choices=HardshipCategory)
    cause = models.CharField(_("cause"), max_length=12, choices=Cause)
    status = models.CharField(_("status"), max_length=20, choices=FileStatus, default=FileStatus.DRAFT, editable=False)
    consent_on = models.DateField(_("consent to sensitive data given on"), null=True, blank=True)
    opened_on = models.DateField(_("on the register since"), null=True, blank=True)
    reviewed_on = models.DateField(_("last reviewed on"), null=True, blank=True)
    supported_on = models.DateField(_("supported to subsistence since"), null=True, blank=True)
    exited_on = models.DateField(_("removed on"), null=True, blank=True)
    exit_kind = models.CharField(_("removed as"), max_length=10, choices=ExitKind, blank=True)
    annual_income = EncryptedTextField(_("household income a year (yuan)"), null=True, blank=True)
    rigid_expenditure = EncryptedTextField(_("rigid expenditure a year (yuan)"), null=True, blank=True)
    illness = EncryptedTextField(_("illness or disability"), null=True, blank=True)

    class Meta:
        verbose_name = _("hardship file")
        verbose_name_plural = _("hardship files")
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["principal"],
                condition=Q(exited_on__isnull=True),
                name="hardship_file_one_per_household",
                violation_error_message=_("This household already has an open file."),
            ),
            check(
                "hardship_file_past_draft_has_consent",
                # A cancelled draft may never have had it.
                Q(status=S.DRAFT)
                | Q(consent_on__isnull=False)
                | Q(status__in=(S.CANCELLED, S.ARCHIVED), opened_on__isnull=True),
                _("Consent is recorded before the file leaves draft."),
            ),
            check(
                "hardship_file_on_register_is_opened",
                ~Q(status__in=ON_REGISTER) | Q(opened_on__isnull=False, exited_on__isnull=True, file_no__isnull=False),
                _("A file on the register has its number and opening date and is not removed."),
            ),
            check(
                "hardship_file_removed_says_how",
                Q(status__in=REMOVED, exited_on__isnull=False) & ~Q(exit_kind="")
                | ~Q(status__in=REMOVED) & Q(exited_on__isnull=True, exit_kind=""),
                _("A removed file says when and how, and no other does."),
            ),
            check(
                "hardship_file_exits_after_opening",
                Q(exited_on__isnull=True) | Q(opened_on__isnull=True) | Q(exited_on__gte=F("opened_on")),
                _("A file cannot be removed before it is opened."),
            ),
        ]
        indexes = [
            models.Index(fields=["opened_on", "exited_on"], name="hardship_file_by_register"),
            models.Index(fields=["union", "status"], name="hardship_file_by_union"),
        ]

    def __str__(self) -> str:
        return self.file_no or f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_on_register(self) -> bool:
        return self.status in ON_REGISTER

    @property
    def kept_until(self) -> date | None:
        """The day until which the originals are kept: ten years after removal; None while on the register."""
        if self.exited_on is None:
            return None
        day = 28 if (self.exited_on.month, self.exited_on.day) == (2, 29) else self.exited_on.day
        return self.exited_on.replace(year=self.exited_on.year + YEARS_KEPT, day=day)


@audited
class HouseholdMember(UnionRecord):
    """Someone who lives in a household on file, besides its principal. Name, income and illness are ciphertext."""

    class Relation(models.TextChoices):
        SPOUSE = "SPOUSE", _("Spouse")
        CHILD = "CHILD", _("Child")
        PARENT = "PARENT", _("Parent")
        SIBLING = "SIBLING", _("Brother or sister")
        OTHER = "OTHER", pgettext_lazy("relation", "Other relation")

    file = models.ForeignKey(HardshipFile, models.CASCADE, verbose_name=_("hardship file"), related_name="household")
    person = models.ForeignKey(
        "members.Person",
        models.PROTECT,
        verbose_name=_("person"),
        null=True,
        blank=True,
        related_name="households",
        help_text=_("If this relative is on a union's books too."),
    )
    relation = models.CharField(_("relation"), max_length=10, choices=Relation)
    name = EncryptedTextField(_("name"), null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    annual_income = EncryptedTextField(_("income a year (yuan)"), null=True, blank=True)
    illness = EncryptedTextField(_("illness or disability"), null=True, blank=True)

    class Meta:
        verbose_name = _("household member")
        verbose_name_plural = _("household members")
        constraints = [
            models.UniqueConstraint(
                fields=["file", "person"],
                name="household_member_once",
                violation_error_message=_("This person is already in the household."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.file} {self.get_relation_display()}"


@audited
class HomeVisit(UnionRecord):
    """A visit to the household's home before approval, always by two people."""

    file = models.ForeignKey(HardshipFile, models.CASCADE, verbose_name=_("hardship file"), related_name="home_visits")
    visited_on = models.DateField(_("visited on"))
    first_visitor = models.CharField(_("first visitor"), max_length=30)
    second_visitor = models.CharField(_("second visitor"), max_length=30)
    finding = EncryptedTextField(_("finding"), null=True, blank=True)

    class Meta:
        verbose_name = _("home visit")
        verbose_name_plural = _("home visits")
        ordering = ["-visited_on"]
        constraints = [
            check(
                "home_visit_by_two",
                ~Q(first_visitor=F("second_visitor")),
                _("A home visit is made by two different people."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.file} {self.visited_on}"


@audited
class HardshipDocument(UnionRecord):
    """A paper in a hardship file and where it is kept."""

    class Kind(models.TextChoices):
        APPLICATION = "APPLICATION", pgettext_lazy("paper", "Signed application")
        AUTHORISATION = "AUTHORISATION", pgettext_lazy("paper", "Authorisation of the means check")
        IDENTITY = "IDENTITY", pgettext_lazy("paper", "Identity and household")
        INCOME = "INCOME", pgettext_lazy("paper", "Income")
        MEDICAL = "MEDICAL", pgettext_lazy("paper", "Medical")
        SCHOOL = "SCHOOL", pgettext_lazy("paper", "School")
        MEANS_CHECK = "MEANS_CHECK", pgettext_lazy("paper", "Result of the means check")
        OTHER = "OTHER", pgettext_lazy("paper", "Other paper")

    file = models.ForeignKey(HardshipFile, models.CASCADE, verbose_name=_("hardship file"), related_name="documents")
    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    title = models.CharField(_("title"), max_length=120)
    received_on = models.DateField(_("received on"))
    kept_at = models.CharField(_("kept at"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("hardship file document")
        verbose_name_plural = _("hardship file documents")

    def __str__(self) -> str:
        return self.title


@audited
class MinimumAllowance(Record, Dated):
    """The local minimum living allowance (yuan a person and month) that the classes of hardship are measured by."""

    amount = MoneyField(_("amount a month (yuan)"))
    source = models.CharField(_("source"), max_length=120)

    class Meta:
        verbose_name = _("minimum living allowance")
        verbose_name_plural = _("minimum living allowances")
        ordering = ["-start"]
        constraints = [
            ends_after_start("minimum_allowance_ends_after_start"),
            no_overlap("minimum_allowance_one_at_a_time", message=_("That time already has its allowance.")),
        ]

    def __str__(self) -> str:
        return f"{self.start} {self.amount}"
