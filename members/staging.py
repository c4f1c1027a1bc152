"""Rows of people brought to the database by COPY, to be merged there as sets: by an import, or by a return's roster.

The statements are in ``import_sql``. Every run has its own transaction and leaves the table as empty as it found it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, TypeVar

from members import import_sql as sql
from members.models import StagedMember
from unions.crypto import blind_index, decrypt, encrypt
from unions.names import grams, name_keys

COLUMNS = tuple(field.column for field in StagedMember._meta.concrete_fields if not field.primary_key)
COPY = f"COPY {StagedMember._meta.db_table} ({', '.join(map(str, COLUMNS))}) FROM STDIN"
ROWS_IN_SET = 5000
MANY = 2000

Staged = tuple[Any, ...]
T = TypeVar("T")


def in_sets(values: Iterable[T]) -> Iterator[list[T]]:
    """The values by the thousand."""
    waiting = iter(values)
    while found := list(islice(waiting, ROWS_IN_SET)):
        yield found


def staged(
    batch: int,
    line: int,
    *,
    name: str,
    sex: str,
    birth_date: date,
    id_type: str,
    id_number: str,
    union: int,
    joined_on: date,
    employer: int | None = None,
    former_name: str = "",
    phone: str = "",
    education: str = "",
    is_migrant: bool | None = None,
    worker_type: str = "",
    card_no: str = "",
    applied_on: date | None = None,
    consented_on: date | None = None,
    retained_on: date | None = None,
    dues_wage: Decimal | None = None,
    card_collected_on: date | None = None,
    card_issued_on: date | None = None,
    index: str = "",
) -> Staged:
    """One row in the order of the columns: numbers sealed, beside them their index and the keys of the name."""
    keys = name_keys(name)
    found = sorted({*keys["name_grams"], *grams(former_name)}) if former_name else keys["name_grams"]
    return (
        batch,
        line,
        name,
        former_name,
        sex,
        birth_date,
        id_type,
        encrypt(id_number),
        index or blind_index(id_number),
        id_number[-4:],
        encrypt(phone) if phone else None,
        education,
        is_migrant,
        keys["pinyin"],
        keys["initials"],
        found,
        union,
        employer,
        worker_type,
        card_no,
        applied_on,
        consented_on,
        joined_on,
        retained_on,
        dues_wage,
        card_collected_on,
        card_issued_on,
    )


def stage(cursor: Any, rows: Iterable[Staged]) -> None:
    """Set by set: while a COPY runs, its connection can answer no question that making a row may have."""
    for made in in_sets(rows):
        with cursor.copy(COPY) as copy:
            for row in made:
                copy.write_row(row)


@contextmanager
def planned_for(cursor: Any, number: int, batch: int) -> Iterator[None]:
    """What is done with so many staged rows; afterwards there are none.

    The planner has no figures of rows staged a moment ago, and would go through them once for each person.
    """
    cursor.execute("SELECT set_config('enable_nestloop', %s, true)", ["off" if number >= MANY else "on"])
    yield
    cursor.execute("SELECT set_config('enable_nestloop', 'on', true)")
    cursor.execute(sql.CLEAR, [batch])


def new_phones(cursor: Any, batch: int) -> list[int]:
    """Lines with another number than the portal's: ciphertexts of one number differ, the database cannot compare."""
    cursor.execute(sql.PHONES, {"batch": batch})
    return sorted(
        line for line, new, old in cursor.fetchall() if old is None or decrypt(bytes(new)) != decrypt(bytes(old))
    )


def counted(cursor: Any, facts: dict[str, Any], refused: Iterable[int] = ()) -> tuple[int, int]:
    """How many of the rows are new, and how many change what the portal has."""
    cursor.execute(sql.COUNTS, facts | {"refused": sorted(refused)})
    created, updated = cursor.fetchone()
    return created, updated


def changed(cursor: Any, statement: str, facts: dict[str, Any]) -> list[int]:
    cursor.execute(statement, facts)
    return [found for (found,) in cursor.fetchall()]


def bring_up_to_date(cursor: Any, facts: dict[str, Any], people: list[int], memberships: list[int]) -> None:
    """Write into these known rows what is staged of them."""
    cursor.execute(sql.UPDATE_MEMBERSHIPS, facts | {"ids": memberships})
    cursor.execute(sql.UPDATE_PEOPLE, facts | {"ids": people})


def add_new(cursor: Any, facts: dict[str, Any]) -> tuple[list[int], list[int]]:
    """The people and memberships that the portal does not have yet."""
    made = []
    for statement in (sql.NEW_PEOPLE, sql.NEW_MEMBERSHIPS):
        cursor.execute(statement, facts)
        made.append(cursor.fetchone()[0] or [])
    return made[0], made[1]
