"""What the federation's spreadsheets say of its unions and employers, and how their rows become records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unions.access import Action
from unions.imports.job import Job, Row, Trace, rows_as_they_are
from unions.imports.registry import ImportKind, import_kind
from unions.models import (
    FEDERATIONS,
    ORGANS,
    Community,
    Employer,
    EmployerHeadcount,
    OperatingStatus,
    Ownership,
    Union,
    UnionCoverage,
    UnionForm,
    UnionProfile,
)
from unions.returns.columns import Choice, Column, CreditCode, Day, Phone, Text, Whole
from unions.services.employers import PREFIX
from unions.services.events import shown
from unions.services.series import lock_series, next_in_series, next_union_code

FORMS = [form for form in UnionForm.values if form != UnionForm.SUBDISTRICT]


class Register:
    """Rows found by their code or, without it, by their name. Two of one name are told apart by the code only."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self.by_code: dict[str, Any] = {}
        self.by_name: dict[str, Any] = {}
        self.ambiguous: set[str] = set()
        for row in rows:
            self.add(row, row.code, row.name)

    def add(self, row: Any, code: str, name: str) -> None:
        self.by_code[code] = row
        if name in self.by_name:
            self.ambiguous.add(name)
        self.by_name[name] = row

    def find(self, text: str) -> Any:
        return self.by_code.get(text) or (None if text in self.ambiguous else self.by_name.get(text))


def find_or_refuse(register: Register, row: Row, column: str, job: Job, unknown: str) -> Any:
    """The record that a cell names by code or name; None if the cell is empty or refused."""
    text = row[column]
    if not text:
        return None
    found = register.find(text)
    if found is None:
        more = _("There are several of this name: write the code.") if text in register.ambiguous else unknown
        job.refuse(row.number, column, more, text)
    return found


def refuse_day(row: Row, column: str, job: Job) -> None:
    why = job.closed_day(row[column]) if row[column] else ""
    if why:
        job.refuse(row.number, column, why, row[column])


class Twice:
    """Refuses what stands in the file a second time."""

    def __init__(self) -> None:
        self.first: dict[tuple[str, Any], int] = {}

    def refuse(self, row: Row, column: str, job: Job) -> None:
        value = row[column]
        if value in (None, ""):
            return
        number = self.first.setdefault((column, value), row.number)
        if number != row.number:
            job.refuse(row.number, column, _("The same as in row %(row)d.") % {"row": number}, value)


