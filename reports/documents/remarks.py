"""What unions said of odd figures in their returns, as the annex prints it."""

from __future__ import annotations

from django.utils.translation import override

from reports.documents.base import Lang, Name, ReturnRemark
from reports.documents.names import Splitter
from unions.access import Scope
from unions.models import ReturnFinding, Severity
from unions.models.returns import IN_FORCE
from unions.periods import HalfYear
from unions.returns.registry import SHEETS


def return_remarks(period: HalfYear, scope: Scope, lang: Lang, split: Splitter) -> tuple[ReturnRemark, ...]:
    """The explained warnings of the returns in force of a half-year, by union and quarter."""
    rows = ReturnFinding.objects.within(scope).filter(
        version__status__in=IN_FORCE,
        version__obligation__period__code__in=[str(quarter) for quarter in period.quarters],
        severity=Severity.WARNING,
    )
    rows = rows.exclude(explanation="").select_related("version__obligation__period", "union")
    with override("en" if lang == "en" else "zh-hans"):
        return tuple(
            ReturnRemark(Name(row.union.name), place_of(row), row.value, split(row.explanation))
            for row in rows.order_by("union__code", "version__obligation__period__start", "pk")
        )


def place_of(row: ReturnFinding) -> str:
    """Quarter, sheet, and the caption of the column."""
    sheet = SHEETS.get(row.sheet)
    column = sheet.columns.get(row.column) if sheet else None
    about = column.caption if column else sheet.title if sheet else ""
    return f"{row.version.obligation.period.code} {row.sheet} {about}".rstrip()
