"""What the portal knows of the people on a roster: looked up in sets, and kept in step with what is entered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from members.models import OPEN, Membership, OpenMembership, Person, ServiceCard
from members.staging import in_sets
from unions.crypto import blind_index
from unions.models import Union


def index_of(number: str | None) -> str:
    return blind_index(number or "")


@dataclass
class Standing:
    """A person's memberships of the union, the open one of another union, and the service card."""

    here: list[Membership] = field(default_factory=list)
    elsewhere: Membership | None = None
    card: ServiceCard | None = None

    @property
    def open_here(self) -> Membership | None:
        return next((row for row in self.here if row.status in OPEN), None)


class Known:
    """People by the index of their number. A number merged into another's leads to the record that was kept."""

    def __init__(self, union: Union) -> None:
        self.union = union
        self.people: dict[str, Person | None] = {}
        self.standings: defaultdict[int, Standing] = defaultdict(Standing)

    def load(self, indexes: Iterable[str]) -> None:
        for some in in_sets(index for index in dict.fromkeys(indexes) if index not in self.people):
            found = {row.id_index: row for row in Person.objects.filter(id_index__any_of=some)}
            while merged := {index: row.merged_into_id for index, row in found.items() if row.merged_into_id}:
                kept = Person.objects.in_bulk(set(merged.values()))
                found |= {index: kept[pk] for index, pk in merged.items()}
            self.people |= dict.fromkeys(some) | found
            self.load_standings({row.pk: row for row in found.values()})

    def load_standings(self, people: dict[int, Person]) -> None:
        for pk in people:
            self.standings.pop(pk, None)
        mine = Membership.objects.filter(person_id__any_of=people, union=self.union)
        for row in mine.select_related("employer").order_by("pk"):
            row.person = people[row.person_id]
            self.standings[row.person_id].here.append(row)
        others = Membership.objects.filter(person_id__any_of=people, status__in=OPEN).exclude(union=self.union)
        for row in others.order_by("-pk"):
            self.standings[row.person_id].elsewhere = row
        for card in ServiceCard.objects.filter(person_id__any_of=people):
            self.standings[card.person_id].card = card

    def person(self, index: str) -> Person | None:
        if index not in self.people:
            self.load([index])
        return self.people[index]

    def standing(self, person: Person) -> Standing:
        return self.standings[person.pk]


def elsewhere_open(indexes: Collection[str], union: Union) -> list[str]:
    """Those of the numbers whose people have an open membership of another union."""
    found: list[str] = []
    for some in in_sets(indexes):
        held = OpenMembership.objects.filter(person__id_index__any_of=some).exclude(union=union)
        found += held.values_list("person__id_index", flat=True)
    return found
