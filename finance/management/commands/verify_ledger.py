"""manage.py verify_ledger: recompute every invariant of the ledger; exit status 1 on the first broken one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from finance.verification import INVARIANTS, broken, size
from unions.acting import SYSTEM, acting


class Command(BaseCommand):
    help = "Recompute every invariant of the ledger from its rows."

    def handle(self, *_args: Any, **_options: Any) -> None:
        with acting(SYSTEM, snapshot=True):
            for sentence, rows in broken():
                raise CommandError(_("Broken: %(sentence)s %(rows)s") % {"sentence": sentence, "rows": ", ".join(rows)})
            counted = ", ".join(f"{name} {number}" for name, number in size().items())
        self.stdout.write(
            _("%(number)d invariants hold (%(counted)s).") % {"number": len(INVARIANTS), "counted": counted}
        )
