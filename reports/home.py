"""The charts of the home page."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports.documents.base import Chart, ChartKind, Series
from unions.models import CommitteeTerm, ReportingPeriod
from unions.overview import Progress, Reader, progress_by_community, progress_by_size
from unions.periods import month_start

MONTHS_AHEAD = 6


def home_charts(user: Reader, quarter: ReportingPeriod, today: date) -> list[Chart]:
    """Returns by size of union and by community, and committees whose term ends in the months ahead."""
    return [
        share_chart(_("Filing rate by size"), quarter, progress_by_size(user, quarter)),
        share_chart(_("Filing rate by community"), quarter, progress_by_community(user, quarter)),
        terms_chart(user, today),
    ]


def share_chart(title: str, quarter: ReportingPeriod, rows: list[Progress]) -> Chart:
    rows = [row for row in rows if row.expected]
    return Chart(
        title=title,
        unit=pgettext("unit", "returns"),
        kind=ChartKind.SHARE,
        categories=tuple(row.name for row in rows),
        series=(
            Series(_("filed"), tuple(Decimal(row.filed) for row in rows)),
            Series(_("expected"), tuple(Decimal(row.expected) for row in rows)),
        ),
        basis=_("%(period)s, submitted or accepted ÷ expected") % {"period": quarter.code},
        hrefs=tuple(f"{reverse('unions')}?{row.query}&filed=no" for row in rows),
    )


def terms_chart(user: Reader, today: date) -> Chart:
    months = [month_start(today.year, today.month + ahead) for ahead in range(MONTHS_AHEAD + 1)]
    due = CommitteeTerm.objects.visible_to(user).running().filter(deadline__gte=months[0], deadline__lt=months[-1])
    by_month = Counter(deadline.replace(day=1) for deadline in due.values_list("deadline", flat=True))
    numbers = tuple(Decimal(by_month[month]) for month in months[:-1])
    return Chart(
        title=_("Committee terms ending"),
        unit=pgettext("unit", "unions"),
        kind=ChartKind.BAR,
        categories=tuple(_("month %(number)d") % {"number": month.month} for month in months[:-1]),
        series=(Series(_("terms ending"), numbers),),
        basis=_("by month, approved extensions included"),
        hrefs=tuple(f"{reverse('terms')}?until={after - timedelta(days=1)}" for after in months[1:]),
    )
