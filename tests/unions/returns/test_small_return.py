"""What a return without rows costs: its sheets are asked only where an amended version may have had rows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.returns import filing_of, owed_return, version_in_force
from unions.returns.applying import enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_system")]


def test_a_first_return_without_rows_asks_the_database_little(django_assert_max_num_queries: Any) -> None:
    owed = owed_return()
    first = filing_of(owed, version_in_force(owed))
    # Cover and profile beside the union's lock, savepoints and deferred checks; 31 tables would be a hundred.
    with django_assert_max_num_queries(20):
        enter(first)


def test_an_amendment_without_rows_asks_every_sheet_what_it_takes_away() -> None:
    owed = owed_return()
    enter(filing_of(owed, version_in_force(owed)))
    amendment = filing_of(owed, version_in_force(owed))
    assert amendment.asks_for("D3") and amendment.asks_for("D7a")
