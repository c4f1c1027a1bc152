"""Labour relations: collective contracts, the employees' congress, open affairs, suggestions, safety, supervision."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unions.access import ScopedQuerySet
from unions.audit import audited
from unions.models.base import MoneyField, UnionRecord, check
from unions.models.organisation import Employer


class ContractScope(models.TextChoices):
    ENTERPRISE = "ENTERPRISE", _("Enterprise")
    REGIONAL = "REGIONAL", _("Regional")
    INDUSTRY = "INDUSTRY", _("Industry")


class ContractKind(models.TextChoices):
    COMPREHENSIVE = "COMPREHENSIVE", _("Comprehensive")
    WAGES = "WAGES", _("Wages")
    WOMEN = "WOMEN", _("Women's rights")
    SAFETY = "SAFETY", _("Safety and health")


class ContractStatus(models.TextChoices):
    REQUESTED = "REQUESTED", _("Bargaining requested")
    ANSWERED = "ANSWERED", _("Answered")
    BARGAINING = "BARGAINING", _("Bargaining")
    DRAFT = "DRAFT", _("Draft agreed")
    PASSED = "PASSED", _("Passed by the congress")
    SIGNED = "SIGNED", _("Signed")
    FILED = "FILED", pgettext_lazy("contract", "Filed")
    EFFECTIVE = "EFFECTIVE", _("In force")
    EXPIRED = "EXPIRED", _("Expired")
    RENEWED = "RENEWED", _("Renewed")
    TERMINATED = "TERMINATED", _("Terminated")


class CollectiveContractQuerySet(ScopedQuerySet):
    def in_force_on(self, day: date) -> Self:
        ended_early = Q(terminated_on__lte=day)
        return self.filter(effective_on__lte=day, expires_on__gt=day).exclude(ended_early)


@audited
class CollectiveContract(UnionRecord):
    """A collective contract or wage agreement, from the request to its end (rules B12)."""

    title = models.CharField(_("title"), max_length=120)
    scope = models.CharField(_("scope"), max_length=12, choices=ContractScope, default=ContractScope.ENTERPRISE)
    kind = models.CharField(_("kind"), max_length=15, choices=ContractKind)
    has_wage_agreement = models.BooleanField(_("with a wage agreement"), default=False)
    status = models.CharField(_("status"), max_length=12, choices=ContractStatus, default=ContractStatus.REQUESTED)
    requested_on = models.DateField(_("bargaining requested on"), null=True, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    congress_on = models.DateField(_("congress vote on"), null=True, blank=True)
    votes_for = models.PositiveIntegerField(_("votes in favour"), null=True, blank=True)
    votes_total = models.PositiveIntegerField(_("delegates entitled to vote"), null=True, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    filed_on = models.DateField(_("filed on"), null=True, blank=True)
    effective_on = models.DateField(_("effective on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on (exclusive)"), null=True, blank=True)
    terminated_on = models.DateField(_("terminated on"), null=True, blank=True)
    termination_reason = models.CharField(_("reason of the end"), max_length=200, blank=True)
    filing_no = models.CharField(_("filing number"), max_length=60, blank=True)
    staff_side = models.PositiveSmallIntegerField(_("representatives of the staff"), null=True, blank=True)
    employer_side = models.PositiveSmallIntegerField(_("representatives of the employer"), null=True, blank=True)
    votes_present = models.PositiveIntegerField(_("delegates present"), null=True, blank=True)
    renewal_of = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("renewal of"), null=True, blank=True, related_name="renewals"
    )
    employees_covered = models.PositiveIntegerField(_("employees covered"), null=True, blank=True)
    wage_rise_percent = models.DecimalField(_("wage rise (%)"), max_digits=5, decimal_places=2, null=True, blank=True)
    payday = models.PositiveSmallIntegerField(_("payday of the month"), null=True, blank=True)

    objects = CollectiveContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("collective contract")
        verbose_name_plural = _("collective contracts")
        ordering = ["-signed_on", "-pk"]
        constraints = [
            check(
                "contract_expires_within_three_years",
                Q(expires_on__isnull=True)
                | Q(effective_on__isnull=True)
                | (Q(expires_on__gt=F("effective_on")) & Q(expires_on__lte=F("effective_on") + timedelta(days=1096))),
                _("A collective contract runs for at most three years."),
            ),
            check(
                "contract_filed_after_signing",
                Q(filed_on__isnull=True) | Q(signed_on__isnull=True) | Q(filed_on__gte=F("signed_on")),
                _("A contract cannot be filed before it is signed."),
            ),
            check(
                "contract_votes_within_total",
                Q(votes_for__isnull=True) | Q(votes_total__isnull=True) | Q(votes_for__lte=F("votes_total")),
                _("There cannot be more votes in favour than delegates."),
            ),
        ]
        indexes = [models.Index(fields=["effective_on", "expires_on"], name="contract_by_force")]

    def __str__(self) -> str:
        return self.title


@audited
class ContractEmployer(UnionRecord):
    """An employer bound by a collective contract."""

    contract = models.ForeignKey(
        CollectiveContract, models.CASCADE, verbose_name=_("collective contract"), related_name="covered"
    )
    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name=_("employer"), related_name="contracts")

    class Meta:
        verbose_name = _("employer under a contract")
        verbose_name_plural = _("employers under contracts")
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "employer"],
                name="contract_employer_once",
                violation_error_message=_("The contract already covers this employer."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.employer} – {self.contract}"


@audited
class ContractReview(UnionRecord):
    """A check of how a contract is kept, reported to the congress (rules B12: once a year)."""

    contract = models.ForeignKey(
        CollectiveContract, models.PROTECT, verbose_name=_("collective contract"), related_name="reviews"
    )
    reviewed_on = models.DateField(_("reviewed on"))
    result = models.CharField(_("result"), max_length=300)
    reported_on = models.DateField(_("reported to the congress on"), null=True, blank=True)

    class Meta:
        verbose_name = _("contract review")
        verbose_name_plural = _("contract reviews")

    def __str__(self) -> str:
        return f"{self.contract} {self.reviewed_on}"


class CongressScope(models.TextChoices):
    ENTERPRISE = "ENTERPRISE", _("Enterprise")
    REGIONAL = "REGIONAL", _("Regional")
    INDUSTRY = "INDUSTRY", _("Industry")


@audited
class CongressMeeting(UnionRecord):
    """A meeting of an employees' congress or a members' congress."""

    class Kind(models.TextChoices):
        EMPLOYEES = "EMPLOYEES", _("Employees' congress")
        MEMBERS = "MEMBERS", _("Members' congress")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.EMPLOYEES)
    scope = models.CharField(_("scope"), max_length=12, choices=CongressScope, default=CongressScope.ENTERPRISE)
    held_on = models.DateField(_("held on"))
    delegates = models.PositiveIntegerField(_("delegates"), null=True, blank=True)
    present = models.PositiveIntegerField(_("present"), null=True, blank=True)
    reports_passed = models.PositiveSmallIntegerField(_("reports passed"), null=True, blank=True)
    resolutions = models.PositiveSmallIntegerField(_("resolutions"), null=True, blank=True)

    class Meta:
        verbose_name = _("congress meeting")
        verbose_name_plural = _("congress meetings")
        ordering = ["-held_on"]
        constraints = [
            check(
                "congress_present_within_delegates",
                Q(present__isnull=True) | Q(delegates__isnull=True) | Q(present__lte=F("delegates")),
                _("There cannot be more delegates present than elected."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.union} {self.held_on}"


@audited
class CongressEmployer(UnionRecord):
    """An employer for which a congress meeting was held: its own, or each one of a region."""

    meeting = models.ForeignKey(CongressMeeting, models.CASCADE, verbose_name=_("meeting"), related_name="covered")
    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name=_("employer"), related_name="congresses")

    class Meta:
        verbose_name = _("employer under a congress")
        verbose_name_plural = _("employers under congresses")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "employer"],
                name="congress_employer_once",
                violation_error_message=_("The meeting already covers this employer."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.employer} – {self.meeting}"


@audited
class CongressProposal(UnionRecord):
    """A proposal to a congress, from tabling to the proposer's opinion of the answer."""

    class Status(models.TextChoices):
        COLLECTED = "COLLECTED", _("Collected")
        EXAMINED = "EXAMINED", _("Examined and filed")
        ASSIGNED = "ASSIGNED", _("Assigned")
        REPLIED = "REPLIED", _("Answered in writing")
        IMPLEMENTED = "IMPLEMENTED", _("Implemented")
        REJECTED = "REJECTED", pgettext_lazy("proposal", "Not filed")

    meeting = models.ForeignKey(CongressMeeting, models.PROTECT, verbose_name=_("meeting"), related_name="proposals")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=120)
    category = models.CharField(_("category"), max_length=40, blank=True)
    proposer = models.CharField(_("proposer"), max_length=30)
    handler = models.CharField(_("handled by"), max_length=60, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.COLLECTED)
    tabled_on = models.DateField(_("tabled on"), null=True, blank=True)
    examined_on = models.DateField(_("examined on"), null=True, blank=True)
    assigned_on = models.DateField(_("assigned on"), null=True, blank=True)
    replied_on = models.DateField(_("answered on"), null=True, blank=True)
    reply = models.CharField(_("answer"), max_length=500, blank=True)
    is_satisfied = models.BooleanField(_("proposer satisfied"), null=True, blank=True)
    opinion = models.CharField(_("proposer's opinion"), max_length=300, blank=True)
    opinion_on = models.DateField(_("opinion given on"), null=True, blank=True)
    implemented_on = models.DateField(_("implemented on"), null=True, blank=True)

    class Meta:
        verbose_name = _("congress proposal")
        verbose_name_plural = _("congress proposals")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"],
                name="proposal_number_once",
                violation_error_message=_("This number is already taken."),
            )
        ]

    def __str__(self) -> str:
        return self.title


