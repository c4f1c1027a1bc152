"""Rules between figures and rows: stocks that must follow from events, duplicates, amounts in the wrong unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from finance.models import DuesRecord, LedgerEntry, RemittanceLine
from members.models import Activity, Membership
from members.querysets import is_active_member
from relief.models import Donation, FundMovement, GoodwillVisit, ReliefFund, ReliefPayment
from reports.checks.base import Rule, Situation
from reports.indicators.registry import Period, Text
from unions.models import ARRIVALS, DEPARTURES, ORGANS, Union, UnionCensus, UnionEvent
from unions.models.base import in_period

OUTLIER_FACTOR = 100
ROSTER_TOLERANCE = Decimal("0.10")
FEWEST_FOR_MEDIAN = 5


def union_stock(situation: Situation) -> tuple[bool, Text] | None:
    """Closing = opening + founded + in + split − dissolved − merged − out (rules B2)."""
    end, start = situation.value("ORG-01"), situation.before["ORG-01"].value
    if end is None or start is None:
        return None
    events = UnionEvent.objects.within(situation.scope).filter(in_period("happened_on", situation.period))
    events = events.exclude(union__form__in=ORGANS)
    came = events.filter(kind__in=ARRIVALS).count()
    went = events.filter(kind__in=DEPARTURES).count()
    return end == start + came - went, Text(
        f"期初 {start}＋增加 {came}－减少 {went}＝{start + came - went}，期末 {end}。",
        f"Opening {start} + {came} - {went} = {start + came - went}, closing {end}.",
    )


def fund_stock(situation: Situation) -> tuple[bool, Text] | None:
    """Closing balances = opening balances + in − out; funds set up in the period bring their own opening."""
    end, start = situation.value("CARE-03"), situation.before["CARE-03"].value
    if end is None or start is None:
        return None
    funds = ReliefFund.objects.within(situation.scope)
    moved = FundMovement.objects.within(situation.scope).filter(in_period("happened_on", situation.period))
    moved = moved.exclude(fund__closed_on__lt=situation.period.end)
    money_in = moved.incoming().aggregate(all=Sum("amount"))["all"] or Decimal(0)
    money_out = moved.outgoing().aggregate(all=Sum("amount"))["all"] or Decimal(0)
    new = funds.filter(in_period("set_up_on", situation.period))
    brought = new.aggregate(all=Sum("opening_balance"))["all"] or Decimal(0)
    closed = funds.filter(in_period("closed_on", situation.period)).with_balance_on(situation.period.start)
    taken = closed.aggregate(all=Sum("balance"))["all"] or Decimal(0)
    computed = start + brought + money_in - money_out - taken
    return end == computed, Text(
        f"期初 {start:,}＋新建 {brought:,}＋收入 {money_in:,}－支出 {money_out:,}－撤销 {taken:,}"
        f"＝{computed:,}，期末 {end:,}。",
        f"Opening {start:,} + new {brought:,} + in {money_in:,} - out {money_out:,} - closed {taken:,} = {computed:,}, "
        f"closing {end:,}.",
    )


def roster_and_census(situation: Situation) -> tuple[bool, Text] | None:
    """Named members and declared members are two figures; where they drift apart somebody has to look."""
    period, scope = situation.period, situation.scope
    declared = dict(
        UnionCensus.objects.within(scope)
        .filter(in_period("as_of", period))
        .order_by("as_of")
        .values_list("union_id", "members")
    )
    if not declared:
        return None
    rows = Membership.objects.within(scope).filter(is_active_member(period), joined_on__lt=period.end)
    named = dict(rows.order_by().values("union_id").annotate(all=Count("pk")).values_list("union_id", "all"))
    apart = [
        union
        for union, members in declared.items()
        if abs(named.get(union, 0) - members) > max(Decimal(3), members * ROSTER_TOLERANCE)
    ]
    names = list(Union.objects.filter(pk__in=apart[:3]).values_list("name", flat=True))
    return not apart, Text(
        f"申报 {sum(declared.values()):,} 人，花名册 {sum(named.values()):,} 人，相差一成以上的工会 {len(apart)} 家"
        f"{'：' + '、'.join(names) if names else ''}。",
        f"Declared {sum(declared.values()):,}, on the roster {sum(named.values()):,}; unions more than a tenth apart: "
        f"{len(apart)}{' (' + ', '.join(names) + ')' if names else ''}.",
    )


@dataclass(frozen=True)
class Amounts:
    """A column of amounts to look for a wrong unit in."""

    name: Text
    rows: QuerySet[Any]
    day: str
    amount: str


AMOUNTS = (
    Amounts(
        Text("救助发放", "relief payments"),
        ReliefPayment.objects.annotate(total=F("amount_cash") + F("amount_goods")),
        "paid_on",
        "total",
    ),
    Amounts(Text("慰问", "goodwill visits"), GoodwillVisit.objects.with_value(), "visited_on", "value"),
    Amounts(Text("捐款", "donations"), Donation.objects.filter(amount__gt=0), "received_on", "amount"),
    Amounts(Text("会费", "dues"), DuesRecord.objects.filter(amount_paid__gt=0), "month", "amount_paid"),
    Amounts(Text("上缴经费", "remittances"), RemittanceLine.objects.all(), "due_on", "amount"),
    Amounts(Text("基金收支", "fund movements"), FundMovement.objects.all(), "happened_on", "amount"),
)


def wrong_unit(situation: Situation) -> tuple[bool, Text] | None:
    """No amount above a hundred times the period's median of its column: 64,228.5 万元 was 64,228.50 yuan (C-02)."""
    found, seen = [], 0
    for column in AMOUNTS:
        values = amounts_in(column, situation.period, situation)
        seen += len(values)
        if len(values) < FEWEST_FOR_MEDIAN:
            continue
        found += [f"{column.name} {value:,.2f}" for value in values if value > OUTLIER_FACTOR * median(values)]
    if not seen:
        return None
    return not found, Text(
        f"核对 {seen:,} 笔金额，超过同类中位数 100 倍的：{'；'.join(found[:5]) or '无'}。",
        f"{seen:,} amounts; above 100 times the median of their kind: {'; '.join(found[:5]) or 'none'}.",
    )


