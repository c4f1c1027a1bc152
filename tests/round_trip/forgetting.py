"""The portal without what the returns of a half-year say: as if nobody had filed, and staff had recorded the rest.

Rows that something else is built on stay: a return meets them again and leaves them unchanged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q, QuerySet

from finance.models import DuesRecord, Exemption, LevyAssessment, PayrollDeclaration, RemittanceLine
from members.models import HealthCheck, Membership, MembershipStatus, Recuperation
from relief.models import FundMovement
from unions.models import EmployerHeadcount, ReturnObligation, ReturnStatus, UnionCensus
from unions.models.base import in_period
from unions.periods import HalfYear
from unions.returns.filing import Filing
from unions.returns.model_sheets import ModelSheet
from unions.returns.registry import sheets

S = MembershipStatus


def forget(obligations: Iterable[ReturnObligation], half: HalfYear) -> None:
    """Set the versions of these returns aside, all of one half-year, and take out what they say.

    A union that ended before a quarter's return was due owes none: what happened to it in that quarter stays.
    """
    filings = [Filing(obligation) for obligation in obligations]
    forget_money(filings, half)
    forget_roster(filings, half)
    delete_all(lambda: told_rows(filings))
    # What was filed is never deleted, only replaced.
    for filing in filings:
        filing.obligation.versions.update(status=ReturnStatus.REPLACED)


def told(filings: Iterable[Filing], day: str) -> Q:
    """Rows of a union with that day in a quarter whose return it files."""
    unions = defaultdict(list)
    for filing in filings:
        unions[filing.quarter].append(filing.union)
    return reduce(or_, (in_period(day, quarter) & Q(union__in=some) for quarter, some in unions.items()))


def told_rows(filings: list[Filing]) -> Iterator[QuerySet[Any]]:
    """The rows of each table whose rows are rows of a sheet, and of those that a sheet tells in its own way."""
    for sheet in reversed(sheets()):
        if isinstance(sheet, ModelSheet) and sheet.model is not None:
            for filing in filings:
                yield sheet.rows_of(filing)
    yield HealthCheck.objects.filter(told(filings, "checked_on"))
    yield Recuperation.objects.filter(told(filings, "starts_on"))
    yield FundMovement.objects.filter(told(filings, "happened_on"))
    for filing in filings:
        day = filing.quarter.last_day
        yield UnionCensus.objects.filter(union=filing.union, as_of=day)
        yield EmployerHeadcount.objects.filter(employer__in=filing.employers.values(), as_of=day)


def delete_all(queries: Callable[[], Iterator[QuerySet[Any]]]) -> None:
    """Delete row by row, again and again while it gets on: a row may be held by another that goes only later."""
    gone = 1
    while gone:
        gone = sum(is_deleted(row) for query in queries() for row in query)


def is_deleted(row: Any) -> bool:
    try:
        with transaction.atomic():
            row.delete()
    except (ProtectedError, IntegrityError):
        return False
    return True


def forget_roster(filings: list[Filing], half: HalfYear) -> None:
    """Memberships as they stood before the half-year: who joined did not, who left is still there."""
    for quarter in reversed(half.quarters):
        some = [filing for filing in filings if filing.quarter == quarter]
        joined, left, retained = (told(some, f"{what}_on") for what in ("joined", "left", "retained"))
        delete_all(lambda joined=joined: iter([Membership.objects.filter(joined)]))
        for row in Membership.objects.filter(left):
            reopen(row)
        kept = Membership.objects.filter(retained, left_on__isnull=True)
        kept.update(status=S.ACTIVE, retained_on=None)


def reopen(row: Membership) -> None:
    """Take back the end of a membership, unless the person is a member elsewhere since."""
    row.status, row.left_on, row.reason = S.RETAINED if row.retained_on else S.ACTIVE, None, ""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        pass


def forget_money(filings: list[Filing], half: HalfYear) -> None:
    """Payroll, levy and dues. What the federation decided on an application is its own and stays."""
    DuesRecord.objects.filter(told(filings, "month")).delete()
    decided = Exemption.objects.filter(status=Exemption.Status.APPROVED)
    Exemption.objects.filter(told(filings, "applied_on")).exclude(pk__in=decided).delete()
    unions = [filing.union for filing in filings]
    assessed = LevyAssessment.objects.filter(union__in=unions, accrual_start=half.start)
    not_told = RemittanceLine.objects.filter(in_period("paid_on", half)).exclude(told(filings, "paid_on"))
    assessed = assessed.exclude(union__in=decided.filter(accrual_start=half.start).values("union"))
    assessed = assessed.exclude(lines__in=not_told)
    RemittanceLine.objects.filter(assessment__in=list(assessed)).delete()
    assessed.delete()
    PayrollDeclaration.objects.filter(told(filings, "month")).delete()
    paid = RemittanceLine.objects.filter(told(filings, "paid_on"))
    paid.update(paid_on=None, receipt_no=None, transaction=None)
