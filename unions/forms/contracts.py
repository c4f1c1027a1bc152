"""The forms of collective contracts: recorded, requested, renewed, made known, reviewed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from unions.forms.labour import EmployersForm, LabourForm
from unions.models import CollectiveContract, ContractReview, ContractStatus
from unions.pages.forms import EventForm
from unions.services import contracts
from unions.services.effects import Effect
from unions.workflow.contracts import DAYS

VOTE = ("votes_total", "votes_present", "votes_for")
END_HINT = gettext_lazy("The first day it no longer holds: a contract until 31 December ends on 1 January.")


class ContractForm(EmployersForm):
    """A contract that is signed already, or put right later: then only what has happened can be corrected."""

    class Meta:
        model = CollectiveContract
        fields = (
            *("union", "title", "scope", "kind", "has_wage_agreement"),
            *("signed_on", "filed_on", "filing_no", "effective_on", "expires_on"),
            *("employees_covered", "wage_rise_percent", "payday"),
            *("requested_on", "answered_on", "staff_side", "employer_side", "congress_on", *VOTE, "note"),
        )
        help_texts = {"expires_on": END_HINT}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = list(self.fields)
        own = [name for name in ("employers", "all_beneath") if name in names]
        place = names.index("has_wage_agreement") + 1
        self.order_fields([*names[:place], *own, *(name for name in names[place:] if name not in own)])
        if self.instance.pk:
            self.keep_what_happened()
        else:
            self.fields["signed_on"].required = self.fields["expires_on"].required = True

    def keep_what_happened(self) -> None:
        """A step that has not been made is made by its own button, which asks what goes with it."""
        for name in (*DAYS, *VOTE, "expires_on"):
            if name in self.fields and getattr(self.instance, name) is None:
                del self.fields[name]
        if self.instance.filed_on is None:
            del self.fields["filing_no"]

    def save(self, commit: bool = True) -> CollectiveContract:
        row = self.instance
        employers = self.chosen(row.signed_on or row.requested_on or timezone.localdate())
        if row.pk:
            return contracts.save_contract(contract=row, employers=employers, actor=self.actor, since=self.since)
        return contracts.record_signed_contract(contract=row, employers=employers, actor=self.actor)


class RequestForm(EmployersForm):
    """The request to bargain, with which a contract begins."""

    class Meta:
        model = CollectiveContract
        fields = ("union", "title", "scope", "kind", "has_wage_agreement", "requested_on", "note")

    field_order = ["union", "title", "scope", "kind", "has_wage_agreement", "employers", "all_beneath"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requested_on"].required = True
        self.fields["requested_on"].initial = timezone.localdate

    def save(self, commit: bool = True) -> CollectiveContract:
        day = self.cleaned_data["requested_on"]
        return contracts.request_bargaining(contract=self.instance, employers=self.chosen(day), actor=self.actor)


class RenewalForm(EventForm):
    """When the renewal of a contract was requested."""

    requested_on = forms.DateField(label=gettext_lazy("bargaining requested on"), initial=timezone.localdate)

    def plan(self) -> list[Effect]:
        old, day = self.target, self.cleaned_data["requested_on"]
        contracts.refuse_renewal(old, day)
        number = len(contracts.going_on(old, day))
        return [
            Effect(_("New contract"), "", old.title),
            Effect(_("Its state"), "", ContractStatus.REQUESTED.label),
            Effect(_("Employers taken over"), old.covered.count(), number),
            Effect(old.title, old.get_status_display(), _("stays in force until the new one takes effect")),
        ]

    def run(self) -> CollectiveContract:
        day = self.cleaned_data["requested_on"]
        return contracts.renew_contract(contract=self.target, requested_on=day, actor=self.actor)


class PublicationForm(EventForm):
    """When a contract in force was made known to the staff."""

    on = forms.DateField(label=gettext_lazy("Made known on"), initial=timezone.localdate)

    def plan(self) -> list[Effect]:
        return [Effect(_("Made known to the staff"), "", self.cleaned_data["on"])]

    def run(self) -> CollectiveContract:
        return contracts.record_publication(contract=self.target, on=self.cleaned_data["on"], actor=self.actor)


class ReviewForm(LabourForm):
    class Meta:
        model = ContractReview
        fields = ("contract", "reviewed_on", "result", "reported_on", "note")
        labels = {"result": pgettext_lazy("contract check", "Result")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contract: Any = self.fields["contract"]
        contract.queryset = contract.queryset.filter(signed_on__isnull=False)

    def save(self, commit: bool = True) -> ContractReview:
        self.instance.union_id = self.instance.contract.union_id
        return contracts.save_review(review=self.instance, actor=self.actor, since=self.since)
