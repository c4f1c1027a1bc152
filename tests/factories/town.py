"""A small sub-district as the lifecycle of unions meets it: a federation, a community union, unions with employers."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories.unions import CommunityFactory, EmployerFactory, UnionFactory, UserFactory
from unions.access import Role
from unions.models import (
    CommitteeTerm,
    Employer,
    Officer,
    ReportingPeriod,
    Union,
    UnionEvent,
    UnionEventKind,
    UnionForm,
    User,
)
from unions.services.elections import years_later

BEGAN = date(2020, 3, 1)


class Town:
    """Federation CJ1000 with the community union CJ1001 under it; the officer may record everything here."""

    def __init__(self) -> None:
        self.community = CommunityFactory(code="C01", name="东港社区")
        self.federation: Union = UnionFactory(code="CJ1000", name="澄江街道总工会", form=UnionForm.SUBDISTRICT)
        self.hub: Union = UnionFactory(
            code="CJ1001",
            name="东港社区工会",
            form=UnionForm.COMMUNITY,
            parent=self.federation,
            community=self.community,
        )
        self.officer: User = UserFactory(role=Role.ORGANISATION, role__at=self.federation)

    def employers(self, number: int, employees: int = 30) -> list[Employer]:
        return [self.employer(employees=employees) for _ in range(number)]

    def employer(self, **values: Any) -> Employer:
        made: Employer = EmployerFactory(**({"community": self.community, "union": self.hub} | values))
        return made

    def union(self, *, employers: int = 1, founded_on: date = BEGAN, chair: str = "王建国", **values: Any) -> Union:
        """A union founded in 2020 with a committee of five years, a chair and covered employers."""
        facts = {"parent": self.hub, "community": self.community, "founded_on": founded_on}
        form = UnionForm.SINGLE if employers == 1 else UnionForm.JOINT
        union: Union = UnionFactory(**(facts | {"form": form} | values))
        for _ in range(employers):
            union.coverages.create(employer=self.employer(employees=30), start=founded_on)
        CommitteeTerm.objects.create(
            union=union,
            term_no=1,
            is_first=True,
            elected_on=founded_on,
            years=5,
            due_on=years_later(founded_on, 5),
        )
        Officer.objects.create(union=union, name=chair, post=Officer.Post.CHAIR, start=founded_on)
        UnionEvent.objects.create(union=union, kind=UnionEventKind.FOUNDED, happened_on=founded_on, document_no="旧")
        return union

    def lock(self, code: str, start: date, end: date) -> ReportingPeriod:
        """A period of reports that is closed; the officer closed it."""
        return ReportingPeriod.objects.create(
            code=code, kind="HALF", start=start, end=end, locked_at=f"{end}T09:00+08:00", locked_by=self.officer
        )


def rows(*models: type[Any]) -> dict[str, int]:
    """How many rows each table has: a refusal changes none of them."""
    return {model.__name__: model.objects.count() for model in models}
