"""What can be imported. Its meaning lives in each app's ``import_kinds``, found as admin modules are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from unions.access import Action
from unions.returns.columns import Column

if TYPE_CHECKING:
    from unions.imports.job import Job

ALWAYS = Action.MANAGE_ORGANISATION


class ImportKind:
    """One kind of record: its columns, the headings these go by, and how rows become records.

    ``run`` reads the job's rows, refuses what is wrong at its cell, and stores the others; the flow takes everything
    back where a row was refused or where it was only a rehearsal. It names each table it wrote in ``job.traces``.
    """

    code: ClassVar[str]
    title: ClassVar[Any]
    hint: ClassVar[Any]
    # What the actor's office must allow, beside seeing the pages of imports at all.
    action: ClassVar[Action]
    columns: ClassVar[dict[str, Column]]
    # Other headings under which spreadsheets are known to hold a column.
    headings: ClassVar[dict[str, tuple[str, ...]]] = {}

    def run(self, job: Job) -> None:
        raise NotImplementedError


KINDS: dict[str, ImportKind] = {}


def import_kind(kind: type[ImportKind]) -> type[ImportKind]:
    """Class decorator: the kind can be chosen."""
    KINDS[kind.code] = kind()
    return kind
