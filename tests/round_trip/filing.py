"""Workbooks of what the portal has, handed in through the command that hands in everybody's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

from reports.figures import figures
from tests.round_trip.forgetting import forget
from unions.access import Scope
from unions.models import ReturnObligation
from unions.periods import HalfYear
from unions.returns.filing import Filing
from unions.returns.template import file_name, template

EXPLANATION = "按台账逐笔核对，数字无误"
# What a figure is, without what it is called.
Value = tuple[Any, ...]


@dataclass(frozen=True)
class RoundTrip:
    """The figures with all rows, without those of the returns, and with the returns filed again."""

    before: dict[str, Value]
    without: dict[str, Value]
    after: dict[str, Value]
    results: list[dict[str, Any]]

    @property
    def fed(self) -> set[str]:
        """The indicators that these returns feed."""
        return {code for code, value in self.before.items() if self.without[code] != value}

    @property
    def different(self) -> dict[str, tuple[Value, Value]]:
        return {code: (value, self.after[code]) for code, value in self.before.items() if self.after[code] != value}

    @property
    def refused(self) -> list[dict[str, Any]]:
        return [result for result in self.results if result["status"] != "ACCEPTED"]


def expected(half: HalfYear) -> Iterator[ReturnObligation]:
    """The returns of a half-year that were due, quarter by quarter."""
    rows = ReturnObligation.objects.filter(exempted_on__isnull=True).select_related("union", "period")
    codes = [str(quarter) for quarter in half.quarters]
    return rows.filter(period__code__in=codes).order_by("period__start", "union__code").iterator()


def round_trip(obligations: Iterable[ReturnObligation], half: HalfYear, folder: Path) -> RoundTrip:
    """Write, forget and file. Call it inside a transaction that is taken back."""
    owed = list(obligations)
    before = values_of(half)
    paths = [written(obligation, folder) for obligation in owed]
    forget(owed, half)
    without = values_of(half)
    results = [hand_in(path) for path in paths]
    return RoundTrip(before, without, values_of(half), results)


def values_of(half: HalfYear) -> dict[str, Value]:
    """Value, numerator, denominator and parts of every indicator for the whole federation."""
    found = figures(half, Scope.everything())
    return {
        code: (figure.value, figure.numerator, figure.denominator, tuple(part.value for part in figure.parts))
        for code, figure in found.items()
    }


def written(obligation: ReturnObligation, folder: Path) -> Path:
    filing = Filing(obligation)
    path = folder / file_name(filing)
    path.write_bytes(template(filing, filled=True))
    return path


def hand_in(path: Path) -> dict[str, Any]:
    """What ``manage.py submit_return`` says of a workbook that it checks, submits and accepts."""
    output = StringIO()
    try:
        call_command("submit_return", str(path), accept=True, explain=EXPLANATION, stdout=output)
    except CommandError as error:
        if not output.getvalue():
            return {"status": str(error), "findings": [], "union": path.stem}
    return json.loads(output.getvalue())
