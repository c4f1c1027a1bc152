"""What is killed, flushed or crashed while returns come in. Each case gives its line of figures."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.crash.stage import Line, Stage, asked, chunks
from tests.live.browser import Answer
from tests.live.portal import READING, WEB, WORKER
from tests.live.returns import Paper
from unions.background import IN_HAND
from unions.models import CheckState, ReturnStatus
from unions.returns.uploading import CHECKING

S = ReturnStatus
READING_IT, CHECKING_IT, IDLE = "reading", "checking or storing", "between two"
AIMS = (READING_IT, CHECKING_IT, CHECKING_IT, IDLE)


def worker_killed(stage: Stage) -> Line:
    """Forty-eight kills in eight waves: worker and beat with all they started, or only the process at work."""
    line = Line("worker killed")
    for number, wave in enumerate(chunks(stage.papers(48, awards=150), 6)):
        stage.upload_all(wave)
        for _blow in wave:
            line.rounds += 1
            stage.portal.wait_for(WORKER)
            wait_for_phase(stage, stage.random.choice(AIMS))
            kill_worker(stage, line, only_last=number % 2 == 1)
        stage.count(line, wave)
    return line


def worker_killed_each_time(stage: Stage) -> Line:
    """Whenever it begins anew: the return says that it is to be sent again, and then it is taken."""
    line, papers = Line("worker killed each time"), stage.papers(2, awards=300)
    for one in papers:
        stage.upload_all([one])
        while stage.unfinished():
            wait_for_phase(stage, CHECKING_IT)
            if phase(stage) != IDLE:
                line.rounds += 1
                kill_worker(stage, line, only_last=False)
        failed = stage.version(one)
        line.failed += failed.check_state == CheckState.FAILED
        line.worst = max(line.worst, stage.seconds(failed))
        stage.upload_all([one])
        stage.settle()
    return stage.count(line, papers)


def kill_worker(stage: Stage, line: Line, *, only_last: bool) -> None:
    line.note(phase(stage))
    stage.portal.kill(WORKER, only_last=only_last)
    time.sleep(1.5)


def wait_for_phase(stage: Stage, wanted: str) -> None:
    """Until the worker is at it, for some seconds at most, and a moment more."""
    ends = time.monotonic() + 8
    while stage.unfinished() and time.monotonic() < ends and phase(stage) != wanted:
        time.sleep(0.01)
    time.sleep(stage.random.uniform(0, 0.05 if wanted == READING_IT else 1.2))


def phase(stage: Stage) -> str:
    """What the worker is at."""
    if stage.portal.pids(READING):
        return READING_IT
    return CHECKING_IT if asked(in_hand) else IDLE


def in_hand() -> int:
    return len(CHECKING.ask(IN_HAND, CHECKING.number))


def web_killed_at_upload(stage: Stage) -> Line:
    """The connection breaks; the browser sends the same file until it is taken."""
    line, papers = Line("web killed at upload"), stage.papers(12)
    for one in papers:
        line.rounds += 1
        stage.portal.wait_for(WEB)
        answer = stage.while_hurt(lambda one=one: stage.upload(one), stage.kill_web, 0.25)  # type: ignore[misc]
        came = "answered" if answer.status else "broken off"
        line.note(f"{came} and {'kept' if stage.version(one) else 'not kept'}")
        stage.upload_all([one])
    return stage.count(line, papers)


def web_killed_at_submit(stage: Stage) -> Line:
    papers = stage.papers(6, awards=120)
    stage.checked(papers)
    return decided(stage, Line("web killed at submit"), papers, stage.submit, stage.kill_web, S.SUBMITTED, 0.3)


def web_killed_at_accept(stage: Stage) -> Line:
    papers = stage.papers(12, awards=120)
    stage.submitted(papers)
    return decided(stage, Line("web killed at accept"), papers, stage.accept, stage.kill_web, S.ACCEPTED, 1.0)


def database_crashed_at_accept(stage: Stage) -> Line:
    papers, crash = stage.papers(4, awards=120), stage.crash_database
    stage.submitted(papers)
    return decided(stage, Line("database crashed at accept"), papers, stage.accept, crash, S.ACCEPTED, 1.0)


def decided(
    stage: Stage,
    line: Line,
    papers: list[Paper],
    act: Callable[[Paper], Answer],
    hurt: Callable[[], None],
    after: ReturnStatus,
    longest: float,
) -> Line:
    """Break off a decision, look that it is made wholly or not at all, then make it again."""
    for one in papers:
        line.rounds += 1
        stage.portal.wait_for(WEB)
        before = stage.version(one).status
        stage.while_hurt(lambda one=one: act(one), hurt, longest)  # type: ignore[misc]
        status = stage.version(one).status
        line.note("made" if status == after else "not made")
        line.breaches += [] if status in (before, after) else [f"{one.name}: {status}"]
        line.breaches += stage.breaches([one])
        stage.until_answered(lambda one=one: act(one))  # type: ignore[misc]
        status = stage.version(one).status
        line.breaches += [] if status == after else [f"{one.name}: made again it is {status}"]
    return stage.count(line, papers)


def broker_flushed(stage: Stage) -> Line:
    """Messages that wait are gone, and the note of the one at work."""
    line = Line("broker flushed")
    for wave in chunks(stage.papers(18, awards=100), 9):
        line.rounds += 1
        stage.upload_all(wave)
        time.sleep(stage.random.uniform(0, 1))
        line.note(f"{stage.unfinished()} waited")
        stage.portal.flush()
        stage.count(line, wave)
    return line


def database_crashed(stage: Stage) -> Line:
    """PostgreSQL ends without a word while files come in and are checked."""
    line = Line("database crashed")
    for wave in chunks(stage.papers(12, awards=100), 4):
        line.rounds += 1
        stage.upload_all(wave[:-1])
        last = wave[-1]
        stage.while_hurt(lambda last=last: stage.upload(last), stage.crash_database, 1.5)  # type: ignore[misc]
        stage.upload_all([last])
        stage.count(line, wave)
    return line
