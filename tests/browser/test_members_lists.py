"""Members in the browser: retired and retained, a conflict settled, a contest with its people, leave refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from members.models import Contest, ContestEntry, Membership, MembershipConflict, Recuperation
from members.services import Applicant, apply_to_join
from tests.browser.conftest import scrolls_sideways, serious_findings
from tests.factories.members import member_of
from tests.factories.unions import EmployerFactory, UnionFactory, UserFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import Union, UnionForm, User

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[Role, Union], User]


@pytest.fixture
def unions() -> tuple[Union, Union, Union]:
    """The federation and two unions of it."""
    with acting(SYSTEM):
        federation = UnionFactory(form=UnionForm.SUBDISTRICT, name="测试街道总工会")
        here, there = (UnionFactory(parent=federation, name=f"{name}工会") for name in ("晨光机械", "远帆物流"))
    return federation, here, there


def confirm(page: Page, caption: str) -> None:
    page.get_by_role("button", name="核对后确认").click()
    expect(page.get_by_text("还没有保存")).to_be_visible()
    page.get_by_role("button", name=caption).click()
    expect(page.get_by_text("还没有保存")).to_have_count(0)


def test_who_retires_keeps_the_membership_and_may_come_back(
    page: Page, live_server: Any, unions: tuple[Union, Union, Union], sign_in: SignIn
) -> None:
    _federation, here, _there = unions
    with acting(SYSTEM):
        member_of(here, name="退休甲")
        row = Membership.objects.get()
    sign_in(Role.CHAIR, here)
    page.goto(f"{live_server.url}/memberships/{row.pk}/")
    page.get_by_role("link", name="保留会籍").click()
    page.get_by_label("理由").fill("退休")
    page.get_by_role("button", name="保留会籍").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("保留会籍")
    assert serious_findings(page) == [] and not scrolls_sideways(page)
    page.get_by_role("link", name="恢复会籍").click()
    confirm(page, "恢复会籍")
    expect(page.get_by_role("heading", level=1)).to_contain_text("在册会员")
    with acting(SYSTEM):
        # The time that was retained stands beside the one that began again.
        assert set(Membership.objects.values_list("status", flat=True)) >= {"ACTIVE"}


def test_a_conflict_is_settled_by_the_federation(
    page: Page, live_server: Any, unions: tuple[Union, Union, Union], sign_in: SignIn
) -> None:
    federation, here, there = unions
    with acting(SYSTEM):
        person = member_of(here, name="冲突乙", serial=1)
    chair = UserFactory(role=Role.CHAIR, role__at=there)
    with acting(chair):
        applicant = Applicant(person.name, person.sex, person.birth_date, person.id_number)
        apply_to_join(actor=chair, union=there, applicant=applicant, applied_on=date(2026, 3, 1))
    sign_in(Role.ORGANISATION, federation)
    page.goto(f"{live_server.url}/conflicts/")
    page.locator("tbody th a").first.click()
    # Both sides are named to whoever settles.
    expect(page.get_by_role("main")).to_contain_text("晨光机械工会")
    expect(page.get_by_role("main")).to_contain_text("远帆物流工会")
    assert serious_findings(page) == [] and not scrolls_sideways(page)
    page.get_by_role("link", name="处理").click()
    page.get_by_label("转到申请的工会").check()
    page.get_by_label("理由").fill("已到新单位工作")
    confirm(page, "处理会籍冲突")
    with acting(SYSTEM):
        assert MembershipConflict.objects.get().settlement == "MOVED"
        open_one = Membership.objects.get(person=person, status="ACTIVE")
        assert open_one.union == there


def test_a_contest_with_thirteen_teams_and_its_people(
    page: Page, live_server: Any, unions: tuple[Union, Union, Union], sign_in: SignIn
) -> None:
    federation, here, _there = unions
    with acting(SYSTEM):
        contest = Contest.objects.create(
            union=federation,
            type="SKILLS",
            title="焊工技能比武",
            starts_on=date(2026, 4, 1),
            ends_on=date(2026, 4, 2),
            teams=13,
        )
        for place in range(2, 14):
            employer = EmployerFactory(union=here, name=f"第{place}家公司")
            ContestEntry.objects.create(
                union=here, contest=contest, employer=employer, team=f"第{place}队", contestants=3, place=place
            )
        winner = EmployerFactory(union=here, covered_by=here, name="晨光机械有限公司")
        person = member_of(here, name="焊工丙")
    sign_in(Role.CULTURE, federation)
    page.goto(f"{live_server.url}/contests/{contest.pk}/")
    page.get_by_role("link", name="登记参赛").click()
    page.get_by_label("用人单位").select_option(label=winner.name)
    page.get_by_label("代表队").fill("晨光一队")
    page.get_by_label("人员").fill(f"焊工丙 #{person.pk}")
    page.get_by_label("名次").fill("1")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("status")).to_be_visible()
    page.goto(f"{live_server.url}/contests/{contest.pk}/")
    table = page.get_by_role("region", name="参赛队和选手")
    expect(table.locator("tbody tr")).to_have_count(13)
    expect(table.locator("tbody tr").first).to_contain_text("焊工丙")
    expect(table).to_contain_text("13")
    assert serious_findings(page) == [] and not scrolls_sideways(page)


def test_recuperation_is_refused_for_who_went_last_year(
    page: Page, live_server: Any, unions: tuple[Union, Union, Union], sign_in: SignIn
) -> None:
    federation, here, _there = unions
    with acting(SYSTEM):
        person = member_of(here, name="疗养丁")
        Recuperation.objects.create(union=here, person=person, place="海滨", starts_on=date(2025, 5, 1), days=5)
    sign_in(Role.CULTURE, federation)
    page.goto(f"{live_server.url}/recuperations/new/")
    page.get_by_label("工会").select_option(label=here.name)
    page.get_by_label("人员").fill(f"疗养丁 #{person.pk}")
    page.get_by_label("地点").fill("山区")
    page.get_by_label("开始日期").fill("2026-05-01")
    page.get_by_label("天数").fill("5")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("2027-05-01")
    expect(page.get_by_label("地点")).to_have_value("山区")
    assert serious_findings(page) == [] and not scrolls_sideways(page)
    with acting(SYSTEM):
        assert Recuperation.objects.count() == 1