@audited
class OpenAffairsPosting(UnionRecord):
    """A matter of the employer or the union made public; a comment is answered within 30 days."""

    class Kind(models.TextChoices):
        FACTORY = "FACTORY", _("Factory affairs")
        ACCOUNTS = "ACCOUNTS", _("Union accounts")

    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("employer"), null=True, blank=True, related_name="postings"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.FACTORY)
    topic = models.CharField(_("topic"), max_length=120)
    posted_on = models.DateField(_("posted on"))
    commented_on = models.DateField(_("comment received on"), null=True, blank=True)
    comment = models.CharField(_("comment"), max_length=300, blank=True)
    replied_on = models.DateField(_("comment answered on"), null=True, blank=True)
    reply = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("open-affairs posting")
        verbose_name_plural = _("open-affairs postings")
        ordering = ["-posted_on"]
        constraints = [
            check(
                "posting_reply_follows_comment",
                Q(replied_on__isnull=True) | Q(commented_on__isnull=False, replied_on__gte=F("commented_on")),
                _("An answer follows the comment it answers."),
            ),
        ]

    def __str__(self) -> str:
        return self.topic


@audited
class Appraisal(UnionRecord):
    """A vote of delegates or members on a leader, by grade."""

    held_on = models.DateField(_("held on"))
    leader = models.CharField(_("leader appraised"), max_length=30)
    excellent = models.PositiveIntegerField(_("excellent"), default=0)
    competent = models.PositiveIntegerField(_("competent"), default=0)
    basic = models.PositiveIntegerField(_("basically competent"), default=0)
    incompetent = models.PositiveIntegerField(_("not competent"), default=0)

    class Meta:
        verbose_name = _("democratic appraisal")
        verbose_name_plural = _("democratic appraisals")

    def __str__(self) -> str:
        return f"{self.leader} {self.held_on}"


