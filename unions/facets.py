"""What this app shows of one union: its tables as of a day, and the entries of its timeline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unions.access import Action
from unions.models import (
    ARRIVALS,
    DEPARTURES,
    Assessment,
    Award,
    CampaignEnrolment,
    CollectiveContract,
    CommitteeTerm,
    CongressMeeting,
    EmployerHeadcount,
    Facility,
    LegalCertificate,
    ModelClass,
    Officer,
    ReturnObligation,
    Union,
    UnionCensus,
    UnionCoverage,
    UnionEvent,
    UnionEventKind,
    UnionGroup,
    UnionProfile,
    User,
)
from unions.pages.columns import Column, Link, Table, columns, url_of
from unions.pages.contributions import Happening, facet, happening
from unions.returns.status import badge_of
from unions.services.events import shown

SEE = Action.VIEW_ORGANISATION
MANY = 200
K = UnionEventKind
KEY_EVENTS = (*ARRIVALS, *DEPARTURES, K.REELECTED, K.UPGRADED, K.RENAMED, K.CHAIR_CHANGED)


def linked(row: Any, text: Any) -> Any:
    """The text as a link to the record's page, if its kind has one."""
    url = url_of(row)
    return Link(text, url) if url else text


@facet("employers", gettext_lazy("Covered employers"), SEE, order=10)
def employers(union: Union, user: User, day: date) -> Table:
    """Employers covered until the day or still, those covered now first, with their headcount then."""
    latest = EmployerHeadcount.objects.filter(employer=OuterRef("employer"), as_of__lte=day).order_by("-as_of")
    rows = UnionCoverage.objects.visible_to(user).filter(union=union, start__lte=day).select_related("employer")
    counted = rows.annotate(employees=Subquery(latest.values("employees")[:1]))
    return Table(
        (
            Column("employer", _("Employer"), lambda row: linked(row.employer, row.employer.name)),
            Column("employees", _("Employees"), is_number=True),
            Column("start", _("Covered from")),
            Column("end", _("Covered until")),
        ),
        sorted(counted, key=lambda row: (row.end is not None, row.employer.pinyin)),
        empty=_("This union covers no employer of its own."),
    )


@facet("under", gettext_lazy("Unions under it"), SEE, order=12)
def under(union: Union, user: User, day: date) -> Table:
    """The unions that stood directly under this one on the day, with the employers each covered."""
    covered = UnionCoverage.objects.on(day).filter(union=OuterRef("union")).order_by().values("union")
    rows = UnionProfile.objects.visible_to(user).on(day).filter(parent=union).select_related("union", "community")
    standing = rows.filter(Q(union__ended_on__isnull=True) | Q(union__ended_on__gt=day))
    counted = standing.annotate(employers=Subquery(covered.annotate(number=Count("pk")).values("number")))
    return Table(
        (
            Column("name", _("Union"), lambda row: Link(row.name, url_of(row.union))),
            *columns(UnionProfile, "form", "community"),
            Column("employers", _("Employers"), is_number=True),
            Column("founded_on", _("Founded on"), "union__founded_on"),
        ),
        list(counted.order_by("pinyin")),
        empty=_("No union stands under this one."),
    )


@facet("officers", gettext_lazy("Officers"), SEE, order=20)
def officers(union: Union, user: User, day: date) -> Table:
    rows = Officer.objects.visible_to(user).filter(union=union, start__lte=day).order_by("-start", "pk")
    return Table(
        (
            Column("name", _("Name"), lambda row: linked(row, row.name)),
            *columns(Officer, "post", "is_full_time", "phone", "start", "end", "handed_over_on"),
        ),
        sorted(rows, key=lambda row: row.end is not None),
        empty=_("No officer is on record."),
    )


@facet("terms", gettext_lazy("Terms and changes"), SEE, order=30)
def terms(union: Union, user: User, day: date) -> Table:
    rows = CommitteeTerm.objects.visible_to(user).filter(union=union, elected_on__lte=day).order_by("-elected_on")
    names = ("term_no", "elected_on", "years", "due_on", "extended_until", "extension_document", "ended_on")
    return Table(columns(CommitteeTerm, *names), rows, empty=_("No committee is on record."))


@facet("profiles", gettext_lazy("Names and places"), SEE, order=35)
def profiles(union: Union, user: User, day: date) -> Table:
    rows = UnionProfile.objects.visible_to(user).filter(union=union).select_related("parent", "community")
    names = ("name", "form", "parent", "community", "start", "end")
    return Table(columns(UnionProfile, *names), rows.order_by("-start"))


