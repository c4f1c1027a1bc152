"""Money as people write and read it: parsing, rounding to the cent, 万元 and amounts in words.

Amounts are Decimal yuan everywhere; 万元 and words are displays of them.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

CENT = Decimal("0.01")
WAN = Decimal(10_000)
LARGEST = Decimal("999999999999.99")
AMOUNT = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|-?\d+(?:\.\d{1,2})?")
DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿")


def quantise(amount: Decimal) -> Decimal:
    """Round half up to the cent, as the levy rules ask (rules B1)."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def parse_amount(text: str) -> Decimal:
    """Read an amount in yuan as typed: "1,234.50", "1234.5", full-width digits too.

    Raises ValueError, saying what is wrong, for anything else, for 万 or other units, and for more than two decimals.
    """
    cleaned = (
        text.strip().translate(str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")).removesuffix("元").strip()
    )
    if "万" in cleaned or "亿" in cleaned:
        raise ValueError(_("“%(text)s”: write the amount in yuan, without 万 or 亿.") % {"text": text})
    if not AMOUNT.fullmatch(cleaned):
        raise ValueError(_("“%(text)s” is not an amount in yuan with at most two decimals.") % {"text": text})
    amount = Decimal(cleaned.replace(",", ""))
    if abs(amount) > LARGEST:
        raise ValueError(_("“%(text)s” is larger than any amount this portal keeps.") % {"text": text})
    return amount


def in_wan(amount: Decimal) -> str:
    """The amount in 万元, thousands separated, at most two decimals, no trailing zeros: 5758000 → "575.8"."""
    wan = (amount / WAN).quantize(CENT, ROUND_HALF_UP)
    return f"{wan:,f}".rstrip("0").rstrip(".")


def in_words(amount: Decimal) -> str:
    """人民币大写 of an amount from 0 up to 999,999,999,999.99 yuan (支付结算办法 annex 1; rules B15).

    Raises ValueError for a negative, larger or finer amount.
    """
    if not 0 <= amount <= LARGEST or amount != quantise(amount):
        raise ValueError(_("Only amounts from 0 to the cent below 1,000,000,000,000 are written in words."))
    yuan, cents = divmod(int(amount * 100), 100)
    jiao, fen = divmod(cents, 10)
    words = f"{whole_in_words(yuan)}元" if yuan else ""
    if not cents:
        return f"人民币{words or '零元'}整"
    if jiao:
        words += f"{DIGITS[jiao]}角"
    elif yuan:
        words += "零"
    return f"人民币{words}{DIGITS[fen] + '分' if fen else ''}"


def whole_in_words(number: int) -> str:
    """A whole number in capital Chinese numerals, one 零 for each inner run of zeros."""
    words, zero_pending = "", False
    for place in range(len(str(number)) - 1, -1, -1):
        digit = number // 10**place % 10
        group = place // 4
        if digit:
            words += ("零" if zero_pending and words else "") + DIGITS[digit] + PLACES[place % 4]
            zero_pending = False
        else:
            zero_pending = True
        if place % 4 == 0 and number // 10**place % 10_000:
            words += GROUPS[group]
    return words
