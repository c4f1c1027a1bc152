"""What is typed about people: joining, correcting, transferring, and the lists a person can be put on once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import services
from members.models import (
    IdType,
    Membership,
    MembershipConflict,
    Person,
    Recuperation,
    ServiceCard,
    Sex,
    SpecialGroup,
    WorkerType,
)
from members.querysets import persons_named
from unions.access import Action
from unions.forms.look import PortalFormMixin, Radios
from unions.models import Employer, Union, User
from unions.pages.forms import EventForm, RecordForm, rehearse
from unions.pages.lookup import LOOKUPS, Lookup, LookupField
from unions.services.effects import Effect
from unions.services.elections import years_later
from unions.validators import plain_id

MANAGE = Action.MANAGE_MEMBERS


def find_persons(user: User, text: str) -> QuerySet[Person]:
    wanted = persons_named(text)
    return Person.objects.visible_to(user).filter(wanted).order_by("pinyin")


LOOKUPS["person"] = Lookup(Action.VIEW_MEMBERS, find_persons, lambda row: f"{row.name} {row.masked_id}")


class JoinForm(EventForm):
    """An application to join: the person as on the form, and where."""

    union = forms.ModelChoiceField(label=gettext_lazy("Union"), queryset=Union.objects.filter(ended_on__isnull=True))
    employer = forms.ModelChoiceField(label=gettext_lazy("Employer"), queryset=Employer.objects.all(), required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    id_type = forms.ChoiceField(label=gettext_lazy("ID document"), choices=IdType, initial=IdType.RESIDENT)
    id_number = forms.CharField(
        label=gettext_lazy("ID number"),
        max_length=30,
        help_text=gettext_lazy("Eighteen characters; sex and date of birth are checked against it."),
    )
    # None is chosen beforehand: beside a passport nothing would contradict a wrong one.
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), choices=[("", "---------"), *Sex.choices])
    birth_date = forms.DateField(label=gettext_lazy("Date of birth"))
    worker_type = forms.ChoiceField(label=gettext_lazy("Type of employment"), choices=WorkerType)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=20, required=False)
    is_migrant = forms.BooleanField(label=gettext_lazy("Migrant worker"), required=False)
    applied_on = forms.DateField(label=gettext_lazy("Applied on"), initial=timezone.localdate)
    consented_on = forms.DateField(
        label=gettext_lazy("Consent to keep personal data given on"), initial=timezone.localdate
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["union"]
        if field.queryset.count() == 1:
            field.initial = field.queryset.get()

    def applicant(self) -> services.Applicant:
        names = ("name", "sex", "birth_date", "id_number", "id_type", "phone", "is_migrant", "consented_on")
        facts = {name: self.cleaned_data[name] for name in names}
        return services.Applicant(**facts | {"id_number": plain_id(facts["id_number"])})

    def plan(self) -> list[Effect]:
        rehearse(self)
        return [Effect(self.cleaned_data["name"], "", _("Applied, waiting for approval"))]

    def run(self) -> Membership:
        return services.apply_to_join(
            actor=self.actor,
            union=self.cleaned_data["union"],
            applicant=self.applicant(),
            applied_on=self.cleaned_data["applied_on"],
            employer=self.cleaned_data["employer"],
            worker_type=self.cleaned_data["worker_type"],
        )


class UnmaskForm(PortalFormMixin, forms.Form):
    """Why somebody's numbers are read in full."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class PersonForm(RecordForm):
    """Corrects a person's record; the union changes by a transfer alone."""

    action = MANAGE

    class Meta:
        model = Person
        fields = (
            *("name", "former_name", "id_type", "id_number", "sex", "birth_date", "phone", "education"),
            *("is_migrant", "consented_on", "note"),
        )
        labels = {"name": gettext_lazy("Name")}


class TransferForm(EventForm):
    """Offers a member to another union."""

    to_union = forms.ModelChoiceField(
        label=gettext_lazy("To union"), queryset=Union.objects.primary().filter(ended_on__isnull=True)
    )
    on = forms.DateField(label=gettext_lazy("Requested on"), initial=timezone.localdate)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)

    # A transfer leads out of one's scope: every union of the federation can be chosen.
    unscoped = ("to_union",)

    def plan(self) -> list[Effect]:
        rehearse(self)
        return [
            Effect(
                _("Transfer of %(person)s") % {"person": self.target.person},
                self.target.union,
                _("Waiting to be accepted by %(union)s") % {"union": self.cleaned_data["to_union"]},
            )
        ]

    def run(self) -> Any:
        return services.request_transfer(membership=self.target, actor=self.actor, **self.cleaned_data)


