"""The figures of section ORG before and after each event, each against a sum worked by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest

from members.models import Membership
from reports.figures import figures
from reports.indicators.registry import Figure
from reports.models import Target
from tests.factories.members import member_of
from tests.factories.town import Town
from unions.access import Scope
from unions.models import Union, UnionApplication
from unions.periods import HalfYear
from unions.services.certificates import register_certificate
from unions.services.elections import extend_term, reelect
from unions.services.employers import close_employer
from unions.services.endings import After, dissolve, merge, split, transfer_out
from unions.services.founding import apply_to_found, found_union
from unions.services.structure import rename, transfer_in, uncover_employer, upgrade
from unions.workflow.applications import APPLICATIONS

pytestmark = pytest.mark.usefixtures("as_system")
HALF = HalfYear(2025, 1)
DAY = date(2025, 4, 15)
PAPER = {"document_no": "澄江街总工〔2025〕9号", "approved_by": "澄江街道总工会"}
CODES = [f"ORG-{number:02}" for number in range(1, 25) if number != 8]


@pytest.fixture
def town() -> Town:
    return Town()


def all_figures() -> dict[str, Figure]:
    return figures(HALF, Scope.everything(), CODES)


def plain() -> dict[str, Decimal | None]:
    """Each figure as a number; ratios by their two terms, ORG-09 and ORG-17 with their part."""
    values: dict[str, Decimal | None] = {}
    for code, figure in all_figures().items():
        if figure.denominator is None:
            values[code] = figure.value
        else:
            values[f"{code} of"], values[code] = figure.denominator, figure.numerator
        for part in figure.parts:
            if code in ("ORG-17", "ORG-09"):
                values[f"{code} {part.key}"] = part.value
    return values


@contextmanager
def moving(**by: int) -> Iterator[None]:
    """Exactly these figures move, by so much; written ORG_05=1, ORG_07_of=1."""
    before = plain()
    yield
    after = plain()
    # A figure without any row is not reported; beside one that is zero it has not moved.
    gone = {code: (after.get(code) or 0) - (before.get(code) or 0) for code in before | after}
    found = {code: number for code, number in gone.items() if number}
    assert found == {code.replace("_", "-", 1).replace("_", " "): number for code, number in by.items()}


def joint(town: Town, number: int, name: str = "东港社区商贸联合工会") -> Union:
    return found_union(
        name=name,
        form="JOINT",
        parent=town.hub,
        founded_on=DAY,
        employers=town.employers(number),
        chair="李卫东",
        years=3,
        actor=town.officer,
        **PAPER,
    )


def test_founding_a_joint_union_of_25_employers(town: Town) -> None:
    """25 employers of 30 employees each: they are among the eligible and the staffed before and after."""
    employers = town.employers(25)
    with moving(ORG_01=1, ORG_03=1, ORG_04=25, ORG_05=1, ORG_06=25, ORG_07=25, ORG_11_of=750, ORG_20_of=1, ORG_21_of=1):
        found_union(
            name="东港社区商贸联合工会",
            form="JOINT",
            parent=town.hub,
            founded_on=DAY,
            employers=employers,
            chair="李卫东",
            years=3,
            actor=town.officer,
            **PAPER,
        )


def test_an_application_moves_no_figure(town: Town) -> None:
    employer = town.employer(employees=30)
    with moving():
        row = UnionApplication(union=town.hub, employer=employer, applied_on=DAY)
        row = apply_to_found(application=row, actor=town.officer)
        APPLICATIONS.move(row=row, to="APPROVED", actor=town.officer, on=DAY)


def test_small_employers_count_in_rate_b_alone(town: Town) -> None:
    """Unorganised are 2 with 10 employees and 1 with 30. The small ones get a union: A stays 0 ÷ 1, B becomes 2 ÷ 3."""
    small = [town.employer(employees=10), town.employer(employees=10)]
    town.employer(employees=30)
    facts = {"form": "JOINT", "parent": town.hub, "chair": "李卫东", "years": 3, "actor": town.officer}
    with moving(ORG_01=1, ORG_03=1, ORG_04=2, ORG_05=1, ORG_06=2, ORG_11_of=20, ORG_20_of=1, ORG_21_of=1):
        found_union(name="小微联合工会", founded_on=DAY, employers=small, **facts, **PAPER)
    rate = all_figures()["ORG-07"]
    assert (rate.numerator, rate.denominator, rate.parts[0].value) == (0, 1, Decimal("66.7"))


def test_a_reelection_on_time(town: Town) -> None:
    """The committee of 2020-03-01 is due on 2025-03-01 in any case: only its completion moves."""
    union = town.union()
    with moving(ORG_13=1, ORG_14=1):
        reelect(union=union, elected_on=date(2025, 2, 20), years=3, chair="李卫东", actor=town.officer)


def test_a_late_reelection_is_completed_but_not_on_time(town: Town) -> None:
    union = town.union()
    with moving(ORG_13=1):
        reelect(union=union, elected_on=DAY, years=3, chair="李卫东", actor=town.officer, **PAPER)


def test_an_extension_into_the_next_half_takes_the_union_off_those_due(town: Town) -> None:
    union = town.union()
    with moving(ORG_12=-1, ORG_14_of=-1):
        extend_term(union=union, until=date(2025, 8, 1), actor=town.officer, **PAPER)


def test_an_election_within_the_extension_is_on_time(town: Town) -> None:
    union = town.union()
    extend_term(union=union, until=date(2025, 5, 1), actor=town.officer, **PAPER)
    with moving(ORG_13=1, ORG_14=1):
        reelect(union=union, elected_on=DAY, years=3, chair="李卫东", actor=town.officer)


def test_renaming_and_raising(town: Town) -> None:
    union = town.union()
    with moving(ORG_16=1):
        rename(union=union, name="澄江新名工会", on=DAY, actor=town.officer, **PAPER)
    with moving(ORG_18=1):
        upgrade(union=town.hub, name="东港社区总工会", on=DAY, actor=town.officer, **PAPER)


def test_dissolving_a_union_whose_employer_goes_on(town: Town) -> None:
    """One single union, founded in 2020, leaves; its employer of 30 is now unorganised; it had been due in March.

    Its committee fell due on 1 March, before the end in April, so ORG-12 keeps it.
    """
    union = town.union()
    fewer = {"ORG_01": -1, "ORG_02": -1, "ORG_04": -1, "ORG_20_of": -1, "ORG_21_of": -1}
    with moving(**fewer, ORG_07=-1, ORG_11_of=-30, ORG_15=1):
        dissolve(union=union, on=DAY, employers=After.UNCOVERED, actor=town.officer, **PAPER)


def test_dissolving_a_union_whose_employer_closes(town: Town) -> None:
    """The employer leaves the register's stock too: 30 employees fewer in both bases of the rates."""
    union = town.union()
    fewer = {"ORG_01": -1, "ORG_02": -1, "ORG_04": -1, "ORG_20_of": -1, "ORG_21_of": -1, "ORG_24": -1}
    rates = {"ORG_07": -1, "ORG_07_of": -1, "ORG_11_of": -30}
    with moving(**fewer, **rates, ORG_15=1):
        dissolve(union=union, on=DAY, employers=After.CLOSED, actor=town.officer, **PAPER)


