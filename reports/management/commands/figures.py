"""manage.py figures 2014H1: every indicator with its value, numerator and denominator, from one snapshot."""

from __future__ import annotations

import csv
import json
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from reports.figures import as_json, figures
from reports.management.arguments import PeriodCommand
from unions.acting import SYSTEM, acting

FIELDS = ["code", "name", "unit", "kind", "value", "numerator", "denominator", "target", "completion"]


class Command(PeriodCommand):
    help = "Print every indicator of a period."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--scope", default="", help="code of a union or community")
        parser.add_argument("--format", choices=["table", "json", "csv"], default="table")

    def handle(self, *_args: Any, **options: Any) -> None:
        period = self.period(options["period"])
        with acting(SYSTEM, snapshot=True):
            scope = self.scope(options["scope"], period)
            rows = [as_json(figure) for figure in figures(period, scope).values()]
        if options["format"] == "json":
            answer = {"period": str(period), "scope": scope.code or None, "as_of": timezone.localtime().isoformat()}
            self.stdout.write(json.dumps(answer | {"figures": rows}, ensure_ascii=False, indent=1))
        elif options["format"] == "csv":
            writer = csv.DictWriter(self.stdout, FIELDS, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        else:
            for row in rows:
                self.stdout.write(line(row))


def line(row: dict[str, Any]) -> str:
    base = f" ({row['numerator']}/{row['denominator']})" if row["denominator"] is not None else ""
    parts = "".join(f" {part['name']} {part['value'] or '—'}" for part in row["parts"])
    return f"{row['code']:<9}{row['name']}: {row['value'] or '—'} {row['unit']}{base}{parts}"
