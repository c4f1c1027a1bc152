"""The statements by which staged rows are held against the portal and merged into it, set by set.

They run with row-level security lifted, because a person may stand in another union's scope: the rules tell the
importer no more of such a person than that the number is taken.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

STAGED = "members_stagedmember s"
PERSON = "JOIN members_person p ON p.id_index = s.id_index"
OPEN = "members_openmembership o"
MINE = "s.batch = %(batch)s"

CLEAR = "DELETE FROM members_stagedmember WHERE batch = %s"

TWICE = f"""
    SELECT line, first FROM (
        SELECT s.line, min(s.line) OVER (PARTITION BY s.id_index) AS first FROM {STAGED} WHERE {MINE}
    ) numbered WHERE line <> first ORDER BY line
"""
MERGED = f"SELECT s.line, '' FROM {STAGED} {PERSON} WHERE {MINE} AND p.merged_into_id IS NOT NULL"
OTHER_NAME = f"""
    SELECT s.line, '' FROM {STAGED} {PERSON}
    WHERE {MINE} AND p.merged_into_id IS NULL AND s.name NOT IN (p.name, p.former_name)
"""
OTHER_BIRTH = f"""
    SELECT s.line, '' FROM {STAGED} {PERSON}
    WHERE {MINE} AND p.merged_into_id IS NULL AND s.birth_date <> p.birth_date
"""
OTHER_UNION = f"""
    SELECT s.line, CASE WHEN %(unions)s::bigint[] IS NULL OR o.union_id = ANY (%(unions)s::bigint[]) THEN u.name
        ELSE '—' END
    FROM {STAGED} {PERSON} JOIN {OPEN} ON o.person_id = p.id JOIN unions_union u ON u.id = o.union_id
    WHERE {MINE} AND o.union_id <> s.union_id
"""
OUT_OF_SCOPE = f"""
    SELECT s.line, '' FROM {STAGED} {PERSON} LEFT JOIN {OPEN} ON o.person_id = p.id
    WHERE {MINE} AND o.person_id IS NULL AND p.merged_into_id IS NULL AND p.union_id <> s.union_id
        AND %(unions)s::bigint[] IS NOT NULL AND p.union_id <> ALL (%(unions)s::bigint[])
"""
APPLIED = f"""
    SELECT DISTINCT s.line, '' FROM {STAGED} {PERSON} JOIN members_membership m ON m.person_id = p.id
    WHERE {MINE} AND m.status = 'APPLIED'
"""
OVERLAP = f"""
    SELECT s.line, max(m.left_on) FROM {STAGED} {PERSON} JOIN members_membership m ON m.person_id = p.id
    LEFT JOIN {OPEN} ON o.person_id = p.id
    WHERE {MINE} AND o.person_id IS NULL AND m.joined_on IS NOT NULL AND m.left_on > s.joined_on GROUP BY s.line
"""
HERE = f"""{PERSON} JOIN {OPEN} ON o.person_id = p.id AND o.union_id = s.union_id
    JOIN members_membership m ON m.id = o.membership_id"""
OTHER_JOINING = f"SELECT s.line, m.joined_on FROM {STAGED} {HERE} WHERE {MINE} AND s.joined_on <> m.joined_on"
OTHER_RETAINING = f"""
    SELECT s.line, coalesce(to_char(m.retained_on, 'YYYY-MM-DD'), '—') FROM {STAGED} {HERE}
    WHERE {MINE} AND s.retained_on IS NOT NULL AND s.retained_on IS DISTINCT FROM m.retained_on
"""

# (column, statement that gives line and detail, what is said there)
RULES: tuple[tuple[str, str, Any], ...] = (
    ("id_number", TWICE, _("The same ID number as in row %(detail)s: leave one of them.")),
    ("id_number", MERGED, _("A record with this number was merged into another person's.")),
    ("name", OTHER_NAME, _("Under this ID number another name is recorded: check both.")),
    ("birth_date", OTHER_BIRTH, _("Under this ID number another date of birth is recorded: check both.")),
    (
        "id_number",
        OTHER_UNION,
        _("This person is a member of another union (%(detail)s): a second membership is not possible, transfer it."),
    ),
    ("id_number", OUT_OF_SCOPE, _("This person stands on the books of a union outside your scope.")),
    ("id_number", APPLIED, _("This person has an application waiting: decide it first.")),
    ("joined_on", OVERLAP, _("This person was a member of a union until %(detail)s.")),
    (
        "joined_on",
        OTHER_JOINING,
        _("The portal has %(detail)s as the day of joining: change it on the page of the membership."),
    ),
    (
        "retained_on",
        OTHER_RETAINING,
        _("The portal has %(detail)s: retaining is recorded on the page of the membership."),
    ),
)

PHONES = f"SELECT s.line, s.phone, p.phone FROM {STAGED} {PERSON} WHERE {MINE} AND s.phone IS NOT NULL"

PERSON_DIFFERS = """(
    (s.former_name <> '' AND s.former_name <> p.former_name AND s.name = p.name)
    OR (s.education <> '' AND s.education <> p.education)
    OR (s.is_migrant IS NOT NULL AND s.is_migrant <> p.is_migrant)
    OR s.line = ANY (%(phones)s::int[])
    OR (o.person_id IS NULL AND p.union_id <> s.union_id)
)"""
MEMBERSHIP_DIFFERS = """(
    (s.employer_id IS NOT NULL AND s.employer_id IS DISTINCT FROM m.employer_id)
    OR (s.worker_type <> '' AND s.worker_type <> m.worker_type)
    OR (s.card_no <> '' AND s.card_no <> m.card_no)
    OR (s.dues_wage IS NOT NULL AND s.dues_wage IS DISTINCT FROM m.dues_wage)
)"""
KNOWN = f"""{STAGED} LEFT {PERSON} LEFT JOIN {OPEN} ON o.person_id = p.id
    LEFT JOIN members_membership m ON m.id = o.membership_id"""
COUNTS = f"""
    SELECT count(*) FILTER (WHERE p.id IS NULL),
        count(*) FILTER (WHERE p.id IS NOT NULL AND (o.person_id IS NULL OR {PERSON_DIFFERS} OR {MEMBERSHIP_DIFFERS}))
    FROM {KNOWN} WHERE {MINE} AND s.line <> ALL (%(refused)s::int[])
