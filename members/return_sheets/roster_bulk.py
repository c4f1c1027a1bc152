"""The rows of a roster entered as sets, as far as sets can decide them; what is left goes row by row.

What the portal has is fetched set by set. From that alone rows are known that change nothing; rows of people the portal
has never heard of, and rows that an amendment states otherwise, are staged and merged like an import's. The first row
of a person that is none of these, and every later row of a person something was done for, is left to ``Change``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import repeat
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from members import import_sql as sql
from members.models import OPEN, Membership, Person, ServiceCard, WorkerType
from members.return_sheets.roster_changes import RESTATED, identity_troubles
from members.return_sheets.roster_known import index_of
from members.return_sheets.roster_ops import ENTERING, LEAVING, RESUME, RETAIN
from members.staging import (
    Staged,
    add_new,
    bring_up_to_date,
    changed,
    counted,
    in_sets,
    new_phones,
    planned_for,
    stage,
    staged,
)
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.model_sheets import EMPLOYER
from unions.returns.registry import Row, RowsError, Tally

BATCH = 0
NEEDED = ("name", "id_type", "id_no", "gender", "birth", "worker_type", "change_on")


class Held(NamedTuple):
    """A membership of the union, as far as a row can agree with it."""

    person_id: int
    status: str
    joined_on: date | None
    retained_on: date | None
    left_on: date | None


@dataclass
class Facts:
    """What the portal has of a person under one number."""

    names: tuple[str, str]
    union_id: int
    is_merged: bool
    here: list[Held] = field(default_factory=list)
    card: tuple[date, date | None] | None = None


class Bulk:
    """``before`` holds for each row the same row of the version that is being amended; empty if none is."""

    def __init__(self, filing: Filing, before: Sequence[Row | None] = ()) -> None:
        self.filing, self.before = filing, before
        self.tally = Tally()
        self.newcomers = self.restated = 0
        # Who has been done something for already, and the rows that go one by one.
        self.touched: set[str] = set()
        self.left: list[tuple[Row, Row | None]] = []

    def enter(self, rows: Sequence[Row]) -> list[tuple[Row, Row | None]]:
        """Enter what can be entered as sets; the rows that are left, each with the same row before."""
        with connection.cursor() as cursor:
            stage(cursor, self.sorted_out(rows))
            if self.newcomers or self.restated:
                with planned_for(cursor, self.newcomers + self.restated, BATCH):
                    self.merge(cursor)
        return self.left

    def sorted_out(self, rows: Sequence[Row]) -> Iterator[Staged]:
        """The rows to be staged; of the others it is noted what becomes of them."""
        for some in in_sets(zip(rows, self.before or repeat(None, len(rows)), strict=True)):
            indexes = [index_of(row["id_no"]) for row, _before in some]
            facts = facts_of(indexes, self.filing)
            for index, (row, before) in zip(indexes, some, strict=True):
                made = self.sort(row, before, index, facts.get(index))
                if made is not None:
                    yield made

    def sort(self, row: Row, before: Row | None, index: str, facts: Facts | None) -> Staged | None:
        if row["op"] in ENTERING and row["consent"] is False:
            self.tally.unchanged += 1
            return None
        if index not in self.touched:
            said = said_otherwise(row, before) if before else ()
            if facts and not said and is_said(row, facts):
                self.tally.unchanged += 1
                return None
            self.touched.add(index)
            if facts is None and self.is_newcomer(row):
                self.newcomers += 1
                return self.newcomer(row, index)
            if facts and said and self.may_be_restated(row, facts, said):
                self.restated += 1
                return self.correction(row, index, said)
        self.left.append((row, before))
        return None

    def is_newcomer(self, row: Row) -> bool:
        """Somebody unknown joins, and no cell is such that the database would refuse it."""
        collected, issued = row["card_info"], row["card_issued"]
        return (
            row["op"] in ENTERING
            and is_complete(row)
            and not (collected and issued and issued < collected)
            and not any(identity_troubles(row))
        )

    def newcomer(self, row: Row, index: str) -> Staged:
        day = row["change_on"]
        return self.staged(
            row,
            index,
            employer=self.employer(row),
            phone=row["phone"] or "",
            is_migrant=row["worker_type"] == WorkerType.MIGRANT,
            worker_type=row["worker_type"],
            applied_on=day,
            consented_on=day,
            dues_wage=row["dues_base"],
            card_collected_on=row["card_info"],
            card_issued_on=row["card_issued"] if row["card_info"] else None,
        )

    def may_be_restated(self, row: Row, facts: Facts, said: Sequence[str]) -> bool:
        """The open membership that the row brought is told otherwise, and nothing is emptied."""
        return (
            None not in [row[name] for name in said]
            and is_complete(row)
            and is_said(row, facts)
            and row["op"] in (*ENTERING, RESUME)
            and facts.union_id == self.filing.union.pk
            and any(held.joined_on == row["change_on"] and held.status in OPEN for held in facts.here)
            and (EMPLOYER not in said or self.employer(row) is not None)
        )

    def correction(self, row: Row, index: str, said: Sequence[str]) -> Staged:
        """Only what is said otherwise: the rest may have changed since."""
        is_work = "worker_type" in said
        wage: Decimal | None = row["dues_base"] if "dues_base" in said else None
        return self.staged(
            row,
            index,
            employer=self.employer(row) if EMPLOYER in said else None,
            phone=row["phone"] if "phone" in said else "",
            is_migrant=row["worker_type"] == WorkerType.MIGRANT if is_work else None,
            worker_type=row["worker_type"] if is_work else "",
            dues_wage=wage,
        )

    def staged(self, row: Row, index: str, **more: Any) -> Staged:
        return staged(
            BATCH,
            row.number,
            name=row["name"],
            sex=row["gender"],
            birth_date=row["birth"],
            id_type=row["id_type"],
            id_number=row["id_no"],
            union=self.filing.union.pk,
            joined_on=row["change_on"],
            index=index,
            **more,
        )

    def employer(self, row: Row) -> int | None:
        found = self.filing.employers.get(row[EMPLOYER])
        return found.pk if found else None

    def merge(self, cursor: Any) -> None:
        version = self.filing.version
        source = version.pk if version else None
        facts: dict[str, Any] = {"batch": BATCH, "actor": None, "source": source, "phones": []}
        if self.restated:
            facts["phones"] = new_phones(cursor, BATCH)
            _created, updated = counted(cursor, facts)
            people, memberships = (
                changed(cursor, statement, facts) for statement in (sql.CHANGED_PEOPLE, sql.CHANGED_MEMBERSHIPS)
            )
            bring_up_to_date(cursor, facts, people, memberships)
            self.tally.updated += updated
            self.tally.unchanged += self.restated - updated
        people, memberships = add_new(cursor, facts)
        if not len(people) == len(memberships) == self.newcomers:
            message = _("Somebody recorded one of these people a moment ago: try again.")
            raise RowsError([Finding("D2", message)])
        cursor.execute(sql.NEW_CARDS, facts)
        self.tally.created += self.newcomers


def facts_of(indexes: Iterable[str], filing: Filing) -> dict[str, Facts]:
    """What the portal has of these numbers; numbers of nobody are left out."""
    people: dict[int, Facts] = {}
    found: dict[str, Facts] = {}
    named = Person.objects.filter(id_index__any_of=indexes)
    columns = ("pk", "id_index", "name", "former_name", "union_id", "merged_into_id")
    for pk, index, name, former, union_id, merged in named.values_list(*columns):
        found[index] = people[pk] = Facts((name, former), union_id, merged is not None)
    if not people:
        return found
    held = Membership.objects.filter(person_id__any_of=people, union=filing.union)
    for row in held.values_list(*Held._fields):
        people[row[0]].here.append(Held(*row))
    cards = ServiceCard.objects.filter(person_id__any_of=people)
    for person, *days in cards.values_list("person_id", "info_collected_on", "issued_on"):
        people[person].card = (days[0], days[1])
    return found


def is_complete(row: Row) -> bool:
    """Whether it has every cell that is staged; one that could not be read is none."""
    return None not in [row[name] for name in NEEDED]


def said_otherwise(row: Row, before: Row) -> list[str]:
    columns = ("reason",) if row["op"] in LEAVING else RESTATED
    return [name for name in columns if before[name] != row[name]]


def is_said(row: Row, facts: Facts) -> bool:
    """Whether the portal has what the row says. Who was merged into another is looked up row by row."""
    op, day = row["op"], row["change_on"]
    if facts.is_merged:
        return False
    if op in ENTERING:
        return (
            row["name"] in facts.names
            and any(held.joined_on == day for held in facts.here)
            and is_card_known(row, facts)
        )
    if op in LEAVING:
        return any((held.status, held.left_on) == (LEAVING[op], day) for held in facts.here)
    if op == RETAIN:
        return any(held.retained_on == day for held in facts.here)
    if op == RESUME:
        return any(held.joined_on == day for held in facts.here) and is_card_known(row, facts)
    return False


def is_card_known(row: Row, facts: Facts) -> bool:
    return not row["card_info"] or facts.card == (row["card_info"], row["card_issued"])
