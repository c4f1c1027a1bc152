"""manage.py rows CARE-18 2014H1: the rows one figure is made of."""

from __future__ import annotations

import csv
from typing import Any

from django.core.management.base import CommandParser

from reports.figures import row_tables
from reports.management.arguments import PeriodCommand
from unions.acting import SYSTEM, acting


class Command(PeriodCommand):
    help = "Print the rows behind one figure; a ratio has two tables, its numerator's and its denominator's."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="indicator, for example CARE-18")
        super().add_arguments(parser)
        parser.add_argument("--scope", default="", help="code of a union or community")
        parser.add_argument("--format", choices=["table", "csv"], default="table")

    def handle(self, *_args: Any, **options: Any) -> None:
        indicator, period = self.indicator(options["code"]), self.period(options["period"])
        with acting(SYSTEM, snapshot=True):
            tables = row_tables(indicator, period, self.scope(options["scope"], period))
            cells = [(table, table.values()) for table in tables]
        writer = csv.writer(self.stdout, lineterminator="\n", delimiter="," if options["format"] == "csv" else "\t")
        for table, rows in cells:
            writer.writerow([str(indicator.name), *(str(column.caption) for column in table.columns)])
            writer.writerows([str(table.name), *row] for row in rows)
