"""Amended returns of the demo's last quarter: the workbook as the portal fills it in, with awards that are new."""

from __future__ import annotations

import io
from dataclasses import dataclass

import openpyxl

from unions.acting import SYSTEM, acting
from unions.models import QuarterlyReturn, ReturnObligation
from unions.models.returns import IN_FORCE
from unions.returns.filing import Filing
from unions.returns.registry import SHEETS
from unions.returns.template import FIRST_ROW, template

AWARDS = "D11b"
REASON = "补报荣誉"


@dataclass(frozen=True)
class Paper:
    """One file for one obligation."""

    obligation: int
    name: str
    content: bytes


def obligations() -> list[int]:
    """The accepted returns of the newest quarter that every union has filed, but for those amended already."""
    with acting(SYSTEM):
        accepted = ReturnObligation.objects.with_latest().filter(latest=IN_FORCE[0])
        waiting = ReturnObligation.objects.with_latest().filter(latest=None)
        rows = accepted.exclude(period__in=waiting.values("period")).order_by("-period__start", "pk")
        newest = rows.values_list("period", flat=True).first()
        amended = QuarterlyReturn.objects.filter(content__file__isnull=False)
        fresh = rows.filter(period=newest).exclude(pk__in=amended.values("obligation"))
        return list(fresh.values_list("pk", flat=True))


def paper(obligation_id: int, mark: str, awards: int) -> Paper:
    """The return as it stands, with so many awards whose names begin with the mark."""
    with acting(SYSTEM):
        obligation = ReturnObligation.objects.select_related("union", "period").get(pk=obligation_id)
        book = openpyxl.load_workbook(io.BytesIO(template(Filing(obligation), filled=True)))
    page = next(book[name] for name in book.sheetnames if name.split(" ")[0] == AWARDS)
    first = next(number for number in range(FIRST_ROW, page.max_row + 2) if page.cell(number, 1).value is None)
    facts = {
        "kind": "OTHER",
        "level": "DISTRICT",
        "recipient_kind": "UNION",
        "recipient": "本工会",
        "granted_on": obligation.period.start,
    }
    for number in range(awards):
        for column, name in enumerate(SHEETS[AWARDS].columns, start=1):
            page.cell(first + number, column).value = facts.get(name)
        page.cell(first + number, 1).value = f"{mark}{number}"
    out = io.BytesIO()
    book.save(out)
    return Paper(obligation_id, f"{mark}.xlsx", out.getvalue())
