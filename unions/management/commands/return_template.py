"""manage.py return_template UNION 2014Q2 --out FILE.xlsx: the workbook that a union fills in for a quarter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from unions.acting import SYSTEM, acting
from unions.models import ReturnObligation
from unions.returns.filing import Filing
from unions.returns.template import file_name, template

WRONG_INPUT = 2


class Command(BaseCommand):
    help = "Write the pre-filled workbook of a union's quarterly return."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("union", help="code of the union")
        parser.add_argument("period", help="2014Q2")
        parser.add_argument("--out", type=Path, help="path of the file; by default its usual name, here")
        parser.add_argument(
            "--filled", action="store_true", help="with all that the portal has of the quarter, for trials"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        with acting(SYSTEM):
            rows = ReturnObligation.objects.select_related("union", "period")
            obligation = rows.filter(union__code=options["union"], period__code=options["period"]).first()
            if obligation is None:
                message = _("No return of “%(union)s” is expected for “%(period)s”.") % options
                raise CommandError(message, returncode=WRONG_INPUT)
            filing = Filing(obligation)
            path = options["out"] or Path(file_name(filing))
            try:
                path.write_bytes(template(filing, filled=options["filled"]))
            except OSError as error:
                raise CommandError(_("%(path)s: %(why)s") % {"path": path, "why": error.strerror}) from None
        self.stdout.write(str(path.absolute()))
