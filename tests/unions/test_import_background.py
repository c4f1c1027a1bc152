"""Imports of many rows go on in the background: asked for, done as the one who asked, once, or told why not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from tests.factories.unions import CommunityFactory, UnionFactory, UserFactory
from tests.members.test_import_members import workbook
from unions.access import Role
from unions.acting import SYSTEM, acting
from unions.imports import background, headings, progress
from unions.imports.flow import match, receive
from unions.imports.registry import KINDS
from unions.models import ImportBatch, ImportStatus, ImportStep, ImportWork, Union, UnionForm, User
from unions.pages.consequences import Consequence
from unions.returns.reading import Line

pytestmark = pytest.mark.django_db
HEAD = ["工会名称", "工会形式", "上级工会", "社区", "成立日期"]
FORM = KINDS["unions"].columns["form"].kind.words()[0]  # type: ignore[attr-defined]
ROWS = [[f"测试{number}公司工会", FORM, "测试街道总工会", "惠民社区", date(2015, 3, 1)] for number in range(4)]
FOUND = "测试0公司工会"


@pytest.fixture
def staff() -> User:
    with acting(SYSTEM):
        CommunityFactory(code="C01", name="惠民社区")
        federation = UnionFactory(code="F0001", form=UnionForm.SUBDISTRICT, name="测试街道总工会")
        return UserFactory(role=Role.ORGANISATION, role__at=federation)


@pytest.fixture(autouse=True)
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four rows are many."""
    monkeypatch.setattr(background, "MANY", 3)


def received(user: User, rows: list[list[Any]]) -> tuple[ImportBatch, dict[str, int]]:
    batch = receive(actor=user, kind=KINDS["unions"], file_name="a.xlsx", data=workbook(rows, HEAD))
    proposals = headings.propose(KINDS["unions"], headings.headings([Line(1, tuple(HEAD))], 1), {})
    return batch, {name: one.place for name, one in proposals.items() if one.place}


def to_check(user: User, rows: list[list[Any]] = ROWS) -> ImportBatch:
    with acting(user):
        batch, mapping = received(user, rows)
        match(actor=user, batch=batch, sheet="会员", heading_row=1, mapping=mapping, is_checked=False)
        return background.ask(actor=user, batch=batch, step=ImportStep.CHECK)


def done(batch: ImportBatch) -> ImportBatch:
    background.work(batch.pk)
    with acting(SYSTEM):
        batch.refresh_from_db()
        return batch


def stored() -> bool:
    with acting(SYSTEM):
        return Union.objects.filter(name=FOUND).exists()


def to_apply(user: User, batch: ImportBatch, **consent: str) -> ImportBatch:
    with acting(user):
        return background.ask(actor=user, batch=batch, step=ImportStep.APPLY, consent=consent)


def test_it_is_checked_then_carried_out_once(staff: User) -> None:
    batch = done(to_check(staff))
    assert (batch.status, batch.work, batch.created) == (ImportStatus.CHECKED, ImportWork.NONE, 4)
    assert not stored()
    batch = done(to_apply(staff, batch))
    assert (batch.status, batch.work) == (ImportStatus.APPLIED, ImportWork.NONE)
    assert stored()
    # The message comes a second time: nothing is left to do.
    assert done(batch).attempts == 1


