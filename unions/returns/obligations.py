"""Who owes a return, generated ahead: one obligation for each union with employers, and its due day by the calendar."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from unions.models import DayUnit, QuarterlyReturn, ReportingPeriod, ReturnObligation, Union, UnionCoverage
from unions.models.organisation import ORGANS
from unions.periods import Quarter
from unions.workdays import Calendar

# A return is due ten days after its quarter; on a day off, on the next workday (rules D and B16).
DAYS_TO_FILE = 10


@transaction.atomic
def expect_returns(today: date) -> int:
    """Expect the returns of the running quarter and of the one before; the number of new obligations.

    Whoever exists on the quarter's last day owes it, also if founded in it; who ended before does not, and what it
    owed already is exempted with that reason. Running it again changes nothing.
    """
    running = Quarter.containing(today)
    return sum(expect(quarter, today) for quarter in (running.previous(), running))


def expect(quarter: Quarter, today: date) -> int:
    period = period_of(quarter)
    if period.is_locked:
        return 0
    owing = owing_in(quarter)
    missing = owing.filter(~Exists(ReturnObligation.objects.filter(period=period, union=OuterRef("pk"))))
    rows = [ReturnObligation(union=union, period=period, due_on=period.due_on) for union in missing]
    ReturnObligation.objects.bulk_create(rows)
    exempt_ended(period, quarter, today)
    return len(rows)


def period_of(quarter: Quarter) -> ReportingPeriod:
    """The row of the quarter, made with its due day if there is none."""
    due = Calendar.around(quarter.last_day, DAYS_TO_FILE).due(quarter.last_day, DAYS_TO_FILE, DayUnit.NATURAL)
    period, _made = ReportingPeriod.objects.get_or_create(
        code=str(quarter),
        defaults={
            "kind": ReportingPeriod.Kind.QUARTER,
            "start": quarter.start,
            "end": quarter.end,
            "due_on": due,
        },
    )
    if period.due_on is None:
        period.due_on = due
        period.save(update_fields=["due_on"])
    return period


def owing_in(quarter: Quarter) -> QuerySet[Union]:
    """Primary unions that stand and cover an employer on the quarter's last day."""
    day = quarter.last_day
    covers = UnionCoverage.objects.on(day).filter(union=OuterRef("pk"))
    return (
        Union.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day), founded_on__lte=day)
        .exclude(form__in=ORGANS)
        .filter(Exists(covers))
    )


def exempt_ended(period: ReportingPeriod, quarter: Quarter, today: date) -> None:
    """A union that ended before the quarter did, and filed nothing, owes nothing."""
    filed = QuarterlyReturn.objects.filter(obligation=OuterRef("pk"))
    gone = ReturnObligation.objects.filter(
        ~Exists(filed), period=period, exempted_on__isnull=True, union__ended_on__lte=quarter.last_day
    )
    gone.update(exempted_on=today, exemption_reason=_("The union ended before the quarter did."))
