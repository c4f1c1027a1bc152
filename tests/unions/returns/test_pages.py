"""The pages of a return: filled in without a spreadsheet, nil, refused in words, and what staff see of all unions."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories.returns import QUARTER, owed_return, owing_union, sound_rows, workbook
from tests.factories.unions import EmployerFactory, UserFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import (
    Notice,
    QuarterlyReturn,
    ReturnObligation,
    ReturnStatus,
    Severity,
    SheetExemption,
    Union,
    UnionCensus,
    User,
)
from unions.periods import Quarter
from unions.returns import uploading
from unions.returns.deciding import accept, submit
from unions.returns.filing import Filing, content_of
from unions.returns.obligation_page import ReturnPage
from unions.returns.obligations import expect_returns
from unions.returns.reading import read_workbook
from unions.returns.template import template

pytestmark = pytest.mark.django_db
S = ReturnStatus


@pytest.fixture
def owed() -> ReturnObligation:
    with acting(SYSTEM):
        return owed_return()


@pytest.fixture
def chair(client: Client, owed: ReturnObligation) -> User:
    with acting(SYSTEM):
        user = UserFactory(role=Role.CHAIR, role__at=owed.union, name="余海", phone="13800000000")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


@pytest.fixture
def officer() -> User:
    with acting(SYSTEM):
        return UserFactory(role=Role.ORGANISATION)


def cells(sheet: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A grid as a browser sends it."""
    return {
        f"cell-{sheet}-{number}-{name}": value
        for number, row in enumerate(rows, start=4)
        for name, value in row.items()
    }


def newest(owed: ReturnObligation) -> QuarterlyReturn:
    with acting(SYSTEM):
        return owed.versions.order_by("-version").select_related("obligation").get(status__in=(S.DRAFT, S.SUBMITTED))


def test_the_first_page_leads_a_chair_to_his_return_and_counts_for_staff(
    client: Client, chair: User, officer: User, owed: ReturnObligation
) -> None:
    assert "办理季报" in client.get("/").content.decode()
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/").content.decode()
    assert "办理季报" not in page and "份待审核" in page


def stopping(version: QuarterlyReturn) -> set[tuple[str, str]]:
    with acting(SYSTEM):
        rows = version.findings.filter(severity__in=(Severity.ERROR, Severity.BLOCKING))
        return {(row.sheet, row.column) for row in rows}


def test_a_return_is_filled_in_sheet_by_sheet_in_the_browser(
    client: Client, owed: ReturnObligation, chair: User
) -> None:
    rows = sound_rows(owed.union)
    for sheet in ("D0", "D1a"):
        answer = client.post(reverse("return-sheet", args=[owed.pk, sheet]), cells(sheet, rows[sheet]))
        assert answer.status_code == 302
    version = newest(owed)
    assert (version.version, version.channel, stopping(version)) == (2, "WEB_FORM", set())
    answer = client.post(reverse("return-submit", args=[owed.pk]), {"is_attested": "1"})
    assert newest(owed).status == S.SUBMITTED
    page = client.get(reverse("return", args=[owed.pk])).content.decode()
    assert f"JB-2026Q2-{owed.union.code}-02" in page


def test_a_file_refused_while_another_waits_is_refused_in_words(
    client: Client, owed: ReturnObligation, chair: User
) -> None:
    """The page has no form for a file then: the words stand above."""
    with acting(SYSTEM):
        content = workbook(Filing(owed), sound_rows(owed.union))
        version = uploading.receive(obligation=owed, actor=chair, file=content, file_name="季报.xlsx")
    pdf = b"%PDF-1.7"
    for _state in ("being checked", "waiting for review"):
        answer = client.post(reverse("return-upload", args=[owed.pk]), {"file": SimpleUploadedFile("季报.xlsx", pdf)})
        assert answer.status_code == 422
        assert "PDF" in answer.content.decode()
        with acting(SYSTEM):
            if version.status == S.DRAFT:
                uploading.check(version.pk)
                version = submit(version=newest(owed), actor=chair, is_attested=True)
    with acting(SYSTEM):
        assert owed.versions.count() == 1


def test_what_is_mended_in_place_makes_a_version_and_loses_nothing(
    client: Client, owed: ReturnObligation, chair: User
) -> None:
    rows = sound_rows(owed.union, employees_end="四十", members_end="三十")
    client.post(reverse("return-sheet", args=[owed.pk, "D0"]), cells("D0", rows["D0"]))
    client.post(reverse("return-sheet", args=[owed.pk, "D1a"]), cells("D1a", rows["D1a"]))
    assert stopping(newest(owed)) == {("D1a", "employees_end"), ("D1a", "members_end")}
    client.post(reverse("return-mend", args=[owed.pk]), {"cell-D1a-4-employees_end": "40"})
    assert stopping(newest(owed)) == {("D1a", "members_end")}
    # What was not mended is still there as it was typed.
    assert 'value="三十"' in client.get(reverse("return", args=[owed.pk])).content.decode()


