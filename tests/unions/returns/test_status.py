"""Where a return stands: one badge, and one rule for every page that shows or asks for it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories.returns import owed_return
from tests.factories.unions import UserFactory
from unions.access import Role
from unions.models import Notice, QuarterlyReturn, ReturnObligation, ReturnStatus, User
from unions.periods import Quarter
from unions.registers import registered
from unions.returns.register import owed
from unions.returns.reminding import remind
from unions.returns.status import badge, badge_of
from unions.views.unions import return_cell

pytestmark = pytest.mark.usefixtures("as_system")
S = ReturnStatus
# The second quarter of 2026 ends before 1 July; its return is due on the 10th.
DUE, END = date(2026, 7, 10), date(2026, 7, 1)
LAST = Quarter.containing(timezone.localdate()).previous()


@pytest.fixture
def user() -> User:
    return UserFactory(role=Role.ORGANISATION)


@pytest.fixture
def filed() -> ReturnObligation:
    return owed_return(quarter=LAST)


def versions(obligation: ReturnObligation, *states: str) -> None:
    for number, status in enumerate(states, 1):
        QuarterlyReturn.objects.create(
            union=obligation.union,
            obligation=obligation,
            version=number,
            status=status,
            reason="补正" if status == S.SENT_BACK else "",
        )


@pytest.mark.parametrize(
    ("latest", "exempted_on", "today", "look"),
    [
        (None, None, date(2026, 6, 30), ""),
        (None, None, date(2026, 7, 10), "is-due"),
        (None, None, date(2026, 7, 11), "is-late"),
        (S.REPLACED, None, date(2026, 7, 11), "is-late"),
        (S.DRAFT, None, date(2026, 7, 11), "is-draft"),
        (S.SENT_BACK, None, date(2026, 7, 11), "is-back"),
        (S.ACCEPTED, None, date(2026, 7, 11), "is-ok"),
        (S.ACCEPTED, date(2026, 7, 1), date(2026, 7, 11), "is-lock"),
    ],
)
def test_the_badge_of_a_return(latest: str | None, exempted_on: date | None, today: date, look: str) -> None:
    assert badge(latest, exempted_on, DUE, END, today).look == look


@pytest.mark.parametrize(
    ("states", "look"),
    [
        ((), "is-late"),
        ((S.SENT_BACK, S.DRAFT), "is-draft"),
        # Accepted, and an amendment under way or waiting: it is accepted all the while.
        ((S.ACCEPTED, S.DRAFT), "is-ok"),
        ((S.LOCKED, S.SUBMITTED), "is-lock"),
    ],
)
def test_the_registers_of_unions_and_of_returns_say_the_same(
    user: User, filed: ReturnObligation, states: tuple[str, ...], look: str
) -> None:
    filed.due_on = timezone.localdate() - timedelta(days=1)
    filed.save()
    versions(filed, *states)
    of_union, of_return = return_cell(registered(user).get(pk=filed.union_id)), badge_of(owed(user).get(), LAST.end)
    assert of_union is not None
    assert of_union.look == look
    assert of_return.look == (look if states else "is-due")


def found(client: Client, query: str) -> int:
    return len(client.get(f"{reverse('returns')}?{query}").context["rows"])


def test_the_views_of_the_register_find_what_is_missing_and_what_waits(
    client: Client, user: User, filed: ReturnObligation
) -> None:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    filed.due_on = timezone.localdate() - timedelta(days=1)
    filed.save()
    views = ("late=true", "state=missing", "state=SUBMITTED", "state=ACCEPTED")
    assert [found(client, view) for view in views] == [1, 1, 0, 0]
    # An amendment that waits for review is to be reviewed, while the return goes on counting as accepted.
    versions(filed, S.ACCEPTED, S.SUBMITTED)
    assert [found(client, view) for view in views] == [0, 0, 1, 1]


def test_nobody_is_reminded_of_a_return_that_is_accepted_and_being_amended(user: User, filed: ReturnObligation) -> None:
    UserFactory(role=Role.CHAIR, role__at=filed.union)
    versions(filed, S.ACCEPTED, S.DRAFT)
    with pytest.raises(ValidationError):
        remind(filed, user)
    assert not Notice.objects.exists()
