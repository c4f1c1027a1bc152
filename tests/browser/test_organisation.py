"""The life of unions in the browser: found, re-elect, rename, transfer, dissolve; found again by any name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import scrolls_sideways, serious_findings
from tests.factories.members import member_of
from tests.factories.town import Town
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import CommitteeTerm, Union, User
from unions.services.structure import rename

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[Role, Union], User]
DOCUMENT = "澄江街总工〔2026〕12号"


@pytest.fixture
def town() -> Town:
    with acting(SYSTEM):
        return Town()


def confirm(page: Page, verb: str) -> None:
    """Check first what will change, then confirm it."""
    page.get_by_role("button", name="核对后确认").click()
    expect(page.get_by_role("heading", name="保存后会这样")).to_be_visible()
    assert serious_findings(page) == []
    assert not scrolls_sideways(page)
    page.get_by_role("button", name=verb, exact=True).click()


def begin(page: Page, verb: str) -> None:
    page.locator("summary", has_text="登记事项").click()
    page.get_by_role("link", name=verb, exact=True).click()


def test_a_joint_union_of_25_employers_is_founded(page: Page, live_server: Any, town: Town, sign_in: SignIn) -> None:
    with acting(SYSTEM):
        town.employers(25)
    sign_in(Role.ORGANISATION, town.federation)
    page.goto(f"{live_server.url}/founding/")
    expect(page.get_by_text("0 / 25").first).to_be_visible()
    page.get_by_role("link", name="登记新建工会").click()
    page.get_by_label("工会名称").fill("东港社区商贸联合工会")
    page.get_by_label("建会形式").select_option("JOINT")
    page.get_by_label("上级工会").select_option(label="东港社区工会")
    boxes = page.locator(".gh-picks input")
    expect(boxes).to_have_count(25)
    for box in boxes.all():
        box.check()
    page.get_by_label("文号").fill(DOCUMENT)
    page.get_by_label("批准单位").fill("澄江街道总工会")
    page.get_by_label("主席").fill("李卫东")
    page.get_by_label("任期").select_option("3")
    confirm(page, "登记新建工会")
    expect(page.get_by_role("heading", level=1)).to_contain_text("东港社区商贸联合工会")
    expect(page.get_by_text("覆盖企业 25 家")).to_be_visible()
    assert serious_findings(page) == []
    assert not scrolls_sideways(page)
    page.goto(f"{live_server.url}/founding/")
    expect(page.get_by_text("25 / 25").first).to_be_visible()


def test_a_union_is_reelected_and_renamed(page: Page, live_server: Any, town: Town, sign_in: SignIn) -> None:
    today = timezone.localdate()
    with acting(SYSTEM):
        union = town.union(name="澄江海天贸易工会")
        CommitteeTerm.objects.filter(union=union).update(due_on=today + timedelta(days=11))
    sign_in(Role.ORGANISATION, town.federation)
    page.goto(f"{live_server.url}/unions/{union.pk}/")
    expect(page.get_by_text("还有 11 天").first).to_be_visible()
    page.locator(".gh-note").get_by_role("link", name="登记换届").click()
    page.get_by_label("主席", exact=True).fill("李卫东")
    confirm(page, "登记换届")
    expect(page.get_by_text("第 2 届，任期")).to_be_visible()
    expect(page.get_by_role("link", name="李卫东")).to_be_visible()
    begin(page, "更名")
    page.get_by_label("新名称").fill("澄江远帆物流工会")
    page.get_by_label("文号").fill(DOCUMENT)
    confirm(page, "更名")
    expect(page.get_by_role("heading", level=1)).to_contain_text("澄江远帆物流工会")
    expect(page.locator(".gh-lead")).to_contain_text("曾用名：澄江海天贸易工会")


def test_a_union_is_transferred_out_and_another_dissolved(
    page: Page, live_server: Any, town: Town, sign_in: SignIn
) -> None:
    with acting(SYSTEM):
        leaving, ending = town.union(name="将转出的工会"), town.union(name="将注销的工会")
        town.union(name="接收的联合工会", employers=2)
        member_of(ending)
    sign_in(Role.ORGANISATION, town.federation)
    page.goto(f"{live_server.url}/unions/{leaving.pk}/")
    begin(page, "转出")
    page.get_by_label("新上级工会").fill("临港街道总工会")
    page.get_by_label("文号").fill(DOCUMENT)
    confirm(page, "转出")
    expect(page.locator("h1 .gh-b")).to_have_text("转出")

    page.goto(f"{live_server.url}/unions/{ending.pk}/")
    begin(page, "注销")
    page.get_by_label("文号").fill(DOCUMENT)
    page.get_by_role("button", name="核对后确认").click()
    expect(page.get_by_text("会员 1 人要先转出或保留会籍。").first).to_be_visible()
    page.get_by_label("会员去向").select_option("MOVED")
    page.get_by_label("接收工会").select_option(label="接收的联合工会")
    confirm(page, "注销")
    expect(page.locator("h1 .gh-b")).to_have_text("注销")
    expect(page.get_by_role("button", name="登记事项")).to_have_count(0)
    page.goto(f"{live_server.url}/unions/stock/")
    expect(page.locator("h1 .gh-b")).to_have_text("相符")
    assert serious_findings(page) == []


def test_a_union_is_found_by_its_former_name_and_its_initials(
    page: Page, live_server: Any, town: Town, sign_in: SignIn
) -> None:
    with acting(SYSTEM):
        union = town.union(name="澄江海天贸易工会")
        rename(
            union=union,
            name="澄江远帆物流工会",
            on=timezone.localdate(),
            document_no=DOCUMENT,
            approved_by="澄江街道总工会",
            actor=town.officer,
        )
        town.union(name="另一家工会")
    sign_in(Role.FEDERATION_CHAIR, town.federation)
    for text in ("海天", "yfwl"):
        page.goto(f"{live_server.url}/unions/")
        if (closed := page.locator(".gh-filters > summary")).is_visible():
            closed.click()  # on a phone the list comes first
        page.get_by_role("textbox", name="名称、曾用名").fill(text)
        page.get_by_role("button", name="筛选").click()
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.locator("tbody")).to_contain_text("曾用名：澄江海天贸易工会")
    assert serious_findings(page) == []
    assert not scrolls_sideways(page)


@pytest.mark.parametrize("place", ["employers", "terms", "certificates", "officers", "unions/tree", "founding"])
def test_the_lists_of_the_area_read_well(page: Page, live_server: Any, town: Town, sign_in: SignIn, place: str) -> None:
    with acting(SYSTEM):
        town.union()
        town.employer(employees=40)
    sign_in(Role.ORGANISATION, town.federation)
    page.goto(f"{live_server.url}/{place}/")
    assert serious_findings(page) == []
    assert not scrolls_sideways(page)
