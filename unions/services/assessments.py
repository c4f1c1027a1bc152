"""Assessing unions: schemes as data, applications, own scores and scores on site, and the class that follows.

A scheme's items make 100 points before anyone applies, and stay as they are once somebody has. A checklist such as
the six haves is a scheme whose classes are none: its result is the points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from unions.access import Action, can_over
from unions.audit import record
from unions.models import (
    Assessment,
    AssessmentItem,
    AssessmentScheme,
    AssessmentScore,
    ModelClass,
    SchemeGrade,
    Union,
    User,
)
from unions.moves import locked
from unions.services.events import refuse_closed_day
from unions.services.records import save_record
from unions.workflow.assessments import ASSESSMENTS, points_of, refuse_same_hands

FULL = Decimal(100)
Scores = Mapping[int, Decimal | None]


@transaction.atomic
def save_scheme(
    *,
    scheme: AssessmentScheme,
    items: Sequence[AssessmentItem],
    grades: Sequence[SchemeGrade],
    actor: User,
    since: int | None = None,
) -> AssessmentScheme:
    """Store a scheme with its items and classes as given; items and classes left out are taken away.

    Raises ValidationError if the points are not 100 or somebody already applied and items would change,
    PermissionDenied if the actor does not run the federation's assessments.
    """
    refuse_wrong_points(items)
    save_record(row=scheme, actor=actor, action=Action.MANAGE_STANDING, since=since)
    if differs(scheme, items):
        if scheme.assessments.exists():
            raise ValidationError(_("Unions have applied under this scheme: its items stay as they are."), code="used")
        replace(scheme.items.all(), items, scheme, actor)
    replace(scheme.grades.all(), grades, scheme, actor)
    return scheme


def differs(scheme: AssessmentScheme, items: Sequence[AssessmentItem]) -> bool:
    fields = ("number", "name", "weight", "indicator")
    stored = set(scheme.items.values_list(*fields))
    return stored != {tuple(getattr(item, field) for field in fields) for item in items}


def replace(stored: QuerySet[Any], rows: Sequence[Any], scheme: AssessmentScheme, actor: User) -> None:
    stored.exclude(pk__in=[row.pk for row in rows if row.pk]).delete()
    for row in rows:
        row.scheme = scheme
        row.created_by = row.created_by or actor
        row.full_clean()
        row.save()


def refuse_wrong_points(items: Sequence[AssessmentItem]) -> None:
    points = sum((item.weight for item in items), Decimal(0))
    if points != FULL or any(item.weight <= 0 for item in items):
        raise ValidationError(
            _("The items make %(points)s points; they must make 100, each of them more than none."),
            code="points",
            params={"points": points},
        )


@transaction.atomic
def apply(*, scheme: AssessmentScheme, union: Union, actor: User, on: date | None = None, note: str = "") -> Assessment:
    """Enter a union for assessment under a scheme, once, while applications are open.

    Raises ValidationError at the scheme or the day, PermissionDenied if no office of the actor applies for the union.
    """
    if not can_over(actor, Action.APPLY_STANDING, union.pk):
        raise PermissionDenied(_("Your office does not apply for this union."))
    scheme = AssessmentScheme.objects.select_for_update().get(pk=scheme.pk)
    refuse_wrong_points(list(scheme.items.all()))
    day = on or timezone.localdate()
    refuse_day(scheme, union, day)
    if Assessment.objects.filter(scheme=scheme, union=union).exists():
        raise ValidationError({"scheme": _("The union is already in this scheme.")})
    row = Assessment(scheme=scheme, union=union, applied_on=day, note=note, created_by=actor)
    row.full_clean()
    row.save()
    return row


def refuse_day(scheme: AssessmentScheme, union: Union, day: date) -> None:
    if day > timezone.localdate():
        raise ValidationError({"applied_on": _("The date lies in the future.")})
    if scheme.closes_on and day > scheme.closes_on:
        closed = date_format(scheme.closes_on, "Y-m-d")
        raise ValidationError({"applied_on": _("Applications closed on %(day)s.") % {"day": closed}})
    if union.founded_on > day or (union.ended_on and union.ended_on <= day):
        raise ValidationError({"union": _("The union did not exist on that day.")})


@transaction.atomic
def self_assess(*, assessment: Assessment, scores: Scores, actor: User, on: date | None = None) -> Assessment:
    """Enter the union's own score of every item and hand the self-assessment in.

    Raises ValidationError at each item (``score_<item>``) whose score is missing or above its points.
    """
    assessment = locked(Assessment, assessment, actor)
    enter_scores(assessment, "self_score", scores, actor)
    return ASSESSMENTS.move(row=assessment, to=Assessment.Status.SELF_ASSESSED, actor=actor, on=on)


@transaction.atomic
def check_on_site(
    *, assessment: Assessment, scores: Scores, checked_by: str, actor: User, on: date | None = None
) -> Assessment:
    """Enter the score of every item as found on site, by whom and when.

    Raises ValidationError as ``self_assess`` does, PermissionDenied to whoever scored for the union and to its chair.
    """
    assessment = locked(Assessment, assessment, actor)
    refuse_same_hands(assessment, actor, on or timezone.localdate())
    enter_scores(assessment, "score", scores, actor)
    facts = {"checked_by": checked_by}
    return ASSESSMENTS.move(row=assessment, to=Assessment.Status.CHECKED, actor=actor, on=on, facts=facts)


def enter_scores(assessment: Assessment, field: str, scores: Scores, actor: User) -> None:
    """Store one score for each item. Raises ValidationError, and stores none, if one is missing or does not fit."""
    items = list(assessment.scheme.items.all())
    wrong = {f"score_{item.pk}": reason for item in items if (reason := refusal(item, scores.get(item.pk)))}
    if wrong:
        raise ValidationError(wrong)
    for item in items:
        AssessmentScore.objects.update_or_create(
            assessment=assessment,
            item=item,
            defaults={field: scores[item.pk]},
            create_defaults={field: scores[item.pk], "union": assessment.union, "created_by": actor},
        )


def refusal(item: AssessmentItem, score: Decimal | None) -> str:
    if score is None:
        return _("Fill this in.")
    if not 0 <= score <= item.weight:
        return _("Between 0 and %(points)s points.") % {"points": item.weight}
    if score != round(score, 1):
        return _("Points have one decimal.")
    return ""


def grade_for(scheme: AssessmentScheme, points: Decimal) -> SchemeGrade | None:
    """The highest class whose points are reached."""
    return scheme.grades.filter(least_points__lte=points).order_by("-least_points").first()


@transaction.atomic
def give_class(*, assessment: Assessment, document_no: str, actor: User, on: date | None = None) -> ModelClass:
    """Give the union the class its points on site reach, with the scheme's subsidy, under a document.

    Raises ValidationError if the points reach no class (saying how many are missing), the document number is missing,
    or the union already has a class of that year and level; PermissionDenied outside the actor's office.
    """
    assessment = locked(Assessment, assessment, actor)
    if not can_over(actor, Action.MANAGE_STANDING, assessment.union_id):
        raise PermissionDenied(_("Your office does not make this move."))
    grade = reached_grade(assessment)
    if not document_no.strip():
        raise ValidationError({"document_no": _("Fill this in.")})
    refuse_second_class(assessment)
    day = on or timezone.localdate()
    refuse_closed_day(day)
    given = ModelClass(
        union=assessment.union,
        assessment=assessment,
        year=assessment.scheme.year,
        level=assessment.scheme.level,
        grade=grade.grade,
        awarded_on=day,
        document_no=document_no.strip(),
        subsidy=grade.subsidy,
        created_by=actor,
    )
    given.full_clean()
    given.save()
    ASSESSMENTS.move(row=assessment, to=Assessment.Status.CLASSED, actor=actor, on=day)
    after = {"grade": given.grade, "points": str(points_of(assessment)), "document_no": given.document_no}
    record(actor=actor, action="unions.give_class", target=given, after=after)
    return given


def reached_grade(assessment: Assessment) -> SchemeGrade:
    """The class reached on site. Raises ValidationError that names the points missing to the lowest class."""
    points = points_of(assessment)
    if points is None:
        raise ValidationError(_("Record the site check first."), code="not_checked")
    lowest = assessment.scheme.grades.order_by("least_points").first()
    if lowest is None:
        raise ValidationError(_("This scheme gives no class; its result is the points."), code="no_class")
    grade = grade_for(assessment.scheme, points)
    if grade is None:
        raise ValidationError(
            _("%(points)s points: %(missing)s short of “%(grade)s”, which takes %(least)s."),
            code="points_missing",
            params={
                "points": points,
                "missing": lowest.least_points - points,
                "grade": lowest,
                "least": lowest.least_points,
            },
        )
    return grade


def refuse_second_class(assessment: Assessment) -> None:
    scheme = assessment.scheme
    had = ModelClass.objects.filter(union=assessment.union, year=scheme.year, level=scheme.level).first()
    if had:
        raise ValidationError(
            _("The union already has the class “%(grade)s” of %(year)s at this level."),
            code="second_class",
            params={"grade": had.get_grade_display(), "year": had.year},
        )
