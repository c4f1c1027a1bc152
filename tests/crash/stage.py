"""Where the cases play: the portal, its returns one after the other, who files and who reviews, and what was seen."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import DatabaseError, connection
from django.utils import timezone

from tests.crash.invariants import breaches
from tests.live.browser import Answer, Browser
from tests.live.portal import WEB, Portal
from tests.live.returns import REASON, Paper, obligations, paper
from unions.acting import SYSTEM, acting
from unions.models import CheckState, QuarterlyReturn, ReturnStatus, Severity

LONGEST_WAIT = 300
UNFINISHED = (CheckState.QUEUED, CheckState.RUNNING)
FILES, REVIEWS = "zuzhi", ("bangfu", "caiwu")


@dataclass
class Line:
    """The figures of one case."""

    case: str
    rounds: int = 0
    finished: int = 0
    failed: int = 0
    nothing: int = 0
    worst: float = 0.0
    breaches: list[str] = field(default_factory=list)
    # At what the blows fell, and how it was answered.
    notes: dict[str, int] = field(default_factory=dict)

    def note(self, what: str) -> None:
        self.notes[what] = self.notes.get(what, 0) + 1


class Watch(threading.Thread):
    """Looks five times a second which versions are finished, and keeps how many seconds each took since it came in."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seconds: dict[int, float] = {}
        self.is_over = threading.Event()

    def run(self) -> None:
        while not self.is_over.wait(0.2):
            for pk, came, state in asked(self.rows) or ():
                if state not in UNFINISHED and pk not in self.seconds:
                    self.seconds[pk] = (timezone.now() - came).total_seconds()

    def rows(self) -> list[tuple[Any, ...]]:
        rows = QuarterlyReturn.objects.filter(content__file__isnull=False)
        return list(rows.values_list("pk", "created_at", "check_state"))


