"""Show transfers to both unions they concern, and conflicts of memberships to the union that opened them."""

from django.db import migrations

SCOPE = "(SELECT string_to_array(nullif(current_setting('portal.unions', true), 'all'), ',')::bigint[])::bigint[]"
EVERYTHING = "(SELECT current_setting('portal.unions', true)) = 'all'"
# The first is word for word the policy of members_person.
OWN = """
    (SELECT current_setting('portal.unions', true)) = 'all'
    OR union_id = ANY ((SELECT string_to_array(
        nullif(current_setting('portal.unions', true), 'all'), ',')::bigint[])::bigint[])
"""
BOTH = f"{EVERYTHING} OR union_id = ANY ({SCOPE}) OR to_union_id = ANY ({SCOPE})"
POLICIES = {"members_membershipconflict": OWN, "members_membershiptransfer": BOTH}


def statements():
    for name, visible in POLICIES.items():
        for table in (name, f"{name}history"):
            yield migrations.RunSQL(
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; CREATE POLICY scope ON {table} USING ({visible});",
                f"DROP POLICY scope ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
            )


class Migration(migrations.Migration):
    dependencies = [("members", "0004_move_members_between_unions")]
    operations = list(statements())
