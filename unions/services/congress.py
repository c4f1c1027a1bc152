"""Democratic management: congress meetings, proposals, open-affairs postings, appraisals of leaders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from unions import clocks
from unions.access import Action, can_over
from unions.models import (
    Appraisal,
    CongressEmployer,
    CongressMeeting,
    CongressProposal,
    CongressScope,
    Employer,
    OpenAffairsPosting,
    Union,
    User,
)
from unions.services.cover import home_unions, refuse_strange_employer
from unions.services.days import plain, refuse_disorder, refuse_future
from unions.services.records import save_record
from unions.workflow.postings import LIMIT

GRADES = ("excellent", "competent", "basic", "incompetent")


@dataclass(frozen=True)
class Quorum:
    """How many delegates had to come, and came. Shown, never a refusal: a meeting without quorum did take place."""

    delegates: int
    present: int

    @property
    def needed(self) -> int:
        """Two thirds of the delegates, rounded up."""
        return -(-2 * self.delegates // 3)

    @property
    def is_reached(self) -> bool:
        return self.present >= self.needed


def quorum_of(meeting: CongressMeeting) -> Quorum | None:
    """None while delegates or presence are not reported."""
    if not meeting.delegates or meeting.present is None:
        return None
    return Quorum(meeting.delegates, meeting.present)


@transaction.atomic
def save_meeting(
    *, meeting: CongressMeeting, actor: User, employers: Iterable[Employer] | None = None, since: int | None = None
) -> CongressMeeting:
    """Store a congress meeting and, if given, the employers it was held for.

    Raises ValidationError at the field that does not fit, PermissionDenied outside the actor's office and scope.
    """
    refuse_future(meeting, "held_on")
    if meeting.delegates == 0:
        raise ValidationError({"delegates": _("A congress has delegates.")})
    row = save_record(row=meeting, actor=actor, action=Action.MANAGE_LABOUR, since=since)
    if employers is not None:
        name_employers(meeting=row, employers=employers, actor=actor)
    return row


@transaction.atomic
def name_employers(*, meeting: CongressMeeting, employers: Iterable[Employer], actor: User) -> None:
    """Make the employers given those the meeting was held for. Raises ValidationError at ``employers``."""
    if not can_over(actor, Action.MANAGE_LABOUR, meeting.union_id):
        raise PermissionDenied(_("Your office does not record this for this union."))
    chosen = list(employers)
    refuse_participants(meeting, chosen, actor)
    meeting.covered.exclude(employer__in=chosen).delete()
    had = set(meeting.covered.values_list("employer_id", flat=True))
    homes = home_unions(chosen, meeting.held_on)
    for employer in chosen:
        if employer.pk not in had:
            union_id = homes.get(employer.pk, employer.union_id)
            CongressEmployer.objects.create(meeting=meeting, employer=employer, union_id=union_id, created_by=actor)


def refuse_participants(meeting: CongressMeeting, employers: list[Employer], actor: User) -> None:
    """Raise ValidationError unless the meeting could be held for these employers."""
    if meeting.kind == CongressMeeting.Kind.MEMBERS:
        if employers:
            message = _("A members' congress is the union's own; it is held for no employer.")
            raise ValidationError({"employers": message})
        return
    if not employers:
        raise ValidationError({"employers": _("Name the employers whose staff the congress stands for.")})
    if meeting.scope == CongressScope.ENTERPRISE and len(employers) > 1:
        message = _("An enterprise's congress is one employer's; choose the scope regional or industry.")
        raise ValidationError({"employers": message})
    wanted = {employer.pk for employer in employers}
    if Employer.objects.visible_to(actor).filter(pk__in=wanted).count() != len(wanted):
        raise ValidationError({"employers": _("An employer is outside your scope.")})
    gone = [employer.name for employer in employers if employer.closed_on and employer.closed_on <= meeting.held_on]
    if gone:
        message = _("No longer in business on that day: %(names)s.") % {"names": _(", ").join(gone)}
        raise ValidationError({"employers": message})


@transaction.atomic
def save_proposal(*, proposal: CongressProposal, actor: User, since: int | None = None) -> CongressProposal:
    """Store a proposal under its meeting's union; without a number it takes the meeting's next.

    Raises ValidationError at the field that does not fit, PermissionDenied outside the actor's office and scope.
    """
    refuse_future(proposal, "tabled_on")
    # Proposals of one meeting wait for each other, so that no number is given twice.
    meeting = CongressMeeting.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=proposal.meeting_id)
    if not meeting:
        raise PermissionDenied(_("This record is outside your scope."))
    proposal.union_id = meeting[0].union_id
    if not proposal.number:
        proposal.number = (meeting[0].proposals.aggregate(last=Max("number"))["last"] or 0) + 1
    if proposal.tabled_on is None:
        proposal.tabled_on = meeting[0].held_on
    refuse_disorder(proposal, "tabled_on", "examined_on", "assigned_on", "replied_on", "opinion_on", "implemented_on")
    return save_record(row=proposal, actor=actor, action=Action.MANAGE_LABOUR, since=since)


@transaction.atomic
def save_posting(*, posting: OpenAffairsPosting, actor: User, since: int | None = None) -> OpenAffairsPosting:
    """Store a posting; a day of comment put right starts the limit for its answer anew.

    Raises ValidationError at the field that does not fit, PermissionDenied outside the actor's office and scope.
    """
    refuse_future(posting, "posted_on", "commented_on", "replied_on")
    refuse_disorder(posting, "posted_on", "commented_on", "replied_on")
    if posting.kind == OpenAffairsPosting.Kind.FACTORY and posting.employer_id is None:
        raise ValidationError({"employer": _("Factory affairs are an employer's: name it.")})
    refuse_strange_employer(posting, posting.posted_on, actor)
    row = save_record(row=posting, actor=actor, action=Action.MANAGE_LABOUR, since=since)
    if row.commented_on and not row.replied_on:
        clocks.start_clock(code=LIMIT, target=row, started_on=row.commented_on, actor=actor)
    return row


@transaction.atomic
def save_appraisal(*, appraisal: Appraisal, actor: User, since: int | None = None) -> Appraisal:
    """Store a vote on a leader: at least one vote, and no more than delegates who could vote at that day's meeting.

    Raises ValidationError with the sum, PermissionDenied outside the actor's office and scope.
    """
    refuse_future(appraisal, "held_on")
    votes = sum(getattr(appraisal, grade) or 0 for grade in GRADES)
    if not votes:
        raise ValidationError({"excellent": _("Enter the votes of at least one grade.")})
    most = voters(appraisal.union, appraisal)
    if most is not None and votes > most:
        message = _("The votes make %(votes)d; at the congress of %(day)s there were %(most)d delegates.")
        values = {"votes": votes, "day": plain(appraisal.held_on), "most": most}
        raise ValidationError({"excellent": message % values})
    return save_record(row=appraisal, actor=actor, action=Action.MANAGE_LABOUR, since=since)


def voters(union: Union, appraisal: Appraisal) -> int | None:
    """The delegates present at the union's congress of that day, or all if presence is not reported; None if none."""
    meeting = CongressMeeting.objects.filter(union=union, held_on=appraisal.held_on, delegates__isnull=False).first()
    if meeting is None:
        return None
    return meeting.delegates if meeting.present is None else meeting.present
