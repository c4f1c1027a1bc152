"""All that a document is written from, read at one moment: figures, names, checks, plan items, returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.urls import reverse

from reports.checks import RULES, Outcome, run_checks
from reports.documents.base import Figure as Bound
from reports.documents.base import Lang, Name, Prose, ReturnRemark
from reports.documents.names import Names, Splitter, known_names, named_lists
from reports.documents.remarks import return_remarks
from reports.figures import figures
from reports.indicators import REGISTRY
from reports.indicators.registry import Figure, Kind, Text
from reports.models import PlanItem, ReportSection
from unions.access import Scope
from unions.models import ReturnObligation, Union
from unions.periods import HalfYear

TEMPLATE = "2026.1"
# Counts of attendances: printed as 近 or 余 where an activity in them was estimated, else exact.
ESTIMATED = ("SKL-06", "CULT-02")
FIRST_HALF_PACE = Decimal(50)
WHOLE_YEAR = Decimal(100)


@dataclass(frozen=True)
class Returns:
    """Unions that owed quarterly returns in the half-year, and those that filed every one of them."""

    expected: int
    filed: int


@dataclass(frozen=True)
class Facts:
    """What is known of a half-year at the moment the document is made."""

    period: HalfYear
    lang: Lang
    scope: Scope
    now: Mapping[str, Figure]
    before: Mapping[str, Figure]
    outcomes: tuple[Outcome, ...]
    federation: Union
    returns: Returns
    names: Names
    split: Splitter
    estimated: frozenset[str]
    promised: tuple[PlanItem, ...]
    planned: tuple[PlanItem, ...]
    headings: Mapping[str, ReportSection]
    remarks: tuple[ReturnRemark, ...]
    version: int
    is_draft: bool
    moment: datetime
    issued_on: date

    @property
    def is_english(self) -> bool:
        return self.lang == "en"

    def text(self, text: Text) -> str:
        """A caption in the document's language; the engine turns simplified into traditional."""
        return text.en if self.is_english else text.zh

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened and no return came in; stocks alone are those of an earlier half-year."""
        flows = (figure.value for figure in self.now.values() if figure.indicator.kind is Kind.FLOW)
        return not any(flows) and not self.returns.filed

    @property
    def issuer(self) -> Name:
        return Name(self.federation.name)

    def value(self, code: str) -> Decimal | None:
        return self.now[code].value

    def completion(self, code: str) -> Decimal | None:
        """Per cent of the year's target: of a flow what was done since January counts, of a stock where it stands."""
        return self.now[code].completion

    def pace(self, code: str) -> Decimal:
        """The part of the year's target due by now: of a flow half of it in the first half of the year."""
        is_flow = self.now[code].indicator.kind is Kind.FLOW
        return FIRST_HALF_PACE if is_flow and self.period.half == 1 else WHOLE_YEAR

    def href(self, code: str) -> str:
        """The page of a figure; absolute where the portal knows its own address."""
        base = settings.PORTAL_BASE_URL
        return base + reverse("figure", kwargs={"period": self.period, "code": code})

    def section_href(self) -> str:
        """The half-year's page for a QR code; none without an address that a telephone can open."""
        base = settings.PORTAL_BASE_URL
        return base + reverse("half-year", kwargs={"period": self.period}) if base else ""

    def bound(self, code: str, text: str) -> Bound:
        return Bound(code, text, self.href(code))

    def prose(self, text: str) -> Prose:
        """Prose somebody typed, with the names of unions and communities in it kept as names."""
        return self.split(text)


def read_facts(
    period: HalfYear,
    lang: Lang,
    *,
    scope: Scope,
    version: int,
    is_draft: bool,
    moment: datetime,
    issued_on: date,
) -> Facts:
    """Read everything. Call it inside ``acting(SYSTEM, snapshot=True)``: all of it must belong to one moment."""
    now = figures(period, scope)
    split = known_names(scope)
    plans = {half: tuple(plan_items(half, scope)) for half in (period, period.next())}
    return Facts(
        period=period,
        lang=lang,
        scope=scope,
        now=now,
        before=figures(period.year_before(), scope),
        outcomes=tuple(run_checks(period, scope, RULES)),
        federation=Union.objects.federation(),
        returns=count_returns(period, scope),
        names=named_lists(period, scope),
        split=split,
        estimated=frozenset(code for code in ESTIMATED if is_estimated(code, period, scope)),
        promised=plans[period],
        planned=plans[period.next()],
        headings={section.code: section for section in ReportSection.objects.all()},
        remarks=return_remarks(period, scope, lang, split),
        version=version,
        is_draft=is_draft,
        moment=moment,
        issued_on=issued_on,
    )


def plan_items(half: HalfYear, scope: Scope) -> list[PlanItem]:
    return list(PlanItem.objects.within(scope).filter(year=half.year, half=half.half).order_by("number"))


def count_returns(period: HalfYear, scope: Scope) -> Returns:
    owed = ReturnObligation.objects.within(scope).expected()
    owed = owed.filter(period__code__in=[str(quarter) for quarter in period.quarters])
    expected = owed.order_by().values("union").distinct().count()
    missing = owed.filter(first_filed_on__isnull=True).order_by().values("union").distinct().count()
    return Returns(expected, expected - missing)


def is_estimated(code: str, period: HalfYear, scope: Scope) -> bool:
    """Whether any activity behind the figure has attendances that were not counted."""
    return REGISTRY[code].measure.rows(period, scope).filter(is_estimate=True).exists()
