#!/usr/bin/env python
"""The portal's commands. Without DATABASE_URL each uses the running embedded database or starts it meanwhile."""

import os
import signal
import sys
from contextlib import nullcontext

# They change the database's structure, which the web role may not.
OWNER_COMMANDS = {
    "migrate",
    "makemigrations",
    "showmigrations",
    "sqlmigrate",
    "squashmigrations",
    "optimizemigration",
    "flush",
    # Replacing one demo by another empties tables, which the web role may not.
    "load_demo",
    # COPY knows nothing of row-level security.
    "scale_data",
    "pgtrigger",
}
WITHOUT_DATABASE = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "startapp",
    "version",
    "--help",
    "-h",
    "--version",
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config import environment, remedies
    from config.local import SetupError
    from config.local.servers import servers

    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command in OWNER_COMMANDS:
        os.environ["PORTAL_DATABASE_ROLE"] = "owner"
    home = environment.load()
    offline = (command in WITHOUT_DATABASE and "--database" not in sys.argv) or "--help" in sys.argv
    # An ordinary end, so that the servers started for this command are stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        # Explained while the database is still there to be asked.
        with nullcontext() if offline else servers(home), remedies.explained():
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has read enough, as in "figures 2014H1 | head".
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except SetupError as error:
        print(error, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
