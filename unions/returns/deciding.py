"""What people decide about a version: its warnings explained, submitted, sent back, accepted and entered, locked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from unions.access import OWN_UNION, Action, may, roles_over
from unions.models import (
    QuarterlyReturn,
    ReturnFinding,
    ReturnNote,
    ReturnObligation,
    ReturnStatus,
    Severity,
    User,
)
from unions.models.returns import IN_FORCE
from unions.moves import locked
from unions.returns.applying import enter
from unions.returns.filing import Filing, content_of
from unions.returns.overtaken import refuse_overtaken
from unions.returns.registry import RowsError
from unions.workflow.returns import RETURNS

S = ReturnStatus


@dataclass(frozen=True)
class Note:
    """What a reviewer wants mended: at a cell, of a row, or of a whole sheet (``row`` 0)."""

    sheet: str
    text: str
    row: int = 0
    column: str = ""


@transaction.atomic
def explain(*, finding: ReturnFinding, actor: User, explanation: str) -> ReturnFinding:
    """Say why a figure that looks odd is right; the reviewer and the report's annex read it.

    Raises ValidationError without words, for anything but a warning, and once the version is submitted or replaced.
    """
    finding = locked(ReturnFinding, finding, actor)
    if not may(actor, Action.FILE_RETURN, finding):
        raise PermissionDenied(_("Your office does not file this union's returns."))
    if finding.severity != Severity.WARNING:
        raise ValidationError(_("This is mended, not explained."), code="not_a_warning")
    if finding.version.status == S.REPLACED:
        refuse_overtaken(finding.version.obligation, finding.version.version)
    if finding.version.status != S.DRAFT:
        raise ValidationError(_("This version is submitted: nothing is changed in it."), code="not_a_draft")
    if not explanation.strip():
        raise ValidationError({"explanation": _("Say why the figure is right.")})
    finding.explanation = explanation.strip()
    finding.full_clean()
    finding.save(update_fields=["explanation"])
    return finding


@transaction.atomic
def submit(*, version: QuarterlyReturn, actor: User, is_attested: bool) -> QuarterlyReturn:
    """Hand a checked version to review with the chair's attestation, by staff marked as on the union's behalf.

    Twice by one person is once. Raises ValidationError while something is to be mended or explained, and without the
    attestation.
    """
    if not is_attested:
        raise ValidationError({"is_attested": _("The chair attests that the return is true and complete.")})
    obligation = in_turn(version)
    if (version.status, version.submitted_by_id) == (S.SUBMITTED, actor.pk):
        return version
    version = RETURNS.move(row=version, to=S.SUBMITTED, actor=actor)
    version.submitted_at, version.submitted_by = timezone.now(), actor
    version.is_on_behalf = OWN_UNION.isdisjoint(roles_over(actor, version.union_id))
    version.receipt_no = receipt_number(version, obligation)
    version.save(update_fields=["submitted_at", "submitted_by", "is_on_behalf", "receipt_no"])
    if obligation.first_filed_on is None:
        obligation.first_filed_on = timezone.localdate()
        obligation.save(update_fields=["first_filed_on"])
    return version


def in_turn(version: QuarterlyReturn) -> ReturnObligation:
    """What the version is owed for, locked before the version, as an upload does it: they wait for each other.

    The version is then what whoever came first has left of it.
    """
    obligation = ReturnObligation.objects.select_for_update(of=("self",)).get(pk=version.obligation_id)
    version.refresh_from_db()
    return obligation


def receipt_number(version: QuarterlyReturn, obligation: ReturnObligation) -> str:
    """Such as JB-2026Q2-1001-02: the quarter, the union, the version."""
    return f"JB-{obligation.period.code}-{version.union.code}-{version.version:02d}"


@transaction.atomic
def send_back(*, version: QuarterlyReturn, actor: User, notes: Iterable[Note], reason: str) -> QuarterlyReturn:
    """Give a submitted version back with a note at each cell or sheet to mend; only this return opens again.

    Raises ValidationError without a reason or without any note, and if it is not waiting for review.
    """
    notes = list(notes)
    refuse_silence(notes, reason)
    refuse_own(version, actor)
    in_turn(version)
    version = RETURNS.move(row=version, to=S.SENT_BACK, actor=actor, facts={"reason": reason.strip()})
    decided(version, actor)
    for note in notes:
        row = ReturnNote(union=version.union, version=version, created_by=actor, **vars(note))
        row.full_clean()
        row.save()
    return version


def refuse_silence(notes: list[Note], reason: str) -> None:
    missing = []
    if not notes:
        missing.append(ValidationError(_("Say at a cell or a sheet what is to be mended."), code="no_note"))
    if not reason.strip():
        missing.append(ValidationError(_("Write a sentence to the chair: why it comes back."), code="no_reason"))
    if missing:
        raise ValidationError(missing)


@transaction.atomic
def accept(*, version: QuarterlyReturn, actor: User) -> QuarterlyReturn:
    """Enter every sheet of a submitted version into the portal's tables and lock its rows.

    The version that was in force is replaced; what it brought and the new one no longer says is taken away. Twice by
    one person is once. Raises ValidationError, and enters nothing, if a row is refused by what has been recorded since
    the check.
    """
    refuse_own(version, actor)
    in_turn(version)
    if (version.status, version.decided_by_id) == (S.ACCEPTED, actor.pk):
        return version
    before = version.obligation.versions.filter(status__in=IN_FORCE)
    before.update(status=S.REPLACED)
    version = RETURNS.move(row=version, to=S.ACCEPTED, actor=actor)
    filing = Filing(version.obligation, version, content_of(version))
    if not filing.content:
        raise ValidationError(_("This version holds nothing: send it back."), code="empty")
    try:
        tally = enter(filing)
    except RowsError as error:
        raise ValidationError([placed(finding) for finding in error.findings], code="rows_refused") from None
    version.counts = tally.as_counts()
    version.save(update_fields=["counts"])
    return decided(version, actor)


def placed(finding: object) -> str:
    """A refusal with its place in front, as one line."""
    return f"{finding.sheet} {finding.row or ''} {finding.message}"  # type: ignore[attr-defined]


def refuse_own(version: QuarterlyReturn, actor: User) -> None:
    """Raise PermissionDenied to whoever submitted it: maker and checker are two people."""
    if version.submitted_by_id == actor.pk:
        raise PermissionDenied(_("You submitted this return: somebody else reviews it."))


def decided(version: QuarterlyReturn, actor: User) -> QuarterlyReturn:
    version.decided_at, version.decided_by = timezone.now(), actor
    version.save(update_fields=["decided_at", "decided_by"])
    return version
