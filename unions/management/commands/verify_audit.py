"""manage.py verify_audit: check the chain of digests over the audit and access logs, then seal what is new."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from unions.acting import SYSTEM, acting
from unions.models import AuditSeal
from unions.seals import broken_seals, seal


class Command(BaseCommand):
    help = "Verify that no row of the audit and access logs was changed or removed."

    def handle(self, *_args: Any, **_options: Any) -> None:
        with acting(SYSTEM):
            for made in broken_seals():
                raise CommandError(
                    _("Broken: %(table)s, rows %(first)d to %(last)d, sealed %(when)s.")
                    % {
                        "table": made.table,
                        "first": made.first_id,
                        "last": made.last_id,
                        "when": f"{made.sealed_at:%Y-%m-%d %H:%M}",
                    }
                )
            new = seal()
            self.stdout.write(
                _("%(all)d seals hold; %(rows)d new rows sealed.")
                % {"all": AuditSeal.objects.count() - len(new), "rows": sum(made.rows for made in new)}
            )
