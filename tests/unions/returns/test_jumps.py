"""Which figures stand out against the quarter before."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from unions.returns.jumps import jumps
from unions.returns.registry import Row


def profile(**values: int) -> dict[str, list[Row]]:
    return {"D1a": [Row(4, values)]}


def dues(*amounts: str) -> dict[str, list[Row]]:
    return {"D4": [Row(4 + number, {"amount_paid": Decimal(amount)}) for number, amount in enumerate(amounts)]}


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        # Thirty per cent more than 40 is 52: 53 is further, 52 is not.
        (profile(employees_end=40), profile(employees_end=53), [("D1a", "40", "53", Decimal("32.5"))]),
        (profile(employees_end=40), profile(employees_end=52), []),
        (profile(employees_end=40), profile(employees_end=27), [("D1a", "40", "27", Decimal("-32.5"))]),
        # Half again, but three persons.
        (profile(employees_end=6), profile(employees_end=9), []),
        # 1,000 + 2,000 = 3,000 yuan; half of it more is 4,500.
        (dues("1000", "2000"), dues("4500"), [("D4", "3,000.00", "4,500.00", Decimal(50))]),
        (dues("500"), dues("1200"), []),
        (profile(groups=0), profile(groups=8), [("D1a", "0", "8", None)]),
        # Nothing to compare with.
        ({}, profile(employees_end=53), []),
    ],
)
def test_a_jump_is_more_than_thirty_per_cent_and_more_than_a_little(before: Any, now: Any, found: Any) -> None:
    assert [(one.sheet.code, one.before, one.now, one.change) for one in jumps(before, now)] == found


def test_rows_that_are_many_more_or_fewer_stand_out() -> None:
    [jump] = jumps({"D2": [Row(4, {})]}, {"D2": [Row(4 + number, {}) for number in range(9)]})
    assert (jump.sheet.code, jump.before, jump.now) == ("D2", "1", "9")
