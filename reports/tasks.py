"""Background work on reports: load by id, call a service."""

from __future__ import annotations

from celery import shared_task

from reports import services


@shared_task
def render_report(report_id: int) -> None:
    """Render one report. The service opens its own transactions, each acting as the portal: progress must show."""
    services.render(report_id)


@shared_task
def sweep_reports() -> None:
    """Every minute: reports whose message or worker was lost."""
    services.RENDERING.sweep()
