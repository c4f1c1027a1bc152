"""The levy of a union's half-year, reckoned from the payrolls declared for its months (rules B1).

Its size band is frozen with the first assessment; a share that is remitted is never changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from finance.models import Band, BandBasis, LevyAssessment, PayrollDeclaration, RateRule, RemittanceLine
from finance.money import quantise
from unions.models.base import holds_on, in_period
from unions.periods import HalfYear, month_start
from unions.returns.filing import Filing

LEVY_RATE = Decimal("0.02")
BAND_LIMIT = 25
ZERO = Decimal("0.00")


def accrued_on(payroll: Decimal) -> Decimal:
    """Two per cent of an employer's payroll of one month, to the cent."""
    return quantise(payroll * LEVY_RATE)


def share(accrued: Decimal, rate: Decimal | None) -> Decimal:
    return quantise(accrued * rate) if rate else ZERO


def due_on(half: HalfYear) -> date:
    """31 January for the second half-year, 31 July for the first."""
    return month_start(half.year, half.start.month + 7) - timedelta(days=1)


def assessed(filing: Filing) -> LevyAssessment | None:
    return LevyAssessment.objects.filter(union=filing.union, accrual_start=filing.quarter.half.start).first()


def rules_of(filing: Filing) -> list[RateRule]:
    """The sharing rules of the half-year's last day, so that each of its returns reckons by the same ones."""
    return list(RateRule.objects.filter(holds_on(filing.quarter.half.last_day)).order_by("recipient", "band_min"))


def headcount_of(filing: Filing, rules: Iterable[RateRule]) -> int:
    """What the band counts: as frozen with the first assessment, or else as the return's profile says."""
    held = assessed(filing)
    if held:
        return held.headcount
    profile = filing.one("D1a")
    by_members = any(rule.band_basis == BandBasis.MEMBERS for rule in rules)
    said = profile["members_end" if by_members else "employees_end"] if profile else None
    return said or 0


def rates_for(filing: Filing) -> dict[str, Decimal]:
    """The share of the accrual that each recipient has from a union of this size."""
    rules = rules_of(filing)
    size = headcount_of(filing, rules)
    return {
        rule.recipient: rule.rate
        for rule in rules
        if rule.band_min <= size and (rule.band_max is None or size < rule.band_max)
    }


def assess(filing: Filing) -> None:
    """Bring assessment and shares of the half-year in line with its payrolls.

    Raises ValidationError if a share that would change is remitted.
    """
    half = filing.quarter.half
    held = LevyAssessment.objects.select_for_update().filter(union=filing.union, accrual_start=half.start).first()
    declared = PayrollDeclaration.objects.filter(in_period("month", half), union=filing.union)
    payrolls = list(declared.values_list("payroll", flat=True))
    if not payrolls:
        withdraw(held)
        return
    payroll, accrued = sum(payrolls, ZERO), sum(map(accrued_on, payrolls), ZERO)
    if held and (held.payroll, held.accrued) == (payroll, accrued) and held.lines.exists():
        return
    rates, held = rates_for(filing), held or first_assessment(filing)
    held.payroll, held.accrued = payroll, accrued
    held.full_clean()
    held.save()
    share_out(held, rates, filing)


def first_assessment(filing: Filing) -> LevyAssessment:
    size = headcount_of(filing, rules_of(filing))
    return LevyAssessment(
        union=filing.union,
        accrual_start=filing.quarter.half.start,
        headcount=size,
        band=Band.GE25 if size >= BAND_LIMIT else Band.LT25,
        source_return=filing.version,
    )


def share_out(assessment: LevyAssessment, rates: dict[str, Decimal], filing: Filing) -> None:
    """One line for each recipient's share. Raises ValidationError where a remitted one would change."""
    held = {line.recipient: line for line in assessment.lines.select_for_update()}
    for line in held.values():
        if is_settled(line) and share(assessment.accrued, line.rate) != line.amount:
            raise remitted(line)
    for recipient, rate in rates.items():
        line = held.pop(recipient) if recipient in held else new_line(assessment, recipient, filing)
        if not is_settled(line):
            line.rate, line.amount = rate, share(assessment.accrued, rate)
            line.due_on = due_on(filing.quarter.half)
            line.full_clean()
            line.save()
    for line in held.values():
        if not is_settled(line):
            line.delete()


def new_line(assessment: LevyAssessment, recipient: str, filing: Filing) -> RemittanceLine:
    return RemittanceLine(union=filing.union, assessment=assessment, recipient=recipient, source_return=filing.version)


def withdraw(assessment: LevyAssessment | None) -> None:
    """Take back an assessment that came from returns and whose payrolls are all taken back."""
    if assessment is None or assessment.source_return_id is None:
        return
    for line in assessment.lines.select_for_update():
        if is_settled(line):
            raise remitted(line)
        line.delete()
    assessment.delete()


def is_settled(line: RemittanceLine) -> bool:
    """Whether money has moved: paid, or posted to the ledger."""
    return line.paid_on is not None or line.transaction_id is not None


def remitted(line: RemittanceLine) -> ValidationError:
    message = _("The levy of %(half)s was remitted on %(day)s, receipt %(receipt)s: its payroll no longer changes.")
    half = HalfYear.containing(line.assessment.accrual_start)
    return ValidationError(message % {"half": half, "day": line.paid_on, "receipt": line.receipt_no})
