"""The portal without what the returns of a half-year say: as if nobody had filed, and staff had recorded the rest.

Rows that something else is built on stay: a return meets them again and leaves them unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q, QuerySet

from finance.models import DuesRecord, Exemption, LevyAssessment, PayrollDeclaration, RemittanceLine
from members.models import HealthCheck, Membership, MembershipStatus, Recuperation
from relief.models import FundMovement
from unions.models import EmployerHeadcount, ReturnObligation, Union, UnionCensus
from unions.models.base import in_period
from unions.periods import HalfYear
from unions.returns.filing import Filing
from unions.returns.model_sheets import ModelSheet
from unions.returns.registry import sheets

S = MembershipStatus


def forget(obligations: Iterable[ReturnObligation], half: HalfYear) -> None:
    """Take out the versions of these returns, all of one half-year, and what they say."""
    filings = [Filing(obligation) for obligation in obligations]
    unions = [filing.union for filing in filings]
    forget_money(unions, half)
    forget_roster(unions, half)
    delete_all(lambda: told_rows(filings, unions, half))
    for filing in filings:
        filing.obligation.versions.all().delete()


def told_rows(filings: list[Filing], unions: list[Union], half: HalfYear) -> Iterator[QuerySet[Any]]:
    """The rows of each table whose rows are rows of a sheet, and of those that a sheet tells in its own way."""
    for sheet in reversed(sheets()):
        if isinstance(sheet, ModelSheet) and sheet.model is not None:
            for filing in filings:
                yield sheet.rows_of(filing)
    yield HealthCheck.objects.filter(in_period("checked_on", half), union__in=unions)
    yield Recuperation.objects.filter(in_period("starts_on", half), union__in=unions)
    yield FundMovement.objects.filter(in_period("happened_on", half), union__in=unions)
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


def forget_roster(unions: list[Union], half: HalfYear) -> None:
    """Memberships as they stood before the half-year: who joined did not, who left is still there."""
    for quarter in reversed(half.quarters):
        rows = Membership.objects.filter(union__in=unions)
        delete_all(lambda rows=rows, quarter=quarter: iter([rows.filter(in_period("joined_on", quarter))]))
        for row in rows.filter(in_period("left_on", quarter)):
            reopen(row)
        kept = rows.filter(in_period("retained_on", quarter), left_on__isnull=True)
        kept.update(status=S.ACTIVE, retained_on=None)


def reopen(row: Membership) -> None:
    """Take back the end of a membership, unless the person is a member elsewhere since."""
    row.status, row.left_on, row.reason = S.RETAINED if row.retained_on else S.ACTIVE, None, ""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        pass


def forget_money(unions: list[Union], half: HalfYear) -> None:
    """Payroll, levy and dues. What the federation decided on an application is its own and stays."""
    told = Q(union__in=unions)
    DuesRecord.objects.filter(told, in_period("month", half)).delete()
    decided = Exemption.objects.filter(told, status=Exemption.Status.APPROVED)
    Exemption.objects.filter(told, in_period("applied_on", half)).exclude(pk__in=decided).delete()
    assessed = LevyAssessment.objects.filter(told, accrual_start=half.start)
    kept = assessed.filter(union__in=decided.filter(accrual_start=half.start).values("union"))
    RemittanceLine.objects.filter(assessment__in=assessed.exclude(pk__in=kept)).delete()
    assessed.exclude(pk__in=kept).delete()
    PayrollDeclaration.objects.filter(told, in_period("month", half)).delete()
    paid = RemittanceLine.objects.filter(told, in_period("paid_on", half))
    paid.update(paid_on=None, receipt_no=None, transaction=None)
