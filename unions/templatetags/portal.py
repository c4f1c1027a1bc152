"""Filters and tags that every page uses: amounts, states, missing values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from unions.pages.columns import Badge, Link

register = template.Library()
NOT_REPORTED = "—"


@register.filter
def money(amount: Decimal | None) -> str:
    """An amount in yuan to the cent with thousands separated; a dash for what was not reported."""
    return NOT_REPORTED if amount is None else f"{amount:,.2f}"


@register.filter
def shown(value: Any) -> Any:
    """A value in a table: a dash for nothing, a word for yes and no, numbers with the decimals they are kept with."""
    if value is None or value == "":
        return NOT_REPORTED
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        return f"{value:,f}"
    return f"{value:,}" if isinstance(value, int) else value


@register.filter
def is_number(value: Any) -> bool:
    """Whether a cell is set to the right."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


@register.filter
def is_day(value: Any) -> bool:
    return isinstance(value, date)


@register.filter
def kind_of(value: Any) -> str:
    """Which of the cells that are more than a value this is: badge, link, or neither."""
    return {Badge: "badge", Link: "link"}.get(type(value), "")


@register.simple_tag
def badge(caption: str, look: str = "") -> SafeString:
    """A state: one of the eight looks (is-due, is-draft, is-sent, is-back, is-ok, is-lock, is-late, or none)."""
    return format_html('<span class="gh-b {}">{}</span>', look, caption)
