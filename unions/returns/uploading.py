"""A workbook comes in, is kept as a version, and is checked in the background; what is lost on the way is found again.

The truth about an upload is its row. Taking the file is one short transaction; reading it happens outside any, in a
child process; what was found is stored at once or not at all.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from unions.access import Action, can_over
from unions.acting import SYSTEM, acting
from unions.audit import record
from unions.crypto import open_bytes, seal_bytes
from unions.models import (
    CheckState,
    QuarterlyReturn,
    ReturnContent,
    ReturnFinding,
    ReturnObligation,
    ReturnStatus,
    Severity,
    User,
)
from unions.models.returns import IN_FORCE
from unions.moves import locked
from unions.returns.applying import rehearse
from unions.returns.arriving import refuse_stranger, take_apart
from unions.returns.checking import at_most, examine, read_cells
from unions.returns.content import Cells, pack
from unions.returns.filing import Filing
from unions.returns.findings import Finding, may_be_filed
from unions.returns.prescreen import Unreadable, prescreen
from unions.returns.reading import read_workbook

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
QUEUED_TOO_LONG = timedelta(minutes=1)
# Longer than a reading and its checks may take: whoever began it is gone.
RUNNING_TOO_LONG = timedelta(minutes=2)
UNCHECKED = (CheckState.QUEUED, CheckState.RUNNING)
Channel = QuarterlyReturn.Channel


# -- Taking -----------------------------------------------------------------------------------------------------------


def receive(
    *,
    obligation: ReturnObligation,
    actor: User,
    file: bytes,
    file_name: str,
    amendment_reason: str = "",
    in_background: bool = True,
) -> QuarterlyReturn:
    """Keep an uploaded workbook as the next version and have it checked; the same file twice is one version.

    Not ``in_background``, the caller checks it himself.

    Raises ValidationError, and keeps nothing, for what is no ordinary xlsx, while a version waits for review, or to
    amend an accepted return without a reason; PermissionDenied outside the actor's unions.
    """
    prescreen(file)
    digest = hashlib.sha256(file).hexdigest()
    with transaction.atomic():
        obligation = open_for_filing(obligation, actor, amendment_reason)
        last = obligation.versions.order_by("-version").first()
        if (
            last
            and last.sha256 == digest
            and last.status == ReturnStatus.DRAFT
            and last.check_state != CheckState.FAILED
        ):
            return last
        version = next_version(
            obligation,
            actor,
            channel=Channel.WORKBOOK,
            file_name=file_name[-120:],
            sha256=digest,
            check_state=CheckState.QUEUED,
            amendment_reason=amendment_reason,
        )
        ReturnContent.objects.create(union=obligation.union, version=version, file=seal_bytes(file))
        if in_background:
            transaction.on_commit(lambda: enqueue(version.pk))
    return version


def file_cells(
    *, obligation: ReturnObligation, actor: User, cells: Cells, channel: str, amendment_reason: str = ""
) -> QuarterlyReturn:
    """Keep what was typed in the browser as the next version, checked on the spot by the same checks.

    Raises as ``receive`` does.
    """
    with transaction.atomic():
        obligation = open_for_filing(obligation, actor, amendment_reason)
        version = next_version(obligation, actor, channel=channel, amendment_reason=amendment_reason)
        ReturnContent.objects.create(union=obligation.union, version=version)
        filing, findings = check_cells(Filing(obligation, version), cells)
        keep(filing, findings)
    return version


def open_for_filing(obligation: ReturnObligation, actor: User, amendment_reason: str) -> ReturnObligation:
    """The obligation, locked so that uploads wait for each other."""
    if not can_over(actor, Action.FILE_RETURN, obligation.union_id):
        raise PermissionDenied(_("Your office does not file this union's returns."))
    obligation = locked(ReturnObligation, obligation, actor)
    if obligation.exempted_on:
        raise ValidationError(
            _("The union is exempted from this return: %(why)s") % {"why": obligation.exemption_reason}
        )
    versions = obligation.versions.all()
    if versions.filter(status=ReturnStatus.SUBMITTED).exists():
        raise ValidationError(_("A version waits for review. It can be replaced once it is sent back."), code="waiting")
    accepted = versions.filter(status__in=IN_FORCE).first()
    if accepted and not amendment_reason.strip():
        raise ValidationError(
            {"amendment_reason": _("This return is accepted. To amend it, say why.")}, code="needs_reason"
        )
    return obligation


def next_version(obligation: ReturnObligation, actor: User, **facts: Any) -> QuarterlyReturn:
    """A draft of the next number; an earlier draft is replaced by it."""
    versions = obligation.versions.all()
    versions.filter(status=ReturnStatus.DRAFT).update(status=ReturnStatus.REPLACED)
    number = (versions.aggregate(last=Max("version"))["last"] or 0) + 1
    version = QuarterlyReturn.objects.create(
        union=obligation.union,
        obligation=obligation,
        version=number,
        amends=versions.filter(status__in=IN_FORCE).first(),
        created_by=actor,
        **facts,
    )
    record(actor=actor, action="return.upload", target=version, after={"sha256": version.sha256})
    return version


def enqueue(version_id: int) -> None:
    """Hand a version to a worker; a broker that is down is no failure, the sweeper hands it on."""
    from unions.tasks import check_return

    try:
        check_return.delay(version_id)
    except (OperationalError, OSError) as error:
        log.warning("Return %s waits for the broker: %s", version_id, error)


# -- Checking ---------------------------------------------------------------------------------------------------------


def check(version_id: int) -> None:
    """Read and check a version that waits; one that is done or in other hands is left as it is."""
    claim = take(version_id)
    if claim is None:
        return
    version, file = claim
    try:
        with acting(SYSTEM):
            filing, findings = examine_file(version, file)
            store(filing, findings, version.attempts)
    except Exception:
        log.exception("Return %s, attempt %s", version_id, version.attempts)
        fail(version_id, version.attempts, _("The check broke off because of an error in the portal. Upload it again."))


def take(version_id: int) -> tuple[QuarterlyReturn, bytes] | None:
    """Claim a waiting version, or one whose worker vanished."""
    now = timezone.now()
    with acting(SYSTEM):
        rows = QuarterlyReturn.objects.select_for_update(of=("self",), no_key=True)
        version = rows.select_related("obligation__union", "obligation__period").get(pk=version_id)
        if version.check_state not in UNCHECKED or is_in_hand(version, now):
            return None
        version.check_state, version.started_at, version.attempts = CheckState.RUNNING, now, version.attempts + 1
        version.save(update_fields=["check_state", "started_at", "attempts"])
        return version, open_bytes(bytes(version.content.file or b""))


def is_in_hand(version: QuarterlyReturn, now: datetime) -> bool:
    begun = version.started_at
    return version.check_state == CheckState.RUNNING and begun is not None and begun > now - RUNNING_TOO_LONG


def examine_file(version: QuarterlyReturn, file: bytes) -> tuple[Filing, list[Finding]]:
    """What the workbook says and what is wrong with it."""
    filing = Filing(version.obligation, version)
    try:
        book = read_workbook(file)
    except Unreadable as error:
        return filing, [Finding("D0", error.messages[0], severity=Severity.BLOCKING, rule="unreadable")]
    if strange := refuse_stranger(book, filing):
        return filing, strange
    cells, findings = take_apart(book, filing)
    return check_cells(filing, cells, findings)


def check_cells(filing: Filing, cells: Cells, found: Sequence[Finding] = ()) -> tuple[Filing, list[Finding]]:
    """Read the cells, run every check, and rehearse the entering if nothing stands against it."""
    filing.content, wrong = read_cells(cells)
    findings = [*found, *wrong, *examine(filing)]
    if may_be_filed(findings):
        refused, counts = rehearse(filing)
        findings += refused
        if filing.version and counts:
            filing.version.counts = counts.as_counts()
    return filing, at_most(findings)


def store(filing: Filing, findings: list[Finding], attempt: int) -> None:
    """Store what was found, unless the claim was lost meanwhile."""
    version = filing.version
    assert version is not None  # only templates have none
    held = QuarterlyReturn.objects.filter(pk=version.pk, check_state=CheckState.RUNNING, attempts=attempt)
    if held.select_for_update(no_key=True).exists():
        keep(filing, findings)


def keep(filing: Filing, findings: list[Finding]) -> None:
    """Rows, findings and the state of the check, together."""
    version = filing.version
    assert version is not None  # only templates have none
    ReturnContent.objects.filter(version=version).update(rows=pack(filing.content))
    explained = explanations_before(version)
    ReturnFinding.objects.bulk_create(
        ReturnFinding(
            union=filing.union,
            version=version,
            explanation=explained.get((finding.sheet, finding.row, finding.column, finding.rule, finding.value), ""),
            **finding.as_fields(),
        )
        for finding in findings
    )
    version.check_state = CheckState.DONE
    version.save(update_fields=["check_state", "counts"])


def explanations_before(version: QuarterlyReturn) -> dict[tuple[Any, ...], str]:
    """What was explained in the version before of the same cell with the same value need not be said again."""
    rows = ReturnFinding.objects.filter(
        version__obligation=version.obligation, version__version=version.version - 1
    ).exclude(explanation="")
    names = ("sheet", "row", "column", "rule", "value")
    return {tuple(getattr(row, name) for name in names): row.explanation for row in rows}


def fail(version_id: int, attempt: int, sentence: str) -> None:
    with acting(SYSTEM):
        rows = QuarterlyReturn.objects.filter(pk=version_id, check_state=CheckState.RUNNING, attempts=attempt)
        rows.update(check_state=CheckState.FAILED, trouble=sentence[:500])


# -- Sweeping ---------------------------------------------------------------------------------------------------------


def sweep() -> list[int]:
    """Hand versions left lying to a worker again, give up those tried often enough; those handed on."""
    now = timezone.now()
    with acting(SYSTEM):
        rows = QuarterlyReturn.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        lost = [version for version in rows.filter(check_state__in=UNCHECKED) if is_lost(version, now)]
        hopeless = [version.pk for version in lost if version.attempts >= MOST_ATTEMPTS]
        QuarterlyReturn.objects.filter(pk__in=hopeless).update(
            check_state=CheckState.FAILED, trouble=_("The check was not finished. Upload the file again.")
        )
    again = [version.pk for version in lost if version.pk not in hopeless]
    for version_id in again:
        enqueue(version_id)
    return again


def is_lost(version: QuarterlyReturn, now: datetime) -> bool:
    if version.check_state == CheckState.QUEUED:
        return version.created_at < now - QUEUED_TOO_LONG
    return not is_in_hand(version, now)
