"""Which employers a collective contract may cover: those in scope, in business, and not under another one like it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from unions.models import (
    CollectiveContract,
    ContractEmployer,
    ContractScope,
    ContractStatus,
    Employer,
    UnionCoverage,
    User,
)
from unions.services.days import plain


def refuse_employers(contract: CollectiveContract, employers: Sequence[Employer], actor: User) -> None:
    """Raise ValidationError at ``employers`` unless the contract may cover them all; locks their rows till the end.

    The lock makes two contracts for one employer wait for each other.
    """
    wanted = [employer.pk for employer in employers]
    seen = Employer.objects.visible_to(actor).filter(pk__in=wanted).order_by("pk").select_for_update(of=("self",))
    if len(seen) != len(set(wanted)):
        raise ValidationError({"employers": _("An employer is outside your scope.")})
    day = contract.signed_on or contract.requested_on or timezone.localdate()
    if gone := [employer.name for employer in employers if employer.closed_on and employer.closed_on <= day]:
        message = _("No longer in business on that day: %(names)s.") % {"names": _(", ").join(gone)}
        raise ValidationError({"employers": message})
    if contract.scope == ContractScope.ENTERPRISE and len(employers) > 1:
        message = _("An enterprise contract covers one employer; choose the scope regional or industry.")
        raise ValidationError({"employers": message})
    if reason := second_cover(contract, employers):
        raise ValidationError({"employers": reason})


def second_cover(contract: CollectiveContract, employers: Sequence[Employer]) -> str:
    """Which contract of the same kind and scope holds for one of the employers at that time; empty if none does.

    A region's contract may stand beside an enterprise's own: the law lets the latter give more. The contract that
    this one renews, and those that renew it, are no second cover.
    """
    start = contract.effective_on or contract.signed_on
    if start is None or contract.expires_on is None or contract.status == ContractStatus.TERMINATED:
        return ""
    others = overlapping(contract, start, contract.expires_on)
    other = (
        ContractEmployer.objects.filter(employer__in=employers, contract__in=others)
        .select_related("contract", "employer")
        .first()
    )
    if other is None:
        return ""
    return _("%(employer)s is under “%(contract)s” until %(day)s already.") % {
        "employer": other.employer,
        "contract": other.contract,
        "day": plain(other.contract.expires_on or contract.expires_on),
    }


def overlapping(contract: CollectiveContract, start: date, end: date) -> QuerySet[CollectiveContract]:
    rows = CollectiveContract.objects.filter(kind=contract.kind, scope=contract.scope, terminated_on__isnull=True)
    # What is signed and not yet in force holds from its signature on, at the earliest.
    holds = Q(effective_on__lt=end) | Q(effective_on__isnull=True, signed_on__lt=end)
    family = Q(pk=contract.renewal_of_id) | Q(renewal_of=contract.pk)
    return rows.filter(holds, expires_on__gt=start).exclude(pk=contract.pk).exclude(family)


def home_unions(employers: Sequence[Employer], day: date) -> dict[int, int]:
    """By employer, the union that covers it on that day."""
    rows = UnionCoverage.objects.on(day).filter(employer__in=employers)
    return dict(rows.values_list("employer_id", "union_id"))


def refuse_strange_employer(row: Any, day: date, actor: User) -> None:
    """Raise ValidationError at ``employer`` if the row names one that is not its union's on that day."""
    employer = row.employer
    if employer is None:
        return
    if not Employer.objects.visible_to(actor).filter(pk=employer.pk).exists():
        raise ValidationError({"employer": _("An employer is outside your scope.")})
    covering = UnionCoverage.objects.on(day).filter(employer=employer).select_related("union").first()
    if covering is not None and row.union_id not in (covering.union_id, employer.union_id):
        message = _("This employer is covered by “%(union)s”: choose that union.") % {"union": covering.union}
        raise ValidationError({"employer": message})
