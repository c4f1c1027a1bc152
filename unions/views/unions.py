"""The register of unions: found by present and former names, narrowed by everything staff ask for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import django_filters
from django.db.models import (
    Q,
    QuerySet,
)
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from unions import union_page
from unions.access import Action
from unions.models import (
    Community,
    Union,
    UnionCensus,
    UnionForm,
    User,
)
from unions.models.returns import FILED as RETURN_FILED
from unions.pages.columns import ADDRESSES, Badge, Column, Link
from unions.pages.filters import every, one_of
from unions.pages.listing import Filters, PageAction, Register, RegisterView, StandardView
from unions.registers import named_or_former, registered
from unions.returns.status import badge
from unions.union_list import shares_of
from unions.views.committees import SOON, late

SEE, MANAGE = Action.VIEW_ORGANISATION, Action.MANAGE_ORGANISATION
ADDRESSES[Union] = "union"
# -- The register of unions -----------------------------------------------------------------------------------------


SIZES = (("GE100", _("100 and more")), ("GE25", _("25 to 99")), ("LT25", _("Below 25")), ("NONE", _("Not reported")))
SIZE_BANDS = {
    "GE100": Q(staff__gte=100),
    "GE25": Q(staff__gte=25, staff__lt=100),
    "LT25": Q(staff__lt=25),
    "NONE": Q(staff__isnull=True),
}
TERMS = (
    ("due", _("Due within 90 days")),
    ("overdue", _("Overdue")),
    ("none", _("No term on record")),
)
ENDED = (("ended", _("Ended")), ("all", _("All, the ended too")))
FILED = (("yes", pgettext_lazy("return", "Filed")), ("no", _("Not filed")), ("SENT_BACK", _("Sent back")))


class RegisterFilters(Filters):
    """Unions that ended are left out unless asked for."""

    q = django_filters.CharFilter(label=_("Name, former name, initials, code"), method=named_or_former)
    community = every(_("Community"), Community)
    form = one_of(_("Form"), UnionForm)
    size = django_filters.ChoiceFilter(label=_("Size"), choices=SIZES, empty_label=_("All"), method="by_size")
    term = django_filters.ChoiceFilter(label=_("Terms"), choices=TERMS, empty_label=_("All"), method="by_term")
    six = django_filters.ChoiceFilter(
        label=_("Six haves"),
        choices=(("yes", _("All six")), ("no", _("Not all"))),
        empty_label=_("All"),
        method="by_haves",
    )
    filed = django_filters.ChoiceFilter(
        label=_("Return of the quarter"), choices=FILED, empty_label=_("All"), method="by_return"
    )
    certificate = django_filters.ChoiceFilter(
        label=_("Certificate"),
        choices=(("due", _("Expires within 90 days")), ("expired", _("Expired")), ("none", _("None"))),
        empty_label=_("All"),
        method="by_certificate",
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=ENDED, empty_label=_("On the register"), method="by_status"
    )

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("status") else rows.filter(ended_on__isnull=True)

    def by_size(self, rows: Any, _name: str, value: str) -> Any:
        return rows.filter(SIZE_BANDS[value])

    def by_term(self, rows: Any, _name: str, value: str) -> Any:
        today = timezone.localdate()
        terms = {
            "due": Q(deadline__gte=today, deadline__lte=today + SOON),
            "overdue": Q(deadline__lt=today),
            "none": Q(deadline__isnull=True),
        }
        return rows.filter(terms[value])

    def by_haves(self, rows: Any, _name: str, value: str) -> Any:
        whole = Q(six=len(UnionCensus.SIX_HAVES))
        return rows.filter(whole) if value == "yes" else rows.filter(~whole | Q(six__isnull=True))

    def by_return(self, rows: Any, _name: str, value: str) -> Any:
        if value == "no":
            owing = rows.filter(return_due_on__isnull=False, exempted_on__isnull=True)
            return owing.filter(Q(filed__isnull=True) | ~Q(filed__in=RETURN_FILED))
        return rows.filter(filed__in=RETURN_FILED) if value == "yes" else rows.filter(filed=value)

    def by_certificate(self, rows: Any, _name: str, value: str) -> Any:
        today = timezone.localdate()
        states = {
            "due": Q(certified_until__gt=today, certified_until__lte=today + SOON),
            "expired": Q(certified_until__lte=today),
            "none": Q(certified_until__isnull=True),
        }
        return rows.filter(states[value])

    def by_status(self, rows: Any, _name: str, value: str) -> Any:
        return rows.filter(ended_on__isnull=False) if value == "ended" else rows


def name_cell(row: Any) -> Any:
    """The name, and what the union was called before."""
    if not row.former:
        return row.name
    return Link(row.name, "", gettext("formerly %(names)s") % {"names": "、".join(row.former)})


def deadline_cell(row: Any) -> Any:
    today = timezone.localdate()
    if row.deadline and row.deadline < today:
        return Badge(row.deadline.isoformat(), "is-late")
    if row.deadline and row.deadline <= today + SOON:
        return Badge(row.deadline.isoformat(), "is-due")
    return row.deadline


def return_cell(row: Any) -> Any:
    """The badge of the open quarter's return; nothing where none is expected."""
    if row.return_due_on is None:
        return None
    return badge(row.filed, row.exempted_on, row.return_due_on, row.return_end, timezone.localdate())


