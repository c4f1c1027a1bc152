"""The roll-forward of the stock of unions: opening + arrivals − departures = closing, each side counted by itself.

The stock is counted from the profiles, the movements from the events, so a gap between them shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count

from unions.access import Scope
from unions.models import ARRIVALS, DEPARTURES, ORGANS, UnionEvent, UnionEventKind, UnionProfile
from unions.models.base import in_period


@dataclass(frozen=True)
class RollForward:
    """Primary unions of a scope over a period. ``arrivals`` and ``departures`` give each kind of event its number."""

    opening: int
    arrivals: dict[UnionEventKind, int]
    departures: dict[UnionEventKind, int]
    closing: int

    @property
    def expected(self) -> int:
        return self.opening + sum(self.arrivals.values()) - sum(self.departures.values())

    @property
    def is_balanced(self) -> bool:
        return self.expected == self.closing


def roll_forward(scope: Scope, period: Any) -> RollForward:
    """How the stock of primary unions moved in the period; the opening is that of the day before."""
    rows = events(scope, period).order_by().values("kind").annotate(number=Count("pk"))
    found = {row["kind"]: row["number"] for row in rows}
    return RollForward(
        opening=stock(scope, period.start - timedelta(days=1)).count(),
        arrivals={kind: found.get(kind, 0) for kind in ARRIVALS},
        departures={kind: found.get(kind, 0) for kind in DEPARTURES},
        closing=stock(scope, period.last_day).count(),
    )


def stock(scope: Scope, day: date) -> Any:
    """The primary unions of the scope that exist on the day, as they then were: what ORG-01 counts."""
    return UnionProfile.objects.within(scope).on(day).exclude(form__in=ORGANS)


def events(scope: Scope, period: Any) -> Any:
    """The events of primary unions that move the stock in the period."""
    moved = UnionEvent.objects.within(scope).filter(in_period("happened_on", period), kind__in=(*ARRIVALS, *DEPARTURES))
    return moved.exclude(union__form__in=ORGANS)
