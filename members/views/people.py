"""Pages of people: the register, a person's page, and his numbers in full."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from members import forms
from members.models import (
    GroupKind,
    Membership,
    MembershipStatus,
    Person,
    PersonMerge,
    ServiceCard,
    Sex,
    SpecialGroup,
    WorkerType,
)
from members.querysets import persons_named
from members.views.groups import SINCE
from members.workflow import MEMBERSHIP
from unions.access import Action, can, may
from unions.acting import across_scopes
from unions.audit import record_access
from unions.mixins import ActionMixin
from unions.models import User
from unions.models.base import holds_on
from unions.pages.columns import Badge, Column, Link, Table, column, columns, url_of
from unions.pages.filters import UnionFilters, is_set, one_of, state
from unions.pages.kinds import Kind
from unions.pages.listing import PageAction, Register, StandardView
from unions.pages.records import DetailView

SEE, MANAGE = Action.VIEW_MEMBERS, Action.MANAGE_MEMBERS


class PersonFilters(UnionFilters):
    q = django_filters.CharFilter(
        label=gettext_lazy("Name, former name, initials, end of the ID"), method="filter_text"
    )
    status = one_of(gettext_lazy("Membership"), MembershipStatus, "open_membership__membership__status")
    sex = one_of(gettext_lazy("Sex"), Sex)
    worker_type = one_of(gettext_lazy("Employment"), WorkerType, "open_membership__membership__worker_type")
    is_migrant = django_filters.BooleanFilter(label=gettext_lazy("Migrant worker"))
    is_member = is_set(gettext_lazy("Member"), "open_membership")
    group = one_of(gettext_lazy("Special group"), GroupKind, method="filter_group")

    first = ("q",)

    def filter_text(self, rows: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        return rows.filter(persons_named(text))

    def filter_group(self, rows: QuerySet[Any], _name: str, kind: str) -> QuerySet[Any]:
        held = SpecialGroup.objects.visible_to(self.request.user).filter(holds_on(timezone.localdate()), kind=kind)
        return rows.filter(pk__in=held.values("person"))


def persons(user: User) -> QuerySet[Any]:
    return Person.objects.visible_to(user).select_related("union", "open_membership__membership__employer")


def standing(row: Person) -> Membership | None:
    held = getattr(row, "open_membership", None)
    return held.membership if held else None


def membership_badge(row: Person) -> Badge:
    held = standing(row)
    return Badge(MEMBERSHIP.caption_of(held), MEMBERSHIP.look_of(held)) if held else Badge(_("No membership"))


def of_membership(name: str) -> Any:
    return lambda row: column(Membership, name).of(held) if (held := standing(row)) else None


PEOPLE = Kind(
    model=Person,
    manage=MANAGE,
    form=forms.PersonForm,
    may_add=False,
    facts=(
        Column("name", gettext_lazy("Name")),
        *columns(Person, "former_name", "sex", "birth_date", "id_type"),
        Column("id_number", gettext_lazy("ID number"), "masked_id"),
        Column("phone", gettext_lazy("Phone"), lambda row: masked_phone(row.phone)),
        *columns(Person, "education", "is_migrant", "consented_on", "union"),
    ),
    tables=lambda row, user: person_tables(row, user),
    context=lambda row, user: {"may_unmask": can(user, Action.UNMASK_PERSON), "events": person_events(row, user)},
    extra="members/_unmask.html",
    register=Register(
        slug="members",
        title=gettext_lazy("Members"),
        lead=gettext_lazy("Everybody on the unions' books, by name; IDs and phones are masked."),
        see=SEE,
        rows=persons,
        columns=(
            Column("name", gettext_lazy("Name"), sort="pinyin"),
            column(Person, "sex"),
            Column("id", gettext_lazy("ID number"), "masked_id"),
            column(Person, "union"),
            Column("employer", gettext_lazy("Employer"), of_membership("employer")),
            Column("status", gettext_lazy("Membership"), membership_badge),
            Column("joined_on", gettext_lazy("Joined"), of_membership("joined_on")),
            Column("card_no", gettext_lazy("Member card"), of_membership("card_no"), shown=False),
            Column("worker_type", gettext_lazy("Employment"), of_membership("worker_type"), shown=False),
            column(Person, "birth_date", shown=False),
            column(Person, "is_migrant", shown=False),
        ),
        sort="pinyin",
        filters=PersonFilters,
        views=(
            StandardView(gettext_lazy("Everybody")),
            StandardView(gettext_lazy("Full members"), "status=ACTIVE"),
            StandardView(gettext_lazy("Retained"), "status=RETAINED"),
            StandardView(gettext_lazy("Without membership"), "is_member=false"),
        ),
        actions=(
            PageAction(gettext_lazy("Roster and headcount"), "roster-gap", SEE),
            PageAction(gettext_lazy("Record an application"), "join", MANAGE),
        ),
        url_of=url_of,
        manage=MANAGE,
        empty=gettext_lazy("Record the first application to join, or import the roster."),
    ),
)


MEMBERSHIP_DAYS = ("employer", "joined_on", "retained_on", "left_on", "reason")
OF_UNION = Column("union", gettext_lazy("Union"), lambda row: Link(row.union.name, url_of(row)))


def person_events(row: Person, user: User) -> list[Link]:
    """What can be done with a person's record beside correcting it."""
    if not may(user, MANAGE, row):
        return []
    held = standing(row)
    found = [Link(_("Transfer, retain or end the membership"), url_of(held))] if held else []
    return [
        *found,
        Link(_("Put into a special group"), f"{reverse('special-groups-new')}?person={row.pk}"),
        Link(_("Compare with another record"), f"{reverse('duplicates-new')}?first={row.pk}"),
    ]


