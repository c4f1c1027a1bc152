"""How a figure is written in print: digits, units, 万元, per cent, and the dash that means not reported."""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from finance.money import WAN, in_wan

DASH = "—"
MONEY = frozenset({"元", "CNY"})
RATE = "%"
TENTH = Decimal("0.1")
CENT = Decimal("0.01")


def rounded(value: Decimal, step: Decimal) -> Decimal:
    """Half up, as an accountant rounds."""
    return value.quantize(step, ROUND_HALF_UP)


def trimmed(value: Decimal) -> str:
    """Thousands separated, at most two decimals and none that are nothing but zeros."""
    value = rounded(value, CENT)
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}".rstrip("0")


def printed(value: Decimal | None, unit: str = "") -> str:
    """A cell of a table, its unit in another column: ``8,160``, ``9,500.00``, ``91.2``, ``—``."""
    if value is None:
        return DASH
    if unit in MONEY:
        return f"{rounded(value, CENT):,.2f}"
    if unit == RATE:
        return f"{rounded(value, TENTH):,.1f}"
    return trimmed(value)


def aimed(value: Decimal | None, unit: str = "") -> str:
    """A target in a table: as any figure, but a round sum without its cents, for targets are round."""
    return printed(value, unit).removesuffix(".00")


def worded(value: Decimal | None, unit: str, lang: str = "zh-hans") -> str:
    """A figure inside prose with its unit: ``8,160人次``, ``91.2%``, ``259.16万元``, ``9,500元``, ``CNY 9,500.00``."""
    if value is None:
        return DASH
    if unit == RATE:
        return printed(value, RATE) + RATE
    if lang == "en":
        return f"CNY\u00a0{printed(value, '元')}" if unit in MONEY else printed(value)
    if unit in MONEY:
        return wan(value) if abs(value) >= WAN else yuan(value)
    return trimmed(value) + unit


def wan(value: Decimal) -> str:
    """A sum as 万元, two decimals at most."""
    return f"{in_wan(value)}万元"


def yuan(value: Decimal) -> str:
    """A sum as 元: jiao and fen only where there are any."""
    return f"{value:,.0f}元" if value == value.to_integral_value() else f"{rounded(value, CENT):,.2f}元"


def signed(value: Decimal | None) -> str:
    """A change with its sign and one decimal; a hyphen-minus, for the true minus comes from another face."""
    if value is None:
        return DASH
    value = rounded(value, TENTH)
    return f"{value:+,.1f}" if value else "0.0"


def about(value: Decimal, step: int) -> str:
    """An editor's round figure: ``12,500余`` just above a multiple of step, ``近12,600`` just below, else exact."""
    below = int((value / step).to_integral_value(ROUND_FLOOR)) * step
    if value == below:
        return f"{below:,}"
    return f"{below:,}余" if below and value - below <= Decimal(step) / 2 else f"近{below + step:,}"


def change(value: Decimal | None, before: Decimal | None, unit: str) -> Decimal | None:
    """Against the year before: per cent, of a rate percentage points; None where there is nothing to compare with."""
    if value is None or before is None:
        return None
    if unit == RATE:
        return value - before
    return (value - before) / before * 100 if before else None


def completion(value: Decimal | None, target: Decimal | None) -> Decimal | None:
    """Per cent of the target reached; None without a target."""
    return value / target * 100 if value is not None and target else None
