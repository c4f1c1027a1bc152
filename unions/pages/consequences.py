"""What an edit would change in figures that were issued: told before it is saved.

Lower never knows higher: the reports register how such figures are weighed. An edit is made inside a savepoint while
its statements are watched, so nobody has to say beforehand which tables it writes; if an issued figure comes out
differently, the edit is taken back and asked about.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from django.apps import apps
from django.db import connection, models, transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from unions.access import Action
from unions.audit import record
from unions.inbox import notify, officers
from unions.models import User
from unions.pages.columns import url_of

WRITES = re.compile(
    r'\b(?:INSERT\s+INTO|MERGE\s+INTO|UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+)?"?([a-z_0-9]+)"?', re.IGNORECASE
)
UPDATE = re.compile(r'\bUPDATE "(?P<table>\w+)" SET (?P<sets>.+?)(?: WHERE |$)', re.DOTALL)
SETS = re.compile(r'"(\w+)" = ')
OF_ONE_ROW = re.compile(r'\bUPDATE "(?P<table>\w+)" SET .+ WHERE "(?P=table)"\."id" = %s$', re.DOTALL)
Columns = frozenset[str] | None


@dataclass(frozen=True)
class Consequence:
    """One figure that comes out differently. ``targets`` are the issued reports that print it."""

    targets: tuple[models.Model, ...]
    figure: str
    before: str
    after: str
    url: str = ""

    @property
    def report(self) -> str:
        return _(", ").join(map(str, self.targets))


class Weigher(Protocol):
    """Reads figures before a table is written, and again when the edit is done.

    ``columns`` are those whose values change; None where whole rows come or go.
    """

    def about_to_write(self, table: str, columns: Columns) -> None: ...

    def consequences(self) -> list[Consequence]: ...


# Each gives a weigher for one edit, or None where nothing was issued.
WEIGHERS: list[Callable[[], Weigher | None]] = []


def weigher(function: Callable[[], Weigher | None]) -> Any:
    """Decorator: ``function()`` is asked once for every edit."""
    WEIGHERS.append(function)
    return function


class Scales:
    """Watches the statements of one edit; tells the weighers of each table, and which columns, before it is written."""

    def __init__(self) -> None:
        self.weighers = [found for make in WEIGHERS if (found := make()) is not None]
        self.whole: set[str] = set()

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = sql.decode() if isinstance(sql, bytes) else str(sql)
        for table in tables_written(text) - self.whole:
            columns = columns_set(table, text)
            if columns is not None and not many and OF_ONE_ROW.search(text):
                columns = columns_changed(table, params[-1], lambda: execute(sql, params, many, context))
            if columns is None:
                self.whole.add(table)
            for one in self.weighers:
                one.about_to_write(table, columns)
        return execute(sql, params, many, context)

    def found(self) -> list[Consequence]:
        return [consequence for one in self.weighers for consequence in one.consequences()]


def columns_set(table: str, sql: str) -> Columns:
    """The columns an UPDATE of the table sets; None for any other statement."""
    found = UPDATE.search(sql)
    return frozenset(SETS.findall(found["sets"])) if found and found["table"] == table else None


def columns_changed(table: str, pk: Any, update: Callable[[], Any]) -> Columns:
    """The columns of which the update of one row changes the value: a record is saved with all of its columns.

    Known by doing the update and taking it back; None where the row cannot be seen before or after.
    """
    before = row_of(table, pk)
    with transaction.atomic():
        update()
        after = row_of(table, pk)
        transaction.set_rollback(True)
    if before is None or after is None:
        return None
    return frozenset(name for name in after if before[name] != after[name])


def row_of(table: str, pk: Any) -> dict[str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT to_jsonb(kept) FROM "{table}" kept WHERE kept.id = %s', [pk])
        found = cursor.fetchone()
    return None if found is None else json.loads(found[0]) if isinstance(found[0], str) else found[0]


def tables_written(sql: str) -> set[str]:
    """The tables a statement writes, those written by their triggers among them."""
    named = set(WRITES.findall(sql))
    return named.union(*(by_triggers().get(table, set()) for table in named))


_by_triggers: dict[str, set[str]] = {}


def by_triggers() -> dict[str, set[str]]:
    """The tables that the triggers of each table write."""
    if not _by_triggers:
        for model in apps.get_models():
            functions = " ".join(str(trigger.func) for trigger in getattr(model._meta, "triggers", ()))
            _by_triggers[model._meta.db_table] = set(WRITES.findall(functions))
    return _by_triggers


def is_watched() -> bool:
    """Whether there are figures that an edit could change."""
    return any(make() is not None for make in WEIGHERS)


@contextmanager
def weighing() -> Iterator[Scales]:
    """Watch whatever is written within; ``found()`` must be asked before it is taken back."""
    scales = Scales()
    with ExitStack() as stack:
        if scales.weighers:
            stack.enter_context(connection.execute_wrapper(scales))
        yield scales


class HeldError(Exception):
    """An edit that was taken back because it changes issued figures and nobody has confirmed exactly that.

    ``posted`` may carry the confirmation: ``weighed``, the digest of what was shown, and ``weighed_reason``.
    """

    def __init__(self, consequences: list[Consequence], posted: Mapping[str, Any]) -> None:
        super().__init__(_("This would change issued figures."))
        self.consequences = consequences
        self.reason = str(posted.get("weighed_reason", "")).strip()[:200]
        self.shown_before = str(posted.get("weighed", ""))

    @cached_property
    def digest(self) -> str:
        told = [(c.report, c.figure, c.before, c.after) for c in self.consequences]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:32]

    @property
    def is_confirmed(self) -> bool:
        return self.shown_before == self.digest and bool(self.reason)

    @property
    def error(self) -> str:
        if not self.shown_before:
            return ""
        if self.shown_before != self.digest:
            return _("What would change is no longer what was shown to you: read it again.")
        return "" if self.reason else _("Say why the issued figures may change.")


def carry_out(do: Callable[[], Any], *, actor: User, posted: Mapping[str, Any]) -> Any:
    """Make an edit. Raises HeldError, with nothing written, if it changes issued figures and that is not confirmed.

    A confirmed one is kept in the audit log of each report with its reason, and the report's maker is told.
    """
    with weighing() as scales, transaction.atomic():
        done = do()
        found = scales.found()
        if found:
            held = HeldError(found, posted)
            if not held.is_confirmed:
                raise held
            keep(held, actor)
    return done


def keep(held: HeldError, actor: User) -> None:
    """Write down, for each report, which of its figures changed by whom and why."""
    for target in dict.fromkeys(target for consequence in held.consequences for target in consequence.targets):
        changed = [consequence for consequence in held.consequences if target in consequence.targets]
        entry = record(
            actor=actor,
            action="figures.change_issued",
            target=target,
            before={consequence.figure: consequence.before for consequence in changed},
            after={consequence.figure: consequence.after for consequence in changed},
            reason=held.reason,
        )
        maker = getattr(target, "created_by", None)
        notify(
            [user for user in ([maker] if maker else officers(Action.ISSUE_REPORT)) if user.pk != actor.pk],
            key=f"issued:{entry.pk}",
            subject=_("%(report)s: issued figures have changed") % {"report": target},
            body=_("%(who)s, because: %(reason)s. %(figures)s")
            % {
                "who": actor,
                "reason": held.reason,
                "figures": _("; ").join(f"{c.figure}{_(': ')}{c.before} → {c.after}" for c in changed),
            },
            url=url_of(target),
        )
