"""What the payment of a subsidy asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.ledger import balance
from finance.models import Account, ClassSubsidy
from finance.services import pay_class_subsidy, refuse_accounts, refuse_unpayable
from unions.models import Union
from unions.pages.forms import EventForm
from unions.services.effects import Effect

# 补助下级支出 and 银行存款 in the accounting system; chosen beforehand where the chart has them.
GRANTS, BANK = "506", "102"


class PaySubsidyForm(EventForm):
    """Pays the subsidy of a class out of the federation's book."""

    paid_on = forms.DateField(label=gettext_lazy("Subsidy paid on"), initial=timezone.localdate)
    expense = forms.ModelChoiceField(
        label=gettext_lazy("at the cost of"), queryset=Account.objects.filter(kind=Account.Kind.EXPENSE)
    )
    bank = forms.ModelChoiceField(
        label=gettext_lazy("paid from"), queryset=Account.objects.filter(kind=Account.Kind.ASSET)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, code in (("expense", GRANTS), ("bank", BANK)):
            field: Any = self.fields[name]
            field.initial = field.queryset.filter(code=code).first()

    def plan(self) -> list[Effect]:
        """The amounts of both accounts before and after, and the receiving union."""
        data, amount = self.cleaned_data, self.target.subsidy
        refuse_unpayable(self.target, data["paid_on"])
        refuse_accounts(data["expense"], data["bank"])
        federation = Union.objects.federation()
        spent, held = -balance(data["expense"], federation), -balance(data["bank"], federation)
        return [
            Effect(self.target.union, _("Subsidy not paid"), _("%(amount)s yuan paid") % {"amount": f"{amount:,.2f}"}),
            Effect(data["expense"], f"{spent:,.2f}", f"{spent + amount:,.2f}"),
            Effect(data["bank"], f"{held:,.2f}", f"{held - amount:,.2f}"),
        ]

    def run(self) -> ClassSubsidy:
        return pay_class_subsidy(
            model_class=self.target,
            paid_on=self.cleaned_data["paid_on"],
            expense=self.cleaned_data["expense"],
            bank=self.cleaned_data["bank"],
            actor=self.actor,
        )
