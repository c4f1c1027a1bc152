"""D6a, D6e, D6f and D6d: the mediation body of each employer, its mediators, the warning officers and their alerts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from disputes.models import MediationBody, Mediator, RiskAlert, RiskLevel, WarningOfficer
from unions.models import Severity
from unions.models.base import holds_on, in_period
from unions.returns.columns import Choice, Column, Day, Phone, Text, Whole, YesNo
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.model_sheets import EMPLOYER, EmployerCode, ModelSheet
from unions.returns.registry import Row, RowsError, Sheet, Tally, sheet

BODY_FACTS = {"body_name": "name", "set_up_on": "set_up_on", "closed_on": "closed_on"}


@sheet
class Organisation(Sheet):
    code = "D6a"
    title = gettext_lazy("Dispute mediation")
    lead = gettext_lazy("Each employer's mediation body, with how many mediators and warning officers there are.")
    key = ("employer_code",)
    later = ("closed_on",)

    employer_code = Column(gettext_lazy("Employer code"), EmployerCode(), required=True)
    has_body = Column(gettext_lazy("Has a mediation body"), YesNo(), required=True)
    body_name = Column(gettext_lazy("Mediation body"), Text(80), hint=gettext_lazy("Where there is one."))
    set_up_on = Column(gettext_lazy("Set up on"), Day(), hint=gettext_lazy("Where there is one."))
    closed_on = Column(pgettext_lazy("mediation body", "Closed on"), Day())
    mediators = Column(gettext_lazy("Mediators"), Whole(), required=True, hint=gettext_lazy("Each stands in D6e."))
    warning_officers = Column(
        gettext_lazy("Warning officers"), Whole(), required=True, hint=gettext_lazy("Each stands in D6f.")
    )

    def prefill(self, filing: Filing) -> Iterable[dict[str, Any]]:
        return self.standing(filing)

    def standing(self, filing: Filing) -> Iterator[dict[str, Any]]:
        mediators, officers = serving(Mediator, filing), serving(WarningOfficer, filing)
        for code, employer in filing.employers.items():
            body = body_of(code, filing)
            counts = {
                "mediators": mediators.filter(body__employer=employer).count(),
                "warning_officers": officers.filter(employer=employer).count(),
            }
            if body is None and not any(counts.values()):
                continue
            said = {name: getattr(body, field) for name, field in BODY_FACTS.items()} if body else {}
            if body and body.closed_on and body.closed_on >= filing.quarter.end:
                said["closed_on"] = None
            yield {EMPLOYER: code, "has_body": body is not None} | said | counts

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        for row in rows:
            if row[EMPLOYER] and row[EMPLOYER] not in filing.employers:
                yield self.finding(row, EMPLOYER, _("The union covers no employer with this code."))
            yield from self.body_fits(row, filing)
            yield from self.counted(row, filing)

    def body_fits(self, row: Row, filing: Filing) -> Iterator[Finding]:
        for column in ("body_name", "set_up_on") if row["has_body"] else ():
            if row[column] is None:
                yield self.finding(row, column, _("A mediation body has its name and the day it was set up."))
        if row["has_body"] is False and (row["body_name"] or row["set_up_on"]):
            yield self.finding(row, "has_body", _("A body is described here: write 是, or leave its cells empty."))
        if row["has_body"] is False and recorded_body(row, filing):
            message = _("The portal has its mediation body: write 是 and give the day it was closed.")
            yield self.finding(row, "has_body", message)
        if row["set_up_on"] and row["set_up_on"] >= filing.quarter.end:
            yield self.finding(row, "set_up_on", _("Set up after the quarter: report it next quarter."))

    def counted(self, row: Row, filing: Filing) -> Iterator[Finding]:
        """The numbers are those of the persons listed who still served when the quarter ended."""
        for column, page in (("mediators", "D6e"), ("warning_officers", "D6f")):
            listed = [one for one in filing.rows(page) if one[EMPLOYER] == row[EMPLOYER] and one["end"] is None]
            if row[column] is not None and row[column] != len(listed):
                message = _("%(sheet)s lists %(listed)d in service: correct one of them.")
                yield self.finding(row, column, message % {"sheet": page, "listed": len(listed)})

    def apply(self, rows: Sequence[Row], filing: Filing) -> Tally:
        tally, refused, kept = Tally(), [], set()
        for row in rows:
            if not row["has_body"]:
                tally.count("unchanged")
                continue
            try:
                body, outcome = enter_body(row, filing)
            except ValidationError as error:
                refused.append(self.finding(row, "body_name", error.messages[0]))
                continue
            kept.add(body.pk)
            tally.count(outcome)
        for body in MediationBody.objects.filter(source_return__obligation=filing.obligation).exclude(pk__in=kept):
            refused += take_back_body(self, body, filing)
        if refused:
            raise RowsError(refused)
        return tally


def serving(model: Any, filing: Filing) -> QuerySet[Any]:
    """Who of a union served on the quarter's last day."""
    return model.objects.filter(holds_on(filing.quarter.last_day), union=filing.union)


