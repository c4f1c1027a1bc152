"""What the open quarter's returns say: submitted ones wait with their rows, some were sent back with a note.

What the same unions said a quarter before stands beside it, to be compared with.
"""

from __future__ import annotations

from typing import Any

from reports.demo.world import World, lay
from unions.access import Role
from unions.models import Office, QuarterlyReturn, ReturnContent, ReturnNote, ReturnObligation, ReturnStatus
from unions.models.returns import IN_FORCE
from unions.returns.checking import examine
from unions.returns.filing import Filing
from unions.returns.registry import SHEETS, Row
from unions.returns.template import FIRST_ROW
from unions.returns.uploading import keep

S = ReturnStatus
TOLD = (S.SUBMITTED, S.SENT_BACK, S.DRAFT)
ODD = "4"
# Warnings by rule, with what the chair says of them.
EXPLAINED = {"women": "女职工委员会正在筹建，人选已报社区工会"}
NOTE = "期末会员数与花名册变动不符，请核对"


def lay_filed(world: World) -> None:
    """Cover and profile of every version that somebody is still to act on, and of the one accepted before it."""
    quarter = world.timeline.open_quarter
    owed = ReturnObligation.objects.select_related("union", "period")
    before = {row.union_id: row for row in owed.filter(period__code=str(quarter.previous()))}
    versions = QuarterlyReturn.objects.filter(obligation__period__code=str(quarter), status__in=TOLD)
    held = Office.objects.filter(role__in=(Role.CHAIR, Role.COMMUNITY)).select_related("user")
    people = {office.union_id: office.user for office in held}
    for version in versions.select_related("obligation__union", "obligation__period").order_by("pk"):
        said_before = lay_before(before.get(version.union_id))
        filing = Filing(version.obligation, version, said(version, said_before))
        lay([ReturnContent(union=version.union, version=version)])
        keep(filing, examine(filing) if version.status == S.DRAFT else [])
        if version.status != S.DRAFT:
            sign(world, version, people)


def lay_before(obligation: ReturnObligation | None) -> dict[str, Any]:
    """Keep what the accepted version of a quarter before said, odd figures explained; its profile."""
    version = obligation.versions.filter(status__in=IN_FORCE).first() if obligation else None
    if version is None:
        return {}
    filing = Filing(version.obligation, version)
    content = {
        code: [Row(FIRST_ROW, dict(values)) for values in SHEETS[code].standing(filing)] for code in ("D0", "D1a")
    }
    filing.content = content
    lay([ReturnContent(union=version.union, version=version)])
    keep(filing, [finding for finding in examine(filing) if finding.rule in EXPLAINED])
    for rule, explanation in EXPLAINED.items():
        version.findings.filter(rule=rule).update(explanation=explanation)
    return content["D1a"][0].values


def said(version: QuarterlyReturn, before: dict[str, Any]) -> dict[str, list[Row]]:
    """As a quarter before, but for what shows how mistakes are found.

    A draft counts more women than employees, one sent back a member too many; some of those submitted have migrant
    workers only, which stands out in review.
    """
    [cover] = SHEETS["D0"].standing(Filing(version.obligation))
    profile = dict(before)
    if version.status == S.DRAFT and profile:
        profile["female_end"] = (profile["employees_end"] or 0) + 1
    if version.status == S.SENT_BACK and profile:
        profile["members_end"] = (profile["members_end"] or 0) + 1
    if version.status == S.SUBMITTED and profile and version.union.code.endswith(ODD):
        profile["migrant_end"] = profile["employees_end"]
    return {"D0": [Row(FIRST_ROW, dict(cover))], "D1a": [Row(FIRST_ROW, profile)] if profile else []}


def sign(world: World, version: QuarterlyReturn, people: dict[int, Any]) -> None:
    """By the union's chair, or on its behalf by staff; a reviewer's note where it was sent back.

    By turns by the community's and the federation's staff, so that both have something of somebody else's to review.
    """
    chair, staff = people.get(version.union_id), people.get(version.union.parent_id or 0)
    is_staffs = version.union.code[-1] in "02468"
    version.submitted_by = chair or (staff if staff and is_staffs else world.users["zuzhi"])
    version.is_on_behalf = chair is None
    version.receipt_no = f"JB-{version.obligation.period.code}-{version.union.code}-{version.version:02d}"
    version.save(update_fields=["submitted_by", "is_on_behalf", "receipt_no"])
    if version.status == S.SENT_BACK:
        lay([ReturnNote(union=version.union, version=version, sheet="D1a", row=4, column="members_end", text=NOTE)])
