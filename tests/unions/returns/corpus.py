"""Odd and hostile workbooks, made by script: each a name, its bytes and what the reading path must answer.

The answer is a code of Unreadable, or "" for a workbook that reads, or None where either will do.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import openpyxl
import xlsxwriter

SHEET = "xl/worksheets/sheet1.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Odd:
    name: str
    data: bytes = field(repr=False)
    answer: str | None


def ordinary(rows: int = 20, **options: Any) -> bytes:
    """A small list of members as a usual program writes it."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, **options})
    sheet = book.add_worksheet("会员")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, ["姓名", "证件号码", "入会日期", "月工资"])
    for line in range(1, rows + 1):
        sheet.write_row(line, 0, [f"王{line}", f"33010619900101{line:04d}"])
        sheet.write_datetime(line, 2, date(2014, 1, 1), day)
        sheet.write_number(line, 3, 3000.5)
    book.close()
    return buffer.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes], *more: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [*parts.items(), *more]:
            archive.writestr(name, data)
    return buffer.getvalue()


def changed(name: str, change: Callable[[bytes], bytes], data: bytes | None = None) -> bytes:
    parts = parts_of(ordinary() if data is None else data)
    return packed(parts | {name: change(parts[name])})


def with_sheet(xml: str, after: str = "") -> bytes:
    """The ordinary workbook with these rows, and these elements behind them."""
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    body = f"{head}<worksheet {space}><sheetData>{xml}</sheetData>{after}</worksheet>"
    return changed(SHEET, lambda _old: body.encode())


def cell(reference: str, inside: str = "<v>1</v>", more: str = "") -> str:
    return f'<c r="{reference}"{more}>{inside}</c>'


def row(number: int, *cells: str, more: str = "") -> str:
    return f'<row r="{number}"{more}>{"".join(cells)}</row>'


