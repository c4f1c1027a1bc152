"""``make run``: the whole portal on this machine, from an empty directory to a page that answers, until Ctrl-C."""

import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

import psycopg
from psycopg.conninfo import make_conninfo

from config import environment
from config.local import processes
from config.local.home import CHECKOUT, Home, SetupError
from config.local.servers import locked, servers
from config.remedies import unreachable

HOST = "127.0.0.1"
DOCUMENTS = ("summary", "plan")
PAUSE = 1.0


def serve(home: Home) -> None:
    """Bring everything up, tell the address, and stay until somebody or something ends it."""
    os.environ["PORTAL_LOCAL"] = "1"
    port = chosen_port()
    home.prepare()
    # SIGINT too: a shell starts its background jobs with it ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    try:
        with only_one(home), servers(home):
            refuse_busy(port)
            environment.load_secrets(home)
            prepare(home)
            with Children(home) as children:
                start_web(children, port)
                announce(port, children)
                start_worker(children)
                wait(children)
    except KeyboardInterrupt:
        say("Stopped. 已停止。")


def interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def chosen_port() -> int:
    text = os.environ.get("PORTAL_PORT") or "8000"
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise SetupError(f"PORTAL_PORT is {text!r}; set it to a number such as 8000. PORTAL_PORT 应为端口号，如 8000。")


