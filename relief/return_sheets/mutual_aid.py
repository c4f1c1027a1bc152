"""D8: mutual aid. Totals for each plan are checked against the list of persons, and only the list is entered.

A grand total is never typed: it is the sum of the plans, and persons are counted apart from enrolments (rules B10).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, CharField, Count, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from members.models import Membership
from relief.models import MutualAidClaim, MutualAidEnrolment, MutualAidPlan, PlanKind
from relief.return_sheets.people import PeopleSheet, known_people, take_back
from unions.crypto import blind_index
from unions.models import Severity
from unions.models.base import holds_on, in_period
from unions.returns.columns import Column, Day, IdText, Money, Text, Whole
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.model_sheets import EmployerCode
from unions.returns.registry import Row, RowsError, Sheet, sheet
from unions.returns.rules import rule

TOTAL_WORDS = ("合计", "总计", "小计", "总数", "全部", "TOTAL")
MANY = 1_000_000
NOTHING = Decimal(0)
# What D2 tells of those who no longer work here.
GOING = ("MOVE_OUT", "WITHDRAW", "RETAIN", "DECEASE")


class PlanName(Text):
    """A plan by its name, or by its code where several are called the same; the template offers them."""

    def __init__(self) -> None:
        super().__init__(80)

    def rule(self, filing: Filing) -> dict[str, Any]:
        return {"validate": "list", "source": list(plans(filing))} if plans(filing) else {}


def plans(filing: Filing) -> dict[str, MutualAidPlan]:
    """Every plan by the word that a cell calls it."""
    if "plans" not in filing.memo:
        every = list(MutualAidPlan.objects.all())
        called = Counter(plan.name for plan in every)
        filing.memo["plans"] = {plan.name if called[plan.name] == 1 else plan.code: plan for plan in every}
    found: dict[str, MutualAidPlan] = filing.memo["plans"]
    return found


def plan_of(row: Row, filing: Filing) -> MutualAidPlan | None:
    return plans(filing).get(row["plan"])


def said_as(plan: MutualAidPlan, filing: Filing) -> str:
    return next(word for word, known in plans(filing).items() if known == plan)


def plan_word(path: str, filing: Filing) -> Case:
    """The word of the plan that ``path`` leads to, as a column of a query."""
    cases = (When(**{path: plan.pk}, then=Value(word)) for word, plan in plans(filing).items())
    return Case(*cases, default=Value(""), output_field=CharField())


def unknown_plans(page: Sheet, rows: Sequence[Row], filing: Filing) -> Iterator[Finding]:
    for row in rows:
        if row["plan"] and not is_total(row) and plan_of(row, filing) is None:
            yield page.finding(row, "plan", _("No plan is called so: choose one from the list."))


def is_total(row: Row) -> bool:
    return any(word in (row["plan"] or "").upper() for word in TOTAL_WORDS)


@sheet
class PlanTotals(Sheet):
    code = "D8a"
    title = gettext_lazy("Mutual aid by plan")
    lead = gettext_lazy("Everyone in a plan at the quarter's end, a row for each plan and term. No row of totals.")
    key = ("plan", "term_from")

    plan = Column(gettext_lazy("Mutual-aid plan"), PlanName(), required=True)
    term_from = Column(gettext_lazy("Term from"), Day(), required=True)
    term_to = Column(gettext_lazy("Term to"), Day(), required=True, hint=gettext_lazy("The last day of the term."))
    persons = Column(gettext_lazy("Number enrolled"), Whole(MANY), required=True)
    shares = Column(gettext_lazy("Shares"), Whole(MANY), required=True)
    premium_union = Column(gettext_lazy("Premium paid by the union (yuan)"), Money())
    premium_employer = Column(gettext_lazy("Premium paid by the employer (yuan)"), Money())
    premium_person = Column(gettext_lazy("Premium paid by the persons (yuan)"), Money())
    eligible = Column(gettext_lazy("Persons eligible"), Whole(MANY))
    claims_n = Column(
        gettext_lazy("Claims paid in the quarter"), Whole(MANY), hint=gettext_lazy("Each claim stands in D8c.")
    )
    claims_amount = Column(gettext_lazy("Paid on claims (yuan)"), Money())

    def prefill(self, filing: Filing) -> Iterable[dict[str, Any]]:
        return [values | {"claims_n": None, "claims_amount": None} for values in self.standing(filing)]

    def standing(self, filing: Filing) -> Iterable[dict[str, Any]]:
        day = filing.quarter.last_day
        held = MutualAidEnrolment.objects.filter(union=filing.union, start__lte=day, end__gt=day)
        sums = {name: Sum(name) for name in ("shares", "premium_union", "premium_employer", "premium_person")}
        known = {plan.pk: plan for plan in plans(filing).values()}
        terms = held.order_by().values("plan", "start", "end").annotate(persons=Count("pk"), **sums)
        for term in terms.order_by("plan", "start", "end"):
            plan, start, end = known[term.pop("plan")], term.pop("start"), term.pop("end")
            paid = (
                paid_claims(filing)
                .filter(enrolment__plan=plan, enrolment__start=start)
                .aggregate(claims_n=Count("pk"), claims_amount=Sum("amount"))
            )
            said = {"plan": said_as(plan, filing), "term_from": start, "term_to": end - timedelta(days=1)}
            yield said | term | {"claims_n": paid["claims_n"], "claims_amount": paid["claims_amount"] or NOTHING}

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        yield from unknown_plans(self, rows, filing)
        for row in rows:
            plan = plan_of(row, filing)
            if row["term_from"] and row["term_to"] and row["term_to"] < row["term_from"]:
                yield self.finding(row, "term_to", _("It ends before it begins."))
            if row["persons"] is not None:
                yield from self.numbers(row, plan)
                yield from self.everyone_is_named(row, plan, filing)
            yield from self.claims_are_listed(row, filing)

    def numbers(self, row: Row, plan: MutualAidPlan | None) -> Iterator[Finding]:
        persons, shares, eligible = row["persons"], row["shares"], row["eligible"]
        if eligible is not None and persons > eligible:
            yield self.finding(row, "persons", _("More persons than are eligible."))
        if shares is not None and shares < persons:
            yield self.finding(row, "shares", _("Everybody holds a share at least: fewer shares than persons."))
        if plan and shares is not None and shares > persons * plan.max_shares:
            message = _("At most %(most)d shares for each person in this plan.")
            yield self.finding(row, "shares", message % {"most": plan.max_shares})
        if plan and plan.group_min_rate and eligible and persons * 100 < eligible * plan.group_min_rate:
            message = _("Fewer than %(rate)d per cent of those eligible: this plan asks for that many. Say why.")
            found = self.finding(row, "persons", message % {"rate": plan.group_min_rate})
            yield found.ruled("B10", Severity.WARNING)

    def everyone_is_named(self, row: Row, plan: MutualAidPlan | None, filing: Filing) -> Iterator[Finding]:
        """The first enrolment comes with its list of persons; later quarters only count them."""
        if plan is None or row["term_from"] is None:
            return
        named = len(names_of(row, plan, filing))
        if row["persons"] > named:
            message = _("%(named)d of them are known by name: list the others in D8b.")
            yield self.finding(row, "persons", message % {"named": named})
        if row["persons"] < named:
            message = _("%(named)d persons are known by name. Say why there are fewer.")
            yield self.finding(row, "persons", message % {"named": named}).ruled("B10", Severity.WARNING)

    def claims_are_listed(self, row: Row, filing: Filing) -> Iterator[Finding]:
        paid = [
            one
            for one in filing.rows("D8c")
            if one["paid_on"] and one["paid_on"] in filing.quarter
            if (one["plan"], one["term_from"]) == (row["plan"], row["term_from"])
        ]
        listed = {"claims_n": len(paid), "claims_amount": sum((one["amount"] or NOTHING for one in paid), NOTHING)}
        for column, number in listed.items():
            if row[column] is not None and row[column] != number:
                message = _("The claims paid in D8c make %(number)s: correct one of them.")
                yield self.finding(row, column, message % {"number": number})


def paid_claims(filing: Filing) -> QuerySet[MutualAidClaim]:
    return MutualAidClaim.objects.filter(in_period("paid_on", filing.quarter), union=filing.union)


def names_of(row: Row, plan: MutualAidPlan, filing: Filing) -> set[str]:
    """The indexes of those in a plan's term: as the portal knows them and as D8b lists them."""
    known = MutualAidEnrolment.objects.filter(union=filing.union, plan=plan, start=row["term_from"])
    if row["term_from"] in filing.quarter:
        known = known.exclude(source_return__obligation=filing.obligation)
    listed = {
        blind_index(one["id_no"])
        for one in filing.rows("D8b")
        if one["id_no"] and (one["plan"], one["term_from"]) == (row["plan"], row["term_from"])
    }
    return set(known.values_list("person__id_index", flat=True)) | listed


