"""Visits, dispute cases, and the network that sees disputes coming: bodies, mediators, warning officers, alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from disputes.models import (
    Case,
    CaseParty,
    CaseReferral,
    Closure,
    LegalAid,
    MediationAgreement,
    MediationBody,
    MediationSession,
    Mediator,
    RiskAlert,
    Visit,
    WarningOfficer,
)
from reports.demo.names import person_name, phone
from reports.demo.timeline import month_of, some_day, some_weekday
from reports.demo.world import Firm, World, known, lay
from unions.models import Employer, Union
from unions.periods import HalfYear

VISITS = (61, 58, 65)
BODIES, OFFICERS = 150, 79
# Bodies set up and officers appointed in the three halves; the rest before.
BODIES_IN, OFFICERS_IN = (9, 8, 11), (5, 6, 7)
TOPICS = (
    "咨询解除劳动合同补偿",
    "反映拖欠工资",
    "咨询工伤认定程序",
    "反映加班工资计算",
    "咨询社会保险补缴",
    "反映高温津贴未发",
    "咨询女职工产假待遇",
    "反映调岗降薪",
    "咨询退休手续",
)
ALERTS = (("ORDINARY", 4), ("ORDINARY", 6), ("LARGER", 14), ("ORDINARY", 12), ("ORDINARY", 3))
ALERTS_IN = (4, 3, 5)


@dataclass(frozen=True)
class Settled:
    """A case settled: its kind, workers, the amount claimed and agreed (yuan)."""

    kind: str
    workers: int
    claim: int
    agreed: int


# 14 cases: 3 contract, 3 wages, 5 injury, 3 other; 32 workers; 2,940,000 yuan claimed.
NOW = (
    Settled("CONTRACT", 1, 86_000, 62_000),
    Settled("CONTRACT", 2, 158_000, 121_000),
    Settled("CONTRACT", 1, 64_000, 48_000),
    Settled("WAGES", 9, 412_000, 385_600),
    Settled("WAGES", 3, 96_000, 96_000),
    Settled("WAGES", 6, 238_000, 221_000),
    Settled("INJURY", 1, 486_000, 372_000),
    Settled("INJURY", 1, 352_000, 268_000),
    Settled("INJURY", 1, 294_000, 230_000),
    Settled("INJURY", 1, 268_000, 196_000),
    Settled("INJURY", 1, 186_000, 142_000),
    Settled("OTHER", 2, 118_000, 82_000),
    Settled("OTHER", 1, 74_000, 56_000),
    Settled("OTHER", 2, 108_000, 79_000),
)
# The same half a year before and the half before: a choice of these cases, with smaller claims.
SETTLED_IN = (NOW[1:13], NOW[2:13], NOW)
FAILED_IN, SHRUNK = (2, 1, 1), (Decimal("0.78"), Decimal("0.85"), Decimal(1))


def lay_disputes(world: World) -> None:
    lay_network(world)
    for half, settled, failed, share in zip(world.timeline.halves, SETTLED_IN, FAILED_IN, SHRUNK, strict=True):
        rng = world.rng(f"cases {world.timeline.halves.index(half)}")
        cases = settle(world, rng, half, settled, share)
        cases += others(world, rng, half, failed)
        lay_visits(world, rng, half, cases)
        lay_alerts(world, rng, half)
    lay_open_cases(world)


def lay_network(world: World) -> None:
    """HARM-07 (150), HARM-08 and HARM-09 (79): the larger employers first."""
    rng = world.rng("network")
    firms = sorted(world.covered(), key=lambda firm: (-firm.staff, firm.name))
    bodies = [
        mediation_body(world, rng, firm, day)
        for firm, day in zip(firms[:BODIES], since(world, rng, BODIES, BODIES_IN), strict=True)
    ]
    centres = [
        MediationBody(
            union=hub,
            name=f"{world.places[place].name}劳动争议调解分中心",
            level="COMMUNITY",
            set_up_on=world.timeline.day(-30),
            sitting_day=1 + place % 5,
        )
        for place, hub in enumerate(world.hubs)
    ]
    centre = MediationBody(
        union=world.federation,
        name="澄江街道劳动争议调解分中心",
        level="SUBDISTRICT",
        set_up_on=world.timeline.day(-40),
        sitting_day=3,
    )
    rows = lay([*bodies, *centres, centre])
    world.notes["centres"], world.notes["centre"] = rows[-9:-1], rows[-1]
    lay(mediator for row in rows for mediator in mediators(rng, row))
    officers = zip(firms[:OFFICERS], since(world, rng, OFFICERS, OFFICERS_IN), strict=True)
    world.notes["officers"] = lay(officer(world, rng, firm, day) for firm, day in officers)


def since(world: World, rng: Random, count: int, recent: tuple[int, ...]) -> list[date]:
    """Starting days: most before the year of comparison, so many in each half since."""
    timeline = world.timeline
    days = [some_day(rng, timeline.day(-60), timeline.day(-13)) for _ in range(count - sum(recent))]
    for half, number in zip(timeline.halves, recent, strict=True):
        days += [some_weekday(rng, half.start, half.end) for _ in range(number)]
    return days


def mediation_body(world: World, rng: Random, firm: Firm, day: date) -> MediationBody:
    start = max(day, firm.home.founded_on + timedelta(days=20))
    return MediationBody(
        union=firm.union,
        employer=firm.row,
        name=f"{firm.name}劳动争议调解委员会",
        set_up_on=min(start, world.timeline.last_day),
    )


def mediators(rng: Random, body: MediationBody) -> list[Mediator]:
    posts = ("DIRECTOR", "MEDIATOR", "COUNSEL") if body.level == "SUBDISTRICT" else ("DIRECTOR", "MEDIATOR")
    count = 1 if body.level == "ENTERPRISE" and rng.random() < 0.6 else len(posts)
    return [
        Mediator(
            union_id=body.union_id,
            body=body,
            name=person_name(rng, rng.random() < 0.4),
            post=post,
            start=body.set_up_on,
        )
        for post in posts[:count]
    ]


def officer(world: World, rng: Random, firm: Firm, day: date) -> WarningOfficer:
    name = person_name(rng, rng.random() < 0.4)
    start = min(max(day, firm.home.founded_on), world.timeline.last_day)
    return WarningOfficer(union=firm.union, employer=firm.row, name=name, phone=phone(rng), start=start)


def some_firm(world: World, rng: Random, day: date) -> Firm:
    bodies = world.standing(day)
    return rng.choice(rng.choices(bodies, [body.staff for body in bodies])[0].firms)


def case(world: World, firm: Firm, received: date, kind: str, **facts: object) -> Case:
    """A case of the community's or the sub-district's centre; due 15 days after it was received."""
    number = world.notes["cases"] = world.notes.get("cases", 0) + 1
    is_local = number % 3
    return Case(
        union=world.hubs[firm.place] if is_local else world.federation,
        body=world.notes["centres"][firm.place] if is_local else world.notes["centre"],
        case_no=f"CJTJ-{received.year}-{number:03d}",
        employer=firm.row,
        received_on=received,
        accepted_on=received + timedelta(days=1),
        due_on=received + timedelta(days=15),
        willingness_checked_on=received + timedelta(days=1),
        is_willing=True,
        kind=kind,
        source=("WALK_IN", "UNION_REPORT", "HOTLINE", "PETITION")[number % 4],
        assigned_to=world.users["weiquan"],
        **facts,
    )


def settle(world: World, rng: Random, half: HalfYear, settled: tuple[Settled, ...], share: Decimal) -> list[Case]:
    """HARM-12 (14) with HARM-13, HARM-16 (32), HARM-17 (2,940,000.00) and HARM-22: all closed in time."""
    cases, agreements = [], []
    for place, facts in enumerate(settled):
        # The first was still open when the half began.
        received = half.start - timedelta(days=6) if place == 0 else month_of(half, 1 + place % 6, 3 + place % 9)
        closed = received + timedelta(days=8 + place % 7)
        claim, agreed = (Decimal(amount) * share for amount in (facts.claim, facts.agreed))
        is_withdrawn = place % 6 == 5
        status = (
            "WITHDRAWN_SETTLED"
            if is_withdrawn
            else "PERFORMED"
            if closed < half.end - timedelta(days=40)
            else "SETTLED"
        )
        row = case(
            world,
            some_firm(world, rng, received),
            received,
            facts.kind,
            workers=facts.workers,
            claim_amount=claim,
            status=status,
            closed_on=closed,
            outcome="WITHDRAWN_SETTLED" if is_withdrawn else "SETTLED",
            matter=f"{dict(CONTRACT='劳动合同', WAGES='工资', INJURY='工伤', OTHER='其他')[facts.kind]}争议",
            recovered_amount=agreed if facts.kind == "WAGES" else None,
        )
        cases.append(row)
        if not is_withdrawn:
            agreements.append(agreement(row, closed, agreed, place))
    lay(cases)
    lay(agreements)
    lay_case_rows(world, rng, cases)
    return cases


def agreement(row: Case, signed: date, amount: Decimal, place: int) -> MediationAgreement:
    is_confirmed = place % 4 == 0
    return MediationAgreement(
        union=row.union,
        case=row,
        number=f"{row.case_no}-XY",
        signed_on=signed,
        agreed_amount=amount,
        confirmation="ARBITRATION" if is_confirmed else "NONE",
        confirmed_on=signed + timedelta(days=9) if is_confirmed else None,
        performed_on=signed + timedelta(days=20) if row.status == "PERFORMED" else None,
    )


def lay_case_rows(world: World, rng: Random, cases: list[Case]) -> None:
    """The sides, the sitting and the closing record of each case."""
    parties, sessions, closures = [], [], []
    for row in cases:
        worker = person_name(rng, rng.random() < 0.4)
        name = worker if row.workers == 1 else f"{worker}等{row.workers}人"
        parties.append(CaseParty(union=row.union, case=row, side="WORKER", name=name, representative=worker))
        parties.append(CaseParty(union=row.union, case=row, side="EMPLOYER", name=known(row.employer).name))
        held = known(row.accepted_on) + timedelta(days=4)
        sessions.append(
            MediationSession(
                union=row.union, case=row, held_on=held, place=known(row.body).name, mediators="方国平、乐建军"
            )
        )
        if row.closed_on:
            closures.append(
                Closure(union=row.union, case=row, summary="双方到场，经调解办结。", archive_no=f"{row.case_no}-GD")
            )
    lay(parties)
    lay(sessions)
    lay(closures)


def others(world: World, rng: Random, half: HalfYear, failed: int) -> list[Case]:
    """HARM-15, HARM-19: cases that failed, one refused and one entrusted by arbitration and given back."""
    rows = []
    for number in range(failed):
        received = month_of(half, 3 + number, 6)
        facts = {"status": "FAILED", "outcome": "FAILED", "closed_on": received + timedelta(days=14), "workers": 1}
        rows.append(
            case(world, some_firm(world, rng, received), received, "WAGES", claim_amount=Decimal(46_000), **facts)
        )
    received = month_of(half, 4, 9)
    refused = case(world, some_firm(world, rng, received), received, "CONTRACT", status="REFUSED", outcome="REFUSED")
    refused.accepted_on = refused.due_on = None
    refused.is_willing, refused.closed_on = False, received + timedelta(days=3)
    received = month_of(half, 2, 17)
    back = case(world, some_firm(world, rng, received), received, "INJURY", status="RETURNED", outcome="RETURNED")
    back.source, back.closed_on, back.due_on = "ENTRUSTED", received + timedelta(days=18), received + timedelta(days=20)
    rows += [refused, back]
    lay(rows)
    CaseReferral.objects.create(
        union=back.union,
        case=back,
        outside_body="区劳动人事争议仲裁院",
        to_body=known(back.body),
        assigned_on=received,
        due_on=back.due_on,
        returned_on=back.closed_on,
        reason="一方当事人不同意调解",
    )
    lay(
        LegalAid(
            union=world.federation,
            kind=("ADVICE", "DOCUMENT")[number % 2],
            matter="劳动法律咨询",
            lawyer="值班律师",
            granted_on=month_of(half, 1 + number, 20),
        )
        for number in range(6)
    )
    return rows


def lay_open_cases(world: World) -> None:
    """Two cases accepted in the last days, in mediation and not yet due."""
    rng = world.rng("open cases")
    day = world.timeline.last_day - timedelta(days=7)
    lay(
        case(
            world,
            some_firm(world, rng, day),
            day + timedelta(days=number),
            kind,
            status="MEDIATING",
            workers=number + 1,
            claim_amount=Decimal(38_000 * (number + 1)),
        )
        for number, kind in enumerate(("WAGES", "CONTRACT"))
    )


def lay_visits(world: World, rng: Random, half: HalfYear, cases: list[Case]) -> None:
    """HARM-10 (65): visits of workers, some of which became a case."""
    count = VISITS[world.timeline.halves.index(half)]
    from_visits = [row for row in cases if row.source == "WALK_IN" and row.received_on >= half.start]
    rows = [visit(world, rng, row.received_on, row.employer, row.union, row) for row in from_visits]
    while len(rows) < count:
        day = some_weekday(rng, half.start, half.end)
        firm = some_firm(world, rng, day)
        union = rng.choice((world.federation, world.hubs[firm.place]))
        rows.append(visit(world, rng, day, firm.row, union, None))
    lay(rows)


def visit(world: World, rng: Random, day: date, employer: Employer | None, union: Union, row: Case | None) -> Visit:
    is_petition = rng.random() < 0.15
    return Visit(
        union=union,
        employer=employer,
        visited_on=day,
        channel=rng.choice(("VISIT", "VISIT", "VISIT", "PHONE", "ONLINE", "LETTER")),
        visitor=person_name(rng, rng.random() < 0.45),
        persons=rng.choice((1, 1, 1, 2, 3)),
        topic=rng.choice(TOPICS),
        handling="转调解分中心办理" if row else rng.choice(("当场答复", "电话协调用人单位", "告知办理程序")),
        outcome="已受理" if row else "来访人表示认可",
        is_petition=is_petition,
        hidden_from_employer=is_petition,
        assigned_to=world.users["weiquan"],
        case=row,
    )


def lay_alerts(world: World, rng: Random, half: HalfYear) -> None:
    """HARM-23: alerts of the warning officers, some of ten workers and more."""
    count = ALERTS_IN[world.timeline.halves.index(half)]
    officers = [row for row in world.notes["officers"] if row.start < half.start]
    rows = []
    for number, (level, workers) in enumerate(ALERTS[:count]):
        known, who = month_of(half, 1 + number, 14), rng.choice(officers)
        rows.append(
            RiskAlert(
                union_id=who.union_id,
                employer_id=who.employer_id,
                officer=who,
                reporter=who.name,
                level=level,
                workers=workers,
                matter="职工反映工资发放迟延，存在集体上访苗头",
                known_on=known,
                reported_on=known,
                coordinated_on=known + timedelta(days=1),
                closed_on=known + timedelta(days=9),
            )
        )
    lay(rows)
