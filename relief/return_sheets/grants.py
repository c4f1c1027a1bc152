"""D5b: relief that the enterprise's fund, the union itself or a donor gave, one row for each payment (rules B8).

Illness and family stand in no column; the class of hardship is the file's. Money of the federations never comes in by
a return: who paid it has booked it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relief.models import (
    FundMovement,
    HardshipFile,
    MoneySource,
    MovementKind,
    PublicNotice,
    ReliefApplication,
    ReliefFund,
    ReliefKind,
    ReliefPayment,
)
from relief.models.files import ON_REGISTER
from relief.return_sheets.funds import NOTHING, discard, fund_of, withdraw
from relief.return_sheets.people import PeopleSheet, people_of
from unions.crypto import blind_index
from unions.models import Severity
from unions.models.base import in_period
from unions.returns.columns import Choice, Column, Day, IdText, Money, Text
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.model_sheets import EMPLOYER, EmployerCode
from unions.returns.registry import Row, RowsError, sheet
from unions.returns.rules import rule

# What the federations pay, they book themselves.
BOOKED_ELSEWHERE = (MoneySource.FEDERATION, MoneySource.HIGHER)
REPORTED = (MoneySource.ENTERPRISE_FUND, MoneySource.UNION, MoneySource.DONATION)
ON_NOTICE = (ReliefKind.LIVING, ReliefKind.MEDICAL, ReliefKind.TUITION, ReliefKind.TEMPORARY)
# Without a file somebody is helped twice a year at most before a file is proposed.
TIMES_WITHOUT_FILE = 2


def refuse_federation_money(page: Any, row: Row) -> Iterator[Finding]:
    if row["source"] in BOOKED_ELSEWHERE:
        message = _("The federation books its own money when it pays: leave this row out.")
        yield page.finding(row, "source", message)


@sheet
class Grants(PeopleSheet):
    code = "D5b"
    title = gettext_lazy("Relief paid")
    lead = gettext_lazy("Each payment of the enterprise's fund, of the union itself or of a donor, to one person.")
    model = ReliefPayment
    key = ("id_no", "kind", "source", "paid_on")
    in_quarter = ("paid_on",)

    name = Column(gettext_lazy("Name"), Text(30), required=True, attribute="person__name")
    id_no = Column(gettext_lazy("Number of the document"), IdText(), required=True, attribute="person__id_number")
    file_no = Column(
        gettext_lazy("Hardship file"), Text(30), attribute="file__file_no", hint=gettext_lazy("Empty: not on file.")
    )
    kind = Column(gettext_lazy("Kind of relief"), Choice(ReliefKind), required=True, attribute="kind")
    source = Column(gettext_lazy("Source of money"), Choice(MoneySource), required=True, attribute="source")
    employer_code = Column(
        gettext_lazy("Employer code"), EmployerCode(), hint=gettext_lazy("Whose fund it is; empty: the whole union's.")
    )
    amount_cash = Column(gettext_lazy("Cash (yuan)"), Money(), required=True, attribute="amount_cash")
    amount_goods = Column(gettext_lazy("Value of goods (yuan)"), Money(), required=True, attribute="amount_goods")
    paid_on = Column(gettext_lazy("Paid on"), Day(), required=True, attribute="paid_on")
    notice_from = Column(gettext_lazy("Public notice from"), Day())
    notice_to = Column(gettext_lazy("Public notice to"), Day())
    payee_last4 = Column(gettext_lazy("Last four of the payee's account"), IdText(), attribute="payee_account_last4")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        rows = ReliefPayment.objects.filter(
            in_period("paid_on", filing.quarter), union=filing.union, source__in=REPORTED
        )
        related = ("person", "file", "fund_movement__fund__employer", "application", "source_return")
        return rows.select_related(*related).prefetch_related("application__notices").order_by("pk")

    def values_of(self, instance: Any) -> dict[str, Any]:
        notice = notice_of(instance)
        movement = instance.fund_movement
        owner = movement.fund.employer if movement else None
        return super().values_of(instance) | {
            EMPLOYER: owner.code if owner else None,
            "notice_from": notice.starts_on if notice else None,
            "notice_to": notice.ends_on if notice else None,
        }

    def facts(self, row: Row, filing: Filing) -> dict[str, Any]:
        facts = super().facts(row, filing)
        del facts["employer"]
        return facts | {"file": file_of(row, filing)}

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterator[Finding]:
        yield from super().check(rows, filing)
        files = set(HardshipFile.objects.filter(union=filing.union).values_list("file_no", flat=True)) if rows else {}
        for row in rows:
            yield from refuse_federation_money(self, row)
            yield from self.noticed(row)
            yield from self.fund_stands(row, filing)
            if not (row["amount_cash"] or row["amount_goods"]) and row["amount_cash"] is not None:
                yield self.finding(row, "amount_cash", _("A payment has cash or goods."))
            if row["file_no"] and row["file_no"] not in files:
                yield self.finding(row, "file_no", _("The union has no hardship file of this number."))
            if row["payee_last4"] and not (len(row["payee_last4"]) == 4 and row["payee_last4"].isdigit()):
                yield self.finding(row, "payee_last4", _("Four digits."))
        yield from self.repeated_help(rows)

    def noticed(self, row: Row) -> Iterator[Finding]:
        """Hardship relief is put up for objections before it is paid."""
        start, end, paid = row["notice_from"], row["notice_to"], row["paid_on"]
        if row["kind"] in ON_NOTICE and not (start and end):
            column = "notice_from" if start is None else "notice_to"
            yield self.finding(
                row, column, _("Relief of this kind is put on public notice: give its first and last day.")
            )
        elif bool(start) != bool(end):
            yield self.finding(row, "notice_to" if start else "notice_from", _("Give the first and the last day."))
        if start and end and end < start:
            yield self.finding(row, "notice_to", _("The notice cannot end before it begins."))
        if end and paid and paid <= end:
            yield self.finding(row, "paid_on", _("Paid before the public notice had ended."))

    def fund_stands(self, row: Row, filing: Filing) -> Iterator[Finding]:
        if row["source"] != MoneySource.ENTERPRISE_FUND:
            return
        fund = fund_of(row, filing)
        told = next((one for one in filing.rows("D5a") if one[EMPLOYER] == row[EMPLOYER]), None)
        since = told["set_up_on"] if told else fund.set_up_on if fund else None
        if since is None:
            message = _("There is no such fund: enter it in D5a, or write here whose fund paid.")
            yield self.finding(row, EMPLOYER, message)
        elif row["paid_on"] and row["paid_on"] < since:
            yield self.finding(row, "paid_on", _("Paid before the fund was set up."))

    def repeated_help(self, rows: Sequence[Row]) -> Iterator[Finding]:
        seen: set[tuple[Any, Any]] = set()
        for row in rows:
            key = (row["id_no"], row["kind"])
            if None not in key and key in seen:
                message = _("The same person has had relief of this kind in the quarter already. Say why again.")
                yield self.finding(row, "kind", message).ruled("repeated-relief", Severity.WARNING)
            seen.add(key)

    def put(self, instance: Any, row: Row, filing: Filing) -> str:
        """Store a payment with its movement of the fund and its notice."""
        if instance is None:
            facts = self.facts(row, filing)
            application = apply_for(row, facts, filing)
            movement = pay_out(row, filing)
            beside = {"application": application, "fund_movement": movement, "source_return": filing.version}
            instance = ReliefPayment(union=filing.union, **facts, **beside)
            instance.full_clean()
            instance.save()
            return "created"
        if self.says_the_same(instance, row):
            return "unchanged"
        refuse_posted(instance)
        self.correct(instance, row, filing)
        return "updated"

    def says_the_same(self, instance: Any, row: Row) -> bool:
        known = self.values_of(instance)
        asked = self.columns.keys() - {"name"} - ({EMPLOYER} if instance.fund_movement is None else set())
        return all((row[name] or None) == (known[name] or None) for name in asked)

    def correct(self, payment: ReliefPayment, row: Row, filing: Filing) -> None:
        """Amounts, fund, file and notice of a payment as a later version of the return tells them."""
        facts, former = self.facts(row, filing), payment.application
        facts["fund_movement"] = pay_out(row, filing, payment.fund_movement)
        facts["application"] = apply_for(row, facts, filing, former)
        for name, value in facts.items():
            setattr(payment, name, value)
        payment.full_clean()
        payment.save()
        if former is not None and payment.application is None:
            discard(former, filing)

    def take_away(self, instances: Iterable[Any], filing: Filing) -> None:
        refused = []
        for instance in instances:
            source = instance.source_return
            if source is None or source.obligation_id != filing.obligation.pk:
                continue
            try:
                refuse_posted(instance)
                withdraw(instance, filing)
            except ValidationError as error:
                refused.append(self.finding(None, "", error.messages[0]))
            except ProtectedError:
                message = _("A payment of %(day)s has tuition aid built upon it: it cannot be left out.")
                refused.append(self.finding(None, "", message % {"day": f"{instance.paid_on:%Y-%m-%d}"}))
        if refused:
            raise RowsError(refused)


def notice_of(payment: ReliefPayment) -> PublicNotice | None:
    application = payment.application
    return next(iter(application.notices.all()), None) if application else None


def file_of(row: Row, filing: Filing) -> HardshipFile | None:
    if not row["file_no"]:
        return None
    return HardshipFile.objects.filter(union=filing.union, file_no=row["file_no"]).first()


def amount_of(row: Row) -> Decimal:
    return (row["amount_cash"] or NOTHING) + (row["amount_goods"] or NOTHING)


def refuse_posted(payment: ReliefPayment) -> None:
    """Money that was booked or taken back stays as it is. Raises ValidationError."""
    if payment.ledger_transaction_id:
        message = _("This payment is booked in the ledger: it is corrected there, not by a return.")
        raise ValidationError({"paid_on": message})
    if payment.reversed_on:
        message = _("This payment was taken back: it stays as it is. Report a new one on its own day.")
        raise ValidationError({"paid_on": message})


def pay_out(row: Row, filing: Filing, movement: FundMovement | None = None) -> FundMovement | None:
    """The movement of the enterprise's fund that a row tells of; None if other money paid."""
    if row["source"] != MoneySource.ENTERPRISE_FUND:
        return None
    fund: ReliefFund | None = fund_of(row, filing)
    if fund is None:
        raise ValidationError({"source": _("There is no such fund: enter it in D5a, or write here whose fund paid.")})
    movement = movement or FundMovement(union=filing.union, kind=MovementKind.OUT_RELIEF, source_return=filing.version)
    movement.fund, movement.amount, movement.happened_on = fund, amount_of(row), row["paid_on"]
    movement.full_clean()
    movement.save()
    return movement


