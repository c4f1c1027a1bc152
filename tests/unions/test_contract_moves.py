"""The life of a collective contract: every pair of states, the votes, the waits and the clocks of the law."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone, translation

from tests.factories.unions import UnionFactory
from tests.unions.labour import IN_FORCE, contract_of, employer_of, federation, officer
from unions import clocks
from unions.access import ALLOWED, Action, Role
from unions.models import AuditEntry, CollectiveContract, ContractStatus, Deadline, Union, User
from unions.workflow.contracts import CONTRACTS

pytestmark = pytest.mark.usefixtures("as_system")
S = ContractStatus
TABLE = {(start, move.to) for move in CONTRACTS.moves for start in move.starts}
REACHED = {
    S.REQUESTED: ("requested_on",),
    S.ANSWERED: ("requested_on", "answered_on"),
    S.BARGAINING: ("requested_on", "answered_on"),
    S.DRAFT: ("requested_on", "answered_on"),
    S.PASSED: ("requested_on", "answered_on", "congress_on", "votes_total", "votes_present", "votes_for"),
}
REACHED[S.SIGNED] = (*REACHED[S.PASSED], "signed_on", "expires_on")
REACHED[S.FILED] = (*REACHED[S.SIGNED], "filed_on")
FACTS = {
    "staff_side": 5,
    "employer_side": 4,
    "votes_total": 42,
    "votes_present": 40,
    "votes_for": 36,
    "expires_on": date(2029, 3, 1),
    "termination_reason": "企业破产",
    "note": "未获通过",
}
TODAY = date(2026, 4, 1)


@pytest.fixture
def union() -> Union:
    return UnionFactory(parent=federation())


def at(status: str, union: Union, **values: Any) -> CollectiveContract:
    """A contract of the union that came as far as ``status``, for one employer."""
    kept = REACHED.get(S(status), tuple(IN_FORCE))
    facts = {name: value if name in kept else None for name, value in IN_FORCE.items()}
    return contract_of(union, employer_of(union), **{**facts, "status": status, **values})


def move(row: CollectiveContract, to: str, actor: User, on: date = TODAY, **facts: Any) -> CollectiveContract:
    return CONTRACTS.move(row=row, to=to, actor=actor, on=on, facts=FACTS | facts)


def refused(row: CollectiveContract, to: str, actor: User, on: date = TODAY, **facts: Any) -> Mapping[str, list[str]]:
    """The refusal by field; nothing was written."""
    before = CollectiveContract.objects.values().get(pk=row.pk), AuditEntry.objects.count(), Deadline.objects.count()
    with pytest.raises(ValidationError) as refusal:
        move(row, to, actor, on, **facts)
    after = CollectiveContract.objects.values().get(pk=row.pk), AuditEntry.objects.count(), Deadline.objects.count()
    assert after == before
    return refusal.value.message_dict if hasattr(refusal.value, "error_dict") else {"": refusal.value.messages}


@pytest.mark.parametrize(("start", "to"), [pair for pair in product(S.values, S.values) if pair not in TABLE])
def test_only_the_moves_in_the_table_happen(union: Union, start: str, to: str) -> None:
    row, actor = at(start, union), officer()
    before = AuditEntry.objects.count()
    with pytest.raises(ValidationError) as refusal:
        move(row, to, actor)
    assert refusal.value.code == "no_such_move"
    row.refresh_from_db()
    assert (row.status, AuditEntry.objects.count()) == (start, before)


@pytest.mark.parametrize("role", sorted(set(Role) - ALLOWED[Action.MANAGE_LABOUR]))
def test_a_move_is_refused_to_every_other_role(union: Union, role: Role) -> None:
    row = at(S.REQUESTED, union)
    with pytest.raises(PermissionDenied):
        move(row, S.ANSWERED, officer(role, at=union))
    row.refresh_from_db()
    assert row.status == S.REQUESTED


def test_a_chair_moves_no_contract_of_another_union(union: Union) -> None:
    row = at(S.REQUESTED, union)
    with pytest.raises(PermissionDenied):
        move(row, S.ANSWERED, officer(Role.CHAIR, at=UnionFactory()))
    row.refresh_from_db()
    assert row.status == S.REQUESTED


def test_a_contract_from_the_request_into_force(union: Union) -> None:
    row, actor = at(S.REQUESTED, union), officer()
    clocks.start_clock(code="CONTRACT_ANSWER", target=row, started_on=row.requested_on, actor=actor)
    move(row, S.ANSWERED, actor, date(2026, 1, 12))
    move(row, S.BARGAINING, actor, date(2026, 1, 20))
    move(row, S.DRAFT, actor, date(2026, 2, 9))
    move(row, S.PASSED, actor, date(2026, 2, 26))
    move(row, S.SIGNED, actor, date(2026, 3, 2))
    move(row, S.FILED, actor, date(2026, 3, 9), filing_no="甬仑人社集〔2026〕12号")
    move(row, S.EFFECTIVE, actor, date(2026, 3, 24))
    row.refresh_from_db()
    assert (row.status, row.effective_on, row.expires_on) == (S.EFFECTIVE, date(2026, 3, 24), date(2029, 3, 1))
    assert (row.staff_side, row.employer_side, row.filing_no) == (5, 4, "甬仑人社集〔2026〕12号")
    # Answer: 10 workdays from 5 January = 19 January. Draft: 15 workdays from 9 February; in 2026 the Spring Festival
    # takes 16 to 20 and 23 February, Saturdays 14 and 28 are worked: 10–13 (4), 14 (5), 24–27 (9), 28 (10), 2–6 March
    # (15). Filing: 2 March + 10 days = 12 March. Publication: 5 workdays from 24 March = 31 March, not met yet.
    assert list(clocks.clocks_of(row).values_list("rule__code", "due_on", "met_on")) == [
        ("CONTRACT_ANSWER", date(2026, 1, 19), date(2026, 1, 12)),
        ("CONTRACT_CONGRESS", date(2026, 3, 6), date(2026, 2, 26)),
        ("CONTRACT_FILING", date(2026, 3, 12), date(2026, 3, 9)),
        ("CONTRACT_PUBLICATION", date(2026, 3, 31), None),
    ]


@pytest.mark.parametrize(
    ("staff", "employer", "field"), [(2, 2, "staff_side"), (5, 2, "employer_side"), (4, 5, "employer_side")]
)
def test_each_side_has_three_and_the_employer_no_more(union: Union, staff: int, employer: int, field: str) -> None:
    found = refused(at(S.ANSWERED, union), S.BARGAINING, officer(), staff_side=staff, employer_side=employer)
    assert field in found


@pytest.mark.parametrize(
    ("total", "present", "agreed", "field", "says"),
    [
        (0, 0, 0, "votes_total", ""),
        (42, 43, 30, "votes_present", ""),
        (42, 30, 31, "votes_for", ""),
        (42, 27, 25, "votes_present", "28"),  # 2/3 of 42 = 28
        (43, 28, 25, "votes_present", "29"),  # 2/3 of 43 = 28.67
        (42, 30, 21, "votes_for", "22"),  # half of 42 is 21; more than half is 22
        (43, 30, 21, "votes_for", "22"),
    ],
)
def test_a_draft_passes_by_the_votes_the_law_asks_for(
    union: Union, total: int, present: int, agreed: int, field: str, says: str
) -> None:
    votes = {"votes_total": total, "votes_present": present, "votes_for": agreed}
    found = refused(at(S.DRAFT, union), S.PASSED, officer(), **votes)
    assert list(found) == [field]
    assert says in found[field][0]


@pytest.mark.parametrize(("total", "present", "agreed"), [(42, 28, 22), (43, 29, 22), (3, 2, 2)])
def test_the_least_votes_pass(union: Union, total: int, present: int, agreed: int) -> None:
    votes = {"votes_total": total, "votes_present": present, "votes_for": agreed}
    assert move(at(S.DRAFT, union), S.PASSED, officer(), **votes).status == S.PASSED


def test_a_contract_longer_than_three_years_is_refused_when_signed(union: Union) -> None:
    row, actor = at(S.PASSED, union), officer()
    # Signed on 1 April 2026; filed within 10 days and in force 15 days later at the latest, so 26 April 2029 at most.
    assert "2029-04-26" in refused(row, S.SIGNED, actor, expires_on=date(2029, 4, 27))["expires_on"][0]
    assert move(row, S.SIGNED, actor, expires_on=date(2029, 4, 26)).status == S.SIGNED


def test_a_contract_longer_than_three_years_is_refused_when_it_takes_effect(union: Union) -> None:
    row, actor = at(S.FILED, union), officer()
    assert "2029-04-01" in refused(row, S.EFFECTIVE, actor, expires_on=date(2029, 4, 2))["expires_on"][0]
    assert move(row, S.EFFECTIVE, actor, expires_on=date(2029, 4, 1)).status == S.EFFECTIVE


def test_a_contract_does_not_take_effect_while_the_authority_may_object(union: Union) -> None:
    row, actor = at(S.FILED, union), officer()
    # Filed on 9 March: 15 days end on the 24th.
    assert "2026-03-24" in refused(row, S.EFFECTIVE, actor, date(2026, 3, 23))[""][0]
    assert move(row, S.EFFECTIVE, actor, date(2026, 3, 24)).effective_on == date(2026, 3, 24)


def test_a_contract_without_employers_does_not_take_effect(union: Union) -> None:
    row = at(S.FILED, union)
    row.covered.all().delete()
    assert refused(row, S.EFFECTIVE, officer())


def test_a_step_is_not_dated_before_an_earlier_one_nor_ahead(union: Union) -> None:
    row, actor = at(S.SIGNED, union), officer()
    assert "2026-03-02" in refused(row, S.FILED, actor, date(2026, 3, 1))[""][0]
    assert "on" in refused(row, S.FILED, actor, date(2126, 3, 1))


def test_what_a_move_asks_for_is_missing_at_its_field(union: Union) -> None:
    assert set(refused(at(S.DRAFT, union), S.PASSED, officer(), votes_for=None)) == {"votes_for"}
    assert set(refused(at(S.SIGNED, union), S.TERMINATED, officer(), termination_reason="")) == {"termination_reason"}


@pytest.mark.parametrize("start", [S.DRAFT, S.FILED])
def test_after_a_lost_vote_or_an_objection_the_parties_bargain_again(union: Union, start: str) -> None:
    row, actor = at(start, union), officer()
    clocks.start_clock(code="CONTRACT_CONGRESS", target=row, started_on=date(2026, 2, 9), actor=actor)
    move(row, S.BARGAINING, actor, note="人社局提出异议：最低工资条款")
    row.refresh_from_db()
    assert (row.status, row.signed_on, row.filed_on, row.votes_for) == (S.BARGAINING, None, None, None)
    assert not Deadline.objects.filter(met_on__isnull=True).exists()


def test_a_second_cover_of_the_same_kind_is_refused_when_signed(union: Union) -> None:
    actor = officer()
    row = at(S.PASSED, union)
    contract_of(union, row.covered.get().employer, title="老合同", expires_on=date(2028, 3, 1))
    assert "老合同" in refused(row, S.SIGNED, actor)[""][0]


def test_ending_early_stops_the_clocks_and_takes_it_out_of_force(union: Union) -> None:
    row, actor = at(S.EFFECTIVE, union), officer()
    clocks.start_clock(code="CONTRACT_PUBLICATION", target=row, started_on=date(2026, 3, 24), actor=actor)
    move(row, S.TERMINATED, actor, date(2026, 3, 30))
    assert not CollectiveContract.objects.in_force_on(date(2026, 3, 31)).exists()
    assert not Deadline.objects.filter(met_on__isnull=True).exists()


@pytest.mark.parametrize(
    ("left", "caption", "look"),
    [
        (91, S.EFFECTIVE.label, "is-ok"),
        (90, "Ends soon", "is-due"),
        (1, "Ends soon", "is-due"),
        (0, S.EXPIRED.label, "is-late"),
    ],
)
def test_a_contract_says_that_it_ends_soon_or_has_ended(union: Union, left: int, caption: str, look: str) -> None:
    row = at(S.EFFECTIVE, union, expires_on=timezone.localdate() + timedelta(days=left))
    with translation.override("en"):
        assert (CONTRACTS.caption_of(row), CONTRACTS.look_of(row)) == (str(caption), look)
