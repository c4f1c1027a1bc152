"""Named conditions and filters over people and activities: the figures and the pages use the same ones."""

from __future__ import annotations

from typing import Any, Self

from django.db.models import BooleanField, Count, Exists, F, Func, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL

from unions.access import Scope, ScopedQuerySet
from unions.crypto import blind_index
from unions.models import UnionCensus
from unions.models.base import in_period
from unions.names import grams_to_find


def is_active_member(period: Any) -> Q:
    """Full members on the period's last day; retained membership is counted apart (rules B2a)."""
    day = period.last_day
    return (Q(left_on__isnull=True) | Q(left_on__gt=day)) & (Q(retained_on__isnull=True) | Q(retained_on__gt=day))


def is_retained_member(period: Any) -> Q:
    """Members who on the period's last day keep their membership without dues and vote."""
    day = period.last_day
    return (Q(left_on__isnull=True) | Q(left_on__gt=day)) & Q(retained_on__lte=day)


def persons_named(text: str) -> Q:
    """Persons whose present or former name holds the text, whose initials begin with it, or whose ID is it or ends so.

    Row-level security keeps PostgreSQL from using an index by what it cannot prove to be leakproof, such as "the
    array contains"; the function looks into the index beneath it and lets through only what the actor may see. What it
    finds is made an array, because an index serves "one of an array" also beside other conditions, joined by "or".
    """
    wanted = text.strip().lower()
    found = RawSQL("ARRAY(SELECT members_persons_with(%s::text[]))", [grams_to_find(wanted)])
    held = Func(F("pk"), found, template="%(expressions)s", arg_joiner=" = ANY ", output_field=BooleanField())
    by_name = Q(held) & (Q(name__icontains=wanted) | Q(former_name__icontains=wanted))
    if not wanted.isascii():
        return by_name
    # Ranges, because LIKE is not leakproof either. Of one letter that of the sound, by which lists are in order.
    if len(wanted) == 1:
        return Q(pinyin__gte=wanted, pinyin__lt=f"{wanted}\uffff")
    by_initials = Q(initials__gte=wanted, initials__lt=f"{wanted}\uffff")
    by_id = Q(id_last4=wanted.upper()) if len(wanted) == 4 else Q(id_index=blind_index(wanted))
    return by_name | by_initials | by_id


def is_admission(period: Any) -> Q:
    """Memberships approved in the period that continue no other: who moved from another union was a member before."""
    from members.models import Membership

    moved = Membership._base_manager.filter(
        person=OuterRef("person"), status="TRANSFERRED_OUT", left_on=OuterRef("joined_on")
    )
    return in_period("joined_on", period) & ~Q(Exists(moved))


def with_rosters(unions: Any) -> Any:
    """Unions with the members they declare (newest census) beside those named on the roster; the two never mix."""
    latest = UnionCensus.objects.filter(union=OuterRef("pk")).order_by("-as_of")
    return unions.annotate(
        declared=Subquery(latest.values("members")[:1]),
        declared_on=Subquery(latest.values("as_of")[:1]),
        named=Count("memberships", filter=Q(memberships__status="ACTIVE")),
        kept=Count("memberships", filter=Q(memberships__status="RETAINED")),
    ).annotate(gap=F("declared") - F("named"))


def is_employee_training(period: Any) -> Q:
    """Courses for employees at the bases: on-site courses and officers' courses have figures of their own."""
    return (
        in_period("starts_on", period)
        & Q(kind="TRAINING", is_on_site=False)
        & ~Q(audience__in=("OFFICERS", "TREASURERS"))
    )


class PersonQuerySet(ScopedQuerySet):
    """Persons; a record merged into another is in nobody's sight, only the one it was merged into."""

    def within(self, scope: Scope) -> Self:
        return super().within(scope).filter(merged_into__isnull=True)


class PersonRowQuerySet(ScopedQuerySet):
    """Rows that put a person on a list; what stayed with a merged record was there twice and is not counted."""

    def within(self, scope: Scope) -> Self:
        from members.models import Person

        merged = Person._base_manager.filter(merged_into__isnull=False)
        return super().within(scope).exclude(person__in=merged.values("pk"))


class PairQuerySet(ScopedQuerySet):
    """Pairs of persons: within a scope only if both are."""

    union_path = "first__union"

    def within(self, scope: Scope) -> Self:
        rows = super().within(scope)
        return rows if scope.unions is None else rows.filter(second__union__in=scope.unions)


class ActivityQuerySet(ScopedQuerySet):
    def held_in(self, period: Any) -> Self:
        """Activities that begin in the period, also when they end after it."""
        return self.filter(in_period("starts_on", period))
