"""The states of a hardship file and the only moves between them (rules B8), with who may make each.

No one both verifies and approves a file, and no one approves one he opened himself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from relief.models import ApprovalStep, ExitKind, FileStatus, HardshipFile
from unions.access import Role, roles_over
from unions.audit import record
from unions.models import User
from unions.moves import locked, no_such_move

S, R = FileStatus, Role

FIELD = frozenset({R.RELIEF, R.COMMUNITY, R.CHAIR})
OFFICE = frozenset({R.RELIEF})
APPROVERS = frozenset({R.FEDERATION_CHAIR})

CANCELLABLE = (
    S.DRAFT,
    S.SUBMITTED,
    S.UNION_CHECKED,
    S.HOME_VISITED,
    S.MEANS_TESTED,
    S.OBJECTED,
    S.SUBDISTRICT_APPROVED,
    S.ACTIVE,
    S.REVIEW_DUE,
    S.SUPPORTED,
)

MOVES: dict[tuple[str, str], frozenset[Role]] = {
    (S.DRAFT, S.SUBMITTED): FIELD,
    (S.SUBMITTED, S.DRAFT): FIELD,
    (S.SUBMITTED, S.UNION_CHECKED): FIELD,
    (S.UNION_CHECKED, S.HOME_VISITED): FIELD,
    (S.HOME_VISITED, S.MEANS_TESTED): OFFICE,
    (S.MEANS_TESTED, S.NOTICE): OFFICE,
    (S.NOTICE, S.OBJECTED): FIELD,
    (S.OBJECTED, S.UNION_CHECKED): FIELD,
    (S.NOTICE, S.SUBDISTRICT_APPROVED): APPROVERS,
    # The district decides outside the portal; the relief officer records its decision.
    (S.SUBDISTRICT_APPROVED, S.DISTRICT_APPROVED): OFFICE,
    (S.DISTRICT_APPROVED, S.ACTIVE): OFFICE,
    (S.ACTIVE, S.REVIEW_DUE): OFFICE,
    (S.REVIEW_DUE, S.ACTIVE): OFFICE,
    (S.REVIEW_DUE, S.SUPPORTED): OFFICE,
    (S.REVIEW_DUE, S.EXITED_RELIEVED): OFFICE,
    # A supported household stays on the register (CARE-06) until its file is closed as such (CARE-06b).
    (S.SUPPORTED, S.REVIEW_DUE): OFFICE,
    (S.REVIEW_DUE, S.EXITED_SUPPORTED): OFFICE,
    **{(start, S.CANCELLED): OFFICE for start in CANCELLABLE},
    **{(start, S.ARCHIVED): OFFICE for start in (S.EXITED_RELIEVED, S.EXITED_SUPPORTED, S.CANCELLED)},
}

TRACKED = ("status", "opened_on", "reviewed_on", "supported_on", "exited_on", "exit_kind")
VERIFYING = (S.UNION_CHECKED, S.HOME_VISITED, S.MEANS_TESTED)
APPROVING = (S.SUBDISTRICT_APPROVED,)
NEEDS_REASON = (S.OBJECTED, S.CANCELLED, S.DRAFT)
EXITS = {
    S.EXITED_RELIEVED: ExitKind.RELIEVED,
    S.EXITED_SUPPORTED: ExitKind.SUPPORTED,
    S.CANCELLED: ExitKind.CANCELLED,
}


@transaction.atomic
def move(*, file: HardshipFile, to: str, actor: User, on: date | None = None, reason: str = "") -> HardshipFile:
    """Move a hardship file to ``to`` as of ``on`` (default today) and record who did it and why.

    Raises ValidationError if there is no such move from the file's present state or something it needs is missing,
    PermissionDenied if it exists but not for this actor: by role, by scope, or because he verified or opened the file.
    """
    file = locked(HardshipFile, file, actor)
    roles = MOVES.get((file.status, to))
    if roles is None:
        raise no_such_move(file.get_status_display(), str(FileStatus(to).label) if to in FileStatus.values else to)
    if roles.isdisjoint(roles_over(actor, file.union_id)):
        raise PermissionDenied(_("Your office does not make this move."))
    refuse_same_hands(file, to, actor)
    day = on or timezone.localdate()
    refuse_unready(file, to, day, reason)
    before = snapshot(file)
    enter(file, to, day)
    file.save(update_fields=TRACKED)
    ApprovalStep.objects.create(
        file=file,
        union_id=file.union_id,
        step=to,
        actor=actor,
        created_by=actor,
        decided_at=timezone.now(),
        decision=ApprovalStep.Decision.REFUSED if to in NEEDS_REASON else ApprovalStep.Decision.PASSED,
        reason=reason,
    )
    record(actor=actor, action="relief.move_file", target=file, before=before, after=snapshot(file), reason=reason)
    return file


def refuse_same_hands(file: HardshipFile, to: str, actor: User) -> None:
    if to not in APPROVING:
        return
    if file.created_by_id == actor.pk:
        raise PermissionDenied(_("Nobody approves a file he opened himself."))
    if file.steps.filter(step__in=VERIFYING, actor=actor).exists():
        raise PermissionDenied(_("Nobody approves a file he verified himself."))


def refuse_unready(file: HardshipFile, to: str, day: date, reason: str) -> None:
    """Raise ValidationError if what the move needs is not there."""
    if to in NEEDS_REASON and not reason.strip():
        raise ValidationError(_("Say why."), code="reason_missing")
    if day > timezone.localdate():
        raise ValidationError(_("The date lies in the future."), code="future_date")
    guard = GUARDS.get((file.status, to)) or GUARDS.get(to)
    if guard and (missing := guard(file, day)):
        raise ValidationError(missing, code="not_ready")


def consent_missing(file: HardshipFile, day: date) -> str | None:
    return None if file.consent_on and file.consent_on <= day else _("Record the consent first.")


def home_visit_missing(file: HardshipFile, day: date) -> str | None:
    visited = file.home_visits.filter(visited_on__lte=day).exists()
    return None if visited else _("Record the home visit by two people first.")


def notice_missing(file: HardshipFile, day: date) -> str | None:
    started = file.notices.filter(starts_on__lte=day, ends_on__gte=day, objected_on__isnull=True).exists()
    return None if started else _("Record the public notice first: no notice without objection runs on this day.")


def notice_unfinished(file: HardshipFile, day: date) -> str | None:
    latest = file.notices.order_by("-starts_on", "-pk").first()
    if latest is None or latest.ends_on >= day:
        return _("The public notice has not ended.")
    return _("The public notice met an objection.") if latest.objected_on else None


def number_missing(file: HardshipFile, _day: date) -> str | None:
    return None if file.file_no else _("Give the file its number first.")


def opened_later(file: HardshipFile, day: date) -> str | None:
    return _("A file cannot be removed before it is opened.") if file.opened_on and day < file.opened_on else None


Guard = Callable[[HardshipFile, date], str | None]
GUARDS: dict[Any, Guard] = {
    S.SUBMITTED: consent_missing,
    S.HOME_VISITED: home_visit_missing,
    S.NOTICE: notice_missing,
    S.SUBDISTRICT_APPROVED: notice_unfinished,
    (S.DISTRICT_APPROVED, S.ACTIVE): number_missing,
    **dict.fromkeys(EXITS, opened_later),
}


def enter(file: HardshipFile, to: str, day: date) -> None:
    """Set the state and the dates that go with it."""
    if to == S.ACTIVE and file.opened_on is None:
        file.opened_on = day
    elif to in (S.ACTIVE, S.SUPPORTED):
        file.reviewed_on = day
    if to == S.SUPPORTED:
        file.supported_on = file.supported_on or day
    if to in EXITS:
        file.exited_on, file.exit_kind = day, EXITS[FileStatus(to)]
    file.status = to


def snapshot(file: HardshipFile) -> dict[str, Any]:
    return {field: getattr(file, field) for field in TRACKED}
