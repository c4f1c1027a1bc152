"""D1: the union at the quarter's end, what happened to it, and the employees of each employer it covers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from unions.models import (
    CommitteeTerm,
    EmployerHeadcount,
    LegalCertificate,
    OperatingStatus,
    Severity,
    UnionCensus,
    UnionEvent,
    UnionEventKind,
)
from unions.models.base import in_period
from unions.models.organisation import DEPARTURES
from unions.returns.columns import Choice, Column, Day, Text, Whole, YesNo
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.model_sheets import EmployerCode, ModelSheet
from unions.returns.registry import Row, Sheet, Tally, sheet
from unions.returns.rules import rule

# A jump of more than this share against the quarter before wants explaining.
JUMP = 0.3
WOMEN_FOR_AN_ORGAN = 10
CENSUS_FIELDS = {
    "members_end": "members",
    "female_members_end": "female_members",
    "retained_end": "retained_members",
    "groups": "groups",
    "branches": "branches",
    "has_audit_org": "has_audit_organ",
    "has_women_org": "has_women_organ",
} | {f"six_haves_{number}": name for number, name in enumerate(UnionCensus.SIX_HAVES, start=1)}
HEADCOUNT_FIELDS = {"employees": "employees", "female": "female", "migrant": "migrant", "dispatched": "dispatched"}


@sheet
class Profile(Sheet):
    code = "D1a"
    title = gettext_lazy("Profile")
    lead = gettext_lazy("The union on the last day of the quarter, in persons.")
    is_single = is_required = True

    employees_end = Column(gettext_lazy("Employees at the end"), Whole(), required=True)
    female_end = Column(gettext_lazy("Of which women"), Whole(), required=True)
    migrant_end = Column(gettext_lazy("Of which migrant workers"), Whole(), required=True)
    dispatched_end = Column(gettext_lazy("Of which dispatched workers"), Whole(), required=True)
    members_end = Column(gettext_lazy("Members at the end"), Whole(), required=True)
    female_members_end = Column(gettext_lazy("Women members"), Whole(), required=True)
    retained_end = Column(gettext_lazy("Membership retained (apart)"), Whole())
    groups = Column(gettext_lazy("Groups"), Whole())
    branches = Column(gettext_lazy("Branches"), Whole())
    has_audit_org = Column(gettext_lazy("Audit commission or auditor"), YesNo(), required=True)
    has_women_org = Column(gettext_lazy("Women workers' committee or member"), YesNo(), required=True)
    committee_elected_on = Column(gettext_lazy("Committee elected on"), Day(), required=True)
    term_years = Column(gettext_lazy("Term (years)"), Choice({"3": "3", "5": "5"}), required=True)
    legal_cert_to = Column(gettext_lazy("Legal-person certificate valid to"), Day())
    oper_status = Column(gettext_lazy("Operating status"), Choice(OperatingStatus), required=True)
    six_haves_1 = Column(gettext_lazy("Elected chair"), YesNo())
    six_haves_2 = Column(gettext_lazy("Independent sound organisation"), YesNo())
    six_haves_3 = Column(gettext_lazy("Activities serving workers"), YesNo())
    six_haves_4 = Column(gettext_lazy("Sound systems"), YesNo())
    six_haves_5 = Column(gettext_lazy("Self-managed funds"), YesNo())
    six_haves_6 = Column(gettext_lazy("Members satisfied with the work"), YesNo())

    def prefill(self, filing: Filing) -> Iterable[dict[str, Any]]:
        """What the register knows, and of the last return what seldom changes; the headcounts are asked anew."""
        last = filing.last_accepted.get(self.code, [])
        before = last[0].values if last else {}
        asked = {name for name in self.columns if name.endswith("_end")}
        return [{name: value for name, value in before.items() if name not in asked} | registered(filing)]

    def standing(self, filing: Filing) -> Iterable[dict[str, Any]]:
        day = filing.quarter.last_day
        census = UnionCensus.objects.filter(union=filing.union, as_of=day).first()
        values = {name: getattr(census, field, None) for name, field in CENSUS_FIELDS.items()}
        counted = EmployerHeadcount.objects.filter(employer__in=filing.employers.values(), as_of=day)
        for name, field in HEADCOUNT_FIELDS.items():
            values[f"{name}_end"] = sum(getattr(row, field) or 0 for row in counted)
        return [values | registered(filing)]

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        for row in rows[:1]:
            yield from self.parts_within(row)
            yield from self.oddities(row, filing)

    def parts_within(self, row: Row) -> Iterator[Finding]:
        """Errors: a part larger than its whole."""
        whole = {"female_end": "employees_end", "migrant_end": "employees_end", "dispatched_end": "employees_end"}
        whole["female_members_end"] = "members_end"
        for part, total in whole.items():
            if row[part] is not None and row[total] is not None and row[part] > row[total]:
                message = _("More than the %(total)d of “%(whole)s”.")
                yield self.finding(row, part, message % {"total": row[total], "whole": self.columns[total].caption})
        if row["members_end"] is not None and row["employees_end"] is not None:
            most = row["employees_end"] + (row["retained_end"] or 0)
            if row["members_end"] > most:
                message = _("More members than the %(most)d employees and retained members together.")
                yield self.finding(row, "members_end", message % {"most": most})

    def oddities(self, row: Row, filing: Filing) -> Iterator[Finding]:
        """Warnings: a jump of the headcount, and women members without an organ of theirs."""
        last = filing.last_accepted.get(self.code, [])
        before = last[0]["employees_end"] if last else None
        if before and row["employees_end"] is not None and abs(row["employees_end"] - before) > before * JUMP:
            message = _("Last quarter it was %(before)d: a change of more than 30 per cent. Say why.")
            yield self.finding(row, "employees_end", message % {"before": before}).ruled("jump", Severity.WARNING)
        if (row["female_members_end"] or 0) >= WOMEN_FOR_AN_ORGAN and row["has_women_org"] is False:
            message = _("With ten women members or more there is a women workers' organ. Say why there is none.")
            yield self.finding(row, "has_women_org", message).ruled("women", Severity.WARNING)

    def apply(self, rows: Sequence[Row], filing: Filing) -> Tally:
        """Store the census; and for a union of one employer that lists none in D1c, its headcount and status."""
        tally = Tally()
        for row in rows[:1]:
            facts = {field: row[name] for name, field in CENSUS_FIELDS.items()}
            key = {"union": filing.union, "as_of": filing.quarter.last_day}
            tally.count(store(UnionCensus, key, facts, filing))
            if len(filing.employers) == 1:
                [employer] = filing.employers.values()
                if not filing.rows("D1c"):
                    headcount = {field: row[f"{name}_end"] for name, field in HEADCOUNT_FIELDS.items()}
                    key = {"employer": employer, "as_of": filing.quarter.last_day}
                    store(EmployerHeadcount, key, headcount | {"union": filing.union}, filing)
                if row["oper_status"] and employer.operating_status != row["oper_status"]:
                    employer.operating_status = row["oper_status"]
                    employer.save(update_fields=["operating_status"])
        return tally


def store(model: Any, key: dict[str, Any], facts: dict[str, Any], filing: Filing) -> str:
    """The one row of this key with these facts, from this return; the count it belongs to."""
    row = model.objects.filter(**key).first()
    if row is None:
        model.objects.create(**key, **facts, source_return=filing.version)
        return "created"
    if all(getattr(row, name) == value for name, value in facts.items()):
        return "unchanged"
    for name, value in facts.items():
        setattr(row, name, value)
    row.source_return = filing.version
    row.save()
    return "updated"


def registered(filing: Filing) -> dict[str, Any]:
    """What the register knows of committee, certificate and business on the quarter's last day."""
    day = filing.quarter.last_day
    term = CommitteeTerm.objects.filter(union=filing.union, elected_on__lte=day).order_by("-elected_on").first()
    certificate = LegalCertificate.objects.filter(union=filing.union, start__lte=day).order_by("-start").first()
    known = {
        "committee_elected_on": term.elected_on if term else None,
        "term_years": str(term.years) if term else None,
        "legal_cert_to": certificate.end if certificate else None,
    }
    if len(filing.employers) == 1:
        known["oper_status"] = next(iter(filing.employers.values())).operating_status
    else:
        known["oper_status"] = OperatingStatus.NORMAL
    return known


