"""How the unions stand: classes, campaigns, awards, assessment, facilities, pairings, mentorships, dispatches."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from reports.demo.ledger import BANK, book
from reports.demo.timeline import month_of, some_day, some_weekday
from reports.demo.world import Firm, World, known, lay
from unions.models import (
    Assessment,
    AssessmentItem,
    AssessmentScheme,
    AssessmentScore,
    Award,
    Campaign,
    CampaignEnrolment,
    Dispatch,
    Facility,
    Mentorship,
    ModelClass,
    PairActivity,
    PairAgreement,
    PairMember,
)
from unions.periods import HalfYear

CLASSES: tuple[dict[str, int], ...] = (
    {"MODEL": 2, "ADVANCED": 7, "COMPLIANT": 9},
    {},
    {"MODEL": 3, "ADVANCED": 8, "COMPLIANT": 10},
)
SUBSIDY = {"MODEL": 3000, "ADVANCED": 2000, "COMPLIANT": 1000}
# The drive of one year: those who joined in its first half, and those who had by its end.
DRIVE_NOW, DRIVE_FIRST_HALF, DRIVE_BEFORE, DRIVE_BEFORE_FIRST = 89, 41, 131, 77
FACILITIES = (
    # kind, at employers (else communities), how many at the end, how many of them opened in the three halves
    ("SERVICE_POINT", True, 46, (3, 4, 6)),
    ("SERVICE_STATION", True, 4, (0, 1, 1)),
    ("SERVICE_POINT", False, 8, (0, 1, 0)),
    ("CULTURE_CLUB", True, 10, (1, 1, 2)),
    ("LIBRARY", True, 23, (2, 1, 2)),
    ("ACTIVITY_ROOM", True, 31, (2, 2, 3)),
    ("TRAINING_BASE", False, 3, (0, 0, 1)),
)
NAMES = {
    "SERVICE_POINT": "职工服务点",
    "SERVICE_STATION": "职工服务站",
    "CULTURE_CLUB": "企业文化俱乐部",
    "LIBRARY": "职工书屋",
    "ACTIVITY_ROOM": "职工活动室",
    "TRAINING_BASE": "职工教育培训基地",
}
MENTORSHIPS, MENTORSHIPS_IN = 58, (6, 7, 9)
# Adopted by outlets of the district, the city and the nation; some more were only sent.
DISPATCHES = ((19, 1, 1), (20, 2, 1), (23, 2, 2))
OUTLETS = {"DISTRICT": "区工会信息", "CITY": "市职工报", "NATIONAL": "全国工会新闻网"}
HEADLINES = (
    "社区总工会揭牌成立",
    "职工技能比武落幕",
    "集体协商走进楼宇",
    "帮困基金覆盖百人以上企业",
    "新春走访暖人心",
    "劳动争议一站式化解",
    "职工健身操展演",
    "财务人员培训开班",
)
PIONEERS = (("SUBDISTRICT", 6), ("DISTRICT", 2), ("CITY", 1))
SCORES = (
    ("组织建设", 20, "19.4"),
    ("建功立业", 15, "14.2"),
    ("关心关爱", 20, "19.6"),
    ("和谐稳定", 20, "19.1"),
    ("企业文化", 10, "9.5"),
    ("自身建设", 15, "14.3"),
)


def lay_standing(world: World) -> None:
    lay_classes(world)
    lay_campaigns(world)
    lay_awards(world)
    lay_assessments(world)
    lay_facilities(world)
    lay_pairings(world)
    lay_mentorships(world)
    lay_dispatches(world)


def lay_classes(world: World) -> None:
    """ORG-19 (3 model, 8 advanced, 10 compliant): the classes of the year before, given with a subsidy."""
    for half, grades in zip(world.timeline.halves, CLASSES, strict=True):
        bodies = iter([body for body in world.standing(half.start) if body.staff >= 40 and not body.ended_on])
        rows = [
            ModelClass(
                union=next(bodies).row,
                year=half.year - 1,
                grade=grade,
                awarded_on=month_of(half, 4, 26),
                document_no=f"澄江街总工〔{half.year}〕18号",
                subsidy=Decimal(SUBSIDY[grade]),
            )
            for grade, count in grades.items()
            for _ in range(count)
        ]
        if lay(rows):
            total = sum((known(row.subsidy) for row in rows), Decimal(0))
            book(world, month_of(half, 4, 28), half.start, "规范化建设等次工会补助", "506", BANK, total)


def campaign(kind: str, name: str, year: int, level: str, target: int | None = None) -> Campaign:
    code = f"{kind[:12]}-{year}"
    return Campaign.objects.create(code=code, name=f"{year}年{name}", kind=kind, year=year, level=level, target=target)


def lay_campaigns(world: World) -> None:
    years = sorted({half.year for half in world.timeline.halves})
    firms = [firm for firm in world.covered() if firm.staff >= 14 and firm.home.founded_on < world.timeline.day(-14)]
    for year in years:
        lay_drive(world, year, firms)
    lay_harmonious(world, years[0], firms)
    lay_learning(world, years[0], firms)


def enrolment(row: Campaign, firm: Firm, day: date, **facts: object) -> CampaignEnrolment:
    return CampaignEnrolment(union=firm.union, campaign=row, employer=firm.row, applied_on=day, **facts)


def lay_drive(world: World, year: int, firms: list[Firm]) -> None:
    """CARE-26 (89) and CARE-27 (89 of 148): those who joined this year's drive, half by half."""
    row = campaign("STRONG_PROTECTION", "“强保障、促和谐”创建活动", year, "SUBDISTRICT", 148)
    rng, half = world.rng("drive"), world.timeline.half
    if year == half.year:
        counts = (DRIVE_NOW,) if half.half == 1 else (DRIVE_FIRST_HALF, DRIVE_NOW - DRIVE_FIRST_HALF)
    else:
        counts = (DRIVE_BEFORE_FIRST, DRIVE_BEFORE - DRIVE_BEFORE_FIRST)
    days = [
        some_day(rng, HalfYear(year, number).start, HalfYear(year, number).end)
        for number, count in enumerate(counts, 1)
        for _ in range(count)
    ]
    lay(enrolment(row, firm, day) for firm, day in zip(firms, days, strict=False))


