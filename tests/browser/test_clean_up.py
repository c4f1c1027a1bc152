"""Cleaning up in the browser: two records of one person are merged, and the merge is undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from members.models import HealthCheck, Person, PersonMerge
from tests.browser.conftest import scrolls_sideways, serious_findings
from tests.factories.members import MembershipFactory, PersonFactory, id_number, member_of
from tests.factories.unions import UnionFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import Union, UnionForm, User

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[Role, Union], User]
BIRTH = date(1990, 5, 1)
GOOD = id_number(1, BIRTH)
WRONG = GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1")
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def union() -> Union:
    """A union with one person twice, once with a mistyped ID; both are on a list, and both are members."""
    with acting(SYSTEM):
        federation = UnionFactory(form=UnionForm.SUBDISTRICT, name="测试街道总工会")
        union = UnionFactory(parent=federation, name="晨光机械工会")
        right = member_of(union, name="张伟", birth_date=BIRTH, id_number=GOOD)
        twice = PersonFactory(union=union, name="章伟", birth_date=BIRTH, id_number=WRONG, education="大专")
        MembershipFactory(person=twice)
        for person, round_ in ((right, "2025 春检"), (twice, "2026 春检")):
            HealthCheck.objects.create(union=union, person=person, round=round_, checked_on=date(2026, 3, 1))
    return union


def looks_right(page: Page) -> None:
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        assert serious_findings(page) == [] and not scrolls_sideways(page)


def state() -> tuple[list[tuple[str, bool]], set[str]]:
    """Each person with whether he is merged, and whose name the health checks bear."""
    with acting(SYSTEM):
        people = [(row.name, row.merged_into_id is not None) for row in Person.objects.order_by("pk")]
        return people, set(HealthCheck.objects.values_list("person__name", flat=True))


def test_two_records_are_merged_and_the_merge_undone(
    page: Page, live_server: Any, union: Union, sign_in: SignIn
) -> None:
    before = state()
    sign_in(Role.CHAIR, union)
    page.goto(f"{live_server.url}/members/duplicates/?state=OPEN")
    page.get_by_role("link", name="立即查找").click()
    page.get_by_role("button", name="核对后确认").click()
    page.get_by_role("button", name="查找重复").click()
    expect(page.get_by_role("link", name="立即查找")).to_be_visible()
    looks_right(page)
    page.locator("tbody th a").first.click()
    # Side by side: the names and the numbers differ and are marked; of the numbers only the ends are shown.
    expect(page.get_by_text("不同", exact=True).first).to_be_visible()
    assert GOOD not in page.content() and WRONG not in page.content()
    looks_right(page)
    page.get_by_role("link", name="合并两份档案").click()
    page.get_by_label("认定为同一人的依据").fill("本人带证件来核对")
    page.get_by_role("group", name="学历").get_by_label("大专").check()
    looks_right(page)
    page.get_by_role("button", name="核对后确认").click()
    expect(page.get_by_text("还没有保存")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("重复登记")
    assert state() == before
    looks_right(page)
    page.get_by_role("button", name="合并两份档案").click()
    expect(page.get_by_text("可撤销至")).to_be_visible()
    assert state() == ([("张伟", False), ("章伟", True)], {"张伟"})
    looks_right(page)
    # The old record's address leads to the one that was kept.
    with acting(SYSTEM):
        merge = PersonMerge.objects.get()
    page.goto(f"{live_server.url}/members/{merge.merged_id}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("张伟")
    page.goto(f"{live_server.url}/members/merges/{merge.pk}/")
    page.get_by_role("link", name="撤销合并").click()
    page.get_by_label("理由").fill("是两个人")
    page.get_by_role("button", name="核对后确认").click()
    page.get_by_role("button", name="撤销合并").click()
    expect(page.get_by_text("是两个人").first).to_be_visible()
    assert state() == before
