"""Pages of democratic management: congress meetings, their proposals, open affairs, appraisals of leaders."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from unions import clocks
from unions.access import Action, may
from unions.forms.labour import AppraisalForm, CongressForm, PostingForm, ProposalForm
from unions.models import (
    Appraisal,
    CongressEmployer,
    CongressMeeting,
    CongressProposal,
    CongressScope,
    Deadline,
    OpenAffairsPosting,
    User,
)
from unions.overview import days_left
from unions.pages.columns import Badge, Column, Link, Table, column, columns, url_of
from unions.pages.filters import UnionFilters, in_year, moving, named, one_of, state
from unions.pages.kinds import Kind
from unions.pages.listing import PageAction, Register, StandardView
from unions.services.congress import GRADES, quorum_of
from unions.workflow.postings import POSTINGS as OPENING
from unions.workflow.proposals import PROPOSALS as LIFE

SEE, MANAGE = Action.VIEW_ORGANISATION, Action.MANAGE_LABOUR


def counted(rows: QuerySet[Any]) -> Subquery:
    """How many of these rows hang on each meeting, asked for the meetings of one page only."""
    found = rows.filter(meeting=OuterRef("pk")).order_by().values("meeting")
    return Subquery(found.annotate(number=Count("pk")).values("number"))


# -- Meetings of a congress ------------------------------------------------------------------------------------------


class CongressFilters(UnionFilters):
    kind = one_of(_("Kind"), CongressMeeting.Kind)
    scope = one_of(_("Scope"), CongressScope)
    year = in_year("held_on")


def congresses(user: User) -> QuerySet[Any]:
    rows = CongressMeeting.objects.visible_to(user).select_related("union")
    return rows.annotate(
        employers=counted(CongressEmployer.objects.visible_to(user)),
        proposals_number=counted(CongressProposal.objects.visible_to(user)),
    )


def quorum(row: CongressMeeting) -> Badge | None:
    """Whether two thirds of the delegates came; nothing while they are not reported."""
    found = quorum_of(row)
    if found is None:
        return None
    return Badge(gettext("Reached"), "is-ok") if found.is_reached else Badge(gettext("Not reached"), "is-late")


def needed(row: CongressMeeting) -> int | None:
    found = quorum_of(row)
    return found.needed if found else None


def congress_tables(row: CongressMeeting, user: User) -> list[tuple[Any, Table]]:
    tables = [(_("Proposals"), proposals_table(row, user))]
    if row.kind == CongressMeeting.Kind.EMPLOYEES:
        covered = row.covered.select_related("employer", "union").order_by("employer__code")
        shown = (Column("employer", _("Employer")), Column("union", _("Union")))
        tables.append((_("Held for the staff of"), Table(shown, covered)))
    return tables


def proposals_table(row: CongressMeeting, user: User) -> Table:
    rows = list(row.proposals.order_by("number"))
    answered = sum(one.replied_on is not None for one in rows)
    note = gettext("%(answered)d of %(all)d answered") % {"answered": answered, "all": len(rows)} if rows else ""
    new = Link(_("Table a proposal"), reverse("proposals-new") + f"?meeting={row.pk}")
    return Table(
        (
            Column("title", _("Proposal"), lambda one: Link(f"{one.number}. {one.title}", url_of(one))),
            state(LIFE),
            *columns(CongressProposal, "proposer", "handler", "replied_on"),
            Column("opinion", _("Proposer's opinion"), opinion),
        ),
        rows,
        note=note,
        empty=_("No proposal was tabled."),
        actions=(new,) if may(user, MANAGE, row) else (),
    )


CONGRESSES = Kind(
    model=CongressMeeting,
    manage=MANAGE,
    form=CongressForm,
    facts=(
        *columns(CongressMeeting, "kind", "scope", "held_on", "delegates", "present"),
        Column("needed", _("Two thirds of the delegates"), needed),
        Column("quorum", _("Quorum"), quorum),
        *columns(CongressMeeting, "reports_passed", "resolutions"),
    ),
    tables=congress_tables,
    new_hint=_("An employees' congress stands for the staff of one employer, or of each one of a region or industry."),
    register=Register(
        slug="congresses",
        title=_("Congress meetings"),
        lead=_("Employees' and members' congresses: at least one a year, two thirds of the delegates present."),
        see=SEE,
        rows=congresses,
        columns=(
            Column("name", _("Meeting"), str, sort="union__name"),
            *columns(CongressMeeting, "kind", "scope", "held_on"),
            *columns(CongressMeeting, "delegates", "present"),
            Column("quorum", _("Quorum"), quorum),
            Column("employers", _("Employers"), sort="employers", is_number=True),
            Column("proposals", _("Proposals"), "proposals_number", sort="proposals_number", is_number=True),
            column(CongressMeeting, "reports_passed", shown=False),
            column(CongressMeeting, "resolutions", shown=False),
        ),
        sort="-held_on",
        filters=CongressFilters,
        views=(
            StandardView(_("All")),
            StandardView(_("Employees' congresses"), "kind=EMPLOYEES"),
            StandardView(_("Regional"), "scope=REGIONAL"),
        ),
        actions=(PageAction(_("Record a congress"), "congresses-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=_("Record the last congress of each employer: coverage counts those of the last twelve months."),
    ),
)


# -- Proposals -------------------------------------------------------------------------------------------------------


class ProposalFilters(UnionFilters):
    title = named(_("Proposal"), "title")
    proposer = named(_("Proposer"), "proposer")
    status = one_of(_("Status"), CongressProposal.Status)
    is_satisfied = django_filters.BooleanFilter(label=_("Proposer satisfied"))
    year = in_year("meeting__held_on")


def opinion(row: CongressProposal) -> Badge | None:
    if row.is_satisfied is None:
        return None
    if row.is_satisfied:
        return Badge(gettext("Satisfied"), "is-ok")
    return Badge(gettext("Not satisfied"), "is-back")


STAGES = (
    ("tabled_on", CongressProposal.Status.COLLECTED.label),
    ("examined_on", CongressProposal.Status.EXAMINED.label),
    ("assigned_on", CongressProposal.Status.ASSIGNED.label),
    ("replied_on", CongressProposal.Status.REPLIED.label),
    ("opinion_on", _("Proposer's opinion")),
    ("implemented_on", CongressProposal.Status.IMPLEMENTED.label),
)


def proposal_context(row: CongressProposal, _user: User) -> dict[str, Any]:
    """The life of a proposal as steps; the last one reached is where it stands."""
    reached = max((place for place, (name, _caption) in enumerate(STAGES) if getattr(row, name)), default=0)
    is_refused = row.status == CongressProposal.Status.REJECTED
    stages = [
        {"caption": caption, "day": getattr(row, name), "is_done": place < reached, "is_here": place == reached}
        for place, (name, caption) in enumerate(STAGES)
    ]
    if is_refused:
        stages = [stages[0], {"caption": row.get_status_display(), "day": row.examined_on, "is_here": True}]
    return {"stages": stages, "answer": row.reply, "opinion": opinion(row), "reason": row.opinion}


PROPOSALS = Kind(
    model=CongressProposal,
    manage=MANAGE,
    form=ProposalForm,
    workflow=LIFE,
    extra="unions/labour/_proposal.html",
    context=proposal_context,
    facts=columns(CongressProposal, "meeting", "number", "category", "proposer", "handler", "tabled_on"),
    new_hint=_("Tabled at a meeting of the congress; filed, assigned, answered in writing, judged by the proposer."),
    register=Register(
        slug="proposals",
        title=_("Proposals"),
        lead=_("What delegates proposed, who answers it, and whether the proposer is satisfied."),
        see=SEE,
        rows=lambda user: CongressProposal.objects.visible_to(user).select_related("union", "meeting__union"),
        columns=(
            column(CongressProposal, "title"),
            state(LIFE, sort="status"),
            column(CongressProposal, "union", sort="union__name"),
            *columns(CongressProposal, "proposer", "handler", "tabled_on", "replied_on"),
            Column("opinion", _("Proposer's opinion"), opinion, sort="is_satisfied"),
            column(CongressProposal, "category", shown=False),
            column(CongressProposal, "implemented_on", shown=False),
        ),
        sort="-tabled_on",
        filters=ProposalFilters,
        views=(
            StandardView(_("All")),
            StandardView(_("To be filed"), "status=COLLECTED"),
            StandardView(_("To be answered"), "status=ASSIGNED"),
            StandardView(_("Not satisfied"), "is_satisfied=false"),
        ),
        actions=(PageAction(_("Table a proposal"), "proposals-new", MANAGE),),
        bulk=(moving(LIFE, CongressProposal.Status.EXAMINED),),
        url_of=url_of,
        manage=MANAGE,
        editable=("category",),
        empty=_("Record the meeting of the congress first, then the proposals tabled at it."),
    ),
)


# -- Open affairs ----------------------------------------------------------------------------------------------------


class PostingFilters(UnionFilters):
    topic = named(_("Topic"), "topic")
    kind = one_of(_("Kind"), OpenAffairsPosting.Kind)
    year = in_year("posted_on")
    unanswered = django_filters.BooleanFilter(label=_("Comment to answer"), method="keep_unanswered")

    def keep_unanswered(self, rows: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        waiting = Q(commented_on__isnull=False, replied_on__isnull=True)
        return rows.filter(waiting) if value else rows.exclude(waiting)


def postings(user: User) -> QuerySet[Any]:
    name = OpenAffairsPosting._meta.label_lower
    limits = Deadline.objects.visible_to(user).filter(target_type=name, target_id=OuterRef("pk"))
    rows = OpenAffairsPosting.objects.visible_to(user).select_related("union", "employer")
    return rows.annotate(due_on=Subquery(limits.order_by("-started_on").values("due_on")[:1]))


def answer_due(row: Any) -> Any:
    """The day of the answer, or how long it is still to come."""
    today = timezone.localdate()
    if row.due_on is None or row.replied_on:
        return row.due_on
    return Badge(days_left(row.due_on, today), "is-late" if row.due_on < today else "is-due")


def posting_context(row: OpenAffairsPosting, _user: User) -> dict[str, Any]:
    return {"running": clocks.clocks_of(row).order_by("-started_on").first(), "today": timezone.localdate()}


POSTINGS = Kind(
    model=OpenAffairsPosting,
    manage=MANAGE,
    form=PostingForm,
    workflow=OPENING,
    extra="unions/labour/_posting.html",
    context=posting_context,
    facts=columns(
        OpenAffairsPosting,
        *("employer", "kind", "topic", "posted_on", "commented_on", "comment", "replied_on", "reply"),
    ),
    new_hint=_("What the employer or the union made public. A comment is recorded on the posting's page."),
    register=Register(
        slug="postings",
        title=_("Open affairs"),
        lead=_("Factory affairs and union accounts made public; a comment is answered in writing within 30 days."),
        see=SEE,
        rows=postings,
        columns=(
            column(OpenAffairsPosting, "topic"),
            state(OPENING),
            column(OpenAffairsPosting, "union", sort="union__name"),
            column(OpenAffairsPosting, "employer", sort="employer__name"),
            *columns(OpenAffairsPosting, "kind", "posted_on", "commented_on"),
            Column("due_on", _("Answer due"), answer_due, sort="due_on"),
        ),
        sort="-posted_on",
        filters=PostingFilters,
        views=(
            StandardView(_("All")),
            StandardView(_("Comment to answer"), "unanswered=true&sort=due_on"),
            StandardView(_("Union accounts"), "kind=ACCOUNTS"),
        ),
        actions=(PageAction(_("Record a posting"), "postings-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=_("Record what was made public: coverage counts postings of the last twelve months."),
    ),
)


# -- Appraisals ------------------------------------------------------------------------------------------------------


class AppraisalFilters(UnionFilters):
    leader = named(_("Leader appraised"), "leader")
    year = in_year("held_on")


def appraisals(user: User) -> QuerySet[Any]:
    votes = sum((F(grade) for grade in GRADES[1:]), F(GRADES[0]))
    return Appraisal.objects.visible_to(user).select_related("union").annotate(votes=votes)


APPRAISALS = Kind(
    model=Appraisal,
    manage=MANAGE,
    form=AppraisalForm,
    register=Register(
        slug="appraisals",
        title=_("Appraisals of leaders"),
        lead=_("How delegates voted on their leaders, by grade."),
        see=SEE,
        rows=appraisals,
        columns=(
            column(Appraisal, "leader"),
            column(Appraisal, "union", sort="union__name"),
            column(Appraisal, "held_on"),
            *columns(Appraisal, *GRADES),
            Column("votes", _("Votes"), sort="votes", is_number=True),
        ),
        sort="-held_on",
        filters=AppraisalFilters,
        actions=(PageAction(_("Record an appraisal"), "appraisals-new", MANAGE),),
        url_of=url_of,
        manage=MANAGE,
        empty=_("Record the votes on each leader; they cannot exceed the delegates present at that day's congress."),
    ),
)
