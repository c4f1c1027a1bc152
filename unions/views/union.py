"""A union's own page as of a day, the tree of unions, and the roll-forward of their stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.generic import TemplateView

from unions import stock, union_page
from unions.access import Action, scope_of
from unions.mixins import ActionMixin
from unions.models import Union, UnionProfile
from unions.periods import FIRST_YEAR, LAST_YEAR, HalfYear, parse_period

SEE = Action.VIEW_ORGANISATION


class UnionView(ActionMixin, TemplateView):
    """A union as of a day: where it stands, who leads it, what it has, what to do next, everything that happened."""

    action = SEE
    template_name = "unions/union.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        union = get_object_or_404(
            Union.objects.visible_to(self.user).select_related("parent", "community"), pk=self.kwargs["pk"]
        )
        day = day_of(self.request.GET.get("on", ""))
        page = union_page.UnionPage(union, self.user, day)
        wanted = self.request.GET.get("tab", "")
        return super().get_context_data(**kwargs) | {
            "union": union,
            "page": page,
            "day": day,
            "is_today": day == timezone.localdate(),
            "tab": page.tab(wanted),
            "events": union_page.events_for(union, self.user),
        }


def day_of(text: str) -> date:
    """The day an address asks for; today for none, nonsense, or a year no period has."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else timezone.localdate()


@dataclass
class Branch:
    """A union in the tree, and those under it."""

    profile: UnionProfile
    children: list[Branch]
    is_open: bool = False

    @property
    def size(self) -> int:
        return sum(1 + child.size for child in self.children)


class TreeView(ActionMixin, TemplateView):
    """The unions as they stood under each other on a day."""

    action = SEE
    template_name = "unions/union_tree.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        day = day_of(self.request.GET.get("on", ""))
        rows = (
            UnionProfile.objects.visible_to(self.user)
            .on(day)
            .filter(Q(union__ended_on__isnull=True) | Q(union__ended_on__gt=day))
            .select_related("community")
            .order_by("pinyin")
        )
        return super().get_context_data(**kwargs) | {"roots": tree(list(rows)), "day": day, "number": len(rows)}


def tree(rows: list[UnionProfile]) -> list[Branch]:
    """Every union beneath the one above it; whose higher union is out of sight stands at the top."""
    branches = {row.union_id: Branch(row, []) for row in rows}
    roots: list[Branch] = []
    for branch in branches.values():
        above = branches.get(branch.profile.parent_id or 0)
        (above.children if above else roots).append(branch)
    for root in roots:
        root.is_open = True
    return roots


class StockView(ActionMixin, TemplateView):
    """Opening + arrivals − departures = closing, for a period, with the events behind each number."""

    action = SEE
    template_name = "unions/union_stock.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        period = self.period()
        scope = scope_of(self.user)
        rows = stock.events(scope, period).select_related("union", "other_union").order_by("happened_on", "pk")
        found = stock.roll_forward(scope, period)
        return super().get_context_data(**kwargs) | {
            "period": period,
            "found": found,
            "lines": [
                [(kind.label, number) for kind, number in side.items()] for side in (found.arrivals, found.departures)
            ],
            "choices": self.choices(period),
            "table": union_page.event_table(rows),
        }

    def period(self) -> Any:
        text = self.request.GET.get("period", "")
        if not text:
            return HalfYear.containing(timezone.localdate())
        try:
            return parse_period(text)
        except ValueError:
            raise Http404 from None

    def choices(self, period: Any) -> list[Any]:
        """The present half-year and the three before it, and the period chosen."""
        half, found = HalfYear.containing(timezone.localdate()), []
        for _number in range(4):
            found.append(half)
            half = half.previous()
        return found if period in found else [period, *found]
