"""People, memberships, transfers, activities and lists."""

from __future__ import annotations

from datetime import date
from json import dumps
from typing import Any

from members.models import (
    Activity,
    ActivityParticipation,
    ActivityPhoto,
    ActivitySeries,
    Contest,
    ContestEntry,
    DuplicatePair,
    HealthCheck,
    JobPlacement,
    Membership,
    MembershipConflict,
    MembershipStatus,
    MembershipTransfer,
    Merchant,
    Person,
    PersonMerge,
    Recuperation,
    ServiceCard,
    SpecialGroup,
)
from tests.access.rows import EVERYWHERE, OFFICERS_AND_STEWARD, R, Row, kind
from tests.factories.members import member_of
from tests.factories.unions import EmployerFactory, UnionFactory
from unions.models import Union

SEE = OFFICERS_AND_STEWARD
MANAGE = {R.ORGANISATION, R.CULTURE, R.COMMUNITY, R.CHAIR, R.STEWARD}
DAY = date(2026, 3, 1)


def membership(union: Union, **values: Any) -> Membership:
    row = Membership.objects.get(person=member_of(union))
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row


def retained(union: Union) -> Membership:
    return membership(union, status=MembershipStatus.RETAINED, retained_on=DAY)


def transfer(union: Union) -> MembershipTransfer:
    return MembershipTransfer.objects.create(
        union=union, membership=membership(union), name="甲", masked_id="*", to_union=UnionFactory(), requested_on=DAY
    )


def conflict(union: Union) -> MembershipConflict:
    standing = membership(UnionFactory())
    application = Membership.objects.create(union=union, person=standing.person, applied_on=DAY)
    return MembershipConflict.objects.create(
        union=union, application=application, standing=standing, name="甲", masked_id="*", opened_on=DAY
    )


def card(union: Union) -> ServiceCard:
    return ServiceCard.objects.create(union=union, person=member_of(union), info_collected_on=DAY)


def activity(union: Union) -> Activity:
    return Activity.objects.create(union=union, kind="TRAINING", title="培训", starts_on=DAY, ends_on=DAY)


def photo(union: Union) -> ActivityPhoto:
    return ActivityPhoto.objects.create(
        union=union, activity=activity(union), content=b"jpeg", width=1, height=1, sha256="0" * 64
    )


def contest(union: Union) -> Contest:
    return Contest.objects.create(union=union, type="SKILLS", title="技能竞赛", starts_on=DAY, ends_on=DAY)


def entry(union: Union) -> ContestEntry:
    return ContestEntry.objects.create(
        union=union, contest=contest(union), employer=EmployerFactory(union=union, covered_by=union)
    )


def person(union: Union) -> Person:
    return member_of(union)


def pair(union: Union) -> DuplicatePair:
    return DuplicatePair.objects.create(first=member_of(union), second=member_of(union))


def merge(union: Union) -> PersonMerge:
    kept, merged = member_of(union), member_of(union)
    Person.objects.filter(pk=merged.pk).update(merged_into=kept)
    values = {"kept": {"union_id": union.pk}, "given": {"union_id": union.pk}}
    return PersonMerge.objects.create(
        union=union,
        kept=kept,
        merged=merged,
        merged_on=DAY,
        name="甲",
        masked_id="*",
        reason="同",
        former=dumps(values),
    )


def group(union: Union) -> SpecialGroup:
    return SpecialGroup.objects.create(union=union, person=member_of(union), kind="VETERAN", start=DAY)


OWN = dict(see=SEE, manage=MANAGE)
ROWS: dict[str, Row] = {
    "join": Row(MANAGE),
    "roster-gap": Row(SEE),
    "activity-calendar": Row(SEE),
    "photo-file": Row(SEE, make=photo),
    "unmask": Row({R.FEDERATION_CHAIR, R.RELIEF, R.STEWARD}, make=person),
    "transfer-request": Row(MANAGE, make=membership),
    "membership-resume": Row(MANAGE, make=retained),
    "transfer-accept": Row(MANAGE, make=transfer),
    "transfer-decline": Row(MANAGE, make=transfer),
    # Two unions are concerned: only who may act for both settles.
    "conflict-settle": Row(MANAGE & EVERYWHERE, make=conflict, seers=MANAGE),
    "group-counts": Row(SEE),
    "duplicates-look": Row(MANAGE),
    "duplicate-merge": Row(MANAGE, make=pair, seers=SEE),
    "merge-undo": Row(MANAGE, make=merge, seers=SEE),
    **kind("duplicates", pair, see=SEE, manage=MANAGE, may_edit=False, move=("DIFFERENT", MANAGE)),
    **kind("merges", merge, see=SEE, manage=MANAGE, may_add=False, may_edit=False),
    **kind("special-groups", group, **OWN, cell="end"),
    **kind("members", person, see=SEE, manage=MANAGE, may_add=False),
    **kind("memberships", membership, see=SEE, manage=MANAGE, may_add=False, move=("RETAINED", MANAGE), cell="card_no"),
    **kind("transfers", transfer, see=SEE, manage=MANAGE, may_add=False, may_edit=False),
    **kind("conflicts", conflict, see=SEE, manage=MANAGE, may_add=False, may_edit=False),
    **kind("cards", card, **OWN, cell="issued_on"),
    **kind("merchants", lambda union: Merchant.objects.create(union=union, name="超市", contract_from=DAY), **OWN),
    **kind("activities", activity, **OWN, cell="attendances"),
    **kind(
        "participations",
        lambda union: ActivityParticipation.objects.create(union=union, activity=activity(union)),
        **OWN,
    ),
    **kind(
        "series",
        lambda union: ActivitySeries.objects.create(code=f"S{union.pk}", name=f"一小时课堂{union.pk}", start=DAY),
        **OWN,
        is_common=True,
    ),
    **kind("photos", photo, **OWN, move=("REMOVED", MANAGE)),
    **kind("contests", contest, **OWN),
    **kind("entries", entry, **OWN),
    **kind(
        "health-checks",
        lambda union: HealthCheck.objects.create(union=union, person=member_of(union), round="春检", checked_on=DAY),
        **OWN,
    ),
    **kind(
        "recuperations",
        lambda union: Recuperation.objects.create(
            union=union, person=member_of(union), place="海滨", starts_on=DAY, days=5
        ),
        **OWN,
    ),
    **kind(
        "placements",
        lambda union: JobPlacement.objects.create(union=union, worker_group="MIGRANT", placed_on=DAY),
        **OWN,
    ),
}
