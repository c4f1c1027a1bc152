"""What is shown when something is missing, refused or broken: in Chinese, with a way on, and never a second error."""

from __future__ import annotations

import re

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from tests.factories.unions import UnionFactory, UserFactory
from unions.access import Role
from unions.views import accounts


@pytest.mark.django_db
def test_an_unknown_address_is_said_in_words(client: Client) -> None:
    client.force_login(UserFactory(role=Role.ORGANISATION), backend="django.contrib.auth.backends.ModelBackend")
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "没有这个页面" in response.content.decode()


@pytest.mark.django_db
def test_a_refusal_names_the_office_held(client: Client) -> None:
    user = UserFactory(role=Role.REVIEWER, role__at=UnionFactory())
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get("/half-years/2026H1/")
    assert response.status_code == 403
    assert "区总审阅人" in response.content.decode()


def test_the_error_page_asks_the_database_nothing_and_gives_an_incident_number(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No django_db mark: a query would fail this test, as it would in the outage the page is for."""
    try:
        raise OperationalError("the server is gone")
    except OperationalError:
        response = accounts.broken(RequestFactory().get("/half-years/2026H1/"))
    assert response.status_code == 500
    number = re.search(r"E-\d{8}-\d{4}-[0-9A-F]{4}", response.content.decode())
    assert number and number.group() in caplog.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["?after=x", "?after=-1", "?table=99", "?after=99999999999999999999", "?table=٣", "?after="]
)
def test_a_mangled_address_is_no_error(client: Client, query: str) -> None:
    client.force_login(UserFactory(role=Role.ORGANISATION), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/half-years/2026H1/CARE-02/{query}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/half-years/0000H1/",
        "/half-years/2026H3/",
        "/half-years/2026H1/XXX-99/",
        "/half-years/2026H1/CARE-02/9.xlsx",
        "/reports/999999/",
        "/reports/999999.pdf",
    ],
)
def test_what_does_not_exist_is_not_found(client: Client, path: str) -> None:
    client.force_login(UserFactory(role=Role.ORGANISATION), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(path).status_code == 404
