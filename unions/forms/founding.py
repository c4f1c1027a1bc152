"""Applications to found a union, foundings, and unions that come from outside."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unions.access import Action
from unions.forms.employers import EmployersField, free_employers
from unions.forms.lifecycle import day, higher_unions, text, years
from unions.models import Community, Employer, Union, UnionApplication, UnionForm
from unions.pages.forms import EventForm, RecordForm
from unions.services.effects import Effect
from unions.services.founding import apply_to_found, found_union, plan_founding
from unions.services.structure import plan_transfer_in, transfer_in


class ApplicationForm(RecordForm):
    """An employer's wish; taking it in founds nothing."""

    action = Action.MANAGE_ORGANISATION

    class Meta:
        model = UnionApplication
        fields = ("employer", "wish", "applied_on", "union", "note")
        labels = {"union": _("Handled by")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        handling: Any = self.fields["union"]
        handling.queryset = higher_unions(self.actor)

    def save(self, commit: bool = True) -> Any:
        if self.instance.pk:
            return super().save(commit)
        return apply_to_found(application=self.instance, actor=self.actor)


class NewUnionForm(EventForm):
    """What every union that appears says of itself."""

    fields: dict[str, Any]

    name = text(_("Name of the union"), help_text=_("Such as 东港社区商贸联合工会."))
    form = forms.ChoiceField(label=_("Form"), choices=UnionForm, initial=UnionForm.SINGLE)
    parent = forms.ModelChoiceField(label=_("Next higher union"), queryset=Union.objects.none())
    community = forms.ModelChoiceField(label=_("Community"), queryset=Community.objects.all(), required=False)
    employers = EmployersField(_("Employers covered from the first day"), required=False)
    chair = text(_("Chair"), 30, required=False)
    years = years()
    document_no = text(_("Document number"), 60, help_text=_("As on the approval, such as 澄江街总工〔2026〕12号."))
    approved_by = text(_("Approved by"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"].choices = [c for c in UnionForm.choices if c[0] != UnionForm.SUBDISTRICT]
        self.fields["parent"].queryset = higher_unions(self.actor)
        self.fields["employers"].offer(free_employers(self.actor), self.initial.get("employers", ()))

    def facts(self) -> dict[str, Any]:
        facts = self.cleaned_data | {"employers": list(self.cleaned_data["employers"])}
        if facts["form"] == UnionForm.WORKING_COMMITTEE:
            facts["years"] = None
        return facts


class FoundingForm(NewUnionForm):
    founded_on = day(_("Founded on"))
    delegates = forms.IntegerField(label=_("Members or delegates present"), min_value=1, required=False)
    application = forms.ModelChoiceField(
        label=_("From the application of"), queryset=UnionApplication.objects.none(), required=False
    )
    field_order = (
        "application",
        "name",
        "form",
        "parent",
        "community",
        "employers",
        "founded_on",
        "document_no",
        "approved_by",
        "chair",
        "years",
        "delegates",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = UnionApplication.Status
        waiting = UnionApplication.objects.visible_to(self.actor).filter(
            status__in=(states.SUBMITTED, states.APPROVED), founded_union__isnull=True
        )
        field = self.fields["application"]
        field.queryset = waiting.select_related("employer")
        field.label_from_instance = lambda row: f"{row.employer.name} {row.applied_on}"

    def plan(self) -> list[Effect]:
        return plan_founding(**self.facts())

    def run(self) -> Any:
        return found_union(**self.facts(), actor=self.actor)


class TransferInForm(NewUnionForm):
    on = day(_("Came here on"))
    founded_on = forms.DateField(label=_("Founded on"), help_text=_("The union keeps the day of its own founding."))
    coming_from = text(_("Former higher union"))
    field_order = (
        "name",
        "coming_from",
        "on",
        "founded_on",
        "form",
        "parent",
        "community",
        "employers",
        "document_no",
        "approved_by",
        "chair",
        "years",
    )

    def plan(self) -> list[Effect]:
        return plan_transfer_in(**self.facts())

    def run(self) -> Any:
        return transfer_in(**self.facts(), actor=self.actor)


def filled_in(actor: Any, query: Any) -> dict[str, Any]:
    """What the address says beforehand: an application or an employer, and what follows from it."""
    number = query.get("application", "")
    rows = UnionApplication.objects.visible_to(actor).select_related("employer__community", "union")
    application = rows.filter(pk=number).first() if number.isascii() and number.isdigit() and len(number) < 18 else None
    number = query.get("employer", "")
    employers = Employer.objects.visible_to(actor).select_related("community", "union")
    employer = (
        employers.filter(pk=number).first() if number.isascii() and number.isdigit() and len(number) < 18 else None
    )
    employer = application.employer if application else employer
    if employer is None:
        return {}
    facts = {"employers": [employer.pk], "community": employer.community, "parent": employer.union}
    facts |= {"name": f"{employer.name}工会", "approved_by": employer.union.name}
    return facts | ({"application": application} if application else {})