@sheet
class Enrolled(PeopleSheet):
    code = "D8b"
    title = gettext_lazy("Persons enrolled")
    lead = gettext_lazy("Each person whose term in a plan begins in the quarter.")
    model = MutualAidEnrolment
    key = ("plan", "id_no", "term_from")
    in_quarter = ("term_from",)

    plan = Column(gettext_lazy("Mutual-aid plan"), PlanName(), required=True)
    name = Column(gettext_lazy("Name"), Text(30), required=True, attribute="person__name")
    id_no = Column(gettext_lazy("Number of the document"), IdText(), required=True, attribute="person__id_number")
    employer_code = Column(gettext_lazy("Employer code"), EmployerCode(), attribute="employer__code")
    shares = Column(gettext_lazy("Shares"), Whole(99, least=1), required=True, attribute="shares")
    term_from = Column(gettext_lazy("Term from"), Day(), required=True, attribute="start")
    term_to = Column(gettext_lazy("Term to"), Day(), required=True, hint=gettext_lazy("The last day of the term."))
    premium_union = Column(gettext_lazy("Premium paid by the union (yuan)"), Money(), attribute="premium_union")
    premium_employer = Column(
        gettext_lazy("Premium paid by the employer (yuan)"), Money(), attribute="premium_employer"
    )
    premium_person = Column(gettext_lazy("Premium paid by the person (yuan)"), Money(), attribute="premium_person")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        rows = MutualAidEnrolment.objects.filter(in_period("start", filing.quarter), union=filing.union)
        rows = rows.annotate(plan_word=plan_word("plan", filing))
        return rows.select_related("plan", "person", "employer", "source_return").order_by("pk")

    def values_of(self, instance: Any) -> dict[str, Any]:
        said = {"plan": instance.plan_word, "term_to": instance.end - timedelta(days=1)}
        return super().values_of(instance) | said

    def facts(self, row: Row, filing: Filing) -> dict[str, Any]:
        """The portal keeps the first day without cover, the sheet says the last day with it."""
        plan = plan_of(row, filing)
        if plan is None:
            raise ValidationError({"plan": _("No plan is called so: choose one from the list.")})
        return super().facts(row, filing) | {"plan": plan, "end": row["term_to"] + timedelta(days=1)}

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterator[Finding]:
        yield from super().check(rows, filing)
        yield from unknown_plans(self, rows, filing)
        people = known_people(self, filing)
        for row in rows:
            if row["term_from"] and row["term_to"] and row["term_to"] < row["term_from"]:
                yield self.finding(row, "term_to", _("It ends before it begins."))
            plan = plan_of(row, filing)
            if plan is None:
                continue
            if row["shares"] is not None and row["shares"] > plan.max_shares:
                message = _("At most %(most)d shares for each person in this plan.")
                yield self.finding(row, "shares", message % {"most": plan.max_shares})
            person = people.get(blind_index(row["id_no"])) if row["id_no"] else None
            if plan.sex_limit and person and person.sex != plan.sex_limit:
                yield self.finding(row, "plan", _("This plan is not open to persons of this sex."))

    def take_away(self, instances: Iterable[Any], filing: Filing) -> None:
        message = _("Somebody with claims is left out of the list: list that person again.")
        drop(self, instances, filing, message)


