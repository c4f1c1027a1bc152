"""What every page shows around its content: whose portal it is, where one may go, who one is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from unions.access import Action, Role, can, roles_of
from unions.models import Notice, Union, UnionForm


@dataclass(frozen=True)
class Place:
    """An entry of the navigation: shown to whoever may do ``action``; ``parts`` are the pages of its area."""

    caption: Any
    route: str
    action: Action
    parts: tuple[Place, ...] = ()

    def is_here(self, path: str) -> bool:
        """Whether a page lies in this place: at its own address or below, or in one of its parts."""
        own = reverse(self.route)
        return any(part.is_here(path) for part in self.parts) or path == own or (own != "/" and path.startswith(own))


def places() -> tuple[Place, ...]:
    see = Action.VIEW_ORGANISATION
    return (
        Place(_("Home"), "home", Action.VIEW_HOME),
        Place(
            _("Organisation"),
            "unions",
            see,
            (
                Place(_("Unions"), "unions", see),
                Place(_("Employers"), "employers", see),
                Place(_("Founding"), "founding", see),
                Place(pgettext("founding", "Applications"), "applications", see),
                Place(_("Terms"), "terms", see),
                Place(_("Certificates"), "certificates", see),
                Place(_("Officers"), "officers", see),
                Place(_("Headcounts"), "headcounts", see),
                Place(_("Tree"), "union-tree", see),
                Place(_("Stock"), "union-stock", see),
                Place(_("Imports"), "imports", Action.MANAGE_ORGANISATION),
            ),
        ),
        Place(
            _("Labour"),
            "contracts",
            see,
            (
                Place(_("Contracts"), "contracts", see),
                Place(_("Checks"), "contract-reviews", see),
                Place(_("Congress"), "congresses", see),
                Place(_("Proposals"), "proposals", see),
                Place(_("Open affairs"), "postings", see),
                Place(_("Appraisals"), "appraisals", see),
                Place(_("Suggestions"), "suggestions", see),
                Place(_("Safety cup"), "safety", see),
                Place(_("Inspections"), "inspections", see),
                Place(_("Supervision"), "supervisions", see),
                Place(_("Meetings"), "meetings", see),
                Place(_("Feedback"), "feedback", see),
                Place(_("Time limits"), "deadlines", see),
            ),
        ),
        Place(
            _("Standing"),
            "assessments",
            see,
            (
                Place(_("Assessments"), "assessments", see),
                Place(_("Schemes"), "schemes", see),
                Place(_("Classes"), "classes", see),
                Place(_("Campaigns"), "campaigns", see),
                Place(_("Entries"), "enrolments", see),
                Place(_("Honours"), "awards", see),
                Place(_("Selections"), "selections", see),
                Place(_("Nominations"), "nominations", see),
                Place(_("Pairings"), "pairings", see),
                Place(_("Facilities"), "facilities", see),
                Place(_("Mentorships"), "mentorships", see),
            ),
        ),
        Place(
            _("Publicity"),
            "dispatches",
            see,
            (
                Place(_("Dispatches"), "dispatches", see),
                Place(_("Ranking"), "dispatch-ranking", see),
                Place(_("Scoring rules"), "dispatch-scores", see),
                Place(_("Visits"), "visits", see),
            ),
        ),
        Place(
            pgettext("area", "Members"),
            "members",
            Action.VIEW_MEMBERS,
            (
                Place(_("Register of members"), "members", Action.VIEW_MEMBERS),
                Place(_("Memberships"), "memberships", Action.VIEW_MEMBERS),
                Place(_("Transfers"), "transfers", Action.VIEW_MEMBERS),
                Place(_("Conflicts"), "conflicts", Action.VIEW_MEMBERS),
                Place(_("Possible duplicates"), "duplicates", Action.VIEW_MEMBERS),
                Place(_("Special groups"), "special-groups", Action.VIEW_MEMBERS),
                Place(_("Roster and headcount"), "roster-gap", Action.VIEW_MEMBERS),
                Place(_("Service cards"), "cards", Action.VIEW_MEMBERS),
                Place(_("Health checks"), "health-checks", Action.VIEW_MEMBERS),
                Place(_("Recuperation"), "recuperations", Action.VIEW_MEMBERS),
                Place(_("Job placements"), "placements", Action.VIEW_MEMBERS),
                Place(_("Contracted merchants"), "merchants", Action.VIEW_MEMBERS),
            ),
        ),
        Place(
            pgettext("area", "Activities"),
            "activities",
            Action.VIEW_MEMBERS,
            (
                Place(_("Activities"), "activities", Action.VIEW_MEMBERS),
                Place(_("Calendar"), "activity-calendar", Action.VIEW_MEMBERS),
                Place(_("Contests and emulation"), "contests", Action.VIEW_MEMBERS),
                Place(_("Contest entries"), "entries", Action.VIEW_MEMBERS),
                Place(_("Who took part"), "participations", Action.VIEW_MEMBERS),
                Place(_("Series"), "series", Action.VIEW_MEMBERS),
                Place(_("Photos"), "photos", Action.VIEW_MEMBERS),
            ),
        ),
        Place(
            pgettext("area", "Funds"),
            "subsidies",
            Action.VIEW_FINANCE,
            (Place(_("Subsidies"), "subsidies", Action.VIEW_FINANCE),),
        ),
        Place(
            pgettext("area", "Returns"),
            "returns",
            Action.VIEW_RETURNS,
            (
                Place(_("Quarterly returns"), "returns", Action.VIEW_RETURNS),
                Place(_("Reporting rate"), "return-rate", Action.REVIEW_RETURN),
            ),
        ),
        Place(_("Figures"), "half-years", Action.VIEW_FIGURES),
        Place(_("Reports"), "reports", Action.READ_REPORT),
        Place(_("Data"), "admin:index", Action.USE_ADMIN),
    )


def portal(request: HttpRequest) -> dict[str, Any]:
    """The federation's name for everyone; navigation and offices for who has signed in."""
    owner = Union.objects.filter(form=UnionForm.SUBDISTRICT).only("name").first()
    shown: dict[str, Any] = {
        "printed_at": timezone.localtime(),
        "federation": owner.name if owner else _("Union portal"),
        "languages": settings.LANGUAGES,
    }
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return shown
    open_to_user = [place for place in places() if can(user, place.action)]
    area = next((place for place in reversed(open_to_user) if place.is_here(request.path)), None)
    parts = [part for part in area.parts if can(user, part.action)] if area else []
    return shown | {
        "navigation": entries(open_to_user, area),
        "subnavigation": entries(parts, innermost(parts, request.path)),
        "offices": [Role(role).label for role in sorted(roles_of(user))],
        "unread": Notice.objects.visible_to(user).filter(read_at__isnull=True).count(),
    }


def entries(shown: Iterable[Place], here: Place | None) -> list[dict[str, Any]]:
    return [{"caption": place.caption, "url": reverse(place.route), "is_here": place is here} for place in shown]


def innermost(parts: Iterable[Place], path: str) -> Place | None:
    """The part whose address is the longest beginning of the path."""
    return max((part for part in parts if part.is_here(path)), key=lambda part: len(reverse(part.route)), default=None)