def test_members_moved_from_a_dissolved_union_stay_members(town: Town) -> None:
    """Two members move: as many members as before. Two others are retained: full members fall by two."""
    moved, kept, other = town.union(), town.union(), town.union(employers=2)
    for union in (moved, moved, kept, kept):
        member_of(union)
    before = Membership.objects.filter(status="ACTIVE").count()
    dissolve(union=moved, on=DAY, employers=After.CLOSED, members="MOVED", to=other, actor=town.officer, **PAPER)
    assert all_figures()["ORG-09"].value == before == 4
    dissolve(union=kept, on=DAY, employers=After.CLOSED, members="RETAINED", actor=town.officer, **PAPER)
    values = plain()
    assert (values["ORG-09"], values["ORG-09 retained"]) == (2, 2)
    # Nobody was admitted in the half: membership followed the work.
    assert values["ORG-10"] == 0


def test_merging_two_unions_into_one(town: Town) -> None:
    """Two single unions go, their employers stay covered."""
    first, second, into = town.union(), town.union(), town.union(employers=2)
    with moving(ORG_01=-2, ORG_02=-2, ORG_20_of=-2, ORG_21_of=-2):
        merge(unions=[first, second], into=into, on=DAY, actor=town.officer, **PAPER)


def test_splitting_a_union(town: Town) -> None:
    """One union more, no founding: ORG-05 and ORG-06 count FOUNDED alone."""
    union = town.union(employers=3)
    one = [union.coverages.first().employer]
    with moving(ORG_01=1, ORG_02=1, ORG_20_of=1, ORG_21_of=1):
        split(union=union, name="分立工会", form="SINGLE", employers=one, on=DAY, actor=town.officer, **PAPER)


