"""What a file is that is not an ordinary .xlsx, said in words, with what to do about it."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

Kind = tuple[str, Any]

PROTECTED = _(
    "The workbook is protected by a password. Open it in Excel or WPS with the password, remove the password "
    "(File, Protect workbook), save it and send it again."
)
MACRO = _(
    "The workbook contains macros. In Excel or WPS choose Save as, type Excel workbook (.xlsx), and send the new file."
)
OLD_EXCEL = _(
    "This is a workbook of the old kind (.xls or .et). In Excel or WPS choose Save as, type Excel workbook (.xlsx), "
    "and send the new file; changing only the name is not enough."
)
TEXT_TABLE = _(
    "This is a text table (CSV), not a workbook. Open it in Excel or WPS, choose Save as, type Excel workbook (.xlsx), "
    "and send the new file. Check before that no ID number was turned into a number."
)
BINARY_EXCEL = _(
    "This is a binary workbook (.xlsb). In Excel or WPS choose Save as, type Excel workbook (.xlsx), and send the "
    "new file."
)
TEMPLATE = _(
    "This is a workbook template (.xltx). In Excel or WPS choose Save as, type Excel workbook (.xlsx), and send the "
    "new file."
)
WORD = _("This is a Word document, not a workbook. Send the workbook (.xlsx).")
SLIDES = _("This is a presentation, not a workbook. Send the workbook (.xlsx).")
OPEN_DOCUMENT = _(
    "This is an OpenDocument table (.ods). Open it, choose Save as, type Excel workbook (.xlsx), and send the new file."
)
OTHER_DOCUMENT = _("This is a document of another kind, not a workbook. Send the workbook (.xlsx).")
NUMBERS = _("This is a table of Apple Numbers. Choose Export to, Excel, and send the .xlsx file.")
ARCHIVE = _("This is a compressed archive, not a workbook. Unpack it and send the workbook (.xlsx) inside.")
PDF = _("This is a PDF, not a workbook. Send the workbook (.xlsx) it was printed from.")
PICTURE = _("This is a picture, not a workbook. Send the workbook (.xlsx) itself, not a photo of it.")
WEB_PAGE = _(
    "This is a web page saved under the name of a workbook. Open it in Excel or WPS, choose Save as, "
    "type Excel workbook (.xlsx), and send the new file."
)
XML_TABLE = _(
    "This is an XML table, not a workbook. Open it in Excel or WPS, choose Save as, type Excel workbook (.xlsx), "
    "and send the new file."
)
PLAIN_TEXT = _("This is a text file, not a workbook. Send the workbook (.xlsx).")
NOTHING_KNOWN = _("This is not a workbook. Open your table in Excel or WPS, save it as .xlsx and send that file.")
NO_WORKBOOK = _("There is no workbook in this file. Open your table in Excel or WPS, save it as .xlsx and send that.")

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BEGINNINGS: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF", ("pdf", PDF)),
    (b"\x89PNG", ("picture", PICTURE)),
    (b"\xff\xd8\xff", ("picture", PICTURE)),
    (b"GIF8", ("picture", PICTURE)),
    (b"BM", ("picture", PICTURE)),
    (b"II*\x00", ("picture", PICTURE)),
    (b"MM\x00*", ("picture", PICTURE)),
    (b"Rar!", ("archive", ARCHIVE)),
    (b"7z\xbc\xaf", ("archive", ARCHIVE)),
    (b"\x1f\x8b", ("archive", ARCHIVE)),
    (b"PK", ("archive", ARCHIVE)),
    (b"{\\rtf", ("word", WORD)),
    (b"\x09\x08", ("old_excel", OLD_EXCEL)),
    (b"\x09\x04", ("old_excel", OLD_EXCEL)),
    (b"\x09\x02", ("old_excel", OLD_EXCEL)),
    (b"\x09\x00", ("old_excel", OLD_EXCEL)),
)
# Names of streams inside an OLE file, as they stand in its directory.
STREAMS: tuple[tuple[str, Kind], ...] = (
    ("EncryptedPackage", ("protected", PROTECTED)),
    ("Workbook", ("old_excel", OLD_EXCEL)),
    ("Book", ("old_excel", OLD_EXCEL)),
    ("WordDocument", ("word", WORD)),
    ("PowerPoint Document", ("slides", SLIDES)),
)
# Marks in the list of content types, the more particular first.
TYPES: tuple[tuple[bytes, Kind], ...] = (
    (b"application/vnd.ms-excel.sheet.binary", ("xlsb", BINARY_EXCEL)),
    (b"macroEnabled", ("macro", MACRO)),
    (b"application/vnd.ms-office.vbaProject", ("macro", MACRO)),
    (b"spreadsheetml.template.main+xml", ("template", TEMPLATE)),
    (b"wordprocessingml", ("word", WORD)),
    (b"presentationml", ("slides", SLIDES)),
)
OPEN_DOCUMENT_MEMBERS = {"mimetype", "meta-inf/manifest.xml"}
HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|meta|table|body)\b|^MIME-Version:", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def of_other_file(data: bytes) -> Kind:
    """What a file that is no archive is, by its own bytes; its name proves nothing."""
    if data.startswith(OLE):
        return next((kind for name, kind in STREAMS if name.encode("utf-16-le") in data), ("document", OTHER_DOCUMENT))
    if data[4:8] == b"ftyp" or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return "picture", PICTURE
    # Text is looked at before magic numbers of two letters: a list may well begin "BM".
    return of_text(data) or next(
        (kind for beginning, kind in BEGINNINGS if data.startswith(beginning)), ("unknown", NOTHING_KNOWN)
    )


def of_text(data: bytes) -> Kind | None:
    text = as_text(data)
    if text is None or data.startswith((b"%PDF", b"{\\rtf")):
        return None
    if HTML.search(data[:4096].lstrip(b"\xef\xbb\xbf \r\n\t")):
        return "web_page", WEB_PAGE
    if text.lstrip().startswith("<?xml"):
        return "xml_table", XML_TABLE
    first = text.strip().split("\n", 1)[0]
    if re.search(r"[,，;；\t|]", first):
        return "text_table", TEXT_TABLE
    return "plain_text", PLAIN_TEXT


def as_text(data: bytes) -> str | None:
    """The beginning as text, if the file is text in one of the encodings met here."""
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        # A sample may end within a character, so what follows its last line is left out.
        sample = data if len(data) <= 65536 else data[:65536].rsplit(b"\n", 1)[0]
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if CONTROL.search(text) else text
    return None


def of_archive(names: set[str], types: bytes | None) -> Kind | None:
    """What an archive is by its parts (names in lower case) and content types; None for an ordinary workbook."""
    if names >= OPEN_DOCUMENT_MEMBERS:
        return "open_document", OPEN_DOCUMENT
    if any(name.startswith("index/") and name.endswith(".iwa") for name in names) or "index.zip" in names:
        return "numbers", NUMBERS
    if types is None:
        return "archive", ARCHIVE
    if "xl/vbaproject.bin" in names or any(name.startswith("xl/macrosheets/") for name in names):
        return "macro", MACRO
    for mark, kind in TYPES:
        if mark in types:
            return kind
    return None if "xl/workbook.xml" in names else ("no_workbook", NO_WORKBOOK)
