"""A return from the upload to the portal's own tables: every version kept, nothing stored of what is refused."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories.returns import QUARTER, Rows, owed_return, owing_union, sound_rows, workbook
from tests.factories.unions import UserFactory
from unions.access import Role
from unions.models import (
    Award,
    CheckState,
    EmployerHeadcount,
    QuarterlyReturn,
    ReturnObligation,
    ReturnStatus,
    Severity,
    UnionCensus,
    User,
)
from unions.returns import uploading
from unions.returns.applying import refused_by
from unions.returns.deciding import Note, accept, explain, send_back, submit
from unions.returns.differences import differences
from unions.returns.filing import Filing
from unions.returns.marking import marked
from unions.returns.prescreen import Unreadable
from unions.returns.template import layout

pytestmark = pytest.mark.usefixtures("as_system")
S = ReturnStatus


@pytest.fixture
def owed() -> ReturnObligation:
    return owed_return()


@pytest.fixture
def chair(owed: ReturnObligation) -> User:
    return UserFactory(role=Role.CHAIR, role__at=owed.union)


@pytest.fixture
def officer() -> User:
    return UserFactory(role=Role.ORGANISATION)


def upload(owed: ReturnObligation, actor: User, rows: Rows, **more: Any) -> QuarterlyReturn:
    """Upload a workbook with these rows and check it at once, as a worker would."""
    content = workbook(Filing(owed), rows)
    return upload_file(owed, actor, content, **more)


def upload_file(owed: ReturnObligation, actor: User, content: bytes, **more: Any) -> QuarterlyReturn:
    version = uploading.receive(obligation=owed, actor=actor, file=content, file_name="季报.xlsx", **more)
    uploading.check(version.pk)
    version.refresh_from_db()
    return version


def found(version: QuarterlyReturn) -> set[tuple[str, int, str]]:
    return {(row.sheet, row.row, row.column) for row in version.findings.exclude(severity=Severity.HINT)}


def award(**changes: Any) -> dict[str, Any]:
    """A row of D11b; codes are understood like captions."""
    row = {
        "award": "区级先进职工小家",
        "kind": "OTHER",
        "level": "DISTRICT",
        "recipient_kind": "UNION",
        "recipient": "本工会",
        "granted_on": date(2026, 5, 20),
    }
    return row | changes


def test_a_sound_workbook_goes_from_upload_to_the_tables(owed: ReturnObligation, chair: User, officer: User) -> None:
    version = upload(owed, chair, sound_rows(owed.union) | {"D11b": [award()]})
    assert (version.status, version.check_state, version.version) == (S.DRAFT, CheckState.DONE, 1)
    assert not version.findings.exclude(severity=Severity.HINT).exists()
    # One profile and one award are new; the cover is only read.
    assert version.counts == {"read": 3, "created": 2, "updated": 0, "unchanged": 1, "rejected": 0}
    assert not UnionCensus.objects.filter(union=owed.union).exists()

    version = submit(version=version, actor=chair, is_attested=True)
    assert version.receipt_no == f"JB-2026Q2-{owed.union.code}-01"
    owed.refresh_from_db()
    assert owed.first_filed_on is not None

    version = accept(version=version, actor=officer)
    census = UnionCensus.objects.get(union=owed.union, as_of=QUARTER.last_day)
    assert (census.members, census.female_members, census.source_return) == (30, 0, version)
    headcount = EmployerHeadcount.objects.get(union=owed.union, as_of=QUARTER.last_day)
    assert (headcount.employees, headcount.dispatched) == (40, 2)
    granted = Award.objects.get(union=owed.union)
    assert (granted.title, granted.granted_on, granted.source_return) == (
        "区级先进职工小家",
        date(2026, 5, 20),
        version,
    )
    assert (version.status, version.decided_by) == (S.ACCEPTED, officer)


# Each line is one mistake and the one cell at which it must be found.
MISTAKES: list[tuple[str, str, str, Any]] = [
    ("a count typed with its unit", "D1a", "employees_end", "40人"),
    ("a required cell left empty", "D1a", "members_end", None),
    ("full-width digits", "D1a", "female_end", "１８"),
    ("a part larger than its whole", "D1a", "dispatched_end", 41),
    ("a day of no calendar", "D0", "signed_on", "2026-06-31"),
    ("a word that is not in the list", "D1a", "oper_status", "还行"),
    ("neither yes nor no", "D0", "no_change", "不清楚"),
    ("a phone too short", "D0", "filler_phone", "1380000"),
    ("an invisible character", "D0", "filler", "余\u200b海"),
    ("a fraction of a person", "D1a", "groups", 1.5),
    ("below zero", "D1a", "branches", -1),
    ("a social credit code with a wrong check", "D0", "legal_code", "81330200MC0000000X"),
]


@pytest.mark.parametrize(("_name", "sheet", "column", "typed"), MISTAKES, ids=[line[0] for line in MISTAKES])
def test_a_mistake_is_found_at_its_cell(
    owed: ReturnObligation, chair: User, _name: str, sheet: str, column: str, typed: Any
) -> None:
    rows = sound_rows(owed.union)
    rows[sheet][0][column] = typed
    version = upload(owed, chair, rows)
    assert (sheet, 4, column) in found(version)
    with pytest.raises(ValidationError, match="must be mended|要改|处"):
        submit(version=version, actor=chair, is_attested=True)


def test_all_mistakes_are_found_at_once_and_marked_in_the_users_own_file(owed: ReturnObligation, chair: User) -> None:
    rows = sound_rows(owed.union)
    for _name, sheet, column, typed in MISTAKES:
        rows[sheet][0][column] = typed
    content = workbook(Filing(owed), rows)
    version = upload_file(owed, chair, content)
    assert {(sheet, 4, column) for _name, sheet, column, _typed in MISTAKES} - found(version) == {
        # Whether a part is larger than its whole is known only once the whole can be read.
        ("D1a", 4, "dispatched_end")
    }
    book = openpyxl.load_workbook(io.BytesIO(marked(content, version.findings.all())))
    cell = next(book[name] for name in book.sheetnames if name.startswith("D1a"))["A4"]
    assert cell.comment is not None and cell.fill.fgColor.rgb.endswith("F9C6C9")


def test_the_same_file_twice_is_one_version_and_another_file_the_next(owed: ReturnObligation, chair: User) -> None:
    content = workbook(Filing(owed), sound_rows(owed.union))
    first = upload_file(owed, chair, content)
    assert upload_file(owed, chair, content) == first
    second = upload(owed, chair, sound_rows(owed.union, employees_end=41))
    first.refresh_from_db()
    assert (first.status, second.version) == (S.REPLACED, 2)


def test_a_workbook_of_another_union_quarter_or_version_is_refused_in_words(
    chair: User, owed: ReturnObligation
) -> None:
    other = owed_return(owing_union())
    version = upload_file(owed, chair, workbook(Filing(other), sound_rows(other.union)))
    [finding] = version.findings.all()
    assert (finding.severity, finding.rule) == (Severity.BLOCKING, "template")
    assert other.union.code in finding.message and owed.union.code in finding.message
    book = openpyxl.load_workbook(io.BytesIO(workbook(Filing(owed), sound_rows(owed.union))))
    for row in book["_stamp"].iter_rows():
        if row[1].value == layout():
            row[1].value = "0123456789abcdef"
    out = io.BytesIO()
    book.save(out)
    [finding] = upload_file(owed, chair, out.getvalue()).findings.all()
    assert finding.severity == Severity.BLOCKING


def test_moved_columns_are_one_finding_of_their_sheet(owed: ReturnObligation, chair: User) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(Filing(owed), sound_rows(owed.union))))
    page = next(book[name] for name in book.sheetnames if name.startswith("D1a"))
    page.insert_cols(3)
    page["C1"].value = "surprise"
    out = io.BytesIO()
    book.save(out)
    version = upload_file(owed, chair, out.getvalue())
    assert [(row.sheet, row.rule) for row in version.findings.filter(severity=Severity.BLOCKING)] == [
        ("D1a", "columns")
    ]


def copy_first(book: Any) -> None:
    page = sheet_named(book, "D11b")
    copy = book.copy_worksheet(page)
    copy.title = f"{page.title} (2)"
    book.move_sheet(copy, -len(book.sheetnames))


def delete_hints(book: Any) -> None:
    sheet_named(book, "D11b").delete_rows(3)


@pytest.mark.parametrize("change", [copy_first, delete_hints])
def test_a_sheet_whose_rows_cannot_be_told_is_not_read(owed: ReturnObligation, chair: User, change: Any) -> None:
    """With its copy before it the copy would count; without the row of hints the first row would be lost."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(Filing(owed), sound_rows(owed.union) | {"D11b": [award()]})))
    change(book)
    out = io.BytesIO()
    book.save(out)
    version = upload_file(owed, chair, out.getvalue())
    assert [(row.sheet, row.rule) for row in version.findings.filter(severity=Severity.BLOCKING)] == [
        ("D11b", "columns")
    ]