def drop(page: Sheet, instances: Iterable[Any], filing: Filing, message: str) -> None:
    """Delete what an earlier version of this return brought. Raises RowsError where something builds upon it."""
    refused = []
    for instance in instances:
        source = instance.source_return
        if source is not None and source.obligation_id == filing.obligation.pk:
            refused += take_back(instance, page, message)
    if refused:
        raise RowsError(refused)


@sheet
class Claims(PeopleSheet):
    code = "D8c"
    title = gettext_lazy("Mutual-aid claims")
    lead = gettext_lazy("Claims made or paid in the quarter. What the illness was is never written.")
    model = MutualAidClaim
    key = ("plan", "id_no", "claimed_on")
    later = ("paid_on",)

    plan = Column(gettext_lazy("Mutual-aid plan"), PlanName(), required=True)
    name = Column(gettext_lazy("Name"), Text(30), required=True, attribute="enrolment__person__name")
    id_no = Column(
        gettext_lazy("Number of the document"), IdText(), required=True, attribute="enrolment__person__id_number"
    )
    term_from = Column(gettext_lazy("Term from"), Day(), required=True, attribute="enrolment__start")
    claimed_on = Column(gettext_lazy("Claimed on"), Day(), required=True, attribute="claimed_on")
    paid_on = Column(pgettext_lazy("claim", "Paid on"), Day(), attribute="paid_on")
    amount = Column(pgettext_lazy("claim", "Amount paid (yuan)"), Money(), attribute="amount")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        return self.rows(in_period("claimed_on", filing.quarter) | in_period("paid_on", filing.quarter), filing)

    def open_before(self, filing: Filing) -> QuerySet[Any]:
        return self.rows(Q(claimed_on__lt=filing.quarter.start, paid_on__isnull=True), filing)

    @staticmethod
    def rows(which: Q, filing: Filing) -> QuerySet[Any]:
        rows = MutualAidClaim.objects.filter(which, union=filing.union)
        rows = rows.annotate(plan_word=plan_word("enrolment__plan", filing))
        return rows.select_related("enrolment__plan", "enrolment__person", "source_return").order_by("pk")

    def values_of(self, instance: Any) -> dict[str, Any]:
        return super().values_of(instance) | {"plan": instance.plan_word}

    def known_then(self, values: dict[str, Any], filing: Filing) -> dict[str, Any]:
        known = super().known_then(values, filing)
        return known if known["paid_on"] else known | {"amount": None}

    def came_later(self, instance: Any, attribute: str, value: Any, filing: Filing) -> bool:
        if attribute == "amount" and value is None:
            return instance.paid_on is not None and instance.paid_on >= filing.quarter.end
        return super().came_later(instance, attribute, value, filing)

    def facts(self, row: Row, filing: Filing) -> dict[str, Any]:
        facts = super().facts(row, filing)
        term = {"plan": plan_of(row, filing), "person": facts.pop("person"), "start": row["term_from"]}
        held = MutualAidEnrolment.objects.filter(union=filing.union, **term)
        if (enrolment := held.first()) is None:
            raise ValidationError({"enrolment": _("This person has no such term in the plan: see D8b.")})
        return facts | {"enrolment": enrolment}

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterator[Finding]:
        yield from super().check(rows, filing)
        yield from unknown_plans(self, rows, filing)
        for row in rows:
            yield from self.days(row, filing)
            if bool(row["paid_on"]) != bool(row["amount"]):
                column = "amount" if row["paid_on"] else "paid_on"
                yield self.finding(row, column, _("A claim that is paid has its day and its amount."))

    def days(self, row: Row, filing: Filing) -> Iterator[Finding]:
        claimed, paid = row["claimed_on"], row["paid_on"]
        if claimed and claimed >= filing.quarter.end:
            yield self.finding(row, "claimed_on", _("After the quarter's end: report it next quarter."))
        elif claimed and claimed not in filing.quarter and (paid is None or paid not in filing.quarter):
            yield self.finding(row, "claimed_on", _("Neither claimed nor paid in this quarter: leave it out."))
        if claimed and paid and paid < claimed:
            yield self.finding(row, "paid_on", _("Paid before it was claimed."))
        if claimed and row["term_from"] and claimed < row["term_from"]:
            yield self.finding(row, "claimed_on", _("Claimed before the term began."))


