"""Two records of one person become one, nothing is lost on the way, and for 30 days it can be undone."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from members.duplicates import look_for_duplicates
from members.merge_form import held_by
from members.merging import NOT_MOVED, merge_persons, relations, undo_merge
from members.models import (
    Activity,
    ActivityParticipation,
    DuplicatePair,
    HealthCheck,
    IdType,
    Membership,
    OpenMembership,
    Person,
    PersonMerge,
    ServiceCard,
    SpecialGroup,
)
from members.services import Applicant, apply_to_join
from members.tasks import forget_merges
from reports.figures import figures
from tests.factories.members import MembershipFactory, PersonFactory, id_number, member_of
from tests.factories.relief import HardshipFileFactory, HouseholdMemberFactory, MutualAidEnrolmentFactory
from tests.factories.unions import UnionFactory, UserFactory
from unions.access import Role, Scope
from unions.acting import SYSTEM, acting
from unions.models import AuditEntry, QuarterlyReturn, ReportingPeriod, ReturnObligation, ReturnStatus, User
from unions.periods import HalfYear
from unions.services.records import history_of

pytestmark = pytest.mark.django_db
BIRTH, DAY = date(1990, 5, 1), date(2026, 3, 1)
GOOD = id_number(1, BIRTH)
WRONG = GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1")
HALF = HalfYear(2026, 1)


class Cast:
    """A union, its chair, an officer of the federation, and one person recorded twice: rightly and mistyped."""

    def __init__(self) -> None:
        self.union, self.other = UnionFactory(), UnionFactory()
        self.chair: User = UserFactory(role=Role.CHAIR, role__at=self.union)
        self.officer: User = UserFactory(role=Role.ORGANISATION)
        self.right = member_of(self.union, name="张伟", birth_date=BIRTH, id_number=GOOD)
        self.twice = PersonFactory(
            union=self.union, name="章伟", birth_date=BIRTH, id_number=WRONG, phone="13900000000", education="大专"
        )

    def merge(self, actor: User | None = None, **more: Any) -> PersonMerge:
        with acting(actor or self.officer):
            facts = {"kept": self.right, "merged": self.twice, "reason": "本人来核对过"} | more
            return merge_persons(actor=actor or self.officer, **facts)

    def undo(self, merge: PersonMerge, actor: User | None = None, reason: str = "搞错了") -> PersonMerge:
        with acting(actor or self.officer):
            return undo_merge(merge=merge, actor=actor or self.officer, reason=reason)

    def checked(self, person: Person, round_: str = "2026 春检") -> HealthCheck:
        return HealthCheck.objects.create(union=self.union, person=person, round=round_, checked_on=DAY)


@pytest.fixture
def cast(as_system: None) -> Cast:
    return Cast()


def everything() -> dict[str, list[Any]]:
    """Every row of every table that names a person, the persons themselves among them."""
    models = {references.model for references in relations()} | {OpenMembership}
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


def refused(cast: Cast, code: str, **more: Any) -> str:
    """The merge is refused for this reason, by code or at this field, and nothing is written; in which words."""
    before = everything()
    with pytest.raises(ValidationError) as error:
        cast.merge(**more)
    assert everything() == before
    assert not PersonMerge.objects.exists()
    assert code in reasons(error.value)
    return str(error.value)


def reasons(error: ValidationError) -> set[str]:
    fields = getattr(error, "error_dict", {})
    return {str(one.code) for one in error.error_list} if not fields else set(fields)


def forbidden(cast: Cast, **more: Any) -> None:
    before = everything()
    with pytest.raises(PermissionDenied):
        cast.merge(**more)
    assert everything() == before


def test_every_column_of_the_database_that_names_a_person_is_moved() -> None:
    """Read from the database's own foreign keys, not from the models."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, attname FROM pg_constraint "
            "JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1] "
            "WHERE contype = 'f' AND confrelid = 'members_person'::regclass"
        )
        columns = set(cursor.fetchall())
    moved = {(references.model._meta.db_table, references.field.column) for references in relations()}
    left = {model._meta.db_table for model in NOT_MOVED}
    assert {column for column in columns if column[0] not in left} == moved
    assert ("relief_hardshipfile", "principal_id") in moved and ("members_person", "merged_into_id") in moved


