"""How the unions stand: classes, campaigns, awards, assessment, facilities, pairings, mentorships, dispatches."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from finance.models import ClassSubsidy
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
    ClockRule,
    Dispatch,
    DispatchScore,
    Facility,
    Mentorship,
    ModelClass,
    Nomination,
    PairActivity,
    PairAgreement,
    PairMember,
    SchemeGrade,
    Selection,
    Union,
)
from unions.periods import HalfYear

CLASSES: tuple[dict[str, int], ...] = (
    {"MODEL": 2, "ADVANCED": 7, "COMPLIANT": 9},
    {},
    {"MODEL": 3, "ADVANCED": 8, "COMPLIANT": 10},
)
SUBSIDY = {"MODEL": 3000, "ADVANCED": 2000, "COMPLIANT": 1000}
LEAST = {"MODEL": 90, "ADVANCED": 80, "COMPLIANT": 70}
# Of the classes given last, so many still wait for their subsidy.
UNPAID = 3
STANDARD_ITEMS = (
    ("组织机构健全，换届按期完成", "20"),
    ("集体协商和职代会制度落实", "20"),
    ("职工服务阵地规范", "15"),
    ("会员实名制和台账齐全", "15"),
    ("经费计提缴纳足额", "20"),
    ("活动有计划有成效", "10"),
)
SIX_HAVES = (
    ("有依法选举的工会主席", "17"),
    ("有独立健全的组织机构", "17"),
    ("有服务职工的活动载体", "17"),
    ("有健全完善的制度机制", "17"),
    ("有自主管理的工会经费", "16"),
    ("有会员满意的工作绩效", "16"),
)
# The district's list of eight is a local document; these stand in for it.
EIGHT_HAVES = tuple(
    (name, "12.5")
    for name in (
        "有组织机构",
        "有专职人员",
        "有办公场所",
        "有工作制度",
        "有工作经费",
        "有服务阵地",
        "有活动开展",
        "有档案台账",
    )
)
# How many unions stand in which state of this year's assessment.
UNDER_WAY = (("APPLIED", 9), ("SELF_ASSESSED", 7), ("CHECKED", 5))
POINTS = (("SUBDISTRICT", "1"), ("DISTRICT", "2"), ("CITY", "5"), ("PROVINCE", "8"), ("NATIONAL", "10"))
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
    lay_rules(world)
    lay_classes(world)
    lay_under_way(world)
    lay_checklists(world)
    lay_campaigns(world)
    lay_awards(world)
    lay_selections(world)
    lay_assessments(world)
    lay_facilities(world)
    lay_pairings(world)
    lay_mentorships(world)
    lay_dispatches(world)


def lay_rules(world: World) -> None:
    """The points of adopted dispatches, and how long a title stands on public notice."""
    start, source = world.timeline.day(-47), "演示数据，以所在地现行办法为准"
    lay(DispatchScore(level=level, points=Decimal(points), start=start, source=source) for level, points in POINTS)
    ClockRule.objects.get_or_create(
        code="TITLE_NOTICE",
        defaults={"name": "创建命名公示", "length": 5, "unit": "WORKING", "start": start, "source": source},
    )


def lay_classes(world: World) -> None:
    """ORG-19 (3 model, 8 advanced, 10 compliant): the classes of the year before, given with a subsidy."""
    for half, grades in zip(world.timeline.halves, CLASSES, strict=True):
        if not grades:
            continue
        scheme = standard_scheme(half.year - 1)
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
        for place, row in enumerate(rows):
            checked = month_of(half, 1, 12 + place % 9)
            total = Decimal(LEAST[row.grade]) + place % 8
            row.assessment = lay_assessment(scheme, row.union, "CLASSED", checked, total, row.awarded_on)
        lay(rows)
        is_last = half == world.timeline.half
        pay(world, half, rows[: len(rows) - UNPAID] if is_last else rows)


def pay(world: World, half: HalfYear, rows: list[ModelClass]) -> None:
    """One voucher for all subsidies of a half, and the row of each."""
    paid_on = month_of(half, 4, 28)
    total = sum((known(row.subsidy) for row in rows), Decimal(0))
    voucher = book(world, paid_on, half.start, "规范化建设等次工会补助", "506", BANK, total)
    lay(
        ClassSubsidy(
            union=row.union,
            model_class=row,
            transaction=voucher,
            amount=row.subsidy,
            belongs_to=half.start,
            paid_on=paid_on,
        )
        for row in rows
    )


def standard_scheme(year: int) -> AssessmentScheme:
    """The sub-district's scheme of 100 points with its three classes."""
    scheme = lay_scheme(f"GFH-{year}", f"{year}年度基层工会规范化建设考核", year, STANDARD_ITEMS)
    lay(
        SchemeGrade(scheme=scheme, grade=grade, least_points=least, subsidy=SUBSIDY[grade])
        for grade, least in LEAST.items()
    )
    return scheme


def lay_scheme(
    code: str, name: str, year: int, items: tuple[tuple[str, str], ...], level: str = "SUBDISTRICT"
) -> AssessmentScheme:
    scheme = AssessmentScheme.objects.create(
        code=code,
        name=name,
        year=year,
        level=level,
        source="基层工会规范化建设考核管理办法（演示数据）",
        closes_on=date(year, 12, 20),
    )
    lay(
        AssessmentItem(scheme=scheme, number=number, name=item, weight=Decimal(weight))
        for number, (item, weight) in enumerate(items, 1)
    )
    return scheme


