"""The tests' database: made and migrated by the owner, used as the web role, as in production.

* ``db`` and ``transactional_db`` (and ``live_server``) work as pytest-django documents them. Everything a test does
  through Django is subject to the web role's rights and to row-level security: open ``acting(user)`` as the portal
  does.
* ``as_owner`` is for what only the owner may do, such as migrating; it needs ``transactional_db``.
* ``owner_cursor`` is a second connection, as owner; it sees committed rows only, so it too needs ``transactional_db``.

The migrated database is kept as a template under a name made of the migrations' content. Each worker gets a copy, and
a transactional test's database is thrown away and copied again: migrated rows stay, and tables that only grow need no
TRUNCATE.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

from config.local.processes import is_alive
from config.local.servers import locked, servers

KEPT_TEMPLATES = 3


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Start the server if there is none, and give this worker a database of its own."""
    settings.HOME.prepare()
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)  # whitenoise warns of every client otherwise
    name = f"test_portal_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    with servers(settings.HOME, disposable=True), django_db_blocker.unblock():
        template = ensure_template()
        drop_abandoned()
        copy(template, name)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: copy(template, name))
            yield
        drop(name)


@pytest.fixture
def as_owner(transactional_db: None) -> Callable[[], AbstractContextManager[BaseDatabaseWrapper]]:
    """``with as_owner() as connection:`` signs the test's own connection in as the owner for a while."""
    return signed_in_as_owner


@pytest.fixture
def owner_cursor(transactional_db: None) -> Iterator[Any]:
    """A cursor of a second connection, as owner, in autocommit."""
    second = connection.copy()
    second.settings_dict = {**connection.settings_dict, **login(settings.DATABASE_AS_OWNER)}
    try:
        with second.cursor() as cursor:
            yield cursor
    finally:
        second.close()


@contextmanager
def signed_in_as_owner() -> Iterator[BaseDatabaseWrapper]:
    use(connection.settings_dict["NAME"], settings.DATABASE_AS_OWNER)
    try:
        yield connection
    finally:
        use(connection.settings_dict["NAME"], settings.DATABASE_AS_WEB)


def login(database: dict[str, Any]) -> dict[str, Any]:
    return {key: database[key] for key in ("USER", "PASSWORD", "OPTIONS")}


def use(name: str, database: dict[str, Any]) -> None:
    """Point the default connection, of every thread, at a database as one of the two logins."""
    connections.close_all()
    connection.settings_dict.update(login(database), NAME=name)


@contextmanager
def maintenance() -> Iterator[Any]:
    """A cursor outside the tests' databases, as owner."""
    outside = connection.copy()
    outside.settings_dict = {**connection.settings_dict, **login(settings.DATABASE_AS_OWNER)}
    outside.settings_dict["NAME"] = settings.DATABASE_AS_OWNER["NAME"]
    try:
        with outside.cursor() as cursor:
            yield cursor
    finally:
        outside.close()


def copy(template: str, name: str) -> None:
    """A fresh copy of the template under the name, with the default connection signed in as the web role."""
    drop(name)
    with maintenance() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    use(name, settings.DATABASE_AS_WEB)


def drop(name: str) -> None:
    """Drop the database, ending the connections that a live server's threads may still hold.

    ``WITH (FORCE)`` would not do: where autovacuum is at work in the database, it is refused to all but a superuser.
    A plain DROP sends autovacuum away by itself.
    """
    connections.close_all()
    logins = [database["USER"] for database in (settings.DATABASE_AS_OWNER, settings.DATABASE_AS_WEB)]
    with maintenance() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = ANY(%s)",
            [name, logins],
        )
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def ensure_template() -> str:
    """The migrated database for the migrations as they are now; made once, by whichever worker comes first."""
    name = f"portal_template_{fingerprint()}"
    with locked(settings.HOME.root / ".template", fcntl.LOCK_EX):
        if name not in databases("portal_template_"):
            draft = f"draft_{name}"
            drop(draft)
            with maintenance() as cursor:
                cursor.execute(f'CREATE DATABASE "{draft}"')
            use(draft, settings.DATABASE_AS_OWNER)
            call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
            connections.close_all()
            with maintenance() as cursor:
                cursor.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
            for old in databases("portal_template_")[:-KEPT_TEMPLATES]:
                drop(old)
    return name


def fingerprint() -> str:
    base = Path(settings.BASE_DIR)
    files = [*base.glob("*/migrations/*.py"), base / "requirements.lock", base / "unions" / "roles.py"]
    digest = hashlib.sha256(str(settings.DATABASE_AS_OWNER["USER"]).encode())
    for path in sorted(files):
        digest.update(str(path.relative_to(base)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def databases(prefix: str) -> list[str]:
    """The databases whose name begins so, oldest first."""
    with maintenance() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid", [prefix])
        return [row[0] for row in cursor.fetchall()]


def drop_abandoned() -> None:
    """Remove what killed runs left behind."""
    for name in databases("test_portal_"):
        if (found := re.search(r"_(\d+)$", name)) and not is_alive(int(found[1])):
            drop(name)
