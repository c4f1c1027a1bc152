"""How a union is assessed: it applies, scores itself, is scored on site by other hands, and is given a class.

The scores themselves and the class are rows of their own, written by unions.services.assessments before the move.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unions.access import Action, Role, roles_over
from unions.models import Assessment, AssessmentItem, User
from unions.services.events import refuse_closed_day
from unions.workflow.base import Move, Workflow

S = Assessment.Status


def unscored(row: Assessment, field: str) -> list[str]:
    """The names of the scheme's items that carry no score of this kind yet."""
    scored = row.scores.exclude(**{f"{field}__isnull": True}).values("item")
    return list(
        AssessmentItem.objects.filter(scheme=row.scheme_id).exclude(pk__in=scored).values_list("name", flat=True)
    )


def own_scores_missing(row: Assessment, day: date) -> str | None:
    if day < row.applied_on:
        return _("The self-assessment cannot be earlier than the application.")
    if names := unscored(row, "self_score"):
        return _("Score every item first; missing: %(items)s.") % {"items": _(", ").join(names)}
    return None


def site_scores_missing(row: Assessment, day: date) -> str | None:
    refuse_closed_day(day)
    if row.self_assessed_on and day < row.self_assessed_on:
        return _("The site check cannot be earlier than the self-assessment.")
    if names := unscored(row, "score"):
        return _("Score every item first; missing: %(items)s.") % {"items": _(", ").join(names)}
    return None


def class_missing(row: Assessment, day: date) -> str | None:
    if row.checked_on and day < row.checked_on:
        return _("The class cannot be given before the site check.")
    return None if hasattr(row, "model_class") else _("Give the class with its document number first.")


def refuse_same_hands(row: Assessment, actor: User, _day: date) -> None:
    """Whoever scored for the union, and its chair, neither checks it on site nor gives its class."""
    if row.scores.filter(created_by=actor).exists():
        raise PermissionDenied(_("Nobody judges a union for which he scored himself."))
    if Role.CHAIR in roles_over(actor, row.union_id):
        raise PermissionDenied(_("A chair does not judge his own union."))


ASSESSMENTS = Workflow(
    model=Assessment,
    states=S,
    looks={S.APPLIED: "is-due", S.SELF_ASSESSED: "is-sent", S.CHECKED: "is-sent", S.CLASSED: "is-ok"},
    moves=(
        Move(
            S.SELF_ASSESSED,
            gettext_lazy("Hand in the self-assessment"),
            (S.APPLIED,),
            Action.APPLY_STANDING,
            stamps="self_assessed_on",
            guard=own_scores_missing,
        ),
        Move(
            S.CHECKED,
            gettext_lazy("Record the site check"),
            (S.SELF_ASSESSED,),
            Action.MANAGE_STANDING,
            stamps="checked_on",
            asks=("checked_by",),
            guard=site_scores_missing,
            effect=refuse_same_hands,
        ),
        Move(
            S.CLASSED,
            gettext_lazy("Give the class"),
            (S.CHECKED,),
            Action.MANAGE_STANDING,
            stamps="classed_on",
            guard=class_missing,
            effect=refuse_same_hands,
        ),
    ),
)


def points_of(row: Assessment, field: str = "score") -> Any:
    """The sum of the scores of one kind; None while any item lacks it."""
    scores = [getattr(score, field) for score in row.scores.all()]
    return None if not scores or None in scores else sum(scores)
