"""The receipt of a submitted quarterly return, printed from the version itself: the same version, the same bytes.

It stands here and not with the returns because this app alone prints; it reads the return and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.generic import View

from reports.pdf import render_html_in_child
from unions.access import Action
from unions.mixins import ActionMixin
from unions.models import QuarterlyReturn, ReturnObligation, Union
from unions.periods import parse_period
from unions.returns.columns import FILE_LANGUAGE, Money
from unions.returns.content import Content
from unions.returns.filing import content_of
from unions.returns.registry import Sheet, sheets

HEADCOUNTS = ("employees_end", "members_end")


@dataclass(frozen=True)
class Line:
    """One sheet of the return: how many rows, and its totals in words."""

    sheet: Sheet
    rows: int
    totals: str


def totals(sheet: Sheet, content: Content) -> str:
    """The sums of its amounts, and of the profile the two headcounts; never a sum of unlike things."""
    rows = content.get(sheet.code, [])
    said = [
        f"{column.caption} {sum((row[name] or Decimal(0) for row in rows), Decimal(0)):,.2f}"
        for name, column in sheet.columns.items()
        if isinstance(column.kind, Money) and any(row[name] is not None for row in rows)
    ]
    said += [
        f"{sheet.columns[name].caption} {row[name]}" for row in rows for name in HEADCOUNTS if row[name] is not None
    ]
    return _("; ").join(said)


def receipt_html(version: QuarterlyReturn) -> str:
    content = content_of(version)
    lines = [Line(sheet, len(content.get(sheet.code, [])), totals(sheet, content)) for sheet in sheets()]
    return render_to_string(
        "reports/pdf/receipt.html",
        {
            "version": version,
            "quarter": parse_period(version.obligation.period.code),
            "federation": Union.objects.federation(),
            "lines": [line for line in lines if line.rows],
        },
    )


class ReceiptView(ActionMixin, View):
    """The receipt as a PDF, for whoever may see the return."""

    action = Action.VIEW_RETURNS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        seen = ReturnObligation.objects.visible_to(self.user)
        rows = QuarterlyReturn.objects.visible_to(self.user).select_related("union", "obligation__period", "content")
        version = get_object_or_404(rows, pk=pk, obligation__in=seen)
        if not version.receipt_no:
            raise Http404
        with override(FILE_LANGUAGE):
            pdf = render_html_in_child(receipt_html(version))
        header = f'inline; filename="{version.receipt_no}.pdf"'
        return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": header})
