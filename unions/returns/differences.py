"""What changed between two versions of a return, cell by cell, as the chair and the reviewer see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from unions.models import QuarterlyReturn, ReturnStatus
from unions.models.returns import IN_FORCE
from unions.returns.content import Content, texts_of
from unions.returns.filing import content_of
from unions.returns.findings import shown
from unions.returns.registry import Row, Sheet, sheets


@dataclass(frozen=True)
class Difference:
    """A cell that says something else than before; ``row`` is that of the later version, 0 for a row it lacks."""

    sheet: str
    row: int
    column: str
    caption: str
    before: str
    after: str
    is_new_row: bool = False


def baseline(version: QuarterlyReturn) -> QuarterlyReturn | None:
    """What a version is compared with: the accepted one it amends, or the one that was sent back before it."""
    earlier = version.obligation.versions.filter(version__lt=version.version).order_by("-version")
    return (
        earlier.filter(status__in=(*IN_FORCE, ReturnStatus.REPLACED), decided_at__isnull=False).first()
        or earlier.filter(status=ReturnStatus.SENT_BACK).first()
    )


def differences(version: QuarterlyReturn) -> list[Difference]:
    """Every cell that differs from the baseline; none where there is nothing to compare with."""
    before = baseline(version)
    if before is None:
        return []
    old, new = content_of(before), content_of(version)
    return [difference for sheet in sheets() for difference in compare(sheet, old, new)]


def compare(sheet: Sheet, old: Content, new: Content) -> Iterator[Difference]:
    """Rows are the same by their key, or by their place in sheets of one row."""
    known = {match(sheet, row): row for row in old.get(sheet.code, [])}
    for row in new.get(sheet.code, []):
        yield from of_row(sheet, known.pop(match(sheet, row), None), row)
    for left in known.values():
        yield from of_row(sheet, left, None)


def match(sheet: Sheet, row: Row) -> Any:
    return 0 if sheet.is_single else sheet.key_of(row.values)


def of_row(sheet: Sheet, before: Row | None, after: Row | None) -> Iterator[Difference]:
    old, new = ({} if row is None else texts_of(sheet, row) for row in (before, after))
    row = after or before
    assert row is not None  # one of the two is a row
    for name, column in sheet.columns.items():
        if old.get(name, "") != new.get(name, ""):
            said, says = (shown(text.get(name, ""), is_personal=column.kind.is_personal) for text in (old, new))
            place = after.number if after else 0
            caption = f"{column.caption}" if sheet.is_single else _("Row %(row)d: %(column)s")
            caption = caption if sheet.is_single else caption % {"row": row.number, "column": column.caption}
            yield Difference(sheet.code, place, name, caption, said, says, is_new_row=before is None)
