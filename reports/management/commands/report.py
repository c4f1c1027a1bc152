"""manage.py report 2014H1: the half-year's document as a PDF; prints its path and SHA-256."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from reports.management.arguments import WRONG_INPUT, PeriodCommand
from reports.models import Language, Report, ReportKind
from reports.services import make_report
from unions.models import Union


class Command(PeriodCommand):
    help = "Make a half-year's document as a PDF. The plan is that of the half-year after it."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--kind", default=ReportKind.SUMMARY.value, help=", ".join(ReportKind.values))
        parser.add_argument("--lang", default=Language.SIMPLIFIED.value, help=", ".join(Language.values))
        parser.add_argument("--out", type=Path, default=settings.REPORTS_ROOT, help="directory of the file")

    def handle(self, *_args: Any, **options: Any) -> None:
        period = self.half_year(options["period"])
        kind = self.one_of(options["kind"], ReportKind.values)
        language = self.one_of(options["lang"], Language.values)
        try:
            report = make_report(period=period, kind=kind, language=language)
        except Union.DoesNotExist:
            message = _("There is no federation in the database yet: run load_demo or import the unions.")
            raise CommandError(message, returncode=WRONG_INPUT) from None
        if report.status == Report.Status.FAILED:
            raise CommandError(report.error)
        path = written(options["out"], f"{period}-{kind}-{language}.pdf", bytes(report.pdf or b""))
        self.stdout.write(f"{path} {report.sha256}")

    def one_of(self, text: str, known: list[str]) -> str:
        """Raises CommandError, one line and exit status 2, for a word that is not known."""
        if text not in known:
            message = _("Unknown “%(text)s”: choose one of %(known)s.") % {"text": text, "known": ", ".join(known)}
            raise CommandError(message, returncode=WRONG_INPUT)
        return text


def written(directory: Path, name: str, content: bytes) -> Path:
    """The file in its place, whole or not at all. Raises CommandError naming what stood in the way."""
    path = directory / name
    draft = ""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=directory, prefix=f".{name}.", delete=False) as file:
            draft = file.name
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError as error:
        if draft:
            Path(draft).unlink(missing_ok=True)
        message = _("%(path)s cannot be written: %(reason)s. Free some space or choose another directory with --out.")
        raise CommandError(message % {"path": path, "reason": error.strerror}) from error
    return path.absolute()
