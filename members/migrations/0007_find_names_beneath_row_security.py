"""A function that finds persons by the grams of their names, beneath row-level security and within the same scope."""

from django.db import migrations

CREATE = """
CREATE FUNCTION members_persons_with(wanted text[]) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp AS $$
    SELECT id FROM members_person
    WHERE name_grams @> wanted::varchar[] AND (
        current_setting('portal.unions', true) = 'all'
        OR union_id = ANY (string_to_array(nullif(current_setting('portal.unions', true), 'all'), ',')::bigint[])
    )
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0006_record_the_invited")]
    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION members_persons_with(text[]);")]
