"""A union that owes a return, and the workbook it fills in."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date
from typing import Any

import openpyxl

from tests.factories.members import id_number
from tests.factories.unions import CommunityFactory, EmployerFactory, UnionFactory
from unions.models import (
    CommitteeTerm,
    Officer,
    QuarterlyReturn,
    ReportingPeriod,
    ReturnObligation,
    ReturnStatus,
    Union,
)
from unions.models.returns import IN_FORCE
from unions.periods import Quarter
from unions.returns.checking import read_cells
from unions.returns.filing import Filing
from unions.returns.obligations import period_of
from unions.returns.registry import SHEETS
from unions.returns.template import FIRST_ROW, template

QUARTER = Quarter(2026, 2)
ROSTER_BORN = date(1990, 3, 7)
Rows = dict[str, list[dict[str, Any]]]


def quarter_row(quarter: Quarter = QUARTER) -> ReportingPeriod:
    return period_of(quarter)


def owing_union(*, employees: int = 40, **facts: Any) -> Union:
    """A union of one employer, with its committee and chair, that has filed nothing yet."""
    place = CommunityFactory(code="C01")
    union = UnionFactory(community=place, **facts)
    EmployerFactory(union=union, community=place, employees=employees, covered_by=union)
    CommitteeTerm.objects.create(
        union=union, term_no=1, is_first=True, elected_on=date(2024, 5, 1), years=5, due_on=date(2029, 5, 1)
    )
    Officer.objects.create(union=union, name="余海", post=Officer.Post.CHAIR, start=date(2024, 5, 1))
    return union


def owed_return(union: Union | None = None, quarter: Quarter = QUARTER) -> ReturnObligation:
    period = quarter_row(quarter)
    return ReturnObligation.objects.create(union=union or owing_union(), period=period, due_on=period.due_on)


def sound_rows(union: Union, quarter: Quarter = QUARTER, **profile: Any) -> Rows:
    """The two sheets that every return has, without a mistake: 40 employees; 30 members, no woman."""
    cover = {
        "union_name": union.name,
        "filler": "余海",
        "filler_phone": "13800000000",
        "chair": "余海",
        "signed_on": quarter.end,
        "no_change": "是",
    }
    counts = {
        "employees_end": 40,
        "female_end": 18,
        "migrant_end": 10,
        "dispatched_end": 2,
        "members_end": 30,
        "female_members_end": 0,
        "has_audit_org": "是",
        "has_women_org": "是",
        "committee_elected_on": date(2024, 5, 1),
        "term_years": "5",
        "oper_status": "正常",
    }
    return {"D0": [cover], "D1a": [counts | profile]}


def workbook(filing: Filing, rows: Rows) -> bytes:
    """The portal's own template with these rows typed into it, each sheet from its first row on."""
    book = openpyxl.load_workbook(io.BytesIO(template(filing)))
    for code, lines in rows.items():
        page = next(book[name] for name in book.sheetnames if name.split(" ")[0] == code)
        names = list(SHEETS[code].columns)
        for number, line in enumerate(lines, start=FIRST_ROW):
            for name in names:
                page.cell(number, names.index(name) + 1).value = line.get(name)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filing_of(
    owed: ReturnObligation, version: QuarterlyReturn | None = None, **sheets: Iterable[dict[str, Any]]
) -> Filing:
    """A return that says these rows, beside the two sheets everybody fills in or instead of them."""
    rows = sound_rows(owed.union) | {code: list(lines) for code, lines in sheets.items()}
    cells = {code: list(enumerate(lines, start=FIRST_ROW)) for code, lines in rows.items()}
    filing = Filing(owed, version)
    filing.content, wrong = read_cells(cells)
    assert wrong == []
    return filing


def version_in_force(owed: ReturnObligation) -> QuarterlyReturn:
    """The next version, accepted; it amends the one that was in force, which it replaces with all before it."""
    before = owed.versions.filter(status__in=IN_FORCE).first()
    owed.versions.update(status=ReturnStatus.REPLACED)
    number = owed.versions.count() + 1
    return QuarterlyReturn.objects.create(
        union=owed.union, obligation=owed, version=number, status=ReturnStatus.ACCEPTED, amends=before
    )


def roster_line(owed: ReturnObligation, op: str = "JOIN", serial: int = 41, **changes: Any) -> dict[str, Any]:
    """A row of D2 about a man of an odd serial number or a woman of an even one."""
    row = {
        "op": op,
        "name": f"测试{serial}",
        "id_type": "RESIDENT",
        "id_no": id_number(serial, ROSTER_BORN),
        "gender": "M" if serial % 2 else "F",
        "birth": "1990-03-07",
        "employer_code": next(iter(Filing(owed).employers)),
        "worker_type": "CONTRACT",
        "change_on": "2026-05-06",
        "reason": "本人申请",
        "consent": "是",
    }
    return row | changes
