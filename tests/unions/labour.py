"""The cast of labour relations: a union with its employers, a staff officer, and contracts at any stage."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.factories.unions import EmployerFactory, UnionFactory, UserFactory
from unions.access import Role
from unions.models import CollectiveContract, ContractEmployer, ContractStatus, Employer, Union, UnionForm, User

# A contract that is in force: requested in winter, signed on 2 March 2026, filed on the 9th, in force from the 24th.
IN_FORCE: dict[str, Any] = {
    "status": ContractStatus.EFFECTIVE,
    "requested_on": date(2026, 1, 5),
    "answered_on": date(2026, 1, 12),
    "congress_on": date(2026, 2, 26),
    "votes_total": 42,
    "votes_present": 40,
    "votes_for": 36,
    "signed_on": date(2026, 3, 2),
    "filed_on": date(2026, 3, 9),
    "effective_on": date(2026, 3, 24),
    "expires_on": date(2029, 3, 24),
}


def federation() -> Union:
    return Union.objects.filter(form=UnionForm.SUBDISTRICT).first() or UnionFactory(
        form=UnionForm.SUBDISTRICT, code="F", name="街道总工会"
    )


def officer(role: Role = Role.RIGHTS, at: Union | None = None) -> User:
    return UserFactory(role=role, role__at=at or federation())


def employer_of(union: Union, **values: Any) -> Employer:
    return EmployerFactory(union=union.parent or union, covered_by=union, **values)


def contract_of(union: Union, *employers: Employer, **values: Any) -> CollectiveContract:
    """A contract in force for these employers, unless the values say otherwise."""
    facts = {"title": "集体合同", "kind": "COMPREHENSIVE", **IN_FORCE, **values}
    row = CollectiveContract.objects.create(union=union, **facts)
    for employer in employers:
        ContractEmployer.objects.create(contract=row, employer=employer, union=union)
    return row
