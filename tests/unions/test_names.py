"""Names are found by any part of them, by pinyin and by initials, whatever characters they hold."""

from __future__ import annotations

import pytest

from tests.factories.unions import UnionFactory
from unions.models import UnionProfile
from unions.names import grams, name_contains, name_keys, pinyin_initials

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("part", ["机械", "光机", "晨", "有限公司工会", "CNC", "cnc"])
def test_any_part_of_a_name_finds_it(part: str) -> None:
    UnionFactory(name="晨光机械CNC有限公司工会")
    UnionFactory(name="远帆物流")
    assert list(UnionProfile.objects.filter(name_contains(part)).values_list("name", flat=True)) == [
        "晨光机械CNC有限公司工会"
    ]


@pytest.mark.parametrize("part", ["机光", "械机", "远机", "晨机"])
def test_its_characters_in_another_order_do_not(part: str) -> None:
    UnionFactory(name="晨光机械有限公司工会")
    assert not UnionProfile.objects.filter(name_contains(part)).exists()


def test_keys_follow_the_name() -> None:
    union = UnionFactory(name="晨光机械")
    assert {field: getattr(union, field) for field in ("pinyin", "initials", "name_grams")} == name_keys("晨光机械")
    assert pinyin_initials("晨光机械") == "cgjx"
    assert grams("晨光") == ["光", "晨", "晨光"]
