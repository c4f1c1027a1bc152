"""D9: collective contracts, congress meetings, postings of open affairs, appraisals of leaders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from unions.models import (
    Appraisal,
    CollectiveContract,
    CongressEmployer,
    CongressMeeting,
    ContractEmployer,
    ContractKind,
    ContractScope,
    ContractStatus,
    OpenAffairsPosting,
    Severity,
)
from unions.models.base import in_period
from unions.returns.columns import Choice, Column, Day, Percent, Text, Whole
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.model_sheets import EMPLOYER, EmployerCode, ModelSheet
from unions.returns.registry import Row, sheet
from unions.returns.rules import rule

# Rules B12: filed within 10 days of signing, in force 15 days after filing unless objected, warned of 90 days ahead.
DAYS_TO_FILE, DAYS_TO_OBJECT, DAYS_AHEAD = 10, 15, 90


class ForEmployer(ModelSheet):
    """Rows that stand for one employer by a row beside them, as contracts and meetings do."""

    link: ClassVar[type[models.Model]]
    link_name: ClassVar[str]

    def facts(self, row: Row, filing: Filing) -> dict[str, Any]:
        facts = super().facts(row, filing)
        del facts["employer"]
        return facts

    def values_of(self, instance: Any) -> dict[str, Any]:
        covered = next(iter(instance.covered.all()), None)
        return super().values_of(instance) | {EMPLOYER: covered.employer.code if covered else None}

    def made(self, instance: Any, row: Row, filing: Filing) -> None:
        self.link._default_manager.create(
            **{self.link_name: instance},
            employer=filing.employers[row[EMPLOYER]],
            union=filing.union,
            source_return=filing.version,
        )


@sheet
class Contracts(ForEmployer):
    code = "D9a"
    title = gettext_lazy("Collective contracts")
    lead = gettext_lazy(
        "Contracts of one employer signed or filed in the quarter; the community records regional ones."
    )
    model = CollectiveContract
    link, link_name = ContractEmployer, "contract"
    key = ("employer_code", "kind", "signed_on")
    later = ("signed_on", "filed_on")

    employer_code = Column(gettext_lazy("Employer code"), EmployerCode(), required=True)
    contract_title = Column(gettext_lazy("Title"), Text(120), required=True, attribute="title")
    kind = Column(gettext_lazy("Kind"), Choice(ContractKind), required=True, attribute="kind")
    request_on = Column(gettext_lazy("Bargaining requested on"), Day(), attribute="requested_on")
    congress_on = Column(gettext_lazy("Passed by the congress on"), Day(), attribute="congress_on")
    votes_for = Column(gettext_lazy("Votes in favour"), Whole(), attribute="votes_for")
    votes_total = Column(gettext_lazy("Delegates entitled to vote"), Whole(), attribute="votes_total")
    signed_on = Column(gettext_lazy("Signed on"), Day(), required=True, attribute="signed_on")
    filed_on = Column(gettext_lazy("Filed with the authority on"), Day(), attribute="filed_on")
    effective_on = Column(gettext_lazy("In force from"), Day(), attribute="effective_on")
    expires_on = Column(gettext_lazy("Expires on"), Day(), required=True, attribute="expires_on")
    employees_covered = Column(gettext_lazy("Employees covered"), Whole(), required=True, attribute="employees_covered")
    wage_rise = Column(gettext_lazy("Wage rise (per cent)"), Percent(), attribute="wage_rise_percent")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        return self.rows(in_period("signed_on", filing.quarter) | in_period("filed_on", filing.quarter), filing)

    def open_before(self, filing: Filing) -> QuerySet[Any]:
        return self.rows(Q(signed_on__lt=filing.quarter.start, filed_on__isnull=True), filing)

    @staticmethod
    def rows(which: Q, filing: Filing) -> QuerySet[Any]:
        rows = CollectiveContract.objects.filter(which, union=filing.union, scope=ContractScope.ENTERPRISE)
        return rows.prefetch_related("covered__employer")

    def facts(self, row: Row, filing: Filing) -> dict[str, Any]:
        status = ContractStatus.EFFECTIVE if row["filed_on"] else ContractStatus.SIGNED
        return super().facts(row, filing) | {"status": status}

    def came_later(self, instance: Any, attribute: str, value: Any, filing: Filing) -> bool:
        """A contract never goes back, and one that has gone on since keeps its state."""
        if attribute == "status":
            return value == ContractStatus.SIGNED or instance.status != ContractStatus.SIGNED
        return super().came_later(instance, attribute, value, filing)

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        yield from super().check(rows, filing)
        for row in rows:
            yield from self.by_the_law(row)

    def by_the_law(self, row: Row) -> Iterator[Finding]:
        signed, filed, effective, expires = (
            row[name] for name in ("signed_on", "filed_on", "effective_on", "expires_on")
        )
        if signed and filed and filed > signed + timedelta(days=DAYS_TO_FILE):
            message = _("Filed later than %(days)d days after signing. Say why.") % {"days": DAYS_TO_FILE}
            yield self.finding(row, "filed_on", message).ruled("B12", Severity.WARNING)
        if filed and effective and effective < filed + timedelta(days=DAYS_TO_OBJECT):
            message = _("In force earlier than %(days)d days after filing: give the authority's reply. Say why.")
            yield self.finding(row, "effective_on", message % {"days": DAYS_TO_OBJECT}).ruled("B12", Severity.WARNING)
        if effective and expires and expires <= effective:
            yield self.finding(row, "expires_on", _("It expires before it is in force."))
        if row["votes_for"] is not None and row["votes_total"] is not None and row["votes_for"] > row["votes_total"]:
            yield self.finding(row, "votes_for", _("More votes than delegates."))


@sheet
class Congresses(ForEmployer):
    code = "D9b"
    title = gettext_lazy("Congress meetings")
    lead = gettext_lazy("Meetings of the employees' congress of an employer in the quarter.")
    model = CongressMeeting
    link, link_name = CongressEmployer, "meeting"
    key = ("employer_code", "held_on")
    in_quarter = ("held_on",)

    employer_code = Column(gettext_lazy("Employer code"), EmployerCode(), required=True)
    held_on = Column(gettext_lazy("Held on"), Day(), required=True, attribute="held_on")
    delegates = Column(gettext_lazy("Delegates"), Whole(), required=True, attribute="delegates")
    present = Column(gettext_lazy("Present"), Whole(), required=True, attribute="present")
    reports_n = Column(gettext_lazy("Reports passed"), Whole(), attribute="reports_passed")
    resolutions_n = Column(gettext_lazy("Resolutions"), Whole(), attribute="resolutions")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        rows = CongressMeeting.objects.filter(
            in_period("held_on", filing.quarter), union=filing.union, kind=CongressMeeting.Kind.EMPLOYEES
        )
        return rows.prefetch_related("covered__employer")

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        yield from super().check(rows, filing)
        for row in rows:
            if row["present"] is not None and row["delegates"] is not None and row["present"] > row["delegates"]:
                yield self.finding(row, "present", _("More are present than there are delegates."))


@sheet
class Postings(ModelSheet):
    code = "D9c"
    title = gettext_lazy("Open affairs")
    lead = gettext_lazy("What the employer or the union made public in the quarter.")
    model = OpenAffairsPosting
    in_quarter = ("posted_on",)

    employer_code = Column(gettext_lazy("Employer code"), EmployerCode(), attribute="employer__code")
    kind = Column(gettext_lazy("Kind"), Choice(OpenAffairsPosting.Kind), required=True, attribute="kind")
    topic = Column(gettext_lazy("Topic"), Text(120), required=True, attribute="topic")
    posted_on = Column(gettext_lazy("Posted on"), Day(), required=True, attribute="posted_on")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        rows = OpenAffairsPosting.objects.filter(in_period("posted_on", filing.quarter), union=filing.union)
        return rows.select_related("employer").order_by("pk")


@sheet
class Appraisals(ModelSheet):
    code = "D9d"
    title = gettext_lazy("Appraisals of leaders")
    lead = gettext_lazy("Votes of delegates or members on a leader, by grade.")
    model = Appraisal
    key = ("leader", "held_on")
    in_quarter = ("held_on",)

    held_on = Column(gettext_lazy("Held on"), Day(), required=True, attribute="held_on")
    leader = Column(gettext_lazy("Leader appraised"), Text(30), required=True, attribute="leader")
    excellent = Column(pgettext_lazy("appraisal", "Excellent"), Whole(), required=True, attribute="excellent")
    competent = Column(gettext_lazy("Competent"), Whole(), required=True, attribute="competent")
    basic = Column(gettext_lazy("Basically competent"), Whole(), required=True, attribute="basic")
    incompetent = Column(gettext_lazy("Not competent"), Whole(), required=True, attribute="incompetent")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        return Appraisal.objects.filter(in_period("held_on", filing.quarter), union=filing.union).order_by("pk")


@rule("X-16", Severity.HINT, gettext_lazy("Contracts that run out within ninety days"))
def contracts_ending(filing: Filing) -> Iterable[Finding]:
    """Whether a contract is in force, the register says; the return is told which of them end soon."""
    day = filing.quarter.last_day
    soon = CollectiveContract.objects.in_force_on(day).filter(
        union=filing.union, expires_on__lte=day + timedelta(days=DAYS_AHEAD)
    )
    for contract in soon.order_by("expires_on"):
        message = _("“%(title)s” expires on %(day)s: ask for its renewal.")
        yield Contracts().finding(None, "", message % {"title": contract.title, "day": contract.expires_on})
