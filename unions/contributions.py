"""What this app adds to shared pages: what falls due for unions and in labour relations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.apps import apps
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unions import facets, search  # noqa: F401  they register themselves
from unions.access import Action
from unions.models import (
    Assessment,
    CampaignEnrolment,
    CollectiveContract,
    CommitteeTerm,
    CongressProposal,
    Deadline,
    LegalCertificate,
    OpenAffairsPosting,
    QuarterlyReturn,
    ReturnObligation,
    ReturnStatus,
    UnionApplication,
    User,
)
from unions.models.returns import UNFILED
from unions.pages.columns import ADDRESSES, url_of
from unions.pages.contributions import Due, due, waiting

# What is longer overdue than this is a matter for data stewards, not for anybody's list of the day.
PAST = timedelta(days=180)
AHEAD = timedelta(days=90)


@due
def terms_due(today: date) -> Iterable[Due]:
    """Committees whose election falls due, an approved extension included, until they are re-elected."""
    terms = CommitteeTerm.objects.running().filter(deadline__lte=today + AHEAD).select_related("union")
    for term in terms:
        yield Due(
            key=f"term:{term.pk}:{term.deadline}",
            day=term.deadline,
            matter=_("Re-election: %(union)s") % {"union": term.union.name},
            url=url_of(term.union),
            union_id=term.union_id,
            action=Action.MANAGE_ORGANISATION,
            kind="term",
        )


@due
def certificates_due(today: date) -> Iterable[Due]:
    """Legal-person certificates that end, until another follows."""
    followed = LegalCertificate.objects.filter(union=OuterRef("union"), start__gt=OuterRef("start"))
    ending = LegalCertificate.objects.filter(
        ~Exists(followed), union__ended_on__isnull=True, end__gt=today - PAST, end__lte=today + AHEAD
    )
    for row in ending.select_related("union"):
        yield Due(
            key=f"certificate:{row.pk}:{row.end}",
            day=row.end,
            matter=_("Legal-person certificate: %(union)s") % {"union": row.union.name},
            url=url_of(row.union),
            union_id=row.union_id,
            action=Action.MANAGE_ORGANISATION,
            kind="certificate",
        )


@due
def contracts_due(today: date) -> Iterable[Due]:
    """Collective contracts in force that run out within 90 days and are not being renewed."""
    renewed = CollectiveContract.objects.filter(renewal_of=OuterRef("pk"))
    ending = CollectiveContract.objects.in_force_on(today).filter(~Exists(renewed), expires_on__lte=today + AHEAD)
    for row in ending:
        yield Due(
            key=f"contract:{row.pk}:{row.expires_on}",
            day=row.expires_on,
            matter=_("Renewal: %(contract)s") % {"contract": row.title},
            url=url_of(row),
            union_id=row.union_id,
            action=Action.MANAGE_LABOUR,
            kind="contract",
        )


@due
def clocks_due(today: date) -> Iterable[Due]:
    """Legal time limits that run: answers, votes, filings, replies to comments."""
    for row in Deadline.objects.filter(met_on__isnull=True, due_on__gt=today - PAST, due_on__lte=today + AHEAD):
        yield Due(
            key=f"clock:{row.pk}:{row.due_on}",
            day=row.due_on,
            matter=row.matter,
            url=target_url(row),
            union_id=row.union_id,
            action=Action.MANAGE_LABOUR,
            kind="clock",
        )


def target_url(row: Deadline) -> str:
    """The page of the record a time limit runs for."""
    route = ADDRESSES.get(apps.get_model(row.target_type))
    return reverse(route, args=[row.target_id]) if route else ""


@due
def returns_due(today: date) -> Iterable[Due]:
    """Quarterly returns expected and not filed, or sent back."""
    rows = ReturnObligation.objects.expected().with_latest()
    for row in rows.filter(UNFILED, due_on__gt=today - PAST, due_on__lte=today + AHEAD).select_related(
        "union", "period"
    ):
        yield Due(
            key=f"return:{row.pk}:{row.due_on}",
            day=row.due_on,
            matter=_("Quarterly return %(period)s: %(union)s") % {"period": row.period.code, "union": row.union.name},
            url=url_of(row),
            union_id=row.union_id,
            action=Action.FILE_RETURN,
            kind="return",
        )


@waiting(
    gettext_lazy("Founding applications to decide"), Action.MANAGE_ORGANISATION, "applications", "?status=SUBMITTED"
)
def applications_waiting(user: User) -> int:
    return UnionApplication.objects.visible_to(user).filter(status=UnionApplication.Status.SUBMITTED).count()


@waiting(gettext_lazy("Returns to review"), Action.REVIEW_RETURN, "returns", "?state=SUBMITTED")
def returns_waiting(user: User) -> int:
    mine = QuarterlyReturn.objects.visible_to(user).filter(status=ReturnStatus.SUBMITTED)
    return mine.exclude(submitted_by=user).count()


@waiting(gettext_lazy("Assessments to check on site"), Action.MANAGE_STANDING, "assessments", "?status=SELF_ASSESSED")
def assessments_waiting(user: User) -> int:
    return Assessment.objects.visible_to(user).filter(status=Assessment.Status.SELF_ASSESSED).count()


@waiting(
    gettext_lazy("Titles applied for, not yet recommended"), Action.MANAGE_STANDING, "enrolments", "?status=APPLIED"
)
def titles_waiting(user: User) -> int:
    return CampaignEnrolment.objects.visible_to(user).filter(status=CampaignEnrolment.Status.APPLIED).count()


@waiting(gettext_lazy("Comments on postings to answer"), Action.MANAGE_LABOUR, "postings", "?unanswered=true")
def comments_waiting(user: User) -> int:
    rows = OpenAffairsPosting.objects.visible_to(user)
    return rows.filter(commented_on__isnull=False, replied_on__isnull=True).count()


@waiting(gettext_lazy("Proposals without an answer"), Action.MANAGE_LABOUR, "proposals", "?status=ASSIGNED")
def proposals_waiting(user: User) -> int:
    return CongressProposal.objects.visible_to(user).filter(status=CongressProposal.Status.ASSIGNED).count()
