"""Members in the browser: from application to card, and from one union to another by both chairs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from members.models import Membership
from tests.browser.conftest import scrolls_sideways, serious_findings
from tests.factories.members import id_number, member_of
from tests.factories.unions import EmployerFactory, UnionFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import Union, UnionForm, User

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[Role, Union], User]
BIRTH = date(1990, 5, 1)


@pytest.fixture
def unions() -> tuple[Union, Union]:
    with acting(SYSTEM):
        federation = UnionFactory(form=UnionForm.SUBDISTRICT, name="测试街道总工会")
        here, there = (UnionFactory(parent=federation, name=f"{name}工会") for name in ("晨光机械", "远帆物流"))
        EmployerFactory(union=here, covered_by=here, name="晨光机械有限公司")
    return here, there


def test_from_application_to_card(page: Page, live_server: Any, unions: tuple[Union, Union], sign_in: SignIn) -> None:
    sign_in(Role.CHAIR, unions[0])
    page.goto(f"{live_server.url}/members/join/")
    page.get_by_label("姓名").fill("测试人甲")
    number = id_number(1, BIRTH)
    page.get_by_label("证件号码").fill(number[:-1] + ("0" if number[-1] != "0" else "1"))
    page.get_by_label("性别").select_option(label="男")
    page.get_by_label("出生日期").fill("1990-05-01")
    page.get_by_role("button", name="核对后确认").click()
    # The wrong check character is said at its field, and everything typed is still there.
    expect(page.get_by_role("alert")).to_contain_text("证件号码")
    expect(page.get_by_label("姓名")).to_have_value("测试人甲")
    page.get_by_label("证件号码").fill(number)
    page.get_by_role("button", name="核对后确认").click()
    page.get_by_role("button", name="登记入会申请").click()
    page.get_by_role("link", name="批准入会").click()
    page.get_by_label("会员证号").fill("HY-0001")
    page.get_by_role("button", name="批准入会").click()
    expect(page.get_by_text("在册会员").first).to_be_visible()
    assert serious_findings(page) == [] and not scrolls_sideways(page)
    assert Membership.objects.get().card_no == "HY-0001"


def test_a_transfer_by_both_chairs(page: Page, live_server: Any, unions: tuple[Union, Union], sign_in: SignIn) -> None:
    here, there = unions
    with acting(SYSTEM):
        member_of(here)
        membership = Membership.objects.get()
    sign_in(Role.CHAIR, here)
    page.goto(f"{live_server.url}/memberships/{membership.pk}/")
    page.get_by_role("link", name="转往其他工会").click()
    page.get_by_label("转入工会").select_option(label=there.name)
    page.get_by_role("button", name="核对后确认").click()
    page.get_by_role("button", name="转往其他工会").click()
    expect(page.get_by_text("待接收").first).to_be_visible()
    sign_in(Role.CHAIR, there)
    page.goto(f"{live_server.url}/transfers/")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name="接收", exact=True).click()
    page.get_by_role("button", name="核对后确认").click()
    expect(page.get_by_text("还没有保存")).to_be_visible()
    page.get_by_role("button", name="接收会员").click()
    expect(page.get_by_text("已接收").first).to_be_visible()
    assert serious_findings(page) == [] and not scrolls_sideways(page)
    with acting(SYSTEM):
        assert set(Membership.objects.values_list("union__name", "status")) == {
            (here.name, "TRANSFERRED_OUT"),
            (there.name, "ACTIVE"),
        }
