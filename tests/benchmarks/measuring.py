"""What the benchmarks measure by: a bare COPY as the owner of the tables, memory, and a line for each figure."""

from __future__ import annotations

import cProfile
import io
import os
import pstats
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings

from reports.demo import loader
from unions.acting import SYSTEM, acting

# What unions.acting says for the portal's own sessions (see there): the bare COPY is measured at its best.
OWNERS_WORDS = {
    "pgtrigger.ignore": "{}",
    "pghistory.context_id": "00000000-0000-0000-0000-000000000001",
    "pghistory.context_metadata": "{}",
}


def refuse_real_data() -> None:
    """Stop before anything is written to a database that holds more than a synthetic federation."""
    with acting(SYSTEM):
        if not loader.is_synthetic():
            sys.exit("This benchmark commits what it measures: it runs in a home of its own (make bench-…).")


@contextmanager
def owner() -> Iterator[Any]:
    """A second connection as the owner of the tables."""
    login = settings.DATABASE_AS_OWNER
    names = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    with psycopg.connect(**{name: login[key] or None for name, key in names.items()}, autocommit=True) as link:
        for setting, value in OWNERS_WORDS.items():
            link.execute("SELECT set_config(%s, %s, false)", [setting, value])
        yield link.cursor()


@dataclass
class Copied:
    """The finished rows of one table, as COPY writes them."""

    table: str
    columns: str
    first: int
    last: int
    content: bytes = b""

    @property
    def where(self) -> str:
        return f"id BETWEEN {self.first} AND {self.last}"


def copied_out(cursor: Any, model: Any, created: Sequence[int]) -> Copied:
    columns = ", ".join(str(field.column) for field in model._meta.concrete_fields)
    found = Copied(model._meta.db_table, columns, min(created), max(created))
    buffer = io.BytesIO()
    with cursor.copy(f"COPY (SELECT {columns} FROM {found.table} WHERE {found.where}) TO STDOUT") as copy:
        for block in copy:
            buffer.write(block)
    found.content = buffer.getvalue()
    return found


def copied_in(cursor: Any, tables: list[Copied]) -> float:
    began = time.perf_counter()
    cursor.execute("BEGIN")
    for one in tables:
        with cursor.copy(f"COPY {one.table} ({one.columns}) FROM STDIN") as copy:
            copy.write(one.content)
    cursor.execute("COMMIT")
    return time.perf_counter() - began


def remove(cursor: Any, tables: list[Copied]) -> None:
    """Take the rows out again, people first in the list; what the tables' triggers kept of them stays as history."""
    people = tables[0]
    cursor.execute("BEGIN")
    cursor.execute(f"DELETE FROM members_openmembership WHERE person_id BETWEEN {people.first} AND {people.last}")
    for one in reversed(tables):
        cursor.execute(f"DELETE FROM {one.table} WHERE {one.where}")
    cursor.execute("COMMIT")
    cursor.execute(f"VACUUM members_openmembership, members_stagedmember, {', '.join(one.table for one in tables)}")


def memory(which: str) -> int:
    """VmRSS is what this process holds now, VmHWM the most it held since ``forget_peak``."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines[which].split()[0]) * 1024


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


@contextmanager
def profiled() -> Iterator[None]:
    """Print where the time goes, if PROFILE is set."""
    if not os.environ.get("PROFILE"):
        yield
        return
    profile = cProfile.Profile()
    profile.enable()
    yield
    profile.disable()
    pstats.Stats(profile).sort_stats("tottime").print_stats(35)


def report(what: str, value: float, bound: float, *, at_least: bool = False) -> None:
    is_kept = value >= bound if at_least else value <= bound
    print(f"{what}: {value:.3g} ({'≥' if at_least else '≤'} {bound:g} {'kept' if is_kept else 'MISSED'})", flush=True)
