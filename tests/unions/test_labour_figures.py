"""How labour relations move the report's figures: before and after each story, with the sum by hand.

The titles and campaigns among SKL-07…13, HARM-20 and HARM-21 stand in test_standing_figures.py.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from reports.figures import figures
from reports.indicators.registry import Figure
from tests.factories.unions import UnionFactory
from tests.unions.labour import employer_of, federation, officer
from unions.access import Role, Scope
from unions.models import (
    CollectiveContract,
    CongressMeeting,
    CongressScope,
    ContractKind,
    ContractScope,
    ContractStatus,
    Employer,
    EmployerHeadcount,
    OpenAffairsPosting,
    SafetyReturn,
    Suggestion,
    Union,
    UnionForm,
    User,
)
from unions.periods import HalfYear
from unions.services.congress import save_meeting, save_posting
from unions.services.contracts import record_signed_contract
from unions.services.safety import save_safety_return
from unions.workflow.contracts import CONTRACTS
from unions.workflow.suggestions import SUGGESTIONS

pytestmark = pytest.mark.usefixtures("as_system")
FIRST, SECOND = HalfYear(2026, 1), HalfYear(2026, 2)
S = ContractStatus


def figure(code: str, half: HalfYear = FIRST) -> Figure:
    return figures(half, Scope.everything(), [code])[code]


def value(code: str, half: HalfYear = FIRST) -> Any:
    return figure(code, half).value


def ratio(code: str, half: HalfYear = FIRST) -> tuple[Any, Any]:
    found = figure(code, half)
    return found.numerator, found.denominator


def part(code: str, key: str) -> Any:
    return figure(code).part(key).value


@pytest.fixture
def hub() -> Union:
    return UnionFactory(form=UnionForm.COMMUNITY, parent=federation())


@pytest.fixture
def staff() -> User:
    return officer()


@pytest.fixture
def firms(hub: Union) -> list[Employer]:
    """Four organised employers, each with a union of its own, and one without any union."""
    organised = [employer_of(UnionFactory(parent=hub), employees=number) for number in (30, 40, 50, 80)]
    employer_of(hub).coverages.all().delete()
    return organised


def signed(union: Union, *firms: Employer, actor: User, **values: Any) -> CollectiveContract:
    """Signed on 2 March, filed on the 9th, in force from the 24th."""
    facts: dict[str, Any] = {
        "title": "区域性集体合同",
        "kind": ContractKind.COMPREHENSIVE,
        "scope": ContractScope.REGIONAL,
        "signed_on": date(2026, 3, 2),
        "filed_on": date(2026, 3, 9),
        "effective_on": date(2026, 3, 24),
        "expires_on": date(2027, 3, 24),
        **values,
    }
    return record_signed_contract(contract=CollectiveContract(union=union, **facts), employers=firms, actor=actor)


def test_a_regional_contract_with_a_wage_agreement(hub: Union, firms: list[Employer], staff: User) -> None:
    assert (value("HARM-01"), ratio("HARM-02"), ratio("HARM-03")) == (None, (0, 4), (0, 4))
    signed(hub, *firms[:3], actor=staff, has_wage_agreement=True)
    # One regional contract; 3 of 4 organised employers under it; 3 of 4 under a wage agreement: 75.0 %.
    assert (value("HARM-01"), ratio("HARM-02"), ratio("HARM-03")) == (1, (3, 4), (3, 4))
    assert value("HARM-02") == Decimal("75.0")


def test_an_enterprise_contract_counts_once_it_is_in_force(hub: Union, firms: list[Employer], staff: User) -> None:
    union = firms[0].coverages.get().union
    row = signed(
        union, firms[0], actor=staff, scope=ContractScope.ENTERPRISE, kind=ContractKind.WAGES, effective_on=None
    )
    # Signed and filed, but not in force: no cover; an enterprise contract is none of a region's.
    assert (value("HARM-01"), ratio("HARM-03")) == (0, (0, 4))
    CONTRACTS.move(row=row, to=S.EFFECTIVE, actor=staff, on=date(2026, 3, 24))
    # 1 of 4 under a wage contract, none under a comprehensive one
    assert (ratio("HARM-03"), ratio("HARM-02")) == ((1, 4), (0, 4))
    CONTRACTS.move(row=row, to=S.TERMINATED, actor=staff, on=date(2026, 6, 1), facts={"termination_reason": "企业搬迁"})
    assert ratio("HARM-03") == (0, 4)


def test_a_womens_contract_and_its_end(hub: Union, firms: list[Employer], staff: User) -> None:
    assert (ratio("HARM-04"), part("HARM-04", "new")) == ((0, 4), None)
    signed(hub, *firms[:2], actor=staff, kind=ContractKind.WOMEN, expires_on=date(2026, 10, 1))
    # 2 of 4 on 30 June, 1 signed in the half; ended on 1 October: none on 31 December, none signed in July to December
    assert (ratio("HARM-04"), part("HARM-04", "new")) == ((2, 4), 1)
    assert ratio("HARM-04", SECOND) == (0, 4)


def test_a_regional_congress_and_the_twelve_months(hub: Union, firms: list[Employer], staff: User) -> None:
    assert ratio("HARM-05") == (0, 4)
    save_meeting(
        meeting=CongressMeeting(union=hub, scope=CongressScope.REGIONAL, held_on=date(2026, 2, 10), delegates=46),
        employers=firms[:3],
        actor=staff,
    )
    # A members' congress of a union is no congress of employees.
    union = firms[3].coverages.get().union
    members = CongressMeeting(union=union, kind=CongressMeeting.Kind.MEMBERS, held_on=date(2026, 2, 11))
    save_meeting(meeting=members, employers=[], actor=staff)
    assert (ratio("HARM-05"), ratio("HARM-05", SECOND)) == ((3, 4), (3, 4))
    # On 30 June 2027 the meeting is more than twelve months past.
    assert ratio("HARM-05", HalfYear(2027, 1)) == (0, 4)


def test_an_open_affairs_posting(hub: Union, firms: list[Employer]) -> None:
    union = firms[0].coverages.get().union
    chair = officer(Role.CHAIR, at=union)
    assert ratio("HARM-06") == (0, 4)
    for day in (3, 4):
        save_posting(
            posting=OpenAffairsPosting(
                union=union, employer=firms[0], topic="工资支付情况", posted_on=date(2026, 4, day)
            ),
            actor=chair,
        )
    # Two postings of one employer: 1 of 4
    assert ratio("HARM-06") == (1, 4)


def test_labour_contracts_of_the_employers_that_report_them(firms: list[Employer]) -> None:
    assert value("HARM-24") is None
    for firm, employees, contracts in ((firms[0], 30, 30), (firms[1], 50, 46)):
        EmployerHeadcount.objects.create(
            employer=firm, union=firm.union, as_of=date(2026, 6, 30), employees=employees, contracts_signed=contracts
        )
    # (30 + 46) ÷ (30 + 50) = 76 ÷ 80 = 95.0 %; the two that do not report stay out of both.
    assert (ratio("HARM-24"), value("HARM-24")) == ((76, 80), Decimal("95.0"))


def test_suggestions_from_collecting_to_the_certified_benefit(hub: Union, firms: list[Employer], staff: User) -> None:
    union = firms[0].coverages.get().union
    rows = [
        Suggestion.objects.create(union=union, title=f"建议{number}", collected_on=date(2026, 3, number))
        for number in (2, 3, 4)
    ]
    # 3 collected, none adopted, none implemented
    assert (value("SKL-10"), ratio("SKL-11"), value("SKL-12")) == (3, (0, 3), 0)

    def move(row: Suggestion, to: str, day: date, **facts: Any) -> None:
        SUGGESTIONS.move(row=row, to=to, actor=staff, on=day, facts=facts)

    for row in rows[:2]:
        move(row, "ADOPTED", date(2026, 3, 10))
        move(row, "IMPLEMENTED", date(2026, 4, 10), benefit_estimated=Decimal(50000))
    move(rows[2], "REJECTED", date(2026, 3, 10), note="成本过高")
    # 2 of 3 adopted = 66.7 %; 2 implemented; an estimate is no benefit
    assert (value("SKL-11"), value("SKL-12"), part("SKL-12", "benefit")) == (Decimal("66.7"), 2, None)
    for row, amount in ((rows[0], 12000), (rows[1], 8500)):
        move(row, "CERTIFIED", date(2026, 5, 10), benefit_certified=Decimal(amount), note="财务部周敏核定")
    # 12,000 + 8,500 = 20,500 yuan
    assert part("SKL-12", "benefit") == Decimal(20500)


def test_safety_cup_employers_are_counted_once_a_half(hub: Union, firms: list[Employer], staff: User) -> None:
    assert value("SKL-14") is None
    for firm, quarter, takes_part in (
        (firms[0], date(2026, 1, 1), True),
        (firms[0], date(2026, 4, 1), True),
        (firms[1], date(2026, 4, 1), True),
        (firms[2], date(2026, 4, 1), False),
    ):
        row = SafetyReturn(
            union=firm.coverages.get().union, employer=firm, quarter_start=quarter, is_participating=takes_part
        )
        save_safety_return(row=row, actor=staff)
    # The first in both quarters counts once, the third does not take part: 2.
    assert value("SKL-14") == 2
