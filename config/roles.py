"""The two accounts of the database: the owner migrates, the web role reads and writes rows and nothing more.

``python -m config.roles`` prints the statements for a PostgreSQL server that somebody else runs.
"""

import psycopg
from psycopg import sql

OWNER = "portal_owner"
WEB = "portal_web"
EXTENSIONS = ("btree_gist", "pg_trgm")

CREATE_ROLES = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') THEN CREATE ROLE {OWNER}; END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{WEB}') THEN CREATE ROLE {WEB}; END IF;
END $$;
ALTER ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS;
ALTER ROLE {WEB} LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOINHERIT;
GRANT {WEB} TO {OWNER};
"""

# Before the first migration, so that a migration which takes a right away from the web role (posted ledger rows,
# audit copies) has the last word.
PREPARE_DATABASE = f"""
{"".join(f"CREATE EXTENSION IF NOT EXISTS {name};" + chr(10) for name in EXTENSIONS)}
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {WEB};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {WEB};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {WEB};
"""


def prepare_cluster(socket_directory: str, superuser: str, database: str) -> None:
    """Make the roles, the database and what every new database here starts with. May be run again at any time."""

    def connect(name: str) -> "psycopg.Connection":
        return psycopg.connect(host=socket_directory, user=superuser, dbname=name, autocommit=True)

    with connect("postgres") as link:
        link.execute(CREATE_ROLES)
        if link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
            link.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), sql.Identifier(OWNER)))
    # template1 too: the databases that tests create are copies of it.
    for name in ("template1", database):
        with connect(name) as link:
            link.execute("SET client_min_messages = warning")
            link.execute(PREPARE_DATABASE)


def statements(database: str) -> str:
    """What an administrator runs with psql, as superuser, on a server of their own."""
    return (
        f"{CREATE_ROLES}\\password {OWNER}\n\\password {WEB}\n"
        f"CREATE DATABASE {database} OWNER {OWNER} ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0;\n"
        f"\\connect {database}\n{PREPARE_DATABASE}"
    )


if __name__ == "__main__":
    print(statements("portal"))
