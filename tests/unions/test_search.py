"""The search: by present and former name, infix, initials and code; scoped and masked."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.members import PersonFactory
from tests.factories.unions import EmployerFactory, UnionFactory, UserFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import Union, UnionProfile, User
from unions.search import search

pytestmark = pytest.mark.django_db


@pytest.fixture
def union() -> Union:
    """Called 兴业工业小区工会 until 2020, 兴业园区联合工会 since."""
    with acting(SYSTEM):
        union = UnionFactory(name="兴业工业小区工会", code="T1127")
        union.profiles.update(end=date(2020, 1, 1))
        UnionProfile.objects.create(union=union, name="兴业园区联合工会", form="JOINT", start=date(2020, 1, 1))
        union.refresh_from_db()
        return union


def titles(user: User, text: str) -> dict[str, list[str]]:
    with acting(user):
        return {str(group.caption): [str(hit.title) for hit in group.hits] for group in search(user, text)}


@pytest.mark.parametrize("text", ["园区", "兴业园区联合工会", "工业小区", "xyyq", "t1127"])
def test_a_union_is_found_by_name_former_name_initials_and_code(union: Union, text: str) -> None:
    assert titles(UserFactory(role=Role.ORGANISATION), text) == {"工会组织": ["兴业园区联合工会"]}


def test_a_former_name_is_shown_where_it_is_what_was_found(union: Union) -> None:
    user = UserFactory(role=Role.ORGANISATION)
    with acting(user):
        details = [hit.detail for group in search(user, "工业小区") for hit in group.hits]
    assert details == ["T1127，曾用名：兴业工业小区工会"]


@pytest.mark.parametrize("text", ["", "园", " ", "没有这样的名字", "%", "''", "\x00"])
def test_what_is_not_there_is_not_found(union: Union, text: str) -> None:
    assert titles(UserFactory(role=Role.ORGANISATION), text) == {}


def test_a_chair_finds_his_own_union_and_people_alone(union: Union) -> None:
    with acting(SYSTEM):
        other = UnionFactory(name="兴业码头工会")
        for at, name in ((union, "孟庆和"), (other, "孟庆丰")):
            PersonFactory(union=at, name=name)
            EmployerFactory(union=at, name=f"{name}商行", covered_by=at)
    chair = UserFactory(role=Role.CHAIR, role__at=union)
    assert titles(chair, "兴业") == {"工会组织": ["兴业园区联合工会"]}
    assert titles(chair, "孟庆") == {"企业": ["孟庆和商行"], "人员": ["孟庆和"]}


def test_an_id_is_shown_masked(union: Union) -> None:
    with acting(SYSTEM):
        person = PersonFactory(union=union, name="孟庆和")
    user = UserFactory(role=Role.ORGANISATION)
    with acting(user):
        (hit,) = [hit for group in search(user, person.id_last4) for hit in group.hits]
    assert hit.title == "孟庆和" and person.id_number not in hit.detail and "*" in hit.detail


def test_a_reviewer_finds_reports_alone(union: Union) -> None:
    assert titles(UserFactory(role=Role.REVIEWER), "园区") == {}