def apply_for(
    row: Row, facts: dict[str, Any], filing: Filing, application: ReliefApplication | None = None
) -> ReliefApplication | None:
    """The application, granted and paid, on which the public notice stands; None without a notice."""
    start, end = row["notice_from"], row["notice_to"]
    if not start:
        return None
    application = application or ReliefApplication(
        union=filing.union, status=ReliefApplication.Status.PAID, source_return=filing.version
    )
    application.person, application.file = facts["person"], facts["file"]
    application.kind, application.money_source = row["kind"], row["source"]
    application.amount_asked = application.amount_approved = amount_of(row)
    application.applied_on, application.decided_on = start, end
    application.full_clean()
    application.save()
    notice = application.notices.first() or PublicNotice(
        union=filing.union, application=application, place=filing.union.name[:80], source_return=filing.version
    )
    notice.starts_on, notice.ends_on = start, end
    notice.full_clean()
    notice.save()
    return application


@rule("X-10", Severity.HINT, gettext_lazy("Who is helped again and again has a file"))
def file_proposed(filing: Filing) -> Iterator[Finding]:
    """More than twice in the calendar year without a hardship file."""
    rows = [row for row in filing.rows("D5b") if row["id_no"] and not row["file_no"]]
    last = {blind_index(row["id_no"]): row for row in rows}
    if not last:
        return
    times = helped_before(last, filing) + Counter(blind_index(row["id_no"]) for row in rows)
    on_file = HardshipFile.objects.filter(principal__id_index__in=last, status__in=ON_REGISTER)
    filed = set(on_file.values_list("principal__id_index", flat=True))
    for index, row in last.items():
        if times[index] > TIMES_WITHOUT_FILE and index not in filed:
            message = _("Helped %(times)d times this year without a file: propose one.")
            yield Grants().finding(row, "file_no", message % {"times": times[index]})


def helped_before(indexes: Iterable[str], filing: Filing) -> Counter[str]:
    """How often these people were helped in the year up to the quarter's end, besides the rows of this return."""
    quarter = filing.quarter
    people = people_of(filing).filter(id_index__in=list(indexes))
    year = ReliefPayment.objects.filter(
        person__in=people, paid_on__year=quarter.start.year, paid_on__lt=quarter.end, reversed_on__isnull=True
    )
    said: defaultdict[str, set[Any]] = defaultdict(set)
    for row in filing.rows("D5b"):
        if row["id_no"]:
            said[blind_index(row["id_no"])].add((row["kind"], row["source"], row["paid_on"]))
    found = year.values_list("person__id_index", "kind", "source", "paid_on")
    return Counter(index for index, *key in found if tuple(key) not in said[index])
