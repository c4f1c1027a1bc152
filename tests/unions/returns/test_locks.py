"""A row of an accepted return is changed by amending it, or with leave while that lasts; the refusal says by whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories.members import member_of
from tests.factories.returns import owed_return
from tests.factories.unions import UnionFactory, UserFactory
from unions.access import Action, Role
from unions.acting import SYSTEM, acting
from unions.models import Award, LockException, Notice, QuarterlyReturn, ReturnObligation, ReturnStatus, User
from unions.periods import Quarter
from unions.returns.locking import counts_of, give_leave, last_day, lock_accepted
from unions.returns.locks import lock_of
from unions.services.records import save_record

pytestmark = pytest.mark.usefixtures("as_system")
S = ReturnStatus


@pytest.fixture
def owed() -> ReturnObligation:
    return owed_return()


@pytest.fixture
def officer() -> User:
    return UserFactory(role=Role.ORGANISATION)


def award(owed: ReturnObligation, officer: User, status: str = S.ACCEPTED) -> Award:
    version = QuarterlyReturn.objects.create(
        union=owed.union,
        obligation=owed,
        version=1,
        status=status,
        reason="补正" if status == S.SENT_BACK else "",
        decided_at=timezone.now(),
        decided_by=officer,
    )
    return Award.objects.create(
        union=owed.union,
        title="先进职工小家",
        kind="OTHER",
        level="DISTRICT",
        recipient_kind="UNION",
        recipient="本工会",
        granted_on=date(2026, 5, 20),
        source_return=version,
    )


@pytest.mark.parametrize(("status", "is_locked"), [(state, state in (S.ACCEPTED, S.LOCKED)) for state in S])
def test_the_return_in_force_locks_its_rows(
    owed: ReturnObligation, officer: User, status: str, is_locked: bool
) -> None:
    row = award(owed, officer, status)
    assert bool(lock_of(row)) is is_locked


def test_the_refusal_says_with_what_by_whom_and_stores_nothing(owed: ReturnObligation, officer: User) -> None:
    row = award(owed, officer)
    row.title = "改过的称号"
    with pytest.raises(ValidationError) as refused:
        save_record(row=row, actor=officer, action=Action.MANAGE_STANDING)
    assert "2026Q2" in refused.value.messages[0] and officer.name in refused.value.messages[0]
    assert Award.objects.get(pk=row.pk).title == "先进职工小家"


def test_leave_opens_the_rows_while_it_lasts(owed: ReturnObligation, officer: User) -> None:
    row = award(owed, officer)
    leave = LockException.objects.create(
        union=owed.union, period=owed.period, until=timezone.now() + timedelta(hours=2), reason="称号写错"
    )
    row.title = "改过的称号"
    save_record(row=row, actor=officer, action=Action.MANAGE_STANDING)
    LockException.objects.filter(pk=leave.pk).update(until=timezone.now() - timedelta(seconds=1))
    assert lock_of(row)


def test_people_and_memberships_live_on(owed: ReturnObligation, officer: User) -> None:
    source = award(owed, officer).source_return
    person = member_of(owed.union)
    person.source_return = source
    assert lock_of(person) == ""


@pytest.mark.django_db
def test_data_administration_shows_a_locked_row_without_a_way_to_save(
    client: Client, owed: ReturnObligation, officer: User
) -> None:
    with acting(SYSTEM):
        row = award(owed, officer)
        steward = UserFactory(role=Role.STEWARD)
    client.force_login(steward, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("admin:unions_award_change", args=[row.pk]))
    assert page.status_code in (200, 302)
    assert b'name="_save"' not in page.content


# -- Locking a quarter, and leave -------------------------------------------------------------------------------------


def test_a_quarter_is_locked_with_who_and_when_and_the_refusal_says_it(owed: ReturnObligation, officer: User) -> None:
    row = award(owed, officer)
    chair = UserFactory(role=Role.FEDERATION_CHAIR, name="沈立群", phone="13900000001")
    assert lock_accepted(period=owed.period, actor=chair) == 1
    version = QuarterlyReturn.objects.get()
    assert (version.status, version.locked_by) == (S.LOCKED, chair) and version.locked_at
    why = lock_of(Award.objects.get(pk=row.pk))
    for said in ("2026Q2", "已锁定", "沈立群", f"{timezone.localdate()}", "13900000001"):
        assert said in why


def test_only_what_is_accepted_is_locked_and_the_rest_later(owed: ReturnObligation, officer: User) -> None:
    award(owed, officer, S.SUBMITTED)
    assert counts_of(owed.period) == {"expected": 1, "accepted": 0, "waiting": 1, "locked": 0, "missing": 0}
    with pytest.raises(ValidationError):
        lock_accepted(period=owed.period, actor=officer)
    QuarterlyReturn.objects.update(status=S.ACCEPTED)
    assert lock_accepted(period=owed.period, actor=officer) == 1
    assert counts_of(owed.period) == {"expected": 1, "accepted": 0, "waiting": 0, "locked": 1, "missing": 0}


def test_a_running_quarter_is_not_locked_nor_by_another_office(officer: User) -> None:
    running = owed_return(quarter=Quarter.containing(timezone.localdate()))
    award(running, officer)
    with pytest.raises(ValidationError) as refused:
        lock_accepted(period=running.period, actor=officer)
    assert "period" in refused.value.message_dict
    for role in (Role.COMMUNITY, Role.RELIEF, Role.CHAIR):
        with pytest.raises(PermissionDenied):
            lock_accepted(period=running.period, actor=UserFactory(role=role))
    assert QuarterlyReturn.objects.get().status == S.ACCEPTED


def test_leave_is_given_for_some_days_and_the_chair_is_told(owed: ReturnObligation, officer: User) -> None:
    row, chair = award(owed, officer, S.LOCKED), UserFactory(role=Role.CHAIR, role__at=owed.union)
    until = timezone.localdate() + timedelta(days=3)
    leave = give_leave(obligation=owed, actor=officer, until=until, reason="称号写错")
    assert last_day(leave) == until and leave.created_by == officer
    assert lock_of(row) == ""
    assert Notice.objects.get(user=chair).body == "称号写错"
    with pytest.raises(ValidationError, match=officer.name):
        give_leave(obligation=owed, actor=officer, until=until, reason="再来一次")
    assert LockException.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "reason", "at"), [(-1, "称号写错", "until"), (15, "称号写错", "until"), (3, " ", "reason")]
)
def test_leave_needs_a_reason_and_ends_soon(
    owed: ReturnObligation, officer: User, days: int, reason: str, at: str
) -> None:
    award(owed, officer)
    with pytest.raises(ValidationError) as refused:
        give_leave(obligation=owed, actor=officer, until=timezone.localdate() + timedelta(days=days), reason=reason)
    assert at in refused.value.message_dict
    assert not LockException.objects.exists()


def test_there_is_no_leave_without_a_lock_nor_by_another_office(owed: ReturnObligation, officer: User) -> None:
    award(owed, officer, S.SUBMITTED)
    today = timezone.localdate()
    with pytest.raises(ValidationError):
        give_leave(obligation=owed, actor=officer, until=today, reason="称号写错")
    QuarterlyReturn.objects.update(status=S.ACCEPTED)
    with pytest.raises(PermissionDenied):
        give_leave(obligation=owed, actor=UserFactory(role=Role.COMMUNITY), until=today, reason="称号写错")
    assert not LockException.objects.exists()


@pytest.mark.django_db
def test_in_the_browser_a_quarter_is_shown_first_then_locked_then_leave_is_given(client: Client) -> None:
    with acting(SYSTEM):
        owed, officer = owed_return(), UserFactory(role=Role.ORGANISATION)
        award(owed, officer)
        owed_return(UnionFactory())
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert reverse("return-lock") in client.get(reverse("returns")).content.decode()
    shown = client.post(reverse("return-lock"), {"period": owed.period.pk})
    # One of the two is accepted, of the other nothing is filed.
    assert [(str(effect.before), str(effect.after)[:1]) for effect in shown.context["effects"]] == [
        ("已接受 1 份", "锁"),
        ("0", "0"),
        ("1", "不"),
    ]
    assert QuarterlyReturn.objects.get().status == S.ACCEPTED
    done = client.post(reverse("return-lock"), {"period": owed.period.pk, "confirm": "1"}, follow=True)
    assert len(done.context["rows"]) == 1
    page = client.get(reverse("return", args=[owed.pk])).content.decode()
    assert "已锁定" in page and officer.name in page and reverse("return-leave", args=[owed.pk]) in page
    asked = {"until": f"{timezone.localdate()}", "reason": "称号写错"}
    client.post(reverse("return-leave", args=[owed.pk]), asked | {"confirm": "1"})
    assert "称号写错" in client.get(reverse("return", args=[owed.pk])).content.decode()
