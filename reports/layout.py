"""From a document to the HTML that is printed: numbers of headings and annexes, captions, widths of columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.utils.timezone import localtime

from reports.documents.base import (
    Annex,
    AnnexRow,
    AnnexTable,
    ChartSheet,
    Document,
    Heading,
    Lang,
    Paragraph,
    PlanTable,
    Prose,
    Section,
    plain,
)
from reports.documents.words import chinese_number, long_date, words
from reports.faces import width
from reports.numbers import aimed, printed, signed
from reports.qr import data_uri
from reports.traditional import in_traditional

TEMPLATES = {"summary": "reports/pdf/text.html", "plan": "reports/pdf/text.html", "annex": "reports/pdf/annexes.html"}
FRAGMENTS = {
    AnnexTable: "reports/pdf/_indicators.html",
    ChartSheet: "reports/pdf/_charts.html",
    PlanTable: "reports/pdf/_plan.html",
}
TYPE = 10.5  # pt, 五号, of the table of indicators
# A parent's number and its child's, by level: 一、（一）1. in Chinese, 1. 1.1 (1) in English.
CHINESE_LEVELS = {1: "{zh}、", 2: "（{zh}）", 3: "{n}. "}
ENGLISH_LEVELS = {1: "{n}. ", 2: "{above}.{n} ", 3: "({n}) "}


def html(document: Document) -> str:
    """The whole document as HTML, in its language."""
    if document.lang == "zh-hant":
        document = in_traditional(document)
    return render_to_string(TEMPLATES[document.kind], context(document))


def context(document: Document) -> dict[str, Any]:
    """What the templates need beside the document itself."""
    title = " " if document.lang == "en" else ""
    return {
        "document": document,
        "medium": "print",
        "words": words(document.lang),
        "name": title.join(map(plain, document.title)),
        "sections": list(numbered_sections(document)),
        "annexes": list(numbered_annexes(document)),
        "edition": edition_line(document),
        "date_is_longer": width(long_date(document.issued_on, document.lang)) > width(plain(document.issuer)),
    }


@dataclass(frozen=True)
class Block:
    """A paragraph or heading with its number. ``level`` 0 is a paragraph."""

    level: int
    number: str
    prose: Prose


@dataclass(frozen=True)
class NumberedSection:
    """A section as printed."""

    number: str
    title: Prose
    blocks: list[Block]
    code: str
    qr: str


def numbered_sections(document: Document) -> Iterator[NumberedSection]:
    """Sections with their numbers and, where they have an address, its QR code."""
    for n, section in enumerate(document.sections, 1):
        qr = data_uri(section.href, section.code) if section.href else ""
        blocks = list(numbered_blocks(section, n, document.lang))
        yield NumberedSection(number(1, n, 0, document.lang), section.title, blocks, section.code, qr)


def numbered_blocks(section: Section, above: int, lang: Lang) -> Iterator[Block]:
    """Level 2 counts through its section; level 3, headings and numbered paragraphs alike, does too."""
    counts = {2: 0, 3: 0}
    for block in section.blocks:
        level = block.level if isinstance(block, Heading) else 3 if block.is_numbered else 0
        counts[level] = counts.get(level, 0) + 1
        label = number(level, counts[level], above, lang) if level else ""
        yield Block(*((0, label, block.prose) if isinstance(block, Paragraph) else (level, label, block.text)))


def number(level: int, n: int, above: int, lang: Lang) -> str:
    """The number before a heading or an item."""
    forms = ENGLISH_LEVELS if lang == "en" else CHINESE_LEVELS
    return forms[level].format(n=n, zh=chinese_number(n), above=above)


@dataclass(frozen=True)
class NumberedAnnex:
    """An annex as printed: ``附件1``, or ``附件`` where it is the only one."""

    number: str
    label: str
    annex: Annex
    fragment: str
    extra: dict[str, Any]


def numbered_annexes(document: Document) -> Iterator[NumberedAnnex]:
    """Annexes in their order with the template that sets each."""
    say = words(document.lang)
    several = len(document.annexes) > 1
    for n, annex in enumerate(document.annexes, 1):
        label = say["annex"] + ((" " if document.lang == "en" else "") + str(n) if several else "")
        extra = indicator_context(annex, say) if isinstance(annex, AnnexTable) else {}
        yield NumberedAnnex(f"{n}. " if several else "", label, annex, FRAGMENTS[type(annex)], extra)


def indicator_context(table: AnnexTable, say: dict[str, str]) -> dict[str, Any]:
    """Rows by group, which parts come first under their total, and how wide the columns must be."""
    return {
        "groups": [(group, list(marked(rows))) for group, rows in groupby(table.rows, lambda row: row.group)],
        "columns": column_widths(table.rows, say),
        "defined": [row for row in table.rows if row.definition],
        "explained": [check for check in table.checks if check.explanation],
    }


def marked(rows: Iterator[AnnexRow]) -> Iterator[tuple[AnnexRow, bool]]:
    """Each row, and whether it is the first part under its total, which alone says 其中."""
    after_part = False
    for row in rows:
        yield row, row.is_part and not after_part
        after_part = row.is_part


def column_widths(rows: tuple[AnnexRow, ...], say: dict[str, str]) -> dict[str, str]:
    """Points for each column of figures, so that its caption and the longest sum still stand on one line."""
    cells = {
        "unit": [row.unit for row in rows],
        "value": [printed(row.value, row.unit) for row in rows],
        "year_before": [printed(row.year_before, row.unit) for row in rows],
        "change": [signed(row.change) for row in rows],
        "target": [aimed(row.target, row.unit) for row in rows],
        "completion": [printed(row.completion, "%") for row in rows],
    }
    return {
        name: f"{max(width(text) for text in [*texts, *say[name].splitlines()]) * TYPE + 6:.1f}pt"
        for name, texts in cells.items()
    }


def edition_line(document: Document) -> str:
    """What identifies this copy, at the foot of every page; a draft's content is not frozen and has no checksum."""
    say, edition = words(document.lang), document.edition
    parts = [
        edition.key,
        say["draft" if document.is_draft else "edition"].format(edition.version),
        say["template"].format(edition.template),
        say["frozen"].format(f"{localtime(edition.frozen_at):%Y-%m-%d %H:%M}"),
        say["checksum"].format(edition.checksum) if edition.checksum and not document.is_draft else "",
    ]
    return say["gap"].join(filter(None, parts))