"""

CHANGED_PEOPLE = f"SELECT p.id FROM {KNOWN} WHERE {MINE} AND p.id IS NOT NULL AND {PERSON_DIFFERS}"
CHANGED_MEMBERSHIPS = f"SELECT m.id FROM {KNOWN} WHERE {MINE} AND m.id IS NOT NULL AND {MEMBERSHIP_DIFFERS}"

UPDATE_PEOPLE = f"""
    UPDATE members_person p SET
        name_grams = CASE WHEN s.former_name <> '' AND s.name = p.name THEN s.name_grams ELSE p.name_grams END,
        former_name = CASE WHEN s.former_name <> '' AND s.name = p.name THEN s.former_name ELSE p.former_name END,
        education = coalesce(nullif(s.education, ''), p.education),
        is_migrant = coalesce(s.is_migrant, p.is_migrant),
        phone = CASE WHEN s.line = ANY (%(phones)s::int[]) THEN s.phone ELSE p.phone END,
        union_id = s.union_id
    FROM {STAGED} WHERE {MINE} AND p.id_index = s.id_index AND p.id = ANY (%(ids)s)
"""
UPDATE_MEMBERSHIPS = f"""
    UPDATE members_membership m SET
        employer_id = coalesce(s.employer_id, m.employer_id),
        worker_type = coalesce(nullif(s.worker_type, ''), m.worker_type),
        card_no = coalesce(nullif(s.card_no, ''), m.card_no),
        dues_wage = coalesce(s.dues_wage, m.dues_wage)
    FROM {STAGED} {PERSON} WHERE {MINE} AND m.person_id = p.id AND m.id = ANY (%(ids)s)
"""
NEW_PEOPLE = f"""
    WITH made AS (
        INSERT INTO members_person (
            union_id, created_at, created_by_id, source_return_id, note, name, former_name, sex, birth_date, id_type,
            id_number, id_index, id_last4, phone, education, is_migrant, consented_on, pinyin, initials, name_grams
        )
        SELECT s.union_id, now(), %(actor)s, %(source)s, '', s.name, s.former_name, s.sex, s.birth_date, s.id_type,
            s.id_number, s.id_index, s.id_last4, s.phone, s.education, coalesce(s.is_migrant, false), s.consented_on,
            s.pinyin, s.initials, s.name_grams
        FROM {STAGED} WHERE {MINE} AND NOT EXISTS (SELECT FROM members_person p WHERE p.id_index = s.id_index)
        ORDER BY s.line
        RETURNING id
    ) SELECT array_agg(id) FROM made
"""
NEW_MEMBERSHIPS = f"""
    WITH made AS (
        INSERT INTO members_membership (
            union_id, person_id, employer_id, created_at, created_by_id, source_return_id, note, status, worker_type,
            card_no, applied_on, joined_on, retained_on, reason, dues_wage
        )
        SELECT s.union_id, p.id, s.employer_id, now(), %(actor)s, %(source)s, '',
            CASE WHEN s.retained_on IS NULL THEN 'ACTIVE' ELSE 'RETAINED' END,
            coalesce(nullif(s.worker_type, ''), 'CONTRACT'), s.card_no, s.applied_on, s.joined_on, s.retained_on, '',
            s.dues_wage
        FROM {STAGED} {PERSON} LEFT JOIN {OPEN} ON o.person_id = p.id
        WHERE {MINE} AND o.person_id IS NULL
        ORDER BY s.line
        RETURNING id
    ) SELECT array_agg(id) FROM made
"""
NEW_CARDS = f"""
    INSERT INTO members_servicecard (
        union_id, person_id, created_at, created_by_id, source_return_id, note, info_collected_on, issued_on, card_no
    )
    SELECT s.union_id, p.id, now(), %(actor)s, %(source)s, '', s.card_collected_on, s.card_issued_on, ''
    FROM {STAGED} {PERSON} WHERE {MINE} AND s.card_collected_on IS NOT NULL
"""
