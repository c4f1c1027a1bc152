"""Labour relations in the browser: a contract signed, filed and renewed; a proposal answered; what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import scrolls_sideways, serious_findings
from tests.factories.unions import CommunityFactory, EmployerFactory, UnionFactory, UserFactory
from tests.unions.labour import contract_of
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import CollectiveContract, CongressMeeting, CongressProposal, Employer, Union, UnionForm, User
from unions.services.contracts import save_contract

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[Role, Union], User]


@dataclass
class Town:
    federation: Union
    union: Union
    employer: Employer


@pytest.fixture
def town() -> Town:
    with acting(SYSTEM):
        federation = UnionFactory(form=UnionForm.SUBDISTRICT, name="测试街道总工会", code="T1000")
        community = CommunityFactory(code="C01", name="东山社区")
        union = UnionFactory(name="晨光机械有限公司工会", parent=federation, community=community)
        employer = EmployerFactory(
            union=federation, community=community, name="晨光机械有限公司", employees=80, covered_by=union
        )
    return Town(federation, union, employer)


def step(page: Page, button: str, on: date, **fields: Any) -> None:
    """One move of a workflow: its button, the day, what it asks for, and the button again."""
    page.locator(".gh-acts").get_by_role("link", name=button, exact=True).click()
    page.locator("[name=on]").fill(on.isoformat())
    for name, value in fields.items():
        field = page.locator(f"[name={name}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))
    page.get_by_role("button", name=button, exact=True).click()


def test_a_contract_is_signed_filed_put_into_force_and_renewed(
    page: Page, live_server: Any, town: Town, sign_in: SignIn
) -> None:
    sign_in(Role.RIGHTS, town.federation)
    today = timezone.localdate()
    signed = today - timedelta(days=30)
    page.goto(f"{live_server.url}/contracts/")
    page.get_by_role("link", name="登记已签合同").click()
    page.locator("[name=union]").select_option(label=town.union.name)
    page.locator("[name=title]").fill("晨光机械工资专项集体合同")
    page.locator("[name=kind]").select_option("WAGES")
    page.locator("[name=signed_on]").fill(signed.isoformat())
    page.locator("[name=expires_on]").fill((today + timedelta(days=60)).isoformat())
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已签订")
    # The union's only employer is covered without typing it.
    expect(page.locator("main")).to_contain_text("晨光机械有限公司")
    expect(page.locator(".gh-clocks")).to_contain_text("集体合同报送审查")
    step(page, "登记报送", signed + timedelta(days=4), filing_no="甬仑人社集〔2026〕8号")
    expect(page.get_by_role("heading", level=1)).to_contain_text("已报送")
    expect(page.locator(".gh-clocks")).to_contain_text("按时办结")
    step(page, "登记生效", signed + timedelta(days=10))
    # Filed on day 4, so the authority may object until day 19.
    expect(page.get_by_role("alert")).to_contain_text(f"{signed + timedelta(days=19):%Y-%m-%d}")
    page.locator("[name=on]").fill((signed + timedelta(days=19)).isoformat())
    page.get_by_role("button", name="登记生效").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("即将到期")
    page.get_by_role("link", name="向职工公布").click()
    page.locator("[name=on]").fill((signed + timedelta(days=20)).isoformat())
    page.locator(".gh-dock button").click()
    page.locator("[name=confirm]").click()
    page.get_by_role("link", name="提出续签").click()
    page.locator(".gh-dock button").click()
    page.locator("[name=confirm]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已提出协商")
    with acting(SYSTEM):
        new = CollectiveContract.objects.get(renewal_of__isnull=False)
        assert (new.renewal_of.status, new.covered.get().employer) == ("EFFECTIVE", town.employer)


def test_a_proposal_from_tabling_to_the_proposers_opinion(
    page: Page, live_server: Any, town: Town, sign_in: SignIn
) -> None:
    with acting(SYSTEM):
        held = timezone.localdate() - timedelta(days=40)
        meeting = CongressMeeting.objects.create(union=town.union, held_on=held, delegates=42, present=40)
    sign_in(Role.CHAIR, town.union)
    page.goto(f"{live_server.url}/congresses/{meeting.pk}/")
    page.get_by_role("link", name="登记提案").click()
    page.locator("[name=title]").fill("改善夜班用餐")
    page.locator("[name=proposer]").fill("袁莉")
    page.get_by_role("button", name="保存").click()
    step(page, "立案", held + timedelta(days=3))
    step(page, "交办", held + timedelta(days=4), handler="行政部")
    step(page, "登记书面答复", held + timedelta(days=14), reply="六月起夜班供热餐")
    step(page, "登记提案人意见", held + timedelta(days=16), is_satisfied="true")
    expect(page.locator("main")).to_contain_text("满意")
    step(page, "登记落实", held + timedelta(days=30))
    expect(page.get_by_role("heading", level=1)).to_contain_text("已落实")
    with acting(SYSTEM):
        row = CongressProposal.objects.get()
        assert (row.number, row.status, row.is_satisfied) == (1, "IMPLEMENTED", True)


def test_a_contract_longer_than_three_years_is_refused_with_everything_kept(
    page: Page, live_server: Any, town: Town, sign_in: SignIn
) -> None:
    sign_in(Role.CHAIR, town.union)
    page.goto(f"{live_server.url}/contracts/new/")
    # A chair's only union is chosen already.
    expect(page.locator("[name=union]")).to_have_value(str(town.union.pk))
    page.locator("[name=title]").fill("晨光机械集体合同")
    page.locator("[name=kind]").select_option("COMPREHENSIVE")
    page.locator("[name=signed_on]").fill("2026-03-02")
    page.locator("[name=filed_on]").fill("2026-03-09")
    page.locator("[name=effective_on]").fill("2026-03-24")
    page.locator("[name=expires_on]").fill("2029-03-25")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#id_expires_on_error")).to_contain_text("三年")
    expect(page.locator("[name=title]")).to_have_value("晨光机械集体合同")
    expect(page.locator("[name=signed_on]")).to_have_value("2026-03-02")
    with acting(SYSTEM):
        assert not CollectiveContract.objects.exists()
    page.locator("[name=expires_on]").fill("2029-03-24")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("晨光机械集体合同")


def test_the_second_of_two_editors_is_told_who_changed_what(
    page: Page, live_server: Any, town: Town, sign_in: SignIn
) -> None:
    with acting(SYSTEM):
        row = contract_of(town.union, town.employer, payday=10)
        other = UserFactory(name="鲁建国", role=Role.RIGHTS, role__at=town.federation)
    sign_in(Role.ORGANISATION, town.federation)
    page.goto(f"{live_server.url}/contracts/{row.pk}/edit/")
    page.locator("[name=payday]").fill("20")
    with acting(other):
        row.payday = 15
        save_contract(contract=row, actor=other)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("鲁建国")
    expect(page.get_by_role("alert")).to_contain_text("15")
    expect(page.locator("[name=payday]")).to_have_value("20")
    with acting(SYSTEM):
        row.refresh_from_db()
        assert row.payday == 15


def test_no_page_has_a_serious_fault_or_scrolls_sideways(
    page: Page, live_server: Any, town: Town, sign_in: SignIn
) -> None:
    with acting(SYSTEM):
        contract = contract_of(town.union, town.employer)
        meeting = CongressMeeting.objects.create(union=town.union, held_on=date(2026, 3, 2), delegates=42, present=20)
        proposal = CongressProposal.objects.create(
            union=town.union, meeting=meeting, number=1, title="改善夜班用餐", proposer="袁莉", reply="已安排"
        )
    sign_in(Role.RIGHTS, town.federation)
    faults = {}
    for path in (
        *("/contracts/", "/contracts/new/", "/contracts/request/", f"/contracts/{contract.pk}/", "/deadlines/"),
        *(f"/congresses/{meeting.pk}/", f"/proposals/{proposal.pk}/", "/safety/new/", "/suggestions/"),
    ):
        page.goto(f"{live_server.url}{path}")
        found = serious_findings(page) + (["scrolls sideways"] if scrolls_sideways(page) else [])
        if found:
            faults[path] = found
    assert faults == {}
