"""Background work of the members app: call a service, acting as the portal."""

from __future__ import annotations

from celery import shared_task

from members.duplicates import look_for_duplicates
from unions.acting import SYSTEM, acting


@shared_task
def propose_duplicates() -> None:
    """Every night: which records may be one person."""
    with acting(SYSTEM):
        look_for_duplicates()
