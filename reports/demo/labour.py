"""Labour relations: collective contracts, employees' congresses, open affairs, suggestions, the safety cup."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from reports.demo.timeline import month_of, some_day, some_weekday, years_later
from reports.demo.workplace import lay_workplace
from reports.demo.world import Firm, World, lay
from unions.models import (
    CollectiveContract,
    CongressEmployer,
    CongressMeeting,
    ContractEmployer,
    OpenAffairsPosting,
    SafetyReturn,
    Suggestion,
    Union,
)
from unions.periods import HalfYear

# Communities under a regional contract: signed before the three halves, in the half before, and (two) in the half.
REGIONAL = ((0, -20), (1, -15), (2, -13), (3, -2), (4, 3), (5, 5))
REGIONAL_WOMEN = ((0, -20), (1, -15), (2, -13), (4, -14), (6, -16))
SHARE_CONTRACT, SHARE_WAGES, SHARE_WOMEN, SHARE_CONGRESS, SHARE_POSTING = 0.80, 0.72, 0.66, 0.72, 0.78
SUGGESTIONS, ADOPTED_SHARE, IMPLEMENTED_SHARE = (352, 371, 418), 0.52, 0.68
SAFETY = (54, 58, 63)
IDEAS = (
    "改进夹具减少换模时间",
    "回收余料再利用",
    "优化叉车行驶路线",
    "加装防护联锁",
    "规范物料标识",
    "调整班次减少等待",
    "照明改用节能灯",
    "完善交接班记录",
)
KINDS = ("TECHNICAL", "TECHNICAL", "SAFETY", "SAFETY", "MANAGEMENT", "MANAGEMENT", "OTHER", "MANAGEMENT")


def lay_labour(world: World) -> None:
    lay_regional_contracts(world)
    lay_enterprise_contracts(world)
    lay_congresses(world)
    lay_postings(world)
    lay_suggestions(world)
    lay_safety(world)
    lay_workplace(world)


def signed(
    union: Union, title: str, kind: str, day: date, end: date, staff: int, **facts: object
) -> CollectiveContract:
    """A contract passed, signed, filed and in force by the calendar of the law."""
    return CollectiveContract(
        union=union,
        title=title,
        kind=kind,
        status="EFFECTIVE",
        requested_on=day - timedelta(days=62),
        answered_on=day - timedelta(days=55),
        congress_on=day - timedelta(days=6),
        votes_for=36,
        votes_total=42,
        votes_present=40,
        signed_on=day,
        filed_on=day + timedelta(days=7),
        effective_on=day + timedelta(days=22),
        expires_on=end,
        employees_covered=staff,
        **facts,
    )


def lay_regional_contracts(world: World) -> None:
    """HARM-01 (2 in the half): a community's comprehensive contract with a wage agreement for its small employers."""
    for place, month in REGIONAL:
        day, hub = world.timeline.day(month, 17), world.hubs[place]
        firms = of_joint_unions(world, place, day)
        facts = {"scope": "REGIONAL", "has_wage_agreement": True, "wage_rise_percent": Decimal("6.50"), "payday": 15}
        title = f"{world.places[place].name}区域性集体合同暨工资协议"
        staff = sum(firm.staff for firm in firms)
        cover(signed(hub, title, "COMPREHENSIVE", day, years_later(day, 3), staff, **facts), firms)
        hold_congress(hub, day - timedelta(days=6), firms)
    for place, month in REGIONAL_WOMEN:
        day = world.timeline.day(month, 8)
        firms = of_joint_unions(world, place, day)
        title = f"{world.places[place].name}区域性女职工权益保护专项集体合同"
        staff = sum(firm.staff for firm in firms)
        facts = {"scope": "REGIONAL"}
        cover(signed(world.hubs[place], title, "WOMEN", day, years_later(day, 3), staff, **facts), firms)


def of_joint_unions(world: World, place: int, day: date) -> list[Firm]:
    """The employers of a community's joint unions that existed on a day."""
    return [
        firm
        for body in world.standing()
        if body.place == place and not body.is_single and body.founded_on < day
        for firm in body.firms
    ]


