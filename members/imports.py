"""Many members at once: read and checked row by row, staged by COPY, checked and merged as sets by SQL.

A person is one row by the index of the ID number; of a known one only what the file adds or changes is written, and a
blank cell changes nothing. Nothing is stored where a single row is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from members import import_sql as sql
from members.models import IdType, Sex
from members.staging import (
    Staged,
    add_new,
    bring_up_to_date,
    changed,
    counted,
    new_phones,
    planned_for,
    stage,
    staged,
)
from unions.acting import across_scopes
from unions.imports.job import Job, Row, Trace, rows_as_they_are
from unions.models import Employer, Union, UnionCoverage
from unions.services.events import shown
from unions.validators import id_birth_date, id_is_male, validate_id_number


class MemberRun:
    """One import of members. ``places`` are the unions and employers as they stand, read once."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.places = Places()
        self.phones: list[int] = []

    def run(self) -> None:
        with connection.cursor() as cursor:
            stage(cursor, (row for found in self.job.rows() if (row := self.checked(found)) is not None))
            with planned_for(cursor, self.job.read, self.job.batch_id), across_scopes():
                self.refuse_sets(cursor)
                self.count(cursor)
                if self.job.is_good():
                    self.merge(cursor)

    # -- Row by row ---------------------------------------------------------------------------------------------------

    def checked(self, row: Row) -> Staged | None:
        """The row as it is staged, with everything refused that the row by itself shows; None if it cannot be."""
        values = row.values
        self.check_identity(row)
        union = self.union_of(row)
        employer = self.employer_of(row, union)
        self.check_days(row, union)
        needed = (values["name"], values["id_number"], values.get("sex"), values.get("birth_date"), values["joined_on"])
        if union is None or None in needed:
            return None
        return self.staged(row, union, employer)

    def check_identity(self, row: Row) -> None:
        """A resident ID says date of birth and sex itself; beside it they must agree, and may be missing."""
        values = row.values
        number = values["id_number"]
        values["id_type"] = values.get("id_type") or IdType.RESIDENT
        if number is None:
            return
        if values["id_type"] != IdType.RESIDENT:
            for column in ("sex", "birth_date"):
                if values.get(column) is None:
                    self.job.refuse(row.number, column, _("Needed beside a document that is no resident ID."))
            return
        try:
            validate_id_number(number)
        except ValidationError as error:
            self.job.refuse(row.number, "id_number", error.messages[0], number)
            values["id_number"] = None
            return
        told = {"sex": Sex.MALE if id_is_male(number) else Sex.FEMALE, "birth_date": id_birth_date(number)}
        messages = {
            "sex": _("The ID number says another sex."),
            "birth_date": _("The ID number says another date of birth."),
        }
        for column, value in told.items():
            if values.get(column) not in (None, value):
                self.job.refuse(row.number, column, messages[column])
            values[column] = value

    def union_of(self, row: Row) -> Union | None:
        text = row["union"]
        if not text:
            return None
        union, why = self.places.union(text)
        if union is not None and union.pk not in self.job.scope:
            union, why = None, _("This union is outside your scope.")
        if why:
            self.job.refuse(row.number, "union", why, text)
        return union

    def employer_of(self, row: Row, union: Union | None) -> int | None:
        text = row["employer"]
        if not text or union is None:
            return None
        employer, why = self.places.employer(text, union, row["joined_on"])
        if why:
            self.job.refuse(row.number, "employer", why, text)
        return employer

    def check_days(self, row: Row, union: Union | None) -> None:
        joined, retained, born = row["joined_on"], row["retained_on"], row["birth_date"]
        for column, day in (("joined_on", joined), ("retained_on", retained)):
            why = self.job.closed_day(day) if day else ""
            if why:
                self.job.refuse(row.number, column, why, day)
        if joined and union and joined < union.founded_on:
            message = _("The union was founded only on %(day)s.") % {"day": shown(union.founded_on)}
            self.job.refuse(row.number, "joined_on", message, joined)
        if joined and retained and retained < joined:
            self.job.refuse(row.number, "retained_on", _("This is before the day of joining."), retained)
        if joined and born and joined.year - born.year < 16:
            self.job.refuse(row.number, "joined_on", _("Nobody joins a union before the age of sixteen."), joined)

    def staged(self, row: Row, union: Union, employer: int | None) -> Staged:
        get: Any = row.values.get
        return staged(
            self.job.batch_id,
            row.number,
            name=get("name"),
            former_name=get("former_name") or "",
            sex=get("sex"),
            birth_date=get("birth_date"),
            id_type=get("id_type"),
            id_number=get("id_number"),
            phone=get("phone") or "",
            education=get("education") or "",
            is_migrant=get("is_migrant"),
            union=union.pk,
            employer=employer,
            worker_type=get("worker_type") or "",
            card_no=get("card_no") or "",
            joined_on=get("joined_on"),
            retained_on=get("retained_on"),
            dues_wage=get("dues_wage"),
        )

    # -- As sets ------------------------------------------------------------------------------------------------------

    def refuse_sets(self, cursor: Any) -> None:
        """What only the rows together, or with those of the portal, show."""
        for column, statement, message in sql.RULES:
            cursor.execute(statement, {"batch": self.job.batch_id, "unions": self.scope()})
            for number, detail in cursor.fetchall():
                said = message % {"detail": shown(detail) if isinstance(detail, date) else detail}
                self.job.refuse(number, column, said)

    def scope(self) -> list[int] | None:
        unions = self.job.scope.unions
        return None if unions is None else sorted(unions)

    def count(self, cursor: Any) -> None:
        if "phone" in self.job.mapping:
            self.phones = new_phones(cursor, self.job.batch_id)
        created, updated = counted(cursor, self.facts(), self.job.refused_rows)
        self.job.counts.update({"created": created, "updated": updated})

    def facts(self) -> dict[str, Any]:
        return {
            "batch": self.job.batch_id,
            "phones": self.phones,
            "actor": self.job.actor.pk,
            "source": None,
        }

    def merge(self, cursor: Any) -> None:
        """New people and memberships in one statement each, known ones brought up to date; every table's trace."""
        facts = self.facts()
        people = changed(cursor, sql.CHANGED_PEOPLE, facts)
        memberships = changed(cursor, sql.CHANGED_MEMBERSHIPS, facts)
        before = rows_as_they_are("members_person", people), rows_as_they_are("members_membership", memberships)
        bring_up_to_date(cursor, facts, people, memberships)
        created, joined = add_new(cursor, facts)
        self.job.traces = [
            Trace("members.person", created, people, before[0]),
            Trace("members.membership", joined, memberships, before[1]),
        ]


