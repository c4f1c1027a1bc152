"""Migrations: complete, reversible to nothing and back, and the result is what the models say."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

OURS = ("reports", "disputes", "relief", "finance", "members", "unions")
AsOwner = Callable[[], AbstractContextManager[BaseDatabaseWrapper]]


def catalogue() -> set[tuple[str, ...]]:
    """What the database holds: columns, constraints, triggers and row-level security policies, by name."""
    queries = (
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT conrelid::regclass::text, conname, contype::text FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace AND contype <> 'n'",
        "SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT tablename, policyname, coalesce(qual, '') FROM pg_policies",
    )
    found: set[tuple[str, ...]] = set()
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute(query)
            found |= set(cursor.fetchall())
    return found


@pytest.mark.django_db
def test_no_change_of_a_model_is_without_a_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


@pytest.mark.parametrize("path", sorted(Path(settings.BASE_DIR).glob("*/migrations/0*.py")), ids=lambda path: path.stem)
def test_a_migration_is_named_after_its_effect(path: Path) -> None:
    assert "auto_" not in path.stem and not path.stem.endswith(("_initial", "_tmp", "_update"))


def test_every_migration_goes_back_and_forth(as_owner: AsOwner) -> None:
    before = catalogue()
    with as_owner():
        call_command("migrate", "unions", "zero", stdout=StringIO())  # and with it all that builds on it
        for app in OURS:
            call_command("migrate", app, "zero", stdout=StringIO())
        assert not [name for name, *_rest in catalogue() if name.split("_")[0] in OURS]
        call_command("migrate", stdout=StringIO())
        assert catalogue() == before
