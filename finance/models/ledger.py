"""The ledger. Money is Decimal yuan, has two clocks, and once posted is only ever reversed.

The database defends it: postings balance at commit, posted rows take no update or delete, nothing is posted into a
locked period or onto a transaction posted earlier, and no fund account falls below zero.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from unions.audit import audited
from unions.models.base import (
    MoneyField,
    Record,
    UnionRecord,
    check,
)

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


@audited
class Account(Record):
    """An account of the chart. A fund account (``is_fund``) may never owe: its balance stays at or above zero."""

    class Kind(models.TextChoices):
        ASSET = "ASSET", _("Asset")
        LIABILITY = "LIABILITY", _("Liability")
        FUND = "FUND", _("Fund")
        INCOME = "INCOME", _("Income")
        EXPENSE = "EXPENSE", _("Expenditure")

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    is_fund = models.BooleanField(_("may not fall below zero"), default=False)
    is_facilities = models.BooleanField(_("spending on culture and sport facilities"), default=False)
    chart = models.CharField(_("chart of accounts"), max_length=40)

    class Meta:
        verbose_name = _("account (ledger)")
        verbose_name_plural = _("chart of accounts")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


REFUSE_LOCKED_PERIOD = """
    IF EXISTS (SELECT 1 FROM unions_reportingperiod period WHERE period.locked_at IS NOT NULL
               AND NEW.happened_on >= period.start AND NEW.happened_on < period."end") THEN
        RAISE EXCEPTION 'locked period: nothing is posted on %', NEW.happened_on USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


REFUSE_LATE_ENTRY = """
    IF (SELECT posted_xid FROM finance_ledgertransaction WHERE id = NEW.transaction_id) <> txid_current() THEN
        RAISE EXCEPTION 'posted transaction: % takes no further entry', NEW.transaction_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


BALANCED = """
    IF (SELECT COALESCE(SUM(debit - credit), 0) FROM finance_ledgerentry
        WHERE transaction_id = NEW.transaction_id) <> 0 THEN
        RAISE EXCEPTION 'unbalanced transaction %', NEW.transaction_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


HAS_ENTRIES = """
    IF NOT EXISTS (SELECT 1 FROM finance_ledgerentry WHERE transaction_id = NEW.id) THEN
        RAISE EXCEPTION 'transaction % has no entry', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


# The advisory lock makes two payments out of one fund wait for each other, so neither misses the other's amount.
NO_NEGATIVE_FUND = """
    IF (SELECT is_fund FROM finance_account WHERE id = NEW.account_id) THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(NEW.account_id || '/' || NEW.union_id, 0));
        IF (SELECT SUM(credit - debit) FROM finance_ledgerentry
            WHERE account_id = NEW.account_id AND union_id = NEW.union_id) < 0 THEN
            RAISE EXCEPTION 'fund % below zero', NEW.account_id USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NULL;
"""


class LedgerTransaction(UnionRecord):
    """A posted voucher in a union's book: ``happened_on`` is the payment's day, ``belongs_to`` the accrual's first.

    Written by finance.ledger.post alone.
    """

    number = models.CharField(_("voucher number"), max_length=30, unique=True)
    happened_on = models.DateField(_("date"))
    belongs_to = models.DateField(_("belongs to the period from"))
    description = models.CharField(_("description"), max_length=200)
    reverses = models.OneToOneField(
        "self", models.PROTECT, verbose_name=_("reverses"), null=True, blank=True, related_name="reversed_by"
    )
    posted_xid = models.BigIntegerField(db_default=Func(function="txid_current"), editable=False)

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        ordering = ["-happened_on", "-pk"]
        triggers = [
            APPEND_ONLY,
            pgtrigger.Trigger(
                name="refuse_locked_period",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=REFUSE_LOCKED_PERIOD,
            ),
            pgtrigger.Trigger(
                name="has_entries",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=HAS_ENTRIES,
            ),
        ]

    def __str__(self) -> str:
        return self.number


class LedgerEntry(UnionRecord):
    """One side of a voucher: a debit or a credit on one account, in yuan."""

    transaction = models.ForeignKey(
        LedgerTransaction, models.PROTECT, verbose_name=_("voucher"), related_name="entries"
    )
    account = models.ForeignKey(Account, models.PROTECT, verbose_name=_("account (ledger)"), related_name="entries")
    debit = MoneyField(_("debit (yuan)"), default=0)
    credit = MoneyField(_("credit (yuan)"), default=0)
    restricted_to = models.CharField(_("earmarked for"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = [
            check(
                "entry_one_side",
                (Q(debit__gt=0) & Q(credit=0)) | (Q(credit__gt=0) & Q(debit=0)),
                _("An entry is either a debit or a credit, above zero."),
            ),
        ]
        indexes = [models.Index(fields=["account", "union"], name="entry_by_account")]
        triggers = [
            APPEND_ONLY,
            pgtrigger.Trigger(
                name="refuse_late_entry", when=pgtrigger.Before, operation=pgtrigger.Insert, func=REFUSE_LATE_ENTRY
            ),
            pgtrigger.Trigger(
                name="balanced",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=BALANCED,
            ),
            pgtrigger.Trigger(
                name="no_negative_fund",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=NO_NEGATIVE_FUND,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.debit or -self.credit}"
