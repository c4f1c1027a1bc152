"""Search and inbox in the browser: found by a former name and by initials; a reminder that comes at T−5 and stops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import scrolls_sideways, serious_findings
from tests.factories.unions import UnionFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import ReportingPeriod, ReturnObligation, Union, UnionForm, UnionProfile, User
from unions.reminders import send_reminders

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[Role, Union], User]


@pytest.fixture
def union() -> Union:
    """A union with a former name that owes the second quarter's return."""
    with acting(SYSTEM):
        federation = UnionFactory(form=UnionForm.SUBDISTRICT, name="测试街道总工会")
        union = UnionFactory(parent=federation, name="兴业工业小区工会")
        union.profiles.update(end=date(2020, 1, 1))
        UnionProfile.objects.create(
            union=union, name="兴业园区联合工会", form="JOINT", parent=federation, start=date(2020, 1, 1)
        )
        quarter = ReportingPeriod.objects.create(
            code="2026Q2", kind="QUARTER", start=date(2026, 4, 1), end=date(2026, 7, 1), due_on=date(2026, 7, 10)
        )
        ReturnObligation.objects.create(union=union, period=quarter, due_on=date(2026, 7, 10))
    return union


def test_a_slash_opens_the_search_which_knows_former_names_and_initials(
    page: Page, union: Union, sign_in: SignIn
) -> None:
    sign_in(Role.ORGANISATION, Union.objects.federation())
    if page.viewport_size and page.viewport_size["width"] > 768:
        page.keyboard.press("/")
        page.keyboard.type("工业小区")
        page.keyboard.press("Enter")
    else:
        page.get_by_role("button", name="菜单").click()
        page.get_by_role("navigation").get_by_role("link", name="查找").click()
        page.locator("#again").fill("工业小区")
        page.locator("#again").press("Enter")
    expect(page.get_by_text("曾用名：兴业工业小区工会")).to_be_visible()
    page.goto(page.url.split("search")[0] + "search/?q=xyyq")
    expect(page.get_by_role("link", name="兴业园区联合工会", exact=True)).to_be_visible()
    assert serious_findings(page) == [] and not scrolls_sideways(page)


def test_a_reminder_comes_five_days_before_and_stops_when_the_return_is_filed(
    page: Page, union: Union, sign_in: SignIn
) -> None:
    sign_in(Role.CHAIR, union)
    day = date(2026, 7, 10) - timedelta(days=5)
    with acting(SYSTEM):
        assert send_reminders(day) == 1
    page.get_by_role("link", name="收件箱").click()
    expect(page.get_by_text("2026Q2 季报：兴业园区联合工会，还有 5 天")).to_be_visible()
    assert serious_findings(page) == [] and not scrolls_sideways(page)
    with acting(SYSTEM):
        ReturnObligation.objects.get().versions.create(union=union, version=1, status="SUBMITTED")
        assert sum(send_reminders(day + timedelta(days=number)) for number in range(1, 20)) == 0
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.get_by_text("已读", exact=True)).to_be_visible()
