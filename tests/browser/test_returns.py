"""A chair files a return with nine mistakes, mends it and submits; staff send one cell back; accepted, figures move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from reports.figures import figures
from tests.browser.conftest import scrolls_sideways, serious_findings
from tests.factories.members import id_number
from tests.factories.returns import QUARTER, Rows, owed_return, owing_union, sound_rows, workbook
from tests.factories.unions import UnionFactory
from unions.access import Role, Scope
from unions.acting import SYSTEM, acting
from unions.models import ReturnObligation, ReturnStatus, UnionForm, User
from unions.returns.filing import Filing

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., User]

# Sheet, column, what is typed, and the words that stand beside it.
MISTAKES = [
    ("D0", "filler_phone", "1380000", "手机号是十一位"),
    ("D0", "signed_on", "2026-06-31", "没有这一天"),
    ("D0", "no_change", "不清楚", "请填“是”或“否”"),
    ("D1a", "employees_end", "40人", "只填数字"),
    ("D1a", "female_end", "１８", "全角字符"),
    ("D1a", "members_end", None, "确实没有的，请填 0"),
    ("D1a", "oper_status", "还行", "不在选项里"),
    ("D1a", "groups", 1.5, "这里应填整数"),
    ("D2", "id_no", 9.9999919900307e17, "当成数字输入了"),
]


def roster(number: str) -> dict[str, Any]:
    return {
        "op": "新入会",
        "name": "测试甲",
        "id_type": "居民身份证",
        "id_no": number,
        "gender": "男",
        "birth": date(1990, 3, 7),
        "worker_type": "合同制职工",
        "change_on": date(2026, 5, 6),
        "consent": "是",
    }


@pytest.fixture
def owed() -> ReturnObligation:
    with acting(SYSTEM):
        federation = UnionFactory(form=UnionForm.SUBDISTRICT, name="测试街道总工会", code="T1000")
        return owed_return(owing_union(name="晨光机械有限公司工会", parent=federation))


def rows(owed: ReturnObligation) -> Rows:
    """One new member; 29 were declared before, of whom none is named yet."""
    [employer] = Filing(owed).employers
    wanted = sound_rows(owed.union, female_members_end=0, has_women_org="否")
    wanted["D0"][0]["no_change"] = "否"
    wanted["D2"] = [roster(id_number(41, date(1990, 3, 7))) | {"employer_code": employer}]
    return wanted


def save(path: Path, owed: ReturnObligation, wanted: Rows) -> Path:
    with acting(SYSTEM):
        path.write_bytes(workbook(Filing(owed), wanted))
    return path


def choose(page: Page, path: Path) -> None:
    page.get_by_label("季报表（.xlsx）").set_input_files(path)
    page.get_by_role("button", name="上传并检查").click()


def members() -> int:
    with acting(SYSTEM):
        return int(figures(QUARTER, Scope.everything(), ["ORG-09"])["ORG-09"].value or 0)


def test_nine_mistakes_then_mended_sent_back_and_accepted(
    page: Page, live_server: Any, sign_in: SignIn, owed: ReturnObligation, tmp_path: Path
) -> None:
    here = f"{live_server.url}/returns/{owed.pk}/"
    chair = sign_in(Role.CHAIR, owed.union)
    page.goto(f"{live_server.url}/returns/")
    page.get_by_role("link", name="晨光机械有限公司工会").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("季报")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载", exact=True).click()
    assert download.value.suggested_filename == f"季报_{owed.union.code}_2026Q2.xlsx"

    with acting(SYSTEM):
        wrong = rows(owed)
    for sheet, column, typed, _words in MISTAKES:
        wrong[sheet][0][column] = typed
    choose(page, save(tmp_path / "wrong.xlsx", owed, wrong))
    expect(page.get_by_text("处要改").first).to_be_visible()
    for _sheet, _column, _typed, words in MISTAKES:
        expect(page.locator(".gh-fix").filter(has_text=words).first).to_be_visible()
    assert serious_findings(page) == []
    assert not scrolls_sideways(page)

    with acting(SYSTEM):
        right = rows(owed)
    choose(page, save(tmp_path / "right.xlsx", owed, right))
    expect(page.get_by_text("检查完了，没有问题")).to_be_visible()
    page.get_by_label("我已核对本季报").check()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text(f"JB-2026Q2-{owed.union.code}-02").first).to_be_visible()
    before = members()

    sign_in(Role.ORGANISATION, owed.union)
    page.goto(f"{here}review/")
    page.get_by_text("退回：在“概况”上注明").click()
    page.get_by_label("期末会员数").first.fill("与名册核对")
    page.get_by_label("给主席的话").fill("只改这一格")
    page.get_by_role("button", name="退回", exact=True).click()
    expect(page.get_by_text("已退回").first).to_be_visible()

    sign_in(Role.CHAIR, owed.union, chair)
    page.goto(here)
    expect(page.get_by_text("与名册核对")).to_be_visible()
    page.get_by_role("link", name="去改").click()
    page.get_by_label("期末会员数（人）").fill("31")
    page.get_by_role("button", name="保存并检查").click()
    expect(page.get_by_text("检查完了，没有问题")).to_be_visible()
    expect(page.locator("del", has_text="30")).to_be_visible()
    page.get_by_label("我已核对本季报").check()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text(f"JB-2026Q2-{owed.union.code}-03").first).to_be_visible()

    sign_in(Role.ORGANISATION, owed.union)
    page.goto(f"{here}review/")
    page.get_by_role("button", name="接受整份").click()
    expect(page.get_by_text("已接受，各表已入库")).to_be_visible()
    with acting(SYSTEM):
        assert owed.versions.filter(status=ReturnStatus.ACCEPTED).get().version == 3
    # One person joined: one member more than before, named on the roster; the 31 declared are not counted there.
    assert members() == before + 1
