"""Contracts requested, recorded when already signed, their employers, renewal, publication and expiry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from tests.factories.unions import UnionFactory
from tests.unions.labour import contract_of, employer_of, federation, officer
from unions import clocks
from unions.access import Role
from unions.models import (
    AuditEntry,
    CollectiveContract,
    ContractEmployer,
    ContractKind,
    ContractScope,
    ContractStatus,
    Deadline,
    Employer,
    Union,
    UnionForm,
)
from unions.services import contracts
from unions.services.records import revision
from unions.workflow.contracts import CONTRACTS

pytestmark = pytest.mark.usefixtures("as_system")
S = ContractStatus


@pytest.fixture
def union() -> Union:
    return UnionFactory(parent=federation())


def typed(union: Union, **values: Any) -> CollectiveContract:
    """What somebody typed of a contract that was signed on 2 March 2026."""
    facts = {
        "title": "集体合同",
        "kind": "COMPREHENSIVE",
        "signed_on": date(2026, 3, 2),
        "expires_on": date(2029, 3, 1),
    }
    return CollectiveContract(union=union, **{**facts, **values})


def refused(union: Union, *employers: Employer, **values: Any) -> Mapping[str, list[str]]:
    before = CollectiveContract.objects.count(), ContractEmployer.objects.count(), Deadline.objects.count()
    with pytest.raises(ValidationError) as refusal:
        contracts.record_signed_contract(contract=typed(union, **values), employers=employers, actor=officer())
    after = CollectiveContract.objects.count(), ContractEmployer.objects.count(), Deadline.objects.count()
    assert after == before
    return refusal.value.message_dict


def test_a_request_starts_the_limit_of_the_answer(union: Union) -> None:
    row = contracts.request_bargaining(
        contract=CollectiveContract(union=union, title="工资协议", kind="WAGES", requested_on=date(2026, 3, 2)),
        employers=[employer_of(union)],
        actor=officer(),
    )
    # 10 workdays from Monday 2 March: 3–6 (4), 9–13 (9), Monday the 16th.
    assert row.status == S.REQUESTED
    assert clocks.clocks_of(row).get().due_on == date(2026, 3, 16)


@pytest.mark.parametrize(
    ("dates", "status"),
    [
        ({}, S.SIGNED),
        ({"filed_on": date(2026, 3, 9)}, S.FILED),
        ({"filed_on": date(2026, 3, 9), "effective_on": date(2026, 3, 24)}, S.EFFECTIVE),
        (
            {
                "signed_on": date(2023, 3, 2),
                "filed_on": date(2023, 3, 9),
                "effective_on": date(2023, 3, 24),
                "expires_on": date(2026, 3, 1),
            },
            S.EXPIRED,
        ),
    ],
)
def test_a_signed_contract_stands_where_its_dates_say(union: Union, dates: dict[str, date], status: str) -> None:
    row = contracts.record_signed_contract(
        contract=typed(union, **dates), employers=[employer_of(union)], actor=officer()
    )
    assert row.status == status
    # Only what is signed and not yet filed has a limit running: 2 March + 10 days.
    assert list(clocks.clocks_of(row).values_list("due_on", flat=True)) == (
        [date(2026, 3, 12)] if status == S.SIGNED else []
    )


def test_a_covered_employer_is_counted_at_its_own_union(union: Union) -> None:
    hub = UnionFactory(form=UnionForm.COMMUNITY, parent=federation())
    contract = typed(hub, scope=ContractScope.REGIONAL)
    contracts.record_signed_contract(contract=contract, employers=[employer_of(union)], actor=officer())
    assert ContractEmployer.objects.get().union == union


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("signed_on", {"signed_on": None}),
        ("signed_on", {"signed_on": timezone.localdate() + timedelta(days=2)}),
        ("expires_on", {"expires_on": None}),
        ("expires_on", {"expires_on": date(2029, 3, 28)}),  # 2 March + 10 + 15 days + 3 years = 27 March 2029
        ("expires_on", {"expires_on": date(2026, 3, 2)}),
        ("filed_on", {"effective_on": date(2026, 3, 24)}),
        ("filed_on", {"filed_on": date(2026, 3, 1)}),
        ("effective_on", {"filed_on": date(2026, 3, 9), "effective_on": date(2026, 3, 23)}),
        (
            "expires_on",
            {"filed_on": date(2026, 3, 9), "effective_on": date(2026, 3, 24), "expires_on": date(2029, 3, 25)},
        ),
        ("employer_side", {"staff_side": 3, "employer_side": 4}),
        ("votes_for", {"votes_total": 42, "votes_present": 40, "votes_for": 21}),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(union: Union, field: str, values: dict[str, Any]) -> None:
    assert field in refused(union, employer_of(union), **values)


def test_an_enterprise_contract_covers_one_employer(union: Union) -> None:
    assert "employers" in refused(union, employer_of(union), employer_of(union))


def test_a_closed_employer_is_not_covered(union: Union) -> None:
    assert "employers" in refused(union, employer_of(union, closed_on=date(2026, 1, 1)))


def test_a_chair_covers_his_own_employer_only(union: Union) -> None:
    stranger = employer_of(UnionFactory(parent=federation()))
    actor = officer(Role.CHAIR, at=union)
    with pytest.raises(ValidationError) as refusal:
        contracts.record_signed_contract(contract=typed(union), employers=[stranger], actor=actor)
    assert "employers" in refusal.value.message_dict
    with pytest.raises(PermissionDenied):
        contracts.record_signed_contract(contract=typed(UnionFactory()), employers=[employer_of(union)], actor=actor)
    assert not CollectiveContract.objects.exists()


def test_no_second_contract_of_the_same_kind_for_the_same_time(union: Union) -> None:
    employer = employer_of(union)
    contract_of(union, employer, title="老合同", expires_on=date(2028, 3, 1))
    assert "老合同" in refused(union, employer)["employers"][0]


@pytest.mark.parametrize(
    "other",
    [
        {"kind": ContractKind.WAGES},
        {"scope": ContractScope.REGIONAL},
        {"terminated_on": date(2026, 3, 25)},
        {"effective_on": date(2023, 3, 2), "filed_on": date(2023, 2, 9), "signed_on": date(2023, 2, 1)}
        | {"requested_on": None, "answered_on": None, "congress_on": None, "expires_on": date(2026, 3, 2)},
    ],
)
def test_another_kind_scope_or_time_is_no_second_cover(union: Union, other: dict[str, Any]) -> None:
    employer = employer_of(union)
    contract_of(union, employer, **other)
    contracts.record_signed_contract(contract=typed(union), employers=[employer], actor=officer())


def test_the_employers_of_a_contract_are_made_those_given(union: Union) -> None:
    hub = UnionFactory(form=UnionForm.COMMUNITY, parent=federation())
    first, second, third = (employer_of(union) for _ in range(3))
    row = contract_of(hub, first, second, scope=ContractScope.REGIONAL)
    contracts.save_contract(contract=row, employers=[second, third], actor=officer())
    assert set(row.covered.values_list("employer", flat=True)) == {second.pk, third.pk}


def test_a_contract_somebody_else_changed_is_not_written_over(union: Union) -> None:
    row, actor = contract_of(union, employer_of(union)), officer()
    since = revision(row)
    CollectiveContract.objects.filter(pk=row.pk).update(payday=10)
    row.payday = 15
    with pytest.raises(ValidationError) as refusal:
        contracts.save_contract(contract=row, actor=actor, since=since)
    assert refusal.value.code == "lost_update"
    row.refresh_from_db()
    assert row.payday == 10


def test_a_renewal_replaces_the_contract_when_it_takes_effect(union: Union) -> None:
    actor, employer = officer(), employer_of(union)
    old = contract_of(
        union,
        employer,
        requested_on=None,
        answered_on=None,
        congress_on=None,
        signed_on=date(2025, 3, 1),
        filed_on=date(2025, 3, 8),
        effective_on=date(2025, 3, 24),
        expires_on=date(2026, 3, 24),
    )
    new = contracts.renew_contract(contract=old, requested_on=date(2026, 1, 5), actor=actor)
    assert (new.renewal_of, new.status, new.covered.get().employer) == (old, S.REQUESTED, employer)
    assert clocks.clocks_of(new).get().rule.code == "CONTRACT_ANSWER"
    for to, day, facts in (
        (S.ANSWERED, date(2026, 1, 6), {}),
        (S.BARGAINING, date(2026, 1, 7), {"staff_side": 3, "employer_side": 3}),
        (S.DRAFT, date(2026, 1, 20), {}),
        (S.PASSED, date(2026, 1, 21), {"votes_total": 30, "votes_present": 30, "votes_for": 30}),
        (S.SIGNED, date(2026, 2, 2), {"expires_on": date(2027, 3, 1)}),
        (S.FILED, date(2026, 2, 3), {}),
    ):
        CONTRACTS.move(row=new, to=to, actor=actor, on=day, facts=facts)
    old.refresh_from_db()
    assert old.status == S.EFFECTIVE
    CONTRACTS.move(row=new, to=S.EFFECTIVE, actor=actor, on=date(2026, 3, 1))
    old.refresh_from_db()
    assert old.status == S.RENEWED
    assert AuditEntry.objects.filter(action="unions.collectivecontract.renewed", target_id=old.pk).exists()


def test_a_renewal_is_requested_within_ninety_days_before_the_end_and_once(union: Union) -> None:
    actor, old = officer(), contract_of(union, employer_of(union), expires_on=date(2026, 9, 1))
    # 1 September − 90 days = 3 June.
    with pytest.raises(ValidationError) as refusal:
        contracts.renew_contract(contract=old, requested_on=date(2026, 6, 2), actor=actor)
    assert "2026-06-03" in refusal.value.message_dict["requested_on"][0]
    contracts.renew_contract(contract=old, requested_on=date(2026, 6, 3), actor=actor)
    with pytest.raises(ValidationError):
        contracts.renew_contract(contract=old, requested_on=date(2026, 6, 4), actor=actor)
    assert CollectiveContract.objects.count() == 2


@pytest.mark.parametrize("status", sorted(set(S) - {S.EFFECTIVE, S.EXPIRED}))
def test_what_never_held_is_not_renewed(union: Union, status: str) -> None:
    old = contract_of(union, employer_of(union), status=status, expires_on=date(2026, 9, 1))
    with pytest.raises(ValidationError):
        contracts.renew_contract(contract=old, requested_on=date(2026, 8, 3), actor=officer())
    assert CollectiveContract.objects.count() == 1


def test_a_contract_in_force_is_made_known_to_the_staff_once(union: Union) -> None:
    row, actor = contract_of(union, employer_of(union)), officer()
    clocks.start_clock(code="CONTRACT_PUBLICATION", target=row, started_on=row.effective_on, actor=actor)
    with pytest.raises(ValidationError):
        contracts.record_publication(contract=row, on=date(2026, 3, 20), actor=actor)
    contracts.record_publication(contract=row, on=date(2026, 3, 30), actor=actor)
    assert clocks.clocks_of(row).get().met_on == date(2026, 3, 30)
    with pytest.raises(ValidationError):
        contracts.record_publication(contract=row, on=date(2026, 3, 30), actor=actor)


def test_contracts_expire_on_the_day_they_end(union: Union) -> None:
    over = contract_of(union, employer_of(union), expires_on=date(2026, 9, 1))
    holds = contract_of(union, employer_of(union), expires_on=date(2026, 9, 2))
    assert contracts.expire_contracts(date(2026, 8, 31)) == []
    assert contracts.expire_contracts(date(2026, 9, 1)) == [over]
    assert contracts.expire_contracts(date(2026, 9, 1)) == []
    over.refresh_from_db()
    holds.refresh_from_db()
    assert (over.status, holds.status) == (S.EXPIRED, S.EFFECTIVE)


def test_what_ends_within_ninety_days_is_expiring_unless_renewed(union: Union) -> None:
    today = date(2026, 6, 3)
    near = contract_of(union, employer_of(union), title="近", expires_on=date(2026, 9, 1))
    contract_of(union, employer_of(union), title="远", expires_on=date(2026, 9, 2))
    renewed = contract_of(union, employer_of(union), title="已续", expires_on=date(2026, 8, 1))
    contract_of(union, employer_of(union), title="新", renewal_of=renewed)
    assert list(contracts.expiring(CollectiveContract.objects.all(), today)) == [near]


def test_advice_names_unusual_terms(union: Union) -> None:
    employer = employer_of(union)
    long_wages = contract_of(union, employer, kind=ContractKind.WAGES)
    short = contract_of(union, employer, kind=ContractKind.SAFETY, expires_on=date(2026, 9, 24))
    usual = contract_of(union, employer, kind=ContractKind.WOMEN)
    assert [len(contracts.advice(row)) for row in (long_wages, short, usual)] == [1, 1, 0]
