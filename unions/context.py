"""What every page shows around its content: whose portal it is, where one may go, who one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from unions.access import Action, Role, can, roles_of
from unions.models import Union, UnionForm


@dataclass(frozen=True)
class Place:
    """An entry of the main navigation: shown to whoever may do ``action``."""

    caption: str
    route: str
    action: Action
    prefix: str


def places() -> tuple[Place, ...]:
    return (
        Place(_("Home"), "home", Action.VIEW_HOME, "/"),
        Place(_("Half-year figures"), "half-years", Action.VIEW_FIGURES, "/half-years/"),
        Place(_("Reports"), "reports", Action.READ_REPORT, "/reports/"),
        Place(_("Data administration"), "admin:index", Action.USE_ADMIN, "/admin/"),
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
    return shown | {
        "navigation": [
            {"caption": place.caption, "url": reverse(place.route), "is_here": is_here(place, request.path)}
            for place in places()
            if can(user, place.action)
        ],
        "offices": [Role(role).label for role in sorted(roles_of(user))],
    }


def is_here(place: Place, path: str) -> bool:
    return path == "/" if place.prefix == "/" else path.startswith(place.prefix)
