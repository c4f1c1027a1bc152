"""A union goes on under another name, rank, place or with other employers; any earlier day still reads as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.factories.town import BEGAN, Town, rows
from tests.factories.unions import CommunityFactory, UnionFactory
from unions.models import AuditEntry, CommitteeTerm, Union, UnionCoverage, UnionEvent, UnionForm, UnionProfile
from unions.services.structure import (
    cover_employers,
    plan_rename,
    plan_upgrade,
    rename,
    reorganise,
    transfer_in,
    uncover_employer,
    upgrade,
)

pytestmark = pytest.mark.usefixtures("as_system")
DAY = date(2026, 4, 15)
WRITTEN = (Union, UnionProfile, UnionCoverage, UnionEvent, CommitteeTerm, AuditEntry)
PAPER = {"document_no": "澄江街总工〔2026〕9号", "approved_by": "澄江街道总工会"}


@pytest.fixture
def town() -> Town:
    return Town()


def refused(service: Any, field: str, **facts: Any) -> str:
    before = rows(*WRITTEN)
    with pytest.raises(ValidationError) as refusal:
        service(**facts)
    assert list(refusal.value.message_dict) == [field]
    assert rows(*WRITTEN) == before
    return " ".join(refusal.value.messages)


def test_a_renamed_union_keeps_its_former_name_for_the_days_before(town: Town) -> None:
    union = town.union(name="澄江镇海天贸易工会")
    facts = {"union": union, "name": "澄江海天贸易工会", "on": DAY, **PAPER}
    effect = plan_rename(**facts)[0]
    assert (effect.before, effect.after) == ("澄江镇海天贸易工会", "澄江海天贸易工会")
    rename(**facts, actor=town.officer)
    union.refresh_from_db()
    assert union.name == "澄江海天贸易工会"
    assert union.profiles.on(date(2026, 4, 14)).get().name == "澄江镇海天贸易工会"
    assert union.profiles.on(DAY).get().initials == "cjhtmygh"
    event = union.events.get(kind="RENAMED")
    assert (event.before, event.after) == ("澄江镇海天贸易工会", "澄江海天贸易工会")


def test_a_rename_is_refused_at_the_field_that_is_wrong(town: Town) -> None:
    union, other = town.union(name="甲工会"), town.union(name="乙工会")
    facts = {"union": union, "name": "丙工会", "on": DAY, **PAPER, "actor": town.officer}
    refused(rename, "name", **facts | {"name": "甲工会"})
    assert other.code in refused(rename, "name", **facts | {"name": "乙工会"})
    refused(rename, "document_no", **facts | {"document_no": ""})
    refused(rename, "on", **facts | {"on": date(2999, 1, 1)})
    refused(rename, "on", **facts | {"on": date(2019, 1, 1)})
    refused(rename, "on", **facts | {"on": BEGAN})
    town.lock("2026H1", date(2026, 1, 1), date(2026, 7, 1))
    assert "2026H1" in refused(rename, "on", **facts)


def test_a_dissolved_union_is_not_renamed_and_receives_no_employer(town: Town) -> None:
    gone = UnionFactory(parent=town.hub, ended_on=date(2025, 1, 1))
    facts = {"union": gone, "on": DAY, "actor": town.officer}
    refused(rename, "on", **facts, name="新名工会", **PAPER)
    refused(cover_employers, "on", **facts, employers=town.employers(1))


def test_a_second_change_of_one_day_joins_the_first(town: Town) -> None:
    """One profile a day: what counts is how the union stands at the end of it; both changes are kept."""
    union = town.union(name="甲工会")
    elsewhere = CommunityFactory(code="C02")
    rename(union=union, name="乙工会", on=DAY, **PAPER, actor=town.officer)
    reorganise(
        union=union, on=DAY, form="SINGLE", parent=town.hub, community=elsewhere, reason="搬迁", actor=town.officer
    )
    assert union.profiles.count() == 2
    assert (union.profiles.on(DAY).get().name, union.profiles.on(DAY).get().community) == ("乙工会", elsewhere)
    refused(rename, "on", union=union, name="丙工会", on=DAY, **PAPER, actor=town.officer)
    refused(rename, "on", union=union, name="丙工会", on=date(2026, 4, 14), **PAPER, actor=town.officer)


def test_a_community_union_is_raised_to_a_general_federation(town: Town) -> None:
    facts = {"union": town.hub, "name": "东港社区总工会", "on": DAY, **PAPER}
    assert plan_upgrade(**facts)[0].after == "东港社区总工会"
    upgrade(**facts, actor=town.officer)
    town.hub.refresh_from_db()
    assert (town.hub.name, town.hub.form) == ("东港社区总工会", UnionForm.COMMUNITY)
    refused(upgrade, "name", **facts, actor=town.officer)
    refused(upgrade, "name", **facts | {"union": town.union(name="单工会"), "name": "单总工会"}, actor=town.officer)


def test_a_union_cannot_stand_under_itself_nor_under_a_primary_union(town: Town) -> None:
    below = UnionFactory(form=UnionForm.REGIONAL_FED, parent=town.hub)
    primary = town.union()
    facts = {"form": "COMMUNITY", "community": town.community, "on": DAY, "reason": "调整", "actor": town.officer}
    refused(reorganise, "parent", union=town.hub, parent=below, **facts)
    refused(reorganise, "parent", union=town.hub, parent=primary, **facts)
    refused(reorganise, "form", union=primary, parent=town.hub, **facts | {"form": "WORKING_COMMITTEE"})


def test_a_single_union_that_becomes_joint_covers_more(town: Town) -> None:
    union, more = town.union(), town.employers(2)
    facts = {"union": union, "employers": more, "on": DAY, "actor": town.officer}
    refused(cover_employers, "employers", **facts)
    reorganise(
        union=union, on=DAY, form="JOINT", parent=town.hub, community=town.community, reason="扩大", actor=town.officer
    )
    cover_employers(**facts)
    assert union.coverages.on(DAY).count() == 3
    assert more[0].name in refused(cover_employers, "employers", **facts)


def test_a_coverage_ends_once_and_never_leaves_a_union_empty(town: Town) -> None:
    union = town.union(employers=2)
    first, second = union.coverages.order_by("pk")
    facts = {"on": DAY, "reason": "迁出本街道", "actor": town.officer}
    uncover_employer(coverage=first, **facts)
    refused(uncover_employer, "on", coverage=first, **facts)
    refused(uncover_employer, "on", coverage=second, **facts)
    assert union.coverages.on(DAY).get() == second


def test_a_union_comes_from_outside_with_its_own_age(town: Town) -> None:
    facts = {
        "name": "宏远建材工会",
        "form": UnionForm.SINGLE,
        "parent": town.hub,
        "on": DAY,
        "founded_on": date(2012, 5, 1),
        "coming_from": "临港街道总工会",
        "employers": town.employers(1),
        "chair": "赵强",
        "actor": town.officer,
        **PAPER,
    }
    refused(transfer_in, "coming_from", **facts | {"coming_from": ""})
    refused(transfer_in, "founded_on", **facts | {"founded_on": date(2026, 6, 1)})
    union = transfer_in(**facts)
    assert (union.founded_on, union.profiles.get().start, union.events.get().kind) == (
        date(2012, 5, 1),
        DAY,
        "TRANSFERRED_IN",
    )
    refused(transfer_in, "name", **facts)
