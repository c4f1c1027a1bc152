"""System checks: what is missing or wrong on this machine, with an id and the remedy."""

import base64
import binascii
import ctypes.util
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections
from django.utils.translation import gettext as _

TAG = "portal"
FONT_FILES = ("FandolFang-Regular.otf", "FandolKai-Regular.otf")
FONT_FAMILIES = ("Noto Serif CJK SC", "Noto Sans CJK SC")
SECRET_COMMAND = 'python -c "import secrets; print(secrets.token_urlsafe(64))"'
KEY_COMMAND = 'python -c "import base64, secrets; print(base64.b64encode(secrets.token_bytes(32)).decode())"'

Messages = list[checks.CheckMessage]


@checks.register(TAG)
def check_secret_key(app_configs: Any, **kwargs: Any) -> Messages:
    try:
        if len(settings.SECRET_KEY) >= 50:
            return []
    except ImproperlyConfigured:
        pass  # Django's own word for an empty one.
    return [
        checks.Error(
            _("SECRET_KEY is missing or too short."),
            hint=_("Set SECRET_KEY to at least 50 random characters: %s") % SECRET_COMMAND,
            id="portal.E001",
        )
    ]


@checks.register(TAG)
def check_encryption_keys(app_configs: Any, **kwargs: Any) -> Messages:
    keys = settings.FIELD_KEYS
    if keys and all(is_key(key) for key in keys):
        return []
    return [
        checks.Error(
            _("FIELD_ENCRYPTION_KEYS is missing or holds a key that is not 32 bytes in base64."),
            hint=_("Set it to one or more such keys, newest first, separated by commas: %s") % KEY_COMMAND,
            id="portal.E002",
        )
    ]


@checks.register(TAG)
def check_blind_index_key(app_configs: Any, **kwargs: Any) -> Messages:
    if is_key(settings.BLIND_INDEX_KEY):
        return []
    return [
        checks.Error(
            _("BLIND_INDEX_KEY is missing or not 32 bytes in base64."),
            hint=_("Set it once and keep it; a new one needs every identifier indexed again: %s") % KEY_COMMAND,
            id="portal.E003",
        )
    ]


def is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


@checks.register(TAG)
def check_font_subsetter(app_configs: Any, **kwargs: Any) -> Messages:
    """Without it WeasyPrint subsets Chinese fonts in Python, 13 times slower."""
    if ctypes.util.find_library("harfbuzz-subset"):
        return []
    return [
        checks.Error(
            _("The library libharfbuzz-subset is not installed."),
            hint=_("Install it: %s") % "apt-get install --no-install-recommends libharfbuzz-subset0",
            id="portal.E004",
        )
    ]


@checks.register(TAG)
def check_shipped_fonts(app_configs: Any, **kwargs: Any) -> Messages:
    folder = Path(settings.BASE_DIR) / "static" / "fonts"
    missing = [name for name in FONT_FILES if not (folder / name).is_file()]
    if not missing:
        return []
    return [
        checks.Error(
            _("Fonts are missing from %(folder)s: %(names)s.") % {"folder": folder, "names": ", ".join(missing)},
            hint=_("Restore them: %s") % "git checkout -- static/fonts",
            id="portal.E005",
        )
    ]


@checks.register(TAG)
def check_system_fonts(app_configs: Any, **kwargs: Any) -> Messages:
    missing = missing_families(FONT_FAMILIES)
    if not missing:
        return []
    return [
        checks.Error(
            _("Fonts are not installed: %s.") % ", ".join(missing),
            hint=_("Install them: %s") % "apt-get install --no-install-recommends fontconfig fonts-noto-cjk",
            id="portal.E006",
        )
    ]


def missing_families(families: Sequence[str]) -> list[str]:
    if not shutil.which("fc-list"):
        return list(families)
    listed = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, errors="replace").stdout
    return [family for family in families if family not in listed]


@checks.register(TAG)
def check_allowed_hosts(app_configs: Any, **kwargs: Any) -> Messages:
    if settings.ALLOWED_HOSTS or settings.DEBUG:
        return []
    return [
        checks.Error(
            _("ALLOWED_HOSTS is empty, so every request would be refused."),
            hint=_("Set it to the names under which the portal is reached, separated by commas."),
            id="portal.E007",
        )
    ]


@checks.register(checks.Tags.database)
def check_web_role(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> Messages:
    """Row-level security does not bind a superuser, a role with BYPASSRLS or the owner of a table."""
    return [message for alias in databases or () for message in inspect_web_role(alias)]


def inspect_web_role(alias: str) -> Messages:
    query = "SELECT rolsuper, rolbypassrls, (SELECT count(*) FROM pg_class WHERE relowner = r.oid) FROM pg_roles r"
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(f"{query} WHERE rolname = %s", [settings.WEB_ROLE])
            row = cursor.fetchone()
    except DatabaseError:
        return []  # An unreachable database is named by the command that needs it.
    if row is None or not any(row):
        return []
    return [
        checks.Error(
            _("The database role %s of the web is a superuser, bypasses row security or owns tables.")
            % settings.WEB_ROLE,
            hint=_("Give the web a role of its own; the statements are printed by: %s") % "python -m config.roles",
            id="portal.E010",
        )
    ]


@checks.register(checks.Tags.database)
def check_migrations(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> Messages:
    if "migrate" in sys.argv[1:2]:
        return []
    return [message for alias in databases or () for message in inspect_migrations(alias)]


def inspect_migrations(alias: str) -> Messages:
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connections[alias])
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return []
    if not waiting:
        return []
    names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _backwards in waiting[:3])
    return [
        checks.Error(
            _("%(count)s migrations are not applied: %(names)s…") % {"count": len(waiting), "names": names},
            hint=_("Run: %s") % ".venv/bin/python manage.py migrate",
            id="portal.E011",
        )
    ]


def refuse_errors() -> None:
    """End the process with the checks' words if a setting is missing or wrong."""
    found = [message for message in checks.run_checks(tags=[TAG]) if message.is_serious()]
    if found:
        sys.exit("\n".join(str(message) for message in found))