def test_a_union_goes_out_and_another_comes_in(town: Town) -> None:
    union = town.union()
    fewer = {"ORG_01": -1, "ORG_02": -1, "ORG_04": -1, "ORG_20_of": -1, "ORG_21_of": -1}
    with moving(**fewer, ORG_07=-1, ORG_11_of=-30, ORG_17=1):
        transfer_out(union=union, on=DAY, going_to="临港街道总工会", actor=town.officer, **PAPER)
    employer = town.employer(employees=30)
    more = {"ORG_01": 1, "ORG_02": 1, "ORG_04": 1, "ORG_20_of": 1, "ORG_21_of": 1, "ORG_07": 1}
    with moving(**more, ORG_11_of=30, ORG_17_in=1):
        transfer_in(
            name="外来工会",
            form="SINGLE",
            parent=town.hub,
            on=DAY,
            founded_on=date(2012, 1, 1),
            coming_from="临港街道总工会",
            employers=[employer],
            actor=town.officer,
            **PAPER,
        )


def test_an_employer_closes_or_leaves_a_joint_union(town: Town) -> None:
    union = town.union(employers=4)
    first, second = union.coverages.order_by("pk")[:2]
    with moving(ORG_04=-1, ORG_07=-1, ORG_07_of=-1, ORG_11_of=-30, ORG_24=-1):
        close_employer(employer=first.employer, on=DAY, reason="注销", actor=town.officer)
    with moving(ORG_04=-1, ORG_07=-1, ORG_11_of=-30):
        uncover_employer(coverage=second, on=DAY, reason="迁出", actor=town.officer)


def test_a_certificate_counts_while_it_is_valid(town: Town) -> None:
    """1 certificate valid on 30 June 2025; the base is the primary unions: this one and the community union."""
    union = town.union()
    reelect(union=union, elected_on=date(2025, 2, 20), years=3, chair="王建国", actor=town.officer)
    with moving(ORG_21=1):
        register_certificate(
            union=union, number="法证字第1号", issued_on=DAY, end=date(2028, 2, 20), actor=town.officer
        )
    assert (all_figures()["ORG-21"].numerator, all_figures()["ORG-21"].denominator) == (1, 2)


def test_foundings_of_the_year_stand_against_its_target(town: Town) -> None:
    """A target of 4 for the year: founded in April, 1 of 4; one of the second half does not count in the first."""
    Target.objects.create(union=town.federation, year=2025, indicator="ORG-05", value=4, issuer="区总工会")
    joint(town, 2)
    found_union(
        name="望海社区商贸联合工会",
        form="JOINT",
        parent=town.hub,
        founded_on=date(2025, 7, 15),
        employers=town.employers(2),
        chair="李卫东",
        years=3,
        actor=town.officer,
        **PAPER,
    )
    first = figures(HALF, Scope.everything(), ["ORG-08"])["ORG-08"]
    whole = figures(HALF.next(), Scope.everything(), ["ORG-08"])["ORG-08"]
    assert (first.numerator, first.denominator, str(first.value)) == (1, 4, "25.0")
    assert (whole.numerator, whole.denominator, str(whole.value)) == (2, 4, "50.0")
