"""Pages of what holds for a time: pairings with their parties and activities, facilities, mentorships."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from unions.access import can_over
from unions.forms import standing as forms
from unions.models import (
    Facility,
    Mentorship,
    PairActivity,
    PairAgreement,
    PairMember,
    User,
)
from unions.pages.columns import Column, Link, Table, column, columns, url_of
from unions.pages.filters import UnionFilters, is_set, named, one_of, state
from unions.pages.forms import record_form
from unions.pages.kinds import Kind
from unions.pages.listing import PageAction, Register, StandardView
from unions.views.standing import FEW, MANAGE, SEE
from unions.workflow.endings import FACILITIES as CLOSING
from unions.workflow.endings import MENTORSHIPS as LEARNING
from unions.workflow.endings import PAIRINGS as PAIRING


class PairingFilters(UnionFilters):
    name = named(_("name"), "name")
    ended = is_set(_("Ended"), "end")


def pairings(user: User) -> QuerySet[Any]:
    return (
        PairAgreement.objects.visible_to(user)
        .select_related("union")
        .annotate(parties=Count("members", distinct=True), done=Count("activities", distinct=True))
    )


def party(row: PairMember) -> str:
    return str(row.outside_party or row.employer or row.union)


def pairing_tables(row: PairAgreement, user: User) -> list[tuple[Any, Table]]:
    may_add = row.end is None and can_over(user, MANAGE, row.union_id)
    members = Table(
        (
            Column("party", _("Party"), lambda one: Link(party(one), url_of(one))),
            *columns(PairMember, "union", "note"),
        ),
        row.members.select_related("union", "employer"),
        empty=_("No party yet."),
        actions=(Link(_("Add a party"), f"{reverse('pair-members-new')}?agreement={row.pk}"),) if may_add else (),
    )
    activities = Table(
        (
            Column("title", _("Activity"), lambda one: Link(one.title, url_of(one))),
            *columns(PairActivity, "held_on", "note"),
        ),
        row.activities.order_by("-held_on")[:FEW],
        empty=_("Nothing done yet."),
        actions=(Link(_("Record an activity"), f"{reverse('pair-activities-new')}?agreement={row.pk}"),)
        if may_add
        else (),
    )
    return [(_("Parties"), members), (_("What they did"), activities)]


PAIRINGS = Kind(
    model=PairAgreement,
    manage=MANAGE,
    workflow=PAIRING,
    form=record_form(PairAgreement, MANAGE, "union", "name", "start", "note", base=forms.StartedForm),
    facts=columns(PairAgreement, "union", "name", "start", "end"),
    tables=pairing_tables,
    register=Register(
        slug="pairings",
        title=_("Pairings"),
        lead=_("Unions, employers and villages that work together under an agreement."),
        see=SEE,
        rows=pairings,
        columns=(
            column(PairAgreement, "name"),
            column(PairAgreement, "union", sort="union__code"),
            state(PAIRING),
            Column("parties", _("Parties"), sort="parties", is_number=True),
            Column("done", _("Activities"), sort="done", is_number=True),
            *columns(PairAgreement, "start", "end"),
        ),
        sort="-start",
        filters=PairingFilters,
        views=(StandardView(_("All")), StandardView(_("In force"), "ended=false")),
        actions=(PageAction(_("New pairing"), "pairings-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=_("Record the first pairing; its parties and activities are added on its page."),
    ),
)


def my_pairings(request: HttpRequest) -> QuerySet[Any]:
    """The pairings somebody may see, to choose from."""
    return PairAgreement.objects.visible_to(request.user)


class PairMemberFilters(UnionFilters):
    agreement = django_filters.ModelChoiceFilter(label=_("Pairing"), queryset=my_pairings, empty_label=_("All"))


def pair_members(user: User) -> QuerySet[Any]:
    return PairMember.objects.visible_to(user).select_related("union", "agreement", "employer")


PAIR_MEMBERS = Kind(
    model=PairMember,
    manage=MANAGE,
    form=record_form(
        PairMember, MANAGE, "agreement", "union", "employer", "outside_party", "note", base=forms.PairMemberForm
    ),
    register=Register(
        slug="pair-members",
        title=_("Parties of pairings"),
        lead=_("Which unions, employers and outside parties belong to which pairing."),
        see=SEE,
        rows=pair_members,
        columns=(
            Column("party", _("Party"), party, sort="union__code"),
            column(PairMember, "agreement", sort="agreement__name"),
            *columns(PairMember, "union", "note"),
        ),
        sort="agreement__name",
        filters=PairMemberFilters,
        actions=(PageAction(_("Add a party"), "pair-members-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=_("No party yet. Parties are added on the pairing's page."),
    ),
)


class PairActivityFilters(UnionFilters):
    title = named(_("Activity"), "title")
    held_on = django_filters.DateFromToRangeFilter(label=_("Held"))


def pair_activities(user: User) -> QuerySet[Any]:
    return PairActivity.objects.visible_to(user).select_related("union", "agreement")


PAIR_ACTIVITIES = Kind(
    model=PairActivity,
    manage=MANAGE,
    form=record_form(PairActivity, MANAGE, "agreement", "held_on", "title", "note", base=forms.PairActivityForm),
    register=Register(
        slug="pair-activities",
        title=_("Activities of pairings"),
        lead=_("What was done under pairings, while they held."),
        see=SEE,
        rows=pair_activities,
        columns=(
            column(PairActivity, "title"),
            column(PairActivity, "agreement", sort="agreement__name"),
            column(PairActivity, "union", sort="union__code"),
            column(PairActivity, "held_on"),
            column(PairActivity, "note", shown=False),
        ),
        sort="-held_on",
        filters=PairActivityFilters,
        actions=(PageAction(_("Record an activity"), "pair-activities-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=_("Nothing done yet. Activities are recorded under a pairing that holds."),
    ),
)


class FacilityFilters(UnionFilters):
    name = named(_("name"), "name")
    kind = one_of(_("Kind"), Facility.Kind)
    closed = is_set(_("Closed"), "end")


def facilities(user: User) -> QuerySet[Any]:
    return Facility.objects.visible_to(user).select_related("union", "employer")


FACILITIES = Kind(
    model=Facility,
    manage=MANAGE,
    workflow=CLOSING,
    form=record_form(
        Facility,
        MANAGE,
        *("union", "kind", "name", "level", "employer", "books", "functions", "start", "note"),
        base=forms.StartedForm,
    ),
    facts=columns(Facility, "kind", "level", "union", "employer", "books", "functions", "start", "end"),
    register=Register(
        slug="facilities",
        title=_("Facilities"),
        lead=_("Service stations, clubs, libraries and rooms of the unions, with the days they opened and closed."),
        see=SEE,
        rows=facilities,
        columns=(
            *columns(Facility, "name", "kind", "level"),
            column(Facility, "union", sort="union__code"),
            column(Facility, "employer", sort="employer__name"),
            state(CLOSING),
            *columns(Facility, "books", "start", "end"),
        ),
        sort="-start",
        filters=FacilityFilters,
        views=(StandardView(_("All")), StandardView(_("Closed"), "closed=true")),
        actions=(PageAction(_("Record a facility"), "facilities-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        editable=("books",),
        empty=_("Record the first service station, club or library; reports count them by kind."),
    ),
)


class MentorshipFilters(UnionFilters):
    mentor = named(_("Mentor"), "mentor")
    learner = named(_("Apprentice or team"), "learner")
    ended = is_set(_("Ended"), "end")


def mentorships(user: User) -> QuerySet[Any]:
    return Mentorship.objects.visible_to(user).select_related("union", "employer")


MENTORSHIPS = Kind(
    model=Mentorship,
    manage=MANAGE,
    workflow=LEARNING,
    form=record_form(
        Mentorship,
        MANAGE,
        *("union", "employer", "mentor", "learner", "plan", "start", "note"),
        base=forms.StartedForm,
    ),
    facts=columns(Mentorship, "mentor", "learner", "plan", "union", "employer", "start", "end"),
    register=Register(
        slug="mentorships",
        title=_("Mentorships"),
        lead=_("Masters with their apprentices or teams, and the plan they follow."),
        see=SEE,
        rows=mentorships,
        columns=(
            *columns(Mentorship, "mentor", "learner"),
            column(Mentorship, "union", sort="union__code"),
            column(Mentorship, "employer", sort="employer__name"),
            state(LEARNING),
            column(Mentorship, "plan", is_long=True),
            *columns(Mentorship, "start", "end"),
        ),
        sort="-start",
        filters=MentorshipFilters,
        views=(StandardView(_("All")), StandardView(_("In force"), "ended=false")),
        actions=(PageAction(_("New mentorship"), "mentorships-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=_("Record the first master with an apprentice or a team."),
    ),
)
