"""D2: who joined, moved, left, was retained or came back in the quarter (rules B2a).

The reviewer's acceptance is the decision: a row takes effect on its own day. Somebody who is a member elsewhere is not
taken away from there: he becomes an application with a conflict, which the federation settles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from members.models import OPEN, IdType, Membership, MembershipConflict, MembershipStatus, Person, ServiceCard, Sex
from members.models import WorkerType as Worker
from unions.acting import across_scopes
from unions.crypto import blind_index
from unions.models import Severity, UnionEventKind
from unions.models.base import in_period
from unions.models.organisation import DEPARTURES
from unions.returns.columns import Choice, Column, Day, IdText, Money, Phone, Text, YesNo
from unions.returns.filing import Filing, content_of
from unions.returns.findings import Finding
from unions.returns.model_sheets import EMPLOYER, EmployerCode
from unions.returns.registry import Row, RowsError, Sheet, Tally, sheet
from unions.returns.rules import rule
from unions.validators import id_birth_date, id_is_male, validate_id_number

S = MembershipStatus
JOIN, MOVE_IN, MOVE_OUT, WITHDRAW, RETAIN, RESUME, AMEND, DECEASE = (
    "JOIN",
    "MOVE_IN",
    "MOVE_OUT",
    "WITHDRAW",
    "RETAIN",
    "RESUME",
    "AMEND",
    "DECEASE",
)
OPS = {
    JOIN: pgettext_lazy("roster", "Joined"),
    MOVE_IN: pgettext_lazy("roster", "Moved in"),
    MOVE_OUT: pgettext_lazy("roster", "Moved out"),
    WITHDRAW: pgettext_lazy("roster", "Withdrew"),
    RETAIN: pgettext_lazy("roster", "Retained"),
    RESUME: pgettext_lazy("roster", "Resumed"),
    AMEND: pgettext_lazy("roster", "Details changed"),
    DECEASE: pgettext_lazy("roster", "Deceased"),
}
ENTERING = (JOIN, MOVE_IN)
LEAVING = {MOVE_OUT: S.TRANSFERRED_OUT, WITHDRAW: S.WITHDRAWN, DECEASE: S.DECEASED}
NEEDS_REASON = (MOVE_OUT, WITHDRAW)


@sheet
class Roster(Sheet):
    code = "D2"
    title = gettext_lazy("Changes of the roster")
    lead = gettext_lazy("One row for each member who joined, moved, left, was retained, came back or changed details.")
    key = ("op", "id_no", "change_on")
    in_quarter = ("change_on",)

    op = Column(pgettext_lazy("roster", "Change"), Choice(OPS), required=True)
    name = Column(gettext_lazy("Name"), Text(30), required=True)
    id_type = Column(gettext_lazy("ID document"), Choice(IdType), required=True)
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
        return [said_of(row, op) for row, op in happened(filing)]

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        for row in rows:
            yield from self.identity(row)
            yield from self.days_and_places(row, filing)

    def identity(self, row: Row) -> Iterator[Finding]:
        """A resident ID says birth and sex itself; what is written beside it agrees."""
        number = row["id_no"]
        if row["id_type"] != IdType.RESIDENT or not number:
            return
        try:
            validate_id_number(number)
        except ValidationError as error:
            yield self.finding(row, "id_no", error.messages[0])
            return
        if row["birth"] and id_birth_date(number) != row["birth"]:
            yield self.finding(row, "birth", _("The ID number says another date of birth."))
        if row["gender"] and id_is_male(number) != (row["gender"] == Sex.MALE):
            yield self.finding(row, "gender", _("The ID number says another sex."))

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
        tally, refused = Tally(), []
        with across_scopes():
            self.take_back(rows, filing)
            for row in rows:
                try:
                    tally.count(Change(row, filing).make())
                except ValidationError as error:
                    refused.append(self.finding(row, "op", error.messages[0]))
        if refused:
            raise RowsError(refused)
        return tally

    def take_back(self, rows: Sequence[Row], filing: Filing) -> None:
        """What the version that is being amended said and this one no longer says did not happen."""
        amended = filing.version.amends if filing.version else None
        said = {self.key_of(row.values) for row in rows}
        gone = [row for row in content_of(amended).get(self.code, []) if self.key_of(row.values) not in said]
        refused = []
        for row in reversed(gone):
            try:
                Change(row, filing).unmake()
            except (ValidationError, ProtectedError):
                message = _("%(name)s was on the accepted return; other records depend on it now. Keep the row.")
                refused.append(Finding(self.code, message % {"name": row["name"]}, row.number, "op"))
        if refused:
            raise RowsError(refused)


@dataclass
class Change:
    """One row of the roster being entered."""

    row: Row
    filing: Filing

    @property
    def day(self) -> Any:
        return self.row["change_on"]

    def person(self) -> Person | None:
        found = Person.objects.filter(id_index=blind_index(self.row["id_no"])).first()
        while found is not None and found.merged_into_id:
            found = Person.objects.get(pk=found.merged_into_id)
        if found and self.row["name"] not in (found.name, found.former_name) and self.row["op"] != AMEND:
            raise ValidationError(_("Under this ID number another name is recorded: check both."))
        return found

    def here(self) -> Any:
        return Membership.objects.filter(union=self.filing.union, person__id_index=blind_index(self.row["id_no"]))

    def make(self) -> str:
        """Store what the row says; the count it belongs to. Raises ValidationError where it cannot have happened."""
        op = self.row["op"]
        if op in ENTERING:
            return self.enter()
        if op in LEAVING:
            return self.leave(LEAVING[op])
        return {RETAIN: self.retain, RESUME: self.resume, AMEND: self.amend}[op]()

    def enter(self) -> str:
        if self.row["consent"] is False:
            return "unchanged"
        person = self.person()
        if person and self.here().filter(joined_on=self.day).exists():
            return self.keep_card(person) or "unchanged"
        if person and self.here().filter(status__in=OPEN).exists():
            raise ValidationError(_("This person is a member here already."))
        standing = person and Membership.objects.filter(person=person, status__in=OPEN).first()
        person = person or self.new_person()
        membership = self.new_membership(person, is_open=not standing)
        if standing:
            MembershipConflict.objects.create(
                union=self.filing.union,
                application=membership,
                standing=standing,
                name=person.name,
                masked_id=person.masked_id,
                opened_on=self.day,
                source_return=self.filing.version,
            )
        else:
            Person.objects.filter(pk=person.pk).update(union=self.filing.union)
        self.keep_card(person)
        return "created"

    def new_person(self) -> Person:
        row = self.row
        person = Person(
            union=self.filing.union,
            source_return=self.filing.version,
            name=row["name"],
            sex=row["gender"],
            birth_date=row["birth"],
            id_type=row["id_type"],
            id_number=row["id_no"],
            phone=row["phone"] or "",
            is_migrant=row["worker_type"] == Worker.MIGRANT,
            consented_on=self.day,
        )
        person.full_clean(exclude=["id_index"])
        person.save()
        return person

    def new_membership(self, person: Person, *, is_open: bool) -> Membership:
        row = self.row
        membership = Membership(
            union=self.filing.union,
            person=person,
            employer=self.filing.employers.get(row[EMPLOYER]),
            status=S.ACTIVE if is_open else S.APPLIED,
            worker_type=row["worker_type"],
            applied_on=self.day,
            joined_on=self.day if is_open else None,
            dues_wage=row["dues_base"],
            source_return=self.filing.version,
        )
        membership.full_clean()
        membership.save()
        return membership

    def keep_card(self, person: Person) -> str:
        """The service card, if the row speaks of one; "updated" if that is new."""
        collected, issued = self.row["card_info"], self.row["card_issued"]
        if not collected:
            return ""
        card = ServiceCard.objects.filter(person=person).first()
        if card is not None and (card.info_collected_on, card.issued_on) == (collected, issued):
            return ""
        card = card or ServiceCard(person=person, union=self.filing.union, source_return=self.filing.version)
        card.info_collected_on, card.issued_on = collected, issued
        card.full_clean()
        card.save()
        return "updated"

    def open_membership(self) -> Membership:
        membership = self.here().filter(status__in=OPEN).first()
        if membership is None:
            raise ValidationError(_("Nobody with this ID number is a member here."))
        if membership.joined_on and self.day < membership.joined_on:
            raise ValidationError(
                _("This is before the member joined on %(day)s.") % {"day": f"{membership.joined_on:%Y-%m-%d}"}
            )
        return membership

    def leave(self, status: str) -> str:
        if self.here().filter(status=status, left_on=self.day).exists():
            return "unchanged"
        membership = self.open_membership()
        membership.status, membership.left_on = status, self.day
        membership.reason = (self.row["reason"] or "")[:120]
        membership.full_clean()
        membership.save()
        return "updated"

    def retain(self) -> str:
        if self.here().filter(retained_on=self.day).exists():
            return "unchanged"
        membership = self.open_membership()
        if membership.status == S.RETAINED:
            raise ValidationError(_("This membership is retained already."))
        membership.status, membership.retained_on = S.RETAINED, self.day
        membership.full_clean()
        membership.save()
        return "updated"

    def resume(self) -> str:
        if self.here().filter(joined_on=self.day).exists():
            return "unchanged"
        kept = self.here().filter(status=S.RETAINED).first()
        if kept is None:
            raise ValidationError(_("Only a retained membership is resumed."))
        kept.status, kept.left_on, kept.reason = S.TRANSFERRED_OUT, self.day, _("Membership resumed")
        kept.save()
        self.new_membership(kept.person, is_open=True)
        return "updated"

    def amend(self) -> str:
        """New details of a member: phone, employer, type of employment, wage, and a new name beside the former."""
        membership = self.open_membership()
        row, person = self.row, membership.person
        told = {"phone": row["phone"] or person.phone, "name": row["name"]}
        work = {
            "employer": self.filing.employers.get(row[EMPLOYER]) or membership.employer,
            "worker_type": row["worker_type"] or membership.worker_type,
            "dues_wage": membership.dues_wage if row["dues_base"] is None else row["dues_base"],
        }
        if told["name"] != person.name:
            told["former_name"] = person.name
        changed = [set_all(person, told), set_all(membership, work), bool(self.keep_card(person))]
        return "updated" if any(changed) else "unchanged"

    def unmake(self) -> None:
        """Take back what an earlier version of the return brought. Raises ProtectedError where it is built upon."""
        op, mine = self.row["op"], self.here()
        if op in ENTERING:
            MembershipConflict.objects.filter(application__in=mine.filter(applied_on=self.day)).delete()
            for membership in mine.filter(Q(joined_on=self.day) | Q(status=S.APPLIED, applied_on=self.day)):
                membership.delete()
        elif op in LEAVING:
            for membership in mine.filter(status=LEAVING[op], left_on=self.day):
                membership.status = S.RETAINED if membership.retained_on else S.ACTIVE
                membership.left_on, membership.reason = None, ""
                membership.save()
        elif op == RETAIN:
            mine.filter(status=S.RETAINED, retained_on=self.day).update(status=S.ACTIVE, retained_on=None)
        elif op == RESUME:
            for membership in mine.filter(joined_on=self.day):
                membership.delete()
            mine.filter(retained_on__isnull=False, left_on=self.day).update(status=S.RETAINED, left_on=None, reason="")


def set_all(row: Any, facts: dict[str, Any]) -> bool:
    """Write the facts that differ; whether there were any."""
    if all(getattr(row, name) == value for name, value in facts.items()):
        return False
    for name, value in facts.items():
        setattr(row, name, value)
    row.full_clean(exclude=["id_index"])
    row.save()
    return True


def happened(filing: Filing) -> Iterator[tuple[Membership, str]]:
    """The changes that the portal knows of the quarter: each membership with what happened to it, in time's order."""
    quarter = filing.quarter
    rows = Membership.objects.filter(union=filing.union).select_related("person", "employer")
    begun = in_period("joined_on", quarter)
    for row in rows.filter(begun | in_period("left_on", quarter) | in_period("retained_on", quarter)).order_by("pk"):
        if row.joined_on and row.joined_on in quarter:
            yield row, entered_as(row)
        if row.retained_on and row.retained_on in quarter and row.retained_on != row.joined_on:
            yield row, RETAIN
        left_as = {status: op for op, status in LEAVING.items()} | {S.AUTO_WITHDRAWN: WITHDRAW, S.EXPELLED: WITHDRAW}
        if row.left_on and row.left_on in quarter and not was_resumed(row):
            yield row, left_as[S(row.status)]


