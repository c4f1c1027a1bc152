"""The states of a hardship file: every pair of states, who may make which move, and the hands that must differ."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from relief.models import ApprovalStep, ExitKind, FileStatus, HardshipFile
from relief.workflow import MOVES, move
from tests.factories.relief import HardshipFileFactory, PublicNoticeFactory
from tests.factories.unions import UserFactory
from unions.access import Role
from unions.models import AuditEntry, Office, User

pytestmark = pytest.mark.usefixtures("as_system")
S = FileStatus
REGISTERED = {"opened_on": date(2014, 2, 1), "file_no": "KN1"}
REMOVED = {
    S.EXITED_RELIEVED: ExitKind.RELIEVED,
    S.EXITED_SUPPORTED: ExitKind.SUPPORTED,
    S.CANCELLED: ExitKind.CANCELLED,
    S.ARCHIVED: ExitKind.RELIEVED,
}
ON_REGISTER = (S.ACTIVE, S.REVIEW_DUE, S.SUPPORTED)


def file_in(status: str) -> HardshipFile:
    """A file that stands in ``status`` with the dates the database asks for there."""
    values: dict[str, Any] = {"status": status}
    if status in ON_REGISTER or status in REMOVED:
        values |= REGISTERED
    if status in REMOVED:
        values |= {"exited_on": date(2014, 6, 1), "exit_kind": REMOVED[S(status)]}
    return HardshipFileFactory(**values)


def officer_of_everything() -> User:
    """Somebody with every role, so that only the table stands in the way."""
    user = UserFactory()
    file = HardshipFileFactory()
    for role in Role:
        Office.objects.create(user=user, role=role, union=file.union, start=date(2010, 1, 1))
    return user


def trace() -> tuple[int, int]:
    return ApprovalStep.objects.count(), AuditEntry.objects.count()


@pytest.mark.parametrize(("start", "to"), [pair for pair in product(S.values, S.values) if pair not in MOVES])
def test_only_the_moves_in_the_table_happen(start: str, to: str) -> None:
    file, actor = file_in(start), officer_of_everything()
    before = trace()
    with pytest.raises(ValidationError) as refusal:
        move(file=file, to=to, actor=actor, reason="试")
    assert refusal.value.code == "no_such_move"
    file.refresh_from_db()
    assert (file.status, trace()) == (start, before)


@pytest.mark.parametrize(("pair", "role"), [(pair, role) for pair in MOVES for role in sorted(set(Role) - MOVES[pair])])
def test_a_move_is_refused_to_every_other_role(pair: tuple[str, str], role: Role) -> None:
    start, to = pair
    file = file_in(start)
    actor = UserFactory(role=role, role__at=file.union)
    before = trace()
    with pytest.raises(PermissionDenied):
        move(file=file, to=to, actor=actor, reason="试")
    file.refresh_from_db()
    assert (file.status, trace()) == (start, before)


def test_whoever_verified_a_file_does_not_approve_it() -> None:
    file = file_in(S.NOTICE)
    PublicNoticeFactory(application=None, file=file, starts_on=date(2014, 1, 6), ends_on=date(2014, 1, 10))
    chair = UserFactory(role=Role.FEDERATION_CHAIR, role__at=file.union)
    ApprovalStep.objects.create(
        file=file, union=file.union, step=S.MEANS_TESTED, actor=chair, decided_at="2014-01-05T00:00+08:00"
    )
    with pytest.raises(PermissionDenied):
        move(file=file, to=S.SUBDISTRICT_APPROVED, actor=chair, on=date(2014, 1, 20))
    other = UserFactory(role=Role.FEDERATION_CHAIR, role__at=file.union)
    assert (
        move(file=file, to=S.SUBDISTRICT_APPROVED, actor=other, on=date(2014, 1, 20)).status == S.SUBDISTRICT_APPROVED
    )


def test_a_file_leaves_draft_only_with_consent() -> None:
    file = HardshipFileFactory(consent_on=None)
    actor = UserFactory(role=Role.RELIEF, role__at=file.union)
    with pytest.raises(ValidationError) as refusal:
        move(file=file, to=S.SUBMITTED, actor=actor)
    assert refusal.value.code == "not_ready"
    file.refresh_from_db()
    assert file.status == S.DRAFT
