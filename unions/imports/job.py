"""One run of an import: its rows read by their columns, what is refused at which cell, what was stored."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from unions.access import Scope, scope_of
from unions.imports import progress
from unions.imports.registry import ImportKind
from unions.models import User
from unions.returns.columns import CellError, Once, Value
from unions.returns.reading import Lines, Problem, address
from unions.services.events import refuse_closed_day
from unions.validators import mask_id

# A column whose cells are wrong in most rows is not full of typing errors: it is the wrong column.
SHIFTED_SHARE, SHIFTED_ROWS = 0.6, 5
LONGEST_VALUE = 60


@dataclass(frozen=True)
class Refusal:
    """Something wrong at a cell; ``column`` is ours, "" for the whole row; the value is masked where it is personal."""

    row: int
    column: str
    message: str
    value: str = ""
    is_missing: bool = False


@dataclass(frozen=True)
class Row:
    """A row of the file; what could not be read is None and already refused."""

    number: int
    values: dict[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values.get(column)


@dataclass(frozen=True)
class Trace:
    """What was done to one table: new rows, and changed ones with all their columns as they were."""

    model: str
    created: Sequence[int] = ()
    changed: Sequence[int] = ()
    before: Sequence[dict[str, Any]] = ()


def rows_as_they_are(table: str, ids: Sequence[int]) -> list[dict[str, Any]]:
    """The rows with every column as the database writes it down, to be able to restore them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t WHERE id = ANY(%s)", [list(ids)])
        return [json.loads(text) for (text,) in cursor.fetchall()]


@dataclass
class Job:
    """``mapping`` says for each of our columns in which of the file's columns (from 1) it stands."""

    kind: ImportKind
    actor: User
    lines: Lines
    mapping: dict[str, int]
    batch_id: int = 0
    problems: Sequence[Problem] = ()
    refusals: list[Refusal] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    read: int = 0

    @cached_property
    def scope(self) -> Scope:
        """The unions whose rows the actor may import."""
        return scope_of(self.actor, self.kind.action)

    def rows(self) -> Iterator[Row]:
        """Every row that holds anything in a matched column."""
        self.refuse_problems()
        plan = [(name, place - 1, Once(self.kind.columns[name].read)) for name, place in self.mapping.items()]
        for line in self.lines:
            width = len(line.cells)
            cells = [line.cells[place] if place < width else None for _name, place, _once in plan]
            if not any(cell is not None and cell != "" for cell in cells):
                continue
            self.read += 1
            if self.read % progress.STEP == 0:
                progress.tell(self.batch_id, self.read, len(self.lines))
            values: dict[str, Any] = {}
            for (name, _place, once), cell in zip(plan, cells, strict=True):
                values[name] = found = once.of_cell(cell)
                if found.__class__ is CellError:
                    values[name] = None
                    self.refuse_cell(line.number, name, cell, found)
            yield Row(line.number, values)

    def refuse_problems(self) -> None:
        names = {place: name for name, place in self.mapping.items()}
        for problem in self.problems:
            if not problem.column or problem.column in names:
                self.refuse(problem.row, names.get(problem.column, ""), problem.message)

    def refuse_cell(self, number: int, name: str, cell: Value, error: CellError) -> None:
        is_missing = cell is None or cell == ""
        value = shown(cell, is_personal=self.kind.columns[name].kind.is_personal)
        self.refusals.append(Refusal(number, name, str(error), value, is_missing))

    def refuse(self, number: int, column: str, message: str, value: Any = None) -> None:
        is_personal = column in self.kind.columns and self.kind.columns[column].kind.is_personal
        value = self.typed(number, column) if value is None else value
        self.refusals.append(Refusal(number, column, message, shown(value, is_personal=is_personal)))

    def typed(self, number: int, column: str) -> Value:
        """What stands in the file at the cell."""
        place = self.mapping.get(column, 0)
        line = self.lines.find(number) if place else None
        return line.cells[place - 1] if line and len(line.cells) >= place else None

    @property
    def refused_rows(self) -> set[int]:
        return {refusal.row for refusal in self.refusals if refusal.row}

    def is_good(self) -> bool:
        return not self.refusals

    def cell(self, refusal: Refusal) -> str:
        """Where the refusal stands in the file, as Excel names it."""
        place = self.mapping.get(refusal.column)
        if not place:
            return str(refusal.row or "")
        return address(refusal.row, place) if refusal.row else address(1, place)[:-1]

    def findings(self) -> list[Refusal]:
        """The refusals in the order of the file; a column that is wrong in most rows is one finding."""
        shifted = self.shifted_columns()
        kept = sorted(
            (one for one in self.refusals if one.column not in shifted),
            key=lambda one: (one.row, self.mapping.get(one.column, 0)),
        )
        return [*([self.shift(shifted)] if shifted else []), *kept]

    def shifted_columns(self) -> dict[str, int]:
        """Columns whose cells do not fit in most rows, with how many do not."""
        if self.read < SHIFTED_ROWS:
            return {}
        wrong = Counter(one.column for one in self.refusals if one.column in self.mapping)
        return {name: number for name, number in wrong.items() if number >= SHIFTED_SHARE * self.read}

    def shift(self, shifted: dict[str, int]) -> Refusal:
        first = min(shifted, key=lambda name: self.mapping[name])
        example = min((one for one in self.refusals if one.column == first), key=lambda one: one.row)
        captions = _(", ").join(str(self.kind.columns[name].caption) for name in self.mapping if name in shifted)
        message = _(
            "In %(number)d of %(rows)d rows the cells do not fit these columns: %(columns)s. The columns are shifted "
            "or matched wrongly: match them again, or mend the file. The first is %(cell)s: %(why)s"
        ) % {
            "number": max(shifted.values()),
            "rows": self.read,
            "columns": captions,
            "cell": self.cell(example),
            "why": example.message,
        }
        return Refusal(0, first, message, example.value)

    def closed_day(self, day: date) -> str:
        """Why nothing can be recorded on the day; empty if it can."""
        if day not in self.days:
            try:
                refuse_closed_day(day)
                self.days[day] = ""
            except ValidationError as error:
                self.days[day] = error.messages[0]
        return self.days[day]

    @cached_property
    def days(self) -> dict[date, str]:
        return {}


def shown(value: Any, *, is_personal: bool = False) -> str:
    if value is None:
        return ""
    text = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
    return mask_id(text) if is_personal else text[:LONGEST_VALUE]
