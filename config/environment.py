"""Configuration comes from the environment: variables first, then ``.env``, then the home's own secrets."""

import base64
import os
import secrets

import environ

from config.local.home import CHECKOUT, Home, SetupError, cannot_write

KEY_NAMES = ("SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "BLIND_INDEX_KEY")


def load() -> Home:
    """Read ``.env`` into the environment, never over a variable that is set, and tell where the home is."""
    if (CHECKOUT / ".env").exists():
        environ.Env.read_env(CHECKOUT / ".env")
    return Home.from_environment()


def is_local() -> bool:
    """Whether this is a portal on somebody's own machine: its database is embedded, or ``make run`` started it."""
    return not os.environ.get("DATABASE_URL") or os.environ.get("PORTAL_LOCAL") == "1"


def load_secrets(home: Home) -> None:
    """Add the home's secrets to the environment; a local portal makes them once if they are nowhere."""
    if home.secrets.exists():
        environ.Env.read_env(home.secrets)
    missing = [name for name in KEY_NAMES if not os.environ.get(name)]
    if missing and is_local() and not home.secrets.exists():
        make_secrets(home)
        environ.Env.read_env(home.secrets)


def make_secrets(home: Home) -> None:
    """Write new secrets once: of two processes that start together the first wins and the other reads its file."""
    draft = home.root / f"secrets.{os.getpid()}"
    lines = [f"SECRET_KEY={secrets.token_urlsafe(64)}\n"]
    lines += [f"{name}={new_secret()}\n" for name in KEY_NAMES if name != "SECRET_KEY"]
    try:
        home.root.mkdir(parents=True, mode=0o700, exist_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines(lines)
        try:
            os.link(draft, home.secrets)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    except OSError as error:
        raise SetupError(cannot_write(home.root, error)) from error


def new_secret() -> str:
    """32 random bytes in base64, the form of an encryption key."""
    return base64.b64encode(secrets.token_bytes(32)).decode()
