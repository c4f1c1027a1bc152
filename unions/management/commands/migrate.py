"""``migrate`` that applies a migration in one step where its operations do not build on each other.

Django recomputes every related model after each operation. Nearly all models here relate to the same few (user,
union, return), so the first migrations, thousands of operations long, would take minutes. Additions, and changes each
of something that was there before, have the same result computed at once: the state after the last operation, then
each table created whole.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.management.commands import migrate
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    Migration,
    RemoveConstraint,
)
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

PART_OF_TABLE = (AddField, AddConstraint, AddIndex)
ADDITIONS = (CreateModel, AddTrigger, *PART_OF_TABLE)
CHANGES = (AlterField, RemoveConstraint, RemoveTrigger)


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        # The command offers no other way to bring an executor.
        migrate.MigrationExecutor = Executor  # type: ignore[attr-defined]
        super().handle(*args, **options)


class Executor(MigrationExecutor):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for migration in self.loader.graph.nodes.values():
            if migration is not None and len(migration.operations) > 1 and is_independent(migration):
                take_at_once(migration)


def is_independent(migration: Migration) -> bool:
    """Whether it only adds, and changes what was there before it, each thing once."""
    operations = migration.operations
    if not all(isinstance(operation, (*ADDITIONS, *CHANGES)) for operation in operations):
        return False
    changed = [part_of(operation) for operation in operations if isinstance(operation, CHANGES)]
    added = {part_of(operation) for operation in operations if isinstance(operation, AddField)}
    is_new = any(model in tables(migration) for model, _name in changed)
    return len(changed) == len(set(changed)) and added.isdisjoint(changed) and not is_new


def part_of(operation: Any) -> tuple[str, str]:
    """The table and the name of the part of it that the operation is about."""
    return operation.model_name_lower, operation.name


def take_at_once(migration: Migration) -> None:
    for method in (mutate_state, apply, unapply):
        setattr(migration, method.__name__, partial(method, migration))


def mutate_state(migration: Migration, state: ProjectState, preserve: bool = True) -> ProjectState:
    after = state.clone() if preserve else state
    # Without rendered models an operation changes the state only; they are rendered once, when next asked for.
    after.__dict__.pop("apps", None)
    for operation in migration.operations:
        operation.state_forwards(migration.app_label, after)
    return after


def apply(
    migration: Migration, before: ProjectState, editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
) -> ProjectState:
    after = mutate_state(migration, before)
    created = tables(migration)
    for operation in migration.operations:
        if not is_within(operation, created):
            operation.database_forwards(migration.app_label, editor, before, after)
    return after


def unapply(
    migration: Migration, before: ProjectState, editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
) -> ProjectState:
    after = mutate_state(migration, before)
    created = tables(migration)
    for operation in reversed(migration.operations):
        if not is_within(operation, created):
            # A trigger on a table of this migration is looked up where that table still exists.
            gone = isinstance(operation, AddTrigger) and operation.model_name_lower in created
            operation.database_backwards(migration.app_label, editor, after, after if gone else before)
    return before


def tables(migration: Migration) -> set[str]:
    return {operation.name_lower for operation in migration.operations if isinstance(operation, CreateModel)}


def is_within(operation: Operation, created: set[str]) -> bool:
    """Whether the addition comes with its table, which is created from the final state."""
    return isinstance(operation, PART_OF_TABLE) and operation.model_name_lower in created
