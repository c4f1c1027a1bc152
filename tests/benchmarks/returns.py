"""A quarterly return whose roster (D2) has 100,000 rows: what it costs to read, check, enter and amend it.

    make bench-returns                 every ratio of issue 5
    make bench-returns ROWS=10000      the same with fewer rows

"Read, checked and entered" is all that happens between the file and the commit, but entering only once: the portal
rehearses it when the file comes and enters it when it is accepted; what the rehearsal and keeping the rows cost is told
beside it. The bare COPY writes the finished rows into the same three tables under the same indexes, triggers and
foreign keys, as their owner; the other import is django-import-export's (``own_import``). All of them commit.
"""

from __future__ import annotations

import os
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter
from django.db import transaction
from django.utils import timezone

from members.models import IdType, Membership, Person, ServiceCard, Sex, WorkerType
from members.return_sheets.roster_ops import JOIN
from tests.benchmarks import own_import
from tests.benchmarks.made_up import somebody
from tests.benchmarks.measuring import (
    Copied,
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
from unions.acting import SYSTEM, acting
from unions.models import (
    Employer,
    OperatingStatus,
    QuarterlyReturn,
    ReturnContent,
    ReturnObligation,
    ReturnStatus,
    Severity,
    Union,
    UnionCensus,
    UnionForm,
)
from unions.periods import Quarter
from unions.returns.applying import enter, rehearse
from unions.returns.arriving import refuse_stranger, take_apart
from unions.returns.checking import examine, read_cells
from unions.returns.content import pack
from unions.returns.filing import Filing
from unions.returns.obligations import period_of
from unions.returns.prescreen import MIB
from unions.returns.reading import Limits, read_workbook
from unions.returns.registry import Tally, sheets
from unions.returns.template import FIRST_ROW, STAMP, stamp_of

COUNT = int(os.environ.get("ROWS", 100_000))
# Of the rounds the better one counts, on both sides: whatever else runs on the machine only adds.
ROUNDS, SMALL, TIMES = 2, 107, 5
MOST_BY_OTHER = 20_000
CHANGED = 20  # one row of so many, 5 %
MOST_OF_COPY, MOST_OF_COPY_AGAIN, LEAST_OF_OTHER, MOST_OF_SMALL, MOST_MEMORY = 3.0, 2.5, 5.0, 2.0, 256
LIMITS = Limits(file_bytes=50 * MIB, inflated_bytes=600 * MIB, rows=200_000, cpu=60, wall=90)
QUARTER = Quarter(2026, 2)
MODELS = (Person, Membership, ServiceCard)
# It commits what it measures, so no transaction stands around it.
COMMITS = True


def measure() -> None:
    refuse_real_data()
    large = Reporter()
    data = large.workbook(0, COUNT)
    print(f"{COUNT} rows of D2, {len(data) / MIB:.1f} MB")
    copied, taken, bare = first_time(large, data)
    second_time(large, bare)
    with owner() as cursor:
        remove(cursor, copied)
    by_other_import(large)
    small_returns(taken / COUNT)


def first_time(large: Reporter, data: bytes) -> tuple[list[Copied], float, float]:
    """The return against a bare COPY of the rows it makes; these rows stay, as the COPY wrote them."""
    forget_peak()
    resting, peak, rounds = memory("VmRSS"), 0, []
    for number in range(ROUNDS):
        filing, taken = large.filed(data)
        peak = peak or memory("VmHWM")
        with owner() as cursor:
            copied = [copied_out(cursor, model, large.made(model)) for model in MODELS]
            remove(cursor, copied)
            if number == ROUNDS - 1:
                rehearsed(large, filing)
            rounds.append((taken, copied_in(cursor, copied)))
            if number < ROUNDS - 1:
                remove(cursor, copied)
        print(f"read, check, enter, commit: {taken:.1f} s; bare COPY and commit: {rounds[-1][1]:.1f} s", flush=True)
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    taken, bare = (min(times) for times in zip(*rounds, strict=True))
    report("return ÷ bare COPY", taken / bare, MOST_OF_COPY)
    report("peak memory of this process above its rest, MB", (peak - resting) / MIB, MOST_MEMORY)
    print(f"at rest {resting / MIB:.0f} MB; the reading child at most {child:.0f} MB")
    return copied, taken, bare


def rehearsed(large: Reporter, filing: Filing) -> None:
    """What else is done when the file comes; the rows as they are kept are what the amendment is compared with."""
    with acting(SYSTEM):
        large.told("the rehearsal besides", timed(lambda: rehearse(filing)))
        large.told("keeping the rows besides", timed(lambda: large.keep(filing)))
    with owner() as cursor:
        cursor.execute("VACUUM " + ", ".join(model._meta.db_table for model in MODELS))


def second_time(large: Reporter, bare: float) -> None:
    """An amendment of the same return: one row in twenty says another wage and phone."""
    data = large.workbook(0, COUNT, changed=CHANGED)
    _filing, taken = large.filed(data)
    large.told(f"amended, {COUNT // CHANGED} rows changed", taken)
    assert large.tally.updated == COUNT // CHANGED, large.tally
    report("amendment ÷ bare COPY", taken / bare, MOST_OF_COPY_AGAIN)


def by_other_import(large: Reporter) -> None:
    """The same rows by django-import-export; no more of them than a reader has patience for, on both sides."""
    count = min(COUNT, MOST_BY_OTHER)
    data = large.workbook(0, count)
    _filing, taken = large.filed(data)
    large.take_out()
    own_import.prepare(large.union, large.employer)
    with acting(SYSTEM):
        began = time.perf_counter()
        own_import.run(data, "D2 x", FIRST_ROW)
    other = time.perf_counter() - began
    large.take_out()
    print(f"{count} rows: as a return {taken:.1f} s, by django-import-export {other:.1f} s")
    report("django-import-export ÷ return", other / taken, LEAST_OF_OTHER, at_least=True)


def small_returns(large_row: float) -> None:
    """An ordinary return's cost per row, which bears all that a return costs without any."""
    taken = {count: statistics.median(small_return(count, n) for n in range(TIMES)) for count in (0, SMALL)}
    print(f"a return of {SMALL} rows {taken[SMALL] * 1000:.0f} ms, of none {taken[0] * 1000:.0f} ms")
    report(f"a row of a {SMALL}-row return ÷ of a large one", taken[SMALL] / SMALL / large_row, MOST_OF_SMALL)
    marginal = (taken[SMALL] - taken[0]) / SMALL
    report("the same without what a return of no row costs", marginal / large_row, MOST_OF_SMALL)


def small_return(count: int, number: int) -> float:
    one = Reporter()
    data = one.workbook(COUNT + number * SMALL, count)
    taken = one.filed(data)[1]
    if count:
        one.take_out()
    return taken


def timed(function: Any) -> float:
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


class Reporter:
    """A union of one employer that files its first return."""

    def __init__(self) -> None:
        with acting(SYSTEM):
            filed = QuarterlyReturn.objects.values("union")
            self.union = Union.objects.filter(form=UnionForm.SINGLE).exclude(pk__in=filed).order_by("code")[0]
            self.obligation = ReturnObligation.objects.get_or_create(
                union=self.union, period=period_of(QUARTER), defaults={"due_on": QUARTER.end + timedelta(days=9)}
            )[0]
            self.employer: Employer = next(iter(Filing(self.obligation).employers.values()))
            # Nobody was a member before, as far as the union declared: the count begins with this return.
            UnionCensus.objects.filter(union=self.union, as_of__lt=QUARTER.start).delete()
        self.tally, self.began = Tally(), timezone.now()

    def told(self, what: str, taken: float) -> None:
        print(f"{what}: {taken:.1f} s", flush=True)

    def made(self, model: Any) -> list[int]:
        """The union's rows since it began to file."""
        with acting(SYSTEM):
            return list(model.objects.filter(union=self.union, created_at__gte=self.began).values_list("pk", flat=True))

    def take_out(self) -> None:
        """Remove what was entered."""
        with owner() as cursor:
            remove(cursor, [copied_out(cursor, model, self.made(model)) for model in MODELS])

    def filed(self, data: bytes) -> tuple[Filing, float]:
        """What an upload and its acceptance do, once through, and how long that took."""
        filing = self.version()
        with profiled():
            began = time.perf_counter()
            with acting(SYSTEM):
                self.read(filing, data)
                found = [one for one in examine(filing) if one.severity in (Severity.ERROR, Severity.BLOCKING)]
                assert not found, found[:5]
                self.tally = enter(filing)
            taken = time.perf_counter() - began
        return filing, taken

    def read(self, filing: Filing, data: bytes) -> None:
        book = read_workbook(data, LIMITS)
        assert not refuse_stranger(book, filing)
        cells, wrong = take_apart(book, filing)
        del book
        filing.content, more = read_cells(cells)
        assert not wrong and not more, [*wrong, *more][:5]

    def version(self) -> Filing:
        """An accepted version that is still to be entered, in the place of the one before."""
        with acting(SYSTEM):
            before = self.obligation.versions.order_by("version").last()
            self.obligation.versions.update(status=ReturnStatus.REPLACED)
            version = QuarterlyReturn.objects.create(
                union=self.union,
                obligation=self.obligation,
                version=before.version + 1 if before else 1,
                status=ReturnStatus.ACCEPTED,
                amends=before,
            )
        return Filing(self.obligation, version)

    def keep(self, filing: Filing) -> None:
        assert filing.version is not None
        with transaction.atomic():
            ReturnContent.objects.create(union=self.union, version=filing.version, rows=pack(filing.content))

    def workbook(self, first: int, count: int, *, changed: int = 0) -> bytes:
        """The return as a workbook of the template's layout; with ``changed``, every so manieth row says otherwise."""
        rows = self.other_sheets(count) | {"D2": self.roster(first, count, changed)}
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
            book = xlsxwriter.Workbook(file.name, {"constant_memory": True})
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            for sheet in sheets():
                page = book.add_worksheet(f"{sheet.code} x")
                names = list(sheet.columns)
                page.write_row(0, 0, names)
                for line, row in enumerate(rows.get(sheet.code, ()), start=FIRST_ROW - 1):
                    for place, name in enumerate(names):
                        if row.get(name) is not None:
                            write(page, line, place, sheet.columns[name].kind.cell(row[name]), day)
            stamp = book.add_worksheet(STAMP)
            for line, pair in enumerate(stamp_of(Filing(self.obligation)).items()):
                stamp.write_row(line, 0, pair)
            book.close()
            return Path(file.name).read_bytes()

    def other_sheets(self, count: int) -> dict[str, Any]:
        """Cover and profile, without which there is no return."""
        chair = {"filler": "余海", "filler_phone": "13800000000", "chair": "余海"}
        cover = chair | {"union_name": self.union.name, "signed_on": QUARTER.end, "no_change": False}
        women = count - count // 2
        profile = {
            "employees_end": max(count, 1),
            "female_end": women,
            "migrant_end": 0,
            "dispatched_end": 0,
            "members_end": count,
            "female_members_end": women,
            "has_audit_org": True,
            "has_women_org": True,
            "committee_elected_on": date(2024, 5, 1),
            "term_years": "5",
            "oper_status": OperatingStatus.NORMAL,
        }
        return {"D0": [cover], "D1a": [profile]}

    def roster(self, first: int, count: int, changed: int) -> Iterator[dict[str, Any]]:
        random = Random(first)
        for number in range(count):
            one = somebody(first + number, random)
            day = QUARTER.start + timedelta(days=number % 80)
            is_changed = changed and number % changed == 0
            yield {
                "op": JOIN,
                "name": one.name,
                "id_type": IdType.RESIDENT,
                "id_no": one.number,
                "gender": Sex.MALE if one.is_man else Sex.FEMALE,
                "birth": one.born,
                "employer_code": self.employer.code,
                "worker_type": WorkerType.CONTRACT,
                "hire_on": day,
                "change_on": day,
                "dues_base": 5000 + number % 900 + (100 if is_changed else 0),
                "phone": one.phone.replace("138", "139", 1) if is_changed else one.phone,
                "card_info": day if number % 2 else None,
                "consent": True,
            }


def write(page: Any, line: int, place: int, value: Any, day: Any) -> None:
    if isinstance(value, date):
        page.write_datetime(line, place, value, day)
    elif isinstance(value, str):
        page.write_string(line, place, value)
    else:
        page.write_number(line, place, value)
