"""A kind of record: declared once, it has a list, a page of its own, a form to make and change it, and its moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import URLPattern, path, reverse

from unions.access import Action
from unions.pages.columns import ADDRESSES, Badge, Column, Table, column
from unions.pages.forms import RecordForm
from unions.pages.listing import Register, RegisterView
from unions.workflow.base import Workflow


@dataclass(frozen=True)
class Kind:
    """How one model is listed, shown and edited. Its routes: slug, slug-new, slug-detail, slug-edit, slug-move.

    ``tables`` gives the tables on a record's page, ``extra`` a template shown above them, ``title`` the heading.
    """

    model: type[models.Model]
    register: Register
    form: type[RecordForm]
    manage: Action
    workflow: Workflow | None = None
    facts: tuple[Column, ...] = ()
    tables: Callable[[Any, Any], list[tuple[Any, Table]]] | None = None
    extra: str = ""
    context: Callable[[Any, Any], dict[str, Any]] | None = None
    new_hint: Any = ""
    # A record that comes about or changes by an event alone has no form of its own.
    may_add: bool = True
    may_edit: bool = True

    @property
    def slug(self) -> str:
        return self.register.slug

    @property
    def caption(self) -> str:
        return str(self.model._meta.verbose_name)

    def shown_facts(self) -> tuple[Column, ...]:
        """The facts of a record's page: those declared, or every field of the form and the note."""
        names = self.form._meta.fields or ()
        return self.facts or tuple(column(self.model, name) for name in names)

    def badge(self, row: Any) -> Badge | None:
        return Badge(self.workflow.caption_of(row), self.workflow.look_of(row)) if self.workflow else None

    def url(self, row: Any) -> str:
        return reverse(f"{self.slug}-detail", args=[row.pk])


def pages(kind: Kind, prefix: str) -> list[URLPattern]:
    """The routes of a kind under ``prefix``; also makes a record's page known to ``url_of``."""
    from unions.pages import records

    ADDRESSES[kind.model] = f"{kind.slug}-detail"
    shown = {"kind": kind}
    found = [
        path(f"{prefix}/", RegisterView.as_view(register=kind.register), name=kind.slug),
        path(f"{prefix}/<int:pk>/", records.DetailView.as_view(**shown), name=f"{kind.slug}-detail"),
    ]
    if kind.may_add:
        found.append(path(f"{prefix}/new/", records.NewView.as_view(**shown), name=f"{kind.slug}-new"))
    if kind.may_edit:
        found.append(path(f"{prefix}/<int:pk>/edit/", records.EditView.as_view(**shown), name=f"{kind.slug}-edit"))
    if kind.register.editable:
        found.append(
            path(f"{prefix}/<int:pk>/cell/<str:field>/", records.CellView.as_view(**shown), name=f"{kind.slug}-cell")
        )
    if kind.workflow:
        found.append(
            path(f"{prefix}/<int:pk>/move/<str:to>/", records.MoveView.as_view(**shown), name=f"{kind.slug}-move")
        )
    return found
