"""``make run`` as a child of this process, and every way to hurt it: kills, a flushed broker, a crashed database."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from config.local import portal, postgres, processes, valkey
from config.local.home import CHECKOUT, Home

LONGEST_START = 600
# How a portal's process is known by its command line.
WEB, WORKER, READING = "gunicorn", "celery", "reading_child.py"


class Portal:
    """The portal on one home, from ``with`` to the end of the block."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.port = free_port()
        self.address = f"http://{portal.HOST}:{self.port}"

    def __enter__(self) -> Portal:
        self.log = (self.home.root / "logs" / "portal.log").open("w")
        variables = os.environ | {"PORTAL_HOME": str(self.home.root), "PORTAL_PORT": str(self.port)}
        variables.pop("DEBUG", None)
        self.launcher = subprocess.Popen(
            [sys.executable, "-m", "config.local", "run"],
            cwd=CHECKOUT,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
        )
        self.wait_for(WEB, WORKER)
        return self

    def __exit__(self, *_: object) -> None:
        self.launcher.send_signal(signal.SIGINT)
        self.launcher.wait(60)
        self.log.close()

    def wait_for(self, *names: str) -> None:
        """Until these processes are there and the pages answer."""

        def is_up() -> bool:
            if self.launcher.poll() is not None:
                raise SystemExit(f"The portal ended, see {self.log.name}")
            return all(map(self.pids, names)) and (WEB not in names or portal.answers(f"{self.address}/sign-in/"))

        if not processes.wait_until(is_up, LONGEST_START):
            raise SystemExit(f"The portal does not answer, see {self.log.name}")

    def pids(self, name: str) -> list[int]:
        """The portal's live processes of this name, parents first."""
        return [pid for pid in below(self.launcher.pid) if name in command_of(pid)]

    def kill(self, name: str, *, only_last: bool = False) -> None:
        """SIGKILL to all processes of the name, or to the youngest: the one that works for a parent that lives on."""
        for pid in self.pids(name)[-1 if only_last else 0 :]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def flush(self) -> None:
        """Empty the broker, as a restart of it would."""
        answer = valkey.ask(self.home, b"FLUSHALL\r\n")
        assert answer.startswith(b"+OK"), answer

    def crash_database(self) -> None:
        """End PostgreSQL without a word to its sessions and start it again: it recovers from its log."""
        server = postgres.find(self.home)
        server.call("pg_ctl", "stop", "-w", "-s", "-m", "immediate", "-D", self.home.pgdata)
        server.start()


def below(root: int) -> list[int]:
    """All processes started by a process or by one of those, the older first."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = [root]
    for pid in found:
        found += sorted(child for child, parent in parents.items() if parent == pid)
    return found[1:]


def command_of(pid: int) -> str:
    """Empty for a process that has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((portal.HOST, 0))
        return int(probe.getsockname()[1])
