"""A field for one record among very many: typed by name, suggested while typing, never a list of thousands.

What is sent is the text of a suggestion, which ends with the record's number: 王建国 330…1234 #57.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unions.access import Action
from unions.models import User

NUMBER = re.compile(r"#(\d{1,17})\s*$")
MOST = 20


@dataclass(frozen=True)
class Lookup:
    """How one kind of record is looked up: who may, what answers to a text, and how a record is named."""

    action: Action
    find: Callable[[User, str], QuerySet[Any]]
    label: Callable[[Any], str]

    def text(self, row: Any) -> str:
        return f"{self.label(row)} #{row.pk}"


LOOKUPS: dict[str, Lookup] = {}


class LookupInput(forms.TextInput):
    """A text field whose suggestions come from the server."""

    template_name = "components/lookup.html"

    def __init__(self, key: str) -> None:
        super().__init__({"autocomplete": "off", "placeholder": gettext_lazy("Type a name, then choose")})
        self.key = key

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        field_id = context["widget"]["attrs"].get("id", f"id_{name}")
        context["widget"]["attrs"] |= {
            "list": f"{field_id}_list",
            "hx-get": reverse("suggest", args=[self.key]),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": f"#{field_id}_list",
            "hx-params": name,
        }
        return context | {"list_id": f"{field_id}_list"}


class LookupField(forms.ModelChoiceField):
    """Chooses a record by the text of a suggestion, or by its exact name where that is one record's alone."""

    def __init__(self, key: str, queryset: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(queryset=queryset, widget=LookupInput(key), **kwargs)
        self.key = key

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int) or (isinstance(value, str) and NUMBER.fullmatch(f"#{value}")):
            row = self.queryset.filter(pk=value).first() if self.queryset is not None else None
            return LOOKUPS[self.key].text(row) if row else value
        return LOOKUPS[self.key].text(value) if hasattr(value, "pk") else value

    def to_python(self, value: Any) -> Any:
        # No name holds a NUL, and no database takes one.
        text = str(value or "").replace("\x00", "").strip()
        if not text:
            return None
        rows: Any = self.queryset
        found = NUMBER.search(f"#{text}" if text.isdigit() else text)
        matching = list(rows.filter(pk=found[1])[:1] if found else rows.filter(name=text)[:2])
        if len(matching) == 1:
            return matching[0]
        several = _("Several have this name: choose from the suggestions.")
        nobody = _("Nothing of this name is in your scope: choose from the suggestions.")
        raise ValidationError(several if matching else nobody, code="lookup")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)
