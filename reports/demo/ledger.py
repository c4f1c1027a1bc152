"""The chart of accounts and the vouchers of the demo, all through the ledger's own service."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from finance.ledger import Line, post
from finance.models import Account, LedgerTransaction
from reports.demo.world import World, lay
from unions.acting import SYSTEM

CHART = "2010年版科目（2021年制度对照待会计确认）"
ACCOUNTS = (
    ("101", "库存现金", "ASSET"),
    ("102", "银行存款", "ASSET"),
    ("131", "应收上级经费", "ASSET"),
    ("132", "应收下级经费", "ASSET"),
    ("221", "应付上级经费", "LIABILITY"),
    ("222", "应付下级经费", "LIABILITY"),
    ("231", "代管经费", "FUND"),
    ("321", "工会资金结余", "FUND"),
    ("32101", "困难帮扶专项资金", "FUND"),
    ("401", "会费收入", "INCOME"),
    ("402", "拨缴经费收入", "INCOME"),
    ("403", "上级补助收入", "INCOME"),
    ("40304", "帮扶补助", "INCOME"),
    ("40305", "送温暖补助", "INCOME"),
    ("404", "政府补助收入", "INCOME"),
    ("405", "行政补助收入", "INCOME"),
    ("408", "其他收入", "INCOME"),
    ("50101", "职工教育费", "EXPENSE"),
    ("50102", "文体活动费", "EXPENSE"),
    ("5010201", "文体阵地建设费", "EXPENSE"),
    ("50103", "宣传活动费", "EXPENSE"),
    ("50104", "其他活动支出", "EXPENSE"),
    ("50201", "劳动关系协调费", "EXPENSE"),
    ("50202", "劳动保护费", "EXPENSE"),
    ("50203", "法律援助费", "EXPENSE"),
    ("50204", "困难职工帮扶费", "EXPENSE"),
    ("50205", "送温暖费", "EXPENSE"),
    ("503", "业务支出", "EXPENSE"),
    ("504", "行政支出", "EXPENSE"),
    ("505", "资本性支出", "EXPENSE"),
    ("506", "补助下级支出", "EXPENSE"),
    ("508", "其他支出", "EXPENSE"),
)
# The special fund may never fall below zero; every grant is drawn from it.
RELIEF_FUND, BANK, FACILITIES = "32101", "102", "5010201"


def lay_chart(world: World) -> None:
    rows = [
        Account(
            code=code,
            name=name,
            kind=kind,
            is_fund=code == RELIEF_FUND,
            is_facilities=code == FACILITIES,
            chart=CHART,
        )
        for code, name, kind in ACCOUNTS
    ]
    world.notes["accounts"] = {account.code: account for account in lay(rows)}


def lay_opening(world: World) -> None:
    """What the books begin with, a half-year before anything else is posted."""
    day = world.timeline.day(-17, 4)
    book(world, day, day, "上年结转", BANK, "321", Decimal("1286400.00"))
    book(world, day, day, "困难帮扶专项资金结转", BANK, RELIEF_FUND, Decimal("420000.00"))


def book(
    world: World, day: date, belongs_to: date, description: str, debit: str, credit: str, amount: Decimal
) -> LedgerTransaction:
    """Post one voucher of two lines into the federation's book."""
    accounts = world.notes["accounts"]
    lines = [Line(accounts[debit], debit=amount), Line(accounts[credit], credit=amount)]
    return post(
        union=world.federation,
        happened_on=day,
        belongs_to=belongs_to.replace(day=1),
        description=description,
        lines=lines,
        actor=SYSTEM,
    )
