"""What is given in rounds: New Year visits, heat visits, tuition aid, the one-day donation."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from members.models import Person
from relief.models import (
    CoolingRound,
    Donation,
    GoodwillVisit,
    HardshipFile,
    TuitionAid,
)
from reports.demo.ledger import RELIEF_FUND, book
from reports.demo.people import someone
from reports.demo.timeline import month_of
from reports.demo.world import Firm, World, lay
from unions.periods import HalfYear


@dataclass(frozen=True)
class Visited:
    """So many people of one category visited in the New Year round, each with cash and goods (yuan)."""

    category: str
    persons: int
    cash: int
    goods: int = 150


# 76 people, 44,300 in cash and 11,400 in goods: 55,700 in the half.
ROUNDS = (
    (
        Visited("HARDSHIP", 42, 500),
        Visited("SERIOUSLY_ILL", 10, 800),
        Visited("MODEL_WORKER", 6, 500),
        Visited("RETIRED", 10, 300),
    ),
    (),
    (
        Visited("HARDSHIP", 46, 600),
        Visited("SERIOUSLY_ILL", 11, 800),
        Visited("SERIOUSLY_ILL", 1, 1300),
        Visited("MODEL_WORKER", 6, 500),
        Visited("RETIRED", 8, 300),
        Visited("FRONT_LINE", 4, 300),
    ),
)


def lay_rounds(world: World) -> None:
    lay_visits(world)
    lay_cooling(world)
    lay_tuition(world)


def lay_visits(world: World) -> None:
    """CARE-10 (76) to CARE-12: the New Year round of the half and that of the year before."""
    rng = world.rng("visits")
    for half, groups in zip(world.timeline.halves, ROUNDS, strict=True):
        visits = [visit for group in groups for visit in visits_of(world, rng, half, group)]
        if visits:
            lay(visits)
            total = sum((visit.cash + visit.goods_value for visit in visits), Decimal(0))
            book(world, month_of(half, 1, 27), half.start, "元旦春节走访慰问", "50205", "102", total)


def visits_of(world: World, rng: Random, half: HalfYear, group: Visited) -> list[GoodwillVisit]:
    people = visited_people(world, rng, half, group)
    return [
        GoodwillVisit(
            union_id=person.union_id,
            round="NEW_YEAR",
            round_year=half.year,
            visited_on=month_of(half, 1, 8 + place % 16),
            category=group.category,
            person=person,
            cash=Decimal(group.cash),
            goods_value=Decimal(group.goods),
            goods="粮油、棉被",
        )
        for place, person in enumerate(people)
    ]


def visited_people(world: World, rng: Random, half: HalfYear, group: Visited) -> list[Person]:
    if group.category == "HARDSHIP":
        return [file.principal for file in world.notes["files"] if file.file_no][: group.persons]
    if group.category == "RETIRED":
        return [row.person for row in rng.sample(world.retirees[:300], group.persons)]
    return someone(world, rng, group.persons, half.start)


def lay_cooling(world: World) -> None:
    """CARE-15 to CARE-17: heat visits in the months of heat, June in a first half, July and August in a second."""
    rng, firms = world.rng("cooling"), [firm for firm in world.covered() if firm.staff >= 30]
    for number, half in enumerate(world.timeline.halves):
        count, months = (9 + number, (6,)) if half.half == 1 else (32 + 3 * number, (1, 2))
        rows = [
            cooling(rng, half, firm, months[place % len(months)]) for place, firm in enumerate(rng.sample(firms, count))
        ]
        lay(rows)
        total = sum((row.amount_goods for row in rows), Decimal(0))
        book(world, month_of(half, months[-1], 28), half.start, "夏季高温慰问", "50205", "102", total)


def cooling(rng: Random, half: HalfYear, firm: Firm, month: int) -> CoolingRound:
    workers = max(12, firm.staff // 2)
    return CoolingRound(
        union=firm.union,
        employer=firm.row,
        visited_on=month_of(half, month, rng.randint(8, 27)),
        audience="CONSTRUCTION" if firm.industry == "建筑业" else "HEAT_WORKERS",
        workers=workers,
        amount_goods=Decimal(workers * 15),
    )


def lay_tuition(world: World) -> None:
    """CARE-13 and CARE-14: tuition aid before school begins, few children in spring, most in autumn."""
    rng = world.rng("tuition")
    files = [
        file for file in world.notes["files"] if file.status == "ACTIVE" and file.opened_on < world.timeline.day(-14)
    ]
    for number, half in enumerate(world.timeline.halves):
        count = 4 + number if half.half == 1 else 19 + number
        rows = [tuition(rng, file, half, place) for place, file in enumerate(files[:count])]
        lay(rows)
        total = sum((row.amount for row in rows), Decimal(0))
        book(world, month_of(half, 2, 24), half.start, "发放助学金", RELIEF_FUND, "102", total)
    lay(
        Donation(
            union=world.federation,
            kind="ONE_DAY",
            campaign="慈善一日捐",
            received_on=month_of(half, 5, 20),
            donors=1400 + 90 * number,
            amount=Decimal(38_000 + 2_600 * number),
        )
        for number, half in enumerate(world.timeline.halves)
    )


def tuition(rng: Random, file: HardshipFile, half: HalfYear, place: int) -> TuitionAid:
    stage = ("BACHELOR", "SENIOR", "JUNIOR", "COLLEGE", "VOCATIONAL")[place % 5]
    amount = 3000 if stage in ("BACHELOR", "COLLEGE") else 1500
    return TuitionAid(
        union_id=file.union_id,
        person_id=file.principal_id,
        file=file,
        year=half.year,
        child_no=half.half,
        child_initial=rng.choice("ABCDEFGHJKLM"),
        child_stage=stage,
        amount=Decimal(amount),
        paid_on=month_of(half, 2, 24),
    )
