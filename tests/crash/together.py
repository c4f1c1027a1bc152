"""The same thing done by several at one moment, or once more later. Each case gives its line of figures."""

from __future__ import annotations

from tests.crash.stage import Line, Stage
from tests.live.browser import Answer
from tests.live.returns import Paper, paper

CLIENTS = 8


def same_file(stage: Stage) -> Line:
    """A double click and worse: eight clients send one file."""
    line, papers, clients = Line("one file from 8 clients"), stage.papers(10), stage.clients(CLIENTS)
    for one in papers:
        line.rounds += 1
        before = stage.versions(one)
        answers = stage.at_once(*[lambda c=client, one=one: stage.upload(one, c) for client in clients])  # type: ignore[misc]
        tell(line, answers)
        expect(line, one, stage.versions(one) - before, 1)
    return stage.count(line, papers)


def replayed(stage: Stage) -> Line:
    """After another file has come, the first request comes again: it makes no version."""
    line, papers = Line("old upload replayed"), stage.papers(6)
    for one in papers:
        line.rounds += 1
        before = stage.versions(one)
        other = paper(one.obligation, "另一份-", 3)
        answers = [stage.upload(one, seen=before), stage.upload(other, seen=before + 1), stage.upload(one, seen=before)]
        tell(line, answers)
        expect(line, one, stage.versions(one) - before, 2)
    return stage.count(line, papers)


def submitted_at_once(stage: Stage) -> Line:
    line, papers = Line("submitted 8 times at once"), stage.papers(6)
    stage.checked(papers)
    for one in papers:
        line.rounds += 1
        tell(line, stage.at_once(*[lambda one=one: stage.submit(one)] * CLIENTS))  # type: ignore[misc]
        expect(line, one, stage.version(one).status, "SUBMITTED")
    return stage.count(line, papers)


def uploaded_against_submit(stage: Stage) -> Line:
    """Another file comes while the draft is submitted: one of the two is refused in words."""
    line, papers = Line("upload against submit"), stage.papers(10)
    stage.checked(papers)
    for one in papers:
        line.rounds += 1
        other = paper(one.obligation, "另一份-", 3)
        answers = stage.at_once(lambda one=one: stage.submit(one), lambda other=other: stage.upload(other))  # type: ignore[misc]
        tell(line, answers)
        line.note("submitted" if stage.version(one).status == "SUBMITTED" else "replaced")
    return stage.count(line, papers)


def accepted_at_once(stage: Stage) -> Line:
    """Two reviewers, four times each."""
    line, papers = Line("accepted 8 times at once"), stage.papers(6, awards=100)
    stage.submitted(papers)
    for one in papers:
        line.rounds += 1
        acts = [lambda by=by, one=one: stage.accept(one, by) for by in (0, 1) * (CLIENTS // 2)]  # type: ignore[misc]
        tell(line, stage.at_once(*acts))
        expect(line, one, stage.version(one).status, "ACCEPTED")
    return stage.count(line, papers)


def tell(line: Line, answers: list[Answer]) -> None:
    for answer in answers:
        line.note(f"HTTP {answer.status}")
        line.breaches += [f"an answer of {answer.status}"] if answer.is_broken else []


def expect(line: Line, one: Paper, found: object, due: object) -> None:
    line.breaches += [] if found == due else [f"{one.name}: {found}, not {due}"]
