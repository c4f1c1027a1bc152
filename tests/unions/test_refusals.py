"""What only the database refuses is said in words or under a number, never in PostgreSQL's English."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction

from tests.factories.returns import filing_of, owed_return
from unions.models import Officer, QuarterlyReturn, ReturnObligation
from unions.refusals import words_of
from unions.returns.applying import rehearse
from unions.returns.filing import Filing
from unions.returns.registry import SHEETS

pytestmark = pytest.mark.usefixtures("as_system")


def refused(act: Callable[[], object]) -> DatabaseError:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        act()
    return caught.value


def test_a_constraint_says_what_it_says_everywhere() -> None:
    owed = owed_return()
    error = refused(
        lambda: ReturnObligation.objects.create(union=owed.union, period=owed.period, due_on=owed.period.due_on)
    )
    assert words_of(error) == "应报季报：该工会本期季报已列入应报。"


def test_what_has_no_words_has_a_number_that_the_log_knows(caplog: pytest.LogCaptureFixture) -> None:
    owed = owed_return()
    QuarterlyReturn.objects.create(union=owed.union, obligation=owed, version=1)
    error = refused(lambda: QuarterlyReturn.objects.create(union=owed.union, obligation=owed, version=1))
    with caplog.at_level(logging.ERROR):
        words = words_of(error)
    number = re.search(r"[0-9a-f]{8}", words)
    assert number and number[0] in caplog.text and "return_version_once" in caplog.text
    assert "duplicate key" not in words and "return_version_once" not in words


def test_the_log_holds_nothing_of_the_row(caplog: pytest.LogCaptureFixture) -> None:
    owed = owed_return()
    error = refused(lambda: Officer.objects.create(union=owed.union, name="余小海", post="CHAIR", start=None))
    with caplog.at_level(logging.ERROR):
        words_of(error)
    assert "余小海" in str(error)
    assert "余小海" not in caplog.text


def test_the_rehearsal_of_a_return_says_it_so(monkeypatch: pytest.MonkeyPatch) -> None:
    owed = owed_return()

    def unforeseen(_rows: object, filing: Filing) -> None:
        ReturnObligation.objects.create(union=filing.union, period=owed.period, due_on=owed.due_on)

    monkeypatch.setattr(SHEETS["D0"], "apply", unforeseen)
    findings, tally = rehearse(filing_of(owed))
    assert tally is None and [finding.message for finding in findings] == ["应报季报：该工会本期季报已列入应报。"]
    assert ReturnObligation.objects.count() == 1
