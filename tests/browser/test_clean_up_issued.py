"""An edit that would change an issued figure names it first, and is saved once somebody says why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from members.models import Activity
from reports.models import FrozenFigure, Report
from tests.browser.conftest import scrolls_sideways, serious_findings
from tests.factories.unions import UnionFactory, UserFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import AuditEntry, Notice, Union, UnionForm, User

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[Role, Union], User]


@pytest.fixture
def issued() -> tuple[Activity, Report]:
    """An event of 40 attendances, and the issued report that printed them."""
    with acting(SYSTEM):
        federation = UnionFactory(form=UnionForm.SUBDISTRICT, name="测试街道总工会")
        activity = Activity.objects.create(
            union=UnionFactory(parent=federation, name="晨光机械工会"),
            kind="CULTURE",
            title="职工歌会",
            starts_on=date(2026, 5, 1),
            ends_on=date(2026, 5, 1),
            attendances=40,
        )
        report = Report.objects.create(
            union=federation,
            period="2026H1",
            kind="summary",
            version=1,
            status=Report.Status.ISSUED,
            pdf=b"%PDF",
            sha256="0" * 64,
            created_by=UserFactory(role=Role.FEDERATION_CHAIR, role__at=federation),
        )
        FrozenFigure.objects.create(
            report=report,
            union=federation,
            indicator="CULT-02",
            definition_version="2026.1",
            value=40,
            query_sha256="0" * 64,
        )
    return activity, report


def test_an_edit_names_the_issued_figure_before_it_is_saved(
    page: Page, live_server: Any, issued: tuple[Activity, Report], sign_in: SignIn
) -> None:
    activity, report = issued
    sign_in(Role.CULTURE, report.union)
    page.goto(f"{live_server.url}/activities/{activity.pk}/edit/")
    attendances = page.get_by_label("参加人次").first
    attendances.fill("64")
    page.get_by_role("button", name="保存", exact=True).click()
    # Report and figure, before and after; what was typed is still there and nothing is stored.
    alarm = page.get_by_role("region", name="这会改变已签发的数字")
    expect(alarm).to_contain_text("CULT-02")
    expect(alarm).to_contain_text("40 人次")
    expect(alarm).to_contain_text("64 人次")
    expect(alarm).to_contain_text("2026H1")
    expect(attendances).to_have_value("64")
    assert serious_findings(page) == [] and not scrolls_sideways(page)
    activity.refresh_from_db()
    assert activity.attendances == 40
    # Without a reason it comes back; with one it is saved, kept and told.
    page.get_by_role("button", name="仍然保存").click()
    expect(page.get_by_text("请说明已签发的数字为什么可以改变")).to_be_visible()
    page.get_by_label("数字为什么可以改变").fill("漏报一场的人数")
    page.get_by_role("button", name="仍然保存").click()
    expect(page.get_by_role("status")).to_contain_text("职工歌会")
    assert AuditEntry.objects.get(action="figures.change_issued").reason == "漏报一场的人数"
    assert Notice.objects.get().user == report.created_by
    page.goto(f"{live_server.url}/reports/{report.pk}/")
    expect(page.get_by_role("region", name="签发后有变化的数字")).to_contain_text("64 人次")
    assert not scrolls_sideways(page)
