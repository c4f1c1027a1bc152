"""Cells about people that an import and the roster of a return have in common."""

from __future__ import annotations

from members.models import IdType
from unions.names import without_gaps
from unions.returns.columns import Choice, Text, Value


class PersonName(Text):
    """A person's name, without the gaps that spread it in a table."""

    def parse(self, value: Value) -> str:
        return without_gaps(super().parse(value))


class IdDocument(Choice):
    """The kind of an ID document, also by the shorter words that rosters have for it."""

    def __init__(self) -> None:
        resident = ("身份证", "二代身份证", "第二代居民身份证", "中国居民身份证")
        super().__init__(IdType, also=dict.fromkeys(resident, IdType.RESIDENT) | {"其他": IdType.OTHER})
