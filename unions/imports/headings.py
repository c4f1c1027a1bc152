"""Which row of a spreadsheet holds the headings, and which of them means which of our columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from django.utils.translation import override

from unions.imports.job import shown
from unions.imports.registry import ImportKind
from unions.models import HeadingMeaning, Union, User
from unions.returns.columns import FILE_LANGUAGE
from unions.returns.reading import Line

FIRST_ROWS = 15
NEAR = 0.74
# What is longer is no heading, and comparing it with each of ours would take minutes.
LONGEST = 60
ORNAMENT = re.compile(r"[\s*:：()（）【】\[\]、,，.。/_\-]|必填|选填")


@dataclass(frozen=True)
class Heading:
    """A heading of the file: its column (from 1), its text, and some values beneath it."""

    place: int
    text: str
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """The place proposed for one of our columns; ``is_near`` where the heading only resembles it."""

    place: int | None
    is_near: bool = False


def plain(text: object) -> str:
    """A heading without what people put around it."""
    return ORNAMENT.sub("", unicodedata.normalize("NFKC", str(text or ""))).lower()


def names_of(kind: ImportKind) -> dict[str, set[str]]:
    """For each of our columns the headings it is known by, plain."""
    found: dict[str, set[str]] = {}
    for name, column in kind.columns.items():
        captions = {str(column.caption), name, *kind.headings.get(name, ())}
        with override(FILE_LANGUAGE):
            captions.add(str(column.caption))
        found[name] = {plain(caption) for caption in captions}
    return found


def heading_row(lines: Sequence[Line], kind: ImportKind) -> int:
    """The number of the row that knows most of our columns; else the fullest of the first rows; 0 without any."""
    known = {name for names in names_of(kind).values() for name in names}
    first = lines[:FIRST_ROWS]

    def score(line: Line) -> tuple[int, int, int]:
        texts = [plain(cell) for cell in line.cells if isinstance(cell, str)]
        return sum(text in known for text in texts), len(texts), -line.number

    return max(first, key=score).number if first else 0


def headings(lines: Sequence[Line], row: int) -> list[Heading]:
    """The headings of that row with some values from beneath; columns without a heading have none."""
    line = next((line for line in lines if line.number == row), None)
    below = list(islice((line for line in lines if line.number > row), 3))
    if line is None:
        return []
    return [
        Heading(place, str(cell).strip(), tuple(shown(one.cells[place - 1]) for one in below if has(one, place)))
        for place, cell in enumerate(line.cells, start=1)
        if cell is not None and str(cell).strip()
    ]


def has(line: Line, place: int) -> bool:
    return len(line.cells) >= place and line.cells[place - 1] is not None


def propose(kind: ImportKind, found: Sequence[Heading], remembered: dict[str, str]) -> dict[str, Proposal]:
    """For each of our columns: what was remembered, else the heading that is the same, else one that is near."""
    known = names_of(kind)
    proposals: dict[str, Proposal] = {}
    free = {heading.place: plain(heading.text) for heading in found}
    for place, text in list(free.items()):
        name = remembered.get(text) or next((name for name in kind.columns if text in known[name]), "")
        if text in remembered and not remembered[text]:
            del free[place]
        elif name in kind.columns and name not in proposals:
            proposals[name] = Proposal(place)
            del free[place]
    for name in kind.columns:
        if name not in proposals:
            proposals[name] = nearest(known[name], free)
            free.pop(proposals[name].place or 0, None)
    return proposals


def nearest(names: set[str], free: dict[int, str]) -> Proposal:
    likeness = {
        place: max(SequenceMatcher(None, text, name).ratio() for name in names)
        for place, text in free.items()
        if 0 < len(text) <= LONGEST
    }
    best = max(likeness, key=lambda place: likeness[place], default=None)
    return Proposal(best, is_near=True) if best is not None and likeness[best] >= NEAR else Proposal(None)


def remembered(kind: ImportKind, union: Union) -> dict[str, str]:
    rows = HeadingMeaning.objects.filter(union=union, kind=kind.code)
    return dict(rows.values_list("heading", "column"))


def remember(kind: ImportKind, union: Union, actor: User, found: Sequence[Heading], mapping: dict[str, int]) -> None:
    """Keep what each heading was said to mean, also that it means nothing here."""
    meanings = {place: name for name, place in mapping.items()}
    for heading in found:
        text = plain(heading.text)[:120]
        if text:
            HeadingMeaning.objects.update_or_create(
                union=union,
                kind=kind.code,
                heading=text,
                defaults={"column": meanings.get(heading.place, "")},
                create_defaults={"column": meanings.get(heading.place, ""), "created_by": actor},
            )
