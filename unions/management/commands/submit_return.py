"""manage.py submit_return FILE.xlsx: what the browser does with a workbook, from the command line.

Prints the result as JSON; exit status 1 with every finding and its cell if the return cannot be submitted.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from unions.access import Action
from unions.acting import SYSTEM, acting
from unions.inbox import chairs, officers
from unions.models import QuarterlyReturn, ReturnObligation, ReturnStatus, Severity, User
from unions.returns.arriving import stamp_in
from unions.returns.deciding import accept, explain, submit
from unions.returns.reading import Unreadable, address, read_workbook
from unions.returns.registry import SHEETS
from unions.returns.uploading import check, receive

WRONG_INPUT = 2


class Command(BaseCommand):
    help = "Check, submit and, if asked, accept the quarterly return in a workbook."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check only and store nothing")
        parser.add_argument("--accept", action="store_true", help="accept it as well, by a second person")
        parser.add_argument("--explain", default="", help="the explanation of every warning")
        parser.add_argument("--reason", default="", help="why an accepted return is amended")
        parser.add_argument("--as", dest="user", help="who submits; by default the union's chair")
        parser.add_argument("--accept-as", dest="reviewer", help="who accepts; by default an officer")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                result = self.file(options)
                transaction.set_rollback(options["dry_run"])
        except (ValidationError, PermissionDenied) as error:
            result = {"status": "REFUSED", "messages": getattr(error, "messages", [str(error)]), "findings": []}
        self.stdout.write(json.dumps(result, ensure_ascii=False, indent=1))
        if result["status"] not in (ReturnStatus.SUBMITTED, ReturnStatus.ACCEPTED):
            raise CommandError(_("The return was not submitted: see the findings."), returncode=1)

    def file(self, options: dict[str, Any]) -> dict[str, Any]:
        try:
            content = options["file"].read_bytes()
        except OSError as error:
            message = _("%(path)s: %(why)s") % {"path": options["file"], "why": error.strerror}
            raise CommandError(message, returncode=WRONG_INPUT) from None
        with acting(SYSTEM):
            obligation = obligation_of(content)
            actor = self.person(options["user"], chairs(obligation.union_id) or officers(Action.FILE_RETURN))
            others = [user for user in officers(Action.REVIEW_RETURN) if user != actor]
            reviewer = self.person(options["reviewer"], others) if options["accept"] else None
        with acting(actor):
            version = receive(
                obligation=obligation,
                actor=actor,
                file=content,
                file_name=options["file"].name,
                amendment_reason=options["reason"],
                in_background=False,
            )
        check(version.pk)
        with acting(actor):
            version = hand_in(version, actor, options["explain"])
        if reviewer and version.status == ReturnStatus.SUBMITTED:
            with acting(reviewer):
                version = accept(version=version, actor=reviewer)
        with acting(SYSTEM):
            return result_of(version)

    def person(self, name: str | None, usual: list[User]) -> User:
        """The account of this name, or the usual one. Raises CommandError if there is none."""
        found = User.objects.filter(username=name).first() if name else next(iter(usual), None)
        if found is None:
            raise CommandError(_("There is no account that may do this."), returncode=WRONG_INPUT)
        return found


def obligation_of(content: bytes) -> ReturnObligation:
    """The return that the workbook's hidden sheet names. Raises ValidationError for one that names none."""
    stamp = stamp_in(read_workbook(content))
    rows = ReturnObligation.objects.select_related("union", "period")
    found = rows.filter(union__code=stamp.get("union", ""), period__code=stamp.get("period", "")).first()
    if found is None:
        raise Unreadable(_("This workbook names no return that is expected: download the template from the portal."))
    return found


def hand_in(version: QuarterlyReturn, actor: User, explanation: str) -> QuarterlyReturn:
    """Submit the version unless something stands against it."""
    version.refresh_from_db()
    if explanation:
        for finding in version.findings.filter(severity=Severity.WARNING):
            explain(finding=finding, actor=actor, explanation=explanation)
    if version.findings.filter(severity__in=(Severity.BLOCKING, Severity.ERROR)).exists():
        return version
    if version.findings.filter(severity=Severity.WARNING, explanation="").exists():
        return version
    return submit(version=version, actor=actor, is_attested=True)


def result_of(version: QuarterlyReturn) -> dict[str, Any]:
    return {
        "return": version.receipt_no,
        "union": version.union.code,
        "period": version.obligation.period.code,
        "version": version.version,
        "status": version.status,
        "counts": version.counts,
        "findings": [
            {
                "sheet": finding.sheet,
                "cell": cell_of(finding.sheet, finding.row, finding.column),
                "column": finding.column,
                "severity": finding.severity,
                "rule": finding.rule,
                "value": finding.value,
                "message": finding.message,
            }
            for finding in version.findings.all()
        ],
    }


def cell_of(sheet: str, row: int, column: str) -> str:
    """Such as C7; empty for a whole sheet."""
    names = list(SHEETS[sheet].columns) if sheet in SHEETS else []
    return address(row, names.index(column) + 1) if row and column in names else ""
