"""What is due: returns of the open quarter, and the deadlines of unions, for the page somebody starts the day with."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from unions.models import (
    EmployerHeadcount,
    ReportingPeriod,
    ReturnObligation,
    ReturnStatus,
    UnionCoverage,
    User,
)
from unions.pages.contributions import Due, dues_of

Reader = User | AnonymousUser
STATUS_COUNTS = {
    "accepted": Q(latest__in=[ReturnStatus.ACCEPTED, ReturnStatus.LOCKED]),
    "submitted": Q(latest=ReturnStatus.SUBMITTED),
    "sent_back": Q(latest=ReturnStatus.SENT_BACK),
    "draft": Q(latest=ReturnStatus.DRAFT),
    "missing": Q(latest__isnull=True),
}


def open_quarter() -> ReportingPeriod | None:
    """The quarter whose returns are under way: the newest expected one that has ended or in which one was filed."""
    expected = ReportingPeriod.objects.filter(kind="QUARTER", obligations__isnull=False).order_by("-start")
    under_way = Q(end__lte=timezone.localdate()) | Q(obligations__versions__isnull=False)
    return expected.filter(under_way).first() or expected.first()


def obligations(user: Reader, period: ReportingPeriod) -> QuerySet[ReturnObligation]:
    """The expected returns in the user's scope, each with ``latest``, the status of its newest version."""
    return ReturnObligation.objects.visible_to(user).expected().filter(period=period).with_latest()


@dataclass(frozen=True)
class Progress:
    """How far the returns of one group of unions have come, in returns."""

    name: str
    expected: int
    accepted: int
    submitted: int
    sent_back: int
    draft: int
    missing: int
    # What narrows the register of unions to this group.
    query: str = ""

    @property
    def filed(self) -> int:
        return self.accepted + self.submitted

    @property
    def rate(self) -> str:
        """Filed ÷ expected in per cent with one decimal; never above 100."""
        return f"{self.filed / self.expected:.1%}" if self.expected else "—"


def counts() -> dict[str, Any]:
    return {"expected": Count("pk")} | {name: Count("pk", filter=found) for name, found in STATUS_COUNTS.items()}


def progress(user: Reader, period: ReportingPeriod) -> Progress:
    rows = obligations(user, period)
    return Progress(name="", **rows.aggregate(**counts()))


def progress_by_community(user: Reader, period: ReportingPeriod) -> list[Progress]:
    rows = obligations(user, period).filter(union__community__isnull=False)
    place = ("union__community", "union__community__name")
    grouped = rows.order_by("union__community__code").values(*place).annotate(**counts())
    return [progress_of(dict(row)) for row in grouped]


def progress_of(row: dict[str, Any]) -> Progress:
    name, community = row.pop("union__community__name"), row.pop("union__community")
    return Progress(name=name, query=f"community={community}", **row)


def progress_by_size(user: Reader, period: ReportingPeriod) -> list[Progress]:
    """By the employees of the employers each union covers on the period's last day."""
    staff = staff_of_unions(period.end - timedelta(days=1))
    rows = obligations(user, period)
    unions = list(rows.values_list("union_id", flat=True))
    bands = (
        (_("100 persons and more"), 100, None, "size=GE100"),
        (_("25 to 99"), 25, 100, "size=GE25"),
        (_("Below 25"), 0, 25, "size=LT25"),
    )
    return [
        Progress(
            name=name, query=query, **rows.filter(union__in=of_size(unions, staff, least, below)).aggregate(**counts())
        )
        for name, least, below, query in bands
    ]


def staff_of_unions(day: date) -> Counter[int]:
    """Employees by union: the latest headcounts of the employers it covers on ``day``."""
    headcount = EmployerHeadcount.objects.filter(employer=OuterRef("employer"), as_of__lte=day).order_by("-as_of")
    covered = UnionCoverage.objects.on(day).annotate(employees=Subquery(headcount.values("employees")[:1]))
    staff: Counter[int] = Counter()
    for union, employees in covered.values_list("union_id", "employees"):
        staff[union] += employees or 0
    return staff


def of_size(unions: list[int], staff: Counter[int], least: int, below: int | None) -> list[int]:
    return [union for union in unions if least <= staff[union] and (below is None or staff[union] < below)]


@dataclass(frozen=True)
class DueLine:
    """A line of the list of what is due: when, what, how it stands today, and where it is done."""

    day: date
    matter: str
    situation: str
    is_late: bool
    url: str


def days_left(day: date, today: date) -> str:
    left = (day - today).days
    if left < 0:
        return _("%(days)d days overdue") % {"days": -left}
    return _("%(days)d days left") % {"days": left} if left else _("today")


def due_lines(user: User, today: date) -> list[DueLine]:
    """What is overdue or due within 90 days and the user's to do, the oldest first.

    Returns of several unions with one due day make one line: whoever looks after many unions chases them together.
    """
    items = dues_of(user, today)
    returns = Counter(item.day for item in items if item.kind == "return")
    lines = [line_of(item, today) for item in items if item.kind != "return" or returns[item.day] == 1]
    for day, number in returns.items():
        if number > 1:
            situation = _("%(number)d not filed, %(left)s") % {"number": number, "left": days_left(day, today)}
            lines.append(DueLine(day, _("Quarterly returns"), situation, day < today, f"{reverse('unions')}?filed=no"))
    return sorted(lines, key=lambda line: line.day)


def line_of(item: Due, today: date) -> DueLine:
    return DueLine(item.day, str(item.matter), days_left(item.day, today), item.day < today, item.url)
