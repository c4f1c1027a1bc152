"""A spreadsheet of 100,000 members, read, checked and merged, against a bare COPY of the same rows in the same run.

    make bench-import

The bare COPY writes the finished rows, ciphertext and index keys included, into the same two tables under the same
indexes, triggers and foreign keys, as the owner of the tables: row-level security lets nobody else COPY. Both commit;
afterwards the rows are removed again. Peak memory is this process's; the reading child's is told beside it.
"""

from __future__ import annotations

import cProfile
import io
import os
import pstats
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import xlsxwriter
from django.apps import apps
from django.conf import settings

from unions.acting import acting
from unions.imports import headings
from unions.imports.flow import job_of, run
from unions.imports.job import Trace
from unions.imports.registry import KINDS
from unions.models import ImportBatch, Union, UnionForm, User
from unions.returns.prescreen import MIB
from unions.returns.reading import Limits, read_workbook
from unions.validators import id_check_character

COUNT = 100_000
MOST_OF_COPY, MOST_MEMORY = 3.0, 200
LIMITS = Limits(file_bytes=50 * MIB, inflated_bytes=400 * MIB, rows=200_000, cpu=60, wall=90)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN = "建国玉兰伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文辉红梅春生海燕永志晓东雪峰宁家俊婷佳慧子轩浩宇欣怡"
KIND = KINDS["members"]
# What unions.acting says for the portal's own sessions (see there): the bare COPY is measured at its best.
OWNERS_WORDS = {
    "pgtrigger.ignore": "{}",
    "pghistory.context_id": "00000000-0000-0000-0000-000000000001",
    "pghistory.context_metadata": "{}",
}
# It commits what it measures, so no transaction stands around it.
COMMITS = True


def measure() -> None:
    user = User.objects.get(username="zuzhi")
    data = spreadsheet()
    print(f"{COUNT} members, {len(data) / MIB:.1f} MB")
    forget_peak()
    resting, began = memory("VmRSS"), time.perf_counter()
    traces = import_once(user, data)
    taken = time.perf_counter() - began
    peak = memory("VmHWM")
    with owner() as cursor:
        rows = [copied_out(cursor, trace) for trace in traces]
        remove(cursor, rows)
        bare = copied_in(cursor, rows)
        remove(cursor, rows)
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"read, check, merge, commit: {taken:.1f} s; bare COPY into both tables: {bare:.1f} s")
    report("import ÷ bare COPY", taken / bare, MOST_OF_COPY)
    report("peak memory of this process, MB", peak / MIB, MOST_MEMORY)
    print(f"at rest {resting / MIB:.0f} MB; the reading child at its peak {child:.0f} MB")


def import_once(user: User, data: bytes) -> list[Trace]:
    """What an upload and its confirmation do, once through."""
    profile = cProfile.Profile() if os.environ.get("PROFILE") else None
    if profile:
        profile.enable()
    with acting(user):
        book = read_workbook(data, LIMITS)
        found = headings.headings(book.sheets["会员"], 1)
        mapping = {name: one.place for name, one in headings.propose(KIND, found, {}).items() if one.place}
        batch = ImportBatch(union=Union.objects.federation(), kind="members", sheet="会员", mapping=mapping)
        job = job_of(batch, user, book)
        job.batch_id = 0
        del book
        run(job)
    if profile:
        profile.disable()
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
    assert not job.refusals, job.findings()[:5]
    assert job.counts["created"] == COUNT, job.counts
    return job.traces


def spreadsheet() -> bytes:
    """A list as the federation keeps it, on disk while it is written."""
    unions = list(Union.objects.filter(form=UnionForm.SINGLE).order_by("code").values_list("name", flat=True))
    random = Random(1)
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        book = xlsxwriter.Workbook(file.name, {"constant_memory": True})
        sheet, day = book.add_worksheet("会员"), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["姓名", "性别", "出生日期", "证件号码", "工会", "入会日期", "联系电话"])
        for number in range(COUNT):
            born = date(1940, 1, 1) + timedelta(days=number // 1000)
            body = f"999998{born:%Y%m%d}{number % 1000:03}"
            name = random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.choice((1, 2, 2))))
            sheet.write_row(number + 1, 0, [name, "男" if number % 2 else "女"])
            sheet.write_datetime(number + 1, 2, born, day)  # type: ignore[arg-type]
            sheet.write_string(number + 1, 3, body + id_check_character(body))
            sheet.write_string(number + 1, 4, unions[number % len(unions)])
            sheet.write_datetime(number + 1, 5, date(2016, 6, 1) + timedelta(days=number % 2500), day)  # type: ignore[arg-type]
            sheet.write_string(number + 1, 6, f"138{number:08}")
        book.close()
        return Path(file.name).read_bytes()


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


def copied_out(cursor: Any, trace: Trace) -> Copied:
    model = apps.get_model(trace.model)
    columns = ", ".join(str(field.column) for field in model._meta.concrete_fields)
    found = Copied(model._meta.db_table, columns, min(trace.created), max(trace.created))
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
    """Take the rows out again, and what the tables' triggers kept of them stays as history."""
    people = tables[0]
    cursor.execute("BEGIN")
    cursor.execute(f"DELETE FROM members_openmembership WHERE person_id BETWEEN {people.first} AND {people.last}")
    for one in reversed(tables):
        cursor.execute(f"DELETE FROM {one.table} WHERE {one.where}")
    cursor.execute("COMMIT")
    cursor.execute("VACUUM members_person, members_membership, members_openmembership, members_stagedmember")


def memory(which: str) -> int:
    """VmRSS is what this process holds now, VmHWM the most it held since ``forget_peak``."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines[which].split()[0]) * 1024


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def report(what: str, value: float, most: float) -> None:
    print(f"{what}: {value:.3g} (≤ {most:g} {'kept' if value <= most else 'MISSED'})")
