"""Pages of collective contracts with their legal clocks, of the checks how they are kept, and of time limits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import django_filters
from django.apps import apps
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from unions import clocks
from unions.access import Action, may
from unions.forms.contracts import ContractForm, PublicationForm, RenewalForm, RequestForm, ReviewForm
from unions.mixins import ActionMixin
from unions.models import (
    ClockRule,
    CollectiveContract,
    ContractEmployer,
    ContractKind,
    ContractReview,
    ContractScope,
    ContractStatus,
    DayUnit,
    Deadline,
    User,
)
from unions.overview import days_left
from unions.pages.columns import Badge, Column, Link, Table, column, columns, url_of
from unions.pages.filters import UnionFilters, in_year, named, one_of, state
from unions.pages.kinds import Kind
from unions.pages.listing import Filters, PageAction, Register, StandardView
from unions.pages.records import EventView, NewView
from unions.services import contracts
from unions.services.days import plain
from unions.workflow.contracts import CONTRACTS as LIFE
from unions.workflow.contracts import ends_soon, first_effective_day, has_ended

SEE, MANAGE = Action.VIEW_ORGANISATION, Action.MANAGE_LABOUR
S = ContractStatus
RESULT = Column("result", pgettext_lazy("contract check", "Result"), sort="result", is_long=True)
WIDTH = 200  # of a clock's bar, in its own units


# -- Contracts -------------------------------------------------------------------------------------------------------


class ContractFilters(UnionFilters):
    title = named(_("Title"), "title")
    kind = one_of(_("Kind"), ContractKind)
    scope = one_of(_("Scope"), ContractScope)
    status = one_of(_("Status"), ContractStatus)
    year = in_year("signed_on")
    expiring = django_filters.BooleanFilter(label=_("Ends within 90 days"), method="keep_expiring")
    unsigned = django_filters.BooleanFilter(label=_("Not signed yet"), field_name="signed_on", lookup_expr="isnull")

    def keep_expiring(self, rows: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        ending = contracts.expiring(rows.order_by(), timezone.localdate())
        return ending.order_by() if value else rows.exclude(pk__in=ending.values("pk"))


def contract_rows(user: User) -> QuerySet[Any]:
    covered = ContractEmployer.objects.visible_to(user).filter(contract=OuterRef("pk"))
    links = covered.order_by().values("contract")
    rows = CollectiveContract.objects.visible_to(user).select_related("union")
    return rows.annotate(employers=Subquery(links.annotate(number=Count("pk")).values("number")))


def vote(row: CollectiveContract) -> str:
    if row.votes_total is None:
        return ""
    return gettext("%(for)s of %(all)s in favour, %(present)s present") % {
        "for": shown(row.votes_for),
        "all": row.votes_total,
        "present": shown(row.votes_present),
    }


def shown(number: int | None) -> str:
    return "—" if number is None else str(number)


def sides(row: CollectiveContract) -> str:
    if row.staff_side is None and row.employer_side is None:
        return ""
    values = {"staff": shown(row.staff_side), "employer": shown(row.employer_side)}
    return gettext("%(staff)s for the staff, %(employer)s for the employer") % values


def contract_tables(row: CollectiveContract, user: User) -> list[tuple[Any, Table]]:
    is_manager = may(user, MANAGE, row)
    covered = row.covered.select_related("employer", "union").order_by("employer__code")
    family = CollectiveContract.objects.visible_to(user).filter(renewal_of=row)
    reviews = reverse("contract-reviews-new") + f"?contract={row.pk}"
    return [
        (
            _("Employers covered"),
            Table(
                (Column("employer", _("Employer")), Column("union", _("Union"))),
                covered,
                empty=_("No employer is named yet: edit the contract and name them."),
            ),
        ),
        (
            _("Checks of how it is kept"),
            Table(
                (
                    Column("reviewed_on", _("Reviewed on"), lambda line: Link(plain(line.reviewed_on), url_of(line))),
                    RESULT,
                    column(ContractReview, "reported_on"),
                ),
                row.reviews.order_by("-reviewed_on"),
                empty=_("Once a year the congress hears how the contract is kept."),
                actions=(Link(_("Record a check"), reviews),) if is_manager and row.signed_on else (),
            ),
        ),
        (
            _("Renewals"),
            Table(
                (
                    Column("title", _("Contract"), lambda line: Link(line.title, url_of(line))),
                    state(LIFE),
                    column(CollectiveContract, "requested_on"),
                ),
                family,
                empty=_("Not renewed."),
            ),
        ),
    ]


def contract_context(row: CollectiveContract, user: User) -> dict[str, Any]:
    """What stands above the facts: what to do next, the clocks, the steps, and what the law usually has otherwise."""
    today = timezone.localdate()
    rows = list(clocks.clocks_of(row).order_by("due_on"))
    found = [clock(one, today) for one in rows]
    if row.status == S.EFFECTIVE and row.effective_on and row.expires_on:
        found.append(term(row, today))
    return {
        "next": next_action(row, today) if may(user, MANAGE, row) else None,
        "clocks": found,
        "is_confirmed": clocks.is_confirmed(rows),
        "stages": stages(row, rows),
        "ending": LIFE.ending(row, user),
        "advice": contracts.advice(row),
    }


def clock(row: Deadline, today: date) -> dict[str, Any]:
    """A legal clock in words and as a bar: how much of it has run."""
    if row.met_on:
        late = (row.met_on - row.due_on).days
        words = gettext("met %(days)d days late") % {"days": late} if late > 0 else gettext("met in time")
        tone = "bad" if late > 0 else "good"
    else:
        words, tone = days_left(row.due_on, today), "bad" if row.due_on < today else ""
    span = max((row.due_on - row.started_on).days, 1)
    ran = min(max(((row.met_on or today) - row.started_on).days, 0), span)
    return {
        "name": row.rule.name,
        "limit": length_of(row.rule),
        "words": words,
        "tone": tone,
        "share": WIDTH * ran // span,
        "from": row.started_on,
        "to": row.due_on,
        "source": row.rule.source,
    }


def length_of(rule: ClockRule) -> str:
    if rule.unit == DayUnit.WORKING:
        return ngettext("%(number)d workday", "%(number)d workdays", rule.length) % {"number": rule.length}
    return ngettext("%(number)d day", "%(number)d days", rule.length) % {"number": rule.length}


def term(row: CollectiveContract, today: date) -> dict[str, Any]:
    """The contract's own term, as a clock."""
    assert row.effective_on and row.expires_on
    span = (row.expires_on - row.effective_on).days
    ran = min(max((today - row.effective_on).days, 0), span)
    return {
        "name": gettext("Term of the contract"),
        "limit": "",
        "words": days_left(row.expires_on, today),
        "tone": "warn" if ends_soon(row) else "",
        "share": WIDTH * ran // span,
        "from": row.effective_on,
        "to": row.expires_on,
        "source": "",
    }


