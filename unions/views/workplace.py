"""Pages of the workplace: suggestions, the safety cup, inspections, supervision, meetings, feedback of union groups."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unions.access import Action
from unions.forms.labour import (
    FeedbackForm,
    InspectionForm,
    MeetingForm,
    SafetyForm,
    SuggestionForm,
    SupervisionForm,
)
from unions.models import GroupFeedback, Inspection, Meeting, SafetyReturn, Suggestion, Supervision, User
from unions.pages.columns import Badge, Column, column, columns, url_of
from unions.pages.filters import UnionFilters, in_year, moving, named, one_of, state
from unions.pages.kinds import Kind
from unions.pages.listing import PageAction, Register, StandardView
from unions.periods import Quarter
from unions.workflow.suggestions import SUGGESTIONS as LIFE
from unions.workflow.suggestions import SuggestionState

SEE, MANAGE = Action.VIEW_ORGANISATION, Action.MANAGE_LABOUR


# -- Suggestions -----------------------------------------------------------------------------------------------------

UNDECIDED = Q(adopted_on__isnull=True, implementing_from__isnull=True, implemented_on__isnull=True)
STATES: dict[str, Q] = {
    SuggestionState.REJECTED: Q(rejected_on__isnull=False),
    SuggestionState.CERTIFIED: Q(implemented_on__isnull=False, benefit_certified__isnull=False),
    SuggestionState.IMPLEMENTED: Q(implemented_on__isnull=False, benefit_certified__isnull=True),
    SuggestionState.IMPLEMENTING: Q(implementing_from__isnull=False, implemented_on__isnull=True),
    SuggestionState.ADOPTED: Q(adopted_on__isnull=False, implementing_from__isnull=True, implemented_on__isnull=True),
    SuggestionState.REFERRED: Q(referred_on__isnull=False) & UNDECIDED,
    SuggestionState.COLLECTED: Q(referred_on__isnull=True) & UNDECIDED,
}


class SuggestionFilters(UnionFilters):
    title = named(_("Suggestion"), "title")
    kind = one_of(_("Kind"), Suggestion.Kind)
    state = one_of(_("Status"), SuggestionState, method="in_state")
    year = in_year("collected_on")

    def in_state(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """The dates that make a state, as state_of reads them; a refusal outweighs the rest."""
        if value == SuggestionState.REJECTED:
            return rows.filter(STATES[value])
        return rows.filter(STATES[value], rejected_on__isnull=True)


SUGGESTIONS = Kind(
    model=Suggestion,
    manage=MANAGE,
    form=SuggestionForm,
    workflow=LIFE,
    facts=columns(
        Suggestion,
        *("employer", "kind", "proposer", "collected_on", "referred_on", "adopted_on", "implementing_from"),
        *("implemented_on", "rejected_on", "benefit_estimated", "benefit_certified", "award"),
    ),
    register=Register(
        slug="suggestions",
        title=_("Rationalisation suggestions"),
        lead=_("Collected, adopted, being implemented, implemented; the benefit counts once it is certified."),
        see=SEE,
        rows=lambda user: Suggestion.objects.visible_to(user).select_related("union", "employer"),
        columns=(
            column(Suggestion, "title"),
            state(LIFE),
            column(Suggestion, "union", sort="union__name"),
            column(Suggestion, "employer", sort="employer__name", shown=False),
            *columns(Suggestion, "kind", "proposer", "collected_on", "adopted_on", "implemented_on"),
            column(Suggestion, "benefit_estimated", shown=False),
            column(Suggestion, "benefit_certified"),
            column(Suggestion, "award", shown=False),
        ),
        sort="-collected_on",
        filters=SuggestionFilters,
        views=(
            StandardView(_("All")),
            StandardView(_("To be decided"), "state=COLLECTED"),
            StandardView(_("Being implemented"), "state=IMPLEMENTING"),
            StandardView(_("Benefit to be certified"), "state=IMPLEMENTED"),
        ),
        actions=(PageAction(_("Record a suggestion"), "suggestions-new", MANAGE),),
        bulk=(moving(LIFE, SuggestionState.ADOPTED), moving(LIFE, SuggestionState.IMPLEMENTED)),
        url_of=url_of,
        manage=MANAGE,
        editable=("award",),
        empty=_("Record what employees suggest; adoption and implementation follow on the suggestion's page."),
    ),
)


# -- Safety cup ------------------------------------------------------------------------------------------------------


class SafetyFilters(UnionFilters):
    employer = named(_("Employer"), "employer__name")
    year = in_year("quarter_start")
    is_participating = django_filters.BooleanFilter(label=_("Takes part"))
    open_hazards = django_filters.BooleanFilter(
        field_name="hazards_open", lookup_expr="gt", label=_("Hazards open"), method="keep_open"
    )

    def keep_open(self, rows: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        return rows.filter(hazards_open__gt=0) if value else rows.filter(hazards_open=0)


def quarter(row: SafetyReturn) -> str:
    return Quarter.containing(row.quarter_start).label


SAFETY = Kind(
    model=SafetyReturn,
    manage=MANAGE,
    form=SafetyForm,
    facts=(
        column(SafetyReturn, "employer"),
        Column("quarter", _("Quarter"), quarter),
        *columns(
            SafetyReturn,
            *("is_participating", "teams", "participants", "training_sessions", "training_attendances"),
            *("inspections", "notices", "hazards_carried_in", "hazards_found", "hazards_fixed", "hazards_open"),
            *("drills", "minor_injuries", "serious_injuries", "deaths", "safe_days"),
        ),
    ),
    new_hint=_("One employer's quarter. Hazards carried in and found equal those fixed and still open."),
    register=Register(
        slug="safety",
        title=_("Safety cup"),
        lead=_("The quarterly figures of the employers in the safety cup."),
        see=SEE,
        rows=lambda user: SafetyReturn.objects.visible_to(user).select_related("union", "employer"),
        columns=(
            Column("employer", _("Employer"), lambda row: row.employer.name, sort="employer__name"),
            Column("quarter", _("Quarter"), quarter, sort="quarter_start"),
            column(SafetyReturn, "union", sort="union__name", shown=False),
            column(SafetyReturn, "is_participating", shown=False),
            *columns(SafetyReturn, "participants", "inspections", "hazards_carried_in"),
            *columns(SafetyReturn, "hazards_found", "hazards_fixed", "hazards_open", "safe_days"),
            column(SafetyReturn, "training_attendances", shown=False),
            column(SafetyReturn, "drills", shown=False),
        ),
        sort="-quarter_start",
        filters=SafetyFilters,
        views=(StandardView(_("All")), StandardView(_("Hazards open"), "open_hazards=true")),
        actions=(PageAction(_("Record a quarter"), "safety-new", MANAGE),),
        url_of=url_of,
        look_of=lambda row: "is-warn" if row.hazards_open else "",
        manage=MANAGE,
        empty=_("Record the first quarter of each employer in the safety cup."),
    ),
)


# -- Inspections and supervision -------------------------------------------------------------------------------------


class InspectionFilters(UnionFilters):
    employer = named(_("Employer"), "employer__name")
    year = in_year("inspected_on")
    is_open = django_filters.BooleanFilter(label=_("Not put right yet"), method="keep_open")

    def keep_open(self, rows: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        waiting = Q(findings__gt=0, rectified_on__isnull=True)
        return rows.filter(waiting) if value else rows.exclude(waiting)


def inspection_badge(row: Inspection) -> Badge:
    if not row.findings:
        return Badge(pgettext_lazy("inspection", "Nothing found"), "is-ok")
    return Badge(_("Put right"), "is-ok") if row.rectified_on else Badge(_("Not put right yet"), "is-due")


INSPECTIONS = Kind(
    model=Inspection,
    manage=MANAGE,
    form=InspectionForm,
    register=Register(
        slug="inspections",
        title=_("Safety inspections"),
        lead=_("Joint inspections of the union on the employer's premises, and what became of the findings."),
        see=SEE,
        rows=lambda user: Inspection.objects.visible_to(user).select_related("union", "employer"),
        columns=(
            Column("employer", _("Employer"), lambda row: row.employer.name, sort="employer__name"),
            Column("state", _("Status"), inspection_badge),
            column(Inspection, "union", sort="union__name"),
            *columns(Inspection, "inspected_on", "findings", "rectified_on"),
        ),
        sort="-inspected_on",
        filters=InspectionFilters,
        views=(StandardView(_("All")), StandardView(_("Not put right yet"), "is_open=true")),
        actions=(PageAction(_("Record an inspection"), "inspections-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=_("Record each joint inspection with what was found."),
    ),
)


OPEN = pgettext_lazy("supervision", "Open")


class SupervisionFilters(UnionFilters):
    employer = named(_("Employer"), "employer__name")
    year = in_year("received_on")
    is_open = django_filters.BooleanFilter(field_name="closed_on", lookup_expr="isnull", label=OPEN)


def supervision_badge(row: Supervision) -> Badge:
    if row.closed_on:
        return Badge(pgettext_lazy("supervision", "Closed"), "is-lock")
    if row.recommendation_on:
        return Badge(_("Recommended to the authority"), "is-sent")
    if row.opinion_on:
        return Badge(_("Opinion sent"), "is-sent")
    return Badge(pgettext_lazy("supervision", "Received"), "is-due")


SUPERVISIONS = Kind(
    model=Supervision,
    manage=MANAGE,
    form=SupervisionForm,
    register=Register(
        slug="supervisions",
        title=_("Labour-law supervision"),
        lead=_("Complaints, the union's opinion to the employer, and its recommendation to the authority."),
        see=SEE,
        rows=lambda user: Supervision.objects.visible_to(user).select_related("union", "employer"),
        columns=(
            column(Supervision, "matter"),
            Column("state", _("Status"), supervision_badge),
            column(Supervision, "employer", sort="employer__name"),
            column(Supervision, "union", sort="union__name", shown=False),
            *columns(Supervision, "received_on", "opinion_on", "recommendation_on", "closed_on"),
        ),
        sort="-received_on",
        filters=SupervisionFilters,
        views=(StandardView(_("All")), StandardView(OPEN, "is_open=true")),
        actions=(PageAction(_("Record a supervision"), "supervisions-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=_("Record what was complained of, and what the union told the employer."),
    ),
)


# -- Meetings and feedback -------------------------------------------------------------------------------------------


class MeetingFilters(UnionFilters):
    topic = named(_("Topic"), "topic")
    kind = one_of(_("Kind"), Meeting.Kind)
    year = in_year("held_on")


MEETINGS = Kind(
    model=Meeting,
    manage=MANAGE,
    form=MeetingForm,
    register=Register(
        slug="meetings",
        title=_("Meetings"),
        lead=_("Committee, joint, tripartite and cluster meetings that reports count."),
        see=SEE,
        rows=lambda user: Meeting.objects.visible_to(user).select_related("union"),
        columns=(
            column(Meeting, "topic"),
            column(Meeting, "kind"),
            column(Meeting, "union", sort="union__name"),
            column(Meeting, "held_on"),
        ),
        sort="-held_on",
        filters=MeetingFilters,
        actions=(PageAction(_("Record a meeting"), "meetings-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=_("Record the meetings a report should count, with their topic."),
    ),
)


class FeedbackFilters(UnionFilters):
    matter = named(_("Matter"), "matter")
    category = one_of(_("Category"), GroupFeedback.Category)
    year = in_year("month")
    is_open = django_filters.BooleanFilter(field_name="replied_on", lookup_expr="isnull", label=_("To be answered"))


def feedback_rows(user: User) -> QuerySet[Any]:
    return GroupFeedback.objects.visible_to(user).select_related("union", "group")


FEEDBACK = Kind(
    model=GroupFeedback,
    manage=MANAGE,
    form=FeedbackForm,
    register=Register(
        slug="feedback",
        title=_("Group feedback"),
        lead=_("What union groups report each month: hardship, concerns, suggestions, and the answer."),
        see=SEE,
        rows=feedback_rows,
        columns=(
            column(GroupFeedback, "matter"),
            column(GroupFeedback, "category"),
            column(GroupFeedback, "group", sort="group__name"),
            column(GroupFeedback, "union", sort="union__name"),
            Column("month", _("Month"), lambda row: row.month.strftime("%Y-%m"), sort="month"),
            column(GroupFeedback, "replied_on"),
        ),
        sort="-month",
        filters=FeedbackFilters,
        views=(StandardView(_("All")), StandardView(_("To be answered"), "is_open=true")),
        actions=(PageAction(_("Record feedback"), "feedback-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=_("Record what the groups bring up each month, then the answer they got."),
    ),
)
