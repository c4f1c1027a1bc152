"""Pages of a list by where the last one ended, never by number: as fast on the last page as on the first.

The address names one row (``after=12`` or ``before=12``); its place in the order is looked up when the page is asked
for. Rows without a value come last in either direction, and the primary key settles every tie.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy

AT_ONCE = 1000


@dataclass(frozen=True)
class Page:
    """The rows, and the rows to continue from in both directions; None where there is nothing more."""

    rows: list[Any]
    before: int | None
    after: int | None


def page_of(rows: QuerySet[Any], *, sort: str, size: int, after: int | None = None, before: int | None = None) -> Page:
    """One page of ``rows`` in the order of ``sort`` (``-`` in front: descending)."""
    order = Order(sort.lstrip("-"), sort.startswith("-"), backwards=before is not None)
    anchor = before if order.backwards else after
    place = None
    if anchor is not None:
        found = rows.order_by().filter(pk=anchor).values_list(order.field, flat=True)[:1]
        if not found:
            return page_of(rows, sort=sort, size=size)
        place = (found[0], anchor)
    fetched = order.fetch(rows, place, size + 1)
    more, kept = len(fetched) > size, fetched[:size]
    if order.backwards:
        kept.reverse()
    has_before = more if order.backwards else anchor is not None
    has_after = True if order.backwards else more
    return Page(
        kept,
        kept[0].pk if kept and has_before else None,
        kept[-1].pk if kept and has_after else None,
    )


@dataclass(frozen=True)
class Order:
    """An order by one field and the primary key, read forwards or backwards."""

    field: str
    is_descending: bool
    backwards: bool

    @property
    def downwards(self) -> bool:
        return self.is_descending != self.backwards

    def fetch(self, rows: QuerySet[Any], place: tuple[Any, int] | None, number: int) -> list[Any]:
        """The next rows beyond a place: those with a value and those without are two queries, each by its index."""
        parts = [self.with_value(rows, place), self.without_value(rows, place)]
        if not can_be_empty(rows, self.field):
            parts.pop()
        elif self.backwards:
            parts.reverse()
        fetched: list[Any] = []
        for part in parts:
            if part is not None and len(fetched) < number:
                fetched += whole(rows, list(part.values_list("pk", flat=True)[: number - len(fetched)]))
        return fetched

    def with_value(self, rows: QuerySet[Any], place: tuple[Any, int] | None) -> QuerySet[Any] | None:
        found = rows.order_by(*self.columns(self.field, "pk"))
        if can_be_empty(rows, self.field):
            found = found.filter(**{f"{self.field}__isnull": False})
        if place is None:
            return found
        value, pk = place
        if value is None:
            return found if self.backwards else None
        side = "lt" if self.downwards else "gt"
        # Not "beyond, or tied and beyond": the database would not see that this is one stretch of the index.
        tied = Q(**{f"{self.field}__{side}": value}) | Q(**{f"pk__{side}": pk})
        return found.filter(Q(**{f"{self.field}__{side}e": value}) & tied)

    def without_value(self, rows: QuerySet[Any], place: tuple[Any, int] | None) -> QuerySet[Any] | None:
        found = rows.filter(**{f"{self.field}__isnull": True}).order_by(*self.columns("pk"))
        if place is None:
            return found
        value, pk = place
        if value is not None:
            return None if self.backwards else found
        return found.filter(**{f"pk__{'lt' if self.downwards else 'gt'}": pk})

    def columns(self, *names: str) -> list[OrderBy]:
        return [OrderBy(F(name), descending=self.downwards) for name in names]


def whole(rows: QuerySet[Any], keys: list[int]) -> list[Any]:
    """The rows of the keys, in their order, with all that they show: a million are sorted, only a page's are joined."""
    found = {
        row.pk: row
        for start in range(0, len(keys), AT_ONCE)
        for row in rows.order_by().filter(pk__in=keys[start : start + AT_ONCE])
    }
    return [found[key] for key in keys if key in found]


def can_be_empty(rows: QuerySet[Any], path: str) -> bool:
    """Whether the field may hold nothing: a nullable column, one behind a nullable relation, or an annotation."""
    model = rows.model
    if path.split("__")[0] in rows.query.annotations:
        return True
    for name in path.split("__"):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        if getattr(field, "null", True):
            return True
        model = field.related_model
    return False
