"""Named conditions and filters over visits, cases and alerts: the figures and the pages use the same ones.

A petition against an enterprise is hidden from that enterprise's own officers unless they are assigned to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from unions.access import OWN_UNION, ScopedQuerySet, offices_of
from unions.models import UnionCoverage
from unions.models.base import in_period

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from unions.models import User

COLLECTIVE_FROM = 10
"""Workers with a common claim from whom on a dispute is collective (Mediation and Arbitration Law art. 7)."""


def is_handleable(_period: Any) -> Q:
    """Without the cases a party refused or that were sent on as outside the union's reach (rules B11)."""
    return ~Q(outcome__in=("REFUSED", "TRANSFERRED"))


def is_to_be_handled(period: Any) -> Q:
    """Open at the start or accepted in the period, without those still open at its end and not yet due."""
    in_hand = Q(accepted_on__lt=period.end) & (Q(closed_on__isnull=True) | Q(closed_on__gte=period.start))
    still_open = Q(closed_on__isnull=True) | Q(closed_on__gte=period.end)
    return is_handleable(period) & in_hand & ~(still_open & Q(deadline__gt=period.last_day))


def is_enterprise_body(period: Any) -> Q:
    """Enterprises' own bodies not closed by the period's last day; those of higher tiers are left out."""
    return Q(level="ENTERPRISE") & (Q(closed_on__isnull=True) | Q(closed_on__gt=period.last_day))


def is_collective_alert(period: Any) -> Q:
    """Alerts reported in the period of a larger or major risk, or of ten workers and more."""
    return in_period("reported_on", period) & (Q(level__in=("LARGER", "MAJOR")) | Q(workers__gte=COLLECTIVE_FROM))


class VisitQuerySet(ScopedQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return hide_from_own_officers(super().visible_to(user), user)


class CaseQuerySet(ScopedQuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return hide_from_own_officers(super().visible_to(user), user)

    def labour(self) -> Self:
        """Labour disputes only: neighbours' and other matters the union also handled are left out."""
        return self.filter(is_labour=True)

    def with_deadline(self) -> Self:
        """Annotate ``deadline``: the day the case is due, an agreed extension included."""
        return self.annotate(deadline=Coalesce("extended_until", "due_on"))


class CaseRowQuerySet(ScopedQuerySet):
    """Rows of a case: they are hidden wherever their case is."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        cases = self.model._meta.get_field("case").related_model.objects.visible_to(user)
        return super().visible_to(user).filter(Q(case__isnull=True) | Q(case__in=cases))


def hide_from_own_officers(rows: Any, user: User | AnonymousUser) -> Any:
    """Without the petitions against an enterprise whose union's officer the user is, unless assigned to him."""
    own = [union_id for role, union_id in offices_of(user) if role in OWN_UNION]
    if not own:
        return rows
    covered = Exists(UnionCoverage.objects.filter(employer=OuterRef("employer"), union__in=own))
    return rows.exclude(
        Q(hidden_from_employer=True)
        & (Q(union__in=own) | covered)
        & (Q(assigned_to__isnull=True) | ~Q(assigned_to=user))
    )
