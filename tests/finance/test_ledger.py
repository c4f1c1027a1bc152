"""The ledger refuses, in the service and in the database, whatever would make it untrue."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction
from django.utils import timezone

from finance.ledger import Line, balance, post, reverse
from finance.models import Account, LedgerEntry, LedgerTransaction
from tests.factories.unions import UnionFactory, UserFactory
from unions.acting import SYSTEM, acting
from unions.models import ReportingPeriod, Union, User

DAY, ACCRUAL = date(2026, 1, 20), date(2025, 7, 1)


class Books:
    """A union's book with a cash account and a relief fund holding 1,000.00."""

    def __init__(self) -> None:
        self.union: Union = UnionFactory()
        self.actor: User = UserFactory()
        self.cash = Account.objects.create(code="101", name="库存", kind=Account.Kind.ASSET, chart="test")
        self.fund = Account.objects.create(
            code="301", name="帮扶资金", kind=Account.Kind.FUND, is_fund=True, chart="test"
        )
        self.post(Line(self.cash, debit=Decimal(1000)), Line(self.fund, credit=Decimal(1000)))

    def post(self, *lines: Line, day: date = DAY) -> LedgerTransaction:
        return post(
            union=self.union, happened_on=day, belongs_to=ACCRUAL, description="测试", lines=lines, actor=self.actor
        )

    def pay(self, amount: Decimal) -> LedgerTransaction:
        return self.post(Line(self.fund, debit=amount), Line(self.cash, credit=amount))


@pytest.fixture
def books(as_system: None) -> Books:
    return Books()


