"""What is typed on the pages of a quarterly return: a file, cells mended in place, notes, attestations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from unions.forms.look import PortalFormMixin
from unions.returns.columns import Value
from unions.returns.deciding import Note
from unions.returns.registry import SHEETS, Sheet
from unions.returns.template import FIRST_ROW

LONGEST_CELL = 300


class UploadForm(PortalFormMixin, forms.Form):
    """A workbook; to amend an accepted return, also the reason. ``seen`` is the newest version when it was shown."""

    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("Workbook (.xlsx)"),
        widget=forms.ClearableFileInput({"accept": ".xlsx"}),
        error_messages={
            "required": _("Choose the workbook first, then upload it."),
            "empty": _("This file is empty: nothing is in it. Choose the workbook you filled in."),
        },
    )
    amendment_reason = forms.CharField(
        label=_("Why it is amended"),
        max_length=300,
        error_messages={"required": _("This return is accepted. To amend it, say why.")},
    )

    def __init__(self, *args: Any, is_amendment: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_amendment:
            del self.fields["amendment_reason"]


def seen_in(posted: QueryDict) -> int | None:
    """The newest version when the form was shown, if it says so."""
    text = posted.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None


def clean_text(text: str) -> str:
    """What a browser sent, without what no database takes."""
    return text.replace("\x00", "")[:LONGEST_CELL]


def mended_cells(posted: QueryDict) -> Iterator[tuple[str, int, str, str]]:
    """The cells that were typed anew: sheet, row, column, text. Names of no sheet or column are left out."""
    for name, sheet, row, column in named_cells(posted, "cell-"):
        yield sheet, row, column, clean_text(posted.get(name, ""))


def notes_in(posted: QueryDict) -> list[Note]:
    """The reviewer's notes that hold words."""
    return [
        Note(sheet, text, row, column)
        for name, sheet, row, column in named_cells(posted, "note-")
        if (text := clean_text(posted.get(name, "")).strip())
    ]


def explained_in(posted: QueryDict) -> list[int]:
    """The findings for which an explanation came."""
    numbers = (name.removeprefix("explain-") for name in posted if name.startswith("explain-"))
    return [int(number) for number in numbers if number.isascii() and number.isdecimal() and len(number) < 19]


@dataclass(frozen=True)
class NoteField:
    """Where a reviewer may say what is to be mended: at a cell, or on the whole sheet (no ``column``)."""

    name: str
    text: str
    row: int = 0
    column: Any = None
    # What the cell says.
    said: str = ""


@dataclass(frozen=True)
class ReviewedSheet:
    """A sheet under review: its rows as they are read aloud, and where notes go."""

    sheet: Sheet
    rows: list[tuple[int, list[tuple[Any, str]]]]
    notes: list[NoteField]

    # More rows than these have no fields of their own.
    MOST_ROWS = 40

    @classmethod
    def of(cls, sheet: Sheet, rows: list[tuple[int, list[tuple[Any, str]]]], posted: Mapping[str, str]) -> Self:
        whole = f"note-{sheet.code}-0-"
        notes = [NoteField(whole, posted.get(whole, ""))]
        for number, cells in rows[: cls.MOST_ROWS]:
            for column, said in cells:
                name = f"note-{sheet.code}-{number}-{column.column_name}"
                if said:
                    notes.append(NoteField(name, posted.get(name, ""), number, column, said))
        return cls(sheet, rows, notes)

    @property
    def is_noted(self) -> bool:
        return any(note.text for note in self.notes)

    @property
    def has_more(self) -> bool:
        return len(self.rows) > self.MOST_ROWS


def named_cells(posted: QueryDict, prefix: str) -> Iterator[tuple[str, str, int, str]]:
    for name in posted:
        sheet, _dash, rest = name.removeprefix(prefix).partition("-")
        row, _dash, column = rest.partition("-")
        is_number = row.isascii() and row.isdigit() and len(row) < 8
        known = name.startswith(prefix) and sheet in SHEETS and is_number
        if known and (not column or column in SHEETS[sheet].columns):
            yield name, sheet, int(row), column


class Grid:
    """A sheet as a table of fields: the rows there are and some empty ones below."""

    EMPTY_ROWS = 5
    # More cells than this are filled in with the workbook: a browser page would be no help.
    MOST_CELLS = 900

    def __init__(self, sheet: Sheet, rows: list[tuple[int, dict[str, Value]]]) -> None:
        self.sheet = sheet
        empty = int(not rows) if sheet.is_single else self.EMPTY_ROWS
        after = rows[-1][0] + 1 if rows else FIRST_ROW
        self.rows = [*rows, *((number, {}) for number in range(after, after + empty))]

    @property
    def is_too_large(self) -> bool:
        return len(self.rows) * len(self.sheet.columns) > self.MOST_CELLS

    def lines(self) -> Iterator[tuple[int, list[tuple[Any, str, str, list[str]]]]]:
        """Each row with its number, and each cell with its column, field name, text and choices."""
        for number, texts in self.rows:
            yield (
                number,
                [
                    (column, f"cell-{self.sheet.code}-{number}-{name}", texts.get(name, ""), column.kind.words())
                    for name, column in self.sheet.columns.items()
                ],
            )


def typed_rows(sheet: Sheet, posted: QueryDict) -> list[tuple[int, dict[str, Value]]]:
    """The rows of a grid as they came back; empty ones are no rows."""
    rows: dict[int, dict[str, Value]] = {}
    for code, number, column, text in mended_cells(posted):
        if code == sheet.code and text.strip():
            rows.setdefault(number, {})[column] = text
    return sorted(rows.items())
