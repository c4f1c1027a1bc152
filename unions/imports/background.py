"""A file of many rows is checked and carried out by a worker, as the one who asked; its page says how far it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from unions.acting import SYSTEM, acting
from unions.background import Work
from unions.imports import progress
from unions.imports.flow import WAITING, carry_out, check, refuse_office, refuse_state
from unions.imports.registry import KINDS
from unions.models import ImportBatch, ImportStatus, ImportStep, ImportWork, User
from unions.moves import locked
from unions.pages import consequences

# So many rows are answered within the request.
MANY = 5000
WORK = Work(
    model=ImportBatch,
    task="unions.tasks.work_on_import",
    state="work",
    waiting=ImportWork.WAITING,
    running=ImportWork.RUNNING,
    failed=ImportWork.FAILED,
    trouble="trouble",
    broken=_("It broke off because of an error in the portal; nothing was stored. Try again."),
    given_up=_("It was not finished; nothing was stored. Try again."),
    longest=timedelta(minutes=15),
)


@transaction.atomic
def ask(*, actor: User, batch: ImportBatch, step: ImportStep, consent: dict[str, str] | None = None) -> ImportBatch:
    """Have a worker check the batch or carry it out. ``consent`` confirms what it changes in issued figures.

    Raises ValidationError while it is under way or in no state for the step, PermissionDenied outside the office.
    """
    batch = locked(ImportBatch, batch, actor)
    refuse_office(actor, KINDS[batch.kind])
    refuse_state(batch, *(WAITING if step == ImportStep.CHECK else (ImportStatus.CHECKED,)))
    if batch.is_under_way:
        raise ValidationError(_("This import is under way already."), code="under_way")
    batch.step, batch.work, batch.asked_by = step, ImportWork.WAITING, actor
    batch.attempts, batch.started_at, batch.trouble = 0, None, ""
    batch.held, batch.consent = {}, consent or {}
    batch.save()
    progress.forget(batch.pk)
    transaction.on_commit(lambda: WORK.hand_on(batch.pk))
    return batch


def work(batch_id: int) -> None:
    """Do what was asked, unless it is done or in other hands."""
    WORK.carry_out(batch_id, act)


def act(batch: ImportBatch) -> None:
    """The step and its end are one transaction: stored as a whole, or asked about, or refused in words."""
    try:
        with acting(batch.asked_by):  # type: ignore[arg-type]  # whoever asks is written down with it
            if WORK.held(batch).select_for_update(no_key=True).exists():
                progress.forget(batch.pk)
                do(batch)
                ImportBatch.objects.filter(pk=batch.pk).update(work=ImportWork.NONE)
    except ValidationError as error:
        WORK.fail(batch, " ".join(error.messages))
    except consequences.HeldError as held:
        with acting(SYSTEM):
            WORK.held(batch).update(work=ImportWork.NONE, held=told(held))


def do(batch: ImportBatch) -> Any:
    actor: Any = batch.asked_by
    if batch.step == ImportStep.CHECK:
        return check(actor=actor, batch=batch)
    return consequences.carry_out(lambda: carry_out(actor=actor, batch=batch), actor=actor, posted=batch.consent)


def told(held: consequences.HeldError) -> dict[str, Any]:
    """What would change in issued figures, as the page shows it and asks for consent."""
    names = ("report", "figure", "before", "after", "url")
    return {
        "digest": held.digest,
        "reason": held.reason,
        "error": held.error,
        "consequences": [{name: str(getattr(one, name)) for name in names} for one in held.consequences],
    }
