"""The system checks see what they are for; that a whole machine passes is checked by ``manage.py check`` itself."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from config import checks


def ids(messages):
    assert all(message.hint for message in messages)
    return [message.id for message in messages]


@pytest.mark.parametrize(
    "check",
    [checks.check_secret_key, checks.check_font_subsetter, checks.check_shipped_fonts, checks.check_system_fonts],
)
def test_a_machine_that_has_everything_passes(check):
    assert check(None) == []


def test_a_missing_subsetter_is_named(monkeypatch):
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None)
    assert ids(checks.check_font_subsetter(None)) == ["portal.E004"]


def test_missing_shipped_fonts_are_named(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (message,) = checks.check_shipped_fonts(None)
    assert ids([message]) == ["portal.E005"]
    assert all(name in message.msg for name in checks.FONT_FILES)


def test_missing_system_fonts_are_named(monkeypatch):
    assert checks.missing_families(["No Such Face", *checks.FONT_FAMILIES]) == ["No Such Face"]
    monkeypatch.setenv("PATH", "/nonexistent")
    assert ids(checks.check_system_fonts(None)) == ["portal.E006"]


def test_the_web_role_passes_and_the_owner_in_its_place_does_not(db, settings):
    assert checks.check_web_role(None, databases=["default"]) == []
    settings.WEB_ROLE = settings.DATABASE_AS_OWNER["USER"]
    assert ids(checks.check_web_role(None, databases=["default"])) == ["portal.E010"]


def test_a_superuser_as_web_role_is_refused(db, settings):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolsuper LIMIT 1")
        settings.WEB_ROLE = cursor.fetchone()[0]
    assert ids(checks.check_web_role(None, databases=["default"])) == ["portal.E010"]


def test_unapplied_migrations_are_named_with_the_remedy(db):
    assert checks.check_migrations(None, databases=["default"]) == []
    MigrationRecorder(connection).migration_qs.filter(app="sessions").delete()
    (message,) = checks.check_migrations(None, databases=["default"])
    assert ids([message]) == ["portal.E011"]
    assert "sessions.0001_initial" in message.msg and "manage.py migrate" in message.hint
