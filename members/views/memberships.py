"""Pages of memberships: applications, moves, and the events beside them."""

from __future__ import annotations

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import forms
from members.models import (
    OPEN,
    Membership,
    MembershipConflict,
    MembershipStatus,
    MembershipTransfer,
)
from members.workflow import MEMBERSHIP
from unions.access import Action, may
from unions.models import User
from unions.pages.columns import Column, Link, columns, url_of
from unions.pages.filters import UnionFilters, one_of, state
from unions.pages.forms import record_form
from unions.pages.kinds import Kind
from unions.pages.listing import PageAction, Register, StandardView
from unions.pages.records import EventView

SEE, MANAGE = Action.VIEW_MEMBERS, Action.MANAGE_MEMBERS


class MembershipFilters(UnionFilters):
    person = django_filters.CharFilter(label=gettext_lazy("Name"), method="filter_name")
    status = one_of(gettext_lazy("Status"), MembershipStatus)
    joined_on = django_filters.DateFromToRangeFilter(label=gettext_lazy("Joined"))

    def filter_name(self, rows: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        return rows.filter(person__name__icontains=text)


def memberships(user: User) -> QuerySet[Any]:
    return Membership.objects.visible_to(user).select_related("person", "union", "employer")


MEMBERSHIPS = Kind(
    model=Membership,
    manage=MANAGE,
    workflow=MEMBERSHIP,
    may_add=False,
    form=record_form(Membership, MANAGE, "employer", "worker_type", "card_no", "dues_wage", "note"),
    facts=columns(
        Membership,
        *("person", "union", "employer", "worker_type", "card_no", "applied_on", "joined_on", "retained_on"),
        *("left_on", "reason", "dues_wage"),
    ),
    context=lambda row, user: {"events": membership_events(row, user)},
    extra="members/_membership_events.html",
    register=Register(
        slug="memberships",
        title=gettext_lazy("Memberships"),
        lead=gettext_lazy("Applications and memberships, from approval to their end."),
        see=SEE,
        rows=memberships,
        columns=(
            Column("person", gettext_lazy("Name"), lambda row: row.person.name, sort="person__pinyin"),
            *columns(Membership, "union", "employer"),
            state(MEMBERSHIP),
            *columns(Membership, "applied_on", "joined_on", "retained_on", "left_on", "card_no"),
        ),
        sort="-joined_on",
        filters=MembershipFilters,
        views=(
            StandardView(gettext_lazy("All")),
            StandardView(gettext_lazy("Applications"), "status=APPLIED"),
            StandardView(gettext_lazy("Retained"), "status=RETAINED"),
        ),
        actions=(PageAction(gettext_lazy("Record an application"), "join", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        editable=("card_no",),
        empty=gettext_lazy("Record the first application to join."),
    ),
)


def membership_events(row: Membership, user: User) -> list[Link]:
    """What can happen to a membership beside its moves."""
    if not may(user, MANAGE, row):
        return []
    found = []
    waiting = row.transfers.filter(status=MembershipTransfer.Status.REQUESTED).first()
    if waiting:
        found.append(Link(_("Transfer waits for %(union)s") % {"union": waiting.to_union}, url_of(waiting)))
    elif row.status in OPEN:
        found.append(Link(_("Transfer to another union"), reverse("transfer-request", args=[row.pk])))
    if row.status == MembershipStatus.RETAINED:
        found.append(Link(_("Resume the membership"), reverse("membership-resume", args=[row.pk])))
    return found


class JoinView(EventView):
    """An application to join a union."""

    action = MANAGE
    form_class = forms.JoinForm
    heading = gettext_lazy("Record an application to join")
    lead = gettext_lazy("Membership counts from its approval. Who is a member elsewhere is settled by the federation.")

    def next_url(self, row: Any) -> str:
        """The application; of who is a member elsewhere, and out of sight therefore, the conflict."""
        conflict = MembershipConflict.objects.visible_to(self.user).filter(application=row).first()
        return url_of(conflict or row)

    def get_initial(self) -> dict[str, Any]:
        return {name: self.request.GET[name] for name in ("union", "employer") if name in self.request.GET}


class MembershipEventView(EventView):
    """An event of one membership."""

    action = MANAGE

    def get_target(self) -> Membership:
        row = get_object_or_404(memberships(self.user), pk=self.kwargs["pk"])
        if not may(self.user, MANAGE, row):
            raise PermissionDenied
        return row

    def next_url(self, row: Any) -> str:
        return url_of(row)


class TransferRequestView(MembershipEventView):
    form_class = forms.TransferForm
    heading = gettext_lazy("Transfer to another union")
    lead = gettext_lazy("Nothing changes until the other union accepts.")


class ResumeView(MembershipEventView):
    form_class = forms.ResumeForm
    heading = gettext_lazy("Resume the membership")