class Stage:
    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.random = random.Random(20261121)
        self.waiting = iter(obligations())
        self.watch = Watch()
        self.watch.start()
        self.files = Browser(portal.address, FILES)
        self.reviews = [Browser(portal.address, name) for name in REVIEWS]

    # -- What is filed ------------------------------------------------------------------------------------------------

    def papers(self, number: int, awards: int = 30) -> list[Paper]:
        """Files for the next returns, made before anything is hurt."""
        return [paper(pk, f"奖{pk}-", awards) for pk in islice(self.waiting, number)]

    def upload(self, one: Paper, browser: Browser | None = None, seen: int | None = None) -> Answer:
        fields = {"amendment_reason": REASON} | ({} if seen is None else {"seen": str(seen)})
        return (browser or self.files).upload(f"/returns/{one.obligation}/upload/", fields, one.name, one.content)

    def upload_all(self, papers: list[Paper]) -> None:
        """As people do whose browser lost the connection: the same file, until the portal takes it."""
        for one in papers:
            answer = self.until_answered(lambda one=one: self.upload(one))  # type: ignore[misc]
            assert answer.status == 302, f"{one.name}: {answer.status}"

    def submit(self, one: Paper) -> Answer:
        return self.files.post(f"/returns/{one.obligation}/submit/", {"is_attested": "1"})

    def accept(self, one: Paper, by: int = 0) -> Answer:
        return self.reviews[by].post(f"/returns/{one.obligation}/review/", {"decision": "accept"})

    def until_answered(self, act: Callable[[], Answer]) -> Answer:
        ends = time.monotonic() + LONGEST_WAIT
        while (answer := act()).is_broken and time.monotonic() < ends:
            time.sleep(1)
        return answer

    def checked(self, papers: list[Paper]) -> None:
        """All of them ready to be submitted, what the demo's unions have to explain explained."""
        self.upload_all(papers)
        self.settle()
        for one in papers:
            if fields := {f"explain-{pk}": "情况属实" for pk in self.unexplained(one)}:
                self.files.post(f"/returns/{one.obligation}/mend/", fields)
        # Whoever explains has the workbook checked once more.
        self.settle()

    def unexplained(self, one: Paper) -> list[int]:
        with acting(SYSTEM):
            rows = self.version(one).findings.filter(severity=Severity.WARNING, explanation="")
            return list(rows.values_list("pk", flat=True))

    def submitted(self, papers: list[Paper]) -> None:
        """All of them checked, and handed to review."""
        self.checked(papers)
        for one in papers:
            self.submit(one)
            assert self.version(one).status == ReturnStatus.SUBMITTED, self.why_not(one)

    def why_not(self, one: Paper) -> str:
        with acting(SYSTEM):
            stops = self.version(one).findings.exclude(severity=Severity.HINT)
            return f"{one.name}: " + "; ".join(f"{row.sheet} {row.row} {row.message}" for row in stops)

    # -- What became of it --------------------------------------------------------------------------------------------

    def version(self, one: Paper) -> Any:
        """The newest that was uploaded, or None."""

        def newest() -> Any:
            rows = QuarterlyReturn.objects.filter(obligation=one.obligation, content__file__isnull=False)
            return rows.order_by("-version").first()

        return asked(newest)

    def versions(self, one: Paper) -> int:
        return int(asked(lambda: QuarterlyReturn.objects.filter(obligation=one.obligation).count()))

    def unfinished(self) -> int | None:
        return asked(lambda: QuarterlyReturn.objects.filter(check_state__in=UNFINISHED).count())

    def settle(self) -> None:
        """Wait until every check has ended, for as long as the portal may take and a little more."""
        ends = time.monotonic() + LONGEST_WAIT + 60
        while self.unfinished() != 0 and time.monotonic() < ends:
            time.sleep(0.2)
        time.sleep(0.5)  # the watch looks once more

    def count(self, line: Line, papers: list[Paper]) -> Line:
        """Wait for the last of them, then weigh all."""
        self.settle()
        for one in papers:
            version = self.version(one)
            if version is None:
                line.nothing += 1
            elif version.check_state == CheckState.DONE:
                line.finished += 1
            else:
                line.failed += 1
            if version is not None:
                line.worst = max(line.worst, self.seconds(version))
        line.breaches += self.breaches(papers)
        return line

    def seconds(self, version: QuarterlyReturn) -> float:
        """From its coming in to the end of its check."""
        return self.watch.seconds.get(version.pk, LONGEST_WAIT + 60)

    def breaches(self, papers: list[Paper]) -> list[str]:
        connection.close()  # whatever became of it meanwhile
        return breaches(one.obligation for one in papers)

    # -- Several at once ----------------------------------------------------------------------------------------------

    def at_once(self, *acts: Callable[[], Answer]) -> list[Answer]:
        start = threading.Barrier(len(acts))

        def run(act: Callable[[], Answer]) -> Answer:
            start.wait()
            return act()

        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(run, acts))

    def while_hurt(self, act: Callable[[], Answer], hurt: Callable[[], None], longest: float) -> Answer:
        """Hurt the portal at some moment of an act."""
        moment = self.random.uniform(0, longest)
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(act)
            time.sleep(moment)
            hurt()
            return answer.result()

    def kill_web(self) -> None:
        """The web server with its master, or now and then only one of its workers."""
        self.portal.kill(WEB, only_last=self.random.random() < 0.3)

    def crash_database(self) -> None:
        self.portal.crash_database()
        connection.close()

    def clients(self, number: int) -> list[Browser]:
        return [Browser(self.portal.address, FILES) for _client in range(number)]


def asked(question: Callable[[], Any]) -> Any:
    """What the database says; None while it is down."""
    try:
        with acting(SYSTEM):
            return question()
    except DatabaseError:
        connection.close()
        return None


def chunks(papers: list[Paper], size: int) -> Iterator[list[Paper]]:
    for first in range(0, len(papers), size):
        yield papers[first : first + size]