def lay_harmonious(world: World, year: int, firms: list[Firm]) -> None:
    """HARM-20 and HARM-21 (4 demonstration units)."""
    row = campaign("HARMONIOUS", "和谐企业创建", year, "DISTRICT")
    place, rows = 0, []
    for number, (half, count) in enumerate(zip(world.timeline.halves, (12, 9, 14), strict=True)):
        for one in range(count):
            applied = month_of(half, 2, 6 + one)
            granted = month_of(half, 6, 10) if one % 2 == 0 else None
            shown = {"is_demonstration": (number, one) in ((0, 0), (0, 2), (1, 0), (2, 0))}
            facts = {"status": "GRANTED", "granted_on": granted} if granted else {}
            rows.append(enrolment(row, firms[place], applied, **facts, **shown))
            place += 1
    lay(rows)


def lay_learning(world: World, year: int, firms: list[Firm]) -> None:
    """SKL-07 (2 applied) and the star nomination of CULT-05 (1)."""
    learning = campaign("LEARNING", "市级学习型示范企业", year, "CITY")
    stars = campaign("STAR_CLUB", "星级企业文化俱乐部", year, "DISTRICT")
    rows = []
    for number, half in enumerate(world.timeline.halves):
        rows += [enrolment(learning, firms[90 + 2 * number + one], month_of(half, 3, 12 + one)) for one in range(2)]
        firm, day = firms[100 + number], month_of(half, 5, 9)
        rows.append(enrolment(stars, firm, day, status="RECOMMENDED", recommended_on=day + timedelta(days=6)))
    rows[0].status, rows[0].granted_on = "GRANTED", month_of(world.timeline.half, 2, 20)
    lay(rows)


