"""Sealing the logs: a chain of digests over their rows, so that a row changed or removed later shows.

A log is sealed block by block, by ``seal`` (nightly, and after each verification). Only rows older than any
transaction can be are sealed, so that none can slip in later under the last one sealed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from unions.models import AccessEntry, AuditEntry, AuditSeal

LOGS = (AuditEntry, AccessEntry)
GENESIS = "0" * 64
LONGEST_TRANSACTION = timedelta(hours=1)


@transaction.atomic
def seal() -> list[AuditSeal]:
    """Seal what was written since the last seal of each log; logs with nothing new get none."""
    return [made for model in LOGS if (made := seal_log(model))]


def seal_log(model: type[AuditEntry] | type[AccessEntry]) -> AuditSeal | None:
    table = model._meta.db_table
    last = AuditSeal.objects.filter(table=table).order_by("-pk").first()
    after = last.last_id if last else 0
    settled = model.objects.filter(at__lt=timezone.now() - LONGEST_TRANSACTION)
    newest = settled.aggregate(newest=Max("pk"))["newest"] or 0
    if newest <= after:
        return None
    count, digest = digest_rows(table, after, newest, last.digest if last else GENESIS)
    return AuditSeal.objects.create(table=table, first_id=after + 1, last_id=newest, rows=count, digest=digest)


def digest_rows(table: str, after: int, until: int, previous: str) -> tuple[int, str]:
    """Number and digest of the rows after one id and up to another, chained to the digest before."""
    chain, count = hashlib.sha256(previous.encode()), 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(t)::text FROM {table} t WHERE id > %s AND id <= %s ORDER BY id", [after, until]
        )
        for (row,) in cursor:
            chain.update(row.encode())
            count += 1
    return count, chain.hexdigest()


def broken_seals() -> Iterator[AuditSeal]:
    """Every seal whose rows are no longer what was sealed."""
    for model in LOGS:
        previous = GENESIS
        for made in AuditSeal.objects.filter(table=model._meta.db_table).order_by("pk"):
            if digest_rows(made.table, made.first_id - 1, made.last_id, previous) != (made.rows, made.digest):
                yield made
            previous = made.digest
