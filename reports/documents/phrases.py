"""Sentences that follow the data: written once with places for figures, printed only where the figures are reported.

A sentence is a row of clauses divided by ``|``. A clause any of whose figures is not reported, or is zero, is left
out; without its first clause the whole sentence is, unless it is ``loose``. What a sentence says when nothing
happened is written beside it. The places:

    {ORG-05}              the figure with its unit; {ORG-19.model} a part of it
    {CARE-02@n:家} @d @rest  numerator, denominator, what the numerator still lacks of it, counted in 家
    {CARE-18@target} @completion, and @asked, the value under which a figure is among the problems
    {about SKL-06}        近 or 余 where the count was an estimate
    {split HARM-13}       the parts that are not zero, named
    {trend ORG-05}        against the same half a year before
    {goal ORG-07}         against the year's target
    {names raised}        a list of names; its length as a bound figure goes with it
    {ORG-05?union/unions} one word or the other, in English
    {half} {next} {year} {day}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from reports.documents.base import Figure, Heading, Paragraph, Piece, Prose, pieces
from reports.documents.context import Facts
from reports.documents.trends import goal, trend
from reports.documents.words import long_date
from reports.indicators.registry import Text, Unit
from reports.numbers import about, worded
from unions.periods import HalfYear

PLACE = re.compile(r"\{([^{}]+)\}")
CODE = re.compile(r"(?P<code>[A-Z]+-\d+b?)(?:\.(?P<part>\w+))?(?:@(?P<aspect>\w+)(?::(?P<unit>\w+))?)?")
COMPARISON = re.compile(r"\{(?:trend|goal) ([^{}]+)\}")
LEADING = "，；、,; "
MOST_NAMES = 4  # in a sentence; all of them are among the rows of the figure


class LeftOutError(Exception):
    """The clause is not printed."""


class NothingError(LeftOutError):
    """It is not printed because the figure is zero: nothing happened."""


@dataclass(frozen=True)
class Line:
    """A sentence in both languages. ``none`` is said instead when the figure of the first clause is zero."""

    zh: str
    en: str = ""
    none: Text = Text("", "")
    loose: bool = False


@dataclass(frozen=True)
class Passage:
    """A level-2 heading with its paragraphs; what has no figure to report is not printed, nor is its heading."""

    title: Text
    paragraphs: Sequence[Sequence[Line]] = field(default_factory=tuple)


def passages(facts: Facts, written: Iterable[Passage]) -> Iterator[Heading | Paragraph]:
    """The passages that have something to say."""
    for passage in written:
        paragraphs = [paragraph(facts, lines) for lines in passage.paragraphs]
        said = [Paragraph(prose) for prose in paragraphs if prose]
        if said:
            yield Heading(2, facts.text(passage.title))
            yield from said


def paragraph(facts: Facts, lines: Iterable[Line]) -> Prose:
    """The lines that are said, in one paragraph. Lines without a figure only frame the others."""
    lines = list(lines)
    said = [(line, sentence(facts, line)) for line in lines]
    if not any(prose and PLACE.search(line.zh) for line, prose in said):
        return ()
    gap = (" ",) if facts.is_english else ()
    result: tuple[Piece, ...] = ()
    for _line, prose in said:
        if prose:
            result += (gap if result else ()) + pieces(prose)
    return result


def sentence(facts: Facts, line: Line) -> Prose:
    """One sentence, or nothing."""
    text = line.en if facts.is_english else line.zh
    if not text:
        return ()
    said: tuple[Piece, ...] = ()
    for place, clause in enumerate(text.split("|")):
        if compares_what_is_unsaid(clause, said):
            continue
        try:
            filled = fill(facts, clause)
        except NothingError:
            if not place and not line.loose:
                return ended(facts, fill(facts, facts.text(line.none))) if facts.text(line.none) else ()
        except LeftOutError:
            if not place and not line.loose:
                return ()
        else:
            said += filled if said else begun(filled)
    return ended(facts, said) if said else ()


def compares_what_is_unsaid(clause: str, said: tuple[Piece, ...]) -> bool:
    """Whether a clause compares a figure that its sentence has not given: 较上年同期少12人, but of what?"""
    codes = {piece.code for piece in said if isinstance(piece, Figure)}
    return any(code not in codes for code in COMPARISON.findall(clause))


def begun(said: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """A clause as the first of its sentence: no mark before it."""
    if said and isinstance(said[0], str):
        return (said[0].lstrip(LEADING), *said[1:]) if said[0].lstrip(LEADING) else said[1:]
    return said


def ended(facts: Facts, said: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """A whole sentence: with its full stop, and in English a capital."""
    if not facts.is_english:
        return (*said, "。")
    first = said[0]
    return ((first[:1].upper() + first[1:], *said[1:]) if isinstance(first, str) else said) + (".",)


def fill(facts: Facts, clause: str) -> tuple[Piece, ...]:
    """A clause with its places filled. Raises LeftOutError where one has no figure, NothingError where it is zero."""
    result: list[Piece] = []
    for place, text in enumerate(PLACE.split(clause)):
        result += place_filled(facts, text) if place % 2 else [text] if text else []
    return tuple(result)


def place_filled(facts: Facts, text: str) -> tuple[Piece, ...]:
    word, _gap, rest = text.partition(" ")
    if word in SPECIAL:
        return SPECIAL[word](facts, rest)
    if "?" in text:
        code, _mark, forms = text.partition("?")
        return (forms.split("/")[number(facts, code)[0] != 1],)
    return (figure(facts, text),)


def number(facts: Facts, place: str) -> tuple[Decimal, Unit]:
    """What stands at ``ORG-19.model`` or ``CARE-02@n``. Raises LeftOutError where it is not reported."""
    found = CODE.fullmatch(place)
    if not found:
        raise ValueError(f"no such place: {place}")
    value, unit = looked_up(facts, found["code"], found["part"], found["aspect"])
    if value is None:
        raise LeftOutError(place)
    return value, Unit(found["unit"], "") if found["unit"] else unit


def looked_up(facts: Facts, code: str, part: str | None, aspect: str | None) -> tuple[Decimal | None, Unit]:
    known = facts.now[code]
    indicator = known.indicator
    if part:
        return known.part(part).value, known.part(part).unit
    if aspect is None:
        return known.value, indicator.unit
    if aspect == "rest":
        rest = None if known.numerator is None or known.denominator is None else known.denominator - known.numerator
        return rest, indicator.denominator_unit
    percent = Unit("%", "%", 1)
    return {
        "n": (known.numerator, indicator.numerator_unit),
        "d": (known.denominator, indicator.denominator_unit),
        "target": (known.target, indicator.unit),
        "completion": (facts.completion(code), percent),
        "asked": (indicator.red_below, indicator.unit),
    }[aspect]


def figure(facts: Facts, place: str) -> Figure:
    """A bound figure. A rate of zero is said, a count of zero is nothing that happened."""
    value, unit = number(facts, place)
    if not value and unit.zh != "%":
        raise NothingError(place)
    code = CODE.fullmatch(place)["code"]  # type: ignore[index]
    return facts.bound(code, worded_in(facts, value, unit))


def worded_in(facts: Facts, value: Decimal, unit: Unit) -> str:
    """A value with its unit as prose has it."""
    if unit.zh.startswith("元/"):
        return worded(value, "元", facts.lang)
    return worded(value, unit.zh, facts.lang)


def approximate(facts: Facts, code: str) -> tuple[Piece, ...]:
    value, unit = number(facts, code)
    if not value:
        raise NothingError(code)
    if code not in facts.estimated:
        return (figure(facts, code),)
    rounded = about(value, 100 if value >= 500 else 10)
    if facts.is_english:
        return (facts.bound(code, f"about {rounded.strip('近余')}"),)
    return (facts.bound(code, rounded + unit.zh),)


def split_up(facts: Facts, code: str) -> tuple[Piece, ...]:
    """``劳动合同3件、工资3件``: the parts that are not zero; a single one that is the whole says nothing more."""
    parts = [part for part in facts.now[code].parts if part.value]
    if not parts or [part.value for part in parts] == [facts.value(code)]:
        raise LeftOutError(code)
    said: list[Piece] = []
    for part in parts:
        said += [", " if facts.is_english else "、"] if said else []
        amount = facts.bound(code, worded_in(facts, part.value or Decimal(0), part.unit))
        said += [amount, f" {part.name.en.lower()}"] if facts.is_english else [part.name.zh, amount]
    return tuple(said)


def names(facts: Facts, key: str) -> tuple[Piece, ...]:
    """A list of names, the first few of many followed by 等."""
    known = facts.names[key]
    if not known:
        raise LeftOutError(key)
    said: tuple[Piece, ...] = ()
    for place, name in enumerate(known[:MOST_NAMES], 1):
        last = " and " if place == len(known) else ", "
        said += ((last if facts.is_english else "、"),) if said else ()
        said += pieces(name)
    if len(known) > MOST_NAMES:
        said += (" and others",) if facts.is_english else ("等",)
    return said


def half_name(facts: Facts, half: HalfYear) -> str:
    if facts.is_english:
        return f"{'first' if half.half == 1 else 'second'} half of {half.year}"
    return "上半年" if half.half == 1 else "下半年"


def needed(prose: tuple[Piece, ...] | None) -> tuple[Piece, ...]:
    if not prose:
        raise LeftOutError
    return prose


SPECIAL: dict[str, Callable[[Facts, str], tuple[Piece, ...]]] = {
    "about": approximate,
    "split": split_up,
    "names": names,
    "trend": lambda facts, code: needed(trend(facts, code)),
    "goal": lambda facts, code: needed(goal(facts, code)),
    "half": lambda facts, _: (half_name(facts, facts.period),),
    "next": lambda facts, _: (half_name(facts, facts.period.next()),),
    "year": lambda facts, _: (str(facts.period.year),),
    "day": lambda facts, _: (long_date(facts.period.last_day, facts.lang),),
}
