"""Congress meetings, proposals from tabling to the proposer's opinion, open affairs with their answers, appraisals."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories.unions import UnionFactory
from tests.unions.labour import employer_of, federation, officer
from unions import clocks
from unions.access import Role
from unions.models import (
    Appraisal,
    AuditEntry,
    CongressEmployer,
    CongressMeeting,
    CongressProposal,
    CongressScope,
    OpenAffairsPosting,
    Union,
    User,
)
from unions.services import congress
from unions.workflow.postings import POSTINGS, PostingState
from unions.workflow.proposals import PROPOSALS

pytestmark = pytest.mark.usefixtures("as_system")
S = CongressProposal.Status
TABLE = {(start, move.to) for move in PROPOSALS.moves for start in move.starts}
FACTS = {
    "handler": "行政部",
    "reply": "已列入计划",
    "is_satisfied": True,
    "note": "不属职权范围",
    "comment": "食堂偏贵",
}


@pytest.fixture
def union() -> Union:
    return UnionFactory(parent=federation())


def meeting_of(union: Union, **values: Any) -> CongressMeeting:
    return CongressMeeting.objects.create(union=union, **{"held_on": date(2026, 3, 2), "delegates": 42, **values})


def proposal_of(union: Union, **values: Any) -> CongressProposal:
    facts = {"number": 1, "title": "改善食堂", "proposer": "张三", "tabled_on": date(2026, 3, 2), **values}
    return CongressProposal.objects.create(union=union, meeting=meeting_of(union), **facts)


def move(row: CongressProposal, to: str, actor: User, day: date = date(2026, 4, 1), **facts: Any) -> CongressProposal:
    return PROPOSALS.move(row=row, to=to, actor=actor, on=day, facts=FACTS | facts)


# Meetings


def save(union: Union, *employers: Any, actor: User | None = None, **values: Any) -> CongressMeeting:
    row = CongressMeeting(union=union, **{"held_on": date(2026, 3, 2), "delegates": 42, "present": 40, **values})
    return congress.save_meeting(meeting=row, employers=employers, actor=actor or officer())


def test_a_regional_congress_is_held_for_many_employers(union: Union) -> None:
    row = save(union, employer_of(union), employer_of(union), scope=CongressScope.REGIONAL)
    assert row.covered.count() == 2
    assert set(CongressEmployer.objects.values_list("union", flat=True)) == {union.pk}


@pytest.mark.parametrize(
    ("delegates", "present", "needed", "reached"), [(42, 28, 28, True), (42, 27, 28, False), (43, 28, 29, False)]
)
def test_the_quorum_is_two_thirds_and_shown_only(
    union: Union, delegates: int, present: int, needed: int, reached: bool
) -> None:
    quorum = congress.quorum_of(save(union, employer_of(union), delegates=delegates, present=present))
    assert quorum and (quorum.needed, quorum.is_reached) == (needed, reached)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("held_on", {"held_on": date(2126, 1, 1)}),
        ("delegates", {"delegates": 0, "present": 0}),
        ("__all__", {"present": 43}),
    ],
)
def test_a_nonsense_meeting_is_refused(union: Union, field: str, values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refusal:
        save(union, employer_of(union), **values)
    assert field in refusal.value.message_dict
    assert not CongressMeeting.objects.exists()


@pytest.mark.parametrize(
    ("number", "values"),
    [(0, {}), (2, {}), (1, {"kind": CongressMeeting.Kind.MEMBERS})],
    ids=["nobody's", "two enterprises", "a members' congress"],
)
def test_a_meeting_is_held_for_whom_it_can_be(union: Union, number: int, values: dict[str, Any]) -> None:
    employers = [employer_of(union) for _ in range(number)]
    with pytest.raises(ValidationError) as refusal:
        save(union, *employers, **values)
    assert "employers" in refusal.value.message_dict
    assert not CongressMeeting.objects.exists()


def test_a_chair_holds_no_meeting_for_a_strangers_employer(union: Union) -> None:
    stranger = employer_of(UnionFactory(parent=federation()))
    with pytest.raises(ValidationError):
        save(union, stranger, actor=officer(Role.CHAIR, at=union))
    with pytest.raises(PermissionDenied):
        save(UnionFactory(), employer_of(union), actor=officer(Role.CHAIR, at=union))
    assert not CongressMeeting.objects.exists()


# Proposals


def test_a_proposal_takes_the_next_number_of_its_meeting(union: Union) -> None:
    meeting, actor = meeting_of(union), officer(Role.CHAIR, at=union)
    rows = [
        congress.save_proposal(proposal=CongressProposal(meeting=meeting, title="提案", proposer="李四"), actor=actor)
        for _ in range(2)
    ]
    assert [(row.number, row.union, row.tabled_on) for row in rows] == [
        (1, union, date(2026, 3, 2)),
        (2, union, date(2026, 3, 2)),
    ]
    again = CongressProposal(meeting=meeting, title="提案", proposer="李四", number=2)
    with pytest.raises(ValidationError):
        congress.save_proposal(proposal=again, actor=actor)
    with pytest.raises(PermissionDenied):
        congress.save_proposal(
            proposal=CongressProposal(meeting=meeting_of(UnionFactory()), title="提案", proposer="李四"), actor=actor
        )
    assert CongressProposal.objects.count() == 2


@pytest.mark.parametrize(("start", "to"), [pair for pair in product(S.values, S.values) if pair not in TABLE])
def test_only_the_moves_in_the_table_happen(union: Union, start: str, to: str) -> None:
    row, actor = proposal_of(union, status=start), officer()
    before = AuditEntry.objects.count()
    with pytest.raises(ValidationError) as refusal:
        move(row, to, actor)
    assert refusal.value.code == "no_such_move"
    row.refresh_from_db()
    assert (row.status, AuditEntry.objects.count()) == (start, before)


def test_a_proposal_from_tabling_to_its_implementation(union: Union) -> None:
    row, actor = proposal_of(union), officer(Role.CHAIR, at=union)
    move(row, S.EXAMINED, actor, date(2026, 3, 9), category="生活福利")
    move(row, S.ASSIGNED, actor, date(2026, 3, 10))
    move(row, S.REPLIED, actor, date(2026, 4, 1))
    with pytest.raises(ValidationError):
        move(row, S.IMPLEMENTED, actor, date(2026, 5, 1))
    move(row, S.REPLIED, actor, date(2026, 4, 8), opinion="")
    row = move(row, S.IMPLEMENTED, actor, date(2026, 5, 1))
    assert (row.category, row.handler, row.is_satisfied, row.opinion_on, row.implemented_on) == (
        "生活福利",
        "行政部",
        True,
        date(2026, 4, 8),
        date(2026, 5, 1),
    )


def test_an_answer_that_does_not_satisfy_goes_back_with_the_reason(union: Union) -> None:
    row, actor = proposal_of(union, status=S.REPLIED, replied_on=date(2026, 4, 1), reply="再议"), officer()
    with pytest.raises(ValidationError) as refusal:
        move(row, S.REPLIED, actor, date(2026, 4, 8), is_satisfied=False, opinion="")
    assert "opinion" in refusal.value.message_dict
    with pytest.raises(ValidationError):
        move(row, S.ASSIGNED, actor, date(2026, 4, 9))
    move(row, S.REPLIED, actor, date(2026, 4, 8), is_satisfied=False, opinion="没有时间表")
    row = move(row, S.ASSIGNED, actor, date(2026, 4, 9), handler="总经办")
    row.refresh_from_db()
    assert (row.status, row.handler, row.replied_on, row.opinion_on) == (S.ASSIGNED, "总经办", None, None)


def test_a_proposal_not_filed_can_be_taken_up_again(union: Union) -> None:
    row, actor = proposal_of(union), officer()
    with pytest.raises(ValidationError) as refusal:
        move(row, S.REJECTED, actor, note="")
    assert "note" in refusal.value.message_dict
    move(row, S.REJECTED, actor)
    row = move(row, S.COLLECTED, actor)
    row.refresh_from_db()
    assert (row.status, row.examined_on) == (S.COLLECTED, None)


def test_a_step_is_not_dated_before_an_earlier_one(union: Union) -> None:
    with pytest.raises(ValidationError):
        move(proposal_of(union), S.EXAMINED, officer(), date(2026, 3, 1))
    assert CongressProposal.objects.get().status == S.COLLECTED


# Open affairs


def test_a_comment_is_answered_within_thirty_days(union: Union) -> None:
    actor = officer(Role.CHAIR, at=union)
    row = congress.save_posting(
        posting=OpenAffairsPosting(
            union=union, employer=employer_of(union), topic="福利费", posted_on=date(2026, 3, 2)
        ),
        actor=actor,
    )
    assert POSTINGS.state_of(row) == PostingState.POSTED
    row = POSTINGS.move(row=row, to="COMMENTED", actor=actor, on=date(2026, 3, 9), facts=FACTS)
    # 9 March + 30 days = Wednesday 8 April.
    assert clocks.clocks_of(row).get().due_on == date(2026, 4, 8)
    row.commented_on = date(2026, 3, 10)
    congress.save_posting(posting=row, actor=actor)
    assert clocks.clocks_of(row).get().due_on == date(2026, 4, 9)
    row = POSTINGS.move(row=row, to="ANSWERED", actor=actor, on=date(2026, 4, 8), facts=FACTS)
    assert (clocks.clocks_of(row).get().met_on, POSTINGS.state_of(row)) == (date(2026, 4, 8), PostingState.ANSWERED)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("employer", {"employer": None}),
        ("posted_on", {"posted_on": date(2126, 1, 1)}),
        ("commented_on", {"commented_on": date(2026, 3, 1)}),
    ],
)
def test_a_posting_that_does_not_fit_is_refused(union: Union, field: str, values: dict[str, Any]) -> None:
    facts = {"employer": employer_of(union), "topic": "福利费", "posted_on": date(2026, 3, 2), **values}
    with pytest.raises(ValidationError) as refusal:
        congress.save_posting(posting=OpenAffairsPosting(union=union, **facts), actor=officer())
    assert field in refusal.value.message_dict
    assert not OpenAffairsPosting.objects.exists()


# Appraisals


def test_a_vote_on_a_leader_has_no_more_votes_than_delegates(union: Union) -> None:
    meeting_of(union, present=40)

    def appraisal(excellent: int) -> Appraisal:
        return Appraisal(union=union, leader="王五", held_on=date(2026, 3, 2), excellent=excellent, competent=10)

    # 31 + 10 = 41 votes of 40 delegates present
    for wrong in (appraisal(31), Appraisal(union=union, leader="王五", held_on=date(2026, 3, 2))):
        with pytest.raises(ValidationError) as refusal:
            congress.save_appraisal(appraisal=wrong, actor=officer())
        assert "excellent" in refusal.value.message_dict
    assert not Appraisal.objects.exists()
    assert congress.save_appraisal(appraisal=appraisal(30), actor=officer()).pk
