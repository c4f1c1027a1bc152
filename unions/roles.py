"""What the web's database role may do: read and write rows, never own, create or bypass anything."""

from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

ROLE_EXISTS = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)"
MAY_CREATE_ROLE = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"

# A table of which the role has any right already is left alone: a migration may have taken some away on purpose.
UNGRANTED = """
SELECT c.oid::regclass::text, c.relkind = 'S'
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
  AND pg_has_role(current_user, c.relowner, 'USAGE')
  AND NOT EXISTS (
      SELECT FROM aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee WHERE r.rolname = %s)
  AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
"""


def grant_web_role(connection: BaseDatabaseWrapper) -> None:
    """Give the web role its rights on what the owner has made and will make.

    Run before migrating (rights by default, which a migration may take away again from tables that only grow)
    and after (tables older than the default). Does nothing where one login does everything itself.
    """
    role = settings.WEB_ROLE
    quoted = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        if cursor.fetchone() == (role,) or not ensure_role(cursor, role, quoted):
            return
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
        default = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT"
        cursor.execute(f"{default} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {quoted}")
        cursor.execute(f"{default} USAGE, SELECT ON SEQUENCES TO {quoted}")
        cursor.execute(UNGRANTED, [role])
        for name, is_sequence in cursor.fetchall():
            rights = "USAGE, SELECT ON SEQUENCE" if is_sequence else "SELECT, INSERT, UPDATE, DELETE ON TABLE"
            cursor.execute(f"GRANT {rights} {name} TO {quoted}")
        for table in append_only_tables() & set(connection.introspection.table_names(cursor)):
            cursor.execute(f"REVOKE UPDATE, DELETE ON TABLE {connection.ops.quote_name(table)} FROM {quoted}")


def append_only_tables() -> set[str]:
    """Tables whose rows are never changed: posted vouchers, both logs, every copy of a row. A trigger refuses too."""
    return {
        model._meta.db_table
        for model in apps.get_models()
        if any(trigger.name == "append_only" for trigger in getattr(model._meta, "triggers", ()))
    }


def ensure_role(cursor, role: str, quoted: str) -> bool:
    """Whether the role is there; created if this login may do so (a server reached by one address only)."""
    cursor.execute(ROLE_EXISTS, [role])
    if cursor.fetchone()[0]:
        return True
    cursor.execute(MAY_CREATE_ROLE)
    if not cursor.fetchone()[0]:
        return False
    cursor.execute(f"CREATE ROLE {quoted} NOLOGIN NOSUPERUSER NOBYPASSRLS")
    cursor.execute(f"GRANT {quoted} TO CURRENT_USER")
    return True
