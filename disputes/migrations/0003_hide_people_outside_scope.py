"""Show the rows that hold people only to who acts within their union's scope.

The setting is made for each transaction by unions.acting; unset, it matches nothing. The sub-selects are evaluated
once for a statement, not once for a row. The copies of the audit log are covered like the rows they copy.
"""

from django.db import migrations

TABLES = (
    "disputes_case",
    "disputes_caseparty",
    "disputes_visit",
    "disputes_casereferral",
    "disputes_mediationsession",
    "disputes_mediationagreement",
    "disputes_closure",
    "disputes_legalaid",
    "disputes_riskalert",
)
VISIBLE = """
    (SELECT current_setting('portal.unions', true)) = 'all'
    OR union_id = ANY ((SELECT string_to_array(
        nullif(current_setting('portal.unions', true), 'all'), ',')::bigint[])::bigint[])
"""


def statements():
    for table in (name + copy for name in TABLES for copy in ("", "history")):
        yield migrations.RunSQL(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; CREATE POLICY scope ON {table} USING ({VISIBLE});",
            f"DROP POLICY scope ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
        )


class Migration(migrations.Migration):
    dependencies = [("disputes", "0002_add_relations_and_audit")]
    operations = list(statements())
