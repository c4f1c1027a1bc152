"""The levy: each half's first month collects what accrued in the half before.

Accruals of 25 and more are whole multiples of 0.05 yuan, so that a fifth of each is exact to the cent and the lines
add up to the printed 518,327.42; payrolls are whole half-yuan, so that 2 % of each month is exact too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from finance.models import Exemption, LevyAssessment, PayrollDeclaration, RateRule, RemittanceLine
from reports.demo.ledger import BANK, book
from reports.demo.timeline import shared_out, some_weekday
from reports.demo.world import Body, World, lay, staff_on
from unions.models import Employer, OperatingStatus
from unions.periods import HalfYear, month_start

# Twentieths of a yuan accrued; a fifth of one is a cent. 51,832,742 of them are 2,591,637.10 yuan.
TWENTIETH, HALF_YUAN, FIFTH = Decimal("0.05"), Decimal("0.5"), Decimal("0.2")
DISTRICT, SUBDISTRICT = "DISTRICT", "SUBDISTRICT"
# A twentieth of the levy stands for two and a half yuan of payroll, five half-yuan.
HALF_YUAN_PER_UNIT = 5
WAGE_A_MONTH = 2_950


@dataclass(frozen=True)
class Collection:
    """One collection: cents paid to district and sub-district, and who did not pay (of 25 and more, below 25)."""

    district_cents: int
    subdistrict_cents: int
    approved: tuple[int, int]
    pending: tuple[int, int]
    rejected: tuple[int, int]
    arrears: tuple[int, int]

    def unpaid(self, band: int) -> int:
        return self.approved[band] + self.pending[band] + self.rejected[band] + self.arrears[band]


COLLECTIONS = (
    Collection(46_215_380, 4_206_512, (6, 5), (0, 0), (2, 1), (4, 6)),
    Collection(48_907_265, 4_511_930, (7, 6), (0, 0), (1, 1), (4, 5)),
    # 8 + 7 exemptions granted, 4 undecided, 3 refused: 22 applications. 124 of 140 unions paid.
    Collection(51_832_742, 4_862_217, (8, 7), (2, 2), (2, 1), (4, 4)),
)
EXEMPT_STATES = (("approved", "APPROVED"), ("pending", "SUBMITTED"), ("rejected", "REJECTED"))


def lay_levy(world: World) -> None:
    lay_rules(world)
    for half, facts in zip(world.timeline.halves, COLLECTIONS, strict=True):
        collect(world, half, facts)


def lay_rules(world: World) -> None:
    start = world.timeline.day(-47)
    source = "街道总工会现行解缴办法（演示数据，待客户确认）"
    facts = ((25, None, DISTRICT), (0, 25, SUBDISTRICT))
    lay(
        RateRule(band_min=low, band_max=high, recipient=recipient, rate=Decimal("0.2"), start=start, source=source)
        for low, high, recipient in facts
    )


def collect(world: World, half: HalfYear, facts: Collection) -> None:
    """SELF-01 to SELF-06: one collection with its payrolls, assessments, lines, exemptions and vouchers."""
    rng = world.rng(f"levy {world.timeline.halves.index(half)}")
    accrual = half.previous()
    rows: list[RemittanceLine] = []
    for band, cents in enumerate((facts.district_cents, facts.subdistrict_cents)):
        bodies = bodies_of(world, accrual, band)
        excused = bodies[: facts.unpaid(band)]
        states = states_of(rng, facts, band, excused)
        units = accruals(world, accrual, rng, bodies, len(excused), cents)
        rows += lay_band(world, accrual, half, rng, bodies, units, states)
    lay(rows)


def bodies_of(world: World, accrual: HalfYear, band: int) -> list[Body]:
    """The unions of one size band at the accrual's end, the smallest first: it is they who cannot pay."""
    day = accrual.last_day
    staffed = [(body.headcount_on(day, world.timeline.end), body.code, body) for body in world.standing(day)]
    chosen = [facts for facts in staffed if (facts[0] < 25) == bool(band)]
    return [body for _staff, _code, body in sorted(chosen, key=lambda facts: facts[:2])]


def states_of(rng: Random, facts: Collection, band: int, excused: list[Body]) -> dict[str, str]:
    """What became of those who did not pay: an application in some state, or plain arrears."""
    states = [state for name, state in EXEMPT_STATES for _ in range(getattr(facts, name)[band])]
    states += [""] * facts.arrears[band]
    rng.shuffle(states)
    return dict(zip((body.code for body in excused), states, strict=True))


def accruals(
    world: World, accrual: HalfYear, rng: Random, bodies: list[Body], unpaid: int, cents: int
) -> dict[str, int]:
    """Twentieths of a yuan accrued by each union; the payers' fifths add up to ``cents`` exactly."""
    day, end = accrual.last_day, world.timeline.end
    staff = {body.code: body.headcount_on(day, end) for body in bodies}
    units = {body.code: round(staff[body.code] * WAGE_A_MONTH * 6 * 0.02 * 20 * 0.8) for body in bodies[:unpaid]}
    payers = [body.code for body in bodies[unpaid:]]
    shares = shared_out(cents, [staff[code] * rng.uniform(0.85, 1.2) for code in payers])
    return units | dict(zip(payers, shares, strict=True))