def test_what_is_no_choice_stays_selected_until_it_is_mended(
    client: Client, owed: ReturnObligation, chair: User
) -> None:
    rows = sound_rows(owed.union, has_audit_org="有", oper_status="还行")
    client.post(reverse("return-sheet", args=[owed.pk, "D1a"]), cells("D1a", rows["D1a"]))
    for route in (reverse("return", args=[owed.pk]), reverse("return-sheet", args=[owed.pk, "D1a"])):
        page = client.get(route).content.decode()
        assert "<option selected>有</option>" in page and "<option selected>还行</option>" in page


def test_a_nil_return_repeats_the_last_profile_and_says_that_nothing_happened(
    client: Client, owed: ReturnObligation, chair: User, officer: User
) -> None:
    client.post(reverse("return-nil", args=[owed.pk]))
    # Nothing was accepted before: the headcounts have to be typed once.
    assert ("D1a", "employees_end") in stopping(newest(owed))
    with acting(SYSTEM):
        earlier = owed_return(owed.union, Quarter(2026, 1))
    for sheet, rows in sound_rows(owed.union, Quarter(2026, 1)).items():
        client.post(reverse("return-sheet", args=[earlier.pk, sheet]), cells(sheet, rows))
    with acting(SYSTEM):
        accept(version=submit(version=newest(earlier), actor=chair, is_attested=True), actor=officer)
    client.post(reverse("return-nil", args=[owed.pk]))
    version = newest(owed)
    assert (version.channel, stopping(version)) == ("NIL", set())
    with acting(SYSTEM):
        accept(version=submit(version=version, actor=chair, is_attested=True), actor=officer)
        assert UnionCensus.objects.get(union=owed.union, as_of=QUARTER.last_day).members == 30


def test_a_nil_return_of_a_union_of_several_employers_repeats_each(
    client: Client, owed: ReturnObligation, chair: User, officer: User
) -> None:
    with acting(SYSTEM):
        EmployerFactory(union=owed.union, community=owed.union.community, employees=5, covered_by=owed.union)
        earlier = owed_return(owed.union, Quarter(2026, 1))
        first, second = Filing(owed).employers
    told = sound_rows(owed.union, Quarter(2026, 1))
    # 36 + 4 are the 40 of the profile.
    told["D1c"] = [{"employer_code": first, "employees": 36}, {"employer_code": second, "employees": 4}]
    for sheet, rows in told.items():
        client.post(reverse("return-sheet", args=[earlier.pk, sheet]), cells(sheet, rows))
    assert stopping(newest(earlier)) == set()
    with acting(SYSTEM):
        accept(version=submit(version=newest(earlier), actor=chair, is_attested=True), actor=officer)
    client.post(reverse("return-nil", args=[owed.pk]))
    version = newest(owed)
    assert (version.channel, stopping(version)) == ("NIL", set())
    with acting(SYSTEM):
        assert [row["employees"] for row in content_of(version)["D1c"]] == [36, 4]


def test_a_nil_return_is_not_asked_whether_it_should_be_one(
    client: Client, owed: ReturnObligation, chair: User
) -> None:
    client.post(reverse("return-nil", args=[owed.pk]))
    with acting(SYSTEM):
        assert not newest(owed).findings.filter(rule="X-25").exists()


def test_an_uploaded_workbook_is_checked_and_its_errors_shown(
    client: Client, owed: ReturnObligation, chair: User, django_capture_on_commit_callbacks: Any
) -> None:
    with acting(SYSTEM):
        content = workbook(Filing(owed), sound_rows(owed.union, employees_end="40人"))
    file = SimpleUploadedFile("季报.xlsx", content)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("return-upload", args=[owed.pk]), {"file": file}).status_code == 302
    page = client.get(reverse("return", args=[owed.pk])).content.decode()
    assert "D1a!A4" in page and "40人" in page


