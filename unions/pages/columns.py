"""What stands in a table: columns with their captions, and the cells that are more than a plain value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import reverse


@dataclass(frozen=True)
class Badge:
    """A state with one of the eight looks."""

    caption: Any
    look: str = ""

    def __str__(self) -> str:
        return str(self.caption)


@dataclass(frozen=True)
class Link:
    """A text that leads to a page; ``note`` is small print beside it."""

    text: Any
    url: str
    note: Any = ""

    def __str__(self) -> str:
        return str(self.text)


# The route of a record's own page, by model; each page makes itself known here.
ADDRESSES: dict[type[models.Model], str] = {}


def url_of(row: models.Model) -> str:
    """The page of a record, or nothing if its kind has none."""
    route = ADDRESSES.get(type(row))
    return reverse(route, args=[row.pk]) if route else ""


@dataclass(frozen=True)
class Column:
    """One column of a list. ``value`` is an attribute path or a function of the row; the unit is in the caption.

    ``sort`` names the model field or annotation that orders by it; a column without it cannot be sorted.
    ``shown`` says whether it is there before the reader chooses; ``is_long`` takes the full width on a phone.
    """

    key: str
    caption: Any
    value: str | Callable[[Any], Any] = ""
    sort: str = ""
    is_number: bool = False
    is_long: bool = False
    shown: bool = True

    def of(self, row: Any) -> Any:
        """The cell of one row; a choice is given by its label."""
        if callable(self.value):
            return self.value(row)
        path = self.value or self.key
        for name in path.split("__")[:-1]:
            row = getattr(row, name, None)
        name = path.split("__")[-1]
        label = getattr(row, f"get_{name}_display", None)
        value = label() if label else getattr(row, name, None)
        return Link(value, url_of(value)) if isinstance(value, models.Model) else value


def column(model: type[models.Model], name: str, **more: Any) -> Column:
    """A column of a model field, with the field's own caption, kind and order."""
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:
        return Column(name, name, **more)
    numbers = (models.IntegerField, models.DecimalField)
    if name == "year":
        # A year is a name, not an amount: never 2,026.
        more.setdefault("value", lambda row: str(row.year))
    more.setdefault("is_number", isinstance(found, numbers) and not found.choices and name != "year")
    more.setdefault("sort", "" if found.is_relation else name)
    return Column(name, found.verbose_name, **more)  # type: ignore[union-attr]


def columns(model: type[models.Model], *names: str) -> tuple[Column, ...]:
    return tuple(column(model, name) for name in names)


@dataclass(frozen=True)
class Table:
    """A small table inside a page: the columns, the rows, where all of them are, and what to say when there is none."""

    columns: tuple[Column, ...]
    rows: Any
    note: Any = ""
    more: Link | None = None
    empty: Any = ""
    actions: tuple[Link, ...] = ()

    @property
    def lines(self) -> list[list[tuple[Column, Any]]]:
        """The cells of each row beside their columns."""
        return [[(column, column.of(row)) for column in self.columns] for row in self.rows]
