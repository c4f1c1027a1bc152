"""manage.py load_demo --half 2014H1: the reference federation laid into a half-year."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.demo.loader import NotADemoError, load
from reports.management.arguments import WRONG_INPUT, PeriodCommand
from unions.periods import HalfYear


class Command(PeriodCommand):
    help = "Lay the demo federation into a half-year. A demo laid into another half-year is replaced."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--half", default="", help="for example 2014H1; by default the last finished half-year")

    def handle(self, *_args: Any, **options: Any) -> None:
        half = self.half_year(options["half"]) if options["half"] else HalfYear.last_finished(timezone.localdate())
        began = time.monotonic()
        try:
            is_new = load(half)
        except NotADemoError:
            raise CommandError(
                _("This database holds data of its own: the demo is only laid into an empty one. Nothing was changed."),
                returncode=WRONG_INPUT,
            ) from None
        if is_new:
            seconds = round(time.monotonic() - began)
            self.stderr.write(
                _("The demo was laid into %(half)s in %(seconds)d s.") % {"half": half, "seconds": seconds}
            )
        else:
            self.stderr.write(_("The demo already lies in %(half)s. Nothing was changed.") % {"half": half})
