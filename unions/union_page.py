"""What the page of one union tells: how it stood on a day, its term, what to do next, which events it can take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from unions.access import Action, can_over
from unions.models import (
    FEDERATIONS,
    ORGANS,
    SINGLE_FORMS,
    CommitteeTerm,
    EmployerHeadcount,
    LegalCertificate,
    ModelClass,
    Officer,
    ReturnObligation,
    ReturnStatus,
    Union,
    UnionCensus,
    UnionEvent,
    UnionForm,
    UnionProfile,
    User,
)
from unions.models.returns import UNFILED
from unions.overview import open_quarter
from unions.pages.columns import Badge, Column, Link, Table, url_of
from unions.pages.contributions import Facet, Happening, facets_of, timeline
from unions.periods import HalfYear
from unions.services.certificates import renewal_opens

MANAGE = Action.MANAGE_ORGANISATION
SOON = timedelta(days=90)
FIRST_EMPLOYERS, FIRST_UNDER, FIRST_RETURNS, FIRST_HAPPENINGS = 5, 10, 4, 12
OF_EMPLOYERS, OF_UNIONS = ("employers", "headcounts", "censuses"), ("under",)


def url_to(route: str, *values: Any) -> str:
    return reverse(route, args=values)


def address(union: Union) -> str:
    return reverse("union", args=[union.pk])


def may_end(officer: Officer, user: User) -> bool:
    return officer.end is None and officer.post != Officer.Post.CHAIR and can_over(user, MANAGE, officer.union_id)


# -- Events ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EventLink:
    """An event the union can take, as a link."""

    caption: Any
    url: str


# Slug, caption, and which unions it is for: all that exist, single, joint, raised, …
EVENTS: tuple[tuple[str, Any, str], ...] = (
    ("reelect", gettext_lazy("Record an election"), "committee"),
    ("extend", gettext_lazy("Extend the term"), "committee"),
    ("chair", gettext_lazy("Change the chair"), "any"),
    ("rename", gettext_lazy("Rename"), "any"),
    ("upgrade", gettext_lazy("Raise to a community federation"), "raised"),
    ("reorganise", gettext_lazy("Change form or place"), "below"),
    ("cover", gettext_lazy("Cover employers"), "covering"),
    ("uncover", gettext_lazy("End a coverage"), "covering"),
    ("certificate", gettext_lazy("Register the certificate"), "uncertified"),
    ("renew", gettext_lazy("Renew the certificate"), "certified"),
    ("registration", gettext_lazy("Change the registration"), "certified"),
    ("cancel", gettext_lazy("Cancel the registration"), "certified"),
    ("split", gettext_lazy("Split off a union"), "covering"),
    ("merge", gettext_lazy("Take in other unions"), "below"),
    ("transfer-out", gettext_lazy("Transfer out"), "below"),
    ("dissolve", gettext_lazy("Dissolve"), "below"),
)


def events_for(union: Union, user: User) -> list[EventLink]:
    """The events that can befall the union now, if the user records them."""
    if union.ended_on or not can_over(user, MANAGE, union.pk):
        return []
    kinds = kinds_of(union)
    return [
        EventLink(caption, url_to("union-event", union.pk, slug)) for slug, caption, kind in EVENTS if kind in kinds
    ]


def kinds_of(union: Union) -> set[str]:
    kinds = {"any"}
    if union.form != UnionForm.SUBDISTRICT:
        kinds.add("below")
    if union.form != UnionForm.WORKING_COMMITTEE:
        kinds.add("committee")
    if union.form in (UnionForm.COMMUNITY, UnionForm.REGIONAL_FED, UnionForm.JOINT):
        kinds.add("raised")
    if union.form not in (*FEDERATIONS, *ORGANS, *SINGLE_FORMS):
        kinds.add("covering")
    kinds.add("certified" if LegalCertificate.objects.filter(union=union).exists() else "uncertified")
    return kinds


def event_table(rows: Any) -> Table:
    """Events of unions as rows."""
    return Table(
        (
            Column("union", _("Union"), lambda row: Link(row.union.name, address(row.union))),
            Column("kind", _("What happened")),
            Column("happened_on", _("Date")),
            Column("document_no", _("Document number")),
            Column("approved_by", _("Approved by")),
            Column("change", _("What was changed"), change_of, is_long=True),
        ),
        rows,
        empty=_("No union came or went in this period."),
    )


def change_of(row: UnionEvent) -> str:
    return f"{row.before} → {row.after}" if row.before and row.after else row.before or row.after


# -- The page -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Term:
    """The running term for the page: words first, then a bar of 1000 parts."""

    row: CommitteeTerm
    deadline: date
    left: int
    passed: int
    look: str
    words: str


@dataclass(frozen=True)
class Note:
    """Something to do at this union: what, why, and where it is done."""

    text: Any
    detail: Any
    look: str
    link: Link | None = None


class UnionPage:
    """A union as of ``day`` for one reader; each part is read when the page asks for it."""

    def __init__(self, union: Union, user: User, day: date) -> None:
        self.union, self.user, self.day = union, user, day
        self.may_manage = can_over(user, MANAGE, union.pk)

    @cached_property
    def profile(self) -> UnionProfile | None:
        """How the union was called and placed on the day; of one that has ended, at the end."""
        rows = self.union.profiles.select_related("parent", "community")
        return rows.on(self.day).first() or rows.filter(start__lte=self.day).order_by("-start").first()

    @property
    def badge(self) -> Badge:
        if self.day < self.union.founded_on:
            return Badge(_("Not founded yet"), "is-draft")
        if self.union.ended_on and self.union.ended_on <= self.day:
            return Badge(self.ending.get_kind_display() if self.ending else _("Ended"), "is-lock")
        return Badge(_("In existence"), "is-ok")

    @cached_property
    def ending(self) -> UnionEvent | None:
        return self.union.events.filter(kind__in=("DISSOLVED", "MERGED", "TRANSFERRED_OUT")).first()

    @cached_property
    def former(self) -> list[str]:
        """The other names, as they stood until the day."""
        name = self.profile.name if self.profile else self.union.name
        rows = self.union.profiles.filter(start__lte=self.day).order_by("start")
        return list(dict.fromkeys(row.name for row in rows if row.name != name))

    @cached_property
    def covered(self) -> list[Any]:
        return list(self.union.coverages.on(self.day).select_related("employer"))

    @cached_property
    def staff(self) -> list[EmployerHeadcount]:
        """The latest headcount of each employer covered."""
        rows = EmployerHeadcount.objects.filter(
            employer__in=[row.employer_id for row in self.covered], as_of__lte=self.day
        )
        return list(rows.order_by("employer_id", "-as_of").distinct("employer_id"))

    @cached_property
    def census(self) -> UnionCensus | None:
        found: UnionCensus | None = self.union.censuses.filter(as_of__lte=self.day).order_by("-as_of").first()
        return found

    @cached_property
    def certificate(self) -> LegalCertificate | None:
        found: LegalCertificate | None = self.union.certificates.filter(start__lte=self.day).order_by("-start").first()
        return found

    @property
    def lead(self) -> str:
        parts = []
        if self.profile:
            parts.append(str(self.profile.get_form_display()))
        if self.covered:
            number = len(self.covered)
            parts.append(ngettext("covers %(n)d employer", "covers %(n)d employers", number) % {"n": number})
        parts.append(_("code %(code)s") % {"code": self.union.code})
        parts.append(_("founded on %(day)s") % {"day": date_format(self.union.founded_on, "DATE_FORMAT")})
        if self.former:
            parts.append(_("formerly %(names)s") % {"names": "、".join(self.former)})
        return _(", ").join(parts)

    @property
    def facts(self) -> list[tuple[Any, Any]]:
        profile, census = self.profile, self.census
        grade = ModelClass.objects.visible_to(self.user).filter(union=self.union, awarded_on__lte=self.day)
        best = grade.order_by("-year").first()
        return [
            (_("Next higher union"), self.linked(profile.parent if profile else None)),
            (_("Community"), profile.community.name if profile and profile.community else None),
            (_("Employees"), self.people("employees", "female")),
            (_("Members (declared)"), self.members),
            (_("Membership rate"), self.density),
            (_("Six haves"), self.haves),
            (_("Social credit code"), self.union.legal_code),
            (_("Certificate until"), self.certificate.end if self.certificate else None),
            (
                _("Class"),
                _("%(year)s: %(grade)s") % {"year": best.year, "grade": best.get_grade_display()} if best else None,
            ),
            (_("Declared as of"), census.as_of if census else None),
            *self.coverage_check(),
        ]

    def coverage_check(self) -> list[tuple[Any, Any]]:
        """Opening + come − gone = now, of the employers covered in the half-year of the day."""
        half = HalfYear.containing(self.day)
        rows = self.union.coverages
        opening = rows.on(half.start - timedelta(days=1)).count()
        come = rows.filter(start__gte=half.start, start__lte=self.day).count()
        gone = rows.filter(end__gte=half.start, end__lte=self.day).count()
        if not opening and not come:
            return []
        text = _("%(opening)d + %(come)d − %(gone)d = %(now)d")
        numbers = {"opening": opening, "come": come, "gone": gone, "now": len(self.covered)}
        return [(_("Employers this half-year"), text % numbers)]

    def linked(self, union: Union | None) -> Any:
        if union is None:
            return None
        visible = Union.objects.visible_to(self.user).filter(pk=union.pk).exists()
        return Link(union.name, address(union) if visible else "")

    def people(self, whole: str, women: str) -> str | None:
        """How many, and of them women where every employer said so."""
        if not self.staff:
            return None
        total = sum(getattr(row, whole) for row in self.staff)
        parts = [getattr(row, women) for row in self.staff]
        if None in parts:
            return _("%(n)s persons") % {"n": f"{total:,}"}
        return _("%(n)s persons (%(women)s women)") % {"n": f"{total:,}", "women": f"{sum(parts):,}"}

    @property
    def members(self) -> str | None:
        census = self.census
        if census is None:
            return None
        if census.female_members is None:
            return _("%(n)s persons") % {"n": f"{census.members:,}"}
        women = f"{census.female_members:,}"
        return _("%(n)s persons (%(women)s women)") % {"n": f"{census.members:,}", "women": women}

    @property
    def density(self) -> str | None:
        """Members ÷ employees with both terms."""
        staff = sum(row.employees for row in self.staff)
        if not staff or self.census is None:
            return None
        members = self.census.members
        return f"{100 * members / staff:.1f}% ({members:,} / {staff:,})"

    @property
    def haves(self) -> str | None:
        """How many of the six, and which are missing."""
        if self.census is None:
            return None
        missing = [
            str(UnionCensus._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            for name in UnionCensus.SIX_HAVES
            if not getattr(self.census, name)
        ]
        number = len(UnionCensus.SIX_HAVES) - len(missing)
        if not missing:
            return f"{number} / 6"
        return _("%(number)d / 6, missing: %(missing)s") % {"number": number, "missing": "、".join(missing)}

    @cached_property
    def term(self) -> Term | None:
        """The committee in office on the day, with what is left of its term."""
        ongoing = Q(ended_on__isnull=True) | Q(ended_on__gt=self.day)
        row = self.union.terms.with_deadline().filter(ongoing, elected_on__lte=self.day).first()
        if row is None:
            return None
        whole, left = (row.deadline - row.elected_on).days, (row.deadline - self.day).days
        passed = min(1000, max(0, round(1000 * (whole - left) / whole)))
        return Term(row, row.deadline, left, passed, *term_words(left))

    @property
    def officers(self) -> Table:
        """Who is in office on the day, the chair first."""
        order = list(Officer.Post.values)
        rows = sorted(self.union.officers.on(self.day), key=lambda row: (order.index(row.post), row.pk))
        return Table(
            (
                Column("name", _("Name"), lambda row: Link(row.name, url_of(row))),
                Column("post", _("Post")),
                Column("start", _("In office since")),
                Column("is_full_time", _("Full-time")),
                Column("phone", _("Phone")),
            ),
            rows,
            empty=_("Nobody was in office on this day."),
        )

    @cached_property
    def facets(self) -> list[Facet]:
        """A federation has unions under it where a primary union has employers."""
        form = self.profile.form if self.profile else self.union.form
        hidden = OF_EMPLOYERS if form in (*FEDERATIONS, *ORGANS) else OF_UNIONS
        return [facet for facet in facets_of(self.user) if facet.key not in hidden]

    def table(self, key: str) -> Table | None:
        facet = next((facet for facet in self.facets if facet.key == key), None)
        return facet.table(self.union, self.user, self.day) if facet else None

    def tab(self, wanted: str) -> dict[str, Any]:
        """The tab asked for: a facet with its table, the whole timeline, or the overview."""
        facet = next((facet for facet in self.facets if facet.key == wanted), None)
        if facet:
            return {"key": facet.key, "caption": facet.caption, "table": self.table(facet.key)}
        return {"key": "timeline" if wanted == "timeline" else ""}

    @property
    def first_employers(self) -> Table | None:
        table = self.table("employers")
        if table is None or not self.covered:
            return None
        return replace(table, rows=list(table.rows)[:FIRST_EMPLOYERS])

    @property
    def first_under(self) -> Table | None:
        table = self.table("under")
        return replace(table, rows=list(table.rows)[:FIRST_UNDER]) if table and table.rows else None

    @property
    def first_returns(self) -> Table | None:
        table = self.table("returns")
        return replace(table, rows=list(table.rows[:FIRST_RETURNS])) if table and table.rows else None

    @cached_property
    def timeline(self) -> list[Happening]:
        return [entry for entry in timeline(self.union, self.user) if entry.day <= self.day]

    @property
    def first_happenings(self) -> Sequence[Happening]:
        return self.timeline[:FIRST_HAPPENINGS]

    @property
    def notes(self) -> list[Note]:
        """What is due at this union today, the most urgent first."""
        if self.day != timezone.localdate() or self.union.ended_on:
            return []
        found = [self.election_note(), self.certificate_note(), self.return_note()]
        return [note for note in found if note]

    def election_note(self) -> Note | None:
        if self.union.form == UnionForm.WORKING_COMMITTEE:
            return None
        link = self.event_link("reelect")
        if self.term is None:
            return Note(_("No committee is on record."), _("Record the last election."), "is-due", link)
        if self.term.left > SOON.days:
            return None
        day = date_format(self.term.deadline, "DATE_FORMAT")
        detail = _("Record the election; a delay needs the approval of the next higher union, then extend the term.")
        if self.term.left < 0:
            text = _("The committee's term ended on %(day)s, %(n)d days ago.") % {"day": day, "n": -self.term.left}
            return Note(text, detail, "is-bad", link)
        text = _("The committee's term ends on %(day)s, in %(n)d days.") % {"day": day, "n": self.term.left}
        return Note(text, detail, "is-due", link)

    def certificate_note(self) -> Note | None:
        row = self.certificate
        if row is None or row.end is None or row.end > self.day + SOON:
            return None
        if self.union.events.filter(kind="LEGAL_CANCELLED", happened_on=row.end).exists():
            return None
        day = date_format(row.end, "DATE_FORMAT")
        if row.end <= self.day:
            text = _("The legal-person certificate expired on %(day)s.") % {"day": day}
            return Note(text, _("Renew it now."), "is-bad", self.event_link("renew"))
        text = _("The legal-person certificate expires on %(day)s.") % {"day": day}
        opens = date_format(max(renewal_opens(row.end), row.start), "DATE_FORMAT")
        detail = _("It can be renewed from %(day)s on.") % {"day": opens}
        return Note(text, detail, "is-due", self.event_link("renew"))

    def return_note(self) -> Note | None:
        rows = ReturnObligation.objects.expected().with_latest().filter(UNFILED, union=self.union)
        row = rows.filter(period=open_quarter()).first()
        if row is None or row.due_on > self.day + timedelta(days=14):
            return None
        text = _("The return %(period)s is not filed.") % {"period": row.period.code}
        if row.latest == ReturnStatus.SENT_BACK:
            text = _("The return %(period)s was sent back.") % {"period": row.period.code}
        day = _("It was due on %(day)s.") if row.due_on < self.day else _("It is due on %(day)s.")
        look = "is-bad" if row.due_on < self.day else "is-due"
        return Note(text, day % {"day": date_format(row.due_on, "DATE_FORMAT")}, look)

    def event_link(self, slug: str) -> Link | None:
        if not self.may_manage:
            return None
        caption = next(caption for name, caption, _kind in EVENTS if name == slug)
        return Link(caption, url_to("union-event", self.union.pk, slug))


def term_words(left: int) -> tuple[str, str]:
    """The look of a deadline and how long it is still."""
    if left < 0:
        return "gh-bad", ngettext("%(n)d day overdue", "%(n)d days overdue", -left) % {"n": -left}
    look = "gh-warn" if left <= SOON.days else ""
    return look, ngettext("%(n)d day left", "%(n)d days left", left) % {"n": left}