def with_shared_strings(text: str) -> bytes:
    """The ordinary workbook, its shared texts replaced by these."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return changed("xl/sharedStrings.xml", lambda _old: f"<sst {space}>{text}</sst>".encode())


def macro_types(types: bytes) -> bytes:
    return types.replace(b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main")


def openpyxl_book(change: Callable[[Any], None]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in range(1, 11):
        sheet.append([f"李{line}", line, line * 2])
    change(sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_formula(sheet: Any) -> None:
    sheet["D5"] = "=SUM(B5:C5)"


def with_hidden_rows(sheet: Any) -> None:
    sheet.row_dimensions[6].hidden = sheet.row_dimensions[7].hidden = True


def with_merged_cells(sheet: Any) -> None:
    sheet.merge_cells("A8:B9")


def other_files() -> Iterator[Odd]:
    """What people send in place of a workbook."""
    yield Odd("nothing", b"", "empty")
    yield Odd("an old workbook", OLE + bytes(504) + "Workbook".encode("utf-16-le") + bytes(9000), "old_excel")
    yield Odd("a very old workbook", b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(4000), "old_excel")
    yield Odd("a password", OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(9000), "protected")
    yield Odd("an old document", OLE + bytes(504) + "WordDocument".encode("utf-16-le") + bytes(9000), "word")
    yield Odd("a list in GBK", "姓名,单位\r\n王建国,惠民街道\r\n".encode("gbk") * 50, "text_table")
    yield Odd("a list in UTF-8", "﻿姓名;单位\n王建国;惠民街道\n".encode(), "text_table")
    yield Odd("a list in UTF-16", "姓名\t单位\n王建国\t惠民街道\n".encode("utf-16"), "text_table")
    yield Odd("a web table", b"<html xmlns:x='urn:schemas'><body><table><tr><td>1</td></tr></table>", "web_page")
    yield Odd("an XML table", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com"/>', "xml_table")
    yield Odd("a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(1000), "pdf")
    yield Odd("a photo", b"\xff\xd8\xff\xe1" + random.Random(1).randbytes(5000), "picture")
    yield Odd("a phone photo", b"\x00\x00\x00\x18ftypheic" + random.Random(2).randbytes(5000), "picture")
    yield Odd("an archive", b"Rar!\x1a\x07\x00" + random.Random(3).randbytes(500), "archive")
    yield Odd("ten megabytes of anything", random.Random(4).randbytes(10 * 1024 * 1024), "unknown")
    yield Odd("a text", "请查收本季度报表".encode(), "plain_text")


def other_archives() -> Iterator[Odd]:
    """Archives that are something else, or more than a workbook."""
    parts = parts_of(ordinary())
    types = parts["[Content_Types].xml"]
    word = types.replace(b"spreadsheetml.sheet.main", b"wordprocessingml.document.main")
    slides = types.replace(b"spreadsheetml.sheet.main", b"presentationml.presentation.main")
    template = types.replace(b"spreadsheetml.sheet.main", b"spreadsheetml.template.main")
    yield Odd("a document renamed", packed({"[Content_Types].xml": word, "word/document.xml": b"<w/>"}), "word")
    yield Odd("a presentation renamed", packed({"[Content_Types].xml": slides, "ppt/p.xml": b"<p/>"}), "slides")
    yield Odd("a template", packed(parts | {"[Content_Types].xml": template}), "template")
    yield Odd("an open document", packed({"mimetype": b"x", "META-INF/manifest.xml": b"<m/>"}), "open_document")
    yield Odd("Numbers", packed({"Index/Document.iwa": b"x", "Metadata/p.plist": b"x"}), "numbers")
    yield Odd("a workbook within an archive", packed({"报表.xlsx": ordinary()}), "archive")
    yield Odd("a macro by its part", packed(parts, ("xl/vbaProject.bin", OLE)), "macro")
    yield Odd("a macro by its type", packed(parts | {"[Content_Types].xml": macro_types(types)}), "macro")
    without = {name: data for name, data in parts.items() if name != "xl/workbook.xml"}
    yield Odd("no workbook inside", packed(without), "no_workbook")
    yield Odd("no types", packed({name: data for name, data in parts.items() if "Types" not in name}), "archive")
    yield Odd("an encrypted archive", encrypted(ordinary()), "protected")


def encrypted(data: bytes) -> bytes:
    """Every part marked as encrypted in the directory."""
    return b"".join(
        piece if not at else b"PK\x01\x02" + piece[:4] + bytes([piece[4] | 1]) + piece[5:]
        for at, piece in enumerate(data.split(b"PK\x01\x02"))
    )


def hostile_archives() -> Iterator[Odd]:
    parts = parts_of(ordinary())
    zeros = bytes(80 * 1024 * 1024)
    yield Odd("a bomb", packed(parts, ("xl/media/a.bin", zeros)), "inflates_too_far")
    blank = b'<?xml version="1.0"?><worksheet><sheetData>' + b" " * len(zeros) + b"</sheetData></worksheet>"
    yield Odd("a bomb of blanks", changed(SHEET, lambda _old: blank), "inflates_too_far")
    yield Odd("a bomb that says it is small", lying_size(packed(parts, ("xl/media/a.bin", zeros))), "inflates_too_far")
    many = [(f"xl/media/{number}.xml", b"<a/>") for number in range(400)]
    yield Odd("too many parts", packed(parts, *many), "too_many_members")
    yield Odd("a part twice", duplicated(parts), "duplicate_members")
    yield Odd("a part twice but for case", packed(parts, (SHEET.upper(), b"<a/>")), "duplicate_members")
    for name in ("../../etc/passwd", "/etc/passwd", "xl\\evil.xml", "C:/evil.xml", "xl//a.xml"):
        yield Odd(f"a part named {name}", packed(parts, (name, b"x")), "strange_names")
    yield Odd("an archive behind something", b"PK\x03\x04" + bytes(60) + ordinary(), "unusual_archive")
    yield Odd("an archive with a comment", commented(ordinary()), "unusual_archive")
    yield Odd("an entity", changed(SHEET, with_doctype), "doctype")
    bomb = b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><sst>&b;</sst>'
    yield Odd("entities in the texts", changed("xl/sharedStrings.xml", lambda _old: bomb), "doctype")
    wide = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16")
    yield Odd("an entity in UTF-16", changed(SHEET, lambda _old: wide), "unusual_encoding")
    gbk = '<?xml version="1.0" encoding="GBK"?><a>王</a>'.encode("gbk")
    yield Odd("a part in GBK", changed(SHEET, lambda _old: gbk), "unusual_encoding")
    yield Odd("another compression", with_compression(parts, zipfile.ZIP_BZIP2), "unusual_compression")
    yield Odd("more than five megabytes", packed(parts, ("a.bin", random.Random(5).randbytes(6 << 20))), "too_large")


def with_doctype(xml: bytes) -> bytes:
    at = xml.index(b"<worksheet")
    return xml[:at] + b'<!DOCTYPE worksheet [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + xml[at:]


def with_compression(parts: dict[str, bytes], method: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def duplicated(parts: dict[str, bytes]) -> bytes:
    """Two parts whose names are made equal after packing: no packer writes such a file willingly."""
    return packed(parts, ("xl/worksheets/sheet9.xml", b"<a/>")).replace(b"sheet9.xml", b"sheet1.xml")


def commented(data: bytes) -> bytes:
    return data[:-2] + struct.pack("<H", 4) + b"hide"


def lying_size(data: bytes) -> bytes:
    """The last part's size in the directory set to ten bytes."""
    at = data.rindex(b"PK\x01\x02")
    return data[: at + 24] + struct.pack("<L", 10) + data[at + 28 :]


