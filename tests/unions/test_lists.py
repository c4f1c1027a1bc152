"""Lists over HTTP: filtered by their address, sorted, with columns of choice, saved, exported, acted upon in bulk."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.unions import CommunityFactory, EmployerFactory, UnionFactory, UserFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import BulkChange, Campaign, CampaignEnrolment, Facility, SavedView, UnionForm, User

pytestmark = pytest.mark.django_db
URL = "/facilities/"


@pytest.fixture
def officer(client: Client) -> User:
    """An organisation officer, signed in, of a federation with three libraries."""
    with acting(SYSTEM):
        federation = UnionFactory(form=UnionForm.SUBDISTRICT)
        union = UnionFactory(parent=federation, community=CommunityFactory(code="C01", name="东山社区"))
        for name, books, start in (("甲书屋", 30, 1), ("乙书屋", 10, 2), ("丙俱乐部", None, 3)):
            Facility.objects.create(
                union=union,
                kind="LIBRARY" if books else "CULTURE_CLUB",
                name=name,
                books=books,
                start=date(2026, start, 1),
            )
        user = UserFactory(role=Role.ORGANISATION, role__at=federation)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def names(client: Client, query: str = "") -> list[str]:
    response = client.get(f"{URL}?{query}")
    assert response.status_code == 200
    return [str(row["cells"][0][1]) for row in response.context["rows"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["丙俱乐部", "乙书屋", "甲书屋"]),
        ("kind=LIBRARY", ["乙书屋", "甲书屋"]),
        ("sort=books", ["乙书屋", "甲书屋", "丙俱乐部"]),
        ("sort=-books", ["甲书屋", "乙书屋", "丙俱乐部"]),
        ("sort=password", ["丙俱乐部", "乙书屋", "甲书屋"]),
        ("name=书屋&sort=name", ["乙书屋", "甲书屋"]),
        ("name=没有", []),
        ("after=x&before=&size=7&columns=nothing", ["丙俱乐部", "乙书屋", "甲书屋"]),
        ("after=99999999999999999999", ["丙俱乐部", "乙书屋", "甲书屋"]),
    ],
)
def test_the_address_alone_shapes_the_list(client: Client, officer: User, query: str, found: list[str]) -> None:
    assert names(client, query) == found


@pytest.mark.parametrize("query", ["kind=NONE", "community=abc", "name=%00", "closed=maybe"])
def test_a_wrong_condition_breaks_nothing(client: Client, officer: User, query: str) -> None:
    assert client.get(f"{URL}?{query}").status_code == 200


def test_the_export_holds_the_same_rows_in_the_same_order_with_the_chosen_columns(
    client: Client, officer: User
) -> None:
    content = client.get(f"{URL}?kind=LIBRARY&sort=books&columns=name&columns=books&format=xlsx").content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["名称", "藏书"],
        ["乙书屋", 10],
        ["甲书屋", 30],
    ]


def test_a_view_is_saved_shown_to_its_owner_alone_and_forgotten(client: Client, officer: User) -> None:
    query = "kind=LIBRARY&sort=books"
    client.post(reverse("save-view"), {"register": "facilities", "name": "书屋", "query": query})
    view = SavedView.objects.get()
    assert (view.user, view.query) == (officer, query)
    tabs = {tab["caption"]: tab["is_here"] for tab in client.get(f"{URL}?{query}").context["views"]}
    assert tabs["书屋"] is True
    other = Client()
    other.force_login(UserFactory(role=Role.ORGANISATION), backend="django.contrib.auth.backends.ModelBackend")
    assert "书屋" not in [tab["caption"] for tab in other.get(URL).context["views"]]
    assert other.post(reverse("forget-view", args=[view.pk])).status_code == 404
    client.post(reverse("forget-view", args=[view.pk]))
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {"register": "no-such-list", "name": "甲", "query": ""},
        {"register": "facilities", "name": "", "query": ""},
        {"register": "facilities", "name": "长" * 31, "query": ""},
    ],
)
def test_a_wrong_view_is_not_saved(client: Client, officer: User, data: dict[str, str]) -> None:
    assert client.post(reverse("save-view"), data).status_code == 302
    assert not SavedView.objects.exists()


@pytest.fixture
def applied(officer: User) -> list[CampaignEnrolment]:
    with acting(SYSTEM):
        campaign = Campaign.objects.create(code="H26", name="和谐企业", kind="HARMONIOUS", year=2026)
        union = UnionFactory(parent=officer.offices.get().union)
        return [
            CampaignEnrolment.objects.create(
                campaign=campaign,
                union=union,
                employer=EmployerFactory(union=union, covered_by=union),
                applied_on=date(2026, 3, 1),
            )
            for _number in range(2)
        ]


def test_a_bulk_move_is_made_told_and_undone(client: Client, officer: User, applied: list[CampaignEnrolment]) -> None:
    response = client.get("/enrolments/")
    keys = [action.key for action in response.context["bulk"]]
    assert "recommended" in keys
    client.post("/enrolments/", {"action": "recommended", "pk": [row.pk for row in applied]})
    assert set(CampaignEnrolment.objects.values_list("status", flat=True)) == {"RECOMMENDED"}
    change = BulkChange.objects.get()
    client.post(reverse("undo", args=[change.pk]))
    rows = CampaignEnrolment.objects.values_list("status", "recommended_on")
    assert set(rows) == {("APPLIED", None)}


def test_a_bulk_action_without_rows_or_without_the_power_changes_nothing(
    client: Client, officer: User, applied: list[CampaignEnrolment]
) -> None:
    assert client.post("/enrolments/", {"action": "recommended"}).status_code == 302
    assert client.post("/enrolments/", {"action": "none", "pk": [applied[0].pk]}).status_code == 403
    with acting(SYSTEM):
        chair = UserFactory(role=Role.CHAIR, role__at=applied[0].union)
    client.force_login(chair, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/enrolments/", {"action": "recommended", "pk": [applied[0].pk]}).status_code == 403
    assert set(CampaignEnrolment.objects.values_list("status", flat=True)) == {"APPLIED"}


def test_one_field_is_edited_in_its_cell_and_only_if_it_is_offered(client: Client, officer: User) -> None:
    row = Facility.objects.get(name="甲书屋")
    url = reverse("facilities-cell", args=[row.pk, "books"])
    assert "revision" in client.get(url).content.decode()
    answer = client.post(url, {"books": "31", "revision": "0"}).content.decode()
    row.refresh_from_db()
    assert row.books == 31 and "31" in answer
    assert "gh-err" in client.post(url, {"books": "-1", "revision": ""}).content.decode()
    # Somebody else's change in between is told, not overwritten.
    assert "gh-err" in client.post(url, {"books": "40", "revision": "0"}).content.decode()
    row.refresh_from_db()
    assert row.books == 31
    assert client.get(reverse("facilities-cell", args=[row.pk, "union"])).status_code == 404
