"""What the other apps add to shared pages. Lower never knows higher: each app registers its share when it is loaded.

``<app>/contributions.py`` is imported by unions' AppConfig, as admin modules are by Django's. Five kinds of share:

* ``facet``: a table on the page of a union (members, levy, hardship files, …);
* ``happening``: entries of a union's timeline;
* ``finder``: a group of results of the search over the whole portal;
* ``due``: what falls due, for home pages, the inbox and its reminders;
* ``waiting``: counts of what waits for somebody's next step, for his home page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from unions.access import OWN_UNION, Action, Scope, can, offices_of, scope_of
from unions.models import Union, User
from unions.pages.columns import Table


@dataclass(frozen=True)
class Facet:
    """A table on a union's page: under ``tab``, for whoever may do ``action``."""

    key: str
    caption: Any
    action: Action
    table: Callable[[Union, User, date], Table]
    order: int


@dataclass(frozen=True)
class Happening:
    """One entry of a timeline; ``is_key`` marks what decided or changed the form of a thing."""

    day: date
    text: Any
    detail: Any = ""
    url: str = ""
    is_key: bool = False


@dataclass(frozen=True)
class Hit:
    """One result of the search."""

    title: Any
    detail: Any
    url: str


@dataclass(frozen=True)
class Finder:
    """Looks for a text among one kind of record; finds only what the user may see, masked as everywhere."""

    caption: Any
    action: Action
    find: Callable[[User, str], Iterable[Hit]]
    order: int


@dataclass(frozen=True)
class Due:
    """Something that falls due on a day: for whom (who may do ``action`` at the union), what, and where it is done.

    ``key`` names the matter for good, so that a reminder is sent once: kind, record and due day.
    """

    key: str
    day: date
    matter: Any
    url: str
    union_id: int
    action: Action
    kind: Any = ""


@dataclass(frozen=True)
class Waiting:
    """Work that waits for whoever may do ``action``: how many records, and the list that shows them."""

    caption: Any
    action: Action
    count: Callable[[User], int]
    url: Callable[[], str]


FACETS: dict[str, Facet] = {}
HAPPENINGS: list[tuple[Action, Callable[[Union, User], Iterable[Happening]]]] = []
FINDERS: list[Finder] = []
DUES: list[Callable[[date], Iterable[Due]]] = []
WAITING: list[Waiting] = []


def facet(key: str, caption: Any, action: Action, order: int) -> Callable[[Any], Any]:
    """Decorator: ``function(union, user, day)`` gives the table."""

    def register(function: Callable[[Union, User, date], Table]) -> Any:
        FACETS[key] = Facet(key, caption, action, function, order)
        return function

    return register


def happening(action: Action) -> Callable[[Any], Any]:
    """Decorator: ``function(union, user)`` gives entries of the union's timeline."""

    def register(function: Callable[[Union, User], Iterable[Happening]]) -> Any:
        HAPPENINGS.append((action, function))
        return function

    return register


def finder(caption: Any, action: Action, order: int) -> Callable[[Any], Any]:
    """Decorator: ``function(user, text)`` gives hits, at most a handful."""

    def register(function: Callable[[User, str], Iterable[Hit]]) -> Any:
        FINDERS.append(Finder(caption, action, function, order))
        return function

    return register


def due(function: Callable[[date], Iterable[Due]]) -> Any:
    """Decorator: ``function(today)`` gives everything unfinished of its kind that has a due day, in any scope."""
    DUES.append(function)
    return function


def waiting(caption: Any, action: Action, route: str, query: str = "") -> Callable[[Any], Any]:
    """Decorator: ``function(user)`` counts the records; the list is a route with its query."""

    def register(function: Callable[[User], int]) -> Any:
        WAITING.append(Waiting(caption, action, function, lambda: f"{reverse(route)}{query}"))
        return function

    return register


def facets_of(user: User) -> list[Facet]:
    return sorted((f for f in FACETS.values() if can(user, f.action)), key=lambda f: f.order)


def dues_of(user: User, today: date) -> list[Due]:
    """What falls due in the user's scope and is his to do, the oldest first."""
    chaired = {union for role, union in offices_of(user) if role in OWN_UNION}
    scopes: dict[Action, Scope] = {}

    def is_mine(item: Due) -> bool:
        if item.action not in scopes:
            scopes[item.action] = scope_of(user, item.action)
        return item.union_id in chaired or item.union_id in scopes[item.action]

    mine = (item for source in DUES for item in source(today) if is_mine(item))
    return sorted(mine, key=lambda item: item.day)


def waiting_for(user: User) -> list[tuple[Waiting, int]]:
    """What waits for the user's next step, without what is empty."""
    counted = [(item, item.count(user)) for item in WAITING if can(user, item.action)]
    return [(item, count) for item, count in counted if count]


def timeline(union: Union, user: User) -> list[Happening]:
    """Everything that happened to a union and the user may see, the newest first."""
    found = [entry for action, function in HAPPENINGS if can(user, action) for entry in function(union, user)]
    return sorted(found, key=lambda entry: entry.day, reverse=True)