@import_kind
class UnionImport(ImportKind):
    """Unions by code or name. A new one is set up with its place in the tree; of a known one blanks are filled in."""

    code = "unions"
    title = gettext_lazy("Unions")
    hint = gettext_lazy("One row for each union. What changed in a union's life is recorded on its page, not here.")
    action = Action.MANAGE_ORGANISATION
    columns = {
        "code": Column(gettext_lazy("Union code"), Text(16)),
        "name": Column(gettext_lazy("Name of the union"), Text(80), required=True),
        "form": Column(gettext_lazy("Form of union"), Choice(UnionForm, FORMS), required=True),
        "parent": Column(gettext_lazy("Next higher union"), Text(80), required=True),
        "community": Column(gettext_lazy("Community"), Text(40)),
        "founded_on": Column(gettext_lazy("Founded on"), Day(), required=True),
        "legal_code": Column(gettext_lazy("Social credit code of the union"), CreditCode(of_union=True)),
        "note": Column(gettext_lazy("Note"), Text(500)),
    }
    headings = {
        "code": ("工会编码", "编号", "代码"),
        "name": ("单位名称", "工会全称", "工会"),
        "form": ("工会类型", "组织形式", "类别", "建会形式"),
        "parent": ("上级工会名称", "所属工会", "隶属"),
        "community": ("所属社区", "社区名称", "村社"),
        "founded_on": ("建会日期", "建会时间", "成立时间"),
        "legal_code": ("法人资格代码", "统一社会信用代码", "工会法人统一社会信用代码"),
        "note": ("备注", "说明"),
    }

    def run(self, job: Job) -> None:
        lock_series()
        known = Register(Union.objects.filter(ended_on__isnull=True).select_related("parent", "community"))
        rows = list(job.rows())
        self.refuse_rows(rows, known, job)
        created, changed, before = [], [], []
        for row, parent in in_order(rows, known, job):
            union = known.find(row["code"] or row["name"] or "")
            if union is None:
                union = self.create(row, parent, job)
                known.add(union, union.code, union.name)
                created.append(union.pk)
            elif facts := self.missing(union, row, job):
                before += rows_as_they_are("unions_union", [union.pk])
                Union.objects.filter(pk=union.pk).update(**facts)
                changed.append(union.pk)
        profiles = list(UnionProfile.objects.filter(union__in=created).values_list("pk", flat=True))
        job.counts.update(created=len(created), updated=len(changed))
        job.traces = [
            Trace("unions.union", created, changed, before),
            Trace("unions.unionprofile", profiles),
        ]

    def refuse_rows(self, rows: list[Row], known: Register, job: Job) -> None:
        twice, codes = Twice(), dict(Union.objects.exclude(legal_code=None).values_list("legal_code", "code"))
        communities = {text for pair in Community.objects.values_list("code", "name") for text in pair}
        ended = set(Union.objects.filter(ended_on__isnull=False).values_list("code", flat=True))
        for row in rows:
            for column in ("code", "name", "legal_code"):
                twice.refuse(row, column, job)
            refuse_day(row, "founded_on", job)
            if row["community"] and row["community"] not in communities:
                job.refuse(row.number, "community", _("There is no such community."), row["community"])
            if row["code"] in ended:
                job.refuse(row.number, "code", _("This union has ended; what ended is not imported."), row["code"])
            union = known.find(row["code"] or row["name"] or "")
            owner = codes.get(row["legal_code"])
            if owner and owner != (union.code if union else row["code"]):
                job.refuse(row.number, "legal_code", _("This code belongs to union %(code)s.") % {"code": owner})
            if union is not None:
                self.refuse_difference(union, row, job)
            elif row["code"] and row["name"] in known.by_name:
                taken = known.by_name[row["name"]].code
                job.refuse(row.number, "name", _("Union %(code)s has this name already.") % {"code": taken})

    def refuse_difference(self, union: Union, row: Row, job: Job) -> None:
        """What a union was called and where it stood has its day; a spreadsheet does not know it."""
        if union.pk not in job.scope:
            job.refuse(row.number, "name", _("This union is outside your scope."), row["name"])
            return
        stands: dict[str, tuple[Any, ...]] = {
            "name": (union.name,),
            "form": (union.form,),
            "parent": (union.parent.code, union.parent.name) if union.parent else (),
            "community": (union.community.code, union.community.name) if union.community else (),
            "founded_on": (union.founded_on,),
        }
        for column, values in stands.items():
            if row[column] is not None and row[column] not in values:
                message = _("The portal has “%(value)s”: a change is recorded on the union's page, with its day.")
                shown_value = UnionForm(union.form).label if column == "form" else (values[-1] if values else "—")
                job.refuse(row.number, column, message % {"value": shown_value}, row[column])

    def missing(self, union: Union, row: Row, job: Job) -> dict[str, Any]:
        """What the portal does not have yet, or has otherwise, of the plain facts."""
        facts = {name: row[name] for name in ("legal_code", "note") if row[name] and row[name] != getattr(union, name)}
        return {} if row.number in job.refused_rows else facts

    def create(self, row: Row, parent: Union, job: Job) -> Union:
        union = Union.objects.create(
            code=row["code"] or next_union_code(),
            legal_code=row["legal_code"],
            founded_on=row["founded_on"],
            note=row["note"] or "",
            created_by=job.actor,
        )
        UnionProfile.objects.create(
            union=union,
            name=row["name"],
            form=row["form"],
            parent=parent,
            community=community_of(row) or parent.community,
            start=row["founded_on"],
            created_by=job.actor,
        )
        union.refresh_from_db()
        return union


def community_of(row: Row) -> Community | None:
    text = row["community"]
    if not text:
        return None
    return Community.objects.filter(code=text).first() or Community.objects.filter(name=text).first()


def in_order(rows: list[Row], known: Register, job: Job) -> Iterator[tuple[Row, Any]]:
    """The good rows, each after the one it names as its higher union, which may stand further down in the file.

    Whoever takes a row makes its union known before asking for the next.
    """
    refused = job.refused_rows
    waiting = [row for row in rows if row.number not in refused]
    lost = {text for row in rows if row.number in refused for text in (row["code"], row["name"]) if text}
    while waiting:
        names = {text for row in waiting for text in (row["code"], row["name"]) if text}
        left = []
        for row in waiting:
            parent = known.find(row["parent"])
            if parent is None and row["parent"] in names:
                left.append(row)
            elif not refuse_parent(row, parent, lost, known, job):
                yield row, parent
        if len(left) == len(waiting):
            for row in left:
                job.refuse(row.number, "parent", _("These unions name each other as higher union."), row["parent"])
            return
        waiting = left


