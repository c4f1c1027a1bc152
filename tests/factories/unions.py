"""Unions, employers, accounts and offices."""

from __future__ import annotations

from datetime import date
from typing import Any

import factory

from unions.access import Role
from unions.models import (
    Community,
    Employer,
    EmployerHeadcount,
    Office,
    Union,
    UnionCoverage,
    UnionForm,
    UnionProfile,
    User,
)

LONG_AGO = date(2010, 1, 1)


class CommunityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Community
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"C{n:02}")
    name = factory.LazyAttribute(lambda o: f"社区{o.code}")
    start = LONG_AGO


class UnionFactory(factory.Factory):
    """A union with its open profile, from which the database copies name, form, parent and community."""

    class Meta:
        model = Union

    code = factory.Sequence(lambda n: f"U{n:04}")
    founded_on = LONG_AGO
    ended_on = None
    name = factory.LazyAttribute(lambda o: f"{o.code}工会")
    form = UnionForm.SINGLE
    parent = None
    community = None

    @classmethod
    def _create(cls, model_class: type[Union], *_args: Any, **values: Any) -> Union:
        own = {field: values.pop(field) for field in ("code", "founded_on", "ended_on")}
        union = model_class.objects.create(**own)
        UnionProfile.objects.create(union=union, start=own["founded_on"], **values)
        union.refresh_from_db()
        return union


class EmployerFactory(factory.django.DjangoModelFactory):
    """An employer in business; ``employees`` records a headcount, ``covered_by`` a coverage from its opening."""

    class Meta:
        model = Employer
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"E{n:04}")
    name = factory.LazyAttribute(lambda o: f"{o.code}有限公司")
    community = factory.SubFactory(CommunityFactory, code="C00")
    union = factory.SubFactory(UnionFactory)
    opened_on = LONG_AGO

    @factory.post_generation
    def employees(self, _create: bool, number: int | None, **_more: Any) -> None:
        if number is not None:
            EmployerHeadcount.objects.create(employer=self, union=self.union, as_of=LONG_AGO, employees=number)

    @factory.post_generation
    def covered_by(self, _create: bool, union: Union | None, **_more: Any) -> None:
        if union:
            UnionCoverage.objects.create(employer=self, union=union, start=self.opened_on)


class UserFactory(factory.django.DjangoModelFactory):
    """An account; ``role`` and ``at`` give it an open office."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    name = factory.LazyAttribute(lambda o: o.username)
    password = factory.django.Password("gonghui-test")

    @factory.post_generation
    def role(self, _create: bool, role: Role | None, *, at: Union | None = None, **_more: Any) -> None:
        if role:
            Office.objects.create(user=self, role=role, union=at or UnionFactory(), start=LONG_AGO)
