"""Who gets which page: every address × every role × own, other or no scope, with the status each must get.

The tables under tests/access are the specification, written out and not derived from access.py. An address without
a row fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access import desk, imports, labour, members, organisation, reports, returns, standing
from tests.access.rows import EVERYONE, EVERYWHERE, FEDERATION, FIGURES, OFFICERS_AND_STEWARD, R, Row
from tests.factories.unions import UnionFactory, UserFactory
from unions.access import ALLOWED, Action, Role
from unions.acting import SYSTEM, acting
from unions.models import Union, UnionForm, User

pytestmark = pytest.mark.django_db

HALF = "2026H1"
TABLE: dict[str, Row] = (
    desk.ROWS
    | reports.ROWS
    | organisation.ROWS
    | imports.ROWS
    | labour.ROWS
    | standing.ROWS
    | members.ROWS
    | returns.ROWS
)


# Who may do what once more, in one line each and written out: an action without an address yet is held here alone.
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
    Action.LOCK_RETURN: {R.FEDERATION_CHAIR, R.ORGANISATION},
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


@pytest.fixture
def world() -> World:
    with acting(SYSTEM):
        federation = UnionFactory(form=UnionForm.SUBDISTRICT)
        community = UnionFactory(form=UnionForm.COMMUNITY, parent=federation)
        return World(federation, UnionFactory(parent=community), UnionFactory(parent=federation))


def user_in(world: World, role: Role) -> User:
    at = {R.CHAIR: world.own, R.COMMUNITY: world.own.parent}.get(role, world.federation)
    return UserFactory(role=role, role__at=at)


def expected(row: Row, role: Role, scope: str) -> int:
    sees_all = role in EVERYWHERE or row.is_common or (role == R.REVIEWER and row.reviewer_sees_all)
    is_outside = row.make and scope == "other" and not sees_all
    if is_outside and role in {*row.roles, *row.seers}:
        return 404
    return row.status if role in row.roles else 403


def addresses(world: World, name: str) -> dict[str, str]:
    """The address for a record of the actor's own union, and for one of another; the same where it names none."""
    row = TABLE[name]
    if row.make is None:
        return {"own": reverse(name, args=row.values)}
    with acting(SYSTEM):
        records = {"own": row.make(world.own)}
        if not row.is_common:
            records["other"] = row.make(world.other)
    return {scope: reverse(name, args=(record.pk, *row.values)) for scope, record in records.items()}


def ask(client: Client, name: str, url: str) -> int:
    return int(getattr(client, TABLE[name].method)(url).status_code)


def sign_in(client: Client, user: User) -> None:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


@pytest.mark.parametrize("name", TABLE)
def test_every_role_gets_what_the_table_says(client: Client, world: World, name: str) -> None:
    urls = addresses(world, name)
    answers, wanted = {}, {}
    for role, scope in product(Role, urls):
        sign_in(client, user_in(world, role))
        answers[role.value, scope] = ask(client, name, urls[scope])
        wanted[role.value, scope] = expected(TABLE[name], role, scope)
    assert answers == wanted


LISTS = [name for name, row in TABLE.items() if f"{name}-detail" in TABLE and not TABLE[f"{name}-detail"].is_common]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_shows_the_rows_of_the_scope_and_no_other(client: Client, world: World, name: str) -> None:
    urls = addresses(world, f"{name}-detail")
    for role in TABLE[name].roles:
        sign_in(client, user_in(world, Role(role)))
        page = client.get(reverse(name)).content.decode()
        shown = {scope for scope, url in urls.items() if f'"{url}"' in page}
        assert (role, shown) == (role, {"own", "other"} if role in EVERYWHERE else {"own"})


@pytest.mark.parametrize("name", ["reports", "home"])
def test_reports_are_listed_within_the_scope(client: Client, world: World, name: str) -> None:
    urls = addresses(world, "report-status")
    for role in TABLE["reports"].roles:
        sign_in(client, user_in(world, Role(role)))
        page = client.get(reverse(name)).content.decode()
        shown = {scope for scope, url in urls.items() if url in page}
        assert (role, shown) == (role, {"own", "other"} if role in EVERYWHERE | {R.REVIEWER} else {"own"})


@pytest.mark.parametrize("name", TABLE)
def test_whoever_holds_no_office_gets_nothing(client: Client, world: World, name: str) -> None:
    sign_in(client, UserFactory())
    row = TABLE[name]
    assert ask(client, name, addresses(world, name)["own"]) == (row.status if row.is_public else 403)


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if not row.is_public])
def test_a_stranger_is_asked_to_sign_in(client: Client, world: World, name: str) -> None:
    response = getattr(client, TABLE[name].method)(addresses(world, name)["own"])
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("sign-in"))


def test_an_ended_office_ends_the_power_at_once(client: Client, world: World) -> None:
    user = user_in(world, R.ORGANISATION)
    sign_in(client, user)
    assert client.get(reverse("half-year", args=[HALF])).status_code == 200
    user.offices.update(end="2020-01-01")
    assert client.get(reverse("half-year", args=[HALF])).status_code == 403


ADMINISTERED = [model._meta.label_lower.replace(".", "_") for model in admin.site._registry]
PAGES = ("changelist", "add")


# Kept by a trigger, and empty but while an import runs: neither is a record of anybody's.
NO_RECORDS = ("OpenMembership", "StagedMember")


def test_every_model_of_ours_stands_in_data_administration() -> None:
    ours = {
        model._meta.label_lower.replace(".", "_")
        for app in ("unions", "members", "finance", "relief", "disputes", "reports")
        for model in apps.get_app_config(app).get_models()
        if not model.__name__.endswith("History") and model.__name__ not in NO_RECORDS
    }
    assert ours - set(ADMINISTERED) == set()


@pytest.mark.parametrize("model", ADMINISTERED)
def test_a_steward_opens_every_page_of_data_administration(client: Client, world: World, model: str) -> None:
    sign_in(client, user_in(world, R.STEWARD))
    for page in PAGES:
        status = client.get(reverse(f"admin:{model}_{page}")).status_code
        assert status == 200 or (page, status) == ("add", 403), f"{page}: {status}"


@pytest.mark.parametrize(("role", "page"), list(product(sorted(set(Role) - {R.STEWARD}), PAGES)))
def test_nobody_else_opens_any(client: Client, world: World, role: Role, page: str) -> None:
    sign_in(client, user_in(world, Role(role)))
    for model in ADMINISTERED:
        assert client.get(reverse(f"admin:{model}_{page}"), follow=True).status_code == 403
