"""Background work of the ground: call a service, acting as the portal."""

from __future__ import annotations

from celery import shared_task

from unions.acting import SYSTEM, acting
from unions.seals import seal


@shared_task
def seal_logs() -> None:
    """Every night: seal what the audit and access logs have gained."""
    with acting(SYSTEM):
        seal()
