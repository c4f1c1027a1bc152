"""D5a: the enterprise's own hardship fund, with what came in and what went out in the quarter (rules B8).

Of money that came in a return knows the sum alone: it is dated the first day of the quarter, so that no payment of the
quarter precedes it. What went out to people is entered person by person in D5b, never from the sum here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from relief.models import FundMovement, MoneySource, MovementKind, ReliefApplication, ReliefFund, ReliefPayment
from unions.models import Severity
from unions.models.base import in_period
from unions.returns.columns import Column, Day, Money, Text
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.model_sheets import EMPLOYER, EmployerCode
from unions.returns.registry import Row, RowsError, Sheet, Tally, sheet
from unions.returns.rules import rule

IN = ("in_union", "in_employer", "in_donation", "in_other")
OUT = ("out_relief", "out_other")
# What is entered as a sum; relief paid is entered person by person.
ENTERED = (*IN, "out_other")
NOTHING = Decimal(0)
FACTS = {"fund_name": "name", "set_up_on": "set_up_on", "closed_on": "closed_on", "rule_doc": "rule_document"}


@sheet
class Funds(Sheet):
    code = "D5a"
    title = gettext_lazy("Hardship fund")
    lead = gettext_lazy("The enterprise's own hardship fund in the quarter: opening + in − out = closing, in yuan.")
    key = ("employer_code",)
    later = ("closed_on",)

    employer_code = Column(
        gettext_lazy("Employer code"), EmployerCode(), hint=gettext_lazy("Empty: a fund of the whole union.")
    )
    fund_name = Column(gettext_lazy("Name of the fund"), Text(80), required=True)
    set_up_on = Column(gettext_lazy("Set up on"), Day(), required=True)
    opening = Column(gettext_lazy("Opening balance (yuan)"), Money(), required=True)
    in_union = Column(gettext_lazy("In: from the union (yuan)"), Money(), required=True)
    in_employer = Column(gettext_lazy("In: from the employer (yuan)"), Money(), required=True)
    in_donation = Column(gettext_lazy("In: donations (yuan)"), Money(), required=True)
    in_other = Column(gettext_lazy("In: other (yuan)"), Money(), required=True)
    out_relief = Column(
        gettext_lazy("Out: relief paid (yuan)"),
        Money(),
        required=True,
        hint=gettext_lazy("Each payment stands in D5b."),
    )
    out_other = Column(gettext_lazy("Out: other (yuan)"), Money(), required=True)
    closing = Column(gettext_lazy("Closing balance (yuan)"), Money(), required=True)
    rule_doc = Column(gettext_lazy("Rules of the fund"), Text(120))
    closed_on = Column(pgettext_lazy("fund", "Closed on"), Day())

    def key_of(self, values: dict[str, Any]) -> tuple[Any, ...]:
        """A fund of the whole union is one too: its empty cell is no missing key."""
        return (values.get(EMPLOYER) or "",)

    def prefill(self, filing: Filing) -> Iterable[dict[str, Any]]:
        """The funds the portal knows with their opening balance; the money of the quarter is asked."""
        kept = (*FACTS, EMPLOYER, "opening")
        return [{name: values[name] for name in kept} for values in self.standing(filing)]

    def standing(self, filing: Filing) -> Iterable[dict[str, Any]]:
        return [said_of(fund, filing) for fund in funds_of(filing).select_related("employer").order_by("pk")]

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        for row in rows:
            if row[EMPLOYER] and row[EMPLOYER] not in filing.employers:
                yield self.finding(row, EMPLOYER, _("The union covers no employer with this code."))
            if row["set_up_on"] and row["set_up_on"] >= filing.quarter.end:
                yield self.finding(row, "set_up_on", _("Set up after the quarter: report it next quarter."))
            yield from self.recorded_already(row, filing)

    def recorded_already(self, row: Row, filing: Filing) -> Iterator[Finding]:
        """Money that was recorded singly cannot be reported away."""
        fund = fund_of(row, filing)
        for name in ENTERED if fund else ():
            recorded = recorded_by_hand(fund, name, filing)
            if row[name] is not None and row[name] < recorded:
                message = _("The portal has recorded %(recorded)s yuan of it already: it cannot be less.")
                yield self.finding(row, name, message % {"recorded": f"{recorded:,.2f}"})

    def apply(self, rows: Sequence[Row], filing: Filing) -> Tally:
        tally, refused, kept = Tally(), [], set()
        for row in rows:
            try:
                fund, outcome = enter_fund(row, filing)
            except ValidationError as error:
                refused.append(self.finding(row, "fund_name", error.messages[0]))
                continue
            kept.add(fund.pk)
            tally.count(outcome)
        gone = ReliefFund.objects.filter(source_return__obligation=filing.obligation).exclude(pk__in=kept)
        for fund in gone:
            try:
                unmake(fund, filing)
            except ProtectedError:
                message = _("“%(fund)s” has had money since: give the day it was closed instead of leaving it out.")
                refused.append(self.finding(None, "", message % {"fund": fund.name}))
        if refused:
            raise RowsError(refused)
        for movement in sums_entered(filing).exclude(fund__in=kept):
            movement.delete()
        return tally


def funds_of(filing: Filing) -> QuerySet[ReliefFund]:
    """The union's funds that stood on some day of the quarter."""
    open_then = Q(closed_on__isnull=True) | Q(closed_on__gt=filing.quarter.start)
    return ReliefFund.objects.filter(open_then, union=filing.union, set_up_on__lt=filing.quarter.end)


