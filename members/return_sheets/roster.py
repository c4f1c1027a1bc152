"""D2: who joined, moved, left, was retained or came back in the quarter (rules B2a).

The reviewer's acceptance is the decision: a row takes effect on its own day. What sets can decide is entered as sets
(``roster_bulk``), the rest row by row (``roster_changes``), with the same result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from members.columns import IdDocument, PersonName
from members.models import OPEN, Membership, Sex
from members.models import WorkerType as Worker
from members.return_sheets import roster_standing
from members.return_sheets.roster_bulk import Bulk
from members.return_sheets.roster_changes import Change, identity_troubles
from members.return_sheets.roster_known import Known, elsewhere_open, index_of
from members.return_sheets.roster_ops import ENTERING, LEAVING, NEEDS_REASON, OPS, RESUME, RETAIN
from members.staging import in_sets
from unions.acting import across_scopes
from unions.models import Severity, UnionEventKind
from unions.models.organisation import DEPARTURES
from unions.returns.columns import Choice, Column, Day, IdText, Money, Phone, Text, YesNo
from unions.returns.filing import Filing, content_of
from unions.returns.findings import Finding
from unions.returns.model_sheets import EMPLOYER, EmployerCode
from unions.returns.registry import Row, RowsError, Sheet, Tally, sheet
from unions.returns.rules import rule


@sheet
class Roster(Sheet):
    code = "D2"
    title = gettext_lazy("Changes of the roster")
    lead = gettext_lazy("One row for each member who joined, moved, left, was retained, came back or changed details.")
    key = ("op", "id_no", "change_on")
    in_quarter = ("change_on",)

    op = Column(pgettext_lazy("roster", "Change"), Choice(OPS), required=True)
    name = Column(gettext_lazy("Name"), PersonName(30), required=True)
    id_type = Column(gettext_lazy("ID document"), IdDocument(), required=True)
    id_no = Column(gettext_lazy("Number of the document"), IdText(), required=True)
    gender = Column(gettext_lazy("Sex"), Choice(Sex), required=True)
    birth = Column(gettext_lazy("Date of birth"), Day(), required=True)
    employer_code = Column(gettext_lazy("Employer code"), EmployerCode())
    worker_type = Column(gettext_lazy("Type of employment"), Choice(Worker), required=True)
    hire_on = Column(gettext_lazy("Hired on"), Day())
    change_on = Column(gettext_lazy("Day of the change"), Day(), required=True)
    dues_base = Column(gettext_lazy("Wage for dues (yuan a month)"), Money())
    reason = Column(gettext_lazy("Reason"), Text(120), hint=gettext_lazy("For moving out and withdrawing."))
    to_union = Column(gettext_lazy("To union"), Text(80))
    phone = Column(gettext_lazy("Mobile"), Phone())
    card_info = Column(gettext_lazy("Card data collected on"), Day())
    card_issued = Column(gettext_lazy("Card issued on"), Day())
    consent = Column(gettext_lazy("Consents to keeping the data"), YesNo(), required=True)

    def standing(self, filing: Filing) -> Iterable[dict[str, Any]]:
        return roster_standing.standing(filing)

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        for row in rows:
            for column, message in identity_troubles(row):
                yield self.finding(row, column, message)
            yield from self.days_and_places(row, filing)

    def days_and_places(self, row: Row, filing: Filing) -> Iterator[Finding]:
        if row[EMPLOYER] and row[EMPLOYER] not in filing.employers:
            yield self.finding(row, EMPLOYER, _("The union covers no employer with this code."))
        if row["op"] in ENTERING and not row[EMPLOYER]:
            yield self.finding(row, EMPLOYER, _("Who joins has an employer: give its code."))
        if row["hire_on"] and row["change_on"] and row["hire_on"] > row["change_on"]:
            yield self.finding(row, "hire_on", _("Hired after the day of the change."))
        if row["op"] in NEEDS_REASON and not row["reason"]:
            yield self.finding(row, "reason", _("Say why."))
        if row["consent"] is False and row["op"] in ENTERING:
            message = _("Without consent the portal keeps no record of this person. Say why there is none.")
            yield self.finding(row, "consent", message).ruled("consent", Severity.WARNING)

    def apply(self, rows: Sequence[Row], filing: Filing) -> Tally:
        amended = filing.version.amends if filing.version else None
        before = {self.key_of(row.values): row for row in content_of(amended).get(self.code, [])}
        with across_scopes():
            self.take_back(rows, filing, before)
            bulk = Bulk(filing, [before.get(self.key_of(row.values)) for row in rows] if before else ())
            left = bulk.enter(rows)
            refused = [finding for some in in_sets(left) for finding in self.one_by_one(some, filing, bulk.tally)]
        if refused:
            raise RowsError(refused)
        return bulk.tally

    def one_by_one(self, changes: Sequence[tuple[Row, Row | None]], filing: Filing, tally: Tally) -> Iterator[Finding]:
        """Enter rows one after the other, counting them; what is refused."""
        known = Known(filing.union)
        known.load(index_of(row["id_no"]) for row, _before in changes)
        for row, before in changes:
            try:
                tally.count(Change(row, filing, known, before).make())
            except ValidationError as error:
                yield self.finding(row, "op", error.messages[0])

    def take_back(self, rows: Sequence[Row], filing: Filing, before: dict[Any, Row]) -> None:
        """What the version that is being amended said and this one no longer says did not happen."""
        said = {self.key_of(row.values) for row in rows} if before else set()
        gone = [row for key, row in before.items() if key not in said]
        known, refused = Known(filing.union), []
        known.load(index_of(row["id_no"]) for row in gone)
        for row in reversed(gone):
            try:
                Change(row, filing, known).unmake()
            except (ValidationError, ProtectedError):
                message = _("%(name)s was on the accepted return; other records depend on it now. Keep the row.")
                refused.append(Finding(self.code, message % {"name": row["name"]}, row.number, "op"))
        if refused:
            raise RowsError(refused)


@rule("X-02", Severity.WARNING, gettext_lazy("Women members agree with the roster"))
def women_agree(filing: Filing) -> Iterable[Finding]:
    """Women on the named roster at the quarter's end, the changes of this return counted in."""
    profile = filing.one("D1a")
    if profile is None or profile["female_members_end"] is None:
        return
    day = filing.quarter.last_day
    held = Membership.objects.filter(union=filing.union, person__sex=Sex.FEMALE, joined_on__lte=day)
    named = held.filter(Q(left_on__isnull=True) | Q(left_on__gt=day))
    named = named.filter(Q(retained_on__isnull=True) | Q(retained_on__gt=day))
    moved = [row for row in filing.rows("D2") if row["gender"] == Sex.FEMALE]
    if moved:
        happened = roster_standing.happened(filing, "person__id_index")
        known = {(op, row.person__id_index) for row, op in happened}
        moved = [row for row in moved if (row["op"], index_of(row["id_no"])) not in known]
    more = sum(row["op"] in (*ENTERING, RESUME) for row in moved) - sum(
        row["op"] in (*LEAVING, RETAIN) for row in moved
    )
    if (expected := named.count() + more) != profile["female_members_end"]:
        message = _("The named roster has %(number)d women members. Say why the figures differ.")
        yield Finding("D1a", message % {"number": expected}, profile.number, "female_members_end")


