"""Targets, plans and reports in data administration."""

from reports.models import CheckExplanation, FrozenFigure, PlanItem, Report, ReportSection, Target
from unions.administration import register

register(
    Target, show=("year", "indicator", "value", "issuer", "document_no"), find=("indicator", "issuer"), narrow=("year",)
)
register(
    PlanItem,
    show=("year", "half", "number", "goal", "measure", "owner_role", "deadline", "status"),
    find=("measure", "number"),
    narrow=("year", "half", "status", "owner_role"),
)
register(
    Report,
    show=("period", "kind", "language", "version", "status", "created_by"),
    find=("period",),
    narrow=("kind", "status", "language"),
)
register(ReportSection, show=("number", "code", "heading", "heading_en"))
register(FrozenFigure, show=("report", "indicator", "value", "numerator", "denominator"), find=("indicator",))
register(CheckExplanation, show=("period", "rule", "explanation", "union"), find=("rule", "period"))
