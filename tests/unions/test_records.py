"""Saving records: by whom, over whose change, and the way back from a bulk action."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories.unions import UnionFactory, UserFactory
from unions.access import Action, Role
from unions.acting import SYSTEM, acting
from unions.models import Facility, Union, User
from unions.pages.bulk import BulkAction, apply_to, undo
from unions.services.records import changes, revision, save_record

pytestmark = pytest.mark.django_db
MANAGE = Action.MANAGE_STANDING


@pytest.fixture
def union() -> Union:
    with acting(SYSTEM):
        return UnionFactory()


def officer(name: str = "周敏") -> User:
    return UserFactory(role=Role.ORGANISATION, name=name)


def library(union: Union, name: str = "职工书屋", **values: object) -> Facility:
    return Facility.objects.create(union=union, kind="LIBRARY", name=name, start=date(2026, 1, 1), **values)


def test_a_record_names_who_made_it(union: Union) -> None:
    actor = officer()
    with acting(actor):
        row = Facility(union=union, kind="LIBRARY", name="职工书屋", start=date(2026, 1, 1))
        save_record(row=row, actor=actor, action=MANAGE)
    assert Facility.objects.get().created_by == actor


def test_who_has_no_office_for_it_stores_nothing(union: Union) -> None:
    actor = UserFactory(role=Role.RELIEF)
    row = Facility(union=union, kind="LIBRARY", name="职工书屋", start=date(2026, 1, 1))
    with acting(actor), pytest.raises(PermissionDenied):
        save_record(row=row, actor=actor, action=MANAGE)
    assert not Facility.objects.exists()


def test_the_second_of_two_edits_is_told_who_changed_what(union: Union) -> None:
    first, second = officer("周敏"), officer("王芳")
    with acting(SYSTEM):
        row = library(union, books=100)
    seen = revision(row)
    with acting(first):
        mine = Facility.objects.get()
        mine.books = 200
        save_record(row=mine, actor=first, action=MANAGE, since=seen)
    theirs = Facility.objects.get()
    theirs.books = 300
    with acting(second), pytest.raises(ValidationError) as refused:
        save_record(row=theirs, actor=second, action=MANAGE, since=seen)
    assert refused.value.code == "lost_update"
    message = refused.value.messages[0]
    assert "周敏" in message and "200" in message and "300" in message
    assert Facility.objects.get().books == 200
    assert [change.who for change in changes(row)] == ["周敏"]


def add_books(row: Facility, actor: User) -> None:
    if row.books is None:
        raise ValidationError("没有登记藏书")
    row.books += 1
    save_record(row=row, actor=actor, action=MANAGE)


ADD = BulkAction("add", "加一本", MANAGE, add_books)


def test_a_bulk_action_names_what_it_left_alone_and_can_be_undone_once(union: Union) -> None:
    actor = officer()
    with acting(actor):
        rows = [library(union, "甲书屋", books=1), library(union, "乙书屋", books=5), library(union, "丙书屋")]
        change, refused = apply_to(ADD, rows, actor)
    assert change is not None and refused == [("丙书屋", "没有登记藏书")]
    assert list(Facility.objects.order_by("pk").values_list("books", flat=True)) == [2, 6, None]
    with acting(actor):
        assert undo(change=change, actor=actor) == 2
        assert list(Facility.objects.order_by("pk").values_list("books", flat=True)) == [1, 5, None]
        with pytest.raises(ValidationError):
            undo(change=change, actor=actor)


def test_what_was_changed_since_is_not_undone(union: Union) -> None:
    actor = officer()
    with acting(actor):
        rows = [library(union, "甲书屋", books=1), library(union, "乙书屋", books=5)]
        change, _refused = apply_to(ADD, rows, actor)
        Facility.objects.filter(name="乙书屋").update(books=50)
        assert change is not None
        with pytest.raises(ValidationError, match="乙书屋"):
            undo(change=change, actor=actor)
    assert list(Facility.objects.order_by("pk").values_list("books", flat=True)) == [2, 50]
