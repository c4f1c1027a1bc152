"""D4: dues by month, of the whole union or of each of its groups; special dues are another money (rules B1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.models import DuesRecord
from unions.models import Severity, UnionGroup
from unions.models.base import in_period
from unions.returns.columns import Column, Money, Month, Text, Whole
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.registry import Row, RowsError, Sheet, Tally, sheet

REGULAR, SPECIAL = DuesRecord.Kind.REGULAR, DuesRecord.Kind.SPECIAL
COUNTED = ("members_due", "members_paid", "amount_due")
# So much more than is due may be paid without asking why.
MOST_OF_DUE = Decimal("1.05")
Key = tuple[date, str, str]


@sheet
class Dues(Sheet):
    code = "D4"
    title = gettext_lazy("Dues")
    lead = gettext_lazy("One row for each month, or for each month and group. Special dues stand apart.")
    key = ("month", "group")
    in_quarter = ("month",)

    month = Column(gettext_lazy("Month"), Month(), required=True)
    group = Column(gettext_lazy("Union group"), Text(60), hint=gettext_lazy("Empty: the whole union."))
    members_due = Column(gettext_lazy("Members due"), Whole())
    members_paid = Column(gettext_lazy("Members who paid"), Whole())
    amount_due = Column(gettext_lazy("Amount due (yuan)"), Money())
    amount_paid = Column(gettext_lazy("Amount paid (yuan)"), Money())
    special_dues = Column(gettext_lazy("Special dues (yuan)"), Money())
    special_purpose = Column(gettext_lazy("Purpose of the special dues"), Text(80))

    def key_of(self, values: dict[str, Any]) -> tuple[Any, ...]:
        """Without a group the row is the whole union's, once a month."""
        return values.get("month"), values.get("group") or ""

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        rows = DuesRecord.objects.filter(in_period("month", filing.quarter), union=filing.union)
        return rows.select_related("group", "source_return").order_by("month", "group__name", "kind")

    def standing(self, filing: Filing) -> Iterable[dict[str, Any]]:
        rows: dict[tuple[date, str], dict[str, Any]] = {}
        for record in self.rows_of(filing):
            month, group, kind = key_of(record)
            values = rows.setdefault((month, group), {"month": month, "group": group or None})
            if kind == SPECIAL:
                values |= {"special_dues": record.amount_paid, "special_purpose": record.purpose or None}
            else:
                values |= {name: getattr(record, name) for name in (*COUNTED, "amount_paid")}
        return rows.values()

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        groups = groups_of(filing)
        for row in rows:
            if row["group"] and row["group"] not in groups:
                yield self.finding(row, "group", _("The union has no group of this name."))
            yield from self.whole(row)
            yield from self.in_proportion(row)
        yield from self.counted_once(rows)

    def whole(self, row: Row) -> Iterator[Finding]:
        """Regular dues with all their figures, or special dues alone, which name their purpose."""
        filled = [name for name in (*COUNTED, "amount_paid") if row[name] is not None or name in row.typed]
        if filled or row["special_dues"] is None:
            for name in (*COUNTED, "amount_paid"):
                if name not in filled:
                    yield self.finding(row, name, str(self.columns[name].kind.missing))
        if row["special_dues"] and not row["special_purpose"]:
            yield self.finding(row, "special_purpose", _("Say what the special dues are for."))

    def in_proportion(self, row: Row) -> Iterator[Finding]:
        members_due, members_paid, due, paid = (row[name] for name in (*COUNTED, "amount_paid"))
        if members_due is not None and members_paid is not None and members_paid > members_due:
            yield self.finding(row, "members_paid", _("There cannot be more payers than members due."))
        if due is not None and paid is not None and paid > due * MOST_OF_DUE:
            message = _("More than five per cent above what is due. If it is right, say why.")
            yield self.finding(row, "amount_paid", message).ruled("dues", Severity.WARNING)

    def counted_once(self, rows: Sequence[Row]) -> Iterator[Finding]:
        """A month is told of the whole union or of its groups: both together would count members twice."""
        whole = {row["month"] for row in rows if not row["group"] and row["members_paid"] is not None}
        for row in rows:
            if row["group"] and row["members_paid"] is not None and row["month"] in whole:
                message = _("This month stands here for the whole union too: leave either that row or the groups'.")
                yield self.finding(row, "group", message)

    def apply(self, rows: Sequence[Row], filing: Filing) -> Tally:
        known = {key_of(record): record for record in self.rows_of(filing)}
        groups, tally, refused = groups_of(filing), Tally(), []
        for row in rows:
            try:
                tally.count(put_row(row, known, groups, filing))
            except ValidationError as error:
                refused += self.refusals(row, error)
        if refused:
            raise RowsError(refused)
        for record in known.values():
            source = record.source_return
            if source is not None and source.obligation_id == filing.obligation.pk:
                record.delete()
        return tally

    def refusals(self, row: Row, error: ValidationError) -> list[Finding]:
        return [
            self.finding(row, name if name in self.columns else "", message)
            for name, messages in error.message_dict.items()
            for message in messages
        ]


def key_of(record: DuesRecord) -> Key:
    return record.month, record.group.name if record.group else "", record.kind


def groups_of(filing: Filing) -> dict[str, UnionGroup]:
    """The union's groups that there were on some day of the quarter, by name."""
    quarter = filing.quarter
    rows = UnionGroup.objects.filter(
        Q(end__isnull=True) | Q(end__gt=quarter.start), union=filing.union, start__lt=quarter.end
    )
    return {group.name: group for group in rows.order_by("-pk")}


def records_in(row: Row) -> Iterator[tuple[str, dict[str, Any]]]:
    """The kinds of dues that a row tells of, each with its facts."""
    if row["amount_paid"] is not None:
        yield REGULAR, {name: row[name] for name in (*COUNTED, "amount_paid")}
    if row["special_dues"]:
        yield SPECIAL, {"amount_paid": row["special_dues"], "purpose": row["special_purpose"] or ""}


def put_row(row: Row, known: dict[Key, DuesRecord], groups: dict[str, UnionGroup], filing: Filing) -> str:
    """Store what a row tells of; the count it belongs to. What it tells of is taken out of ``known``."""
    outcomes = set()
    for kind, facts in records_in(row):
        record = known.pop((row["month"], row["group"] or "", kind), None)
        outcomes.add(
            put(record, facts | {"month": row["month"], "kind": kind, "group": groups.get(row["group"])}, filing)
        )
    if outcomes == {"created"}:
        return "created"
    return "updated" if outcomes - {"unchanged"} else "unchanged"


def put(record: DuesRecord | None, facts: dict[str, Any], filing: Filing) -> str:
    outcome = "updated" if record else "created"
    if record is None:
        record = DuesRecord(union=filing.union, source_return=filing.version)
    elif all(getattr(record, name) == value for name, value in facts.items()):
        return "unchanged"
    for name, value in facts.items():
        setattr(record, name, value)
    record.full_clean()
    record.save()
    return outcome
