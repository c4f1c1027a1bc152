"""D5c to D5e: visits in rounds by number, tuition aid, heat visits. What the federation gave it records itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from relief.models import CoolingRound, GoodwillRound, GoodwillVisit, MoneySource, TuitionAid
from relief.return_sheets.grants import REPORTED, file_of, refuse_federation_money
from relief.return_sheets.people import PeopleSheet
from unions.models.base import in_period
from unions.returns.columns import Choice, Column, Day, IdText, Money, Text, Whole
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.model_sheets import EmployerCode, ModelSheet
from unions.returns.registry import Row, sheet

# Heat visits name the employer and stand in a sheet of their own.
ROUNDS = ("NEW_YEAR", "MAY_DAY", "MID_AUTUMN", "NATIONAL_DAY", "NONE")


@sheet
class Rounds(ModelSheet):
    code = "D5c"
    title = gettext_lazy("Visits in rounds")
    lead = gettext_lazy("Festival visits of the union by number of persons, without names. Heat visits stand in D5e.")
    model = GoodwillVisit
    in_quarter = ("visited_on",)

    round = Column(gettext_lazy("Round"), Choice(GoodwillRound, only=ROUNDS), required=True, attribute="round")
    visited_on = Column(gettext_lazy("Visited on"), Day(), required=True, attribute="visited_on")
    category = Column(gettext_lazy("Visited as"), Choice(GoodwillVisit.Category), required=True, attribute="category")
    households = Column(gettext_lazy("Households"), Whole(), attribute="households")
    persons = Column(gettext_lazy("Persons visited"), Whole(least=1), required=True, attribute="persons")
    cash = Column(gettext_lazy("Cash (yuan)"), Money(), required=True, attribute="cash")
    goods_value = Column(gettext_lazy("Value of goods (yuan)"), Money(), required=True, attribute="goods_value")
    goods = Column(gettext_lazy("Goods"), Text(120), attribute="goods")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        """Visits by number; a visit that names whom it was to is recorded singly."""
        rows = GoodwillVisit.objects.filter(in_period("visited_on", filing.quarter), union=filing.union)
        return rows.filter(person__isnull=True, recipient="", round__in=ROUNDS).order_by("pk")

    def key_of(self, values: dict[str, Any]) -> tuple[Any, ...]:
        """Two visits of one day may be alike but for their numbers; then their place tells them apart."""
        return tuple(values.get(name) for name in ("round", "visited_on", "category"))

    def facts(self, row: Row, filing: Filing) -> dict[str, Any]:
        """A New Year visit in December belongs to the festival of the year that follows."""
        day, early = row["visited_on"], row["round"] == GoodwillRound.NEW_YEAR and row["visited_on"].month == 12
        return super().facts(row, filing) | {"round_year": day.year + early}

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        yield from super().check(rows, filing)
        for row in rows:
            households, persons = row["households"], row["persons"]
            if households is not None and persons is not None and households > persons:
                yield self.finding(row, "households", _("More households than persons."))


@sheet
class Tuition(PeopleSheet):
    code = "D5d"
    title = gettext_lazy("Tuition aid")
    lead = gettext_lazy("One row for each child of a worker. Never write a child's name: an initial is enough.")
    model = TuitionAid
    key = ("id_no", "child_no", "paid_on")
    in_quarter = ("paid_on",)

    name = Column(pgettext_lazy("tuition", "Parent"), Text(30), required=True, attribute="person__name")
    id_no = Column(gettext_lazy("Parent's document number"), IdText(), required=True, attribute="person__id_number")
    file_no = Column(
        gettext_lazy("Hardship file"), Text(30), attribute="file__file_no", hint=gettext_lazy("Empty: not on file.")
    )
    child_no = Column(gettext_lazy("Which child"), Whole(9, least=1), required=True, attribute="child_no")
    child_initial = Column(
        gettext_lazy("Child's initial"),
        Text(2),
        attribute="child_initial",
        hint=gettext_lazy("One or two Latin letters."),
    )
    child_stage = Column(
        gettext_lazy("Stage of schooling"), Choice(TuitionAid.Stage), required=True, attribute="child_stage"
    )
    source = Column(gettext_lazy("Source of money"), Choice(MoneySource), required=True, attribute="source")
    amount = Column(gettext_lazy("Amount (yuan)"), Money(), required=True, attribute="amount")
    paid_on = Column(gettext_lazy("Paid on"), Day(), required=True, attribute="paid_on")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        rows = TuitionAid.objects.filter(in_period("paid_on", filing.quarter), union=filing.union, source__in=REPORTED)
        return rows.select_related("person", "file", "source_return").order_by("pk")

    def facts(self, row: Row, filing: Filing) -> dict[str, Any]:
        return super().facts(row, filing) | {"file": file_of(row, filing), "year": row["paid_on"].year}

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterator[Finding]:
        yield from super().check(rows, filing)
        for row in rows:
            yield from refuse_federation_money(self, row)
            if row["child_initial"] and not re.fullmatch("[A-Za-z]{1,2}", row["child_initial"]):
                yield self.finding(row, "child_initial", _("One or two Latin letters: never a child's name."))
            if row["file_no"] and file_of(row, filing) is None:
                yield self.finding(row, "file_no", _("The union has no hardship file of this number."))


@sheet
class HeatVisits(ModelSheet):
    code = "D5e"
    title = gettext_lazy("Heat visits")
    lead = gettext_lazy("One row for each visit to an employer's workers. The employer's heat allowance is not in it.")
    model = CoolingRound
    key = ("employer_code", "visited_on", "audience")
    in_quarter = ("visited_on",)

    employer_code = Column(gettext_lazy("Employer code"), EmployerCode(), required=True, attribute="employer__code")
    visited_on = Column(gettext_lazy("Visited on"), Day(), required=True, attribute="visited_on")
    audience = Column(gettext_lazy("Visited whom"), Choice(CoolingRound.Audience), required=True, attribute="audience")
    workers = Column(gettext_lazy("Workers reached"), Whole(least=1), required=True, attribute="workers")
    amount_cash = Column(gettext_lazy("Cash (yuan)"), Money(), required=True, attribute="amount_cash")
    amount_goods = Column(gettext_lazy("Value of goods (yuan)"), Money(), required=True, attribute="amount_goods")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        rows = CoolingRound.objects.filter(in_period("visited_on", filing.quarter), union=filing.union)
        return rows.select_related("employer").order_by("pk")
