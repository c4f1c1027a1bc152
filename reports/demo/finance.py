"""Dues, audits, goods, and the federation's and employers' spending on facilities."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from finance.models import (
    AssetItem,
    AssetMovement,
    AuditEngagement,
    AuditFinding,
    Budget,
    BudgetLine,
    DuesRecord,
    DuesRule,
    EmployerSpending,
    SpendingCap,
)
from reports.demo.ledger import BANK, FACILITIES, book
from reports.demo.timeline import month_of, some_weekday
from reports.demo.world import Body, World, lay
from unions.periods import month_start

DUES_RATE = Decimal("0.005")
MEAN_WAGE = 3_280
AUDITS, FINDINGS, RECTIFIED = (14, 15, 18), (15, 16, 20), (13, 15, 18)
FACILITY_COSTS = ((18_600, 9_400), (22_000, 12_500), (26_800, 15_200, 8_000))
MATTERS = (
    "部分支出凭证附件不全",
    "会费台账登记不及时",
    "慰问品发放未实行签收",
    "固定物资未建立台账",
    "经费支出未经集体研究",
)
GOODS = (("乒乓球桌", "张"), ("篮球架", "副"), ("羽毛球拍", "副"), ("跑步机", "台"), ("图书", "册"))
ISSUED_GOODS = (46, 52, 61)


def lay_finance(world: World) -> None:
    lay_dues_rules(world)
    lay(dues(world))
    lay_audits(world)
    lay_facility_spending(world)
    lay_goods(world)
    lay_budget(world)


def lay_dues_rules(world: World) -> None:
    start = world.timeline.day(-47)
    DuesRule.objects.create(rate=DUES_RATE, start=start, source="会费按工资0.5%缴纳，不足10元部分不计")
    SpendingCap.objects.create(
        event="法定节日慰问品",
        cap=Decimal("1500.00"),
        form="GOODS",
        per="PERSON_YEAR",
        start=start,
        source="演示数据，以所在地现行规定为准",
    )


def dues(world: World) -> Iterator[DuesRecord]:
    """SELF-07, SELF-07b: every union, every month; a few members are behind."""
    rng, first = world.rng("dues"), world.timeline.beginning
    months = [month_start(first.year, first.month + number) for number in range(18)]
    for month in months:
        for body in world.standing(month):
            members = len(body.active_on(month))
            if not members:
                continue
            paid = members - rng.choice((0, 0, 0, 1, members // 40, members // 25))
            wage = MEAN_WAGE * rng.uniform(0.9, 1.15) // 10 * 10
            fee = (Decimal(int(wage)) * DUES_RATE).quantize(Decimal("0.01"))
            yield DuesRecord(
                union=body.row,
                month=month,
                members_due=members,
                members_paid=paid,
                amount_due=members * fee,
                amount_paid=paid * fee,
            )


def lay_audits(world: World) -> None:
    """SELF-09 and SELF-10: audits closed in each half, with what they found and what was put right."""
    rng = world.rng("audits")
    for number, half in enumerate(world.timeline.halves):
        bodies = rng.sample([body for body in world.standing(half.start) if body.staff >= 40], AUDITS[number])
        audits = lay(audit(body, half, place) for place, body in enumerate(bodies))
        findings = []
        for place in range(FINDINGS[number]):
            engagement, due = audits[place % len(audits)], month_of(half, 5, 2 + place)
            rectified = due - timedelta(days=3 + place) if place < RECTIFIED[number] else None
            matter = MATTERS[place % len(MATTERS)]
            findings.append(
                AuditFinding(
                    union=engagement.union, engagement=engagement, matter=matter, due_on=due, rectified_on=rectified
                )
            )
        lay(findings)


def audit(body: Body, half: object, place: int) -> AuditEngagement:
    opened = month_of(half, 1 + place % 3, 6 + place)  # type: ignore[arg-type]
    return AuditEngagement(
        union=body.row,
        opened_on=opened,
        closed_on=opened + timedelta(days=24),
        published_on=opened + timedelta(days=31),
        subject="工会经费收支及物资台账审计",
        auditor="街道总工会经费审查委员会",
    )


def lay_facility_spending(world: World) -> None:
    """CULT-06 through the ledger, CULT-07 as the employers report it."""
    rng, rows = world.rng("facilities"), []
    names = ("职工活动中心健身器材更新", "社区职工书屋补充图书架", "露天篮球场灯光维修")
    for half, costs in zip(world.timeline.halves, FACILITY_COSTS, strict=True):
        for number, cost in enumerate(costs):
            day = month_of(half, 3 + number, 15)
            book(world, day, day, names[number], FACILITIES, BANK, Decimal(cost))
        for firm in rng.sample([one for one in world.covered() if one.staff >= 60], 9):
            day = some_weekday(rng, max(half.start, firm.home.founded_on), half.end)
            amount = Decimal(rng.randrange(20, 240) * 100)
            rows.append(
                EmployerSpending(
                    union=firm.union,
                    employer=firm.row,
                    spent_on=day,
                    purpose="职工文体活动场地与器材",
                    amount=amount,
                )
            )
    lay(rows)


def lay_goods(world: World) -> None:
    """CULT-08: equipment received by the federation and issued to unions."""
    rng = world.rng("goods")
    items = lay(
        AssetItem(union=world.federation, name=name, unit=unit, keeper="顾佳怡", is_equipment=name != "图书")
        for name, unit in GOODS
    )
    start = world.timeline.day(-14, 8)
    rows = [
        AssetMovement(union=world.federation, item=item, direction="IN", quantity=120, moved_on=start) for item in items
    ]
    for half, count in zip(world.timeline.halves, ISSUED_GOODS, strict=True):
        left = count
        while left:
            quantity = min(left, rng.randint(2, 9))
            left -= quantity
            body = rng.choice(world.standing(half.start))
            day = some_weekday(rng, half.start, half.end)
            item = rng.choice(items[:4])
            rows.append(AssetMovement(union=body.row, item=item, direction="OUT", quantity=quantity, moved_on=day))
        books = rng.choice(world.standing(half.start)).row
        rows.append(
            AssetMovement(union=books, item=items[4], direction="OUT", quantity=30, moved_on=month_of(half, 4, 23))
        )
    lay(rows)


def lay_budget(world: World) -> None:
    """The federation's budget of the year, by account."""
    year = world.timeline.half.year
    passed = date(year, 1, 20)
    budget = Budget.objects.create(union=world.federation, year=year, passed_on=passed)
    accounts = world.notes["accounts"]
    amounts = {"50102": 180_000, FACILITIES: 90_000, "50204": 60_000, "50205": 120_000, "506": 80_000}
    lay(
        BudgetLine(union=world.federation, budget=budget, account=accounts[code], amount=Decimal(amount))
        for code, amount in amounts.items()
    )
