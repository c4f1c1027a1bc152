"""The sheets of the quarterly return. Their meaning lives in each app's ``return_sheets``, found as admin is.

A sheet is a Resource of django-import-export: its columns are fields, in the order they stand in the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from import_export.resources import Resource

from unions.returns.columns import Column
from unions.returns.findings import Finding, shown

if TYPE_CHECKING:
    from unions.returns.filing import Filing

TEMPLATE_VERSION = "QR-2026.1"


@dataclass(frozen=True)
class Row:
    """A row of a sheet with its number in the workbook; an empty cell is None.

    ``typed`` holds the text of cells that could not be read, so that they are shown and mended, never lost.
    """

    number: int
    values: dict[str, Any]
    typed: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, column: str) -> Any:
        return self.values.get(column)


@dataclass
class Tally:
    """What applying a return did. Created, updated, unchanged and rejected rows add up to the rows read."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    @property
    def read(self) -> int:
        return self.created + self.updated + self.unchanged + self.rejected

    def count(self, outcome: str) -> None:
        setattr(self, outcome, getattr(self, outcome) + 1)

    def add(self, other: Tally) -> None:
        for name, number in vars(other).items():
            setattr(self, name, getattr(self, name) + number)

    def as_counts(self) -> dict[str, int]:
        return {"read": self.read} | vars(self)


class RowsError(ValidationError):
    """Rows that the portal does not take, each with what is wrong with it."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__([finding.message for finding in findings], code="rows_refused")


class Sheet(Resource):
    """A table of the return. ``key`` names the columns by which a row is the same row in a later version."""

    code: ClassVar[str]
    title: ClassVar[Any]
    lead: ClassVar[Any] = ""
    key: ClassVar[tuple[str, ...]] = ()
    # The table whose rows the rows of this sheet are, if one by one; those of an accepted return are locked.
    model: ClassVar[Any] = None
    # One row at most, and one row at least.
    is_single: ClassVar[bool] = False
    is_required: ClassVar[bool] = False
    # Columns whose day lies in the quarter; and those that may have come about later than the row itself.
    in_quarter: ClassVar[tuple[str, ...]] = ()
    later: ClassVar[tuple[str, ...]] = ()

    @property
    def columns(self) -> dict[str, Column]:
        return self.fields

    def prefill(self, filing: Filing) -> Iterable[dict[str, Any]]:
        """The rows that the template holds already."""
        return ()

    def standing(self, filing: Filing) -> Iterable[dict[str, Any]]:
        """The rows as the portal has them for this quarter, whoever recorded them: what a return of them would say."""
        return ()

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        """What is wrong with these rows among themselves and beside the portal's own; cells are read already."""
        return ()

    def apply(self, rows: Sequence[Row], filing: Filing) -> Tally:
        """Write the rows into the portal. Raises RowsError where it does not take one of them."""
        return Tally(unchanged=len(rows))

    def key_of(self, values: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(values.get(name) for name in self.key or self.columns)

    def finding(self, row: Row | None, column: str, message: str) -> Finding:
        """A finding at a cell of this sheet, or of the whole sheet without a row."""
        if row is None:
            return Finding(self.code, message, column=column)
        kind = self.columns[column].kind if column else None
        value = kind.render(row[column]) if kind else ""
        return Finding(
            self.code, message, row.number, column, shown(value, is_personal=bool(kind and kind.is_personal))
        )


SHEETS: dict[str, Sheet] = {}


def sheet(cls: type[Sheet]) -> type[Sheet]:
    """Class decorator: the sheet is part of the return."""
    SHEETS[cls.code] = cls()
    return cls


def sheets() -> list[Sheet]:
    """Every sheet in the order of the file: D2 before D10a."""
    return sorted(SHEETS.values(), key=lambda one: place(one.code))


def place(code: str) -> tuple[int, str]:
    digits = "".join(char for char in code if char.isdigit())
    return int(digits), code
