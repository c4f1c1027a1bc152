"""A page that was opened before a newer version came in does nothing to what it does not show, and says so."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.factories.returns import owed_return, sound_rows
from tests.factories.unions import UserFactory
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.models import QuarterlyReturn, ReturnObligation, ReturnStatus, Severity, Union, User
from unions.returns.deciding import Note, send_back, submit
from unions.returns.filing import Filing, content_of
from unions.returns.template import template

pytestmark = pytest.mark.django_db
S = ReturnStatus
WORDS = "打开之后"


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


def typed(client: Client, owed: ReturnObligation, sheet: str, seen: int | None = None, **changes: Any) -> Any:
    """One sheet as the grid sends it."""
    row = sound_rows(owed.union, **({} if sheet == "D0" else changes))[sheet][0]
    fields = {f"cell-{sheet}-4-{name}": value for name, value in row.items()}
    return client.post(
        reverse("return-sheet", args=[owed.pk, sheet]), fields | ({} if seen is None else {"seen": seen})
    )


def filed(client: Client, owed: ReturnObligation, **changes: Any) -> None:
    """Version 1 holds the cover, version 2 the profile besides."""
    typed(client, owed, "D0", seen=0)
    typed(client, owed, "D1a", seen=1, **changes)


def versions(owed: ReturnObligation) -> list[QuarterlyReturn]:
    with acting(SYSTEM):
        return list(owed.versions.order_by("version"))


def post(client: Client, owed: ReturnObligation, route: str, **fields: Any) -> str:
    """What the page says afterwards."""
    answer = client.post(
        reverse(route, args=[owed.pk]), {name.replace("__", "-"): text for name, text in fields.items()}, follow=True
    )
    return str(answer.content.decode())


def test_a_version_that_was_not_seen_is_not_submitted(client: Client, owed: ReturnObligation, chair: User) -> None:
    filed(client, owed)
    assert WORDS in post(client, owed, "return-submit", is_attested="1", seen="1")
    assert [version.status for version in versions(owed)] == [S.REPLACED, S.DRAFT]
    assert WORDS not in post(client, owed, "return-submit", is_attested="1", seen="2")
    assert versions(owed)[1].status == S.SUBMITTED


def test_a_sheet_opened_before_is_not_saved_over_the_newer_version_and_keeps_what_was_typed(
    client: Client, owed: ReturnObligation, chair: User
) -> None:
    filed(client, owed)
    answer = typed(client, owed, "D1a", seen=1, employees_end="57")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert WORDS in page and 'value="57"' in page
    assert len(versions(owed)) == 2
    # The refused page has told of the second version: sent again it is meant.
    assert 'name="seen" value="2"' in page
    assert typed(client, owed, "D1a", seen=2, employees_end="57").status_code == 302


def test_cells_mended_on_an_old_page_are_refused_and_a_second_click_is_no_trouble(
    client: Client, owed: ReturnObligation, chair: User
) -> None:
    filed(client, owed, employees_end="四十")
    for _click in range(2):
        assert WORDS not in post(client, owed, "return-mend", **{"cell__D1a__4__employees_end": "40"}, seen="2")
    assert len(versions(owed)) == 3
    assert WORDS in post(client, owed, "return-mend", **{"cell__D1a__4__employees_end": "41"}, seen="2")
    assert len(versions(owed)) == 3


def test_an_explanation_typed_on_an_old_page_is_refused_not_dropped(
    client: Client, owed: ReturnObligation, chair: User
) -> None:
    filed(client, owed, female_members_end=3)
    with acting(SYSTEM):
        old = versions(owed)[1].findings.get(severity=Severity.WARNING)
    typed(client, owed, "D1a", seen=2, female_members_end=4)
    assert WORDS in post(client, owed, "return-mend", **{f"explain__{old.pk}": "本月补选"}, seen="2")
    with acting(SYSTEM):
        old.refresh_from_db()
        assert (old.explanation, len(versions(owed))) == ("", 3)


def test_a_reviewer_decides_only_on_what_he_has_seen(client: Client, owed: ReturnObligation, chair: User) -> None:
    filed(client, owed)
    with acting(SYSTEM):
        officer, other = (UserFactory(role=Role.ORGANISATION) for _number in range(2))
        first = submit(version=versions(owed)[1], actor=chair, is_attested=True)
        send_back(version=first, actor=other, notes=[Note("D1a", "请核对")], reason="请核对")
    typed(client, owed, "D1a", seen=2, employees_end=41)
    with acting(SYSTEM):
        submit(version=versions(owed)[2], actor=chair, is_attested=True)
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert WORDS in post(client, owed, "return-review", decision="accept", seen="2")
    assert versions(owed)[2].status == S.SUBMITTED
    post(client, owed, "return-review", decision="accept", seen="3")
    assert versions(owed)[2].status == S.ACCEPTED


def test_a_draft_is_checked_again_without_a_changed_cell(client: Client, owed: ReturnObligation, chair: User) -> None:
    filed(client, owed)
    with acting(SYSTEM):
        assert not versions(owed)[1].findings.exists()
        # The register names it otherwise since: X-19 asks about the name on the cover.
        Union.objects.filter(pk=owed.union_id).update(name="改了名的工会")
    post(client, owed, "return-mend", seen="2")
    with acting(SYSTEM):
        assert versions(owed)[1].findings.filter(sheet="D0").exists()
        assert len(versions(owed)) == 2


def test_what_was_filled_in_before_a_wrong_file_is_taken_up_again(
    client: Client, owed: ReturnObligation, chair: User, django_capture_on_commit_callbacks: Any
) -> None:
    filed(client, owed, employees_end=41)
    with acting(SYSTEM):
        stranger = SimpleUploadedFile("别家.xlsx", template(Filing(owed_return())))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("return-upload", args=[owed.pk]), {"file": stranger, "seen": 2})
    page = client.get(reverse("return", args=[owed.pk])).content.decode()
    assert "没有收下" in page and owed.union.name in page and reverse("return-resume", args=[owed.pk, 2]) in page
    for _click in range(2):
        client.post(reverse("return-resume", args=[owed.pk, 2]), {"seen": "3"})
    assert [version.status for version in versions(owed)] == [S.REPLACED] * 3 + [S.DRAFT]
    with acting(SYSTEM):
        again, before = content_of(versions(owed)[3]), content_of(versions(owed)[1])
    assert again == before and again["D1a"][0]["employees_end"] == 41


def test_a_sheet_saved_after_the_return_was_submitted_is_refused_in_words(
    client: Client, owed: ReturnObligation, chair: User
) -> None:
    filed(client, owed)
    post(client, owed, "return-submit", is_attested="1", seen="2")
    answer = typed(client, owed, "D1a", seen=2, employees_end="57")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "有一版正在等审核" in page
    assert "57" in page and len(versions(owed)) == 2