def fund_of(row: Row, filing: Filing) -> ReliefFund | None:
    """The fund that a row of D5a or D5b speaks of: its employer's, or that of the whole union."""
    return funds_of(filing).filter(employer=filing.employers.get(row[EMPLOYER])).order_by("-set_up_on").first()


def balance_before(fund: ReliefFund, day: date) -> Decimal:
    found = ReliefFund.objects.filter(pk=fund.pk).with_balance_on(day - timedelta(days=1)).get()
    return Decimal(found.balance)


def moved(fund: ReliefFund, filing: Filing) -> QuerySet[FundMovement]:
    return FundMovement.objects.filter(in_period("happened_on", filing.quarter), fund=fund)


def total(rows: QuerySet[Any]) -> Decimal:
    return rows.aggregate(total=Sum("amount"))["total"] or NOTHING


def said_of(fund: ReliefFund, filing: Filing) -> dict[str, Any]:
    """What a row of this sheet says of a fund; of what came after the quarter it says nothing."""
    opening = balance_before(fund, filing.quarter.start)
    sums = {name: total(moved(fund, filing).filter(kind=name.upper())) for name in (*IN, *OUT)}
    closing = opening + sum(sums[name] for name in IN) - sum(sums[name] for name in OUT)
    facts = {name: getattr(fund, field) or None for name, field in FACTS.items()}
    if fund.closed_on and fund.closed_on >= filing.quarter.end:
        facts["closed_on"] = None
    code = fund.employer.code if fund.employer else None
    return {EMPLOYER: code, "opening": opening, "closing": closing} | facts | sums


def is_ours(row: Any, filing: Filing) -> bool:
    """Whether a version of this same return brought the row."""
    return bool(row.source_return) and row.source_return.obligation_id == filing.obligation.pk


def sums_entered(filing: Filing) -> QuerySet[FundMovement]:
    """The movements that this return brought as sums."""
    kinds = [name.upper() for name in ENTERED]
    return FundMovement.objects.filter(source_return__obligation=filing.obligation, kind__in=kinds)


def recorded_by_hand(fund: ReliefFund | None, name: str, filing: Filing) -> Decimal:
    """What the portal has of a sum of the quarter besides what this same return brought."""
    if fund is None:
        return NOTHING
    others = moved(fund, filing).filter(kind=name.upper())
    return total(others.exclude(pk__in=sums_entered(filing).values("pk")))


def enter_fund(row: Row, filing: Filing) -> tuple[ReliefFund, str]:
    """The fund with this row's facts and sums; the count it belongs to."""
    fund = fund_of(row, filing)
    facts = {field: row[name] for name, field in FACTS.items()} | {"rule_document": row["rule_doc"] or ""}
    if fund is None:
        employer = filing.employers.get(row[EMPLOYER])
        fund = ReliefFund(union=filing.union, employer=employer, source_return=filing.version)
        outcome, facts["opening_balance"] = "created", row["opening"]
    else:
        outcome = "unchanged"
        if is_ours(fund, filing):
            facts["opening_balance"] = row["opening"]
        if fund.closed_on and fund.closed_on >= filing.quarter.end:
            del facts["closed_on"]
    if any(getattr(fund, name) != value for name, value in facts.items()):
        outcome = "updated" if fund.pk else outcome
        for name, value in facts.items():
            setattr(fund, name, value)
        fund.full_clean()
        fund.save()
    changed = [enter_sum(fund, name, row[name], filing) for name in ENTERED]
    return fund, "updated" if outcome == "unchanged" and any(changed) else outcome


