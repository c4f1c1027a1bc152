"""What follows from the people: headcounts, what the unions declare of themselves, committee terms, certificates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from reports.demo.timeline import month_of, some_day, years_later
from reports.demo.world import Body, Firm, World, lay, staff_on
from unions.models import (
    CommitteeTerm,
    EmployerHeadcount,
    LegalCertificate,
    QuarterlyReturn,
    Union,
    UnionCensus,
    UnionEvent,
)

# Re-elected in the three halves: in time, then late.
REELECTED = ((12, 1), (10, 1), (14, 1))
DUE_NEXT = 18
# People still with the employer whose union was dissolved.
LEFT_OVER = 6
NO_CERTIFICATE_IN, NOT_SIX_IN, NO_AUDIT_IN, NO_WOMEN_IN = 9, 6, 23, 17


def lay_headcounts(world: World) -> None:
    """The base of ORG-07, ORG-11, CARE-04, CARE-24 and HARM-24: all employers, at each quarter's end."""
    rng = world.rng("headcounts")
    days = [quarter.last_day for quarter in world.timeline.quarters]
    rows = []
    for firm in world.firms:
        first = max(firm.opened_on, world.timeline.day(-13))
        closed = firm.closed_on or world.timeline.end
        rows += [headcount(world, rng, firm, day) for day in (first, *days) if firm.opened_on <= day < closed]
    lay(rows)


def headcount(world: World, rng: Random, firm: Firm, day: date) -> EmployerHeadcount:
    staff = LEFT_OVER if went_on_without_union(firm, day) else staff_on(firm, day, world.timeline.end)
    is_covered = firm.body is not None and firm.home.exists_on(day)
    union = firm.union if is_covered else world.hubs[firm.place]
    signed = staff - (1 if staff >= 10 and rng.random() < 0.5 else 0) - staff // 40
    return EmployerHeadcount(
        union=union,
        employer=firm.row,
        as_of=day,
        employees=staff,
        female=round(staff * firm.female_share),
        migrant=round(staff * 0.4),
        dispatched=staff // 20,
        contracts_signed=signed if is_covered else None,
    )


def went_on_without_union(firm: Firm, day: date) -> bool:
    """The one employer that stayed in business, with few people, after its union was dissolved."""
    body = firm.body
    return body is not None and body.ended_on is not None and firm.closed_on is None and day >= body.ended_on


def lay_censuses(world: World) -> None:
    """ORG-20, ORG-22: what each union declares at a quarter's end, near its named roster but not always equal."""
    rng = world.rng("censuses")
    unnamed = [min(rng.choice((0, 0, 0, 1, 2)), room(world, body)) for body in world.bodies]
    returns = world.notes["returns"]
    lay(
        census(unnamed[number], body, day, number, returns[body.code, str(quarter)])
        for quarter in world.timeline.quarters
        for day in [quarter.last_day]
        for number, body in enumerate(world.bodies)
        if body.exists_on(day)
    )


def room(world: World, body: Body) -> int:
    """How many more than it names a union may declare: always the same number, or its returns did not add up (X-01)."""
    days = [quarter.last_day for quarter in world.timeline.quarters if body.exists_on(quarter.last_day)]
    spare = (body.headcount_on(day, world.timeline.end) - len(body.active_on(day)) for day in days)
    return max(min(spare, default=0), 0)