def commit() -> None:
    """Run the checks that wait for the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def counts() -> tuple[int, int]:
    return LedgerTransaction.objects.count(), LedgerEntry.objects.count()


def test_a_posted_voucher_moves_the_balance(books: Books) -> None:
    books.pay(Decimal("300.50"))
    commit()
    assert balance(books.fund, books.union) == Decimal("699.50")  # 1,000.00 − 300.50


def test_a_reversal_is_a_mirror_and_happens_once(books: Books) -> None:
    voucher = books.pay(Decimal(300))
    reverse(voucher=voucher, happened_on=DAY, reason="重复入账", actor=books.actor)
    commit()
    assert balance(books.fund, books.union) == Decimal(1000)
    before = counts()
    with pytest.raises(ValidationError, match="reversed|冲销"):
        reverse(voucher=voucher, happened_on=DAY, reason="再冲", actor=books.actor)
    assert counts() == before


def unbalanced(books: Books) -> None:
    books.post(Line(books.cash, debit=Decimal(10)), Line(books.fund, credit=Decimal(9)))


def overdrawn(books: Books) -> None:
    books.pay(Decimal("1000.01"))


def finer_than_a_cent(books: Books) -> None:
    books.pay(Decimal("0.001"))


def two_sided(books: Books) -> None:
    books.post(Line(books.cash, debit=Decimal(1), credit=Decimal(1)))


def into_a_locked_period(books: Books) -> None:
    lock(books)
    books.pay(Decimal(1))


def lock(books: Books) -> None:
    ReportingPeriod.objects.create(
        code="2026Q1",
        kind="QUARTER",
        start=date(2026, 1, 1),
        end=date(2026, 4, 1),
        locked_at=timezone.now(),
        locked_by=books.actor,
    )


@pytest.mark.parametrize(
    "attempt", [unbalanced, overdrawn, finer_than_a_cent, two_sided, into_a_locked_period], ids=lambda f: f.__name__
)
def test_the_service_refuses_in_words_and_writes_nothing(books: Books, attempt: Callable[[Books], None]) -> None:
    before = counts()
    with pytest.raises(ValidationError) as refusal:
        attempt(books)
    assert refusal.value.messages[0]
    assert counts() == before


def run(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def raw_transaction(books: Books, day: date = DAY) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO finance_ledgertransaction (union_id, number, happened_on, belongs_to, description, note,"
            " created_at) VALUES (%s, 'raw', %s, %s, '', '', now()) RETURNING id",
            [books.union.pk, day, ACCRUAL],
        )
        return int(cursor.fetchone()[0])


def raw_entry(books: Books, transaction_id: int, account: Account, debit: str, credit: str) -> None:
    run(
        "INSERT INTO finance_ledgerentry (union_id, transaction_id, account_id, debit, credit, restricted_to, note,"
        " created_at) VALUES (%s, %s, %s, %s, %s, '', '', now())",
        books.union.pk,
        transaction_id,
        account.pk,
        debit,
        credit,
    )


def raw_unbalanced(books: Books) -> None:
    raw_entry(books, raw_transaction(books), books.cash, "10", "0")


def raw_without_entries(books: Books) -> None:
    raw_transaction(books)


def raw_overdrawn(books: Books) -> None:
    number = raw_transaction(books)
    raw_entry(books, number, books.fund, "1000.01", "0")
    raw_entry(books, number, books.cash, "0", "1000.01")


def raw_locked(books: Books) -> None:
    lock(books)
    raw_transaction(books)


def raw_update(books: Books) -> None:
    run("UPDATE finance_ledgerentry SET debit = debit + 1 WHERE debit > 0")


def raw_delete(books: Books) -> None:
    run("DELETE FROM finance_ledgerentry")


def raw_redate(books: Books) -> None:
    run("UPDATE finance_ledgertransaction SET happened_on = happened_on + 1")


def raw_truncate(books: Books) -> None:
    run("TRUNCATE finance_ledgerentry")


def raw_disable_triggers(books: Books) -> None:
    run("ALTER TABLE finance_ledgerentry DISABLE TRIGGER USER")


def raw_as_replica(books: Books) -> None:
    run("SET session_replication_role = replica")


# Each with the reason it must be refused for: another one would hide that its own rule is gone.
RAW = {
    raw_unbalanced: "unbalanced transaction",
    raw_without_entries: "has no entry",
    raw_overdrawn: "below zero",
    raw_locked: "locked period",
    raw_update: "permission denied",
    raw_delete: "permission denied",
    raw_redate: "permission denied",
    raw_truncate: "permission denied",
    raw_disable_triggers: "must be owner",
    raw_as_replica: "permission denied",
}


@pytest.mark.parametrize(("attempt", "why"), RAW.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_raw_sql_of_the_web_role_cannot_get_round_it(books: Books, attempt: Callable[[Books], None], why: str) -> None:
    commit()
    before = counts()
    with pytest.raises(Error, match=why), transaction.atomic():
        attempt(books)
        commit()
    assert counts() == before
    assert balance(books.fund, books.union) == Decimal(1000)


@pytest.mark.django_db(transaction=True)
def test_a_voucher_posted_in_an_earlier_transaction_takes_no_further_entry() -> None:
    with acting(SYSTEM):
        books = Books()
    voucher = LedgerTransaction.objects.get()
    with pytest.raises(Error, match="posted transaction"), transaction.atomic():
        raw_entry(books, voucher.pk, books.cash, "5", "0")
        raw_entry(books, voucher.pk, books.fund, "0", "5")
    assert counts() == (1, 2)


# Each rule stands twice: as a trigger and, for what is posted, as a right the web role does not have. What the tests
# above refuse, either wall alone would refuse; so each is looked at by itself.
TRIGGERS = {
    "finance_ledgertransaction": {"append_only", "refuse_locked_period", "has_entries"},
    "finance_ledgerentry": {"append_only", "refuse_late_entry", "balanced", "no_negative_fund"},
}
RIGHTS = "SELECT has_table_privilege(%s, %s), has_any_column_privilege(%s, 'UPDATE')"


@pytest.mark.parametrize("table", TRIGGERS)
def test_every_trigger_of_the_ledger_stands_and_is_enabled(db: None, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'O' AND NOT tgisinternal",
            [table],
        )
        names = [name for (name,) in cursor.fetchall()]
    assert {name.removeprefix("pgtrigger_").rpartition("_")[0] for name in names} == TRIGGERS[table]


@pytest.mark.parametrize("table", TRIGGERS)
def test_the_web_role_has_no_right_to_change_what_is_posted(db: None, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(RIGHTS, [table, "UPDATE, DELETE, TRUNCATE, TRIGGER", table])
        assert cursor.fetchone() == (False, False)


@pytest.mark.parametrize("attempt", [raw_update, raw_delete, raw_redate], ids=lambda f: f.__name__)
def test_the_triggers_refuse_even_the_owner(
    as_owner: Callable[[], AbstractContextManager[Any]], attempt: Callable[[Any], None]
) -> None:
    with acting(SYSTEM):
        Books()
    with as_owner(), pytest.raises(Error, match="Cannot update or delete"):
        attempt(None)
    assert counts() == (1, 2)
