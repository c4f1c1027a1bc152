"""Opening + in − out = closing, for every period and scope, counted from both sides."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.town import Town
from tests.factories.unions import UnionFactory
from unions.access import Scope
from unions.models import Union, UnionEventKind, UnionForm
from unions.periods import HalfYear, parse_period
from unions.services.endings import After, dissolve, merge, split, transfer_out
from unions.services.founding import found_union
from unions.services.structure import transfer_in
from unions.stock import RollForward, roll_forward

pytestmark = pytest.mark.usefixtures("as_system")
K = UnionEventKind
PAPER = {"document_no": "澄江街总工〔2026〕1号", "approved_by": "澄江街道总工会"}


@pytest.fixture
def town() -> Town:
    """A half-year in which everything happens that moves the stock; each on its own day."""
    town = Town()
    unions = [town.union(employers=2) for _ in range(5)]
    actor = {"actor": town.officer, **PAPER}
    new = {"form": "SINGLE", "parent": town.hub, "chair": "赵强", "years": 3}
    found_union(name="新一工会", founded_on=date(2026, 1, 1), employers=town.employers(1), **new, **actor)
    found_union(name="新二工会", founded_on=date(2026, 6, 30), employers=town.employers(1), **new, **actor)
    found_union(name="新三工会", founded_on=date(2026, 7, 1), employers=town.employers(1), **new, **actor)
    committee = {"form": "WORKING_COMMITTEE", "parent": town.federation}
    found_union(name="商圈工会工作委员会", founded_on=date(2026, 3, 3), **committee, **actor)
    transfer_in(
        name="外来工会", on=date(2026, 2, 2), founded_on=date(2011, 1, 1), coming_from="临港街道总工会", **new, **actor,
        employers=town.employers(1),
    )  # fmt: skip
    one = [unions[0].coverages.first().employer]
    split(union=unions[0], name="分立工会", form="SINGLE", employers=one, on=date(2026, 2, 20), **actor)
    dissolve(union=unions[1], on=date(2026, 6, 30), employers=After.UNCOVERED, **actor)
    merge(unions=[unions[2]], into=unions[3], on=date(2026, 4, 4), **actor)
    transfer_out(union=unions[4], on=date(2026, 7, 1), going_to="临港街道总工会", **actor)
    return town


def test_a_half_year_adds_up(town: Town) -> None:
    """6 (five and the community union) + 2 founded + 1 in + 1 split − 1 dissolved − 1 merged = 8.

    What happens on 1 July belongs to the next half; the working committee is no primary union.
    """
    found = roll_forward(Scope.everything(), HalfYear(2026, 1))
    assert (found.opening, found.closing, found.is_balanced) == (6, 8, True)
    assert found.arrivals == {K.FOUNDED: 2, K.TRANSFERRED_IN: 1, K.SPLIT: 1}
    assert found.departures == {K.DISSOLVED: 1, K.MERGED: 1, K.TRANSFERRED_OUT: 0}


@pytest.mark.parametrize("period", ["2026", "2026H2", "2026Q1", "2026Q2", "2026Q3", "2026Q1..2026Q3", "2020", "2011"])
def test_every_period_adds_up_and_follows_the_one_before(town: Town, period: str) -> None:
    # The two unions made by the factories before 2020 have no events: the years before are not on record.
    found = roll_forward(Scope.everything(), parse_period(period))
    assert found.is_balanced
    if period == "2026H2":
        # 8 + 1 founded − 1 transferred out = 8.
        assert (found.opening, found.closing) == (8, 8)


def test_a_community_adds_up_by_itself(town: Town) -> None:
    other = UnionFactory(form="COMMUNITY", parent=town.federation)
    here = Scope("", "", frozenset(Union.objects.subtree_ids(town.hub.pk, date(2026, 3, 31))))
    assert roll_forward(here, HalfYear(2026, 1)).is_balanced
    assert roll_forward(Scope("", "", frozenset({other.pk})), HalfYear(2026, 1)) == RollForward(
        1,
        {K.FOUNDED: 0, K.TRANSFERRED_IN: 0, K.SPLIT: 0},
        {K.DISSOLVED: 0, K.MERGED: 0, K.TRANSFERRED_OUT: 0},
        1,
    )


def test_a_union_without_its_event_shows_as_a_gap(town: Town) -> None:
    UnionFactory(parent=town.hub, founded_on=date(2026, 5, 5))
    found = roll_forward(Scope.everything(), HalfYear(2026, 1))
    assert (found.expected, found.closing, found.is_balanced) == (8, 9, False)


def test_a_union_that_ended_stays_in_the_scope_it_ended_in() -> None:
    community = UnionFactory(form=UnionForm.COMMUNITY)
    gone, moved = UnionFactory(parent=community), UnionFactory(parent=community)
    Union.objects.filter(pk=gone.pk).update(ended_on=date(2026, 3, 1))
    for union in (gone, moved):
        union.profiles.update(end=date(2026, 3, 1))
    # The one dissolved is still the community's; the one that moved to another higher union no longer is.
    assert Union.objects.subtree_ids(community.pk, date(2026, 6, 30)) == {community.pk, gone.pk}
