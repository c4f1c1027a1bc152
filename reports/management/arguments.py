"""What the figure commands share: reading a period, a scope and an indicator, and how a wrong one is answered."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from reports.figures import find_scope
from reports.indicators import REGISTRY
from reports.indicators.registry import Indicator, Period
from unions.access import Scope
from unions.periods import HalfYear, parse_period

WRONG_INPUT = 2


class PeriodCommand(BaseCommand):
    """A command about one period. An unknown period, scope or code is one line on stderr and exit status 2."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("period", help="2014Q2, 2014H1, 2014 or 2014Q1..2014Q3")

    def period(self, text: str) -> Period:
        try:
            return parse_period(text)
        except ValueError as error:
            raise CommandError(str(error), returncode=WRONG_INPUT) from None

    def half_year(self, text: str) -> HalfYear:
        period = self.period(text)
        if not isinstance(period, HalfYear):
            raise CommandError(
                _("A report is made for a half-year such as 2014H1, not for “%(text)s”.") % {"text": text},
                returncode=WRONG_INPUT,
            )
        return period

    def scope(self, code: str, period: Period) -> Scope:
        try:
            return find_scope(code, period)
        except ValueError as error:
            raise CommandError(str(error), returncode=WRONG_INPUT) from None

    def indicator(self, code: str) -> Indicator:
        if code not in REGISTRY:
            raise CommandError(
                _("There is no indicator “%(code)s”: they run from ORG-01 to SELF-17.") % {"code": code},
                returncode=WRONG_INPUT,
            )
        return REGISTRY[code]
