"""Amounts: read as typed, rounded half up, in 万元 and in words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.money import in_wan, in_words, parse_amount, quantise

# rules.md B15 has been checked against annex 1 of the payment rules; these are its examples.
WORDS = [
    ("2591637.10", "人民币贰佰伍拾玖万壹仟陆佰叁拾柒元壹角"),
    ("518327.42", "人民币伍拾壹万捌仟叁佰贰拾柒元肆角贰分"),
    ("48622.17", "人民币肆万捌仟陆佰贰拾贰元壹角柒分"),
    ("55700.00", "人民币伍万伍仟柒佰元整"),
    ("9500.00", "人民币玖仟伍佰元整"),
    ("1329770.00", "人民币壹佰叁拾贰万玖仟柒佰柒拾元整"),
    ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
    ("325.04", "人民币叁佰贰拾伍元零肆分"),
    ("6007.14", "人民币陆仟零柒元壹角肆分"),
    ("10000001.00", "人民币壹仟万零壹元整"),
    ("100000000.00", "人民币壹亿元整"),
    ("0.05", "人民币伍分"),
    ("0.50", "人民币伍角"),
    ("0", "人民币零元整"),
]


@pytest.mark.parametrize(("amount", "words"), WORDS)
def test_amounts_in_words(amount: str, words: str) -> None:
    assert in_words(Decimal(amount)) == words


@pytest.mark.parametrize("amount", ["-0.01", "0.001", "1000000000000"])
def test_amounts_outside_the_rule_are_not_written(amount: str) -> None:
    with pytest.raises(ValueError, match=r"1,000,000,000,000"):
        in_words(Decimal(amount))


TYPED = [
    ("1234.5", "1234.50"),
    ("1,234.50", "1234.50"),
    ("１２３４．５０", "1234.50"),
    (" 88元 ", "88"),
    ("-3.2", "-3.2"),
]


@pytest.mark.parametrize(("text", "amount"), TYPED)
def test_amounts_as_people_type_them(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "abc", "1.234", "12,34", "5.758万", "1e5", "NaN", "9999999999999.00", "1 2"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="“"):
        parse_amount(text)


@given(st.decimals(0, 10**9, places=2))
def test_an_amount_reads_back_as_it_prints(amount: Decimal) -> None:
    assert parse_amount(f"{amount:,.2f}") == amount


def test_half_a_cent_goes_up_and_wan_has_at_most_two_decimals() -> None:
    assert quantise(Decimal("0.125")) == Decimal("0.13")
    assert in_wan(Decimal(5758000)) == "575.8"
    assert in_wan(Decimal("2591637.10")) == "259.16"
    assert in_wan(Decimal(10000)) == "1"
