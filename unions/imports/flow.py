"""The way of a spreadsheet into the portal: received, its columns matched, checked, carried out. All or nothing."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import asdict
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from unions.access import SUBTREE, Action, can, offices_of, scope_of
from unions.audit import record
from unions.crypto import open_bytes, seal_bytes
from unions.imports import headings
from unions.imports.job import Job, Refusal, Trace
from unions.imports.registry import ALWAYS, KINDS, ImportKind
from unions.models import ImportBatch, ImportFile, ImportStatus, ImportTrace, Union, User
from unions.moves import locked
from unions.refusals import words_of
from unions.returns.prescreen import MIB
from unions.returns.reading import Limits, Workbook, read_workbook
from unions.services.records import history_of

LIMITS = Limits(file_bytes=20 * MIB, inflated_bytes=200 * MIB, rows=50_000, columns=100)
MOST_FINDINGS = 1000
WAITING = (ImportStatus.RECEIVED, ImportStatus.REFUSED, ImportStatus.CHECKED)


def home_of(actor: User, action: Action = ALWAYS) -> Union | None:
    """The organ for which the actor imports: the federation, or the community whose subtree is his; None for nobody."""
    if not can(actor, action):
        return None
    if scope_of(actor, action).unions is None:
        return Union.objects.federation()
    places = [union for role, union in offices_of(actor) if role in SUBTREE]
    return Union.objects.filter(pk__in=places).first()


def kinds_for(actor: User) -> list[ImportKind]:
    return [kind for kind in KINDS.values() if can(actor, kind.action) and home_of(actor, kind.action)]


def refuse_office(actor: User, kind: ImportKind) -> None:
    if not can(actor, ALWAYS) or home_of(actor, kind.action) is None:
        raise PermissionDenied(_("Your office does not import this."))


@transaction.atomic
def receive(*, actor: User, kind: ImportKind, file_name: str, data: bytes) -> ImportBatch:
    """Keep the file, sealed, with the sheet and headings that were found.

    Raises Unreadable (a ValidationError) if it is no workbook, ValidationError if it holds no table; PermissionDenied
    outside the office.
    """
    refuse_office(actor, kind)
    book = read_workbook(data, LIMITS)
    sheet = max(book.sheets, key=lambda name: len(book.sheets[name]), default="")
    if len(book.sheets.get(sheet, ())) < 2:
        raise ValidationError(_("There is no table in the workbook: a row of headings and at least one row beneath."))
    union = home_of(actor, kind.action)
    batch = ImportBatch.objects.create(
        union=union,
        created_by=actor,
        kind=kind.code,
        file_name=file_name[-120:],
        sha256=hashlib.sha256(data).hexdigest(),
        sheet=sheet,
        heading_row=headings.heading_row(book.sheets[sheet], kind),
    )
    ImportFile.objects.create(union=union, batch=batch, content=seal_bytes(data), created_by=actor)
    return batch


def workbook_of(batch: ImportBatch) -> Workbook:
    return read_workbook(open_bytes(bytes(batch.file.content)), LIMITS)


@transaction.atomic
def match(
    *,
    actor: User,
    batch: ImportBatch,
    sheet: str,
    heading_row: int,
    mapping: dict[str, int],
    is_checked: bool = True,
) -> ImportBatch:
    """Say which column of the file is which of ours, remember it, and check every row, unless that is done later.

    Raises ValidationError by column for a required one that is missing or a column of the file used twice.
    """
    batch = locked(ImportBatch, batch, actor)
    kind = KINDS[batch.kind]
    refuse_office(actor, kind)
    refuse_state(batch, *WAITING)
    book = workbook_of(batch)
    found = headings.headings(book.sheets.get(sheet, []), heading_row)
    refuse_mapping(kind, mapping, {heading.place for heading in found})
    headings.remember(kind, batch.union, actor, found, mapping)
    batch.sheet, batch.heading_row, batch.mapping = sheet, heading_row, mapping
    if is_checked:
        keep_check(batch, rehearse(batch, actor, book))
    else:
        batch.status = ImportStatus.RECEIVED
        batch.save()
    return batch


@transaction.atomic
def check(*, actor: User, batch: ImportBatch) -> ImportBatch:
    """Check every row of a file whose columns are matched."""
    batch = locked(ImportBatch, batch, actor)
    refuse_office(actor, KINDS[batch.kind])
    refuse_state(batch, *WAITING)
    keep_check(batch, rehearse(batch, actor, workbook_of(batch)))
    return batch


def refuse_state(batch: ImportBatch, *states: str) -> None:
    if batch.status not in states:
        raise ValidationError(
            _("This import is in the state “%(state)s”: that cannot be done now.")
            % {"state": batch.get_status_display()}
        )


def refuse_mapping(kind: ImportKind, mapping: dict[str, int], places: set[int]) -> None:
    wrong = {
        name: _("This column is needed: choose where it stands in the file.")
        for name, column in kind.columns.items()
        if column.required and name not in mapping
    }
    taken: dict[int, str] = {}
    for name, place in mapping.items():
        if name not in kind.columns or place not in places:
            wrong[name] = _("This column is not in the file.")
        elif place in taken:
            wrong[name] = _("The same column of the file is chosen for “%(other)s” too.") % {
                "other": kind.columns[taken[place]].caption
            }
        taken.setdefault(place, name)
    if wrong:
        raise ValidationError(wrong)


def job_of(batch: ImportBatch, actor: User, book: Workbook) -> Job:
    ordered = {name: batch.mapping[name] for name in KINDS[batch.kind].columns if name in batch.mapping}
    return Job(
        kind=KINDS[batch.kind],
        actor=actor,
        lines=book.sheets[batch.sheet].after(batch.heading_row),
        mapping=ordered,
        batch_id=batch.pk,
        problems=[p for p in book.problems if p.sheet == batch.sheet and p.row > batch.heading_row],
    )


def rehearse(batch: ImportBatch, actor: User, book: Workbook) -> Job:
    """Carry the import out and take it back: what would be refused is known before anybody confirms."""
    job = job_of(batch, actor, book)
    with transaction.atomic():
        run(job)
        transaction.set_rollback(True)
    return job


def run(job: Job) -> None:
    """Store the rows; whatever the database itself refuses is a refusal too, of the file as a whole."""
    try:
        with transaction.atomic():
            job.kind.run(job)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except DatabaseError as error:
        job.refusals.append(Refusal(0, "", words_of(error)))
    if not job.read:
        job.refusals.append(Refusal(0, "", _("There is no row beneath the headings.")))


def keep_check(batch: ImportBatch, job: Job) -> None:
    """Store what the check found, and the counts, which add up to the rows read."""
    take_counts(batch, job)
    found = job.findings()
    batch.findings = [asdict(one) | {"cell": job.cell(one)} for one in found[:MOST_FINDINGS]]
    if len(found) > MOST_FINDINGS:
        more = _("%(number)d more are not listed: mend these first.") % {"number": len(found) - MOST_FINDINGS}
        batch.findings.append(asdict(Refusal(0, "", more)) | {"cell": ""})
    batch.status = ImportStatus.REFUSED if found else ImportStatus.CHECKED
    batch.save()


def take_counts(batch: ImportBatch, job: Job) -> None:
    batch.rows_read, batch.rejected = job.read, min(len(job.refused_rows), job.read)
    batch.created, batch.updated = job.counts["created"], job.counts["updated"]
    batch.unchanged = job.read - batch.created - batch.updated - batch.rejected


@transaction.atomic
def carry_out(*, actor: User, batch: ImportBatch) -> ImportBatch:
    """Store every row, or none: what has changed since the check is found again. The file is then forgotten.

    Raises ValidationError if a row is refused now, PermissionDenied outside the office.
    """
    batch = locked(ImportBatch, batch, actor)
    refuse_office(actor, KINDS[batch.kind])
    refuse_state(batch, ImportStatus.CHECKED)
    job = job_of(batch, actor, workbook_of(batch))
    run(job)
    if job.refusals:
        first = job.findings()[0]
        raise ValidationError(
            _("Something has changed since the check, row %(cell)s: %(why)s Match the columns again to see all.")
            % {"cell": job.cell(first), "why": first.message}
        )
    for trace in job.traces:
        keep_trace(batch, trace, actor)
    take_counts(batch, job)
    batch.status, batch.applied_at = ImportStatus.APPLIED, timezone.now()
    batch.save()
    batch.file.delete()
    record(actor=actor, action="imports.apply", target=batch, after=counts(batch))
    return batch


def counts(batch: ImportBatch) -> dict[str, Any]:
    names = ("kind", "rows_read", "created", "updated", "unchanged")
    return {name: getattr(batch, name) for name in names}


def keep_trace(batch: ImportBatch, trace: Trace, actor: User) -> None:
    if not trace.created and not trace.changed:
        return
    history = history_of(apps.get_model(trace.model))
    before = seal_bytes(zlib.compress(json.dumps(list(trace.before)).encode())) if trace.before else None
    ImportTrace.objects.create(
        union=batch.union,
        batch=batch,
        created_by=actor,
        model=trace.model,
        created_ids=list(trace.created),
        changed_ids=list(trace.changed),
        before=before,
        mark=history._base_manager.aggregate(last=Max("pgh_id"))["last"] or 0,
    )
