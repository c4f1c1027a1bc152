"""Whatever figures a return holds, whoever wrote the file: as many rows, and the same sums to the cent.

``make soak`` tries a thousand examples; ``make test`` a hundred.
"""

from __future__ import annotations

import io
import os
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.returns import QUARTER, Rows, owed_return, workbook
from unions.models import ReturnObligation
from unions.returns.arriving import refuse_stranger, take_apart
from unions.returns.checking import read_cells
from unions.returns.columns import BLANK_LETTERS
from unions.returns.filing import Filing
from unions.returns.reading import read_workbook
from unions.returns.registry import sheets
from unions.returns.template import FIRST_ROW, STAMP, stamp_of

pytestmark = pytest.mark.usefixtures("as_system")
EXAMPLES = int(os.environ.get("EXAMPLES", "100"))
# Letters by their category that nobody sees are refused.
SEEN = st.characters(categories=("Lu", "Ll", "Lo", "Nd"), max_codepoint=0x9FFF, exclude_characters=BLANK_LETTERS)
TEXT = st.text(SEEN, min_size=1, max_size=30)
DAYS = st.integers(0, 90).map(lambda days: QUARTER.start + timedelta(days=days))
# What a spreadsheet can hold to the cent: fifteen digits.
AMOUNTS = st.decimals(0, Decimal("9999999999999.99"), places=2).filter(lambda amount: amount < 10**12)
COUNTS = st.integers(0, 100_000)


@st.composite
def suggestions(draw: Any) -> dict[str, Any]:
    return {
        "title_text": draw(TEXT),
        "kind": draw(st.sampled_from(["TECHNICAL", "MANAGEMENT", "SAFETY", "OTHER"])),
        "collected_on": draw(DAYS),
        "benefit_yuan": draw(st.none() | AMOUNTS),
    }


@st.composite
def cups(draw: Any) -> dict[str, Any]:
    names = ("teams", "participants", "carried_in", "hazards_found", "hazards_fixed", "hazards_open")
    return {"employer_code": draw(TEXT), "participating": "是"} | {name: draw(COUNTS) for name in names}


CONTENTS = st.fixed_dictionaries({"D10a": st.lists(suggestions(), max_size=25), "D10b": st.lists(cups(), max_size=25)})


def by_openpyxl(filing: Filing, rows: Rows) -> bytes:
    """The layout of the template by one writer; amounts as the numbers that a spreadsheet keeps."""
    book = openpyxl.Workbook()
    for sheet in sheets():
        page = book.create_sheet(f"{sheet.code} x")
        page.append(list(sheet.columns))
        for number, row in enumerate(rows.get(sheet.code, []), start=FIRST_ROW):
            for place, name in enumerate(sheet.columns, start=1):
                page.cell(number, place).value = plain(row).get(name)
    stamp = book.create_sheet(STAMP)
    for pair in stamp_of(filing).items():
        stamp.append(pair)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in row.items()}


def by_xlsxwriter(filing: Filing, rows: Rows) -> bytes:
    """A workbook of the same layout by another writer, amounts and days as text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for sheet in sheets():
        page = book.add_worksheet(f"{sheet.code} x")
        names = list(sheet.columns)
        page.write_row(0, 0, names)
        for number, row in enumerate(rows.get(sheet.code, []), start=FIRST_ROW - 1):
            for name, value in row.items():
                write(page, number, names.index(name), value)
    stamp = book.add_worksheet(STAMP)
    for number, pair in enumerate(stamp_of(filing).items()):
        stamp.write_row(number, 0, pair)
    book.close()
    return out.getvalue()


def write(page: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, Decimal):
        page.write_string(row, column, f"{value:f}")
    elif isinstance(value, date):
        page.write_string(row, column, value.isoformat())
    elif value is not None:
        page.write(row, column, value)


def total(rows: Any, name: str) -> Decimal:
    return sum((Decimal(row[name]) for row in rows if row[name] is not None), Decimal(0))


@pytest.fixture(scope="module")
def writers() -> Any:
    return {"openpyxl": by_openpyxl, "xlsxwriter": by_xlsxwriter}


@pytest.fixture
def owed() -> ReturnObligation:
    return owed_return()


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=CONTENTS, writer=st.sampled_from(["openpyxl", "xlsxwriter"]))
def test_what_is_written_is_what_is_read(writers: Any, owed: ReturnObligation, rows: Rows, writer: str) -> None:
    filing = Filing(owed)
    book = read_workbook(writers[writer](filing, rows))
    assert refuse_stranger(book, filing) == []
    cells, troubles = take_apart(book, filing)
    content, wrong = read_cells(cells)
    # The two sheets that every return has are not what this is about.
    assert [one for one in [*troubles, *wrong] if one.sheet not in ("D0", "D1a")] == []
    for code, lines in rows.items():
        assert len(content[code]) == len(lines)
    assert total(content["D10a"], "benefit_yuan") == total(rows["D10a"], "benefit_yuan")
    assert [row["collected_on"] for row in content["D10a"]] == [row["collected_on"] for row in rows["D10a"]]
    assert [row["title_text"] for row in content["D10a"]] == [row["title_text"] for row in rows["D10a"]]
    for name in ("teams", "participants", "hazards_found", "hazards_open"):
        assert total(content["D10b"], name) == total(rows["D10b"], name)


def test_openpyxl_and_the_portal_agree_on_the_template(owed: ReturnObligation) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(Filing(owed), {})))
    assert [name.split(" ")[0] for name in book.sheetnames[1:]][: len(sheets())] == [one.code for one in sheets()]
    assert book[STAMP].sheet_state == "veryHidden"
