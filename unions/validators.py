"""Check characters of public identifiers: resident ID numbers (GB 11643) and social credit codes (GB 32100)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from operator import mul

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
ID_FORM = re.compile(r"\d{17}[\dX]")
CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
UNION_PREFIX = "81"


def id_check_character(first_17: str) -> str:
    return ID_CHECKS[sum(map(mul, map(int, first_17), ID_WEIGHTS)) % 11]


def id_birth_date(number: str) -> date:
    """The birth date an ID number carries. Raises ValueError if those eight digits are no date."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def id_is_male(number: str) -> bool:
    return int(number[16]) % 2 == 1


def validate_id_number(number: str) -> None:
    """Raise ValidationError unless ``number`` is an 18-character resident ID with a true birth date and check."""
    if not ID_FORM.fullmatch(number):
        raise ValidationError(_("An ID number has 17 digits and a check character (a digit or X)."), code="id_form")
    try:
        birth = id_birth_date(number)
    except ValueError:
        raise ValidationError(_("Digits 7 to 14 of the ID number are not a date."), code="id_birth") from None
    if not date(1900, 1, 1) <= birth <= date.today():
        raise ValidationError(_("The birth date in the ID number cannot be right."), code="id_birth")
    if id_check_character(number[:17]) != number[17]:
        raise ValidationError(_("The last character of the ID number does not fit: check all digits."), code="id_check")


def credit_code_check_character(first_17: str) -> str:
    total = sum(CODE_ALPHABET.index(char) * weight for char, weight in zip(first_17, CODE_WEIGHTS, strict=True))
    return CODE_ALPHABET[(31 - total % 31) % 31]


def validate_credit_code(code: str) -> None:
    """Raise ValidationError unless ``code`` is a unified social credit code with a right check character."""
    if len(code) != 18 or any(char not in CODE_ALPHABET for char in code):
        raise ValidationError(
            _("A social credit code has 18 characters: digits and capital letters without I, O, S, V, Z."),
            code="credit_code_form",
        )
    if credit_code_check_character(code[:17]) != code[17]:
        raise ValidationError(
            _("The last character of the social credit code does not fit: check it against the certificate."),
            code="credit_code_check",
        )


def validate_union_credit_code(code: str) -> None:
    """The same for a union's own code, which begins 81 (GB 32100, table of registering authorities)."""
    validate_credit_code(code)
    if not code.startswith(UNION_PREFIX):
        raise ValidationError(_("A union's social credit code begins with 81."), code="credit_code_union")


def plain_id(text: str) -> str:
    """An identifier as it is kept: full-width characters made plain, capitals, nothing that is not shown."""
    if text.isascii() and text.isalnum():
        return text.upper()
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in plain if unicodedata.category(char)[0] not in "ZC")


def mask_id(number: str) -> str:
    """First and last characters of an identifier, the rest as stars: what a page shows by default."""
    if not number:
        return ""
    return f"{number[:3]}{'*' * max(len(number) - 5, 3)}{number[-2:]}" if len(number) > 6 else "*" * len(number)
