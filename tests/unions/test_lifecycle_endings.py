"""A union ends once, on paper, and only when everything that hangs on it has its place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from members.models import Membership
from tests.factories.members import member_of
from tests.factories.town import Town, rows
from tests.factories.unions import UnionFactory, UserFactory
from unions.access import Role
from unions.leftovers import Fate
from unions.models import (
    AuditEntry,
    CommitteeTerm,
    LegalCertificate,
    Office,
    Officer,
    ReportingPeriod,
    ReturnObligation,
    Union,
    UnionCoverage,
    UnionEvent,
    UnionForm,
    UnionProfile,
)
from unions.services.endings import After, dissolve, merge, plan_dissolution, plan_split, split, transfer_out

pytestmark = pytest.mark.usefixtures("as_system")
DAY = date(2026, 5, 20)
EVE = date(2026, 5, 19)
WRITTEN = (Union, UnionProfile, UnionCoverage, UnionEvent, CommitteeTerm, Officer, Membership, AuditEntry)
PAPER = {"on": DAY, "document_no": "澄江街总工〔2026〕21号", "approved_by": "澄江街道总工会"}


@pytest.fixture
def town() -> Town:
    return Town()


def with_members(union: Union, number: int) -> Union:
    """Members who work for the union's first employer."""
    for _ in range(number):
        member_of(union)
    Membership.objects.filter(union=union).update(employer=union.coverages.first().employer)
    return union


def refused(service: Any, *fields: str, **facts: Any) -> str:
    before = rows(*WRITTEN)
    with pytest.raises(ValidationError) as refusal:
        service(**facts)
    if fields:
        assert list(refusal.value.message_dict) == list(fields)
    assert rows(*WRITTEN) == before
    assert not Union.objects.filter(ended_on=DAY).exists()
    return " ".join(refusal.value.messages)


def active(union: Union, **more: Any) -> int:
    return Membership.objects.filter(union=union, status="ACTIVE", **more).count()


def test_a_union_with_members_is_not_dissolved_until_they_are_moved_or_retained(town: Town) -> None:
    union, other = with_members(town.union(), 3), town.union(employers=2)
    facts = {"union": union, "employers": After.CLOSED, "actor": town.officer, **PAPER}
    assert "3" in refused(dissolve, "members", **facts)
    refused(dissolve, "to", **facts, members=Fate.MOVED)
    refused(dissolve, "members", **facts, members=Fate.LEFT)
    dissolve(**facts, members=Fate.MOVED, to=other)
    assert (active(union), active(other, joined_on=DAY)) == (0, 3)
    assert set(Membership.objects.filter(union=union).values_list("status", "left_on")) == {("TRANSFERRED_OUT", DAY)}


def test_retained_members_stand_at_the_next_higher_union(town: Town) -> None:
    union = with_members(town.union(), 2)
    dissolve(union=union, employers=After.UNCOVERED, members=Fate.RETAINED, actor=town.officer, **PAPER)
    kept = Membership.objects.filter(union=town.hub)
    assert set(kept.values_list("status", "retained_on", "employer")) == {("RETAINED", DAY, None)}
    assert kept.count() == 2


def test_what_hangs_on_a_dissolved_union_ends_with_it(town: Town) -> None:
    union = town.union()
    LegalCertificate.objects.create(
        union=union, number="法证字第1号", issued_on=union.founded_on, start=union.founded_on, end=date(2027, 3, 1)
    )
    Office.objects.create(union=union, user=UserFactory(name="王建国"), role=Role.CHAIR, start=union.founded_on)
    quarter = ReportingPeriod.objects.create(
        code="2026Q2", kind="QUARTER", start=date(2026, 4, 1), end=date(2026, 7, 1)
    )
    ReturnObligation.objects.create(union=union, period=quarter, due_on=date(2026, 7, 15))
    employer = union.coverages.get().employer
    facts = {"union": union, "employers": After.CLOSED, **PAPER}
    assert (2, 1) in [(effect.before, effect.after) for effect in plan_dissolution(**facts)]
    dissolve(**facts, actor=town.officer)
    union.refresh_from_db()
    employer.refresh_from_db()
    assert (union.ended_on, employer.closed_on) == (DAY, DAY)
    assert union.terms.get().ended_on == union.officers.get().end == union.certificates.get().end == DAY
    assert Office.objects.get(union=union).end == union.coverages.get().end == union.profiles.get().end == DAY
    assert ReturnObligation.objects.get(union=union).exempted_on == DAY
    assert set(union.events.values_list("kind", flat=True)) == {"FOUNDED", "LEGAL_CANCELLED", "DISSOLVED"}
    before = rows(*WRITTEN)
    with pytest.raises(ValidationError):
        dissolve(**facts, actor=town.officer)
    assert rows(*WRITTEN) == before