def test_the_page_counts_the_rows_read_while_it_is_under_way(
    staff: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of four rows it is told at every second: (2 of 4), (4 of 4)."""
    monkeypatch.setattr(progress, "STEP", 2)
    batch = to_check(staff)
    client.force_login(staff)
    status = reverse("import-status", args=[batch.pk])
    assert client.get(status).context["progress"] is None
    told: list[Any] = []
    progress.tell(batch.pk, 2, 4)
    assert "已读取 2 行，共 4 行" in client.get(status).content.decode()
    assert 'value="2"' in client.get(reverse("import", args=[batch.pk])).content.decode()
    monkeypatch.setattr(progress, "tell", lambda *said: told.append(said))
    done(batch)
    assert told == [(batch.pk, 2, 4), (batch.pk, 4, 4)]
    # What was told of an earlier run is not shown of the next.
    assert progress.progress_of(batch.pk) is None


def test_without_a_cache_there_is_no_count_and_the_import_goes_on(
    staff: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "STEP", 1)
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "unix:///nowhere/at-all.sock"}}
    batch = done(to_check(staff))
    assert batch.status == ImportStatus.CHECKED and progress.progress_of(batch.pk) is None


def test_what_is_wrong_is_found_at_its_cell(staff: User) -> None:
    batch = done(to_check(staff, [*ROWS, ["", *ROWS[0][1:]]]))
    assert batch.status == ImportStatus.REFUSED
    assert [finding["cell"] for finding in batch.findings] == ["A6"]


def test_while_it_is_under_way_nothing_else_is_begun(staff: User) -> None:
    batch = to_check(staff)
    with acting(staff), pytest.raises(ValidationError):
        background.ask(actor=staff, batch=batch, step=ImportStep.CHECK)
    with acting(staff), pytest.raises(ValidationError):
        background.ask(actor=staff, batch=batch, step=ImportStep.APPLY)
    with acting(SYSTEM):
        stranger = UserFactory(role=Role.RELIEF)
    with acting(stranger), pytest.raises(PermissionDenied):
        background.ask(actor=stranger, batch=batch, step=ImportStep.CHECK)
    assert done(batch).status == ImportStatus.CHECKED


def test_what_has_changed_since_the_check_is_said_and_nothing_stored(staff: User) -> None:
    batch = done(to_check(staff))
    with acting(SYSTEM):
        UnionFactory(name=ROWS[3][0], founded_on=date(2014, 1, 1))
    batch = done(to_apply(staff, batch))
    assert (batch.status, batch.work) == (ImportStatus.CHECKED, ImportWork.FAILED)
    assert batch.trouble and not stored()


def test_an_error_of_ours_is_told_in_words_and_may_be_tried_again(staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = to_check(staff)
    with monkeypatch.context() as patched:
        patched.setattr(background, "do", lambda _batch: 1 / 0)
        assert done(batch).work == ImportWork.FAILED
    assert "没有保存" in batch.trouble
    with acting(staff):
        background.ask(actor=staff, batch=batch, step=ImportStep.CHECK)
    assert done(batch).status == ImportStatus.CHECKED


class OneFigure:
    """A report was issued that counts unions."""

    def about_to_write(self, table: str, columns: Any) -> None:
        pass

    def consequences(self) -> list[Consequence]:
        with acting(SYSTEM):
            return [Consequence((UnionFactory.build(name="2014H1"),), "ORG-05", "3", "7")]


def test_issued_figures_are_asked_about_before_it_is_stored(
    staff: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = done(to_check(staff))
    monkeypatch.setattr("unions.pages.consequences.WEIGHERS", [OneFigure])
    batch = done(to_apply(staff, batch))
    assert (batch.status, batch.work) == (ImportStatus.CHECKED, ImportWork.NONE)
    assert not stored()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("import", args=[batch.pk])).content.decode()
    assert "ORG-05" in page and batch.held["digest"] in page
    monkeypatch.setattr("unions.pages.consequences.keep", lambda held, actor: None)
    assert done(to_apply(staff, batch, weighed=batch.held["digest"], weighed_reason="补录")).status == "APPLIED"
    assert stored()


def test_the_page_says_how_far_it_is_and_comes_back(staff: User, client: Client) -> None:
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    with acting(staff):
        batch, mapping = received(staff, ROWS)
    here = reverse("import", args=[batch.pk])
    answer = client.post(reverse("import-match", args=[batch.pk]), {"sheet": "会员", "row": "1"} | mapping)
    assert answer["Location"] == here
    shown = client.get(here).content.decode()
    assert reverse("import-status", args=[batch.pk]) in shown and reverse("import-apply", args=[batch.pk]) not in shown
    assert "HX-Refresh" not in client.get(reverse("import-status", args=[batch.pk])).headers
    done(batch)
    assert client.get(reverse("import-status", args=[batch.pk])).headers["HX-Refresh"] == "true"
    client.post(reverse("import-apply", args=[batch.pk]))
    assert not stored()
    assert done(batch).status == ImportStatus.APPLIED
    assert reverse("import-undo", args=[batch.pk]) in client.get(here).content.decode()
