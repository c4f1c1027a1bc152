"""Collective contracts, the congress, open affairs, suggestions, safety, supervision, and legal time limits."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.access.rows import OFFICERS_AND_STEWARD, R, Row, kind
from tests.factories.unions import EmployerFactory
from unions.models import (
    Appraisal,
    ClockRule,
    CollectiveContract,
    CongressMeeting,
    CongressProposal,
    ContractReview,
    Deadline,
    Employer,
    GroupFeedback,
    Inspection,
    Meeting,
    OpenAffairsPosting,
    SafetyReturn,
    Suggestion,
    Supervision,
    Union,
    UnionCoverage,
    UnionGroup,
)

MANAGERS = {R.FEDERATION_CHAIR, R.ORGANISATION, R.RIGHTS, R.COMMUNITY, R.CHAIR, R.STEWARD}
DAY = date(2026, 3, 2)


def contract(union: Union) -> CollectiveContract:
    return CollectiveContract.objects.create(union=union, title="集体合同", kind="COMPREHENSIVE", requested_on=DAY)


def deadline(union: Union) -> Deadline:
    row = contract(union)
    rule = ClockRule.objects.get(code="CONTRACT_ANSWER")
    return Deadline.objects.create(
        union=union,
        rule=rule,
        target_type="unions.collectivecontract",
        target_id=row.pk,
        matter=row.title,
        started_on=DAY,
        due_on=date(2026, 3, 16),
    )


def review(union: Union) -> ContractReview:
    return ContractReview.objects.create(union=union, contract=contract(union), reviewed_on=DAY, result="履行良好")


def meeting(union: Union) -> CongressMeeting:
    return CongressMeeting.objects.create(union=union, held_on=DAY)


def proposal(union: Union) -> CongressProposal:
    return CongressProposal.objects.create(
        union=union, meeting=meeting(union), number=1, title="改善食堂", proposer="张三"
    )


def posting(union: Union) -> OpenAffairsPosting:
    return OpenAffairsPosting.objects.create(union=union, topic="福利费", posted_on=DAY)


def employer(union: Union) -> Employer:
    row = UnionCoverage.objects.filter(union=union).first()
    return row.employer if row else EmployerFactory(union=union, covered_by=union)


def of_employer(model: Any, **values: Any) -> Any:
    return lambda union: model.objects.create(union=union, employer=employer(union), **values)


def of_union(model: Any, **values: Any) -> Any:
    return lambda union: model.objects.create(union=union, **values)


def feedback(union: Union) -> GroupFeedback:
    group = UnionGroup.objects.create(union=union, name="一车间", start=DAY)
    return GroupFeedback.objects.create(union=union, group=group, month=DAY, category="CONCERN", matter="通勤班车")


WHO: dict[str, Any] = {"see": OFFICERS_AND_STEWARD, "manage": MANAGERS}
ROWS: dict[str, Row] = {
    **kind("contracts", contract, **WHO, move=("ANSWERED", MANAGERS)),
    "contract-request": Row(MANAGERS),
    "contracts-renew": Row(MANAGERS, make=contract),
    "contracts-publish": Row(MANAGERS, make=contract),
    **kind("contract-reviews", review, **WHO),
    "deadlines": Row(OFFICERS_AND_STEWARD),
    "deadline": Row(OFFICERS_AND_STEWARD, make=deadline, status=302),
    **kind("congresses", meeting, **WHO),
    **kind("proposals", proposal, **WHO, move=("EXAMINED", MANAGERS), cell="category"),
    **kind("postings", posting, **WHO, move=("COMMENTED", MANAGERS)),
    **kind("appraisals", of_union(Appraisal, leader="王五", held_on=DAY, excellent=3), **WHO),
    **kind(
        "suggestions",
        of_union(Suggestion, title="改进夹具", collected_on=DAY),
        **WHO,
        move=("ADOPTED", MANAGERS),
        cell="award",
    ),
    **kind("safety", of_employer(SafetyReturn, quarter_start=date(2026, 1, 1)), **WHO),
    **kind("inspections", of_employer(Inspection, inspected_on=DAY), **WHO),
    **kind("supervisions", of_employer(Supervision, received_on=DAY, matter="超时加班"), **WHO),
    **kind("meetings", of_union(Meeting, kind="COMMITTEE", held_on=DAY, topic="研究换届"), **WHO),
    **kind("feedback", feedback, **WHO),
}
