"""The second wall: PostgreSQL itself shows people only to whoever acts within their union's scope."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import Error, connection, transaction

from members.models import DuplicatePair, Person
from tests.factories.members import member_of
from tests.factories.unions import UnionFactory, UserFactory
from unions.access import Role
from unions.acting import SYSTEM, across_scopes, acting
from unions.crypto import EncryptedTextField
from unions.models import Union, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_unions() -> tuple[Union, Union]:
    with acting(SYSTEM):
        here, there = UnionFactory(), UnionFactory()
        member_of(here)
        member_of(there)
    return here, there


def chair_of(union: Union) -> User:
    return UserFactory(role=Role.CHAIR, role__at=union)


def people_by_raw_sql() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM members_person")
        return int(cursor.fetchone()[0])


def test_the_tests_run_as_a_role_that_cannot_bypass_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)


def test_nobody_is_shown_while_nobody_acts(two_unions: tuple[Union, Union]) -> None:
    assert people_by_raw_sql() == 0


def test_a_chair_sees_his_own_unions_people_even_by_raw_sql(two_unions: tuple[Union, Union]) -> None:
    here, _there = two_unions
    with acting(chair_of(here)):
        assert people_by_raw_sql() == 1
        assert Person.objects.get().union == here


def test_an_officer_of_the_federation_sees_everybody(two_unions: tuple[Union, Union]) -> None:
    with acting(UserFactory(role=Role.ORGANISATION)):
        assert people_by_raw_sql() == 2


def test_acting_ends_with_its_block(two_unions: tuple[Union, Union]) -> None:
    with acting(SYSTEM):
        assert people_by_raw_sql() == 2
    assert people_by_raw_sql() == 0


def test_a_person_cannot_be_written_into_another_union(two_unions: tuple[Union, Union]) -> None:
    here, there = two_unions
    with acting(chair_of(here)):
        with pytest.raises(Error), transaction.atomic():
            Person.objects.update(union=there)
        assert Person.objects.filter(union=here).count() == 1


def test_the_copies_in_the_audit_log_are_hidden_too(two_unions: tuple[Union, Union]) -> None:
    here, there = two_unions
    with acting(SYSTEM):
        Person.objects.update(note="changed")
    copies = Person.history.field.model  # type: ignore[attr-defined]
    assert copies.objects.count() == 0
    with acting(chair_of(there)):
        assert copies.objects.count() == 1


# Written out, not read from the migrations: a table left out of both would go unseen.
PROTECTED = [
    "members_person",
    "members_membershipconflict",
    "members_specialgroup",
    "members_personmerge",
    "relief_hardshipfile",
    "relief_householdmember",
    "relief_homevisit",
    "relief_hardshipdocument",
    "relief_reliefapplication",
    "relief_approvalstep",
    "relief_publicnotice",
    "relief_reliefpayment",
    "relief_goodwillvisit",
    "relief_tuitionaid",
    "relief_mutualaidenrolment",
    "relief_mutualaidclaim",
    "relief_donation",
    "relief_aidpair",
    "relief_benefitreferral",
    "disputes_case",
    "disputes_caseparty",
    "disputes_visit",
    "disputes_casereferral",
    "disputes_mediationsession",
    "disputes_mediationagreement",
    "disputes_closure",
    "disputes_legalaid",
    "disputes_riskalert",
]
# They point at a person and say nothing of him but that he takes part; the person's own row stays hidden.
WITHOUT_NAMES = {
    "members_membership",
    "members_openmembership",
    "members_servicecard",
    "members_activityparticipation",
    "members_contestentry",
    "members_healthcheck",
    "members_recuperation",
    "members_jobplacement",
}
# Shown by a policy of their own, which is tried out below.
OWN_POLICY = {"members_duplicatepair"}
POLICIES = "SELECT permissive, cmd, roles::text, qual, with_check FROM pg_policies WHERE tablename = %s"


def policies(table: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relrowsecurity FROM pg_class WHERE relname = %s", [table])
        assert cursor.fetchone() == (True,), table
        cursor.execute(POLICIES, [table])
        return cursor.fetchall()


@pytest.mark.parametrize("table", PROTECTED)
def test_every_table_that_holds_people_is_hidden_as_persons_are(table: str) -> None:
    """One policy, the same as on members_person, which the tests above try out; on the copies as well."""
    like_persons = policies("members_person")
    assert len(like_persons) == 1
    assert policies(table) == policies(f"{table}history") == like_persons


def test_no_table_that_points_at_a_person_or_holds_ciphertext_was_forgotten() -> None:
    found = {
        model._meta.db_table
        for model in apps.get_models()
        if not model.__name__.endswith("History")
        for field in model._meta.get_fields()
        if isinstance(field, EncryptedTextField) or (field.concrete and field.related_model is Person)
    }
    assert found - set(PROTECTED) == WITHOUT_NAMES | OWN_POLICY


def test_a_pair_of_persons_is_seen_only_by_who_sees_both(two_unions: tuple[Union, Union]) -> None:
    here, there = two_unions
    with acting(SYSTEM):
        first, second = Person.objects.order_by("pk")
        DuplicatePair.objects.create(first=first, second=second)
        DuplicatePair.objects.update(note="changed")
    copies = DuplicatePair.history.field.model  # type: ignore[attr-defined]
    for user, seen in ((chair_of(here), 0), (chair_of(there), 0), (UserFactory(role=Role.ORGANISATION), 1)):
        with acting(user):
            assert DuplicatePair.objects.count() == copies.objects.count() == seen


def test_a_statement_that_fails_across_scopes_is_told_by_its_own_words(two_unions: tuple[Union, Union]) -> None:
    """Afterwards the scope is the former one again: what was set in between is rolled back with the statement."""
    here, _there = two_unions
    with acting(chair_of(here)):
        with pytest.raises(Error, match="division by zero"), transaction.atomic(), across_scopes():
            connection.cursor().execute("SELECT 1 / 0")
        assert people_by_raw_sql() == 1
