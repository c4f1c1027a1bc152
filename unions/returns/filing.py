"""A return on its way: whose it is, of which quarter, what it says, and what stands in the portal beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q

from unions.models import (
    Employer,
    QuarterlyReturn,
    ReturnObligation,
    SheetExemption,
    Union,
    UnionCensus,
    UnionCoverage,
)
from unions.models.base import holds_on
from unions.models.returns import IN_FORCE
from unions.periods import Quarter, parse_period
from unions.returns.content import Content, unpack
from unions.returns.registry import Row


@dataclass
class Filing:
    """What the sheets and rules are given. ``version`` is None while only a template is made."""

    obligation: ReturnObligation
    version: QuarterlyReturn | None = None
    content: Content = field(default_factory=dict)
    # What a sheet looked up once for all its rows.
    memo: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def union(self) -> Union:
        return self.obligation.union

    @cached_property
    def quarter(self) -> Quarter:
        period = parse_period(self.obligation.period.code)
        if not isinstance(period, Quarter):
            raise ValueError(f"{period} is no quarter")
        return period

    def rows(self, sheet: str) -> list[Row]:
        return self.content.get(sheet, [])

    def asks_for(self, sheet: str) -> bool:
        """Whether entering a sheet may do anything: without rows it only takes away what an amended version brought."""
        has_more = self.version is not None and self.version.amends_id is not None
        return (has_more or bool(self.rows(sheet))) and sheet not in self.exempted

    def one(self, sheet: str) -> Row | None:
        """The row of a sheet that has one."""
        return next(iter(self.rows(sheet)), None)

    @cached_property
    def employers(self) -> dict[str, Employer]:
        """The employers that the union covered on some day of the quarter, by code."""
        rows = UnionCoverage.objects.filter(
            Q(end__isnull=True) | Q(end__gt=self.quarter.start), union=self.union, start__lt=self.quarter.end
        )
        found = Employer.objects.filter(pk__in=rows.values("employer")).order_by("code")
        return {employer.code: employer for employer in found}

    @cached_property
    def exempted(self) -> frozenset[str]:
        """The sheets that the union need not fill in on the last day."""
        rows = SheetExemption.objects.filter(holds_on(self.quarter.last_day), union=self.union)
        return frozenset(rows.values_list("sheet", flat=True))

    @cached_property
    def census_before(self) -> UnionCensus | None:
        """What the union declared of itself at the end of the quarter before, or last before that."""
        rows = UnionCensus.objects.filter(union=self.union, as_of__lt=self.quarter.start)
        return rows.order_by("-as_of").first()

    @cached_property
    def in_force(self) -> QuarterlyReturn | None:
        """The version of this same return that is accepted, which a new one would amend."""
        rows = QuarterlyReturn.objects.filter(obligation=self.obligation, status__in=IN_FORCE)
        return rows.exclude(pk=self.version.pk if self.version else None).first()

    @cached_property
    def last_accepted(self) -> Content:
        """What the union's last accepted return before this quarter says; empty if there is none."""
        earlier = QuarterlyReturn.objects.filter(
            union=self.union, status__in=IN_FORCE, obligation__period__start__lt=self.quarter.start
        )
        version = earlier.select_related("content").order_by("-obligation__period__start").first()
        return content_of(version)


def content_of(version: QuarterlyReturn | None) -> Content:
    """What a version says; empty for none, and for one that was never read."""
    kept = getattr(version, "content", None)
    return unpack(kept.rows) if kept else {}
