"""What is given in rounds and drives: goodwill visits, heat visits, tuition aid, donations, loans, pairs, referrals."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.models import Sex
from relief import querysets
from relief.models.files import HardshipFile
from relief.models.grants import MoneySource, ReliefApplication, ReliefPayment
from unions.audit import audited
from unions.models import Employer
from unions.models.base import Dated, DatedQuerySet, MoneyField, UnionRecord, check, ends_after_start


class GoodwillRound(models.TextChoices):
    NEW_YEAR = "NEW_YEAR", _("New Year and Spring Festival")
    MAY_DAY = "MAY_DAY", _("May Day")
    HEAT = "HEAT", pgettext_lazy("round", "Heat")
    MID_AUTUMN = "MID_AUTUMN", _("Mid-Autumn Festival")
    NATIONAL_DAY = "NATIONAL_DAY", _("National Day")
    NONE = "NONE", _("Outside the rounds")


@audited
class GoodwillVisit(UnionRecord):
    """A visit with cash or goods (yuan, apart): one person, or a number of them where only a number was reported.

    ``round_year`` is the festival's year, so a New Year visit in December carries the next one. ``union`` is the
    recipient's own.
    """

    class Category(models.TextChoices):
        HARDSHIP = "HARDSHIP", _("Hardship worker")
        SERIOUSLY_ILL = "SERIOUSLY_ILL", _("Seriously ill worker")
        MODEL_WORKER = "MODEL_WORKER", _("Model worker")
        OFFICER = "OFFICER", pgettext_lazy("visited", "Union officer")
        RETIRED = "RETIRED", _("Retired worker")
        FRONT_LINE = "FRONT_LINE", _("Front-line worker")
        MEMBER = "MEMBER", pgettext_lazy("visited", "Member")
        RESIDENT = "RESIDENT", _("Resident, not a member")

    class Reason(models.TextChoices):
        FESTIVAL = "FESTIVAL", pgettext_lazy("visit reason", "Festival")
        ILLNESS = "ILLNESS", pgettext_lazy("visit reason", "In hospital")
        BEREAVEMENT = "BEREAVEMENT", pgettext_lazy("visit reason", "Bereavement")
        WEDDING = "WEDDING", pgettext_lazy("visit reason", "Wedding")
        BIRTH = "BIRTH", pgettext_lazy("visit reason", "Birth")
        RETIREMENT = "RETIREMENT", pgettext_lazy("visit reason", "Retirement")
        HARDSHIP = "HARDSHIP", pgettext_lazy("visit reason", "Family hardship")
        CONFLICT = "CONFLICT", pgettext_lazy("visit reason", "Conflict")
        OTHER = "OTHER", pgettext_lazy("visit reason", "Other reason")

    round = models.CharField(_("round"), max_length=12, choices=GoodwillRound, default=GoodwillRound.NONE)
    round_year = models.PositiveSmallIntegerField(_("year of the round"))
    visited_on = models.DateField(_("visited on"))
    category = models.CharField(_("visited as"), max_length=15, choices=Category)
    reason = models.CharField(_("reason of the visit"), max_length=12, choices=Reason, default=Reason.FESTIVAL)
    person = models.ForeignKey(
        "members.Person",
        models.PROTECT,
        verbose_name=_("person"),
        null=True,
        blank=True,
        related_name="goodwill_visits",
    )
    recipient = models.CharField(_("name, if not on the books"), max_length=60, blank=True)
    persons = models.PositiveIntegerField(_("persons"), default=1)
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, blank=True)
    cash = MoneyField(_("cash (yuan)"), default=0)
    goods_value = MoneyField(_("value of goods (yuan)"), default=0)
    goods = models.CharField(_("goods"), max_length=120, blank=True)

    objects = querysets.GoodwillVisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("goodwill visit")
        verbose_name_plural = _("goodwill visits")
        ordering = ["-visited_on", "-pk"]
        constraints = [
            check(
                "goodwill_visit_names_recipient",
                Q(person__isnull=False) | ~Q(recipient="") | Q(persons__gt=1) | Q(source_return__isnull=False),
                _("A visit to one person names that person."),
            ),
            check(
                "goodwill_visit_person_is_one",
                Q(person__isnull=True) | Q(persons=1),
                _("A visit that names a person counts one."),
            ),
            check("goodwill_visit_persons_above_zero", Q(persons__gte=1), _("A visit counts at least one person.")),
        ]
        indexes = [models.Index(fields=["round", "visited_on"], name="goodwill_visit_by_round")]

    def __str__(self) -> str:
        return f"{self.person or self.recipient or self.union} {self.visited_on}"


@audited
class TuitionAid(UnionRecord):
    """Tuition aid (yuan) for one child of a worker in one year. Of the child only stage and initial are kept."""

    class Stage(models.TextChoices):
        PRIMARY = "PRIMARY", _("Primary school")
        JUNIOR = "JUNIOR", _("Junior secondary school")
        SENIOR = "SENIOR", _("Senior secondary school")
        VOCATIONAL = "VOCATIONAL", _("Vocational secondary school")
        COLLEGE = "COLLEGE", _("Junior college")
        BACHELOR = "BACHELOR", _("Undergraduate")
        GRADUATE = "GRADUATE", pgettext_lazy("stage", "Postgraduate")

    person = models.ForeignKey("members.Person", models.PROTECT, verbose_name=_("parent"), related_name="tuition_aids")
    file = models.ForeignKey(
        HardshipFile,
        models.PROTECT,
        verbose_name=_("hardship file"),
        null=True,
        blank=True,
        related_name="tuition_aids",
    )
    application = models.ForeignKey(
        ReliefApplication,
        models.PROTECT,
        verbose_name=_("relief application"),
        null=True,
        blank=True,
        related_name="tuition_aids",
    )
    payment = models.OneToOneField(
        ReliefPayment,
        models.PROTECT,
        verbose_name=_("relief payment"),
        null=True,
        blank=True,
        related_name="tuition_aid",
    )
    year = models.PositiveSmallIntegerField(_("year"))
    child_no = models.PositiveSmallIntegerField(_("which child"), default=1)
    child_initial = models.CharField(_("child's initial"), max_length=2, blank=True)
    child_stage = models.CharField(_("stage of schooling"), max_length=10, choices=Stage)
    source = models.CharField(_("source of money"), max_length=15, choices=MoneySource, default=MoneySource.FEDERATION)
    amount = MoneyField(_("amount (yuan)"))
    paid_on = models.DateField(_("paid on"))

    class Meta:
        verbose_name = _("tuition aid")
        verbose_name_plural = _("tuition aids")
        ordering = ["-paid_on", "-pk"]
        constraints = [
            check("tuition_aid_above_zero", Q(amount__gt=0), _("The amount must be above zero.")),
            models.UniqueConstraint(
                fields=["person", "child_no", "year"],
                name="tuition_aid_once_a_year",
                violation_error_message=_("This child already has tuition aid for the year."),
            ),
        ]
        indexes = [models.Index(fields=["paid_on"], name="tuition_aid_by_day")]

    def __str__(self) -> str:
        return f"{self.person} {self.year}"


@audited
class CoolingRound(UnionRecord):
    """A heat visit to an employer's workers. ``union`` is theirs. The employer's own heat allowance is not in it."""

    class Audience(models.TextChoices):
        HEAT_WORKERS = "HEAT_WORKERS", _("Workers in heat")
        SANITATION = "SANITATION", _("Sanitation workers")
        CONSTRUCTION = "CONSTRUCTION", _("Construction workers")
        COURIERS = "COURIERS", _("Couriers and drivers")
        OTHER = "OTHER", pgettext_lazy("audience", "Others")

    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name=_("employer"), related_name="cooling_rounds")
    visited_on = models.DateField(_("visited on"))
    audience = models.CharField(_("audience"), max_length=12, choices=Audience, default=Audience.HEAT_WORKERS)
    workers = models.PositiveIntegerField(_("workers"), null=True, blank=True)
    amount_cash = MoneyField(_("cash (yuan)"), default=0)
    amount_goods = MoneyField(_("value of goods (yuan)"), default=0)

    objects = querysets.CoolingRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("heat visit")
        verbose_name_plural = _("heat visits")
        ordering = ["-visited_on", "-pk"]
        indexes = [models.Index(fields=["visited_on"], name="cooling_round_by_day")]

    def __str__(self) -> str:
        return f"{self.employer} {self.visited_on}"


@audited
class Donation(UnionRecord):
    """What was collected in a campaign, for a disaster or for a named person: money in yuan, goods in pieces."""

    class Kind(models.TextChoices):
        DISASTER = "DISASTER", _("For a disaster")
        PERSON = "PERSON", _("For a named person")
        ONE_DAY = "ONE_DAY", _("One-day donation")
        OTHER = "OTHER", pgettext_lazy("donation", "Other purpose")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    campaign = models.CharField(_("collection"), max_length=80)
    person = models.ForeignKey(
        "members.Person", models.PROTECT, verbose_name=_("beneficiary"), null=True, blank=True, related_name="donations"
    )
    file = models.ForeignKey(
        HardshipFile, models.PROTECT, verbose_name=_("hardship file"), null=True, blank=True, related_name="donations"
    )
    received_on = models.DateField(_("received on"))
    donors = models.PositiveIntegerField(_("donors"), null=True, blank=True)
    amount = MoneyField(_("amount (yuan)"), default=0)
    goods_items = models.PositiveIntegerField(_("goods (pieces)"), default=0)

    class Meta:
        verbose_name = _("donation")
        verbose_name_plural = _("donations")
        ordering = ["-received_on", "-pk"]
        constraints = [
            check(
                "donation_not_empty",
                Q(amount__gt=0) | Q(goods_items__gt=0),
                _("A donation has money or goods."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign} {self.received_on}"


@audited
class LoanAid(UnionRecord):
    """Loans that the union helped people to: loans, persons and yuan are three counts."""

    class Kind(models.TextChoices):
        STUDENT = "STUDENT", _("Student loan")
        SMALL_BUSINESS = "SMALL_BUSINESS", _("Small-business loan")
        CREDIT_COOP = "CREDIT_COOP", _("Workers' credit co-operative")

    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    granted_on = models.DateField(_("granted on"))
    loans = models.PositiveIntegerField(_("loans"), default=1)
    persons = models.PositiveIntegerField(_("persons"), null=True, blank=True)
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    amount = MoneyField(_("amount (yuan)"), null=True, blank=True)

    class Meta:
        verbose_name = _("loan aid")
        verbose_name_plural = _("loan aids")
        ordering = ["-granted_on"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.granted_on}"


@audited
class AidPair(UnionRecord, Dated):
    """Someone who stands by one person in hardship, one to one."""

    helper = models.CharField(_("helper"), max_length=60)
    person = models.ForeignKey(
        "members.Person", models.PROTECT, verbose_name=_("person helped"), related_name="aid_pairs"
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("one-to-one pair")
        verbose_name_plural = _("one-to-one pairs")
        constraints = [ends_after_start("aid_pair_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.helper} – {self.person}"


@audited
class BenefitReferral(UnionRecord):
    """A public benefit obtained for households through civil affairs: no union money."""

    class Kind(models.TextChoices):
        MINIMUM_ALLOWANCE = "MINIMUM_ALLOWANCE", pgettext_lazy("referral", "Minimum living allowance")
        MEDICAL_INSURANCE = "MEDICAL_INSURANCE", _("Residents' medical insurance")
        OTHER = "OTHER", pgettext_lazy("referral", "Other benefit")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    file = models.ForeignKey(
        HardshipFile, models.PROTECT, verbose_name=_("hardship file"), null=True, blank=True, related_name="referrals"
    )
    referred_on = models.DateField(_("referred on"))
    granted_on = models.DateField(_("granted on"), null=True, blank=True)
    households = models.PositiveIntegerField(_("households"), default=1)
    persons = models.PositiveIntegerField(_("persons"), null=True, blank=True)

    class Meta:
        verbose_name = _("benefit referral")
        verbose_name_plural = _("benefit referrals")
        ordering = ["-referred_on"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.referred_on}"
