"""The tree of the sub-district: communities, the federation, 220 unions with employers, who covers whom, what happened.

Sizes are chosen so that 220 unions existed both at the end and half a year before, 140 of these with 25 employees and
more: that is what the levy needs.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from reports.demo.names import Numbers, keys_of
from reports.demo.timeline import Timeline, month_of, some_day
from reports.demo.world import Body, Firm, World, lay
from unions.models import (
    Community,
    Employer,
    JurisdictionProfile,
    Meeting,
    OperatingStatus,
    Outreach,
    Union,
    UnionApplication,
    UnionCoverage,
    UnionEvent,
    UnionForm,
    UnionGroup,
    UnionProfile,
)
from unions.periods import HalfYear

FEDERATION = "澄江街道总工会"
PLACES = ("东港社区", "望海社区", "永丰社区", "新塘社区", "沿山社区", "高桥社区", "河西社区", "里仁社区")
PLACE_WEIGHTS = (20, 17, 15, 13, 11, 10, 8, 6)
TOPICS = ("商贸", "楼宇", "物流", "餐饮", "建材", "五金", "电子", "服装", "市场", "汽修", "家具", "园区")
AGENCIES = ("中心小学", "实验幼儿园", "社区卫生服务中心", "文化站", "水务管理所", "市政养护中心")
# Single-employer unions of 25 and more: a few large, the rest drawn around thirty-five; then the small ones.
LARGE = (735, 486, 312, 268, 205, 177, 165, 152, 143, 134, 128, 121, 110, 104)
MIDDLE, SMALL = 86, 66
# Joint unions that cover many employers, and the three founded in the half, which cover 25 together.
WIDE = (12, 10, 9, 8, 8, 7)
NEW = (10, 9, 6)
PAIRS_GE25, PAIRS_LT25 = 31, 14
FULL, INSURED = range(8, 33), range(50)
UNORGANISED_GE25 = (88, 64, 52, 45, 41, 36, 33, 29, 27)
UNORGANISED_SMALL = 24
# Unions that ended: staff, the month of the end, how, and where their employer went.
ENDED = (
    (31, 2, "DISSOLVED"),
    (28, 4, "DISSOLVED"),
    (46, 5, "TRANSFERRED_OUT"),
    (27, -3, "DISSOLVED"),
    (24, -8, "DISSOLVED"),
    (22, -10, "DISSOLVED"),
)
# What employers without a union answer to a visit.
ANSWERS = (
    ("CONSIDERING", "已发放建会倡议书，企业表示考虑"),
    ("WILLING", "企业同意建会，正在征求职工意见"),
    ("CONSIDERING", "已讲解工会法，企业待董事会商量"),
    ("UNWILLING", "企业认为人数少，暂不考虑"),
    ("ABSENT", "负责人不在，留下倡议书"),
)
FOUNDED_EARLIER = (-2, -4, -7, -9, -10)
UPGRADED_MONTHS = {0: -30, 1: -1, 2: 3, 3: 5}
RENAMED_PLACE = 40


def lay_organisation(world: World) -> None:
    rng, numbers = world.rng("organisation"), Numbers(world.rng("numbers"))
    plan_bodies(world, rng, numbers)
    lay_places(world)
    lay_unions(world, numbers)
    lay_employers(world, rng, numbers)
    lay_coverage(world)
    lay_events(world)
    lay_applications(world, rng)
    lay_meetings_and_groups(world, rng)


def some_place(rng: Random) -> int:
    return rng.choices(range(len(PLACES)), PLACE_WEIGHTS)[0]


def make_firm(rng: Random, numbers: Numbers, staff: int, place: int, opened_on: date) -> Firm:
    name, industry = numbers.company()
    ownership = rng.choices(("PRIVATE", "FOREIGN", "COLLECTIVE", "STATE"), (80, 10, 6, 4))[0]
    share = 0.62 if industry in ("纺织业", "住宿餐饮", "食品加工") else 0.22 if industry == "建筑业" else 0.44
    return Firm(name, staff, industry, place, opened_on, ownership, rate=rng.uniform(0.87, 0.96), female_share=share)


def plan_bodies(world: World, rng: Random, numbers: Numbers) -> None:
    """Draw all unions and employers; the fifty largest single unions are the insured ones."""
    singles = [plan_single(world.timeline, rng, numbers, staff) for staff in single_sizes(rng)]
    for place, body in enumerate(singles):
        body.is_insured, body.is_full = place in INSURED, place in FULL
    name_agencies(singles)
    found_late(world.timeline, singles)
    world.bodies = singles + plan_joint(world.timeline, rng, numbers)
    world.bodies += [plan_ended(world.timeline, rng, numbers, *facts) for facts in ENDED]
    for body in world.bodies:
        for firm in body.firms:
            firm.body = body
            if body.is_full:
                firm.rate = 1.0
    world.firms = [firm for body in world.bodies for firm in body.firms]
    world.firms += plan_unorganised(world.timeline, rng, numbers)


def single_sizes(rng: Random) -> list[int]:
    """100 unions of 25 and more, from the largest down, then 66 smaller ones."""
    middle = sorted((round(rng.triangular(26, 60, 28)) for _ in range(MIDDLE)), reverse=True)
    return [*LARGE, *middle, *(rng.randint(5, 17) for _ in range(SMALL))]


def plan_single(timeline: Timeline, rng: Random, numbers: Numbers, staff: int) -> Body:
    founded = some_day(rng, timeline.day(-130), timeline.day(-20))
    place = some_place(rng)
    firm = make_firm(rng, numbers, staff, place, founded - timedelta(days=rng.randint(200, 2500)))
    return Body(f"{firm.name}工会", UnionForm.SINGLE, place, founded, [firm])


def name_agencies(singles: list[Body]) -> None:
    """Six of the middling unions are those of public institutions."""
    for number, name in enumerate(AGENCIES):
        body = singles[58 + number * 6]
        body.form, body.name = UnionForm.AGENCY, f"澄江街道{name}工会"
        body.firms[0].name, body.firms[0].ownership = f"澄江街道{name}", "PUBLIC"
        body.firms[0].industry = "公共服务"


def found_late(timeline: Timeline, singles: list[Body]) -> None:
    """Five small unions of the middle were founded in the two halves before: three, then two."""
    for number, month in enumerate(FOUNDED_EARLIER):
        singles[85 + number * 2].founded_on = timeline.day(month, 11 + number)


def plan_joint(timeline: Timeline, rng: Random, numbers: Numbers) -> list[Body]:
    """54 unions of several employers: six wide ones, 45 of two or three, and the three founded in the half."""
    bodies = []
    for number, firms in enumerate(WIDE):
        sizes = [rng.randint(5, 19) for _ in range(firms)]
        bodies.append(
            joint(timeline, rng, numbers, sizes, number, some_day(rng, timeline.day(-110), timeline.day(-30)))
        )
    for number in range(PAIRS_GE25):
        first = rng.randint(26, 36) if number < 6 else rng.randint(14, 22)
        sizes = [first, rng.randint(13, 20)] + ([9] if number == 30 else [])
        bodies.append(
            joint(timeline, rng, numbers, sizes, number + 6, some_day(rng, timeline.day(-100), timeline.day(-20)))
        )
    for number in range(PAIRS_LT25):
        sizes = [rng.randint(5, 9), rng.randint(4, 9)]
        bodies.append(
            joint(timeline, rng, numbers, sizes, number + 37, some_day(rng, timeline.day(-90), timeline.day(-20)))
        )
    bodies[3].form, bodies[3].name = UnionForm.SELF_EMPLOYED, f"{PLACES[bodies[3].place]}个体工商户联合工会"
    bodies[5].form, bodies[5].name = UnionForm.MIGRANT, "澄江街道建筑业农民工工会"
    for number, firms in enumerate(NEW):
        sizes = [26 + 5 * number if number < 2 else 12, *(rng.randint(4, 11) for _ in range(firms - 1))]
        bodies.append(joint(timeline, rng, numbers, sizes, number + 51, timeline.day(number + 2, 9)))
    return bodies


def joint(timeline: Timeline, rng: Random, numbers: Numbers, sizes: list[int], number: int, founded_on: date) -> Body:
    place = number % len(PLACES)
    name = f"{PLACES[place]}{TOPICS[(number // len(PLACES) + place) % len(TOPICS)]}联合工会"
    start = min(founded_on, timeline.day(-20))
    firms = [make_firm(rng, numbers, size, place, start - timedelta(days=rng.randint(200, 2000))) for size in sizes]
    return Body(name, UnionForm.JOINT, place, founded_on, firms)


def plan_ended(timeline: Timeline, rng: Random, numbers: Numbers, staff: int, month: int, how: str) -> Body:
    body = plan_single(timeline, rng, numbers, staff)
    body.ended_on, body.ending = timeline.day(month, 18), how
    if (month, how) != (4, "DISSOLVED"):
        body.firms[0].closed_on = body.ended_on
    return body


def plan_unorganised(timeline: Timeline, rng: Random, numbers: Numbers) -> list[Firm]:
    sizes = [*UNORGANISED_GE25, *(rng.randint(2, 19) for _ in range(UNORGANISED_SMALL))]
    firms = []
    for size in sizes:
        opened = some_day(rng, timeline.day(-90), timeline.day(-14))
        firms.append(make_firm(rng, numbers, size, some_place(rng), opened))
    return firms


def lay_places(world: World) -> None:
    start = date(2003, 1, 1)
    world.places = lay(
        Community(code=f"C{number:02d}", name=name, start=start) for number, name in enumerate(PLACES, 1)
    )
    JurisdictionProfile.objects.create(
        as_of=world.timeline.beginning, area_km2=Decimal("46.80"), communities=len(PLACES), residents=58_600
    )


def lay_unions(world: World, numbers: Numbers) -> None:
    """The federation, the community unions under it and the rest under those, with their profiles in time."""
    start = date(2003, 5, 1)
    world.federation = lay([union("CJ1000", FEDERATION, UnionForm.SUBDISTRICT, start, numbers)])[0]
    world.hubs = lay(
        union(f"CJ{1001 + n}", hub_name(world.timeline, n), "COMMUNITY", start + timedelta(days=90 + n * 13), numbers)
        for n in range(len(PLACES))
    )
    world.bodies.sort(key=lambda body: (body.founded_on, body.name))
    for number, body in enumerate(world.bodies, 1009):
        body.code = f"CJ{number}"
        body.row = union(body.code, body.name, body.form, body.founded_on, numbers)
        body.row.ended_on = body.ended_on
    lay(body.row for body in world.bodies)
    lay(profiles(world))
    for body in world.bodies:
        body.row.community, body.row.parent = world.places[body.place], higher(world, body)
    Union.objects.bulk_update([body.row for body in world.bodies if body.ended_on], ["community", "parent"])


def union(code: str, name: str, form: str, founded_on: date, numbers: Numbers) -> Union:
    legal = numbers.credit_code("81")
    return Union(code=code, name=name, form=form, founded_on=founded_on, legal_code=legal, **keys_of(name))


def hub_name(timeline: Timeline, place: int) -> str:
    return f"{PLACES[place]}{'总工会' if place in UPGRADED_MONTHS else '工会'}"


def higher(world: World, body: Body) -> Union:
    """Public institutions stand directly under the federation, all others under their community."""
    return world.federation if body.form == UnionForm.AGENCY else world.hubs[body.place]


def profile(row: Union, name: str, start: date, end: date | None, **place: object) -> UnionProfile:
    return UnionProfile(union=row, name=name, form=row.form, start=start, end=end, **place, **keys_of(name))


def profiles(world: World) -> list[UnionProfile]:
    """One open profile each; a second, ended one where a union was raised, renamed or came to its end."""
    rows = [profile(world.federation, FEDERATION, world.federation.founded_on, None)]
    for number, hub in enumerate(world.hubs):
        place = {"parent": world.federation, "community": world.places[number]}
        start = hub.founded_on
        if number in UPGRADED_MONTHS:
            raised = upgraded_on(world.timeline, number)
            rows.append(profile(hub, f"{PLACES[number]}工会", start, raised, **place))
            start = raised
        rows.append(profile(hub, hub.name, start, None, **place))
    for body in world.bodies:
        place = {"parent": higher(world, body), "community": world.places[body.place]}
        start = body.founded_on
        if body is renamed(world):
            rows.append(profile(body.row, old_name(body), start, renamed_on(world.timeline), **place))
            start = renamed_on(world.timeline)
        rows.append(profile(body.row, body.name, start, body.ended_on, **place))
    return rows


def upgraded_on(timeline: Timeline, place: int) -> date:
    return timeline.day(UPGRADED_MONTHS[place], 22)


def renamed(world: World) -> Body:
    """The one union that changed its name in the half: an old single one with a company of its own."""
    return [body for body in world.bodies if body.form == UnionForm.SINGLE and not body.ending][RENAMED_PLACE]


def renamed_on(timeline: Timeline) -> date:
    return timeline.day(4, 15)


def old_name(body: Body) -> str:
    return body.name.replace("澄江", "澄江镇", 1)


def lay_employers(world: World, rng: Random, numbers: Numbers) -> None:
    for number, firm in enumerate(world.firms, 1):
        hub = world.hubs[firm.place]
        status = OperatingStatus.CLOSED if firm.closed_on else OperatingStatus.NORMAL
        firm.row = Employer(
            union=hub,
            code=f"E{number:04d}",
            name=firm.name,
            credit_code=numbers.credit_code("12" if firm.ownership == "PUBLIC" else "91"),
            community=world.places[firm.place],
            ownership=firm.ownership,
            industry=firm.industry,
            operating_status=status,
            is_above_scale=firm.staff >= 60,
            party_members=firm.staff // 25 if firm.staff >= 25 else None,
            opened_on=firm.opened_on,
            closed_on=firm.closed_on,
            **keys_of(firm.name),
        )
    lay(firm.row for firm in world.firms)


def lay_coverage(world: World) -> None:
    """From the union's founding to its end."""
    lay(
        UnionCoverage(union=body.row, employer=firm.row, start=body.founded_on, end=body.ended_on)
        for body in world.bodies
        for firm in body.firms
    )


