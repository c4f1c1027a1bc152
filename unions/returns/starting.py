"""Where a return filled in by the browser begins: what is known already, or the statement that nothing happened."""

from __future__ import annotations

from django.utils import timezone

from unions.models import User
from unions.returns.columns import Value
from unions.returns.filing import Filing
from unions.returns.registry import Sheet, sheets
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
    """A nil return: cover and profile as last accepted, with nothing changed; every other sheet stays empty.

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
    sheet = next(sheet for sheet in sheets() if sheet.code == "D1a")
    cells["D1a"] = [(FIRST_ROW, texts(sheet, counted) | profile)]
    return cells
