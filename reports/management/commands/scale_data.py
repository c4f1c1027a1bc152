"""manage.py scale_data --unions 500 --members 100000: a synthetic federation for benchmarks."""

from __future__ import annotations

import time
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.demo.loader import NotADemoError
from reports.management.arguments import WRONG_INPUT, PeriodCommand
from reports.scale import MOST_MEMBERS, TooManyError, lay_scale
from unions.periods import HalfYear


def positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(_("“%(text)s” is no number above zero.") % {"text": text})
    return int(text)


class Command(PeriodCommand):
    help = "Lay a synthetic federation of any size for benchmarks. A demo or an earlier one is replaced."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--unions", type=positive, required=True, help="primary unions, those of communities too")
        parser.add_argument("--members", type=positive, required=True, help="people, each with one open membership")
        parser.add_argument("--half", default="", help="for example 2014H1; by default the last finished half-year")

    def handle(self, *_args: Any, **options: Any) -> None:
        half = self.half_year(options["half"]) if options["half"] else HalfYear.last_finished(timezone.localdate())
        began = time.monotonic()
        try:
            laid = lay_scale(options["unions"], options["members"], half)
        except NotADemoError:
            raise CommandError(
                _("This database holds data of its own: a synthetic federation is laid into an empty one only.")
                + " "
                + _("Nothing was changed."),
                returncode=WRONG_INPUT,
            ) from None
        except TooManyError:
            raise CommandError(
                _("There are ID numbers for at most %(most)d members.") % {"most": MOST_MEMBERS},
                returncode=WRONG_INPUT,
            ) from None
        seconds = time.monotonic() - began
        for table, rows in laid.items():
            self.stdout.write(f"{table}\t{rows}")
        self.stderr.write(
            _("Laid into %(half)s in %(seconds).1f s, %(rate)d members a second.")
            % {"half": half, "seconds": seconds, "rate": options["members"] / seconds}
        )
