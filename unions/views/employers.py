"""The register of employers, organised or not; an employer's page; its headcounts; its closing."""

from __future__ import annotations

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from unions import employer_page
from unions.access import Action, can_over, may
from unions.forms.employers import EmployerForm, HeadcountForm
from unions.forms.lifecycle import CloseEmployerForm
from unions.mixins import ActionMixin
from unions.models import (
    Community,
    Employer,
    EmployerHeadcount,
    OperatingStatus,
    Ownership,
    User,
)
from unions.pages.columns import ADDRESSES, Badge, Column, Link, column, columns
from unions.pages.filters import every, one_of
from unions.pages.kinds import Kind
from unions.pages.listing import Filters, PageAction, Register, StandardView
from unions.pages.records import EventView
from unions.registers import by_name, employers

SEE, MANAGE = Action.VIEW_ORGANISATION, Action.MANAGE_ORGANISATION
ADDRESSES[Employer] = "employer"


SIZES = (("GE100", _("100 and more")), ("GE25", _("25 to 99")), ("LT25", _("Below 25")), ("NONE", _("Not reported")))
SIZE_BANDS = {
    "GE100": Q(employees__gte=100),
    "GE25": Q(employees__gte=25, employees__lt=100),
    "LT25": Q(employees__lt=25),
    "NONE": Q(employees__isnull=True),
}


class EmployerFilters(Filters):
    """Employers that closed are left out unless asked for."""

    q = django_filters.CharFilter(label=_("Name, initials, code"), method=by_name)
    community = every(_("Community"), Community)
    organised = django_filters.ChoiceFilter(
        label=_("Union"),
        choices=(("yes", _("Organised")), ("no", _("Without a union"))),
        empty_label=_("All"),
        method="by_union",
    )
    size = django_filters.ChoiceFilter(label=_("Size"), choices=SIZES, empty_label=_("All"), method="by_size")
    ownership = one_of(_("Ownership"), Ownership)
    operating_status = one_of(_("Operating status"), OperatingStatus)
    closed = django_filters.ChoiceFilter(
        label=_("Register"),
        choices=(("yes", _("Closed")), ("all", _("All, the closed too"))),
        empty_label=_("In business"),
        method="by_closing",
    )

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("closed") else rows.filter(closed_on__isnull=True)

    def by_union(self, rows: Any, _name: str, value: str) -> Any:
        return rows.filter(covered_by_id__isnull=value == "no")

    def by_size(self, rows: Any, _name: str, value: str) -> Any:
        return rows.filter(SIZE_BANDS[value])

    def by_closing(self, rows: Any, _name: str, value: str) -> Any:
        return rows.filter(closed_on__isnull=False) if value == "yes" else rows


def union_cell(row: Any) -> Any:
    if row.covered_by_id is None:
        return Badge(_("Without a union"), "is-due" if (row.employees or 0) >= employer_page.OBLIGED else "")
    return Link(row.covered_by, reverse("union", args=[row.covered_by_id]))


EMPLOYERS = Register(
    slug="employers",
    title=_("Register of employers"),
    lead=_("All employers of the area, organised or not."),
    see=SEE,
    rows=employers,
    columns=(
        Column("name", _("Employer"), sort="pinyin"),
        Column("code", _("Code"), sort="code"),
        Column("community", _("Community"), "community__name", sort="community__name"),
        Column("covered_by", _("Union"), union_cell, sort="covered_by"),
        Column("employees", _("Employees"), is_number=True, sort="employees"),
        Column("ownership", _("Ownership")),
        Column("industry", _("Industry"), sort="industry"),
        Column("operating_status", _("Operating status")),
        column(Employer, "is_above_scale", shown=False),
        column(Employer, "party_members", shown=False),
        column(Employer, "contact", shown=False),
        column(Employer, "phone", shown=False),
        column(Employer, "credit_code", shown=False),
        column(Employer, "opened_on", shown=False),
        column(Employer, "closed_on", shown=False),
        Column("covered_since", _("Covered since"), shown=False),
        Column("last_visit", _("Last visit"), shown=False),
    ),
    sort="pinyin",
    filters=EmployerFilters,
    views=(
        StandardView(_("In business")),
        StandardView(_("Without a union"), "organised=no&sort=-employees"),
        StandardView(_("Closed"), "closed=yes&columns=code&columns=community&columns=opened_on&columns=closed_on"),
    ),
    actions=(PageAction(_("Register an employer"), "employers-new", MANAGE),),
    url_of=lambda row: reverse("employer", args=[row.pk]),
    manage=MANAGE,
    empty=_("Register the first employer of the area."),
)


