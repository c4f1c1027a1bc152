"""Pages of transfers between unions, and of conflicts that the federation settles."""

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
    Membership,
    MembershipConflict,
    MembershipTransfer,
)
from members.workflow import MEMBERSHIP
from unions.access import Action, may
from unions.models import User
from unions.pages.columns import Badge, Column, Link, Table, column, columns, url_of
from unions.pages.filters import is_set, one_of, state
from unions.pages.forms import record_form
from unions.pages.kinds import Kind
from unions.pages.listing import Filters, Register, StandardView
from unions.pages.records import EventView

SEE, MANAGE = Action.VIEW_MEMBERS, Action.MANAGE_MEMBERS
# Of a person, not of a thing.
NAME = Column("name", gettext_lazy("Name"), sort="name")


LOOKS = {"REQUESTED": "is-due", "ACCEPTED": "is-ok", "REFUSED": "is-back", "WITHDRAWN": ""}


def transfer_badge(row: MembershipTransfer) -> Badge:
    return Badge(row.get_status_display(), LOOKS[row.status])


class TransferFilters(Filters):
    name = django_filters.CharFilter(label=gettext_lazy("Name"), lookup_expr="icontains")
    status = one_of(gettext_lazy("Status"), MembershipTransfer.Status)


def transfers(user: User) -> QuerySet[Any]:
    return MembershipTransfer.objects.visible_to(user).select_related("union", "to_union")


TRANSFERS = Kind(
    model=MembershipTransfer,
    manage=MANAGE,
    may_add=False,
    may_edit=False,
    form=record_form(MembershipTransfer, MANAGE, "reason"),
    facts=(
        NAME,
        *columns(MembershipTransfer, "masked_id", "union", "to_union", "to_employer"),
        Column("status", gettext_lazy("Status"), transfer_badge),
        *columns(MembershipTransfer, "requested_on", "decided_on", "reason"),
    ),
    context=lambda row, user: {"events": transfer_events(row, user)},
    extra="members/_membership_events.html",
    register=Register(
        slug="transfers",
        title=gettext_lazy("Transfers"),
        lead=gettext_lazy("Members on their way from one union to another; the receiving union accepts."),
        see=SEE,
        rows=transfers,
        columns=(
            NAME,
            *columns(MembershipTransfer, "masked_id", "union", "to_union"),
            Column("status", gettext_lazy("Status"), transfer_badge),
            *columns(MembershipTransfer, "requested_on", "decided_on"),
        ),
        sort="-requested_on",
        filters=TransferFilters,
        views=(
            StandardView(gettext_lazy("All")),
            StandardView(gettext_lazy("Waiting"), "status=REQUESTED"),
        ),
        url_of=url_of,
        empty=gettext_lazy("No transfers. One is asked for on the page of a membership."),
    ),
)


def transfer_events(row: MembershipTransfer, user: User) -> list[Link]:
    """Accepting is the receiving side's; the other may take the request back."""
    if row.status != MembershipTransfer.Status.REQUESTED:
        return []
    found = []
    if may(user, MANAGE, Membership(union_id=row.to_union_id)):
        found.append(Link(_("Accept"), reverse("transfer-accept", args=[row.pk])))
    if found or may(user, MANAGE, row):
        found.append(Link(_("Refuse or take back"), reverse("transfer-decline", args=[row.pk])))
    return found


class TransferEventView(EventView):
    action = MANAGE

    def get_target(self) -> MembershipTransfer:
        return get_object_or_404(MembershipTransfer.objects.visible_to(self.user), pk=self.kwargs["pk"])

    def next_url(self, row: Any) -> str:
        return url_of(row)


class TransferAcceptView(TransferEventView):
    form_class = forms.AcceptForm
    heading = gettext_lazy("Accept the transfer")


class TransferDeclineView(TransferEventView):
    form_class = forms.DeclineForm
    heading = gettext_lazy("Refuse or take back the transfer")


class ConflictFilters(Filters):
    name = django_filters.CharFilter(label=gettext_lazy("Name"), lookup_expr="icontains")
    is_settled = is_set(gettext_lazy("Settled"), "settled_on")


def conflicts(user: User) -> QuerySet[Any]:
    return MembershipConflict.objects.visible_to(user).select_related(
        "union", "application__union", "standing__union", "standing__employer"
    )


def conflict_badge(row: MembershipConflict) -> Badge:
    return Badge(row.get_settlement_display(), "is-ok") if row.settlement else Badge(_("To be settled"), "is-due")


CONFLICTS = Kind(
    model=MembershipConflict,
    manage=MANAGE,
    may_add=False,
    may_edit=False,
    form=record_form(MembershipConflict, MANAGE, "reason"),
    facts=(
        NAME,
        *columns(MembershipConflict, "masked_id", "union", "opened_on"),
        Column("settlement", gettext_lazy("Settlement"), conflict_badge),
        *columns(MembershipConflict, "settled_on", "reason"),
    ),
    tables=lambda row, user: conflict_sides(row, user),
    context=lambda row, user: {"events": conflict_events(row, user)},
    extra="members/_membership_events.html",
    register=Register(
        slug="conflicts",
        title=gettext_lazy("Conflicts"),
        lead=gettext_lazy("Who applied to one union while a member of another; the federation settles it."),
        see=SEE,
        rows=conflicts,
        columns=(
            NAME,
            *columns(MembershipConflict, "masked_id", "union", "opened_on"),
            Column("settlement", gettext_lazy("Settlement"), conflict_badge),
            column(MembershipConflict, "settled_on"),
        ),
        sort="-opened_on",
        filters=ConflictFilters,
        views=(
            StandardView(gettext_lazy("All")),
            StandardView(gettext_lazy("To be settled"), "is_settled=false"),
        ),
        url_of=url_of,
        empty=gettext_lazy("Nobody is claimed by two unions."),
    ),
)


def settles(user: User, row: MembershipConflict) -> bool:
    """Whoever may act for both unions: the federation's own officers."""
    return may(user, MANAGE, row) and may(user, MANAGE, row.standing)


def conflict_sides(row: MembershipConflict, user: User) -> list[tuple[Any, Table]]:
    """Both sides beside each other, for who may settle; the applying union is told of its own side alone."""
    shown = columns(Membership, "union", "employer", "applied_on", "joined_on", "card_no")
    sides = [(_("Applies here"), row.application)]
    if settles(user, row):
        sides.append((_("Is a member here"), row.standing))
    return [(heading, Table((*shown, state(MEMBERSHIP)), [side])) for heading, side in sides]


def conflict_events(row: MembershipConflict, user: User) -> list[Link]:
    if row.settlement or not settles(user, row):
        return []
    return [Link(_("Settle"), reverse("conflict-settle", args=[row.pk]))]


class SettleView(EventView):
    """The federation decides where the person is a member."""

    action = MANAGE
    form_class = forms.SettleForm
    heading = gettext_lazy("Settle the conflict")

    def get_target(self) -> MembershipConflict:
        row = get_object_or_404(MembershipConflict.objects.visible_to(self.user), pk=self.kwargs["pk"])
        if not settles(self.user, row):
            raise PermissionDenied
        return row

    def next_url(self, row: Any) -> str:
        return url_of(row)
