"""Pages of dispatches with their score and ranking, of the rules that score them, and of visits to employers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from unions.access import Action
from unions.forms import standing as forms
from unions.mixins import ActionMixin
from unions.models import Dispatch, DispatchScore, Level, Outreach, User
from unions.pages.columns import Column, column, columns, url_of
from unions.pages.filters import UnionFilters, is_set, named, one_of, state
from unions.pages.forms import record_form
from unions.pages.kinds import Kind
from unions.pages.listing import Filters, PageAction, Register, StandardView
from unions.periods import HalfYear, Period, Year, parse_period
from unions.services.publicity import ranking
from unions.views.standing import captioned
from unions.workflow.dispatches import DISPATCHES as ADOPTING

SEE, MANAGE = Action.VIEW_ORGANISATION, Action.MANAGE_PUBLICITY


class DispatchFilters(UnionFilters):
    title = named(_("Title"), "title")
    level = one_of(_("Level"), Level)
    is_adopted = is_set(_("Adopted"), "adopted_on")
    submitted_on = django_filters.DateFromToRangeFilter(label=_("Sent in"))


def dispatches(user: User) -> QuerySet[Any]:
    return Dispatch.objects.visible_to(user).select_related("union")


ADOPTED_ON = captioned(Dispatch, "adopted_on", _("Dispatch adopted on"))
DISPATCHES = Kind(
    model=Dispatch,
    manage=MANAGE,
    workflow=ADOPTING,
    form=record_form(
        Dispatch, MANAGE, "union", "title", "outlet", "level", "submitted_on", "note", base=forms.DispatchForm
    ),
    facts=(
        *columns(Dispatch, "union", "title", "outlet", "level", "submitted_on"),
        ADOPTED_ON,
        column(Dispatch, "score"),
    ),
    new_hint=_("A dispatch counts when an outlet takes it; the adoption is recorded on its page."),
    register=Register(
        slug="dispatches",
        title=_("Dispatches"),
        lead=_("News sent to outlets and adopted by them, scored by the rule of the day."),
        see=SEE,
        rows=dispatches,
        columns=(
            column(Dispatch, "title"),
            column(Dispatch, "union", sort="union__code"),
            *columns(Dispatch, "outlet", "level"),
            state(ADOPTING),
            column(Dispatch, "submitted_on"),
            ADOPTED_ON,
            column(Dispatch, "score"),
        ),
        sort="-submitted_on",
        filters=DispatchFilters,
        views=(
            StandardView(_("All")),
            StandardView(_("Adopted"), "is_adopted=true"),
            StandardView(_("Sent in only"), "is_adopted=false"),
        ),
        actions=(
            PageAction(_("Ranking"), "dispatch-ranking", SEE),
            PageAction(_("Record a dispatch"), "dispatches-new", MANAGE),
        ),
        url_of=url_of,
        manage=MANAGE,
        empty=_("Record the first dispatch; its score follows when an outlet adopts it."),
    ),
)


class RankingView(ActionMixin, TemplateView):
    """The unions by the score of their adopted dispatches in a half-year or a year."""

    action = SEE
    template_name = "unions/standing/ranking.html"

    @property
    def period(self) -> Period:
        wanted = self.request.GET.get("period")
        if not wanted:
            return HalfYear.containing(timezone.localdate())
        try:
            return parse_period(wanted)
        except ValueError as error:
            raise Http404 from error

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        period = self.period
        rows = ranking(dispatches(self.user), period)
        levels = [level for level in Level if any(row.levels[level] for row in rows)]
        return super().get_context_data(**kwargs) | {
            "period": period,
            "rows": [(row, [(level.label, row.levels[level]) for level in levels]) for row in rows],
            "levels": [level.label for level in levels],
            "best": max((row.score for row in rows), default=0),
            "choices": choices(),
            "list_url": reverse("dispatches"),
        }


def choices() -> list[Period]:
    """The half-years and years one may look at: this one and the two before."""
    half = HalfYear.containing(timezone.localdate())
    halves = [half, half.previous(), half.previous().previous()]
    return [*halves, Year(half.year), Year(half.year - 1)]


class ScoreRuleFilters(Filters):
    level = one_of(_("Level"), Level)


def score_rules(user: User) -> QuerySet[Any]:
    return DispatchScore.objects.visible_to(user)


SCORE_RULES = Kind(
    model=DispatchScore,
    manage=Action.MANAGE_STANDING,
    form=record_form(DispatchScore, Action.MANAGE_STANDING, "level", "points", "start", "end", "source", "note"),
    facts=columns(DispatchScore, "level", "points", "start", "end", "source"),
    new_hint=_("A new rule for a level: first end the old one on the day the new one begins."),
    register=Register(
        slug="dispatch-scores",
        title=_("Scoring rules"),
        lead=_("How many points an adopted dispatch earns, by the level of the outlet and the time."),
        see=SEE,
        rows=score_rules,
        columns=columns(DispatchScore, "level", "points", "start", "end", "source"),
        sort="level",
        filters=ScoreRuleFilters,
        actions=(PageAction(_("New scoring rule"), "dispatch-scores-new", Action.MANAGE_STANDING),),
        url_of=url_of,
        manage=Action.MANAGE_STANDING,
        empty=_("Enter what an adopted dispatch earns at each level; adoptions cannot be recorded before."),
    ),
)


class VisitFilters(UnionFilters):
    employer = named(_("Employer"), "employer__name")
    purpose = one_of(_("Purpose"), Outreach.Purpose)
    result = one_of(_("Result"), Outreach.Result)
    visited_on = django_filters.DateFromToRangeFilter(label=_("Visited"))


def visits(user: User) -> QuerySet[Any]:
    return Outreach.objects.visible_to(user).select_related("union", "employer")


PURPOSE = captioned(Outreach, "purpose", _("Purpose"))
RESULT = captioned(Outreach, "result", _("Result"))
OUTCOME = replace(captioned(Outreach, "outcome", _("Outcome in words")), is_long=True)
VISITS = Kind(
    model=Outreach,
    manage=MANAGE,
    form=record_form(
        Outreach,
        MANAGE,
        *("union", "employer", "visited_on", "purpose", "result", "outcome", "books_given", "note"),
        base=forms.VisitForm,
    ),
    facts=(
        *columns(Outreach, "union", "employer", "visited_on"),
        PURPOSE,
        RESULT,
        OUTCOME,
        column(Outreach, "books_given"),
    ),
    new_hint=_("A visit to found a union goes to an employer that has none, and says what came of it."),
    register=Register(
        slug="visits",
        title=_("Visits to employers"),
        lead=_("Who was visited, for what, and what came of it."),
        see=SEE,
        rows=visits,
        columns=(
            Column("employer", _("Employer"), "employer__name", sort="employer__name"),
            column(Outreach, "visited_on"),
            PURPOSE,
            RESULT,
            OUTCOME,
            column(Outreach, "union", sort="union__code"),
            column(Outreach, "books_given"),
        ),
        sort="-visited_on",
        filters=VisitFilters,
        views=(
            StandardView(_("All")),
            *(
                StandardView(purpose.label, f"purpose={purpose.value}")
                for purpose in (Outreach.Purpose.FOUNDING, Outreach.Purpose.SURVEY, Outreach.Purpose.BOOKS)
            ),
            StandardView(_("Willing to found a union"), "result=WILLING"),
        ),
        actions=(PageAction(_("Record a visit"), "visits-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=_("Record the first visit; visits to found a union feed the founding pipeline."),
    ),
)
