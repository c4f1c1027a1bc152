"""The first pages as people use them: signing in, finding a figure's rows, making a report, being refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import scrolls_sideways, serious_findings
from tests.factories.members import member_of
from tests.factories.relief import MutualAidEnrolmentFactory, MutualAidPlanFactory
from tests.factories.unions import CommunityFactory, EmployerFactory, UnionFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import ReportingPeriod, ReturnObligation, Union, UnionForm, User

pytestmark = pytest.mark.django_db(transaction=True)
HALF = "2026H1"
SignIn = Callable[[Role, Union], User]


@dataclass
class Federation:
    itself: Union
    here: Union
    there: Union


@pytest.fixture
def federation() -> Federation:
    """Two unions of one employer each; three people insured here, two there; a return owed by both."""
    with acting(SYSTEM):
        itself = UnionFactory(form=UnionForm.SUBDISTRICT, name="测试街道总工会", code="T1000")
        community = CommunityFactory(code="C01", name="东山社区")
        here = UnionFactory(name="晨光机械有限公司工会", parent=itself, community=community)
        there = UnionFactory(name="远帆物流有限公司工会", parent=itself, community=community)
        plan = MutualAidPlanFactory(kind="ACTIVE")
        for union, insured in ((here, 3), (there, 2)):
            EmployerFactory(union=itself, community=community, employees=30, covered_by=union)
            for _number in range(insured):
                MutualAidEnrolmentFactory(
                    person=member_of(union), union=union, plan=plan, start=date(2026, 4, 1), end=date(2027, 4, 1)
                )
        quarter = ReportingPeriod.objects.create(
            code="2026Q2", kind="QUARTER", start=date(2026, 4, 1), end=date(2026, 7, 1), due_on=date(2026, 7, 10)
        )
        for union in (here, there):
            ReturnObligation.objects.create(union=union, period=quarter, due_on=date(2026, 7, 10))
    return Federation(itself, here, there)


def test_a_figure_leads_to_its_rows(page: Page, live_server: Any, federation: Federation, sign_in: SignIn) -> None:
    sign_in(Role.RELIEF, federation.itself)
    page.goto(f"{live_server.url}/half-years/{HALF}/")
    page.get_by_role("link", name="在职参保").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("在职参保")
    # 3 here + 2 there
    expect(page.locator(".gh-big")).to_contain_text("5")
    expect(page.locator("table.is-cards tbody tr")).to_have_count(5)


def test_a_chair_sees_only_his_own_part_of_a_figure(
    page: Page, live_server: Any, federation: Federation, sign_in: SignIn
) -> None:
    sign_in(Role.CHAIR, federation.here)
    page.goto(f"{live_server.url}/half-years/{HALF}/CARE-19/")
    expect(page.locator(".gh-big")).to_contain_text("3")
    expect(page.locator("main")).to_contain_text("只统计您负责的工会")
    expect(page.locator("main")).not_to_contain_text("远帆物流")


def test_the_rows_come_as_a_workbook(page: Page, live_server: Any, federation: Federation, sign_in: SignIn) -> None:
    sign_in(Role.RELIEF, federation.itself)
    page.goto(f"{live_server.url}/half-years/{HALF}/CARE-19/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="导出这些行").click()
    assert waiting.value.suggested_filename == "CARE-19_2026H1_0.xlsx"


def test_an_officer_makes_the_summary_and_finds_it_again(
    page: Page, live_server: Any, federation: Federation, sign_in: SignIn
) -> None:
    refusals: list[str] = []
    page.on("console", lambda message: refusals.append(message.text) if "Security Policy" in message.text else None)
    sign_in(Role.ORGANISATION, federation.itself)
    page.goto(f"{live_server.url}/half-years/{HALF}/")
    page.get_by_role("button", name="生成 PDF").click()
    expect(page.get_by_role("link", name="下载 PDF").first).to_be_visible()
    expect(page.locator("object.gh-pdf")).to_be_visible()
    assert refusals == []
    page.goto(f"{live_server.url}/reports/")
    page.get_by_role("link", name=re.compile("2026H1 半年工作总结")).click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载 PDF").first.click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")


def test_a_wrong_password_is_said_in_words_and_keeps_the_name(
    page: Page, live_server: Any, federation: Federation
) -> None:
    page.goto(f"{live_server.url}/sign-in/")
    page.get_by_label("用户名").fill("nobody")
    page.get_by_label("密码", exact=True).fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("用户名")
    expect(page.get_by_label("用户名")).to_have_value("nobody")


def test_the_language_switches_and_stays(page: Page, live_server: Any, federation: Federation, sign_in: SignIn) -> None:
    sign_in(Role.ORGANISATION, federation.itself)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is due today")
    page.goto(f"{live_server.url}/half-years/{HALF}/CARE-19/")
    expect(page.get_by_role("heading", level=1)).to_have_text("In-service plan")


PAGES = [
    "/",
    f"/half-years/{HALF}/",
    f"/half-years/{HALF}/CARE-02/",
    f"/half-years/{HALF}/checks/",
    "/reports/",
    "/half-years/2031H1/",
    "/account/password/",
    "/account/second-step/",
    "/nowhere/",
]


def test_no_page_has_a_serious_fault_or_scrolls_sideways(
    page: Page, live_server: Any, federation: Federation, sign_in: SignIn
) -> None:
    sign_in(Role.FEDERATION_CHAIR, federation.itself)
    faults = {}
    for path in PAGES:
        page.goto(f"{live_server.url}{path}")
        faults[path] = serious_findings(page) + (["scrolls sideways"] if scrolls_sideways(page) else [])
    assert {path: found for path, found in faults.items() if found} == {}
