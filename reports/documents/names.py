"""Names a report gives in full: raised and renamed unions, contests, contracts, titles; and names inside prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from disputes.models import MediationBody
from members.models import Contest, ContestType, Recuperation
from reports.documents.base import Name as Proper
from reports.documents.base import Piece, Prose
from reports.indicators import REGISTRY
from unions.access import Scope
from unions.models import DISTRICT_AND_ABOVE, Community, Level, ModelClass, Union, UnionEvent, UnionEventKind
from unions.models.base import in_period
from unions.periods import HalfYear

Names = Mapping[str, tuple[Prose, ...]]
Splitter = Callable[[str], Prose]
HELD_ABOVE = (Level.SUBDISTRICT, *DISTRICT_AND_ABOVE)


def named_lists(period: HalfYear, scope: Scope) -> Names:
    """The lists that sentences may name, by key."""
    events = UnionEvent.objects.within(scope).filter(in_period("happened_on", period)).order_by("happened_on", "pk")
    split = known_names(scope)
    return {
        "raised": proper(event.before or event.union.name for event in kinds(events, UnionEventKind.UPGRADED)),
        "renamed": tuple(renaming(event) for event in kinds(events, UnionEventKind.RENAMED)),
        "founded": proper(event.union.name for event in kinds(events, UnionEventKind.FOUNDED)),
        "model unions": proper(model_unions(period, scope)),
        "demonstration units": proper(rows_of("HARM-21", "employer__name", period, scope)),
        "learning enterprises": proper(rows_of("SKL-07", "employer__name", period, scope)),
        "skills contests": quoted(contests(period, scope, type=ContestType.SKILLS), split),
        "places won": quoted(places_won(period, scope), split),
        "contracts": quoted(rows_of("HARM-01", "title", period, scope), split),
        "titles": quoted(rows_of("SKL-08", "title", period, scope), split),
        "events": quoted(rows_of("CULT-01", "title", period, scope, level__in=HELD_ABOVE), split),
        "honours": quoted(rows_of("SELF-15", "title", period, scope), split),
        "places": quoted(recuperation_places(period, scope), split),
        "sub-centres": quoted(sub_centres(period, scope), split),
    }


def proper(texts: Iterable[str | None]) -> tuple[Prose, ...]:
    """Names, each once, in their order."""
    return tuple(Proper(text) for text in dict.fromkeys(filter(None, texts)))


def quoted(texts: Iterable[str], split: Splitter) -> tuple[Prose, ...]:
    """Titles: prose, but for the unions and communities they name; each once, in their order."""
    return tuple(split(text) for text in dict.fromkeys(filter(None, texts)))


def kinds(events: Any, kind: UnionEventKind) -> Any:
    return events.filter(kind=kind).select_related("union")


def renaming(event: UnionEvent) -> Prose:
    """``甲工会（现名乙工会）`` as the event has it, or the union alone."""
    if not (event.before and event.after):
        return Proper(event.union.name)
    return Proper(event.before), "（现名", Proper(event.after), "）"


def model_unions(period: HalfYear, scope: Scope) -> Iterable[str]:
    given = ModelClass.objects.within(scope).filter(in_period("awarded_on", period), grade=ModelClass.Grade.MODEL)
    return given.order_by("union__code").values_list("union__name", flat=True)


def contests(period: HalfYear, scope: Scope, **filters: Any) -> Iterable[str]:
    held = Contest.objects.within(scope).filter(in_period("starts_on", period), **filters)
    return held.order_by("starts_on", "pk").values_list("title", flat=True)


def places_won(period: HalfYear, scope: Scope) -> Iterable[str]:
    """``全区职工运动会第6名``: the contest and the place won there."""
    rows = REGISTRY["CULT-04"].measure.rows(period, scope).order_by("starts_on", "pk")
    return [f"{title}第{rank}名" for title, rank in rows.values_list("title", "rank")]


def rows_of(code: str, path: str, period: HalfYear, scope: Scope, **filters: Any) -> Iterable[str]:
    """One column of the rows behind a figure."""
    rows = REGISTRY[code].measure.rows(period, scope).filter(**filters)
    return rows.order_by("pk").values_list(path, flat=True)


def recuperation_places(period: HalfYear, scope: Scope) -> Iterable[str]:
    rows = Recuperation.objects.within(scope).filter(in_period("starts_on", period))
    return rows.order_by("starts_on", "pk").values_list("place", flat=True)


def sub_centres(period: HalfYear, scope: Scope) -> Iterable[str]:
    bodies = MediationBody.objects.within(scope).filter(level=MediationBody.Tier.SUBDISTRICT)
    bodies = bodies.filter(set_up_on__lt=period.end)
    return bodies.order_by("set_up_on", "pk").values_list("name", flat=True)


def splitter_of(names: Iterable[str]) -> Splitter:
    """A function that takes known names out of prose, the longest first."""
    known = sorted({name for name in names if name}, key=lambda name: (-len(name), name))
    if not known:
        return lambda text: text
    pattern = re.compile("(" + "|".join(map(re.escape, known)) + ")")

    def split(text: str) -> Prose:
        parts: list[Piece] = [
            Proper(part) if place % 2 else part for place, part in enumerate(pattern.split(text)) if part
        ]
        return tuple(parts) if len(parts) != 1 else parts[0]

    return split


def known_names(scope: Scope) -> Splitter:
    """Names of the unions and communities of a scope, as they stand in what people type."""
    unions = Union.objects.within(scope).values_list("name", flat=True)
    return splitter_of([*unions, *Community.objects.values_list("name", flat=True)])
