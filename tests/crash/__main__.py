"""python -m tests.crash [case …]: plays the cases on a portal of its own and prints what became of the returns."""

from __future__ import annotations

import os
import sys
import time
import unicodedata


def main(chosen: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.conf import settings

    from config.local.servers import needed, servers
    from tests.crash import blows, together
    from tests.crash.stage import Line, Stage
    from tests.live.portal import Portal

    if not all(needed()):
        raise SystemExit("It kills the embedded servers: unset DATABASE_URL and REDIS_URL.")
    cases = [
        together.same_file,
        together.replayed,
        together.submitted_at_once,
        together.uploaded_against_submit,
        together.accepted_at_once,
        blows.worker_killed,
        blows.worker_killed_each_time,
        blows.web_killed_at_upload,
        blows.web_killed_at_submit,
        blows.web_killed_at_accept,
        blows.broker_flushed,
        blows.database_crashed,
        blows.database_crashed_at_accept,
    ]
    began, lines = time.monotonic(), []
    with servers(settings.HOME), Portal(settings.HOME) as portal:
        stage = Stage(portal)
        print(row("case", "rounds", "finished", "failed", "none", "worst s", "half", "  of them"), flush=True)
        for case in cases:
            if not chosen or case.__name__ in chosen:
                line: Line = case(stage)
                lines.append(line)
                print(told(line), flush=True)
                print(*(f"    BREACH {what}" for what in line.breaches), sep="\n", end="", flush=True)
        stage.watch.is_over.set()
    wrong = sum(len(line.breaches) + (line.worst > 300) for line in lines)
    print(f"{len(lines)} cases in {(time.monotonic() - began) / 60:.0f} minutes, {wrong or 'no'} breach(es)")
    return 1 if wrong else 0


def told(line: object) -> str:
    figures = vars(line)
    notes = ", ".join(f"{number} {what}" for what, number in sorted(figures["notes"].items()))
    numbers = [figures[name] for name in ("rounds", "finished", "failed", "nothing")]
    return row(figures["case"], *numbers, f"{figures['worst']:.1f}", len(figures["breaches"]), f"  {notes}")


def row(case: str, *cells: object) -> str:
    *numbers, notes = cells
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in case)
    return case.ljust(28 - wide) + "".join(str(cell).rjust(9) for cell in numbers) + str(notes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
