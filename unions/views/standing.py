"""Pages of how unions are assessed: schemes, assessments, classes; and the columns and filters of the whole area."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import django_filters
from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from unions.access import Action, can
from unions.forms import standing as forms
from unions.models import (
    Assessment,
    AssessmentScheme,
    Grade,
    Level,
    ModelClass,
    User,
)
from unions.pages.columns import Column, Link, Table, column, columns, url_of
from unions.pages.filters import UnionFilters, every, named, one_of, state
from unions.pages.forms import record_form
from unions.pages.kinds import Kind
from unions.pages.listing import Filters, PageAction, Register, StandardView
from unions.pages.records import MoveView
from unions.services.assessments import grade_for
from unions.workflow.assessments import ASSESSMENTS as ASSESSING
from unions.workflow.assessments import points_of

SEE, MANAGE, APPLY = Action.VIEW_ORGANISATION, Action.MANAGE_STANDING, Action.APPLY_STANDING
FEW = 20


def captioned(model: Any, name: str, caption: Any) -> Column:
    """The column of a field under a caption of its own, where the field's is said of other things too."""
    return replace(column(model, name), caption=caption)


# -- Schemes and assessments ----------------------------------------------------------------------------------------


class SchemeFilters(Filters):
    name = named(_("name"), "name")
    year = django_filters.NumberFilter(label=_("Year"))
    level = one_of(_("Level"), Level)


def schemes(user: User) -> QuerySet[Any]:
    mine = Q(assessments__in=Assessment.objects.visible_to(user))
    return AssessmentScheme.objects.visible_to(user).annotate(entered=Count("assessments", filter=mine))


def scheme_tables(row: AssessmentScheme, user: User) -> list[tuple[Any, Table]]:
    items, grades = list(row.items.all()), list(row.grades.all())
    shown = (
        Column("name", _("Item")),
        Column("weight", _("Points"), is_number=True),
    )
    given = (
        Column("grade", _("Class")),
        Column("least_points", _("From (points)"), is_number=True),
        Column("subsidy", _("Subsidy (yuan)"), is_number=True),
    )
    note = gettext("%(points)s points in all") % {"points": sum(item.weight for item in items)}
    no_class = _("This scheme gives no class: its result is the points.")
    return [
        (_("Items"), Table(shown, items, note)),
        (_("Classes given"), Table(given, grades, empty=no_class)),
        (_("Unions assessed"), scheme_states(row, user)),
    ]


def scheme_states(row: AssessmentScheme, user: User) -> Table:
    counted = dict(
        Assessment.objects.visible_to(user).filter(scheme=row).values_list("status").annotate(number=Count("pk"))
    )
    base = reverse("assessments")
    lines = [
        {"state": Link(status.label, f"{base}?scheme={row.pk}&status={status.value}"), "number": counted.get(status, 0)}
        for status in Assessment.Status
    ]
    actions = (Link(_("Apply"), f"{reverse('assessments-new')}?scheme={row.pk}"),) if can(user, APPLY) else ()
    return Table(
        (
            Column("state", _("Status"), lambda line: line["state"]),
            Column("number", _("Number of unions"), lambda line: line["number"], is_number=True),
        ),
        lines,
        actions=actions,
    )