@rule("X-13", Severity.ERROR, gettext_lazy("Mutual aid has no typed grand total, and nobody beyond its plans"))
def no_typed_total(filing: Filing) -> Iterator[Finding]:
    rows, page = filing.rows("D8a"), PlanTotals()
    for row in rows:
        if is_total(row):
            message = _("The grand total is computed from the plans: delete this row.")
            yield page.finding(row, "plan", message)
    persons = {row["id_no"] for row in filing.rows("D8b") if row["id_no"]}
    counted = sum(row["persons"] or 0 for row in rows if not is_total(row))
    if len(persons) > counted:
        message = _("D8b lists %(listed)d persons, more than the plans of D8a count together (%(counted)d).")
        yield page.finding(
            rows[-1] if rows else None, "persons", message % {"listed": len(persons), "counted": counted}
        )


@rule("X-14", Severity.ERROR, gettext_lazy("No more persons in a plan than the union has of them"))
def within_the_staff(filing: Filing) -> Iterator[Finding]:
    """In-service enrolments within the employees, the women's plan within the women; cover outlasts who has left."""
    profile = filing.one("D1a")
    if profile is None:
        return
    for kind, column in ((PlanKind.ACTIVE, "employees_end"), (PlanKind.WOMEN, "female_end")):
        rows = [row for row in filing.rows("D8a") if (plan := plan_of(row, filing)) and plan.kind == kind]
        persons = sum(row["persons"] or 0 for row in rows)
        persons -= left_since(kind, filing) if rows else 0
        if profile[column] is not None and persons > profile[column]:
            message = _("%(persons)d persons, but D1a says %(staff)d of them.")
            yield PlanTotals().finding(rows[-1], "persons", message % {"persons": persons, "staff": profile[column]})


def left_since(kind: str, filing: Filing) -> int:
    """How many whose term runs on no longer work here, as the roster and the changes in D2 tell."""
    day = filing.quarter.last_day
    held = MutualAidEnrolment.objects.filter(holds_on(day), union=filing.union, plan__kind=kind)
    insured = set(held.filter(start__lt=filing.quarter.start).values_list("person__id_index", flat=True))
    here = Membership.objects.filter(union=filing.union, joined_on__lte=day, person__id_index__in=insured)
    here = here.filter(
        Q(left_on__isnull=True) | Q(left_on__gt=day), Q(retained_on__isnull=True) | Q(retained_on__gt=day)
    )
    going = {blind_index(row["id_no"]) for row in filing.rows("D2") if row["id_no"] and row["op"] in GOING}
    return len(insured - set(here.values_list("person__id_index", flat=True)) | insured & going)