def lay_assessment(
    scheme: AssessmentScheme, union: Union, status: str, day: date, total: Decimal, classed_on: date | None = None
) -> Assessment:
    """A union's assessment that reached ``status``, checked (or to be) on ``day`` with ``total`` points."""
    scored, checked = status != "APPLIED", status in ("CHECKED", "CLASSED")
    row = Assessment.objects.create(
        union=union,
        scheme=scheme,
        status=status,
        applied_on=day - timedelta(days=70),
        self_assessed_on=day - timedelta(days=35) if scored else None,
        checked_on=day if checked else None,
        checked_by="街道总工会考核组" if checked else "",
        classed_on=classed_on,
    )
    lost = 100 - total
    rows = []
    for item in scheme.items.all() if scored else ():
        less = min(lost, item.weight / 2)
        lost -= less
        score = item.weight - less
        own = min(item.weight, score + 1)
        rows.append(
            AssessmentScore(union=union, assessment=row, item=item, self_score=own, score=score if checked else None)
        )
    lay(rows)
    return row


def lay_under_way(world: World) -> None:
    """This year's assessment, open for applications, with unions in every state."""
    half = world.timeline.half
    scheme = standard_scheme(half.year)
    bodies = iter([body for body in world.standing(half.start) if body.staff >= 40 and not body.ended_on])
    for status, count in UNDER_WAY:
        for place in range(count):
            lay_assessment(scheme, next(bodies).row, status, month_of(half, 5, 8 + place), Decimal(66 + 5 * place))


def lay_checklists(world: World) -> None:
    """The six haves of enterprise unions and the eight haves of communities: schemes without classes."""
    half = world.timeline.half
    six = lay_scheme(f"LIUYOU-{half.year}", f"{half.year}年企业工会“六有”创建", half.year, SIX_HAVES)
    eight = lay_scheme(f"BAYOU-{half.year}", f"{half.year}年社区工会“八有”规范化", half.year, EIGHT_HAVES, "COMMUNITY")
    for place, body in enumerate(world.standing(half.start)[30:42]):
        lay_assessment(six, body.row, "CHECKED", month_of(half, 4, 2 + place), Decimal(100 if place % 3 else 84))
    for place, hub in enumerate(world.hubs):
        lay_assessment(eight, hub, "CHECKED", month_of(half, 3, 5 + place), Decimal("100" if place % 2 else "87.5"))


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
    lay(
        enrolment(row, firm, day, **under_way(place, day, world.timeline.last_day))
        for place, (firm, day) in enumerate(zip(firms, days, strict=False))
    )


def under_way(place: int, applied: date, last_day: date) -> dict[str, object]:
    """How far an entry of the drive has come by the half's end: every fourth one step less than the one before it."""
    steps = (
        ("recommended_on", "RECOMMENDED", 7),
        ("reviewed_on", "UNDER_REVIEW", 21),
        ("notice_from", "PUBLIC_NOTICE", 35),
    )
    facts: dict[str, object] = {}
    for name, status, days in steps[: place % 4]:
        if applied + timedelta(days=days) <= last_day:
            facts |= {name: applied + timedelta(days=days), "status": status}
    return facts


def lay_harmonious(world: World, year: int, firms: list[Firm]) -> None:
    """HARM-20 and HARM-21 (4 demonstration units)."""
    row = campaign("HARMONIOUS", "和谐企业创建", year, "DISTRICT")
    place, rows = 0, []
    for number, (half, count) in enumerate(zip(world.timeline.halves, (12, 9, 14), strict=True)):
        for one in range(count):
            applied = month_of(half, 2, 6 + one)
            granted = month_of(half, 6, 10) if one % 2 == 0 else None
            shown = {"is_demonstration": (number, one) in ((0, 0), (0, 2), (1, 0), (2, 0))}
            facts = granted_facts(applied, granted) if granted else {}
            rows.append(enrolment(row, firms[place], applied, **facts, **shown))
            place += 1
    lay(rows)


def granted_facts(applied: date, granted: date) -> dict[str, object]:
    """Every step of an entry that was granted its title."""
    return {
        "status": "GRANTED",
        "recommended_on": applied + timedelta(days=20),
        "reviewed_on": applied + timedelta(days=45),
        "notice_from": granted - timedelta(days=21),
        "granted_on": granted,
        "document_no": f"区和谐办〔{granted.year}〕7号",
    }


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


def lay_selections(world: World) -> None:
    """This year's choice of the advanced: eight collectives by number, activists by a share of the members."""
    half = world.timeline.half
    deadline = date(half.year, 12, 20)
    groups, activists = lay(
        Selection(union=world.federation, name=name, year=half.year, deadline=deadline, **quota)
        for name, quota in (
            (f"{half.year}年度先进工会集体", {"quota": 8}),
            (f"{half.year}年度工会积极分子", {"quota_percent": Decimal("3.0")}),
        )
    )
    bodies = [body for body in world.standing(half.start) if body.staff >= 60 and not body.ended_on][:6]
    lay(
        Nomination(union=body.row, selection=groups, nominee=body.row.name[:60], nominated_on=month_of(half, 6, 3))
        for body in bodies
    )
    lay(
        Nomination(union=body.row, selection=activists, nominee=member.person.name, nominated_on=month_of(half, 6, 9))
        for body in bodies
        for member in body.active_on(half.start)[:2]
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
            self_assessed_on=month_of(half, 1, 12),
            checked_on=month_of(half, 1, 23),
            checked_by="区总工会考核组",
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
    lay([PairMember(union=agreements[0].union, agreement=agreements[0], outside_party="山区结对村")])
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
        score=Decimal(dict(POINTS)[level]) if is_adopted else None,
    )
