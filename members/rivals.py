"""Rows that could not stand beside each other if they named one person, by the constraints of their own model."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from members.models import Person


def rivals(row: models.Model, field: models.Field[Any, Any], kept: Person) -> list[Any]:
    """The rows of the kept person that leave no place for this row of another person's."""
    others = type(row)._base_manager.filter(**{field.attname: kept.pk})
    if field.unique:
        return list(others)
    found: dict[Any, models.Model] = {}
    for constraint in row._meta.constraints:
        alike = beside(constraint, row, field)
        if alike is None or not holds(constraint, row):
            continue
        found |= {one.pk: one for one in others.filter(alike, getattr(constraint, "condition", None) or Q())}
    return list(found.values())


def holds(constraint: Any, row: models.Model) -> bool:
    """Whether the row is one of those a conditional constraint is about."""
    return constraint.condition is None or type(row)._base_manager.filter(constraint.condition, pk=row.pk).exists()


def beside(constraint: models.BaseConstraint, row: models.Model, field: Any) -> Q | None:
    """What another row must be like to be kept out by the constraint; None if it says nothing of the person."""
    if isinstance(constraint, models.UniqueConstraint):
        return same(constraint, row, field) if field.name in constraint.fields else None
    if isinstance(constraint, ExclusionConstraint):
        equal = [name_of(part) for part, operator in constraint.expressions if operator == RangeOperators.EQUAL]
        ranges: list[Any] = [part for part, operator in constraint.expressions if operator == RangeOperators.OVERLAPS]
        if field.name not in equal:
            return None
        start, end = (name_of(part) for part in ranges[0].get_source_expressions())
        others = {name: getattr(row, name) for name in equal if name != field.name}
        return overlapping(row, start, end, Q(**others))
    return None


def same(constraint: models.UniqueConstraint, row: models.Model, field: Any) -> Q | None:
    wanted = Q()
    for name in constraint.fields:
        value = getattr(row, name)
        if name == field.name:
            continue
        if value is None and constraint.nulls_distinct is not False:
            return None
        wanted &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
    return wanted


def overlapping(row: models.Model, start: str, end: str, wanted: Q) -> Q | None:
    """Rows whose days [start, end) meet the row's; an empty end is open, no days at all meet nothing."""
    first, last = getattr(row, start), getattr(row, end)
    if first == last:
        return None
    wanted &= Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": first}) & ~Q(**{end: F(start)})
    return wanted if last is None else wanted & Q(**{f"{start}__lt": last})


def name_of(part: Any) -> str:
    return part if isinstance(part, str) else str(part.name)
