"""Unions and employers from the federation's spreadsheets: headings found, every error at its cell, whole or not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.factories.unions import CommunityFactory, EmployerFactory, UnionFactory, UserFactory
from tests.members.test_import_members import workbook
from unions.access import Role
from unions.acting import acting
from unions.imports import headings
from unions.imports.flow import carry_out, match, receive
from unions.imports.registry import KINDS
from unions.imports.undoing import undo
from unions.models import (
    Employer,
    EmployerHeadcount,
    ImportBatch,
    ImportStatus,
    Union,
    UnionCoverage,
    UnionForm,
    User,
)
from unions.returns.reading import Line, Unreadable

pytestmark = pytest.mark.django_db
UNION_HEADINGS = ["工会名称", "工会形式", "上级工会", "社区", "成立日期"]
EMPLOYER_HEADINGS = ["单位名称", "社区", "开办日期", "所属工会", "职工人数", "人数统计日期"]
DAY = date(2015, 3, 1)


@pytest.fixture
def federation() -> Union:
    CommunityFactory(code="C01", name="惠民社区")
    return UnionFactory(code="F0001", form=UnionForm.SUBDISTRICT, name="测试街道总工会")


@pytest.fixture
def staff(federation: Union) -> Iterator[User]:
    user = UserFactory(role=Role.ORGANISATION, role__at=federation)
    with acting(user):
        yield user


def checked(user: User, kind: str, head: list[str], rows: list[list[Any]]) -> ImportBatch:
    batch = receive(actor=user, kind=KINDS[kind], file_name="a.xlsx", data=workbook(rows, head))
    found = headings.headings([Line(1, tuple(head))], 1)
    proposals = headings.propose(KINDS[kind], found, {})
    mapping = {name: one.place for name, one in proposals.items() if one.place}
    return match(actor=user, batch=batch, sheet="会员", heading_row=1, mapping=mapping)


def cells(batch: ImportBatch) -> list[str]:
    assert batch.status == ImportStatus.REFUSED
    return [finding["cell"] for finding in batch.findings]


def test_unions_come_in_with_their_tree_in_any_order_and_go_again(staff: User, federation: Union) -> None:
    rows = [
        ["晨光机械工会", "单独基层工会", "惠民社区总工会", "惠民社区", DAY],
        ["惠民社区总工会", "社区（村）工会", "测试街道总工会", "惠民社区", date(2012, 1, 1)],
    ]
    words = KINDS["unions"].columns["form"].kind.words()  # type: ignore[attr-defined]
    rows[0][1], rows[1][1] = words[0], next(word for word in words if "社区" in word)
    batch = checked(staff, "unions", UNION_HEADINGS, rows)
    assert batch.findings == []
    carry_out(actor=staff, batch=batch)
    union = Union.objects.get(name="晨光机械工会")
    assert (union.parent.name, union.community.name) == ("惠民社区总工会", "惠民社区")  # type: ignore[union-attr]
    again = checked(staff, "unions", UNION_HEADINGS, rows)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    batch.refresh_from_db()
    undo(actor=staff, batch=batch)
    assert list(Union.objects.all()) == [federation]


def test_what_is_wrong_with_unions_is_said_at_its_cell(staff: User, federation: Union) -> None:
    UnionFactory(code="F0002", name="在册工会", parent=federation)
    form = KINDS["unions"].columns["form"].kind.words()[0]  # type: ignore[attr-defined]
    rows = [
        ["甲工会", form, "没有的上级", "惠民社区", DAY],
        ["乙工会", "不是形式", "测试街道总工会", "惠民社区", DAY],
        ["丙工会", form, "测试街道总工会", "没有的社区", DAY],
        ["丁工会", form, "测试街道总工会", "惠民社区", date(2990, 1, 1)],
        ["戊工会", form, "戊工会", "惠民社区", DAY],
        ["在册工会", form, "测试街道总工会", "", date(2011, 1, 1)],
    ]
    batch = checked(staff, "unions", UNION_HEADINGS, rows)
    assert cells(batch) == ["C2", "B3", "D4", "E5", "C6", "E7"]
    assert Union.objects.count() == 2


def test_employers_bring_their_coverage_and_headcount_and_go_again(staff: User, federation: Union) -> None:
    union = UnionFactory(code="F0002", name="晨光机械工会", parent=federation)
    known = EmployerFactory(name="老单位", union=federation)
    rows = [
        ["晨光机械有限公司", "惠民社区", DAY, "晨光机械工会", 120, date(2020, 1, 1)],
        ["老单位", "惠民社区", DAY, "晨光机械工会", "", ""],
    ]
    batch = checked(staff, "employers", EMPLOYER_HEADINGS, rows)
    assert batch.findings == []
    batch = carry_out(actor=staff, batch=batch)
    assert (batch.created, batch.updated) == (1, 1)
    assert set(UnionCoverage.objects.filter(union=union).values_list("employer__name", flat=True)) == {
        "晨光机械有限公司",
        "老单位",
    }
    assert EmployerHeadcount.objects.get().employees == 120
    undo(actor=staff, batch=batch)
    assert list(Employer.objects.all()) == [known]
    assert not UnionCoverage.objects.exists() and not EmployerHeadcount.objects.exists()


def test_what_is_wrong_with_employers_is_said_at_its_cell(staff: User, federation: Union) -> None:
    first = UnionFactory(code="F0002", name="甲工会", parent=federation)
    UnionFactory(code="F0003", name="乙工会", parent=federation)
    EmployerFactory(name="已覆盖单位", covered_by=first, union=federation)
    rows = [
        ["一", "没有的社区", DAY, "甲工会", "", ""],
        ["二", "惠民社区", DAY, "没有的工会", "", ""],
        ["三", "惠民社区", DAY, "甲工会", 12.5, DAY],
        ["四", "惠民社区", DAY, "甲工会", 12, ""],
        ["已覆盖单位", "惠民社区", DAY, "乙工会", "", ""],
        ["二", "惠民社区", DAY, "甲工会", "", ""],
    ]
    batch = checked(staff, "employers", EMPLOYER_HEADINGS, rows)
    assert cells(batch) == ["B2", "D3", "E4", "F5", "D6", "A7"]
    assert (batch.rows_read, batch.rejected) == (6, 6)
    assert Employer.objects.count() == 1


def test_headings_are_found_by_other_names_near_names_and_memory(staff: User, federation: Union) -> None:
    found = headings.headings(
        [Line(1, ("*会员姓名：", "身份证号", "所属工会(必填)", "入会时间", "联系电活", "无关"))], 1
    )
    proposals = headings.propose(KINDS["members"], found, {"无关": "card_no"})
    places = {name: (one.place, one.is_near) for name, one in proposals.items() if one.place}
    assert places == {
        "name": (1, False),
        "id_number": (2, False),
        "union": (3, False),
        "joined_on": (4, False),
        "phone": (5, True),
        "card_no": (6, False),
    }


def test_the_row_of_the_headings_is_found_beneath_titles() -> None:
    lines = [
        Line(1, ("某街道会员名册",)),
        Line(2, ("制表：甲",)),
        Line(4, ("姓名", "证件号码", "工会")),
        Line(5, ("王", "1", "2")),
    ]
    assert headings.heading_row(lines, KINDS["members"]) == 4


def test_a_text_too_long_for_a_heading_is_not_compared() -> None:
    """Thirty long texts in the row of headings took the page a minute and more."""
    found = [headings.Heading(place, f"{place}" + "姓名证件" * 5000) for place in range(1, 31)]
    began = time.monotonic()
    proposals = headings.propose(KINDS["members"], found, {})
    assert time.monotonic() - began < 2
    assert not any(proposal.place for proposal in proposals.values())


def test_what_was_matched_is_proposed_again(staff: User, federation: Union) -> None:
    form = KINDS["unions"].columns["form"].kind.words()[0]  # type: ignore[attr-defined]
    head = ["甲列", "乙列", "丙列", "丁列", "戊列"]
    data = workbook([["甲工会", form, "测试街道总工会", "惠民社区", DAY]], head)
    batch = receive(actor=staff, kind=KINDS["unions"], file_name="a.xlsx", data=data)
    mapping = {"name": 1, "form": 2, "parent": 3, "community": 4, "founded_on": 5}
    match(actor=staff, batch=batch, sheet="会员", heading_row=1, mapping=mapping)
    remembered = headings.remembered(KINDS["unions"], federation)
    found = headings.headings([Line(1, tuple(head))], 1)
    proposals = headings.propose(KINDS["unions"], found, remembered)
    assert {name: one.place for name, one in proposals.items() if one.place} == mapping


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"%PDF-1.7", b"PK\x03\x04"])
def test_what_is_no_workbook_is_refused_in_words(staff: User, federation: Union, data: bytes) -> None:
    with pytest.raises(Unreadable):
        receive(actor=staff, kind=KINDS["unions"], file_name="a.xlsx", data=data)
    assert not ImportBatch.objects.exists()


def test_an_import_is_carried_out_once_and_undone_once(staff: User, federation: Union) -> None:
    form = KINDS["unions"].columns["form"].kind.words()[0]  # type: ignore[attr-defined]
    batch = checked(staff, "unions", UNION_HEADINGS, [["甲工会", form, "测试街道总工会", "惠民社区", DAY]])
    carry_out(actor=staff, batch=batch)
    with pytest.raises(ValidationError):
        carry_out(actor=staff, batch=batch)
    undo(actor=staff, batch=batch)
    with pytest.raises(ValidationError):
        undo(actor=staff, batch=batch)
    assert Union.objects.count() == 1


def test_a_union_that_was_used_since_is_not_undone(staff: User, federation: Union) -> None:
    form = KINDS["unions"].columns["form"].kind.words()[0]  # type: ignore[attr-defined]
    batch = checked(staff, "unions", UNION_HEADINGS, [["甲工会", form, "测试街道总工会", "惠民社区", DAY]])
    carry_out(actor=staff, batch=batch)
    EmployerFactory(covered_by=Union.objects.get(name="甲工会"), union=federation)
    with pytest.raises(ValidationError):
        undo(actor=staff, batch=batch)
    assert Union.objects.filter(name="甲工会").exists()
