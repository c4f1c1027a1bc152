"""Assessments, campaigns, awards, pairings, facilities, dispatches, visits, and the subsidies of classes."""

from datetime import date
from itertools import count

from tests.access.rows import OFFICERS_AND_STEWARD, R, Row, kind
from tests.factories.unions import EmployerFactory
from unions.models import (
    Assessment,
    AssessmentItem,
    AssessmentScheme,
    Award,
    Campaign,
    CampaignEnrolment,
    Dispatch,
    DispatchScore,
    Facility,
    Mentorship,
    ModelClass,
    Nomination,
    Outreach,
    PairActivity,
    PairAgreement,
    PairMember,
    Selection,
    Union,
)

SEERS = OFFICERS_AND_STEWARD
MANAGERS = {R.FEDERATION_CHAIR, R.ORGANISATION, R.RIGHTS, R.CULTURE, R.COMMUNITY, R.STEWARD}
APPLICANTS = {R.ORGANISATION, R.COMMUNITY, R.CHAIR, R.STEWARD}
PUBLICISTS = {R.FEDERATION_CHAIR, R.ORGANISATION, R.CULTURE, R.COMMUNITY, R.CHAIR, R.STEWARD}
MONEY_SEERS = {R.FEDERATION_CHAIR, R.FINANCE, R.COMMUNITY, R.CHAIR, R.AUDITOR, R.STEWARD}
CASHIERS = {R.FINANCE, R.STEWARD}
DAY, NUMBER = date(2026, 1, 5), count(1)


def scheme(_union: Union) -> AssessmentScheme:
    row = AssessmentScheme.objects.create(code=f"S{next(NUMBER)}", name="规范化建设", year=2026)
    AssessmentItem.objects.create(scheme=row, number=1, name="组织健全", weight=100)
    return row


def assessment(union: Union) -> Assessment:
    return Assessment.objects.create(union=union, scheme=scheme(union), applied_on=DAY)


def model_class(union: Union) -> ModelClass:
    return ModelClass.objects.create(union=union, year=2025, grade="MODEL", awarded_on=DAY, subsidy=3000)


def campaign(_union: Union) -> Campaign:
    return Campaign.objects.create(code=f"C{next(NUMBER)}", name="和谐企业", kind="HARMONIOUS", year=2026)


def enrolment(union: Union) -> CampaignEnrolment:
    return CampaignEnrolment.objects.create(union=union, campaign=campaign(union), applied_on=DAY)


def award(union: Union) -> Award:
    return Award.objects.create(
        union=union,
        kind="EMPLOYEE",
        level="DISTRICT",
        title="优秀职工",
        recipient_kind="PERSON",
        recipient="某人",
        recommended_on=DAY,
    )


def selection(union: Union) -> Selection:
    return Selection.objects.create(union=union, name="评先", year=2026, deadline=DAY, quota=3)


def nomination(union: Union) -> Nomination:
    return Nomination.objects.create(union=union, selection=selection(union), nominee="某人", nominated_on=DAY)


def pairing(union: Union) -> PairAgreement:
    return PairAgreement.objects.create(union=union, name="第一组", start=DAY)


def pair_member(union: Union) -> PairMember:
    return PairMember.objects.create(union=union, agreement=pairing(union))


def pair_activity(union: Union) -> PairActivity:
    return PairActivity.objects.create(union=union, agreement=pairing(union), held_on=DAY, title="座谈")


def facility(union: Union) -> Facility:
    return Facility.objects.create(union=union, kind="LIBRARY", name="职工书屋", start=DAY)


def mentorship(union: Union) -> Mentorship:
    return Mentorship.objects.create(union=union, mentor="师傅", learner="徒弟", start=DAY)


def dispatch(union: Union) -> Dispatch:
    return Dispatch.objects.create(union=union, title="走访", outlet="区信息", level="DISTRICT", submitted_on=DAY)


def score_rule(_union: Union) -> DispatchScore:
    return DispatchScore.objects.create(level="DISTRICT", points=2, start=DAY, source="细则")


def visit(union: Union) -> Outreach:
    employer = EmployerFactory(union=union)
    return Outreach.objects.create(union=union, employer=employer, visited_on=DAY, purpose="SURVEY")


ROWS: dict[str, Row] = {
    **kind("schemes", scheme, see=SEERS, manage=MANAGERS, is_common=True),
    **kind("assessments", assessment, see=SEERS, manage=APPLICANTS, move=("SELF_ASSESSED", APPLICANTS)),
    **kind("classes", model_class, see=SEERS, manage=MANAGERS),
    **kind("campaigns", campaign, see=SEERS, manage=MANAGERS, cell="target", is_common=True),
    "campaign-enrol": Row(APPLICANTS, make=campaign, is_common=True),
    "campaign-grant": Row(MANAGERS, make=campaign, is_common=True),
    **kind("enrolments", enrolment, see=SEERS, manage=APPLICANTS, move=("RECOMMENDED", MANAGERS)),
    **kind("awards", award, see=SEERS, manage=MANAGERS, move=("GRANTED", MANAGERS)),
    **kind("selections", selection, see=SEERS, manage=MANAGERS),
    **kind("nominations", nomination, see=SEERS, manage=APPLICANTS, move=("SELECTED", MANAGERS)),
    **kind("pairings", pairing, see=SEERS, manage=MANAGERS, move=("ENDED", MANAGERS)),
    **kind("pair-members", pair_member, see=SEERS, manage=MANAGERS),
    **kind("pair-activities", pair_activity, see=SEERS, manage=MANAGERS),
    **kind("facilities", facility, see=SEERS, manage=MANAGERS, move=("ENDED", MANAGERS), cell="books"),
    **kind("mentorships", mentorship, see=SEERS, manage=MANAGERS, move=("ENDED", MANAGERS)),
    **kind("dispatches", dispatch, see=SEERS, manage=PUBLICISTS, move=("ADOPTED", PUBLICISTS)),
    "dispatch-ranking": Row(SEERS),
    **kind("dispatch-scores", score_rule, see=SEERS, manage=MANAGERS, is_common=True),
    **kind("visits", visit, see=SEERS, manage=PUBLICISTS),
    "subsidies": Row(MONEY_SEERS),
    "subsidy": Row(MONEY_SEERS, make=model_class),
    "subsidy-pay": Row(CASHIERS, make=model_class),
}
