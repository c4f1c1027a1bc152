"""Visits and dispute cases: a visit is not a case, but may lead to one. The claimed and the agreed amount differ.

A case's outcome and closing date stand on the case alone, where the database can hold them against its other dates.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from disputes import querysets
from disputes.models.network import MediationBody
from unions.audit import audited
from unions.models import Employer, Outreach
from unions.models.base import MoneyField, UnionRecord, check

# Mediation is finished within 15 days of the application (Mediation and Arbitration Law art. 14); a case that
# arbitration entrusted goes back 20 days after it was assigned (three-tier pilot).
DAYS_TO_MEDIATE = 15
DAYS_ENTRUSTED = 20


class CaseStatus(models.TextChoices):
    REGISTERED = "REGISTERED", pgettext_lazy("case", "Registered")
    SCREENED = "SCREENED", pgettext_lazy("case", "Screened")
    ACCEPTED = "ACCEPTED", pgettext_lazy("case", "Accepted")
    MEDIATING = "MEDIATING", pgettext_lazy("case", "In mediation")
    SETTLED = "SETTLED", pgettext_lazy("case", "Settled")
    WITHDRAWN_SETTLED = "WITHDRAWN_SETTLED", pgettext_lazy("case", "Withdrawn after mediation")
    FAILED = "FAILED", pgettext_lazy("case", "Mediation failed")
    REFUSED = "REFUSED", pgettext_lazy("case", "Mediation refused")
    RETURNED = "RETURNED", pgettext_lazy("case", "Returned")
    TRANSFERRED = "TRANSFERRED", pgettext_lazy("case", "Transferred")
    REVIEW = "REVIEW", pgettext_lazy("case", "Agreement under review")
    PERFORMED = "PERFORMED", pgettext_lazy("case", "Performed")
    NOT_PERFORMED = "NOT_PERFORMED", pgettext_lazy("case", "Not performed")
    ARCHIVED = "ARCHIVED", pgettext_lazy("case", "Archived")


S = CaseStatus


class Outcome(models.TextChoices):
    SETTLED = "SETTLED", pgettext_lazy("case", "Settled")
    WITHDRAWN_SETTLED = "WITHDRAWN_SETTLED", pgettext_lazy("case", "Withdrawn after mediation")
    FAILED = "FAILED", pgettext_lazy("case", "Mediation failed")
    REFUSED = "REFUSED", pgettext_lazy("case", "Mediation refused")
    RETURNED = "RETURNED", pgettext_lazy("case", "Returned")
    TRANSFERRED = "TRANSFERRED", pgettext_lazy("case", "Transferred")


OUTCOMES = (S.SETTLED, S.WITHDRAWN_SETTLED, S.FAILED, S.REFUSED, S.RETURNED, S.TRANSFERRED)
CLOSED = (*OUTCOMES, S.REVIEW, S.PERFORMED, S.NOT_PERFORMED, S.ARCHIVED)


class CaseKind(models.TextChoices):
    """The four kinds the half-year report prints."""

    CONTRACT = "CONTRACT", pgettext_lazy("case kind", "Labour contract")
    WAGES = "WAGES", pgettext_lazy("case kind", "Wages")
    INJURY = "INJURY", pgettext_lazy("case kind", "Work injury")
    OTHER = "OTHER", pgettext_lazy("case kind", "Other")


class Statute(models.TextChoices):
    """What the dispute is about by the Mediation and Arbitration Law, art. 2."""

    EXISTENCE = "EXISTENCE", _("Whether there is employment")
    CONTRACT = "CONTRACT", _("Conclusion, performance, change or end of the contract")
    REMOVAL = "REMOVAL", _("Removal, dismissal, resignation")
    CONDITIONS = "CONDITIONS", _("Hours, leave, insurance, welfare, training, protection")
    PAY = "PAY", _("Pay, injury medical cost, compensation")
    OTHER = "OTHER", pgettext_lazy("statute", "Other matter of law")


class CaseSource(models.TextChoices):
    WALK_IN = "WALK_IN", pgettext_lazy("case source", "Walk-in")
    PETITION = "PETITION", pgettext_lazy("case source", "Petition")
    HOTLINE = "HOTLINE", pgettext_lazy("case source", "Hotline")
    UNION_REPORT = "UNION_REPORT", pgettext_lazy("case source", "Reported by a union")
    ENTRUSTED = "ENTRUSTED", pgettext_lazy("case source", "Entrusted by arbitration")
    PATROL = "PATROL", pgettext_lazy("case source", "Found on patrol")


def together(name: str, first: str, second: str, message: Any) -> models.CheckConstraint:
    """Two fields are both there or both missing."""
    both = Q(**{f"{first}__isnull": False, f"{second}__isnull": False})
    neither = Q(**{f"{first}__isnull": True, f"{second}__isnull": True})
    return check(name, both | neither, message)


@audited
class Case(UnionRecord):
    """A dispute and how it went. ``union`` is the organ that handles it; ``claim_amount`` is in yuan.

    ``status`` moves by disputes.workflow alone. Only ``is_labour`` cases are labour disputes in the figures;
    ``hidden_from_employer`` keeps a petition from the enterprise's own officers.
    """

    case_no = models.CharField(_("case number"), max_length=30, unique=True)
    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("employer"), null=True, blank=True, related_name="cases"
    )
    body = models.ForeignKey(
        MediationBody,
        models.PROTECT,
        verbose_name=_("mediation body"),
        null=True,
        blank=True,
        related_name="cases",
    )
    assigned_to = models.ForeignKey(
        "unions.User", models.PROTECT, verbose_name=_("handled by"), null=True, blank=True, related_name="+"
    )
    received_on = models.DateField(_("received on"))
    source = models.CharField(_("source"), max_length=15, choices=CaseSource, default=CaseSource.WALK_IN)
    kind = models.CharField(_("kind of dispute"), max_length=10, choices=CaseKind)
    statute = models.CharField(_("matter by law"), max_length=12, choices=Statute, blank=True)
    is_labour = models.BooleanField(_("labour dispute"), default=True)
    hidden_from_employer = models.BooleanField(_("hidden from the employer's officers"), default=False)
    matter = models.TextField(_("matter"), blank=True)
    workers = models.PositiveIntegerField(_("workers concerned"), default=1)
    claim_amount = MoneyField(_("amount claimed (yuan)"), null=True, blank=True)
    willingness_checked_on = models.DateField(_("willingness asked on"), null=True, blank=True)
    is_willing = models.BooleanField(_("both sides willing"), null=True, blank=True)
    status = models.CharField(
        _("status"), max_length=20, choices=CaseStatus, default=CaseStatus.REGISTERED, editable=False
    )
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    extended_until = models.DateField(_("extended until, as agreed"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, blank=True)
    recovered_amount = MoneyField(_("amount recovered (yuan)"), null=True, blank=True)
    relief_application = models.ForeignKey(
        "relief.ReliefApplication",
        models.PROTECT,
        verbose_name=_("relief application"),
        null=True,
        blank=True,
        related_name="cases",
    )
    outreach = models.ForeignKey(
        Outreach,
        models.PROTECT,
        verbose_name=_("visit to found a union"),
        null=True,
        blank=True,
        related_name="cases",
    )

    objects = querysets.CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute case")
        verbose_name_plural = _("dispute cases")
        ordering = ["-received_on", "-pk"]
        constraints = [
            check("case_has_workers", Q(workers__gte=1), _("A case concerns at least one worker.")),
            together(
                "case_willingness_with_date",
                "willingness_checked_on",
                "is_willing",
                _("The willingness to mediate is recorded with the day it was asked."),
            ),
            together("case_accepted_has_due", "accepted_on", "due_on", _("An accepted case has its due date.")),
            check(
                "case_accepted_after_received",
                Q(accepted_on__isnull=True) | Q(accepted_on__gte=F("received_on")),
                _("A case cannot be accepted before it is received."),
            ),
            check(
                "case_extended_beyond_due",
                Q(extended_until__isnull=True) | Q(extended_until__gt=F("due_on"), due_on__isnull=False),
                _("An extension runs beyond the due date."),
            ),
            check(
                "case_outcome_with_date",
                Q(closed_on__isnull=True, outcome="") | Q(closed_on__isnull=False) & ~Q(outcome=""),
                _("A closed case has its outcome and its date, and no other has either."),
            ),
            check(
                "case_closed_after_accepted",
                Q(closed_on__isnull=True)
                | Q(closed_on__gte=F("received_on"))
                & (Q(accepted_on__isnull=True) | Q(closed_on__gte=F("accepted_on"))),
                _("A case cannot be closed before it is received and accepted."),
            ),
            check(
                "case_mediated_was_accepted",
                ~Q(status__in=(S.ACCEPTED, S.MEDIATING)) & ~Q(outcome__in=("SETTLED", "WITHDRAWN_SETTLED", "FAILED"))
                | Q(accepted_on__isnull=False),
                _("A case is accepted before it is mediated."),
            ),
            check(
                "case_status_fits_outcome",
                Q(status__in=OUTCOMES, outcome=F("status"))
                | Q(status__in=(S.REVIEW, S.PERFORMED, S.NOT_PERFORMED), outcome="SETTLED")
                | Q(status=S.ARCHIVED) & ~Q(outcome="")
                | ~Q(status__in=CLOSED) & Q(outcome=""),
                _("The status does not fit the outcome."),
            ),
        ]
        indexes = [
            models.Index(fields=["accepted_on"], name="case_by_accepted"),
            models.Index(fields=["closed_on", "outcome"], name="case_by_closed"),
            models.Index(fields=["union", "status"], name="case_by_union"),
        ]

    def __str__(self) -> str:
        return self.case_no

    @property
    def is_open(self) -> bool:
        return self.status not in CLOSED

    @property
    def is_collective(self) -> bool:
        return self.workers >= querysets.COLLECTIVE_FROM

    @property
    def due_by(self) -> date | None:
        """The day the case is due, an agreed extension included."""
        return self.extended_until or self.due_on

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_by is not None and self.due_by < timezone.localdate()


@audited
class Visit(UnionRecord):
    """A worker's visit, letter or call to a union. ``union`` received it; counted in 件 whatever became of it."""

    class Channel(models.TextChoices):
        VISIT = "VISIT", pgettext_lazy("channel", "Visit")
        LETTER = "LETTER", pgettext_lazy("channel", "Letter")
        PHONE = "PHONE", pgettext_lazy("channel", "Call")
        ONLINE = "ONLINE", pgettext_lazy("channel", "Online")

    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("employer"), null=True, blank=True, related_name="visits"
    )
    visited_on = models.DateField(_("visited on"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.VISIT)
    visitor = models.CharField(_("visitor"), max_length=60, blank=True)
    persons = models.PositiveIntegerField(_("persons"), default=1)
    topic = models.CharField(_("topic"), max_length=200)
    handling = models.CharField(_("handling"), max_length=300, blank=True)
    outcome = models.CharField(_("outcome of the visit"), max_length=300, blank=True)
    is_petition = models.BooleanField(_("petition"), default=False)
    hidden_from_employer = models.BooleanField(_("hidden from the employer's officers"), default=False)
    assigned_to = models.ForeignKey(
        "unions.User", models.PROTECT, verbose_name=_("handled by"), null=True, blank=True, related_name="+"
    )
    case = models.ForeignKey(
        Case, models.PROTECT, verbose_name=_("dispute case"), null=True, blank=True, related_name="visits"
    )

    objects = querysets.VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("worker's visit")
        verbose_name_plural = _("workers' visits")
        ordering = ["-visited_on", "-pk"]
        constraints = [check("visit_has_persons", Q(persons__gte=1), _("A visit counts at least one person."))]
        indexes = [models.Index(fields=["visited_on"], name="visit_by_day")]

    def __str__(self) -> str:
        return f"{self.visited_on} {self.topic}"[:80]


@audited
class CaseParty(UnionRecord):
    """A party to a case: a worker, the employer, or the one who speaks for them."""

    class Side(models.TextChoices):
        WORKER = "WORKER", _("Worker's side")
        EMPLOYER = "EMPLOYER", _("Employer's side")

    case = models.ForeignKey(Case, models.CASCADE, verbose_name=_("dispute case"), related_name="parties")
    side = models.CharField(_("side"), max_length=10, choices=Side)
    person = models.ForeignKey(
        "members.Person", models.PROTECT, verbose_name=_("person"), null=True, blank=True, related_name="case_parties"
    )
    name = models.CharField(_("name"), max_length=80, blank=True)
    representative = models.CharField(_("representative"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)

    objects = querysets.CaseRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("party to a case")
        verbose_name_plural = _("parties to cases")
        constraints = [
            check("case_party_is_named", Q(person__isnull=False) | ~Q(name=""), _("A party has a name.")),
            models.UniqueConstraint(
                fields=["case", "person"],
                name="case_party_once",
                violation_error_message=_("This person is already a party to the case."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.person)


@audited
class CaseReferral(UnionRecord):
    """A case passed from one tier to another, or entrusted from outside; due back 20 days after it was assigned."""

    case = models.ForeignKey(Case, models.PROTECT, verbose_name=_("dispute case"), related_name="referrals")
    from_body = models.ForeignKey(
        MediationBody, models.PROTECT, verbose_name=_("from body"), null=True, blank=True, related_name="referred"
    )
    outside_body = models.CharField(_("from outside the unions"), max_length=80, blank=True)
    to_body = models.ForeignKey(MediationBody, models.PROTECT, verbose_name=_("to body"), related_name="received")
    assigned_on = models.DateField(_("assigned on"))
    due_on = models.DateField(_("due on"), blank=True)
    returned_on = models.DateField(_("returned on"), null=True, blank=True)
    reason = models.CharField(_("reason of the return"), max_length=300, blank=True)

    objects = querysets.CaseRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("case referral")
        verbose_name_plural = _("case referrals")
        ordering = ["-assigned_on", "-pk"]
        constraints = [
            check(
                "case_referral_to_another_body",
                Q(from_body__isnull=True) | ~Q(from_body=F("to_body")),
                _("A case is referred to another body."),
            ),
            check(
                "case_referral_due_after_assigned",
                Q(due_on__gte=F("assigned_on")),
                _("A referral is not due before it is assigned."),
            ),
            check(
                "case_referral_return_has_reason",
                Q(returned_on__isnull=True) | Q(returned_on__gte=F("assigned_on")) & ~Q(reason=""),
                _("A return is not before the assignment and says why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} → {self.to_body}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Fill in the due date if none was agreed."""
        if self.due_on is None:
            self.due_on = self.assigned_on + timedelta(days=DAYS_ENTRUSTED)
        super().save(*args, **kwargs)


@audited
class MediationSession(UnionRecord):
    """A sitting in which a case was mediated."""

    case = models.ForeignKey(Case, models.PROTECT, verbose_name=_("dispute case"), related_name="sessions")
    held_on = models.DateField(_("held on"))
    place = models.CharField(_("place"), max_length=80, blank=True)
    mediators = models.CharField(_("mediators present"), max_length=120, blank=True)
    record = models.TextField(_("record"), blank=True)

    objects = querysets.CaseRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("mediation session")
        verbose_name_plural = _("mediation sessions")
        ordering = ["-held_on"]

    def __str__(self) -> str:
        return f"{self.case} {self.held_on}"


@audited
class MediationAgreement(UnionRecord):
    """A signed agreement of a case: the sum agreed (yuan), how it was made enforceable, and when it was performed."""

    class Confirmation(models.TextChoices):
        NONE = "NONE", pgettext_lazy("confirmation", "None")
        ARBITRATION = "ARBITRATION", _("Arbitration review")
        COURT = "COURT", _("Judicial confirmation")

    case = models.ForeignKey(Case, models.PROTECT, verbose_name=_("dispute case"), related_name="agreements")
    number = models.CharField(_("agreement number"), max_length=40, unique=True)
    signed_on = models.DateField(_("signed on"))
    agreed_amount = MoneyField(_("amount agreed (yuan)"), null=True, blank=True)
    confirmation = models.CharField(_("confirmation"), max_length=12, choices=Confirmation, default=Confirmation.NONE)
    confirmed_on = models.DateField(_("confirmed on"), null=True, blank=True)
    performed_on = models.DateField(_("performed on"), null=True, blank=True)

    objects = querysets.CaseRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("mediation agreement")
        verbose_name_plural = _("mediation agreements")
        ordering = ["-signed_on"]
        constraints = [
            check(
                "agreement_confirmed_by_someone",
                Q(confirmed_on__isnull=True) | Q(confirmed_on__gte=F("signed_on")) & ~Q(confirmation="NONE"),
                _("A confirmation follows the signing and says who confirmed."),
            ),
            check(
                "agreement_performed_after_signed",
                Q(performed_on__isnull=True) | Q(performed_on__gte=F("signed_on")),
                _("An agreement is signed before it is performed."),
            ),
        ]
        indexes = [models.Index(fields=["signed_on"], name="agreement_by_day")]

    def __str__(self) -> str:
        return self.number


@audited
class Closure(UnionRecord):
    """What is left of a closed case: summary, follow-up and archive. Outcome and date are the case's own."""

    case = models.OneToOneField(Case, models.PROTECT, verbose_name=_("dispute case"), related_name="closure")
    summary = models.TextField(_("summary"), blank=True)
    follow_up = models.CharField(_("follow-up"), max_length=300, blank=True)
    followed_up_on = models.DateField(_("followed up on"), null=True, blank=True)
    archive_no = models.CharField(_("archive number"), max_length=40, blank=True)

    objects = querysets.CaseRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("closing record")
        verbose_name_plural = _("closing records")

    def __str__(self) -> str:
        return str(self.case)


@audited
class LegalAid(UnionRecord):
    """Legal help given, with or without a case. Matters outside labour law (``is_labour`` off) are counted apart."""

    class Kind(models.TextChoices):
        ADVICE = "ADVICE", _("Legal advice")
        DOCUMENT = "DOCUMENT", _("Drafting a document")
        REPRESENTATION = "REPRESENTATION", _("Representation")

    case = models.ForeignKey(
        Case, models.PROTECT, verbose_name=_("dispute case"), null=True, blank=True, related_name="legal_aids"
    )
    person = models.ForeignKey(
        "members.Person", models.PROTECT, verbose_name=_("person"), null=True, blank=True, related_name="legal_aids"
    )
    kind = models.CharField(_("kind of aid"), max_length=15, choices=Kind, default=Kind.ADVICE)
    is_labour = models.BooleanField(_("labour matter"), default=True)
    matter = models.CharField(_("matter"), max_length=200)
    lawyer = models.CharField(_("lawyer"), max_length=60, blank=True)
    granted_on = models.DateField(_("granted on"))
    persons = models.PositiveIntegerField(_("persons"), default=1)
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)

    objects = querysets.CaseRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal aid")
        verbose_name_plural = _("legal aids")
        ordering = ["-granted_on"]

    def __str__(self) -> str:
        return f"{self.matter} {self.granted_on}"
