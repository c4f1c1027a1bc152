"""Figures are written as the documents of a federation write them."""

from decimal import Decimal

import pytest

from reports.numbers import about, change, completion, printed, signed, worded


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("8160", "人次", "8,160"),
        ("0", "家", "0"),
        (None, "家", "—"),
        ("9500", "元", "9,500.00"),
        ("2591637.10", "元", "2,591,637.10"),
        ("95.4545", "%", "95.5"),
        ("100", "%", "100.0"),
        ("732.894", "元/人", "732.89"),
        ("0.125", "", "0.13"),
    ],
)
def test_a_cell_of_a_table(value: str | None, unit: str, expected: str) -> None:
    assert printed(value and Decimal(value), unit) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("8160", "人次", "8,160人次"),
        ("91.219", "%", "91.2%"),
        ("2591637.10", "元", "259.16万元"),
        ("5758000", "元", "575.8万元"),
        ("2940000", "元", "294万元"),
        ("10000", "元", "1万元"),
        ("9999.99", "元", "9,999.99元"),
        ("9500.00", "元", "9,500元"),
        ("732.9", "元", "732.90元"),
        (None, "元", "—"),
    ],
)
def test_a_figure_in_a_sentence(value: str | None, unit: str, expected: str) -> None:
    assert worded(value and Decimal(value), unit) == expected  # type: ignore[arg-type]


def test_english_writes_money_out() -> None:
    assert worded(Decimal(5758000), "元", "en") == "CNY\u00a05,758,000.00"
    assert worded(Decimal(8160), "人次", "en") == "8,160"


@pytest.mark.parametrize(
    ("value", "expected"), [("5.1", "+5.1"), ("-25", "-25.0"), ("0", "0.0"), ("-0.04", "0.0"), (None, "—")]
)
def test_a_change_has_its_sign(value: str | None, expected: str) -> None:
    assert signed(value and Decimal(value)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "step", "expected"),
    [
        (12561, 1000, "近13,000"),
        (12361, 1000, "12,000余"),
        (12000, 1000, "12,000"),
        (968, 100, "近1,000"),
        (30, 100, "近100"),
    ],
)
def test_a_round_figure_says_which_side_it_is_rounded_from(value: int, step: int, expected: str) -> None:
    assert about(Decimal(value), step) == expected


def test_comparison_needs_something_to_compare_with() -> None:
    assert change(Decimal(8160), Decimal(7764), "人次") == pytest.approx(Decimal("5.1005"), abs=Decimal("0.0001"))
    assert change(Decimal("91.2"), Decimal("89.6"), "%") == Decimal("1.6")  # percentage points
    assert change(Decimal(3), Decimal(0), "家") is None
    assert change(None, Decimal(3), "家") is None
    assert completion(Decimal(89), Decimal(148)) == pytest.approx(Decimal("60.135"), abs=Decimal("0.001"))
    assert completion(Decimal(89), None) is None
