"""A workflow is a table of moves; this file reads the table, and nothing else changes a state.

A move names the states it starts from, the state it leads to, who may make it, the date it stamps and the fields it
asks for. A model without a column for its state gives ``state_of``: then the stamped dates are the state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from unions.access import Action, may
from unions.audit import record
from unions.inbox import chairs, notify
from unions.models import User
from unions.moves import locked, no_such_move
from unions.pages.columns import url_of

Guard = Callable[[Any, date], str | None]
Effect = Callable[[Any, User, date], None]


@dataclass(frozen=True)
class Move:
    """One way from a state to another. ``caption`` is the verb on the button."""

    to: str
    caption: Any
    starts: tuple[str, ...]
    action: Action
    stamps: str = ""
    asks: tuple[str, ...] = ()
    may_ask: tuple[str, ...] = ()
    guard: Guard | None = None
    effect: Effect | None = None
    hint: Any = ""
    # A way out that staff take now and then, not the step that comes next.
    is_aside: bool = False


@dataclass(frozen=True)
class Step:
    """A move as one actor meets it at one record: allowed, or with the reason why not."""

    move: Move
    why_not: str = ""


@dataclass(frozen=True)
class Workflow:
    """The moves of one model. ``looks`` gives each state one of the eight badges."""

    model: type[models.Model]
    states: type[models.TextChoices]
    moves: tuple[Move, ...]
    looks: Mapping[str, str] = field(default_factory=dict)
    state_of: Callable[[Any], str] = attrgetter("status")
    column: str = "status"

    def caption_of(self, row: Any) -> str:
        return str(self.states(self.state_of(row)).label)

    def look_of(self, row: Any) -> str:
        return self.looks.get(self.state_of(row), "is-sent")

    def find(self, row: Any, to: str) -> Move | None:
        state = self.state_of(row)
        return next((move for move in self.moves if move.to == to and state in move.starts), None)

    def steps(self, row: Any, actor: User) -> list[Step]:
        """Every move from the record's present state, each with the reason why this actor cannot make it."""
        state = self.state_of(row)
        return [Step(move, why_not(move, row, actor)) for move in self.moves if state in move.starts]

    @transaction.atomic
    def move(self, *, row: Any, to: str, actor: User, on: date | None = None, facts: Mapping[str, Any] = {}) -> Any:
        """Make the move as of ``on`` (default today) with the fields it asks for, and record who made it.

        Raises ValidationError, by field where it is about one, if there is no such move from the present state or
        something it needs is missing; PermissionDenied if the actor's offices do not make it at this union.
        """
        row = locked(self.model, row, actor)
        move = self.find(row, to)
        if move is None:
            raise no_such_move(self.caption_of(row), str(self.states(to).label) if to in self.states else to)
        if not may(actor, move.action, row):
            raise PermissionDenied(_("Your office does not make this move."))
        day = on or timezone.localdate()
        if day > timezone.localdate():
            raise ValidationError({"on": _("The date lies in the future.")})
        before = self.snapshot(row, move)
        self.enter(row, move, day, facts)
        if move.guard and (reason := move.guard(row, day)):
            raise ValidationError(reason, code="not_ready")
        row.full_clean()
        row.save()
        if move.effect:
            move.effect(row, actor, day)
        record(
            actor=actor,
            action=f"{self.model._meta.label_lower}.{to.lower()}",
            target=row,
            before=before,
            after=self.snapshot(row, move),
        )
        self.tell(row, move, actor)
        return row

    def tell(self, row: Any, move: Move, actor: User) -> None:
        """Tell whoever chairs the union what somebody else did with its record."""
        if getattr(row, "union_id", None) is None:
            return
        others = [user for user in chairs(row.union_id) if user.pk != actor.pk]
        notify(
            others,
            key=f"{self.model._meta.label_lower}:{row.pk}:{move.to}:{timezone.localtime():%Y%m%d%H%M%S}",
            subject=_("%(row)s: now “%(state)s”.") % {"row": row, "state": self.caption_of(row)},
            url=url_of(row),
        )

    def enter(self, row: Any, move: Move, day: date, facts: Mapping[str, Any]) -> None:
        """Set the facts asked for, the state and the date that goes with it."""
        missing = [name for name in move.asks if facts.get(name) in (None, "")]
        if missing:
            raise ValidationError({name: _("Fill this in.") for name in missing})
        for name in (*move.asks, *move.may_ask):
            if name in facts:
                setattr(row, name, facts[name])
        if move.stamps:
            setattr(row, move.stamps, day)
        if self.column:
            setattr(row, self.column, move.to)

    def snapshot(self, row: Any, move: Move) -> dict[str, Any]:
        names = (self.column, move.stamps, *move.asks, *move.may_ask)
        return {name: _plain(getattr(row, name)) for name in names if name}


def why_not(move: Move, row: Any, actor: User) -> str:
    """The reason this actor cannot make the move; empty if his offices allow it."""
    return "" if may(actor, move.action, row) else _("Your office does not make this move.")


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value