def density(row: Any) -> str | None:
    """Members declared ÷ employees covered, in per cent."""
    return f"{100 * row.declared / row.staff:.1f}" if row.staff and row.declared is not None else None


UNIONS = Register(
    slug="unions",
    title=_("Register of unions"),
    lead=_("Click a column to sort. A union that was renamed is found by its former name too."),
    see=SEE,
    rows=registered,
    columns=(
        Column("name", _("Union"), name_cell, sort="pinyin"),
        Column("code", _("Code"), sort="code"),
        Column("community", _("Community"), "community__name", sort="community__name"),
        Column("form", _("Form"), sort="form"),
        Column("employers", _("Employers"), is_number=True, sort="employers"),
        Column("staff", _("Employees"), is_number=True, sort="staff"),
        Column("declared", _("Members declared"), is_number=True, sort="declared"),
        Column("density", _("Membership rate (per cent)"), density, is_number=True),
        Column("deadline", _("Election due"), deadline_cell, sort="deadline"),
        Column("filed", _("Return of the quarter"), return_cell),
        Column("six", _("Six haves"), lambda row: None if row.six is None else f"{row.six}/6", is_number=True),
        Column("chair", _("Chair"), shown=False),
        Column("women", _("Women members"), is_number=True, shown=False),
        Column("certified_until", _("Certificate until"), sort="certified_until", shown=False),
        Column("parent", _("Next higher union"), "parent__name", shown=False),
        Column("founded_on", _("Founded on"), sort="founded_on", shown=False),
        Column("ended_on", _("Ended on"), sort="ended_on", shown=False),
        Column("legal_code", _("Social credit code"), shown=False),
    ),
    sort="pinyin",
    filters=RegisterFilters,
    views=(
        StandardView(_("On the register")),
        StandardView(_("Election within 90 days"), "term=due"),
        StandardView(_("Election overdue"), "term=overdue"),
        StandardView(_("Certificate expiring"), "certificate=due"),
        StandardView(_("Return not filed"), "filed=no"),
        StandardView(_("Ended"), "status=ended&columns=code&columns=form&columns=founded_on&columns=ended_on"),
    ),
    actions=(
        PageAction(_("Transfer in"), "union-transfer-in", MANAGE),
        PageAction(_("Found a union"), "union-found", MANAGE),
    ),
    url_of=union_page.address,
    look_of=late,
    empty=_("Found the first union; it appears here with the employers it covers."),
)


class UnionRegisterView(RegisterView):
    """The register of unions with the columns and filters of higher apps that the user may see."""

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        added = shares_of(request.user) if request.user.is_authenticated else []

        def rows(user: User) -> QuerySet[Any]:
            found = registered(user)
            for one in added:
                found = one.annotate(found)
            return found

        asked = {one.key: one.filter for one in added if one.filter}
        self.register = replace(
            UNIONS,
            rows=rows,
            columns=(*UNIONS.columns[:10], *(one.column for one in added), *UNIONS.columns[10:]),
            filters=type("AllFilters", (RegisterFilters,), asked),
        )
