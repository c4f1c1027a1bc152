"""ID numbers and credit codes: published examples pass, every single slip is caught; encrypted text comes back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.members import id_number
from unions.crypto import blind_index, decrypt, encrypt
from unions.validators import (
    CODE_ALPHABET,
    mask_id,
    validate_credit_code,
    validate_id_number,
    validate_union_credit_code,
)

PUBLISHED_ID = "11010519491231002X"  # GB 11643-1999, example
PUBLISHED_CODES = ["91350100M000100Y43", "91110000600037341L", "914403001922038216"]  # GB 32100-2015 and registers


def test_the_published_id_number_passes() -> None:
    validate_id_number(PUBLISHED_ID)


@given(st.integers(0, 999), st.dates(date(1930, 1, 1), date(2008, 12, 31)), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_caught(serial: int, birth: date, place: int, shift: int) -> None:
    right = id_number(serial, birth)
    validate_id_number(right)
    digit = right[place]
    wrong_digit = "X" if digit == "0" and place == 17 else str((int(digit.replace("X", "0")) + shift) % 10)
    wrong = right[:place] + wrong_digit + right[place + 1 :]
    if wrong != right:
        with pytest.raises(ValidationError):
            validate_id_number(wrong)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "1101051949123100",
        "11010519491331002X",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "999999210001010010",
    ],
)
def test_malformed_id_numbers_are_refused(number: str) -> None:
    with pytest.raises(ValidationError):
        validate_id_number(number)


@pytest.mark.parametrize("code", PUBLISHED_CODES)
def test_published_credit_codes_pass_and_each_slip_is_caught(code: str) -> None:
    validate_credit_code(code)
    for place, char in enumerate(code):
        other = CODE_ALPHABET[(CODE_ALPHABET.index(char) + 1) % 31]
        with pytest.raises(ValidationError):
            validate_credit_code(code[:place] + other + code[place + 1 :])


def test_a_company_code_is_no_union_code() -> None:
    with pytest.raises(ValidationError):
        validate_union_credit_code(PUBLISHED_CODES[0])


@given(st.text(min_size=1))
def test_encrypted_text_comes_back_and_never_twice_the_same(text: str) -> None:
    first, second = encrypt(text), encrypt(text)
    assert decrypt(first) == decrypt(second) == text
    assert first != second


def test_an_old_key_still_reads_after_rotation(settings: Any) -> None:
    old, new = settings.FIELD_KEYS[0], "A" * 43 + "="
    token = encrypt("999999")
    settings.FIELD_KEYS = [new, old]
    assert decrypt(token) == "999999"
    settings.FIELD_KEYS = [new]
    with pytest.raises(InvalidTag):
        decrypt(token)


def test_the_blind_index_ignores_case_and_blanks_and_depends_on_its_key(settings: Any) -> None:
    index = blind_index(PUBLISHED_ID)
    assert blind_index(f" {PUBLISHED_ID.lower()} ") == index
    settings.BLIND_INDEX_KEY = "A" * 43 + "="
    assert blind_index(PUBLISHED_ID) != index


def test_a_mask_shows_ends_only() -> None:
    assert mask_id(PUBLISHED_ID) == "110*************2X"
    assert mask_id("E1234") == "*****"
    assert mask_id("") == ""