@sheet
class Changes(Sheet):
    code = "D1b"
    title = gettext_lazy("Changes of the union")
    lead = gettext_lazy(
        "What happened to the union in the quarter. The federation records it; here you tell it, with the document."
    )
    key = ("event", "happened_on")
    in_quarter = ("happened_on",)

    event = Column(pgettext_lazy("return", "Event"), Choice(UnionEventKind), required=True)
    happened_on = Column(gettext_lazy("Date"), Day(), required=True)
    doc_no = Column(gettext_lazy("Document number"), Text(60))
    before = Column(gettext_lazy("Before"), Text(120))
    after = Column(gettext_lazy("After"), Text(120))

    def standing(self, filing: Filing) -> Iterable[dict[str, Any]]:
        return [
            {
                "event": row.kind,
                "happened_on": row.happened_on,
                "doc_no": row.document_no,
                "before": row.before,
                "after": row.after,
            }
            for row in self.recorded(filing)
        ]

    @staticmethod
    def recorded(filing: Filing) -> QuerySet[UnionEvent]:
        return UnionEvent.objects.filter(in_period("happened_on", filing.quarter), union=filing.union)

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        known = set(self.recorded(filing).values_list("kind", "happened_on")) if rows else set()
        for row in rows:
            if row["event"] in DEPARTURES and not row["doc_no"]:
                yield self.finding(row, "doc_no", _("A dissolution or transfer needs the number of its document."))
            if row["event"] and (row["event"], row["happened_on"]) not in known:
                message = _("Not yet in the register: the federation records it with the document.")
                yield self.finding(row, "event", message).ruled("to-record", Severity.HINT)


