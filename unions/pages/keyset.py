"""Pages of a list by where the last one ended, never by number: as fast on the last page as on the first.

The address names one row (``after=12`` or ``before=12``); its place in the order is looked up when the page is asked
for. Rows without a value come last in either direction, and the primary key settles every tie.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy


@dataclass(frozen=True)
class Page:
    """The rows, and the rows to continue from in both directions; None where there is nothing more."""

    rows: list[Any]
    before: int | None
    after: int | None


def page_of(rows: QuerySet[Any], *, sort: str, size: int, after: int | None = None, before: int | None = None) -> Page:
    """One page of ``rows`` in the order of ``sort`` (``-`` in front: descending)."""
    field, is_descending = sort.lstrip("-"), sort.startswith("-")
    backwards = before is not None
    anchor = before if backwards else after
    wanted = rows.order_by(*order(field, is_descending, backwards))
    if anchor is not None:
        found = rows.order_by().filter(pk=anchor).values_list(field, flat=True)[:1]
        if not found:
            return page_of(rows, sort=sort, size=size)
        wanted = wanted.filter(beyond(field, found[0], anchor, is_descending, backwards))
    fetched = list(wanted[: size + 1])
    more = len(fetched) > size
    kept = fetched[:size]
    if backwards:
        kept.reverse()
    has_before = more if backwards else anchor is not None
    has_after = True if backwards else more
    return Page(
        kept,
        kept[0].pk if kept and has_before else None,
        kept[-1].pk if kept and has_after else None,
    )


def order(field: str, is_descending: bool, backwards: bool) -> tuple[OrderBy, OrderBy]:
    downwards = is_descending != backwards
    # Backwards, the rows without a value come first, so that turned round they are last again.
    nulls = {"nulls_first": True} if backwards else {"nulls_last": True}
    return OrderBy(F(field), descending=downwards, **nulls), OrderBy(F("pk"), descending=downwards)


def beyond(field: str, value: Any, pk: int, is_descending: bool, backwards: bool) -> Q:
    """The rows after (or before) the row with this value and key."""
    side = "lt" if is_descending != backwards else "gt"
    if value is None:
        tied = Q(**{f"{field}__isnull": True, f"pk__{side}": pk})
        return tied | Q(**{f"{field}__isnull": False}) if backwards else tied
    past = Q(**{f"{field}__{side}": value}) | Q(**{field: value, f"pk__{side}": pk})
    return past if backwards else past | Q(**{f"{field}__isnull": True})