def test_the_workbook_holds_what_was_filled_in_so_far_and_is_the_same_when_it_comes_back(
    client: Client, owed: ReturnObligation, chair: User, django_capture_on_commit_callbacks: Any
) -> None:
    rows = sound_rows(owed.union, employees_end="四十")
    client.post(reverse("return-sheet", args=[owed.pk, "D0"]), cells("D0", rows["D0"]))
    client.post(reverse("return-sheet", args=[owed.pk, "D1a"]), cells("D1a", rows["D1a"]))
    with acting(SYSTEM):
        typed = content_of(newest(owed))
    assert typed["D1a"][0].typed == {"employees_end": "四十"}
    file = SimpleUploadedFile("季报.xlsx", client.get(reverse("return-template", args=[owed.pk])).content)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("return-upload", args=[owed.pk]), {"file": file})
    version = newest(owed)
    with acting(SYSTEM):
        assert (version.version, version.channel) == (3, "WORKBOOK")
        told = content_of(version)
        assert {code: told[code] for code in ("D0", "D1a")} == {code: typed[code] for code in ("D0", "D1a")}


def test_a_cell_with_two_mistakes_is_mended_in_one_place(
    client: Client, owed: ReturnObligation, chair: User, django_capture_on_commit_callbacks: Any
) -> None:
    with acting(SYSTEM):
        # No result of the formula, so the cell is empty besides.
        content = workbook(Filing(owed), sound_rows(owed.union, employees_end="=1+39"))
    file = SimpleUploadedFile("季报.xlsx", content)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("return-upload", args=[owed.pk]), {"file": file})
    with acting(SYSTEM):
        assert newest(owed).findings.filter(sheet="D1a", column="employees_end").count() == 2
    page = client.get(reverse("return", args=[owed.pk])).content.decode()
    assert page.count('name="cell-D1a-4-employees_end"') == 1


# What people upload instead of the template, and a word of what they are told.
STRANGE = [
    ("an old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "xls"),
    ("a list in GBK", "工会,人数\n晨光,40\n".encode("gbk"), "xlsx"),
    ("nothing", b"", ""),
    ("a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "图片"),
    ("a PDF", b"%PDF-1.7\n", "PDF"),
]


@pytest.mark.parametrize(("content", "word"), [line[1:] for line in STRANGE], ids=[line[0] for line in STRANGE])
def test_what_is_no_workbook_is_refused_at_the_file_and_nothing_is_stored(
    client: Client, owed: ReturnObligation, chair: User, content: bytes, word: str
) -> None:
    answer = client.post(reverse("return-upload", args=[owed.pk]), {"file": SimpleUploadedFile("季报.xlsx", content)})
    assert answer.status_code == 422
    assert word in answer.content.decode()
    with acting(SYSTEM):
        assert not owed.versions.exists()


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("return-mend", {"cell-D1a-99999999-employees_end": "1", "cell-XX-4-a": "2", "cell--": "3", "explain-9": "x"}),
    ("return-mend", {"cell-D0-4-filler": "余\x00海" * 200}),
    ("return-submit", {}),
    ("return-nil", {"amendment_reason": "\x00"}),
    ("return-upload", {}),
]


@pytest.mark.parametrize(("route", "posted"), HOSTILE)
def test_whatever_is_sent_is_answered(
    client: Client, owed: ReturnObligation, chair: User, route: str, posted: dict[str, Any]
) -> None:
    client.post(reverse("return-sheet", args=[owed.pk, "D0"]), cells("D0", sound_rows(owed.union)["D0"]))
    assert client.post(reverse(route, args=[owed.pk]), posted).status_code in (302, 422)


def test_a_sheet_that_does_not_exist_is_not_found(client: Client, owed: ReturnObligation, chair: User) -> None:
    assert client.get(reverse("return-sheet", args=[owed.pk, "D99"])).status_code == 404


@pytest.mark.parametrize("route", ["return-mend", "return-nil", "return-submit", "return-upload"])
def test_whoever_signs_in_anew_at_a_step_is_led_to_the_return(
    client: Client, owed: ReturnObligation, chair: User, route: str
) -> None:
    assert client.get(reverse(route, args=[owed.pk])).headers["Location"] == reverse("return", args=[owed.pk])


def test_there_is_no_review_of_what_was_not_submitted(client: Client, owed: ReturnObligation, officer: User) -> None:
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    for _times in ("nothing filed", "a draft"):
        answer = client.get(reverse("return-review", args=[owed.pk]))
        assert answer.headers["Location"] == reverse("return", args=[owed.pk])
        client.post(reverse("return-sheet", args=[owed.pk, "D0"]), cells("D0", sound_rows(owed.union)["D0"]))


def test_notes_typed_are_kept_when_the_decision_is_refused(
    client: Client, owed: ReturnObligation, chair: User, officer: User
) -> None:
    for sheet, rows in sound_rows(owed.union).items():
        client.post(reverse("return-sheet", args=[owed.pk, sheet]), cells(sheet, rows))
    with acting(SYSTEM):
        submit(version=newest(owed), actor=chair, is_attested=True)
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    notes = {"note-D1a-4-members_end": "与名册核对", "note-D0-0-": "缺公章"}
    answer = client.post(reverse("return-review", args=[owed.pk]), notes | {"decision": "send_back", "reason": ""})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="与名册核对"' in page and 'value="缺公章"' in page
    assert "给主席写一句话" in page
    assert newest(owed).status == S.SUBMITTED


def test_staff_get_the_workbooks_of_a_list_in_one_file(client: Client, owed: ReturnObligation, officer: User) -> None:
    with acting(SYSTEM):
        owed_return(owing_union())
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("return-templates"), {"period": owed.period_id})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as batch:
        assert len(batch.namelist()) == 2
        assert f"季报_{owed.union.code}_2026Q2.xlsx" in batch.namelist()
        read_workbook(batch.read(batch.namelist()[0]))


