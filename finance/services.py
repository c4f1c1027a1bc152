"""What is paid out of the federation's book for something decided elsewhere: the subsidy of a union's class."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from finance.ledger import ZERO, Line, post, refuse_locked
from finance.models import Account, ClassSubsidy, LedgerTransaction
from unions.access import Action, can_over
from unions.audit import record
from unions.models import ModelClass, Union, User
from unions.moves import locked
from unions.periods import HalfYear


@transaction.atomic
def pay_class_subsidy(
    *, model_class: ModelClass, paid_on: date, expense: Account, bank: Account, actor: User
) -> ClassSubsidy:
    """Pay the subsidy of a class from ``bank`` at the cost of ``expense``, with its voucher in the federation's book.

    Raises ValidationError by field if it carries none, is paid already, or the day or an account does not fit;
    PermissionDenied if the actor does not keep the federation's book or gave the class himself.
    """
    model_class = locked(ModelClass, model_class, actor)
    federation = Union.objects.federation()
    if not can_over(actor, Action.MANAGE_FINANCE, federation.pk):
        raise PermissionDenied(_("Your office does not pay out of the federation's book."))
    if model_class.created_by_id == actor.pk:
        raise PermissionDenied(_("Nobody pays a subsidy he granted himself."))
    refuse_unpayable(model_class, paid_on)
    refuse_accounts(expense, bank)
    voucher = post_subsidy(model_class, federation, paid_on, (expense, bank), actor)
    payment = ClassSubsidy.objects.create(
        union=model_class.union,
        model_class=model_class,
        transaction=voucher,
        amount=model_class.subsidy,
        belongs_to=voucher.belongs_to,
        paid_on=paid_on,
        created_by=actor,
    )
    after = {"amount": str(payment.amount), "paid_on": str(paid_on), "voucher": voucher.number}
    record(actor=actor, action="finance.pay_class_subsidy", target=model_class, after=after)
    return payment


def post_subsidy(
    model_class: ModelClass, federation: Union, paid_on: date, accounts: tuple[Account, Account], actor: User
) -> LedgerTransaction:
    """The voucher of one subsidy. It belongs to the half-year in which the class was given."""
    expense, bank = accounts
    amount = model_class.subsidy or ZERO
    description = _("Subsidy for “%(grade)s” of %(year)s: %(union)s") % {
        "grade": model_class.get_grade_display(),
        "year": model_class.year,
        "union": model_class.union,
    }
    return post(
        union=federation,
        happened_on=paid_on,
        belongs_to=HalfYear.containing(model_class.awarded_on).start,
        description=description[:200],
        lines=[Line(expense, debit=amount), Line(bank, credit=amount)],
        actor=actor,
    )


def refuse_unpayable(model_class: ModelClass, paid_on: date) -> None:
    """Raise ValidationError if the class carries no subsidy, it was paid, or it cannot be paid on this day."""
    if not model_class.subsidy:
        raise ValidationError(_("This class carries no subsidy."), code="no_subsidy")
    paid = ClassSubsidy.objects.filter(model_class=model_class).select_related("transaction").first()
    if paid:
        raise ValidationError(
            _("This subsidy was paid on %(day)s with voucher %(voucher)s."),
            code="paid",
            params={"day": date_format(paid.paid_on, "Y-m-d"), "voucher": paid.transaction},
        )
    if paid_on > timezone.localdate():
        raise ValidationError({"paid_on": _("The date lies in the future.")})
    if paid_on < model_class.awarded_on:
        raise ValidationError({"paid_on": _("A subsidy is not paid before its class is given.")})
    try:
        refuse_locked(paid_on)
    except ValidationError as error:
        raise ValidationError({"paid_on": error}) from error


def refuse_accounts(expense: Account, bank: Account) -> None:
    """Raise ValidationError at the account that is not of the kind this payment needs."""
    if expense.kind != Account.Kind.EXPENSE:
        raise ValidationError({"expense": _("Choose an expenditure account.")})
    if bank.kind != Account.Kind.ASSET:
        raise ValidationError({"bank": _("Choose an asset account, such as the bank.")})
