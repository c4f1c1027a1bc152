"""Show special groups and merged records as persons are shown; a pair of persons to who sees both of them."""

from django.db import migrations

# Word for word the policy of members_person.
OWN = """
    (SELECT current_setting('portal.unions', true)) = 'all'
    OR union_id = ANY ((SELECT string_to_array(
        nullif(current_setting('portal.unions', true), 'all'), ',')::bigint[])::bigint[])
"""
# The policy of members_person applies within: who does not see a person does not find him here.
BOTH = """
    (SELECT current_setting('portal.unions', true)) = 'all'
    OR (SELECT count(*) FROM members_person p WHERE p.id IN (first_id, second_id)) = 2
"""
POLICIES = {"members_specialgroup": OWN, "members_personmerge": OWN, "members_duplicatepair": BOTH}


def statements():
    for name, visible in POLICIES.items():
        for table in (name, f"{name}history"):
            yield migrations.RunSQL(
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; CREATE POLICY scope ON {table} USING ({visible});",
                f"DROP POLICY scope ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
            )


class Migration(migrations.Migration):
    dependencies = [("members", "0008_merge_people_and_record_special_groups")]
    operations = list(statements())
