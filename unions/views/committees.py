"""The lists of running terms, of legal-person certificates and of officers: what is due, overdue, expiring."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from unions import union_page
from unions.access import Action
from unions.forms.officers import OfficerForm
from unions.models import Community, Officer, User
from unions.pages.columns import Badge, Column, Link, column, columns
from unions.pages.filters import every, one_of
from unions.pages.kinds import Kind
from unions.pages.listing import Filters, PageAction, Register, StandardView
from unions.registers import certificates, terms

SEE, MANAGE = Action.VIEW_ORGANISATION, Action.MANAGE_ORGANISATION
SOON = timedelta(days=90)


def term_state(row: Any) -> Badge:
    """CURRENT → DUE (90 days) → OVERDUE, or extended (rules B3)."""
    today = timezone.localdate()
    if row.deadline < today:
        return Badge(_("Overdue"), "is-late")
    if row.deadline <= today + SOON:
        return Badge(_("Due within 90 days"), "is-due")
    return Badge(_("Extended"), "is-lock") if row.extended_until else Badge(_("Running"))


def late(row: Any) -> str:
    return "is-late" if row.deadline and row.deadline < timezone.localdate() else ""


class TermFilters(Filters):
    union = django_filters.CharFilter(field_name="union__name", label=_("Union"), lookup_expr="icontains")
    community = every(_("Community"), Community, "union__community")
    state = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=(("due", _("Due within 90 days")), ("overdue", _("Overdue")), ("extended", _("Extended"))),
        empty_label=_("All"),
        method="by_state",
    )
    until = django_filters.DateFilter(field_name="deadline", lookup_expr="lte", label=_("Due by"))

    def by_state(self, rows: Any, _name: str, value: str) -> Any:
        today = timezone.localdate()
        states = {
            "due": Q(deadline__gte=today, deadline__lte=today + SOON),
            "overdue": Q(deadline__lt=today),
            "extended": Q(extended_until__isnull=False),
        }
        return rows.filter(states[value])


TERM_REGISTER = Register(
    slug="terms",
    title=_("Terms and elections"),
    lead=_("Running committees by the day the next election is due; reminders go out 90 and 30 days before."),
    see=SEE,
    rows=terms,
    columns=(
        Column("union", _("Union"), "union__name", sort="union__pinyin"),
        Column("state", _("Status"), term_state),
        Column("deadline", _("Election due"), sort="deadline"),
        Column("term_no", _("Term"), is_number=True),
        Column("elected_on", _("Elected on"), sort="elected_on"),
        Column("years", _("Length (years)"), is_number=True),
        Column("extended_until", _("Extended until"), sort="extended_until"),
        Column("extension_document", _("Approval of the extension"), shown=False),
        Column("community", _("Community"), "union__community__name"),
    ),
    sort="deadline",
    filters=TermFilters,
    views=(
        StandardView(_("All")),
        StandardView(_("Overdue"), "state=overdue"),
        StandardView(_("Due within 90 days"), "state=due"),
        StandardView(_("Extended"), "state=extended"),
    ),
    url_of=lambda row: union_page.address(row.union),
    look_of=late,
    empty=_("No committee is on record; record an election at a union."),
)


def certificate_state(row: Any) -> Badge:
    today = timezone.localdate()
    if row.end and row.end <= today:
        return Badge(_("Expired"), "is-late")
    if row.end and row.end <= today + SOON:
        return Badge(_("Expires soon"), "is-due")
    return Badge(_("Valid"), "is-ok")


class CertificateFilters(Filters):
    union = django_filters.CharFilter(field_name="union__name", label=_("Union"), lookup_expr="icontains")
    community = every(_("Community"), Community, "union__community")
    state = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=(("due", _("Expires within 90 days")), ("expired", _("Expired"))),
        empty_label=_("All"),
        method="by_state",
    )

    def by_state(self, rows: Any, _name: str, value: str) -> Any:
        today = timezone.localdate()
        return rows.filter(end__lte=today) if value == "expired" else rows.filter(end__gt=today, end__lte=today + SOON)


CERTIFICATE_REGISTER = Register(
    slug="certificates",
    title=_("Legal-person certificates"),
    lead=_("A certificate is valid as long as the committee's term and is renewed in the 30 days before it expires."),
    see=SEE,
    rows=certificates,
    columns=(
        Column("union", _("Union"), "union__name", sort="union__pinyin"),
        Column("state", _("Status"), certificate_state),
        Column("number", _("Certificate number"), sort="number"),
        Column("issued_on", _("Issued on"), sort="issued_on"),
        Column("end", _("Valid until"), sort="end"),
        Column("legal_code", _("Social credit code"), "union__legal_code"),
        Column("community", _("Community"), "union__community__name"),
    ),
    sort="end",
    filters=CertificateFilters,
    views=(
        StandardView(_("All")),
        StandardView(_("Expired"), "state=expired"),
        StandardView(_("Expires within 90 days"), "state=due"),
    ),
    url_of=lambda row: union_page.address(row.union),
    empty=_("Register the first certificate at a union."),
)


def officers(user: User) -> QuerySet[Any]:
    return Officer.objects.visible_to(user).select_related("union__community")


class OfficerFilters(Filters):
    name = django_filters.CharFilter(label=_("Name"), lookup_expr="icontains")
    union = django_filters.CharFilter(field_name="union__name", label=_("Union"), lookup_expr="icontains")
    community = every(_("Community"), Community, "union__community")
    post = one_of(_("Post"), Officer.Post)
    left = django_filters.BooleanFilter(field_name="end", lookup_expr="isnull", exclude=True, label=_("Has left"))


OFFICERS = Kind(
    model=Officer,
    manage=MANAGE,
    form=OfficerForm,
    facts=columns(Officer, "name", "post", "union", "is_full_time", "phone", "start", "end", "handed_over_on"),
    extra="unions/lifecycle_officer.html",
    context=lambda row, user: {"may_end": union_page.may_end(row, user)},
    new_hint=_("A chair takes office by an election or a change of chair, at the page of the union."),
    register=Register(
        slug="officers",
        title=_("Union officers"),
        lead=_("Who holds which post since when; chairs change by elections and changes of chair."),
        see=SEE,
        rows=officers,
        columns=(
            Column("name", _("Name"), sort="name"),
            Column("post", _("Post"), sort="post"),
            Column("union", _("Union"), lambda row: Link(row.union.name, union_page.address(row.union))),
            column(Officer, "is_full_time"),
            column(Officer, "phone"),
            column(Officer, "start"),
            column(Officer, "end"),
            column(Officer, "handed_over_on", shown=False),
            Column("community", _("Community"), "union__community__name", shown=False),
        ),
        sort="-start",
        filters=OfficerFilters,
        views=(StandardView(_("In office"), "left=false"), StandardView(_("All"))),
        actions=(PageAction(_("Record an officer"), "officers-new", MANAGE),),
        url_of=lambda row: union_page.url_to("officers-detail", row.pk),
        manage=MANAGE,
        editable=("phone",),
        empty=_("Officers appear with the first election."),
    ),
)
