"""Pages of what people take part in: activities and their calendar, contests, check-ups, recuperation, placements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import django_filters
from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from members import forms
from members.activity_forms import ActivityForm, EntryForm, TookPartForm
from members.models import (
    Activity,
    ActivityKind,
    ActivityParticipation,
    ActivitySeries,
    Audience,
    Contest,
    ContestEntry,
    ContestType,
    HealthCheck,
    JobPlacement,
    Recuperation,
)
from members.photos import shown_of
from members.views.photos import photos_url
from unions.access import Action, may
from unions.mixins import ActionMixin
from unions.models import Level, User
from unions.pages.columns import Column, Link, Table, column, columns, url_of
from unions.pages.filters import UnionFilters, in_year, named, one_of
from unions.pages.forms import record_form
from unions.pages.kinds import Kind
from unions.pages.listing import PageAction, Register, StandardView, whole_number

SEE, MANAGE = Action.VIEW_MEMBERS, Action.MANAGE_MEMBERS


class ActivityFilters(UnionFilters):
    title = named(gettext_lazy("Title"), "title")
    kind = one_of(gettext_lazy("Kind"), ActivityKind)
    audience = one_of(gettext_lazy("Audience"), Audience)
    level = one_of(gettext_lazy("Level"), Level)
    is_on_site = django_filters.BooleanFilter(label=gettext_lazy("Brought to the employer"))
    starts_on = django_filters.DateFromToRangeFilter(label=gettext_lazy("Held"))


def activities(user: User) -> QuerySet[Any]:
    return Activity.objects.visible_to(user).select_related("union", "employer", "series")


def attendances(row: Activity) -> str | int | None:
    """The attendances; an estimate says so."""
    if row.attendances is None or not row.is_estimate:
        return row.attendances
    return _("about %(number)s") % {"number": f"{row.attendances:,}"}


ATTENDANCES = Column("attendances", gettext_lazy("Attendances"), attendances, sort="attendances", is_number=True)
COST = Column("cost_total", gettext_lazy("Cost, all together (yuan)"), lambda row: row.cost_total, is_number=True)


def activity_tables(row: Activity, user: User) -> list[tuple[Any, Table]]:
    """Who took part, where a list exists, and how the series stands."""
    parts = ActivityParticipation.objects.visible_to(user).filter(activity=row)
    listed = Table(
        columns(ActivityParticipation, "union", "employer", "person", "attendances"),
        parts.select_related("union", "employer", "person")[:200],
        note=_("%(persons)d persons and %(employers)d employers, each counted once.")
        % {
            "persons": parts.values("person").exclude(person=None).distinct().count(),
            "employers": parts.values("employer").exclude(employer=None).distinct().count(),
        },
        actions=(
            Link(_("Add to the list"), f"{reverse('participations-new')}?activity={row.pk}&union={row.union_id}"),
        ),
        empty=_("No list: the attendances were counted as a number."),
    )
    return [(_("Who took part"), listed), *series_table(row, user)]


def series_table(row: Activity, user: User) -> list[tuple[Any, Table]]:
    """The activities of the series up to this one, with their sum."""
    if row.series is None:
        return []
    so_far = Activity.objects.visible_to(user).filter(series=row.series, starts_on__lte=row.starts_on)
    sums = so_far.aggregate(sessions=Sum("sessions"), attendances=Sum("attendances"))
    note = _("Up to this one: %(sessions)d sessions, %(attendances)d attendances.") % {
        "sessions": sums["sessions"] or 0,
        "attendances": sums["attendances"] or 0,
    }
    shown = (Column("title", gettext_lazy("Title"), lambda found: Link(found.title, url_of(found))),)
    table = Table((*shown, *columns(Activity, "starts_on", "sessions", "attendances")), so_far[:20], note=note)
    return [(_("Series: %(name)s") % {"name": row.series.name}, table)]


ACTIVITIES = Kind(
    model=Activity,
    manage=MANAGE,
    form=ActivityForm,
    tables=activity_tables,
    facts=(
        *columns(
            Activity, "kind", "audience", "level", "series", "starts_on", "ends_on", "place", "sessions", "invited"
        ),
        ATTENDANCES,
        *columns(Activity, "female", "is_on_site", "employer", "teams", "co_organisers", "materials"),
        *columns(Activity, "cost_union", "cost_employer", "cost_others"),
        COST,
        column(Activity, "result"),
    ),
    extra="members/_photos.html",
    context=lambda row, user: {
        "photos": shown_of(row, user),
        "photos_url": photos_url(row) if may(user, MANAGE, row) else "",
    },
    register=Register(
        slug="activities",
        title=gettext_lazy("Activities"),
        lead=gettext_lazy("Training, culture and sport, legal publicity, health, childcare, volunteering and more."),
        see=SEE,
        rows=activities,
        columns=(
            *columns(Activity, "title", "kind", "union", "starts_on", "sessions"),
            ATTENDANCES,
            column(Activity, "female", shown=False),
            column(Activity, "level", shown=False),
            column(Activity, "audience", shown=False),
            *(column(Activity, name, shown=False) for name in ("employer", "teams", "co_organisers", "cost_union")),
            *(column(Activity, name, shown=False) for name in ("cost_employer", "cost_others")),
            replace(COST, shown=False),
        ),
        sort="-starts_on",
        filters=ActivityFilters,
        views=(
            StandardView(gettext_lazy("All")),
            StandardView(gettext_lazy("Training"), "kind=TRAINING"),
            StandardView(gettext_lazy("On-site courses"), "is_on_site=true"),
            StandardView(gettext_lazy("Legal publicity"), "kind=LEGAL_PUBLICITY"),
        ),
        actions=(
            PageAction(gettext_lazy("Calendar"), "activity-calendar", SEE),
            PageAction(gettext_lazy("Record an activity"), "activities-new", MANAGE),
        ),
        url_of=url_of,
        manage=MANAGE,
        editable=("attendances",),
        note=gettext_lazy("Attendances count everybody each time; “about” marks an estimate"),
        empty=gettext_lazy("Record the first activity; it counts in the half-year it begins in."),
    ),
)

PARTICIPATIONS = Kind(
    model=ActivityParticipation,
    manage=MANAGE,
    form=TookPartForm,
    register=Register(
        slug="participations",
        title=gettext_lazy("Who took part"),
        lead=gettext_lazy("Unions, employers and persons on the lists of activities."),
        see=SEE,
        rows=lambda user: ActivityParticipation.objects.visible_to(user).select_related(
            "activity", "union", "employer", "person"
        ),
        columns=(
            Column("activity", gettext_lazy("Activity"), lambda row: row.activity.title, sort="activity__starts_on"),
            *columns(ActivityParticipation, "union", "employer", "person", "attendances"),
        ),
        sort="-activity__starts_on",
        filters=UnionFilters,
        actions=(PageAction(gettext_lazy("Add to a list"), "participations-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=gettext_lazy("No lists yet. They are begun on the page of an activity."),
    ),
)

SERIES = Kind(
    model=ActivitySeries,
    manage=MANAGE,
    form=record_form(ActivitySeries, MANAGE, "code", "name", "start", "end", "note"),
    register=Register(
        slug="series",
        title=gettext_lazy("Series"),
        lead=gettext_lazy("Activities of one name that are counted together since the first."),
        see=SEE,
        rows=lambda user: ActivitySeries.objects.visible_to(user),
        columns=columns(ActivitySeries, "name", "code", "start", "end"),
        sort="name",
        actions=(PageAction(gettext_lazy("New series"), "series-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=gettext_lazy("Begin a series to count its activities together."),
    ),
)


class CalendarView(ActionMixin, TemplateView):
    """A year of activities, month by month."""

    action = SEE
    template_name = "members/calendar.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        this_year = timezone.localdate().year
        year = whole_number(self.request.GET.get("year")) or this_year
        year = year if 2000 <= year <= 2100 else this_year
        rows = list(activities(self.user).filter(starts_on__year=year).order_by("starts_on"))
        months = [
            {
                "name": date(year, month, 1),
                "rows": [(row, url_of(row)) for row in rows if row.starts_on.month == month],
            }
            for month in range(1, 13)
        ]
        return super().get_context_data(**kwargs) | {"year": year, "months": months}


# -- Contests ------------------------------------------------------------------------------------------------------


class ContestFilters(UnionFilters):
    title = named(gettext_lazy("Title"), "title")
    type = one_of(gettext_lazy("Kind"), ContestType)
    level = one_of(gettext_lazy("Level"), Level)
    year = in_year("starts_on")


def contest_tables(row: Contest, user: User) -> list[tuple[Any, Table]]:
    entries = ContestEntry.objects.visible_to(user).filter(contest=row).select_related("employer", "person")
    table = Table(
        (
            column(ContestEntry, "employer"),
            *columns(ContestEntry, "team", "person", "contestants", "place"),
        ),
        entries.order_by("place", "pk"),
        note=_("%(teams)d employers entered, %(persons)d persons named.")
        % {
            "teams": entries.values("employer").distinct().count(),
            "persons": entries.values("person").exclude(person=None).distinct().count(),
        },
        actions=(Link(_("Enter a team or person"), f"{reverse('entries-new')}?contest={row.pk}&union={row.union_id}"),),
        empty=_("Nobody has entered yet."),
    )
    return [(_("Teams and contestants"), table)]


CONTESTS = Kind(
    model=Contest,
    manage=MANAGE,
    form=record_form(
        Contest,
        MANAGE,
        *("union", "type", "title", "trade", "theme", "level", "starts_on", "ends_on", "teams", "contestants"),
        *("co_organisers", "rank", "result", "note"),
    ),
    tables=contest_tables,
    register=Register(
        slug="contests",
        title=gettext_lazy("Contests and emulation"),
        lead=gettext_lazy("Skills contests, labour emulation, culture and knowledge contests, with teams and results."),
        see=SEE,
        rows=lambda user: Contest.objects.visible_to(user).select_related("union"),
        columns=columns(Contest, "title", "type", "union", "level", "starts_on", "teams", "contestants", "rank"),
        sort="-starts_on",
        filters=ContestFilters,
        actions=(PageAction(gettext_lazy("Record a contest"), "contests-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=gettext_lazy("Record the first contest; teams are entered on its page."),
    ),
)

ENTRIES = Kind(
    model=ContestEntry,
    manage=MANAGE,
    form=EntryForm,
    register=Register(
        slug="entries",
        title=gettext_lazy("Contest entries"),
        lead=gettext_lazy("Employers and persons entered in contests, with their place."),
        see=SEE,
        rows=lambda user: ContestEntry.objects.visible_to(user).select_related(
            "contest", "employer", "person", "union"
        ),
        columns=(
            Column("contest", gettext_lazy("Contest"), lambda row: row.contest.title, sort="contest__starts_on"),
            *columns(ContestEntry, "employer", "team", "person", "contestants", "place"),
        ),
        sort="-contest__starts_on",
        filters=UnionFilters,
        actions=(PageAction(gettext_lazy("Enter a team or person"), "entries-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=gettext_lazy("Nobody has entered yet. Teams are entered on the page of a contest."),
    ),
)

# -- Lists of persons ----------------------------------------------------------------------------------------------


class PersonListFilters(UnionFilters):
    person = named(gettext_lazy("Name"), "person__name")


class CheckFilters(PersonListFilters):
    round = named(gettext_lazy("Round"), "round")
    year = in_year("checked_on")


class LeaveFilters(PersonListFilters):
    year = in_year("starts_on")


NAME = Column("person", gettext_lazy("Name"), lambda row: Link(row.person, url_of(row.person)), sort="person__pinyin")

CHECKS = Kind(
    model=HealthCheck,
    manage=MANAGE,
    form=record_form(
        *(HealthCheck, MANAGE, "union", "person", "round", "checked_on", "is_chair", "organised_by", "note"),
        base=forms.PersonListForm,
    ),
    register=Register(
        slug="health-checks",
        title=gettext_lazy("Health checks"),
        lead=gettext_lazy("Who was checked in which round; once a round."),
        see=SEE,
        rows=lambda user: HealthCheck.objects.visible_to(user).select_related("person", "union"),
        columns=(
            Column("round", gettext_lazy("Round"), lambda row: row.round, sort="round"),
            NAME,
            *columns(HealthCheck, "union", "checked_on", "is_chair"),
        ),
        sort="-checked_on",
        filters=CheckFilters,
        actions=(PageAction(gettext_lazy("Record a health check"), "health-checks-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=gettext_lazy("Record who went to the first round."),
    ),
)

RECUPERATIONS = Kind(
    model=Recuperation,
    manage=MANAGE,
    form=forms.RecuperationForm,
    register=Register(
        slug="recuperations",
        title=gettext_lazy("Recuperation"),
        lead=gettext_lazy("Who went where and when; every two years at most."),
        see=SEE,
        rows=lambda user: Recuperation.objects.visible_to(user).select_related("person", "union"),
        columns=(
            *columns(Recuperation, "place"),
            NAME,
            *columns(Recuperation, "union", "starts_on", "days", "is_front_line", "cost"),
        ),
        sort="-starts_on",
        filters=LeaveFilters,
        actions=(PageAction(gettext_lazy("Record a recuperation"), "recuperations-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=gettext_lazy("Record who went on recuperation leave."),
    ),
)


class PlacementFilters(UnionFilters):
    kind = one_of(gettext_lazy("Kind"), JobPlacement.Kind)
    worker_group = one_of(gettext_lazy("Worker group"), JobPlacement.WorkerGroup)
    year = in_year("placed_on")


PLACEMENTS = Kind(
    model=JobPlacement,
    manage=MANAGE,
    form=record_form(
        *(JobPlacement, MANAGE, "union", "kind", "worker_group", "person", "employer", "persons", "placed_on", "note"),
        base=forms.ParticipationForm,
    ),
    register=Register(
        slug="placements",
        title=gettext_lazy("Job placements"),
        lead=gettext_lazy("Persons helped into work or training for it."),
        see=SEE,
        rows=lambda user: JobPlacement.objects.visible_to(user).select_related("person", "employer", "union"),
        columns=columns(JobPlacement, "kind", "worker_group", "union", "person", "employer", "persons", "placed_on"),
        sort="-placed_on",
        filters=PlacementFilters,
        actions=(PageAction(gettext_lazy("Record a placement"), "placements-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=gettext_lazy("Record the first person helped into work."),
    ),
)