@facet("certificates", gettext_lazy("Certificate"), SEE, order=40)
def certificates(union: Union, user: User, day: date) -> Table:
    rows = LegalCertificate.objects.visible_to(user).filter(union=union).order_by("-start")
    return Table(
        columns(LegalCertificate, "number", "issued_on", "start", "end"),
        rows,
        empty=_("The union is not registered as a legal person."),
    )


@facet("headcounts", gettext_lazy("Headcount"), SEE, order=45)
def headcounts(union: Union, user: User, day: date) -> Table:
    """What the employers the union covers on the day have reported, newest first."""
    covered = UnionCoverage.objects.on(day).filter(union=union).values("employer")
    rows = EmployerHeadcount.objects.filter(employer__in=covered, as_of__lte=day).select_related("employer")
    names = ("employees", "female", "migrant", "dispatched", "contracts_signed")
    return Table(
        (
            Column("as_of", _("As of")),
            Column("employer", _("Employer"), lambda row: linked(row.employer, row.employer.name)),
            *columns(EmployerHeadcount, *names),
        ),
        rows.order_by("-as_of", "employer__pinyin")[:MANY],
        empty=_("No headcount was reported."),
    )


@facet("censuses", gettext_lazy("Declared"), SEE, order=50)
def censuses(union: Union, user: User, day: date) -> Table:
    rows = UnionCensus.objects.visible_to(user).filter(union=union, as_of__lte=day).order_by("-as_of")
    names = ("as_of", "members", "female_members", "retained_members", *UnionCensus.SIX_HAVES)
    return Table(columns(UnionCensus, *names), rows[:MANY], empty=_("No return has declared anything yet."))


@facet("contracts", gettext_lazy("Contracts"), SEE, order=60)
def contracts(union: Union, user: User, day: date) -> Table:
    rows = CollectiveContract.objects.visible_to(user).filter(union=union).order_by("-pk")
    return Table(
        (
            Column("title", _("Contract"), lambda row: linked(row, row.title)),
            *columns(CollectiveContract, "kind", "status", "signed_on", "expires_on", "employees_covered"),
        ),
        rows[:MANY],
        empty=_("No collective contract is on record."),
    )


@facet("congress", gettext_lazy("Congress"), SEE, order=65)
def congress(union: Union, user: User, day: date) -> Table:
    rows = CongressMeeting.objects.visible_to(user).filter(union=union, held_on__lte=day).order_by("-held_on")
    return Table(
        (
            Column("held_on", _("Held on"), lambda row: linked(row, shown(row.held_on))),
            *columns(CongressMeeting, "kind", "scope", "delegates", "present", "resolutions"),
        ),
        rows[:MANY],
        empty=_("No congress is on record."),
    )


@facet("standing", gettext_lazy("Standing"), SEE, order=70)
def standing(union: Union, user: User, day: date) -> Table:
    """Classes, titles and honours in one list, the newest first."""
    found = [
        (row.awarded_on, row, _("Class of %(year)s") % {"year": row.year}, row.get_grade_display(), row.document_no)
        for row in ModelClass.objects.visible_to(user).filter(union=union)
    ]
    found += [
        (row.granted_on, row, row.title, row.recipient, row.document_no)
        for row in Award.objects.visible_to(user).filter(union=union, granted_on__isnull=False)
    ]
    found += [
        (row.granted_on or row.applied_on, row, row.campaign.name, row.get_status_display(), row.document_no)
        for row in CampaignEnrolment.objects.visible_to(user).filter(union=union).select_related("campaign")
    ]
    lines = sorted((line for line in found if line[0] <= day), key=lambda line: line[0], reverse=True)
    return Table(
        (
            Column("what", _("Class, title, campaign"), lambda line: linked(line[1], line[2])),
            Column("result", _("Result"), lambda line: line[3]),
            Column("on", _("Date"), lambda line: line[0]),
            Column("document", _("Document number"), lambda line: line[4]),
        ),
        lines,
        empty=_("No class, title or campaign yet."),
        actions=(Link(_("Assessments of this union"), f"{reverse('assessments')}?union={union.name}"),),
    )


@facet("facilities", gettext_lazy("Facilities"), SEE, order=75)
def facilities(union: Union, user: User, day: date) -> Table:
    rows = Facility.objects.visible_to(user).filter(union=union).order_by("-start")
    return Table(
        (
            Column("name", _("Facility"), lambda row: linked(row, row.name)),
            *columns(Facility, "kind", "level", "start", "end"),
        ),
        rows[:MANY],
        empty=_("No facility is on record."),
    )


@facet("groups", gettext_lazy("Groups"), SEE, order=78)
def groups(union: Union, user: User, day: date) -> Table:
    rows = UnionGroup.objects.visible_to(user).filter(union=union, start__lte=day).order_by("start")
    return Table(columns(UnionGroup, "name", "kind", "leader", "start", "end"), rows[:MANY])


