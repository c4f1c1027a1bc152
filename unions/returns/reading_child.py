"""Reads one workbook inside a child process that may be killed at any moment: ``python -I reading_child.py LIMITS``.

It knows neither Django nor the settings. The workbook comes by standard input; frames of (length, marshal) go out.
Sheet XML is looked at before the reader sees it, because the reader believes it: a cell at the far end of the sheet
would cost all memory, and of two cells with one address it keeps the last. Nothing is repaired here.
"""

from __future__ import annotations

import io
import json
import marshal
import math
import posixpath
import re
import resource
import struct
import sys
import zipfile
from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, BinaryIO
from xml.parsers import expat

LINES_IN_FRAME = 2000
LONGEST_TEXT = 32_767
# Excel allows 31 characters to the name of a sheet; other programs write somewhat longer ones.
EXCELS_LONGEST_NAME, LONGEST_NAME = 31, 60
PROBLEMS_OF_SHEET = 500
# Titles above the table may be merged, and the template hides its row of column keys there.
TITLE_ROWS = 3

ROW = re.compile(rb'<row r="(\d+)"([^>]*)>')
REFERENCE = re.compile(rb'<c r="([A-Z]{1,3}\d+)"')
# Anything between the rows but plain cells with plain values; a formula, a prefix, a comment, an odd order of words.
UNUSUAL = re.compile(rb'<(?!/|c r="|v>|row r="|is>|t>|t )')
ADDRESS = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
NO_HEIGHT = re.compile(rb'\bht="0(?:\.0*)?"')
SPECIAL = re.compile(rb"<!|mergeCell|<sheetData")
# In a value that is no text the reader drops a character written by its number, and what stands behind a comment.
CUT_VALUE = re.compile(
    rb'<(?:\w+:)?c\b(?![^>]*\st="str")[^>]*>\s*(?:<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>))?'
    rb"\s*<(?:\w+:)?v\b[^>]*>[^<]*(?:&#|<[!?])"
)
# What the reader knows of the errors of Excel; with any other it gives the sheet up.
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "")
PERCENT_FORMATS = (9, 10)
MOST_STYLES = 100
LITERAL = re.compile(r'"[^"]*"|\\.')
DIGITS = b"0123456789"
NO_MEMORY = expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]
TRUE = ("1", "true")


class RefusedError(Exception):
    """The workbook cannot be taken; ``code`` and its values are put into words by the parent."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


class NotOrdinaryError(Exception):
    """The quick look is not sure: the sheet is parsed in full."""


def main() -> None:
    limits = json.loads(sys.argv[1])
    hold(limits)
    data, out = sys.stdin.buffer.read(), sys.stdout.buffer
    try:
        for frame in frames(data, limits):
            send(out, frame)
    except RefusedError as refused:
        send(out, ("refused", refused.code, refused.values))
    except (MemoryError, ImportError):
        # Without memory the reader itself cannot be loaded.
        send(out, ("refused", "too_heavy", {}))
    except BaseException:
        # The reader raises PanicException, which is no Exception; whatever it was, the file cannot be read.
        send(out, ("refused", "damaged", {}))
    out.flush()


def hold(limits: dict[str, int]) -> None:
    """Bind this process before it touches the file: memory, processor time, no files written, no core."""
    memory, cpu = limits["memory"], limits["cpu"]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def send(out: BinaryIO, frame: tuple[Any, ...]) -> None:
    packed = marshal.dumps(frame)
    out.write(struct.pack("<I", len(packed)) + packed)


def frames(data: bytes, limits: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    """The workbook as messages: properties, then for each sheet its name, problems and lines, then the end."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    parts = Parts(data)
    hints = parts.hints()
    looks = {name: look(parts.text(path), name, limits, hints) for name, path in parts.sheets(limits["sheets"])}
    if sum(found.rows * found.columns for found in looks.values()) > limits["rows"] * limits["columns"]:
        raise RefusedError("too_many_cells")
    properties = parts.properties()
    parts.close()
    yield "properties", properties
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    kinds = {sheet.name: sheet.typ for sheet in book.sheets_metadata}
    if set(looks) != set(book.sheet_names):
        raise RefusedError("damaged")
    room = Room(limits["inflated_bytes"])
    for name, found in looks.items():
        if kinds[name] == SheetTypeEnum.WorkSheet:
            yield "sheet", name, found.problems
            yield from lines(book.get_sheet_by_name(name), name, room)
    yield ("end",)


