"""The one list of the portal: filters in the address, columns of choice, saved views, keyset pages, export, bulk.

A ``Register`` declares a list; ``RegisterView`` shows it. Everything that shapes the list stands in the address, so a
view can be saved, sent to a colleague, printed and exported exactly as it is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from unions.access import Action, can, scope_of
from unions.forms.look import PortalFormMixin
from unions.mixins import ActionMixin
from unions.models import SavedView, User
from unions.pages.bulk import BulkAction, held_page, run_bulk
from unions.pages.columns import Column
from unions.pages.consequences import HeldError
from unions.pages.keyset import Page, page_of
from unions.spreadsheets import workbook

PAGE_SIZES = (50, 200, 1000)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class StandardView:
    """A view that everybody has, as a tab above the list. ``query`` is what stands in the address."""

    caption: Any
    query: str = ""


@dataclass(frozen=True)
class PageAction:
    """A button of a page: its caption, the route it leads to, and who sees it."""

    caption: Any
    route: str
    action: Action
    query: str = ""


@dataclass(frozen=True)
class Register:
    """A list of one kind of record. ``rows`` gives what the user may see, annotated as the columns need."""

    slug: str
    title: Any
    lead: Any
    see: Action
    rows: Callable[[User], QuerySet[Any]]
    columns: tuple[Column, ...]
    sort: str
    empty: Any
    filters: type[django_filters.FilterSet] | None = None
    views: tuple[StandardView, ...] = ()
    actions: tuple[PageAction, ...] = ()
    bulk: tuple[BulkAction, ...] = ()
    url_of: Callable[[Any], str] | None = None
    look_of: Callable[[Any], str] | None = None
    note: Any = ""
    manage: Action | None = None
    editable: tuple[str, ...] = ()


class RegisterView(ActionMixin, TemplateView):
    """Shows a register, exports it, and takes its bulk actions."""

    register: Register = None  # type: ignore[assignment]  # set by the route
    template_name = "unions/register.html"

    @property
    def action(self) -> Action:  # type: ignore[override]
        return self.register.see

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") == "xlsx":
            return self.export()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """A bulk action on the rows that were ticked; back to the same list, with the way to undo it."""
        here = request.get_full_path()
        try:
            run_bulk(request, self.register.bulk, self.register.rows(self.user))
        except HeldError as held:
            return held_page(request, held, heading=str(self.register.title), back_url=here)
        return redirect(here)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = self.filtered()
        page, chosen = self.page(filters), self.chosen()
        return super().get_context_data(**kwargs) | {
            "register": self.register,
            "form": filters.form if filters else None,
            "chips": self.chips(filters),
            "columns": chosen,
            "headers": [self.header(column) for column in chosen],
            "all_columns": [(column, column in chosen) for column in self.register.columns],
            "rows": [self.row(row, chosen) for row in page.rows],
            "page": page,
            "older": page.after and self.address(after=page.after),
            "newer": page.before and self.address(before=page.before),
            "views": self.views(),
            "query": self.lasting_query(),
            "export_url": self.address(format="xlsx"),
            "actions": [action for action in self.register.actions if self.may_do(action.action)],
            "bulk": [action for action in self.register.bulk if self.may_do(action.action)],
            "is_filtered": bool(self.chips(filters)),
            "editable": self.register.editable,
            "may_edit": self.register.manage is not None and self.may_do(self.register.manage),
        }

    def may_do(self, action: Action) -> bool:
        """Whether the user may do this to the list's records; what belongs to no union is the federation's."""
        belongs = getattr(self.register.rows(self.user), "union_path", "")
        is_free = belongs or action == self.register.see or scope_of(self.user).unions is None
        return can(self.user, action) and bool(is_free)

    def filtered(self) -> Any:
        """The filter set over what the user may see; None if the register has no filters."""
        rows = self.register.rows(self.user)
        if self.register.filters is None:
            return None
        return self.register.filters(self.request.GET, queryset=rows, request=self.request)

    def rows(self, filters: Any) -> QuerySet[Any]:
        # A filter with a wrong value says so beside its field and holds nothing back.
        return filters.qs if filters is not None else self.register.rows(self.user)

    def page(self, filters: Any) -> Page:
        return page_of(self.rows(filters), sort=self.sort, size=self.size, **place_in(self.request.GET))

    @property
    def sort(self) -> str:
        """The order asked for, if a column of the register has it; the register's own otherwise."""
        wanted = self.request.GET.get("sort", "")
        sortable = {column.sort for column in self.register.columns if column.sort}
        return wanted if wanted.removeprefix("-") in sortable else self.register.sort

    @property
    def size(self) -> int:
        wanted = whole_number(self.request.GET.get("size"))
        return wanted if wanted in PAGE_SIZES else PAGE_SIZES[0]

    def chosen(self) -> tuple[Column, ...]:
        """The columns the reader chose, the first always among them."""
        wanted = self.request.GET.getlist("columns")
        if not wanted:
            return tuple(column for column in self.register.columns if column.shown)
        first, *rest = self.register.columns
        return (first, *(column for column in rest if column.key in wanted))

    def header(self, column: Column) -> dict[str, Any]:
        """A caption, and the address that sorts by it; a second click turns the order round."""
        current = self.sort
        way = {column.sort: "ascending", f"-{column.sort}": "descending"}.get(current, "") if column.sort else ""
        turned = f"-{column.sort}" if current == column.sort else column.sort
        return {"column": column, "order": way, "url": self.address(sort=turned) if column.sort else ""}

    def row(self, row: Any, chosen: tuple[Column, ...]) -> dict[str, Any]:
        register = self.register
        return {
            "pk": row.pk,
            "name": str(row),
            "url": register.url_of(row) if register.url_of else "",
            "look": register.look_of(row) if register.look_of else "",
            "cells": [(column, column.of(row)) for column in chosen],
        }

    def address(self, **changes: Any) -> str:
        """This list with the changes; a new order, view or filter begins again at the first page."""
        query = self.request.GET.copy()
        for name in ("after", "before", "format"):
            query.pop(name, None)
        for name in [name for name in query if not any(query.getlist(name))]:
            query.pop(name)
        for name, value in changes.items():
            query[name] = str(value)
        return f"{self.request.path}?{query.urlencode()}"

    def lasting_query(self) -> str:
        """What a saved view keeps: everything but the place in the list."""
        return self.address().partition("?")[2]

    def chips(self, filters: Any) -> list[dict[str, str]]:
        """The active filters in words, each with the address without it."""
        if filters is None or not filters.form.is_valid():
            return []
        found = []
        for name, value in filters.form.cleaned_data.items():
            if value in (None, "", []):
                continue
            query = self.request.GET.copy()
            for part in (name, f"{name}_min", f"{name}_max", "after", "before"):
                query.pop(part, None)
            caption = f"{filters.form.fields[name].label}{_(': ')}{in_words(filters.form.fields[name], value)}"
            found.append({"caption": caption, "url": f"{self.request.path}?{query.urlencode()}"})
        return found

    def views(self) -> list[dict[str, Any]]:
        """The tabs: the register's own views, then those the user saved."""
        here = QueryDict(self.lasting_query())
        tabs = [(view.caption, view.query, None) for view in self.register.views]
        own = SavedView.objects.visible_to(self.user).filter(register=self.register.slug)
        tabs += [(view.name, view.query, view.pk) for view in own]
        return [
            {"caption": caption, "url": f"{self.request.path}?{query}", "pk": pk, "is_here": QueryDict(query) == here}
            for caption, query, pk in tabs
        ]

    def export(self) -> HttpResponse:
        """The list as a workbook: the same rows in the same order, with the columns chosen."""
        chosen = self.chosen()
        whole = page_of(self.rows(self.filtered()), sort=self.sort, size=100_000)
        rows = [[exported(column.of(row)) for column in chosen] for row in whole.rows]
        content = workbook(str(self.register.title), [str(column.caption) for column in chosen], rows)
        return HttpResponse(
            content,
            content_type=XLSX,
            headers={"Content-Disposition": f'attachment; filename="{self.register.slug}.xlsx"'},
        )


