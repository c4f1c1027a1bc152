"""Medical mutual aid: 8,160 enrolments of fifty unions in four plans, the year before's, and the claims on them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from members.models import Membership
from relief.models import MutualAidClaim, MutualAidEnrolment, MutualAidPlan
from reports.demo.timeline import shared_out, some_day
from reports.demo.world import Body, World, known, lay, staff_on

ACTIVE, RETIRED, WOMEN, CRITICAL = 4_040, 688, 1_262, 2_170
# The year before: fewer unions were in it with everyone, and fewer retirees.
BEFORE_RETIRED, BEFORE_WOMEN, BEFORE_CRITICAL = 641, 1_148, 1_985
LEFT_OUT_BEFORE = 6
PLANS = (
    ("ACTIVE", "在职职工住院医疗互助", 12, "60.00", 1, "", 0),
    ("RETIRED", "退休人员住院医疗互助", 12, "130.00", 1, "", 0),
    ("WOMEN", "女职工安康互助", 12, "30.00", 1, "F", 0),
    ("CRITICAL", "特种重病互助", 12, "20.00", 3, "", 90),
)
CLAIMS = 74


def lay_mutual_aid(world: World) -> None:
    """CARE-18 (8,160) to CARE-24: terms of a year from the first of the fifth month, in force at the half's end."""
    plans = lay_plans(world)
    bodies = sorted((body for body in world.standing() if body.is_insured), key=lambda body: body.code)
    now = lay_term(world, plans, current(world, bodies), world.timeline.day(5))
    before = lay_term(world, plans, year_before(world, bodies), world.timeline.day(-7))
    lay_claims(world, now + before)


def lay_plans(world: World) -> dict[str, MutualAidPlan]:
    rows = [
        MutualAidPlan(
            code=kind,
            name=name,
            kind=kind,
            term_months=months,
            price=Decimal(price),
            max_shares=shares,
            sex_limit=sex,
            waiting_days=waiting,
            group_min_rate=80 if kind == "WOMEN" else None,
            valid_from=world.timeline.day(-43),
            source="市总工会医疗互助保障计划（演示数据，金额待核对）",
        )
        for kind, name, months, price, shares, sex, waiting in PLANS
    ]
    return {plan.kind: plan for plan in lay(rows)}


Chosen = dict[str, list[Membership]]


def current(world: World, bodies: list[Body]) -> Chosen:
    """Everyone in the 25 fully insured unions; in the other 25 shares that add up to the 4,040."""
    day = world.timeline.last_day
    full = [row for body in bodies if body.is_full for row in body.active_on(day)]
    partial = [body.active_on(day) for body in bodies if not body.is_full]
    counts = shared_out(ACTIVE - len(full), [len(members) for members in partial])
    active = full + [row for members, count in zip(partial, counts, strict=True) for row in members[:count]]
    retired = [row for row in world.retirees if known(row.retained_on) < world.timeline.day(5)][:RETIRED]
    insured = women(world, bodies, active, WOMEN, world.timeline.day(5))
    return {"ACTIVE": active, "RETIRED": retired, "WOMEN": insured, "CRITICAL": active[-CRITICAL:]}


def year_before(world: World, bodies: list[Body]) -> Chosen:
    """The members of then, as they stood at the end of the half a year before; six unions were not yet all in."""
    day = world.timeline.day(-5) - timedelta(days=1)
    active = []
    for place, body in enumerate(bodies):
        members = body.active_on(day)
        is_full = body.is_full and place >= LEFT_OUT_BEFORE
        active += members if is_full else members[: round(len(members) * 0.71)]
    retired = [row for row in world.retirees if known(row.retained_on) < world.timeline.day(-7)][:BEFORE_RETIRED]
    return {
        "ACTIVE": active,
        "RETIRED": retired,
        "WOMEN": women(world, bodies, active, BEFORE_WOMEN, world.timeline.day(-7)),
        "CRITICAL": active[-BEFORE_CRITICAL:],
    }


def women(world: World, bodies: list[Body], rows: list[Membership], count: int, start: date) -> list[Membership]:
    """Women of one union after another, nearly all of each, until the count is reached.

    Never more of a union than the women employees it reports in any quarter of the term (X-14).
    """
    term = (start, start.replace(year=start.year + 1))
    days = [quarter.last_day for quarter in world.timeline.quarters if term[0] <= quarter.last_day < term[1]]
    room = {
        body.row.pk: min((women_on(body, day, world.timeline.end) for day in days if body.exists_on(day)), default=0)
        for body in bodies
    }
    chosen: list[Membership] = []
    for row in rows:
        if row.person.sex == "F" and room[row.union_id] and len(chosen) < count:
            room[row.union_id] -= 1
            chosen.append(row)
    return chosen


def women_on(body: Body, day: date, end: date) -> int:
    """The women a union's employers report on a day."""
    return sum(round(staff_on(firm, day, end) * firm.female_share) for firm in body.firms)


def lay_term(world: World, plans: dict[str, MutualAidPlan], chosen: Chosen, start: date) -> list[MutualAidEnrolment]:
    rng = world.rng(f"mutual aid {start.year - world.timeline.start.year}")
    rows = []
    for kind, memberships in chosen.items():
        plan = plans[kind]
        for row in memberships:
            shares = rng.choice((1, 1, 1, 2, 3)) if plan.max_shares > 1 else 1
            rows.append(enrolment(row, plan, shares, start))
    return lay(rows)


def enrolment(row: Membership, plan: MutualAidPlan, shares: int, start: date) -> MutualAidEnrolment:
    end = start.replace(year=start.year + 1)
    premium, is_retired = plan.price * shares, plan.kind == "RETIRED"
    return MutualAidEnrolment(
        union_id=row.union_id,
        plan=plan,
        person_id=row.person_id,
        employer_id=row.employer_id,
        shares=shares,
        start=start,
        end=end,
        premium_union=Decimal(0) if is_retired else premium / 2,
        premium_employer=Decimal(0) if is_retired else premium / 2,
        premium_person=premium if is_retired else Decimal(0),
    )


def lay_claims(world: World, enrolments: list[MutualAidEnrolment]) -> None:
    """Claims on stays in hospital, nearly all paid within the month."""
    rng = world.rng("claims")
    rows = []
    for row in rng.sample(enrolments, CLAIMS):
        claimed = some_day(rng, row.start, min(row.end, world.timeline.end))
        paid = claimed + timedelta(days=rng.randint(8, 30))
        amount = Decimal(rng.randrange(300, 3200))
        is_paid = paid < world.timeline.end
        rows.append(
            MutualAidClaim(
                union_id=row.union_id,
                enrolment=row,
                claimed_on=claimed,
                amount=amount if is_paid else None,
                paid_on=paid if is_paid else None,
            )
        )
    lay(rows)
