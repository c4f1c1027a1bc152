"""The states of a dispute case: every pair of states, and who may make which move."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from disputes.models import OUTCOMES, Case, CaseStatus
from disputes.workflow import MOVES, move
from tests.factories.disputes import CaseFactory, MediationAgreementFactory
from tests.factories.unions import UserFactory
from unions.access import Role
from unions.models import AuditEntry, Office

pytestmark = pytest.mark.usefixtures("as_system")
S = CaseStatus
RECEIVED = date(2014, 3, 3)
AFTER_SETTLEMENT = (S.REVIEW, S.PERFORMED, S.NOT_PERFORMED, S.ARCHIVED)


def case_in(status: str) -> Case:
    """A case that stands in ``status`` with the dates the database asks for there."""
    values: dict[str, Any] = {"status": status, "received_on": RECEIVED}
    if status not in (S.REGISTERED, S.SCREENED):
        values |= {
            "accepted_on": RECEIVED,
            "due_on": RECEIVED + timedelta(days=15),
            "is_willing": True,
            "willingness_checked_on": RECEIVED,
        }
    if status in OUTCOMES or status in AFTER_SETTLEMENT:
        outcome = status if status in OUTCOMES else "SETTLED"
        values |= {"outcome": outcome, "closed_on": RECEIVED + timedelta(days=9)}
    return CaseFactory(**values)


@pytest.mark.parametrize(("start", "to"), [pair for pair in product(S.values, S.values) if pair not in MOVES])
def test_only_the_moves_in_the_table_happen(start: str, to: str) -> None:
    case, actor = case_in(start), UserFactory()
    for role in Role:
        Office.objects.create(user=actor, role=role, union=case.union, start=date(2010, 1, 1))
    before = AuditEntry.objects.count()
    with pytest.raises(ValidationError) as refusal:
        move(case=case, to=to, actor=actor, reason="试")
    assert refusal.value.code == "no_such_move"
    case.refresh_from_db()
    assert (case.status, AuditEntry.objects.count()) == (start, before)


@pytest.mark.parametrize(("pair", "role"), [(pair, role) for pair in MOVES for role in sorted(set(Role) - MOVES[pair])])
def test_a_move_is_refused_to_every_other_role(pair: tuple[str, str], role: Role) -> None:
    start, to = pair
    case = case_in(start)
    actor = UserFactory(role=role, role__at=case.union)
    with pytest.raises(PermissionDenied):
        move(case=case, to=to, actor=actor, reason="试")
    case.refresh_from_db()
    assert case.status == start


def test_a_case_is_settled_only_with_its_agreement() -> None:
    case = case_in(S.MEDIATING)
    actor = UserFactory(role=Role.RIGHTS, role__at=case.union)
    day = RECEIVED + timedelta(days=8)
    with pytest.raises(ValidationError) as refusal:
        move(case=case, to=S.SETTLED, actor=actor, on=day)
    assert refusal.value.code == "not_ready"
    MediationAgreementFactory(case=case, signed_on=day)
    settled = move(case=case, to=S.SETTLED, actor=actor, on=day)
    assert (settled.outcome, settled.closed_on) == ("SETTLED", day)


def test_an_office_elsewhere_gives_no_power_here() -> None:
    case = case_in(S.MEDIATING)
    chair_elsewhere = UserFactory(role=Role.CHAIR)
    with pytest.raises(PermissionDenied):
        move(case=case, to=S.FAILED, actor=chair_elsewhere, reason="未达成一致")
    case.refresh_from_db()
    assert case.status == S.MEDIATING
