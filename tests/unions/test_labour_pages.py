"""The pages of labour relations: what is typed is stored by its service, and what is refused is kept in the form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories.unions import UnionFactory
from tests.unions.labour import contract_of, employer_of, federation, officer
from unions import clocks
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import (
    Appraisal,
    BulkChange,
    CollectiveContract,
    CongressMeeting,
    CongressProposal,
    ContractStatus,
    Deadline,
    Employer,
    GroupFeedback,
    Meeting,
    OpenAffairsPosting,
    SafetyReturn,
    Suggestion,
    Supervision,
    Union,
    UnionForm,
    UnionGroup,
    User,
)
from unions.views.workplace import STATES, SuggestionFilters
from unions.workflow.suggestions import state_of

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


@dataclass
class Place:
    federation: Union
    union: Union
    employer: Employer
    staff: User
    chair: User


@pytest.fixture
def place() -> Place:
    with acting(SYSTEM):
        town = federation()
        union = UnionFactory(parent=town, name="晨光机械工会")
        employer = employer_of(union, name="晨光机械有限公司", code="E7001")
        return Place(town, union, employer, officer(), officer(Role.CHAIR, at=union))


def sign_in(client: Client, user: User) -> None:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")


def post(client: Client, user: User, route: str, *args: Any, **values: Any) -> Any:
    sign_in(client, user)
    return client.post(reverse(route, args=args), values)


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 422
    return dict(answer.context["form"].errors)


CONTRACT: dict[str, Any] = {
    "title": "集体合同",
    "scope": "ENTERPRISE",
    "kind": "COMPREHENSIVE",
    "signed_on": "2026-03-02",
    "expires_on": "2029-03-01",
}


def test_the_unions_only_employer_is_covered_without_typing_it(client: Client, place: Place) -> None:
    answer = post(client, place.staff, "contracts-new", union=place.union.pk, employers="", **CONTRACT)
    assert answer.status_code == 302
    with acting(SYSTEM):
        assert CollectiveContract.objects.get().covered.get().employer == place.employer


def test_employers_are_named_line_by_line_by_name_or_code(client: Client, place: Place) -> None:
    with acting(SYSTEM):
        hub = UnionFactory(form=UnionForm.COMMUNITY, parent=place.federation)
        employer_of(hub, name="远帆物流有限公司")
    lines = "E7001\r\n  远帆物流有限公司 \r\n\r\nE7001"
    values = CONTRACT | {"scope": "REGIONAL", "employers": lines}
    assert post(client, place.staff, "contracts-new", union=hub.pk, **values).status_code == 302
    with acting(SYSTEM):
        assert CollectiveContract.objects.get().covered.count() == 2


def test_a_region_takes_all_employers_beneath_its_union(client: Client, place: Place) -> None:
    with acting(SYSTEM):
        hub = UnionFactory(form=UnionForm.COMMUNITY, parent=place.federation)
        inside = [employer_of(UnionFactory(parent=hub)) for _ in range(2)]
        employer_of(UnionFactory(parent=hub), closed_on=date(2026, 1, 1))
    values = CONTRACT | {"scope": "REGIONAL", "employers": "", "all_beneath": "on"}
    assert post(client, place.staff, "contracts-new", union=hub.pk, **values).status_code == 302
    with acting(SYSTEM):
        covered = CollectiveContract.objects.get().covered.values_list("employer", flat=True)
        assert set(covered) == {employer.pk for employer in inside}


def test_a_signed_contract_that_covers_nobody_is_refused(client: Client, place: Place) -> None:
    with acting(SYSTEM):
        empty = UnionFactory(parent=place.federation)
    found = errors(post(client, place.staff, "contracts-new", union=empty.pk, employers="", **CONTRACT))
    assert set(found) == {"employers"}
    with acting(SYSTEM):
        assert not CollectiveContract.objects.exists()


def test_many_suggestions_are_adopted_at_once_and_it_is_undone(client: Client, place: Place) -> None:
    with acting(SYSTEM):
        rows = [Suggestion.objects.create(union=place.union, title=f"{n}", collected_on=DAY) for n in range(3)]
    post(client, place.staff, "suggestions", action="adopted", pk=[row.pk for row in rows])
    with acting(SYSTEM):
        assert Suggestion.objects.filter(adopted_on__isnull=False).count() == 3
        change = BulkChange.objects.get()
    post(client, place.staff, "undo", change.pk)
    with acting(SYSTEM):
        assert not Suggestion.objects.filter(adopted_on__isnull=False).exists()


@pytest.mark.parametrize("line", ["不存在有限公司", "\x00", "E7001; DROP TABLE", "同名有限公司"])
def test_a_line_that_names_no_single_employer_is_told(client: Client, place: Place, line: str) -> None:
    with acting(SYSTEM):
        for _number in range(2):
            employer_of(UnionFactory(parent=place.federation), name="同名有限公司")
    answer = post(client, place.staff, "contracts-new", union=place.union.pk, employers=f"E7001\n{line}", **CONTRACT)
    assert "employers" in errors(answer)
    assert answer.context["form"]["title"].value() == "集体合同"
    with acting(SYSTEM):
        assert not CollectiveContract.objects.exists()


def test_a_chair_names_no_strangers_employer(client: Client, place: Place) -> None:
    with acting(SYSTEM):
        employer_of(UnionFactory(parent=place.federation), name="远帆物流有限公司")
    values = CONTRACT | {"union": place.union.pk, "employers": "远帆物流有限公司"}
    assert "employers" in errors(post(client, place.chair, "contracts-new", **values))
    with acting(SYSTEM):
        assert not CollectiveContract.objects.exists()


def test_a_contract_longer_than_three_years_is_refused_at_its_end(client: Client, place: Place) -> None:
    values = CONTRACT | {"filed_on": "2026-03-09", "effective_on": "2026-03-24", "expires_on": "2029-03-25"}
    found = errors(post(client, place.staff, "contracts-new", union=place.union.pk, employers="", **values))
    assert set(found) == {"expires_on"}


def test_only_what_happened_can_be_put_right_later(client: Client, place: Place) -> None:
    with acting(SYSTEM):
        row = contract_of(place.union, place.employer, status=ContractStatus.SIGNED, filed_on=None, effective_on=None)
    sign_in(client, place.staff)
    fields = client.get(reverse("contracts-edit", args=[row.pk])).context["form"].fields
    assert "signed_on" in fields and not {"filed_on", "filing_no", "effective_on", "terminated_on"} & set(fields)


def test_a_renewal_is_shown_before_it_is_requested(client: Client, place: Place) -> None:
    with acting(SYSTEM):
        row = contract_of(place.union, place.employer, expires_on=date(2026, 9, 1))
    shown = post(client, place.staff, "contracts-renew", row.pk, requested_on="2026-07-01")
    assert shown.status_code == 200 and len(shown.context["effects"]) == 4
    with acting(SYSTEM):
        assert CollectiveContract.objects.count() == 1
    done = post(client, place.staff, "contracts-renew", row.pk, requested_on="2026-07-01", confirm="1")
    with acting(SYSTEM):
        new = CollectiveContract.objects.get(renewal_of=row)
    assert done.url == reverse("contracts-detail", args=[new.pk])
    assert "requested_on" in errors(post(client, place.staff, "contracts-renew", new.pk, requested_on="x", confirm="1"))


def test_a_contract_in_force_is_made_known(client: Client, place: Place) -> None:
    with acting(SYSTEM):
        row = contract_of(place.union, place.employer)
        clocks.start_clock(code="CONTRACT_PUBLICATION", target=row, started_on=row.effective_on, actor=place.staff)
    sign_in(client, place.staff)
    page = client.get(reverse("contracts-detail", args=[row.pk]))
    assert page.context["next"]["url"] == reverse("contracts-publish", args=[row.pk])
    assert post(client, place.staff, "contracts-publish", row.pk, on="2026-03-25", confirm="1").status_code == 302
    with acting(SYSTEM):
        assert Deadline.objects.get().met_on == date(2026, 3, 25)


@pytest.mark.parametrize("status", ContractStatus.values)
def test_every_state_of_a_contract_has_its_page(client: Client, place: Place, status: str) -> None:
    with acting(SYSTEM):
        row = contract_of(place.union, place.employer, status=status)
    sign_in(client, place.staff)
    page = client.get(reverse("contracts-detail", args=[row.pk]))
    assert page.status_code == 200
    assert [stage["is_here"] for stage in page.context["stages"]].count(True) == 1


def test_ending_a_contract_is_never_the_first_button(client: Client, place: Place) -> None:
    with acting(SYSTEM):
        row = contract_of(place.union, place.employer)
    sign_in(client, place.staff)
    page = client.get(reverse("contracts-detail", args=[row.pk]))
    assert page.context["steps"] == []
    assert page.context["ending"].to == ContractStatus.TERMINATED
    values = {"on": "2026-05-04", "termination_reason": "企业搬迁"}
    assert post(client, place.staff, "contracts-move", row.pk, "TERMINATED", **values).status_code == 302
    with acting(SYSTEM):
        row.refresh_from_db()
        assert (row.status, row.terminated_on) == (ContractStatus.TERMINATED, date(2026, 5, 4))


def test_why_a_contract_cannot_take_effect_yet_is_said(client: Client, place: Place) -> None:
    today = timezone.localdate()
    with acting(SYSTEM):
        row = contract_of(
            place.union,
            place.employer,
            status=ContractStatus.FILED,
            signed_on=today,
            filed_on=today,
            effective_on=None,
            expires_on=date(today.year + 2, 1, 1),
        )
    sign_in(client, place.staff)
    found = client.get(reverse("contracts-detail", args=[row.pk])).context["next"]
    # 15 days in which the labour authority may object
    assert found["url"] == "" and str(today + timedelta(days=15)) in found["hint"]


def test_a_limit_leads_to_its_record(client: Client, place: Place) -> None:
    with acting(SYSTEM):
        row = contract_of(place.union, place.employer)
        limit = clocks.start_clock(
            code="CONTRACT_PUBLICATION", target=row, started_on=row.effective_on, actor=place.staff
        )
    assert limit
    sign_in(client, place.chair)
    assert client.get(reverse("deadline", args=[limit.pk])).url == reverse("contracts-detail", args=[row.pk])


def test_a_proposal_takes_number_and_day_of_its_meeting(client: Client, place: Place) -> None:
    with acting(SYSTEM):
        meeting = CongressMeeting.objects.create(union=place.union, held_on=DAY)
    for _number in range(2):
        values = {"meeting": meeting.pk, "title": "改善食堂", "proposer": "袁莉"}
        assert post(client, place.chair, "proposals-new", **values).status_code == 302
    with acting(SYSTEM):
        assert list(CongressProposal.objects.order_by("pk").values_list("number", "tabled_on")) == [(1, DAY), (2, DAY)]


STORED: list[tuple[str, Any, dict[str, Any]]] = [
    ("congresses-new", CongressMeeting, {"kind": "EMPLOYEES", "scope": "ENTERPRISE", "held_on": DAY, "employers": ""}),
    ("postings-new", OpenAffairsPosting, {"kind": "FACTORY", "topic": "福利费", "posted_on": DAY}),
    ("appraisals-new", Appraisal, {"leader": "总经理", "held_on": DAY, "excellent": 3, "competent": 1, "basic": 0}),
    ("suggestions-new", Suggestion, {"title": "改进夹具", "kind": "TECHNICAL", "collected_on": DAY}),
    ("meetings-new", Meeting, {"kind": "COMMITTEE", "held_on": DAY, "topic": "研究换届"}),
]


@pytest.mark.parametrize(("route", "model", "values"), STORED, ids=[row[0] for row in STORED])
def test_a_chair_records_what_his_union_did(
    client: Client, place: Place, route: str, model: Any, values: dict[str, Any]
) -> None:
    extra = {"incompetent": 0} if model is Appraisal else {}
    answer = post(client, place.chair, route, union=place.union.pk, **values, **extra)
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    with acting(SYSTEM):
        row = model.objects.get()
    assert (row.union, row.created_by) == (place.union, place.chair)
    if hasattr(row, "employer"):
        # The union's only employer, without typing it.
        assert row.employer == place.employer


@pytest.mark.parametrize(
    ("route", "model", "values"),
    [
        ("safety-new", SafetyReturn, {"quarter_start": "2026-07-01", "hazards_found": 2, "hazards_fixed": 2}),
        ("supervisions-new", Supervision, {"received_on": DAY, "matter": "超时加班"}),
    ],
)
def test_a_fact_of_an_employer_belongs_to_the_union_that_covers_it(
    client: Client, place: Place, route: str, model: Any, values: dict[str, Any]
) -> None:
    zero = {"hazards_carried_in": 0, "hazards_open": 0} if model is SafetyReturn else {}
    answer = post(client, place.staff, route, employer=place.employer.pk, **values, **zero)
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    with acting(SYSTEM):
        assert model.objects.get().union == place.union


def test_an_employer_of_another_union_is_refused_at_its_field(client: Client, place: Place) -> None:
    with acting(SYSTEM):
        stranger = employer_of(UnionFactory(parent=place.federation))
    values = {"union": place.union.pk, "employer": stranger.pk, "title": "改进", "kind": "OTHER", "collected_on": DAY}
    assert "employer" in errors(post(client, place.staff, "suggestions-new", **values))
    with acting(SYSTEM):
        assert not Suggestion.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [({"opinion_on": ""}, "opinion_on"), ({"recommendation_on": "2026-03-01"}, "recommendation_on")],
)
def test_the_authority_is_asked_after_the_employer_was_told(
    client: Client, place: Place, values: dict[str, str], field: str
) -> None:
    facts = {
        "employer": place.employer.pk,
        "received_on": "2026-03-02",
        "matter": "超时加班",
        "opinion_on": "2026-03-05",
        "recommendation_on": "2026-03-20",
        **values,
    }
    assert field in errors(post(client, place.staff, "supervisions-new", **facts))
    with acting(SYSTEM):
        assert not Supervision.objects.exists()


def test_feedback_has_its_month_and_an_answer_its_day(client: Client, place: Place) -> None:
    with acting(SYSTEM):
        group = UnionGroup.objects.create(union=place.union, name="一车间", start=DAY)
    values = {"group": group.pk, "month": "2026-03-17", "category": "CONCERN", "matter": "班车晚点"}
    assert "replied_on" in errors(post(client, place.chair, "feedback-new", **values, reply="已调整"))
    assert post(client, place.chair, "feedback-new", **values).status_code == 302
    with acting(SYSTEM):
        row = GroupFeedback.objects.get()
    assert (row.month, row.union) == (date(2026, 3, 1), place.union)


def test_the_states_of_the_list_are_the_states_of_the_records(place: Place) -> None:
    """Every combination of the dates a suggestion can carry is found under the state its own page shows."""
    dates = {"referred_on": 3, "adopted_on": 4, "implementing_from": 5, "implemented_on": 6, "rejected_on": 7}
    with acting(SYSTEM):
        for bits in range(2 ** len(dates)):
            chosen = {
                name: date(2026, 3, day) for place_, (name, day) in enumerate(dates.items()) if bits >> place_ & 1
            }
            if "implemented_on" in chosen and "adopted_on" not in chosen:
                continue
            for benefit in (None, Decimal(100)):
                Suggestion.objects.create(
                    union=place.union, title="x", collected_on=DAY, benefit_certified=benefit, **chosen
                )
        found = {
            state: {row.pk for row in SuggestionFilters({"state": state}, Suggestion.objects.all()).qs}
            for state in STATES
        }
        for row in Suggestion.objects.all():
            assert [state for state, rows in found.items() if row.pk in rows] == [state_of(row)]


LISTS = ["contracts", "contract-reviews", "deadlines", "congresses", "proposals", "postings", "appraisals"]
LISTS += ["suggestions", "safety", "inspections", "supervisions", "meetings", "feedback"]


@pytest.mark.parametrize("route", LISTS)
def test_nothing_in_an_address_breaks_a_list(client: Client, place: Place, route: str) -> None:
    hostile = {
        "year": "99999999999",
        "state": "\x00",
        "status": "X",
        "expiring": "perhaps",
        "union": "%_'\"\\",
        "after": "x",
    }
    sign_in(client, place.staff)
    assert client.get(reverse(route), hostile).status_code == 200
    assert client.get(reverse(route), {"format": "xlsx"}).status_code == 200
    assert client.get(reverse(route), {"expiring": "true", "open_hazards": "true"}).status_code == 200


@pytest.mark.parametrize("quarter", ["", "2026-02-01", "x", "2126-01-01"])
def test_a_quarter_that_is_none_is_refused(client: Client, place: Place, quarter: str) -> None:
    answer = post(client, place.staff, "safety-new", employer=place.employer.pk, quarter_start=quarter)
    assert "quarter_start" in errors(answer)


@pytest.mark.parametrize("value", ["0", "32", "-1", "x", "99999999999999999999"])
def test_a_payday_is_a_day_of_the_month(client: Client, place: Place, value: str) -> None:
    values = CONTRACT | {"union": place.union.pk, "employers": "", "payday": value}
    assert "payday" in errors(post(client, place.staff, "contracts-new", **values))
