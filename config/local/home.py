"""Where a portal keeps what it stores: one private directory, PORTAL_HOME."""

import errno
import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]

# sockaddr_un holds 108 bytes with the closing zero.
LONGEST_SOCKET = 107
SOCKET_NAME = ".s.PGSQL.5432"

# Below this, initdb and the first migrations would stop half-way.
LEAST_FREE_BYTES = 200 * 1024 * 1024


class SetupError(Exception):
    """Something the person at the keyboard can mend: one line that names it and the remedy."""


@dataclass(frozen=True)
class Home:
    """The directory of one portal and the places in it."""

    root: Path

    @classmethod
    def from_environment(cls) -> "Home":
        return cls(Path(os.environ.get("PORTAL_HOME") or CHECKOUT / "var").expanduser().absolute())

    @property
    def pgdata(self) -> Path:
        return self.root / "pgdata"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets.env"

    @property
    def sockets(self) -> Path:
        """A private directory whose socket paths fit the kernel's limit.

        The short form does not depend on the session (XDG_RUNTIME_DIR is absent under cron and sudo),
        so that every process of the same user finds the same server.
        """
        inside = self.root / "run"
        if len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET:
            return inside
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        return Path("/tmp") / f"portal-{os.geteuid()}-{digest}"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def prepare(self) -> None:
        """Make the directories, or say in one line why that is impossible.

        Raises SetupError if the home cannot be written or its disk is full.
        """
        try:
            for directory in (self.root, self.sockets, self.logs):
                make_private(directory)
            probe = self.root / f".probe-{os.getpid()}"
            probe.write_bytes(b"0" * 4096)
            probe.unlink()
        except OSError as error:
            raise SetupError(cannot_write(self.root, error)) from error
        free = shutil.disk_usage(self.root).free
        if free < LEAST_FREE_BYTES:
            raise SetupError(disk_full(self.root, free))


def make_private(directory: Path) -> None:
    """Create a directory only its owner may enter; refuse one that another account put there."""
    if not directory.is_dir():
        directory.mkdir(parents=True, mode=0o700, exist_ok=True)
    if directory.parent == Path("/tmp"):
        # In /tmp anyone could have made the name first.
        found = directory.lstat()
        if directory.is_symlink() or found.st_uid not in (os.geteuid(), server_uid()):
            raise PermissionError(errno.EACCES, "belongs to another account", str(directory))
        directory.chmod(0o700)


def server_uid() -> int:
    """The account the database server may have been given when root started it."""
    return 65534 if os.geteuid() == 0 else os.geteuid()


def cannot_write(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(path, 0)
    return (
        f"PORTAL_HOME {path} cannot be written ({error.strerror}). Set PORTAL_HOME to a directory of your own. "
        f"数据目录无法写入，请把 PORTAL_HOME 设为您有写权限的目录。"
    )


def disk_full(path: Path, free: int) -> str:
    return (
        f"The disk of {path} is full ({free // 1024**2} MiB free). Free at least {LEAST_FREE_BYTES // 1024**2} MiB "
        f"or set PORTAL_HOME to another disk. 磁盘空间不足，请清理后重试，或把 PORTAL_HOME 设到其他磁盘。"
    )