@sheet
class Headcounts(ModelSheet):
    code = "D1c"
    title = gettext_lazy("Employers covered")
    lead = gettext_lazy("A union of several employers: one row for each, on the last day of the quarter.")
    model = EmployerHeadcount
    key = ("employer_code",)

    employer_code = Column(gettext_lazy("Employer code"), EmployerCode(), required=True, attribute="employer__code")
    employer_name = Column(gettext_lazy("Employer"), Text(80), attribute="employer__name")
    employees = Column(gettext_lazy("Employees"), Whole(), required=True, attribute="employees")
    female = Column(gettext_lazy("Of which women"), Whole(), attribute="female")
    migrant = Column(gettext_lazy("Of which migrant workers"), Whole(), attribute="migrant")
    dispatched = Column(gettext_lazy("Of which dispatched workers"), Whole(), attribute="dispatched")
    contracts_signed = Column(gettext_lazy("Labour contracts signed"), Whole(), attribute="contracts_signed")

    def rows_of(self, filing: Filing) -> QuerySet[Any]:
        rows = EmployerHeadcount.objects.filter(
            employer__in=filing.employers.values(), as_of=filing.quarter.last_day, union=filing.union
        )
        return rows.select_related("employer").order_by("employer__code")

    def facts(self, row: Row, filing: Filing) -> dict[str, Any]:
        return super().facts(row, filing) | {"as_of": filing.quarter.last_day}

    def prefill(self, filing: Filing) -> Iterable[dict[str, Any]]:
        """The employers of a union of several; of a single one the profile says everything."""
        if len(filing.employers) < 2:
            return []
        return [{"employer_code": code, "employer_name": row.name} for code, row in filing.employers.items()]

    def apply(self, rows: Sequence[Row], filing: Filing) -> Tally:
        """Without rows, the headcount of the single employer is the profile's, and stays."""
        return super().apply(rows, filing) if rows else Tally()

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        yield from super().check(rows, filing)
        profile = filing.one("D1a")
        said = profile["employees_end"] if profile else None
        listed = sum(row["employees"] or 0 for row in rows)
        if rows and said is not None and said != listed:
            message = _("D1a says %(said)d employees, the rows here add up to %(listed)d.")
            yield self.finding(rows[-1], "employees", message % {"said": said, "listed": listed})
        if not rows and len(filing.employers) > 1:
            yield self.finding(None, "", _("The union covers several employers: list the employees of each."))


@rule("X-01", Severity.ERROR, gettext_lazy("Members at the end follow from those before and the changes"))
def members_add_up(filing: Filing) -> Iterable[Finding]:
    """Members at the end = members before + arrivals − departures; retained membership is counted apart."""
    profile, before = filing.one("D1a"), filing.census_before
    if profile is None or profile["members_end"] is None or before is None:
        return
    moved = [row["op"] for row in filing.rows("D2")]
    arrived = sum(op in ("JOIN", "MOVE_IN", "RESUME") for op in moved)
    left = sum(op in ("MOVE_OUT", "WITHDRAW", "DECEASE", "RETAIN") for op in moved)
    expected = before.members + arrived - left
    if profile["members_end"] != expected:
        message = _(
            "Last declared %(before)d + %(arrived)d joined − %(left)d left = %(expected)d: D1a or D2 is not right."
        )
        sums = {"before": before.members, "arrived": arrived, "left": left, "expected": expected}
        yield Profile().finding(profile, "members_end", message % sums)
