"""What stewards do to many unions, employers and obligations at once; see administration/actions.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unions.access import Action
from unions.administration.actions import ActionForm, StewardAction
from unions.models import Community, Employer, ReturnObligation, Union, User
from unions.pages.columns import Badge
from unions.services.records import save_record
from unions.services.structure import reorganise

MANAGE = Action.MANAGE_ORGANISATION
Facts = Mapping[str, Any]


class CommunityForm(ActionForm):
    community = forms.ModelChoiceField(label=gettext_lazy("Community"), queryset=Community.objects.all())
    on = forms.DateField(label=gettext_lazy("From"), initial=timezone.localdate)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


def place_union(row: Union, actor: User, facts: Facts) -> None:
    """Raises ValidationError for the federation itself, and what every reorganisation refuses."""
    if row.parent is None:
        raise ValidationError(_("The federation stands under nobody here."))
    reorganise(union=row, form=row.form, parent=row.parent, actor=actor, **facts)


class EmployerCommunityForm(ActionForm):
    community = forms.ModelChoiceField(label=gettext_lazy("Community"), queryset=Community.objects.all())


def place_employer(row: Employer, actor: User, facts: Facts) -> None:
    row.community = facts["community"]
    save_record(row=row, actor=actor, action=MANAGE)


class ExemptForm(ActionForm):
    on = forms.DateField(label=gettext_lazy("Exempted on"), initial=timezone.localdate)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


def exempt(row: ReturnObligation, actor: User, facts: Facts) -> None:
    """Raises ValidationError for what was filed or exempted already, and for a locked period."""
    if row.first_filed_on:
        raise ValidationError(_("It was filed on %(day)s.") % {"day": row.first_filed_on})
    if row.exempted_on:
        raise ValidationError(_("It was exempted on %(day)s.") % {"day": row.exempted_on})
    if row.period.locked_at:
        raise ValidationError(_("%(period)s is locked.") % {"period": row.period})
    row.exempted_on, row.exemption_reason = facts["on"], facts["reason"]
    save_record(row=row, actor=actor, action=MANAGE)


UNION_ACTIONS = (
    StewardAction(
        "set_community",
        gettext_lazy("Place in a community"),
        gettext_lazy("From the day on the union belongs to the community; its profile keeps where it was before."),
        MANAGE,
        place_union,
        CommunityForm,
    ),
)
EMPLOYER_ACTIONS = (
    StewardAction(
        "set_employer_community",
        gettext_lazy("Place in a community"),
        gettext_lazy("Corrects the community of the ticked employers."),
        MANAGE,
        place_employer,
        EmployerCommunityForm,
    ),
)
OBLIGATION_ACTIONS = (
    StewardAction(
        "exempt",
        gettext_lazy("Exempt from filing"),
        gettext_lazy("For returns that are not owed: the reason is shown to the union."),
        MANAGE,
        exempt,
        ExemptForm,
    ),
)


def union_state(row: Union) -> Badge:
    ended = row.ended_on and row.ended_on <= timezone.localdate()
    return Badge(_("Ended"), "is-lock") if ended else Badge(_("In existence"), "is-ok")


def obligation_state(row: ReturnObligation) -> Badge:
    """Filed, exempted, late or still to come."""
    if row.exempted_on:
        return Badge(_("Exempted"), "is-lock")
    if row.first_filed_on:
        is_late = row.first_filed_on > row.due_on
        return Badge(_("Filed late"), "is-due") if is_late else Badge(_("Filed in time"), "is-ok")
    return Badge(_("Overdue"), "is-late") if row.due_on < timezone.localdate() else Badge(_("Expected"), "is-sent")
