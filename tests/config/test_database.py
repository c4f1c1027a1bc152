"""The ground of all other tests: they run as the web role, and each starts from the migrated database."""

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection
from django.db.migrations.recorder import MigrationRecorder


def current_user() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]


def test_tests_run_as_the_web_role_which_is_bound_by_row_security(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert cursor.fetchone() == (0,)
    assert current_user() == settings.WEB_ROLE


def test_the_web_role_can_neither_create_nor_alter_tables(transactional_db):
    for statement in ("CREATE TABLE intruder ()", "ALTER TABLE django_migrations ADD COLUMN intruder int"):
        with pytest.raises(ProgrammingError, match="permission denied|must be owner"), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_owner_may_be_called_in_for_a_while(as_owner):
    with as_owner() as owner, owner.cursor() as cursor:
        cursor.execute("CREATE TABLE made_by_owner (id bigint PRIMARY KEY)")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO made_by_owner VALUES (1)")  # rights by default
    assert current_user() == settings.WEB_ROLE


def test_a_transactional_test_leaves_nothing_behind_and_migrated_rows_stay(transactional_db):
    assert "made_by_owner" not in connection.introspection.table_names()
    assert MigrationRecorder.Migration.objects.exists()


def test_the_second_connection_sees_what_was_committed(owner_cursor):
    MigrationRecorder.Migration.objects.create(app="tests", name="0001_seen")
    owner_cursor.execute("SELECT count(*) FROM django_migrations WHERE app = 'tests'")
    assert owner_cursor.fetchone() == (1,)
