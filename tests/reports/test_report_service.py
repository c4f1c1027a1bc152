"""Making a report: asked for, rendered by a worker, stored whole or not at all, found again when it was lost."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from config.celery import app
from reports import services
from reports.models import FrozenFigure, PlanItem, Report
from reports.pdf import render_in_child
from reports.services import RENDERING, make_report, request_report
from tests.factories.relief import GoodwillVisitFactory
from tests.factories.unions import UnionFactory, UserFactory
from unions.acting import SYSTEM, acting
from unions.background import MOST_ATTEMPTS
from unions.models import AuditEntry, UnionForm, User
from unions.periods import HalfYear

pytestmark = pytest.mark.django_db(transaction=True)

H1 = HalfYear(2014, 1)
Status = Report.Status


@pytest.fixture(autouse=True)
def federation(transactional_db: None) -> Any:
    """Committed rows, with one thing that happened in the half-year."""
    with acting(SYSTEM):
        union = UnionFactory(code="F", name="澄江街道总工会", form=UnionForm.SUBDISTRICT)
        GoodwillVisitFactory(visited_on=date(2014, 1, 20))
        return union


@pytest.fixture
def chair(federation: Any) -> User:
    with acting(SYSTEM):
        return UserFactory(role="federation_chair", role__at=federation)


@pytest.fixture
def no_broker() -> Iterator[None]:
    """As if the broker were down: nothing listens at its address."""
    kept = {name: app.conf[name] for name in ("task_always_eager", "broker_url", "task_publish_retry")}
    app.conf.update(task_always_eager=False, broker_url="redis://127.0.0.1:1/0", task_publish_retry=False)
    yield
    app.conf.update(kept)


@pytest.fixture
def no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """The renderer is given too little memory, and so really fails."""
    monkeypatch.setattr(services, "render_in_child", partial(render_in_child, megabytes=150))


def ask(actor: Any, kind: str = "plan") -> Report:
    with acting(actor):
        report = request_report(period=H1, kind=kind, language="zh-hans", actor=actor)
    return fresh(report)


def fresh(report: Report) -> Report:
    with acting(SYSTEM):
        return Report.objects.get(pk=report.pk)


def change(report: Report, **values: Any) -> None:
    with acting(SYSTEM):
        Report.objects.filter(pk=report.pk).update(**values)


def stored_figures(report: Report) -> list[FrozenFigure]:
    with acting(SYSTEM):
        return list(FrozenFigure.objects.filter(report=report))


def test_a_report_that_is_asked_for_is_made_and_kept_with_its_figures(chair: User) -> None:
    report = ask(chair, "summary")
    assert (report.status, report.progress, report.version, report.attempts) == (Status.READY, 100, 1, 1)
    assert bytes(report.pdf or b"").startswith(b"%PDF")
    assert report.sha256 == hashlib.sha256(report.pdf or b"").hexdigest()
    frozen = {figure.indicator: figure for figure in stored_figures(report)}
    assert len(frozen) == 129
    visited = frozen["CARE-10"]
    assert visited.value == 1 and {"key": "hardship", "value": "1"} in visited.parts
    assert len(visited.query_sha256) == 64 and visited.definition_version
    with acting(SYSTEM):
        entry = AuditEntry.objects.get(action="report.request")
    assert (entry.actor_id, entry.target_id) == (chair.pk, report.pk)


def test_each_request_is_a_version_of_its_own(chair: User) -> None:
    assert [ask(chair).version, ask(chair).version] == [1, 2]


def test_requests_at_the_same_moment_get_different_versions(chair: User, no_broker: None) -> None:
    start = Barrier(2)

    def request() -> int:
        try:
            start.wait()
            return ask(chair).version
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(future.result() for future in [pool.submit(request) for _ in range(2)]) == [1, 2]


def test_without_a_broker_the_report_waits(chair: User, no_broker: None) -> None:
    report = ask(chair)
    assert (report.status, report.attempts, report.pdf) == (Status.QUEUED, 0, None)


def test_progress_is_seen_while_it_is_made(chair: User, no_broker: None, monkeypatch: pytest.MonkeyPatch) -> None:
    report = ask(chair)
    seen: list[tuple[str, int]] = []

    def look() -> None:
        try:
            now = fresh(report)
            seen.append((now.status, now.progress))
        finally:
            connection.close()

    def watched(step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any) -> Any:
            with ThreadPoolExecutor(1) as elsewhere:  # another connection: only what is committed
                elsewhere.submit(look).result()
            return step(*args)

        return run

    for name in ("read", "render_in_child", "store"):
        monkeypatch.setattr(services, name, watched(getattr(services, name)))
    services.render(report.pk)
    assert seen == [(Status.RENDERING, 10), (Status.RENDERING, 60), (Status.RENDERING, 90)]


def test_a_document_that_cannot_be_typeset_fails_with_a_sentence_and_stores_nothing(
    chair: User, no_memory: None
) -> None:
    report = ask(chair, "summary")
    assert report.status == Status.FAILED and report.error and report.finished_at
    assert (report.pdf, report.sha256, stored_figures(report)) == (None, "", [])


def test_an_error_in_the_portal_fails_the_report_and_stores_nothing(
    chair: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    class BrokenFigures(list[Any]):
        """Fails in the middle of storing: after the PDF, before the last figure."""

        def __iter__(self) -> Any:
            yield from list.__iter__(self[:1])
            raise RuntimeError("the disk is full")

    freeze = services.frozen
    monkeypatch.setattr(services, "frozen", lambda *args: BrokenFigures(freeze(*args)))
    report = ask(chair)
    assert report.status == Status.FAILED and "disk" not in report.error
    assert (report.pdf, report.sha256, stored_figures(report)) == (None, "", [])


def test_a_report_in_hand_is_not_taken_twice_and_a_finished_one_stays(chair: User, no_broker: None) -> None:
    report = ask(chair)
    assert RENDERING.take(report.pk) is not None
    assert RENDERING.take(report.pk) is None
    change(report, status=Status.FAILED)
    services.render(report.pk)
    assert fresh(report).status == Status.FAILED


def test_whoever_lost_the_report_stores_nothing(chair: User, no_broker: None) -> None:
    report = ask(chair)
    late = RENDERING.take(report.pk)
    assert late is not None
    change(report, started_at=timezone.now() - timedelta(hours=1))
    services.render(report.pk)
    done = fresh(report)
    services.store(late, b"%PDF-late", [])
    RENDERING.fail(late, "late")
    assert (fresh(report).sha256, fresh(report).status) == (done.sha256, Status.READY)


def test_the_sweeper_hands_on_what_was_left_lying(chair: User, no_broker: None) -> None:
    waiting, lost, young = ask(chair), ask(chair), ask(chair)
    change(waiting, created_at=timezone.now() - timedelta(minutes=5))
    change(lost, status=Status.RENDERING, started_at=timezone.now() - timedelta(hours=1), attempts=1)
    assert sorted(RENDERING.sweep()) == sorted([waiting.pk, lost.pk])
    app.conf.task_always_eager = True
    RENDERING.sweep()
    assert [fresh(report).status for report in (waiting, lost, young)] == [Status.READY, Status.READY, Status.QUEUED]
    assert fresh(lost).attempts == 2


def test_the_sweeper_gives_up_after_three_attempts(chair: User, no_broker: None) -> None:
    report = ask(chair)
    change(report, status=Status.RENDERING, started_at=timezone.now() - timedelta(hours=1), attempts=MOST_ATTEMPTS)
    assert RENDERING.sweep() == []
    assert fresh(report).status == Status.FAILED and fresh(report).error


# ---- the command --------------------------------------------------------------------------------------------------


def run(*words: str) -> str:
    output = StringIO()
    call_command("report", *words, stdout=output)
    return output.getvalue()


def test_the_command_writes_the_file_and_says_its_digest(tmp_path: Path) -> None:
    line = run("2014H1", "--kind", "summary", "--out", str(tmp_path))
    path, digest = line.split()
    assert line.count("\n") == 1 and path == str(tmp_path / "2014H1-summary-zh-hans.pdf")
    assert hashlib.sha256(Path(path).read_bytes()).hexdigest() == digest
    assert [file.name for file in tmp_path.iterdir()] == ["2014H1-summary-zh-hans.pdf"]


def test_a_reprint_is_the_same_file_and_new_data_a_new_version(federation: Any, tmp_path: Path) -> None:
    first, again = (run("2014H1", "--kind", "plan", "--out", str(tmp_path)) for _ in range(2))
    assert first == again
    with acting(SYSTEM):
        one = Report.objects.get()
        PlanItem.objects.create(
            union=federation,
            year=2014,
            half=2,
            number="P-01",
            goal="夯实基层基础",
            measure="推进建会",
            owner_role="organisation",
            deadline=date(2014, 12, 20),
        )
    assert make_report(period=H1, kind="plan", language="zh-hans").version == 2
    assert fresh(one).sha256 == one.sha256


def test_a_half_year_without_data_is_a_page_that_says_so(tmp_path: Path) -> None:
    path, _digest = run("2031H1", "--out", str(tmp_path)).split()
    assert Path(path).read_bytes().startswith(b"%PDF")


def test_wrong_words_are_one_line_and_exit_status_2(tmp_path: Path) -> None:
    for words in (["2014H3"], ["2014Q1"], ["x"], ["2014H1", "--kind", "essay"], ["2014H1", "--lang", "fr"]):
        with pytest.raises(CommandError) as raised:
            run(*words, "--out", str(tmp_path))
        assert raised.value.returncode == 2 and "\n" not in str(raised.value)
    with acting(SYSTEM):
        assert not Report.objects.exists() and not list(tmp_path.iterdir())


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(CommandError, match="file"):
        run("2014H1", "--kind", "plan", "--out", str(blocked))
