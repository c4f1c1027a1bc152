"""Taking back a whole import: new rows go, changed rows become what they were, unless something happened since."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from unions.access import scope_of
from unions.acting import across_scopes
from unions.audit import record
from unions.crypto import open_bytes
from unions.imports.flow import counts, refuse_office, refuse_state
from unions.imports.registry import KINDS
from unions.models import ImportBatch, ImportStatus, ImportTrace, User
from unions.moves import locked
from unions.services.records import history_of

NAMED = 5


@transaction.atomic
def undo(*, actor: User, batch: ImportBatch) -> ImportBatch:
    """Take back everything the import did.

    Raises ValidationError that names rows changed or used since, PermissionDenied outside the office.
    """
    batch = locked(ImportBatch, batch, actor)
    refuse_office(actor, KINDS[batch.kind])
    refuse_state(batch, ImportStatus.APPLIED)
    traces = list(batch.traces.order_by("-pk"))
    # What happened since may lie in a scope the rows have moved to; it is counted and named only if it is in sight.
    with across_scopes():
        for trace in traces:
            refuse_changed(trace, actor)
            refuse_used(trace, traces, actor)
        for trace in traces:
            take_back(trace)
    batch.status, batch.undone_at, batch.undone_by = ImportStatus.UNDONE, timezone.now(), actor
    batch.save()
    record(actor=actor, action="imports.undo", target=batch, before=counts(batch))
    return batch


def refuse_changed(trace: ImportTrace, actor: User) -> None:
    model = apps.get_model(trace.model)
    ids = [*trace.created_ids, *trace.changed_ids]
    later = history_of(model)._base_manager.filter(pgh_obj_id__in=ids, pgh_id__gt=trace.mark)
    changed = list(later.order_by().values_list("pgh_obj_id", flat=True).distinct())
    if changed:
        raise ValidationError(
            _("Changed since the import, so it can no longer be undone as a whole: %(rows)s.")
            % {"rows": listed(model, changed, actor)}
        )


def refuse_used(trace: ImportTrace, traces: Sequence[ImportTrace], actor: User) -> None:
    """Rows of other tables may by now stand on the new ones."""
    own = {one.model: set(one.created_ids) for one in traces}
    model = apps.get_model(trace.model)
    for relation in users_of(model):
        rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": trace.created_ids})
        label = relation.related_model._meta.label_lower
        used = set(rows.values_list("pk", flat=True)) - own.get(label, set()) if trace.created_ids else set()
        if used:
            raise ValidationError(
                _("Used since the import, so it can no longer be undone: %(kind)s, %(rows)s.")
                % {
                    "kind": relation.related_model._meta.verbose_name,
                    "rows": listed(relation.related_model, used, actor),
                }
            )


def users_of(model: type[models.Model]) -> Iterator[Any]:
    """Relations that point at the model and keep a row from going; copies of history keep nothing."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.related_model is None:
            continue
        if getattr(relation.field, "db_constraint", False) and relation.on_delete is not models.CASCADE:  # type: ignore[union-attr]
            yield relation


def dependants_of(model: type[models.Model]) -> Iterator[Any]:
    """Relations whose rows go with the model's own, such as the row that says who is a member now."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and getattr(relation, "on_delete", None) is models.CASCADE:
            yield relation


def listed(model: type[models.Model], ids: Any, actor: User) -> str:
    """Some of the rows by name, and how many more there are; a name out of the actor's sight is not told."""
    rows, scope = model._base_manager.filter(pk__in=sorted(ids)[:NAMED]), scope_of(actor).unions
    if scope is not None:
        rows = rows.filter(union__in=scope)
    names = [str(row) for row in rows]
    more = len(ids) - len(names)
    return _(", ").join([*names, *([_("%(number)d more") % {"number": more}] if more > 0 else [])])


def take_back(trace: ImportTrace) -> None:
    model = apps.get_model(trace.model)
    if trace.before:
        restore(model, json.loads(zlib.decompress(open_bytes(bytes(trace.before)))))
    if trace.created_ids:
        for relation in dependants_of(model):
            delete(relation.related_model, relation.field.column, trace.created_ids)
        delete(model, "id", trace.created_ids)


def delete(model: type[models.Model], column: str, ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE {column} = ANY(%s)", [list(ids)])


def restore(model: type[models.Model], rows: list[dict[str, Any]]) -> None:
    """Every column of the rows as it was, as the database itself wrote it down."""
    table = model._meta.db_table
    columns = [f'"{field.column}"' for field in model._meta.concrete_fields if not field.primary_key]
    settings = ", ".join(f"{column} = was.{column}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} now SET {settings} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) was"
            " WHERE now.id = was.id",
            [json.dumps(rows)],
        )
