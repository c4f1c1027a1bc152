"""From an employer without a union to a founding: the pipeline, applications, foundings, unions that come in."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from unions.access import Action
from unions.employer_page import OBLIGED
from unions.forms.founding import ApplicationForm, FoundingForm, TransferInForm, filled_in
from unions.models import Community, Outreach, UnionApplication, User
from unions.pages.columns import Badge, Column, columns
from unions.pages.filters import every, one_of, state
from unions.pages.kinds import Kind
from unions.pages.listing import Filters, PageAction, Register, RegisterView, StandardView
from unions.pages.records import EventView
from unions.registers import by_name, rates, unorganised
from unions.union_page import address
from unions.views.employers import SIZES
from unions.workflow.applications import APPLICATIONS as DECIDING

SEE, MANAGE = Action.VIEW_ORGANISATION, Action.MANAGE_ORGANISATION
Result = Outreach.Result
RESULT_LOOKS = {
    Result.WILLING: "is-ok",
    Result.CONSIDERING: "is-sent",
    Result.UNWILLING: "is-back",
    Result.ABSENT: "is-draft",
}


# -- The pipeline ---------------------------------------------------------------------------------------------------


def result_cell(row: Any) -> Badge | None:
    if not row.founding_result:
        return None
    result = Result(row.founding_result)
    return Badge(result.label, RESULT_LOOKS[result])


def application_cell(row: Any) -> Badge | None:
    if not row.application:
        return None
    status = UnionApplication.Status(row.application)
    return Badge(status.label, DECIDING.looks[status])


class PipelineFilters(Filters):
    q = django_filters.CharFilter(label=_("Name, initials, code"), method=by_name)
    community = every(_("Community"), Community)
    size = django_filters.ChoiceFilter(label=_("Size"), choices=SIZES, empty_label=_("All"), method="by_size")
    obliged = django_filters.BooleanFilter(label=_("25 and more"), method="by_duty")
    result = one_of(_("Result of the last visit"), Result, "founding_result")
    application = one_of(_("Application"), UnionApplication.Status, "application")
    visited = django_filters.BooleanFilter(
        field_name="founding_visit", lookup_expr="isnull", exclude=True, label=_("Has been visited")
    )

    def by_size(self, rows: Any, _name: str, value: str) -> Any:
        bands = {
            "GE100": Q(employees__gte=100),
            "GE25": Q(employees__gte=OBLIGED, employees__lt=100),
            "LT25": Q(employees__lt=OBLIGED),
            "NONE": Q(employees__isnull=True),
        }
        return rows.filter(bands[value])

    def by_duty(self, rows: Any, _name: str, value: bool) -> Any:
        obliged = Q(employees__gte=OBLIGED)
        return rows.filter(obliged) if value else rows.exclude(obliged)


PIPELINE = Register(
    slug="founding",
    title=_("Founding pipeline"),
    lead=_("Employers without a union, the largest first: visit, take in the application, found."),
    see=SEE,
    rows=unorganised,
    columns=(
        Column("name", _("Employer"), sort="pinyin"),
        Column("employees", _("Employees"), is_number=True, sort="employees"),
        Column("community", _("Community"), "community__name", sort="community__name"),
        Column("industry", _("Industry"), sort="industry"),
        Column("founding_visit", _("Last visit"), sort="founding_visit"),
        Column("founding_result", _("Result"), result_cell),
        Column("founding_outcome", _("What came of it"), is_long=True),
        Column("application", _("Application"), application_cell),
        Column("contact", _("Contact"), shown=False),
        Column("phone", _("Phone"), shown=False),
    ),
    sort="-employees",
    filters=PipelineFilters,
    views=(
        StandardView(_("All without a union")),
        StandardView(_("25 and more"), "obliged=true"),
        StandardView(_("Willing"), "result=WILLING"),
        StandardView(_("Not visited"), "visited=false"),
        StandardView(_("Applied"), "application=SUBMITTED"),
    ),
    actions=(
        PageAction(_("Record a visit"), "visits-new", Action.MANAGE_PUBLICITY, "?purpose=FOUNDING"),
        PageAction(_("Found a union"), "union-found", MANAGE),
    ),
    url_of=lambda row: reverse("employer", args=[row.pk]),
    look_of=lambda row: "is-warn" if (row.employees or 0) >= OBLIGED and not row.founding_visit else "",
    note=_("A stripe marks employers of 25 and more that nobody has visited."),
    empty=_("Every employer on the register has a union."),
)


class PipelineView(RegisterView):
    """The list, under the founding rates A and B with both bases."""

    register = PIPELINE
    template_name = "unions/founding.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        strict, broad = rates(self.user, today)
        waiting = UnionApplication.objects.visible_to(self.user).filter(status=UnionApplication.Status.SUBMITTED)
        return super().get_context_data(**kwargs) | {
            "strict": strict,
            "broad": broad,
            "waiting": waiting.count(),
            "today": today,
        }


# -- Applications ---------------------------------------------------------------------------------------------------


def applications(user: User) -> QuerySet[Any]:
    return UnionApplication.objects.visible_to(user).select_related("employer", "union", "founded_union")


class ApplicationFilters(Filters):
    employer = django_filters.CharFilter(field_name="employer__name", label=_("Employer"), lookup_expr="icontains")
    status = one_of(_("Status"), UnionApplication.Status)
    wish = one_of(_("Wishes"), UnionApplication.Wish)
    since = django_filters.DateFilter(field_name="applied_on", lookup_expr="gte", label=_("Applied from"))


def application_context(row: UnionApplication, user: User) -> dict[str, Any]:
    states = UnionApplication.Status
    is_open = row.founded_union_id is None and row.status in (states.SUBMITTED, states.APPROVED)
    return {"found_url": f"{reverse('union-found')}?application={row.pk}" if is_open else ""}


APPLICATIONS = Kind(
    model=UnionApplication,
    manage=MANAGE,
    form=ApplicationForm,
    workflow=DECIDING,
    facts=(
        *columns(UnionApplication, "employer", "wish", "applied_on"),
        Column("union", _("Handled by")),
        *columns(UnionApplication, "decided_on", "decision", "founded_union"),
    ),
    extra="unions/founding_application.html",
    context=application_context,
    new_hint=_("An application founds nothing; it is granted or refused, and the founding is recorded by itself."),
    register=Register(
        slug="applications",
        title=_("Founding applications"),
        lead=_("An application is not a founding: the founding rate moves when the union is founded."),
        see=SEE,
        rows=applications,
        columns=(
            Column("employer", _("Employer"), "employer__name", sort="employer__pinyin"),
            state(DECIDING, "status"),
            Column("wish", _("Wishes")),
            Column("applied_on", _("Applied on"), sort="applied_on"),
            Column("decided_on", _("Decided on"), sort="decided_on"),
            Column("union", _("Handled by")),
            Column("founded_union", _("Union founded")),
            Column("decision", _("Reason"), shown=False, is_long=True),
        ),
        sort="-applied_on",
        filters=ApplicationFilters,
        views=(
            StandardView(_("All")),
            StandardView(_("To decide"), "status=SUBMITTED"),
            StandardView(_("Approved"), "status=APPROVED"),
        ),
        actions=(PageAction(_("Take in an application"), "applications-new", MANAGE),),
        url_of=lambda row: reverse("applications-detail", args=[row.pk]),
        manage=MANAGE,
        empty=_("When an employer wishes for a union, take in its application here."),
    ),
)


# -- Founding and coming in -----------------------------------------------------------------------------------------


class FoundingView(EventView):
    """Founds a union; the address may name the application or the employer it is for."""

    action = MANAGE
    form_class = FoundingForm
    heading = _("Found a union")
    lead = _("With the employers it covers, its first committee and its chair; nothing is stored until you confirm.")

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | filled_in(self.user, self.request.GET)

    def told(self, row: Any) -> str:
        return _("Founded: %(union)s, code %(code)s.") % {"union": row, "code": row.code}

    def next_url(self, row: Any) -> str:
        return address(row)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = {"back_url": reverse("founding"), "back": _("Founding pipeline")}
        return super().get_context_data(**kwargs) | back


class TransferInView(EventView):
    """A union from outside comes under the federation."""

    action = MANAGE
    form_class = TransferInForm
    heading = _("Transfer in")
    lead = _("A union that was founded elsewhere comes here with its employers.")

    def told(self, row: Any) -> str:
        return _("Taken in: %(union)s, code %(code)s.") % {"union": row, "code": row.code}

    def next_url(self, row: Any) -> str:
        return address(row)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = {"back_url": reverse("unions"), "back": _("Register of unions")}
        return super().get_context_data(**kwargs) | back