class Places:
    """Unions and employers by code or name, and who covers whom when: a few hundred of each, read once."""

    def __init__(self) -> None:
        unions = list(Union.objects.all())
        employers = list(Employer.objects.all())
        self.unions = by_code_and_name(unions)
        self.employers = by_code_and_name(employers)
        self.covers: defaultdict[tuple[int, int], list[UnionCoverage]] = defaultdict(list)
        for coverage in UnionCoverage.objects.all():
            self.covers[coverage.union_id, coverage.employer_id].append(coverage)

    def union(self, text: str) -> tuple[Union | None, str]:
        """The union, or why there is none."""
        found = self.unions.get(text, ())
        standing = [union for union in found if union.ended_on is None]
        if len(standing) == 1:
            return standing[0], ""
        if len(standing) > 1:
            return None, _("There are several of this name: write the code.")
        if found:
            return None, _("The union ended on %(day)s.") % {"day": shown(found[0].ended_on)}
        return None, _("There is no such union: write its name or code as in the portal.")

    def employer(self, text: str, union: Union, day: date | None) -> tuple[int | None, str]:
        """The employer of that name which the union covers, or why there is none."""
        found = self.employers.get(text, ())
        if not found:
            return None, _("There is no such employer: write its name or code as in the portal.")
        for employer in found:
            spans = self.covers.get((union.pk, employer.pk), ())
            if any(span.start <= day and (span.end is None or span.end > day) for span in spans if day):
                return employer.pk, ""
            # Who joined before the union covered the employer is its member all the same, if it covers it today.
            if any(span.end is None for span in spans):
                return employer.pk, ""
        return None, _("The union does not cover this employer.")


def by_code_and_name(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        for text in {row.code, row.name}:
            found[text].append(row)
    return found
