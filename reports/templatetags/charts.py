"""``{% chart item %}``: a chart as SVG, in a page or, where the context says ``medium="print"``, in a PDF."""

from hashlib import blake2s
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from reports.charts import draw
from reports.documents.base import Chart, Document, Lang

register = template.Library()


@register.simple_tag(takes_context=True)
def chart(context: dict[str, Any], item: Chart) -> SafeString:
    """The drawing; its id comes from the title, so that two charts of a page have two and a reprint the same."""
    ident = "chart-" + blake2s(item.title.encode(), digest_size=4).hexdigest()
    return mark_safe(draw(item, medium=context.get("medium", "page"), lang=language(context), ident=ident))


def language(context: dict[str, Any]) -> Lang:
    """That of the document on paper, that of the reader on the screen."""
    document = context.get("document")
    if isinstance(document, Document):
        return document.lang
    return "en" if get_language() == "en" else "zh-hans"
