"""Entering a return: every sheet into the portal's own tables in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, OperationalError, connection, transaction

from unions.models import Union
from unions.refusals import words_of
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.registry import RowsError, Sheet, Tally, sheets


@transaction.atomic
def enter(filing: Filing) -> Tally:
    """Enter every sheet; what was done. Raises RowsError with all that sheets and database refuse."""
    # One return of a union after another: rows of two quarters are matched with each other.
    Union.objects.select_for_update(no_key=True).get(pk=filing.union.pk)
    tally = Tally()

    def apply(sheet: Sheet) -> None:
        tally.add(sheet.apply(filing.rows(sheet.code), filing))

    asked = [sheet for sheet in sheets() if filing.asks_for(sheet.code)]
    refused = [finding for sheet in asked for finding in refused_by(sheet.code, lambda sheet=sheet: apply(sheet))]
    refused = refused or refused_by("D0", check_deferred)
    if refused:
        raise RowsError(refused)
    return tally


def refused_by(code: str, act: Callable[[], None]) -> list[Finding]:
    """What speaks against an act, which then has not happened.

    That the database went away, or had to choose between two, says nothing about the return and is raised.
    """
    try:
        with transaction.atomic():
            act()
    except RowsError as error:
        return error.findings
    except OperationalError:
        raise
    except DatabaseError as error:
        return [Finding(code, words_of(error))]
    return []


def check_deferred() -> None:
    """What the database checks at the end of the transaction, checked while the return can still be refused."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def rehearse(filing: Filing) -> tuple[list[Finding], Tally | None]:
    """Enter the return and take it back: what would be refused is found before anybody submits it."""
    try:
        with transaction.atomic():
            tally = enter(filing)
            transaction.set_rollback(True)
    except RowsError as error:
        return error.findings, None
    return [], tally
