"""Pages by keyset: every row once, in order, in both directions, with ties and missing values."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.unions import UnionFactory
from unions.models import Facility
from unions.pages.keyset import Page, page_of

pytestmark = pytest.mark.usefixtures("as_system")


def pages(sort: str, size: int) -> list[Page]:
    found = [page_of(Facility.objects.all(), sort=sort, size=size)]
    while found[-1].after:
        found.append(page_of(Facility.objects.all(), sort=sort, size=size, after=found[-1].after))
    return found


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    books=st.lists(st.one_of(st.none(), st.integers(0, 3)), max_size=9),
    size=st.integers(1, 4),
    sort=st.sampled_from(["books", "-books", "name", "-start"]),
)
def test_every_row_stands_on_one_page_and_the_way_back_is_the_same(
    books: list[int | None], size: int, sort: str
) -> None:
    Facility.objects.all()._raw_delete("default")
    union = UnionFactory()
    for number, held in enumerate(books):
        Facility.objects.create(
            union=union, kind="LIBRARY", name=f"书屋{number % 2}", start=date(2026, 1, 1 + number % 3), books=held
        )
    forward = pages(sort, size)
    keys = [row.pk for page in forward for row in page.rows]
    assert sorted(keys) == sorted(Facility.objects.values_list("pk", flat=True))
    values = [row.books for page in forward for row in page.rows]
    if sort.endswith("books"):
        known = [value for value in values if value is not None]
        # Rows without a value come last in either direction.
        assert values == sorted(known, reverse=sort.startswith("-")) + [None] * (len(values) - len(known))
    page, backward = forward[-1], [row.pk for row in forward[-1].rows]
    while page.before:
        page = page_of(Facility.objects.all(), sort=sort, size=size, before=page.before)
        backward = [row.pk for row in page.rows] + backward
    assert backward == keys


def test_a_row_that_is_gone_leads_to_the_first_page() -> None:
    row = Facility.objects.create(union=UnionFactory(), kind="LIBRARY", name="书屋", start=date(2026, 1, 1))
    assert page_of(Facility.objects.all(), sort="name", size=5, after=10**9).rows == [row]
