"""Collective contracts: requested, recorded when already signed, their employers, renewal and expiry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from unions import clocks
from unions.access import Action, can_over
from unions.acting import SYSTEM
from unions.audit import record
from unions.models import (
    CollectiveContract,
    ContractEmployer,
    ContractKind,
    ContractReview,
    ContractStatus,
    Employer,
    User,
)
from unions.moves import locked
from unions.services.cover import home_unions, refuse_employers
from unions.services.days import plain, refuse_disorder, refuse_future
from unions.services.records import save_record
from unions.workdays import add_months
from unions.workflow.contracts import (
    DAYS,
    SOON,
    first_effective_day,
    refuse_payday,
    refuse_representatives,
    refuse_term,
    refuse_vote,
    renew_old,
    wait,
)

S = ContractStatus


@transaction.atomic
def request_bargaining(*, contract: CollectiveContract, employers: Iterable[Employer], actor: User) -> Any:
    """Open a contract with the request to bargain; the other side's time to answer runs from that day.

    Raises ValidationError by field (``employers`` for those that cannot be covered), PermissionDenied outside the
    actor's office and scope.
    """
    if contract.requested_on is None:
        raise ValidationError({"requested_on": _("Say when bargaining was requested.")})
    contract.status = S.REQUESTED
    row = save_contract(contract=contract, employers=employers, actor=actor)
    clocks.start_clock(code="CONTRACT_ANSWER", target=row, started_on=row.requested_on, actor=actor)
    return row


@transaction.atomic
def record_signed_contract(*, contract: CollectiveContract, employers: Iterable[Employer], actor: User) -> Any:
    """Enter a contract that was already signed; its dates say how far it came.

    Raises ValidationError by field, PermissionDenied as ``request_bargaining`` does.
    """
    if contract.signed_on is None:
        raise ValidationError({"signed_on": _("Say when it was signed.")})
    if contract.effective_on and contract.filed_on is None:
        raise ValidationError({"filed_on": _("A contract takes effect after it was filed.")})
    contract.status = status_by_dates(contract)
    row = save_contract(contract=contract, employers=employers, actor=actor)
    if row.status == S.SIGNED:
        clocks.start_clock(code="CONTRACT_FILING", target=row, started_on=row.signed_on, actor=actor)
    if row.status == S.EFFECTIVE:
        renew_old(row, actor)
    return row


def status_by_dates(contract: CollectiveContract) -> str:
    if contract.effective_on is None:
        return S.FILED if contract.filed_on else S.SIGNED
    is_over = contract.expires_on is not None and contract.expires_on <= timezone.localdate()
    return S.EXPIRED if is_over else S.EFFECTIVE


@transaction.atomic
def save_contract(
    *, contract: CollectiveContract, actor: User, employers: Iterable[Employer] | None = None, since: int | None = None
) -> Any:
    """Store a contract and, if given, the employers it covers; its state stays as it is.

    Raises ValidationError at the field that does not fit (``employers`` with the other contract's title),
    PermissionDenied outside the actor's office and scope.
    """
    refuse_dates(contract)
    refuse_representatives(contract)
    refuse_payday(contract)
    if contract.votes_for is not None:
        refuse_vote(contract)
    row = save_record(row=contract, actor=actor, action=Action.MANAGE_LABOUR, since=since)
    if employers is not None:
        cover_employers(contract=row, employers=employers, actor=actor)
    else:
        refuse_employers(row, covered_by(row), actor)
    return row


def refuse_dates(contract: CollectiveContract) -> None:
    """Raise ValidationError at each date that lies in the future, before what it follows, or beyond the law."""
    refuse_future(contract, *DAYS)
    refuse_disorder(contract, *DAYS)
    if contract.expires_on is None:
        if contract.signed_on:
            raise ValidationError({"expires_on": _("Say when the contract ends.")})
        return
    began = contract.effective_on or contract.signed_on or contract.requested_on
    if began and contract.expires_on <= began:
        raise ValidationError({"expires_on": _("The end must be later than the beginning.")})
    if contract.effective_on:
        refuse_term(contract, contract.effective_on)
    elif contract.signed_on:
        signed = contract.signed_on
        refuse_term(
            contract, signed + timedelta(days=wait("CONTRACT_FILING", signed) + wait("CONTRACT_OBJECTION", signed))
        )
    if contract.filed_on and contract.effective_on:
        first = first_effective_day(contract.filed_on)
        if contract.effective_on < first:
            message = _("The labour authority may object until %(day)s; it takes effect from then on.")
            raise ValidationError({"effective_on": message % {"day": plain(first)}})


def covered_by(contract: CollectiveContract) -> list[Employer]:
    return [link.employer for link in contract.covered.select_related("employer")]


@transaction.atomic
def cover_employers(*, contract: CollectiveContract, employers: Iterable[Employer], actor: User) -> None:
    """Make the employers given those the contract covers. Raises ValidationError at ``employers``."""
    if not can_over(actor, Action.MANAGE_LABOUR, contract.union_id):
        raise PermissionDenied(_("Your office does not record this for this union."))
    chosen = list(employers)
    if contract.signed_on and not chosen:
        raise ValidationError({"employers": _("Name the employers it covers.")})
    refuse_employers(contract, chosen, actor)
    contract.covered.exclude(employer__in=chosen).delete()
    had = set(contract.covered.values_list("employer_id", flat=True))
    homes = home_unions(chosen, contract.signed_on or timezone.localdate())
    for employer in chosen:
        if employer.pk not in had:
            union_id = homes.get(employer.pk, employer.union_id)
            ContractEmployer.objects.create(contract=contract, employer=employer, union_id=union_id, created_by=actor)


@transaction.atomic
def renew_contract(*, contract: CollectiveContract, requested_on: date, actor: User) -> CollectiveContract:
    """Request the renewal of a contract: a new one for the same employers, which replaces it when it takes effect.

    Raises ValidationError if it is not in force or just ended, or already being renewed, and at ``requested_on``
    before the time for it; PermissionDenied outside the actor's office and scope.
    """
    old = locked(CollectiveContract, contract, actor)
    refuse_renewal(old, requested_on)
    row = CollectiveContract(requested_on=requested_on, renewal_of=old, **kept(old))
    return request_bargaining(contract=row, employers=going_on(old, requested_on), actor=actor)


def refuse_renewal(old: CollectiveContract, requested_on: date) -> None:
    """Raise ValidationError if the contract cannot be renewed on that day."""
    if old.status not in (S.EFFECTIVE, S.EXPIRED) or old.expires_on is None:
        raise ValidationError(_("Only a contract in force, or one that just ended, is renewed."), code="not_in_force")
    following = old.renewals.exclude(status=S.TERMINATED).first()
    if following is not None:
        raise ValidationError(_("“%(contract)s” renews it already.") % {"contract": following}, code="renewed")
    if requested_on > timezone.localdate():
        raise ValidationError({"requested_on": _("The date lies in the future.")})
    if requested_on < (first := first_renewal_day(old.expires_on, requested_on)):
        message = _("Renewal can be requested from %(day)s on.") % {"day": plain(first)}
        raise ValidationError({"requested_on": message})


def first_renewal_day(expires_on: date, day: date) -> date:
    return expires_on - timedelta(days=wait("CONTRACT_RENEWAL", day))


def going_on(contract: CollectiveContract, day: date) -> list[Employer]:
    """The employers under the contract that are still in business."""
    return [employer for employer in covered_by(contract) if not employer.closed_on or employer.closed_on > day]


def kept(contract: CollectiveContract) -> dict[str, Any]:
    """What a renewal takes over from the contract before."""
    names = ("union", "title", "scope", "kind", "has_wage_agreement", "employees_covered", "payday")
    return {name: getattr(contract, name) for name in names}


@transaction.atomic
def record_publication(*, contract: CollectiveContract, on: date, actor: User) -> CollectiveContract:
    """Record that a contract in force was made known to the staff.

    Raises ValidationError at ``on``, PermissionDenied outside the actor's office and scope.
    """
    row = locked(CollectiveContract, contract, actor)
    if not can_over(actor, Action.MANAGE_LABOUR, row.union_id):
        raise PermissionDenied(_("Your office does not record this for this union."))
    if on > timezone.localdate():
        raise ValidationError({"on": _("The date lies in the future.")})
    if row.effective_on is None or on < row.effective_on:
        raise ValidationError({"on": _("A contract is made known after it takes effect.")})
    if clocks.meet(code="CONTRACT_PUBLICATION", target=row, day=on) is None:
        raise ValidationError(_("This is recorded already."), code="published")
    record(actor=actor, action="unions.publish_contract", target=row, after={"on": on})
    return row


def expire_contracts(today: date) -> list[CollectiveContract]:
    """Every morning: what was in force and ended by ``today`` is expired; the contracts concerned."""
    with transaction.atomic():
        rows = CollectiveContract.objects.filter(status=S.EFFECTIVE, expires_on__lte=today)
        ended = list(rows.select_for_update(of=("self",)))
        for row in ended:
            row.status = S.EXPIRED
            row.save(update_fields=["status"])
            record(
                actor=SYSTEM,
                action="unions.collectivecontract.expired",
                target=row,
                before={"status": S.EFFECTIVE},
                after={"status": S.EXPIRED},
            )
    return ended


def expiring(rows: QuerySet[CollectiveContract], today: date) -> QuerySet[CollectiveContract]:
    """Of the contracts given, those in force that end within 90 days and are not renewed yet."""
    ending = rows.filter(status=S.EFFECTIVE, expires_on__gt=today, expires_on__lte=today + SOON)
    return ending.exclude(renewals__status__in=(S.EFFECTIVE, S.RENEWED)).order_by("expires_on")


def advice(contract: CollectiveContract) -> list[str]:
    """What the law does not forbid but usually has otherwise."""
    found = []
    start = contract.effective_on or contract.signed_on
    if start and contract.expires_on:
        if contract.kind == ContractKind.WAGES and contract.expires_on > add_months(start, 13):
            found.append(_("A wage contract generally runs for one year."))
        if contract.expires_on < add_months(start, 11):
            found.append(_("A collective contract runs for at least one year."))
    return found


@transaction.atomic
def save_review(*, review: ContractReview, actor: User, since: int | None = None) -> ContractReview:
    """Store a check of how a contract is kept. Raises ValidationError at a day before the contract or in the future."""
    refuse_future(review, "reviewed_on", "reported_on")
    refuse_disorder(review, "reviewed_on", "reported_on")
    if review.contract.signed_on is None or review.reviewed_on < review.contract.signed_on:
        raise ValidationError({"reviewed_on": _("The contract was not signed by then.")})
    return save_record(row=review, actor=actor, action=Action.MANAGE_LABOUR, since=since)
