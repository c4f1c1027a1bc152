"""Background work of the ground: call a service, acting as the portal."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from unions.acting import SYSTEM, acting
from unions.inbox import mail_unsent
from unions.reminders import send_reminders
from unions.seals import seal


@shared_task
def seal_logs() -> None:
    """Every night: seal what the audit and access logs have gained."""
    with acting(SYSTEM):
        seal()


@shared_task
def remind() -> None:
    """Every morning: the reminders of the day, by e-mail too to whoever wants that."""
    with acting(SYSTEM):
        send_reminders(timezone.localdate())
        mail_unsent()
