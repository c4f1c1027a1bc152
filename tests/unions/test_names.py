"""Names are found by any part of them, by pinyin and by initials, whatever characters they hold."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from pypinyin import Style, lazy_pinyin

from tests.factories.unions import UnionFactory
from unions.models import UnionProfile
from unions.names import grams, name_contains, name_keys, pinyin_initials, pinyin_key

pytestmark = pytest.mark.django_db
WORDS = Path(__file__).parent.parent / "data/tongyong-8105.txt"


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


def test_names_sound_the_same_by_character_as_by_pypinyin() -> None:
    """Ten thousand names over all characters of the standard list, heteronyms and phrases among them."""
    chance, characters = Random(7), WORDS.read_text(encoding="utf-8").split()
    names = ["".join(chance.choices(characters, k=chance.choice((2, 3, 4)))) for _turn in range(10_000)]
    names += ["重庆长", "乐正行", "曾行长", "单于朝阳", "王CNC", "尉迟恭", "〇二", "音乐", "", "A"]
    assert [pinyin_key(name) for name in names] == [" ".join(lazy_pinyin(name)).lower() for name in names]
    letters = ["".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower() for name in names]
    assert [pinyin_initials(name) for name in names] == letters
