"""Background work of the ground: call a service, acting as the portal."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from unions.acting import SYSTEM, acting
from unions.imports import background as imports
from unions.inbox import mail_unsent
from unions.reminders import send_reminders
from unions.returns import uploading
from unions.returns.obligations import expect_returns
from unions.seals import seal
from unions.services.contracts import expire_contracts


@shared_task
def seal_logs() -> None:
    """Every night: seal what the audit and access logs have gained."""
    with acting(SYSTEM):
        seal()


@shared_task
def begin_day() -> None:
    """Every morning: contracts that ran out, the returns now owed, then the reminders of the day, by e-mail too."""
    with acting(SYSTEM):
        expire_contracts(timezone.localdate())
        expect_returns(timezone.localdate())
        send_reminders(timezone.localdate())
        mail_unsent()


@shared_task(soft_time_limit=120, time_limit=135)
def check_return(version_id: int) -> None:
    """Check one uploaded return. The service opens its own transactions: progress must show."""
    uploading.check(version_id)


@shared_task
def sweep_returns() -> None:
    """Every half minute: uploads whose message or worker was lost."""
    uploading.CHECKING.sweep()


@shared_task(soft_time_limit=780, time_limit=840)
def work_on_import(batch_id: int) -> None:
    """Check or carry out an import of many rows. The service opens its own transactions: progress must show."""
    imports.work(batch_id)


@shared_task
def sweep_imports() -> None:
    """Every half minute: imports whose message or worker was lost."""
    imports.WORK.sweep()
