"""D10: suggestions, one row each, and the quarterly form of the safety cup, one row for each employer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from unions.models import SafetyReturn, Severity, Suggestion
from unions.models.base import in_period
from unions.returns.columns import Choice, Column, Day, Money, Text, Whole, YesNo
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.model_sheets import EmployerCode, ModelSheet
from unions.returns.registry import Row, sheet
from unions.returns.rules import rule


@sheet
class Suggestions(ModelSheet):
    code = "D10a"
    title = gettext_lazy("Suggestions")
    lead = gettext_lazy("Each suggestion collected in the quarter, and earlier ones adopted or implemented in it.")
    model = Suggestion
    later = ("adopted_on", "implementing_from", "implemented_on", "rejected_on")

    employer_code = Column(gettext_lazy("Employer code"), EmployerCode(), attribute="employer__code")
    title_text = Column(pgettext_lazy("return", "Suggestion"), Text(120), required=True, attribute="title")
    kind = Column(gettext_lazy("Kind"), Choice(Suggestion.Kind), required=True, attribute="kind")
    proposer = Column(gettext_lazy("Proposer"), Text(30), attribute="proposer")
    collected_on = Column(gettext_lazy("Collected on"), Day(), required=True, attribute="collected_on")
    adopted_on = Column(gettext_lazy("Adopted on"), Day(), attribute="adopted_on")
    implementing_from = Column(gettext_lazy("Being implemented since"), Day(), attribute="implementing_from")
    implemented_on = Column(gettext_lazy("Implemented on"), Day(), attribute="implemented_on")
    rejected_on = Column(gettext_lazy("Rejected on"), Day(), attribute="rejected_on")
    benefit_yuan = Column(gettext_lazy("Certified benefit (yuan)"), Money(), attribute="benefit_certified")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        happened = in_period("collected_on", filing.quarter)
        for name in self.later:
            happened |= in_period(name, filing.quarter)
        return self.rows(happened, filing)

    def open_before(self, filing: Filing) -> QuerySet[Any]:
        unsettled = Q(implemented_on__isnull=True, rejected_on__isnull=True)
        return self.rows(unsettled & Q(collected_on__lt=filing.quarter.start), filing)

    @staticmethod
    def rows(which: Q, filing: Filing) -> QuerySet[Any]:
        return Suggestion.objects.filter(which, union=filing.union).select_related("employer").order_by("pk")

    def key_of(self, values: dict[str, Any]) -> tuple[Any, ...]:
        """Two suggestions of one day may have one title; kind and proposer tell them apart, or else their place."""
        return tuple(values.get(name) for name in ("employer_code", "title_text", "kind", "proposer", "collected_on"))


@sheet
class SafetyCup(ModelSheet):
    code = "D10b"
    title = gettext_lazy("Safety cup")
    lead = gettext_lazy("One row for each employer that takes part. Carried in + found = fixed + still open.")
    model = SafetyReturn
    key = ("employer_code",)

    employer_code = Column(gettext_lazy("Employer code"), EmployerCode(), required=True, attribute="employer__code")
    participating = Column(gettext_lazy("Takes part"), YesNo(), required=True, attribute="is_participating")
    teams = Column(gettext_lazy("Teams"), Whole(), attribute="teams")
    participants = Column(gettext_lazy("Participants"), Whole(), attribute="participants")
    training_sessions = Column(gettext_lazy("Training sessions"), Whole(), attribute="training_sessions")
    training_attendances = Column(gettext_lazy("Training attendances"), Whole(), attribute="training_attendances")
    inspections = Column(gettext_lazy("Inspections"), Whole(), attribute="inspections")
    carried_in = Column(gettext_lazy("Hazards carried in"), Whole(), required=True, attribute="hazards_carried_in")
    hazards_found = Column(gettext_lazy("Hazards found"), Whole(), required=True, attribute="hazards_found")
    hazards_fixed = Column(gettext_lazy("Hazards fixed"), Whole(), required=True, attribute="hazards_fixed")
    hazards_open = Column(gettext_lazy("Hazards still open"), Whole(), required=True, attribute="hazards_open")
    drills = Column(gettext_lazy("Drills"), Whole(), attribute="drills")
    minor = Column(gettext_lazy("Minor injuries"), Whole(), attribute="minor_injuries")
    serious = Column(gettext_lazy("Serious injuries"), Whole(), attribute="serious_injuries")
    deaths = Column(gettext_lazy("Deaths"), Whole(), attribute="deaths")
    safe_days = Column(gettext_lazy("Safe days"), Whole(92), attribute="safe_days")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        rows = SafetyReturn.objects.filter(union=filing.union, quarter_start=filing.quarter.start)
        return rows.select_related("employer").order_by("employer__code")

    def facts(self, row: Row, filing: Filing) -> dict[str, Any]:
        return super().facts(row, filing) | {"quarter_start": filing.quarter.start}

    def prefill(self, filing: Filing) -> Iterable[dict[str, Any]]:
        """The employers of the last return with what they left open."""
        last = filing.last_accepted.get(self.code, [])
        return [
            {"employer_code": row["employer_code"], "participating": True, "carried_in": row["hazards_open"]}
            for row in last
            if row["employer_code"] in filing.employers
        ]


@rule("X-17", Severity.ERROR, gettext_lazy("Suggestions follow their steps, hazards add up"))
def steps_and_sums(filing: Filing) -> Iterator[Finding]:
    yield from suggestions_in_order(filing.rows("D10a"))
    page = SafetyCup()
    for row in filing.rows("D10b"):
        parts = [row[name] for name in ("carried_in", "hazards_found", "hazards_fixed", "hazards_open")]
        if None in parts:
            continue
        carried_in, found, fixed, still_open = parts
        if carried_in + found != fixed + still_open:
            message = _("Carried in %(into)d + found %(found)d is not fixed %(fixed)d + still open %(open)d.")
            sums = {"into": carried_in, "found": found, "fixed": fixed, "open": still_open}
            yield page.finding(row, "hazards_open", message % sums)


def suggestions_in_order(rows: Sequence[Row]) -> Iterator[Finding]:
    """Nothing is adopted before it is collected, implemented without being adopted, or adopted and rejected."""
    page = Suggestions()
    for row in rows:
        if row["implemented_on"] and not row["adopted_on"]:
            yield page.finding(row, "adopted_on", _("Implemented, but the day of its adoption is missing."))
        if row["adopted_on"] and row["rejected_on"]:
            yield page.finding(row, "rejected_on", _("A suggestion is adopted or rejected, not both."))
        if row["adopted_on"] and row["collected_on"] and row["adopted_on"] < row["collected_on"]:
            yield page.finding(row, "adopted_on", _("Adopted before it was collected."))
