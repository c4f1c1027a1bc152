"""D6b and D6c: visits received and the disputes that the union's own mediation handled (rules B11).

The status of a case follows from what the row says, by the rules of disputes.workflow; a case that has gone further
since never goes back. Cases of the community's and the sub-district's centres are theirs to record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from disputes.models import (
    Case,
    CaseKind,
    CaseSource,
    CaseStatus,
    MediationAgreement,
    MediationBody,
    Outcome,
    RiskAlert,
    Visit,
)
from disputes.models.cases import DAYS_ENTRUSTED, DAYS_TO_MEDIATE
from disputes.querysets import COLLECTIVE_FROM
from unions.models import Severity
from unions.models.base import in_period
from unions.returns.columns import Choice, Column, Day, Money, Text, Whole, YesNo
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.model_sheets import EMPLOYER, EmployerCode, ModelSheet
from unions.returns.registry import Row, RowsError, Tally, sheet
from unions.returns.rules import rule

S, Confirmation = CaseStatus, MediationAgreement.Confirmation
MEDIATED = (Outcome.SETTLED, Outcome.WITHDRAWN_SETTLED, Outcome.FAILED)
# How far a case has come; after an agreement it is reviewed, then performed or not.
OPEN_WAY = (S.REGISTERED, S.SCREENED, S.ACCEPTED, S.MEDIATING)
AFTER_AGREEMENT = (S.SETTLED, S.REVIEW, S.NOT_PERFORMED, S.PERFORMED)


@sheet
class Visits(ModelSheet):
    code = "D6b"
    title = gettext_lazy("Workers' visits")
    lead = gettext_lazy("Visits, letters and calls received in the quarter, whatever became of them. No names.")
    model = Visit
    in_quarter = ("visited_on",)

    employer_code = Column(gettext_lazy("Employer code"), EmployerCode(), attribute="employer__code")
    visited_on = Column(pgettext_lazy("visit received", "Visited on"), Day(), required=True, attribute="visited_on")
    channel = Column(pgettext_lazy("visit", "Channel"), Choice(Visit.Channel), required=True, attribute="channel")
    persons = Column(gettext_lazy("Persons who came"), Whole(least=1), required=True, attribute="persons")
    topic = Column(gettext_lazy("Matter"), Text(200), required=True, attribute="topic")
    handling = Column(gettext_lazy("Handling"), Text(300), attribute="handling")
    case_no = Column(gettext_lazy("Case number, if it became one"), Text(30), attribute="case__case_no")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        """A petition against the employer is hidden from who fills in the return."""
        rows = Visit.objects.filter(in_period("visited_on", filing.quarter), union=filing.union)
        return rows.filter(hidden_from_employer=False).select_related("employer", "case").order_by("pk")

    def key_of(self, values: dict[str, Any]) -> tuple[Any, ...]:
        """Two visits of one day may be about the same matter; then their place tells them apart."""
        return tuple(values.get(name) for name in (EMPLOYER, "visited_on", "channel", "topic"))

    def facts(self, row: Row, filing: Filing) -> dict[str, Any]:
        case = Case.objects.filter(union=filing.union, case_no=row["case_no"] or "").first()
        return super().facts(row, filing) | {"case": case}

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterator[Finding]:
        yield from super().check(rows, filing)
        wanted = {row["case_no"] for row in rows if row["case_no"]}
        known = set(Case.objects.filter(union=filing.union, case_no__in=wanted).values_list("case_no", flat=True))
        known |= {row["case_no"] for row in filing.rows("D6c")}
        for row in rows:
            if row["case_no"] and row["case_no"] not in known:
                yield self.finding(row, "case_no", _("No case of this number: list it in D6c."))


@sheet
class Cases(ModelSheet):
    code = "D6c"
    title = gettext_lazy("Dispute cases")
    lead = gettext_lazy("Every case that was open or closed in the quarter, with how it went by the quarter's end.")
    model = Case
    key = ("case_no",)
    later = ("accepted_on", "closed_on", "performed_on")

    case_no = Column(gettext_lazy("Case number"), Text(30), required=True, attribute="case_no")
    employer_code = Column(gettext_lazy("Employer code"), EmployerCode(), attribute="employer__code")
    received_on = Column(gettext_lazy("Received on"), Day(), required=True, attribute="received_on")
    source = Column(pgettext_lazy("case", "Source"), Choice(CaseSource), required=True, attribute="source")
    kind = Column(gettext_lazy("Kind of dispute"), Choice(CaseKind), required=True, attribute="kind")
    workers = Column(gettext_lazy("Workers concerned"), Whole(least=1), required=True, attribute="workers")
    claim_amount = Column(gettext_lazy("Amount claimed (yuan)"), Money(), attribute="claim_amount")
    body = Column(gettext_lazy("Mediation body"), Text(80), attribute="body__name")
    willing = Column(gettext_lazy("Both sides willing"), YesNo(), attribute="is_willing")
    accepted_on = Column(pgettext_lazy("case", "Accepted on"), Day(), attribute="accepted_on")
    due_on = Column(
        gettext_lazy("Due on"), Day(), attribute="due_on", hint=gettext_lazy("Empty: 15 days, if entrusted 20.")
    )
    closed_on = Column(pgettext_lazy("case", "Closed on"), Day(), attribute="closed_on")
    outcome = Column(gettext_lazy("Outcome"), Choice(Outcome), attribute="outcome")
    agreement_no = Column(gettext_lazy("Agreement number"), Text(40), hint=gettext_lazy("For a case settled."))
    agreed_amount = Column(gettext_lazy("Amount agreed (yuan)"), Money())
    recovered_amount = Column(gettext_lazy("Amount recovered (yuan)"), Money(), attribute="recovered_amount")
    confirm = Column(gettext_lazy("Confirmed by"), Choice(Confirmation))
    performed = Column(gettext_lazy("Performed"), YesNo(), hint=gettext_lazy("Empty: not known yet."))
    performed_on = Column(gettext_lazy("Performed on"), Day())

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        """The union's cases open in the quarter, closed or performed in it; none that is hidden from the employer."""
        quarter = filing.quarter
        open_then = Q(closed_on__isnull=True) | Q(closed_on__gte=quarter.start)
        performed = MediationAgreement.objects.filter(in_period("performed_on", quarter), union=filing.union)
        rows = Case.objects.labour().filter(open_then | Q(pk__in=performed.values("case")), union=filing.union)
        rows = rows.filter(received_on__lt=quarter.end, hidden_from_employer=False).select_related(
            "employer", "body", "source_return"
        )
        return rows.prefetch_related("agreements").order_by("pk")

    def prefill(self, filing: Filing) -> Iterable[dict[str, Any]]:
        """The cases still open when the quarter began."""
        return [values for values in self.standing(filing) if values["received_on"] < filing.quarter.start]

    def values_of(self, instance: Any) -> dict[str, Any]:
        agreement = agreement_of(instance)
        return super().values_of(instance) | {
            "agreement_no": agreement.number if agreement else None,
            "agreed_amount": agreement.agreed_amount if agreement else None,
            "confirm": agreement.confirmation if agreement else None,
            "performed": {S.PERFORMED: True, S.NOT_PERFORMED: False}.get(instance.status),
            "performed_on": agreement.performed_on if agreement else None,
        }

    def known_then(self, values: dict[str, Any], filing: Filing) -> dict[str, Any]:
        """A case closed since was open then, without outcome and agreement; one performed since was not yet."""
        known = super().known_then(values, filing)
        gone: tuple[str, ...] = ()
        if known["accepted_on"] is None:
            gone += ("due_on",)
        if known["closed_on"] is None:
            gone += ("outcome", "agreement_no", "agreed_amount", "recovered_amount", "confirm", "performed")
        if known["performed_on"] is None and values["performed_on"]:
            gone += ("performed",)
        return known | dict.fromkeys(gone)

    def facts(self, row: Row, filing: Filing) -> dict[str, Any]:
        asked_on = None if row["willing"] is None else row["accepted_on"] or row["closed_on"] or row["received_on"]
        return super().facts(row, filing) | {
            "body": body_named(row, filing),
            "due_on": row["due_on"] or due_by(row),
            "willingness_checked_on": asked_on,
            "status": status_of(row),
        }

    def came_later(self, instance: Any, attribute: str, value: Any, filing: Filing) -> bool:
        """What has happened since the quarter stays: dates, outcome, and how far the case has come."""
        is_closed_since = instance.closed_on is not None and instance.closed_on >= filing.quarter.end
        match attribute:
            case "willingness_checked_on":
                return bool(instance.willingness_checked_on) and value is not None
            case "outcome" | "recovered_amount":
                return is_closed_since and not value
            case "due_on":
                return value is None and instance.accepted_on is not None
            case "status":
                return is_closed_since or is_further(instance.status, value)
        return super().came_later(instance, attribute, value, filing)

    def put(self, instance: Any, row: Row, filing: Filing) -> str:
        if instance is None and Case.objects.filter(case_no=row["case_no"]).exists():
            raise ValidationError({"case_no": _("Another case has this number already.")})
        outcome = super().put(instance, row, filing)
        case = instance or Case.objects.get(case_no=row["case_no"])
        changed = keep_agreement(case, row, filing)
        return "updated" if outcome == "unchanged" and changed else outcome

    def apply(self, rows: Sequence[Row], filing: Filing) -> Tally:
        """Enter the cases; a visit of this return that became one of them is tied to it now."""
        tally = super().apply(rows, filing)
        if any(row["case_no"] for row in filing.rows("D6b")):
            Visits().apply(filing.rows("D6b"), filing)
        return tally

    def take_away(self, instances: Iterable[Any], filing: Filing) -> None:
        refused = []
        for case in instances:
            source = case.source_return
            if source is None or source.obligation_id != filing.obligation.pk:
                continue
            try:
                for agreement in case.agreements.filter(source_return__obligation=filing.obligation):
                    agreement.delete()
                case.delete()
            except ProtectedError:
                message = _("Case %(number)s has records of its own in the portal: it cannot be left out.")
                refused.append(self.finding(None, "", message % {"number": case.case_no}))
        if refused:
            raise RowsError(refused)

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterator[Finding]:
        yield from super().check(rows, filing)
        bodies = {row["body_name"] for row in filing.rows("D6a")}
        for row in rows:
            yield from self.days(row, filing)
            yield from self.by_the_law(row)
            yield from self.agreement(row)
            yield from self.alerted(row, filing)
            if row["body"] and row["body"] not in bodies and body_named(row, filing) is None:
                yield self.finding(row, "body", _("No mediation body of this name: enter it in D6a."))
        workers = [row["workers"] or 0 for row in rows]
        if sum(workers) < len(rows):
            message = _("Fewer workers than cases: every case concerns one at least. Say why.")
            yield self.finding(rows[0], "workers", message).ruled("X-12", Severity.WARNING)

    def days(self, row: Row, filing: Filing) -> Iterator[Finding]:
        received, accepted, closed = row["received_on"], row["accepted_on"], row["closed_on"]
        if received and received >= filing.quarter.end:
            yield self.finding(row, "received_on", _("After the quarter's end: report it next quarter."))
        if closed and closed < filing.quarter.start and not row["performed_on"]:
            yield self.finding(row, "closed_on", _("Closed before this quarter: leave it out."))
        if received and accepted and accepted < received:
            yield self.finding(row, "accepted_on", _("Accepted before it was received."))
        if received and closed and closed < (accepted or received):
            yield self.finding(row, "closed_on", _("Closed before it was received and accepted."))
        if bool(closed) != bool(row["outcome"]):
            column = "outcome" if closed else "closed_on"
            yield self.finding(row, column, _("A closed case has its outcome and its day, an open one neither."))
        if row["due_on"] and not accepted:
            yield self.finding(row, "due_on", _("Only an accepted case has a day by which it is due."))
        elif row["due_on"] and received and row["due_on"] != due_by(row):
            message = _("Due on %(day)s by law: 15 days from receipt, 20 if entrusted. Say why it differs.")
            found = self.finding(row, "due_on", message % {"day": due_by(row)})
            yield found.ruled("B11", Severity.WARNING)

    def by_the_law(self, row: Row) -> Iterator[Finding]:
        """What disputes.workflow asks before it moves a case."""
        outcome, willing = row["outcome"], row["willing"]
        if outcome in MEDIATED and not row["accepted_on"]:
            yield self.finding(row, "accepted_on", _("A case is accepted before it is mediated."))
        if outcome == Outcome.REFUSED and willing is not False:
            yield self.finding(row, "willing", _("Mediation is refused where a side is not willing: write 否."))
        elif row["accepted_on"] and willing is not True and outcome not in (Outcome.REFUSED, Outcome.RETURNED):
            yield self.finding(row, "willing", _("A case is accepted once both sides are willing: write 是."))
        if outcome == Outcome.RETURNED and row["source"] != CaseSource.ENTRUSTED:
            yield self.finding(row, "outcome", _("Only an entrusted case is returned; transfer this one."))

    def agreement(self, row: Row) -> Iterator[Finding]:
        told = [name for name in ("agreed_amount", "performed", "performed_on") if row[name] is not None]
        if told and not row["agreement_no"]:
            yield self.finding(row, told[0], _("This is about an agreement: give its number."))
        if row["performed"] and not row["performed_on"]:
            yield self.finding(row, "performed_on", _("Performed: give the day."))
        if row["performed_on"] and not row["performed"]:
            yield self.finding(row, "performed", _("With a day of performance write 是."))
        if row["performed_on"] and row["closed_on"] and row["performed_on"] < row["closed_on"]:
            yield self.finding(row, "performed_on", _("An agreement is signed before it is performed."))

    def alerted(self, row: Row, filing: Filing) -> Iterator[Finding]:
        """Ten workers and more are a collective dispute, reported the same day."""
        day = row["received_on"]
        if (row["workers"] or 0) < COLLECTIVE_FROM or day is None or day not in filing.quarter:
            return
        listed = any(one["reported_on"] == day for one in filing.rows("D6d"))
        if not listed and not RiskAlert.objects.filter(union=filing.union, reported_on=day).exists():
            message = _("A collective dispute of ten workers and more is reported the same day in D6d. Say why not.")
            yield self.finding(row, "workers", message).ruled("B11", Severity.WARNING)