def amounts_in(column: Amounts, period: Period, situation: Situation) -> list[Decimal]:
    rows = column.rows.within(situation.scope).filter(in_period(column.day, period))  # type: ignore[attr-defined]
    return [Decimal(value) for value in rows.values_list(column.amount, flat=True)]


def same_event_twice(situation: Situation) -> tuple[bool, Text] | None:
    """An activity of one title, organiser and day is one activity; one entered twice counts twice."""
    held = Activity.objects.within(situation.scope).held_in(situation.period)
    if not held.exists():
        return None
    twice = held.order_by().values("title", "union", "starts_on").annotate(all=Count("pk")).filter(all__gt=1)
    titles = [row["title"] for row in twice[:5]]
    return not titles, Text(
        f"同一主办、同日、同名的活动：{'、'.join(titles) or '无'}。",
        f"Activities of one organiser, day and title: {', '.join(titles) or 'none'}.",
    )


def ledger_balances(situation: Situation) -> tuple[bool, Text] | None:
    """Debits equal credits over the whole ledger."""
    sums = LedgerEntry.objects.within(situation.scope).aggregate(
        debit=Sum("debit"), credit=Sum("credit"), all=Count("pk", filter=Q())
    )
    if not sums["all"]:
        return None
    return sums["debit"] == sums["credit"], Text(
        f"借方 {sums['debit']:,}，贷方 {sums['credit']:,}。", f"Debits {sums['debit']:,}, credits {sums['credit']:,}."
    )


ROW_RULES = (
    Rule("FLOW-01", Text("工会数期初加减变动等于期末", "Unions roll forward"), ("ORG-01",), union_stock),
    Rule("FLOW-02", Text("帮困基金期初加收入减支出等于期末", "Hardship funds roll forward"), ("CARE-03",), fund_stock),
    Rule(
        "ROSTER-01", Text("申报会员数与花名册相近", "Declared members and roster agree"), ("ORG-09",), roster_and_census
    ),
    Rule(
        "UNIT-01",
        Text("没有单位写错的金额", "No amount in the wrong unit"),
        ("CARE-07", "CARE-11", "SELF-02"),
        wrong_unit,
    ),
    Rule(
        "TWICE-01",
        Text("同一活动没有重复登记", "No activity is recorded twice"),
        ("CULT-01", "SKL-04"),
        same_event_twice,
    ),
    Rule("LEDGER-01", Text("账目借贷平衡", "The ledger balances"), ("CULT-06",), ledger_balances),
)
