"""The workbook that a chair fills in, made for one union and one quarter from the same columns the server checks by.

Row 1 holds the codes of the columns (hidden), row 2 the captions, row 3 the hints; the data begin in row 4. A hidden
sheet says whose workbook it is and of which layout.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import override
from xlsxwriter.utility import xl_col_to_name, xl_range_abs, xl_rowcol_to_cell

from unions.returns.columns import FILE_LANGUAGE, Column
from unions.returns.filing import Filing
from unions.returns.registry import TEMPLATE_VERSION, Sheet, sheets

FIRST_ROW = 4
STAMP, LISTS = "_stamp", "_lists"
# How far the drop-downs and checks of a sheet with many rows reach.
ROWS_OFFERED = 2000
RED, HEAD, FONT = "#C7252E", "#F3F4F6", "Microsoft YaHei"
# A list that is longer than this stands on a sheet of its own; Excel takes no more in a cell.
LONGEST_LIST = 255
# Excel's number of the paper.
A4 = 9


def layout() -> str:
    """A digest of sheets and columns: whether a workbook has today's layout."""
    said = ";".join(f"{sheet.code}:{','.join(sheet.columns)}" for sheet in sheets())
    return sha256(said.encode()).hexdigest()[:16]


def stamp_of(filing: Filing) -> dict[str, str]:
    """What the hidden sheet says."""
    return {
        "template": TEMPLATE_VERSION,
        "union": filing.union.code,
        "period": str(filing.quarter),
        "layout": layout(),
    }


def file_name(filing: Filing) -> str:
    return f"季报_{filing.union.code}_{filing.quarter}.xlsx"


def template(filing: Filing, *, filled: bool = False) -> bytes:
    """The workbook: with what the filing holds so far, or else what is known already.

    ``filled``, with all that the portal has of the quarter.
    """
    buffer = io.BytesIO()
    with override(FILE_LANGUAGE):
        book = Book(buffer, filing)
        book.write_guide()
        for sheet in sheets():
            if sheet.code not in filing.exempted:
                book.write_sheet(sheet, rows_of(sheet, filing, filled=filled))
        book.write_stamp()
        book.close()
    return buffer.getvalue()


def rows_of(sheet: Sheet, filing: Filing, *, filled: bool) -> Iterable[tuple[int, dict[str, Any]]]:
    """The rows to write with their numbers; what a version says stands where it stood."""
    if filing.content and not filled:
        rows = filing.rows(sheet.code)
        return [(row.number, row.values | {name: Typed(text) for name, text in row.typed.items()}) for row in rows]
    return enumerate(sheet.standing(filing) if filled else sheet.prefill(filing), start=FIRST_ROW)


class Typed(str):
    """What somebody typed that its column cannot read: written as it is."""


def on_paper(page: Any) -> None:
    """A4 across, all columns on one page: some chairs have it signed on paper first."""
    page.set_paper(A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)


@dataclass
class Styles:
    """The cell formats of a workbook."""

    caption: Any
    needed: Any
    hint: Any
    title: Any
    text: Any
    empty: Any

    @classmethod
    def of(cls, book: Any) -> Styles:
        head = {"font_name": FONT, "bold": True, "bg_color": HEAD, "border": 1, "text_wrap": True, "valign": "vcenter"}
        return cls(
            caption=book.add_format(head),
            needed=book.add_format(head | {"font_color": RED}),
            hint=book.add_format(
                {"font_name": FONT, "font_size": 9, "font_color": "#6B7280", "text_wrap": True, "valign": "top"}
            ),
            title=book.add_format({"font_name": FONT, "font_size": 16, "bold": True}),
            text=book.add_format({"font_name": FONT, "text_wrap": True, "valign": "top"}),
            empty=book.add_format({"bg_color": "#FDE8E8"}),
        )