def odd_sheets() -> Iterator[Odd]:
    """Sheets that are valid, or nearly so, and try the reader."""
    far = '<dimension ref="A1:XFD1048576"/>'
    lie = changed(
        SHEET, lambda xml: xml.replace(xml[xml.index(b"<dimension") : xml.index(b"<sheetViews")], far.encode())
    )
    yield Odd("a lying dimension", lie, "")
    yield Odd("a far cell", with_sheet(row(1, cell("A1"), cell("XFD1"))), "too_many_columns")
    yield Odd("a far row", with_sheet(row(1, cell("A1")) + row(1048576, cell("A1048576"))), "too_many_rows")
    yield Odd("a far corner", with_sheet(row(1, cell("A1")) + row(1048576, cell("XFD1048576"))), "too_many_rows")
    yield Odd("a cell in a far column only by name", with_sheet(row(1, cell("A1"), cell("ZZZ1"))), "too_many_columns")
    styled = row(1, cell("A1")) + row(1048576, '<c r="XFD1048576" s="1"/>')
    yield Odd("far cells with a format and nothing in them", with_sheet(styled), "")
    yield Odd("far text that is empty", with_sheet(row(9999999, cell("A9999999", "<v></v>"))), "too_many_rows")
    beyond = "".join(row(n, *(cell(f"{c}{n}") for c in ("A", "BH"))) for n in range(1, 19_000))
    yield Odd("wide and nearly empty", with_sheet(beyond), "")
    yield Odd("a cell twice", with_sheet(row(4, cell("A4"), cell("A4", "<v>2</v>"))), "")
    yield Odd("a row twice", with_sheet(row(4, cell("A4")) + row(4, cell("B4"))), "")
    yield Odd("no addresses", with_sheet("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"), "")
    yield Odd("no cells", with_sheet(""), "")
    yield Odd("texts cut out of sight", with_sheet(row(1, cell("A1", "<v><![CDATA[1]]></v>", ' t="str"'))), "unusual")
    yield Odd("two tables of cells", with_sheet(row(1, cell("A1")), "<sheetData/>"), "unusual")
    yield Odd("a text that is not there", with_sheet(row(1, cell("A1", "<v>77</v>", ' t="s"'))), "damaged")
    yield Odd("an unknown kind of cell", with_sheet(row(1, cell("A1", more=' t="zz"'))), "damaged")
    yield Odd("no such address", with_sheet(row(1, cell("1A"))), "damaged")
    yield Odd("a negative format", with_sheet(row(1, cell("A1", more=' s="-1"'))), None)
    yield Odd("a format that is not there", with_sheet(row(1, cell("A1", more=' s="4000000000"'))), None)
    for kind in ("str", "inlineStr"):
        text = "王_x0000_明"
        inside = f"<is><t>{text}</t></is>" if kind == "inlineStr" else f"<v>{text}</v>"
        yield Odd(f"a text cut by nothing ({kind})", with_sheet(row(1, cell("A1", inside, f' t="{kind}"'))), "no_text")
    spilled = cell("C4", "<v>#SPILL!</v>", ERROR)
    yield Odd("an error the reader does not know", with_sheet(row(4, spilled)), "unknown_error")
    yield Odd("a number by the number of its character", with_sheet(row(1, cell("A1", "<v>&#49;2</v>"))), "unusual")
    yield Odd("a number with a comment in it", with_sheet(row(1, cell("A1", "<v>1<!-- -->2</v>"))), "unusual")
    yield Odd("a text with a line by its number", with_sheet(row(1, cell("A1", "<v>1&#10;2</v>", ' t="str"'))), "")
    yield Odd("two values", with_sheet(row(1, cell("A1", "<is><t>1</t></is><v>2</v>", INLINE))), "unusual")
    yield Odd("not a number", with_sheet(row(1, cell("A1", "<v>NaN</v>"), cell("B1", "<v>1e999</v>"))), "")
    yield Odd("dates beyond time", with_sheet(row(1, *(cell(f"{c}1", f"<v>{v}</v>", ' s="1"') for c, v in DAYS))), "")
    yield Odd(
        "a very long text", with_sheet(row(1, cell("A1", f"<is><t>{'王' * 40000}</t></is>", INLINE))), "text_too_long"
    )
    yield Odd("tags left open", with_sheet("<row><c><v>"), "damaged")
    yield Odd("nested deep", with_sheet("<a>" * 200_000 + "</a>" * 200_000), None)
    yield Odd("a million empty rows", with_sheet("".join(f'<row r="{n}"/>' for n in range(1, 900_000))), "")
    yield Odd("ten thousand merged areas", with_sheet(row(1, cell("A1")), merged(10_000)), "")


