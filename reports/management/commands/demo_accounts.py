"""manage.py demo_accounts: name, role, sign-in name and password of every demo account."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from reports.demo.accounts import listed
from unions.acting import SYSTEM, acting


class Command(BaseCommand):
    help = "Print the demo accounts."

    def handle(self, *_args: Any, **_options: Any) -> None:
        with acting(SYSTEM):
            accounts = listed()
        if not accounts:
            self.stderr.write(_("There are no demo accounts in this database."))
            return
        self.stdout.write("\t".join((_("Name"), _("Role"), _("Sign-in name"), _("Password"))))
        for account in accounts:
            self.stdout.write("\t".join(account))
