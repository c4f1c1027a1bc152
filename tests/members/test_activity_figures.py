"""Activities recorded on their page move the figures they belong to, and are refused where they cannot be true."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from members.models import Activity, Recuperation
from reports.figures import figures
from tests.factories.members import member_of
from tests.factories.unions import EmployerFactory, UnionFactory, UserFactory
from unions.access import Role, Scope
from unions.acting import SYSTEM, acting
from unions.models import Union, UnionForm
from unions.periods import HalfYear

pytestmark = pytest.mark.django_db
HALF = HalfYear(2026, 1)


@pytest.fixture
def union(client: Client) -> Union:
    """A union with an employer of 40; its culture officer is signed in."""
    with acting(SYSTEM):
        federation = UnionFactory(form=UnionForm.SUBDISTRICT)
        union = UnionFactory(parent=federation)
        EmployerFactory(union=union, covered_by=union, employees=40, name="晨光机械")
        user = UserFactory(role=Role.CULTURE, role__at=federation)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return union


def record(client: Client, union: Union, **values: Any) -> Any:
    facts = {
        "union": union.pk,
        "kind": "TRAINING",
        "title": "工会干部培训班",
        "audience": "OFFICERS",
        "level": "SUBDISTRICT",
        "starts_on": "2026-03-10",
        "ends_on": "2026-03-11",
        "sessions": 1,
    }
    return client.post("/activities/new/", facts | values)


def officers_trained() -> Any:
    with acting(SYSTEM):
        return figures(HALF, Scope.everything(), ["SELF-14"])["SELF-14"].value


def test_officer_training_adds_its_attendances(client: Client, union: Union) -> None:
    assert officers_trained() is None
    assert record(client, union, attendances=46).status_code == 302
    assert record(client, union, attendances=20, audience="TREASURERS").status_code == 302
    # Employees' training and a course of the second half are other figures: 46 + 20 = 66.
    assert record(client, union, attendances=99, audience="EMPLOYEES").status_code == 302
    assert record(client, union, attendances=50, starts_on="2026-07-01", ends_on="2026-07-01").status_code == 302
    assert officers_trained() == 66


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("attendances", {"attendances": -1}),
        ("attendances", {"attendances": 200, "invited": 50}),
        ("attendances", {"attendances": 41, "is_on_site": "on", "employer": "晨光机械"}),
        ("ends_on", {"ends_on": "2026-03-09"}),
        ("female", {"attendances": 10, "female": 11}),
        ("starts_on", {"starts_on": "2026-13-01"}),
    ],
)
def test_what_cannot_be_true_is_refused_at_its_field(
    client: Client, union: Union, field: str, values: dict[str, Any]
) -> None:
    if "employer" in values:
        values = values | {"employer": union.coverages.get().employer_id}
    response = record(client, union, **values)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Activity.objects.exists()


def test_recuperation_is_refused_for_who_went_last_year(client: Client, union: Union) -> None:
    with acting(SYSTEM):
        person = member_of(union)
        Recuperation.objects.create(union=union, person=person, place="海滨", starts_on=date(2025, 5, 1), days=5)
    facts = {"union": union.pk, "person": f"{person.name} #{person.pk}", "place": "山区", "days": 5}
    response = client.post("/recuperations/new/", facts | {"starts_on": "2026-05-01"})
    assert response.status_code == 422
    assert "2027-05-01" in str(response.context["form"].errors["person"])
    assert Recuperation.objects.count() == 1
    assert client.post("/recuperations/new/", facts | {"starts_on": "2027-05-01"}).status_code == 302