@rule("X-03", Severity.ERROR, gettext_lazy("Who dissolves or moves away settles all members first"))
def members_settled(filing: Filing) -> Iterable[Finding]:
    gone = [row for row in filing.rows("D1b") if row["event"] in DEPARTURES]
    if not gone or gone[0]["event"] == UnionEventKind.TRANSFERRED_OUT:
        return
    left = sum(row["op"] in LEAVING for row in filing.rows("D2"))
    open_now = Membership.objects.filter(union=filing.union, status__in=OPEN).count()
    if open_now > left:
        message = _("%(number)d members are not yet moved or retained elsewhere: list each in D2.")
        yield Finding("D1b", message % {"number": open_now - left}, gone[0].number, "event")


@rule("X-22", Severity.HINT, gettext_lazy("One person, one open membership"))
def one_membership(filing: Filing) -> Iterable[Finding]:
    """Who joins here and is a member elsewhere goes to the conflict list; the other union is not named."""
    entering = {index_of(row["id_no"]): row for row in filing.rows("D2") if row["op"] in ENTERING and row["id_no"]}
    with across_scopes():
        taken = elsewhere_open(entering, filing.union)
    for index in taken:
        message = _("This person is a member of another union: the federation settles it after acceptance.")
        yield Roster().finding(entering[index], "id_no", message)


@rule("X-23", Severity.ERROR, gettext_lazy("No card is issued before its data are collected"))
def cards_in_order(filing: Filing) -> Iterable[Finding]:
    for row in filing.rows("D2"):
        if row["card_issued"] and (not row["card_info"] or row["card_info"] > row["card_issued"]):
            yield Roster().finding(row, "card_issued", _("Issued before, or without, the day its data were collected."))
