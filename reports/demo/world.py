"""What the modules of the demo hand on to each other: the unions, employers and people as plans beside their rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any, TypeVar

from django.db import connection, models

from members.models import Membership, Person
from reports.demo.timeline import Timeline
from unions.models import Community, Employer, Union, UnionForm, User

BATCH = 1000
T = TypeVar("T")


def known(value: T | None) -> T:
    """A value that the database lets stand open and the demo never does."""
    assert value is not None
    return value


@dataclass
class Firm:
    """An employer. ``staff`` is its headcount at the end; ``floor`` the least it ever had, so that no band changes."""

    name: str
    staff: int
    industry: str
    place: int
    opened_on: date
    ownership: str = "PRIVATE"
    closed_on: date | None = None
    rate: float = 0.9
    female_share: float = 0.45
    row: Employer = field(default=None, repr=False)  # type: ignore[assignment]
    body: Body | None = field(default=None, repr=False)

    @property
    def home(self) -> Body:
        """The union that covers it. An unorganised employer has none and is never asked."""
        assert self.body is not None
        return self.body

    @property
    def union(self) -> Union:
        return self.home.row

    @property
    def floor(self) -> int:
        return 100 if self.staff >= 100 else 25 if self.staff >= 25 else 1


@dataclass
class Body:
    """A union with employers. ``is_full`` means that everyone is a member and insured."""

    name: str
    form: str
    place: int
    founded_on: date
    firms: list[Firm]
    ended_on: date | None = None
    ending: str = ""
    code: str = ""
    is_full: bool = False
    is_insured: bool = False
    row: Union = field(default=None, repr=False)  # type: ignore[assignment]
    memberships: list[Membership] = field(default_factory=list, repr=False)
    chair: str = ""
    chair_person: Person | None = field(default=None, repr=False)

    @property
    def staff(self) -> int:
        return sum(firm.staff for firm in self.firms)

    @property
    def is_single(self) -> bool:
        return self.form in (UnionForm.SINGLE, UnionForm.AGENCY)

    def exists_on(self, day: date) -> bool:
        return self.founded_on <= day and (self.ended_on is None or self.ended_on > day)

    def active_on(self, day: date) -> list[Membership]:
        """The full members on a day, as the indicator counts them."""
        return [
            row
            for row in self.memberships
            if known(row.joined_on) <= day
            and (row.left_on is None or row.left_on > day)
            and (row.retained_on is None or row.retained_on > day)
        ]

    def headcount_on(self, day: date, end: date) -> int:
        """Employees of the union's employers on a day."""
        return sum(staff_on(firm, day, end) for firm in self.firms)


def staff_on(firm: Firm, day: date, end: date) -> int:
    """A firm's headcount: a little smaller the further back, never out of its size band, nor below its members."""
    body = firm.body
    members = len(body.active_on(day)) if body is not None and len(body.firms) == 1 else 0
    if body is not None and body.is_full:
        return members
    quarters = max((end - day).days // 91, 0)
    return max(firm.floor, members, firm.staff - round(firm.staff * 0.006 * quarters))


@dataclass
class World:
    """Everything that is laid, in the order it is laid."""

    timeline: Timeline
    federation: Union = None  # type: ignore[assignment]
    places: list[Community] = field(default_factory=list)
    hubs: list[Union] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    firms: list[Firm] = field(default_factory=list)
    users: dict[str, User] = field(default_factory=dict)
    chairs_of_hubs: list[str] = field(default_factory=list)
    first_joined: dict[int, date] = field(default_factory=dict)
    retirees: list[Membership] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)

    def rng(self, subject: str) -> Random:
        """Chance for one subject, the same at every run, whatever the other subjects draw."""
        return Random(f"demo {subject}")

    def standing(self, day: date | None = None) -> list[Body]:
        """The unions with employers on a day, by default the half's last."""
        return [body for body in self.bodies if body.exists_on(day or self.timeline.last_day)]

    def covered(self) -> list[Firm]:
        """The employers that a union covers on the last day."""
        return [firm for body in self.standing() for firm in body.firms]

    def hub_of(self, body: Body | Firm) -> Union:
        return self.hubs[body.place]


def lay(rows: Sequence[models.Model] | Iterable[models.Model]) -> list[Any]:
    """Insert rows in batches and give them back with their ids."""
    rows = list(rows)
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        type(batch[0])._default_manager.bulk_create(batch)
        if len(batch) == BATCH:
            check_now()
    return rows


def check_now() -> None:
    """Check what is deferred to the commit: thousands of waiting checks slow every row trigger down tenfold."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