def refuse_parent(row: Row, parent: Any, lost: set[str], known: Register, job: Job) -> bool:
    """Whether the higher union stands in the way, said at its cell."""
    if parent is None:
        is_lost, is_several = row["parent"] in lost, row["parent"] in known.ambiguous
        message = _("The row of this higher union is refused itself.") if is_lost else _("There is no such union.")
        message = _("There are several of this name: write the code.") if is_several else message
    elif parent.founded_on > row["founded_on"]:
        message = _("The higher union was founded only on %(day)s.") % {"day": shown(parent.founded_on)}
    elif not within(parent, job):
        message = _("This union is outside your scope.")
    else:
        return False
    job.refuse(row.number, "parent", message, row["parent"])
    return True


def within(union: Union, job: Job) -> bool:
    """Whether the union, or one above it, lies in the actor's scope; new ones are not in it yet."""
    while union is not None:
        if union.pk in job.scope:
            return True
        union = union.parent  # type: ignore[assignment]
    return False


@import_kind
class EmployerImport(ImportKind):
    """Employers by code or name, with the union that covers them and their first headcount."""

    code = "employers"
    title = gettext_lazy("Employers")
    hint = gettext_lazy("One row for each employer. Import the unions before, so that coverage can be recorded.")
    action = Action.MANAGE_ORGANISATION
    columns = {
        "code": Column(gettext_lazy("Employer code"), Text(16)),
        "name": Column(gettext_lazy("Name of the employer"), Text(80), required=True),
        "credit_code": Column(gettext_lazy("Social credit code of the employer"), CreditCode()),
        "community": Column(gettext_lazy("Community"), Text(40), required=True),
        "ownership": Column(gettext_lazy("Ownership"), Choice(Ownership)),
        "industry": Column(gettext_lazy("Industry"), Text(40)),
        "operating_status": Column(gettext_lazy("Operating status"), Choice(OperatingStatus)),
        "opened_on": Column(gettext_lazy("Opened on"), Day(), required=True),
        "contact": Column(gettext_lazy("Contact"), Text(30)),
        "phone": Column(gettext_lazy("Phone"), Phone()),
        "union": Column(gettext_lazy("Covered by union"), Text(80)),
        "covered_from": Column(gettext_lazy("Covered from"), Day()),
        "employees": Column(gettext_lazy("Employees"), Whole()),
        "counted_on": Column(gettext_lazy("Counted on"), Day()),
    }
    headings = {
        "code": ("单位编码", "编号", "代码"),
        "name": ("企业名称", "单位全称", "单位", "用人单位"),
        "credit_code": ("统一社会信用代码", "信用代码"),
        "community": ("所属社区", "社区名称", "村社"),
        "ownership": ("单位性质", "企业性质", "经济类型"),
        "industry": ("所属行业", "行业类别"),
        "opened_on": ("开业日期", "成立日期", "注册日期"),
        "contact": ("联系人姓名",),
        "phone": ("联系电话", "电话号码"),
        "union": ("所属工会", "工会名称", "覆盖工会"),
        "covered_from": ("入会日期", "覆盖日期"),
        "employees": ("职工人数", "职工数", "员工人数"),
        "counted_on": ("统计日期", "人数日期"),
    }
    plain = ("credit_code", "ownership", "industry", "operating_status", "contact", "phone")

    def run(self, job: Job) -> None:
        lock_series()
        known = Register(Employer.objects.filter(closed_on__isnull=True))
        unions = Register(Union.objects.filter(ended_on__isnull=True).select_related("community"))
        rows = list(job.rows())
        self.refuse_rows(rows, known, unions, job)
        refused = job.refused_rows
        made: dict[str, list[int]] = {"unions.employer": [], "unions.unioncoverage": [], "unions.employerheadcount": []}
        changed: list[int] = []
        before: list[dict[str, Any]] = []
        for row in rows:
            if row.number in refused:
                continue
            employer = known.find(row["code"] or row["name"])
            if employer is None:
                employer = self.create(row, unions, job)
                known.add(employer, employer.code, employer.name)
                made["unions.employer"].append(employer.pk)
                job.counts["created"] += 1
            else:
                self.fill_in(employer, row, changed, before)
            added = self.add_facts(employer, row, unions, job, made)
            if employer.pk not in made["unions.employer"] and (added or employer.pk in changed):
                job.counts["updated"] += 1
        job.traces = [
            Trace("unions.employer", made["unions.employer"], changed, before),
            Trace("unions.unioncoverage", made["unions.unioncoverage"]),
            Trace("unions.employerheadcount", made["unions.employerheadcount"]),
        ]

    def refuse_rows(self, rows: list[Row], known: Register, unions: Register, job: Job) -> None:
        twice, owners = Twice(), dict(Employer.objects.exclude(credit_code=None).values_list("credit_code", "code"))
        communities = {text for pair in Community.objects.values_list("code", "name") for text in pair}
        covered = {
            coverage.employer_id: coverage.union
            for coverage in UnionCoverage.objects.filter(end__isnull=True).select_related("union")
        }
        for row in rows:
            for column in ("code", "name", "credit_code"):
                twice.refuse(row, column, job)
            for column in ("opened_on", "covered_from", "counted_on"):
                refuse_day(row, column, job)
            if row["community"] and row["community"] not in communities:
                job.refuse(row.number, "community", _("There is no such community."), row["community"])
            employer = known.find(row["code"] or row["name"] or "")
            owner = owners.get(row["credit_code"])
            if owner and owner != (employer.code if employer else row["code"]):
                message = _("This code belongs to employer %(code)s.") % {"code": owner}
                job.refuse(row.number, "credit_code", message, row["credit_code"])
            if row["employees"] is not None and row["counted_on"] is None:
                job.refuse(row.number, "counted_on", _("A headcount needs the day it was counted."))
            union = find_or_refuse(unions, row, "union", job, _("There is no such union, or it has ended."))
            self.refuse_union(row, employer, union, covered.get(employer.pk) if employer else None, job)

    def refuse_union(self, row: Row, employer: Any, union: Any, standing: Any, job: Job) -> None:
        organ = organ_of(row, union)
        if union is not None and union.pk not in job.scope:
            job.refuse(row.number, "union", _("This union is outside your scope."), row["union"])
        elif employer is not None and employer.union_id not in job.scope:
            job.refuse(row.number, "name", _("This employer is outside your scope."), row["name"])
        elif union is None and employer is None and (organ is None or organ.pk not in job.scope):
            job.refuse(row.number, "community", _("This community is outside your scope."), row["community"])
        if union is None:
            return
        if union.form in (*FEDERATIONS, *ORGANS):
            message = _("A federation or committee has no employer of its own; its member unions cover them.")
            job.refuse(row.number, "union", message, row["union"])
        start = row["covered_from"] or row["opened_on"]
        if start and start < union.founded_on:
            message = _("The union was founded only on %(day)s.") % {"day": shown(union.founded_on)}
            job.refuse(row.number, "covered_from", message, start)
        if standing is not None and standing.pk != union.pk:
            message = _("“%(union)s” covers this employer already.") % {"union": standing}
            job.refuse(row.number, "union", message, row["union"])

    def create(self, row: Row, unions: Register, job: Job) -> Employer:
        facts = {name: row[name] for name in self.plain if row[name]}
        organ = organ_of(row, unions.find(row["union"]) if row["union"] else None)
        return Employer.objects.create(
            code=row["code"] or next_in_series(Employer, PREFIX),
            name=row["name"],
            community=community_of(row),
            union=organ,
            opened_on=row["opened_on"],
            created_by=job.actor,
            **facts,
        )

    def fill_in(self, employer: Employer, row: Row, changed: list[int], before: list[dict[str, Any]]) -> None:
        facts = {name: row[name] for name in self.plain if row[name] and row[name] != getattr(employer, name)}
        if facts:
            before += rows_as_they_are("unions_employer", [employer.pk])
            Employer.objects.filter(pk=employer.pk).update(**facts)
            changed.append(employer.pk)

    def add_facts(self, employer: Employer, row: Row, unions: Register, job: Job, made: dict[str, list[int]]) -> bool:
        """Coverage and headcount, where the portal has none yet; whether there was anything to add."""
        added = False
        if row["union"] and not employer.coverages.filter(end__isnull=True).exists():
            coverage = UnionCoverage.objects.create(
                union=unions.find(row["union"]),
                employer=employer,
                start=row["covered_from"] or row["opened_on"],
                created_by=job.actor,
            )
            made["unions.unioncoverage"].append(coverage.pk)
            added = True
        if row["employees"] is not None and not employer.headcounts.filter(as_of=row["counted_on"]).exists():
            headcount = EmployerHeadcount.objects.create(
                union_id=employer.union_id,
                employer=employer,
                as_of=row["counted_on"],
                employees=row["employees"],
                created_by=job.actor,
            )
            made["unions.employerheadcount"].append(headcount.pk)
            added = True
        return added


def organ_of(row: Row, union: Union | None) -> Any:
    """The organ that looks after a new employer: the union of its community, else the one above the covering union."""
    community = community_of(row)
    organ = Union.objects.filter(form=UnionForm.COMMUNITY, community=community, ended_on__isnull=True).first()
    return organ or (union.parent if union is not None and union.parent else union) or Union.objects.federation()
