"""Who changed what stays known: copies by trigger, named acts, and seals that break when a row is touched."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import Error, connection, transaction
from django.utils import timezone

from tests.factories.unions import UnionFactory, UserFactory
from unions.acting import SYSTEM, acting
from unions.audit import record, record_access
from unions.models import AccessEntry, AuditEntry, AuditSeal, Community, Union
from unions.seals import GENESIS, broken_seals, digest_rows, seal

pytestmark = pytest.mark.django_db
CommunityHistory = Community.history.field.model  # type: ignore[attr-defined]


def test_an_update_without_save_is_copied_with_actor_and_reason() -> None:
    user = UserFactory()
    Community.objects.create(code="C01", name="旧名", start="2020-01-01")
    with acting(user, reason="更名"):
        Community.objects.update(name="新名")
    copy = CommunityHistory.objects.get()
    assert (copy.name, copy.pgh_label) == ("新名", "update")
    assert copy.pgh_context.metadata == {"user": user.pk, "reason": "更名"}


def test_raw_sql_is_copied_too() -> None:
    Community.objects.create(code="C01", name="旧名", start="2020-01-01")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE unions_community SET name = 'raw'")
    assert CommunityHistory.objects.get().name == "raw"


LOGS = ["unions_auditentry", "unions_accessentry", "unions_auditseal", "unions_communityhistory"]


@pytest.mark.parametrize("table", LOGS)
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id", "TRUNCATE {}"])
def test_the_logs_take_no_change(table: str, statement: str) -> None:
    key = "pgh_id" if table.endswith("history") else "id"
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table).replace("id = id", f"{key} = {key}"))


def grows_only() -> list[str]:
    """The tables whose rows are never changed: the logs, every copy of a row, the posted vouchers."""
    logs = {"unions_auditentry", "unions_accessentry", "unions_auditseal"}
    ledger = {"finance_ledgertransaction", "finance_ledgerentry"}
    copies = {model._meta.db_table for model in apps.get_models() if model.__name__.endswith("History")}
    return sorted(logs | ledger | copies)


def test_what_only_grows_is_held_by_a_trigger_and_by_the_rights_of_the_web_role() -> None:
    """Either wall alone would pass the test above, so each is looked at by itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, EXISTS (SELECT FROM pg_trigger WHERE tgrelid = name::regclass AND tgenabled = 'O'"
            " AND tgname LIKE 'pgtrigger_append_only_%%'),"
            " has_table_privilege(name, 'UPDATE, DELETE, TRUNCATE') OR has_any_column_privilege(name, 'UPDATE')"
            " FROM unnest(%s::text[]) name",
            [grows_only()],
        )
        wrong = [row for row in cursor.fetchall() if row[1:] != (True, False)]
    assert wrong == []


def test_every_model_of_ours_is_copied_or_is_a_log() -> None:
    ours = [
        m
        for app in ("unions", "members", "finance", "relief", "disputes", "reports")
        for m in apps.get_app_config(app).get_models()
    ]
    uncopied = {
        model.__name__
        for model in ours
        if not model.__name__.endswith("History")
        and not hasattr(model, "history")
        and not any(trigger.name == "append_only" for trigger in getattr(model._meta, "triggers", ()))
    }
    # Kept by a trigger from Membership, which is copied; files as ciphertext; rows that never outlive a transaction.
    assert uncopied == {"OpenMembership", "ImportFile", "ReturnContent", "StagedMember"}


def entries(union: Union) -> None:
    user = UserFactory()
    record(actor=user, action="rename", target=union, before={"name": "甲"}, after={"name": "乙"}, reason="文件")
    record(actor=SYSTEM, action="lock", target=union)
    record_access(actor=user, target=union, fields=["id_number"], reason="核对")


def test_seals_hold_until_a_row_is_changed(as_owner: object) -> None:
    """The owner can change a log; the chain then says so."""
    union = UnionFactory()
    entries(union)
    with as_owner() as link, link.cursor() as cursor:  # type: ignore[operator]
        cursor.execute(
            "ALTER TABLE unions_auditentry DISABLE TRIGGER USER; ALTER TABLE unions_accessentry DISABLE TRIGGER USER"
        )
        cursor.execute("UPDATE unions_auditentry SET at = %s", [timezone.now() - timedelta(days=1)])
        cursor.execute("UPDATE unions_accessentry SET at = %s", [timezone.now() - timedelta(days=1)])
    assert [(made.table, made.rows) for made in seal()] == [("unions_auditentry", 2), ("unions_accessentry", 1)]
    assert seal() == []
    assert list(broken_seals()) == []
    with as_owner() as link, link.cursor() as cursor:  # type: ignore[operator]
        cursor.execute("UPDATE unions_auditentry SET reason = '改过'")
    assert [made.table for made in broken_seals()] == ["unions_auditentry"]


def aged(link: Any, *tables: str) -> None:
    """Make the log rows old enough to be sealed, and open for whoever owns the tables."""
    with link.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for table in ("unions_auditentry", "unions_accessentry"):
            cursor.execute(
                f"UPDATE {table} SET at = %s WHERE at > now() - interval '2 hours'",
                [timezone.now() - timedelta(days=1)],
            )


def test_a_seal_made_good_afterwards_breaks_the_next_one(as_owner: Any) -> None:
    """An owner who changes a row and reckons its seal anew would have to do so for every later seal too."""
    union = UnionFactory()
    for _block in range(2):
        entries(union)
        with as_owner() as link:
            aged(link, "unions_auditentry", "unions_accessentry", "unions_auditseal")
        seal()
    first, second = AuditSeal.objects.filter(table="unions_auditentry")
    with as_owner() as link, link.cursor() as cursor:
        cursor.execute("UPDATE unions_auditentry SET reason = '改过' WHERE id <= %s", [first.last_id])
        forged = digest_rows(first.table, first.first_id - 1, first.last_id, GENESIS)[1]
        cursor.execute("UPDATE unions_auditseal SET digest = %s WHERE id = %s", [forged, first.pk])
    assert list(broken_seals()) == [second]


def test_rows_still_fresh_are_left_for_the_next_seal() -> None:
    entries(UnionFactory())
    assert seal() == []
    assert (AuditEntry.objects.count(), AccessEntry.objects.count(), AuditSeal.objects.count()) == (2, 1, 0)