def due_by(row: Row) -> date | None:
    """The last day to mediate by law, for an accepted case."""
    if not row["accepted_on"] or not row["received_on"]:
        return None
    days = DAYS_ENTRUSTED if row["source"] == CaseSource.ENTRUSTED else DAYS_TO_MEDIATE
    received: date = row["received_on"]
    return received + timedelta(days=days)


def status_of(row: Row) -> str:
    """The state of disputes.workflow that a row describes."""
    if row["outcome"] == Outcome.SETTLED:
        if row["performed"] is not None:
            return S.PERFORMED if row["performed"] else S.NOT_PERFORMED
        return S.REVIEW if row["confirm"] not in (None, Confirmation.NONE) else S.SETTLED
    if row["outcome"]:
        return S(row["outcome"])
    if row["accepted_on"]:
        return S.MEDIATING
    return S.REGISTERED if row["willing"] is None else S.SCREENED


def is_further(status: str, said: str) -> bool:
    """Whether a case has gone further on the same way than a row says; performance told is not told away by silence."""
    if status == S.ARCHIVED:
        return True
    for way in (OPEN_WAY, AFTER_AGREEMENT):
        if status in way and said in way:
            is_told = said in (S.PERFORMED, S.NOT_PERFORMED)
            return way.index(S(status)) > way.index(S(said)) and not is_told
    return False


