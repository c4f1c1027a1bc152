"""Every invariant of the ledger recomputed from its rows, for an auditor who trusts neither code nor triggers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from finance.models import LedgerEntry, LedgerTransaction, RemittanceLine


@dataclass(frozen=True)
class Invariant:
    """A sentence about the ledger and the query that lists what breaks it: one text column, no row if it holds."""

    sentence: Callable[[], str]
    counterexamples: str


INVARIANTS = (
    Invariant(
        lambda: _("Debits and credits of every voucher are equal."),
        """SELECT t.number FROM finance_ledgertransaction t JOIN finance_ledgerentry e ON e.transaction_id = t.id
           GROUP BY t.id HAVING sum(e.debit) <> sum(e.credit)""",
    ),
    Invariant(
        lambda: _("Every voucher has entries."),
        """SELECT t.number FROM finance_ledgertransaction t
           WHERE NOT EXISTS (SELECT FROM finance_ledgerentry e WHERE e.transaction_id = t.id)""",
    ),
    Invariant(
        lambda: _("Every entry stands in the book of its voucher's union."),
        """SELECT t.number FROM finance_ledgertransaction t JOIN finance_ledgerentry e ON e.transaction_id = t.id
           WHERE e.union_id <> t.union_id""",
    ),
    Invariant(
        lambda: _("A reversal is the exact mirror of its voucher."),
        """SELECT r.number FROM finance_ledgertransaction r JOIN finance_ledgerentry e
             ON e.transaction_id IN (r.id, r.reverses_id)
           WHERE r.reverses_id IS NOT NULL
           GROUP BY r.id, e.account_id HAVING sum(e.debit) <> sum(e.credit)""",
    ),
    Invariant(
        lambda: _("No fund was below zero at the end of any day."),
        """SELECT account || ' ' || day FROM (
             SELECT a.code || ' ' || a.name AS account, t.happened_on AS day, sum(sum(e.credit - e.debit))
               OVER (PARTITION BY a.id, e.union_id ORDER BY t.happened_on) AS held
             FROM finance_ledgerentry e JOIN finance_account a ON a.id = e.account_id AND a.is_fund
             JOIN finance_ledgertransaction t ON t.id = e.transaction_id
             GROUP BY a.id, e.union_id, t.happened_on) days WHERE held < 0""",
    ),
    Invariant(
        lambda: _("Every remittance that names a voucher has its amount in it."),
        """SELECT t.number FROM finance_remittanceline l JOIN finance_ledgertransaction t ON t.id = l.transaction_id
           GROUP BY t.id HAVING sum(l.amount) > (
             SELECT sum(debit) FROM finance_ledgerentry e WHERE e.transaction_id = t.id)""",
    ),
    Invariant(
        lambda: _("Shares of one assessment do not exceed what accrued."),
        """SELECT u.code FROM finance_levyassessment s JOIN finance_remittanceline l ON l.assessment_id = s.id
           JOIN unions_union u ON u.id = s.union_id
           GROUP BY s.id, u.code HAVING sum(l.amount) > s.accrued""",
    ),
)


def broken() -> Iterator[tuple[str, list[str]]]:
    """Each invariant that does not hold, with up to five rows that break it."""
    for invariant in INVARIANTS:
        with connection.cursor() as cursor:
            cursor.execute(invariant.counterexamples)
            rows = [str(row[0]) for row in cursor.fetchmany(5)]
        if rows:
            yield invariant.sentence(), rows


def size() -> dict[str, int]:
    """How many rows were looked at."""
    return {
        str(m._meta.verbose_name_plural): m.objects.count() for m in (LedgerTransaction, LedgerEntry, RemittanceLine)
    }
