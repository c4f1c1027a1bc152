"""Dispatches: who sent how many, how many were adopted at which level, and the ranking by score."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from unions.access import Action
from unions.models import Dispatch, Level, User
from unions.models.base import in_period
from unions.periods import Period
from unions.services.records import save_record


@transaction.atomic
def save_dispatch(*, dispatch: Dispatch, actor: User, since: int | None = None) -> Dispatch:
    """Store a dispatch as sent in. Once adopted, its level and day of sending stay: its score rests on them."""
    if dispatch.submitted_on > timezone.localdate():
        raise ValidationError({"submitted_on": _("The date lies in the future.")})
    if dispatch.adopted_on:
        stored = Dispatch.objects.get(pk=dispatch.pk)
        fixed = [name for name in ("level", "submitted_on") if getattr(stored, name) != getattr(dispatch, name)]
        if fixed:
            raise ValidationError({name: _("Adopted already: take the adoption back first.") for name in fixed})
    return save_record(row=dispatch, actor=actor, action=Action.MANAGE_PUBLICITY, since=since)


@dataclass(frozen=True)
class Ranked:
    """One union's place: unions of equal score share it. ``levels`` counts adoptions by level of the outlet."""

    place: int
    union: str
    union_id: int
    submitted: int
    adopted: int
    levels: dict[str, int]
    score: Decimal


def ranking(rows: QuerySet[Dispatch], period: Period) -> list[Ranked]:
    """The unions that sent dispatches in the period or had some adopted in it, the highest score first.

    A dispatch counts as sent by the day it was sent and as adopted by the day it was adopted.
    """
    adopted = in_period("adopted_on", period)
    found = (
        rows.filter(in_period("submitted_on", period) | adopted)
        .order_by()
        .values("union", "union__name")
        .annotate(
            submitted=Count("pk", filter=in_period("submitted_on", period)),
            adopted=Count("pk", filter=adopted),
            points=Sum("score", filter=adopted),
            **{level: Count("pk", filter=adopted & Q(level=level)) for level in Level.values},
        )
        .order_by("union__code")
    )
    ordered = sorted(found, key=lambda row: (-(row["points"] or 0), -row["adopted"], -row["submitted"]))
    scores = [row["points"] or Decimal(0) for row in ordered]
    return [ranked(row, scores.index(row["points"] or Decimal(0)) + 1) for row in ordered]


def ranked(row: Any, place: int) -> Ranked:
    return Ranked(
        place=place,
        union=row["union__name"],
        union_id=row["union"],
        submitted=row["submitted"],
        adopted=row["adopted"],
        levels={level: row[level] for level in Level.values},
        score=row["points"] or Decimal(0),
    )