def body_of(code: str | None, filing: Filing) -> MediationBody | None:
    """The body of one of the union's employers that stood on some day of the quarter, the latest if there were two."""
    open_then = Q(closed_on__isnull=True) | Q(closed_on__gt=filing.quarter.start)
    rows = MediationBody.objects.filter(open_then, union=filing.union, set_up_on__lt=filing.quarter.end)
    own = rows.filter(level=MediationBody.Tier.ENTERPRISE, employer=filing.employers.get(code or ""))
    return own.filter(employer__isnull=False).order_by("-set_up_on").first()


def recorded_body(row: Row, filing: Filing) -> bool:
    """Whether an employer has a body besides one that this same return brought."""
    body = body_of(row[EMPLOYER], filing)
    if body is None:
        return False
    return body.source_return is None or body.source_return.obligation_id != filing.obligation.pk


def enter_body(row: Row, filing: Filing) -> tuple[MediationBody, str]:
    body = body_of(row[EMPLOYER], filing)
    facts = {field: row[name] for name, field in BODY_FACTS.items()}
    if body and body.closed_on and body.closed_on >= filing.quarter.end:
        del facts["closed_on"]
    if body and all(getattr(body, name) == value for name, value in facts.items()):
        return body, "unchanged"
    outcome = "updated" if body else "created"
    body = body or MediationBody(
        union=filing.union, employer=filing.employers.get(row[EMPLOYER]), source_return=filing.version
    )
    for name, value in facts.items():
        setattr(body, name, value)
    body.full_clean()
    body.save()
    return body, outcome


def take_back_body(page: Sheet, body: MediationBody, filing: Filing) -> list[Finding]:
    """Delete a body that only this return spoke of, with its mediators; or the finding that says why not."""
    try:
        for mediator in body.mediators.filter(source_return__obligation=filing.obligation):
            mediator.delete()
        body.delete()
    except ProtectedError:
        message = _("“%(body)s” has had mediators or cases since: give the day it was closed instead.")
        return [page.finding(None, "", message % {"body": body.name})]
    return []


class Appointments(ModelSheet):
    """Who served in the quarter. ``end`` is the first day without the office."""

    later = ("end",)

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        quarter = filing.quarter
        held = Q(end__isnull=True) | Q(end__gt=quarter.start)
        return self.model._default_manager.filter(held, union=filing.union, start__lt=quarter.end).order_by("pk")

    def prefill(self, filing: Filing) -> Iterable[dict[str, Any]]:
        return [values for values in self.standing(filing) if values["end"] is None]

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterator[Finding]:
        yield from super().check(rows, filing)
        for row in rows:
            if row["start"] and row["start"] >= filing.quarter.end:
                yield self.finding(row, "start", _("After the quarter's end: report it next quarter."))
            if row["start"] and row["end"] and row["end"] <= row["start"]:
                yield self.finding(row, "end", _("It ends before it begins."))
        if rows:
            yield from self.forgotten(rows, filing)

    def forgotten(self, rows: Sequence[Row], filing: Filing) -> Iterator[Finding]:
        said = {self.key_of(row.values) for row in rows}
        for values in self.prefill(filing):
            if self.key_of(values) not in said:
                message = _("%(name)s is still in the portal: if the office ended, list the row with its last day.")
                found = self.finding(None, "", message % {"name": values["name"]})
                yield found.ruled("still-there", Severity.HINT)

    def take_away(self, instances: Iterable[Any], filing: Filing) -> None:
        refused = []
        for instance in instances:
            try:
                super().take_away([instance], filing)
            except ProtectedError:
                message = _("%(name)s has reported alerts: give the day the office ended instead of leaving it out.")
                refused.append(self.finding(None, "", message % {"name": instance.name}))
        if refused:
            raise RowsError(refused)


