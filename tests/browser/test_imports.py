"""The go-live import in the browser: a thousand members with twelve faulty rows, mended, imported, undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from members.models import Person
from tests.browser.conftest import scrolls_sideways, serious_findings
from tests.factories.unions import UnionFactory
from tests.members.test_import_members import members, workbook
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import Union, UnionForm, User

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[Role, Union], User]
# As the federation's own list is headed, not as the portal's columns are called.
HEADINGS = ["会员姓名", "身份证号", "所属工会", "工作单位", "入会时间", "联系电话", "文化程度"]


@pytest.fixture
def federation() -> Union:
    with acting(SYSTEM):
        federation = UnionFactory(form=UnionForm.SUBDISTRICT, name="测试街道总工会")
        UnionFactory(parent=federation, name="晨光机械工会")
    return federation


def faulty(rows: list[list[Any]]) -> list[list[Any]]:
    """Twelve of the rows spoilt, each in its own way or place."""
    rows = [list(row) for row in rows]
    for place, (column, value) in enumerate(
        [
            (0, ""),
            (1, 330106199001010016.0),
            (1, "33010619900101001X"),
            (1, rows[500][1]),
            (1, ""),
            (2, "没有这个工会"),
            (2, ""),
            (3, "没有这个单位"),
            (4, "2015-02-30"),
            (4, date(2990, 1, 1)),
            (5, "12345"),
            (5, "１３８００００００００"),
        ]
    ):
        # The row that holds the number twice must come after the other.
        rows[place * 10 + (600 if (column, value) == (1, rows[500][1]) else 0)][column] = value
    return rows


def upload(page: Page, url: str, file: Path) -> None:
    page.goto(f"{url}/imports/new/")
    page.get_by_label("会员").check()
    page.get_by_label("工作簿").set_input_files(str(file))
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="逐行核对").click()


def test_a_thousand_members_with_twelve_faulty_rows(
    page: Page, live_server: Any, federation: Union, sign_in: SignIn, tmp_path: Path
) -> None:
    rows = members(1000)
    bad, good = tmp_path / "会员.xlsx", tmp_path / "会员（改）.xlsx"
    bad.write_bytes(workbook(faulty(rows), HEADINGS))
    good.write_bytes(workbook(rows, HEADINGS))
    sign_in(Role.ORGANISATION, federation)
    upload(page, live_server.url, bad)
    expect(page.get_by_role("heading", name="12 处需要修改")).to_be_visible()
    expect(page.get_by_text("A2", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="导入这些行")).to_have_count(0)
    assert serious_findings(page) == [] and not scrolls_sideways(page)
    assert count() == 0
    upload(page, live_server.url, good)
    page.get_by_role("button", name="导入这些行").click()
    expect(page.get_by_text("新增 1000 行")).to_be_visible()
    assert serious_findings(page) == [] and not scrolls_sideways(page)
    assert count() == 1000
    page.get_by_text("撤销整次导入").click()
    expect(page.get_by_text("新增的 1000 行")).to_be_visible()
    page.get_by_role("button", name="确认撤销").click()
    expect(page.get_by_text("导入已撤销")).to_be_visible()
    assert count() == 0


def count() -> int:
    with acting(SYSTEM):
        return Person.objects.count()
