"""Whatever file a person can find, the answer is a workbook or a plain refusal, soon and with little memory."""

from __future__ import annotations

import io
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.unions.returns.corpus import (
    INLINE,
    Odd,
    cell,
    corpus,
    openpyxl_book,
    ordinary,
    row,
    with_formula,
    with_hidden_rows,
    with_merged_cells,
    with_sheet,
)
from unions.returns.reading import Limits, Line, Unreadable, Workbook, address, read_workbook

MIB = 1024 * 1024
CORPUS = corpus()


def answer(data: bytes, limits: Limits | None = None) -> Workbook | str:
    try:
        return read_workbook(data, limits or Limits())
    except Unreadable as refused:
        assert refused.messages
        return str(refused.code)


def memory(which: str) -> int:
    """VmRSS is what this process holds now, VmHWM the most it held since the mark was set back."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines[which].split()[0]) * 1024


@pytest.mark.parametrize("odd", CORPUS, ids=lambda odd: odd.name)
def test_every_file_is_answered_in_time_and_memory(odd: Odd) -> None:
    Path("/proc/self/clear_refs").write_text("5")
    before, began = memory("VmRSS"), time.monotonic()
    result = answer(odd.data)
    assert time.monotonic() - began <= 10
    assert memory("VmHWM") - before <= 256 * MIB
    if odd.answer is not None:
        assert (result if isinstance(result, str) else "") == odd.answer


def problems(data: bytes) -> list[tuple[str, str]]:
    book = answer(data)
    assert isinstance(book, Workbook)
    return [(problem.code, address(problem.row, problem.column)) for problem in book.problems]


def cells(data: bytes) -> list[tuple[int, tuple[object, ...]]]:
    book = answer(data)
    assert isinstance(book, Workbook)
    return [(line.number, line.cells) for line in next(iter(book.sheets.values()))]


def test_values_keep_their_kind() -> None:
    first, second, *_rest = cells(ordinary())
    assert first == (1, ("姓名", "证件号码", "入会日期", "月工资"))
    assert second == (2, ("王1", "330106199001010001", date(2014, 1, 1), 3000.5))


def test_dates_of_both_systems_are_the_same_days() -> None:
    assert cells(ordinary(date_1904=True)) == cells(ordinary())


def test_times_and_moments_and_truths() -> None:
    inside = [
        cell("A1", "<v>2014-06-30T10:00:00</v>", ' t="d"'),
        cell("B1", "<v>1</v>", ' t="b"'),
        cell("C1", "<v>7</v>"),
    ]
    assert cells(with_sheet(row(1, *inside))) == [(1, (datetime(2014, 6, 30, 10), True, 7.0))]


def test_text_is_as_typed_and_blank_rows_and_ends_are_cut() -> None:
    typed = cell("B3", '<is><t xml:space="preserve"> 王　１２ </t></is>', INLINE)
    assert cells(with_sheet(row(3, typed, '<c r="C3" s="1"/>') + row(4, '<c r="A4"/>'))) == [(3, (None, " 王　１２ "))]


def test_a_formula_without_a_value_is_named() -> None:
    assert problems(openpyxl_book(with_formula)) == [("formula_without_value", "D5")]


def test_a_formula_with_a_value_is_read() -> None:
    data = with_sheet(row(5, cell("A5", "<f>1+1</f><v>2</v>"), cell("B5", '<f>""</f><v></v>', ' t="str"')))
    assert problems(data) == []
    assert cells(data) == [(5, (2.0,))]


def test_a_cell_twice_is_named_wherever_it_stands() -> None:
    assert problems(with_sheet(row(4, cell("A4"), cell("A4", "<v>2</v>")))) == [("duplicate_cell", "A4")]
    assert problems(with_sheet(row(4, cell("A4")) + row(5, cell("B5"), cell("A4")))) == [("duplicate_cell", "A4")]
    assert problems(with_sheet(row(4, cell("A4")) + row(4, cell("A4")))) == [("duplicate_cell", "A4")]


def test_hidden_rows_with_data_are_one_finding() -> None:
    assert problems(openpyxl_book(with_hidden_rows)) == [("hidden_row", "6")]
    flat = with_sheet(row(9, cell("A9"), more=' ht="0" customHeight="1"'))
    assert problems(flat) == [("hidden_row", "9")]


def test_the_templates_own_hidden_and_merged_title_rows_are_none() -> None:
    title = row(1, cell("A1")) + row(2, cell("A2"), more=' hidden="1"') + row(6, cell("A6"))
    assert problems(with_sheet(title, '<mergeCells><mergeCell ref="A1:F1"/></mergeCells>')) == []


def test_merged_cells_in_the_data_are_named() -> None:
    assert problems(openpyxl_book(with_merged_cells)) == [("merged_cells", "A8")]


def test_an_error_in_a_cell_is_named() -> None:
    assert problems(with_sheet(row(4, cell("C4", "<v>#REF!</v>", ' t="e"')))) == [("error_value", "C4")]


def test_a_placeholder_for_a_result_is_none() -> None:
    """xlsxwriter writes 0 for every formula and asks Excel to compute it when the file is opened."""
    for result, wanted in ((0, [("formula_without_value", "A1")]), (2, [])):
        buffer = io.BytesIO()
        book = xlsxwriter.Workbook(buffer, {"in_memory": True})
        book.add_worksheet("会员").write_formula(0, 0, "=1+1", None, result)
        book.close()
        assert problems(buffer.getvalue()) == wanted


@pytest.mark.parametrize("number_format", ["0%", "0.00%", '0.0"约"%'])
def test_a_number_shown_as_a_percentage_is_named(number_format: str) -> None:
    def change(sheet: Any) -> None:
        sheet["B4"].number_format = number_format
        sheet["C4"].number_format = '0.00"%"'

    assert problems(openpyxl_book(change)) == [("percentage", "B4")]


def test_the_quick_look_and_the_full_look_agree() -> None:
    """A comment makes the same sheet be parsed in full."""
    with_comment = with_sheet("<!-- -->" + "".join(row(n, cell(f"A{n}"), cell(f"BH{n}")) for n in range(1, 9)))
    without = with_sheet("".join(row(n, cell(f"A{n}"), cell(f"BH{n}")) for n in range(1, 9)))
    assert cells(with_comment) == cells(without)
    assert problems(with_comment) == problems(without) == []


def test_larger_limits_may_be_given() -> None:
    data = with_sheet(row(20_001, cell("A20001")))
    assert answer(data) == "too_many_rows"
    book = answer(data, Limits(rows=30_000))
    assert isinstance(book, Workbook)
    assert list(book.sheets["会员"]) == [Line(20_001, (1.0,))]


def test_a_reader_that_takes_too_long_or_too_much_is_stopped() -> None:
    began = time.monotonic()
    assert answer(ordinary(2000), Limits(wall=0)) == "too_heavy"
    assert answer(ordinary(15_000), Limits(memory=20 * MIB)) == "too_heavy"
    assert time.monotonic() - began < 5


def test_addresses_are_excels_own() -> None:
    assert [address(7, column) for column in (1, 3, 26, 27, 702, 703, 16384)] == [
        "A7", "C7", "Z7", "AA7", "ZZ7", "AAA7", "XFD7",
    ]  # fmt: skip
