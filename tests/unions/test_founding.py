"""Founding: an application is not a founding; a founding makes everything or nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories.town import Town, rows
from tests.factories.unions import UnionFactory, UserFactory
from unions.access import Role
from unions.models import (
    AuditEntry,
    CommitteeTerm,
    Employer,
    Officer,
    Union,
    UnionApplication,
    UnionCoverage,
    UnionEvent,
    UnionForm,
    UnionProfile,
)
from unions.services.employers import close_employer, record_headcount, register_employer
from unions.services.founding import apply_to_found, found_union, plan_founding
from unions.workflow.applications import APPLICATIONS

pytestmark = pytest.mark.usefixtures("as_system")
DAY = date(2026, 5, 9)
WRITTEN = (Union, UnionProfile, UnionCoverage, CommitteeTerm, Officer, UnionEvent, AuditEntry)
S = UnionApplication.Status


@pytest.fixture
def town() -> Town:
    return Town()


def facts(town: Town, employers: list[Employer], **more: Any) -> dict[str, Any]:
    return {
        "name": "东港社区商贸联合工会",
        "form": UnionForm.JOINT,
        "parent": town.hub,
        "founded_on": DAY,
        "document_no": "澄江街总工〔2026〕12号",
        "approved_by": "澄江街道总工会",
        "employers": employers,
        "chair": "李卫东",
        "years": 3,
        "actor": town.officer,
    } | more


def refused(town: Town, field: str, **values: Any) -> str:
    """The message at ``field``; asserts that nothing was written."""
    before = rows(*WRITTEN)
    with pytest.raises(ValidationError) as refusal:
        found_union(**values)
    assert list(refusal.value.message_dict) == [field]
    assert rows(*WRITTEN) == before
    return " ".join(refusal.value.message_dict[field])


def test_a_joint_union_is_founded_with_its_25_employers_committee_and_chair(town: Town) -> None:
    employers = town.employers(25)
    union = found_union(**facts(town, employers))
    assert (union.code, union.name, union.parent, union.community) == (
        "CJ1002",
        "东港社区商贸联合工会",
        town.hub,
        town.community,
    )
    assert {row.employer for row in union.coverages.on(DAY)} == set(employers)
    term = union.terms.get()
    assert (term.term_no, term.is_first, term.elected_on, term.due_on) == (1, True, DAY, date(2029, 5, 9))
    assert [(row.post, row.name, row.start) for row in union.officers.all()] == [("CHAIR", "李卫东", DAY)]
    event = union.events.get()
    assert (event.kind, event.happened_on, event.document_no) == ("FOUNDED", DAY, "澄江街总工〔2026〕12号")
    assert AuditEntry.objects.get(action="unions.founded").target_id == union.pk


def test_the_preview_says_what_the_founding_then_makes(town: Town) -> None:
    values = facts(town, town.employers(25))
    before = rows(*WRITTEN)
    effects = {str(effect.caption): effect.after for effect in plan_founding(**values)}
    assert rows(*WRITTEN) == before
    # The community union alone stands before; the federation itself is no primary union.
    assert 2 in effects.values()
    assert date(2029, 5, 9).isoformat() in effects.values()
    assert any(str(text).startswith("25") for text in effects.values())


def test_codes_count_on_from_the_highest_of_the_series(town: Town) -> None:
    UnionFactory(code="CJ1236", parent=town.hub)
    UnionFactory(code="X9999", parent=town.hub)
    assert found_union(**facts(town, town.employers(2))).code == "CJ1237"


def test_a_community_officer_founds_in_his_own_subtree_alone(town: Town) -> None:
    here = UserFactory(role=Role.COMMUNITY, role__at=town.hub)
    elsewhere = UserFactory(role=Role.COMMUNITY, role__at=UnionFactory(form="COMMUNITY", parent=town.federation))
    values = facts(town, town.employers(2))
    before = rows(*WRITTEN)
    with pytest.raises(PermissionDenied):
        found_union(**values | {"actor": elsewhere})
    assert rows(*WRITTEN) == before
    assert found_union(**values | {"actor": here}).parent == town.hub


def test_employers_that_are_covered_closed_or_not_yet_open_are_refused_by_name(town: Town) -> None:
    taken = town.union().coverages.get().employer
    closed = town.employer(closed_on=date(2026, 1, 1))
    early = town.employer(opened_on=date(2026, 6, 1))
    free = town.employer()
    message = refused(town, "employers", **facts(town, [taken, closed, early, free]))
    assert all(employer.name in message for employer in (taken, closed, early))
    assert free.name not in message


@pytest.mark.parametrize(
    ("form", "number"),
    [("SINGLE", 0), ("SINGLE", 2), ("AGENCY", 2), ("JOINT", 1), ("SELF_EMPLOYED", 0), ("MIGRANT", 0), ("COMMUNITY", 1)],
)
def test_a_form_has_its_number_of_employers(town: Town, form: str, number: int) -> None:
    refused(town, "employers", **facts(town, town.employers(number), form=form))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("document_no", ""),
        ("approved_by", ""),
        ("chair", ""),
        ("years", None),
        ("form", UnionForm.SUBDISTRICT),
        ("founded_on", date(2999, 1, 1)),
    ],
)
def test_what_the_rule_asks_is_refused_at_its_field(town: Town, field: str, value: Any) -> None:
    refused(town, field, **facts(town, town.employers(2)) | {field: value})


def test_a_founding_cannot_be_entered_twice(town: Town) -> None:
    found_union(**facts(town, town.employers(2)))
    assert "CJ1002" in refused(town, "name", **facts(town, town.employers(2)))


def test_a_founding_in_a_locked_period_names_the_period_and_who_locked_it(town: Town) -> None:
    town.lock("2026H1", date(2026, 1, 1), date(2026, 7, 1))
    message = refused(town, "founded_on", **facts(town, town.employers(2)))
    assert "2026H1" in message and str(town.officer) in message and "2026-07-01" in message


def test_an_unusual_ending_of_the_name_is_a_word_not_a_refusal(town: Town) -> None:
    values = facts(town, town.employers(2), name="东港商贸联合会")
    assert any(effect.before == "东港商贸联合会" for effect in plan_founding(**values))
    assert found_union(**values).name == "东港商贸联合会"


def application(town: Town, employer: Employer) -> UnionApplication:
    row = UnionApplication(union=town.hub, employer=employer, applied_on=date(2026, 4, 1))
    return apply_to_found(application=row, actor=town.officer)


def test_an_application_founds_nothing_even_when_approved(town: Town) -> None:
    before = rows(*WRITTEN[:-1])
    row = application(town, town.employer())
    APPLICATIONS.move(row=row, to=S.APPROVED, actor=town.officer, on=date(2026, 4, 20))
    assert rows(*WRITTEN[:-1]) == before


@pytest.mark.parametrize("decided", [False, True])
def test_a_founding_from_an_application_names_the_union_it_led_to(town: Town, decided: bool) -> None:
    employers = town.employers(2)
    row = application(town, employers[0])
    if decided:
        row = APPLICATIONS.move(row=row, to=S.APPROVED, actor=town.officer, on=date(2026, 4, 20))
    union = found_union(**facts(town, employers, application=row))
    row.refresh_from_db()
    assert (row.status, row.founded_union) == (S.APPROVED, union)
    assert row.decided_on == (date(2026, 4, 20) if decided else DAY)


def test_a_refusal_of_an_application_gives_its_reason(town: Town) -> None:
    row = application(town, town.employer())
    with pytest.raises(ValidationError) as refusal:
        APPLICATIONS.move(row=row, to=S.REJECTED, actor=town.officer)
    assert list(refusal.value.message_dict) == ["decision"]
    row.refresh_from_db()
    assert row.status == S.SUBMITTED
    APPLICATIONS.move(row=row, to=S.REJECTED, actor=town.officer, facts={"decision": "职工不足"})
    with pytest.raises(ValidationError) as again:
        APPLICATIONS.move(row=row, to=S.WITHDRAWN, actor=town.officer)
    assert again.value.code == "no_such_move"


def test_an_employer_applies_once_at_a_time_and_only_without_a_union(town: Town) -> None:
    waiting = town.employer()
    application(town, waiting)
    covered = town.union().coverages.get().employer
    before = rows(UnionApplication)
    for employer in (waiting, covered):
        with pytest.raises(ValidationError) as refusal:
            application(town, employer)
        assert list(refusal.value.message_dict) == ["employer"]
    assert rows(UnionApplication) == before


def new_employer(town: Town, **values: Any) -> Employer:
    facts = {"name": "海晟贸易有限公司", "community": town.community, "union": town.hub, "opened_on": date(2026, 2, 1)}
    return Employer(**facts | values)


def test_an_employer_is_registered_under_the_next_code_with_its_first_headcount(town: Town) -> None:
    town.employer(code="E0371")
    made = register_employer(
        employer=new_employer(town, credit_code="91350100M000100Y43"), employees=46, actor=town.officer
    )
    assert made.code == "E0372"
    assert [(row.as_of, row.employees) for row in made.headcounts.all()] == [(date(2026, 2, 1), 46)]


def test_a_wrong_check_character_is_refused_at_the_credit_code(town: Town) -> None:
    before = rows(Employer)
    with pytest.raises(ValidationError) as refusal:
        register_employer(employer=new_employer(town, credit_code="91350100M000100Y44"), actor=town.officer)
    assert list(refusal.value.message_dict) == ["credit_code"]
    assert rows(Employer) == before


def test_a_closed_employer_leaves_its_joint_union_and_takes_no_more_headcounts(town: Town) -> None:
    union = town.union(employers=3)
    employer = union.coverages.first().employer
    close_employer(employer=employer, on=DAY, reason="注销", actor=town.officer)
    employer.refresh_from_db()
    assert (employer.closed_on, employer.operating_status) == (DAY, "CLOSED")
    assert (union.coverages.on(date(2026, 5, 8)).count(), union.coverages.on(DAY).count()) == (3, 2)
    headcount = employer.headcounts.model(employer=employer, as_of=DAY, employees=5)
    with pytest.raises(ValidationError) as refusal:
        record_headcount(headcount=headcount, actor=town.officer)
    assert list(refusal.value.message_dict) == ["as_of"]


def test_the_only_employer_of_a_union_closes_with_it_not_before(town: Town) -> None:
    union = town.union()
    employer = union.coverages.get().employer
    with pytest.raises(ValidationError) as refusal:
        close_employer(employer=employer, on=DAY, reason="注销", actor=town.officer)
    assert union.name in refusal.value.message_dict["on"][0]
    employer.refresh_from_db()
    assert employer.closed_on is None
