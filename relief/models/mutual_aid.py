"""Medical mutual aid: the plans as data, who is in which for how long, and what was claimed (rules B10)."""

from __future__ import annotations

import pgtrigger
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.models import Sex
from unions.audit import audited
from unions.models import Employer
from unions.models.base import MoneyField, Record, UnionRecord, check, ends_after_start, no_overlap


class PlanKind(models.TextChoices):
    """The four columns of the half-year report, then the plans other cities know."""

    ACTIVE = "ACTIVE", _("In-service inpatient plan")
    RETIRED = "RETIRED", _("Retiree inpatient plan")
    WOMEN = "WOMEN", _("Women's Ankang plan")
    CRITICAL = "CRITICAL", _("Critical-illness plan")
    ACCIDENT = "ACCIDENT", _("Accident plan")
    HOSPITAL_ALLOWANCE = "HOSPITAL_ALLOWANCE", _("Hospital-allowance plan")
    OTHER = "OTHER", pgettext_lazy("plan", "Other plan")


@audited
class MutualAidPlan(Record):
    """A mutual-aid plan as it is offered from one day to another; price in yuan a share and term."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=PlanKind)
    term_months = models.PositiveSmallIntegerField(_("term (months)"))
    price = MoneyField(_("price a share (yuan)"))
    max_shares = models.PositiveSmallIntegerField(_("shares a person may hold"), default=1)
    sex_limit = models.CharField(_("only for"), max_length=1, choices=Sex, blank=True)
    waiting_days = models.PositiveSmallIntegerField(_("waiting time (days)"), default=0)
    group_min_rate = models.PositiveSmallIntegerField(
        _("least share of a unit's people (%)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    valid_from = models.DateField(_("offered from"))
    valid_to = models.DateField(_("offered until (exclusive)"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("mutual-aid plan")
        verbose_name_plural = _("mutual-aid plans")
        ordering = ["code"]
        constraints = [
            ends_after_start("plan_ends_after_start", "valid_from", "valid_to"),
            check(
                "plan_has_term_and_shares",
                Q(term_months__gte=1, max_shares__gte=1),
                _("A plan has a term and at least one share."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


SHARES_WITHIN_PLAN = """
    SELECT max_shares INTO allowed FROM relief_mutualaidplan WHERE id = NEW.plan_id;
    IF NEW.shares > allowed THEN
        RAISE EXCEPTION 'At most % share(s) of this plan to a person, not %.', allowed, NEW.shares
            USING ERRCODE = 'check_violation', CONSTRAINT = 'enrolment_shares_within_plan';
    END IF;
    RETURN NEW;
"""


@audited
class MutualAidEnrolment(UnionRecord):
    """A person in a plan for one term, [start, end). One row is one 人次, however many shares it holds."""

    plan = models.ForeignKey(
        MutualAidPlan, models.PROTECT, verbose_name=_("mutual-aid plan"), related_name="enrolments"
    )
    person = models.ForeignKey(
        "members.Person", models.PROTECT, verbose_name=_("person"), related_name="mutual_aid_enrolments"
    )
    employer = models.ForeignKey(
        Employer,
        models.PROTECT,
        verbose_name=_("employer"),
        null=True,
        blank=True,
        related_name="mutual_aid_enrolments",
    )
    shares = models.PositiveSmallIntegerField(_("shares"), default=1)
    start = models.DateField(_("from"))
    end = models.DateField(_("until (exclusive)"))
    premium_union = MoneyField(_("premium paid by the union (yuan)"), null=True, blank=True)
    premium_employer = MoneyField(_("premium paid by the employer (yuan)"), null=True, blank=True)
    premium_person = MoneyField(_("premium paid by the person (yuan)"), null=True, blank=True)

    class Meta:
        verbose_name = _("mutual-aid enrolment")
        verbose_name_plural = _("mutual-aid enrolments")
        constraints = [
            ends_after_start("mutual_aid_ends_after_start"),
            check("mutual_aid_has_share", Q(shares__gte=1), _("An enrolment has at least one share.")),
            no_overlap(
                "mutual_aid_once_a_term",
                "person",
                "plan",
                message=_("The person is already in this plan in that time."),
            ),
        ]
        indexes = [
            models.Index(fields=["start", "end"], name="mutual_aid_by_term"),
            models.Index(fields=["union", "plan"], name="mutual_aid_by_union"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="enrolment_shares_within_plan",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("shares", "plan_id"),
                declare=[("allowed", "integer")],
                func=SHARES_WITHIN_PLAN,
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.plan}"


@audited
class MutualAidClaim(UnionRecord):
    """A claim under an enrolment and what the plan paid on it, in yuan."""

    enrolment = models.ForeignKey(
        MutualAidEnrolment, models.PROTECT, verbose_name=_("mutual-aid enrolment"), related_name="claims"
    )
    claimed_on = models.DateField(_("claimed on"))
    amount = MoneyField(_("amount paid (yuan)"), null=True, blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)

    class Meta:
        verbose_name = _("mutual-aid claim")
        verbose_name_plural = _("mutual-aid claims")
        ordering = ["-claimed_on"]
        constraints = [
            check(
                "mutual_aid_claim_paid_has_amount",
                Q(paid_on__isnull=True) | Q(amount__gt=0, paid_on__gte=F("claimed_on")),
                _("A paid claim has its amount and is not paid before it is made."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} {self.claimed_on}"