def lay_awards(world: World) -> None:
    """SKL-08 (1), SKL-09 and SELF-15: titles given, by level; the federation's own honour among them."""
    firms = [firm for firm in world.covered() if firm.staff >= 60]
    rows = []
    for number, half in enumerate(world.timeline.halves):
        day, place = month_of(half, 4, 28), 9 * number
        for level, count in PIONEERS if number != 1 else PIONEERS[:1]:
            for _ in range(count - (number == 0)):
                rows.append(
                    award(firms[place % len(firms)], "WORKER_PIONEER", level, "工人先锋号", day, "TEAM", "先锋班组")
                )
                place += 1
        if number != 1:
            firm = firms[place % len(firms)]
            rows.append(award(firm, "MASTER_CRAFTSMAN", "DISTRICT", "技能大师", day, "PERSON", firm.home.chair))
        rows.append(
            Award(
                union=world.federation,
                kind="ADVANCED_UNION",
                level="DISTRICT",
                title="工会工作先进单位",
                recipient_kind="UNION",
                recipient=world.federation.name,
                granted_on=month_of(half, 2, 16),
                document_no=f"区总工〔{half.year}〕9号",
            )
        )
    lay(rows)


def award(firm: Firm, kind: str, level: str, title: str, day: date, who: str, recipient: str) -> Award:
    return Award(
        union=firm.union,
        employer=firm.row,
        kind=kind,
        level=level,
        title=title,
        recipient_kind=who,
        recipient=recipient,
        granted_on=day,
        document_no=f"总工〔{day.year}〕31号",
    )


def lay_assessments(world: World) -> None:
    """SELF-17: the district's assessment of the federation, checked in the half and a year before."""
    for number, half in enumerate(world.timeline.halves):
        if number == 1:
            continue
        scheme = AssessmentScheme.objects.create(
            code=f"QZKH-{half.year - 1}",
            name=f"{half.year - 1}年度街道工会工作考核",
            year=half.year - 1,
            level="DISTRICT",
            source="区总工会年度考核办法（演示数据）",
        )
        items = lay(
            AssessmentItem(scheme=scheme, number=place, name=name, weight=Decimal(weight))
            for place, (name, weight, _score) in enumerate(SCORES, 1)
        )
        row = Assessment.objects.create(
            union=world.federation,
            scheme=scheme,
            status="CHECKED",
            applied_on=month_of(half, 1, 6),
            checked_on=month_of(half, 1, 23),
        )
        lay(
            AssessmentScore(
                union=world.federation,
                assessment=row,
                item=item,
                self_score=item.weight,
                score=Decimal(score) - (Decimal("0.3") if number == 0 else 0),
            )
            for item, (_name, _weight, score) in zip(items, SCORES, strict=True)
        )


def lay_facilities(world: World) -> None:
    """CARE-33 (50 at employers), CULT-05 (10 clubs), CULT-09."""
    rng = world.rng("facility places")
    firms = [firm for firm in world.covered() if firm.staff >= 30 and firm.home.founded_on < world.timeline.day(-14)]
    rows = []
    for kind, is_employers, count, recent in FACILITIES:
        days = [some_day(rng, world.timeline.day(-18), world.timeline.day(-12)) for _ in range(count - sum(recent))]
        for half, number in zip(world.timeline.halves, recent, strict=True):
            days += [some_weekday(rng, half.start, half.end) for _ in range(number)]
        hosts = rng.sample(firms, count) if is_employers else [None] * count
        rows += [
            facility(world, kind, host, place, day) for place, (host, day) in enumerate(zip(hosts, days, strict=True))
        ]
    rows.append(
        Facility(
            union=world.federation,
            kind="SERVICE_CENTRE",
            name="澄江街道职工服务中心",
            level="SUBDISTRICT",
            start=world.timeline.day(-40),
            functions="困难帮扶、互助保障、法律援助、就业服务",
        )
    )
    lay(rows)