class Parts:
    """The parts of the archive that say which sheets there are and where they stand."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.names = {name.lower(): name for name in self.archive.namelist()}

    def close(self) -> None:
        self.archive.close()

    def text(self, path: str) -> bytes:
        if path.lower() not in self.names:
            raise RefusedError("damaged")
        return self.archive.read(self.names[path.lower()])

    def sheets(self, most: int) -> list[tuple[str, str]]:
        """(name, path) of every sheet in the workbook's order."""
        targets = {
            found.get("Id", ""): found.get("Target", "")
            for found in elements(self.text("xl/_rels/workbook.xml.rels"), "Relationship")
        }
        listed = [
            (found.get("name", ""), part_path(targets.get(found.get("id", ""), "")))
            for found in elements(self.text("xl/workbook.xml"), "sheet")
        ]
        if len(listed) > most:
            raise RefusedError("too_many_sheets", limit=most)
        for name, _path in listed:
            if len(name) > LONGEST_NAME:
                raise RefusedError("long_name", sheet=name[:LONGEST_NAME], limit=EXCELS_LONGEST_NAME)
        if not listed or len({name for name, _path in listed}) != len(listed):
            raise RefusedError("damaged")
        if b"<![CDATA[" in self.text("xl/sharedStrings.xml") if "xl/sharedstrings.xml" in self.names else False:
            raise RefusedError("unusual")
        return listed

    def hints(self) -> Hints:
        """What workbook and formats say of the cells of every sheet."""
        orders = elements(self.text("xl/workbook.xml"), "calcPr")
        is_stale = any(order.get("fullCalcOnLoad") in TRUE for order in orders)
        styles = self.text("xl/styles.xml") if "xl/styles.xml" in self.names else b""
        return Hints(is_stale, percent_styles(styles) if styles else frozenset())

    def properties(self) -> dict[str, str]:
        """The workbook's own document properties by name."""
        if "docprops/custom.xml" not in self.names:
            return {}
        return dict(custom_properties(self.text("docProps/custom.xml")))


def part_path(target: str) -> str:
    return posixpath.normpath(target.lstrip("/") if target.startswith("/") else f"xl/{target}")


def local(name: str) -> str:
    return name.rpartition(":")[2]


def parser() -> Any:
    made = expat.ParserCreate()
    made.buffer_text = True
    return made


def parse(made: Any, text: bytes) -> None:
    try:
        made.Parse(text, True)
    except expat.ExpatError as error:
        raise (MemoryError() if error.code == NO_MEMORY else RefusedError("damaged")) from None


def elements(text: bytes, wanted: str) -> list[dict[str, str]]:
    """The attributes, by local name, of every element of that name."""
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == wanted:
            found.append({local(key): value for key, value in attributes.items()})

    reader = parser()
    reader.StartElementHandler = start
    parse(reader, text)
    return found


def custom_properties(text: bytes) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "property":
            found.append((attributes.get("name", ""), ""))

    def characters(text: str) -> None:
        if found:
            found[-1] = (found[-1][0], found[-1][1] + text.strip())

    reader = parser()
    reader.StartElementHandler, reader.CharacterDataHandler = start, characters
    parse(reader, text)
    return found