DAYS = (("A", "0"), ("B", "-5"), ("C", "60"), ("D", "2958466"), ("E", "99999999999"), ("F", "1e308"))
INLINE = ' t="inlineStr"'
ERROR = ' t="e"'


def merged(count: int) -> str:
    areas = "".join(f'<mergeCell ref="A{n}:XFD1048576"/>' for n in range(4, count + 4))
    return f"<mergeCells>{areas}</mergeCells>"


def odd_books() -> Iterator[Odd]:
    yield Odd("ordinary", ordinary(), "")
    yield Odd("ordinary with texts in the cells", ordinary(constant_memory=True), "")
    yield Odd("dates from 1904", ordinary(date_1904=True), "")
    yield Odd("a formula without a value", openpyxl_book(with_formula), "")
    yield Odd("hidden rows", openpyxl_book(with_hidden_rows), "")
    yield Odd("merged cells", openpyxl_book(with_merged_cells), "")
    yield Odd("a prefix on every element", changed(SHEET, prefixed), "")
    yield Odd(
        "a comment in the sheet", changed(SHEET, lambda xml: xml.replace(b"<sheetData>", b"<!-- a --><sheetData>")), ""
    )
    huge = "".join(f"<si><t>{n:08d}{'王' * 40}</t></si>" for n in range(300_000))
    yield Odd("very many texts", with_shared_strings(huge), "")
    yield Odd("too few texts", with_shared_strings("<si><t>a</t></si>"), "damaged")
    yield Odd("a text nested deep", with_shared_strings("<si>" * 100_000 + "</si>" * 100_000), None)
    yield Odd(
        "wrong content types",
        changed("[Content_Types].xml", lambda xml: xml.replace(b"worksheet+xml", b"chart+xml")),
        None,
    )
    yield Odd(
        "sheets that are not there",
        changed("xl/_rels/workbook.xml.rels", lambda xml: xml.replace(b"sheet1", b"sheet7")),
        "damaged",
    )
    yield Odd(
        "a sheet outside",
        changed(
            "xl/_rels/workbook.xml.rels", lambda xml: xml.replace(b"worksheets/sheet1.xml", b"../../../etc/passwd")
        ),
        "damaged",
    )
    yield Odd("two sheets of one name", two_names(), "damaged")
    many = b'<xf numFmtId="9"/>' * 500_000 + b"</cellXfs>"
    yield Odd("very many formats", changed("xl/styles.xml", lambda xml: xml.replace(b"</cellXfs>", many)), "")
    long_name = b'name="' + b"n" * 5000 + b'"'
    yield Odd(
        "a sheet of a very long name",
        changed("xl/workbook.xml", lambda xml: xml.replace('name="会员"'.encode(), long_name)),
        "long_name",
    )
    yield Odd("seventy sheets", many_sheets(70), "too_many_sheets")
    for part in ("xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", SHEET, "xl/_rels/workbook.xml.rels"):
        yield Odd(f"nothing in {part}", changed(part, lambda _old: b""), None)
        yield Odd(f"rubbish in {part}", changed(part, lambda _old: random.Random(6).randbytes(3000)), None)


