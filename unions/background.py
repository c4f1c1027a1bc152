"""Work on a row that goes on in the background, and is found again when its message or its worker is lost.

The truth about the work is the row. Whoever works on it holds an advisory lock of PostgreSQL besides, and that goes
with his session, however the session ends: a worker that was killed is known at once, without waiting for a time.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError as BrokerError

from unions.acting import SYSTEM, acting

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
WAITING_TOO_LONG = timedelta(minutes=1)
LONGEST_SENTENCE = 500

IN_HAND = """
    SELECT objid FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND classid = %s
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@dataclass(frozen=True)
class Work:
    """How the background work on one kind of row is written down in it.

    The model has ``attempts`` and ``started_at``; ``state``, ``trouble`` and ``ended_at`` name columns of it. No claim
    holds for longer than ``longest``, which is more than a worker's time limit, even if its session seems to be there.
    """

    model: type[Any]
    task: str
    state: str
    waiting: str
    running: str
    failed: str
    trouble: str
    # What it says when an error of ours stopped it, and when it was tried too often.
    broken: Any
    given_up: Any
    longest: timedelta
    ended_at: str = ""

    def hand_on(self, pk: int) -> None:
        """Give the row to a worker; a broker that is down is no failure, the sweeper gives it later."""
        try:
            import_string(self.task).delay(pk)
        except (BrokerError, OSError) as error:
            log.warning("%s %s waits for the broker: %s", self.model.__name__, pk, error)

    def carry_out(self, pk: int, act: Callable[[Any], None]) -> None:
        """Let this session act on the row, unless it is finished or in other hands; it fails with words, or not at all.

        When the database breaks off, or has to choose between two, the row is left to the sweeper.
        """
        row = self.take(pk)
        if row is None:
            return
        try:
            act(row)
        except (OperationalError, InterfaceError) as error:
            log.warning("%s %s, attempt %s, is begun again: %s", self.model.__name__, pk, row.attempts, error)
        except Exception:
            log.exception("%s %s, attempt %s", self.model.__name__, pk, row.attempts)
            self.fail(row, str(self.broken))
        finally:
            self.let_go(pk)

    def take(self, pk: int) -> Any:
        """Claim a row that waits, or one whose worker vanished; ``attempts`` tells this claim from all others."""
        with acting(SYSTEM):
            row = self.model.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
            now = timezone.now()
            if getattr(row, self.state) not in (self.waiting, self.running) or self.is_in_hand(row, now):
                return None
            setattr(row, self.state, self.running)
            row.started_at, row.attempts = now, row.attempts + 1
            row.save(update_fields=[self.state, "started_at", "attempts"])
            self.ask("SELECT pg_try_advisory_lock(%s, %s)", self.number, pk)
        return row

    def let_go(self, pk: int) -> None:
        with suppress(OperationalError, InterfaceError):  # the session is gone, and the lock with it
            self.ask("SELECT pg_advisory_unlock(%s, %s)", self.number, pk)

    def held(self, row: Any) -> Any:
        """The row while the claim still holds: nobody took it over or finished it."""
        return self.model.objects.filter(pk=row.pk, attempts=row.attempts, **{self.state: self.running})

    def fail(self, row: Any, sentence: str) -> None:
        """Say why the work cannot be done, unless the claim was lost meanwhile."""
        with acting(SYSTEM):
            self.held(row).update(**self.failure(sentence))

    def failure(self, sentence: str) -> dict[str, Any]:
        ended = {self.ended_at: timezone.now()} if self.ended_at else {}
        return {self.state: self.failed, self.trouble: sentence[:LONGEST_SENTENCE]} | ended

    def sweep(self) -> list[int]:
        """Hand rows left lying to a worker again, give up those tried often enough; those handed on."""
        now = timezone.now()
        with acting(SYSTEM):
            rows = self.model.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
            unfinished = rows.filter(**{f"{self.state}__in": (self.waiting, self.running)})
            lost = [row for row in unfinished if self.is_lost(row, now)]
            again = [row.pk for row in lost if row.attempts < MOST_ATTEMPTS]
            hopeless = self.model.objects.filter(pk__in={row.pk for row in lost}.difference(again))
            hopeless.update(**self.failure(str(self.given_up)))
        for pk in again:
            self.hand_on(pk)
        return again

    def is_lost(self, row: Any, now: datetime) -> bool:
        if getattr(row, self.state) == self.waiting:
            return bool(row.created_at < now - WAITING_TOO_LONG)
        return not self.is_in_hand(row, now)

    def is_in_hand(self, row: Any, now: datetime) -> bool:
        """Whether a session that still stands works on it."""
        if getattr(row, self.state) != self.running or row.started_at is None:
            return False
        return row.started_at > now - self.longest and (row.pk,) in self.ask(IN_HAND, self.number)

    @property
    def number(self) -> int:
        """The first half of the locks' names; the second is the row's number."""
        return zlib.crc32(self.model._meta.label.encode()) & 0x7FFFFFFF

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()
