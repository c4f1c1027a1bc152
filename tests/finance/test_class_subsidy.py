"""The subsidy of a class is paid once, by somebody who did not grant it, with a balanced voucher in an open period."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, transaction
from django.db.models import Sum
from django.utils import timezone

from finance.ledger import balance
from finance.models import Account, ClassSubsidy, LedgerEntry, LedgerTransaction
from finance.services import pay_class_subsidy
from tests.factories.unions import UnionFactory, UserFactory
from unions.access import Role
from unions.models import Grade, ModelClass, ReportingPeriod, Union, UnionForm, User

AWARDED, PAID = date(2026, 4, 26), date(2026, 5, 8)


class Cast:
    """A federation with its bank and its account for grants, a union with a class of 2,000 yuan."""

    def __init__(self) -> None:
        self.federation: Union = UnionFactory(form=UnionForm.SUBDISTRICT)
        self.cashier: User = UserFactory(role=Role.FINANCE, role__at=self.federation)
        self.granter: User = UserFactory(role=Role.STEWARD, role__at=self.federation)
        self.bank = Account.objects.create(code="102", name="银行存款", kind=Account.Kind.ASSET, chart="test")
        self.grants = Account.objects.create(code="506", name="补助下级支出", kind=Account.Kind.EXPENSE, chart="test")
        self.model_class = self.given(Decimal(2000))

    def given(self, subsidy: Decimal | None) -> ModelClass:
        return ModelClass.objects.create(
            union=UnionFactory(parent=self.federation),
            year=2025,
            grade=Grade.ADVANCED,
            awarded_on=AWARDED,
            document_no="街总工〔2026〕18号",
            subsidy=subsidy,
            created_by=self.granter,
        )

    def pay(self, **changed: object) -> ClassSubsidy:
        facts = {
            "model_class": self.model_class,
            "paid_on": PAID,
            "expense": self.grants,
            "bank": self.bank,
            "actor": self.cashier,
        }
        return pay_class_subsidy(**(facts | changed))  # type: ignore[arg-type]


@pytest.fixture
def cast(as_system: None) -> Cast:
    return Cast()


def trace() -> tuple[int, int, int]:
    return ClassSubsidy.objects.count(), LedgerTransaction.objects.count(), LedgerEntry.objects.count()


def test_a_subsidy_is_paid_with_a_balanced_voucher_of_both_clocks(cast: Cast) -> None:
    paid = cast.pay()
    voucher = paid.transaction
    assert (paid.union, paid.amount, paid.paid_on) == (cast.model_class.union, 2000, PAID)
    # Given in April 2026: it belongs to the half-year from January, and was paid in May
    assert (voucher.union, voucher.happened_on, voucher.belongs_to) == (cast.federation, PAID, date(2026, 1, 1))
    sums = voucher.entries.aggregate(debit=Sum("debit"), credit=Sum("credit"))
    assert sums == {"debit": Decimal(2000), "credit": Decimal(2000)}
    assert balance(cast.grants, cast.federation) == -2000
    assert balance(cast.bank, cast.federation) == 2000


def twice(cast: Cast) -> ClassSubsidy:
    cast.pay()
    return cast.pay(paid_on=date(2026, 5, 9))


def without_subsidy(cast: Cast) -> ClassSubsidy:
    return cast.pay(model_class=cast.given(None))


def before_the_class(cast: Cast) -> ClassSubsidy:
    return cast.pay(paid_on=date(2026, 4, 25))


def in_the_future(cast: Cast) -> ClassSubsidy:
    return cast.pay(paid_on=date(2199, 1, 1))


def in_a_locked_period(cast: Cast) -> ClassSubsidy:
    ReportingPeriod.objects.create(
        code="2026Q2",
        kind="QUARTER",
        start=date(2026, 4, 1),
        end=date(2026, 7, 1),
        locked_at=timezone.now(),
        locked_by=cast.cashier,
    )
    return cast.pay()


def from_an_income_account(cast: Cast) -> ClassSubsidy:
    income = Account.objects.create(code="402", name="拨缴经费收入", kind=Account.Kind.INCOME, chart="test")
    return cast.pay(bank=income)


@pytest.mark.parametrize(
    ("attempt", "field", "rows"),
    [
        # What is there after the refusal: of the payment twice the first one, of the others none
        (twice, None, (1, 1, 2)),
        (without_subsidy, None, (0, 0, 0)),
        (before_the_class, "paid_on", (0, 0, 0)),
        (in_the_future, "paid_on", (0, 0, 0)),
        (in_a_locked_period, "paid_on", (0, 0, 0)),
        (from_an_income_account, "bank", (0, 0, 0)),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_cannot_be_paid_is_refused_in_words_and_nothing_is_posted(
    cast: Cast, attempt: Callable[[Cast], ClassSubsidy], field: str | None, rows: tuple[int, int, int]
) -> None:
    with pytest.raises(ValidationError) as refusal:
        attempt(cast)
    assert set(getattr(refusal.value, "error_dict", {None: ()})) == {field}
    assert refusal.value.messages[0]
    assert trace() == rows


def test_whoever_gave_the_class_does_not_pay_its_subsidy(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        cast.pay(actor=cast.granter)
    assert trace() == (0, 0, 0)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.FINANCE, Role.STEWARD}))
def test_other_offices_pay_nothing(cast: Cast, role: Role) -> None:
    with pytest.raises(PermissionDenied):
        cast.pay(actor=UserFactory(role=role, role__at=cast.federation))
    assert trace() == (0, 0, 0)


def test_a_payment_once_made_is_not_changed_even_by_hand(cast: Cast) -> None:
    paid = cast.pay()
    with pytest.raises(Error), transaction.atomic():
        ClassSubsidy.objects.filter(pk=paid.pk).update(amount=1)
    paid.refresh_from_db()
    assert paid.amount == 2000