def body_named(row: Row, filing: Filing) -> MediationBody | None:
    """The union's own body of this name, or the centre that the case is known to be at."""
    if not row["body"]:
        return None
    known = Q(union=filing.union) | Q(cases__union=filing.union, cases__case_no=row["case_no"])
    return MediationBody.objects.filter(known, name=row["body"]).order_by("-set_up_on").first()


def agreement_of(case: Case) -> MediationAgreement | None:
    """The agreement a row speaks of: the last one signed."""
    return next(iter(case.agreements.all()), None)


def keep_agreement(case: Case, row: Row, filing: Filing) -> bool:
    """Store the agreement of a case as its row says; whether anything changed."""
    known = case.agreements.first()
    if not row["agreement_no"]:
        is_ours = known and known.source_return and known.source_return.obligation_id == filing.obligation.pk
        if known and is_ours and case.outcome != Outcome.SETTLED:
            known.delete()
            return True
        return False
    facts = {
        "number": row["agreement_no"],
        "agreed_amount": row["agreed_amount"],
        "confirmation": row["confirm"] or Confirmation.NONE,
        "performed_on": row["performed_on"],
    }
    if known and known.performed_on and known.performed_on >= filing.quarter.end and row["performed_on"] is None:
        del facts["performed_on"]
    if known and all(getattr(known, name) == value for name, value in facts.items()):
        return False
    agreement = known or MediationAgreement(
        union=filing.union, case=case, signed_on=row["closed_on"], source_return=filing.version
    )
    for name, value in facts.items():
        setattr(agreement, name, value)
    agreement.full_clean()
    agreement.save()
    return True