def census(unnamed: int, body: Body, day: date, number: int, source: QuarterlyReturn) -> UnionCensus:
    members = body.active_on(day)
    women = sum(row.person.sex == "F" for row in members)
    lacking = number % NOT_SIX_IN == 1
    return UnionCensus(
        union=body.row,
        as_of=day,
        source_return=source,
        members=len(members) + unnamed,
        female_members=women,
        retained_members=sum(1 for row in body.memberships if row.retained_on and row.retained_on <= day),
        groups=max(1, len(members) // 60),
        branches=len(members) // 200,
        has_audit_organ=number % NO_AUDIT_IN != 3,
        has_women_organ=number % NO_WOMEN_IN != 5,
        has_elected_chair=True,
        has_own_organisation=True,
        has_activities=not (lacking and number % 4 == 1),
        has_systems=not (lacking and number % 4 == 3),
        has_own_funds=not (lacking and number % 8 == 1),
        has_satisfied_members=not lacking,
    )


def lay_terms(world: World) -> None:
    """ORG-12, ORG-13 (15), ORG-14, ORG-21: terms of committees, their elections, the certificates that follow."""
    rng = world.rng("terms")
    terms: list[CommitteeTerm] = []
    events: list[UnionEvent] = []
    bodies = [body for body in world.standing() if body.founded_on < years_later(world.timeline.start, -6)]
    rng.shuffle(bodies)
    chosen = {body.code for body in elections(world, rng, bodies, terms, events)}
    for body in world.bodies:
        if body.code not in chosen:
            terms.append(running_term(world, rng, body.row, body.founded_on, body.ended_on))
    terms += [running_term(world, rng, hub, hub.founded_on, None) for hub in (*world.hubs, world.federation)]
    lay(terms)
    lay(events)
    lay(certificates(world, terms))


def elections(
    world: World, rng: Random, bodies: list[Body], terms: list[CommitteeTerm], events: list[UnionEvent]
) -> Iterator[Body]:
    """The re-elections of the three halves, one overdue at the end, one put off with approval, and those due next."""
    timeline, queue = world.timeline, iter(bodies)
    for half, (in_time, late) in zip(timeline.halves, REELECTED, strict=True):
        for number in range(in_time + late):
            elected = month_of(half, 2 + number % 4, 5 + number)
            due = elected + timedelta(days=rng.randint(2, 20)) if number < in_time else elected - timedelta(days=24)
            body = next(queue)
            terms += succession(body, elected, due)
            events.append(UnionEvent(union=body.row, kind="REELECTED", happened_on=elected, after=body.chair))
            yield body
    overdue, extended = next(queue), next(queue)
    terms.append(term(overdue.row, timeline.day(6, 20), 3, 3))
    put_off = term(extended.row, timeline.day(5, 26), 5, 3)
    put_off.extended_until, put_off.extension_document = timeline.day(8, 26), f"澄江街总工〔{timeline.half.year}〕46号"
    terms.append(put_off)
    for number in range(DUE_NEXT):
        body = next(queue)
        terms.append(term(body.row, timeline.day(7 + number % 6, 6 + number), 3, 2))
        yield body
    yield from (overdue, extended)


def term(union: Union, due_on: date, years: int, number: int) -> CommitteeTerm:
    return CommitteeTerm(
        union=union, term_no=number, elected_on=years_later(due_on, -years), years=years, due_on=due_on
    )


def succession(body: Body, elected: date, due: date) -> list[CommitteeTerm]:
    """The term that ended with the election and the one that began with it."""
    before = term(body.row, due, 3, 2)
    before.ended_on = elected
    after = term(body.row, years_later(elected, 3), 3, 3)
    after.elected_on, after.delegates = elected, max(30, body.staff // 8) if body.staff >= 30 else body.staff
    return [before, after]


def running_term(world: World, rng: Random, union: Union, founded: date, ended: date | None) -> CommitteeTerm:
    """A term elected before the year of comparison that runs beyond the next half, or the union's first."""
    timeline = world.timeline
    years = rng.choice((3, 3, 5))
    due = some_day(rng, timeline.day(13), years_later(timeline.beginning, years))
    row = term(union, due, years, rng.randint(2, 4))
    if row.elected_on <= founded:
        row = term(union, years_later(founded, 5), 5, 1)
        row.elected_on, row.is_first = founded, True
    row.ended_on = ended
    return row


def certificates(world: World, terms: list[CommitteeTerm]) -> Iterator[LegalCertificate]:
    """One for nearly every committee that sits, valid for its term."""
    for number, row in enumerate(terms):
        is_past = row.ended_on is not None and row.due_on < world.timeline.end
        if number % NO_CERTIFICATE_IN == 4 or is_past or row.union_id == world.federation.pk:
            continue
        start = row.elected_on + timedelta(days=16)
        end = min(row.due_on, row.ended_on or row.due_on)
        if end > start:
            yield LegalCertificate(
                union=row.union, number=f"法证字第{81000 + number}号", issued_on=start, start=start, end=end
            )
