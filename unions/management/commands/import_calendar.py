"""Enter a year's announced holidays and make-up workdays, and put the deadlines that run right by them."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from unions.acting import SYSTEM, acting
from unions.clocks import recalculate
from unions.models import WorkDay
from unions.workdays import Calendar

COLUMNS = ["day", "kind", "name", "source"]


class Command(BaseCommand):
    help = "Import the work calendar from a CSV file with the columns day, kind (HOLIDAY, REST, MAKEUP), name, source."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        with acting(SYSTEM, reason=str(file.name)):
            rows = read(file)
            for row in rows:
                values = {name: getattr(row, name) for name in COLUMNS[1:]}
                WorkDay.objects.update_or_create(day=row.day, defaults=values)
            moved = recalculate(actor=SYSTEM, today=timezone.localdate())
        for year in unconfirmed(row.day for row in rows):
            self.stderr.write(_("%(year)d: calendar not confirmed, the National Day is missing.") % {"year": year})
        self.stdout.write(json.dumps({"days": len(rows), "deadlines_moved": len(moved)}))


def read(file: Path) -> list[WorkDay]:
    """The rows of the file. Raises CommandError with every line that does not fit; then nothing is stored."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            lines = csv.DictReader(text)
            if list(lines.fieldnames or []) != COLUMNS:
                raise CommandError(_("The first line must be: %(columns)s") % {"columns": ",".join(COLUMNS)})
            found = [(lines.line_num, line) for line in lines]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(str(error)) from error
    rows, wrong = [], []
    for number, line in found:
        row = WorkDay(**{name: (line[name] or "").strip() for name in COLUMNS})
        try:
            row.clean_fields()
        except ValidationError as error:
            wrong.append(_("Line %(line)d: %(reasons)s") % {"line": number, "reasons": " ".join(error.messages)})
        rows.append(row)
    if wrong:
        raise CommandError("\n".join(wrong))
    return rows


def unconfirmed(days: Iterable[date]) -> list[int]:
    return [year for year in sorted({day.year for day in days}) if not Calendar(year, year).is_confirmed(year)]