class Hints:
    """Whether the results of formulas are only placeholders, and which styles show a number as a percentage."""

    def __init__(self, is_stale: bool = False, percents: frozenset[str] = frozenset()) -> None:
        self.is_stale, self.percents = is_stale, percents

    def shows_percents(self, body: bytes) -> bool:
        """Whether any cell may have such a style; of very many styles nobody asks which."""
        if len(self.percents) > MOST_STYLES:
            return True
        styles = "|".join(sorted(self.percents)).encode()
        return bool(styles) and re.search(rb'<c r="[^>]*\bs="(?:' + styles + rb')"', body) is not None


def percent_styles(text: bytes) -> frozenset[str]:
    """The numbers of the cell formats that show 0.05 as 5%."""
    formats = set(PERCENT_FORMATS)
    styles: list[int] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        number = attributes.get("numFmtId", "")
        if local(name) == "cellXfs":
            inside = True
        elif (
            local(name) == "numFmt" and number.isdecimal() and "%" in LITERAL.sub("", attributes.get("formatCode", ""))
        ):
            formats.add(int(number))
        elif local(name) == "xf" and inside:
            styles.append(int(number) if number.isdecimal() else 0)

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and local(name) != "cellXfs"

    reader = parser()
    reader.StartElementHandler, reader.EndElementHandler = start, end
    parse(reader, text)
    return frozenset(str(place) for place, number in enumerate(styles) if number in formats)


class Look:
    """What a sheet's XML shows before the reader sees it: how far its cells reach, and what the reader hides."""

    def __init__(
        self, rows: int = 0, columns: int = 0, problems: list[tuple[int, int, str, str]] | None = None
    ) -> None:
        self.rows, self.columns, self.problems = rows, columns, problems or []


def look(text: bytes, name: str, limits: dict[str, int], hints: Hints) -> Look:
    if b"<![CDATA[" in text or is_cut(text):
        # The reader drops such text without a word.
        raise RefusedError("unusual")
    try:
        found = quick_look(text, hints)
        if found.rows > limits["rows"] or found.columns > limits["columns"]:
            raise NotOrdinaryError
    except NotOrdinaryError:
        found = FullLook(name, limits, hints).of(text)
    return found


def is_cut(text: bytes) -> bool:
    may_be = b"&#" in text or b"<!--" in text or text.find(b"<?", len(b"<?xml")) > 0
    return may_be and CUT_VALUE.search(text) is not None


def quick_look(text: bytes, hints: Hints) -> Look:
    """A sheet as every usual program writes it, with nothing to report. Raises NotOrdinaryError at any doubt.

    Without comments and prefixes "<c " can stand for nothing but a cell, so the bytes may be searched.
    """
    begin, end = text.find(b"<sheetData>"), text.find(b"</sheetData>")
    if begin < 0 or end < 0 or b"<!" in text[:begin] or SPECIAL.search(text, end):
        raise NotOrdinaryError
    body = text[begin + len(b"<sheetData>") : end]
    if UNUSUAL.search(body) or b't="e"' in body or b"</is><v" in body or hints.shows_percents(body):
        raise NotOrdinaryError
    return quick_rows(body)


def quick_rows(body: bytes) -> Look:
    last, widest, counted = 0, 0, 0
    known: dict[bytes, int] = {}
    ahead = None
    for row in ROW.finditer(body):
        if ahead is not None:
            counted += quick_row(body[ahead.end() : row.start()], ahead.group(1), known)
        if int(row.group(1)) <= last or b"hidden" in row.group(2) or NO_HEIGHT.search(row.group(2)):
            raise NotOrdinaryError
        last, ahead = int(row.group(1)), row
    if ahead is not None:
        counted += quick_row(body[ahead.end() :], ahead.group(1), known)
    widest = max(known.values(), default=0)
    if counted != body.count(b'<c r="'):
        raise NotOrdinaryError
    return Look(last, widest)


