"""What the page of one employer tells: who covers it, how many work there, who went to see it, what happened."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from unions.access import Action, can
from unions.models import (
    CollectiveContract,
    Employer,
    EmployerHeadcount,
    OpenAffairsPosting,
    Outreach,
    SafetyReturn,
    UnionApplication,
    UnionCoverage,
    User,
)
from unions.pages.columns import Badge, Column, Link, Table, columns, url_of
from unions.pages.contributions import Happening
from unions.workflow.applications import APPLICATIONS

# From so many members on a committee must be set up (Trade Union Law art. 11).
OBLIGED = 25
MANY = 50


class EmployerPage:
    """An employer for one reader."""

    def __init__(self, employer: Employer, user: User) -> None:
        self.employer, self.user = employer, user
        self.may_manage = can(user, Action.MANAGE_ORGANISATION)

    @cached_property
    def coverage(self) -> UnionCoverage | None:
        rows = self.employer.coverages.on(timezone.localdate())
        found: UnionCoverage | None = rows.select_related("union").first()
        return found

    @cached_property
    def headcount(self) -> EmployerHeadcount | None:
        found: EmployerHeadcount | None = self.employer.headcounts.order_by("-as_of").first()
        return found

    @cached_property
    def application(self) -> UnionApplication | None:
        """The application that waits for a decision or for the founding."""
        states = UnionApplication.Status
        rows = self.employer.applications.filter(status__in=(states.SUBMITTED, states.APPROVED))
        found: UnionApplication | None = rows.filter(founded_union__isnull=True).first()
        return found

    @property
    def badge(self) -> Badge:
        if self.employer.closed_on:
            return Badge(_("Closed"), "is-lock")
        if self.coverage:
            return Badge(_("Organised"), "is-ok")
        return Badge(_("Without a union"), "is-due" if self.is_obliged else "")

    @property
    def is_obliged(self) -> bool:
        return bool(self.headcount and self.headcount.employees >= OBLIGED)

    @property
    def should_found(self) -> bool:
        """Whether it has people enough for a union of its own and none covers it."""
        return self.coverage is None and self.is_obliged and self.employer.closed_on is None

    @property
    def facts(self) -> list[tuple[Any, Any]]:
        row, head = self.employer, self.headcount
        shown = columns(
            Employer,
            *("credit_code", "community", "ownership", "industry", "operating_status", "is_above_scale"),
            *("party_members", "contact", "phone"),
        )
        covering = Link(self.coverage.union.name, url_of(self.coverage.union)) if self.coverage else None
        return [
            (_("Union"), covering),
            (_("Covered since"), self.coverage.start if self.coverage else None),
            (_("Employees"), head.employees if head else None),
            (_("Headcount as of"), head.as_of if head else None),
            *((column.caption, column.of(row)) for column in shown),
            (_("Opened on"), row.opened_on),
            (_("Closed on"), row.closed_on),
            (_("Looked after by"), Link(row.union.name, url_of(row.union))),
        ]

    @property
    def tables(self) -> list[tuple[Any, Table]]:
        return [
            (_("Unions that covered it"), self.coverages()),
            (_("Headcount"), self.headcounts()),
            (_("Visits"), self.visits()),
            (_("Applications for a union"), self.applications()),
            (_("Collective contracts"), self.contracts()),
            (_("Safety and open affairs"), self.affairs()),
        ]

    def coverages(self) -> Table:
        rows = self.employer.coverages.select_related("union").order_by("-start")
        return Table(
            (
                Column("union", _("Union"), lambda row: Link(row.union.name, url_of(row.union))),
                Column("start", _("Covered from")),
                Column("end", _("Covered until")),
                Column("note", _("Note")),
            ),
            rows,
            empty=_("No union has covered this employer yet."),
        )

    def headcounts(self) -> Table:
        names = ("employees", "female", "migrant", "dispatched", "contracts_signed")
        new = Link(_("Record a headcount"), f"{reverse('headcounts-new')}?employer={self.employer.pk}")
        return Table(
            (
                Column("as_of", _("As of"), lambda row: Link(f"{row.as_of}", url_of(row))),
                *columns(EmployerHeadcount, *names),
            ),
            self.employer.headcounts.order_by("-as_of")[:MANY],
            empty=_("No headcount was reported."),
            actions=(new,) if self.may_manage and not self.employer.closed_on else (),
        )

    def visits(self) -> Table:
        rows = Outreach.objects.visible_to(self.user).filter(employer=self.employer).order_by("-visited_on")
        new = Link(_("Record a visit"), f"{reverse('visits-new')}?employer={self.employer.pk}")
        return Table(
            (
                Column("visited_on", _("Visited on"), lambda row: Link(f"{row.visited_on}", url_of(row))),
                Column("purpose", _("Purpose of the visit")),
                Column("result", _("Result")),
                Column("outcome", _("What came of it"), is_long=True),
            ),
            rows[:MANY],
            empty=_("Nobody has been there yet."),
            actions=(new,) if can(self.user, Action.MANAGE_PUBLICITY) and not self.employer.closed_on else (),
        )

    def applications(self) -> Table:
        rows = UnionApplication.objects.visible_to(self.user).filter(employer=self.employer).order_by("-applied_on")
        new = Link(_("Take in an application"), f"{reverse('applications-new')}?employer={self.employer.pk}")
        is_open = self.may_manage and self.coverage is None and not self.employer.closed_on and not self.application
        return Table(
            (
                Column("applied_on", _("Applied on"), lambda row: Link(f"{row.applied_on}", url_of(row))),
                Column(
                    "state", _("Status"), lambda row: Badge(APPLICATIONS.caption_of(row), APPLICATIONS.look_of(row))
                ),
                *columns(UnionApplication, "wish", "decided_on", "founded_union"),
            ),
            rows,
            empty=_("It has not applied for a union."),
            actions=(new,) if is_open else (),
        )

    def contracts(self) -> Table:
        rows = CollectiveContract.objects.visible_to(self.user).filter(covered__employer=self.employer)
        return Table(
            (
                Column("title", _("Contract"), lambda row: Link(row.title, url_of(row))),
                *columns(CollectiveContract, "kind", "status", "signed_on", "expires_on"),
            ),
            rows.order_by("-signed_on")[:MANY],
            empty=_("No collective contract covers it."),
        )

    def affairs(self) -> Table:
        """Safety returns and open-affairs postings in one list, the newest first."""
        found = [
            (row.quarter_start, _("Safety return"), row)
            for row in SafetyReturn.objects.visible_to(self.user).filter(employer=self.employer)[:MANY]
        ]
        found += [
            (row.posted_on, row.topic, row)
            for row in OpenAffairsPosting.objects.visible_to(self.user).filter(employer=self.employer)[:MANY]
        ]
        return Table(
            (
                Column("what", _("What"), lambda line: Link(line[1], url_of(line[2]))),
                Column("on", _("Date"), lambda line: line[0]),
            ),
            sorted(found, key=lambda line: line[0], reverse=True),
            empty=_("Nothing was reported."),
        )

    @property
    def timeline(self) -> list[Happening]:
        """What happened to the employer, the newest first."""
        row = self.employer
        found = [Happening(row.opened_on, _("Opened"), is_key=True)]
        if row.closed_on:
            found.append(Happening(row.closed_on, _("Closed down"), is_key=True))
        for one in row.coverages.select_related("union"):
            found.append(Happening(one.start, _("Covered by “%(union)s”") % {"union": one.union}, "", "", True))
            if one.end:
                found.append(Happening(one.end, _("No longer covered"), one.note))
        found += [
            Happening(one.visited_on, _("Visit: %(purpose)s") % {"purpose": one.get_purpose_display()}, one.outcome)
            for one in Outreach.objects.visible_to(self.user).filter(employer=row)[:MANY]
        ]
        found += [
            Happening(one.applied_on, _("Applied for a union"), one.get_status_display(), url_of(one))
            for one in UnionApplication.objects.visible_to(self.user).filter(employer=row)
        ]
        return sorted(found, key=lambda entry: entry.day, reverse=True)
