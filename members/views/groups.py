"""Pages of special groups: who belongs to which, and how many each union has of each."""

from __future__ import annotations

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from members import forms
from members.models import GroupKind, SpecialGroup
from unions.access import Action
from unions.models import Union, User
from unions.models.base import holds_on
from unions.pages.columns import Column, column, columns, url_of
from unions.pages.filters import UnionFilters, one_of
from unions.pages.kinds import Kind
from unions.pages.listing import Filters, PageAction, Register, RegisterView, StandardView

SEE, MANAGE = Action.VIEW_MEMBERS, Action.MANAGE_MEMBERS


class GroupFilters(UnionFilters):
    person = django_filters.CharFilter(label=gettext_lazy("Name"), field_name="person__name", lookup_expr="icontains")
    kind = one_of(gettext_lazy("Special group"), GroupKind)
    is_current = django_filters.BooleanFilter(label=gettext_lazy("Today"), method="filter_current")

    def filter_current(self, rows: QuerySet[Any], _name: str, wanted: bool) -> QuerySet[Any]:
        today = holds_on(timezone.localdate())
        return rows.filter(today) if wanted else rows.exclude(today)


def groups(user: User) -> QuerySet[Any]:
    return SpecialGroup.objects.visible_to(user).select_related("person", "union")


SINCE = Column("start", gettext_lazy("In the group since"), sort="start")
GROUPS = Kind(
    model=SpecialGroup,
    manage=MANAGE,
    form=forms.SpecialGroupForm,
    facts=(*columns(SpecialGroup, "person", "kind", "union"), SINCE, column(SpecialGroup, "end")),
    register=Register(
        slug="special-groups",
        title=gettext_lazy("Special groups"),
        lead=gettext_lazy("Whom the unions look after as what, and since when. Of hardship only the fact."),
        see=SEE,
        rows=groups,
        columns=(
            Column("person", gettext_lazy("Name"), lambda row: row.person.name, sort="person__pinyin"),
            *columns(SpecialGroup, "kind", "union"),
            SINCE,
            column(SpecialGroup, "end"),
        ),
        sort="person__pinyin",
        filters=GroupFilters,
        views=(
            StandardView(gettext_lazy("Today"), "is_current=true"),
            StandardView(gettext_lazy("All")),
        ),
        actions=(
            PageAction(gettext_lazy("Counts by union"), "group-counts", SEE, "?has_any=true"),
            PageAction(gettext_lazy("Put somebody into a group"), "special-groups-new", MANAGE),
        ),
        url_of=url_of,
        manage=MANAGE,
        editable=("end",),
        empty=gettext_lazy("Put the first person into a special group."),
    ),
)


class CountFilters(Filters):
    name = django_filters.CharFilter(label=gettext_lazy("Union"), lookup_expr="icontains")
    has_any = django_filters.BooleanFilter(label=gettext_lazy("With somebody in a group"), method="filter_any")

    def filter_any(self, rows: QuerySet[Any], _name: str, wanted: bool) -> QuerySet[Any]:
        held = SpecialGroup.objects.visible_to(self.request.user).filter(holds_on(timezone.localdate()))
        some = {"pk__in": held.values("union")}
        return rows.filter(**some) if wanted else rows.exclude(**some)


def unions_with_counts(user: User) -> QuerySet[Any]:
    """Unions with how many are in each group today; a person in two groups is counted in both."""
    today = SpecialGroup.objects.visible_to(user).filter(holds_on(timezone.localdate()), union=OuterRef("pk"))
    counted = {
        f"of_{kind.lower()}": Coalesce(
            Subquery(today.filter(kind=kind).order_by().values("union").annotate(n=Count("pk")).values("n")), 0
        )
        for kind in GroupKind.values
    }
    return Union.objects.visible_to(user).filter(ended_on__isnull=True).annotate(**counted)


COUNTS = Register(
    slug="group-counts",
    title=gettext_lazy("Special groups by union"),
    lead=gettext_lazy("How many are in each group today; who is in two groups is counted in both."),
    see=SEE,
    rows=unions_with_counts,
    columns=(
        Column("name", gettext_lazy("Union"), lambda row: row.name, sort="pinyin"),
        *(
            Column(f"of_{kind.lower()}", label, is_number=True, sort=f"of_{kind.lower()}")
            for kind, label in GroupKind.choices
        ),
    ),
    sort="pinyin",
    filters=CountFilters,
    views=(
        StandardView(gettext_lazy("With somebody in a group"), "has_any=true"),
        StandardView(gettext_lazy("All")),
    ),
    actions=(PageAction(gettext_lazy("Special groups"), "special-groups", SEE, "?is_current=true"),),
    url_of=url_of,
    empty=gettext_lazy("No union yet."),
)


class CountsView(RegisterView):
    register = COUNTS

    def post(self, request: HttpRequest) -> HttpResponse:
        raise PermissionDenied
