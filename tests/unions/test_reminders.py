"""Reminders: on their days, once, to whom the matter concerns, and none when it is settled."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail

from tests.factories.unions import UnionFactory, UserFactory
from unions.access import Action, Role
from unions.inbox import mail_unsent, notify
from unions.models import CommitteeTerm, Notice, ReportingPeriod, ReturnObligation, Union, UnionForm, User
from unions.pages.contributions import Due
from unions.reminders import send_reminders, stage

pytestmark = pytest.mark.usefixtures("as_system")
DUE = date(2026, 7, 10)


@pytest.fixture
def union() -> Union:
    """A union that owes the second quarter's return on 10 July."""
    federation = UnionFactory(form=UnionForm.SUBDISTRICT)
    union = UnionFactory(parent=UnionFactory(form=UnionForm.COMMUNITY, parent=federation), name="晨光工会")
    quarter = ReportingPeriod.objects.create(
        code="2026Q2", kind="QUARTER", start=date(2026, 4, 1), end=date(2026, 7, 1), due_on=DUE
    )
    ReturnObligation.objects.create(union=union, period=quarter, due_on=DUE)
    return union


def remind_daily(first: date, last: date) -> dict[date, int]:
    """The days on which notices were written, when the morning's task runs every day."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return {day: sent for day in days if (sent := send_reminders(day))}


def test_a_return_is_reminded_on_four_days_and_no_other(union: Union) -> None:
    chair = UserFactory(role=Role.CHAIR, role__at=union)
    sent = remind_daily(date(2026, 6, 1), date(2026, 8, 1))
    # 14 and 5 days before the 10th, on it, and 3 days after.
    assert list(sent) == [date(2026, 6, 26), date(2026, 7, 5), date(2026, 7, 10), date(2026, 7, 13)]
    assert set(Notice.objects.values_list("user", flat=True)) == {chair.pk}
    assert ReturnObligation.objects.get().due_on == DUE


def test_a_reminder_fires_at_five_days_and_stops_when_the_matter_is_settled(union: Union) -> None:
    UserFactory(role=Role.CHAIR, role__at=union)
    assert remind_daily(date(2026, 7, 4), date(2026, 7, 6)) == {date(2026, 7, 4): 1, date(2026, 7, 5): 1}
    ReturnObligation.objects.get().versions.create(union=union, version=1, status="SUBMITTED")
    assert remind_daily(date(2026, 7, 7), date(2026, 7, 20)) == {}


def test_running_twice_on_a_day_writes_nothing_more(union: Union) -> None:
    UserFactory(role=Role.CHAIR, role__at=union)
    assert (send_reminders(date(2026, 7, 5)), send_reminders(date(2026, 7, 5))) == (1, 0)


def test_community_and_federation_are_told_later(union: Union) -> None:
    people = {
        UserFactory(role=Role.CHAIR, role__at=union).pk: 4,
        UserFactory(role=Role.COMMUNITY, role__at=union.parent).pk: 4,
        # From five days before on.
        UserFactory(role=Role.ORGANISATION, role__at=union.parent.parent).pk: 3,
        # Another union's chair and another officer are not concerned.
        UserFactory(role=Role.CHAIR, role__at=UnionFactory()).pk: 0,
        UserFactory(role=Role.RELIEF, role__at=union.parent.parent).pk: 0,
    }
    remind_daily(date(2026, 6, 1), date(2026, 8, 1))
    assert {user: Notice.objects.filter(user=user).count() for user in people} == people


def test_a_term_is_announced_ninety_and_thirty_days_before(union: Union) -> None:
    ReturnObligation.objects.all().update(exempted_on=date(2026, 1, 1), exemption_reason="新建")
    UserFactory(role=Role.CHAIR, role__at=union)
    CommitteeTerm.objects.create(
        union=union, term_no=1, elected_on=date(2021, 12, 1), years=5, due_on=date(2026, 12, 1), is_first=True
    )
    sent = remind_daily(date(2026, 8, 1), date(2026, 12, 31))
    offsets = [(day - date(2026, 12, 1)).days for day in sent]
    assert offsets == [-90, -30, -14, -5, 0, 3]


@pytest.mark.parametrize(("days", "reached"), [(-15, None), (-14, -14), (-6, -14), (-5, -5), (2, 0), (3, 3), (4, None)])
def test_a_missed_morning_is_made_up_for(days: int, reached: int | None) -> None:
    item = Due("return:1", DUE, "季报", "/", 1, Action.FILE_RETURN, "return")
    assert stage(item, DUE + timedelta(days=days)) == reached


def test_mail_goes_once_to_whoever_wants_it() -> None:
    wants: User = UserFactory(wants_mail=True, email="a@example.org")
    quiet: User = UserFactory(wants_mail=False, email="b@example.org")
    notify([wants, quiet], key="k", subject="二季度季报")
    assert (mail_unsent(), mail_unsent()) == (1, 0)
    assert [message.to for message in mail.outbox] == [["a@example.org"]]
