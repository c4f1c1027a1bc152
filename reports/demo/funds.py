"""Hardship funds of the enterprises: 210 unions have one, with what came in and what went out to people."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from relief.models import FundMovement, PublicNotice, ReliefApplication, ReliefFund, ReliefPayment
from reports.demo.timeline import shared_out, some_day, some_weekday
from reports.demo.world import Body, World, known, lay
from unions.periods import HalfYear

FUNDS, BALANCE = 210, 5_758_000
# Funds set up in the three halves; the rest before.
SET_UP_IN = (8, 8, 7)
# Enterprise-fund payments in the three halves.
FUND_PAYMENTS = (31, 35, 38)
# Relief of these kinds is on public notice for a week before it is paid.
ON_NOTICE = ("MEDICAL", "LIVING", "TEMPORARY")


def lay_funds(world: World) -> None:
    """CARE-01 and CARE-02 (210 of 220), CARE-03 (5,758,000.00), CARE-04, CARE-08, CARE-09."""
    rng = world.rng("funds")
    bodies = fund_owners(world)
    funds = {
        body.code: fund(world, rng, body, day)
        for body, day in zip(bodies, set_up_days(world, rng, bodies), strict=True)
    }
    for body in world.bodies:
        if body.ended_on and body.ended_on >= world.timeline.start:
            closing = fund(world, rng, body, body.founded_on + timedelta(days=60))
            closing.closed_on, closing.opening_balance = body.ended_on, Decimal(9000)
            closing.save()
    movements, payments = fund_life(world, rng, bodies, funds)
    set_openings(bodies, funds, movements)
    rows = lay(funds[body.code] for body in bodies)
    for movement in movements:
        movement.fund_id = movement.fund.pk
    lay(movements)
    lay_notices(payments)
    for payment in payments:
        payment.fund_movement_id = known(payment.fund_movement).pk
    lay(payments)
    world.notes["funds"] = rows


def fund_owners(world: World) -> list[Body]:
    """All but the ten smallest unions: every union with an employer of 100 and more is among them."""
    bodies = sorted(world.standing(), key=lambda body: (body.staff, body.code))
    return sorted(bodies[len(bodies) - FUNDS :], key=lambda body: body.founded_on, reverse=True)


def set_up_days(world: World, rng: Random, bodies: list[Body]) -> list[date]:
    """The youngest unions set theirs up in the three halves, the latest last; all others before."""
    days: list[date] = []
    for half, count in zip(reversed(world.timeline.halves), reversed(SET_UP_IN), strict=True):
        for body in bodies[len(days) : len(days) + count]:
            days.append(max(body.founded_on + timedelta(days=20), some_day(rng, half.start, half.end)))
    for body in bodies[len(days) :]:
        days.append(
            some_day(rng, min(body.founded_on + timedelta(days=60), world.timeline.day(-14)), world.timeline.day(-13))
        )
    return days


def fund(world: World, rng: Random, body: Body, day: date) -> ReliefFund:
    owner = body.firms[0].row if body.is_single else None
    name = f"{body.name.removesuffix('工会')}{rng.choice(('爱心互助基金', '职工帮困基金', '互助帮困基金'))}"
    return ReliefFund(
        union=body.row,
        employer=owner,
        name=name,
        set_up_on=min(day, world.timeline.last_day),
        rule_document="帮困基金管理办法",
    )


Money = tuple[list[FundMovement], list[ReliefPayment]]


def fund_life(world: World, rng: Random, bodies: list[Body], funds: dict[str, ReliefFund]) -> Money:
    """What came into the funds and went out to people in the three halves."""
    movements, payments = [], []
    for half, count in zip(world.timeline.halves, FUND_PAYMENTS, strict=True):
        alive = [body for body in bodies if funds[body.code].set_up_on < half.start]
        for body in alive:
            if rng.random() < 0.7:
                kind = rng.choice(("IN_UNION", "IN_EMPLOYER", "IN_EMPLOYER", "IN_DONATION"))
                amount = Decimal(rng.randrange(4, 18) * 100 + body.staff // 10 * 100)
                day = some_weekday(rng, half.start, half.end)
                movements.append(
                    FundMovement(union=body.row, fund=funds[body.code], kind=kind, amount=amount, happened_on=day)
                )
        for body in rng.sample([one for one in alive if one.staff >= 30], count):
            movement, payment = fund_payment(rng, body, funds[body.code], half)
            movements.append(movement)
            payments.append(payment)
    return movements, payments


def fund_payment(rng: Random, body: Body, owner: ReliefFund, half: HalfYear) -> tuple[FundMovement, ReliefPayment]:
    day = some_weekday(rng, half.start + timedelta(days=3), half.end)
    person = rng.choice(body.active_on(day)).person
    amount = Decimal(rng.choice((800, 1000, 1500, 2000, 3000, 5000)))
    kind = rng.choice(("MEDICAL", "MEDICAL", "LIVING", "TEMPORARY", "BEREAVEMENT"))
    movement = FundMovement(union=body.row, fund=owner, kind="OUT_RELIEF", amount=amount, happened_on=day)
    payment = ReliefPayment(
        union=body.row,
        person=person,
        kind=kind,
        source="ENTERPRISE_FUND",
        amount_cash=amount,
        paid_on=day,
        fund_movement=movement,
    )
    return movement, payment


def lay_notices(payments: list[ReliefPayment]) -> None:
    """The applications granted inside the enterprises and the notice each was put up on before it was paid."""
    noticed = [payment for payment in payments if payment.kind in ON_NOTICE]
    for payment in noticed:
        payment.application = ReliefApplication(
            union_id=payment.union_id,
            person_id=payment.person_id,
            kind=payment.kind,
            money_source=payment.source,
            status="PAID",
            applied_on=payment.paid_on - timedelta(days=12),
            decided_on=payment.paid_on - timedelta(days=3),
            amount_asked=payment.amount,
            amount_approved=payment.amount,
        )
    lay(known(payment.application) for payment in noticed)
    for payment in noticed:
        payment.application_id = known(payment.application).pk
    lay(
        PublicNotice(
            union_id=payment.union_id,
            application=payment.application,
            starts_on=payment.paid_on - timedelta(days=10),
            ends_on=payment.paid_on - timedelta(days=3),
            place="单位公示栏",
        )
        for payment in noticed
    )


def set_openings(bodies: list[Body], funds: dict[str, ReliefFund], movements: list[FundMovement]) -> None:
    """Opening balances by size, such that openings and movements together make the printed total exactly."""
    net = sum(row.amount if row.kind.startswith("IN_") else -row.amount for row in movements)
    shares = shared_out(BALANCE - int(net), [body.staff + 60.0 for body in bodies])
    for body, share in zip(bodies, shares, strict=True):
        funds[body.code].opening_balance = Decimal(share)
