"""Pages of how unions stand: facilities."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from unions.access import Action
from unions.models import Community, Facility, User
from unions.pages.columns import columns, url_of
from unions.pages.forms import record_form
from unions.pages.kinds import Kind
from unions.pages.listing import Filters, PageAction, Register, StandardView


class FacilityFilters(Filters):
    name = django_filters.CharFilter(label=_("Name"), lookup_expr="icontains")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Facility.Kind, empty_label=_("All"))
    community = django_filters.ModelChoiceFilter(
        field_name="union__community", label=_("Community"), queryset=Community.objects.all(), empty_label=_("All")
    )
    closed = django_filters.BooleanFilter(field_name="end", lookup_expr="isnull", exclude=True, label=_("Closed"))


def facilities(user: User) -> QuerySet[Any]:
    return Facility.objects.visible_to(user).select_related("union", "employer")


FACILITIES = Kind(
    model=Facility,
    manage=Action.MANAGE_STANDING,
    form=record_form(
        Facility,
        Action.MANAGE_STANDING,
        *("union", "kind", "name", "level", "employer", "books", "functions", "start", "end", "note"),
    ),
    register=Register(
        slug="facilities",
        title=_("Facilities"),
        lead=_("Service stations, clubs, libraries and rooms of the unions, with the days they opened and closed."),
        see=Action.VIEW_ORGANISATION,
        rows=facilities,
        columns=columns(Facility, "name", "kind", "level", "union", "employer", "books", "start", "end"),
        sort="-start",
        filters=FacilityFilters,
        views=(StandardView(_("All")), StandardView(_("Closed"), "closed=true")),
        actions=(PageAction(_("Record a facility"), "facilities-new", Action.MANAGE_STANDING),),
        url_of=url_of,
        manage=Action.MANAGE_STANDING,
        editable=("books",),
        empty=_("Record the first service station, club or library; reports count them by kind."),
    ),
)
