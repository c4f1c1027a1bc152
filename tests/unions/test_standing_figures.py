"""What each story of the unions' standing does to the figures, the sum stated by hand before and after."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from reports.figures import figures
from tests.factories.unions import EmployerFactory, UnionFactory, UserFactory
from unions.access import Role, Scope
from unions.models import (
    AssessmentItem,
    AssessmentScheme,
    Award,
    Campaign,
    CampaignEnrolment,
    ClockRule,
    Dispatch,
    DispatchScore,
    Employer,
    Facility,
    Grade,
    Mentorship,
    Outreach,
    PairActivity,
    PairAgreement,
    ReportingPeriod,
    ReturnObligation,
    SafetyReturn,
    SchemeGrade,
    Suggestion,
    Union,
    UnionForm,
    User,
)
from unions.periods import HalfYear
from unions.services.assessments import apply, check_on_site, give_class, self_assess
from unions.services.awards import save_award
from unions.services.campaigns import enrol
from unions.services.outreach import save_visit
from unions.services.pairing import record_activity
from unions.services.publicity import save_dispatch
from unions.workflow.awards import AWARDS, AwardState
from unions.workflow.dispatches import DISPATCHES, DispatchState
from unions.workflow.endings import FACILITIES, MENTORSHIPS, PAIRINGS, Holding
from unions.workflow.enrolments import ENROLMENTS

pytestmark = pytest.mark.usefixtures("as_system")
H1, H2 = HalfYear(2026, 1), HalfYear(2025, 2)
S, LONG_AGO = CampaignEnrolment.Status, date(2020, 1, 1)


class Cast:
    """A federation, a union over one employer, and two officers; every day of the stories lies in 2026."""

    def __init__(self) -> None:
        self.federation: Union = UnionFactory(form=UnionForm.SUBDISTRICT)
        self.union: Union = UnionFactory(parent=self.federation)
        self.employer: Employer = EmployerFactory(covered_by=self.union, union=self.federation, employees=40)
        self.officer: User = UserFactory(role=Role.ORGANISATION, role__at=self.federation)
        self.other: User = UserFactory(role=Role.CULTURE, role__at=self.federation)
        ClockRule.objects.filter(code="TITLE_NOTICE").delete()
        ClockRule.objects.create(code="TITLE_NOTICE", name="公示", length=5, source="测试", start=LONG_AGO)

    def campaign(self, kind: str) -> Campaign:
        return Campaign.objects.create(code=kind, name=kind, kind=kind, year=2026)

    def entered(self, kind: str, day: date = date(2026, 3, 2)) -> CampaignEnrolment:
        return enrol(campaign=self.campaign(kind), union=self.union, employer=self.employer, actor=self.officer, on=day)

    def advance(self, row: Any, *steps: tuple[str, date]) -> Any:
        for to, day in steps:
            row = ENROLMENTS.move(row=row, to=to, actor=self.officer, on=day, facts={"document_no": "20号"})
        return row

    def honour(self, kind: str, level: str, **facts: Any) -> Award:
        award = Award(
            union=self.union, kind=kind, level=level, title="称号", recipient_kind="PERSON", recipient="某人", **facts
        )
        return save_award(award=award, actor=self.officer)


@pytest.fixture
def cast(as_system: None) -> Cast:
    return Cast()


def value(code: str, period: HalfYear = H1) -> Decimal | None:
    return figures(period, Scope.everything(), [code])[code].value


def part(code: str, key: str, period: HalfYear = H1) -> Decimal | None:
    return figures(period, Scope.everything(), [code])[code].part(key).value


def parts(code: str, period: HalfYear = H1) -> list[Decimal | None]:
    return [one.value for one in figures(period, Scope.everything(), [code])[code].parts]


NOTICED = (
    (S.RECOMMENDED, date(2026, 3, 9)),
    (S.UNDER_REVIEW, date(2026, 3, 16)),
    (S.PUBLIC_NOTICE, date(2026, 3, 23)),
)


def test_org_19_an_assessment_brings_a_class_in_the_half_it_is_given(cast: Cast) -> None:
    scheme = AssessmentScheme.objects.create(code="GFH", name="规范化", year=2025)
    items = [AssessmentItem.objects.create(scheme=scheme, number=n, name=f"{n}", weight=Decimal(50)) for n in (1, 2)]
    SchemeGrade.objects.create(scheme=scheme, grade=Grade.ADVANCED, least_points=80)
    row = apply(scheme=scheme, union=cast.union, actor=cast.officer, on=date(2025, 11, 3))
    scores = {item.pk: Decimal(45) for item in items}
    self_assess(assessment=row, scores=scores, actor=cast.officer, on=date(2025, 12, 1))
    check_on_site(assessment=row, scores=scores, checked_by="考核组", actor=cast.other, on=date(2025, 12, 20))
    assert value("ORG-19") is None
    given = give_class(assessment=row, document_no="18号", actor=cast.other, on=date(2026, 4, 26))
    # 45 + 45 = 90 points: advanced; before 0 + 0 + 0, after model 0 + advanced 1 + compliant 0 = 1
    assert (given.grade, value("ORG-19"), parts("ORG-19")) == (Grade.ADVANCED, 1, [0, 1, 0])
    # Given for 2025 but awarded in 2026: the second half of 2025 has none
    assert value("ORG-19", H2) is None
    # A sub-district scheme is not the district's assessment of the federation
    assert value("SELF-17", H2) is None


def test_self_17_the_districts_score_is_the_sum_of_its_items(cast: Cast) -> None:
    scheme = AssessmentScheme.objects.create(code="QZKH", name="区总考核", year=2025, level="DISTRICT")
    items = [
        AssessmentItem.objects.create(scheme=scheme, number=n, name=f"{n}", weight=Decimal(w))
        for n, w in ((1, 60), (2, 40))
    ]
    row = apply(scheme=scheme, union=cast.federation, actor=cast.officer, on=date(2026, 1, 5))
    own = dict(zip((item.pk for item in items), (Decimal(60), Decimal(40)), strict=True))
    self_assess(assessment=row, scores=own, actor=cast.officer, on=date(2026, 1, 10))
    assert value("SELF-17") is None
    found = dict(zip((item.pk for item in items), (Decimal("58.4"), Decimal("37.7")), strict=True))
    check_on_site(assessment=row, scores=found, checked_by="区总工会", actor=cast.other, on=date(2026, 1, 23))
    # 58.4 + 37.7 = 96.1; the federation's own 100 does not count
    assert value("SELF-17") == Decimal("96.1")


def test_skl_07_an_application_is_not_a_title(cast: Cast) -> None:
    assert value("SKL-07") is None
    row = cast.entered(Campaign.Kind.LEARNING)
    assert (value("SKL-07"), part("SKL-07", "granted")) == (1, 0)
    cast.advance(row, *NOTICED, (S.GRANTED, date(2026, 3, 31)))
    # Still 1 application, now 1 title
    assert (value("SKL-07"), part("SKL-07", "granted")) == (1, 1)


def test_harm_20_and_21_harmonious_enterprises(cast: Cast) -> None:
    row = cast.entered(Campaign.Kind.HARMONIOUS)
    assert (value("HARM-20"), part("HARM-20", "passed"), value("HARM-21")) == (1, 0, 0)
    row = cast.advance(row, *NOTICED)
    facts = {"document_no": "20号", "is_demonstration": True}
    row = ENROLMENTS.move(row=row, to=S.GRANTED, actor=cast.officer, on=date(2026, 3, 31), facts=facts)
    assert (value("HARM-20"), part("HARM-20", "passed"), value("HARM-21")) == (1, 1, 1)
    ENROLMENTS.move(row=row, to=S.REVOKED, actor=cast.officer, on=date(2026, 6, 1), facts={"note": "欠薪"})
    # Revoked in June: no demonstration unit on 30 June, 1 − 1 = 0; what passed in March stays passed
    assert (value("HARM-21"), part("HARM-20", "passed")) == (0, 1)


def test_care_26_a_refused_entrant_has_left_the_drive(cast: Cast) -> None:
    row = cast.entered(Campaign.Kind.STRONG_PROTECTION)
    assert value("CARE-26") == 1
    ENROLMENTS.move(row=row, to=S.REJECTED, actor=cast.officer, on=date(2026, 4, 1), facts={"note": "不合格"})
    assert value("CARE-26") == 0


def test_cult_05_clubs_and_star_recommendations(cast: Cast) -> None:
    clubs = [
        Facility.objects.create(union=cast.union, kind="CULTURE_CLUB", name=f"俱乐部{n}", start=date(2026, 2, n))
        for n in (1, 2)
    ]
    row = cast.entered(Campaign.Kind.STAR_CLUB)
    assert parts("CULT-05") == [2, 0]
    cast.advance(row, NOTICED[0])
    FACILITIES.move(row=clubs[0], to=Holding.ENDED, actor=cast.officer, on=date(2026, 5, 1))
    # 2 clubs − 1 closed = 1; 1 recommended for a star
    assert (value("CULT-05"), parts("CULT-05")) == (1, [1, 1])


def test_skl_08_and_09_and_self_15_only_what_was_granted(cast: Cast) -> None:
    row = cast.honour(Award.Kind.MASTER_CRAFTSMAN, "CITY", recommended_on=date(2026, 2, 1))
    assert (value("SKL-08"), value("SELF-15")) == (None, None)
    AWARDS.move(row=row, to=AwardState.GRANTED, actor=cast.officer, on=date(2026, 4, 28), facts={"document_no": "31号"})
    for level in ("SUBDISTRICT", "DISTRICT"):
        cast.honour(Award.Kind.WORKER_PIONEER, level, granted_on=date(2026, 5, 1), document_no="32号")
    # 1 master; pioneers: sub-district 1 + district 1 + city 0 = 2; district and above: 1 master + 1 pioneer = 2
    assert (value("SKL-08"), value("SKL-09"), parts("SKL-09"), value("SELF-15")) == (1, 2, [1, 1, 0], 2)


def test_skl_10_to_12_suggestions_collected_adopted_implemented(cast: Cast) -> None:
    facts = (
        {},
        {"adopted_on": date(2026, 3, 1)},
        {"adopted_on": date(2026, 3, 1), "implemented_on": date(2026, 5, 1), "benefit_certified": Decimal("8000.50")},
    )
    for number, one in enumerate(facts):
        Suggestion.objects.create(union=cast.union, title=f"建议{number}", collected_on=date(2026, 2, 1), **one)
    # 3 collected, 2 of them adopted: 2 ÷ 3 = 66.7 %; 1 implemented, 8,000.50 yuan certified
    assert (value("SKL-10"), value("SKL-11"), value("SKL-12")) == (3, Decimal("66.7"), 1)
    assert part("SKL-12", "benefit") == Decimal("8000.50")


def test_skl_13_a_mentorship_counts_while_it_holds(cast: Cast) -> None:
    rows = [
        Mentorship.objects.create(union=cast.union, mentor="师傅", learner=f"徒{n}", start=date(2026, 1, n))
        for n in (5, 6, 7)
    ]
    assert value("SKL-13") == 3
    MENTORSHIPS.move(row=rows[0], to=Holding.ENDED, actor=cast.officer, on=date(2026, 6, 1))
    # 3 − 1 ended before 30 June = 2
    assert value("SKL-13") == 2


def test_skl_14_an_employer_in_two_quarters_is_one_entrant(cast: Cast) -> None:
    for month in (1, 4):
        SafetyReturn.objects.create(
            union=cast.union, employer=cast.employer, quarter_start=date(2026, month, 1), is_participating=True
        )
    assert value("SKL-14") == 1


def test_self_11_a_dispatch_counts_when_adopted_and_by_level(cast: Cast) -> None:
    for level in ("DISTRICT", "CITY"):
        DispatchScore.objects.create(level=level, points=2, source="细则", start=LONG_AGO)
    rows = [
        save_dispatch(
            dispatch=Dispatch(union=cast.union, title="题", outlet="报", level=level, submitted_on=date(2026, 2, 1)),
            actor=cast.other,
        )
        for level in ("DISTRICT", "DISTRICT", "CITY")
    ]
    assert value("SELF-11") == 0
    for row in rows[1:]:
        DISPATCHES.move(row=row, to=DispatchState.ADOPTED, actor=cast.other, on=date(2026, 2, 5))
    # 3 sent, 2 adopted: district 1 + city 1 + national 0
    assert (value("SELF-11"), parts("SELF-11")) == (2, [1, 1, 0])


def test_self_12_and_org_23_visits(cast: Cast) -> None:
    open_shop = EmployerFactory(union=cast.federation)
    for employer, purpose, day in (
        (open_shop, Outreach.Purpose.FOUNDING, 3),
        (open_shop, Outreach.Purpose.FOUNDING, 17),
        (cast.employer, Outreach.Purpose.SURVEY, 18),
    ):
        visit = Outreach(
            union=cast.federation,
            employer=employer,
            purpose=purpose,
            visited_on=date(2026, 3, day),
            result=Outreach.Result.CONSIDERING,
        )
        save_visit(visit=visit, actor=cast.officer)
    # 3 visits: 2 to found a union; employers visited, each once: 1 + 1 = 2
    assert (value("ORG-23"), value("SELF-12")) == (2, 2)


def test_self_13_pairings_that_hold_and_what_they_did(cast: Cast) -> None:
    groups = [PairAgreement.objects.create(union=cast.union, name=f"第{n}组", start=date(2026, 1, n)) for n in (5, 6)]
    for day in (10, 20, 30):
        record_activity(
            activity=PairActivity(agreement=groups[0], held_on=date(2026, 3, day), title="座谈"), actor=cast.officer
        )
    PAIRINGS.move(row=groups[1], to=Holding.ENDED, actor=cast.officer, on=date(2026, 6, 1))
    # 2 groups − 1 ended = 1; 3 activities
    assert (value("SELF-13"), part("SELF-13", "activities")) == (1, 3)


def test_self_16_returns_on_time(cast: Cast) -> None:
    quarter = ReportingPeriod.objects.create(
        code="2026Q1", kind="QUARTER", start=date(2026, 1, 1), end=date(2026, 4, 1), due_on=date(2026, 4, 10)
    )
    for filed in (date(2026, 4, 10), date(2026, 4, 11), None):
        ReturnObligation.objects.create(
            union=UnionFactory(parent=cast.federation), period=quarter, due_on=date(2026, 4, 10), first_filed_on=filed
        )
    # 3 expected; 1 on the last day, 1 a day late, 1 missing: 1 ÷ 3 = 33.3 %
    assert value("SELF-16") == Decimal("33.3")