def test_what_hangs_on_both_hangs_on_the_one_that_stays(cast: Cast) -> None:
    check = cast.checked(cast.twice)
    card = ServiceCard.objects.create(union=cast.union, person=cast.twice, info_collected_on=DAY)
    file = HardshipFileFactory(principal=cast.twice)
    left = MembershipFactory(
        person=cast.twice, status="WITHDRAWN", joined_on=date(2012, 1, 1), left_on=date(2014, 1, 1)
    )
    merge = cast.merge(take=["phone", "education"])
    for row, field in ((check, "person"), (card, "person"), (file, "principal"), (left, "person")):
        row.refresh_from_db()
        assert getattr(row, field) == cast.right
    cast.right.refresh_from_db()
    assert (cast.right.phone, cast.right.education) == ("13900000000", "大专")
    # The name that was not chosen is found again as the former name.
    assert (cast.right.name, cast.right.former_name) == ("张伟", "章伟")
    assert (merge.merged_on + timedelta(days=30), merge.closed) == (merge.undo_until, [])
    assert sum(len(entry["rows"]) for entry in merge.moved) == 4
    assert AuditEntry.objects.filter(action="members.merge_persons", target_id=cast.right.pk).exists()


def test_the_merged_record_is_in_no_list_and_its_number_leads_to_the_kept_one(cast: Cast) -> None:
    cast.merge()
    with acting(cast.officer):
        assert list(Person.objects.visible_to(cast.officer)) == [cast.right]
        look_for_duplicates()
        assert not DuplicatePair.objects.filter(state="OPEN").exists()
    cast.twice.refresh_from_db()
    assert (cast.twice.merged_into, cast.twice.id_number) == (cast.right, WRONG)
    applicant = Applicant("章伟", "M", BIRTH, WRONG, IdType.OTHER, consented_on=DAY)
    with acting(cast.chair), pytest.raises(ValidationError, match="2015-03-01"):
        apply_to_join(actor=cast.chair, union=cast.union, applicant=applicant, applied_on=DAY)


def test_a_number_that_is_taken_over_is_exchanged_so_that_both_lead_to_one_person(cast: Cast) -> None:
    merge = cast.merge(kept=cast.twice, merged=cast.right, take=["id_number", "name"])
    numbers = {row.id_number: row for row in Person.objects.all()}
    assert (numbers[GOOD].pk, numbers[WRONG].pk) == (cast.twice.pk, cast.right.pk)
    assert numbers[GOOD].id_last4 == GOOD[-4:]
    # Only ciphertext of the former values is kept.
    with connection.cursor() as cursor:
        cursor.execute("SELECT former FROM members_personmerge")
        assert GOOD.encode() not in bytes(cursor.fetchone()[0])
    assert GOOD not in json.dumps([merge.moved, merge.closed, merge.masked_id])


def test_undoing_puts_every_row_back_as_it_was(cast: Cast) -> None:
    """Including a number exchanged, a membership closed and a card left behind."""
    MembershipFactory(person=cast.twice)
    cast.checked(cast.right)
    cast.checked(cast.twice)
    cast.checked(cast.twice, "2025 春检")
    ServiceCard.objects.create(union=cast.union, person=cast.twice, info_collected_on=DAY)
    before = everything()
    merge = cast.merge(kept=cast.twice, merged=cast.right, take=["id_number", "name", "phone"])
    assert everything() != before
    cast.undo(merge)
    assert everything() == before
    merge.refresh_from_db()
    assert merge.undone_because == "搞错了"
    with pytest.raises(ValidationError):
        cast.undo(merge)


def test_two_valid_numbers_are_two_people(cast: Cast) -> None:
    cast.twice = PersonFactory(union=cast.union, name="张伟", birth_date=BIRTH, id_number=id_number(3, BIRTH))
    refused(cast, "two_people")


def test_a_merge_says_why_and_ends_with_a_valid_record(cast: Cast) -> None:
    refused(cast, "reason", reason="  ")
    refused(cast, "same", merged=cast.right)
    # The mistyped number cannot be the one that is kept.
    refused(cast, "id_number", take=["id_number"])


