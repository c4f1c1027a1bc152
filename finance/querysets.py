"""Named conditions over levy and dues: the figures and the pages use the same ones."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from unions.models.base import in_period


def is_due(period: Any) -> Q:
    """Shares due in the period, without those exempted; the levy of July to December falls due in January."""
    return in_period("due_on", period) & Q(is_exempt=False)


def is_regular_dues(period: Any) -> Q:
    """Regular dues of the months in the period; special dues are another money (rules B1)."""
    return in_period("month", period) & Q(kind="REGULAR")
