"""What was done by whom: database triggers copy every update and delete, ``record`` adds the acts worth a name.

``audited`` is put on every model. Its history table is append-only and takes the actor and the reason from the
context that ``acting`` opened, so ``QuerySet.update()`` and the shell are seen too. An insert is its own record
(it carries ``created_by`` or ``source_return``) and is not copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pghistory
from django.db import models

if TYPE_CHECKING:
    from unions.acting import System
    from unions.models import AccessEntry, AuditEntry, User


def audited(model: type[Any]) -> type[Any]:
    """Class decorator: track updates and deletes of ``model`` into <Model>History by trigger."""
    return pghistory.track(
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        model_name=f"{model.__name__}History",
        append_only=True,
    )(model)


def record(
    *,
    actor: User | System,
    action: str,
    target: models.Model,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Write one line of the audit log: an act with a name, beside the row copies the triggers keep."""
    from unions.models import AuditEntry

    return AuditEntry.objects.create(
        actor_id=actor.pk,
        action=action,
        target_type=target._meta.label_lower,
        target_id=target.pk,
        target_name=str(target)[:200],
        before=before,
        after=after,
        reason=reason,
    )


def record_access(*, actor: User | System, target: models.Model, fields: list[str], reason: str) -> AccessEntry:
    """Write down that sensitive fields of one record were read, by whom and why."""
    from unions.models import AccessEntry

    return AccessEntry.objects.create(
        actor_id=actor.pk,
        target_type=target._meta.label_lower,
        target_id=target.pk,
        fields=fields,
        reason=reason,
    )
