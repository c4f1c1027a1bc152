"""Making a half-year document: asked for, rendered in the background, kept with its figures and its SHA-256.

The truth about a report is its row. Each step of the progress is a transaction of its own, so that it can be seen;
the figures are read in one snapshot that writes nothing; PDF and frozen figures are stored together or not at all.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from reports.documents.base import Document
from reports.documents.build import document_of
from reports.documents.context import Facts, read_facts
from reports.figures import plain
from reports.indicators.registry import Figure, Measure
from reports.models import FrozenFigure, Language, Report, ReportKind
from reports.pdf import RenderError, render_in_child
from unions.access import Scope
from unions.acting import SYSTEM, System, acting
from unions.audit import record
from unions.models import Union, User
from unions.periods import HalfYear, parse_period

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
QUEUED_TOO_LONG = timedelta(minutes=2)
# Longer than a worker's time limit: whoever rendered it is gone.
RENDERING_TOO_LONG = timedelta(minutes=20)
READING, TYPESETTING, STORING, FINISHED = 10, 60, 90, 100
UNFINISHED = (Report.Status.QUEUED, Report.Status.RENDERING)
DONE = (Report.Status.READY, Report.Status.ISSUED)


# -- Asking -----------------------------------------------------------------------------------------------------------


def request_report(*, period: HalfYear, kind: str, language: str, actor: User | System) -> Report:
    """Queue the next version of a document; a worker renders it once this transaction is committed.

    Without a broker the row stays queued and the sweeper hands it on later.
    """
    with transaction.atomic():
        report = next_version(period=period, kind=kind, language=language, actor=actor)
        record(actor=actor, action="report.request", target=report, after={"version": report.version})
        transaction.on_commit(lambda: enqueue(report.pk))
    return report


def next_version(*, period: HalfYear, kind: str, language: str, actor: User | System) -> Report:
    """A queued row of the next version; requests for one federation wait for each other, so no two get one number."""
    kind, language = ReportKind(kind).value, Language(language).value
    federation = Union.objects.select_for_update(no_key=True).federation()
    earlier = Report.objects.filter(union=federation, period=str(period), kind=kind, language=language)
    last = earlier.aggregate(last=Max("version"))["last"] or 0
    return Report.objects.create(
        union=federation, period=str(period), kind=kind, language=language, version=last + 1, created_by_id=actor.pk
    )


def enqueue(report_id: int) -> None:
    """Hand a report to a worker; a broker that is down is no failure."""
    from reports.tasks import render_report

    try:
        render_report.delay(report_id)
    except (OperationalError, OSError) as error:
        log.warning("Report %s waits for the broker: %s", report_id, error)


# -- Rendering --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Claim:
    """A report that one worker renders; ``attempt`` tells it from whoever tried before or comes after."""

    report_id: int
    attempt: int
    period: HalfYear
    kind: str
    language: str
    version: int
    moment: datetime


def render(report_id: int) -> Report:
    """Render a report that waits; one that is finished or in other hands is left as it is.

    Never raises for a document that cannot be made: the row says FAILED and why.
    """
    claim = take(report_id)
    if claim is not None:
        try:
            render_claimed(claim)
        except RenderError as error:
            fail(claim, _("The document could not be typeset: %(reason)s") % {"reason": error})
        except Exception:
            log.exception("Report %s, attempt %s", claim.report_id, claim.attempt)
            fail(claim, _("The document could not be made because of an error in the portal. Please try again."))
    with acting(SYSTEM):
        return Report.objects.get(pk=report_id)


def take(report_id: int) -> Claim | None:
    """Claim a queued report, or one whose worker vanished."""
    with acting(SYSTEM):
        report = Report.objects.select_for_update(no_key=True).defer("pdf").get(pk=report_id)
        if report.status not in UNFINISHED or is_in_hand(report):
            return None
        report.status, report.progress, report.attempts = Report.Status.RENDERING, READING, report.attempts + 1
        report.started_at, report.error = timezone.now(), ""
        report.save(update_fields=["status", "progress", "attempts", "started_at", "error"])
    return claim_of(report)


def is_in_hand(report: Report) -> bool:
    """Whether another worker is at it, as far as anybody can tell."""
    if report.status != Report.Status.RENDERING or report.started_at is None:
        return False
    return report.started_at > timezone.now() - RENDERING_TOO_LONG


def claim_of(report: Report) -> Claim:
    """``started_at`` is the moment of the edition: from it and the same rows come the same bytes."""
    period = parse_period(report.period)
    if not isinstance(period, HalfYear) or report.started_at is None:
        raise ValueError(f"Report {report.pk} is of {report.period}, started {report.started_at}")
    return Claim(report.pk, report.attempts, period, report.kind, report.language, report.version, report.started_at)


def render_claimed(claim: Claim) -> None:
    facts, document, digests = read(claim)
    show(claim, TYPESETTING)
    pdf = render_in_child(document)
    show(claim, STORING)
    store(claim, pdf, frozen(claim, facts, digests))


def read(claim: Claim) -> tuple[Facts, Document, Mapping[str, str]]:
    """Everything the document says, from one snapshot."""
    with acting(SYSTEM, snapshot=True):
        facts = read_facts(
            claim.period,
            claim.language,  # type: ignore[arg-type]
            scope=Scope.everything(),
            version=claim.version,
            is_draft=True,
            moment=claim.moment,
            issued_on=timezone.localdate(claim.moment),
        )
        digests = {code: query_digest(figure, facts.scope) for code, figure in facts.now.items()}
        return facts, document_of(claim.kind, facts), digests  # type: ignore[arg-type]


def query_digest(figure: Figure, scope: Scope) -> str:
    """SHA-256 of what selected the rows of a figure and how they were counted."""
    said = "\n".join(query_text(measure, figure, scope) for measure in figure.indicator.measures())
    return hashlib.sha256(said.encode()).hexdigest()


def query_text(measure: Measure, figure: Figure, scope: Scope) -> str:
    return f"{measure.how} {measure.path}: {measure.rows(figure.period, scope).query}"


def frozen(claim: Claim, facts: Facts, digests: Mapping[str, str]) -> list[FrozenFigure]:
    """The figures as this version printed them."""
    return [
        FrozenFigure(
            report_id=claim.report_id,
            union=facts.federation,
            indicator=code,
            definition_version=figure.indicator.version,
            value=figure.value,
            numerator=figure.numerator,
            denominator=figure.denominator,
            parts=[{"key": part.key, "value": plain(part.value)} for part in figure.parts],
            query_sha256=digests[code],
        )
        for code, figure in facts.now.items()
    ]


def held(claim: Claim) -> Any:
    """The row while the claim still holds: nobody took the report over or finished it."""
    return Report.objects.filter(pk=claim.report_id, status=Report.Status.RENDERING, attempts=claim.attempt)


def show(claim: Claim, progress: int) -> None:
    with acting(SYSTEM):
        held(claim).update(progress=progress)


def store(claim: Claim, pdf: bytes, figures: Iterable[FrozenFigure]) -> None:
    """PDF, digest and frozen figures in one transaction; nothing if the claim was lost meanwhile."""
    with acting(SYSTEM):
        stored = held(claim).update(
            pdf=pdf,
            sha256=hashlib.sha256(pdf).hexdigest(),
            status=Report.Status.READY,
            progress=FINISHED,
            finished_at=timezone.now(),
        )
        if stored:
            FrozenFigure.objects.bulk_create(figures)


def fail(claim: Claim, sentence: str) -> None:
    with acting(SYSTEM):
        held(claim).update(status=Report.Status.FAILED, error=sentence[:500], finished_at=timezone.now())


# -- At once, without a worker ----------------------------------------------------------------------------------------


def make_report(*, period: HalfYear, kind: str, language: str) -> Report:
    """The document as it is now, rendered here; where nothing has changed since the last version, that version.

    Its bytes are those that were stored: a reprint is the same file.
    """
    last = newest(period, kind, language)
    if last is not None and is_unchanged(last):
        return last
    with acting(SYSTEM):
        report = next_version(period=period, kind=kind, language=language, actor=SYSTEM)
        record(actor=SYSTEM, action="report.make", target=report, after={"version": report.version})
    return render(report.pk)


def newest(period: HalfYear, kind: str, language: str) -> Report | None:
    with acting(SYSTEM):
        found = Report.objects.filter(period=str(period), kind=kind, language=language, status__in=DONE)
        return found.order_by("-version").first()


def is_unchanged(report: Report) -> bool:
    """Whether rendering the version anew, as of its own moment, gives the bytes that are stored."""
    _facts, document, _digests = read(claim_of(report))
    try:
        return hashlib.sha256(render_in_child(document)).hexdigest() == report.sha256
    except RenderError:
        return False


# -- Sweeping ---------------------------------------------------------------------------------------------------------


def sweep() -> list[int]:
    """Hand reports left lying to a worker again, give up those tried often enough; returns those handed on."""
    now = timezone.now()
    with acting(SYSTEM):
        waiting = Report.objects.select_for_update(no_key=True, skip_locked=True).defer("pdf")
        lost = [report for report in waiting.filter(status__in=UNFINISHED) if is_lost(report, now)]
        for report in lost:
            if report.attempts >= MOST_ATTEMPTS:
                give_up(report)
        again = [report.pk for report in lost if report.attempts < MOST_ATTEMPTS]
    for report_id in again:
        enqueue(report_id)
    return again


def is_lost(report: Report, now: datetime) -> bool:
    if report.status == Report.Status.QUEUED:
        return report.created_at < now - QUEUED_TOO_LONG
    return report.started_at is None or report.started_at < now - RENDERING_TOO_LONG


def give_up(report: Report) -> None:
    report.status, report.finished_at = Report.Status.FAILED, timezone.now()
    report.error = _("The report was not finished after %(number)d attempts. Please try again.") % {
        "number": report.attempts
    }
    report.save(update_fields=["status", "finished_at", "error"])
