"""The synthetic federation: as large as asked, of different people, the same each time, never over real data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, Max, Min

from manage import OWNER_COMMANDS
from members.models import Membership, OpenMembership, Person, ServiceCard
from reports.demo.accounts import PASSWORD
from reports.scale import MOST_MEMBERS, identity, spread
from tests.database import copy, ensure_template, signed_in_as_owner
from unions.models import AuditEntry, Union, User
from unions.periods import HalfYear
from unions.validators import validate_id_number

HALF = "2014H1"
UNIONS, MEMBERS = 25, 1300


def run(command: str, *arguments: object) -> str:
    output = StringIO()
    call_command(command, *map(str, arguments), stdout=output, stderr=output)
    return output.getvalue()


def lay(unions: int = UNIONS, members: int = MEMBERS) -> str:
    return run("scale_data", "--unions", unions, "--members", members, "--half", HALF)


@pytest.fixture(scope="module")
def laid(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """Laid small, then in full over that, then in full again: what was seen."""
    with django_db_blocker.unblock():
        name = connection.settings_dict["NAME"]
        try:
            with signed_in_as_owner():
                lay(1, 3)
                seen = {"small": figures(), "printed": lay()}
                seen |= look()
                lay()
                seen["again"] = names()
        finally:
            copy(ensure_template(), name)
    yield seen


def look() -> dict[str, Any]:
    people = Person.objects.all()
    return {
        "figures": figures(),
        "names": names(),
        "counts": {model.__name__: model._default_manager.count() for model in (Person, OpenMembership, ServiceCard)},
        "open at most": people.annotate(n=Count("open_membership")).aggregate(least=Min("n"), most=Max("n")),
        "memberships": Membership.objects.filter(status="ACTIVE").values("person").distinct().count(),
        "indexes": people.values("id_index").distinct().count(),
        "person": people.order_by("-pk").first(),
        "searched": {person.name for person in people.filter(name_grams__contains=["王"])},
        "kinds": set(Union.objects.values_list("form", flat=True)),
        "accounts": list(User.objects.values_list("username", flat=True)),
        "password": User.objects.get(username="zhuxi").check_password(PASSWORD),
        "marks": AuditEntry.objects.count(),
    }


def figures() -> dict[str, str]:
    return {row["code"]: row["value"] for row in json.loads(run("figures", HALF, "--format", "json"))["figures"]}


def names() -> list[tuple[str, str, str]]:
    return [(person.name, person.id_number, person.phone) for person in Person.objects.order_by("pk")]


def test_the_figures_are_what_was_asked_for(laid: dict[str, Any]) -> None:
    assert (laid["figures"]["ORG-01"], laid["figures"]["ORG-09"]) == (str(UNIONS), str(MEMBERS))
    assert (laid["small"]["ORG-01"], laid["small"]["ORG-09"]) == ("1", "3")


def test_everybody_has_one_open_membership_and_an_id_number_of_his_own(laid: dict[str, Any]) -> None:
    # Three out of four have a card.
    assert laid["counts"] == {"Person": MEMBERS, "OpenMembership": MEMBERS, "ServiceCard": 975}
    assert laid["open at most"] == {"least": 1, "most": 1}
    assert laid["memberships"] == laid["indexes"] == MEMBERS
    laid["person"].clean()


def test_names_can_be_searched(laid: dict[str, Any]) -> None:
    assert laid["searched"] == {name for name, _number, _phone in laid["names"] if "王" in name} != set()


def test_the_same_numbers_give_the_same_people(laid: dict[str, Any]) -> None:
    assert laid["again"] == laid["names"]


def test_rows_and_seconds_are_printed(laid: dict[str, Any]) -> None:
    assert f"members_person\t{MEMBERS}\n" in laid["printed"]
    assert f"unions_union\t{UNIONS + 1}\n" in laid["printed"]
    assert HALF in laid["printed"].splitlines()[-1]


def test_a_benchmark_can_sign_in(laid: dict[str, Any]) -> None:
    assert {"zhuxi", "shuju", "shequ1", "qiye1"} <= set(laid["accounts"])
    assert laid["password"]
    assert laid["kinds"] == {"SUBDISTRICT", "COMMUNITY", "JOINT", "SINGLE"}
    assert laid["marks"] == 1


def test_id_numbers_are_valid_and_do_not_run_out_before_they_should() -> None:
    half = HalfYear(2014, 1)
    drawn = [identity(number, half)[2] for number in (*range(3000), *range(MOST_MEMBERS - 3000, MOST_MEMBERS))]
    assert len(set(drawn)) == 6000
    for number in drawn[:: len(drawn) // 50]:
        validate_id_number(number)


def test_parts_add_up_to_the_whole() -> None:
    assert spread(10, [1, 1, 1]) == [3, 3, 4]
    assert sum(spread(1_000_000, [1000 // (number + 3) for number in range(97)])) == 1_000_000


def test_a_database_with_data_of_its_own_is_refused(db: None) -> None:
    User.objects.create(username="somebody", name="某人")
    with pytest.raises(CommandError) as refusal:
        lay()
    assert refusal.value.returncode == 2
    assert (User.objects.count(), Union.objects.count(), AuditEntry.objects.count()) == (1, 0, 0)


def test_more_people_than_id_numbers_are_refused(db: None) -> None:
    with pytest.raises(CommandError, match=str(MOST_MEMBERS)) as refusal:
        lay(members=MOST_MEMBERS + 1)
    assert refusal.value.returncode == 2
    assert Union.objects.count() == 0


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_no_number_is_refused(number: str) -> None:
    with pytest.raises(CommandError):
        run("scale_data", f"--unions={number}", "--members=5")


def test_it_runs_as_the_owner() -> None:
    assert "scale_data" in OWNER_COMMANDS
