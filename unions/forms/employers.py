"""Registering employers, counting their people, and choosing employers for a union."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from unions.access import Action
from unions.models import Employer, EmployerHeadcount, UnionCoverage, User
from unions.pages.forms import RecordForm
from unions.services.employers import record_headcount, register_employer
from unions.services.records import save_record


def free_employers(actor: User) -> Any:
    """Employers in business that no union covers today, the largest first."""
    day = timezone.localdate()
    covered = UnionCoverage.objects.filter(employer=OuterRef("pk"), end__isnull=True)
    rows = Employer.objects.visible_to(actor).filter(~Exists(covered), closed_on__isnull=True)
    return rows.with_employees_on(day).select_related("community").order_by("community__code", "-employees", "pinyin")


def with_staff(employer: Employer) -> str:
    """How an employer stands in a list to choose from."""
    staff = getattr(employer, "employees", None)
    text = f"{employer.name} · {employer.community.name}"
    return text if staff is None else gettext("%(name)s · %(staff)d persons") % {"name": text, "staff": staff}


class Picks(forms.CheckboxSelectMultiple):
    """A list to tick in, with its own scroll bar; each box has the look of every other."""

    def __init__(self) -> None:
        super().__init__({"class": "gh-picks"})

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        option["attrs"] |= {"class": "form-check-input"}
        return option


class EmployersField(forms.ModelMultipleChoiceField):
    """Several employers, ticked in a list. Any employer in scope is taken, so that the service says what is wrong."""

    def __init__(self, label: Any = "", **more: Any) -> None:
        facts: dict[str, Any] = {
            "queryset": Employer.objects.all(),
            "widget": Picks,
            "label": label or _("Employers covered"),
        }
        super().__init__(**facts | more)

    def offer(self, rows: Any, first: Any = ()) -> None:
        """List these to tick, those named first on top."""
        shown: Any = self.widget
        listed = sorted(rows.select_related("community"), key=lambda row: row.pk not in first)
        shown.choices = [(row.pk, with_staff(row)) for row in listed]


class EmployerForm(RecordForm):
    """A new employer goes through the register's own service; a known one is saved as any record."""

    action = Action.MANAGE_ORGANISATION
    employees = forms.IntegerField(
        label=_("Employees"), min_value=0, required=False, help_text=_("Headcount on the day it opened, if known.")
    )

    class Meta:
        model = Employer
        fields = (
            "name",
            "credit_code",
            "community",
            "union",
            "ownership",
            "industry",
            "operating_status",
            "is_above_scale",
            "party_members",
            "contact",
            "phone",
            "opened_on",
            "note",
        )
        labels = {"union": _("Community union that looks after it")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["employees"]

    def clean_credit_code(self) -> str | None:
        return (self.cleaned_data["credit_code"] or "").strip().upper() or None

    def save(self, commit: bool = True) -> Any:
        if self.instance.pk:
            since = self.cleaned_data.get("revision")
            return save_record(row=self.instance, actor=self.actor, action=self.action, since=since)
        employees = self.cleaned_data.get("employees")
        return register_employer(employer=self.instance, employees=employees, actor=self.actor)


class HeadcountForm(RecordForm):
    """How many people an employer has on a day."""

    action = Action.MANAGE_ORGANISATION

    class Meta:
        model = EmployerHeadcount
        fields = ("employer", "as_of", "employees", "female", "migrant", "dispatched", "contracts_signed", "note")

    def save(self, commit: bool = True) -> Any:
        since = self.cleaned_data.get("revision")
        return record_headcount(headcount=self.instance, actor=self.actor, since=since)