def entered_as(row: Membership) -> str:
    """Joined, resumed after being retained here, or moved in from another union."""
    before = Membership.objects.filter(person=row.person, left_on=row.joined_on, status=S.TRANSFERRED_OUT)
    if before.filter(union=row.union, retained_on__isnull=False).exists():
        return RESUME
    return MOVE_IN if before.exists() else JOIN


def was_resumed(row: Membership) -> bool:
    return (
        bool(row.retained_on)
        and Membership.objects.filter(person=row.person, union=row.union, joined_on=row.left_on).exists()
    )


def said_of(row: Membership, op: str) -> dict[str, Any]:
    """What a row of this sheet says of a membership."""
    person = row.person
    days = {RETAIN: row.retained_on, **dict.fromkeys((JOIN, MOVE_IN, RESUME), row.joined_on)}
    card = ServiceCard.objects.filter(person=person).first() if op in ENTERING else None
    return {
        "op": op,
        "name": person.name,
        "id_type": person.id_type,
        "id_no": person.id_number,
        "gender": person.sex,
        "birth": person.birth_date,
        "employer_code": row.employer.code if row.employer else None,
        "worker_type": row.worker_type,
        "change_on": days.get(op, row.left_on),
        "dues_base": row.dues_wage,
        "reason": row.reason or (OPS[op] if op in NEEDS_REASON else None),
        "phone": person.phone or None,
        "card_info": card.info_collected_on if card else None,
        "card_issued": card.issued_on if card else None,
        "consent": True,
    }


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
    known = {(op, row.person.id_number) for row, op in happened(filing)} if filing.rows("D2") else set()
    moved = [row for row in filing.rows("D2") if row["gender"] == Sex.FEMALE and (row["op"], row["id_no"]) not in known]
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
    entering = {blind_index(row["id_no"]): row for row in filing.rows("D2") if row["op"] in ENTERING and row["id_no"]}
    with across_scopes():
        held = Membership.objects.filter(person__id_index__in=entering, status__in=OPEN).exclude(union=filing.union)
        taken = list(held.values_list("person__id_index", flat=True))
    for index in taken:
        message = _("This person is a member of another union: the federation settles it after acceptance.")
        yield Roster().finding(entering[index], "id_no", message)


@rule("X-23", Severity.ERROR, gettext_lazy("No card is issued before its data are collected"))
def cards_in_order(filing: Filing) -> Iterable[Finding]:
    for row in filing.rows("D2"):
        if row["card_issued"] and (not row["card_info"] or row["card_info"] > row["card_issued"]):
            yield Roster().finding(row, "card_issued", _("Issued before, or without, the day its data were collected."))