def lay_events(world: World) -> None:
    """ORG-05 (3 founded), ORG-15 (2), ORG-16 (1), ORG-17 (1), ORG-18 (2), and the founding of every union before."""
    timeline = world.timeline
    rows = [event(hub, "FOUNDED", hub.founded_on) for hub in world.hubs]
    rows += [event(body.row, "FOUNDED", body.founded_on) for body in world.bodies]
    for body in world.bodies:
        if body.ended_on:
            after = "转隶临港街道总工会" if body.ending == "TRANSFERRED_OUT" else ""
            rows.append(event(body.row, body.ending, body.ended_on, before=body.name, after=after))
    one = renamed(world)
    rows.append(event(one.row, "RENAMED", renamed_on(timeline), before=old_name(one), after=one.name))
    for place in UPGRADED_MONTHS:
        hub = world.hubs[place]
        raised = upgraded_on(timeline, place)
        rows.append(event(hub, "UPGRADED", raised, before=f"{PLACES[place]}工会", after=hub.name))
    lay(rows)


def event(row: Union, kind: str, day: date, **names: str) -> UnionEvent:
    number = f"澄江街总工〔{day.year}〕{day.timetuple().tm_yday}号"
    return UnionEvent(union=row, kind=kind, happened_on=day, document_no=number, **names)