def stages(row: CollectiveContract, deadlines: list[Deadline]) -> list[dict[str, Any]]:
    """The way of a contract with the day of each step; the present one is named."""
    drafted = next((one.started_on for one in deadlines if one.rule.code == "CONTRACT_CONGRESS"), None)
    days = {
        S.REQUESTED: row.requested_on,
        S.ANSWERED: row.answered_on,
        S.BARGAINING: None,
        S.DRAFT: drafted,
        S.PASSED: row.congress_on,
        S.SIGNED: row.signed_on,
        S.FILED: row.filed_on,
        S.EFFECTIVE: row.effective_on,
    }
    states = list(days)
    reached = states.index(S(row.status)) if row.status in days else reached_by_dates(row, states, days)
    found = [
        {"caption": state.label, "day": days[state], "is_done": place < reached or bool(days[state]), "is_here": False}
        for place, state in enumerate(states)
    ]
    if row.status in days:
        found[reached] |= {"is_here": True, "is_done": False}
    else:
        ended: dict[str, Any] = {"caption": row.get_status_display(), "day": row.terminated_on or row.expires_on}
        found.append(ended | {"is_done": False, "is_here": True})
    return found


def reached_by_dates(row: CollectiveContract, states: list[Any], days: dict[Any, Any]) -> int:
    return max((place + 1 for place, state in enumerate(states) if days[state]), default=0)


