"""What still hangs on a union and needs another place before the union can end.

This app knows no members: ``<app>/leftovers.py`` of a higher app registers what it keeps at a union, how to say it
and how to settle it. A union is not dissolved while anything is left that nobody settles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from unions.models import Union, User


class Fate(models.TextChoices):
    """What happens to the members of a union that ends."""

    MOVED = "MOVED", _("Moved to another union")
    RETAINED = "RETAINED", _("Membership retained at the next higher union")
    LEFT = "LEFT", _("Leave the federation with their union")


@dataclass(frozen=True)
class Departure:
    """A union ends, or (``employers``) gives up some of its employers; ``to`` takes over what hangs on it."""

    union: Union
    fate: Fate
    to: Union | None
    on: date
    employers: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Leftover:
    """``say`` tells what is left at the union (of these employers), empty if nothing; ``settle`` finds it a place."""

    say: Callable[[Union, tuple[int, ...] | None], str]
    settle: Callable[[Departure, User], None]


LEFTOVERS: list[Leftover] = []


def register(leftover: Leftover) -> None:
    LEFTOVERS.append(leftover)


def left_at(union: Union, employers: tuple[int, ...] | None = None) -> list[str]:
    """What is left at the union, in words."""
    return [text for leftover in LEFTOVERS if (text := leftover.say(union, employers))]


def settle(departure: Departure, actor: User) -> None:
    """Give everything that is left its new place. Raises ValidationError where that cannot be."""
    for leftover in LEFTOVERS:
        if leftover.say(departure.union, departure.employers):
            leftover.settle(departure, actor)
