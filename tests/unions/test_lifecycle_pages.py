"""The pages of the organisation area: shown before done, refused at the field, found by every name, as of any day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from finance.models import LevyAssessment, RemittanceLine
from tests.factories.members import member_of
from tests.factories.town import Town, rows
from tests.factories.unions import UserFactory
from unions.access import Role
from unions.models import AuditEntry, Outreach, Union, UnionCensus, UnionCoverage, UnionEvent
from unions.services.structure import rename
from unions.union_page import EVENTS, events_for

pytestmark = pytest.mark.usefixtures("as_system")
WRITTEN = (Union, UnionCoverage, UnionEvent, AuditEntry)
PAPER = {"document_no": "澄江街总工〔2026〕9号", "approved_by": "澄江街道总工会"}


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def page(client: Client, town: Town) -> Client:
    client.force_login(town.officer)
    return client


def names(response: Any) -> list[str]:
    assert response.status_code == 200
    return [row["name"] for row in response.context["rows"]]


def founding(town: Town, number: int = 2) -> dict[str, Any]:
    return {
        "name": "东港社区商贸联合工会",
        "form": "JOINT",
        "parent": town.hub.pk,
        "community": town.community.pk,
        "employers": [employer.pk for employer in town.employers(number)],
        "founded_on": "2026-05-09",
        "chair": "李卫东",
        "years": "3",
        **PAPER,
    }


def test_a_founding_is_shown_first_and_stored_when_confirmed(page: Client, town: Town) -> None:
    typed = founding(town)
    before = rows(*WRITTEN)
    shown = page.post(reverse("union-found"), typed)
    assert shown.status_code == 200 and shown.context["effects"]
    assert rows(*WRITTEN) == before
    done = page.post(reverse("union-found"), typed | {"confirm": "1"})
    union = Union.objects.get(name="东港社区商贸联合工会")
    assert (done.status_code, done.headers["Location"]) == (302, reverse("union", args=[union.pk]))
    again = page.post(reverse("union-found"), typed | {"confirm": "1"})
    assert again.status_code == 422 and "name" in again.context["form"].errors


def test_a_refused_founding_keeps_what_was_typed_and_names_the_employer(page: Client, town: Town) -> None:
    taken = town.union().coverages.get().employer
    typed = founding(town)
    typed["employers"].append(taken.pk)
    before = rows(*WRITTEN)
    refused = page.post(reverse("union-found"), typed | {"confirm": "1"})
    assert refused.status_code == 422
    assert taken.name in str(refused.context["form"].errors["employers"])
    assert refused.context["form"]["document_no"].value() == PAPER["document_no"]
    assert rows(*WRITTEN) == before


def test_every_event_offered_has_its_page(page: Client, town: Town) -> None:
    for union in (town.federation, town.hub, town.union(), town.union(employers=3)):
        for link in events_for(union, town.officer):
            assert page.get(link.url).status_code == 200, link.url
            assert page.post(link.url, {"confirm": "1"}).status_code == 422, link.url


def test_an_event_that_does_not_befall_the_union_is_not_there(page: Client, town: Town) -> None:
    gone = town.union()
    Union.objects.filter(pk=gone.pk).update(ended_on=date(2026, 1, 1))
    for slug, _caption, _kind in EVENTS:
        assert page.get(reverse("union-event", args=[gone.pk, slug])).status_code == 404
    assert page.get(reverse("union-event", args=[town.federation.pk, "dissolve"])).status_code == 404
    assert page.get(reverse("union-event", args=[town.hub.pk, "nonsense"])).status_code == 404


def test_a_union_is_found_by_its_former_name_and_its_initials(page: Client, town: Town) -> None:
    union = town.union(name="澄江镇海天贸易工会")
    town.union(name="另一家工会")
    rename(union=union, name="远帆物流工会", on=date(2026, 4, 15), **PAPER, actor=town.officer)
    register = reverse("unions")
    for text in ("海天", "远帆", "yfwl", "hthm", union.code.lower()):
        found = names(page.get(register, {"q": text}))
        assert found == ([] if text == "hthm" else ["远帆物流工会"]), text
    assert "澄江镇海天贸易工会" in page.get(register, {"q": "htmy"}).content.decode()
    assert names(page.get(register, {"q": "\x00"}))


def test_the_register_is_narrowed_by_size_term_haves_status_and_arrears(page: Client, town: Town) -> None:
    big, small = town.union(name="大工会", employers=4), town.union(name="小工会")
    six = dict.fromkeys(UnionCensus.SIX_HAVES, True)
    UnionCensus.objects.create(union=small, as_of=date(2026, 6, 30), members=20, **six)
    gone = town.union(name="旧工会")
    Union.objects.filter(pk=gone.pk).update(ended_on=date(2026, 1, 1))
    levy = LevyAssessment.objects.create(
        union=big, accrual_start=date(2025, 1, 1), headcount=120, band="GE25", payroll=1000, accrued=20
    )
    RemittanceLine.objects.create(
        union=big, assessment=levy, recipient="DISTRICT", rate="0.2", amount=4, due_on=date(2025, 7, 15)
    )

    def found(**query: str) -> set[str]:
        return set(names(page.get(reverse("unions"), query)))

    everybody = {"大工会", "小工会", "东港社区工会", "澄江街道总工会"}
    assert found() == everybody
    # Four employers of 30 are 120 employees; one is 30.
    assert (found(size="GE100"), found(size="GE25")) == ({"大工会"}, {"小工会"})
    assert (found(six="yes"), found(six="no")) == ({"小工会"}, everybody - {"小工会"})
    assert found(term="overdue") == {"大工会", "小工会"}
    assert (found(status="ended"), found(status="all")) == ({"旧工会"}, everybody | {"旧工会"})
    page.force_login(UserFactory(role=Role.FINANCE, role__at=town.federation))
    assert found(arrears="true") == {"大工会"}


def test_the_export_holds_the_rows_of_the_list(page: Client, town: Town) -> None:
    town.union()
    answer = page.get(reverse("unions"), {"format": "xlsx", "columns": ["code", "chair"]})
    assert answer.status_code == 200 and answer.content.startswith(b"PK")


def test_a_union_reads_as_it_stood_on_a_day(page: Client, town: Town) -> None:
    union = town.union(name="旧名工会")
    member_of(union)
    rename(union=union, name="新名工会", on=date(2026, 4, 15), **PAPER, actor=town.officer)
    address = reverse("union", args=[union.pk])
    assert "<h1>新名工会" in page.get(address).content.decode()
    assert "<h1>旧名工会" in page.get(address, {"on": "2026-04-14"}).content.decode()
    for query in ({"on": "2026-13-45"}, {"on": "x"}, {"on": "0001-01-01"}, {"tab": "nonsense"}):
        assert page.get(address, query).status_code == 200
    for facet in page.get(address).context["page"].facets:
        assert page.get(address, {"tab": facet.key}).status_code == 200, facet.key
    assert page.get(address, {"tab": "timeline"}).status_code == 200


def test_every_office_reads_every_tab_it_is_shown_and_no_other(client: Client, town: Town) -> None:
    union = town.union()
    member_of(union)
    address = reverse("union", args=[union.pk])
    for role, hidden in ((Role.FEDERATION_CHAIR, set()), (Role.RIGHTS, {"levy", "hardship"}), (Role.CHAIR, set())):
        client.force_login(UserFactory(role=role, role__at=union if role == Role.CHAIR else town.federation))
        shown = {facet.key for facet in client.get(address).context["page"].facets}
        assert {"members", "levy", "hardship", "disputes"} - shown == hidden, role
        for key in (*shown, "timeline"):
            assert client.get(address, {"tab": key}).context["tab"]["key"] == key
        for key in hidden:
            assert client.get(address, {"tab": key}).context["tab"]["key"] == ""


def test_the_tree_and_the_stock_take_any_day_and_any_period(page: Client, town: Town) -> None:
    town.union(name="树上的工会")
    assert "树上的工会" in page.get(reverse("union-tree")).content.decode()
    assert "树上的工会" not in page.get(reverse("union-tree"), {"on": "2019-12-31"}).content.decode()
    assert page.get(reverse("union-stock"), {"period": "2020"}).context["found"].is_balanced
    assert page.get(reverse("union-stock"), {"period": "nonsense"}).status_code == 404


def test_the_pipeline_shows_both_rates_with_both_bases_and_the_largest_first(page: Client, town: Town) -> None:
    """Employers: one of 30 organised; unorganised 88, 40 and 10. A: 1 of 3; B: 1 of 4."""
    town.union()
    for employees in (10, 88, 40):
        town.employer(name=f"{employees}人公司", employees=employees)
    answer = page.get(reverse("founding"))
    assert names(answer) == ["88人公司", "40人公司", "10人公司"]
    strict, broad = answer.context["strict"], answer.context["broad"]
    assert (strict.organised, strict.base, str(strict.percent)) == (1, 3, "33.3")
    assert (broad.organised, broad.base, str(broad.percent)) == (1, 4, "25.0")


def test_a_visit_and_an_application_show_in_the_pipeline_and_lead_to_the_founding(page: Client, town: Town) -> None:
    employer = town.employer(name="海天贸易公司", employees=40)
    Outreach.objects.create(
        union=town.hub, employer=employer, visited_on=date(2026, 3, 1), purpose="FOUNDING", result="WILLING"
    )
    assert names(page.get(reverse("founding"), {"result": "WILLING"})) == ["海天贸易公司"]
    assert names(page.get(reverse("founding"), {"visited": "false"})) == []
    typed = {"employer": employer.pk, "wish": "OWN", "applied_on": "2026-03-10", "union": town.hub.pk}
    lookup = page.get(reverse("applications-new"), {"employer": employer.pk}).context["form"]["employer"].value()
    answer = page.post(reverse("applications-new"), typed | {"employer": lookup})
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    form = page.get(reverse("union-found"), {"application": employer.applications.get().pk}).context["form"]
    assert form["name"].value() == "海天贸易公司工会"
    assert form["employers"].value() == [employer.pk]


def test_the_employer_page_says_when_a_union_is_to_be_founded(page: Client, town: Town) -> None:
    employer = town.employer(employees=40)
    answer = page.get(reverse("employer", args=[employer.pk]))
    assert answer.context["page"].should_found
    closed = page.post(
        reverse("employer-close", args=[employer.pk]), {"on": "2026-03-01", "reason": "注销", "confirm": "1"}
    )
    assert closed.status_code == 302
    assert not page.get(reverse("employer", args=[employer.pk])).context["page"].should_found


def test_a_wrong_check_character_is_refused_at_its_field(page: Client, town: Town) -> None:
    before = rows(Union, UnionCoverage)
    answer = page.post(
        reverse("employers-new"),
        {
            "name": "海天贸易公司",
            "credit_code": "91350100M000100Y44",
            "community": town.community.pk,
            "union": town.hub.pk,
            "ownership": "PRIVATE",
            "operating_status": "NORMAL",
            "opened_on": "2026-01-05",
        },
    )
    assert answer.status_code == 422 and "credit_code" in answer.context["form"].errors
    assert rows(Union, UnionCoverage) == before


def test_two_editors_of_one_employer_the_second_is_told_who_changed_what(page: Client, town: Town) -> None:
    employer = town.employer(name="海天贸易公司", employees=40)
    address = reverse("employers-edit", args=[employer.pk])
    typed = {name: value for name, value in page.get(address).context["form"].initial.items() if value is not None}
    typed |= {"revision": 0, "is_above_scale": ""}
    assert page.post(address, typed | {"contact": "王先生"}).status_code == 302
    second = page.post(address, typed | {"contact": "李女士"})
    assert second.status_code == 422
    assert "王先生" in second.content.decode() and town.officer.name in second.content.decode()
    employer.refresh_from_db()
    assert employer.contact == "王先生"


def test_officers_are_recorded_and_leave_by_their_pages(page: Client, town: Town) -> None:
    union = town.union()
    typed = {"union": union.pk, "name": "周芳", "post": "ORGANISER", "start": "2026-01-05"}
    assert page.post(reverse("officers-new"), typed | {"post": "CHAIR"}).status_code == 422
    assert page.post(reverse("officers-new"), typed).status_code == 302
    officer = union.officers.get(name="周芳")
    assert page.post(reverse("officers-new"), typed).status_code == 422
    leave = reverse("officer-leave", args=[officer.pk])
    assert page.post(leave, {"on": "2026-02-01"}).context["effects"]
    assert page.post(leave, {"on": "2026-02-01", "confirm": "1"}).status_code == 302
    assert page.get(leave).status_code == 403
