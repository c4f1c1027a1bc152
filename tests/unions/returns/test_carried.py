"""What was not read of a workbook is not forgotten when something else of it is mended in the browser."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.returns import owed_return, sound_rows, workbook
from tests.factories.unions import UserFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import QuarterlyReturn, ReturnObligation, ReturnStatus, User
from unions.returns import uploading
from unions.returns.filing import Filing, content_of
from unions.returns.findings import STOPS

pytestmark = pytest.mark.django_db
Change = Callable[[Any], None]


@pytest.fixture
def owed() -> ReturnObligation:
    with acting(SYSTEM):
        return owed_return()


@pytest.fixture
def chair(client: Client, owed: ReturnObligation) -> User:
    with acting(SYSTEM):
        user = UserFactory(role=Role.CHAIR, role__at=owed.union)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def insert_column(page: Any) -> None:
    page.insert_cols(2)
    page["B1"] = "surprise"


def leave_formula(page: Any) -> None:
    page["A4"] = '="区级"&"先进"'


def hide_row(page: Any) -> None:
    page["A4"] = "区级先进职工小家"
    page.row_dimensions[4].hidden = True


def upload(owed: ReturnObligation, chair: User, change: Change) -> None:
    """A workbook with a phone too short, and the sheet of awards changed."""
    rows = sound_rows(owed.union)
    rows["D0"][0]["filler_phone"] = "1380000"
    with acting(SYSTEM):
        book = openpyxl.load_workbook(io.BytesIO(workbook(Filing(owed), rows)))
        change(next(page for page in book if page.title.startswith("D11b")))
        out = io.BytesIO()
        book.save(out)
        version = uploading.receive(obligation=owed, actor=chair, file=out.getvalue(), file_name="季报.xlsx")
        uploading.check(version.pk)


def newest(owed: ReturnObligation) -> QuarterlyReturn:
    return owed.versions.select_related("content").get(status=ReturnStatus.DRAFT)


def stopping(owed: ReturnObligation) -> set[tuple[str, str]]:
    """Sheet and rule of what stands against filing."""
    with acting(SYSTEM):
        rows = newest(owed).findings.filter(severity__in=STOPS)
        return set(rows.values_list("sheet", "rule"))


@pytest.mark.parametrize(
    ("change", "rule"),
    [(insert_column, "columns"), (leave_formula, "formula_without_value"), (hide_row, "hidden_row")],
)
def test_a_mended_cell_elsewhere_does_not_make_what_was_not_read_disappear(
    client: Client, owed: ReturnObligation, chair: User, change: Change, rule: str
) -> None:
    upload(owed, chair, change)
    assert {("D0", "cell"), ("D11b", rule)} <= stopping(owed)
    for posted in ({"cell-D0-4-filler_phone": "13800000000"}, {}):
        client.post(reverse("return-mend", args=[owed.pk]), posted)
        assert ("D0", "cell") not in stopping(owed)
        assert ("D11b", rule) in stopping(owed)
    # Whoever fills the sheet in anew has seen what it holds.
    client.post(reverse("return-sheet", args=[owed.pk, "D11b"]), {})
    assert stopping(owed) == set()


def test_a_cell_of_a_row_that_was_not_read_is_mended_like_any_other(
    client: Client, owed: ReturnObligation, chair: User
) -> None:
    upload(owed, chair, leave_formula)
    client.post(reverse("return-mend", args=[owed.pk]), {"cell-D11b-4-award": "区级先进职工小家"})
    with acting(SYSTEM):
        [row] = content_of(newest(owed))["D11b"]
    assert (row.number, row["award"]) == (4, "区级先进职工小家")
    assert ("D11b", "formula_without_value") not in stopping(owed)
