"""The targets of a year, which rates of completion are counted against."""

from reports.indicators.registry import Column, Source, Text
from reports.models import Target

TARGETS = Source(
    "targets",
    lambda period: Target.objects.filter(year=period.year),
    (
        Column(Text("指标", "Indicator"), "indicator"),
        Column(Text("目标值", "Target"), "value"),
        Column(Text("下达单位", "Issued by"), "issuer"),
    ),
)
TARGET_NAME = Text("年度目标", "annual target")
