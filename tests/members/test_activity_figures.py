"""Activities recorded on their page move the figures they belong to, and are refused where they cannot be true."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from members.models import Activity, ActivitySeries, Contest, Membership, Recuperation, ServiceCard
from reports.figures import figures
from tests.factories.members import member_of
from tests.factories.unions import EmployerFactory, UnionFactory, UserFactory
from unions.access import Role, Scope
from unions.acting import SYSTEM, acting
from unions.models import Employer, Union, UnionCensus, UnionForm
from unions.periods import HalfYear

pytestmark = pytest.mark.django_db
HALF = HalfYear(2026, 1)


@pytest.fixture
def union(client: Client) -> Union:
    """A union with an employer of 40; its culture officer is signed in."""
    with acting(SYSTEM):
        federation = UnionFactory(form=UnionForm.SUBDISTRICT)
        union = UnionFactory(parent=federation)
        EmployerFactory(union=union, covered_by=union, employees=40, name="晨光机械")
        user = UserFactory(role=Role.CULTURE, role__at=federation)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return union


def record(client: Client, union: Union, **values: Any) -> Any:
    facts = {
        "union": union.pk,
        "kind": "TRAINING",
        "title": "工会干部培训班",
        "audience": "OFFICERS",
        "level": "SUBDISTRICT",
        "starts_on": "2026-03-10",
        "ends_on": "2026-03-11",
        "sessions": 1,
    }
    return client.post("/activities/new/", facts | values)


def officers_trained() -> Any:
    with acting(SYSTEM):
        return figures(HALF, Scope.everything(), ["SELF-14"])["SELF-14"].value


def test_officer_training_adds_its_attendances(client: Client, union: Union) -> None:
    assert officers_trained() is None
    assert record(client, union, attendances=46).status_code == 302
    assert record(client, union, attendances=20, audience="TREASURERS").status_code == 302
    # Employees' training and a course of the second half are other figures: 46 + 20 = 66.
    assert record(client, union, attendances=99, audience="EMPLOYEES").status_code == 302
    assert record(client, union, attendances=50, starts_on="2026-07-01", ends_on="2026-07-01").status_code == 302
    assert officers_trained() == 66


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("attendances", {"attendances": -1}),
        ("attendances", {"attendances": 200, "invited": 50}),
        ("attendances", {"attendances": 41, "is_on_site": "on", "employer": "晨光机械"}),
        ("ends_on", {"ends_on": "2026-03-09"}),
        ("female", {"attendances": 10, "female": 11}),
        ("starts_on", {"starts_on": "2026-13-01"}),
    ],
)
def test_what_cannot_be_true_is_refused_at_its_field(
    client: Client, union: Union, field: str, values: dict[str, Any]
) -> None:
    if "employer" in values:
        values = values | {"employer": union.coverages.get().employer_id}
    response = record(client, union, **values)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Activity.objects.exists()


def test_recuperation_is_refused_for_who_went_last_year(client: Client, union: Union) -> None:
    with acting(SYSTEM):
        person = member_of(union)
        Recuperation.objects.create(union=union, person=person, place="海滨", starts_on=date(2025, 5, 1), days=5)
    facts = {"union": union.pk, "person": f"{person.name} #{person.pk}", "place": "山区", "days": 5}
    response = client.post("/recuperations/new/", facts | {"starts_on": "2026-05-01"})
    assert response.status_code == 422
    assert "2027-05-01" in str(response.context["form"].errors["person"])
    assert Recuperation.objects.count() == 1
    # Nor for what is recorded late: it lies less than two years before.
    response = client.post("/recuperations/new/", facts | {"starts_on": "2023-05-02"})
    assert response.status_code == 422 and "2025-05-01" in str(response.context["form"].errors["person"])
    assert Recuperation.objects.count() == 1
    assert client.post("/recuperations/new/", facts | {"starts_on": "2027-05-01"}).status_code == 302
    assert client.post("/recuperations/new/", facts | {"starts_on": "2023-05-01"}).status_code == 302


@pytest.mark.parametrize("day", ["0001-05-01", "9999-05-01"])
def test_a_day_beyond_the_calendar_is_refused_at_its_field(client: Client, union: Union, day: str) -> None:
    with acting(SYSTEM):
        person = member_of(union)
    facts = {"union": union.pk, "person": f"{person.name} #{person.pk}", "place": "山区", "days": 5}
    response = client.post("/recuperations/new/", facts | {"starts_on": day})
    assert response.status_code == 422 and "starts_on" in response.context["form"].errors
    assert not Recuperation.objects.exists()


def test_a_list_takes_a_person_for_his_own_union_and_one_card(client: Client, union: Union) -> None:
    with acting(SYSTEM):
        person, other = member_of(union), UnionFactory(parent=union.parent)
        named = {"person": f"{person.name} #{person.pk}"}
    card = named | {"info_collected_on": "2026-03-01"}
    refused = client.post("/cards/new/", card | {"union": other.pk})
    assert refused.status_code == 422 and union.name in str(refused.context["form"].errors["union"])
    assert client.post("/cards/new/", card | {"union": union.pk}).status_code == 302
    again = client.post("/cards/new/", card | {"union": union.pk})
    assert again.status_code == 422 and "已有服务卡" in str(again.context["form"].errors["person"])
    assert ServiceCard.objects.count() == 1


def test_two_years_after_the_end_of_a_month_are_two_years(client: Client, union: Union) -> None:
    with acting(SYSTEM):
        person = member_of(union)
        Recuperation.objects.create(union=union, person=person, place="海滨", starts_on=date(2024, 5, 30), days=5)
    facts = {"union": union.pk, "person": f"{person.name} #{person.pk}", "place": "山区", "days": 5}
    assert client.post("/recuperations/new/", facts | {"starts_on": "2026-05-29"}).status_code == 422
    assert client.post("/recuperations/new/", facts | {"starts_on": "2026-05-31"}).status_code == 302


# -- Every figure of this area, moved by its page; the sum is worked by hand ------------------------------------------


def figure(code: str) -> Any:
    with acting(SYSTEM):
        return figures(HALF, Scope.everything(), [code])[code]


def value(code: str) -> Any:
    return figure(code).value


def parts(code: str) -> dict[str, Any]:
    return {part.key: part.value for part in figure(code).parts}


def saved(client: Client, url: str, **facts: Any) -> None:
    response = client.post(url, facts)
    assert response.status_code == 302, response.context["form"].errors


def held(client: Client, union: Union, **facts: Any) -> None:
    """An activity of 10 March 2026 unless said otherwise."""
    day = facts.pop("day", "2026-03-10")
    common = {"union": union.pk, "title": "活动", "audience": "EMPLOYEES", "level": "SUBDISTRICT", "sessions": 1}
    saved(client, "/activities/new/", **common | {"starts_on": day, "ends_on": day} | facts)


@pytest.fixture
def employers(union: Union) -> list[Employer]:
    with acting(SYSTEM):
        return [EmployerFactory(union=union, covered_by=union, employees=30) for _ in range(3)]


@pytest.fixture
def people(union: Union) -> list[str]:
    """Three members as the lookup field names them."""
    with acting(SYSTEM):
        return [f"{person.name} #{person.pk}" for person in (member_of(union) for _ in range(3))]


def test_training_for_employees(client: Client, union: Union, employers: list[Employer]) -> None:
    held(client, union, kind="TRAINING", sessions=3, attendances=120)
    held(client, union, kind="TRAINING", sessions=2, attendances=45, day="2026-06-30")
    # Apart: brought to an employer (twice to one, once to another), for officers, in the second half.
    for employer in (employers[0], employers[0], employers[1]):
        held(client, union, kind="TRAINING", is_on_site="on", employer=employer.pk, attendances=20)
    held(client, union, kind="TRAINING", audience="OFFICERS", attendances=15)
    held(client, union, kind="TRAINING", day="2026-07-01", attendances=500)
    # Sessions 3 + 2 = 5; attendances 120 + 45 = 165; two employers, one of them visited twice.
    assert (value("SKL-04"), value("SKL-06"), value("SKL-05"), value("SELF-14")) == (5, 165, 2, 15)


def test_the_one_hour_class_counts_since_it_began(client: Client, union: Union) -> None:
    with acting(SYSTEM):
        series = ActivitySeries.objects.create(code="one-hour-class", name="一小时课堂", start=date(2024, 1, 1))
    for day, sessions in (("2024-05-01", 30), ("2025-11-01", 12), ("2026-02-01", 8), ("2026-08-01", 4)):
        held(client, union, kind="EDUCATION", series=series.pk, sessions=sessions, day=day)
    # To the end of June 2026: 30 + 12 + 8 = 50; August is later.
    assert value("SKL-16") == 50


def test_contests_and_emulation(client: Client, union: Union, employers: list[Employer], people: list[str]) -> None:
    common = {"union": union.pk, "level": "SUBDISTRICT", "starts_on": "2026-04-01", "ends_on": "2026-04-30"}
    saved(client, "/contests/new/", **common, type="SKILLS", title="焊工比武", contestants=36, teams=13)
    saved(client, "/contests/new/", **common, type="SKILLS", title="叉车比武", contestants=14)
    saved(client, "/contests/new/", **common, type="EMULATION", title="安康杯")
    saved(client, "/contests/new/", **common | {"starts_on": "2025-12-31"}, type="SKILLS", title="去年", contestants=99)
    emulation = Contest.objects.get(type="EMULATION")
    for employer, person in ((0, ""), (0, people[0]), (1, people[1]), (2, "")):
        entry = {"contest": emulation.pk, "union": union.pk, "employer": employers[employer].pk, "person": person}
        saved(client, "/entries/new/", **entry)
    # Two contests of 36 + 14 = 50; four entries of three employers. Last year's contest began last year.
    assert (value("SKL-02"), value("SKL-03"), value("SKL-01")) == (2, 50, 3)


def test_placements_count_persons_placed_in_work_only(client: Client, union: Union) -> None:
    common = {"union": union.pk, "worker_group": "MIGRANT"}
    saved(client, "/placements/new/", **common, kind="EMPLOYED", persons=7, placed_on="2026-01-01")
    saved(client, "/placements/new/", **common, kind="EMPLOYED", persons=5, placed_on="2026-06-30")
    saved(client, "/placements/new/", **common, kind="REFERRED", persons=50, placed_on="2026-03-01")
    saved(client, "/placements/new/", **common, kind="EMPLOYED", persons=9, placed_on="2026-07-01")
    # 7 + 5 = 12; referrals are no placements, July is the second half.
    assert value("SKL-15") == 12


def test_service_cards_are_collected_and_issued(client: Client, union: Union, people: list[str]) -> None:
    days = (("2025-05-01", "2026-02-01"), ("2026-03-01", "2026-04-01"), ("2026-06-30", ""))
    for person, (collected, issued) in zip(people, days, strict=True):
        saved(client, "/cards/new/", union=union.pk, person=person, info_collected_on=collected, issued_on=issued)
    # Collected in the half: 2 (March, June). Issued in it: 2, one on data of last year. In all 3 collected, 2 issued.
    assert [value(f"CARE-{n}") for n in (28, 29, 30, 31)] == [2, 2, 3, 2]
    early = {"union": union.pk, "person": people[0], "info_collected_on": "2026-03-01", "issued_on": "2026-02-01"}
    assert client.post("/cards/new/", early).status_code == 422
    assert [value(f"CARE-{n}") for n in (28, 29, 30, 31)] == [2, 2, 3, 2]


def test_merchants_checkups_recuperation_and_children(client: Client, union: Union, people: list[str]) -> None:
    for name, day in (("超市", "2026-01-15"), ("药店", "2026-05-15"), ("书店", "2025-12-31")):
        saved(client, "/merchants/new/", union=union.pk, name=name, contract_from=day)
    check = {"union": union.pk, "round": "2026春季", "checked_on": "2026-04-10"}
    saved(client, "/health-checks/new/", **check, person=people[0], is_chair="on")
    saved(client, "/health-checks/new/", **check, person=people[1])
    assert client.post("/health-checks/new/", check | {"person": people[1]}).status_code == 422
    for person, day in ((people[0], "2026-05-01"), (people[2], "2026-06-30"), (people[1], "2026-07-01")):
        saved(client, "/recuperations/new/", union=union.pk, person=person, place="海滨", starts_on=day, days=5)
    held(client, union, kind="CHILDCARE", audience="CHILDREN", attendances=60)
    held(client, union, kind="CHILDCARE", audience="CHILDREN", attendances=25, sessions=2)
    # Merchants signed in the half: 2 of 3. Checked: 2, one of them a chair, nobody twice. On leave: 2; 60 + 25 = 85.
    assert (value("CARE-32"), value("CARE-34"), value("CARE-35"), value("CARE-36")) == (2, 2, 2, 85)
    assert parts("CARE-34") == {"chairs": 1}


def test_service_stations_at_employers(client: Client, union: Union, employers: list[Employer]) -> None:
    common = {"union": union.pk, "name": "职工服务站", "level": "SUBDISTRICT"}
    saved(client, "/facilities/new/", **common, kind="SERVICE_STATION", start="2024-01-01", employer=employers[0].pk)
    saved(client, "/facilities/new/", **common, kind="SERVICE_POINT", start="2026-06-01", employer=employers[1].pk)
    saved(client, "/facilities/new/", **common, kind="SERVICE_POINT", start="2026-07-01", employer=employers[2].pk)
    # On the last of June two stand at employers; the third opened in July.
    assert value("CARE-33") == 2


def test_culture_and_sport(client: Client, union: Union) -> None:
    held(client, union, kind="CULTURE", level="ENTERPRISE", sessions=4, attendances=200)
    held(client, union, kind="SPORT", level="SUBDISTRICT", attendances=130, teams=13)
    held(client, union, kind="SPORT", level="DISTRICT", teams=2)
    held(client, union, kind="HEALTH", attendances=77, teams=5)
    # Events 4 + 1 + 1 = 6 = 4 enterprise + 1 sub-district + 1 district; 200 + 130 = 330 attendances, one event without
    # a number; teams 13 + 2 = 15. A health day is neither culture nor sport.
    assert (value("CULT-01"), value("CULT-02"), value("CULT-03")) == (6, 330, 15)
    assert parts("CULT-01") == {"enterprise": 4, "community": 0, "subdistrict": 1, "district": 1}


def test_places_in_contests_of_higher_level(client: Client, union: Union) -> None:
    common = {"union": union.pk, "type": "CULTURE", "starts_on": "2026-05-01", "ends_on": "2026-05-02"}
    saved(client, "/contests/new/", **common, title="区合唱", level="DISTRICT", rank=2)
    saved(client, "/contests/new/", **common, title="市广播操", level="CITY", rank=5)
    saved(client, "/contests/new/", **common, title="区诗会", level="DISTRICT")
    saved(client, "/contests/new/", **common, title="街道歌会", level="SUBDISTRICT", rank=1)
    # Two places: one contest of the district without a place, and the sub-district's own, do not count.
    assert value("CULT-04") == 2


def test_roster_and_declared_headcount_never_mix(client: Client, union: Union, employers: list[Employer]) -> None:
    with acting(SYSTEM):
        UnionCensus.objects.create(union=union, as_of=date(2026, 6, 30), members=5_000)
        days = (date(2015, 3, 1), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))
        for day in days:
            Membership.objects.filter(person=member_of(union)).update(joined_on=day)
        Membership.objects.filter(joined_on=date(2015, 3, 1)).update(status="RETAINED", retained_on=date(2026, 2, 1))
    # On the last of June: two active members (January, June), one retained; the one of July is not there yet. Two
    # admitted. Declared are 5,000, which changes nothing. Staff 40 + 3 × 30 = 130: 2/130 = 1.5 %.
    assert (value("ORG-09"), parts("ORG-09"), value("ORG-10")) == (2, {"retained": 1}, 2)
    rate = figure("ORG-11")
    assert (rate.numerator, rate.denominator, str(rate.value)) == (2, 130, "1.5")
    page = client.get("/members/roster/").content.decode()
    assert "5,000" in page


# -- What an activity's lists and edits refuse ------------------------------------------------------------------------


def test_a_cell_of_the_list_obeys_the_same_rules(client: Client, union: Union) -> None:
    held(client, union, kind="TRAINING", invited=20, attendances=20)
    row = Activity.objects.get()
    for wrong in ("-1", "31"):
        response = client.post(f"/activities/{row.pk}/cell/attendances/", {"attendances": wrong})
        assert response.context["form"].errors["attendances"]
    assert client.post(f"/activities/{row.pk}/cell/attendances/", {"attendances": "30"}).status_code == 200
    row.refresh_from_db()
    assert row.attendances == 30


def test_a_list_holds_no_more_than_were_there(
    client: Client, union: Union, employers: list[Employer], people: list[str]
) -> None:
    held(client, union, kind="TRAINING", attendances=25)
    listed = {"activity": Activity.objects.get().pk, "union": union.pk}
    saved(client, "/participations/new/", **listed, employer=employers[0].pk, attendances=20)
    response = client.post("/participations/new/", listed | {"employer": employers[1].pk, "attendances": 6})
    assert response.status_code == 422 and "attendances" in response.context["form"].errors
    saved(client, "/participations/new/", **listed, employer=employers[1].pk, person=people[0], attendances=5)
    page = client.get(f"/activities/{listed['activity']}/").content.decode()
    # Two employers, one of whose people is named.
    assert "2 家" in page or "2 employers" in page


def test_the_cost_is_split_and_its_total_computed(client: Client, union: Union) -> None:
    held(client, union, kind="SPORT", cost_union="1200.50", cost_employer="800", cost_others="99.50")
    held(client, union, kind="SPORT", cost_others="10")
    held(client, union, kind="SPORT")
    first, second, third = Activity.objects.order_by("pk")
    # 1,200.50 + 800 + 99.50 = 2,100.00; what nobody said stays unknown.
    assert (first.cost_total, second.cost_total, third.cost_total) == (Decimal("2100.00"), Decimal("10.00"), None)
    assert "2,100.00" in client.get(f"/activities/{first.pk}/").content.decode()


def test_only_an_estimate_is_shown_as_one(client: Client, union: Union) -> None:
    held(client, union, kind="SPORT", attendances=1234)
    held(client, union, kind="SPORT", attendances=2000, is_estimate="on")
    page = client.get("/activities/").content.decode()
    with translation.override("zh-hans"):
        assert gettext("about %(number)s") % {"number": "2,000"} in page
        assert gettext("about %(number)s") % {"number": "1,234"} not in page
