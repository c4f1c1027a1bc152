"""The states of a dispute case and the only moves between them (rules B11), with who may make each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from disputes.models import OUTCOMES, Case, CaseSource, CaseStatus, MediationAgreement
from disputes.models.cases import DAYS_ENTRUSTED, DAYS_TO_MEDIATE
from unions.access import Role, roles_over
from unions.audit import record
from unions.models import User
from unions.moves import locked, no_such_move

S, R = CaseStatus, Role

HANDLERS = frozenset({R.RIGHTS, R.COMMUNITY, R.CHAIR})
KEEPERS = frozenset({R.RIGHTS, R.COMMUNITY})

TURNED_AWAY = (S.REFUSED, S.RETURNED, S.TRANSFERRED)

MOVES: dict[tuple[str, str], frozenset[Role]] = {
    (S.REGISTERED, S.SCREENED): HANDLERS,
    (S.SCREENED, S.ACCEPTED): HANDLERS,
    (S.ACCEPTED, S.MEDIATING): HANDLERS,
    **{(start, end): HANDLERS for start in (S.SCREENED, S.ACCEPTED) for end in TURNED_AWAY},
    **{(S.MEDIATING, outcome): HANDLERS for outcome in OUTCOMES},
    (S.SETTLED, S.REVIEW): HANDLERS,
    (S.SETTLED, S.PERFORMED): HANDLERS,
    (S.SETTLED, S.NOT_PERFORMED): HANDLERS,
    (S.REVIEW, S.PERFORMED): HANDLERS,
    (S.REVIEW, S.NOT_PERFORMED): HANDLERS,
    (S.NOT_PERFORMED, S.PERFORMED): HANDLERS,
    **{(end, S.ARCHIVED): KEEPERS for end in (S.WITHDRAWN_SETTLED, S.FAILED, *TURNED_AWAY)},
    **{(end, S.ARCHIVED): KEEPERS for end in (S.PERFORMED, S.NOT_PERFORMED)},
}

TRACKED = ("status", "accepted_on", "due_on", "closed_on", "outcome")
NEEDS_REASON = (S.FAILED, S.RETURNED, S.TRANSFERRED, S.NOT_PERFORMED)


@transaction.atomic
def move(*, case: Case, to: str, actor: User, on: date | None = None, reason: str = "") -> Case:
    """Move a case to ``to`` as of ``on`` (default today) and record who did it and why.

    Raises ValidationError if there is no such move from the case's present state or something it needs is missing,
    PermissionDenied if it exists but not for this actor's role or scope.
    """
    case = locked(Case, case, actor)
    roles = MOVES.get((case.status, to))
    if roles is None:
        raise no_such_move(case.get_status_display(), str(CaseStatus(to).label) if to in CaseStatus.values else to)
    if roles.isdisjoint(roles_over(actor, case.union_id)):
        raise PermissionDenied(_("Your office does not make this move."))
    day = on or timezone.localdate()
    refuse_unready(case, to, day, reason)
    before = snapshot(case)
    enter(case, to, day, reason)
    case.save(update_fields=TRACKED)
    record(actor=actor, action="disputes.move_case", target=case, before=before, after=snapshot(case), reason=reason)
    return case


def due_date(case: Case) -> date:
    """The last day to mediate: from the application, or for an entrusted case from its assignment."""
    if case.source != CaseSource.ENTRUSTED:
        return case.received_on + timedelta(days=DAYS_TO_MEDIATE)
    latest = case.referrals.order_by("-assigned_on", "-pk").first()
    return latest.due_on if latest else case.received_on + timedelta(days=DAYS_ENTRUSTED)


def refuse_unready(case: Case, to: str, day: date, reason: str) -> None:
    """Raise ValidationError if what the move needs is not there."""
    if to in NEEDS_REASON and not reason.strip():
        raise ValidationError(_("Say why."), code="reason_missing")
    if day > timezone.localdate():
        raise ValidationError(_("The date lies in the future."), code="future_date")
    if day < (case.closed_on or case.accepted_on or case.received_on):
        raise ValidationError(_("The date is before the case's last step."), code="earlier_date")
    guard = GUARDS.get(to)
    if guard and (missing := guard(case)):
        raise ValidationError(missing, code="not_ready")


def not_willing(case: Case) -> str | None:
    if case.is_willing is None:
        return _("Ask both sides first whether they are willing to mediate.")
    return None if case.is_willing else _("A side is not willing: the case is refused or returned, not accepted.")


def nobody_refused(case: Case) -> str | None:
    return None if case.is_willing is False else _("Record first that a side is not willing to mediate.")


def not_entrusted(case: Case) -> str | None:
    entrusted = case.source == CaseSource.ENTRUSTED
    return None if entrusted else _("Only an entrusted case is returned; transfer this one.")


def agreement_missing(case: Case) -> str | None:
    return None if case.agreements.exists() else _("Record the signed agreement first.")


def confirmation_missing(case: Case) -> str | None:
    asked = case.agreements.exclude(confirmation=MediationAgreement.Confirmation.NONE).exists()
    return None if asked else _("Record first who reviews the agreement: arbitration or the court.")


def performance_missing(case: Case) -> str | None:
    unperformed = case.agreements.filter(performed_on__isnull=True).exists()
    return _("Record first when the agreement was performed.") if unperformed else None


GUARDS: dict[str, Callable[[Case], str | None]] = {
    S.ACCEPTED: not_willing,
    S.REFUSED: nobody_refused,
    S.RETURNED: not_entrusted,
    S.SETTLED: agreement_missing,
    S.REVIEW: confirmation_missing,
    S.PERFORMED: performance_missing,
}


def enter(case: Case, to: str, day: date, reason: str) -> None:
    """Set the state and the dates that go with it; a returned case closes its open referral."""
    if to == S.ACCEPTED:
        case.accepted_on, case.due_on = day, due_date(case)
    if to in OUTCOMES:
        case.closed_on, case.outcome = day, to
    if to == S.RETURNED:
        case.referrals.filter(returned_on__isnull=True).update(returned_on=day, reason=reason)
    case.status = to


def snapshot(case: Case) -> dict[str, Any]:
    return {field: getattr(case, field) for field in TRACKED}
