"""Exactly once: clicked twice, sent in parallel, replayed, its worker lost. One version or none, never half of one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from time import sleep
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection
from django.utils import timezone

from tests.factories.returns import owed_return, sound_rows, workbook
from tests.factories.unions import UserFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.background import IN_HAND
from unions.models import (
    AuditEntry,
    CheckState,
    QuarterlyReturn,
    ReturnObligation,
    ReturnStatus,
    Severity,
    UnionCensus,
    User,
)
from unions.returns import uploading
from unions.returns.deciding import accept, explain, submit
from unions.returns.filing import Filing
from unions.returns.uploading import CHECKING

pytestmark = pytest.mark.django_db(transaction=True)
S = ReturnStatus
CLIENTS = 4


@pytest.fixture
def owed(transactional_db: None) -> ReturnObligation:
    with acting(SYSTEM):
        return owed_return()


@pytest.fixture
def chair(owed: ReturnObligation) -> User:
    with acting(SYSTEM):
        return UserFactory(role=Role.CHAIR, role__at=owed.union)


@pytest.fixture
def officer(owed: ReturnObligation) -> User:
    with acting(SYSTEM):
        return UserFactory(role=Role.ORGANISATION)


@pytest.fixture
def file(owed: ReturnObligation) -> bytes:
    with acting(SYSTEM):
        return workbook(Filing(owed), sound_rows(owed.union))


def take_in(owed: ReturnObligation, actor: User, file: bytes, **more: Any) -> QuarterlyReturn:
    """Upload without a worker: the version waits."""
    with acting(actor):
        return uploading.receive(
            obligation=owed, actor=actor, file=file, file_name="季报.xlsx", in_background=False, **more
        )


def checked(owed: ReturnObligation, actor: User, file: bytes) -> QuarterlyReturn:
    version = take_in(owed, actor, file)
    uploading.check(version.pk)
    return fresh(version)


def fresh(version: QuarterlyReturn) -> QuarterlyReturn:
    with acting(SYSTEM):
        return QuarterlyReturn.objects.select_related("obligation__union", "content").get(pk=version.pk)


def change(version: QuarterlyReturn, **values: Any) -> None:
    with acting(SYSTEM):
        QuarterlyReturn.objects.filter(pk=version.pk).update(**values)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Each in a session of its own, all begun at one moment: what they return, or the refusal they got."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return act()
        except ValidationError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def elsewhere(act: Callable[[], Any]) -> Any:
    """In another session, which has ended when this returns."""
    return at_once(act)[0]


def wait_for_its_end() -> None:
    """PostgreSQL ends a session a moment after its client is gone."""
    while CHECKING.ask(IN_HAND, CHECKING.number):
        sleep(0.01)


# -- The same request several times -----------------------------------------------------------------------------------


def test_the_same_file_from_several_clients_at_once_is_one_version(
    owed: ReturnObligation, chair: User, file: bytes
) -> None:
    versions = at_once(*[lambda: take_in(owed, chair, file)] * CLIENTS)
    assert len({version.pk for version in versions}) == 1
    with acting(SYSTEM):
        assert owed.versions.count() == 1


def test_an_old_upload_that_comes_again_makes_no_version(owed: ReturnObligation, chair: User, file: bytes) -> None:
    with acting(SYSTEM):
        other = workbook(Filing(owed), sound_rows(owed.union, employees_end=41))
    first = take_in(owed, chair, file, seen=0)
    second = take_in(owed, chair, other, seen=1)
    assert take_in(owed, chair, file, seen=0) == first  # the first request, sent by the browser once more
    assert fresh(second).status == S.DRAFT
    again = take_in(owed, chair, file, seen=2)  # somebody saw the second and wants the first after all
    assert (again.version, fresh(second).status) == (3, S.REPLACED)


def test_the_same_file_of_somebody_who_has_seen_its_findings_is_checked_again(
    owed: ReturnObligation, chair: User, file: bytes
) -> None:
    with acting(SYSTEM):
        # Three women are declared, none is named on the roster: X-02 asks why.
        odd = workbook(Filing(owed), sound_rows(owed.union, female_members_end=3))
    version = checked(owed, chair, odd)
    with acting(chair):
        explain(finding=version.findings.get(severity=Severity.WARNING), actor=chair, explanation="本月补选")
    assert take_in(owed, chair, odd, seen=0).check_state == CheckState.DONE
    assert take_in(owed, chair, odd, seen=1) == version
    uploading.check(version.pk)
    with acting(SYSTEM):
        assert (owed.versions.count(), fresh(version).attempts) == (1, 1)
        assert version.findings.get(severity=Severity.WARNING).explanation == "本月补选"


def test_cells_typed_once_and_sent_by_several_clicks_are_one_version(owed: ReturnObligation, chair: User) -> None:
    with acting(SYSTEM):
        rows = {code: [(4, lines[0])] for code, lines in sound_rows(owed.union).items()}

    def save(seen: int) -> QuarterlyReturn:
        with acting(chair):
            return uploading.file_cells(obligation=owed, actor=chair, cells=rows, channel="WEB_FORM", seen=seen)

    assert {version.version for version in at_once(*[lambda: save(0)] * CLIENTS)} == {1}
    assert save(1).version == 2  # to have it checked again


def test_submitted_several_times_at_once_it_is_submitted_once(owed: ReturnObligation, chair: User, file: bytes) -> None:
    version = checked(owed, chair, file)

    def hand_in() -> QuarterlyReturn:
        with acting(chair):
            return submit(version=fresh(version), actor=chair, is_attested=True)

    assert {answer.receipt_no for answer in at_once(*[hand_in] * CLIENTS)} == {fresh(version).receipt_no}
    with acting(SYSTEM):
        assert AuditEntry.objects.filter(target_id=version.pk, after__contains={"status": S.SUBMITTED}).count() == 1


def test_accepted_several_times_at_once_it_is_entered_once(
    owed: ReturnObligation, chair: User, officer: User, file: bytes
) -> None:
    version = checked(owed, chair, file)
    with acting(chair):
        submit(version=version, actor=chair, is_attested=True)
    with acting(SYSTEM):
        other = UserFactory(role=Role.ORGANISATION)

    def enter(actor: User) -> QuarterlyReturn:
        with acting(actor):
            return accept(version=fresh(version), actor=actor)

    answers = at_once(*[lambda: enter(officer)] * 2, *[lambda: enter(other)] * 2)
    # Whoever came first may have clicked twice; the other is told that it is decided.
    assert sum(isinstance(answer, ValidationError) for answer in answers) == 2
    assert fresh(version).status == S.ACCEPTED
    with acting(SYSTEM):
        assert UnionCensus.objects.get(union=owed.union).source_return_id == version.pk


def test_an_upload_and_the_submitting_of_the_draft_before_it_wait_for_each_other(
    owed: ReturnObligation, chair: User, file: bytes
) -> None:
    with acting(SYSTEM):
        other = workbook(Filing(owed), sound_rows(owed.union, employees_end=41))
    version = checked(owed, chair, file)

    def hand_in() -> QuarterlyReturn:
        with acting(chair):
            return submit(version=fresh(version), actor=chair, is_attested=True)

    answers = at_once(hand_in, lambda: take_in(owed, chair, other))
    # Whoever comes second is refused in words: the draft was replaced, or the return waits for review.
    assert sum(isinstance(answer, ValidationError) for answer in answers) == 1


# -- A worker that is lost --------------------------------------------------------------------------------------------


def test_a_version_in_hand_is_left_to_its_worker(owed: ReturnObligation, chair: User, file: bytes) -> None:
    version = take_in(owed, chair, file)
    mine = CHECKING.take(version.pk)
    assert mine is not None
    assert elsewhere(lambda: CHECKING.take(version.pk)) is None
    assert elsewhere(CHECKING.sweep) == []
    uploading.check_claimed(mine)
    assert (fresh(version).check_state, fresh(version).attempts) == (CheckState.DONE, 1)
    CHECKING.let_go(version.pk)


def test_a_version_whose_worker_vanished_is_taken_up_at_once_and_given_up_after_three(
    owed: ReturnObligation, chair: User, file: bytes
) -> None:
    version = take_in(owed, chair, file)
    for attempt in (1, 2, 3):
        assert elsewhere(lambda: CHECKING.take(version.pk)).attempts == attempt
        wait_for_its_end()
    assert CHECKING.sweep() == []
    version = fresh(version)
    assert (version.check_state, bool(version.trouble), version.content.rows) == (CheckState.FAILED, True, None)
    # The same file again is then no repetition.
    assert checked(owed, chair, file).check_state == CheckState.DONE


def test_the_sweeper_hands_on_what_a_vanished_worker_and_a_lost_message_left(
    owed: ReturnObligation, chair: User, file: bytes
) -> None:
    version = take_in(owed, chair, file)
    assert CHECKING.sweep() == []  # it has not waited for long
    change(version, created_at=timezone.now() - timedelta(minutes=2))
    assert CHECKING.sweep() == [version.pk]
    assert fresh(version).check_state == CheckState.DONE
    change(version, check_state=CheckState.RUNNING, started_at=timezone.now())
    assert CHECKING.sweep() == [version.pk]


def test_a_worker_that_was_overtaken_stores_nothing(owed: ReturnObligation, chair: User, file: bytes) -> None:
    version = take_in(owed, chair, file)
    mine = CHECKING.take(version.pk)
    change(version, attempts=2)  # somebody else began anew
    uploading.check_claimed(mine)
    CHECKING.fail(mine, "late")
    version = fresh(version)
    assert (version.check_state, version.trouble, version.content.rows) == (CheckState.RUNNING, "", None)
    CHECKING.let_go(version.pk)


def test_what_breaks_off_with_the_database_is_begun_again_and_an_error_of_ours_is_said(
    owed: ReturnObligation, chair: User, file: bytes
) -> None:
    version = take_in(owed, chair, file)

    def break_off(_version: Any) -> None:
        raise OperationalError("the server closed the connection")

    CHECKING.carry_out(version.pk, break_off)
    assert (fresh(version).check_state, fresh(version).trouble) == (CheckState.RUNNING, "")
    CHECKING.carry_out(version.pk, lambda row: row.no_such_column)
    assert (fresh(version).check_state, fresh(version).attempts) == (CheckState.FAILED, 2)
    assert "no_such" not in fresh(version).trouble != ""
