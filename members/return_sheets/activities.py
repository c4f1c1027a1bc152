"""D7: activities and contests of the quarter, and the persons on lists of check-ups and recuperation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from members.models import Activity, ActivityKind, Audience, Contest, ContestType, HealthCheck, Person, Recuperation
from members.services import last_recuperation
from unions.crypto import blind_index
from unions.models import Level, Officer, Severity
from unions.models.base import holds_on, in_period
from unions.returns.columns import Choice, Column, Day, IdText, Money, Text, Whole, YesNo
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.model_sheets import EMPLOYER, EmployerCode, ModelSheet
from unions.returns.registry import Row, RowsError, Sheet, Tally, sheet
from unions.returns.rules import rule

CHECKUP, REST = "CHECKUP", "REST"
LISTED = {
    CHECKUP: pgettext_lazy("list", "Health check"),
    REST: pgettext_lazy("list", "Recuperation"),
}
MANY = 1_000_000


@sheet
class Activities(ModelSheet):
    code = "D7a"
    title = gettext_lazy("Activities and training")
    lead = gettext_lazy("What the union held in the quarter, by the day it began. Contests stand in D7b.")
    model = Activity
    in_quarter = ("date_from",)

    date_from = Column(pgettext_lazy("return", "From"), Day(), required=True, attribute="starts_on")
    date_to = Column(pgettext_lazy("return", "To"), Day(), required=True, attribute="ends_on")
    kind = Column(gettext_lazy("Kind"), Choice(ActivityKind), required=True, attribute="kind")
    audience = Column(gettext_lazy("Audience"), Choice(Audience), required=True, attribute="audience")
    activity = Column(gettext_lazy("Activity"), Text(120), required=True, attribute="title")
    level = Column(gettext_lazy("Level"), Choice(Level), required=True, attribute="level")
    sessions = Column(gettext_lazy("Sessions"), Whole(least=1), required=True, attribute="sessions")
    attendances = Column(gettext_lazy("Attendances"), Whole(MANY, least=1), attribute="attendances")
    female = Column(gettext_lazy("Of which women"), Whole(MANY), attribute="female")
    estimated = Column(gettext_lazy("Attendances estimated"), YesNo(), attribute="is_estimate")
    on_site = Column(gettext_lazy("Brought to the employer"), YesNo(), attribute="is_on_site")
    employer_code = Column(gettext_lazy("Employer code"), EmployerCode(), attribute="employer__code")
    teams = Column(gettext_lazy("Teams"), Whole(), attribute="teams")
    co_organiser = Column(gettext_lazy("Co-organisers"), Text(120), attribute="co_organisers")
    cost_union = Column(gettext_lazy("Cost borne by the union (yuan)"), Money(), attribute="cost_union")
    cost_employer = Column(gettext_lazy("Cost borne by the employer (yuan)"), Money(), attribute="cost_employer")
    result = Column(gettext_lazy("Result"), Text(120), attribute="result")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        rows = Activity.objects.filter(in_period("starts_on", filing.quarter), union=filing.union)
        return rows.select_related("employer").order_by("pk")

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        yield from super().check(rows, filing)
        for row in rows:
            yield from self.row_by_itself(row)

    def row_by_itself(self, row: Row) -> Iterator[Finding]:
        if row["date_from"] and row["date_to"] and row["date_to"] < row["date_from"]:
            yield self.finding(row, "date_to", _("It ends before it begins."))
        if row["female"] is not None and row["attendances"] is not None and row["female"] > row["attendances"]:
            yield self.finding(row, "female", _("More women than attendances."))
        if row["on_site"] and not row[EMPLOYER]:
            yield self.finding(row, EMPLOYER, _("On-site training names the employer."))


@sheet
class Contests(ModelSheet):
    code = "D7b"
    title = gettext_lazy("Contests and emulation")
    lead = gettext_lazy("Skills contests and labour emulation that the union held in the quarter.")
    model = Contest
    in_quarter = ("date_from",)

    date_from = Column(pgettext_lazy("return", "From"), Day(), required=True, attribute="starts_on")
    date_to = Column(pgettext_lazy("return", "To"), Day(), required=True, attribute="ends_on")
    type = Column(gettext_lazy("Type"), Choice(ContestType), required=True, attribute="type")
    contest = Column(gettext_lazy("Contest"), Text(120), required=True, attribute="title")
    trade = Column(gettext_lazy("Trade"), Text(40), attribute="trade")
    level = Column(gettext_lazy("Level"), Choice(Level), required=True, attribute="level")
    teams = Column(gettext_lazy("Teams"), Whole(), attribute="teams")
    contestants = Column(gettext_lazy("Contestants"), Whole(MANY, least=1), required=True, attribute="contestants")
    co_organiser = Column(gettext_lazy("Co-organisers"), Text(120), attribute="co_organisers")
    result = Column(gettext_lazy("Result"), Text(120), attribute="result")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        return Contest.objects.filter(in_period("starts_on", filing.quarter), union=filing.union).order_by("pk")

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        yield from super().check(rows, filing)
        for row in rows:
            if row["date_from"] and row["date_to"] and row["date_to"] < row["date_from"]:
                yield self.finding(row, "date_to", _("It ends before it begins."))


@sheet
class Occasions(Sheet):
    code = "D7c"
    title = gettext_lazy("Check-ups and recuperation")
    lead = gettext_lazy("How many went, by list. Each person stands in D7d; the numbers agree.")
    key = ("kind", "occasion")

    kind = Column(gettext_lazy("Kind"), Choice(LISTED), required=True)
    occasion = Column(gettext_lazy("Round or place"), Text(60), required=True)
    attendances = Column(gettext_lazy("Persons"), Whole(MANY, least=1), required=True)

    def standing(self, filing: Filing) -> Iterable[dict[str, Any]]:
        listed = Counter((row["kind"], row["occasion"]) for row in PersonsListed().standing(filing))
        return [{"kind": kind, "occasion": name, "attendances": number} for (kind, name), number in listed.items()]


@sheet
class PersonsListed(Sheet):
    code = "D7d"
    title = gettext_lazy("Persons on the lists")
    lead = gettext_lazy("Each member who had a check-up or went on recuperation, at most every two years.")
    key = ("kind", "occasion", "id_no")
    in_quarter = ("went_on",)

    kind = Column(gettext_lazy("Kind"), Choice(LISTED), required=True)
    occasion = Column(gettext_lazy("Round or place"), Text(60), required=True)
    name = Column(gettext_lazy("Name"), Text(30), required=True)
    id_no = Column(gettext_lazy("Number of the document"), IdText(), required=True)
    went_on = Column(gettext_lazy("Day"), Day(), required=True)
    days = Column(gettext_lazy("Days"), Whole(60, least=1), hint=gettext_lazy("For recuperation."))
    cost = Column(gettext_lazy("Cost (yuan)"), Money())

    def standing(self, filing: Filing) -> Iterable[dict[str, Any]]:
        checks = HealthCheck.objects.filter(in_period("checked_on", filing.quarter), union=filing.union)
        rests = Recuperation.objects.filter(in_period("starts_on", filing.quarter), union=filing.union)
        for check in checks.select_related("person").order_by("pk"):
            yield said(CHECKUP, check.round, check.person, check.checked_on)
        for rest in rests.select_related("person").order_by("pk"):
            yield said(REST, rest.place, rest.person, rest.starts_on) | {"days": rest.days, "cost": rest.cost}

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        known = persons_of(rows, filing)
        for row in rows:
            person = known.get(blind_index(row["id_no"])) if row["id_no"] else None
            if row["id_no"] and person is None:
                yield self.finding(row, "id_no", _("Nobody with this ID number is on the union's books."))
            elif person and row["name"] not in (person.name, person.former_name):
                yield self.finding(row, "name", _("Under this ID number another name is recorded: check both."))
            if row["kind"] == REST:
                yield from self.rest(row, person)

    def rest(self, row: Row, person: Person | None) -> Iterator[Finding]:
        """Recuperation says its length, and is every two years at most."""
        if row["days"] is None:
            yield self.finding(row, "days", _("Say for how many days."))
        last = last_recuperation(person, row["went_on"], None) if person and person.pk and row["went_on"] else None
        if last and last != row["went_on"]:
            message = _("This person went on %(day)s: the next time is two years later.")
            yield self.finding(row, "went_on", message % {"day": f"{last:%Y-%m-%d}"})

    def apply(self, rows: Sequence[Row], filing: Filing) -> Tally:
        known, tally, refused = persons_of(rows, filing), Tally(), []
        kept: set[Any] = set()
        for row in rows:
            person = known.get(blind_index(row["id_no"]))
            if person is None:
                refused.append(self.finding(row, "id_no", _("Nobody with this ID number is on the union's books.")))
                continue
            try:
                instance, outcome = enter_person(row, person, filing)
            except ValidationError as error:
                refused.append(self.finding(row, "id_no", error.messages[0]))
                continue
            kept.add((type(instance), instance.pk))
            tally.count(outcome)
        if refused:
            raise RowsError(refused)
        take_away(kept, filing)
        return tally


def said(kind: str, occasion: str, person: Person, day: Any) -> dict[str, Any]:
    return {"kind": kind, "occasion": occasion, "name": person.name, "id_no": person.id_number, "went_on": day}


def persons_of(rows: Sequence[Row], filing: Filing) -> dict[str, Person]:
    """The persons of the union under the numbers of these rows, those that join by this same return among them."""
    wanted = {blind_index(row["id_no"]) for row in rows if row["id_no"]}
    people = {row.id_index: row for row in Person.objects.filter(id_index__in=wanted, union=filing.union)}
    for row in filing.rows("D2") if wanted else ():
        if row["id_no"] and (index := blind_index(row["id_no"])) in wanted:
            people.setdefault(index, Person(name=row["name"] or ""))
    return people


def enter_person(row: Row, person: Person, filing: Filing) -> tuple[Any, str]:
    """Put a person on a list; the record and the count it belongs to."""
    common = {"union": filing.union, "person": person}
    facts: dict[str, Any]
    model: Any
    if row["kind"] == CHECKUP:
        model, key, facts = HealthCheck, {"round": row["occasion"]}, {"checked_on": row["went_on"]}
    else:
        model, key = Recuperation, {"starts_on": row["went_on"]}
        facts = {"place": row["occasion"], "days": row["days"], "cost": row["cost"]}
    known = model.objects.filter(person=person, **key).first()
    if known and all(getattr(known, name) == value for name, value in facts.items()):
        return known, "unchanged"
    instance = known or model(source_return=filing.version, **common, **key)
    if known is None and row["kind"] == CHECKUP:
        facts["is_chair"] = chairs(person, row["went_on"], filing)
    for name, value in facts.items():
        setattr(instance, name, value)
    instance.full_clean()
    instance.save()
    return instance, "updated" if known else "created"


def chairs(person: Person, day: Any, filing: Filing) -> bool:
    """Whether the person chaired the union on that day: officers are kept by name."""
    held = Officer.objects.filter(holds_on(day), union=filing.union, post=Officer.Post.CHAIR)
    return held.filter(name=person.name).exists()


def take_away(kept: set[Any], filing: Filing) -> None:
    """Who was put on a list by an earlier version of this return and no longer is; history keeps a copy."""
    for model in (HealthCheck, Recuperation):
        rows = model.objects.filter(source_return__obligation=filing.obligation)
        for instance in rows:
            if (model, instance.pk) not in kept:
                instance.delete()


@rule("X-15", Severity.ERROR, gettext_lazy("Lists of persons agree with the numbers"))
def lists_agree(filing: Filing) -> Iterable[Finding]:
    listed = Counter((row["kind"], row["occasion"]) for row in filing.rows("D7d"))
    said_of = {(row["kind"], row["occasion"]): row for row in filing.rows("D7c")}
    page, message = Occasions(), _("D7c says %(said)d persons, D7d lists %(listed)d.")
    for key, row in said_of.items():
        if row["attendances"] is not None and row["attendances"] != listed[key]:
            yield page.finding(row, "attendances", message % {"said": row["attendances"], "listed": listed[key]})
    for key in listed.keys() - said_of.keys():
        first = next(row for row in filing.rows("D7d") if (row["kind"], row["occasion"]) == key)
        yield PersonsListed().finding(first, "occasion", _("This list is not in D7c: enter it there with its number."))
