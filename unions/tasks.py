"""Background work of the ground: call a service, acting as the portal."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from unions.acting import SYSTEM, acting
from unions.inbox import mail_unsent
from unions.reminders import send_reminders
from unions.seals import seal
from unions.services.contracts import expire_contracts


@shared_task
def seal_logs() -> None:
    """Every night: seal what the audit and access logs have gained."""
    with acting(SYSTEM):
        seal()


@shared_task
def begin_day() -> None:
    """Every morning: contracts that ran out, then the reminders of the day, by e-mail too to whoever wants that."""
    with acting(SYSTEM):
        expire_contracts(timezone.localdate())
        send_reminders(timezone.localdate())
        mail_unsent()