def hold_congress(hub: Union, day: date, firms: list[Firm]) -> None:
    meeting = CongressMeeting.objects.create(
        union=hub, scope="REGIONAL", held_on=day, delegates=46, present=43, reports_passed=3, resolutions=2
    )
    lay(CongressEmployer(union=firm.union, meeting=meeting, employer=firm.row) for firm in firms)


def cover(row: CollectiveContract, firms: list[Firm]) -> None:
    row.save()
    lay(ContractEmployer(union=firm.union, contract=row, employer=firm.row) for firm in firms)


def singles(world: World) -> list[Firm]:
    return [firm for firm in world.covered() if firm.home.is_single]


def lay_enterprise_contracts(world: World) -> None:
    """HARM-02 to HARM-04: three-year contracts of single unions, wage agreements renewed every year."""
    rng, timeline = world.rng("contracts"), world.timeline
    contracts: list[tuple[CollectiveContract, Firm]] = []
    wages: list[tuple[Firm, list[date]]] = []
    for firm in singles(world):
        start = max(some_day(rng, timeline.day(-23), timeline.day(-12)), firm.home.founded_on + timedelta(days=80))
        if start >= timeline.day(5):
            continue
        for kind, share in (("COMPREHENSIVE", SHARE_CONTRACT), ("WOMEN", SHARE_WOMEN)):
            if rng.random() < share:
                # Some of the women's contracts are new in the half.
                day = month_of(timeline.half, 3, 6) if kind == "WOMEN" and rng.random() < 0.12 else start
                contracts.append((contract(firm, kind, day, years_later(day, 3)), firm))
        if rng.random() < SHARE_WAGES:
            wages.append((firm, list(renewals(world, start))))
    cover_each(world, contracts)
    lay_wage_contracts(world, wages)


def lay_wage_contracts(world: World, wages: list[tuple[Firm, list[date]]]) -> None:
    """Wage agreements year after year, each the renewal of the one before."""
    before: dict[str, CollectiveContract] = {}
    for number in range(max(len(days) for _firm, days in wages)):
        years = [(firm, days) for firm, days in wages if len(days) > number]
        contracts = [
            (contract(firm, "WAGES", days[number], years_later(days[number], 1) + timedelta(days=22)), firm)
            for firm, days in years
        ]
        for (row, firm), (_firm, days) in zip(contracts, years, strict=True):
            row.renewal_of = before.get(firm.name)
            if len(days) > number + 1:
                row.status = "RENEWED"
        rows = cover_each(world, contracts)
        before |= {firm.name: row for row, (_row, firm) in zip(rows, contracts, strict=True)}


def cover_each(world: World, contracts: list[tuple[CollectiveContract, Firm]]) -> list[CollectiveContract]:
    """Lay contracts of one employer each; what ended in the demo's time is expired unless renewed."""
    for row, _firm in contracts:
        if row.status == "EFFECTIVE" and row.expires_on and row.expires_on <= world.timeline.end:
            row.status = "EXPIRED"
    rows = lay(row for row, _firm in contracts)
    lay(
        ContractEmployer(union=row.union, contract=row, employer=firm.row)
        for row, (_row, firm) in zip(rows, contracts, strict=True)
    )
    return rows


def renewals(world: World, start: date) -> Iterator[date]:
    while start < world.timeline.day(5):
        yield start
        start = years_later(start, 1)


def contract(firm: Firm, kind: str, day: date, end: date) -> CollectiveContract:
    name = {"COMPREHENSIVE": "集体合同", "WAGES": "工资专项集体合同", "WOMEN": "女职工权益保护专项集体合同"}[kind]
    facts = {"wage_rise_percent": Decimal("5.80")} if kind == "WAGES" else {}
    return signed(firm.union, f"{firm.name}{name}", kind, day, end, firm.staff, **facts)


def lay_congresses(world: World) -> None:
    """HARM-05: once a year in most enterprises; the small ones are covered by their community's congress."""
    rng, meetings, firms = world.rng("congresses"), [], []
    for firm in singles(world):
        if rng.random() < SHARE_CONGRESS:
            month = rng.randint(-11, 0)
            for start in (world.timeline.day(month), years_later(world.timeline.day(month), 1)):
                day = some_weekday(rng, start + timedelta(days=3), start + timedelta(days=25))
                if firm.home.founded_on < day < world.timeline.end:
                    meetings.append(congress(firm, day))
                    firms.append(firm)
    rows = lay(meetings)
    lay(
        CongressEmployer(union=row.union, meeting=row, employer=firm.row) for row, firm in zip(rows, firms, strict=True)
    )
    lay_small_congresses(world)


