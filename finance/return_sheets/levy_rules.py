"""The checks of levy and dues across the sheets of a return (rules D: X-04 to X-07, X-18, X-21)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.models import Exemption, Recipient
from finance.return_sheets.assessing import accrued_on, headcount_of, rates_for, rules_of, share
from finance.return_sheets.dues import Dues
from finance.return_sheets.levy import Payroll
from unions.acting import across_scopes
from unions.models import OperatingStatus, Severity
from unions.periods import month_start
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.model_sheets import EMPLOYER
from unions.returns.registry import Row
from unions.returns.rules import rule

CENT = Decimal("0.01")
# The headcount of the quarter's last month may differ from the profile by so much.
NEARLY = 0.05
# Fewer unions than this say nothing about what is usual.
LEAST_VALUES = 20
REMITTED = {"remit_district": Recipient.DISTRICT, "remit_subdistrict": Recipient.SUBDISTRICT}
LEAVING = ("MOVE_OUT", "WITHDRAW", "DECEASE", "RETAIN")


def declared(filing: Filing) -> list[Row]:
    return [row for row in filing.rows("D3") if row["payroll"] is not None]


@rule("X-04", Severity.WARNING, gettext_lazy("Headcount of the last month agrees with the profile"))
def headcounts_agree(filing: Filing) -> Iterable[Finding]:
    profile, start = filing.one("D1a"), filing.quarter.start
    last = month_start(start.year, start.month + 2)
    rows = [row for row in declared(filing) if row["month"] == last and row["headcount"] is not None]
    if not rows or profile is None or profile["employees_end"] is None:
        return
    counted, said = sum(row["headcount"] for row in rows), profile["employees_end"]
    if abs(counted - said) > said * NEARLY:
        message = _("%(counted)d in the last month's payrolls, but D1a says %(said)d employees. Say why.")
        yield Payroll().finding(rows[0], "headcount", message % {"counted": counted, "said": said})


@rule("X-05", Severity.ERROR, gettext_lazy("The levy is two per cent, its shares are those of the rule"))
def levy_reckoned(filing: Filing) -> Iterator[Finding]:
    sheet, rates = Payroll(), rates_for(filing)
    for row in declared(filing):
        accrued = accrued_on(row["payroll"])
        expected = {"accrued": accrued}
        expected |= {name: share(accrued, rates[who]) for name, who in REMITTED.items() if who in rates}
        for name, amount in expected.items():
            if row[name] is not None and abs(row[name] - amount) > CENT:
                message = _("It is %(amount)s yuan: reckoned from the payroll by the rate in force.")
                yield sheet.finding(row, name, message % {"amount": f"{amount:,.2f}"})


@rule("X-06", Severity.ERROR, gettext_lazy("Only who runs at a loss asks to be exempted, with statements"))
def exempted_at_a_loss(filing: Filing) -> Iterator[Finding]:
    sheet = Payroll()
    for row in filing.rows("D3"):
        if row["exempt"] != Exemption.Kind.EXEMPT:
            continue
        if not runs_at_a_loss(row, filing):
            message = _("D1a does not say that the business runs at a loss: only then is an exemption asked for.")
            yield sheet.finding(row, "exempt", message)
        if not row["loss"]:
            yield sheet.finding(row, "loss", _("Give the loss of the period as the attached statements show it."))


def runs_at_a_loss(row: Row, filing: Filing) -> bool:
    """The profile says so; of one employer among several, the register may."""
    profile, employer = filing.one("D1a"), filing.employers.get(row[EMPLOYER])
    registered = employer.operating_status if employer and len(filing.employers) > 1 else ""
    return OperatingStatus.LOSS in (profile["oper_status"] if profile else "", registered)


@rule("X-07", Severity.ERROR, gettext_lazy("The share goes to the recipient of the union's size"))
def recipient_fits_band(filing: Filing) -> Iterator[Finding]:
    sheet, rules, rates = Payroll(), rules_of(filing), rates_for(filing)
    names = "、".join(str(Recipient(who).label) for who in rates) or "—"
    for row in declared(filing):
        for column, recipient in REMITTED.items():
            if row[column] and recipient not in rates:
                message = _(
                    "With the %(size)d persons of the half-year's first assessment the share goes to: %(names)s."
                )
                yield sheet.finding(row, column, message % {"size": headcount_of(filing, rules), "names": names})


@rule("X-18", Severity.ERROR, gettext_lazy("No more members pay dues than there are"))
def payers_are_members(filing: Filing) -> Iterator[Finding]:
    """Members at the quarter's end and those who left in it: they may have paid before."""
    profile = filing.one("D1a")
    if profile is None or profile["members_end"] is None:
        return
    left = sum(row["op"] in LEAVING for row in filing.rows("D2"))
    most = profile["members_end"] + left
    paid: dict[date, int] = {}
    for row in filing.rows("D4"):
        paid[row["month"]] = paid.get(row["month"], 0) + (row["members_paid"] or 0)
        if row["members_paid"] and paid[row["month"]] > most:
            message = _("%(paid)d payers, but D1a says %(members)d members at the end and D2 that %(left)d left.")
            sums = {"paid": paid[row["month"]], "members": most - left, "left": left}
            yield Dues().finding(row, "members_paid", message % sums)


@rule("X-21", Severity.WARNING, gettext_lazy("Payroll per head is within what is usual"))
def payroll_in_range(filing: Filing) -> Iterator[Finding]:
    """Between the first and the ninety-ninth percentile of all unions in the last quarter that was accepted."""
    rows = [row for row in declared(filing) if row["headcount"]]
    if not rows:
        return
    number, low, high = usual_per_head(filing)
    per_head = sum(row["payroll"] for row in rows) / sum(row["headcount"] for row in rows)
    if number >= LEAST_VALUES and not low <= per_head <= high:
        message = _("%(value)s yuan a head and month; other unions have %(low)s to %(high)s. If it is right, say why.")
        shown = {"value": per_head, "low": low, "high": high}
        yield Payroll().finding(rows[0], "payroll", message % {name: f"{one:,.0f}" for name, one in shown.items()})


# One value for each union: its payroll of the quarter by its headcounts, so yuan a head and month.
PER_HEAD = """
    WITH accepted AS (
        SELECT o.union_id, p.start, p."end" FROM unions_quarterlyreturn r
        JOIN unions_returnobligation o ON o.id = r.obligation_id
        JOIN unions_reportingperiod p ON p.id = o.period_id
        WHERE r.status IN ('ACCEPTED', 'LOCKED') AND p.start < %(start)s
    ), declared AS (
        SELECT d.union_id, a.start, d.payroll, d.headcount FROM finance_payrolldeclaration d
        JOIN accepted a ON a.union_id = d.union_id AND d.month >= a.start AND d.month < a."end"
    ), heads AS (
        SELECT sum(payroll) / sum(headcount) AS value FROM declared
        WHERE start = (SELECT max(start) FROM declared) GROUP BY union_id HAVING sum(headcount) > 0
    )
    SELECT count(value), percentile_cont(0.01) WITHIN GROUP (ORDER BY value),
           percentile_cont(0.99) WITHIN GROUP (ORDER BY value) FROM heads
"""


def usual_per_head(filing: Filing) -> Sequence[Any]:
    """How many unions, and the two percentiles of their payroll per head; no single union can be told from them."""
    with across_scopes(), connection.cursor() as cursor:
        cursor.execute(PER_HEAD, {"start": filing.quarter.start})
        number, low, high = cursor.fetchone()
    return number, *(None if bound is None else Decimal(str(bound)) for bound in (low, high))
