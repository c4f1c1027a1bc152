"""People and their membership."""

from __future__ import annotations

from datetime import date
from typing import Any

import factory

from members.models import Membership, MembershipStatus, Person, Sex
from tests.factories.unions import UnionFactory
from unions.crypto import blind_index
from unions.validators import id_check_character

NOBODYS_REGION = "999999"


def id_number(serial: int, birth: date) -> str:
    """A well-formed ID number of the unassigned region 999999; an odd serial is a man's."""
    body = f"{NOBODYS_REGION}{birth:%Y%m%d}{serial % 1000:03}"
    return body + id_check_character(body)


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    class Params:
        serial = factory.Sequence(lambda n: n)

    union = factory.SubFactory(UnionFactory)
    name = factory.LazyAttribute(lambda o: f"测试{o.serial}")
    sex = Sex.MALE
    birth_date = factory.LazyAttribute(lambda o: date(1960 + o.serial // 1000 % 40, 1, 1))
    id_number = factory.LazyAttribute(lambda o: id_number(o.serial, o.birth_date))
    id_index = factory.LazyAttribute(lambda o: blind_index(o.id_number))
    id_last4 = factory.LazyAttribute(lambda o: o.id_number[-4:])


class MembershipFactory(factory.django.DjangoModelFactory):
    """An active membership of the person's own union."""

    class Meta:
        model = Membership

    person = factory.SubFactory(PersonFactory)
    union = factory.LazyAttribute(lambda o: o.person.union)
    status = MembershipStatus.ACTIVE
    joined_on = date(2015, 3, 1)


def member_of(union: Any, **values: Any) -> Person:
    """A person with an active membership of ``union``."""
    return MembershipFactory(person=PersonFactory(union=union, **values)).person
