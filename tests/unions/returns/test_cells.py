"""Cells that come again are read once, and never one for another."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.factories.unions import UnionFactory
from unions.lookups import AnyOf
from unions.models import Severity, Union
from unions.returns.checking import MOST_UNREAD, is_given_up, read_cells, read_rows
from unions.returns.columns import (
    MOST_REMEMBERED,
    CellError,
    Column,
    Day,
    Kind,
    Money,
    Month,
    Once,
    Percent,
    Phone,
    Text,
    Whole,
    YesNo,
)
from unions.returns.content import rows_of, texts_of_all
from unions.returns.registry import Sheet


class Counted(Sheet):
    code = "D0"

    count = Column("count", Whole())
    yes = Column("yes", YesNo())
    word = Column("word", Text(5))


def read(*lines: dict[str, Any]) -> list[tuple[dict[str, Any], list[str]]]:
    rows = read_rows(Counted(), list(enumerate(lines, start=4)))
    return [(row.values, [finding.column for finding in wrong]) for row, wrong in rows]


def test_a_truth_value_is_no_number_however_often_one_was_read() -> None:
    one, true, zero = {"count": 1.0}, {"count": True, "yes": True}, {"count": 0, "yes": False}
    assert [wrong for _values, wrong in read(one, true, one, zero, {"yes": 1.0})] == [[], ["count"], [], [], ["yes"]]


def test_the_same_mistake_is_found_at_each_of_its_cells() -> None:
    assert [wrong for _values, wrong in read(*[{"word": "太长的一个词"}] * 3)] == [["word"]] * 3


def test_what_is_kept_comes_back_as_it_was() -> None:
    sheet = Counted()
    rows = [
        row for row, _wrong in read_rows(sheet, [(4, {"count": 3, "yes": "是"}), (5, {"count": "三", "word": "词"})])
    ]
    kept = [(row.number, texts) for row, texts in texts_of_all(sheet, rows)]
    assert kept == [(4, {"count": "3", "yes": "是"}), (5, {"word": "词", "count": "三"})]
    assert list(rows_of(sheet, kept)) == rows


def test_no_more_is_remembered_than_comes_again() -> None:
    asked: list[int] = []
    once = Once(lambda value: asked.append(value) or value)  # type: ignore[func-returns-value]
    for value in [*range(MOST_REMEMBERED + 2), 0, MOST_REMEMBERED + 1]:
        assert once[value] == value
    assert len(once) == MOST_REMEMBERED
    assert asked[-1] == MOST_REMEMBERED + 1 and asked.count(0) == 1


def test_what_a_function_refuses_is_its_answer() -> None:
    once = Once(Column("day", Whole()).read)
    assert isinstance(once["三"], CellError) and once["三"] is once["三"]
    assert once.of_cell(date(2026, 5, 6)).__class__ is CellError


def test_where_most_cells_cannot_be_read_the_check_stops_and_says_so() -> None:
    rows = [(number, {"name": "王" * 200, "op": "?"}) for number in range(4, 20_000)]
    content, findings = read_cells({"D2": rows, "D3": [(4, {"month": "?"})]})
    assert is_given_up(findings) and findings[0].severity == Severity.BLOCKING
    assert len(findings) < MOST_UNREAD + 50 and len(content["D2"]) < MOST_UNREAD
    assert not is_given_up(read_cells({"D2": rows[:20]})[1])


@pytest.mark.parametrize("blank", ["\u00a0", "\u2003 ", "\u3000", " \t"])
def test_what_shows_nothing_is_not_filled_in(blank: str) -> None:
    with pytest.raises(CellError, match="没有填|Not filled in"):
        Column("word", Text(), required=True).read(blank)


@pytest.mark.parametrize("typed", ["\u2800", "\u3164", "王\u200b", "王\u202e明"])
def test_letters_that_nobody_sees_are_no_text(typed: str) -> None:
    with pytest.raises(CellError, match=r"U\+"):
        Text().parse(typed)


def test_a_long_number_is_no_text_for_its_last_digits_are_lost() -> None:
    with pytest.raises(CellError, match="末几位|last digits"):
        Text(40).parse(12345678901234567890.0)
    assert Text(40).parse(123456789012345.0) == "123456789012345"
    assert Text(40).parse(0.1 + 0.2) == "0.3"


@pytest.mark.parametrize("kind", [Whole(), Money(), Month(), Phone(), Day()])
def test_digits_of_other_scripts_are_none(kind: Kind) -> None:
    for typed in ("١٣٨١٢٣٤٥٦٧٨", "٢٠٢٦٠٦", "２０２６-06-30", "٢٠٢٦-٠٦-٣٠", "٣"):
        with pytest.raises(CellError):
            kind.parse(typed)


def test_minus_nothing_is_nothing() -> None:
    assert [str(kind.parse(zero)) for kind in (Money(), Percent()) for zero in (-0.0, "-0")] == ["0.00"] * 4


@pytest.mark.django_db
def test_a_list_is_one_parameter_of_a_query() -> None:
    unions = [UnionFactory() for _number in range(3)]
    wanted = Union.objects.filter(pk__any_of=[union.pk for union in unions[:2]])
    assert set(wanted) == set(unions[:2])
    assert not Union.objects.filter(parent_id__any_of=[]).exists()
    assert AnyOf.lookup_name in Union._meta.pk.get_lookups()
