"""The life of an application to found a union: waiting, then granted, refused or withdrawn. Granted is not founded."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unions.access import Action
from unions.models import UnionApplication
from unions.workflow.base import Move, Workflow

S = UnionApplication.Status

APPLICATIONS = Workflow(
    model=UnionApplication,
    states=S,
    looks={S.SUBMITTED: "is-sent", S.APPROVED: "is-ok", S.REJECTED: "is-back", S.WITHDRAWN: "is-draft"},
    moves=(
        Move(
            S.APPROVED,
            pgettext_lazy("founding", "Approve"),
            (S.SUBMITTED,),
            Action.MANAGE_ORGANISATION,
            stamps="decided_on",
            may_ask=("decision",),
            hint=_("Approving founds nothing: record the founding when the union has been set up."),
        ),
        Move(
            S.REJECTED,
            pgettext_lazy("founding", "Refuse"),
            (S.SUBMITTED,),
            Action.MANAGE_ORGANISATION,
            stamps="decided_on",
            asks=("decision",),
            hint=_("The employer is told the reason."),
        ),
        Move(
            S.WITHDRAWN,
            pgettext_lazy("founding", "Withdraw"),
            (S.SUBMITTED,),
            Action.MANAGE_ORGANISATION,
            stamps="decided_on",
            may_ask=("decision",),
            hint=_("The employer no longer wishes a union for now."),
        ),
    ),
)
