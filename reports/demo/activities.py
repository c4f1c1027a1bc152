"""Training, culture and sport, contests, check-ups, recuperation and job placements."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from members.models import (
    Activity,
    ActivityParticipation,
    ActivitySeries,
    Contest,
    ContestEntry,
    HealthCheck,
    JobPlacement,
    Recuperation,
)
from reports.demo.people import someone
from reports.demo.timeline import month_of, some_weekday
from reports.demo.world import World, lay
from reports.indicators.members import ONE_HOUR_CLASS
from unions.periods import HalfYear

# Courses at the training bases: title, sessions, attendances in the half; 8 sessions and 968 trainees in all.
COURSES = (
    ("电工安全操作培训班", 2, 246),
    ("叉车作业岗前培训", 1, 118),
    ("办公软件应用培训", 2, 203),
    ("班组长管理能力培训", 1, 164),
    ("消防与应急处置培训", 1, 142),
    ("新员工入职安全教育", 1, 95),
)
COURSE_SCALE, COURSES_HELD = (0.86, 0.93, 1.0), (5, 5, 6)
ON_SITE = (2, 3, 3)
TREASURERS, OFFICERS = (57, 0, 64), (88, 102, 115)
ONE_HOUR = (11, 12, 13)
# Culture and sport: title, kind, level, attendances, teams in the half; 13 teams in all.
EVENTS = (
    ("首届职工广场健身操展演", "SPORT", "SUBDISTRICT", 412, 13),
    ("迎新春职工文艺联欢", "CULTURE", "SUBDISTRICT", 260, None),
    ("职工乒乓球友谊赛", "SPORT", "SUBDISTRICT", 96, None),
    ("茶艺知识体验课", "CULTURE", "COMMUNITY", 45, None),
    ("职工读书分享会", "CULTURE", "COMMUNITY", 68, None),
    ("社区职工棋类邀请赛", "SPORT", "COMMUNITY", 54, None),
    ("企业职工趣味运动会", "SPORT", "ENTERPRISE", 186, None),
    ("车间班组歌咏会", "CULTURE", "ENTERPRISE", 120, None),
    ("职工摄影作品巡展", "CULTURE", "SUBDISTRICT", 230, None),
    ("青年职工联谊活动", "CULTURE", "SUBDISTRICT", 84, None),
    ("组队参加区职工文化节", "CULTURE", "DISTRICT", 40, None),
    ("羽毛球公开日", "SPORT", "COMMUNITY", 72, None),
)
EVENTS_HELD, EVENT_TEAMS = (9, 10, 12), (9, 10, 13)
EMULATION = (62, 66, 71)
CHECKED, RESTED, PLACED = (21, 8, 24), (14, 12, 17), (33, 37, 41)


def lay_activities(world: World) -> None:
    series = ActivitySeries.objects.create(code=ONE_HOUR_CLASS, name="一小时课堂", start=world.timeline.day(-20))
    for number, half in enumerate(world.timeline.halves):
        lay_courses(world, number, half)
        lay_officer_courses(world, number, half)
        lay(one_hour_classes(world, number, half, series))
        lay(events(world, number, half))
        lay_contests(world, number, half)
        lay_children(world, half)
        lay_health(world, number, half)
        lay_placements(world, number, half)


def activity(world: World, title: str, kind: str, half: HalfYear, month: int, day: int, **facts: object) -> Activity:
    starts = month_of(half, month, day)
    facts = {"union": world.federation, "ends_on": starts, "place": "街道职工活动中心"} | facts
    return Activity(title=title, kind=kind, starts_on=starts, **facts)


def lay_courses(world: World, number: int, half: HalfYear) -> None:
    """SKL-04 (8), SKL-05 (3), SKL-06 (968): free courses at the bases and those brought to employers."""
    rows = [
        activity(
            world,
            title,
            "TRAINING",
            half,
            1 + place % 6,
            11 + place,
            sessions=sessions,
            attendances=round(persons * COURSE_SCALE[number]),
            female=round(persons * 0.3),
            place="社区职工教育培训基地",
            cost_union=Decimal(1200 * sessions),
        )
        for place, (title, sessions, persons) in enumerate(COURSES[: COURSES_HELD[number]])
    ]
    firms = [firm for firm in world.covered() if firm.staff >= 100][number : number + ON_SITE[number]]
    rows += [
        activity(
            world,
            f"送学上门：{firm.industry}安全技能课",
            "TRAINING",
            half,
            3 + place,
            19,
            union=firm.union,
            employer=firm.row,
            is_on_site=True,
            attendances=38 + 6 * place,
            level="ENTERPRISE",
            place=firm.name,
        )
        for place, firm in enumerate(firms)
    ]
    lay(rows)


def lay_officer_courses(world: World, number: int, half: HalfYear) -> None:
    """SELF-08 (64 unions) and SELF-14: courses for treasurers and for chairs."""
    rows = [
        activity(
            world, "工会主席业务培训班", "TRAINING", half, 4, 16, audience="OFFICERS", attendances=OFFICERS[number]
        )
    ]
    if TREASURERS[number]:
        rows.append(
            activity(
                world,
                "工会财务人员培训班",
                "TRAINING",
                half,
                3,
                12,
                audience="TREASURERS",
                attendances=TREASURERS[number] + 5,
            )
        )
    for course in lay(rows):
        if course.audience == "TREASURERS":
            bodies = [body for body in world.standing(half.start) if body.staff >= 25][: TREASURERS[number]]
            lay(ActivityParticipation(union=body.row, activity=course, attendances=1) for body in bodies)


def one_hour_classes(world: World, number: int, half: HalfYear, series: ActivitySeries) -> list[Activity]:
    """SKL-16: the one-hour class, counted since it began."""
    hubs = world.hubs
    return [
        activity(
            world,
            f"一小时课堂：{('劳动法规', '心理健康', '急救常识', '家庭教育')[place % 4]}",
            "EDUCATION",
            half,
            1 + place % 6,
            5 + place,
            union=hubs[place % len(hubs)],
            level="COMMUNITY",
            series=series,
            attendances=26 + place,
            place=world.places[place % len(hubs)].name,
        )
        for place in range(ONE_HOUR[number])
    ]


def events(world: World, number: int, half: HalfYear) -> list[Activity]:
    """CULT-01, CULT-02 and CULT-03 (13 teams), by level."""
    scale, rows = 0.85 + 0.075 * number, []
    employer = next(firm for firm in world.covered() if firm.staff >= 200)
    for place, (title, kind, level, persons, teams) in enumerate(EVENTS[: EVENTS_HELD[number]]):
        facts: dict[str, object] = {"union": world.hubs[place % 8]} if level == "COMMUNITY" else {}
        if level == "ENTERPRISE":
            facts = {"union": employer.union, "employer": employer.row, "cost_employer": Decimal(6800)}
        rows.append(
            activity(
                world,
                title,
                kind,
                half,
                1 + place % 6,
                6 + place,
                level=level,
                attendances=round(persons * scale),
                teams=EVENT_TEAMS[number] if teams else None,
                co_organisers="文化站、妇联、团工委" if teams else "",
                **facts,
            )
        )
    rows.append(activity(world, "劳动法规集中宣传日", "LEGAL_PUBLICITY", half, 5, 8, audience="PUBLIC", materials=800))
    rows.append(activity(world, "工会主席专题党课", "EDUCATION", half, 2, 26, attendances=90 + number))
    return rows


def lay_children(world: World, half: HalfYear) -> None:
    """CARE-36: a winter class in a first half, a summer camp in a second."""
    is_first = half.half == 1
    row = activity(
        world,
        "职工子女寒假托管班" if is_first else "外来务工职工子女夏令营",
        "CHILDCARE",
        half,
        2 if is_first else 1,
        10,
        audience="CHILDREN",
        sessions=2 if is_first else 3,
        attendances=(64 if is_first else 118) + half.year % 5,
    )
    row.ends_on = row.starts_on + timedelta(days=9)
    lay([row])


def lay_contests(world: World, number: int, half: HalfYear) -> None:
    """SKL-01, SKL-02 (2), SKL-03, CULT-04 (a sixth place)."""
    facts = [
        ("EMULATION", "节约增效保安全劳动竞赛", "SUBDISTRICT", 1, None, None),
        ("SKILLS", "危险化学品应急处置技能比武", "SUBDISTRICT", 4, 58, None),
        ("SKILLS", "纺织行业消防演练比武", "SUBDISTRICT", 5, 44, None),
        ("CULTURE", "区职工运动会团体赛", "DISTRICT", 5, 32, 6),
    ]
    if number == 1:
        facts = facts[:2]
    contests = lay(
        Contest(
            union=world.federation,
            type=kind,
            title=title,
            level=level,
            starts_on=month_of(half, month, 14),
            ends_on=month_of(half, month if kind != "EMULATION" else 6, 16),
            rank=rank + (2 - number) if rank else None,
            contestants=persons and persons - 6 * (2 - number),
            theme="节约、增效、安全" if kind == "EMULATION" else "",
            result="团体名次" if rank else "",
        )
        for kind, title, level, month, persons, rank in facts
    )
    firms = [firm for firm in world.covered() if firm.staff >= 25 and firm.home.founded_on < half.start]
    entrants = [(contests[0], firm) for firm in firms[: EMULATION[number]]]
    entrants += [(contest, firm) for contest in contests[1:3] for firm in firms[:9]]
    lay(ContestEntry(union=firm.union, contest=contest, employer=firm.row, contestants=4) for contest, firm in entrants)


def lay_health(world: World, number: int, half: HalfYear) -> None:
    """CARE-34 (24 chairs, one of each union) and CARE-35 (17 front-line workers)."""
    bodies = [body for body in world.standing(half.start) if body.staff >= 40 and not body.is_full][: CHECKED[number]]
    day = month_of(half, 5, 20)
    lay(
        HealthCheck(
            union=body.row,
            round=f"{half.year}年{'上' if half.half == 1 else '下'}半年工会主席体检",
            person=body.chair_person,
            checked_on=day,
            is_chair=True,
            organised_by="区总工会",
        )
        for body in bodies
    )
    rng = world.rng(f"recuperation {number}")
    lay(
        Recuperation(
            union_id=person.union_id,
            person=person,
            place=("太湖职工疗养院", "山海职工疗养院", "湖畔职工疗养院")[number],
            starts_on=month_of(half, 4, 9),
            days=5,
            cost=Decimal(1850),
        )
        for person in someone(world, rng, RESTED[number], half.start)
    )


def lay_placements(world: World, number: int, half: HalfYear) -> None:
    """SKL-15: people placed in work, one row each; referrals stand beside them and are not counted."""
    rng = world.rng(f"placements {number}")
    firms = [firm for firm in world.covered() if firm.staff >= 40]
    lay(
        JobPlacement(
            union=world.hubs[firm.place],
            employer=firm.row,
            kind="EMPLOYED" if place < PLACED[number] else "REFERRED",
            worker_group=rng.choice(("LAID_OFF", "MIGRANT", "MIGRANT", "GRADUATE", "OTHER")),
            placed_on=some_weekday(rng, half.start, half.end),
        )
        for place in range(PLACED[number] + 12)
        for firm in [rng.choice(firms)]
    )
