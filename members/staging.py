"""Rows of people brought to the database by COPY, to be merged there as sets: by an import, or by a return's roster.

The statements are in ``import_sql``. Every run has its own transaction and leaves the table as empty as it found it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from members import import_sql as sql
from members.models import StagedMember
from unions.crypto import blind_index, encrypt
from unions.names import grams, name_keys

COLUMNS = tuple(field.column for field in StagedMember._meta.concrete_fields if not field.primary_key)
COPY = f"COPY {StagedMember._meta.db_table} ({', '.join(map(str, COLUMNS))}) FROM STDIN"
ROWS_IN_COPY = 5000
MANY = 2000

Staged = tuple[Any, ...]


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
) -> Staged:
    """One row in the order of the columns: numbers sealed, with their index and the keys of the name."""
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
        blind_index(id_number),
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
    """By the thousand: while a COPY runs, its connection can answer no question that making a row may have."""
    waiting = iter(rows)
    while chunk := list(islice(waiting, ROWS_IN_COPY)):
        with cursor.copy(COPY) as copy:
            for row in chunk:
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
