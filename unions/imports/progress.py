"""How many of its rows an import has read so far.

The work is one transaction, of which nothing is seen before its end, so the count stands in the cache alone. Nothing
depends on it: where it is lost, or the cache is not there, the page shows a bar without a count.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from django.core.cache import cache
from redis.exceptions import RedisError

# Told of every so many rows.
STEP = 500
KEPT_SECONDS = 900


@dataclass(frozen=True)
class Progress:
    read: int
    rows: int


def tell(batch_id: int, read: int, rows: int) -> None:
    with suppress(RedisError):
        cache.set(key(batch_id), (read, rows), KEPT_SECONDS)


def forget(batch_id: int) -> None:
    with suppress(RedisError):
        cache.delete(key(batch_id))


def progress_of(batch_id: int) -> Progress | None:
    with suppress(RedisError):
        if found := cache.get(key(batch_id)):
            return Progress(*found)
    return None


def key(batch_id: int) -> str:
    return f"import-rows-{batch_id}"