def masked_phone(phone: str | None) -> str | None:
    return f"{phone[:3]}****{phone[-4:]}" if phone and len(phone) > 7 else phone


def person_tables(row: Person, user: User) -> list[tuple[Any, Table]]:
    """What the person is and took part in, within the reader's scope."""
    held = Membership.objects.visible_to(user)
    mine = held.filter(person=row).select_related("union", "employer").order_by("-pk")
    cards = ServiceCard.objects.visible_to(user).filter(person=row)
    shown = (state(MEMBERSHIP), *columns(Membership, *MEMBERSHIP_DAYS))
    return [
        (_("Memberships"), Table((OF_UNION, *shown), mine)),
        (_("Service card"), Table(columns(ServiceCard, "card_no", "info_collected_on", "issued_on"), cards)),
        (_("Special groups"), Table((GROUP, SINCE, column(SpecialGroup, "end")), groups_of(row, user))),
        (_("Took part in"), Table(TAKEN_PART, taken_part(row))),
        *merges_of(row, user),
    ]


GROUP = Column("kind", gettext_lazy("Special group"), lambda row: Link(row.get_kind_display(), url_of(row)))


def groups_of(row: Person, user: User) -> QuerySet[Any]:
    return SpecialGroup.objects.visible_to(user).filter(person=row).order_by("-start")


def merges_of(row: Person, user: User) -> list[tuple[Any, Table]]:
    """Records that went into this one; no table where there are none."""
    merged = PersonMerge.objects.visible_to(user).filter(kept=row, undone_on__isnull=True)
    name = Column("name", gettext_lazy("Merged record"), lambda merge: Link(merge.name, url_of(merge)))
    shown = Table((name, *columns(PersonMerge, "masked_id", "merged_on", "reason")), merged)
    return [(_("Merged records"), shown)] if merged else []


TAKEN_PART = (
    Column("what", gettext_lazy("What"), lambda found: found[0]),
    Column("day", gettext_lazy("Day"), lambda found: found[1]),
    Column("detail", gettext_lazy("Detail"), lambda found: found[2]),
)


def taken_part(row: Person) -> list[tuple[Any, Any, Any]]:
    found = [(check.round, check.checked_on, _("Health check")) for check in row.health_checks.all()]
    found += [(leave.place, leave.starts_on, _("Recuperation")) for leave in row.recuperations.all()]
    found += [
        (part.activity.title, part.activity.starts_on, part.activity.get_kind_display())
        for part in row.participations.select_related("activity")
    ]
    found += [
        (entry.contest.title, entry.contest.starts_on, entry.contest.get_type_display())
        for entry in row.contest_entries.select_related("contest")
    ]
    return sorted(found, key=lambda entry: entry[1], reverse=True)[:50]


class PersonView(DetailView):
    """A person's page; that of a merged record leads to the one it was merged into."""

    kind = PEOPLE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with across_scopes():
            merged = Person._base_manager.filter(pk=self.kwargs["pk"], merged_into__isnull=False).first()
        if merged is not None and Person.objects.visible_to(self.user).filter(pk=merged.merged_into_id).exists():
            return redirect("members-detail", merged.merged_into_id)
        return super().get(request, *args, **kwargs)


class UnmaskView(ActionMixin, FormView):
    """Shows a person's numbers in full, once, with the reason written to the access log."""

    action = Action.UNMASK_PERSON
    form_class = forms.UnmaskForm
    template_name = "members/unmask.html"

    def check(self) -> None:
        self.person = get_object_or_404(Person.objects.visible_to(self.user), pk=self.kwargs["pk"])

    def form_valid(self, form: Any) -> HttpResponse:
        fields = ["id_number", "phone"]
        record_access(actor=self.user, target=self.person, fields=fields, reason=form.cleaned_data["reason"])
        numbers = [(column(Person, name).caption, getattr(self.person, name)) for name in fields]
        return self.render_to_response(self.get_context_data(form=form, numbers=numbers))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"person": self.person, "back_url": url_of(self.person)}
