"""What a cell of a sheet may hold: one definition for the template, the server's check, the web form and the help.

A kind is a widget of django-import-export. It reads what was typed, whether by a spreadsheet (text, numbers, days) or
by a web form (text only), and says in words what is wrong; nothing is mended on the quiet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from import_export.fields import Field
from import_export.widgets import Widget

from unions.periods import FIRST_DAY, LAST_DAY
from unions.returns.reading import Value
from unions.validators import validate_credit_code, validate_union_credit_code

if TYPE_CHECKING:
    from unions.returns.filing import Filing

FILE_LANGUAGE = "zh-hans"
# Excel keeps fifteen digits of a number; what stands behind them is an artefact of the computation.
EXCEL_DIGITS = 15
MOST_YUAN = Decimal("999999999999.99")
LOST_DIGITS = gettext_lazy("Typed as a number: Excel has lost its last digits. Set the cell to text and type it anew.")
# Letters that show nothing: those that fill up Hangul syllables, and Braille without a dot.
BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
# Of a column with more different values than this, nothing is remembered: they do not come again.
MOST_REMEMBERED = 5000
# One and True are one key of a dictionary and two cells, so neither is remembered.
REPEATABLE = (str, date, datetime, type(None))


class CellError(ValueError):
    """What stands in a cell does not fit its column; the message says why and how to mend it."""


class Kind(Widget):
    """What the cells of a column hold. ``parse`` reads one, ``show`` writes it as the template would."""

    width = 14
    number_format = "@"
    is_personal = False
    missing: Any = gettext_lazy("Not filled in.")

    def parse(self, value: Value) -> Any:
        """The value of a cell that is not empty. Raises CellError."""
        raise NotImplementedError

    def show(self, value: Any) -> str:
        return str(value)

    def cell(self, value: Any) -> Value:
        """What the template writes into the cell."""
        return self.show(value)

    def words(self) -> list[str]:
        """All that may stand there, to choose from; empty for what is typed."""
        return []

    def rule(self, filing: Filing) -> dict[str, Any]:
        """The check that Excel makes while typing; empty for none."""
        return {}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return self.parse(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else self.show(value)


def plain_text(value: Value) -> str:
    """The text of a cell without blanks around it. Raises CellError at characters that nobody sees."""
    if isinstance(value, bool | date):
        raise CellError(_("Text is expected here."))
    text = value if isinstance(value, str) else digits_of(value or 0)
    if text.isprintable() and (text.isascii() or not any(letter in text for letter in BLANK_LETTERS)):
        return text.strip()
    hidden = sorted({f"U+{ord(char):04X}" for char in text if is_hidden(char)})
    if hidden:
        raise CellError(
            _("There are invisible characters (%(codes)s): type the text anew.") % {"codes": ", ".join(hidden)}
        )
    return text.strip()


def is_hidden(char: str) -> bool:
    return char in BLANK_LETTERS or unicodedata.category(char) in ("Cf", "Cc", "Co", "Cs")


def digits_of(number: float) -> str:
    """A number as text. Raises CellError where Excel keeps fewer digits than were typed."""
    if isfinite(number) and abs(number) >= 10**EXCEL_DIGITS:
        raise CellError(LOST_DIGITS)
    return f"{Decimal(f'{number:.{EXCEL_DIGITS}g}'):f}"


def refuse_full_width(text: str) -> None:
    if text.isascii():
        return
    has_digits = any(char.isdecimal() and not char.isascii() for char in text)
    if has_digits or unicodedata.normalize("NFKC", text) != text:
        raise CellError(_("There are full-width characters: switch the keyboard to half-width and type it anew."))


class Text(Kind):
    """Text of at most so many characters."""

    def __init__(self, length: int = 120) -> None:
        super().__init__()
        self.length = length
        self.width = 10 if length <= 20 else 18 if length <= 60 else 28

    def parse(self, value: Value) -> str:
        text = plain_text(value)
        if len(text) > self.length:
            raise CellError(_("At most %(length)d characters.") % {"length": self.length})
        return text

    def rule(self, filing: Filing) -> dict[str, Any]:
        return {"validate": "length", "criteria": "<=", "value": self.length}


class Number(Kind):
    """A number from a cell or from digits typed as text, never from anything that only looks like one."""

    missing = gettext_lazy("Not filled in. Where there was nothing, write 0.")

    def number(self, value: Value) -> Decimal:
        if isinstance(value, bool | date):
            raise CellError(_("A number is expected here."))
        if isinstance(value, int | float) and isfinite(value):
            return Decimal(f"{value:.{EXCEL_DIGITS}g}")
        text = plain_text(value)
        refuse_full_width(text)
        if not re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", text):
            raise CellError(_("Digits only, without unit, blank or comma."))
        return Decimal(text)


class Whole(Number):
    """A count: a whole number between two bounds."""

    width = 11
    number_format = "0"

    def __init__(self, most: int = 100_000, least: int = 0) -> None:
        super().__init__()
        self.least, self.most = least, most

    def parse(self, value: Value) -> int:
        number = self.number(value)
        if number != number.to_integral_value():
            raise CellError(_("A whole number is expected here."))
        if not self.least <= number <= self.most:
            raise CellError(_("Between %(least)d and %(most)d.") % {"least": self.least, "most": self.most})
        return int(number)

    def cell(self, value: Any) -> Value:
        return int(value)

    def rule(self, filing: Filing) -> dict[str, Any]:
        return {"validate": "integer", "criteria": "between", "minimum": self.least, "maximum": self.most}


class Money(Number):
    """An amount in yuan to the cent, never below zero."""

    width = 15
    number_format = "0.00"

    def parse(self, value: Value) -> Decimal:
        number = self.number(value)
        amount = number.quantize(Decimal("0.01"), ROUND_HALF_UP) if abs(number) <= MOST_YUAN else number
        if number < 0:
            raise CellError(_("An amount is not below zero."))
        if number > MOST_YUAN:
            raise CellError(_("The amount is too large: it is given in yuan."))
        if amount != number:
            raise CellError(_("An amount has two decimals at most."))
        # Minus nothing is nothing.
        return abs(amount)

    def cell(self, value: Any) -> Value:
        return float(value)

    def rule(self, filing: Filing) -> dict[str, Any]:
        return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": float(MOST_YUAN)}


class Percent(Number):
    """A percentage with one or two decimals, which may be below zero."""

    width = 10
    number_format = "0.00"

    def parse(self, value: Value) -> Decimal:
        number = self.number(value)
        if not -100 <= number <= 1000:
            raise CellError(_("Between %(least)d and %(most)d.") % {"least": -100, "most": 1000})
        return number.quantize(Decimal("0.01"), ROUND_HALF_UP) or Decimal("0.00")

    def cell(self, value: Any) -> Value:
        return float(value)


class Day(Kind):
    """A day, as a date of the spreadsheet or written year-month-day."""

    width = 12
    number_format = "yyyy-mm-dd"

    def parse(self, value: Value) -> date:
        day = self.day(value)
        if not FIRST_DAY <= day <= LAST_DAY:
            raise CellError(_("The year cannot be right."))
        return day

    def day(self, value: Value) -> date:
        if isinstance(value, datetime):
            if value.time() != time():
                raise CellError(_("A day is expected here, without a time."))
            return value.date()
        if isinstance(value, date):
            return value
        if not isinstance(value, str):
            raise CellError(_("A number instead of a day: write it as 2026-06-30."))
        text = plain_text(value)
        refuse_full_width(text)
        found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
        try:
            return date(*map(int, found.groups())) if found else date.fromisoformat(text)
        except ValueError:
            raise CellError(_("Not a day of the calendar: write it as 2026-06-30.")) from None

    def show(self, value: Any) -> str:
        return f"{value:%Y-%m-%d}"

    def cell(self, value: Any) -> Value:
        return date(value.year, value.month, value.day)

    def rule(self, filing: Filing) -> dict[str, Any]:
        return {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}


class Month(Kind):
    """A month written as six digits; its value is the first day."""

    width = 9

    def parse(self, value: Value) -> date:
        text = plain_text(value)
        refuse_full_width(text)
        try:
            if not re.fullmatch(r"\d{6}", text):
                raise ValueError
            return date(int(text[:4]), int(text[4:]), 1)
        except ValueError:
            raise CellError(_("A month has six digits, as in 202606.")) from None

    def show(self, value: Any) -> str:
        return f"{value:%Y%m}"


class Choice(Kind):
    """One of a list. A cell holds the caption; a code is understood too, and what else people write (``also``)."""

    def __init__(
        self,
        choices: type[models.TextChoices] | dict[str, Any],
        only: Iterable[str] = (),
        also: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.also = also or {}
        pairs = dict(choices if isinstance(choices, dict) else choices.choices)
        self.captions = {code: pairs[code] for code in (only or pairs)}

    @cached_property
    def written(self) -> dict[str, str]:
        """How each code is written in the language of the files."""
        with override(FILE_LANGUAGE):
            return {str(code): str(caption) for code, caption in self.captions.items()}

    @cached_property
    def codes(self) -> dict[str, str]:
        return {word: code for code, word in self.written.items()}

    def words(self) -> list[str]:
        return list(self.written.values())

    def parse(self, value: Value) -> str:
        text = plain_text(value)
        if text in self.codes:
            return self.codes[text]
        if text in self.written:
            return text
        if text in self.also:
            return self.also[text]
        raise CellError(_("Not in the list. Choose one of: %(words)s.") % {"words": "、".join(self.codes)})

    def show(self, value: Any) -> str:
        return self.written.get(value, str(value))

    def rule(self, filing: Filing) -> dict[str, Any]:
        return {"validate": "list", "source": self.words()}


class YesNo(Kind):
    """Yes or no; empty is neither."""

    width = 8
    WORDS = {"是": True, "否": False, "Y": True, "N": False}

    def parse(self, value: Value) -> bool:
        if isinstance(value, bool):
            return value
        text = plain_text(value).upper()
        if text not in self.WORDS:
            raise CellError(_("Yes or no is expected here: 是 or 否."))
        return self.WORDS[text]

    def show(self, value: Any) -> str:
        return "是" if value else "否"

    def words(self) -> list[str]:
        return ["是", "否"]

    def rule(self, filing: Filing) -> dict[str, Any]:
        return {"validate": "list", "source": self.words()}


class CreditCode(Kind):
    """A social credit code with its check character; ``of_union`` for one that begins 81."""

    width = 21

    def __init__(self, *, of_union: bool = False) -> None:
        super().__init__()
        self.validate = validate_union_credit_code if of_union else validate_credit_code

    def parse(self, value: Value) -> str:
        text = plain_text(value)
        refuse_full_width(text)
        try:
            self.validate(text)
        except ValidationError as error:
            raise CellError(error.messages[0]) from None
        return text


class IdText(Kind):
    """The number of an identity document, kept as text. Whether it is right, its row says with the kind of document."""

    width = 22
    is_personal = True

    def parse(self, value: Value) -> str:
        if not isinstance(value, str):
            raise CellError(LOST_DIGITS)
        text = plain_text(value)
        refuse_full_width(text)
        text = text.upper()
        if not re.fullmatch(r"[0-9A-Z()-]{4,30}", text):
            raise CellError(_("Digits and letters only, without blanks."))
        return text


class Phone(Kind):
    """A mobile number of eleven digits, or a landline with or without its area code."""

    width = 15
    is_personal = True

    def parse(self, value: Value) -> str:
        text = plain_text(value)
        refuse_full_width(text)
        if not re.fullmatch(r"1\d{10}|(0\d{2,3}-?)?[2-9]\d{6,7}(-\d{1,6})?", text):
            raise CellError(_("A mobile number has eleven digits; a landline is written as 0574-87654321."))
        return text


class Column(Field):
    """A column of a sheet: caption, kind, whether it must be filled in, and what to know about it."""

    def __init__(
        self, caption: Any, kind: Kind, *, required: bool = False, attribute: str | None = None, hint: Any = ""
    ) -> None:
        super().__init__(attribute=attribute, widget=kind)
        self.caption, self.kind, self.required, self.hint = caption, kind, required, hint

    def read(self, value: Value) -> Any:
        """The value of a cell; None where it is empty. Raises CellError, also where an empty cell must be filled in."""
        if value is None or isinstance(value, str) and not value.strip():
            if self.required:
                raise CellError(self.kind.missing)
            return None
        return self.kind.parse(value)


class Once(dict[Any, Any]):
    """What a function says of a value, asked once for each value that comes again: ``once[value]``.

    A CellError that it raises is what it says.
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        super().__init__()
        self.function = function

    def __missing__(self, value: Any) -> Any:
        found = self.ask(value)
        if len(self) < MOST_REMEMBERED:
            self[value] = found
        return found

    def ask(self, value: Any) -> Any:
        try:
            return self.function(value)
        except CellError as error:
            return error.with_traceback(None)

    def of_cell(self, cell: Value) -> Any:
        """The same for what stands in a cell, where a number may look like a truth value."""
        return self[cell] if cell.__class__ in REPEATABLE else self.ask(cell)
