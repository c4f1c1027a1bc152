"""A workbook comes in, is kept as a version, and is checked in the background; what is lost on the way is found again.

The truth about an upload is its row. Taking the file is one short transaction; reading it happens outside any, in a
child process; what was found is stored at once or not at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unions.access import Action, can_over
from unions.acting import SYSTEM, acting
from unions.audit import record
from unions.background import Work
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
from unions.returns.carried import carried
from unions.returns.checking import at_most, examine, is_given_up, read_cells
from unions.returns.content import Cells, pack
from unions.returns.filing import Filing
from unions.returns.findings import Finding, may_be_filed
from unions.returns.overtaken import refuse_overtaken
from unions.returns.prescreen import Unreadable, prescreen
from unions.returns.reading import read_workbook

Channel = QuarterlyReturn.Channel
CHECKING = Work(
    model=QuarterlyReturn,
    task="unions.tasks.check_return",
    state="check_state",
    waiting=CheckState.QUEUED,
    running=CheckState.RUNNING,
    failed=CheckState.FAILED,
    trouble="trouble",
    broken=gettext_lazy("The check broke off because of an error in the portal. Upload it again."),
    given_up=gettext_lazy("The check was not finished. Upload the file again."),
    # Longer than its task may run.
    longest=timedelta(seconds=150),
)


# -- Taking -----------------------------------------------------------------------------------------------------------


def receive(
    *,
    obligation: ReturnObligation,
    actor: User,
    file: bytes,
    file_name: str,
    amendment_reason: str = "",
    seen: int | None = None,
    in_background: bool = True,
) -> QuarterlyReturn:
    """Keep an uploaded workbook as the next version and have it checked; the same file twice is one version.

    ``seen`` is the newest version that whoever uploads has seen: it tells a request that comes again, late, from the
    wish to have the file checked again, or to go back to it. Not ``in_background``, the caller checks it himself.

    Raises ValidationError, and keeps nothing, for what is no ordinary xlsx, while a version waits for review, or to
    amend an accepted return without a reason; PermissionDenied outside the actor's unions.
    """
    prescreen(file)
    digest = hashlib.sha256(file).hexdigest()
    with transaction.atomic():
        obligation = open_for_filing(obligation, actor, amendment_reason)
        if same := repeated(obligation, digest, seen):
            if has_seen(seen, same):
                check_again(same)
            return same
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
            transaction.on_commit(lambda: CHECKING.hand_on(version.pk))
    return version


def file_cells(
    *,
    obligation: ReturnObligation,
    actor: User,
    cells: Cells,
    channel: str,
    amendment_reason: str = "",
    seen: int | None = None,
    mends: QuarterlyReturn | None = None,
    retyped: Collection[str] = (),
) -> QuarterlyReturn:
    """Keep what was typed in the browser as the next version, checked on the spot by the same checks.

    What was wrong with the workbook of the version that it ``mends`` stands, but for sheets that were ``retyped``.
    The same typed twice is one version, unless it has been seen: then it is to be checked again. Raises as ``receive``
    does, and ValidationError if a version came in that whoever typed has not seen.
    """
    typed = json.dumps([channel, cells, sorted(retyped)], default=str, sort_keys=True)
    digest = hashlib.sha256(typed.encode()).hexdigest()
    with transaction.atomic():
        obligation = open_for_filing(obligation, actor, amendment_reason)
        if (same := repeated(obligation, digest, seen)) and not has_seen(seen, same):
            return same
        refuse_overtaken(obligation, seen)
        version = next_version(obligation, actor, channel=channel, sha256=digest, amendment_reason=amendment_reason)
        ReturnContent.objects.create(union=obligation.union, version=version)
        filing, findings = check_cells(Filing(obligation, version), cells, carried(mends, cells, retyped))
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


def repeated(obligation: ReturnObligation, digest: str, seen: int | None) -> QuarterlyReturn | None:
    """The version that the same file made before: the draft that stands, or one made since the form was shown."""
    same = obligation.versions.filter(sha256=digest).exclude(check_state=CheckState.FAILED).order_by("version").last()
    if same is None:
        return None
    is_since = seen is not None and not has_seen(seen, same)
    return same if same.status == ReturnStatus.DRAFT or is_since else None


def has_seen(seen: int | None, version: QuarterlyReturn) -> bool:
    return seen is not None and seen >= version.version


def check_again(version: QuarterlyReturn) -> None:
    """What the check compares with may have changed since."""
    rows = QuarterlyReturn.objects.filter(pk=version.pk, check_state=CheckState.DONE)
    if rows.update(check_state=CheckState.QUEUED, attempts=0):
        transaction.on_commit(lambda: CHECKING.hand_on(version.pk))


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


# -- Checking ---------------------------------------------------------------------------------------------------------


def check(version_id: int) -> None:
    """Read and check a version that waits; one that is done or in other hands is left as it is."""
    CHECKING.carry_out(version_id, check_claimed)


def check_claimed(version: QuarterlyReturn) -> None:
    with acting(SYSTEM):
        store(*examine_file(version, open_bytes(bytes(version.content.file or b""))))


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
    findings = [*wrong, *found] if is_given_up(wrong) else [*found, *wrong, *examine(filing)]
    if may_be_filed(findings):
        refused, counts = rehearse(filing)
        findings += refused
        if filing.version and counts:
            filing.version.counts = counts.as_counts()
    return filing, at_most(findings)


def store(filing: Filing, findings: list[Finding]) -> None:
    """Store what was found, unless the claim was lost meanwhile."""
    if CHECKING.held(filing.version).select_for_update(no_key=True).exists():
        keep(filing, findings)


def keep(filing: Filing, findings: list[Finding]) -> None:
    """Rows, findings and the state of the check, together."""
    version = filing.version
    assert version is not None  # only templates have none
    ReturnContent.objects.filter(version=version).update(rows=pack(filing.content))
    explained = explanations_before(version)
    version.findings.all().delete()  # of an earlier check of the same file
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
    """What was explained before, of the same cell with the same value, need not be said again."""
    both = (version.version - 1, version.version)
    rows = ReturnFinding.objects.filter(version__obligation=version.obligation, version__version__in=both)
    rows = rows.exclude(explanation="").order_by("version__version")
    names = ("sheet", "row", "column", "rule", "value")
    return {tuple(getattr(row, name) for name in names): row.explanation for row in rows}