def lay_band(
    world: World,
    accrual: HalfYear,
    half: HalfYear,
    rng: Random,
    bodies: list[Body],
    units: dict[str, int],
    states: dict[str, str],
) -> list[RemittanceLine]:
    """Assessments, payrolls and exemptions of one band; the lines are given back to be laid with their vouchers."""
    assessments = lay(assessment(world, accrual, body, units[body.code]) for body in bodies)
    lay(payrolls(world, accrual, bodies, units))
    asking = [body for body in bodies if states.get(body.code)]
    lay(exemption(body, accrual, half, rng, states[body.code]) for body in asking)
    record_losses(asking)
    lines = [line(row, half, rng, states.get(body.code)) for body, row in zip(bodies, assessments, strict=True)]
    post_batches(world, accrual, half, bodies, lines)
    return lines


def assessment(world: World, accrual: HalfYear, body: Body, units: int) -> LevyAssessment:
    headcount = body.headcount_on(accrual.last_day, world.timeline.end)
    return LevyAssessment(
        union=body.row,
        accrual_start=accrual.start,
        headcount=headcount,
        band="GE25" if headcount >= 25 else "LT25",
        payroll=units * HALF_YUAN_PER_UNIT * HALF_YUAN,
        accrued=units * TWENTIETH,
    )


def payrolls(
    world: World, accrual: HalfYear, bodies: list[Body], units: dict[str, int]
) -> Iterator[PayrollDeclaration]:
    """The employers' payrolls of the six months; they add up to the assessment."""
    months = [month_start(accrual.year, accrual.start.month + number) for number in range(6)]
    for body in bodies:
        staff = [staff_on(firm, accrual.last_day, world.timeline.end) for firm in body.firms]
        cells = [
            (firm, month, count)
            for firm, count in zip(body.firms, staff, strict=True)
            for month in months
            if month_start(month.year, month.month + 1) > max(body.founded_on, firm.opened_on)
        ]
        weights = [float(count * (1.25 if month == months[-1] else 1)) for _firm, month, count in cells]
        parts = shared_out(units[body.code] * HALF_YUAN_PER_UNIT, weights)
        for (firm, month, count), part in zip(cells, parts, strict=True):
            yield PayrollDeclaration(
                union=body.row, employer=firm.row, month=month, headcount=count, payroll=part * HALF_YUAN
            )


def record_losses(bodies: list[Body]) -> None:
    """Only who runs at a loss applies to be let off."""
    firms = [firm.row.pk for body in bodies for firm in body.firms if not firm.closed_on]
    Employer.objects.filter(pk__in=firms).update(operating_status=OperatingStatus.LOSS)


def exemption(body: Body, accrual: HalfYear, half: HalfYear, rng: Random, state: str) -> Exemption:
    applied = half.start + timedelta(days=rng.randint(6, 22))
    decided = applied + timedelta(days=rng.randint(12, 30)) if state != "SUBMITTED" else None
    return Exemption(
        union=body.row,
        accrual_start=accrual.start,
        kind="EXEMPT" if rng.random() < 0.8 else "DEFER",
        reason="上期经营亏损，附财务报表",
        loss=Decimal(rng.randrange(80, 900) * 1000),
        status=state,
        applied_on=applied,
        decided_on=decided,
        decided_by="区总工会" if decided else "",
    )


def line(row: LevyAssessment, half: HalfYear, rng: Random, state: str | None) -> RemittanceLine:
    """The one share due: a fifth, to the district from 25 employees on, else to the sub-district."""
    due_on = month_start(half.year, half.start.month + 1) - timedelta(days=1)
    is_paid = state is None
    return RemittanceLine(
        union_id=row.union_id,
        assessment=row,
        recipient=DISTRICT if row.band == "GE25" else SUBDISTRICT,
        rate=FIFTH,
        amount=row.accrued * FIFTH,
        due_on=due_on,
        is_exempt=state == "APPROVED",
        paid_on=some_weekday(rng, half.start + timedelta(days=5), due_on) if is_paid else None,
        receipt_no=f"{half}-{row.pk:06d}" if is_paid else None,
        channel=rng.choice(("DIRECT", "DIRECT", "TAX")),
    )


def post_batches(
    world: World, accrual: HalfYear, half: HalfYear, bodies: list[Body], lines: list[RemittanceLine]
) -> None:
    """One voucher for each community's payers; the district's share is held for it, then sent on in one sum."""
    day = month_start(half.year, half.start.month + 1) - timedelta(days=1)
    is_district = lines[0].recipient == DISTRICT
    credit, what = ("221", "代收上缴区总工会经费") if is_district else ("402", "收25人以下企业工会上解经费")
    batches: dict[int, list[RemittanceLine]] = {}
    for body, row in zip(bodies, lines, strict=True):
        if row.paid_on:
            batches.setdefault(body.place, []).append(row)
    for place, rows in sorted(batches.items()):
        total = sum((row.amount for row in rows), Decimal(0))
        voucher = book(world, day, accrual.start, f"{what}（{world.places[place].name}）", BANK, credit, total)
        for row in rows:
            row.transaction = voucher
    if is_district:
        total = sum((row.amount for row in lines if row.paid_on), Decimal(0))
        book(world, sent_on(half), accrual.start, "汇缴区总工会经费", credit, BANK, total)


def sent_on(half: HalfYear) -> date:
    return month_start(half.year, half.start.month + 1) + timedelta(days=4)
