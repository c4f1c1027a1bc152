"""Posting to the ledger, reversing a voucher, reading balances. Nothing else writes ledger rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from finance.models import Account, LedgerEntry, LedgerTransaction
from finance.money import quantise
from unions.models import ReportingPeriod, Union, User

if TYPE_CHECKING:
    from unions.acting import System

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Line:
    """One side of a voucher: a positive amount on an account, debit or credit."""

    account: Account
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    restricted_to: str = ""


@transaction.atomic
def post(
    *,
    union: Union,
    happened_on: date,
    belongs_to: date,
    description: str,
    lines: Sequence[Line],
    actor: User | System,
    reverses: LedgerTransaction | None = None,
) -> LedgerTransaction:
    """Post one voucher into a union's book and return it.

    Raises ValidationError if debits and credits differ, an amount is not above zero, the day lies in a locked
    period, or a fund would fall below zero; the database refuses the same from any other path.
    """
    check_lines(lines)
    refuse_locked(happened_on)
    for line in lines:
        if line.account.is_fund and line.debit:
            refuse_overdrawn(union, line)
    voucher = LedgerTransaction.objects.create(
        union=union,
        number=next_number(union, happened_on),
        happened_on=happened_on,
        belongs_to=belongs_to,
        description=description,
        reverses=reverses,
        created_by_id=actor.pk,
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            union=union,
            transaction=voucher,
            account=line.account,
            debit=line.debit,
            credit=line.credit,
            restricted_to=line.restricted_to,
            created_by_id=actor.pk,
        )
        for line in lines
    )
    return voucher


@transaction.atomic
def reverse(*, voucher: LedgerTransaction, happened_on: date, reason: str, actor: User | System) -> LedgerTransaction:
    """Post the mirror of a voucher. Raises ValidationError if it was reversed before or is itself a reversal."""
    lock_book(voucher.union)
    if voucher.reverses_id or LedgerTransaction.objects.filter(reverses=voucher).exists():
        raise ValidationError(_("This voucher is already reversed or is a reversal itself."), code="reversed")
    mirror = [
        Line(entry.account, debit=entry.credit, credit=entry.debit, restricted_to=entry.restricted_to)
        for entry in voucher.entries.select_related("account")
    ]
    return post(
        union=voucher.union,
        happened_on=happened_on,
        belongs_to=voucher.belongs_to,
        description=reason,
        lines=mirror,
        actor=actor,
        reverses=voucher,
    )


def balance(account: Account, union: Union, until: date | None = None) -> Decimal:
    """Credits less debits of an account in one union's book, in yuan, up to and including ``until``."""
    entries = LedgerEntry.objects.filter(account=account, union=union)
    if until:
        entries = entries.filter(transaction__happened_on__lte=until)
    sums = entries.aggregate(debit=Sum("debit"), credit=Sum("credit"))
    return (sums["credit"] or ZERO) - (sums["debit"] or ZERO)


def check_lines(lines: Sequence[Line]) -> None:
    for line in lines:
        if min(line.debit, line.credit) != 0 or max(line.debit, line.credit) <= 0:
            raise ValidationError(_("An entry is either a debit or a credit, above zero."), code="one_side")
        if quantise(line.debit + line.credit) != line.debit + line.credit:
            raise ValidationError(_("Amounts are kept to the cent."), code="cent")
    if not lines or sum(line.debit - line.credit for line in lines) != 0:
        raise ValidationError(_("Debits and credits of the voucher differ."), code="unbalanced")


def refuse_locked(day: date) -> None:
    period = ReportingPeriod.objects.filter(locked_at__isnull=False, start__lte=day, end__gt=day).first()
    if period:
        raise ValidationError(
            _("%(period)s was locked by %(who)s: nothing can be posted on a day in it."),
            code="locked",
            params={"period": period, "who": period.locked_by},
        )


def refuse_overdrawn(union: Union, line: Line) -> None:
    held = balance(line.account, union)
    if held < line.debit:
        raise ValidationError(
            _("%(account)s holds %(held)s yuan, less than the %(asked)s asked for."),
            code="overdrawn",
            params={"account": line.account, "held": held, "asked": line.debit},
        )


def lock_book(union: Union) -> None:
    """Make writers of one union's book wait for each other until this transaction ends."""
    Union.objects.select_for_update().get(pk=union.pk)


def next_number(union: Union, day: date) -> str:
    """Voucher numbers run within a union's book and month; the union's row serialises them."""
    lock_book(union)
    prefix = f"{union.code}-{day:%Y%m}-"
    return f"{prefix}{LedgerTransaction.objects.filter(number__startswith=prefix).count() + 1:04d}"
