"""Who is acting: one transaction in which PostgreSQL and the audit log know the user and what he may see.

Row-level security policies read ``portal.unions``; outside ``acting`` it is unset and the protected tables show no
row. Requests, tasks and commands all come through here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from psycopg.pq import TransactionStatus

from unions.access import Scope, scope_of

if TYPE_CHECKING:
    from unions.models import User


class System:
    """The portal itself, acting in commands and scheduled tasks: sees every row, is no person."""

    pk = None
    is_authenticated = True

    def __str__(self) -> str:
        return "system"


SYSTEM = System()


@contextmanager
def acting(user: User | System | AnonymousUser, *, reason: str = "", snapshot: bool = False) -> Iterator[None]:
    """Open a transaction whose row-level security and audit context are ``user``'s; both end with it.

    ``snapshot`` reads the whole transaction from one REPEATABLE READ snapshot, so that figures add up; it holds only
    where this is the outermost transaction.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if snapshot and outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        before = None if outermost else current_settings()
        with pghistory.context(user=user.pk, reason=reason):
            tell_database(Scope.everything() if isinstance(user, System) else scope_of(user), user.pk)
            yield
        if before is not None:
            apply_settings(before)


@contextmanager
def across_scopes() -> Iterator[None]:
    """Lift row-level security for one step that by its nature joins two scopes; the actor stays the actor.

    Only for services that say why: whoever uses it checks by himself what the actor may do and shows him nothing
    of the rows beyond his scope.
    """
    before = current_settings()
    apply_settings(("all", before[1]))
    try:
        yield
    finally:
        if not is_lost():
            apply_settings(before)


def is_lost() -> bool:
    """Whether a statement failed and nothing more can be asked until it is rolled back, these settings with it."""
    return bool(connection.connection.info.transaction_status == TransactionStatus.INERROR)


def tell_database(scope: Scope, user_id: int | None) -> None:
    """Set, for this transaction only, the unions whose protected rows may be seen and the user's id."""
    visible = "all" if scope.unions is None else ",".join(map(str, sorted(scope.unions)))
    apply_settings((visible, "" if user_id is None else str(user_id)))


def current_settings() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('portal.unions', true), current_setting('portal.user', true)")
        unions, user = cursor.fetchone()
    return unions or "", user or ""


def apply_settings(settings: tuple[str, str]) -> None:
    """Also says that no trigger is to be ignored.

    Without that word every trigger of pgtrigger asks, catches the error and undoes a subtransaction, for which
    PostgreSQL reads all deferred checks still waiting: the hundred thousandth row took 3 ms instead of 0.01.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('portal.unions', %s, true), set_config('portal.user', %s, true),"
            " set_config('pgtrigger.ignore', '{}', true)",
            list(settings),
        )


class ActingMiddleware:
    """Runs every request inside ``acting(request.user)``.

    The view's own transaction (ATOMIC_REQUESTS) is a savepoint within, so a failing view still rolls back.
    A page that is only read sees one snapshot of the database, so no two of its figures can contradict each other.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with acting(request.user, snapshot=request.method in ("GET", "HEAD")):
            return self.get_response(request)
