"""Who owes which return, with everything the register and the reporting rate ask for."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from unions.models import Officer, QuarterlyReturn, ReportingPeriod, ReturnObligation, User
from unions.models.returns import FILED


def quarters() -> QuerySet[ReportingPeriod]:
    """The quarters for which returns are expected, the newest first."""
    return ReportingPeriod.objects.filter(kind="QUARTER", obligations__isnull=False).distinct().order_by("-start")


def owed(user: User) -> QuerySet[Any]:
    """Every obligation in sight of the quarters that have begun, with its state and whom to call."""
    today = timezone.localdate()
    chair = Officer.objects.on(today).filter(union=OuterRef("union"), post=Officer.Post.CHAIR).order_by("-start")
    newest = QuarterlyReturn.objects.filter(obligation=OuterRef("pk")).order_by("-version")
    return (
        ReturnObligation.objects.visible_to(user)
        .with_latest()
        .filter(period__start__lte=today)
        .select_related("union__community", "period")
        .annotate(
            contact=Subquery(chair.values("name")[:1]),
            phone=Subquery(chair.values("phone")[:1]),
            number=Subquery(newest.values("version")[:1]),
        )
    )


def rate_counts() -> dict[str, Any]:
    on_time = Q(first_filed_on__lte=F("due_on"))
    return {
        "expected": Count("pk"),
        "filed": Count("pk", filter=Q(latest__in=FILED)),
        "on_time": Count("pk", filter=Q(latest__in=FILED) & on_time),
    }


def rates(rows: QuerySet[Any], name: str) -> list[tuple[str, dict[str, Any]]]:
    grouped = rows.order_by(name).values(name).annotate(**rate_counts())
    return [(str(row.pop(name) or "—"), with_rate(row)) for row in grouped]


def with_rate(row: dict[str, Any]) -> dict[str, Any]:
    """Filed ÷ expected in per cent with one decimal; never above 100, since what is filed was expected."""
    return row | {"rate": f"{row['filed'] / row['expected']:.1%}" if row["expected"] else "—"}