def sheet_named(book: Any, code: str) -> Any:
    return next(page for page in book if page.title.split(" ")[0] == code)


def test_what_is_beside_the_table_is_nobodys_concern(owed: ReturnObligation, chair: User) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(Filing(owed), sound_rows(owed.union))))
    page = sheet_named(book, "D1a")
    page.cell(4, page.max_column + 3).value = "=SUM(A4:B4)"
    out = io.BytesIO()
    book.save(out)
    assert not found(upload_file(owed, chair, out.getvalue()))


def test_what_is_no_workbook_is_refused_and_nothing_is_kept(owed: ReturnObligation, chair: User) -> None:
    for content in (b"", b"PK\x03\x04 half a file", "工会,人数\n".encode("gbk"), b"%PDF-1.7"):
        with pytest.raises(Unreadable):
            uploading.receive(obligation=owed, actor=chair, file=content, file_name="季报.xlsx")
    assert not QuarterlyReturn.objects.filter(obligation=owed).exists()


def test_a_warning_passes_once_it_is_explained_and_the_explanation_goes_on(
    owed: ReturnObligation, chair: User, officer: User
) -> None:
    # Three women are declared, none is named on the roster: X-02 asks why.
    rows = sound_rows(owed.union, female_members_end=3)
    version = upload(owed, chair, rows)
    [finding] = version.findings.filter(severity=Severity.WARNING)
    with pytest.raises(ValidationError):
        submit(version=version, actor=chair, is_attested=True)
    with pytest.raises(ValidationError):
        explain(finding=finding, actor=chair, explanation="  ")
    explain(finding=finding, actor=chair, explanation="本月补选")
    rows["D1a"][0]["groups"] = 3
    version = upload(owed, chair, rows)
    assert version.findings.get(severity=Severity.WARNING).explanation == "本月补选"
    assert submit(version=version, actor=chair, is_attested=True).status == S.SUBMITTED


