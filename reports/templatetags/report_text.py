"""Prose, figures and dates in the templates of reports, on paper and on the screen."""

from datetime import date
from decimal import Decimal
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from reports import faces, numbers, typeset
from reports.documents import words
from reports.documents.base import Figure, Lang, Prose, pieces
from reports.documents.base import plain as plain_text

register = template.Library()


@register.simple_tag(takes_context=True)
def paragraph(context: dict[str, Any], prose: Prose, number: str = "") -> SafeString:
    """A paragraph on paper: Chinese in lines of 28 cells after an indent; English as the renderer breaks it."""
    lang = context["document"].lang
    prose = (number, *pieces(prose)) if number else prose
    return mark_safe(typeset.unbroken(prose) if lang == "en" else typeset.paragraph(prose, setting(lang)))


def setting(lang: Lang) -> typeset.Setting:
    """Simplified prose is set in the office's face or ours; traditional prose in a third, with figures of ours,
    whose marks stand in the middle of their cell and have no blank half to give up."""
    return typeset.Setting(face=faces.office()) if lang == "zh-hans" else typeset.Setting(squeeze=False)


@register.filter
def prose(value: Prose) -> SafeString:
    """Prose on the screen: bound figures link to their rows."""
    return mark_safe("".join(_on_screen(piece) for piece in pieces(value)))


def _on_screen(piece: str | Figure | Any) -> str:
    text = escape(plain_text(piece))
    if not isinstance(piece, Figure):
        return text
    return f'<a class="gh-fig" href="{escape(piece.href)}" data-code="{escape(piece.code)}">{text}</a>'


@register.filter
def plain(value: Prose) -> str:
    """The words alone."""
    return plain_text(value)


@register.filter
def cell(value: Prose) -> SafeString:
    """Prose in a table on paper: figures keep their units, names their characters."""
    return mark_safe(typeset.cell(value))


@register.filter
def printed(value: Decimal | None, unit: str = "") -> str:
    """A figure in a table, its unit in another column."""
    return numbers.printed(value, unit)


@register.filter
def aimed(value: Decimal | None, unit: str = "") -> str:
    """A target in a table."""
    return numbers.aimed(value, unit)


@register.filter
def signed(value: Decimal | None) -> str:
    """A change with its sign."""
    return numbers.signed(value)


@register.simple_tag(takes_context=True)
def long_date(context: dict[str, Any], day: date) -> str:
    """The date of a document."""
    return words.long_date(day, context["document"].lang)


@register.simple_tag(takes_context=True)
def short_date(context: dict[str, Any], day: date | None) -> str:
    """A deadline inside the plan's year, or a dash."""
    return words.short_date(day, context["document"].lang) if day else numbers.DASH
