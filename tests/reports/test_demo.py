"""The demo federation: golden figures in any half-year, loaded once, never over somebody's own data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from members.models import Person
from reports.demo.accounts import ACCOUNTS, PASSWORD
from reports.models import PlanItem
from tests.database import copy, ensure_template, signed_in_as_owner
from tests.reports.golden import golden_rows, holds
from tests.round_trip.filing import RoundTrip, expected, round_trip
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import AuditEntry, ClockRule, Union, User
from unions.periods import HalfYear
from unions.validators import validate_id_number

FIRST, SECOND = "2014H1", "2025H2"
# The returns of one union in so many; make roundtrip files all.
FILED_AGAIN_OF = 60


@pytest.fixture(scope="module")
def laid(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """The demo laid into one half-year, laid again, then replaced by another: what was seen after each step.

    Loading takes half a minute, so the steps are taken once and the tests look at what they left.
    """
    seen: dict[str, Any] = {}
    with django_db_blocker.unblock():
        name = connection.settings_dict["NAME"]
        try:
            with signed_in_as_owner():
                load(FIRST)
                seen["first"] = look(FIRST)
                seen["again"], seen["after again"] = load(FIRST), counts()
            seen["trip"] = file_again(FIRST)
            with signed_in_as_owner():
                load(SECOND)
                seen["second"] = look(SECOND)
        finally:
            copy(ensure_template(), name)
    yield seen


def file_again(half: str) -> RoundTrip:
    """The returns of a few unions written from the demo's rows, forgotten, and handed in again; then taken back."""
    period = HalfYear(int(half[:4]), int(half[5]))
    with acting(SYSTEM), transaction.atomic(), TemporaryDirectory() as folder:
        owed = list(expected(period))
        chosen = sorted({obligation.union_id for obligation in owed})[::FILED_AGAIN_OF]
        trip = round_trip([one for one in owed if one.union_id in chosen], period, Path(folder))
        transaction.set_rollback(True)
    return trip


def load(half: str) -> str:
    output = StringIO()
    call_command("load_demo", "--half", half, stderr=output)
    return output.getvalue()


def look(half: str) -> dict[str, Any]:
    year_before = str(HalfYear(int(half[:4]), int(half[5])).year_before())
    people = list(Person.objects.filter(id_type="RESIDENT").order_by("pk")[:200])
    return {
        "counts": counts(),
        "figures": figures(half),
        "year before": figures(year_before),
        "roles": {role for user in User.objects.all() for role, _union in user.offices.values_list("role", "union")},
        "password": User.objects.first().check_password(PASSWORD),  # type: ignore[union-attr]
        "ids": [(person.id_number, person.birth_date) for person in people],
        "names": "".join(Person.objects.values_list("name", flat=True)),
        "plan": list(PlanItem.objects.values_list("year", "half", "status")),
        "accounts": printed_accounts(),
    }


COUNTED = (Union, User, Person, AuditEntry, PlanItem, ClockRule)


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in COUNTED}


def figures(period: str) -> dict[str, Any]:
    output = StringIO()
    call_command("figures", period, "--format", "json", stdout=output)
    return {figure["code"]: figure for figure in json.loads(output.getvalue())["figures"]}


def printed_accounts() -> str:
    output = StringIO()
    call_command("demo_accounts", stdout=output)
    return output.getvalue()


@pytest.mark.parametrize("half", ["first", "second"])
def test_every_golden_figure_holds_in_any_half_year(laid: dict[str, Any], half: str) -> None:
    found = laid[half]["figures"]
    wrong = [
        (row["code"], row["op"], row["value"], found[row["code"]])
        for row in golden_rows()
        if not holds(row, found[row["code"]])
    ]
    assert wrong == []


@pytest.mark.parametrize("half", ["first", "second"])
def test_no_figure_is_left_unreported(laid: dict[str, Any], half: str) -> None:
    assert [code for code, figure in laid[half]["figures"].items() if figure["value"] is None] == []


def test_the_year_before_is_there_to_compare_with(laid: dict[str, Any]) -> None:
    assert [code for code, figure in laid["first"]["year before"].items() if figure["value"] is None] == []


def test_laying_the_same_half_year_again_changes_nothing(laid: dict[str, Any]) -> None:
    assert FIRST in laid["again"]
    assert laid["after again"] == laid["first"]["counts"]


def test_another_half_year_replaces_the_demo(laid: dict[str, Any]) -> None:
    assert laid["second"]["counts"] == laid["first"]["counts"]
    assert laid["second"]["counts"]["AuditEntry"] == 1
    # The limits of the law, which a migration entered, are there after the first demo was taken away.
    assert laid["second"]["counts"]["ClockRule"] >= 14


def test_returns_filed_again_from_the_demos_rows_bring_back_its_figures(laid: dict[str, Any]) -> None:
    trip = laid["trip"]
    assert len(trip.results) >= 6
    assert trip.refused == []
    assert trip.fed >= {"CARE-03", "HARM-24", "SELF-01", "SELF-02", "SELF-07"}  # else nothing was forgotten
    assert trip.different == {}


def test_every_role_has_an_account_that_signs_in(laid: dict[str, Any]) -> None:
    assert laid["first"]["roles"] == set(Role)
    assert laid["first"]["password"]
    assert all(account.username in laid["first"]["accounts"] for account in ACCOUNTS)


def test_id_numbers_are_right_but_of_nowhere(laid: dict[str, Any]) -> None:
    for number, birth in laid["first"]["ids"]:
        validate_id_number(number)
        assert number.startswith("999999")
        assert number[6:14] == f"{birth:%Y%m%d}"


def test_rare_long_and_foreign_names_are_among_the_people(laid: dict[str, Any]) -> None:
    assert set("喆堃玥㛃𬭎䶮·") <= set(laid["first"]["names"])
    assert "Kanemura" in laid["first"]["names"]


def test_the_next_plan_has_22_items_not_begun(laid: dict[str, Any]) -> None:
    items = [status for year, half, status in laid["first"]["plan"] if (year, half) == (2014, 2)]
    assert items == ["NOT_STARTED"] * 22


def test_a_database_with_data_of_its_own_is_refused(db: None) -> None:
    User.objects.create(username="somebody", name="某人")
    with pytest.raises(CommandError) as refusal:
        call_command("load_demo", "--half", FIRST)
    assert refusal.value.returncode == 2
    assert (User.objects.count(), Union.objects.count(), AuditEntry.objects.count()) == (1, 0, 0)


@pytest.mark.parametrize("half", ["2014", "2014Q1", "2014H3", "soon"])
def test_an_unknown_half_year_is_one_line_and_status_2(half: str) -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("load_demo", "--half", half)
    assert refusal.value.returncode == 2
