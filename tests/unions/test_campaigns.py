"""Campaigns, honours, selections, pairings and what ends: dated steps, quotas, and nobody entered twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from tests.factories.unions import EmployerFactory, UnionFactory, UserFactory
from unions.access import Role
from unions.models import (
    AuditEntry,
    Award,
    Campaign,
    CampaignEnrolment,
    ClockRule,
    DayUnit,
    Employer,
    Facility,
    Nomination,
    PairActivity,
    PairAgreement,
    PairMember,
    ReportingPeriod,
    Selection,
    Union,
    UnionCensus,
    UnionForm,
    User,
    WorkDay,
)
from unions.services.awards import nominate, open_to, save_award, save_selection
from unions.services.campaigns import completion, enrol, enrol_many, save_campaign
from unions.services.pairing import add_member, record_activity
from unions.workflow.awards import AWARDS, AwardState
from unions.workflow.endings import FACILITIES, Holding
from unions.workflow.enrolments import ENROLMENTS, last_day_of_notice
from unions.workflow.nominations import NOMINATIONS, NominationState

pytestmark = pytest.mark.usefixtures("as_system")
S = CampaignEnrolment.Status
APPLIED = date(2026, 3, 2)
FACTS = {"document_no": "街总工〔2026〕20号", "note": "材料不实"}
OPEN = (S.APPLIED, S.RECOMMENDED, S.UNDER_REVIEW, S.PUBLIC_NOTICE)
MOVES = {
    (S.APPLIED, S.RECOMMENDED),
    (S.RECOMMENDED, S.UNDER_REVIEW),
    (S.UNDER_REVIEW, S.PUBLIC_NOTICE),
    (S.PUBLIC_NOTICE, S.GRANTED),
    (S.GRANTED, S.REVOKED),
    *((state, S.REJECTED) for state in OPEN),
}


class Cast:
    """A federation with a union over one employer, its chair and an officer, and a campaign with a target of 4."""

    def __init__(self) -> None:
        self.federation: Union = UnionFactory(form=UnionForm.SUBDISTRICT)
        self.union: Union = UnionFactory(parent=self.federation)
        self.employer: Employer = EmployerFactory(covered_by=self.union, union=self.federation)
        self.officer: User = UserFactory(role=Role.ORGANISATION, role__at=self.federation)
        self.other: User = UserFactory(role=Role.CULTURE, role__at=self.federation)
        self.chair: User = UserFactory(role=Role.CHAIR, role__at=self.union)
        self.campaign = Campaign.objects.create(
            code="HX-2026", name="和谐企业创建", kind=Campaign.Kind.HARMONIOUS, year=2026, target=4
        )
        ClockRule.objects.filter(code="TITLE_NOTICE").delete()
        ClockRule.objects.create(
            code="TITLE_NOTICE",
            name="命名公示",
            length=5,
            unit=DayUnit.WORKING,
            source="测试",
            start=date(2020, 1, 1),
        )

    def entered(self) -> CampaignEnrolment:
        return enrol(campaign=self.campaign, union=self.union, employer=self.employer, actor=self.chair, on=APPLIED)

    def move(self, row: CampaignEnrolment, to: str, day: date, **facts: Any) -> CampaignEnrolment:
        return ENROLMENTS.move(row=row, to=to, actor=self.officer, on=day, facts=facts)

    def on_notice(self) -> CampaignEnrolment:
        row = self.entered()
        for to, day in (
            (S.RECOMMENDED, date(2026, 3, 9)),
            (S.UNDER_REVIEW, date(2026, 3, 16)),
            (S.PUBLIC_NOTICE, date(2026, 3, 23)),
        ):
            row = self.move(row, to, day)
        return row


@pytest.fixture
def cast(as_system: None) -> Cast:
    return Cast()


def trace() -> tuple[int, ...]:
    return tuple(
        model.objects.count() for model in (CampaignEnrolment, Award, Nomination, PairMember, PairActivity, AuditEntry)
    )


def refused_at(refusal: Any) -> set[str]:
    return set(refusal.value.error_dict)


# -- Entries in a campaign -------------------------------------------------------------------------------------------


def test_each_step_of_an_entry_stamps_its_own_date(cast: Cast) -> None:
    row = cast.move(cast.on_notice(), S.GRANTED, date(2026, 3, 31), document_no="街总工〔2026〕20号")
    assert (row.applied_on, row.recommended_on, row.reviewed_on, row.notice_from, row.granted_on) == (
        APPLIED,
        date(2026, 3, 9),
        date(2026, 3, 16),
        date(2026, 3, 23),
        date(2026, 3, 31),
    )
    revoked = cast.move(row, S.REVOKED, date(2026, 9, 1), note="拖欠工资")
    # A revoked title keeps the day it was granted, so the figure of that half-year does not change
    assert (revoked.status, revoked.granted_on, revoked.revoked_on) == (
        S.REVOKED,
        date(2026, 3, 31),
        date(2026, 9, 1),
    )


@pytest.mark.parametrize(("start", "to"), [pair for pair in product(S.values, S.values) if pair not in MOVES])
def test_only_the_moves_in_the_table_happen(cast: Cast, start: str, to: str) -> None:
    row = cast.entered()
    CampaignEnrolment.objects.filter(pk=row.pk).update(status=start, granted_on=APPLIED)
    before = trace()
    with pytest.raises(ValidationError) as refusal:
        cast.move(row, to, date(2026, 6, 1), **FACTS)
    assert refusal.value.code == "no_such_move"
    row.refresh_from_db()
    assert (row.status, trace()) == (start, before)


def test_a_chair_recommends_nobody(cast: Cast) -> None:
    row = cast.entered()
    with pytest.raises(PermissionDenied):
        ENROLMENTS.move(row=row, to=S.RECOMMENDED, actor=cast.chair, on=date(2026, 3, 9))
    row.refresh_from_db()
    assert row.status == S.APPLIED


def test_a_title_is_granted_after_the_notice_and_with_a_document(cast: Cast) -> None:
    row = cast.on_notice()
    before = trace()
    # Notice from Monday 23 March: five working days end on Monday 30 March
    assert last_day_of_notice(date(2026, 3, 23)) == date(2026, 3, 30)
    with pytest.raises(ValidationError) as early:
        cast.move(row, S.GRANTED, date(2026, 3, 30), document_no="20号")
    assert early.value.code == "not_ready"
    with pytest.raises(ValidationError) as nameless:
        cast.move(row, S.GRANTED, date(2026, 3, 31))
    assert refused_at(nameless) == {"document_no"}
    row.refresh_from_db()
    assert (row.status, trace()) == (S.PUBLIC_NOTICE, before)


def test_the_notice_follows_the_work_calendar(cast: Cast) -> None:
    for day, kind in ((date(2026, 3, 26), "HOLIDAY"), (date(2026, 3, 28), "MAKEUP")):
        WorkDay.objects.create(day=day, kind=kind, name="测试", source="测试")
    # Tue 24, Wed 25, (Thu holiday), Fri 27, Sat 28 worked, (Sun), Mon 30: the fifth is Monday 30
    assert last_day_of_notice(date(2026, 3, 23)) == date(2026, 3, 30)
    ClockRule.objects.update(unit=DayUnit.NATURAL, length=7)
    assert last_day_of_notice(date(2026, 3, 23)) == date(2026, 3, 30)


def test_without_a_rule_for_the_notice_nothing_is_granted(cast: Cast) -> None:
    row = cast.on_notice()
    ClockRule.objects.all().delete()
    with pytest.raises(ValidationError) as refusal:
        cast.move(row, S.GRANTED, date(2026, 6, 1), document_no="20号")
    assert refusal.value.code == "not_ready"


def test_a_step_is_not_dated_before_the_last(cast: Cast) -> None:
    row = cast.entered()
    with pytest.raises(ValidationError) as refusal:
        cast.move(row, S.RECOMMENDED, date(2026, 3, 1))
    assert refusal.value.code == "not_ready"
    row.refresh_from_db()
    assert (row.status, row.recommended_on) == (S.APPLIED, None)


def test_nobody_enters_twice_and_only_where_he_belongs(cast: Cast) -> None:
    cast.entered()
    stranger = EmployerFactory(union=cast.federation)
    closed = EmployerFactory(union=cast.federation, covered_by=cast.union, closed_on=date(2026, 1, 1))
    before = trace()
    for employer, field in ((cast.employer, "campaign"), (stranger, "employer"), (closed, "employer")):
        with pytest.raises(ValidationError) as refusal:
            enrol(campaign=cast.campaign, union=cast.union, employer=employer, actor=cast.chair, on=APPLIED)
        assert refused_at(refusal) == {field}
    assert trace() == before
    # A team of the same union is another entrant
    enrol(campaign=cast.campaign, union=cast.union, team="一班", actor=cast.chair, on=APPLIED)
    assert CampaignEnrolment.objects.count() == 2


def test_many_employers_enter_at_once_each_through_its_own_union(cast: Cast) -> None:
    second = UnionFactory(parent=cast.federation)
    employers = [cast.employer, *(EmployerFactory(covered_by=second, union=cast.federation) for _ in range(2))]
    rows = enrol_many(campaign=cast.campaign, employers=employers, actor=cast.officer, on=APPLIED)
    assert [row.union for row in rows] == [cast.union, second, second]


def test_one_that_cannot_enter_stops_them_all_and_is_named(cast: Cast) -> None:
    unorganised = EmployerFactory(name="无会企业", union=cast.federation)
    before = trace()
    with pytest.raises(ValidationError, match="无会企业"), transaction.atomic():
        enrol_many(campaign=cast.campaign, employers=[cast.employer, unorganised], actor=cast.officer, on=APPLIED)
    assert trace() == before


def test_completion_names_both_bases(cast: Cast) -> None:
    states = (S.APPLIED, S.GRANTED, S.GRANTED, S.REJECTED, S.REVOKED)
    for number, state in enumerate(states):
        CampaignEnrolment.objects.create(
            campaign=cast.campaign,
            union=cast.union,
            team=f"{number}班",
            status=state,
            applied_on=APPLIED,
            granted_on=APPLIED if state == S.GRANTED else None,
        )
    found = completion(cast.campaign, CampaignEnrolment.objects.all())
    # 5 entries less 1 refused and 1 revoked: 3 applied; 2 of them granted; target 4
    assert (found.applied, found.granted, found.target) == (3, 2, 4)
    # 3 ÷ 4 = 75.0 %, 2 ÷ 4 = 50.0 %, 2 ÷ 3 = 66.7 %
    assert (found.applied_share, found.granted_share, found.success_share) == (
        Decimal("75.0"),
        Decimal("50.0"),
        Decimal("66.7"),
    )


def test_a_campaign_keeps_its_year_once_somebody_entered(cast: Cast) -> None:
    cast.entered()
    cast.campaign.target = 10
    with pytest.raises(PermissionDenied):
        save_campaign(campaign=cast.campaign, actor=cast.chair)
    cast.campaign.year = 2027
    with pytest.raises(ValidationError) as refusal:
        save_campaign(campaign=cast.campaign, actor=cast.officer)
    assert refused_at(refusal) == {"year"}
    cast.campaign.refresh_from_db()
    assert (cast.campaign.year, cast.campaign.target) == (2026, 4)


def test_nothing_is_dated_into_a_locked_period(cast: Cast) -> None:
    row = cast.entered()
    facility = Facility.objects.create(union=cast.union, kind="LIBRARY", name="书屋", start=date(2025, 1, 1))
    ReportingPeriod.objects.create(
        code="2026Q1",
        kind="QUARTER",
        start=date(2026, 1, 1),
        end=date(2026, 4, 1),
        locked_at=timezone.now(),
        locked_by=cast.officer,
    )
    before = trace()
    attempts = {
        "applied_on": lambda: enrol(campaign=cast.campaign, union=cast.union, actor=cast.chair, on=APPLIED),
        "on": lambda: cast.move(row, S.RECOMMENDED, date(2026, 3, 31)),
        "granted_on": lambda: save_award(award=honour(cast, granted_on=APPLIED, document_no="1"), actor=cast.officer),
    }
    for field, attempt in attempts.items():
        with pytest.raises(ValidationError, match="2026Q1") as refusal:
            attempt()
        assert refused_at(refusal) == {field}
    with pytest.raises(ValidationError, match="2026Q1"):
        FACILITIES.move(row=facility, to=Holding.ENDED, actor=cast.officer, on=date(2026, 3, 31))
    assert trace() == before
    assert cast.move(row, S.RECOMMENDED, date(2026, 4, 1)).status == S.RECOMMENDED


# -- Honours ---------------------------------------------------------------------------------------------------------


def honour(cast: Cast, **facts: Any) -> Award:
    return Award(
        union=cast.union,
        kind=Award.Kind.WORKER_PIONEER,
        level="DISTRICT",
        title="工人先锋号",
        recipient_kind="TEAM",
        recipient="先锋班组",
        **facts,
    )


def test_an_honour_is_recommended_inspected_and_granted(cast: Cast) -> None:
    award = save_award(award=honour(cast, recommended_on=date(2026, 2, 1)), actor=cast.officer)
    assert AWARDS.state_of(award) == AwardState.RECOMMENDED
    award = AWARDS.move(row=award, to=AwardState.INSPECTED, actor=cast.officer, on=date(2026, 3, 1))
    with pytest.raises(ValidationError) as nameless:
        AWARDS.move(row=award, to=AwardState.GRANTED, actor=cast.officer, on=date(2026, 4, 28))
    assert refused_at(nameless) == {"document_no"}
    with pytest.raises(ValidationError):
        AWARDS.move(row=award, to=AwardState.GRANTED, actor=cast.officer, on=date(2026, 2, 28), facts=FACTS)
    award.refresh_from_db()
    assert award.granted_on is None
    award = AWARDS.move(row=award, to=AwardState.GRANTED, actor=cast.officer, on=date(2026, 4, 28), facts=FACTS)
    assert (AWARDS.state_of(award), award.granted_on) == (AwardState.GRANTED, date(2026, 4, 28))


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({}, "recommended_on"),
        ({"granted_on": APPLIED}, "document_no"),
        ({"granted_on": date(2199, 1, 1), "document_no": "1"}, "granted_on"),
        ({"recommended_on": date(2026, 4, 1), "granted_on": APPLIED, "document_no": "1"}, "granted_on"),
    ],
)
def test_an_honour_without_its_facts_is_refused_at_the_field(cast: Cast, facts: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        save_award(award=honour(cast, **facts), actor=cast.officer)
    assert refused_at(refusal) == {field}
    assert not Award.objects.exists()


# -- Selections ------------------------------------------------------------------------------------------------------


def round_of(cast: Cast, **quota: Any) -> Selection:
    facts = {"union": cast.federation, "name": "工会积极分子", "year": 2026, "deadline": date(2026, 6, 20)}
    return save_selection(selection=Selection(**(facts | quota)), actor=cast.officer)


def put_forward(cast: Cast, selection: Selection, name: str, **changed: Any) -> Nomination:
    facts = {"union": cast.union, "actor": cast.chair, "on": date(2026, 6, 1)}
    return nominate(selection=selection, nominee=name, **(facts | changed))


def test_a_share_of_the_members_is_rounded_down(cast: Cast) -> None:
    UnionCensus.objects.create(union=cast.union, as_of=date(2026, 3, 31), members=99)
    selection = round_of(cast, quota_percent=Decimal("3.0"))
    # 3 % of 99 = 2.97, rounded down to 2
    for name in ("甲", "乙"):
        put_forward(cast, selection, name)
    with pytest.raises(ValidationError) as refusal:
        put_forward(cast, selection, "丙")
    assert refused_at(refusal) == {"nominee"}
    assert Nomination.objects.count() == 2


def test_the_number_for_the_whole_round_holds_for_all_unions_together(cast: Cast) -> None:
    selection = round_of(cast, quota=1)
    put_forward(cast, selection, "甲")
    with pytest.raises(ValidationError) as refusal:
        put_forward(cast, selection, "乙", union=UnionFactory(parent=cast.federation), actor=cast.officer)
    assert refused_at(refusal) == {"nominee"}


@pytest.mark.parametrize(
    ("changed", "field"), [({"on": date(2026, 6, 21)}, "nominated_on"), ({"name": "甲"}, "nominee")]
)
def test_late_and_double_nominations_are_refused(cast: Cast, changed: dict[str, Any], field: str) -> None:
    selection = round_of(cast, quota=5)
    put_forward(cast, selection, "甲")
    with pytest.raises(ValidationError) as refusal:
        put_forward(cast, selection, changed.pop("name", "乙"), **changed)
    assert refused_at(refusal) == {field}
    assert Nomination.objects.count() == 1


def test_a_share_without_declared_members_is_refused(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refusal:
        put_forward(cast, round_of(cast, quota_percent=Decimal(3)), "甲")
    assert refused_at(refusal) == {"union"}


def test_a_round_without_a_quota_is_refused(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refusal:
        round_of(cast)
    assert refused_at(refusal) == {"quota"}
    assert not Selection.objects.exists()


def test_a_chair_sees_the_rounds_of_the_unions_above_his_and_no_others(cast: Cast) -> None:
    above = round_of(cast, quota=1)
    aside = Selection.objects.create(
        union=UnionFactory(parent=cast.federation), name="别处", year=2026, deadline=date(2026, 6, 20), quota=1
    )
    assert list(open_to(cast.chair)) == [above]
    with pytest.raises(PermissionDenied):
        put_forward(cast, aside, "甲")


def test_nobody_decides_on_his_own_nomination(cast: Cast) -> None:
    row = put_forward(cast, round_of(cast, quota=2), "甲", actor=cast.officer)
    community = UnionFactory(form=UnionForm.COMMUNITY, parent=cast.federation)
    clerk = UserFactory(role=Role.COMMUNITY, role__at=community)
    for actor in (cast.officer, cast.chair, clerk):
        with pytest.raises(PermissionDenied):
            NOMINATIONS.move(row=row, to=NominationState.SELECTED, actor=actor)
    row.refresh_from_db()
    assert row.is_selected is None
    assert NOMINATIONS.move(row=row, to=NominationState.SELECTED, actor=cast.other).is_selected


# -- Pairings and what ends ------------------------------------------------------------------------------------------


def test_a_pairing_has_many_members_each_once_and_activities_while_it_holds(cast: Cast) -> None:
    agreement = PairAgreement.objects.create(union=cast.union, name="第一组", start=APPLIED)
    partner = UnionFactory(parent=cast.federation)
    for facts in ({"union": cast.union}, {"union": partner}, {"union": cast.union, "outside_party": "山区小学"}):
        add_member(member=PairMember(agreement=agreement, **facts), actor=cast.officer)
    before = trace()
    with pytest.raises(ValidationError) as twice:
        add_member(member=PairMember(agreement=agreement, union=partner), actor=cast.officer)
    assert refused_at(twice) == {"union"}
    with pytest.raises(ValidationError) as early:
        record_activity(
            activity=PairActivity(agreement=agreement, held_on=date(2026, 3, 1), title="座谈"), actor=cast.officer
        )
    assert refused_at(early) == {"held_on"}
    assert trace() == before
    record_activity(activity=PairActivity(agreement=agreement, held_on=APPLIED, title="座谈"), actor=cast.officer)
    assert (agreement.members.count(), agreement.activities.count()) == (3, 1)


def test_a_facility_closes_once_and_after_it_opened(cast: Cast) -> None:
    facility = Facility.objects.create(union=cast.union, kind="LIBRARY", name="书屋", start=APPLIED)
    with pytest.raises(ValidationError):
        FACILITIES.move(row=facility, to=Holding.ENDED, actor=cast.officer, on=APPLIED)
    with pytest.raises(PermissionDenied):
        FACILITIES.move(row=facility, to=Holding.ENDED, actor=cast.chair, on=date(2026, 5, 1))
    facility.refresh_from_db()
    assert facility.end is None
    closed = FACILITIES.move(row=facility, to=Holding.ENDED, actor=cast.officer, on=date(2026, 5, 1))
    assert closed.end == date(2026, 5, 1)
    with pytest.raises(ValidationError) as twice:
        FACILITIES.move(row=facility, to=Holding.ENDED, actor=cast.officer, on=date(2026, 6, 1))
    assert twice.value.code == "no_such_move"
