"""python -m tests.benchmarks lists: runs one benchmark on the portal's own database, with its servers started."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import nullcontext


def main(name: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.conf import settings

    from config.local.servers import servers
    from unions.acting import SYSTEM, acting

    with servers(settings.HOME):
        benchmark = importlib.import_module(f"tests.benchmarks.{name}")
        # Most take back what they write; one that commits opens its own transactions.
        with nullcontext() if getattr(benchmark, "COMMITS", False) else acting(SYSTEM):
            benchmark.measure()


if __name__ == "__main__":
    main(sys.argv[1])