def test_a_chair_merges_within_his_union_only(cast: Cast) -> None:
    here = UserFactory(role=Role.CHAIR, role__at=cast.other)
    forbidden(cast, actor=here)
    culture_reader = UserFactory(role=Role.FEDERATION_CHAIR)
    forbidden(cast, actor=culture_reader)
    elsewhere = MembershipFactory(
        person=cast.twice, union=cast.other, status="WITHDRAWN", joined_on=date(2011, 1, 1), left_on=date(2012, 1, 1)
    )
    forbidden(cast, actor=cast.chair)
    Membership.objects.filter(pk=elsewhere.pk).update(union=cast.union)
    assert cast.merge(actor=cast.chair).kept == cast.right


def counted() -> list[int]:
    """Members at the end of the half, cards collected in it, and people checked in it: ORG-09, CARE-28, CARE-34."""
    with acting(SYSTEM):
        found = figures(HALF, Scope.everything(), ["ORG-09", "CARE-28", "CARE-34"])
    return [int(figure.value or 0) for figure in found.values()]


def test_who_was_on_a_list_twice_counts_once_afterwards(cast: Cast) -> None:
    """Two memberships, two cards and two checks of one round become one each; no row is gone."""
    MembershipFactory(person=cast.twice)
    for person in (cast.right, cast.twice):
        cast.checked(person)
        ServiceCard.objects.create(union=cast.union, person=person, info_collected_on=DAY)
        SpecialGroup.objects.create(union=cast.union, person=person, kind="VETERAN", start=DAY)
    rows = {label: len(held) for label, held in everything().items() if label != "members.OpenMembership"}
    assert counted() == [2, 2, 2]
    merge = cast.merge()
    assert counted() == [1, 1, 1]
    assert {entry["model"] for entry in merge.closed} == {
        *("members.Membership", "members.ServiceCard", "members.HealthCheck", "members.SpecialGroup")
    }
    with acting(cast.officer):
        for model in (HealthCheck, ServiceCard, SpecialGroup):
            assert [row.person for row in model.objects.visible_to(cast.officer)] == [cast.right]
    assert rows == {label: len(held) for label, held in everything().items() if label != "members.OpenMembership"}
    assert Membership.objects.get(person=cast.twice).status == "DUPLICATE"


def test_a_row_with_no_person_is_counted_as_before(cast: Cast) -> None:
    activity = Activity.objects.create(union=cast.union, kind="TRAINING", title="培训", starts_on=DAY, ends_on=DAY)
    ActivityParticipation.objects.create(union=cast.union, activity=activity)
    cast.merge()
    assert ActivityParticipation.objects.visible_to(cast.officer).count() == 1


def test_members_of_two_unions_at_one_time_are_named_and_refused(cast: Cast) -> None:
    MembershipFactory(person=cast.twice, union=cast.other, joined_on=date(2020, 1, 1))
    words = refused(cast, "two_memberships")
    assert f"{cast.other} 2020-01-01" in words and f"{cast.union} 2015-03-01" in words


def test_the_record_that_still_is_a_member_must_be_the_one_that_stays(cast: Cast) -> None:
    Membership.objects.update(status="WITHDRAWN", left_on=date(2025, 1, 1))
    MembershipFactory(person=cast.twice, joined_on=date(2024, 1, 1))
    refused(cast, "open")
    assert cast.merge(kept=cast.twice, merged=cast.right, take=["id_number"]).kept == cast.twice


def test_an_open_membership_goes_over_with_the_person(cast: Cast) -> None:
    Membership.objects.update(status="TRANSFERRED_OUT", left_on=date(2020, 1, 1))
    MembershipFactory(person=cast.twice, union=cast.other, joined_on=date(2020, 1, 1))
    merge = cast.merge()
    assert OpenMembership.objects.get().person == cast.right
    cast.right.refresh_from_db()
    assert cast.right.union == cast.other
    cast.undo(merge)
    assert OpenMembership.objects.get().person == cast.twice


def test_rows_that_exclude_each_other_are_named_to_their_office_only(cast: Cast) -> None:
    """Two open hardship files: who may not see them is told which office to ask, and nothing more."""
    file = HardshipFileFactory(principal=cast.right)
    HardshipFileFactory(principal=cast.twice)
    assert str(file) not in refused(cast, "rows_elsewhere")
    steward = UserFactory(role=Role.STEWARD)
    assert f"#{file.pk}" in refused(cast, "rows", actor=steward)


