"""Pages of memberships: what a chair still finds when somebody belongs elsewhere, and a page that others overtook."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from members.models import Membership, MembershipConflict, MembershipStatus, MembershipTransfer, Person
from members.services import accept_transfer, request_transfer
from members.workflow import MEMBERSHIP
from tests.factories.members import id_number, member_of
from tests.factories.unions import UnionFactory, UserFactory
from unions.access import Role
from unions.acting import SYSTEM, acting

pytestmark = pytest.mark.django_db
BIRTH = date(1990, 5, 1)
NUMBER = id_number(1, BIRTH)
S = MembershipStatus


class Cast:
    """A member of one union, the chairs of that and of another."""

    def __init__(self) -> None:
        with acting(SYSTEM):
            self.here, self.there = UnionFactory(), UnionFactory()
            self.chair_here = UserFactory(role=Role.CHAIR, role__at=self.here)
            self.chair_there = UserFactory(role=Role.CHAIR, role__at=self.there)
            self.person = member_of(self.here, name="测试人甲", birth_date=BIRTH, sex="M", id_number=NUMBER)
            self.membership = Membership.objects.get()

    def offer(self) -> MembershipTransfer:
        with acting(self.chair_here):
            return request_transfer(
                membership=self.membership, actor=self.chair_here, to_union=self.there, on=date(2026, 3, 1)
            )


@pytest.fixture
def cast() -> Cast:
    return Cast()


def application(union: Any, **more: Any) -> dict[str, Any]:
    facts = {"name": "测试人甲", "id_type": "RESIDENT", "id_number": NUMBER, "sex": "M", "birth_date": BIRTH}
    days = {"worker_type": "CONTRACT", "applied_on": "2026-03-01", "consented_on": "2026-03-01"}
    return facts | days | {"union": union.pk} | more


def addresses(row: Membership) -> list[str]:
    names = ("memberships-detail", "memberships-edit", "transfer-request", "membership-resume")
    moves = [reverse("memberships-move", args=[row.pk, to]) for to in (S.ACTIVE, S.WITHDRAWN)]
    return [*(reverse(name, args=[row.pk]) for name in names), *moves]


def test_who_is_a_member_elsewhere_is_shown_to_the_chair_as_a_conflict(cast: Cast, client: Client) -> None:
    client.force_login(cast.chair_there)
    answer = client.post(reverse("join"), application(cast.there, confirm="1"))
    with acting(SYSTEM):
        conflict = MembershipConflict.objects.get()
    assert answer["Location"] == reverse("conflicts-detail", args=[conflict.pk])
    assert "测试人甲" in client.get(answer["Location"]).content.decode()
    assert [client.get(url).status_code for url in addresses(conflict.application)] == [404] * 6


def test_who_has_moved_away_is_out_of_the_former_chairs_sight(cast: Cast, client: Client) -> None:
    transfer = cast.offer()
    with acting(cast.chair_there):
        accept_transfer(transfer=transfer, actor=cast.chair_there, on=date(2026, 3, 2))
    client.force_login(cast.chair_here)
    assert [client.get(url).status_code for url in addresses(cast.membership)] == [404] * 6
    assert client.get(reverse("transfers-detail", args=[transfer.pk])).status_code == 200


def test_a_membership_that_waits_for_another_union_says_so_and_is_not_offered_twice(cast: Cast, client: Client) -> None:
    client.force_login(cast.chair_here)
    page = reverse("memberships-detail", args=[cast.membership.pk])
    offer = reverse("transfer-request", args=[cast.membership.pk])
    assert offer in client.get(page).content.decode()
    transfer = cast.offer()
    shown = client.get(page).content.decode()
    assert offer not in shown and reverse("transfers-detail", args=[transfer.pk]) in shown


def test_a_members_page_leads_to_what_can_be_done_with_his_membership(cast: Cast, client: Client) -> None:
    client.force_login(cast.chair_here)
    page = reverse("members-detail", args=[cast.person.pk])
    events = [link.url for link in client.get(page).context["events"]]
    assert reverse("memberships-detail", args=[cast.membership.pk]) in events
    with acting(SYSTEM):
        Membership.objects.update(status=S.WITHDRAWN, left_on=date(2026, 3, 1))
    assert len(client.get(page).context["events"]) == len(events) - 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_step_that_somebody_else_overtook_leads_to_the_record_as_it_is(
    cast: Cast, client: Client, method: str
) -> None:
    with acting(cast.chair_here):
        facts = {"reason": "测试"}
        day = date(2026, 3, 1)
        MEMBERSHIP.move(row=cast.membership, to=S.WITHDRAWN, actor=cast.chair_here, on=day, facts=facts)
    client.force_login(cast.chair_here)
    url = reverse("memberships-move", args=[cast.membership.pk, S.RETAINED])
    answer = getattr(client, method)(url, {"on": "2026-03-02", "reason": "退休"})
    assert answer["Location"] == reverse("memberships-detail", args=[cast.membership.pk])
    assert str(S.WITHDRAWN.label) in str(next(iter(get_messages(answer.wsgi_request))))
    with acting(SYSTEM):
        assert Membership.objects.get().status == S.WITHDRAWN


def test_a_step_that_is_none_and_one_that_is_not_ones_own_are_not_found_and_refused(cast: Cast, client: Client) -> None:
    client.force_login(cast.chair_here)
    assert client.get(reverse("memberships-move", args=[cast.membership.pk, "NOWHERE"])).status_code == 404
    with acting(SYSTEM):
        reader = UserFactory(role=Role.RELIEF)
    client.force_login(reader)
    assert client.get(reverse("memberships-move", args=[cast.membership.pk, S.REFUSED])).status_code == 403


def test_nobodys_sex_is_taken_for_granted(cast: Cast, client: Client) -> None:
    client.force_login(cast.chair_there)
    passport = application(cast.there, id_type="PASSPORT", id_number="E10000001", confirm="1")
    answer = client.post(reverse("join"), passport | {"sex": ""})
    assert answer.status_code == 422 and list(answer.context["form"].errors) == ["sex"]
    with acting(SYSTEM):
        assert Person.objects.count() == 1


@pytest.mark.parametrize("text", [NUMBER, NUMBER[-4:], "测试人", "试人", "csrj"])
def test_a_member_is_found_by_the_whole_number_too(cast: Cast, client: Client, text: str) -> None:
    client.force_login(cast.chair_here)
    assert "测试人甲" in client.get(reverse("members"), {"q": text}).content.decode()
    client.force_login(cast.chair_there)
    assert "测试人甲" not in client.get(reverse("members"), {"q": text}).content.decode()