class Book:
    """The workbook while it is written."""

    def __init__(self, buffer: io.BytesIO, filing: Filing) -> None:
        self.filing = filing
        self.book = xlsxwriter.Workbook(
            buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        # The same template is the same file.
        self.book.set_properties({"title": file_name(filing), "created": datetime(2026, 1, 1)})
        self.styles = Styles.of(self.book)
        self.formats: dict[str, Any] = {}
        self.lists: list[list[str]] = []

    def cell_format(self, number_format: str) -> Any:
        if number_format not in self.formats:
            self.formats[number_format] = self.book.add_format(
                {"font_name": FONT, "num_format": number_format, "locked": False}
            )
        return self.formats[number_format]

    def write_guide(self) -> None:
        """The first sheet: what to do, and what each sheet asks for."""
        page = self.book.add_worksheet(_("How to fill in"))
        page.hide_gridlines(2)
        page.set_paper(A4)
        page.fit_to_pages(1, 1)
        page.set_column(0, 0, 22)
        page.set_column(1, 1, 84)
        page.write(0, 0, _("Quarterly return of a union"), self.styles.title)
        lines = [
            (_("Union"), f"{self.filing.union.name} ({self.filing.union.code})"),
            (_("Quarter"), self.filing.quarter.label),
            (_("Due on"), f"{self.filing.obligation.due_on:%Y-%m-%d}"),
            (
                _("Red captions"),
                _("must be filled in. An empty cell means “not reported”; where there was nothing, write 0."),
            ),
            (
                _("Days and amounts"),
                _("Days as 2026-06-30. Amounts in yuan, not in ten thousands, two decimals at most."),
            ),
            (
                _("Numbers of documents"),
                _("ID numbers and phones are text: type them, do not let Excel make numbers of them."),
            ),
            (
                _("Sheets"),
                _("A sheet without anything to report stays empty. Do not rename, move or delete sheets and columns."),
            ),
        ]
        lines += [
            (self.name_of(sheet), str(sheet.lead)) for sheet in sheets() if sheet.code not in self.filing.exempted
        ]
        for number, (caption, text) in enumerate(lines, start=2):
            page.write(number, 0, caption, self.styles.caption)
            page.write(number, 1, text, self.styles.text)

    @staticmethod
    def name_of(sheet: Sheet) -> str:
        return f"{sheet.code} {sheet.title}"[:31]

    def write_sheet(self, sheet: Sheet, rows: Iterable[tuple[int, dict[str, Any]]]) -> None:
        page = self.book.add_worksheet(self.name_of(sheet))
        last = FIRST_ROW - 1 if sheet.is_single else FIRST_ROW - 2 + ROWS_OFFERED
        for place, (name, column) in enumerate(sheet.columns.items()):
            self.write_head(page, place, name, column)
            self.offer(page, place, column, last)
        self.mark_empty(page, sheet, last)
        on_paper(page)
        page.repeat_rows(1)
        page.set_row(0, None, None, {"hidden": True})
        page.set_row(1, 34)
        page.set_row(2, 46)
        page.freeze_panes(FIRST_ROW - 1, 1)
        for number, values in rows:
            self.write_row(page, sheet, number - 1, values)

    def write_head(self, page: Any, place: int, name: str, column: Column) -> None:
        # A Chinese letter is two wide, and a caption has two lines.
        width = max(column.kind.width, len(str(column.caption)) + 2)
        page.set_column(place, place, width, self.cell_format(column.kind.number_format))
        page.write_string(0, place, name)
        page.write_string(1, place, str(column.caption), self.styles.needed if column.required else self.styles.caption)
        page.write_string(2, place, str(column.hint), self.styles.hint)

    def offer(self, page: Any, place: int, column: Column, last: int) -> None:
        """The drop-down or check of a column, in the cells for data."""
        rule = column.kind.rule(self.filing)
        if not rule:
            return
        if rule["validate"] == "list" and len(",".join(rule["source"])) > LONGEST_LIST:
            rule = rule | {"source": self.list_range(rule["source"])}
        page.data_validation(
            FIRST_ROW - 1,
            place,
            last,
            place,
            rule | {"error_title": str(column.caption)[:32], "error_message": _("This does not fit here.")},
        )

    def list_range(self, words: list[str]) -> str:
        self.lists.append(words)
        place = len(self.lists) - 1
        return f"={LISTS}!{xl_range_abs(0, place, len(words) - 1, place)}"

    def mark_empty(self, page: Any, sheet: Sheet, last: int) -> None:
        """A required cell that is empty in a row that is not stands out while filling in."""
        ends = f"$A{FIRST_ROW}:${xl_col_to_name(len(sheet.columns) - 1)}{FIRST_ROW}"
        for place, column in enumerate(sheet.columns.values()):
            if column.required:
                here = xl_rowcol_to_cell(FIRST_ROW - 1, place)
                formula = f"=AND(COUNTA({ends})>0,ISBLANK({here}))"
                options = {"type": "formula", "criteria": formula, "format": self.styles.empty}
                page.conditional_format(FIRST_ROW - 1, place, last, place, options)

    def write_row(self, page: Any, sheet: Sheet, line: int, values: dict[str, Any]) -> None:
        for place, (name, column) in enumerate(sheet.columns.items()):
            if values.get(name) is not None and values[name] != "":
                value = values[name]
                cell = value if isinstance(value, Typed) else column.kind.cell(value)
                write = page.write_datetime if isinstance(cell, date) else page.write
                if isinstance(cell, str):
                    write = page.write_string
                write(line, place, cell, self.cell_format(column.kind.number_format))

    def write_stamp(self) -> None:
        page = self.book.add_worksheet(STAMP)
        for number, pair in enumerate(stamp_of(self.filing).items()):
            page.write_row(number, 0, pair)
        page.very_hidden()

    def close(self) -> None:
        if self.lists:
            page = self.book.add_worksheet(LISTS)
            for place, words in enumerate(self.lists):
                page.write_column(0, place, words)
            page.very_hidden()
        self.book.close()
