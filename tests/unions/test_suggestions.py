"""Rationalisation suggestions: their dates are their state, and a benefit counts once somebody certified it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories.unions import UnionFactory
from tests.unions.labour import federation, officer
from unions.access import Role
from unions.models import AuditEntry, Suggestion, Union, User
from unions.workflow.suggestions import SUGGESTIONS, SuggestionState, state_of

pytestmark = pytest.mark.usefixtures("as_system")
S = SuggestionState
TABLE = {(start, move.to) for move in SUGGESTIONS.moves for start in move.starts}
ADOPTED = {"adopted_on": date(2026, 3, 9)}
DONE = ADOPTED | {"implementing_from": date(2026, 3, 16), "implemented_on": date(2026, 4, 1)}
DATES: dict[str, dict[str, Any]] = {
    S.COLLECTED: {},
    S.REFERRED: {"referred_on": date(2026, 3, 5)},
    S.ADOPTED: ADOPTED,
    S.IMPLEMENTING: ADOPTED | {"implementing_from": date(2026, 3, 16)},
    S.IMPLEMENTED: DONE,
    S.CERTIFIED: DONE | {"benefit_certified": Decimal(12000)},
    S.REJECTED: {"rejected_on": date(2026, 3, 9)},
}
FACTS = {"note": "财务部周敏核定，工效〔2026〕3号", "benefit_certified": Decimal(12000)}


@pytest.fixture
def union() -> Union:
    return UnionFactory(parent=federation())


def suggestion(union: Union, state: str = S.COLLECTED) -> Suggestion:
    return Suggestion.objects.create(union=union, title="改进夹具", collected_on=date(2026, 3, 2), **DATES[state])


def move(row: Suggestion, to: str, actor: User, day: date = date(2026, 4, 10), **facts: Any) -> Suggestion:
    return SUGGESTIONS.move(row=row, to=to, actor=actor, on=day, facts=FACTS | facts)


@pytest.mark.parametrize("state", S.values)
def test_the_dates_are_the_state(union: Union, state: str) -> None:
    assert state_of(suggestion(union, state)) == state


@pytest.mark.parametrize(("start", "to"), sorted(TABLE))
def test_every_move_leads_where_it_says(union: Union, start: str, to: str) -> None:
    row = move(suggestion(union, start), to, officer())
    row.refresh_from_db()
    assert state_of(row) == to


@pytest.mark.parametrize(("start", "to"), [pair for pair in product(S.values, S.values) if pair not in TABLE])
def test_only_the_moves_in_the_table_happen(union: Union, start: str, to: str) -> None:
    row, actor = suggestion(union, start), officer()
    before = Suggestion.objects.values().get(), AuditEntry.objects.count()
    with pytest.raises(ValidationError) as refusal:
        move(row, to, actor)
    assert refusal.value.code == "no_such_move"
    assert (Suggestion.objects.values().get(), AuditEntry.objects.count()) == before


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("benefit_certified", {"benefit_certified": Decimal(0)}),
        ("benefit_certified", {"benefit_certified": None}),
        ("benefit_certified", {"benefit_certified": Decimal(-1)}),
        ("note", {"note": " "}),
    ],
)
def test_a_certified_benefit_has_an_amount_and_a_certifier(union: Union, field: str, facts: dict[str, Any]) -> None:
    row, actor = suggestion(union, S.IMPLEMENTED), officer()
    with pytest.raises(ValidationError) as refusal:
        move(row, S.CERTIFIED, actor, **facts)
    assert field in refusal.value.message_dict
    row.refresh_from_db()
    assert (row.benefit_certified, row.note) == (None, "")


def test_a_step_is_not_dated_before_an_earlier_one(union: Union) -> None:
    row = suggestion(union, S.ADOPTED)
    with pytest.raises(ValidationError):
        move(row, S.IMPLEMENTED, officer(), date(2026, 3, 8))
    row.refresh_from_db()
    assert row.implemented_on is None


def test_a_finance_officer_adopts_nothing(union: Union) -> None:
    row = suggestion(union)
    with pytest.raises(PermissionDenied):
        move(row, S.ADOPTED, officer(Role.FINANCE))
    row.refresh_from_db()
    assert row.adopted_on is None
