"""Standing in the browser: a union assessed from application to its subsidy; a campaign; what is refused on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from finance.models import Account, ClassSubsidy
from tests.browser.conftest import scrolls_sideways, serious_findings
from tests.factories.unions import CommunityFactory, EmployerFactory, UnionFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import (
    Assessment,
    AssessmentItem,
    AssessmentScheme,
    Campaign,
    CampaignEnrolment,
    ClockRule,
    Dispatch,
    DispatchScore,
    Employer,
    Facility,
    Grade,
    PairAgreement,
    SchemeGrade,
    Selection,
    Union,
    UnionForm,
    User,
)

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[Role, Union], User]
LONG_AGO = date(2020, 1, 1)


@dataclass
class Town:
    federation: Union
    union: Union
    employer: Employer
    scheme: AssessmentScheme
    campaign: Campaign


@pytest.fixture
def town() -> Town:
    """A union over one employer; a scheme of two items, one class from 80 points with 2,000 yuan; a campaign."""
    with acting(SYSTEM):
        federation = UnionFactory(form=UnionForm.SUBDISTRICT, name="测试街道总工会", code="T1000")
        community = CommunityFactory(code="C01", name="东山社区")
        union = UnionFactory(name="晨光机械有限公司工会", parent=federation, community=community)
        employer = EmployerFactory(
            union=federation, community=community, name="晨光机械有限公司", employees=80, covered_by=union
        )
        scheme = AssessmentScheme.objects.create(code="GFH", name="规范化建设考核", year=timezone.localdate().year)
        for number, (name, weight) in enumerate((("组织健全", 60), ("维权服务", 40)), 1):
            AssessmentItem.objects.create(scheme=scheme, number=number, name=name, weight=Decimal(weight))
        SchemeGrade.objects.create(scheme=scheme, grade=Grade.ADVANCED, least_points=80, subsidy=2000)
        Account.objects.create(code="506", name="补助下级支出", kind=Account.Kind.EXPENSE, chart="测试")
        Account.objects.create(code="102", name="银行存款", kind=Account.Kind.ASSET, chart="测试")
        campaign = Campaign.objects.create(code="HX", name="和谐企业创建", kind="HARMONIOUS", year=2026, target=2)
    return Town(federation, union, employer, scheme, campaign)


def change_hands(page: Page, sign_in: SignIn, role: Role, union: Union) -> User:
    page.context.clear_cookies()
    return sign_in(role, union)


def heading(page: Page) -> Any:
    return page.get_by_role("heading", level=1)


def press(page: Page, name: str) -> None:
    page.locator(".gh-acts").get_by_role("link", name=name).click()


def score(page: Page, *points: str) -> None:
    fields = page.locator("[name^=score_]")
    expect(fields).to_have_count(len(points))
    for field, value in zip(fields.all(), points, strict=True):
        field.fill(value)


def test_a_union_is_assessed_from_application_to_its_subsidy(
    page: Page, live_server: Any, town: Town, sign_in: SignIn
) -> None:
    sign_in(Role.CHAIR, town.union)
    page.goto(f"{live_server.url}/schemes/{town.scheme.pk}/")
    page.get_by_role("link", name="申报", exact=True).last.click()
    page.get_by_role("button", name="保存").click()
    expect(heading(page)).to_contain_text("已申报")
    press(page, "提交自评")
    score(page, "61", "38")
    page.get_by_role("button", name="提交自评").click()
    # 61 of 60 points: refused at the item, what was typed is kept
    expect(page.get_by_role("alert")).to_contain_text("组织健全")
    expect(page.locator("[name^=score_]").first).to_have_value("61")
    score(page, "58", "38")
    page.get_by_role("button", name="提交自评").click()
    expect(heading(page)).to_contain_text("已自评")
    # The chair is told why the next step is not his.
    expect(page.locator("main")).to_contain_text("登记现场检查")
    expect(page.locator(".gh-acts")).not_to_contain_text("登记现场检查")
    address = page.url

    change_hands(page, sign_in, Role.ORGANISATION, town.federation)
    page.goto(address)
    press(page, "登记现场检查")
    score(page, "50", "25")
    page.locator("[name=checked_by]").fill("街道考核组")
    page.get_by_role("button", name="登记现场检查").click()
    expect(heading(page)).to_contain_text("已现场检查")
    press(page, "评定等次")
    page.locator("[name=document_no]").fill("街总工〔2026〕9号")
    page.get_by_role("button", name="评定等次").click()
    # 50 + 25 = 75 points, 5 short of 80
    expect(page.get_by_role("alert")).to_contain_text("还差 5.0 分")
    with acting(SYSTEM):
        row = Assessment.objects.get()
        row.scores.filter(item__number=2).update(score=Decimal(35))
    page.get_by_role("button", name="评定等次").click()
    expect(heading(page)).to_contain_text("已评定等次")
    expect(page.locator("main")).to_contain_text("先进工会")

    change_hands(page, sign_in, Role.FINANCE, town.federation)
    page.goto(f"{live_server.url}/subsidies/?is_paid=false")
    page.get_by_role("link", name="晨光机械有限公司工会").click()
    press(page, "支付补助")
    page.get_by_role("button", name="先核对").or_(page.locator(".gh-dock button")).first.click()
    expect(page.locator("#h-effects")).to_be_visible()
    page.get_by_role("button", name="付款并记账").click()
    expect(heading(page)).to_contain_text("已支付")
    with acting(SYSTEM):
        paid = ClassSubsidy.objects.get()
        assert (paid.amount, paid.union, paid.transaction.entries.count()) == (2000, town.union, 2)


def test_employers_enter_a_campaign_at_once_and_are_moved_together(
    page: Page, live_server: Any, town: Town, sign_in: SignIn
) -> None:
    with acting(SYSTEM):
        EmployerFactory(union=town.federation, name="无会企业")
        ClockRule.objects.filter(code="TITLE_NOTICE").delete()
        ClockRule.objects.create(code="TITLE_NOTICE", name="公示", length=5, source="测试", start=LONG_AGO)
    sign_in(Role.ORGANISATION, town.federation)
    page.goto(f"{live_server.url}/campaigns/{town.campaign.pk}/")
    page.get_by_role("link", name="批量申报").click()
    page.locator("[name=employers]").fill("晨光机械有限公司\n无会企业")
    page.locator(".gh-dock button").click()
    # One of them has no union: it is named, nothing is stored and both lines are still there.
    expect(page.get_by_role("alert")).to_contain_text("无会企业：未建会")
    page.locator("[name=employers]").fill("晨光机械有限公司")
    page.locator(".gh-dock button").click()
    page.locator("[name=confirm]").click()
    # 1 applied of a target of 2
    expect(page.locator(".gh-strip")).to_contain_text("50.0%")
    page.goto(f"{live_server.url}/enrolments/?campaign={town.campaign.pk}")
    page.locator("tbody input[name=pk]").check()
    page.get_by_role("button", name="推荐", exact=True).click()
    expect(page.locator("table")).to_contain_text("已推荐")
    page.get_by_role("status").get_by_role("button", name="撤销").click()
    expect(page.locator("table")).to_contain_text("已申报")
    with acting(SYSTEM):
        assert CampaignEnrolment.objects.get().employer == town.employer


PAGES = (
    *("schemes", "assessments", "classes", "campaigns", "enrolments", "honours", "selections", "nominations"),
    *("pairings", "pairings/parties", "pairings/activities", "facilities", "mentorships", "dispatches"),
    *("dispatches/scores", "dispatches/ranking", "visits"),
)


def test_no_page_of_standing_has_a_serious_fault_or_scrolls_sideways(
    page: Page, live_server: Any, town: Town, sign_in: SignIn
) -> None:
    today = timezone.localdate()
    with acting(SYSTEM):
        union = town.union
        DispatchScore.objects.create(level="DISTRICT", points=2, source="细则", start=LONG_AGO)
        rows = {
            "assessments": Assessment.objects.create(union=union, scheme=town.scheme, applied_on=today),
            "enrolments": CampaignEnrolment.objects.create(union=union, campaign=town.campaign, applied_on=today),
            "facilities": Facility.objects.create(union=union, kind="LIBRARY", name="书屋", start=LONG_AGO),
            "selections": Selection.objects.create(union=union, name="评先", year=2026, deadline=today, quota=2),
            "pairings": PairAgreement.objects.create(union=union, name="第一组", start=LONG_AGO),
            "dispatches": Dispatch.objects.create(
                union=union,
                title="走访",
                outlet="区工会信息",
                level="DISTRICT",
                submitted_on=today - timedelta(days=1),
                adopted_on=today,
                score=2,
            ),
        }
    sign_in(Role.ORGANISATION, town.federation)
    paths = [f"/{name}/" for name in PAGES] + [f"/{name}/{row.pk}/" for name, row in rows.items()]
    paths += ["/schemes/new/", f"/schemes/{town.scheme.pk}/", f"/campaigns/{town.campaign.pk}/", "/visits/new/"]
    paths += [f"/assessments/{rows['assessments'].pk}/move/SELF_ASSESSED/", f"/campaigns/{town.campaign.pk}/enrol/"]
    faults = {}
    for path in paths:
        page.goto(f"{live_server.url}{path}")
        faults[path] = serious_findings(page) + (["scrolls sideways"] if scrolls_sideways(page) else [])
    assert {path: found for path, found in faults.items() if found} == {}