def test_relatives_and_mutual_aid_twice_are_refused(cast: Cast) -> None:
    file = HardshipFileFactory(principal=member_of(cast.union))
    for person in (cast.right, cast.twice):
        HouseholdMemberFactory(file=file, person=person)
    refused(cast, "rows_elsewhere")
    apps.get_model("relief.HouseholdMember").objects.all().delete()
    enrolled = MutualAidEnrolmentFactory(person=cast.right)
    MutualAidEnrolmentFactory(person=cast.twice, plan=enrolled.plan)
    refused(cast, "rows_elsewhere")


def test_a_row_of_a_locked_return_is_not_closed(cast: Cast) -> None:
    period = ReportingPeriod.objects.create(
        code="2026Q1", kind="QUARTER", start=date(2026, 1, 1), end=date(2026, 4, 1), due_on=date(2026, 4, 10)
    )
    obligation = ReturnObligation.objects.create(union=cast.union, period=period, due_on=date(2026, 4, 10))
    source = QuarterlyReturn.objects.create(
        obligation=obligation, union=cast.union, status=ReturnStatus.LOCKED, version=1
    )
    cast.checked(cast.right)
    HealthCheck.objects.filter(pk=cast.checked(cast.twice).pk).update(source_return=source)
    refused(cast, "locked")


def test_undoing_ends_after_thirty_days(cast: Cast) -> None:
    merge = cast.merge()
    PersonMerge.objects.update(merged_on=merge.merged_on - timedelta(days=31))
    before = everything()
    with pytest.raises(ValidationError) as error:
        cast.undo(merge)
    assert reasons(error.value) == {"late"}
    assert everything() == before
    PersonMerge.objects.update(merged_on=merge.merged_on - timedelta(days=30))
    assert cast.undo(merge).undone_on


def test_values_are_kept_only_while_they_can_be_given_back(cast: Cast) -> None:
    """Of three merges, of 30 days ago, of 31, and undone: the second's values go at night, the third's went at once."""
    fresh = cast.merge()
    passports = iter(("E10000001", "E10000002", "E10000003", "E10000004"))
    pairs = [
        [PersonFactory(union=cast.union, id_type=IdType.PASSPORT, id_number=next(passports)) for _ in "ab"]
        for _ in "cd"
    ]
    late, undone = (cast.merge(kept=kept, merged=merged) for kept, merged in pairs)
    cast.undo(undone)
    for row, days in ((fresh, 30), (late, 31), (undone, 31)):
        PersonMerge.objects.filter(pk=row.pk).update(merged_on=row.merged_on - timedelta(days=days))
    before = PersonMerge.objects.order_by("pk").values("pk", "name", "masked_id", "reason", "moved", "closed")
    merges, told = list(before), AuditEntry.objects.count()
    forget_merges()
    kept = dict(PersonMerge.objects.values_list("pk", "former"))
    assert kept[fresh.pk] and not kept[late.pk] and not kept[undone.pk]
    # The merges themselves and what was written about them stay, and no copy keeps what was cleared.
    assert (list(before.all()), AuditEntry.objects.count()) == (merges, told)
    copies = history_of(PersonMerge)._base_manager
    assert not copies.filter(pgh_obj_id=undone.pk, former__isnull=False).exists()
    everything_now = everything()
    with pytest.raises(ValidationError, match="30"):
        cast.undo(late)
    assert everything() == everything_now
    assert cast.undo(fresh).undone_on


def test_the_page_of_a_merge_offers_to_undo_it_on_the_last_day_and_not_after(cast: Cast, client: Client) -> None:
    merge = cast.merge()
    client.force_login(cast.officer)
    page, undo = reverse("merges-detail", args=[merge.pk]), reverse("merge-undo", args=[merge.pk])
    PersonMerge.objects.update(merged_on=merge.merged_on - timedelta(days=30))
    assert undo in client.get(page).content.decode()
    PersonMerge.objects.update(merged_on=merge.merged_on - timedelta(days=31))
    forget_merges()
    assert undo not in client.get(page).content.decode()
    answer = client.post(undo, {"reason": "搞错了"})
    assert answer.status_code == 422 and "30" in answer.content.decode()


def later_edit(cast: Cast) -> None:
    row = Person.objects.get(pk=cast.right.pk)
    row.education = "本科"
    row.save()


def later_check_gone(cast: Cast) -> None:
    HealthCheck.objects.all().delete()