def facility(world: World, kind: str, host: Firm | None, place: int, day: date) -> Facility:
    where = host.name if host else world.places[place].name
    return Facility(
        union=host.union if host else world.hubs[place],
        kind=kind,
        name=f"{where}{NAMES[kind]}",
        level="ENTERPRISE" if host else "COMMUNITY",
        employer=host.row if host else None,
        books=800 + 60 * place if kind == "LIBRARY" else None,
        start=day,
    )


def lay_pairings(world: World) -> None:
    """SELF-13: strong unions with weak ones, and what they did together."""
    timeline = world.timeline
    strong = [body for body in world.standing() if body.staff >= 100]
    weak = [body for body in world.standing() if body.staff < 20]
    agreements = lay(
        PairAgreement(
            union=body.row,
            name=f"{world.places[body.place].name}工会结对共建第{number}组",
            start=timeline.day(-15 + 2 * number),
        )
        for number, body in enumerate(strong[:9], 1)
    )
    lay(
        PairMember(union=body.row, agreement=agreement)
        for number, agreement in enumerate(agreements)
        for body in (strong[number], weak[number])
    )
    lay(
        PairActivity(
            union=agreement.union, agreement=agreement, held_on=month_of(half, 3 + place % 3, 21), title="互访交流"
        )
        for half, count in zip(timeline.halves, (4, 6, 11), strict=True)
        for place, agreement in enumerate((agreements * 2)[:count])
        if agreement.start <= month_of(half, 3, 21)
    )


def lay_mentorships(world: World) -> None:
    """SKL-13 (58 pairs)."""
    rng = world.rng("mentorships")
    firms = [firm for firm in world.covered() if firm.staff >= 50 and firm.home.founded_on < world.timeline.day(-20)]
    days = [
        some_day(rng, world.timeline.day(-19), world.timeline.day(-12))
        for _ in range(MENTORSHIPS - sum(MENTORSHIPS_IN))
    ]
    for half, count in zip(world.timeline.halves, MENTORSHIPS_IN, strict=True):
        days += [some_weekday(rng, half.start, half.end) for _ in range(count)]
    rows = []
    for place, day in enumerate(days):
        firm = firms[place % len(firms)]
        pair = rng.sample(firm.home.active_on(world.timeline.last_day), 2)
        rows.append(
            Mentorship(
                union=firm.union,
                employer=firm.row,
                mentor=pair[0].person.name[:30],
                learner=pair[1].person.name,
                plan="一年带教，独立上岗",
                start=day,
            )
        )
    lay(rows)


def lay_dispatches(world: World) -> None:
    """SELF-11 (23 district, 2 municipal, 2 national), with some that no outlet took."""
    rng = world.rng("dispatches")
    rows: list[Dispatch] = []
    for half, counts in zip(world.timeline.halves, DISPATCHES, strict=True):
        for level, count in zip(OUTLETS, counts, strict=True):
            rows += [
                dispatch(world, some_weekday(rng, half.start, half.end), level, len(rows) + n, True)
                for n in range(count)
            ]
        rows += [dispatch(world, month_of(half, 2 + n, 11), "DISTRICT", len(rows) + n, False) for n in range(4)]
    lay(rows)


def dispatch(world: World, day: date, level: str, number: int, is_adopted: bool) -> Dispatch:
    title = f"{world.places[number % len(world.places)].name}：{HEADLINES[number % len(HEADLINES)]}"
    return Dispatch(
        union=world.federation if number % 3 else world.hubs[number % len(world.hubs)],
        title=title,
        outlet=OUTLETS[level],
        level=level,
        submitted_on=day - timedelta(days=2),
        adopted_on=day if is_adopted else None,
    )
