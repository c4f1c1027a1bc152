"""The states of a membership and the only moves between them (rules B2a).

Kept membership has no dues and no vote. The six-month rule only proposes; a person decides.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Membership, MembershipStatus, OpenMembership, Person
from members.services import admit_waiting
from unions.access import Action
from unions.acting import across_scopes
from unions.models import User
from unions.services.events import refuse_closed_day
from unions.workflow.base import Move, Workflow

S = MembershipStatus
OPEN = (S.ACTIVE, S.RETAINED)
MANAGE = Action.MANAGE_MEMBERS


def not_yet_free(row: Membership, day: date) -> str | None:
    """An admission needs a union that exists, a person without another membership, and a day after the application."""
    refuse_closed_day(day)
    if row.union.ended_on and row.union.ended_on <= day:
        return _("The union ended on %(day)s.") % {"day": row.union.ended_on}
    if row.applied_on and day < row.applied_on:
        return _("The application came only on %(day)s.") % {"day": row.applied_on}
    # The person may be another union's member, whose rows the actor does not see; only that there is one is told.
    with across_scopes():
        is_member = OpenMembership.objects.filter(person=row.person_id).exists()
    return _("This person is a member elsewhere: the federation settles the conflict first.") if is_member else None


def before_joining(row: Membership, day: date) -> str | None:
    refuse_closed_day(day)
    if row.joined_on and day < row.joined_on:
        return _("This is before the member joined on %(day)s.") % {"day": row.joined_on}
    return None


def give_up(row: Membership, actor: User, day: date) -> None:
    # Read while the actor still sees the person: the audit names him after another union may have taken him over.
    row.person = Person.objects.get(pk=row.person_id)
    admit_waiting(row)


def leave(to: MembershipStatus, caption: object, hint: object) -> Move:
    return Move(
        to,
        caption,
        OPEN,
        MANAGE,
        stamps="left_on",
        asks=("reason",),
        guard=before_joining,
        effect=give_up,
        hint=hint,
        is_aside=True,
    )


MEMBERSHIP = Workflow(
    model=Membership,
    states=MembershipStatus,
    looks={
        S.APPLIED: "is-due",
        S.ACTIVE: "is-ok",
        S.RETAINED: "is-lock",
        S.REFUSED: "is-back",
        **dict.fromkeys((S.TRANSFERRED_OUT, S.WITHDRAWN, S.AUTO_WITHDRAWN, S.EXPELLED, S.DECEASED, S.DUPLICATE), ""),
    },
    moves=(
        Move(
            S.ACTIVE,
            gettext_lazy("Approve the application"),
            (S.APPLIED,),
            MANAGE,
            stamps="joined_on",
            may_ask=("card_no",),
            guard=not_yet_free,
            hint=gettext_lazy("Membership counts from the day of approval; the card can be numbered now or later."),
        ),
        Move(
            S.REFUSED,
            gettext_lazy("Refuse the application"),
            (S.APPLIED,),
            MANAGE,
            asks=("reason",),
            hint=gettext_lazy("Say why; the applicant can apply again."),
        ),
        Move(
            S.RETAINED,
            gettext_lazy("Retain the membership"),
            (S.ACTIVE,),
            MANAGE,
            stamps="retained_on",
            asks=("reason",),
            guard=before_joining,
            hint=gettext_lazy("For who retires, loses his work or goes where there is no union: no dues, no vote."),
            is_aside=True,
        ),
        leave(S.WITHDRAWN, gettext_lazy("Withdraw"), gettext_lazy("On the member's own written request.")),
        leave(
            S.AUTO_WITHDRAWN,
            gettext_lazy("Deem withdrawn"),
            gettext_lazy("Six months without dues and taking part, and refusing after being spoken to."),
        ),
        leave(S.EXPELLED, gettext_lazy("Expel"), gettext_lazy("By decision of the members' meeting.")),
        leave(S.DECEASED, gettext_lazy("Record the death"), gettext_lazy("The membership ends on the day of death.")),
    ),
)
