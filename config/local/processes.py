"""Running the servers' programs: as whom, in which environment, and telling a live process from a stale number."""

import ctypes
import functools
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from config.local.home import SetupError

# PostgreSQL refuses to run as root. In a user namespace root appears as "nobody" to the server, while the
# files stay root's: no account to create, no mode to loosen, also below a 0700 home.
NAMESPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534")

# Where namespaces are forbidden (most containers): "nobody" that may still pass the 0700 directories above.
OTHER_ACCOUNT = (
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
)

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def environment() -> dict[str, str]:
    """The caller's environment without the PG* variables, which would redirect the server's own tools."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return kept | {"LC_ALL": "C.UTF-8"}


def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload]
        command, env=environment(), cwd="/", text=True, errors="replace", stdin=subprocess.DEVNULL, **options
    )


@functools.cache
def unprivileged(program: Path) -> tuple[str, ...]:
    """The words that go before a server's program so that it does not run as root.

    Raises SetupError if root is running and neither way works on this machine.
    """
    if os.geteuid() != 0:
        return ()
    for words in (NAMESPACE, OTHER_ACCOUNT):
        if works(words, program):
            return words
    raise SetupError(
        "PostgreSQL cannot be started as root here: neither unshare nor setpriv is permitted. "
        "Run as an ordinary user, or set DATABASE_URL. "
        "此环境不能以 root 启动 PostgreSQL，请改用普通用户或设置 DATABASE_URL。"
    )


def works(words: tuple[str, ...], program: Path) -> bool:
    if not shutil.which(words[0]):
        return False
    return run([*words, str(program), "--version"], capture_output=True).returncode == 0


def is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def is_gone(pid: int) -> bool:
    """Whether the process has ended; collects it if it is this one's child, which would otherwise stay as a zombie."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return not is_alive(pid)


def adopt_orphans() -> None:
    """Become the parent of a server that pg_ctl starts and leaves, so that its end is seen here."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def working_in(directory: Path) -> list[int]:
    """The live processes whose working directory this is; a PostgreSQL server works in its data directory."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cwd").samefile(directory) and is_alive(int(entry.name)):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def die_with_parent() -> None:
    """Have the kernel stop this child if the process that runs the portal is killed outright."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
