"""The rows of the registers of the organisation area, with everything their columns and filters ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from unions.employer_page import OBLIGED
from unions.models import (
    CommitteeTerm,
    Employer,
    EmployerHeadcount,
    LegalCertificate,
    Officer,
    Outreach,
    ReturnObligation,
    Union,
    UnionApplication,
    UnionCensus,
    UnionCoverage,
    UnionProfile,
    User,
)
from unions.names import name_contains
from unions.overview import open_quarter

# -- Unions ---------------------------------------------------------------------------------------------------------


def haves() -> Any:
    """How many of the six haves a census ticks."""
    return sum(
        (Case(When(**{name: True}, then=Value(1)), default=Value(0)) for name in UnionCensus.SIX_HAVES),
        start=Value(0, output_field=IntegerField()),
    )


def staff_on(day: date) -> Subquery:
    """The employees of the employers a union covers on the day, by each one's latest headcount."""
    latest = EmployerHeadcount.objects.filter(employer=OuterRef("employer"), as_of__lte=day).order_by("-as_of")
    covered = UnionCoverage.objects.on(day).filter(union=OuterRef("pk")).order_by()
    counted = covered.annotate(employees=Subquery(latest.values("employees")[:1])).values("union")
    return Subquery(counted.annotate(total=Sum("employees")).values("total"))


def registered(user: User) -> QuerySet[Any]:
    """The unions a user may see, as they stand today."""
    day, quarter = timezone.localdate(), open_quarter()
    running = CommitteeTerm.objects.running().filter(union=OuterRef("pk"))
    census = UnionCensus.objects.filter(union=OuterRef("pk"), as_of__lte=day).order_by("-as_of")
    covered = UnionCoverage.objects.on(day).filter(union=OuterRef("pk")).order_by().values("union")
    chair = Officer.objects.on(day).filter(union=OuterRef("pk"), post=Officer.Post.CHAIR)
    certificate = LegalCertificate.objects.filter(union=OuterRef("pk")).order_by("-start")
    former = UnionProfile.objects.filter(union=OuterRef("pk")).exclude(name=OuterRef("name")).order_by("start")
    obligation = ReturnObligation.objects.with_latest().filter(union=OuterRef("pk"), period=quarter)
    return (
        Union.objects.visible_to(user)
        .select_related("community", "parent")
        .annotate(
            deadline=Subquery(running.values("deadline")[:1]),
            employers=Coalesce(Subquery(covered.annotate(number=Count("pk")).values("number")), 0),
            staff=staff_on(day),
            declared=Subquery(census.values("members")[:1]),
            women=Subquery(census.values("female_members")[:1]),
            six=Subquery(census.annotate(six=haves()).values("six")[:1]),
            chair=Subquery(chair.values("name")[:1]),
            certified_until=Subquery(certificate.values("end")[:1]),
            former=ArraySubquery(former.values("name")),
            filed=Subquery(obligation.values("latest")[:1]),
            return_due_on=Subquery(obligation.values("due_on")[:1]),
            return_end=Value(quarter.end if quarter else None, output_field=DateField()),
            exempted_on=Subquery(obligation.values("exempted_on")[:1]),
        )
    )


def named_or_former(rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
    """By part of the present or a former name, its pinyin initials, or the code."""
    value = value.replace("\x00", "").strip()
    if not value:
        return rows
    found = name_contains(value)
    if value.isascii():
        found |= Q(initials__contains=value.lower())
    once = UnionProfile.objects.filter(found, union=OuterRef("pk"))
    return rows.filter(found | Exists(once) | Q(code__iexact=value) | Q(legal_code__iexact=value))


# -- Terms and certificates -------------------------------------------------------------------------------------------


def terms(user: User) -> QuerySet[Any]:
    return CommitteeTerm.objects.visible_to(user).running().select_related("union__community")


def certificates(user: User) -> QuerySet[Any]:
    """The newest certificate of each union that exists."""
    newer = LegalCertificate.objects.filter(union=OuterRef("union"), start__gt=OuterRef("start"))
    rows = LegalCertificate.objects.visible_to(user).filter(~Exists(newer), union__ended_on__isnull=True)
    return rows.select_related("union__community")


# -- Employers ------------------------------------------------------------------------------------------------------


def employers(user: User) -> QuerySet[Any]:
    """The employers a user may see, with who covers them and how many people they have today."""
    day = timezone.localdate()
    covering = UnionCoverage.objects.on(day).filter(employer=OuterRef("pk"))
    visit = Outreach.objects.filter(employer=OuterRef("pk")).order_by("-visited_on")
    return (
        Employer.objects.visible_to(user)
        .with_employees_on(day)
        .select_related("community")
        .annotate(
            covered_by=Subquery(covering.values("union__name")[:1]),
            covered_by_id=Subquery(covering.values("union")[:1]),
            covered_since=Subquery(covering.values("start")[:1]),
            last_visit=Subquery(visit.values("visited_on")[:1]),
            last_result=Subquery(visit.values("result")[:1]),
        )
    )


def by_name(rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
    """By part of the name, pinyin initials, code or credit code."""
    value = value.replace("\x00", "").strip()
    if not value:
        return rows
    found = name_contains(value) | Q(code__iexact=value) | Q(credit_code__iexact=value)
    return rows.filter(found | Q(initials__contains=value.lower()) if value.isascii() else found)


def unorganised(user: User) -> QuerySet[Any]:
    """Employers in business without a union, with the last visit and the application that is open."""
    waiting = UnionApplication.objects.filter(employer=OuterRef("pk"), founded_union__isnull=True).exclude(
        status__in=(UnionApplication.Status.REJECTED, UnionApplication.Status.WITHDRAWN)
    )
    visits = Outreach.objects.filter(employer=OuterRef("pk"), purpose=Outreach.Purpose.FOUNDING)
    newest = visits.order_by("-visited_on", "-pk")
    return (
        employers(user)
        .filter(closed_on__isnull=True, covered_by_id__isnull=True)
        .annotate(
            application=Subquery(waiting.values("status")[:1]),
            founding_visit=Subquery(newest.values("visited_on")[:1]),
            founding_result=Subquery(newest.values("result")[:1]),
            founding_outcome=Subquery(newest.values("outcome")[:1]),
        )
    )


@dataclass(frozen=True)
class Rate:
    """A founding rate with its two terms."""

    organised: int
    base: int

    @property
    def percent(self) -> Decimal | None:
        if not self.base:
            return None
        return (Decimal(100 * self.organised) / self.base).quantize(Decimal("0.1"), ROUND_HALF_UP)


def rates(user: User, day: date) -> tuple[Rate, Rate]:
    """A: organised among employers of 25 and more; B: among all with any employee (rules B9). As ORG-07 counts."""
    covered = Exists(UnionCoverage.objects.on(day).filter(employer=OuterRef("pk")))
    rows = Employer.objects.visible_to(user).active_on(day).with_employees_on(day).annotate(is_covered=covered)
    strict, broad = rows.filter(employees__gte=OBLIGED), rows.filter(employees__gte=1)
    return (
        Rate(strict.filter(is_covered=True).count(), strict.count()),
        Rate(broad.filter(is_covered=True).count(), broad.count()),
    )
