"""The last day of a quarter: 60 returns uploaded by 8 clients at once while somebody reads pages.

    make bench-uploads

Real HTTP against the running portal as ``make run`` starts it, with its one worker. The issue asks for an answer within
seconds and findings within five minutes; so the last of the 60 must have its findings after 300 s and no upload may
wait 10 s for its answer. Pages are read in quiet first, then the same ones while the returns come in and are checked:
the median page may take three times as long, and nothing may answer with 5xx.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Event

from django.conf import settings

from tests.live.browser import Answer, Browser
from tests.live.portal import Portal
from tests.live.returns import REASON, Paper, obligations, paper
from unions.acting import SYSTEM, acting
from unions.models import CheckState, QuarterlyReturn

RETURNS, CLIENTS, ROUNDS, AWARDS = 60, 8, 5, 30
MOST_SECONDS, LONGEST_ANSWER, MOST_OF_QUIET = 300.0, 10.0, 3.0
PAGES = ("/", "/returns/", "/unions/", "/members/", "/members/?q=王", "/search/?q=会")
# It looks at what the portal commits.
COMMITS = True


def measure() -> None:
    with Portal(settings.HOME) as portal:
        papers = [paper(pk, f"奖{pk}-", AWARDS) for pk in obligations()[:RETURNS]]
        assert len(papers) == RETURNS, "Begin with a fresh home: make bench-uploads"
        clients = [Browser(portal.address, "zuzhi") for _client in range(CLIENTS)]
        reader = Browser(portal.address, "fuzhuxi")
        read(reader)  # once for the caches
        quiet = [answer for _round in range(ROUNDS) for answer in read(reader)]
        began = time.perf_counter()
        with reading(reader) as busy:
            uploads = upload_all(papers, clients)
            taken = time.perf_counter() - began
            wait_for_findings(papers)
            done = time.perf_counter() - began
    tell(quiet, busy.result(), uploads, taken, done)


def read(reader: Browser) -> list[Answer]:
    return [reader.get(page) for page in PAGES]


@contextmanager
def reading(reader: Browser) -> Iterator[Future[list[Answer]]]:
    """Somebody who reads one page after the other until the block ends."""
    is_over = Event()

    def go_on() -> list[Answer]:
        answers = []
        while not is_over.is_set():
            answers += read(reader)
        return answers

    with ThreadPoolExecutor(1) as pool:
        answers = pool.submit(go_on)
        try:
            yield answers
        finally:
            is_over.set()


def upload_all(papers: list[Paper], clients: list[Browser]) -> list[Answer]:
    """Each client takes the next file as soon as its last one is answered."""
    waiting: SimpleQueue[Paper] = SimpleQueue()
    for one in papers:
        waiting.put(one)

    def work(client: Browser) -> list[Answer]:
        answers = []
        try:
            while True:
                one = waiting.get_nowait()
                fields = {"amendment_reason": REASON}
                answers.append(client.upload(f"/returns/{one.obligation}/upload/", fields, one.name, one.content))
        except Empty:
            return answers

    with ThreadPoolExecutor(len(clients)) as pool:
        return [answer for answers in pool.map(work, clients) for answer in answers]


def wait_for_findings(papers: list[Paper]) -> None:
    ends = time.monotonic() + 2 * MOST_SECONDS
    while time.monotonic() < ends:
        with acting(SYSTEM):
            rows = QuarterlyReturn.objects.filter(obligation__in=[one.obligation for one in papers])
            if rows.filter(content__file__isnull=False, check_state=CheckState.DONE).count() == len(papers):
                return
        time.sleep(0.2)


def tell(quiet: list[Answer], busy: list[Answer], uploads: list[Answer], taken: float, done: float) -> None:
    calm, median = seconds(quiet), statistics.median(seconds(busy))
    print(f"{len(uploads)} returns by {CLIENTS} clients taken in {taken:.1f} s; {len(busy)} pages read meanwhile")
    print(f"a page in quiet: median {statistics.median(calm) * 1000:.0f} ms, worst {max(calm) * 1000:.0f} ms")
    print(f"a page meanwhile: median {median * 1000:.0f} ms, worst {max(seconds(busy)) * 1000:.0f} ms")
    report("seconds until all have their findings", done, MOST_SECONDS)
    report("longest answer to an upload, seconds", max(seconds(uploads)), LONGEST_ANSWER)
    report("median page meanwhile ÷ in quiet", median / statistics.median(calm), MOST_OF_QUIET)
    report("answers that are none", sum(answer.status not in (200, 302) for answer in quiet + busy + uploads), 0)


def seconds(answers: list[Answer]) -> list[float]:
    return [answer.seconds for answer in answers]


def report(what: str, value: float, most: float) -> None:
    print(f"{what}: {value:.3g} (≤ {most:g} {'kept' if value <= most else 'MISSED'})")
