"""A spreadsheet of 100,000 members, read, checked and merged, against a bare COPY of the same rows in the same run.

    make bench-import

The bare COPY writes the finished rows, ciphertext and index keys included, into the same two tables under the same
indexes, triggers and foreign keys, as the owner of the tables: row-level security lets nobody else COPY. Both commit;
afterwards the rows are removed again. Peak memory is this process's; the reading child's is told beside it.
"""

from __future__ import annotations

import resource
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random

import xlsxwriter
from django.apps import apps

from tests.benchmarks.made_up import somebody
from tests.benchmarks.measuring import (
    copied_in,
    copied_out,
    forget_peak,
    memory,
    owner,
    profiled,
    refuse_real_data,
    remove,
    report,
)
from unions.acting import acting
from unions.imports import headings
from unions.imports.flow import job_of, run
from unions.imports.job import Trace
from unions.imports.registry import KINDS
from unions.models import ImportBatch, Union, UnionForm, User
from unions.returns.prescreen import MIB
from unions.returns.reading import Limits, read_workbook

COUNT = 100_000
MOST_OF_COPY, MOST_MEMORY = 3.0, 200
LIMITS = Limits(file_bytes=50 * MIB, inflated_bytes=400 * MIB, rows=200_000, cpu=60, wall=90)
KIND = KINDS["members"]
# It commits what it measures, so no transaction stands around it.
COMMITS = True


def measure() -> None:
    refuse_real_data()
    user = User.objects.get(username="zuzhi")
    data = spreadsheet()
    print(f"{COUNT} members, {len(data) / MIB:.1f} MB")
    forget_peak()
    resting, began = memory("VmRSS"), time.perf_counter()
    traces = import_once(user, data)
    taken = time.perf_counter() - began
    peak = memory("VmHWM")
    with owner() as cursor:
        rows = [copied_out(cursor, apps.get_model(trace.model), trace.created) for trace in traces]
        remove(cursor, rows)
        bare = copied_in(cursor, rows)
        remove(cursor, rows)
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"read, check, merge, commit: {taken:.1f} s; bare COPY into both tables: {bare:.1f} s")
    report("import ÷ bare COPY", taken / bare, MOST_OF_COPY)
    report("peak memory of this process, MB", peak / MIB, MOST_MEMORY)
    print(f"at rest {resting / MIB:.0f} MB; the reading child at most {child:.0f} MB")


def import_once(user: User, data: bytes) -> list[Trace]:
    """What an upload and its confirmation do, once through."""
    with profiled(), acting(user):
        book = read_workbook(data, LIMITS)
        found = headings.headings(book.sheets["会员"], 1)
        mapping = {name: one.place for name, one in headings.propose(KIND, found, {}).items() if one.place}
        batch = ImportBatch(union=Union.objects.federation(), kind="members", sheet="会员", mapping=mapping)
        job = job_of(batch, user, book)
        job.batch_id = 0
        del book
        run(job)
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
            one = somebody(number, random)
            sheet.write_row(number + 1, 0, [one.name, "男" if one.is_man else "女"])
            sheet.write_datetime(number + 1, 2, one.born, day)  # type: ignore[arg-type]
            sheet.write_string(number + 1, 3, one.number)
            sheet.write_string(number + 1, 4, unions[number % len(unions)])
            sheet.write_datetime(number + 1, 5, date(2016, 6, 1) + timedelta(days=number % 2500), day)  # type: ignore[arg-type]
            sheet.write_string(number + 1, 6, one.phone)
        book.close()
        return Path(file.name).read_bytes()
