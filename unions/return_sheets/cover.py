"""D0: whose return it is, who filled it in, and whether anything changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from unions.models import Officer, Severity
from unions.models.base import holds_on
from unions.returns.columns import Column, CreditCode, Day, Phone, Text, YesNo
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.registry import Row, Sheet, sheet
from unions.returns.rules import rule


@sheet
class Cover(Sheet):
    code = "D0"
    title = gettext_lazy("Cover")
    lead = gettext_lazy("Check name and code, say who filled it in, and whether organisation or members changed.")
    is_single = is_required = True

    union_name = Column(gettext_lazy("Name of the union"), Text(80), required=True)
    legal_code = Column(gettext_lazy("The union's social credit code"), CreditCode(of_union=True))
    filler = Column(gettext_lazy("Filled in by"), Text(30), required=True)
    filler_phone = Column(gettext_lazy("Phone"), Phone(), required=True)
    chair = Column(pgettext_lazy("return", "Chair"), Text(30), required=True)
    signed_on = Column(
        pgettext_lazy("cover", "Signed on"), Day(), required=True, hint=gettext_lazy("After the quarter has ended.")
    )
    no_change = Column(
        gettext_lazy("No change of organisation or members"),
        YesNo(),
        required=True,
        hint=gettext_lazy("是: leave D1b and D2 empty."),
    )

    def prefill(self, filing: Filing) -> Iterable[dict[str, Any]]:
        last = filing.last_accepted.get(self.code, [])
        before = last[0].values if last else {}
        kept = {name: before.get(name) for name in ("filler", "filler_phone")}
        known = {"union_name": filing.union.name, "legal_code": filing.union.legal_code, "chair": chair_of(filing)}
        return [kept | known]

    def standing(self, filing: Filing) -> Iterable[dict[str, Any]]:
        chair = chair_of(filing) or _("Chair")
        [known] = self.prefill(filing)
        said = {"filler": chair, "filler_phone": "0574-87000000", "chair": chair, "no_change": False}
        return [known | said | {"signed_on": filing.quarter.end}]

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        for row in rows[:1]:
            if row["signed_on"] and row["signed_on"] < filing.quarter.end:
                yield self.finding(row, "signed_on", _("The return is signed after the quarter has ended."))
            if row["no_change"] and (filing.rows("D1b") or filing.rows("D2")):
                message = _("“No change” is ticked, but D1b or D2 lists changes: correct one of them.")
                yield self.finding(row, "no_change", message)


def chair_of(filing: Filing) -> str:
    """Who chairs the union on the quarter's last day, as the portal knows it."""
    rows = Officer.objects.filter(holds_on(filing.quarter.last_day), union=filing.union, post=Officer.Post.CHAIR)
    officer = rows.order_by("-start").first()
    return officer.name if officer else ""


@rule("X-19", Severity.ERROR, gettext_lazy("Name and code of the union are those of the register"))
def name_as_registered(filing: Filing) -> Iterable[Finding]:
    cover = filing.one("D0")
    if cover is None or any(row["event"] in ("RENAMED", "LEGAL_CHANGED") for row in filing.rows("D1b")):
        return
    page = Cover()
    said = {"union_name": filing.union.name, "legal_code": filing.union.legal_code or ""}
    for column, registered in said.items():
        if registered and cover[column] and cover[column] != registered:
            message = _("The register says “%(registered)s”. If it has changed, list the change in D1b.")
            yield page.finding(cover, column, message % {"registered": registered})
