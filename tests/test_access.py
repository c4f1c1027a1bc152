"""Who gets which page: every address × every role × own, other or no scope, with the status each must get.

The table below is the specification, written out and not derived from access.py. An address without a row fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from reports.models import Report
from tests.factories.unions import UnionFactory, UserFactory
from unions.access import ALLOWED, Action, Role
from unions.acting import SYSTEM, acting
from unions.models import Union, UnionForm, User

pytestmark = pytest.mark.django_db

R = Role
FEDERATION = {R.FEDERATION_CHAIR, R.ORGANISATION, R.RELIEF, R.RIGHTS, R.FINANCE, R.CULTURE}
FIGURES = FEDERATION | {R.COMMUNITY, R.CHAIR, R.AUDITOR, R.STEWARD}
# Whose scope is the whole federation; the others see their own union or community only.
EVERYWHERE = FEDERATION | {R.AUDITOR, R.STEWARD}


@dataclass(frozen=True)
class Row:
    """Who may open an address. ``record`` is the kind of row in it, if any; ``status`` what a success answers."""

    roles: frozenset[Role] | set[Role]
    values: tuple[Any, ...] = ()
    record: str = ""
    method: str = "get"
    status: int = 200
    is_public: bool = False


EVERYONE = set(Role)
HALF = "2026H1"
TABLE: dict[str, Row] = {
    "home": Row(EVERYONE),
    "half-years": Row(FIGURES, status=302),
    "half-year": Row(FIGURES, (HALF,)),
    "checks": Row(FIGURES, (HALF,)),
    "figure": Row(FIGURES, (HALF, "CARE-18")),
    "figure-rows": Row(FIGURES, (HALF, "CARE-18", 0)),
    "reports": Row(FIGURES | {R.REVIEWER}),
    "make-report": Row(FEDERATION, (HALF,), method="post", status=302),
    "report-status": Row(FIGURES | {R.REVIEWER}, record="report"),
    "report-file": Row(FIGURES | {R.REVIEWER}, record="report"),
    "password": Row(EVERYONE),
    "second-step": Row(EVERYONE),
    "sign-in": Row(EVERYONE, status=302, is_public=True),
    "sign-out": Row(EVERYONE, method="post", status=302, is_public=True),
    "set_language": Row(EVERYONE, method="post", status=302, is_public=True),
}


# Who may do what once more, in one line each and written out: an action without an address yet is held here alone.
OFFICERS_AND_STEWARD = FEDERATION | {R.COMMUNITY, R.CHAIR, R.STEWARD}
POWERS: dict[Action, set[Role]] = {
    Action.VIEW_HOME: EVERYONE,
    Action.VIEW_ORGANISATION: OFFICERS_AND_STEWARD,
    Action.MANAGE_ORGANISATION: {R.FEDERATION_CHAIR, R.ORGANISATION, R.COMMUNITY, R.STEWARD},
    Action.MANAGE_LABOUR: {R.FEDERATION_CHAIR, R.ORGANISATION, R.RIGHTS, R.COMMUNITY, R.CHAIR, R.STEWARD},
    Action.MANAGE_STANDING: {R.FEDERATION_CHAIR, R.ORGANISATION, R.RIGHTS, R.CULTURE, R.COMMUNITY, R.STEWARD},
    Action.APPLY_STANDING: {R.ORGANISATION, R.COMMUNITY, R.CHAIR, R.STEWARD},
    Action.MANAGE_PUBLICITY: {R.FEDERATION_CHAIR, R.ORGANISATION, R.CULTURE, R.COMMUNITY, R.CHAIR, R.STEWARD},
    Action.VIEW_MEMBERS: OFFICERS_AND_STEWARD,
    Action.MANAGE_MEMBERS: {R.ORGANISATION, R.CULTURE, R.COMMUNITY, R.CHAIR, R.STEWARD},
    Action.VIEW_RELIEF: {R.FEDERATION_CHAIR, R.RELIEF, R.COMMUNITY, R.CHAIR, R.AUDITOR, R.STEWARD},
    Action.MANAGE_RELIEF: {R.RELIEF, R.COMMUNITY, R.CHAIR, R.STEWARD},
    Action.APPROVE_RELIEF: {R.FEDERATION_CHAIR},
    Action.VIEW_DISPUTES: {R.FEDERATION_CHAIR, R.RIGHTS, R.COMMUNITY, R.CHAIR, R.STEWARD},
    Action.MANAGE_DISPUTES: {R.RIGHTS, R.COMMUNITY, R.CHAIR, R.STEWARD},
    Action.VIEW_FINANCE: {R.FEDERATION_CHAIR, R.FINANCE, R.COMMUNITY, R.CHAIR, R.AUDITOR, R.STEWARD},
    Action.MANAGE_FINANCE: {R.FINANCE, R.STEWARD},
    Action.AUDIT_FINANCE: {R.AUDITOR},
    Action.VIEW_RETURNS: OFFICERS_AND_STEWARD,
    Action.FILE_RETURN: {R.CHAIR, R.ORGANISATION, R.COMMUNITY},
    Action.REVIEW_RETURN: FEDERATION | {R.COMMUNITY},
    Action.VIEW_FIGURES: FIGURES,
    Action.MAKE_REPORT: FEDERATION,
    Action.ISSUE_REPORT: {R.FEDERATION_CHAIR},
    Action.READ_REPORT: FIGURES | {R.REVIEWER},
    Action.UNMASK_PERSON: {R.FEDERATION_CHAIR, R.RELIEF, R.STEWARD},
    Action.USE_ADMIN: {R.STEWARD},
}


@pytest.mark.parametrize("action", Action)
def test_a_power_is_given_to_whom_the_table_says_and_no_other(action: Action) -> None:
    assert ALLOWED[action] == POWERS[action]


def names(resolver: URLResolver, prefix: str = "") -> set[str]:
    """Every named address of the portal; those of data administration are counted as a family below."""
    found: set[str] = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                found |= names(entry)
        elif isinstance(entry, URLPattern):
            found.add(entry.name or str(entry.pattern))
    return found


def test_every_address_has_a_row() -> None:
    assert names(get_resolver()) == set(TABLE)


@dataclass
class World:
    federation: Union
    own: Union
    other: Union
    reports: dict[str, Report]


@pytest.fixture
def world() -> World:
    with acting(SYSTEM):
        federation = UnionFactory(form=UnionForm.SUBDISTRICT)
        community = UnionFactory(form=UnionForm.COMMUNITY, parent=federation)
        own, other = UnionFactory(parent=community), UnionFactory(parent=federation)
        reports = {
            scope: Report.objects.create(
                union=union, period=HALF, kind="summary", version=1, status="ISSUED", pdf=b"%PDF-", sha256="0" * 64
            )
            for scope, union in (("own", own), ("other", other))
        }
    return World(federation, own, other, reports)


def user_in(world: World, role: Role) -> User:
    at = {R.CHAIR: world.own, R.COMMUNITY: world.own.parent}.get(role, world.federation)
    return UserFactory(role=role, role__at=at)


def expected(row: Row, role: Role, scope: str) -> int:
    if role not in row.roles:
        return 403
    is_outside = row.record and scope == "other" and role not in EVERYWHERE | {R.REVIEWER}
    return 404 if is_outside else row.status


def ask(client: Client, name: str, row: Row, world: World, scope: str) -> int:
    values = (world.reports[scope].pk,) if row.record else row.values
    return int(getattr(client, row.method)(reverse(name, args=values)).status_code)


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("role", Role)
def test_every_role_gets_what_the_table_says(client: Client, world: World, name: str, role: Role) -> None:
    row = TABLE[name]
    user = user_in(world, role)
    scopes = ("own", "other") if row.record else ("own",)
    answers = {}
    for scope in scopes:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        answers[scope] = ask(client, name, row, world, scope)
    assert answers == {scope: expected(row, role, scope) for scope in scopes}


LISTS = ("reports", "home")


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("role", sorted(FIGURES | {R.REVIEWER}))
def test_a_list_shows_the_rows_of_the_scope_and_no_other(client: Client, world: World, name: str, role: str) -> None:
    client.force_login(user_in(world, Role(role)), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse(name, args=TABLE[name].values)).content.decode()
    shown = {scope for scope, report in world.reports.items() if reverse("report-status", args=[report.pk]) in page}
    assert shown == ({"own", "other"} if role in EVERYWHERE | {R.REVIEWER} else {"own"})


@pytest.mark.parametrize("name", TABLE)
def test_whoever_holds_no_office_gets_nothing(client: Client, world: World, name: str) -> None:
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    row = TABLE[name]
    assert ask(client, name, row, world, "own") == (row.status if row.is_public else 403)


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if not row.is_public])
def test_a_stranger_is_asked_to_sign_in(client: Client, world: World, name: str) -> None:
    row = TABLE[name]
    values = (world.reports["own"].pk,) if row.record else row.values
    response = getattr(client, row.method)(reverse(name, args=values))
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("sign-in"))


def test_an_ended_office_ends_the_power_at_once(client: Client, world: World) -> None:
    user = user_in(world, R.ORGANISATION)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("half-year", args=[HALF])).status_code == 200
    user.offices.update(end="2020-01-01")
    assert client.get(reverse("half-year", args=[HALF])).status_code == 403


ADMINISTERED = [model._meta.label_lower.replace(".", "_") for model in admin.site._registry]
PAGES = ("changelist", "add")


def test_every_model_of_ours_stands_in_data_administration() -> None:
    ours = {
        model._meta.label_lower.replace(".", "_")
        for app in ("unions", "members", "finance", "relief", "disputes", "reports")
        for model in apps.get_app_config(app).get_models()
        if not model.__name__.endswith("History") and model.__name__ != "OpenMembership"
    }
    assert ours - set(ADMINISTERED) == set()


@pytest.mark.parametrize("model", ADMINISTERED)
def test_a_steward_opens_every_page_of_data_administration(client: Client, world: World, model: str) -> None:
    client.force_login(user_in(world, R.STEWARD), backend="django.contrib.auth.backends.ModelBackend")
    for page in PAGES:
        status = client.get(reverse(f"admin:{model}_{page}")).status_code
        assert status == 200 or (page, status) == ("add", 403), f"{page}: {status}"


@pytest.mark.parametrize(("role", "page"), list(product(sorted(set(Role) - {R.STEWARD}), PAGES)))
def test_nobody_else_opens_any(client: Client, world: World, role: Role, page: str) -> None:
    client.force_login(user_in(world, Role(role)), backend="django.contrib.auth.backends.ModelBackend")
    for model in ADMINISTERED:
        assert client.get(reverse(f"admin:{model}_{page}"), follow=True).status_code == 403
