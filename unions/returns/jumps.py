"""Figures of a return that stand far from those of the union's last accepted one: shown, never refused.

A sheet of one row is compared cell by cell, any other by its number of rows and the sums of its columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from unions.returns.columns import Column, Money, Whole
from unions.returns.content import Content
from unions.returns.registry import Sheet, sheets

# A change of more than this share is a jump, unless it is as small as this in itself.
JUMP = Decimal("0.3")
TOO_FEW, TOO_LITTLE = 5, Decimal(1000)


@dataclass(frozen=True)
class Jump:
    """A figure before and now, as read aloud; ``change`` is None where there was nothing before."""

    sheet: Sheet
    caption: str
    before: str
    now: str
    change: Decimal | None


def jumps(before: Content, now: Content) -> list[Jump]:
    """Every figure that jumps, in the order of the file; none without a return before."""
    if not before:
        return []
    return [jump for sheet in sheets() for jump in of_sheet(sheet, before, now)]


def of_sheet(sheet: Sheet, before: Content, now: Content) -> Iterator[Jump]:
    old, new = before.get(sheet.code, []), now.get(sheet.code, [])
    if not sheet.is_single and far_apart(Decimal(len(old)), Decimal(len(new)), Decimal(TOO_FEW)):
        yield jump(sheet, _("Number of rows"), Decimal(len(old)), Decimal(len(new)), 0)
    for name, column in sheet.columns.items():
        if isinstance(column.kind, (Whole, Money)):
            said, says = (sum((Decimal(row[name] or 0) for row in rows), Decimal(0)) for rows in (old, new))
            is_money = isinstance(column.kind, Money)
            if far_apart(said, says, TOO_LITTLE if is_money else Decimal(TOO_FEW)):
                yield jump(sheet, caption_of(sheet, column), said, says, 2 if is_money else 0)


def caption_of(sheet: Sheet, column: Column) -> str:
    return f"{column.caption}" if sheet.is_single else _("Sum of “%(column)s”") % {"column": column.caption}


def far_apart(before: Decimal, now: Decimal, least: Decimal) -> bool:
    return abs(now - before) > max(before * JUMP, least)


def jump(sheet: Sheet, caption: str, before: Decimal, now: Decimal, places: int) -> Jump:
    change = (now - before) / before * 100 if before else None
    return Jump(sheet, caption, f"{before:,.{places}f}", f"{now:,.{places}f}", change)
