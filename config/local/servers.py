"""Sharing the two servers: whoever needs them starts them, and the last to leave stops them.

Every user holds a shared lock on one file. The kernel drops it when a process dies, however it dies,
so the count is never wrong and there is nothing to repair after a kill.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from config.local import postgres, valkey
from config.local.home import Home
from config.roles import prepare_cluster


def needed() -> tuple[bool, bool]:
    """Whether PostgreSQL and Valkey are ours to run; an address in the environment says no."""
    return not os.environ.get("DATABASE_URL"), not os.environ.get("REDIS_URL")


@contextmanager
def servers(home: Home, *, disposable: bool = False) -> Iterator[None]:
    """Keep the servers up while the block runs."""
    if not any(needed()):
        yield
        return
    home.prepare()
    with ExitStack() as kept:
        with turn(home):
            _start(home, disposable)
            seat = kept.enter_context(locked(home.root / ".users", fcntl.LOCK_SH))
        try:
            yield
        finally:
            with turn(home):
                seat.close()
                if not kept_up(home).exists() and is_alone(home):
                    _stop(home)


def start(home: Home) -> None:
    """Start the servers to stay up until ``stop``."""
    home.prepare()
    with turn(home):
        _start(home, disposable=False)
        kept_up(home).touch()


def stop(home: Home) -> None:
    if not home.root.exists():
        return
    with turn(home):
        kept_up(home).unlink(missing_ok=True)
        _stop(home)


def _start(home: Home, disposable: bool) -> None:
    database, broker = needed()
    if database:
        server = postgres.find(home, disposable)
        if server.start():
            try:
                prepare_cluster(str(home.sockets), postgres.SUPERUSER, postgres.DATABASE)
            except BaseException:
                server.stop()
                raise
    if broker:
        valkey.start(home)


def _stop(home: Home) -> None:
    valkey.stop(home)
    if home.pgdata.exists():
        postgres.find(home).stop()


def kept_up(home: Home) -> Path:
    return home.root / ".kept-up"


def turn(home: Home) -> AbstractContextManager[IO[bytes]]:
    """One starts or stops at a time."""
    return locked(home.root / ".turn", fcntl.LOCK_EX)


def is_alone(home: Home) -> bool:
    with suppress(BlockingIOError), locked(home.root / ".users", fcntl.LOCK_EX | fcntl.LOCK_NB):
        return True
    return False


@contextmanager
def locked(path: Path, kind: int) -> Iterator[IO[bytes]]:
    with path.open("ab") as file:
        fcntl.flock(file, kind)
        yield file