def lay_applications(world: World, rng: Random) -> None:
    """Wishes to found a union: those granted in the half, and two still to be decided."""
    rows = []
    for body in world.bodies:
        if body.founded_on >= world.timeline.beginning:
            firm = body.firms[0]
            applied = body.founded_on - timedelta(days=rng.randint(15, 40))
            facts = {"status": "APPROVED", "decided_on": body.founded_on, "founded_union": body.row}
            rows.append(application(world.hub_of(body), firm, applied, **facts))
    for number, firm in enumerate(world.firms[-UNORGANISED_SMALL - 3 : -UNORGANISED_SMALL - 1]):
        rows.append(application(world.hubs[firm.place], firm, world.timeline.day(6, 16 + number)))
    lay(rows)


def application(hub: Union, firm: Firm, applied: date, **facts: object) -> UnionApplication:
    return UnionApplication(union=hub, employer=firm.row, applied_on=applied, **facts)


def lay_meetings_and_groups(world: World, rng: Random) -> None:
    """Meetings of the leading group and committee each half, and the groups of the larger unions."""
    topics = ("研究规范化建设推进安排", "听取帮扶救助工作汇报", "部署季报填报与会员信息核对", "研究集体协商推进计划")
    meetings = [
        Meeting(
            union=world.federation,
            kind="LEADING_GROUP" if number % 2 else "COMMITTEE",
            held_on=month_of(half, number + 1, 10 + number),
            topic=topic,
        )
        for half in world.timeline.halves
        for number, topic in enumerate(topics)
    ]
    lay(meetings)
    lay(
        UnionGroup(union=body.row, name=f"第{number}工会小组", start=body.founded_on, end=body.ended_on)
        for body in world.bodies
        if body.staff >= 60
        for number in range(1, 2 + body.staff // 60)
    )


def lay_outreach(world: World) -> None:
    """ORG-23 and SELF-12: visits to employers without a union, and the visiting campaign."""
    rng = world.rng("outreach")
    unorganised = [firm for firm in world.firms if firm.body is None]
    others = world.covered()
    rows = []
    for half, founding, campaign in zip(world.timeline.halves, (38, 42, 47), (78, 84, 96), strict=True):
        for number in range(founding):
            firm = unorganised[(number * 7) % len(unorganised)]
            result, outcome = ANSWERS[number % len(ANSWERS)]
            rows.append(outreach(world, rng, firm, half, "FOUNDING", outcome, result))
        for number in range(campaign):
            firm = others[(number * 11 + half.half) % len(others)]
            purpose = ("CAMPAIGN", "SURVEY", "CAMPAIGN", "STUDY")[number % 4]
            rows.append(outreach(world, rng, firm, half, purpose, "听取职工意见，登记需协调事项"))
    lay(rows)


def outreach(
    world: World, rng: Random, firm: Firm, half: HalfYear, purpose: str, outcome: str, result: str = ""
) -> Outreach:
    day = some_day(rng, half.start, half.end)
    return Outreach(
        union=world.hubs[firm.place],
        employer=firm.row,
        visited_on=day,
        purpose=purpose,
        outcome=outcome,
        result=result,
    )
