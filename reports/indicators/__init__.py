"""All indicators, in the order the report prints them."""

import re

from reports.indicators import disputes, finance, labour, members, organisation, relief, standing
from reports.indicators.registry import Indicator, Registry

GROUPS = ("ORG", "SKL", "CARE", "HARM", "CULT", "SELF")


def printing_order(indicator: Indicator) -> tuple[int, int, str]:
    """ORG-01 … SELF-17, with CARE-06b right after CARE-06."""
    group, number, suffix = re.fullmatch(r"([A-Z]+)-(\d+)(b?)", indicator.code).groups()  # type: ignore[union-attr]
    return GROUPS.index(group), int(number), suffix


REGISTRY = Registry()
REGISTRY.add(
    *sorted(
        [
            *organisation.INDICATORS,
            *standing.INDICATORS,
            *labour.INDICATORS,
            *members.INDICATORS,
            *finance.INDICATORS,
            *relief.INDICATORS,
            *disputes.INDICATORS,
        ],
        key=printing_order,
    )
)
