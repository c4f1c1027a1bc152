"""A row of an accepted return is changed by amending it, or with leave while that lasts; the refusal says by whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories.members import member_of
from tests.factories.returns import owed_return
from tests.factories.unions import UserFactory
from unions.access import Action, Role
from unions.acting import SYSTEM, acting
from unions.models import Award, LockException, QuarterlyReturn, ReturnObligation, ReturnStatus, User
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
