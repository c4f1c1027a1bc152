"""Saving one record that somebody typed: within his scope, by his office, and never over a change he has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from unions.access import Action, may
from unions.models import User
from unions.moves import locked
from unions.returns.locks import refuse_locked


@dataclass(frozen=True)
class Change:
    """One update of a record: by whom (empty: by the portal itself) and when."""

    who: str
    at: datetime


def history_of(model: type[models.Model]) -> Any:
    """The table into which the database copies each updated row of the model."""
    return apps.get_model(model._meta.app_label, f"{model.__name__}History")


def revision(row: models.Model) -> int:
    """The number of the record's last update; 0 while it has never been changed."""
    copies = history_of(type(row))._base_manager.filter(pgh_obj_id=row.pk)
    return copies.aggregate(last=Max("pgh_id"))["last"] or 0


def changes(row: models.Model, since: int = 0) -> list[Change]:
    """The updates of the record after revision ``since``, the newest first."""
    copies = history_of(type(row))._base_manager.filter(pgh_obj_id=row.pk, pgh_id__gt=since)
    rows = list(copies.order_by("-pgh_id").values_list("pgh_context__metadata__user", "pgh_created_at"))
    names = dict(User._base_manager.filter(pk__in={user for user, _at in rows if user}).values_list("pk", "name"))
    return [Change(names.get(user, ""), at) for user, at in rows]


@transaction.atomic
def save_record(*, row: Any, actor: User, action: Action, since: int | None = None) -> Any:
    """Validate and store a new or changed record. The database copies what a change replaced.

    Raises PermissionDenied if no office of the actor allows ``action`` at the record's union; ValidationError by
    field for wrong values, and as a whole if it came with an accepted return or somebody changed it after ``since``.
    """
    if not may(actor, action, row):
        raise PermissionDenied(_("Your office does not record this for this union."))
    if row.pk is None:
        row.created_by = actor
    else:
        refuse_locked(locked(type(row), row, actor))
        refuse_lost_update(row, since)
    row.full_clean()
    row.save()
    return row


def refuse_lost_update(row: models.Model, since: int | None) -> None:
    """Raise ValidationError, naming who changed what, if the record was updated after revision ``since``."""
    if since is None or not (later := changes(row, since)):
        return
    stored = type(row)._base_manager.get(pk=row.pk)
    differing = [
        _("%(field)s is now “%(stored)s”, you typed “%(typed)s”")
        % {"field": field.verbose_name, "stored": shown(stored, field), "typed": shown(row, field)}
        for field in row._meta.concrete_fields
        if getattr(stored, field.attname) != getattr(row, field.attname)
    ]
    raise ValidationError(
        _("%(who)s changed this record at %(when)s while you were typing: %(what)s. Open it again.")
        % {
            "who": later[0].who or _("The portal"),
            "when": date_format(localtime(later[0].at), "Y-m-d H:i"),
            "what": _("; ").join(differing) or _("to the same values"),
        },
        code="lost_update",
    )


def shown(row: models.Model, field: Any) -> str:
    """A field's value as a person reads it."""
    value = getattr(row, f"get_{field.name}_display")() if field.choices else getattr(row, field.name)
    return "—" if value in (None, "") else str(value)