def test_a_reminder_reaches_the_chair_once_a_day(
    client: Client, owed: ReturnObligation, chair: User, officer: User
) -> None:
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    for _twice in range(2):
        client.post(reverse("returns"), {"action": "remind", "pk": [owed.pk]})
    with acting(SYSTEM):
        assert Notice.objects.filter(user=chair, key__startswith="return-reminder").count() == 1


def test_nothing_is_missing_of_a_quarter_that_runs(client: Client, owed: ReturnObligation, officer: User) -> None:
    with acting(SYSTEM):
        chair = UserFactory(role=Role.CHAIR, role__at=owed.union)
        running = owed_return(owed.union, Quarter.containing(timezone.localdate()))
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    found = {
        state: {row.pk for row in client.get(reverse("returns"), {"state": state}).context["page"].rows}
        for state in ("missing", "ahead")
    }
    assert found == {"missing": {owed.pk}, "ahead": {running.pk}}
    client.post(reverse("returns"), {"action": "remind", "pk": [running.pk]})
    with acting(SYSTEM):
        assert not Notice.objects.filter(user=chair).exists()
    assert "开始" in client.get(reverse("return", args=[running.pk])).content.decode()


def test_the_rate_counts_what_is_filed_of_what_is_expected(
    client: Client, owed: ReturnObligation, officer: User
) -> None:
    with acting(SYSTEM):
        filed, exempted = (owed_return(owing_union()) for _number in range(2))
        QuarterlyReturn.objects.create(union=filed.union, obligation=filed, version=1, status=S.SUBMITTED)
        ReturnObligation.objects.filter(pk=filed.pk).update(first_filed_on=filed.due_on)
        ReturnObligation.objects.filter(pk=exempted.pk).update(exempted_on=filed.due_on, exemption_reason="停产")
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    total = client.get(reverse("return-rate"), {"period": "2026Q2"}).context["total"]
    # Of three one is exempted: one filed of two expected.
    assert total == {"expected": 2, "filed": 1, "on_time": 1, "rate": "50.0%"}


def test_returns_are_expected_ahead_of_whoever_stands_at_the_quarters_end() -> None:
    with acting(SYSTEM):
        old, new = owing_union(), owing_union(founded_on=date(2026, 5, 20))
        ended = owing_union(ended_on=date(2026, 6, 20))
        assert expect_returns(date(2026, 5, 1)) >= 1
        first = set(ReturnObligation.objects.filter(period__code="2026Q2").values_list("union", flat=True))
        assert first == {old.pk, new.pk}  # founded in it: owes; ended in it: does not
        assert expect_returns(date(2026, 5, 1)) == 0
        assert not ReturnObligation.objects.filter(union=ended, period__code="2026Q2").exists()


def test_who_ends_later_is_exempted_from_what_is_not_filed() -> None:
    with acting(SYSTEM):
        union = owing_union()
        expect_returns(date(2026, 5, 1))
        Union.objects.filter(pk=union.pk).update(ended_on=date(2026, 6, 20))
        expect_returns(date(2026, 6, 21))
        row = ReturnObligation.objects.get(union=union, period__code="2026Q2")
        assert (row.exempted_on, bool(row.exemption_reason)) == (date(2026, 6, 21), True)


def test_an_exempted_sheet_is_neither_in_the_workbook_nor_checked(owed: ReturnObligation) -> None:
    with acting(SYSTEM):
        SheetExemption.objects.create(union=owed.union, sheet="D1a", start=date(2026, 1, 1), reason="停产")
        book = read_workbook(template(Filing(owed)))
        assert not any(name.startswith("D1a") for name in book.sheets)
        assert "D1a" not in {sheet.code for sheet in ReturnPage(owed, UserFactory(), QUARTER.end).sheets}