@pytest.mark.parametrize("field", ["document_no", "approved_by", "employers"])
def test_a_dissolution_asks_for_its_papers(town: Town, field: str) -> None:
    facts = {"union": town.union(), "employers": After.UNCOVERED, "actor": town.officer, **PAPER}
    refused(dissolve, field, **facts | {field: ""})


def test_a_federation_with_unions_under_it_and_the_federation_itself_do_not_end(town: Town) -> None:
    under = town.union()
    facts = {"employers": After.UNCOVERED, "actor": town.officer, **PAPER}
    assert under.name in refused(dissolve, union=town.hub, **facts)
    refused(dissolve, union=town.federation, **facts)


def test_an_ending_in_the_future_or_in_a_locked_period_is_refused(town: Town) -> None:
    facts = {"union": town.union(), "employers": After.UNCOVERED, "actor": town.officer, **PAPER}
    refused(dissolve, "on", **facts | {"on": date(2999, 1, 1)})
    refused(dissolve, "on", **facts | {"on": date(2020, 3, 1)})
    town.lock("2026Q2", date(2026, 4, 1), date(2026, 7, 1))
    assert "2026Q2" in refused(dissolve, "on", **facts)


def test_a_community_officer_does_not_dissolve_elsewhere(town: Town) -> None:
    away = UserFactory(role=Role.COMMUNITY, role__at=UnionFactory(form="COMMUNITY", parent=town.federation))
    union = town.union()
    before = rows(*WRITTEN)
    with pytest.raises(PermissionDenied):
        dissolve(union=union, employers=After.UNCOVERED, actor=away, **PAPER)
    assert rows(*WRITTEN) == before


def test_employers_of_a_dissolved_union_go_to_another_with_room_for_them(town: Town) -> None:
    union, single, joint = town.union(), town.union(), town.union(employers=2)
    facts = {"union": union, "employers": After.COVERED, "actor": town.officer, **PAPER}
    refused(dissolve, "to", **facts, to=single)
    refused(dissolve, "to", **facts, to=town.hub)
    refused(dissolve, "to", **facts, to=union)
    dissolve(**facts, to=joint)
    assert joint.coverages.on(DAY).count() == 3


def test_a_merger_moves_employers_and_members_into_the_one_that_stays(town: Town) -> None:
    into, first, second = town.union(employers=2), with_members(town.union(), 2), with_members(town.union(), 1)
    facts = {"unions": [first, second], "into": into, "actor": town.officer, **PAPER}
    refused(merge, "into", **facts | {"into": first})
    refused(merge, "unions", **facts | {"unions": []})
    refused(merge, "document_no", **facts | {"document_no": ""})
    events = merge(**facts)
    assert {(event.kind, event.other_union) for event in events} == {("MERGED", into)}
    assert (into.coverages.on(EVE).count(), into.coverages.on(DAY).count()) == (2, 4)
    assert active(into) == 3
    assert set(Union.objects.filter(ended_on=DAY)) == {first, second}


def test_a_union_leaves_the_federation_with_its_members(town: Town) -> None:
    union = with_members(town.union(), 2)
    facts = {"union": union, "actor": town.officer, **PAPER}
    refused(transfer_out, "going_to", **facts, going_to="")
    transfer_out(**facts, going_to="临港街道总工会")
    assert Membership.objects.filter(status="ACTIVE").count() == 0
    assert union.events.get(kind="TRANSFERRED_OUT").after == "临港街道总工会"


def test_a_union_splits_off_with_named_employers_and_their_members(town: Town) -> None:
    old = with_members(town.union(employers=3), 2)
    going = [old.coverages.first().employer]
    facts = {"union": old, "name": "海晟贸易工会", "form": UnionForm.SINGLE, "employers": going, **PAPER}
    elsewhere = town.union().coverages.get().employer
    actor = {"actor": town.officer, "chair": "赵强", "years": 5}
    refused(split, "employers", **facts | {"employers": [elsewhere]}, **actor)
    everybody = [row.employer for row in old.coverages.all()]
    refused(split, "employers", **facts | {"employers": everybody, "form": UnionForm.JOINT}, **actor)
    assert (3, 2) in [(effect.before, effect.after) for effect in plan_split(**facts)]
    made = split(**facts, **actor)
    assert (old.coverages.on(DAY).count(), made.coverages.get().employer) == (2, going[0])
    assert (active(old), active(made)) == (0, 2)
    event = made.events.get()
    assert (event.kind, event.other_union, made.parent) == ("SPLIT", old, town.hub)