class EmployerKind(Kind):
    """An employer is made and changed as every record; its page is its own."""

    def url(self, row: Any) -> str:
        return reverse("employer", args=[row.pk])


EMPLOYER = EmployerKind(model=Employer, register=EMPLOYERS, form=EmployerForm, manage=MANAGE)


class EmployerView(ActionMixin, TemplateView):
    """An employer: its facts, who covers it and did, headcounts, visits, applications, agreements, what happened."""

    action = SEE
    template_name = "unions/employer.html"
    kwargs: dict[str, Any]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Employer.objects.visible_to(self.user).select_related("community", "union")
        employer = get_object_or_404(rows, pk=self.kwargs["pk"])
        return super().get_context_data(**kwargs) | {
            "employer": employer,
            "page": employer_page.EmployerPage(employer, self.user),
            "may_manage": may(self.user, MANAGE, employer),
        }


class CloseEmployerView(EventView):
    """The employer closes down."""

    action = MANAGE
    form_class = CloseEmployerForm
    heading = _("Close the employer")
    lead = _("It leaves the register on this day; a union that covers it no longer does.")
    kwargs: dict[str, Any]

    def check(self) -> None:
        super().check()
        if not can_over(self.user, MANAGE, self.get_target().union_id):
            raise PermissionDenied

    def get_target(self) -> Employer:
        return get_object_or_404(Employer.objects.visible_to(self.user), pk=self.kwargs["pk"])

    def next_url(self, row: Any) -> str:
        return reverse("employer", args=[row.pk])


def headcounts(user: User) -> QuerySet[Any]:
    return EmployerHeadcount.objects.visible_to(user).select_related("employer__community")


class HeadcountFilters(Filters):
    employer = django_filters.CharFilter(field_name="employer__name", label=_("Employer"), lookup_expr="icontains")
    community = every(_("Community"), Community, "employer__community")
    since = django_filters.DateFilter(field_name="as_of", lookup_expr="gte", label=_("As of, from"))


HEADCOUNTS = Kind(
    model=EmployerHeadcount,
    manage=MANAGE,
    form=HeadcountForm,
    facts=columns(
        EmployerHeadcount,
        *("employer", "as_of", "employees", "female", "migrant", "dispatched", "contracts_signed"),
    ),
    register=Register(
        slug="headcounts",
        title=_("Headcounts of employers"),
        lead=_("How many people each employer had on a day; the latest counts in every figure."),
        see=SEE,
        rows=headcounts,
        columns=(
            Column("employer", _("Employer"), "employer__name", sort="employer__pinyin"),
            *columns(
                EmployerHeadcount,
                *("as_of", "employees", "female", "migrant", "dispatched", "contracts_signed"),
            ),
        ),
        sort="-as_of",
        filters=HeadcountFilters,
        views=(StandardView(_("All")),),
        actions=(PageAction(_("Record a headcount"), "headcounts-new", MANAGE),),
        url_of=lambda row: reverse("headcounts-detail", args=[row.pk]),
        manage=MANAGE,
        editable=("employees", "female", "migrant", "dispatched", "contracts_signed"),
        empty=_("Headcounts come from quarterly returns; one can be recorded here too."),
    ),
)