def later_membership(cast: Cast) -> None:
    Membership.objects.filter(person=cast.right, left_on=None).update(status="TRANSFERRED_OUT", left_on=DAY)
    MembershipFactory(person=cast.right, union=cast.other, joined_on=DAY)


def later_end(cast: Cast) -> None:
    Membership.objects.filter(person=cast.right, status="RETAINED").update(status="WITHDRAWN", left_on=DAY)


def later_merge(cast: Cast) -> None:
    third = PersonFactory(union=cast.union, name="彰伟", birth_date=BIRTH, id_number="E1", id_type=IdType.OTHER)
    cast.merge(kept=third, merged=cast.right, take=["id_number"])


@pytest.mark.parametrize(
    "later,code",
    [
        (later_edit, "changed"),
        (later_check_gone, "changed"),
        (later_membership, "changed"),
        (later_end, "changed"),
        (later_merge, "merged_since"),
    ],
)
def test_what_changed_since_makes_undoing_impossible_and_is_named(cast: Cast, later: Any, code: str) -> None:
    Membership.objects.update(status="TRANSFERRED_OUT", left_on=date(2020, 1, 1))
    MembershipFactory(person=cast.twice, status="RETAINED", joined_on=date(2020, 1, 1), retained_on=date(2021, 1, 1))
    cast.checked(cast.twice)
    merge = cast.merge(take=["education"])
    later(cast)
    before = everything()
    with pytest.raises(ValidationError) as error:
        cast.undo(merge)
    assert reasons(error.value) == {code}
    assert everything() == before


def test_a_chain_of_merges_is_undone_from_its_end(cast: Cast) -> None:
    """B into A, then A into C: both numbers lead to C; undone in turn, all three stand again."""
    third = PersonFactory(union=cast.union, name="彰伟", birth_date=BIRTH, id_number="E1", id_type=IdType.OTHER)
    before = everything()
    first = cast.merge()
    second = cast.merge(kept=third, merged=cast.right, take=["id_number"])
    cast.twice.refresh_from_db()
    assert cast.twice.merged_into == third
    cast.undo(second)
    cast.undo(first)
    assert everything() == before


def test_a_chair_undoes_only_what_is_within_his_union(cast: Cast) -> None:
    merge = cast.merge()
    with pytest.raises(PermissionDenied):
        cast.undo(merge, actor=UserFactory(role=Role.CHAIR, role__at=cast.other))
    assert cast.undo(merge, actor=cast.chair).undone_on


def test_the_pair_follows_its_persons(cast: Cast) -> None:
    with acting(cast.officer):
        look_for_duplicates()
    assert DuplicatePair.objects.get().state == "OPEN"
    merge = cast.merge()
    assert DuplicatePair.objects.get().state == "MERGED"
    cast.undo(merge)
    assert DuplicatePair.objects.get().state == "OPEN"


def test_the_page_refuses_two_people_and_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    other = PersonFactory(union=cast.union, name="张伟", birth_date=BIRTH, id_number=id_number(3, BIRTH))
    pair = DuplicatePair.objects.create(first=cast.right, second=other)
    client.force_login(cast.chair)
    typed = {"keep": "second", "id_number": "second", "reason": "同名同姓", "confirm": "1"}
    answer = client.post(reverse("duplicate-merge", args=[pair.pk]), typed)
    assert answer.status_code == 422
    assert "同名同姓" in answer.content.decode()
    assert not PersonMerge.objects.exists()


def test_what_hangs_on_a_person_is_counted_within_the_readers_scope_and_offices(cast: Cast) -> None:
    """A chair sees the file of his own union's member; the officer of organisation is told a sum of other offices."""
    HardshipFileFactory(principal=cast.twice)
    earlier = {"joined_on": date(2011, 1, 1), "left_on": date(2012, 1, 1)}
    MembershipFactory(person=cast.twice, union=cast.other, status="WITHDRAWN", **earlier)
    pair = DuplicatePair.objects.create(first=cast.right, second=cast.twice)
    # Of the membership kinds: one of the first record; of the second, one that lies in the other union.
    with acting(cast.chair):
        assert [found[1:] for found in held_by(pair, cast.chair)] == [(1, 0), (0, 1)]
    with acting(cast.officer):
        found = held_by(pair, cast.officer)
        assert [one[1:] for one in found] == [(1, 1), (0, 1)]
        assert "hardshipfile" not in str(found).lower()