def next_action(row: CollectiveContract, today: date) -> dict[str, Any] | None:
    """The one thing to do next, with where it is done, or why it cannot be done yet."""
    if row.status == S.FILED and row.filed_on and today < (first := first_effective_day(row.filed_on)):
        return waiting(
            gettext("The authority may object until %(day)s; then the contract can be put into force."), first
        )
    if row.status in (S.EFFECTIVE, S.EXPIRED):
        return after_effect(row, today)
    move = next((step for step in LIFE.moves if row.status in step.starts), None)
    if move is None:
        return None
    return {"text": str(move.caption), "url": reverse("contracts-move", args=[row.pk, move.to]), "hint": move.hint}


def after_effect(row: CollectiveContract, today: date) -> dict[str, Any] | None:
    if clocks.clocks_of(row).filter(rule__code="CONTRACT_PUBLICATION", met_on__isnull=True).exists():
        url = reverse("contracts-publish", args=[row.pk])
        return {"text": gettext("Make it known to the staff"), "url": url, "hint": ""}
    if row.renewals.exclude(status=S.TERMINATED).exists() or row.expires_on is None:
        return None
    first = contracts.first_renewal_day(row.expires_on, today)
    if today < first:
        return waiting(gettext("Renewal can be requested from %(day)s on."), first)
    return {"text": gettext("Request the renewal"), "url": reverse("contracts-renew", args=[row.pk]), "hint": ""}


def waiting(text: str, day: date) -> dict[str, Any]:
    return {"text": "", "url": "", "hint": text % {"day": plain(day)}}


CONTRACTS = Kind(
    model=CollectiveContract,
    manage=MANAGE,
    form=ContractForm,
    workflow=LIFE,
    extra="unions/labour/_contract.html",
    context=contract_context,
    tables=contract_tables,
    facts=(
        *columns(CollectiveContract, "kind", "scope", "has_wage_agreement"),
        column(CollectiveContract, "filing_no"),
        *columns(CollectiveContract, "effective_on", "expires_on"),
        Column("sides", _("Representatives"), sides),
        Column("vote", _("Vote of the congress"), vote),
        *columns(CollectiveContract, "employees_covered", "wage_rise_percent", "payday", "renewal_of"),
    ),
    new_hint=_("A contract that is signed already. Leave empty what you do not know or what has not happened yet."),
    register=Register(
        slug="contracts",
        title=_("Collective contracts"),
        lead=_("Contracts and wage agreements from the request to their end, with the limits of the law."),
        see=SEE,
        rows=contract_rows,
        columns=(
            column(CollectiveContract, "title"),
            state(LIFE, sort="status"),
            column(CollectiveContract, "union", sort="union__name"),
            *columns(CollectiveContract, "kind", "scope"),
            Column("employers", _("Employers"), sort="employers", is_number=True),
            column(CollectiveContract, "employees_covered"),
            *columns(CollectiveContract, "signed_on", "effective_on", "expires_on"),
            column(CollectiveContract, "wage_rise_percent", shown=False),
            column(CollectiveContract, "filed_on", shown=False),
            column(CollectiveContract, "filing_no", shown=False),
        ),
        sort="-signed_on",
        filters=ContractFilters,
        views=(
            StandardView(_("All")),
            StandardView(_("In force"), "status=EFFECTIVE"),
            StandardView(_("Ends within 90 days"), "expiring=true&sort=expires_on"),
            StandardView(_("Not signed yet"), "unsigned=true"),
            StandardView(_("Signed, to be filed"), "status=SIGNED"),
        ),
        actions=(
            PageAction(_("Record a signed contract"), "contracts-new", MANAGE),
            PageAction(_("Request bargaining"), "contract-request", MANAGE),
        ),
        url_of=url_of,
        look_of=lambda row: "is-late" if row.status == S.EXPIRED or has_ended(row) else "",
        manage=MANAGE,
        empty=_("Record the contracts that are signed, or begin with a request to bargain."),
    ),
)


class RequestView(NewView):
    """Opens a contract with the request to bargain."""

    kind = CONTRACTS

    def get_form_class(self) -> type[RequestForm]:
        return RequestForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "heading": gettext("Request bargaining"),
            "lead": gettext(
                "The other side answers within ten working days; the limit runs from the day of the request."
            ),
        }


