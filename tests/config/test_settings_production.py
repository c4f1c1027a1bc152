"""With production settings the portal is safe by Django's own account, and names what is missing or wrong."""

import os
import re
import subprocess
import sys

import pytest

from config.environment import new_secret
from config.local.home import CHECKOUT

PRODUCTION = {
    "DATABASE_URL": "postgres://portal_web:secret@db.example:5432/portal",
    "DATABASE_OWNER_URL": "postgres://portal_owner:secret@db.example:5432/portal",
    "REDIS_URL": "redis://:secret@broker.example:6379/0",
    "ALLOWED_HOSTS": "portal.example",
    "SECRET_KEY": new_secret() + new_secret(),
    "FIELD_ENCRYPTION_KEYS": f"{new_secret()},{new_secret()}",
    "BLIND_INDEX_KEY": new_secret(),
}


def run(code_or_command: list[str], home, **changes: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    env = kept | {"PORTAL_HOME": str(home), "DJANGO_SETTINGS_MODULE": "config.settings"} | PRODUCTION | changes
    command = [sys.executable, *code_or_command]
    return subprocess.run(command, cwd=CHECKOUT, env=env, capture_output=True, text=True)


def test_the_deployment_check_has_no_warning(tmp_path):
    done = run(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == [], "production makes no secrets of its own"


MISSING = {"SECRET_KEY": "", "FIELD_ENCRYPTION_KEYS": "", "BLIND_INDEX_KEY": "", "ALLOWED_HOSTS": ""}
WRONG = {"SECRET_KEY": "short", "FIELD_ENCRYPTION_KEYS": f"{new_secret()},c2hvcnQ=", "BLIND_INDEX_KEY": "不是密钥"}


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        (MISSING, ["portal.E001", "portal.E002", "portal.E003", "portal.E007"]),
        (WRONG, ["portal.E001", "portal.E002", "portal.E003"]),
    ],
)
def test_each_missing_or_wrong_setting_has_an_id_and_a_hint(tmp_path, changes, ids):
    done = run(["manage.py", "check"], tmp_path, **changes)
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    for name in ids:
        at = next(number for number, line in enumerate(lines) if name in line)
        assert "HINT:" in lines[at + 1]


def test_the_web_server_does_not_start_with_an_error(tmp_path):
    done = run(["-c", "import config.wsgi"], tmp_path, BLIND_INDEX_KEY="")
    assert done.returncode == 1
    assert "portal.E003" in done.stderr


def test_the_example_file_documents_every_variable_that_is_read():
    sources = ["config/settings.py", "config/environment.py", "config/local/home.py", "config/local/portal.py"]
    text = "".join((CHECKOUT / name).read_text() for name in [*sources, "config/local/postgres.py"])
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"|environ\.get\("([A-Z_]+)"', text))
    names = {first or second for first, second in read} - {"PORTAL_LOCAL", "PORTAL_DATABASE_ROLE"}
    example = (CHECKOUT / ".env.example").read_text()
    assert sorted(name for name in names if f"#{name}=" not in example) == []
    assert len(names) > 12


def test_an_unreachable_database_is_named_in_one_line(tmp_path):
    done = run(["manage.py", "showmigrations"], tmp_path, DATABASE_OWNER_URL="postgres://o@127.0.0.1:9/portal")
    assert done.returncode == 2
    assert done.stderr.startswith("The database cannot be reached")
    assert len(done.stderr.strip().splitlines()) == 1


def test_one_address_for_both_roles_steps_down_to_the_web_role(tmp_path):
    code = "from config import settings as s; print(s.WEB_ROLE, s.DATABASE_AS_WEB['OPTIONS']['assume_role'])"
    done = run(["-c", code], tmp_path, DATABASE_OWNER_URL="")
    assert done.stdout.split() == ["portal_web", "portal_web"]