SCHEMES = Kind(
    model=AssessmentScheme,
    manage=MANAGE,
    form=forms.SchemeForm,
    facts=(*columns(AssessmentScheme, "code", "year", "level", "source", "closes_on"),),
    tables=scheme_tables,
    new_hint=_("The items make 100 points. Once a union has applied, they stay as they are."),
    register=Register(
        slug="schemes",
        title=_("Assessment schemes"),
        lead=_("What unions are assessed by: items of 100 points, and the class and subsidy they lead to."),
        see=SEE,
        rows=schemes,
        columns=(
            *columns(AssessmentScheme, "name", "year", "level", "closes_on"),
            Column("entered", _("Unions assessed"), sort="entered", is_number=True),
            column(AssessmentScheme, "source", is_long=True),
        ),
        sort="-year",
        filters=SchemeFilters,
        actions=(PageAction(_("New scheme"), "schemes-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=_("Enter the first scheme with its items; unions can apply as soon as they make 100 points."),
    ),
)


class AssessmentFilters(UnionFilters):
    scheme = every(_("Scheme"), AssessmentScheme)
    status = one_of(_("Status"), Assessment.Status)


def assessments(user: User) -> QuerySet[Any]:
    rows = Assessment.objects.visible_to(user).select_related("union", "scheme", "model_class")
    return rows.annotate(own=Sum("scores__self_score"), points=Sum("scores__score"))


def assessment_tables(row: Assessment, user: User) -> list[tuple[Any, Table]]:
    """Each item with the union's own score, the score on site and the difference."""
    scored = {score.item_id: score for score in row.scores.all()}
    lines = [{"item": item, "score": scored.get(item.pk)} for item in row.scheme.items.all()]
    shown = (
        Column("name", _("Item"), lambda line: line["item"].name),
        Column("weight", _("Points"), lambda line: line["item"].weight, is_number=True),
        Column("own", _("Own score"), lambda line: getattr(line["score"], "self_score", None), is_number=True),
        Column("site", _("On site"), lambda line: getattr(line["score"], "score", None), is_number=True),
        Column("difference", _("Difference"), lambda line: difference(line["score"]), is_number=True),
    )
    return [(_("Items and scores"), Table(shown, lines, note=totals(row)))]


def difference(score: Any) -> Any:
    if score is None or score.score is None or score.self_score is None:
        return None
    return score.score - score.self_score


def totals(row: Assessment) -> str:
    own, site = points_of(row, "self_score"), points_of(row)
    return gettext("Total: own score %(own)s, on site %(site)s.") % {
        "own": "—" if own is None else own,
        "site": "—" if site is None else site,
    }


def assessment_context(row: Assessment, user: User) -> dict[str, Any]:
    """The states with their days, the class given or in sight, and where its subsidy is paid."""
    given = getattr(row, "model_class", None)
    found = points_of(row)
    reached = [
        (Assessment.Status.APPLIED, row.applied_on),
        (Assessment.Status.SELF_ASSESSED, row.self_assessed_on),
        (Assessment.Status.CHECKED, row.checked_on),
        (Assessment.Status.CLASSED, row.classed_on),
    ]
    order = [status for status, _day in reached]
    here = order.index(Assessment.Status(row.status))
    return {
        "stages": [
            {"caption": status.label, "day": day, "is_done": place <= here, "is_next": place == here + 1}
            for place, (status, day) in enumerate(reached)
        ],
        "given": given,
        "points": found,
        "in_sight": grade_for(row.scheme, found) if found is not None and given is None else None,
        "gives_class": row.scheme.grades.exists(),
        "subsidy_url": reverse("subsidy", args=[given.pk])
        if given and given.subsidy and can(user, Action.VIEW_FINANCE)
        else "",
    }


CHECKED_ON = captioned(Assessment, "checked_on", _("Site check on"))
ASSESSMENTS = Kind(
    model=Assessment,
    manage=APPLY,
    workflow=ASSESSING,
    form=record_form(Assessment, APPLY, "scheme", "union", "applied_on", "note", base=forms.ApplicationForm),
    facts=(
        *columns(Assessment, "union", "scheme", "applied_on", "self_assessed_on"),
        CHECKED_ON,
        column(Assessment, "checked_by"),
    ),
    tables=assessment_tables,
    context=assessment_context,
    extra="unions/standing/_assessment.html",
    new_hint=_("A union applies once under a scheme, before its closing day."),
    register=Register(
        slug="assessments",
        title=_("Assessments"),
        lead=_("Unions from application over self-assessment and site check to their class."),
        see=SEE,
        rows=assessments,
        columns=(
            Column("union", _("Union"), "union__name", sort="union__code"),
            column(Assessment, "scheme", sort="scheme__name"),
            state(ASSESSING, "status"),
            Column("own", _("Own score"), sort="own", is_number=True),
            Column("points", _("On site"), sort="points", is_number=True),
            Column("grade", _("Class"), "model_class__grade"),
            *columns(Assessment, "applied_on", "self_assessed_on"),
            CHECKED_ON,
            column(Assessment, "checked_by", shown=False),
            column(Assessment, "classed_on", shown=False),
        ),
        sort="-applied_on",
        filters=AssessmentFilters,
        views=(
            StandardView(_("All")),
            *(StandardView(status.label, f"status={status.value}") for status in Assessment.Status),
        ),
        actions=(PageAction(_("Apply"), "assessments-new", APPLY),),
        url_of=url_of,
        manage=APPLY,
        empty=_("No union has applied yet. A union applies under a scheme that is open."),
    ),
)


class AssessmentMoveView(MoveView):
    """Scores every item, or gives the class: moves that carry more than a date."""

    kind = ASSESSMENTS
    made_by = {
        Assessment.Status.SELF_ASSESSED: forms.ScoreForm,
        Assessment.Status.CHECKED: forms.SiteScoreForm,
        Assessment.Status.CLASSED: forms.GiveClassForm,
    }

    @property
    def template_name(self) -> str:  # type: ignore[override]
        return "unions/record_form.html" if self.move.to == Assessment.Status.CLASSED else "unions/standing/scores.html"

    def get_form_class(self) -> Any:
        return self.made_by[Assessment.Status(self.move.to)]

    def done(self, form: Any) -> Any:
        return form.make()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = super().get_context_data(**kwargs)
        return shown | {"lead": self.lead()}

    def lead(self) -> str:
        """What the move will come to: the class in sight, or what scoring is about."""
        if self.move.to != Assessment.Status.CLASSED:
            return gettext("Every item is scored; no score is above the item's points.")
        found = points_of(self.row)
        grade = grade_for(self.row.scheme, found)
        if grade is None:
            return gettext("%(points)s points reach no class of this scheme.") % {"points": found}
        return gettext("%(points)s points: “%(grade)s”, subsidy %(subsidy)s yuan.") % {
            "points": found,
            "grade": grade,
            "subsidy": grade.subsidy or 0,
        }


class ClassFilters(UnionFilters):
    year = django_filters.NumberFilter(label=_("Year"))
    grade = one_of(_("Class"), Grade)
    level = one_of(_("Level"), Level)


def classes(user: User) -> QuerySet[Any]:
    return ModelClass.objects.visible_to(user).select_related("union", "assessment", "assessment__scheme")


def class_facts(row: ModelClass, user: User) -> dict[str, Any]:
    shows = row.subsidy and can(user, Action.VIEW_FINANCE)
    return {"subsidy_url": reverse("subsidy", args=[row.pk]) if shows else ""}


CLASSES = Kind(
    model=ModelClass,
    manage=MANAGE,
    form=record_form(
        ModelClass,
        MANAGE,
        *("union", "year", "level", "grade", "awarded_on", "document_no", "subsidy", "note"),
        base=forms.ModelClassForm,
    ),
    facts=columns(ModelClass, "union", "year", "level", "grade", "awarded_on", "document_no", "subsidy", "assessment"),
    context=class_facts,
    extra="unions/standing/_subsidy.html",
    new_hint=_("Classes of our own schemes are given on the assessment's page; here those that others gave."),
    register=Register(
        slug="classes",
        title=_("Union classes"),
        lead=_("Model, advanced and compliant unions by year: one class, one level, one year."),
        see=SEE,
        rows=classes,
        columns=(
            Column("union", _("Union"), "union__name", sort="union__code"),
            *columns(ModelClass, "year", "level", "grade", "awarded_on", "document_no", "subsidy"),
        ),
        sort="-awarded_on",
        filters=ClassFilters,
        views=(StandardView(_("All")), *(StandardView(grade.label, f"grade={grade.value}") for grade in Grade)),
        actions=(PageAction(_("Record a class"), "classes-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=_("No class given yet. Classes follow from assessments; those of other levels are recorded here."),
    ),
)