@sheet
class Mediators(Appointments):
    code = "D6e"
    title = gettext_lazy("Mediators")
    lead = gettext_lazy("Everyone who served in the quarter; who left has the day from which the office is over.")
    model = Mediator
    key = ("employer_code", "post", "name", "start")

    employer_code = Column(
        gettext_lazy("Employer code"), EmployerCode(), required=True, attribute="body__employer__code"
    )
    post = Column(gettext_lazy("Post"), Choice(Mediator.Post), required=True, attribute="post")
    name = Column(gettext_lazy("Name"), Text(30), required=True, attribute="name")
    phone = Column(gettext_lazy("Phone"), Phone(), attribute="phone")
    start = Column(gettext_lazy("Appointed on"), Day(), required=True, attribute="start")
    end = Column(gettext_lazy("No longer from"), Day(), attribute="end")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        own = super().rows_of(filing).filter(body__level=MediationBody.Tier.ENTERPRISE)
        return own.filter(body__employer__in=filing.employers.values()).select_related("body__employer")

    def facts(self, row: Row, filing: Filing) -> dict[str, Any]:
        facts = super().facts(row, filing)
        del facts["employer"]
        body = body_of(row[EMPLOYER], filing)
        if body is None:
            raise ValidationError({"body": _("This employer has no mediation body: enter it in D6a.")})
        return facts | {"body": body}

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterator[Finding]:
        yield from super().check(rows, filing)
        told = {row[EMPLOYER] for row in filing.rows("D6a") if row["has_body"]}
        for row in rows:
            if row[EMPLOYER] in filing.employers and row[EMPLOYER] not in told:
                yield self.finding(row, EMPLOYER, _("This employer has no mediation body: enter it in D6a."))


@sheet
class WarningOfficers(Appointments):
    code = "D6f"
    title = gettext_lazy("Warning officers")
    lead = gettext_lazy("Everyone who served in the quarter; who left has the day from which the office is over.")
    model = WarningOfficer
    key = ("employer_code", "name", "start")

    employer_code = Column(gettext_lazy("Employer code"), EmployerCode(), required=True, attribute="employer__code")
    name = Column(gettext_lazy("Name"), Text(30), required=True, attribute="name")
    phone = Column(gettext_lazy("Phone"), Phone(), attribute="phone")
    start = Column(gettext_lazy("Appointed on"), Day(), required=True, attribute="start")
    end = Column(gettext_lazy("No longer from"), Day(), attribute="end")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        return super().rows_of(filing).filter(employer__in=filing.employers.values()).select_related("employer")


@sheet
class Alerts(ModelSheet):
    code = "D6d"
    title = gettext_lazy("Risk alerts")
    lead = gettext_lazy("Disputes in the making reported in the quarter; ten workers and more are collective.")
    model = RiskAlert
    in_quarter = ("reported_on",)
    later = ("coordinated_on", "closed_on")

    employer_code = Column(gettext_lazy("Employer code"), EmployerCode(), required=True, attribute="employer__code")
    reported_on = Column(gettext_lazy("Reported on"), Day(), required=True, attribute="reported_on")
    reporter = Column(gettext_lazy("Reported by"), Text(30), required=True, attribute="reporter")
    level = Column(gettext_lazy("Risk level"), Choice(RiskLevel), required=True, attribute="level")
    workers = Column(gettext_lazy("Workers concerned"), Whole(), attribute="workers")
    matter = Column(gettext_lazy("Matter"), Text(300), required=True, attribute="matter")
    known_on = Column(gettext_lazy("Known on"), Day(), attribute="known_on")
    coordinated_on = Column(gettext_lazy("Coordinated on"), Day(), attribute="coordinated_on")
    closed_on = Column(pgettext_lazy("alert", "Settled on"), Day(), attribute="closed_on")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        rows = RiskAlert.objects.filter(in_period("reported_on", filing.quarter), union=filing.union)
        return rows.filter(employer__in=filing.employers.values()).select_related("employer").order_by("pk")

    def key_of(self, values: dict[str, Any]) -> tuple[Any, ...]:
        """Two alerts of one day by one person are told apart by their place."""
        return tuple(values.get(name) for name in (EMPLOYER, "reported_on", "reporter"))

    def facts(self, row: Row, filing: Filing) -> dict[str, Any]:
        officers = WarningOfficer.objects.filter(holds_on(row["reported_on"]), union=filing.union)
        return super().facts(row, filing) | {"officer": officers.filter(name=row["reporter"]).first()}

    def came_later(self, instance: Any, attribute: str, value: Any, filing: Filing) -> bool:
        """Which officer it was is found once, when the alert is entered."""
        return attribute == "officer" or super().came_later(instance, attribute, value, filing)

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterator[Finding]:
        yield from super().check(rows, filing)
        for row in rows:
            reported = row["reported_on"]
            if row["known_on"] and reported and row["known_on"] > reported:
                yield self.finding(row, "known_on", _("A risk is known before it is reported."))
            for column in self.later:
                if row[column] and reported and row[column] < reported:
                    yield self.finding(row, column, _("A risk is reported before it is coordinated or settled."))