@rule("X-11", Severity.ERROR, gettext_lazy("Every case settled has its agreement"))
def settled_by_agreement(filing: Filing) -> Iterator[Finding]:
    page, seen = Cases(), Counter(row["agreement_no"] for row in filing.rows("D6c") if row["agreement_no"])
    for row in filing.rows("D6c"):
        if row["outcome"] == Outcome.SETTLED and not row["agreement_no"]:
            yield page.finding(row, "agreement_no", _("A settled case has an agreement: give its number."))
        elif row["agreement_no"] and row["outcome"] != Outcome.SETTLED:
            yield page.finding(row, "outcome", _("There is an agreement, so the case is settled; or clear its number."))
        elif row["agreement_no"] and seen[row["agreement_no"]] > 1:
            yield page.finding(row, "agreement_no", _("Two cases have this agreement: each has its own."))


@rule("X-12", Severity.ERROR, gettext_lazy("The kinds of dispute add up to the cases"))
def kinds_add_up(filing: Filing) -> Iterator[Finding]:
    rows = filing.rows("D6c")
    kinds = Counter(row["kind"] for row in rows if row["kind"])
    if sum(kinds.values()) != len(rows):
        first = next(row for row in rows if not row["kind"])
        message = _("%(kinds)d cases have a kind, but there are %(cases)d: every case has one.")
        yield Cases().finding(first, "kind", message % {"kinds": sum(kinds.values()), "cases": len(rows)})
