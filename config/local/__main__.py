"""``python -m config.local start|stop|status|run``: the portal's own servers from the command line."""

import sys

from config import environment
from config.local import postgres, servers, valkey
from config.local.home import Home, SetupError


def status(home: Home) -> None:
    database, broker = servers.needed()
    for name, ours, is_up, place in (
        ("PostgreSQL", database, postgres.is_running(home), home.sockets),
        ("Valkey", broker, valkey.is_running(home), home.valkey_socket),
    ):
        print(f"{name}: {('up' if is_up else 'down') + f' ({place})' if ours else 'outside, by its address'}")


def run(home: Home) -> None:
    from config.local.portal import serve

    serve(home)


def main() -> int:
    actions = {"start": servers.start, "stop": servers.stop, "status": status, "run": run}
    if len(sys.argv) != 2 or sys.argv[1] not in actions:
        print(f"usage: python -m config.local {'|'.join(actions)}", file=sys.stderr)
        return 2
    try:
        actions[sys.argv[1]](home := environment.load())
        if sys.argv[1] in ("start", "stop"):
            status(home)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
