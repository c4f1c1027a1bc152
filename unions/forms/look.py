"""The look all forms share."""

from __future__ import annotations

from typing import Any

from django import forms


def look_of(widget: forms.Widget) -> str:
    """The class of a control."""
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


class Radios(forms.RadioSelect):
    """One of a few, each on a line of its own."""

    template_name = "components/radios.html"


class PortalFormMixin(forms.BaseForm):
    """Gives every field the portal's look and ties its hint and errors to it for screen readers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", look_of(field.widget))