def exported(value: Any) -> Any:
    """A cell of a workbook: yes and no in words, everything else as it is."""
    return (_("Yes") if value else _("No")) if isinstance(value, bool) else value


def in_words(field: Any, value: Any) -> str:
    """A filter's value as its field shows it."""
    if isinstance(value, bool):
        return str(exported(value))
    choices = dict(getattr(field, "choices", ()) or ())
    if value in choices:
        return str(choices[value])
    return str(choices.get(str(value), value))


def whole_number(text: str | None) -> int | None:
    """A number from the address; anything else is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None


def place_in(address: Mapping[str, str]) -> dict[str, int | None]:
    """The row from which the address asks to continue, as ``page_of`` takes it."""
    return {name: whole_number(address.get(name)) for name in ("after", "before")}


class FilterForm(PortalFormMixin, forms.Form):
    """The look of the bar of filters."""


class YesNo(django_filters.widgets.BooleanWidget):
    """Yes, no or all; shows what was chosen also where it stands in the address as text."""

    def render(self, name: str, value: Any, *args: Any, **kwargs: Any) -> Any:
        return super().render(name, {"true": True, "false": False}.get(value, value), *args, **kwargs)


class Filters(django_filters.FilterSet):
    """The base of every bar of filters: the portal's look, and choices within the user's scope."""

    # What stands first in the bar; the rest follows as declared.
    first: tuple[str, ...] = ()

    class Meta:
        form = FilterForm
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.order_fields(list(self.first))
        for found in self.form.fields.values():
            if isinstance(found, forms.NullBooleanField):
                found.widget = YesNo(found.widget.attrs)
                found.widget.choices = [("", _("All")), ("true", _("Yes")), ("false", _("No"))]
            elif isinstance(found, django_filters.fields.DateRangeField):
                for part, caption in zip(found.widget.widgets, (_("from"), _("until")), strict=True):
                    part.input_type = "date"
                    part.attrs |= {"class": "form-control", "aria-label": f"{found.label} {caption}"}
            elif isinstance(found.widget, forms.TextInput):
                found.widget.attrs["placeholder"] = found.label
