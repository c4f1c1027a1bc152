"""The shape of a printed document: what the report builders fill and the print engine sets.

Plain frozen values: no database, no HTML, no layout. A sentence whose figure is not reported is left out by
the builder; numbers of headings, items and annexes are given by the engine, so what is left out leaves no gap.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

Lang = Literal["zh-hans", "zh-hant", "en"]
Kind = Literal["summary", "plan", "annex"]


@dataclass(frozen=True)
class Name:
    """A proper name inside prose: never converted to traditional characters."""

    text: str


@dataclass(frozen=True)
class Figure:
    """A figure bound to its indicator, as printed, with its unit: ``Figure("CARE-18", "8,160人次")``.

    ``href`` is the absolute address of the rows behind it; a relative one serves the page and is left out of the PDF.
    """

    code: str
    text: str
    href: str = ""


Piece = str | Name | Figure
Prose = Piece | tuple[Piece, ...]


def pieces(prose: Prose) -> tuple[Piece, ...]:
    """Prose as a sequence, also where a builder wrote a bare string."""
    return prose if isinstance(prose, tuple) else (prose,)


def plain(prose: Prose) -> str:
    """The words alone, for bookmarks, metadata and measuring."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in pieces(prose))


@dataclass(frozen=True)
class Paragraph:
    """One paragraph. Numbered ones (``1.``) are counted through their section."""

    prose: Prose
    is_numbered: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading inside a section: level 2 ``（一）`` or level 3 ``1.``, without its number."""

    level: Literal[2, 3]
    text: Prose


@dataclass(frozen=True)
class Section:
    """A level-1 part ``一、``. ``href``, if given, is printed as a QR code in the margin with ``code`` under it."""

    code: str
    title: Prose
    blocks: tuple[Paragraph | Heading, ...] = ()
    href: str = ""


@dataclass(frozen=True)
class AnnexRow:
    """One indicator as printed in the annex table; ``None`` prints as a dash.

    ``change`` is in per cent, of a rate in percentage points; ``completion`` in per cent of the year's target.
    A part (``其中``) follows its total. Rows of one ``group`` stand together.
    """

    code: str
    name: Prose
    unit: str
    value: Decimal | None = None
    year_before: Decimal | None = None
    change: Decimal | None = None
    target: Decimal | None = None
    completion: Decimal | None = None
    is_part: bool = False
    group: str = ""
    definition: Prose = ""


class Outcome(StrEnum):
    """How a consistency rule ended."""

    PASSED = "passed"
    EXPLAINED = "explained"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class CheckResult:
    """One consistency rule: ``working`` is the sum worked out (4,040＋688＝4,728), ``explanation`` why it may fail."""

    rule: str
    outcome: Outcome
    codes: str = ""
    working: str = ""
    explanation: Prose = ""


@dataclass(frozen=True)
class ReturnRemark:
    """Why a figure of a union's return that looked odd is right, in the union's own words; ``place`` says where."""

    union: Prose
    place: str
    value: str
    explanation: Prose


@dataclass(frozen=True)
class AnnexTable:
    """The indicators with year before, target and completion; then notes, definitions and the consistency checks.

    Last come the remarks of unions on figures of their returns.
    """

    title: Prose
    rows: tuple[AnnexRow, ...]
    notes: tuple[Prose, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    remarks: tuple[ReturnRemark, ...] = ()


class ChartKind(StrEnum):
    """``BAR`` horizontal bars of one series; ``GROUPED`` this period over the year before; ``SHARE`` part of a whole;
    ``LINE`` a course over periods."""

    BAR = "bar"
    GROUPED = "grouped"
    SHARE = "share"
    LINE = "line"


@dataclass(frozen=True)
class Series:
    """One row of a chart's table, as many values as the chart has categories; ``None`` is not reported."""

    name: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class Mark:
    """A reference line across a chart: the target, or the pace expected by now."""

    value: Decimal
    label: str
    is_target: bool = True


@dataclass(frozen=True)
class Chart:
    """A chart and its table.

    The first series is the present. The second is the year before in ``GROUPED``, the target or year before in
    ``LINE`` (dashed), the wholes in ``SHARE`` (without it the whole is the sum). ``hrefs`` are the rows behind each
    category, linked in the page. ``basis`` says what was counted and until when, ``source`` where it comes from.
    """

    title: str
    unit: str
    kind: ChartKind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    basis: str = ""
    source: str = ""
    marks: tuple[Mark, ...] = ()
    hrefs: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChartSheet:
    """The annex of charts."""

    title: Prose
    charts: tuple[Chart, ...]
    notes: tuple[Prose, ...] = ()


@dataclass(frozen=True)
class PlanRow:
    """goal → measure → owner → deadline → target figure, and for a plan that has run, what became of it."""

    no: int
    goal: Prose
    measure: Prose
    owner: Prose
    partner: Prose = ""
    deadline: date | None = None
    target: Prose = ""
    status: str = ""
    completion: Prose = ""


@dataclass(frozen=True)
class PlanTable:
    """Plan items; the column of completion is printed when any row has one."""

    title: Prose
    rows: tuple[PlanRow, ...]
    notes: tuple[Prose, ...] = ()

    @property
    def shows_completion(self) -> bool:
        return any(row.status or plain(row.completion) for row in self.rows)


Annex = AnnexTable | ChartSheet | PlanTable


@dataclass(frozen=True)
class Edition:
    """What identifies a copy, in small type at the foot of each page. ``checksum`` is that of the frozen content:
    a file cannot print its own."""

    key: str
    version: int
    template: str
    frozen_at: datetime
    checksum: str = ""


@dataclass(frozen=True)
class Document:
    """A whole document. ``title`` holds its lines, broken as a diamond or trapezoid (GB/T 9704, 7.3.1).

    With nothing but a title and a lead it is a document of one page: a half-year without data says so there.
    """

    kind: Kind
    lang: Lang
    title: tuple[Prose, ...]
    issuer: Prose
    issued_on: date
    edition: Edition
    addressee: Prose | None = None
    lead: tuple[Paragraph, ...] = ()
    sections: tuple[Section, ...] = ()
    closing: tuple[Paragraph, ...] = ()
    annexes: tuple[Annex, ...] = ()
    is_draft: bool = False
    with_seal: bool = False