def quick_row(text: bytes, number: bytes, known: dict[bytes, int]) -> int:
    """How many cells the row has; each must bear the row's number and stand right of the one before."""
    references = REFERENCE.findall(text)
    if not references:
        return 0
    joined = b" ".join(references) + b" "
    letters = joined.translate(None, DIGITS)
    if joined.count(number + b" ") != len(references) or len(joined) - len(letters) != len(number) * len(references):
        raise NotOrdinaryError
    if letters not in known:
        columns = [column_number(part.decode()) for part in letters.split()]
        if any(left >= right for left, right in zip(columns, columns[1:], strict=False)):
            raise NotOrdinaryError
        known[letters] = columns[-1]
    return len(references)


def column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


class FullLook:
    """The sheet's XML parsed in full, cell by cell, with everything reported that the reader would hide."""

    def __init__(self, name: str, limits: dict[str, int], hints: Hints) -> None:
        self.name, self.limits, self.hints = name, limits, hints
        self.row = self.column = 0
        self.attributes: dict[str, str] = {}
        self.inside: set[str] = set()
        self.text: list[str] = []
        self.value = ""
        self.place = (0, 0)
        self.is_hidden = self.has_sheet_data = False
        self.content: set[int] = set()
        self.rows_with_content: set[int] = set()
        self.hidden: set[int] = set()
        self.merged: list[str] = []
        self.widest = 0
        self.problems: list[tuple[int, int, str, str]] = []

    def of(self, text: bytes) -> Look:
        reader = parser()
        reader.StartElementHandler, reader.EndElementHandler = self.start, self.end
        reader.CharacterDataHandler = self.text.append
        parse(reader, text)
        self.report_hidden()
        self.report_merged()
        return Look(max(self.rows_with_content, default=0), self.widest, sorted(self.problems))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = local(name)
        if name == "c":
            self.begin_cell(attributes)
        elif name in ("v", "is", "f"):
            self.inside.add(name)
            if name == "v":
                self.text.clear()
        elif name == "row":
            self.begin_row(attributes)
        elif name == "mergeCell":
            self.merged.append(attributes.get("ref", ""))
        elif name == "sheetData":
            if self.has_sheet_data:
                raise RefusedError("unusual")
            self.has_sheet_data = True

    def begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self.row = int(number) if number.isdecimal() else self.row + 1
        self.column = 0
        self.is_hidden = attributes.get("hidden") in TRUE or attributes.get("ht", "").rstrip(
            "0."
        ) == "" != attributes.get("ht", "")

    def begin_cell(self, attributes: dict[str, str]) -> None:
        self.attributes = attributes
        self.inside.clear()
        self.text.clear()
        self.place = (self.row, self.column + 1)
        reference = attributes.get("r")
        if reference is not None:
            match = ADDRESS.fullmatch(reference)
            if match is None:
                raise RefusedError("damaged")
            self.place = (int(match.group(2)), column_number(match.group(1)))
        self.column = self.place[1]

    def end(self, name: str) -> None:
        if local(name) == "v":
            self.value = "".join(self.text)
        elif local(name) == "c":
            self.end_cell()

    def end_cell(self) -> None:
        if not self.inside:
            return
        row, column = self.place
        if row > self.limits["rows"]:
            raise RefusedError("too_many_rows", sheet=self.name, row=row, limit=self.limits["rows"])
        if column > self.limits["columns"]:
            raise RefusedError(
                "too_many_columns", sheet=self.name, row=row, column=column, limit=self.limits["columns"]
            )
        self.widest = max(self.widest, column)
        self.rows_with_content.add(row)
        if self.is_hidden:
            self.hidden.add(row)
        key = row << 14 | column
        if key in self.content:
            self.report(row, column, "duplicate_cell")
        self.content.add(key)
        self.check_value(row, column)

    def check_value(self, row: int, column: int) -> None:
        kind = self.attributes.get("t", "n")
        value = self.value if "v" in self.inside else ""
        if {"is", "v"} <= self.inside:
            raise RefusedError("unusual")
        if "f" in self.inside and not self.has_result(kind, value):
            self.report(row, column, "formula_without_value")
        elif kind == "e":
            if value not in ERRORS:
                raise RefusedError("unknown_error", sheet=self.name, row=row, column=column, value=value[:20])
            self.report(row, column, "error_value", value)
        elif kind == "n" and value and self.attributes.get("s") in self.hints.percents:
            self.report(row, column, "percentage", value)

    def has_result(self, kind: str, value: str) -> bool:
        """An empty text is a result too; an empty number is none, nor is the 0 that some programs write for later."""
        if not value:
            return kind == "str" and "v" in self.inside
        return not (self.hints.is_stale and value == "0")

    def report(self, row: int, column: int, code: str, detail: str = "") -> None:
        if len(self.problems) < PROBLEMS_OF_SHEET:
            self.problems.append((row, column, code, detail))

    def report_hidden(self) -> None:
        """One problem for each run of hidden rows with data: a filter left on hides hundreds."""
        run: list[int] = []
        for row in [*sorted(row for row in self.hidden if row > TITLE_ROWS), 0]:
            if run and row != run[-1] + 1:
                self.report(run[0], 0, "hidden_row", f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]))
                run = []
            run.append(row)

    def report_merged(self) -> None:
        rows = sorted(self.rows_with_content)
        for reference in self.merged[:PROBLEMS_OF_SHEET]:
            ends = [ADDRESS.fullmatch(corner) for corner in reference.replace("$", "").split(":")]
            if not ends or None in ends:
                continue
            top, bottom = (int(end.group(2)) for end in (ends[0], ends[-1]) if end is not None)
            at = bisect_left(rows, max(top, TITLE_ROWS + 1))
            if at < len(rows) and rows[at] <= bottom and ends[0] is not None:
                self.report(top, column_number(ends[0].group(1)), "merged_cells", reference)