@facet("returns", gettext_lazy("Returns"), Action.VIEW_RETURNS, order=80)
def returns(union: Union, user: User, day: date) -> Table:
    rows, today = ReturnObligation.objects.visible_to(user).filter(union=union), timezone.localdate()
    return Table(
        (
            Column("period", _("Period"), lambda row: linked(row, row.period.code)),
            Column("state", _("Status"), lambda row: badge_of(row, today)),
            Column("first_filed_on", _("First filed on")),
            Column("due_on", _("Due on")),
        ),
        rows.with_latest().select_related("period").order_by("-period__start")[:MANY],
        empty=_("No return is expected of this union."),
    )


# -- Timeline -------------------------------------------------------------------------------------------------------


@happening(SEE)
def events(union: Union, user: User) -> Iterable[Happening]:
    rows = UnionEvent.objects.visible_to(user).filter(union=union).select_related("other_union")
    for row in rows:
        yield Happening(row.happened_on, row.get_kind_display(), event_detail(row), is_key=row.kind in KEY_EVENTS)
    for row in UnionEvent.objects.filter(other_union=union, kind__in=(K.MERGED, K.SPLIT)).select_related("union"):
        text = _("Took in “%(union)s”") if row.kind == K.MERGED else _("“%(union)s” split off")
        yield Happening(row.happened_on, text % {"union": row.union}, row.document_no, url_of(row.union), True)


def event_detail(row: UnionEvent) -> str:
    """What changed and the paper it stands on."""
    changed = f"{row.before} → {row.after}" if row.before and row.after else row.before or row.after
    return _("; ").join(part for part in (changed, row.document_no, row.note) if part)


@happening(SEE)
def extensions(union: Union, user: User) -> Iterable[Happening]:
    rows = CommitteeTerm.objects.visible_to(user).filter(union=union, extended_until__isnull=False)
    for row in rows:
        text = _("Term extended until %(day)s") % {"day": shown(row.extended_until)}
        yield Happening(row.due_on, text, row.extension_document)


@happening(SEE)
def coverage(union: Union, user: User) -> Iterable[Happening]:
    """Employers that came after the founding, and those that went before the end."""
    rows = UnionCoverage.objects.visible_to(user).filter(union=union).select_related("employer")
    for row in rows:
        if row.start > union.founded_on:
            yield Happening(row.start, _("Employer covered"), row.employer.name, url_of(row.employer))
        if row.end and row.end != union.ended_on:
            yield Happening(row.end, _("Employer no longer covered"), row.employer.name, url_of(row.employer))


@happening(SEE)
def labour(union: Union, user: User) -> Iterable[Happening]:
    for row in CollectiveContract.objects.visible_to(user).filter(union=union, signed_on__isnull=False):
        yield Happening(row.signed_on, _("Contract signed"), row.title, url_of(row), True)
    for meeting in CongressMeeting.objects.visible_to(user).filter(union=union):
        yield Happening(meeting.held_on, _("Congress held"), meeting.get_kind_display(), url_of(meeting))


@happening(SEE)
def honours(union: Union, user: User) -> Iterable[Happening]:
    for row in ModelClass.objects.visible_to(user).filter(union=union):
        text = _("Class of %(year)s: %(grade)s") % {"year": row.year, "grade": row.get_grade_display()}
        yield Happening(row.awarded_on, text, row.document_no, url_of(row), True)
    for award in Award.objects.visible_to(user).filter(union=union, granted_on__isnull=False):
        assert award.granted_on  # filtered
        yield Happening(award.granted_on, award.title, award.recipient, url_of(award))
    for one in Assessment.objects.visible_to(user).filter(union=union, checked_on__isnull=False):
        assert one.checked_on  # filtered
        yield Happening(one.checked_on, _("Checked on site"), str(one.scheme), url_of(one))


@happening(SEE)
def facilities_opened(union: Union, user: User) -> Iterable[Happening]:
    for row in Facility.objects.visible_to(user).filter(union=union):
        yield Happening(row.start, _("Facility opened"), row.name, url_of(row))


@happening(Action.VIEW_RETURNS)
def returns_filed(union: Union, user: User) -> Iterable[Happening]:
    rows = ReturnObligation.objects.visible_to(user).filter(union=union, first_filed_on__isnull=False)
    for row in rows.select_related("period"):
        late = _("after the due day") if row.first_filed_on > row.due_on else ""
        yield Happening(row.first_filed_on, _("Return %(period)s filed") % {"period": row.period.code}, late)
