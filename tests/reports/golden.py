"""Comparing computed figures with a table of expected ones: what ``manage.py figures`` must print.

A row asks for a value by an operator (``=``, ``>=``, ``>``, ``~`` for a range "from..to") and may name the numerator,
the denominator and the parts, which must then be equal.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).resolve().parent.parent / "data" / "golden_figures.csv"


def golden_rows() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def holds(row: dict[str, str], figure: dict[str, Any]) -> bool:
    """Whether a figure, as printed in JSON, is what the row asks for."""
    return (
        value_fits(row["op"], row["value"], figure["value"])
        and all(same(row[name], figure[name]) for name in ("numerator", "denominator") if row[name])
        and parts_fit(row["parts"], [part["value"] for part in figure["parts"]])
    )


def value_fits(operator: str, wanted: str, printed: str | None) -> bool:
    if printed is None:
        return False
    value = Decimal(printed)
    if operator == "~":
        low, high = map(Decimal, wanted.split(".."))
        return low <= value <= high
    limit = Decimal(wanted)
    return {"=": value == limit, ">=": value >= limit, ">": value > limit}[operator]


def same(wanted: str, printed: str | None) -> bool:
    return printed is not None and Decimal(printed) == Decimal(wanted)


def parts_fit(wanted: str, printed: list[str | None]) -> bool:
    if not wanted:
        return True
    expected = wanted.split("|")
    return len(expected) == len(printed) and all(same(*pair) for pair in zip(expected, printed, strict=True))