class Room:
    """How much the answer may still hold, so that the parent's memory is bounded too."""

    def __init__(self, left: int) -> None:
        self.left = left // 2
        self.texts: dict[str, str] = {}

    def shared(self, text: str) -> str:
        """The same text as one object: marshal writes it once, and the parent holds it once."""
        known = self.texts.get(text)
        if known is None:
            self.left -= len(text)
            if self.left < 0:
                raise RefusedError("too_many_cells")
            if len(self.texts) > 50_000:
                self.texts.clear()
            known = self.texts[text] = text
        return known


def lines(sheet: Any, name: str, room: Room) -> Iterator[tuple[Any, ...]]:
    """("lines", [(row number, cells)], [(place in the list, column, date parts)]): marshal knows no dates."""
    if sheet.start is None:
        return
    left = (None,) * sheet.start[1]
    batch: list[tuple[int, tuple[Any, ...]]] = []
    dates: list[tuple[int, int, tuple[int, ...]]] = []
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [*left, *(cell if cell != "" else None for cell in row)]
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            continue
        for column, cell in enumerate(cells):
            if cell.__class__ is str:
                if len(cell) > LONGEST_TEXT:
                    raise RefusedError("text_too_long", sheet=name, row=number, column=column + 1, limit=LONGEST_TEXT)
                if "\0" in cell:
                    raise RefusedError("no_text", sheet=name, row=number, column=column + 1)
                cells[column] = room.shared(cell)
            elif cell is not None and cell.__class__ is not bool:
                cells[column] = plain(cell, len(batch), column, dates)
        batch.append((number, tuple(cells)))
        if len(batch) == LINES_IN_FRAME:
            yield "lines", batch, dates
            batch, dates = [], []
    if batch:
        yield "lines", batch, dates


def plain(cell: Any, line: int, column: int, dates: list[tuple[int, int, tuple[int, ...]]]) -> Any:
    """A number as it is, if it is one; a date beside the line; times and durations as text."""
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else str(cell)
    if isinstance(cell, datetime):
        at = (cell.year, cell.month, cell.day, cell.hour, cell.minute, cell.second, cell.microsecond)
        dates.append((line, column, at))
        return None
    if isinstance(cell, date):
        dates.append((line, column, (cell.year, cell.month, cell.day)))
        return None
    return str(cell)


if __name__ == "__main__":
    main()
