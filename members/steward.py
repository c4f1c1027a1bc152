"""What stewards do to many members at once; each goes through the membership's own workflow and services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from members.models import Membership, MembershipStatus, Person
from members.services import refuse_employer
from members.workflow import MEMBERSHIP
from unions.access import Action
from unions.administration.actions import ActionForm, StewardAction
from unions.models import Employer, User
from unions.services.records import save_record

MANAGE = Action.MANAGE_MEMBERS
ENDS = (
    MembershipStatus.WITHDRAWN,
    MembershipStatus.AUTO_WITHDRAWN,
    MembershipStatus.EXPELLED,
    MembershipStatus.DECEASED,
)
Facts = Mapping[str, Any]


class EndForm(ActionForm):
    to = forms.ChoiceField(label=gettext_lazy("How it ends"), choices=[(status.value, status.label) for status in ENDS])
    on = forms.DateField(label=gettext_lazy("On"), initial=timezone.localdate)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=120)


def end(row: Membership, actor: User, facts: Facts) -> None:
    move(row, actor, facts["to"], facts)


class RetainForm(ActionForm):
    on = forms.DateField(label=gettext_lazy("On"), initial=timezone.localdate)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=120)


def retain(row: Membership, actor: User, facts: Facts) -> None:
    move(row, actor, MembershipStatus.RETAINED, facts)


def move(row: Membership, actor: User, to: str, facts: Facts) -> None:
    MEMBERSHIP.move(row=row, to=to, actor=actor, on=facts["on"], facts={"reason": facts["reason"]})


class EmployerForm(ActionForm):
    employer = forms.ModelChoiceField(label=gettext_lazy("Employer"), queryset=Employer.objects.all())


def set_employer(row: Membership, actor: User, facts: Facts) -> None:
    """Raises ValidationError where the member's union does not cover the employer today."""
    refuse_employer(row.union, facts["employer"], timezone.localdate())
    row.employer = facts["employer"]
    save_record(row=row, actor=actor, action=MANAGE)


def mark_migrant(row: Person, actor: User, _facts: Facts) -> None:
    row.is_migrant = True
    save_record(row=row, actor=actor, action=MANAGE)


MEMBERSHIP_ACTIONS = (
    StewardAction(
        "end_membership",
        gettext_lazy("End the membership"),
        gettext_lazy("Membership ends on the day; the member stays on record."),
        MANAGE,
        end,
        EndForm,
    ),
    StewardAction(
        "retain_membership",
        gettext_lazy("Retain the membership"),
        gettext_lazy("For who retires, loses his work or goes where there is no union: no dues, no vote."),
        MANAGE,
        retain,
        RetainForm,
    ),
    StewardAction(
        "set_employer",
        gettext_lazy("Set the employer"),
        gettext_lazy("Only an employer which the member's union covers today."),
        MANAGE,
        set_employer,
        EmployerForm,
    ),
)
PERSON_ACTIONS = (
    StewardAction(
        "mark_migrant",
        gettext_lazy("Mark as migrant workers"),
        gettext_lazy("Corrects the records of the ticked persons."),
        MANAGE,
        mark_migrant,
    ),
)
