"""How a half-year stands in an address: /half-years/2026H1/."""

from __future__ import annotations

from unions.periods import HalfYear, parse_period


class HalfYearConverter:
    regex = r"\d{4}H[12]"

    def to_python(self, text: str) -> HalfYear:
        """Raises ValueError, that is a 404, for a year no period can have."""
        period = parse_period(text)
        assert isinstance(period, HalfYear)
        return period

    def to_url(self, period: HalfYear) -> str:
        return str(period)