def enter_sum(fund: ReliefFund, name: str, said: Decimal, filing: Filing) -> bool:
    """Keep one movement of what the quarter's sum has beyond those recorded singly; whether anything changed."""
    ours = sums_entered(filing).filter(fund=fund, kind=name.upper()).first()
    missing = said - recorded_by_hand(fund, name, filing)
    if missing == (ours.amount if ours else NOTHING):
        return False
    if ours and not missing:
        ours.delete()
        return True
    start = max(filing.quarter.start, fund.set_up_on)
    row = ours or FundMovement(
        union=filing.union,
        fund=fund,
        kind=MovementKind(name.upper()),
        happened_on=start if name in IN else filing.quarter.last_day,
        source_return=filing.version,
    )
    row.amount = missing
    row.full_clean()
    row.save()
    return True


def unmake(fund: ReliefFund, filing: Filing) -> None:
    """Take back a fund that only this return spoke of, with what it paid. Raises ProtectedError."""
    for payment in ReliefPayment.objects.filter(fund_movement__fund=fund, source_return__obligation=filing.obligation):
        withdraw(payment, filing)
    for movement in fund.movements.filter(source_return__obligation=filing.obligation):
        movement.delete()
    fund.delete()


def withdraw(payment: ReliefPayment, filing: Filing) -> None:
    """Take back a payment with what this return brought beside it. Raises ProtectedError."""
    movement, application = payment.fund_movement, payment.application
    payment.delete()
    if movement and is_ours(movement, filing):
        movement.delete()
    if application:
        discard(application, filing)


def discard(application: ReliefApplication, filing: Filing) -> None:
    """Delete an application that this return brought, with its notice."""
    if is_ours(application, filing):
        for notice in application.notices.all():
            notice.delete()
        application.delete()


@rule("X-08", Severity.ERROR, gettext_lazy("A fund opens with what it closed with, and adds up"))
def funds_add_up(filing: Filing) -> Iterator[Finding]:
    page = Funds()
    for row in filing.rows("D5a"):
        before = closing_before(row, filing)
        if before is not None and row["opening"] is not None and row["opening"] != before:
            message = _("It closed the quarter before with %(before)s yuan: the opening balance is the same.")
            yield page.finding(row, "opening", message % {"before": f"{before:,.2f}"})
        parts = [row[name] for name in ("opening", *IN, *OUT, "closing")]
        if None in parts:
            continue
        expected = row["opening"] + sum(row[name] for name in IN) - sum(row[name] for name in OUT)
        if row["closing"] != expected:
            message = _("Opening + in − out = %(expected)s yuan, not the closing balance written here.")
            yield page.finding(row, "closing", message % {"expected": f"{expected:,.2f}"})


def closing_before(row: Row, filing: Filing) -> Decimal | None:
    """What the fund held when the quarter began; None for one that this same return tells of for the first time."""
    fund = fund_of(row, filing)
    if fund is not None:
        return None if is_ours(fund, filing) else balance_before(fund, filing.quarter.start)
    last = filing.last_accepted.get("D5a", [])
    return next((one["closing"] for one in last if one[EMPLOYER] == row[EMPLOYER]), None)


@rule("X-09", Severity.ERROR, gettext_lazy("Payments of the fund add up to what it paid out"))
def payments_add_up(filing: Filing) -> Iterator[Finding]:
    funds = filing.rows("D5a")
    paid = [row for row in filing.rows("D5b") if row["source"] == MoneySource.ENTERPRISE_FUND]
    if not funds and not paid:
        return
    said = sum((row["out_relief"] or NOTHING for row in funds), NOTHING)
    listed = sum(((row["amount_cash"] or NOTHING) + (row["amount_goods"] or NOTHING) for row in paid), NOTHING)
    if said != listed:
        message = _("D5a says %(said)s yuan of relief paid, the fund's payments in D5b add up to %(listed)s.")
        sums = {"said": f"{said:,.2f}", "listed": f"{listed:,.2f}"}
        yield Funds().finding(funds[-1] if funds else None, "out_relief", message % sums)
