"""Each rule across sheets: a return that keeps it passes, one that breaks it is told where."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.factories.returns import QUARTER, filing_of, owed_return, owing_union, sound_rows
from unions.models import (
    CollectiveContract,
    ContractEmployer,
    QuarterlyReturn,
    ReturnContent,
    ReturnObligation,
    ReturnStatus,
    UnionCensus,
)
from unions.periods import Quarter
from unions.returns.checking import examine, read_cells
from unions.returns.content import pack
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.template import FIRST_ROW

pytestmark = pytest.mark.usefixtures("as_system")


@pytest.fixture
def owed() -> ReturnObligation:
    return owed_return()


def broken(filing: Filing, rule: str) -> list[tuple[str, int, str]]:
    found: list[Finding] = [finding for finding in examine(filing) if finding.rule == rule]
    return [(finding.sheet, finding.row, finding.column) for finding in found]


def profile(owed: ReturnObligation, **changes: Any) -> list[dict[str, Any]]:
    return [sound_rows(owed.union)["D1a"][0] | changes]


def test_x01_members_follow_from_those_before(owed: ReturnObligation) -> None:
    UnionCensus.objects.create(union=owed.union, as_of=date(2026, 3, 31), members=30)
    assert broken(filing_of(owed), "X-01") == []
    # 30 before, nobody came or went: 31 cannot be.
    assert broken(filing_of(owed, D1a=profile(owed, members_end=31)), "X-01") == [("D1a", 4, "members_end")]


def contract(owed: ReturnObligation, expires_on: date) -> None:
    [employer] = Filing(owed).employers.values()
    row = CollectiveContract.objects.create(
        union=owed.union,
        title="集体合同",
        kind="COMPREHENSIVE",
        status="EFFECTIVE",
        signed_on=date(2024, 7, 1),
        effective_on=date(2024, 8, 1),
        expires_on=expires_on,
    )
    ContractEmployer.objects.create(union=owed.union, contract=row, employer=employer)


@pytest.mark.parametrize(("expires_on", "is_told"), [(date(2026, 9, 28), True), (date(2026, 9, 29), False)])
def test_x16_contracts_that_run_out_within_ninety_days(owed: ReturnObligation, expires_on: date, is_told: bool) -> None:
    # 30 June + 90 days is 28 September.
    contract(owed, expires_on)
    assert bool(broken(filing_of(owed), "X-16")) is is_told


def safety(owed: ReturnObligation, **changes: Any) -> dict[str, Any]:
    [code] = Filing(owed).employers
    counts = {"carried_in": 1, "hazards_found": 4, "hazards_fixed": 3, "hazards_open": 2}
    return {"employer_code": code, "participating": "是"} | counts | changes


def test_x17_hazards_add_up_and_suggestions_follow_their_steps(owed: ReturnObligation) -> None:
    assert broken(filing_of(owed, D10b=[safety(owed)]), "X-17") == []
    # 1 + 4 is not 3 + 1
    assert broken(filing_of(owed, D10b=[safety(owed, hazards_open=1)]), "X-17") == [("D10b", 4, "hazards_open")]
    idea = {"title_text": "改进夹具", "kind": "TECHNICAL", "collected_on": "2026-04-10"}
    good = idea | {"adopted_on": "2026-04-20", "implemented_on": "2026-05-20"}
    assert broken(filing_of(owed, D10a=[good]), "X-17") == []
    steps = [
        (idea | {"implemented_on": "2026-05-20"}, "adopted_on"),
        (idea | {"adopted_on": "2026-04-01"}, "adopted_on"),
        (good | {"rejected_on": "2026-04-25"}, "rejected_on"),
    ]
    for row, column in steps:
        assert broken(filing_of(owed, D10a=[row]), "X-17") == [("D10a", 4, column)]


def test_x19_name_and_code_are_the_registers(owed: ReturnObligation) -> None:
    cover = sound_rows(owed.union)["D0"][0]
    assert broken(filing_of(owed), "X-19") == []
    renamed = cover | {"union_name": "新名称工会"}
    assert broken(filing_of(owed, D0=[renamed]), "X-19") == [("D0", 4, "union_name")]
    # Told as a change, the new name is no contradiction.
    told = {"event": "RENAMED", "happened_on": "2026-05-01", "after": "新名称工会"}
    assert broken(filing_of(owed, D0=[renamed | {"no_change": "否"}], D1b=[told]), "X-19") == []


def accepted_before(owed: ReturnObligation, benefit: str) -> None:
    """The return of the quarter before, which reported this one benefit."""
    earlier = owed_return(owed.union, Quarter(2026, 1))
    version = QuarterlyReturn.objects.create(
        union=owed.union, obligation=earlier, version=1, status=ReturnStatus.ACCEPTED
    )
    content, wrong = read_cells({"D10a": [(FIRST_ROW, idea(benefit, "2026-02-01"))]})
    assert wrong == []
    ReturnContent.objects.create(union=owed.union, version=version, rows=pack(content))


def idea(benefit: str, day: str = "2026-04-10") -> dict[str, Any]:
    return {"title_text": "改进夹具", "kind": "TECHNICAL", "collected_on": day, "benefit_yuan": benefit}


def test_x20_amounts_far_beyond_the_usual_want_a_word(owed: ReturnObligation) -> None:
    accepted_before(owed, "642.30")
    assert broken(filing_of(owed, D10a=[idea("64230.00")]), "X-20") == []  # a hundred times exactly
    assert broken(filing_of(owed, D10a=[idea("64230.01")]), "X-20") == [("D10a", 4, "benefit_yuan")]


def test_x20_ten_million_at_once_wants_a_word_without_any_history(owed: ReturnObligation) -> None:
    assert broken(filing_of(owed, D10a=[idea("10000000")]), "X-20") == []
    assert broken(filing_of(owed, D10a=[idea("10000000.01")]), "X-20") == [("D10a", 4, "benefit_yuan")]


def test_x24_days_lie_in_the_quarter(owed: ReturnObligation) -> None:
    def posted(day: str) -> Filing:
        return filing_of(owed, D9c=[{"kind": "FACTORY", "topic": "厂务公开", "posted_on": day}])

    assert broken(posted("2026-04-01"), "X-24") == broken(posted("2026-06-30"), "X-24") == []
    for day in ("2026-03-31", "2026-07-01"):
        assert broken(posted(day), "X-24") == [("D9c", 4, "posted_on")]


def test_x24_what_came_about_later_is_reported_later(owed: ReturnObligation) -> None:
    late = idea("0") | {"adopted_on": "2026-07-01"}
    assert broken(filing_of(owed, D10a=[late]), "X-24") == [("D10a", 4, "adopted_on")]


def test_x25_a_return_of_zeros_is_asked_about(owed: ReturnObligation) -> None:
    counts = ("employees_end", "female_end", "migrant_end", "dispatched_end", "members_end", "female_members_end")
    assert broken(filing_of(owed), "X-25") == []
    assert broken(filing_of(owed, D1a=profile(owed, **dict.fromkeys(counts, 0))), "X-25") == [("D0", 0, "")]


def test_the_employees_of_a_joint_union_add_up_to_its_profile() -> None:
    from tests.factories.unions import EmployerFactory

    union = owing_union()
    second = EmployerFactory(union=union, employees=15, covered_by=union)
    owed = owed_return(union)
    first = next(code for code in Filing(owed).employers if code != second.code)

    def listed(*employees: int) -> list[tuple[str, int, str]]:
        rows = [
            {"employer_code": code, "employees": number}
            for code, number in zip((first, second.code), employees, strict=True)
        ]
        found = [finding for finding in examine(filing_of(owed, D1c=rows)) if finding.sheet == "D1c"]
        return [(finding.sheet, finding.row, finding.column) for finding in found]

    assert listed(25, 15) == []  # the profile says 40
    assert listed(25, 14) == [("D1c", 5, "employees")]


def test_an_employer_of_another_union_is_refused_at_its_cell(owed: ReturnObligation) -> None:
    stranger = next(iter(Filing(owed_return(owing_union())).employers))
    filing = filing_of(owed, D10b=[safety(owed, employer_code=stranger)])
    assert ("D10b", 4, "employer_code") in {(f.sheet, f.row, f.column) for f in examine(filing)}


def test_what_is_known_in_the_quarter_is_said_and_nothing_later(owed: ReturnObligation) -> None:
    from unions.models import Suggestion
    from unions.returns.registry import SHEETS

    Suggestion.objects.create(
        union=owed.union,
        title="改进夹具",
        kind="TECHNICAL",
        collected_on=date(2026, 6, 20),
        adopted_on=date(2026, 7, 3),
        benefit_certified=Decimal(800),
    )
    [said] = SHEETS["D10a"].standing(Filing(owed))
    assert (said["collected_on"], said["adopted_on"]) == (date(2026, 6, 20), None)
    assert QUARTER.last_day == date(2026, 6, 30)