def test_nothing_is_submitted_without_attestation_or_by_a_stranger(owed: ReturnObligation, chair: User) -> None:
    version = upload(owed, chair, sound_rows(owed.union))
    with pytest.raises(ValidationError):
        submit(version=version, actor=chair, is_attested=False)
    stranger = UserFactory(role=Role.CHAIR, role__at=owing_union())
    with pytest.raises(PermissionDenied):
        submit(version=version, actor=stranger, is_attested=True)
    with pytest.raises(PermissionDenied):
        uploading.receive(obligation=owed, actor=stranger, file=workbook(Filing(owed), {}), file_name="x.xlsx")
    version.refresh_from_db()
    assert version.status == S.DRAFT


def test_staff_file_on_behalf_and_nobody_reviews_his_own(owed: ReturnObligation, officer: User) -> None:
    version = submit(version=upload(owed, officer, sound_rows(owed.union)), actor=officer, is_attested=True)
    assert version.is_on_behalf
    with pytest.raises(PermissionDenied):
        accept(version=version, actor=officer)
    assert not UnionCensus.objects.filter(union=owed.union).exists()


def test_sent_back_with_a_note_only_this_return_opens_again_and_the_change_is_shown(
    owed: ReturnObligation, chair: User, officer: User
) -> None:
    version = submit(version=upload(owed, chair, sound_rows(owed.union)), actor=chair, is_attested=True)
    with pytest.raises(ValidationError):  # while it waits, no other version comes in
        upload(owed, chair, sound_rows(owed.union, members_end=31))
    with pytest.raises(ValidationError):  # without a note nobody knows what to mend
        send_back(version=version, actor=officer, notes=[], reason="请核对")
    version = send_back(
        version=version, actor=officer, notes=[Note("D1a", "会员数与名册不符", 4, "members_end")], reason="请核对会员数"
    )
    assert (version.status, version.notes.get().column) == (S.SENT_BACK, "members_end")
    again = upload(owed, chair, sound_rows(owed.union, members_end=31))
    [change] = differences(again)
    assert (change.sheet, change.column, change.before, change.after) == ("D1a", "members_end", "30", "31")
    accept(version=submit(version=again, actor=chair, is_attested=True), actor=officer)
    assert UnionCensus.objects.get(union=owed.union, as_of=QUARTER.last_day).members == 31


