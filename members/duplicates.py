"""Pairs of records that may be one person: found in whatever the actor sees, and kept until somebody decides.

The database proposes by name, sound, date of birth and the last four of the ID; only what it proposes is decrypted to
compare the whole numbers. Two valid numbers are two people, so they are proposed for the same workplace alone: there,
one of the two may belong to neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, combinations
from os.path import commonprefix

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import Case, QuerySet, Value, When

from members.models import OPEN, DuplicatePair, Likeness, Membership, Person
from unions.validators import plain_id

Pair = tuple[int, int]
# What two records must share to be compared at all; who has the same name has the same pinyin. Grouped, not joined:
# however people are spread, every record is read four times and no plan is quadratic.
# One slip in a date of birth leaves the year or the day of it right.
SHARED = (
    ("birth_date", "pinyin"),
    ("birth_date", "id_last4"),
    ("birth_date__year", "name", "id_last4"),
    ("birth_date__month", "birth_date__day", "name", "id_last4"),
)
CHUNK = 2000
COMPARED = ("name", "sex", "birth_date", "pinyin", "union_id", "id_type", "id_number", "id_last4")


@transaction.atomic
def look_for_duplicates() -> int:
    """Propose what is alike now, as far as the actor sees, and drop proposals that are alike no longer.

    What somebody decided stays decided. Returns how many pairs wait for a decision.
    """
    found = alike_pairs()
    known = {(row.first_id, row.second_id): row for row in DuplicatePair.objects.select_for_update()}
    DuplicatePair.objects.bulk_create(
        (DuplicatePair(first_id=a, second_id=b, reasons=found[a, b]) for a, b in found if (a, b) not in known),
        batch_size=CHUNK,
    )
    states = DuplicatePair.State
    changed = []
    for pair, row in known.items():
        state = states.OPEN if pair in found or Likeness.CHOSEN in row.reasons else states.GONE
        reasons = found.get(pair, row.reasons)
        if row.state in (states.OPEN, states.GONE) and (row.state, row.reasons) != (state, reasons):
            row.state, row.reasons = state, reasons
            changed.append(row)
    DuplicatePair.objects.bulk_update(changed, ["state", "reasons"], batch_size=CHUNK)
    return DuplicatePair.objects.filter(state=states.OPEN).count()


def alike_pairs() -> dict[Pair, list[str]]:
    """Every pair in the actor's sight that is alike, with what it is alike in."""
    pairs = {pair for shared in SHARED for group in groups(*shared) for pair in combinations(sorted(group), 2)}
    found: dict[Pair, list[str]] = {}
    for some in chunks(pairs):
        found |= compared(some)
    return found


def compared(pairs: list[Pair]) -> dict[Pair, list[str]]:
    """Those of the pairs that are alike; so many at a time, because their numbers are decrypted."""
    people = persons(pairs)
    same_names = [pair for pair in pairs if same_name(people[pair[0]], people[pair[1]])]
    workplaces = last_workplaces(same_names)
    told = {(a, b): likeness(people[a], people[b], workplaces) for a, b in pairs}
    return {pair: reasons for pair, reasons in told.items() if reasons}


def groups(*shared: str) -> Iterable[list[int]]:
    """The records that share these things, the last of them not empty, where there are several."""
    rows = Person.objects.filter(merged_into__isnull=True).exclude(**{shared[-1]: ""}).order_by().values(*shared)
    return rows.annotate(rows=ArrayAgg("pk")).filter(rows__len__gt=1).values_list("rows", flat=True)


def persons(pairs: list[Pair]) -> dict[int, Person]:
    return Person.objects.only(*COMPARED).in_bulk(set(chain.from_iterable(pairs)))


def last_workplaces(pairs: list[Pair]) -> dict[int, int | None]:
    """The employer of each person's open membership, or of his last."""
    held = Membership.objects.filter(person__in=set(chain.from_iterable(pairs)))
    return dict(newest_first(held).values_list("person", "employer"))


def newest_first(rows: QuerySet[Membership]) -> QuerySet[Membership]:
    is_open = Case(When(status__in=OPEN, then=Value(0)), default=Value(1))
    return rows.order_by("person", is_open, "-joined_on", "-pk").distinct("person")


def chunks(pairs: set[Pair]) -> Iterable[list[Pair]]:
    ordered = sorted(pairs)
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))


def likeness(one: Person, other: Person, workplaces: dict[int, int | None]) -> list[str]:
    """What two records are alike in, if that is reason enough to ask."""
    found: list[str] = []
    is_same_birth = one.birth_date == other.birth_date
    two_valid = one.has_valid_id and other.has_valid_id
    if not two_valid and ids_alike(one, other):
        found.append(Likeness.ID)
    if same_name(one, other) and is_same_birth and same_workplace(one, other, workplaces):
        found.append(Likeness.WORKPLACE)
    sounds_same = one.pinyin == other.pinyin and not same_name(one, other)
    if not two_valid and sounds_same and is_same_birth and one.sex == other.sex:
        found.append(Likeness.SOUND)
    return found


def same_name(one: Person, other: Person) -> bool:
    return one.name == other.name


def same_workplace(one: Person, other: Person, workplaces: dict[int, int | None]) -> bool:
    """The same employer; who has none is compared by his union."""
    here, there = workplaces.get(one.pk), workplaces.get(other.pk)
    return here == there if here or there else one.union_id == other.union_id


def ids_alike(one: Person, other: Person) -> bool:
    """Whether the numbers differ in one character, or end alike with the same date of birth."""
    first, second = plain_id(one.id_number), plain_id(other.id_number)
    if not first or not second:
        return False
    ends_alike = one.birth_date == other.birth_date and first[-4:] == second[-4:]
    return ends_alike or one_slip_apart(first, second)


def one_slip_apart(one: str, other: str) -> bool:
    """Whether one character is different or missing, or two neighbours are swapped."""
    short, long = sorted((one, other), key=len)
    start = len(commonprefix([short, long]))
    short, long = short[start:], long[start:]
    is_swapped = short[:2] == long[1::-1] and short[2:] == long[2:]
    return short == long[1:] or short[1:] == long[1:] or is_swapped


def pair_of(one: Person, other: Person) -> DuplicatePair:
    """The pair of these two records, made if nobody proposed it yet; the older record comes first."""
    first, second = sorted((one, other), key=lambda row: row.pk)
    row = DuplicatePair.objects.filter(first=first, second=second).first()
    return row or DuplicatePair(first=first, second=second, reasons=[Likeness.CHOSEN])