def lay_small_congresses(world: World) -> None:
    """Each community's regional congress of the year, for the employers of its joint unions."""
    for place, hub in enumerate(world.hubs[:7]):
        for month in (-9, 3):
            day = world.timeline.day(month, 10 + place)
            hold_congress(hub, day, of_joint_unions(world, place, day))


def congress(firm: Firm, day: date) -> CongressMeeting:
    delegates = max(30, min(firm.staff, 40 + firm.staff * 7 // 100)) if firm.staff >= 30 else firm.staff
    return CongressMeeting(
        union=firm.union,
        held_on=day,
        delegates=delegates,
        present=delegates - delegates // 12,
        reports_passed=2,
        resolutions=1,
    )


def lay_postings(world: World) -> None:
    """HARM-06: factory affairs made public in each half by most of the organised employers."""
    rng = world.rng("postings")
    posting = [firm for firm in world.covered() if rng.random() < SHARE_POSTING]
    topics = ("工资支付与社保缴纳情况", "安全生产投入情况", "职工福利费使用情况", "集体合同履行情况")
    lay(
        OpenAffairsPosting(union=firm.union, employer=firm.row, topic=rng.choice(topics), posted_on=day)
        for half in world.timeline.halves
        for firm in posting
        for day in [some_weekday(rng, half.start, half.end)]
        if firm.home.founded_on < day
    )


def lay_suggestions(world: World) -> None:
    """SKL-10, SKL-11, SKL-12: collected, adopted, implemented; the benefit of some is certified."""
    rng = world.rng("suggestions")
    firms = [firm for firm in world.covered() if firm.staff >= 30 and firm.home.founded_on < world.timeline.day(-14)]
    rows = []
    for half, count in zip(world.timeline.halves, SUGGESTIONS, strict=True):
        for number in range(count):
            firm = rng.choice(firms)
            row = Suggestion(
                union=firm.union,
                employer=firm.row,
                title=IDEAS[number % len(IDEAS)],
                kind=KINDS[number % len(KINDS)],
                collected_on=some_weekday(rng, half.start, half.end),
            )
            if rng.random() < ADOPTED_SHARE:
                adopt(rng, row, half)
            rows.append(row)
    lay(rows)


def adopt(rng: Random, row: Suggestion, half: HalfYear) -> None:
    """What is collected in a half's last days is still being looked at when it ends."""
    adopted = row.collected_on + timedelta(days=rng.randint(5, 30))
    if adopted >= half.end:
        return
    row.adopted_on = adopted
    implemented = adopted + timedelta(days=rng.randint(5, 40))
    if rng.random() < IMPLEMENTED_SHARE and implemented < half.end:
        row.implementing_from, row.implemented_on = adopted, implemented
        if rng.random() < 0.3:
            row.benefit_certified = Decimal(rng.randrange(8, 160) * 500)


def lay_safety(world: World) -> None:
    """SKL-14: the safety cup, quarter by quarter; hazards carried in, found, fixed and open add up."""
    rng = world.rng("safety")
    firms = [firm for firm in world.covered() if firm.staff >= 25 and firm.home.founded_on < world.timeline.day(-14)]
    carried: dict[str, int] = {}
    rows = []
    for half, count in zip(world.timeline.halves, SAFETY, strict=True):
        for quarter in half.quarters:
            for firm in firms[:count]:
                found, before = rng.randint(0, 6), carried.get(firm.name, 0)
                still = carried[firm.name] = rng.choice((0, 0, 0, 1)) if found + before else 0
                rows.append(
                    SafetyReturn(
                        union=firm.union,
                        employer=firm.row,
                        quarter_start=quarter.start,
                        teams=1 + firm.staff // 40,
                        participants=firm.staff // 2,
                        training_sessions=1,
                        training_attendances=firm.staff // 2,
                        inspections=3,
                        hazards_carried_in=before,
                        hazards_found=found,
                        hazards_open=still,
                        hazards_fixed=before + found - still,
                        drills=1,
                        safe_days=(quarter.end - quarter.start).days,
                    )
                )
    lay(rows)
