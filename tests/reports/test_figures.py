"""How figures are read: scope, not reported, year to date, and one statement for each source."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.figures import as_json, figures, find_scope, row_tables
from reports.indicators import GROUPS, REGISTRY
from reports.indicators.registry import Kind
from reports.models import Target
from tests.factories.members import member_of
from tests.factories.unions import CommunityFactory, EmployerFactory, UnionFactory
from unions.access import Scope
from unions.models import Suggestion, Union, UnionEvent, UnionForm
from unions.periods import HalfYear, parse_period

pytestmark = pytest.mark.usefixtures("as_system")
FIRST, SECOND = HalfYear(2026, 1), HalfYear(2026, 2)
EVERYTHING = Scope.everything()
# indicators.md counts them: core + optional, by group.
COUNTS = {"ORG": (14, 10), "SKL": (11, 5), "CARE": (29, 9), "HARM": (15, 9), "CULT": (3, 6), "SELF": (11, 7)}


@pytest.fixture
def federation() -> Union:
    return UnionFactory(form=UnionForm.SUBDISTRICT, code="F")


def suggestion(union: Union, day: date, adopted: date | None = None) -> None:
    Suggestion.objects.create(union=union, title="改进", collected_on=day, adopted_on=adopted)


def test_all_129_indicators_are_declared_83_of_them_core() -> None:
    by_group = {
        group: (
            sum(i.is_core for i in REGISTRY if i.group == group),
            sum(not i.is_core for i in REGISTRY if i.group == group),
        )
        for group in GROUPS
    }
    assert by_group == COUNTS
    assert len(REGISTRY) == 129


def test_every_indicator_is_defined_in_both_languages() -> None:
    assert [i.code for i in REGISTRY if not (i.definition.zh and i.definition.en and i.name.zh and i.name.en)] == []
    assert [i.code for i in REGISTRY if i.kind is Kind.RATIO and not (i.numerator_name and i.denominator_name)] == []


def test_an_empty_database_reports_nothing_and_no_zero() -> None:
    assert {figure.value for figure in figures(FIRST, EVERYTHING).values()} == {None}


def test_rows_of_which_none_match_are_a_true_zero(federation: Union) -> None:
    suggestion(federation, date(2025, 3, 1))
    found = figures(FIRST, EVERYTHING, ["SKL-10", "SKL-11"])
    assert found["SKL-10"].value == 0
    # Nothing collected, so the base is 0: a dash, not 0 %.
    assert (found["SKL-11"].value, found["SKL-11"].denominator) == (None, 0)


def test_a_ratio_carries_its_numerator_and_denominator(federation: Union) -> None:
    for day, adopted in [(1, date(2026, 2, 1)), (2, None), (3, date(2026, 8, 1))]:
        suggestion(federation, date(2026, 1, day), adopted)
    # 3 collected in the half, 1 of them adopted by its end: 1 ÷ 3 = 33.3 %
    answer = as_json(figures(FIRST, EVERYTHING, ["SKL-11"])["SKL-11"])
    assert (answer["value"], answer["numerator"], answer["denominator"]) == ("33.3", "1", "3")


def test_half_open_periods_meet_without_gap_or_overlap(federation: Union) -> None:
    for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)):
        suggestion(federation, day)
    assert figures(FIRST, EVERYTHING, ["SKL-10"])["SKL-10"].value == 2
    # Q1 + Q2 = H1: 1 + 1
    quarters = [figures(quarter, EVERYTHING, ["SKL-10"])["SKL-10"].value for quarter in FIRST.quarters]
    assert quarters == [1, 1]
    assert figures(parse_period("2026Q1..2026Q3"), EVERYTHING, ["SKL-10"])["SKL-10"].value == 3


def test_a_years_target_is_measured_by_what_was_done_since_january(federation: Union) -> None:
    Target.objects.create(union=federation, year=2026, indicator="SKL-10", value=Decimal(8), issuer="区总")
    for month in (2, 3, 8):
        suggestion(federation, date(2026, month, 1))
    first, second = (figures(half, EVERYTHING, ["SKL-10"])["SKL-10"] for half in (FIRST, SECOND))
    # 2 ÷ 8 = 25 %; then 2 + 1 of 8 = 37.5 %, while the half's own value is 1
    assert (first.value, first.completion) == (2, Decimal("25.0"))
    assert (second.value, second.completion) == (1, Decimal("37.5"))


def test_scope_counts_a_community_with_everything_beneath_it(federation: Union) -> None:
    community = CommunityFactory(code="C01")
    organ = UnionFactory(form=UnionForm.COMMUNITY, code="C01", parent=federation, community=community)
    inside, outside = UnionFactory(parent=organ), UnionFactory(parent=federation)
    for union, members in ((inside, 2), (outside, 3)):
        EmployerFactory(union=organ, covered_by=union, employees=30)
        for _number in range(members):
            member_of(union)
    count = {
        code: figures(FIRST, find_scope(code, FIRST), ["ORG-09"])["ORG-09"].value
        for code in ("", "C01", inside.code, outside.code)
    }
    assert count == {"": 5, "C01": 2, inside.code: 2, outside.code: 3}


def test_a_union_that_moved_is_counted_where_it_stood_then(federation: Union) -> None:
    old, new = (UnionFactory(form=UnionForm.COMMUNITY, parent=federation) for _ in range(2))
    moved = UnionFactory(parent=old)
    profile = moved.profiles.get()
    profile.end = date(2026, 7, 1)
    profile.save()
    moved.profiles.create(name=profile.name, form=profile.form, parent=new, start=date(2026, 7, 1))
    assert moved.pk in (find_scope(old.code, FIRST).unions or ())
    assert moved.pk in (find_scope(new.code, SECOND).unions or ())
    assert moved.pk not in (find_scope(old.code, SECOND).unions or ())


def test_unknown_scope_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="XYZ"):
        find_scope("XYZ", FIRST)


def test_each_source_costs_one_statement() -> None:
    sources = {measure.source.key for indicator in REGISTRY for measure in indicator.measures()}
    with CaptureQueriesContext(connection) as queries:
        figures(FIRST, EVERYTHING)
    assert len(queries) == len(sources) + 1  # and the targets


def test_founding_a_union_moves_the_stock_and_the_flow(federation: Union) -> None:
    founded = UnionFactory(parent=federation, founded_on=date(2026, 3, 1))
    UnionEvent.objects.create(union=founded, kind="FOUNDED", happened_on=date(2026, 3, 1))
    UnionFactory(parent=federation)
    now, before = (figures(half, EVERYTHING, ["ORG-01", "ORG-05"]) for half in (FIRST, FIRST.previous()))
    # 1 before, 1 founded: 2; the federation itself is an organ and is not counted
    assert (before["ORG-01"].value, now["ORG-05"].value, now["ORG-01"].value) == (1, 1, 2)


def test_the_rows_of_a_figure_are_turned_forwards_and_back(federation: Union) -> None:
    for day in range(1, 6):
        suggestion(federation, date(2026, 3, day))
    [collected] = row_tables(REGISTRY["SKL-10"], FIRST, EVERYTHING)

    def days(**place: int | None) -> tuple[list[int], int | None, int | None]:
        page = collected.page(size=2, **place)
        cells = [{str(column.caption): value for column, value in row} for row in page.rows]
        return [row["征集日期"].day for row in cells], page.before, page.after

    first, nothing, second = days()
    assert (first, nothing) == ([1, 2], None)
    assert days(after=second)[0] == [3, 4]
    last, before, end = days(after=days(after=second)[2])
    assert (last, end) == ([5], None)
    assert days(before=before)[0] == [3, 4]
