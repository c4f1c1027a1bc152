"""Hardship files from the application to the register, and the temporary relief the federation paid."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from members.models import Person
from relief.models import (
    ApprovalStep,
    HardshipFile,
    HomeVisit,
    HouseholdMember,
    MinimumAllowance,
    PublicNotice,
    ReliefApplication,
    ReliefPayment,
)
from reports.demo.ledger import RELIEF_FUND, book
from reports.demo.people import someone
from reports.demo.timeline import month_of, noon, some_weekday
from reports.demo.world import World, known, lay
from unions.periods import HalfYear

# Temporary relief of the federation, yuan: 9,500 in the half.
GRANTS = ((1500, 2000, 1500, 1800), (2000, 1000, 1500), (2500, 2000, 2000, 1500, 1500))
# Files opened and closed in the three halves, and those from before that are still open.
OPENED, CLOSED, FROM_BEFORE = (6, 4, 5), (2, 4, 3), 40
STAGES = ("SUBMITTED", "HOME_VISITED", "NOTICE", "SUBDISTRICT_APPROVED")
OLD_CLASSES, NEW_CLASSES = ("ORDINARY", "ORDINARY", "SEVERE", "EXTREME"), ("RELATIVE", "RELATIVE", "DEEP", "ACCIDENTAL")
CLASSES_CHANGED = date(2019, 1, 1)
CAUSES = ("ILLNESS", "ILLNESS", "SCHOOLING", "DISABILITY", "ACCIDENT", "UNEMPLOYMENT")


def lay_files(world: World) -> None:
    """CARE-05 (5 opened), CARE-06 and CARE-06b: files on the register, closed ones, and some under way."""
    rng, timeline = world.rng("files"), world.timeline
    MinimumAllowance.objects.create(
        start=timeline.day(-35), amount=Decimal("620.00"), source="区民政部门公布标准（演示数据）"
    )
    opened = [some_weekday(rng, timeline.day(-50), timeline.day(-14)) for _ in range(FROM_BEFORE + sum(CLOSED))]
    for half, count in zip(timeline.halves, OPENED, strict=True):
        opened += [month_of(half, 2 + place % 4, 6 + 3 * place) for place in range(count)]
    people = someone(world, rng, len(opened) + len(STAGES), timeline.day(-50))
    files = [
        register(world, rng, person, day, place)
        for place, (person, day) in enumerate(zip(people, opened, strict=False))
    ]
    close_some(timeline.halves, files)
    files += [under_way(world, rng, person, stage) for person, stage in zip(people[len(opened) :], STAGES, strict=True)]
    lay(files)
    lay_file_rows(world, rng, files)
    world.notes["files"] = files


def category(rng: Random, day: date) -> str:
    return rng.choice(NEW_CLASSES if day >= CLASSES_CHANGED else OLD_CLASSES)


def register(world: World, rng: Random, person: Person, day: date, place: int) -> HardshipFile:
    return HardshipFile(
        union=person.union,
        principal=person,
        file_no=f"CJ-{day.year}-{place + 1:04d}",
        category=category(rng, day),
        cause=rng.choice(CAUSES),
        status="ACTIVE",
        consent_on=day - timedelta(days=40),
        opened_on=day,
        reviewed_on=max(day, month_of(world.timeline.half.previous(), 6, 12)),
        annual_income=f"{rng.randrange(18, 40) * 1000}",
        rigid_expenditure=f"{rng.randrange(15, 38) * 1000}",
        illness=rng.choice(("慢性肾病", "术后康复", "肢体残疾", "肝病")),
    )


def close_some(halves: tuple[HalfYear, ...], files: list[HardshipFile]) -> None:
    """Of those from before the year of comparison; one in each half because the household moved away."""
    place = 0
    for half, count in zip(halves, CLOSED, strict=True):
        for number in range(count):
            file, kind = files[place], "RELIEVED" if number % 2 == 0 else "SUPPORTED"
            file.status, file.exit_kind = f"EXITED_{kind}", kind
            file.exited_on = month_of(half, 2 + number, 19)
            file.reviewed_on = max(known(file.opened_on), file.exited_on - timedelta(days=10))
            place += 1


def under_way(world: World, rng: Random, person: Person, stage: str) -> HardshipFile:
    """An application not yet on the register; it counts nowhere."""
    day = world.timeline.day(6, 4)
    return HardshipFile(
        union=person.union,
        principal=person,
        category=category(rng, day),
        cause=rng.choice(CAUSES),
        status=stage,
        consent_on=day,
        annual_income="26000",
        rigid_expenditure="31000",
    )


def lay_file_rows(world: World, rng: Random, files: list[HardshipFile]) -> None:
    """Households; and for the files of the three halves the visit by two, the notice and the steps of approval."""
    households = [household(rng, file, place) for place, file in enumerate(files)]
    visits, notices, steps = [], [], []
    for file in files:
        if file.opened_on is not None and file.opened_on >= world.timeline.beginning:
            visits.append(home_visit(file, file.opened_on - timedelta(days=26)))
            notices.append(notice(file, file.opened_on - timedelta(days=16)))
            steps += approvals(world, file)
        elif file.status in STAGES[1:]:
            visits.append(home_visit(file, world.timeline.day(6, 11)))
            if file.status != "HOME_VISITED":
                notices.append(notice(file, world.timeline.day(6, 18)))
    lay(households)
    lay(visits)
    lay(notices)
    lay(steps)


def household(rng: Random, file: HardshipFile, place: int) -> HouseholdMember:
    relation = ("SPOUSE", "CHILD", "PARENT")[place % 3]
    birth = {"SPOUSE": 1974, "CHILD": 2001, "PARENT": 1948}[relation] + rng.randint(-4, 4)
    return HouseholdMember(
        union_id=file.union_id,
        file=file,
        relation=relation,
        birth_year=birth,
        annual_income=f"{rng.randrange(0, 20)}000",
    )


def home_visit(file: HardshipFile, day: date) -> HomeVisit:
    return HomeVisit(
        union_id=file.union_id,
        file=file,
        visited_on=day,
        first_visitor="忻佩芬",
        second_visitor="张秀兰",
        finding="与申请材料相符",
    )


def notice(file: HardshipFile, start: date) -> PublicNotice:
    return PublicNotice(
        union_id=file.union_id,
        file=file,
        starts_on=start,
        ends_on=start + timedelta(days=7),
        place="所在单位及社区公示栏",
    )


def approvals(world: World, file: HardshipFile) -> list[ApprovalStep]:
    """Who took each step: whoever verifies never approves."""
    taken = (
        ("HOME_VISITED", "bangfu", 26),
        ("MEANS_TESTED", "bangfu", 20),
        ("NOTICE", "bangfu", 16),
        ("SUBDISTRICT_APPROVED", "zhuxi", 6),
        ("ACTIVE", "bangfu", 0),
    )
    return [
        ApprovalStep(
            union_id=file.union_id,
            file=file,
            step=step,
            actor=world.users[who],
            decided_at=noon(known(file.opened_on) - timedelta(days=before)),
        )
        for step, who, before in taken
    ]


def lay_grants(world: World) -> None:
    """CARE-07 (9,500.00): temporary relief applied for, verified, approved and paid out of the special fund."""
    files = [file for file in world.notes["files"] if file.status == "ACTIVE"]
    place = 0
    for half, amounts in zip(world.timeline.halves, GRANTS, strict=True):
        for number, amount in enumerate(amounts):
            known = [file for file in files if file.opened_on < half.start]
            grant(world, known[place % len(known)], month_of(half, 2 + number % 5, 8 + 3 * number), Decimal(amount))
            place += 1
    waiting = [file for file in files if file.opened_on >= world.timeline.beginning][:3]
    lay(application(file, world.timeline.day(6, 20 + number), Decimal(1500)) for number, file in enumerate(waiting))


def application(file: HardshipFile, day: date, amount: Decimal) -> ReliefApplication:
    return ReliefApplication(
        union_id=file.union_id,
        person_id=file.principal_id,
        file=file,
        kind="TEMPORARY",
        applied_on=day,
        amount_asked=amount,
        reason="家庭临时困难",
    )


def grant(world: World, file: HardshipFile, paid_on: date, amount: Decimal) -> None:
    request = application(file, paid_on - timedelta(days=18), amount)
    request.status, request.amount_approved, request.decided_on = "PAID", amount, paid_on - timedelta(days=4)
    request.save()
    for step, who, before in (("VERIFIED", "bangfu", 12), ("APPROVED", "zhuxi", 4)):
        ApprovalStep.objects.create(
            union_id=file.union_id,
            application=request,
            step=step,
            actor=world.users[who],
            decided_at=noon(paid_on - timedelta(days=before)),
        )
    voucher = book(world, paid_on, paid_on, f"发放临时困难救助（{file.file_no}）", RELIEF_FUND, "102", amount)
    ReliefPayment.objects.create(
        union_id=file.union_id,
        person_id=file.principal_id,
        file=file,
        application=request,
        kind="TEMPORARY",
        source="FEDERATION",
        amount_cash=amount,
        paid_on=paid_on,
        ledger_transaction=voucher,
    )