class AcceptForm(EventForm):
    """Takes a transferred member in."""

    on = forms.DateField(label=gettext_lazy("Accepted on"), initial=timezone.localdate)
    employer = forms.ModelChoiceField(label=gettext_lazy("Employer"), queryset=Employer.objects.all(), required=False)

    def plan(self) -> list[Effect]:
        rehearse(self)
        day = self.cleaned_data["on"]
        return [
            Effect(
                _("Member of %(union)s") % {"union": self.target.union}, _("Yes"), _("until %(day)s") % {"day": day}
            ),
            Effect(
                _("Member of %(union)s") % {"union": self.target.to_union}, _("No"), _("from %(day)s") % {"day": day}
            ),
        ]

    def run(self) -> Any:
        services.accept_transfer(transfer=self.target, actor=self.actor, **self.cleaned_data)
        return self.target


class DeclineForm(EventForm):
    """Refuses a transfer, or takes the request back."""

    on = forms.DateField(label=gettext_lazy("On"), initial=timezone.localdate)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def plan(self) -> list[Effect]:
        rehearse(self)
        return [
            Effect(
                self.target.name, _("Waiting to be accepted"), _("Stays with %(union)s") % {"union": self.target.union}
            )
        ]

    def run(self) -> Any:
        return services.decline_transfer(transfer=self.target, actor=self.actor, **self.cleaned_data)


class SettleForm(EventForm):
    """Settles where somebody is a member."""

    settlement = forms.ChoiceField(
        label=gettext_lazy("Settlement"), choices=MembershipConflict.Settlement, widget=Radios
    )
    on = forms.DateField(label=gettext_lazy("On"), initial=timezone.localdate)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)

    def plan(self) -> list[Effect]:
        rehearse(self)
        moved = self.cleaned_data["settlement"] == MembershipConflict.Settlement.MOVED
        here, there = self.target.standing.union, self.target.union
        return [Effect(self.target.name, here, there if moved else here)]

    def run(self) -> Any:
        return services.settle_conflict(conflict=self.target, actor=self.actor, **self.cleaned_data)


class ResumeForm(EventForm):
    """A retained member works again."""

    on = forms.DateField(label=gettext_lazy("On"), initial=timezone.localdate)
    employer = forms.ModelChoiceField(label=gettext_lazy("Employer"), queryset=Employer.objects.all(), required=False)

    def plan(self) -> list[Effect]:
        rehearse(self)
        return [Effect(self.target.person, _("Membership retained"), _("Active member"))]

    def run(self) -> Any:
        return services.resume_membership(membership=self.target, actor=self.actor, **self.cleaned_data)


def person_field(**said: Any) -> LookupField:
    """``said`` is what it says to an error, by code."""
    return LookupField("person", Person.objects.all(), label=gettext_lazy("Person"), error_messages=said)


class PersonListForm(RecordForm):
    """A row that puts a person on a list of the union that keeps his record."""

    action = MANAGE
    person = person_field()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        person, union = cleaned.get("person"), cleaned.get("union")
        # Who has moved since stays on the list of the union he was put on it by.
        is_chosen = not {"person", "union"}.isdisjoint(self.changed_data)
        if person and union and is_chosen and person.union_id != union.pk:
            told = {"person": person, "union": person.union}
            self.add_error("union", _("%(person)s is on the books of %(union)s: choose that union.") % told)
        return cleaned


class CardForm(PersonListForm):
    """A person's service card, of which there is one."""

    person = person_field(unique=gettext_lazy("This person has a service card already: change that one."))

    class Meta:
        model = ServiceCard
        fields = ("union", "person", "info_collected_on", "issued_on", "card_no", "note")


class SpecialGroupForm(PersonListForm):
    """Puts a person into a special group of his own union."""

    class Meta:
        model = SpecialGroup
        fields = ("person", "kind", "start", "end", "note")
        labels = {"start": gettext_lazy("In the group since")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("person"):
            self.instance.union = cleaned["person"].union
        return cleaned


class ParticipationForm(RecordForm):
    """A row that may name a person."""

    action = MANAGE
    person = LookupField("person", Person.objects.all(), label=gettext_lazy("Person"), required=False)


class RecuperationForm(PersonListForm):
    """Recuperation leave, every two years at most."""

    class Meta:
        model = Recuperation
        fields = ("union", "person", "place", "starts_on", "days", "is_front_line", "cost", "note")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        person, day = cleaned.get("person"), cleaned.get("starts_on")
        if not person or not day:
            return cleaned
        if last := services.last_recuperation(person, day, self.instance.pk):
            free = years_later(last, services.YEARS_BETWEEN_RECUPERATIONS)
            self.add_error(
                "person",
                _("%(person)s went on %(last)s; the next time can be from %(free)s on.")
                % {"person": person, "last": last, "free": free},
            )
        elif later := services.next_recuperation(person, day, self.instance.pk):
            self.add_error(
                "person",
                _("%(person)s is recorded for %(later)s, less than two years after this day: check both dates.")
                % {"person": person, "later": later},
            )
        return cleaned
