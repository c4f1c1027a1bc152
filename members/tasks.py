"""Background work of the members app: call a service, acting as the portal."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from members.duplicates import look_for_duplicates
from members.merging import forget_former
from unions.acting import SYSTEM, acting


@shared_task
def propose_duplicates() -> None:
    """Every night: which records may be one person."""
    with acting(SYSTEM):
        look_for_duplicates()


@shared_task
def forget_merges() -> None:
    """Every night: of merges that can be undone no longer, the values both records had."""
    with acting(SYSTEM):
        forget_former(timezone.localdate())