def prefixed(xml: bytes) -> bytes:
    """The same sheet written with a namespace prefix, as some libraries do."""
    text = xml.decode()
    head, body = text.split("?>", 1)
    for name in ("worksheet", "dimension", "sheetViews", "sheetView", "sheetFormatPr", "sheetData", "row", "c", "v"):
        for end in (" ", ">", "/"):
            body = body.replace(f"<{name}{end}", f"<x:{name}{end}").replace(f"</{name}{end}", f"</x:{name}{end}")
    body = body.replace("<pageMargins", "<x:pageMargins").replace("<selection", "<x:selection")
    return f"{head}?>{body.replace('xmlns=', 'xmlns:x=')}".encode()


def two_names() -> bytes:
    parts = parts_of(many_sheets(2))
    book = parts["xl/workbook.xml"].replace(b'name="S1"', b'name="S0"')
    return packed(parts | {"xl/workbook.xml": book})


def many_sheets(count: int) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    for number in range(count):
        book.add_worksheet(f"S{number}").write(0, 0, number)
    book.close()
    return buffer.getvalue()


def broken(data: bytes, seed: int) -> Iterator[Odd]:
    """An ordinary file cut at many places, and with single bits turned over."""
    chance = random.Random(seed)
    for at in sorted(chance.sample(range(5, len(data) - 1), 25)):
        yield Odd(f"cut at {at}", data[:at], "incomplete")
    for _turn in range(40):
        at = chance.randrange(4, len(data))
        yield Odd(f"byte {at} turned", data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :], None)


def damaged_xml(seed: int) -> Iterator[Odd]:
    """Bits turned inside the parts and packed again, so that the check sums fit."""
    chance = random.Random(seed)
    parts = parts_of(ordinary(5))
    for turn in range(25):
        name = chance.choice([SHEET, SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
        at = chance.randrange(len(parts[name]))
        turned = parts[name][:at] + bytes([parts[name][at] ^ 1 << chance.randrange(8)]) + parts[name][at + 1 :]
        yield Odd(f"{name} turned at {at} ({turn})", packed(parts | {name: turned}), None)


def corpus() -> list[Odd]:
    sources: tuple[Iterator[Odd], ...] = (
        other_files(),
        other_archives(),
        hostile_archives(),
        odd_sheets(),
        odd_books(),
        broken(ordinary(), 7),
        damaged_xml(8),
    )
    return [odd for source in sources for odd in source]
