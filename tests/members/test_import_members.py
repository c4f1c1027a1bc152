"""A list of members from a spreadsheet: every error at its cell, all or nothing, the same again changes nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from django.core.exceptions import PermissionDenied, ValidationError

from members.models import Membership, MembershipStatus, OpenMembership, Person, ServiceCard, StagedMember
from tests.factories.members import MembershipFactory, PersonFactory, id_number
from tests.factories.unions import EmployerFactory, UnionFactory, UserFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.imports.flow import carry_out, match, receive
from unions.imports.registry import KINDS
from unions.imports.undoing import undo
from unions.models import ImportBatch, ImportFile, ImportStatus, Union, UnionForm, User

pytestmark = pytest.mark.django_db
HEADINGS = ["姓名", "证件号码", "工会", "用人单位", "入会日期", "联系电话", "学历"]
BIRTH = date(1980, 5, 1)


def members(count: int, union: str = "晨光机械工会") -> list[list[Any]]:
    """So many faultless rows; the serial number is within one birth date."""
    return [
        [f"测试{n}", id_number(n % 1000, date(1980 + n // 1000, 5, 1)), union, "", date(2015, 3, 1), "", "大学"]
        for n in range(count)
    ]


def workbook(rows: list[list[Any]], headings: list[str] | None = None) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet, day = book.add_worksheet("会员"), book.add_format({"num_format": "yyyy-mm-dd"})
    for line, row in enumerate([headings or HEADINGS, *rows]):
        for place, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(line, place, value, day)  # type: ignore[arg-type]
            else:
                sheet.write(line, place, value)
    book.close()
    return buffer.getvalue()


@pytest.fixture
def federation() -> Union:
    return UnionFactory(form=UnionForm.SUBDISTRICT, name="测试街道总工会")


@pytest.fixture
def union(federation: Union) -> Union:
    return UnionFactory(parent=federation, name="晨光机械工会")


@pytest.fixture
def staff(federation: Union) -> Iterator[User]:
    user = UserFactory(role=Role.ORGANISATION, role__at=federation)
    with acting(user):
        yield user


PLACES = {name: place for place, name in enumerate(
    ("name", "id_number", "union", "employer", "joined_on", "phone", "education"), start=1
)}  # fmt: skip


def checked(user: User, rows: list[list[Any]], mapping: dict[str, int] | None = None) -> ImportBatch:
    batch = receive(actor=user, kind=KINDS["members"], file_name="会员.xlsx", data=workbook(rows))
    return match(actor=user, batch=batch, sheet="会员", heading_row=1, mapping=mapping or PLACES)


def imported(user: User, rows: list[list[Any]]) -> ImportBatch:
    batch = checked(user, rows)
    assert batch.findings == []
    return carry_out(actor=user, batch=batch)


def cells(batch: ImportBatch) -> dict[str, str]:
    return {finding["cell"]: finding["message"] for finding in batch.findings}


def refused(user: User, rows: list[list[Any]], mapping: dict[str, int] | None = None) -> dict[str, str]:
    """The findings by cell; nothing was stored and nothing stays staged."""
    before = Person.objects.count(), Membership.objects.count()
    batch = checked(user, rows, mapping)
    assert batch.status == ImportStatus.REFUSED
    assert (Person.objects.count(), Membership.objects.count()) == before
    assert not StagedMember.objects.exists()
    return cells(batch)


def test_twelve_faulty_rows_of_a_thousand_are_all_found_and_nothing_is_stored(staff: User, union: Union) -> None:
    elsewhere = UnionFactory(parent=union.parent, name="远帆物流工会")
    ended = UnionFactory(parent=union.parent, name="旧工会", ended_on=date(2020, 1, 1))
    member = MembershipFactory(person=PersonFactory(union=elsewhere)).person
    rows = members(1000)
    rows[10][1] = rows[10][1][:-1] + ("0" if rows[10][1][-1] != "0" else "1")
    rows[20][1] = float(rows[20][1][:17] + "0")
    rows[30][1] = rows[31][1]
    rows[40][0], rows[40][1] = member.name, member.id_number
    rows[50][2] = ended.name
    rows[60][2] = "没有这个工会"
    rows[70][3] = "没有这个单位"
    rows[80][4] = date(2990, 1, 1)
    rows[90][4] = "2015-02-30"
    rows[100][5] = "12345"
    rows[110][0] = ""
    rows[120][1] = rows[120][1][:6] + "19801301" + rows[120][1][14:]
    found = refused(staff, rows)
    # The heading is row 1, so the row at index n stands in row n + 2; of two equal numbers the later one is refused.
    assert sorted(found) == sorted(
        ["B12", "B22", "B33", "B42", "C52", "C62", "D72", "E82", "E92", "F102", "A112", "B122"]
    )
    batch = ImportBatch.objects.get()
    assert (batch.rows_read, batch.rejected, batch.created) == (1000, 12, 988)
    assert rows[12][1] not in str(batch.findings)


def test_mended_it_is_stored_again_it_changes_nothing_undone_it_is_gone(staff: User, union: Union) -> None:
    rows = members(1000)
    batch = imported(staff, rows)
    assert (batch.created, batch.updated, batch.unchanged, batch.rejected) == (1000, 0, 0, 0)
    assert (Person.objects.count(), OpenMembership.objects.filter(union=union).count()) == (1000, 1000)
    person = Person.objects.get(name="测试7")
    assert (person.id_number, person.initials, person.education) == (rows[7][1], "cs7", "大学")
    assert person.created_by == staff
    assert not ImportFile.objects.filter(batch=batch).exists()
    again = imported(staff, rows)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1000)
    undo(actor=staff, batch=batch)
    assert (Person.objects.count(), Membership.objects.count(), OpenMembership.objects.count()) == (0, 0, 0)


def test_known_members_are_brought_up_to_date_and_undone_to_what_they_were(staff: User, union: Union) -> None:
    rows = members(3)
    rows[1][5] = "13800000001"
    imported(staff, rows)
    rows[0][6] = "硕士"
    rows[1][5] = "13800000002"
    batch = imported(staff, [rows[0], rows[1], ["测试2", rows[2][1], "晨光机械工会", "", date(2015, 3, 1), "", ""]])
    assert (batch.created, batch.updated, batch.unchanged) == (0, 2, 1)
    assert Person.objects.get(name="测试0").education == "硕士"
    assert Person.objects.get(name="测试1").phone == "13800000002"
    assert Person.objects.get(name="测试2").education == "大学", "a blank cell changes nothing"
    undo(actor=staff, batch=batch)
    assert Person.objects.get(name="测试0").education == "大学"
    assert Person.objects.get(name="测试1").phone == "13800000001"


def test_an_import_whose_rows_were_changed_or_used_since_is_not_undone(staff: User, union: Union) -> None:
    batch = imported(staff, members(3))
    person = Person.objects.get(name="测试1")
    person.education = "博士"
    person.save()
    with pytest.raises(ValidationError, match="测试1"):
        undo(actor=staff, batch=batch)
    assert Person.objects.count() == 3
    assert ImportBatch.objects.get().status == ImportStatus.APPLIED


def test_an_import_on_which_something_stands_is_not_undone(staff: User, union: Union) -> None:
    batch = imported(staff, members(2))
    person = Person.objects.get(name="测试1")
    ServiceCard.objects.create(union=union, person=person, info_collected_on=date(2020, 1, 1))
    with pytest.raises(ValidationError, match="测试1"):
        undo(actor=staff, batch=batch)
    assert Person.objects.count() == 2


def test_shifted_columns_are_one_finding(staff: User, union: Union) -> None:
    rows = [[row[0], "", *row[1:6]] for row in members(200)]
    found = refused(staff, rows)
    assert len(found) == 1
    batch = ImportBatch.objects.get()
    assert (batch.rows_read, batch.rejected) == (200, 200)


def test_a_union_that_is_wrong_in_every_row_is_one_finding_that_says_why(staff: User, union: Union) -> None:
    found = refused(staff, members(20, "没有的工会"))
    assert list(found) == ["C"] and "C2" in found["C"] and "没有这个工会" in found["C"]


def test_a_sex_that_the_number_contradicts_is_shown_as_it_was_typed(staff: User, union: Union) -> None:
    [row] = members(1)
    wrong = "男" if int(row[1][16]) % 2 == 0 else "女"
    places = {name: place for name, place in PLACES.items() if name != "education"} | {"sex": PLACES["education"]}
    assert list(refused(staff, [[*row[:6], wrong]], places)) == ["G2"]
    assert ImportBatch.objects.get().findings[0]["value"] == wrong


def test_names_and_documents_are_read_as_rosters_write_them(staff: User, union: Union) -> None:
    [wide, foreign] = members(2)
    wide[0], foreign[0] = "王\u3000 伟", "Amira  Benhaddad"
    places = {name: place for name, place in PLACES.items() if name != "education"} | {"id_type": PLACES["education"]}
    batch = checked(staff, [[*row[:6], "身份证"] for row in (wide, foreign)], places)
    assert batch.findings == []
    carry_out(actor=staff, batch=batch)
    assert dict(Person.objects.values_list("name", "id_type")) == {"王伟": "RESIDENT", "Amira  Benhaddad": "RESIDENT"}


def test_numbers_for_ids_in_the_whole_column_are_one_finding(staff: User, union: Union) -> None:
    rows = [[row[0], float(row[1][:17] + "0"), *row[2:]] for row in members(50)]
    assert list(refused(staff, rows)) == ["B"]


def test_a_second_open_membership_is_refused(staff: User, union: Union) -> None:
    elsewhere = UnionFactory(parent=union.parent, name="远帆物流工会")
    member = MembershipFactory(person=PersonFactory(union=elsewhere)).person
    found = refused(staff, [[member.name, member.id_number, union.name, "", date(2020, 1, 1), "", ""]])
    assert "远帆物流工会" in found["B2"]


def test_somebody_who_left_joins_again_and_stays_one_person(staff: User, union: Union) -> None:
    elsewhere = UnionFactory(parent=union.parent)
    person = PersonFactory(union=elsewhere)
    MembershipFactory(person=person, status=MembershipStatus.WITHDRAWN, left_on=date(2018, 1, 1))
    row = [person.name, person.id_number, union.name, "", date(2017, 1, 1), "", ""]
    assert list(refused(staff, [row])) == ["E2"]
    row[4] = date(2018, 1, 1)
    batch = imported(staff, [row])
    assert (batch.created, batch.updated) == (0, 1)
    person.refresh_from_db()
    assert person.union == union
    undo(actor=staff, batch=batch)
    person.refresh_from_db()
    assert person.union == elsewhere


def test_another_name_under_the_number_is_refused_without_telling_it(staff: User, union: Union) -> None:
    person = MembershipFactory(person=PersonFactory(union=union, name="原名")).person
    found = refused(staff, [["别名", person.id_number, union.name, "", date(2015, 3, 1), "", ""]])
    assert list(found) == ["A2"]
    assert "原名" not in found["A2"]


def test_sex_and_birth_date_must_agree_with_the_number_and_may_be_missing(staff: User, union: Union) -> None:
    headings = [*HEADINGS, "性别", "出生日期"]
    first, second = members(2)
    data = workbook([[*first, "男", BIRTH], [*second, "女", date(1980, 5, 2)]], headings)
    batch = receive(actor=staff, kind=KINDS["members"], file_name="a.xlsx", data=data)
    mapping = PLACES | {"sex": 8, "birth_date": 9}
    batch = match(actor=staff, batch=batch, sheet="会员", heading_row=1, mapping=mapping)
    # Serial 0 is a woman's, serial 1 a man's.
    assert sorted(cells(batch)) == ["H2", "H3", "I3"]


def test_an_employer_the_union_does_not_cover_is_refused(staff: User, union: Union) -> None:
    EmployerFactory(name="别家公司")
    covered = EmployerFactory(name="晨光机械有限公司", covered_by=union)
    rows = members(2)
    rows[0][3], rows[1][3] = "别家公司", covered.name
    assert list(refused(staff, rows)) == ["D2"]
    rows[0][3] = covered.code
    imported(staff, rows)
    assert set(Membership.objects.values_list("employer", flat=True)) == {covered.pk}


def test_community_staff_import_into_their_own_subtree_only(federation: Union, union: Union) -> None:
    community = UnionFactory(parent=federation, form=UnionForm.COMMUNITY, name="惠民社区总工会")
    UnionFactory(parent=community, name="社区内工会")
    user = UserFactory(role=Role.COMMUNITY, role__at=community)
    with acting(user):
        rows = [members(1)[0], members(2, "社区内工会")[1]]
        assert list(refused(user, rows)) == ["C2"]
        batch = imported(user, rows[1:])
        assert batch.union == community


def test_people_out_of_scope_are_refused_and_not_shown(federation: Union, union: Union) -> None:
    community = UnionFactory(parent=federation, form=UnionForm.COMMUNITY)
    inside = UnionFactory(parent=community, name="社区内工会")
    with acting(SYSTEM):
        person = MembershipFactory(person=PersonFactory(union=union)).person
        left = PersonFactory(union=union)
    user = UserFactory(role=Role.COMMUNITY, role__at=community)
    with acting(user):
        rows = [[one.name, one.id_number, inside.name, "", date(2020, 1, 1), "", ""] for one in (person, left)]
        found = refused(user, rows)
        assert sorted(found) == ["B2", "B3"]
        assert union.name not in str(found)


@pytest.mark.parametrize("role", [Role.CHAIR, Role.FINANCE, Role.CULTURE, Role.FEDERATION_CHAIR])
def test_others_do_not_import_members(federation: Union, role: Role) -> None:
    user = UserFactory(role=role, role__at=federation)
    with acting(user), pytest.raises(PermissionDenied):
        receive(actor=user, kind=KINDS["members"], file_name="a.xlsx", data=workbook(members(1)))
    assert not ImportBatch.objects.exists()


def test_what_is_stored_of_the_file_is_ciphertext(staff: User, union: Union) -> None:
    data = workbook(members(1))
    batch = receive(actor=staff, kind=KINDS["members"], file_name="a.xlsx", data=data)
    assert data[:40] not in bytes(batch.file.content)
    assert bytes(batch.file.content)[:2] != b"PK"


def test_a_required_column_or_one_used_twice_is_refused(staff: User, union: Union) -> None:
    batch = receive(actor=staff, kind=KINDS["members"], file_name="a.xlsx", data=workbook(members(1)))
    with pytest.raises(ValidationError) as refused:
        match(actor=staff, batch=batch, sheet="会员", heading_row=1, mapping={"name": 1, "id_number": 1, "union": 40})
    assert set(refused.value.message_dict) == {"id_number", "union", "joined_on"}
    batch.refresh_from_db()
    assert batch.status == ImportStatus.RECEIVED
