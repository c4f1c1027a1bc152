"""What reports add to shared pages: figures and finished reports in the search, issued figures at every edit."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports import consequences as _consequences  # noqa: F401  # weighs issued figures for every edit
from reports.indicators import REGISTRY
from reports.models import Report
from unions.access import Action
from unions.models import User
from unions.pages.contributions import Hit, finder
from unions.periods import HalfYear, parse_period
from unions.search import MOST


@finder(_("Figures"), Action.VIEW_FIGURES, order=60)
def find_figures(_user: User, text: str) -> Iterable[Hit]:
    """By code or name, of the half-year finished last."""
    half = HalfYear.last_finished(timezone.localdate())
    wanted = text.lower()
    found = [i for i in REGISTRY if wanted in i.code.lower() or wanted in f"{i.name.zh}\n{i.name.en}".lower()]
    return [Hit(i.name, f"{i.code} {half.label}", reverse("figure", args=[half, i.code])) for i in found[:MOST]]


@finder(_("Reports"), Action.READ_REPORT, order=70)
def find_reports(user: User, text: str) -> Iterable[Hit]:
    """By half-year, such as 2026H1 or 2026."""
    rows = Report.objects.visible_to(user).filter(Q(period__icontains=text)).defer("pdf")[:MOST]
    return [
        Hit(
            f"{parse_period(row.period).label} {row.get_kind_display()}",
            f"{row.get_language_display()} v{row.version}",
            reverse("report-status", args=[row.pk]),
        )
        for row in rows
    ]
