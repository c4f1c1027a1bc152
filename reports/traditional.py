"""A document in traditional characters: prose is converted, names are not.

OpenCC ``s2tw`` (characters), never ``s2twp``: that swaps words too (信息 → 資訊) and would change what was written.
"""

from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from typing import Any

from opencc import OpenCC

from reports.documents.base import Document, Name

# Keys, not words: a converted code or address would no longer find anything.
KEYS = frozenset({"code", "codes", "href", "hrefs", "kind", "lang", "checksum"})


@cache
def converter() -> OpenCC:
    return OpenCC("s2tw")


def traditional(text: str) -> str:
    """Simplified text in the traditional characters of Taiwan's standard."""
    return converter().convert(text)


def in_traditional(document: Document) -> Document:
    """The same document, every word but the names converted."""
    return convert(document)


def convert(value: Any) -> Any:
    """Any value of a document, however deep."""
    if isinstance(value, Name | Enum):
        return value
    if isinstance(value, str):
        return traditional(value)
    if isinstance(value, tuple):
        return tuple(convert(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: convert(getattr(value, f.name)) for f in fields(value) if f.name not in KEYS})
    return value