class ContractEventView(EventView):
    """Something that happens to one contract in the actor's scope."""

    action = MANAGE

    def get_target(self) -> CollectiveContract:
        row = get_object_or_404(CollectiveContract.objects.visible_to(self.user), pk=self.kwargs["pk"])
        if not may(self.user, MANAGE, row):
            raise Http404
        return row

    def next_url(self, row: Any) -> str:
        return url_of(row)


class RenewView(ContractEventView):
    form_class = RenewalForm
    heading = _("Request the renewal")
    lead = _("A new contract for the same employers; it replaces the old one on the day it takes effect.")


class PublishView(ContractEventView):
    form_class = PublicationForm
    heading = _("Made known to the staff")
    lead = _("Within five working days after the contract took effect.")


# -- Checks of how contracts are kept --------------------------------------------------------------------------------


class ReviewFilters(UnionFilters):
    contract = named(_("Contract"), "contract__title")
    year = in_year("reviewed_on")


REVIEWS = Kind(
    model=ContractReview,
    manage=MANAGE,
    form=ReviewForm,
    facts=(*columns(ContractReview, "contract", "reviewed_on"), RESULT, column(ContractReview, "reported_on")),
    register=Register(
        slug="contract-reviews",
        title=_("Checks of contracts"),
        lead=_("How contracts are kept, and when the congress heard of it: at least once a year."),
        see=SEE,
        rows=lambda user: ContractReview.objects.visible_to(user).select_related("union", "contract"),
        columns=(
            Column("name", _("Contract"), lambda row: row.contract.title, sort="contract__title"),
            column(ContractReview, "union", sort="union__name"),
            *columns(ContractReview, "reviewed_on", "reported_on"),
            RESULT,
        ),
        sort="-reviewed_on",
        filters=ReviewFilters,
        actions=(PageAction(_("Record a check"), "contract-reviews-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=_("Record the yearly check of each contract in force, with the day the congress heard of it."),
    ),
)


# -- Time limits -----------------------------------------------------------------------------------------------------


class DeadlineFilters(Filters):
    matter = named(_("Matter"), "matter")
    union = named(_("Union"), "union__name")
    is_open = django_filters.BooleanFilter(
        field_name="met_on", lookup_expr="isnull", label=pgettext_lazy("time limit", "Running")
    )


def deadline_state(row: Deadline) -> Badge:
    if row.met_on:
        return Badge(gettext("Met late"), "is-late") if row.met_on > row.due_on else Badge(gettext("Met"), "is-ok")
    today = timezone.localdate()
    if row.due_on < today:
        return Badge(days_left(row.due_on, today), "is-late")
    soon = row.due_on <= today + timedelta(days=5)
    return Badge(days_left(row.due_on, today), "is-due" if soon else "")


DEADLINES = Register(
    slug="deadlines",
    title=_("Legal time limits"),
    lead=_("Every limit of the law that runs or ran for a record, with its day by the work calendar."),
    see=SEE,
    rows=lambda user: Deadline.objects.visible_to(user).select_related("rule", "union"),
    columns=(
        Column("matter", _("Matter"), sort="matter"),
        Column("state", _("Status"), deadline_state),
        column(Deadline, "union", sort="union__name"),
        *columns(Deadline, "started_on", "due_on", "met_on"),
        Column("source", _("Source document"), "rule__source", is_long=True),
    ),
    sort="due_on",
    filters=DeadlineFilters,
    views=(StandardView(_("All")), StandardView(pgettext_lazy("time limit", "Running"), "is_open=true")),
    url_of=lambda row: reverse("deadline", args=[row.pk]),
    look_of=lambda row: "is-late" if row.met_on is None and row.due_on < timezone.localdate() else "",
    empty=_("No limit runs. One starts by itself with a request to bargain, a draft, a signature or a comment."),
)


class DeadlineView(ActionMixin, RedirectView):
    """A limit's own page is the page of the record it runs for."""

    action = SEE

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        row = get_object_or_404(Deadline.objects.visible_to(self.user), pk=kwargs["pk"])
        target = apps.get_model(row.target_type)(pk=row.target_id)
        address = url_of(target)
        if not address:
            raise Http404
        return redirect(address)
