"""What a failure means to the person at the keyboard: one line with the remedy, or nothing if it is a fault of ours."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, OperationalError, ProgrammingError, connection

from config.local.home import Home, SetupError, disk_full

MIGRATE = (
    "The database has no tables for this yet: run .venv/bin/python manage.py migrate. 数据库尚未迁移，请运行上述命令。"
)
UNREACHABLE = (
    "The database cannot be reached ({reason}). Check DATABASE_URL and that the server runs. "
    "无法连接数据库，请检查 DATABASE_URL 及数据库服务。"
)
NO_ROLE = (
    "The database lacks a role of the portal ({reason}). Run the statements of .venv/bin/python -m config.roles as "
    "the server's administrator. 数据库缺少平台所需角色，请由管理员执行上述命令输出的语句。"
)


@contextmanager
def explained() -> Iterator[None]:
    """Turn a failure that has a remedy into a SetupError that says it."""
    try:
        yield
    except Exception as error:
        if isinstance(error, SetupError) or (line := explain(error)) is None:
            raise
        raise SetupError(line) from error


def explain(error: BaseException) -> str | None:
    """The line to print for an error."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(Home.from_environment().root, 0)
    if isinstance(error, DatabaseError):
        return explain_database(error)
    return None


def explain_database(error: DatabaseError) -> str | None:
    state = getattr(error.__cause__, "sqlstate", None)
    reason = last_line(error)
    if state == "53100":
        return disk_full(Home.from_environment().root, 0)
    if "role" in reason and "does not exist" in reason:
        return NO_ROLE.format(reason=reason)
    if isinstance(error, ProgrammingError) and state in ("42P01", "42703"):
        return MIGRATE if has_unapplied_migrations() else None
    if isinstance(error, OperationalError) and (state is None or state.startswith(("08", "28", "3D", "57"))):
        return unreachable(error)
    return None


def unreachable(error: Exception) -> str:
    return UNREACHABLE.format(reason=last_line(error))


def last_line(error: Exception) -> str:
    return (str(error).strip() or "no reason given").splitlines()[-1].strip()


def has_unapplied_migrations() -> bool:
    from django.db.migrations.executor import MigrationExecutor

    connection.close()
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