def test_an_amendment_restates_the_quarter_and_takes_away_what_it_no_longer_says(
    owed: ReturnObligation, chair: User, officer: User
) -> None:
    rows = sound_rows(owed.union) | {"D11b": [award(), award(award="误报的称号")]}
    first = accept(version=submit(version=upload(owed, chair, rows), actor=chair, is_attested=True), actor=officer)
    with pytest.raises(ValidationError):  # an amendment says why
        upload(owed, chair, sound_rows(owed.union))
    rows = sound_rows(owed.union, members_end=29) | {"D11b": [award(level="CITY")]}
    second = upload(owed, chair, rows, amendment_reason="多报一项，级别写错")
    assert second.amends == first
    assert owed.versions.get(pk=first.pk).status == S.ACCEPTED  # in force until the amendment is accepted
    accept(version=submit(version=second, actor=chair, is_attested=True), actor=officer)
    first.refresh_from_db()
    assert first.status == S.REPLACED
    assert list(Award.objects.filter(union=owed.union).values_list("title", "level")) == [("区级先进职工小家", "CITY")]
    assert UnionCensus.objects.get(union=owed.union, as_of=QUARTER.last_day).members == 29


def test_what_somebody_recorded_by_hand_is_matched_and_never_taken_away(
    owed: ReturnObligation, chair: User, officer: User
) -> None:
    by_hand = Award.objects.create(
        union=owed.union,
        title="手工登记",
        kind="OTHER",
        level="CITY",
        recipient_kind="UNION",
        recipient="本工会",
        granted_on=date(2026, 4, 8),
    )
    version = upload(owed, chair, sound_rows(owed.union) | {"D11b": [award()]})
    accept(version=submit(version=version, actor=chair, is_attested=True), actor=officer)
    assert Award.objects.filter(union=owed.union).count() == 2
    assert Award.objects.filter(pk=by_hand.pk, source_return__isnull=True).exists()


def test_what_the_database_refuses_is_a_finding_in_words_and_not_stored(owed: ReturnObligation) -> None:
    def twice() -> None:
        Award.objects.create(
            union=owed.union, title="先进", kind="OTHER", level="DISTRICT", granted_on=date(2026, 5, 20)
        )
        ReturnObligation.objects.create(union=owed.union, period=owed.period, due_on=owed.due_on)

    [finding] = refused_by("D11b", twice)
    assert (finding.sheet, finding.message) == ("D11b", "应报季报：该工会本期季报已列入应报。")
    assert not Award.objects.exists() and ReturnObligation.objects.count() == 1
