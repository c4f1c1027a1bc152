"""What the events in a union's life ask for; each form plans and runs one service."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from unions.access import Action, can_over
from unions.forms.employers import EmployersField, free_employers
from unions.leftovers import Fate, left_at
from unions.models import (
    FEDERATIONS,
    ORGANS,
    Community,
    Employer,
    Officer,
    Union,
    UnionForm,
    User,
)
from unions.pages.forms import EventForm
from unions.services import certificates, elections, endings, structure
from unions.services.effects import Effect
from unions.services.elections import Elected
from unions.services.employers import close_employer, plan_closing

P = Officer.Post
YEARS = ((3, _("3 years")), (5, _("5 years")))
# Posts of the committee beside the chair, as the form of an election names them.
SEATS = {
    "vice_chairs": P.VICE_CHAIR,
    "committee": P.COMMITTEE,
    "audit_head": P.AUDIT_HEAD,
    "audit_members": P.AUDIT_MEMBER,
    "women_head": P.WOMEN_HEAD,
}
SEVERAL = _("Several names with a space or “、” between them.")


def day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, **({"initial": timezone.localdate} | more))


def text(label: Any, length: int = 80, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, **more)


def years() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=_("Length of the term"), choices=YEARS, coerce=int, initial=5)


def unions_for(actor: User, *forms_of_union: str, but: Union | None = None) -> Any:
    """Unions that exist and whose events the actor records; of these forms, if any are named."""
    rows = Union.objects.visible_to(actor).filter(ended_on__isnull=True).order_by("pinyin")
    if forms_of_union:
        rows = rows.filter(form__in=forms_of_union)
    return rows.exclude(pk=but.pk) if but else rows


def higher_unions(actor: User) -> Any:
    """Federations and committees under which the actor may put a union."""
    rows = unions_for(actor, *FEDERATIONS, *ORGANS)
    allowed = [pk for pk in rows.values_list("pk", flat=True) if can_over(actor, Action.MANAGE_ORGANISATION, pk)]
    return rows.filter(pk__in=allowed)


def names_in(value: str) -> list[str]:
    return [name for name in re.split(r"[\s,，、;；]+", value) if name]


class UnionEventForm(EventForm):
    """Something that happens to one union."""

    fields: dict[str, Any]

    def facts(self) -> dict[str, Any]:
        """What the service takes, as it was typed."""
        return {"union": self.target} | self.cleaned_data


class ApprovedForm(UnionEventForm):
    """An event with the paper that approves it."""

    document_no = text(_("Document number"), 60, help_text=_("As on the approval, such as 澄江街总工〔2026〕12号."))
    approved_by = text(_("Approved by"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        higher = getattr(self.target, "parent", None)
        if higher and "approved_by" in self.fields:
            self.fields["approved_by"].initial = higher.name


class PaperForm(ApprovedForm):
    """An approved event of one day."""

    on = day(_("Date of the event"))


class RenameForm(PaperForm):
    name = text(_("New name"))
    field_order = ("name", "on")

    def plan(self) -> list[Effect]:
        return structure.plan_rename(**self.facts())

    def run(self) -> Any:
        return structure.rename(**self.facts(), actor=self.actor).union


class UpgradeForm(PaperForm):
    name = text(_("New name"), help_text=_("Such as 东港社区总工会."))
    parent = forms.ModelChoiceField(label=_("Next higher union"), queryset=Union.objects.none(), required=False)
    field_order = ("name", "parent", "on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = higher_unions(self.actor).exclude(pk=self.target.pk)
        self.fields["parent"].initial = self.target.parent_id

    def plan(self) -> list[Effect]:
        return structure.plan_upgrade(**self.facts())

    def run(self) -> Any:
        return structure.upgrade(**self.facts(), actor=self.actor).union


class ReorganiseForm(UnionEventForm):
    """Another form, higher union or community within the federation: no event of the stock, but a dated change."""

    on = day(_("Date of the change"))
    form = forms.ChoiceField(label=_("Form"), choices=UnionForm)
    parent = forms.ModelChoiceField(label=_("Next higher union"), queryset=Union.objects.none())
    community = forms.ModelChoiceField(label=_("Community"), queryset=Community.objects.all(), required=False)
    reason = text(_("Reason"), 200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = higher_unions(self.actor).exclude(pk=self.target.pk)
        self.fields["form"].choices = [c for c in UnionForm.choices if c[0] != UnionForm.SUBDISTRICT]
        for name in ("form", "parent", "community"):
            self.fields[name].initial = getattr(self.target, name)

    def plan(self) -> list[Effect]:
        return structure.plan_reorganisation(**self.facts())

    def run(self) -> Any:
        return structure.reorganise(**self.facts(), actor=self.actor).union


class ElectionForm(UnionEventForm):
    """The election of the next committee. Who serves now stands in the fields already."""

    elected_on = day(_("Elected on"))
    years = years()
    chair = text(_("Chair"), 30)
    vice_chairs = text(_("Vice chairs"), 200, required=False, help_text=SEVERAL)
    committee = text(_("Committee members"), 400, required=False, help_text=SEVERAL)
    audit_head = text(_("Head of the audit commission"), 30, required=False)
    audit_members = text(_("Members of the audit commission"), 200, required=False, help_text=SEVERAL)
    women_head = text(_("Head of the women workers' committee"), 30, required=False)
    delegates = forms.IntegerField(label=_("Delegates or members present"), min_value=1, required=False)
    handed_over_on = forms.DateField(
        label=_("Handed over on"), required=False, help_text=_("Work, seal and accounts, if the chair changes.")
    )
    document_no = text(
        _("Document number"), 60, required=False, help_text=_("Needed if the election is early or after the deadline.")
    )
    approved_by = text(_("Approved by"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        serving = elections.elected_officers(self.target)
        for name, post in {"chair": P.CHAIR, **SEATS}.items():
            self.fields[name].initial = "、".join(row.name for row in serving if row.post == post)
        term = elections.running_term(self.target)
        self.fields["years"].initial = term.years if term else 5

    def facts(self) -> dict[str, Any]:
        typed = self.cleaned_data
        taken = ("elected_on", "years", "chair", "handed_over_on", "document_no", "approved_by")
        officers = [Elected(post, name) for seat, post in SEATS.items() for name in names_in(typed[seat])]
        return {"union": self.target, "officers": officers} | {name: typed[name] for name in taken}

    def plan(self) -> list[Effect]:
        return elections.plan_election(**self.facts())

    def run(self) -> Any:
        delegates = self.cleaned_data["delegates"]
        return elections.reelect(**self.facts(), delegates=delegates, actor=self.actor).union


class ExtensionForm(ApprovedForm):
    until = forms.DateField(label=_("Election by"), help_text=_("Half a year after the end of the term at most."))
    field_order = ("until",)

    def plan(self) -> list[Effect]:
        return elections.plan_extension(**self.facts())

    def run(self) -> Any:
        return elections.extend_term(**self.facts(), actor=self.actor).union


class ChairForm(UnionEventForm):
    """Another chair before the term is over."""

    name = text(_("New chair"), 30)
    on = day(_("Took office on"))
    handed_over_on = forms.DateField(label=_("Handed over on"), required=False)
    document_no = text(_("Document number"), 60, required=False)
    approved_by = text(_("Approved by"), required=False)

    def plan(self) -> list[Effect]:
        return elections.plan_chair(**self.facts())

    def run(self) -> Any:
        return elections.change_chair(**self.facts(), actor=self.actor).union


class CoverForm(UnionEventForm):
    on = day(_("Covered from"))
    employers = EmployersField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employers"].offer(free_employers(self.actor))

    def facts(self) -> dict[str, Any]:
        return {
            "union": self.target,
            "on": self.cleaned_data["on"],
            "employers": list(self.cleaned_data["employers"]),
        }

    def plan(self) -> list[Effect]:
        return structure.plan_cover(**self.facts())

    def run(self) -> Any:
        structure.cover_employers(**self.facts(), actor=self.actor)
        return self.target


class UncoverForm(UnionEventForm):
    coverage = forms.ModelChoiceField(label=_("Employer"), queryset=Union.objects.none())
    on = day(_("No longer covered from"))
    reason = text(_("Reason"), 200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["coverage"]
        field.queryset = self.target.coverages.filter(end__isnull=True).select_related("employer")
        field.label_from_instance = lambda row: row.employer.name

    def plan(self) -> list[Effect]:
        return structure.plan_uncover(**self.cleaned_data)

    def run(self) -> Any:
        return structure.uncover_employer(**self.cleaned_data, actor=self.actor).union


class SplitForm(PaperForm):
    name = text(_("Name of the new union"))
    form = forms.ChoiceField(label=_("Form"), choices=UnionForm, initial=UnionForm.SINGLE)
    employers = EmployersField(_("Employers that go with it"))
    chair = text(_("Chair of the new union"), 30)
    years = years()
    field_order = ("name", "form", "employers", "chair", "years", "on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Employer.objects.visible_to(self.actor).filter(coverages__union=self.target, coverages__end__isnull=True)
        self.fields["employers"].offer(mine.order_by("code"))
        self.fields["form"].choices = [
            choice for choice in UnionForm.choices if choice[0] not in (*FEDERATIONS, *ORGANS)
        ]

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"employers": list(self.cleaned_data["employers"])}

    def plan(self) -> list[Effect]:
        return endings.plan_split(**self.facts())

    def run(self) -> Any:
        return endings.split(**self.facts(), actor=self.actor)


class MergeForm(PaperForm):
    """This union takes others in; opened at the union that stays."""

    unions = forms.ModelMultipleChoiceField(
        label=_("Unions merged away"),
        queryset=Union.objects.none(),
        widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=_("Their employers and members come to this union; they end on the day."),
    )
    field_order = ("unions", "on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = unions_for(self.actor, but=self.target).exclude(form__in=ORGANS)
        self.fields["unions"].queryset = near.filter(Q(community=self.target.community) | Q(parent=self.target.parent))

    def facts(self) -> dict[str, Any]:
        typed = {name: self.cleaned_data[name] for name in ("on", "document_no", "approved_by")}
        return {"unions": list(self.cleaned_data["unions"]), "into": self.target} | typed

    def plan(self) -> list[Effect]:
        return endings.plan_merger(**self.facts())

    def run(self) -> Any:
        endings.merge(**self.facts(), actor=self.actor)
        return self.target


class DissolveForm(PaperForm):
    employers = forms.ChoiceField(label=_("Its employers"), choices=endings.After, initial=endings.After.UNCOVERED)
    members = forms.ChoiceField(
        label=_("Its members"),
        choices=[("", _("Not settled yet")), (Fate.MOVED, Fate.MOVED.label), (Fate.RETAINED, Fate.RETAINED.label)],
        required=False,
    )
    to = forms.ModelChoiceField(
        label=_("Union that takes over"),
        queryset=Union.objects.none(),
        required=False,
        help_text=_("If members are moved, or employers covered by another union."),
    )
    reason = text(_("Reason"), 200, required=False)
    field_order = ("on", "document_no", "approved_by", "employers", "members", "to")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = unions_for(self.actor, but=self.target)
        left = left_at(self.target)
        if left:
            self.fields["members"].help_text = "、".join(left)
        else:
            del self.fields["members"]

    def facts(self) -> dict[str, Any]:
        return {"members": ""} | super().facts()

    def plan(self) -> list[Effect]:
        return endings.plan_dissolution(**self.facts())

    def run(self) -> Any:
        return endings.dissolve(**self.facts(), actor=self.actor).union


class TransferOutForm(PaperForm):
    going_to = text(_("New higher union"), help_text=_("Its members leave the federation with it."))
    reason = text(_("Reason"), 200, required=False)
    field_order = ("going_to", "on")

    def plan(self) -> list[Effect]:
        return endings.plan_transfer_out(**self.facts())

    def run(self) -> Any:
        return endings.transfer_out(**self.facts(), actor=self.actor).union


class CertificateForm(UnionEventForm):
    """The legal-person certificate, as it is printed."""

    number = text(_("Certificate number"), 40)
    issued_on = day(_("Issued on"))
    end = forms.DateField(label=_("Valid until"), help_text=_("The end of the committee's term."))
    document_no = text(_("Document number"), 60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["end"].initial = certificates.end_of_term(self.target)


class RegisterCertificateForm(CertificateForm):
    legal_code = text(
        _("Social credit code"), 18, required=False, help_text=_("18 characters beginning with 81, as printed.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["legal_code"].initial = self.target.legal_code

    def plan(self) -> list[Effect]:
        return certificates.plan_registration(**self.facts())

    def run(self) -> Any:
        return certificates.register_certificate(**self.facts(), actor=self.actor).union


class RenewCertificateForm(CertificateForm):
    def plan(self) -> list[Effect]:
        return certificates.plan_renewal(**self.facts())

    def run(self) -> Any:
        return certificates.renew_certificate(**self.facts(), actor=self.actor).union


class ChangeRegistrationForm(UnionEventForm):
    on = day(_("Changed on"))
    what = text(_("What was changed"), 120, help_text=_("Name, address or legal representative, as now registered."))
    document_no = text(_("Document number"), 60, required=False)

    def plan(self) -> list[Effect]:
        return certificates.plan_change(**self.facts())

    def run(self) -> Any:
        return certificates.change_registration(**self.facts(), actor=self.actor).union


class CancelRegistrationForm(UnionEventForm):
    on = day(_("Cancelled on"))
    document_no = text(_("Document number"), 60)
    reason = text(_("Reason"), 200)

    def plan(self) -> list[Effect]:
        return certificates.plan_cancelling(**self.facts())

    def run(self) -> Any:
        return certificates.cancel_registration(**self.facts(), actor=self.actor).union


class EndOfficerForm(EventForm):
    """Somebody leaves a post other than the chair's."""

    on = day(_("Left on"))
    handed_over_on = forms.DateField(label=_("Handed over on"), required=False)

    def plan(self) -> list[Effect]:
        return [Effect(self.target.get_post_display(), self.target.name, "")]

    def run(self) -> Any:
        return elections.end_officer(officer=self.target, **self.cleaned_data, actor=self.actor)


class CloseEmployerForm(EventForm):
    on = day(_("Closed on"))
    reason = text(_("Reason"), 200)

    def plan(self) -> list[Effect]:
        return plan_closing(employer=self.target, **self.cleaned_data)

    def run(self) -> Any:
        return close_employer(employer=self.target, **self.cleaned_data, actor=self.actor)
