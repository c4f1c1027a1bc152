"""Joining, transferring, retaining and leaving: one open membership for each person, whoever asks for what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from members.models import (
    Membership,
    MembershipConflict,
    MembershipStatus,
    MembershipTransfer,
    OpenMembership,
    Person,
)
from members.services import (
    Applicant,
    accept_transfer,
    apply_to_join,
    decline_transfer,
    request_transfer,
    resume_membership,
    settle_conflict,
)
from members.workflow import MEMBERSHIP
from reports.figures import figures
from tests.factories.members import id_number, member_of
from tests.factories.unions import EmployerFactory, UnionFactory, UserFactory
from unions.access import Role, Scope
from unions.acting import SYSTEM, acting
from unions.models import ReportingPeriod, Union, UnionForm, User
from unions.periods import HalfYear

pytestmark = pytest.mark.django_db
S = MembershipStatus
HALF = HalfYear(2026, 1)
BIRTH = date(1990, 5, 1)
APPLICANT = Applicant(
    name="测试人甲", sex="M", birth_date=BIRTH, id_number=id_number(1, BIRTH), consented_on=date(2026, 1, 5)
)


class Cast:
    """Two unions of one employer each, their chairs, and an officer of the federation."""

    def __init__(self) -> None:
        with acting(SYSTEM):
            self.federation = UnionFactory(form=UnionForm.SUBDISTRICT)
            self.here, self.there = UnionFactory(parent=self.federation), UnionFactory(parent=self.federation)
            self.employer = EmployerFactory(union=self.here, covered_by=self.here)
            self.new_employer = EmployerFactory(union=self.there, covered_by=self.there)
            self.chair_here = UserFactory(role=Role.CHAIR, role__at=self.here)
            self.chair_there = UserFactory(role=Role.CHAIR, role__at=self.there)
            self.officer = UserFactory(role=Role.ORGANISATION, role__at=self.federation)

    def join(
        self, union: Union, chair: User, applicant: Applicant = APPLICANT, on: date = date(2026, 2, 1)
    ) -> Membership:
        with acting(chair):
            row = apply_to_join(actor=chair, union=union, applicant=applicant, applied_on=on)
            return MEMBERSHIP.move(row=row, to=S.ACTIVE, actor=chair, on=on)


@pytest.fixture
def cast() -> Cast:
    return Cast()


def counted() -> tuple[int, int]:
    """(members at the end of the half, admitted in it): ORG-09 and ORG-10."""
    with acting(SYSTEM):
        found = figures(HALF, Scope.everything(), ["ORG-09", "ORG-10"])
    return int(found["ORG-09"].value or 0), int(found["ORG-10"].value or 0)


def stored() -> tuple[int, int, int]:
    with acting(SYSTEM):
        return Person.objects.count(), Membership.objects.count(), OpenMembership.objects.count()


def test_from_application_to_member_with_a_card(cast: Cast) -> None:
    with acting(cast.chair_here):
        row = apply_to_join(
            actor=cast.chair_here,
            union=cast.here,
            applicant=APPLICANT,
            applied_on=date(2026, 3, 1),
            employer=cast.employer,
        )
        assert (row.status, counted()) == (S.APPLIED, (0, 0))
        MEMBERSHIP.move(row=row, to=S.ACTIVE, actor=cast.chair_here, on=date(2026, 3, 10), facts={"card_no": "HY-0001"})
    row = Membership.objects.get()
    assert (row.status, row.joined_on, row.card_no) == (S.ACTIVE, date(2026, 3, 10), "HY-0001")
    # One admitted in the half, one member at its end.
    assert counted() == (1, 1)


def test_nothing_happens_to_a_membership_in_a_locked_period(cast: Cast) -> None:
    row = cast.join(cast.here, cast.chair_here, on=date(2026, 4, 10))
    with acting(SYSTEM):
        ReportingPeriod.objects.create(
            code="2026Q2",
            kind="QUARTER",
            start=date(2026, 4, 1),
            end=date(2026, 7, 1),
            locked_at=timezone.now(),
            locked_by=cast.officer,
        )
    other = replace(APPLICANT, name="测试人乙", id_number=id_number(3, BIRTH))
    chair, day = cast.chair_here, date(2026, 5, 1)
    with acting(chair):
        for refused in (
            lambda: apply_to_join(actor=chair, union=cast.here, applicant=other, applied_on=day),
            lambda: MEMBERSHIP.move(row=row, to=S.RETAINED, actor=chair, on=day, facts={"reason": "退休"}),
            lambda: request_transfer(membership=row, actor=chair, to_union=cast.there, on=day),
        ):
            with pytest.raises(ValidationError, match="2026Q2"):
                refused()
    row.refresh_from_db()
    assert (row.status, stored(), MembershipTransfer.objects.count()) == (S.ACTIVE, (1, 1, 1), 0)


WRONG = {
    "id_number": replace(APPLICANT, id_number=APPLICANT.id_number[:-1] + "0"),
    "birth_date": replace(APPLICANT, birth_date=date(1991, 5, 1)),
    "sex": replace(APPLICANT, sex="F"),
    "name": replace(APPLICANT, name=""),
}


@pytest.mark.parametrize("field", WRONG)
def test_a_wrong_application_is_refused_at_its_field_and_stores_nothing(cast: Cast, field: str) -> None:
    with acting(cast.chair_here), pytest.raises(ValidationError) as refused:
        apply_to_join(actor=cast.chair_here, union=cast.here, applicant=WRONG[field], applied_on=date(2026, 3, 1))
    assert field in refused.value.error_dict
    assert stored() == (0, 0, 0)


LEAVING = {S.WITHDRAWN: S.ACTIVE, S.EXPELLED: S.ACTIVE, S.DECEASED: S.REFUSED}


@pytest.mark.parametrize("left_as", LEAVING)
def test_who_leaves_is_no_longer_claimed_by_two_unions(cast: Cast, left_as: str) -> None:
    standing = cast.join(cast.here, cast.chair_here)
    with acting(cast.chair_there):
        row = apply_to_join(actor=cast.chair_there, union=cast.there, applicant=APPLICANT, applied_on=date(2026, 4, 1))
    with acting(cast.chair_here):
        MEMBERSHIP.move(row=standing, to=left_as, actor=cast.chair_here, on=date(2026, 4, 10), facts={"reason": "离职"})
    with acting(SYSTEM):
        row.refresh_from_db()
        conflict = MembershipConflict.objects.get()
        assert (row.status, row.joined_on) == (LEAVING[left_as], date(2026, 4, 10) if row.status == S.ACTIVE else None)
        assert conflict.settled_on == date(2026, 4, 10) and conflict.reason
        assert Person.objects.get().union_id == (cast.there.pk if row.status == S.ACTIVE else cast.here.pk)


def test_who_leaves_does_not_become_a_member_of_a_union_that_has_ended(cast: Cast) -> None:
    standing = cast.join(cast.here, cast.chair_here)
    with acting(cast.chair_there):
        row = apply_to_join(actor=cast.chair_there, union=cast.there, applicant=APPLICANT, applied_on=date(2026, 4, 1))
    with acting(SYSTEM):
        Union.objects.filter(pk=cast.there.pk).update(ended_on=date(2026, 4, 5))
    with acting(cast.chair_here):
        MEMBERSHIP.move(
            row=standing, to=S.WITHDRAWN, actor=cast.chair_here, on=date(2026, 4, 10), facts={"reason": "离职"}
        )
    with acting(SYSTEM):
        row.refresh_from_db()
        assert (row.status, MembershipConflict.objects.get().settlement) == (S.APPLIED, "")


def test_a_conflict_is_settled_though_the_membership_has_moved_on(cast: Cast) -> None:
    standing = cast.join(cast.here, cast.chair_here)
    with acting(cast.chair_there):
        row = apply_to_join(actor=cast.chair_there, union=cast.there, applicant=APPLICANT, applied_on=date(2026, 4, 1))
    with acting(SYSTEM):
        Membership.objects.filter(pk=standing.pk).update(status=S.TRANSFERRED_OUT, left_on=date(2026, 4, 10))
    with acting(cast.officer):
        moved = {"actor": cast.officer, "settlement": MembershipConflict.Settlement.MOVED, "reason": "已到新单位"}
        with pytest.raises(ValidationError) as refused:
            settle_conflict(conflict=MembershipConflict.objects.get(), on=date(2026, 4, 5), **moved)
        assert "on" in refused.value.error_dict
        settle_conflict(conflict=MembershipConflict.objects.get(), on=date(2026, 4, 10), **moved)
        row.refresh_from_db()
    assert (row.status, row.joined_on) == (S.ACTIVE, date(2026, 4, 10))


def test_no_one_joins_a_union_that_has_ended_or_twice(cast: Cast) -> None:
    cast.join(cast.here, cast.chair_here)
    with acting(cast.chair_here), pytest.raises(ValidationError) as refused:
        apply_to_join(actor=cast.chair_here, union=cast.here, applicant=APPLICANT, applied_on=date(2026, 3, 1))
    assert "id_number" in refused.value.error_dict
    with acting(SYSTEM):
        Union.objects.filter(pk=cast.there.pk).update(ended_on=date(2026, 1, 1))
        cast.there.refresh_from_db()
    other = replace(APPLICANT, name="测试人乙", id_number=id_number(3, BIRTH))
    with acting(cast.chair_there), pytest.raises(ValidationError) as refused:
        apply_to_join(actor=cast.chair_there, union=cast.there, applicant=other, applied_on=date(2026, 3, 1))
    assert "union" in refused.value.error_dict
    assert stored() == (1, 1, 1)


@pytest.mark.parametrize("settlement", MembershipConflict.Settlement)
def test_a_second_membership_opens_a_conflict_that_the_federation_settles(cast: Cast, settlement: str) -> None:
    standing = cast.join(cast.here, cast.chair_here)
    with acting(cast.chair_there):
        row = apply_to_join(actor=cast.chair_there, union=cast.there, applicant=APPLICANT, applied_on=date(2026, 4, 1))
        with pytest.raises(ValidationError):
            MEMBERSHIP.move(row=row, to=S.ACTIVE, actor=cast.chair_there, on=date(2026, 4, 2))
        conflict = MembershipConflict.objects.get()
        with pytest.raises(PermissionDenied):
            settle_conflict(
                conflict=conflict, actor=cast.chair_there, settlement=settlement, on=date(2026, 4, 5), reason="x"
            )
    with acting(cast.officer):
        settle_conflict(
            conflict=conflict, actor=cast.officer, settlement=settlement, on=date(2026, 4, 5), reason="已到新单位"
        )
        row.refresh_from_db()
        standing.refresh_from_db()
    moved = settlement == MembershipConflict.Settlement.MOVED
    assert row.status == (S.ACTIVE if moved else S.REFUSED)
    assert standing.status == (S.TRANSFERRED_OUT if moved else S.ACTIVE)
    # One person, one member, admitted once, wherever he ends.
    assert (stored()[0], stored()[2], counted()) == (1, 1, (1, 1))


def test_a_transfer_needs_both_sides_and_admits_nobody_twice(cast: Cast) -> None:
    old = cast.join(cast.here, cast.chair_here)
    with acting(cast.chair_here):
        transfer = request_transfer(membership=old, actor=cast.chair_here, to_union=cast.there, on=date(2026, 5, 1))
        # The asking side cannot accept for the other.
        with pytest.raises(PermissionDenied):
            accept_transfer(transfer=transfer, actor=cast.chair_here, on=date(2026, 5, 2))
    assert stored() == (1, 1, 1)
    with acting(cast.chair_there):
        seen = MembershipTransfer.objects.get()
        assert seen.name == "测试人甲" and APPLICANT.id_number not in seen.masked_id
        new = accept_transfer(transfer=seen, actor=cast.chair_there, on=date(2026, 5, 6), employer=cast.new_employer)
        assert new.person.name == "测试人甲"
    with acting(SYSTEM):
        old.refresh_from_db()
    assert (old.status, old.left_on, new.joined_on) == (S.TRANSFERRED_OUT, date(2026, 5, 6), date(2026, 5, 6))
    assert counted() == (1, 1)
    with acting(cast.chair_here):
        assert not Person.objects.exists()


def test_a_third_union_neither_sees_nor_accepts_a_transfer(cast: Cast) -> None:
    with acting(SYSTEM):
        third = UnionFactory()
        chair = UserFactory(role=Role.CHAIR, role__at=third)
    old = cast.join(cast.here, cast.chair_here)
    with acting(cast.chair_here):
        transfer = request_transfer(membership=old, actor=cast.chair_here, to_union=cast.there, on=date(2026, 5, 1))
    with acting(chair):
        assert not MembershipTransfer.objects.exists()
        for move in (accept_transfer, decline_transfer):
            facts = {} if move is accept_transfer else {"reason": "x"}
            with pytest.raises(PermissionDenied):
                move(transfer=transfer, actor=chair, on=date(2026, 5, 2), **facts)


@pytest.mark.parametrize(("by_receiver", "status"), [(True, "REFUSED"), (False, "WITHDRAWN")])
def test_a_transfer_refused_or_taken_back_leaves_the_member_where_he_is(
    cast: Cast, by_receiver: bool, status: str
) -> None:
    old = cast.join(cast.here, cast.chair_here)
    with acting(cast.chair_here):
        transfer = request_transfer(membership=old, actor=cast.chair_here, to_union=cast.there, on=date(2026, 5, 1))
    actor = cast.chair_there if by_receiver else cast.chair_here
    with acting(actor):
        decline_transfer(transfer=transfer, actor=actor, on=date(2026, 5, 3), reason="未到岗")
        with pytest.raises(ValidationError):
            accept_transfer(transfer=transfer, actor=cast.chair_there, on=date(2026, 5, 4))
    with acting(SYSTEM):
        old.refresh_from_db()
        transfer.refresh_from_db()
    assert (old.status, transfer.status, counted()) == (S.ACTIVE, status, (1, 1))


def test_a_retired_member_is_retained_and_may_come_back(cast: Cast) -> None:
    row = cast.join(cast.here, cast.chair_here)
    with acting(cast.chair_here):
        MEMBERSHIP.move(row=row, to=S.RETAINED, actor=cast.chair_here, on=date(2026, 5, 1), facts={"reason": "退休"})
        # Retained members are no members of ORG-09.
        assert counted() == (0, 1)
        new = resume_membership(membership=row, actor=cast.chair_here, on=date(2026, 6, 1), employer=cast.employer)
    assert (new.status, counted()) == (S.ACTIVE, (1, 1))


ENDS = (S.WITHDRAWN, S.AUTO_WITHDRAWN, S.EXPELLED, S.DECEASED)
ALLOWED = {
    *((S.APPLIED, to) for to in (S.ACTIVE, S.REFUSED)),
    (S.ACTIVE, S.RETAINED),
    *product((S.ACTIVE, S.RETAINED), ENDS),
}


@pytest.mark.parametrize(("start", "to"), list(product(S, S)))
def test_only_the_moves_in_the_table_happen(cast: Cast, start: str, to: str) -> None:
    with acting(SYSTEM):
        person = member_of(cast.here)
        row = Membership.objects.get()
        dates = {"joined_on": date(2020, 1, 1), "left_on": None, "retained_on": None}
        if start in (S.APPLIED, S.REFUSED):
            dates["joined_on"] = None
        elif start == S.RETAINED:
            dates["retained_on"] = date(2021, 1, 1)
        elif start != S.ACTIVE:
            dates["left_on"] = date(2021, 1, 1)
        Membership.objects.filter(pk=row.pk).update(status=start, **dates)
    with acting(cast.chair_here):
        facts = {"reason": "测试"}
        if (start, to) in ALLOWED:
            MEMBERSHIP.move(row=row, to=to, actor=cast.chair_here, on=date(2026, 3, 1), facts=facts)
        else:
            with pytest.raises(ValidationError):
                MEMBERSHIP.move(row=row, to=to, actor=cast.chair_here, on=date(2026, 3, 1), facts=facts)
    row.refresh_from_db()
    assert row.status == (to if (start, to) in ALLOWED else start)
    assert person.memberships.count() == 1


@pytest.mark.parametrize("role", Role)
def test_who_may_take_an_application(cast: Cast, role: Role) -> None:
    with acting(SYSTEM):
        actor = UserFactory(role=role, role__at=cast.here if role == Role.CHAIR else cast.federation)
    may = role in {Role.ORGANISATION, Role.CULTURE, Role.COMMUNITY, Role.CHAIR, Role.STEWARD}
    with acting(actor):
        if may:
            apply_to_join(actor=actor, union=cast.here, applicant=APPLICANT, applied_on=date(2026, 3, 1))
        else:
            with pytest.raises(PermissionDenied):
                apply_to_join(actor=actor, union=cast.here, applicant=APPLICANT, applied_on=date(2026, 3, 1))
    assert stored()[1] == (1 if may else 0)


def test_an_application_without_a_number_is_refused_at_it(cast: Cast) -> None:
    """A browser may send a number of invisible characters only: nothing is left of it."""
    before = stored()
    with acting(cast.chair_here), pytest.raises(ValidationError) as refused:
        nobody = replace(APPLICANT, id_number="")
        apply_to_join(actor=cast.chair_here, union=cast.here, applicant=nobody, applied_on=date(2026, 2, 1))
    assert "id_number" in refused.value.message_dict
    assert stored() == before