def refuse_busy(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise SetupError(
                f"Port {port} cannot be used ({error.strerror}). Stop the program that holds it, or choose another: "
                f"PORTAL_PORT={port + 1} make run. 端口 {port} 不可用，请结束占用它的程序，或改用其他端口。"
            ) from error


@contextmanager
def only_one(home: Home) -> Iterator[None]:
    """Refuse a second portal on the same home; the kernel lets go of the lock when the first dies."""
    try:
        with locked(home.root / ".portal", fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield
    except BlockingIOError as error:
        raise SetupError(
            f"A portal already runs on {home.root}. Stop it with Ctrl-C where it was started, or set PORTAL_HOME. "
            f"该数据目录上已有平台在运行，请先停止它。"
        ) from error


# -- Before it serves -------------------------------------------------------------------------------------------------


def prepare(home: Home) -> None:
    """Everything the first start does once; on later starts only what has become necessary."""
    with as_owner() as link:
        migrated = is_migrated(link, home)
    if not migrated:
        manage("migrate", "--noinput", "-v0")
        lock_stamp(home).write_text(lock_digest())
    with as_owner() as link:
        started = has_unions(link)
    if not started:
        say("Laying the demo federation into the database (about a minute)… 正在载入演示数据……")
        manage("load_demo")
    collect_static(home)
    render_documents(home)


def manage(*words: str) -> str:
    """Run one of the portal's commands; what it prints comes back, what it complains of is shown.

    Raises SetupError if it fails: it has said why.
    """
    done = subprocess.run(
        [sys.executable, str(CHECKOUT / "manage.py"), *words], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    if done.returncode < 0 or done.returncode == 130:
        raise KeyboardInterrupt
    if done.returncode != 0:
        raise SetupError(f"manage.py {' '.join(words)} failed; see above. 上述命令失败，请看前面的说明。")
    return done.stdout


def as_owner() -> psycopg.Connection:
    """For the two questions below, asked without Django: it would take longer to start than to answer."""
    from config import settings

    login = settings.DATABASE_AS_OWNER
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    address = {theirs: str(login[ours]) for ours, theirs in names.items() if login.get(ours)}
    try:
        return psycopg.connect(make_conninfo("", **address))
    except psycopg.OperationalError as error:
        raise SetupError(unreachable(error)) from error


def is_migrated(link: psycopg.Connection, home: Home) -> bool:
    """Whether every migration of this checkout is applied, and the packages are those that were migrated with."""
    found = link.execute("SELECT to_regclass('django_migrations')").fetchone()
    if found == (None,) or not lock_stamp(home).exists() or lock_stamp(home).read_text() != lock_digest():
        return False
    applied = set(link.execute("SELECT app, name FROM django_migrations").fetchall())
    files = CHECKOUT.glob("*/migrations/[0-9]*.py")
    return all((path.parent.parent.name, path.stem) in applied for path in files)


def lock_stamp(home: Home) -> Path:
    return home.root / ".migrated-with"


def lock_digest() -> str:
    return hashlib.sha256((CHECKOUT / "requirements.lock").read_bytes()).hexdigest()


def has_unions(link: psycopg.Connection) -> bool:
    return link.execute("SELECT EXISTS (SELECT FROM unions_union)").fetchone() == (True,)


def collect_static(home: Home) -> None:
    stamp = home.root / "static" / ".collected"
    sources = [CHECKOUT / "requirements.lock", *(CHECKOUT / "static").rglob("*"), *CHECKOUT.glob("*/static/**/*")]
    newest = max(path.stat().st_mtime for path in sources)
    if not stamp.exists() or stamp.stat().st_mtime < newest:
        manage("collectstatic", "--noinput", "-v0")
        stamp.touch()


def render_documents(home: Home) -> None:
    """The half-year summary and the plan, once; the portal is of use without them, so a failure does not stop it."""
    half = last_finished_half(datetime.now(ZoneInfo("Asia/Shanghai")).date())
    stamp = home.reports / f".rendered-{half}"
    if stamp.exists() and any(home.reports.glob("*.pdf")):
        return
    say(f"Rendering the reports of {half}… 正在生成半年报告……")
    home.reports.mkdir(exist_ok=True)
    try:
        for kind in DOCUMENTS:
            print(manage("report", half, "--kind", kind, "--out", str(home.reports)), end="", flush=True)
    except SetupError as error:
        say(str(error))
    else:
        stamp.touch()


def last_finished_half(today: date) -> str:
    return f"{today.year}H1" if today.month > 6 else f"{today.year - 1}H2"


# -- While it serves --------------------------------------------------------------------------------------------------


class Children:
    """The portal's processes, each in a group of its own, so that Ctrl-C reaches them through us and none stays."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.commands: dict[str, tuple[str, ...]] = {}
        self.started: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *command: str) -> None:
        self.commands[name] = command
        with self.log(name).open("ab") as log:
            self.started[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=CHECKOUT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=processes.die_with_parent,
            )

    def log(self, name: str) -> Path:
        return self.home.logs / f"{name}.log"

    def ended(self) -> str | None:
        """The name of one that is no longer there."""
        return next((name for name, child in self.started.items() if child.poll() is not None), None)

    def revive(self, name: str) -> None:
        """Start one again that was killed, without hurry: it may be killed again and again."""
        time.sleep(PAUSE)
        end(self.started[name])  # what it had started would stand in the way
        self.start(name, *self.commands[name])

    def __enter__(self) -> "Children":
        return self

    def __exit__(self, *_: object) -> None:
        # A second Ctrl-C must not leave half of them running.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for child in self.started.values():
            child.terminate()
        for child in self.started.values():
            end(child)


def end(child: "subprocess.Popen[bytes]") -> None:
    """Wait for a child that was asked to finish; after ten seconds end its whole group."""
    with suppress(subprocess.TimeoutExpired):
        child.wait(10)
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def start_web(children: Children, port: int) -> None:
    words = ["--bind", f"{HOST}:{port}", "--preload", "--workers", "2", "--threads", "4", "--timeout", "120"]
    children.start("web", "gunicorn", "config.wsgi", *words, "--log-level", "warning", "--no-control-socket")


def start_worker(children: Children) -> None:
    """The worker, and beside it who hands it what is due: either may die without the other."""
    celery = ["celery", "-A", "config"]
    children.start("worker", *celery, "worker", "--concurrency", "1", "--loglevel", "WARNING")
    children.start("beat", *celery, "beat", "--schedule", str(children.home.root / "beat"), "--loglevel", "WARNING")


def announce(port: int, children: Children) -> None:
    """Tell the address as soon as it answers, then who may sign in."""
    address = f"http://{HOST}:{port}/"
    accounts: list[str] = []

    def ask() -> None:
        with suppress(SetupError, KeyboardInterrupt):
            accounts.append(manage("demo_accounts"))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    processes.wait_until(lambda: answers(address) or children.ended() is not None, 60)
    if children.ended() is None:
        say(f"\nThe portal is at {address}   (Ctrl-C stops it)   平台地址 {address}   按 Ctrl-C 停止\n")
        asking.join()
        print(*accounts, end="", flush=True)


def answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def wait(children: Children) -> None:
    """Until Ctrl-C; a child that was killed is started again, one that ends by itself ends the portal, by name.

    Raises SetupError with the last thing that child said.
    """
    while True:
        processes.wait_until(lambda: children.ended() is not None, float("inf"))
        name = str(children.ended())
        if children.started[name].returncode >= 0:
            break
        say(f"The {name} process was killed and is started again. {name} 进程被终止，已重新启动。")
        children.revive(name)
    said = children.log(name).read_text(errors="replace").strip().splitlines()
    raise SetupError(
        f"The {name} process ended: {said[-1] if said else 'it said nothing'} (log: {children.log(name)}). "
        f"{name} 进程已退出，详见日志。"
    )


def say(text: str) -> None:
    print(text, flush=True)
