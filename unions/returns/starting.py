"""Where a return filled in by the browser begins: what is known already, or the statement that nothing happened."""

from __future__ import annotations

from django.utils import timezone

from unions.models import User
from unions.returns.columns import Value
from unions.returns.filing import Filing
from unions.returns.registry import SHEETS, Sheet, sheets
from unions.returns.template import FIRST_ROW

Cells = dict[str, list[tuple[int, dict[str, Value]]]]


def prefilled(filing: Filing) -> Cells:
    """The cells that the template holds already."""
    return {
        sheet.code: [
            (number, texts(sheet, values)) for number, values in enumerate(sheet.prefill(filing), start=FIRST_ROW)
        ]
        for sheet in sheets()
    }


def texts(sheet: Sheet, values: dict[str, object]) -> dict[str, Value]:
    return {
        name: sheet.columns[name].kind.show(value)
        for name, value in values.items()
        if value is not None and value != ""
    }


def nil_cells(filing: Filing, actor: User) -> Cells:
    """A nil return: cover, profile and employers as last accepted, with nothing changed; all other sheets are empty.

    It is a statement that nothing happened, which an empty file is not.
    """
    cells: Cells = {sheet.code: [] for sheet in sheets()}
    given = prefilled(filing)
    cover = dict(given["D0"][0][1]) if given.get("D0") else {}
    said = {"filler": actor.name, "signed_on": f"{timezone.localdate()}", "no_change": "是"}
    known = {"filler_phone": cover.get("filler_phone") or actor.phone, "chair": cover.get("chair") or actor.name}
    cells["D0"] = [(FIRST_ROW, {name: value for name, value in (cover | said | known).items() if value})]
    profile = dict(given["D1a"][0][1]) if given.get("D1a") else {}
    last = filing.last_accepted.get("D1a", [])
    counted = {name: value for name, value in last[0].values.items() if value is not None} if last else {}
    cells["D1a"] = [(FIRST_ROW, texts(SHEETS["D1a"], counted) | profile)]
    cells["D1c"] = employers_as_told(filing, given["D1c"])
    return cells


def employers_as_told(filing: Filing, given: list[tuple[int, dict[str, Value]]]) -> list[tuple[int, dict[str, Value]]]:
    """Of a union of several employers: those it covers now, with what was last accepted of each."""
    told = {row["employer_code"]: row.values for row in filing.last_accepted.get("D1c", [])}
    sheet = SHEETS["D1c"]
    return [(number, texts(sheet, told.get(str(row["employer_code"]), {})) | row) for number, row in given]
