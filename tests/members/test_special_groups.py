"""Whom a union looks after as what: dated, once at a time, following the person, and counted by union."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.forms import SpecialGroupForm
from members.models import GroupKind, Membership, Person, SpecialGroup
from members.services import accept_transfer, request_transfer
from members.views.groups import unions_with_counts
from tests.factories.members import member_of
from tests.factories.unions import UnionFactory, UserFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import Union, User

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


@pytest.fixture
def union(as_system: None) -> Union:
    return UnionFactory()


@pytest.fixture
def chair(union: Union) -> User:
    return UserFactory(role=Role.CHAIR, role__at=union)


def put(person: Person, kind: str, start: date = DAY, end: date | None = None) -> SpecialGroup:
    return SpecialGroup.objects.create(union=person.union, person=person, kind=kind, start=start, end=end)


def form(actor: User, person: Person, **more: object) -> SpecialGroupForm:
    data = {"person": f"#{person.pk}", "kind": "VETERAN", "start": DAY} | more
    return SpecialGroupForm(data, actor=actor)


def test_a_chair_puts_his_own_members_into_a_group(union: Union, chair: User) -> None:
    mine, other = member_of(union), member_of(UnionFactory())
    with acting(chair):
        typed = form(chair, mine)
        assert typed.is_valid() and typed.save().union == union
        assert list(form(chair, other).errors) == ["person"]
    assert SpecialGroup.objects.count() == 1


@pytest.mark.parametrize(
    "more,field",
    [
        ({"kind": "VETERAN"}, "end"),
        ({"kind": "YOUTH", "end": DAY}, "end"),
        ({"kind": "HARDSHIP", "note": "低保，患病"}, "note"),
        ({"kind": "NONE"}, "kind"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(union: Union, chair: User, more: dict[str, object], field: str) -> None:
    """In the group already; an end before the beginning; details of a hardship; no such group."""
    person = member_of(union)
    put(person, "VETERAN")
    with acting(chair):
        assert list(form(chair, person, **more).errors) == [field]
    assert SpecialGroup.objects.count() == 1


def test_one_person_is_in_a_group_once_at_a_time(union: Union) -> None:
    person = member_of(union)
    put(person, "MIGRANT", date(2020, 1, 1), date(2022, 1, 1))
    put(person, "MIGRANT", date(2022, 1, 1))
    put(person, "YOUTH", date(2021, 1, 1))
    again = SpecialGroup(union=union, person=person, kind="MIGRANT", start=date(2021, 6, 1), end=date(2021, 7, 1))
    with pytest.raises(ValidationError):
        again.full_clean()


def test_counts_by_union_hold_for_today(union: Union, chair: User) -> None:
    """Three veterans were put in here, one of whom is none since; one person is a migrant as well."""
    today = timezone.localdate()
    people = [member_of(union) for _number in range(3)]
    for person in people:
        put(person, "VETERAN", end=today if person is people[0] else None)
    put(people[1], "MIGRANT")
    put(member_of(UnionFactory()), "VETERAN")
    with acting(chair):
        row = unions_with_counts(chair).get()
        assert (row.of_veteran, row.of_migrant, row.of_youth) == (2, 1, 0)
    assert len(GroupKind) == len([name for name in vars(row) if name.startswith("of_")])


def test_the_group_goes_with_the_member_to_another_union(union: Union, chair: User) -> None:
    """The row that still holds moves; one that ended stays where it was."""
    there = UnionFactory()
    person = member_of(union)
    put(person, "YOUTH", date(2019, 1, 1), date(2020, 1, 1))
    put(person, "VETERAN")
    receiver = UserFactory(role=Role.CHAIR, role__at=there)
    with acting(chair):
        row = Membership.objects.get(person=person)
        transfer = request_transfer(membership=row, actor=chair, to_union=there, on=date(2026, 4, 1))
    with acting(receiver):
        accept_transfer(transfer=transfer, actor=receiver, on=date(2026, 4, 2))
    with acting(SYSTEM):
        assert dict(SpecialGroup.objects.values_list("kind", "union")) == {"YOUTH": union.pk, "VETERAN": there.pk}


def test_the_register_of_members_is_narrowed_by_group(client: Client, union: Union, chair: User) -> None:
    veteran, other = member_of(union, name="测试人甲"), member_of(union, name="测试人乙")
    put(veteran, "VETERAN")
    put(other, "VETERAN", date(2019, 1, 1), date(2020, 1, 1))
    client.force_login(chair)
    shown = client.get(reverse("members"), {"group": "VETERAN"}).content.decode()
    assert veteran.name in shown and other.name not in shown
    page = client.get(reverse("members-detail", args=[veteran.pk])).content.decode()
    assert str(GroupKind.VETERAN.label) in page


def test_a_filter_by_yes_shows_that_it_is_on(client: Client, union: Union, chair: User) -> None:
    put(member_of(union, name="测试人甲"), "VETERAN", date(2019, 1, 1), date(2020, 1, 1))
    client.force_login(chair)
    shown = client.get(reverse("special-groups"), {"is_current": "true"}).content.decode()
    assert '<option value="true" selected>' in shown
    assert "测试人甲" not in shown