@audited
class Suggestion(UnionRecord):
    """A rationalisation suggestion and how far it went; the benefit counts once certified, in yuan."""

    class Kind(models.TextChoices):
        TECHNICAL = "TECHNICAL", _("Technical")
        MANAGEMENT = "MANAGEMENT", _("Management")
        SAFETY = "SAFETY", pgettext_lazy("suggestion", "Safety")
        OTHER = "OTHER", _("Other")

    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("employer"), null=True, blank=True, related_name="suggestions"
    )
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.TECHNICAL)
    proposer = models.CharField(_("proposer"), max_length=30, blank=True)
    collected_on = models.DateField(_("collected on"))
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    implementing_from = models.DateField(_("being implemented since"), null=True, blank=True)
    implemented_on = models.DateField(_("implemented on"), null=True, blank=True)
    referred_on = models.DateField(_("referred on"), null=True, blank=True)
    rejected_on = models.DateField(_("rejected on"), null=True, blank=True)
    benefit_estimated = MoneyField(_("benefit estimated (yuan)"), null=True, blank=True)
    benefit_certified = MoneyField(_("benefit certified (yuan)"), null=True, blank=True)
    award = models.CharField(_("award"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("rationalisation suggestion")
        verbose_name_plural = _("rationalisation suggestions")
        ordering = ["-collected_on"]
        constraints = [
            check(
                "suggestion_adopted_after_collected",
                Q(adopted_on__isnull=True) | Q(adopted_on__gte=F("collected_on")),
                _("A suggestion cannot be adopted before it is collected."),
            ),
            check(
                "suggestion_implemented_after_adopted",
                Q(implemented_on__isnull=True) | Q(adopted_on__isnull=False, implemented_on__gte=F("adopted_on")),
                _("A suggestion is adopted before it is implemented."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


@audited
class SafetyReturn(UnionRecord):
    """The safety-cup figures of one employer for one quarter."""

    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name=_("employer"), related_name="safety_returns")
    quarter_start = models.DateField(_("quarter beginning"))
    is_participating = models.BooleanField(_("takes part in the safety cup"), default=True)
    teams = models.PositiveIntegerField(_("teams"), null=True, blank=True)
    participants = models.PositiveIntegerField(_("participants"), null=True, blank=True)
    training_sessions = models.PositiveIntegerField(_("training sessions"), null=True, blank=True)
    training_attendances = models.PositiveIntegerField(_("training attendances"), null=True, blank=True)
    inspections = models.PositiveIntegerField(_("inspections"), null=True, blank=True)
    notices = models.PositiveIntegerField(_("rectification notices"), null=True, blank=True)
    hazards_carried_in = models.PositiveIntegerField(_("hazards carried in"), default=0)
    hazards_found = models.PositiveIntegerField(_("hazards found"), default=0)
    hazards_fixed = models.PositiveIntegerField(_("hazards fixed"), default=0)
    hazards_open = models.PositiveIntegerField(_("hazards open"), default=0)
    drills = models.PositiveIntegerField(_("drills"), null=True, blank=True)
    minor_injuries = models.PositiveIntegerField(_("minor injuries"), null=True, blank=True)
    serious_injuries = models.PositiveIntegerField(_("serious injuries"), null=True, blank=True)
    deaths = models.PositiveIntegerField(_("deaths"), null=True, blank=True)
    safe_days = models.PositiveSmallIntegerField(_("safe days"), null=True, blank=True)

    class Meta:
        verbose_name = _("safety-cup return")
        verbose_name_plural = _("safety-cup returns")
        constraints = [
            models.UniqueConstraint(
                fields=["employer", "quarter_start"],
                name="safety_return_once",
                violation_error_message=_("This employer's quarter is already recorded."),
            ),
            check(
                "safety_hazards_add_up",
                Q(hazards_fixed=F("hazards_carried_in") + F("hazards_found") - F("hazards_open")),
                _("Hazards carried in and found must equal those fixed and still open."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employer} {self.quarter_start}"


@audited
class Inspection(UnionRecord):
    """A joint safety inspection by the union on the employer's premises."""

    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name=_("employer"), related_name="inspections")
    inspected_on = models.DateField(_("inspected on"))
    findings = models.PositiveSmallIntegerField(_("hazards found"), default=0)
    rectified_on = models.DateField(_("rectified on"), null=True, blank=True)

    class Meta:
        verbose_name = _("safety inspection")
        verbose_name_plural = _("safety inspections")

    def __str__(self) -> str:
        return f"{self.employer} {self.inspected_on}"


@audited
class Supervision(UnionRecord):
    """A labour-law supervision by the union: complaint, opinion to the employer, recommendation to the authority."""

    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name=_("employer"), related_name="supervisions")
    received_on = models.DateField(_("received on"))
    matter = models.CharField(_("matter"), max_length=200)
    opinion_on = models.DateField(_("opinion sent on"), null=True, blank=True)
    recommendation_on = models.DateField(_("recommendation sent on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("labour-law supervision")
        verbose_name_plural = _("labour-law supervisions")

    def __str__(self) -> str:
        return self.matter


@audited
class Meeting(UnionRecord):
    """A meeting that reports count: committee, joint party–union, tripartite, cluster of unions."""

    class Kind(models.TextChoices):
        COMMITTEE = "COMMITTEE", _("Union committee")
        LEADING_GROUP = "LEADING_GROUP", _("Leading group")
        PARTY_UNION = "PARTY_UNION", _("Party–union joint meeting")
        TRIPARTITE = "TRIPARTITE", _("Tripartite consultation")
        GOVERNMENT = "GOVERNMENT", _("Joint meeting with the government")
        CLUSTER = "CLUSTER", _("Quarterly meeting of a union cluster")

    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    held_on = models.DateField(_("held on"))
    topic = models.CharField(_("topic"), max_length=200)
    minutes = models.TextField(_("minutes"), blank=True)

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-held_on"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.held_on}"


@audited
class GroupFeedback(UnionRecord):
    """What a union group reports each month, and the answer it got."""

    class Category(models.TextChoices):
        HARDSHIP = "HARDSHIP", _("Hardship")
        CONCERN = "CONCERN", _("Concern")
        SUGGESTION = "SUGGESTION", _("Suggestion")

    group = models.ForeignKey(
        "unions.UnionGroup", models.PROTECT, verbose_name=_("union group"), related_name="feedback"
    )
    month = models.DateField(_("month"))
    category = models.CharField(_("category"), max_length=12, choices=Category)
    matter = models.CharField(_("matter"), max_length=300)
    reply = models.CharField(_("answer"), max_length=300, blank=True)
    replied_on = models.DateField(_("answered on"), null=True, blank=True)

    class Meta:
        verbose_name = _("group feedback")
        verbose_name_plural = _("group feedback")

    def __str__(self) -> str:
        return self.matter
