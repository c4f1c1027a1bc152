"""Every return of the demo's last half-year filed again through submit_return: the same figures come out.

    make roundtrip

Exits 1 if a return is refused, if an indicator comes out otherwise, or if one that returns feed is not fed by them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from tests.round_trip.filing import RoundTrip, expected, round_trip
from unions.periods import HalfYear


def measure() -> None:
    half = HalfYear.last_finished(timezone.localdate())
    owed = list(expected(half))
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        trip = round_trip(owed, half, Path(folder))
        transaction.set_rollback(True)
    print(f"{len(owed)} returns of {half} written, forgotten, filed and accepted: {time.perf_counter() - began:.0f} s")
    print(f"{len(trip.fed)} indicators are fed by them: {' '.join(sorted(trip.fed))}")
    sys.exit(1 if told(trip) else 0)


def told(trip: RoundTrip) -> bool:
    """Print what went wrong; whether anything did."""
    for result in trip.refused:
        print("refused:", result)
    for code, (before, after) in trip.different.items():
        print(f"{code} was {before}, is {after}")
    return bool(trip.refused or trip.different or not trip.fed)
