"""One row of the roster being entered, or taken back by an amendment. Each takes effect on its own day.

Somebody who is a member elsewhere is not taken away from there: he becomes an application with a conflict, which the
federation settles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from members.models import IdType, Membership, MembershipConflict, Person, ServiceCard, Sex, WorkerType
from members.return_sheets.roster_known import Known, Standing, index_of
from members.return_sheets.roster_ops import AMEND, ENTERING, LEAVING, RESUME, RETAIN, S
from members.services import admit_waiting
from unions.returns.filing import Filing
from unions.returns.model_sheets import EMPLOYER
from unions.returns.registry import Row
from unions.validators import id_birth_date, id_is_male, validate_id_number

# What an amendment may say otherwise of a change that was entered already.
RESTATED = ("phone", EMPLOYER, "worker_type", "dues_base")


@dataclass
class Change:
    """A row, what the portal knows, and ``before``: the same row in the version that is being amended."""

    row: Row
    filing: Filing
    known: Known
    before: Row | None = None

    @property
    def day(self) -> date:
        day: date = self.row["change_on"]
        return day

    @cached_property
    def index(self) -> str:
        return index_of(self.row["id_no"])

    def person(self) -> Person | None:
        found = self.known.person(self.index)
        if found and self.row["name"] not in (found.name, found.former_name) and self.row["op"] != AMEND:
            raise ValidationError(_("Under this ID number another name is recorded: check both."))
        return found

    def standing(self) -> Standing:
        person = self.known.person(self.index)
        return self.known.standing(person) if person else Standing()

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
        had = self.standing()
        for membership in had.here:
            if self.day in (membership.joined_on, membership.applied_on) and membership.status != S.REFUSED:
                return self.restate(membership)
        if had.open_here:
            raise ValidationError(_("This person is a member here already."))
        person = person or self.new_person()
        membership = self.new_membership(person, is_open=not had.elsewhere)
        if had.elsewhere:
            self.open_conflict(membership, had.elsewhere)
        elif person.union_id != self.filing.union.pk:
            Person.objects.filter(pk=person.pk).update(union=self.filing.union)
            person.union = self.filing.union
        self.keep_card(person)
        return "created"

    def open_conflict(self, application: Membership, standing: Membership) -> None:
        MembershipConflict.objects.create(
            union=self.filing.union,
            application=application,
            standing=standing,
            name=application.person.name,
            masked_id=application.person.masked_id,
            opened_on=self.day,
            source_return=self.filing.version,
        )

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
            is_migrant=row["worker_type"] == WorkerType.MIGRANT,
            consented_on=self.day,
        )
        person.full_clean(exclude=["id_index"])
        person.save()
        self.known.people[self.index] = person
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
        self.known.standing(person).here.append(membership)
        return membership

    def keep_card(self, person: Person) -> bool:
        """Store the service card, if the row speaks of one; whether that is new."""
        collected, issued = self.row["card_info"], self.row["card_issued"]
        if not collected:
            return False
        had = self.known.standing(person)
        if had.card is not None:
            return set_all(had.card, {"info_collected_on": collected, "issued_on": issued})
        card = ServiceCard(
            person=person,
            union=self.filing.union,
            source_return=self.filing.version,
            info_collected_on=collected,
            issued_on=issued,
        )
        card.full_clean()
        card.save()
        had.card = card
        return True

    def restated(self) -> set[str]:
        """What this version says otherwise than the one it amends; the rest may have changed since by other means."""
        return {name for name in RESTATED if self.before and self.before[name] != self.row[name]}

    def restate(self, membership: Membership) -> str:
        """The change is entered already: what the amendment says otherwise of it."""
        row, said = self.row, self.restated()
        told: dict[str, Any] = {"phone": row["phone"] or ""} if "phone" in said else {}
        work: dict[str, Any] = {}
        if EMPLOYER in said:
            work["employer"] = self.filing.employers.get(row[EMPLOYER])
        if "worker_type" in said:
            work["worker_type"], told["is_migrant"] = row["worker_type"], row["worker_type"] == WorkerType.MIGRANT
        if "dues_base" in said:
            work["dues_wage"] = row["dues_base"]
        person = membership.person
        return outcome(set_all(person, told), set_all(membership, work), self.keep_card(person))

    def open_membership(self) -> Membership:
        membership = self.standing().open_here
        if membership is None:
            raise ValidationError(_("Nobody with this ID number is a member here."))
        if membership.joined_on and self.day < membership.joined_on:
            raise ValidationError(
                _("This is before the member joined on %(day)s.") % {"day": f"{membership.joined_on:%Y-%m-%d}"}
            )
        return membership

    def leave(self, status: str) -> str:
        reason = (self.row["reason"] or "")[:120]
        for membership in self.standing().here:
            if (membership.status, membership.left_on) == (status, self.day):
                is_restated = self.before is not None and self.before["reason"] != self.row["reason"]
                return outcome(is_restated and set_all(membership, {"reason": reason}))
        membership = self.open_membership()
        set_all(membership, {"status": status, "left_on": self.day, "reason": reason})
        admit_waiting(membership)
        return "updated"

    def retain(self) -> str:
        if any(membership.retained_on == self.day for membership in self.standing().here):
            return "unchanged"
        membership = self.open_membership()
        if membership.status == S.RETAINED:
            raise ValidationError(_("This membership is retained already."))
        set_all(membership, {"status": S.RETAINED, "retained_on": self.day})
        return "updated"

    def resume(self) -> str:
        here = self.standing().here
        for membership in here:
            if membership.joined_on == self.day:
                return self.restate(membership)
        kept = next((membership for membership in here if membership.status == S.RETAINED), None)
        if kept is None:
            raise ValidationError(_("Only a retained membership is resumed."))
        kept.status, kept.left_on, kept.reason = S.TRANSFERRED_OUT, self.day, _("Membership resumed")
        kept.save()
        self.new_membership(kept.person, is_open=True)
        self.keep_card(kept.person)
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
        return outcome(set_all(person, told), set_all(membership, work), self.keep_card(person))

    def unmake(self) -> None:
        """Take back what an earlier version of the return brought. Raises ProtectedError where it is built upon."""
        op, here = self.row["op"], self.standing().here
        if op in ENTERING:
            self.unmake_entering(here)
        elif op in LEAVING:
            for membership in here:
                if (membership.status, membership.left_on) == (LEAVING[op], self.day):
                    membership.status = S.RETAINED if membership.retained_on else S.ACTIVE
                    membership.left_on, membership.reason = None, ""
                    membership.save()
        elif op == RETAIN:
            for membership in here:
                if (membership.status, membership.retained_on) == (S.RETAINED, self.day):
                    membership.status, membership.retained_on = S.ACTIVE, None
                    membership.save()
        elif op == RESUME:
            self.unmake_resuming(here)

    def unmake_entering(self, here: list[Membership]) -> None:
        applied = [membership for membership in here if membership.applied_on == self.day]
        MembershipConflict.objects.filter(application__in=applied).delete()
        for membership in list(here):
            if membership.joined_on == self.day or membership in applied and membership.status == S.APPLIED:
                membership.delete()
                here.remove(membership)

    def unmake_resuming(self, here: list[Membership]) -> None:
        for membership in list(here):
            if membership.joined_on == self.day:
                membership.delete()
                here.remove(membership)
        for membership in here:
            if membership.retained_on and membership.left_on == self.day:
                membership.status, membership.left_on, membership.reason = S.RETAINED, None, ""
                membership.save()


def identity_troubles(row: Row) -> Iterator[tuple[str, str]]:
    """A resident ID says birth and sex itself; what is written beside it agrees. Each column with what is wrong."""
    number = row["id_no"]
    if row["id_type"] != IdType.RESIDENT or not number:
        return
    try:
        validate_id_number(number)
    except ValidationError as error:
        yield "id_no", error.messages[0]
        return
    if row["birth"] and id_birth_date(number) != row["birth"]:
        yield "birth", _("The ID number says another date of birth.")
    if row["gender"] and id_is_male(number) != (row["gender"] == Sex.MALE):
        yield "gender", _("The ID number says another sex.")


def outcome(*changed: bool) -> str:
    return "updated" if any(changed) else "unchanged"


def set_all(row: Any, facts: dict[str, Any]) -> bool:
    """Write the facts that differ; whether there were any. A row that is refused stays as it was."""
    before = {name: getattr(row, name) for name in facts}
    if before == facts:
        return False
    for name, value in facts.items():
        setattr(row, name, value)
    try:
        row.full_clean(exclude=["id_index"])
    except ValidationError:
        for name, value in before.items():
            setattr(row, name, value)
        raise
    row.save()
    return True
