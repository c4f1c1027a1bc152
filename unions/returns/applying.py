"""Entering a return: every sheet into the portal's own tables in one transaction, or nothing."""

from __future__ import annotations

from django.db import DatabaseError, OperationalError, connection, transaction

from unions.refusals import words_of
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.registry import RowsError, Tally, sheets


@transaction.atomic
def enter(filing: Filing) -> Tally:
    """Enter every sheet; what was done. Raises RowsError with all rows that a sheet refuses."""
    tally, refused = Tally(), []
    for sheet in sheets():
        if sheet.code in filing.exempted:
            continue
        try:
            with transaction.atomic():
                tally.add(sheet.apply(filing.rows(sheet.code), filing))
        except RowsError as error:
            refused += error.findings
    if refused:
        raise RowsError(refused)
    check_deferred()
    return tally


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
    except OperationalError:
        raise  # it went away, or chose between two: that says nothing about the return
    except DatabaseError as error:
        return [Finding("D0", words_of(error))], None
    return [], tally
