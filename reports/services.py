"""Making a half-year document: asked for, rendered in the background, kept with its figures and its SHA-256.

The truth about a report is its row. Each step of the progress is a transaction of its own, so that it can be seen;
the figures are read in one snapshot that writes nothing; PDF and frozen figures are stored together or not at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
from unions.background import Work
from unions.models import Union, User
from unions.periods import HalfYear, parse_period

READING, TYPESETTING, STORING, FINISHED = 10, 60, 90, 100
DONE = (Report.Status.READY, Report.Status.ISSUED)
RENDERING = Work(
    model=Report,
    task="reports.tasks.render_report",
    state="status",
    waiting=Report.Status.QUEUED,
    running=Report.Status.RENDERING,
    failed=Report.Status.FAILED,
    trouble="error",
    broken=gettext_lazy("The document could not be made because of an error in the portal. Please try again."),
    given_up=gettext_lazy("The report was not finished. Please try again."),
    # Longer than a task may run.
    longest=timedelta(minutes=20),
    ended_at="finished_at",
)


# -- Asking -----------------------------------------------------------------------------------------------------------


def request_report(*, period: HalfYear, kind: str, language: str, actor: User | System) -> Report:
    """Queue the next version of a document; a worker renders it once this transaction is committed.

    Without a broker the row stays queued and the sweeper hands it on later.
    """
    with transaction.atomic():
        report = next_version(period=period, kind=kind, language=language, actor=actor)
        record(actor=actor, action="report.request", target=report, after={"version": report.version})
        transaction.on_commit(lambda: RENDERING.hand_on(report.pk))
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


# -- Rendering --------------------------------------------------------------------------------------------------------


def render(report_id: int) -> Report:
    """Render a report that waits; one that is finished or in other hands is left as it is.

    Never raises for a document that cannot be made: the row says FAILED and why.
    """
    RENDERING.carry_out(report_id, render_claimed)
    with acting(SYSTEM):
        return Report.objects.get(pk=report_id)


def render_claimed(report: Report) -> None:
    show(report, READING)
    facts, document, digests = read(report)
    show(report, TYPESETTING)
    try:
        pdf = render_in_child(document)
    except RenderError as error:
        RENDERING.fail(report, _("The document could not be typeset: %(reason)s") % {"reason": error})
        return
    show(report, STORING)
    store(report, pdf, frozen(report, facts, digests))


def read(report: Report) -> tuple[Facts, Document, Mapping[str, str]]:
    """Everything the document says, from one snapshot.

    ``started_at`` is the moment of the edition: from it and the same rows come the same bytes.
    """
    period, moment = parse_period(report.period), report.started_at
    if not isinstance(period, HalfYear) or moment is None:
        raise ValueError(f"Report {report.pk} is of {report.period}, started {moment}")
    with acting(SYSTEM, snapshot=True):
        facts = read_facts(
            period,
            report.language,  # type: ignore[arg-type]
            scope=Scope.everything(),
            version=report.version,
            is_draft=True,
            moment=moment,
            issued_on=timezone.localdate(moment),
        )
        digests = {code: query_digest(figure, facts.scope) for code, figure in facts.now.items()}
        return facts, document_of(report.kind, facts), digests  # type: ignore[arg-type]


def query_digest(figure: Figure, scope: Scope) -> str:
    """SHA-256 of what selected the rows of a figure and how they were counted."""
    said = "\n".join(query_text(measure, figure, scope) for measure in figure.indicator.measures())
    return hashlib.sha256(said.encode()).hexdigest()


def query_text(measure: Measure, figure: Figure, scope: Scope) -> str:
    return f"{measure.how} {measure.path}: {measure.rows(figure.period, scope).query}"


def frozen(report: Report, facts: Facts, digests: Mapping[str, str]) -> list[FrozenFigure]:
    """The figures as this version printed them."""
    return [
        FrozenFigure(
            report=report,
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


def show(report: Report, progress: int) -> None:
    with acting(SYSTEM):
        RENDERING.held(report).update(progress=progress)


def store(report: Report, pdf: bytes, figures: Iterable[FrozenFigure]) -> None:
    """PDF, digest and frozen figures in one transaction; nothing if the claim was lost meanwhile."""
    with acting(SYSTEM):
        stored = RENDERING.held(report).update(
            pdf=pdf,
            sha256=hashlib.sha256(pdf).hexdigest(),
            status=Report.Status.READY,
            progress=FINISHED,
            finished_at=timezone.now(),
        )
        if stored:
            FrozenFigure.objects.bulk_create(figures)


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
    _facts, document, _digests = read(report)
    try:
        return hashlib.sha256(render_in_child(document)).hexdigest() == report.sha256
    except RenderError:
        return False
