"""Pages of service cards and merchants, and the roster beside the declared headcount."""

from __future__ import annotations

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from members import forms
from members.models import (
    Merchant,
    ServiceCard,
)
from members.querysets import with_rosters
from unions.access import Action
from unions.models import Union, User
from unions.pages.columns import Column, columns, url_of
from unions.pages.filters import UnionFilters, is_set
from unions.pages.forms import record_form
from unions.pages.kinds import Kind
from unions.pages.listing import Filters, PageAction, Register, RegisterView, StandardView

SEE, MANAGE = Action.VIEW_MEMBERS, Action.MANAGE_MEMBERS


class CardFilters(UnionFilters):
    person = django_filters.CharFilter(label=gettext_lazy("Name"), field_name="person__name", lookup_expr="icontains")
    is_issued = is_set(gettext_lazy("Issued"), "issued_on")


def cards(user: User) -> QuerySet[Any]:
    return ServiceCard.objects.visible_to(user).select_related("person", "union")


CARDS = Kind(
    model=ServiceCard,
    manage=MANAGE,
    form=forms.CardForm,
    register=Register(
        slug="cards",
        title=gettext_lazy("Service cards"),
        lead=gettext_lazy("Data collected, then the card issued; never more issued than collected."),
        see=SEE,
        rows=cards,
        columns=(
            Column("person", gettext_lazy("Name"), lambda row: row.person.name, sort="person__pinyin"),
            *columns(ServiceCard, "union", "info_collected_on", "issued_on", "card_no"),
        ),
        sort="-info_collected_on",
        filters=CardFilters,
        views=(
            StandardView(gettext_lazy("All")),
            StandardView(gettext_lazy("To be issued"), "is_issued=false"),
        ),
        actions=(PageAction(gettext_lazy("Record a card"), "cards-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        editable=("issued_on",),
        empty=gettext_lazy("Record whose data were collected for a service card."),
    ),
)


class MerchantFilters(Filters):
    name = django_filters.CharFilter(label=gettext_lazy("Name"), lookup_expr="icontains")


MERCHANTS = Kind(
    model=Merchant,
    manage=MANAGE,
    form=record_form(Merchant, MANAGE, "union", "name", "trade", "contract_from", "contract_to", "discount", "note"),
    register=Register(
        slug="merchants",
        title=gettext_lazy("Contracted merchants"),
        lead=gettext_lazy("Shops that give card holders a discount, and until when."),
        see=SEE,
        rows=lambda user: Merchant.objects.visible_to(user).select_related("union"),
        columns=columns(Merchant, "name", "trade", "union", "contract_from", "contract_to", "discount"),
        sort="-contract_from",
        filters=MerchantFilters,
        actions=(PageAction(gettext_lazy("Record a merchant"), "merchants-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=gettext_lazy("Record the first merchant under contract."),
    ),
)


class GapFilters(Filters):
    name = django_filters.CharFilter(label=gettext_lazy("Union"), lookup_expr="icontains")
    has_gap = django_filters.BooleanFilter(label=gettext_lazy("With a gap"), method="filter_gap")

    def filter_gap(self, rows: QuerySet[Any], _name: str, wanted: bool) -> QuerySet[Any]:
        return rows.exclude(gap=0) if wanted else rows.filter(gap=0)


def rosters(user: User) -> QuerySet[Any]:
    return with_rosters(Union.objects.visible_to(user).filter(ended_on__isnull=True))


ROSTER_GAP = Register(
    slug="roster-gap",
    title=gettext_lazy("Roster and headcount"),
    lead=gettext_lazy("What unions declare in their returns beside whom they name; each counts by itself."),
    see=SEE,
    rows=rosters,
    columns=(
        Column("name", gettext_lazy("Union"), lambda row: row.name, sort="pinyin"),
        Column("declared", gettext_lazy("Members declared"), is_number=True, sort="declared"),
        Column("declared_on", gettext_lazy("Declared as of")),
        Column("named", gettext_lazy("Named on the roster"), is_number=True, sort="named"),
        Column("gap", gettext_lazy("Declared − named"), is_number=True, sort="gap"),
        Column("kept", gettext_lazy("Retained"), is_number=True, sort="kept"),
    ),
    sort="pinyin",
    filters=GapFilters,
    views=(
        StandardView(gettext_lazy("All")),
        StandardView(gettext_lazy("With a gap"), "has_gap=true"),
    ),
    url_of=url_of,
    look_of=lambda row: "is-warn" if row.gap else "",
    empty=gettext_lazy("No union yet."),
)


class RosterGapView(RegisterView):
    register = ROSTER_GAP

    def post(self, request: HttpRequest) -> HttpResponse:
        raise PermissionDenied
