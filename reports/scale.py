"""A synthetic federation of any size, for benchmarks: unions, employers and people, and nothing done by them.

Everything follows from the two numbers asked for, so the same numbers give the same federation on any machine and in
any half-year. Rows stream into COPY in batches: a million members take the memory of a thousand. Only the database's
owner may do this, since COPY knows nothing of row-level security.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain, islice
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, models
from django.utils import timezone

from members.models import Membership, Person, ServiceCard
from reports.demo import loader
from reports.demo.accounts import ACCOUNTS, PASSWORD, SINCE, Account
from reports.demo.names import REGION, person_name, phone
from reports.demo.world import BATCH, check_now, lay
from unions.acting import SYSTEM, acting
from unions.audit import record
from unions.crypto import blind_index, encrypt
from unions.models import (
    Community,
    Employer,
    EmployerHeadcount,
    Office,
    ReportingPeriod,
    Union,
    UnionCoverage,
    UnionForm,
    UnionProfile,
    User,
)
from unions.names import name_keys
from unions.periods import HalfYear
from unions.validators import id_check_character

# A tenth of the unions are communities', under which the others stand; every eighth is joint, of five employers.
UNIONS_TO_A_COMMUNITY, MOST_COMMUNITIES = 10, 200
JOINT_EVERY, JOINT_EMPLOYERS = 8, 5
MEMBERS_TO_STAFF = 0.92
# Members are 26 to 57 years old. 7919 has no divisor in common with the number of days, so all days come in turn.
YOUNGEST, BIRTHDAYS, STEP = 26 * 366, 32 * 365, 7919
# A region has 500 numbers for either sex on each birthday.
MOST_MEMBERS = BIRTHDAYS * 1000
CARDS_OUT_OF_FOUR = 3

Row = tuple[Any, ...]


class TooManyError(ValueError):
    """There are not enough ID numbers for so many people."""


@dataclass(frozen=True)
class Place:
    """Where people work: a union, one of its employers and how many of its people are members."""

    union: int
    employer: int
    members: int


def lay_scale(unions: int, members: int, half: HalfYear) -> dict[str, int]:
    """Lay so many primary unions and members as they stand at the end of ``half``; the rows laid, by table.

    Replaces a demo or an earlier synthetic federation. Raises loader.NotADemoError if the database holds anything
    else, TooManyError if the people would share ID numbers; nothing is changed then.
    """
    if members > MOST_MEMBERS:
        raise TooManyError
    with acting(SYSTEM, reason=loader.SYNTHETIC):
        if loader.present_half() or loader.is_synthetic():
            loader.wipe()
        elif loader.holds_data():
            raise loader.NotADemoError
        federation, rows = lay_organisation(unions, half)
        lay_accounts(federation, rows)
        places = lay_employers(rows, members, half)
        people = lay_people(places, half)
        record(actor=SYSTEM, action=loader.SYNTHETIC, target=federation, after={"unions": unions, "members": members})
        check_now()
        analyse()
        laid = (Union, Employer, EmployerHeadcount)
        return {model._meta.db_table: model._default_manager.count() for model in laid} | people


def lay_organisation(unions: int, half: HalfYear) -> tuple[Union, list[Union]]:
    """The federation and its primary unions, those of the communities first."""
    start = half.start.replace(year=half.start.year - 10)
    ReportingPeriod.objects.bulk_create(
        ReportingPeriod(code=str(one), kind=kind, start=one.start, end=one.end)
        for kind, one in (("HALF", half), *(("QUARTER", quarter) for quarter in half.quarters))
    )
    name = "合成街道总工会"
    federation = Union.objects.create(
        code="S0", name=name, form=UnionForm.SUBDISTRICT, founded_on=start, **name_keys(name)
    )
    hubs = min(unions // UNIONS_TO_A_COMMUNITY, MOST_COMMUNITIES)
    communities = lay(
        Community(code=f"S{number:03d}", name=f"第{number}社区", start=start) for number in range(1, max(hubs, 1) + 1)
    )
    rows = lay(primary(number, hubs, start) for number in range(unions))
    lay(
        [UnionProfile(union=federation, name=name, form=federation.form, start=start, **name_keys(name))]
        + [
            UnionProfile(
                union=row,
                name=row.name,
                form=row.form,
                start=start,
                parent=federation if number < hubs or not hubs else rows[number % hubs],
                community=communities[number % len(communities)],
                **name_keys(row.name),
            )
            for number, row in enumerate(rows)
        ]
    )
    return federation, list(Union.objects.primary().order_by("pk"))


def primary(number: int, hubs: int, start: date) -> Union:
    if number < hubs:
        form, name = UnionForm.COMMUNITY, f"第{number + 1}社区工会"
    elif is_joint(number):
        form, name = UnionForm.JOINT, f"合成{number + 1}联合工会"
    else:
        form, name = UnionForm.SINGLE, f"合成{number + 1}公司工会"
    return Union(code=f"S{number + 1:06d}", name=name, form=form, founded_on=start, **name_keys(name))


def is_joint(number: int) -> bool:
    return number % JOINT_EVERY == 0


def lay_accounts(federation: Union, rows: Sequence[Union]) -> None:
    """The demo's accounts, as far as there are communities and unions for them: a benchmark signs in too."""
    password = make_password(PASSWORD)
    seats = [(account, at) for account in ACCOUNTS if (at := seat(account, federation, rows))]
    users = lay(
        User(
            username=account.username,
            name=account.name or account.username,
            password=password,
            is_staff=account.role == "steward",
        )
        for account, _at in seats
    )
    lay(
        Office(union=at, user=user, role=account.role, start=SINCE)
        for user, (account, at) in zip(users, seats, strict=True)
    )


def seat(account: Account, federation: Union, rows: Sequence[Union]) -> Union | None:
    if account.place is None and account.rank is None:
        return federation
    is_hub = account.place is not None
    candidates = [row for row in rows if (row.form == UnionForm.COMMUNITY) == is_hub]
    place = account.place if account.place is not None else account.rank
    assert place is not None
    return candidates[place] if place < len(candidates) else None


def lay_employers(rows: Sequence[Union], members: int, half: HalfYear) -> list[Place]:
    """Employers with their headcounts, and how many members each has. Communities' unions have none."""
    bodies = [row for row in rows if row.form != UnionForm.COMMUNITY]
    sizes = spread(members, [weight(number) for number in range(len(bodies))])
    employers: list[Employer] = []
    plan: list[tuple[Union, int]] = []
    for body, size in zip(bodies, sizes, strict=True):
        count = JOINT_EMPLOYERS if body.form == UnionForm.JOINT else 1
        for share in spread(size, [1] * count):
            employers.append(employer(len(employers) + 1, body))
            plan.append((body, share))
    lay(employers)
    lay(
        UnionCoverage(union=body, employer=row, start=body.founded_on)
        for row, (body, _share) in zip(employers, plan, strict=True)
    )
    lay(
        EmployerHeadcount(union=body, employer=row, as_of=half.last_day, employees=round(share / MEMBERS_TO_STAFF))
        for row, (body, share) in zip(employers, plan, strict=True)
    )
    return [Place(body.pk, row.pk, share) for row, (body, share) in zip(employers, plan, strict=True)]


def employer(number: int, body: Union) -> Employer:
    name = f"合成第{number}有限公司"
    return Employer(
        union=body,
        code=f"S{number:06d}",
        name=name,
        community_id=body.community_id,
        opened_on=body.founded_on,
        **name_keys(name),
    )


def weight(number: int) -> int:
    """Few unions are large and most are small, as in a real federation."""
    return 1000 // (number % 97 + 3)


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """``total`` in whole parts by weight; the parts always add up."""
    shares, given, seen, whole = [], 0, 0, sum(weights)
    for part in weights:
        seen += part
        upto = total * seen // whole
        shares.append(upto - given)
        given = upto
    return shares


def lay_people(places: Iterable[Place], half: HalfYear) -> dict[str, int]:
    """Persons, their memberships and for three out of four a card; the rows laid."""
    now, laid = timezone.now(), {"members_person": 0, "members_membership": 0, "members_servicecard": 0}
    seats = chain.from_iterable([place] * place.members for place in places)
    people = enumerate(seats)
    while batch := list(islice(people, BATCH)):
        copy(Person, PERSON, (person(number, place, half, now) for number, place in batch))
        copy(Membership, MEMBERSHIP, (membership(number, place, half, now) for number, place in batch))
        cards = [pair for pair in batch if pair[0] % 4 < CARDS_OUT_OF_FOUR]
        copy(ServiceCard, CARD, (card(number, place, half, now) for number, place in cards))
        check_now()
        for table, rows in zip(laid, (batch, batch, cards), strict=True):
            laid[table] += len(rows)
    follow_on(Person, laid["members_person"])
    return laid


def copy(model: type[models.Model], columns: Sequence[str], rows: Iterator[Row]) -> None:
    """Write rows by COPY; a column not named takes the database's default."""
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    lines = "".join("\t".join([WRITERS.get(type(value), str)(value) for value in row]) + "\n" for row in rows)
    with connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as out:
        out.write(lines)


# COPY's text format. The words come from our own lists, so none holds a tab, a backslash or a quotation mark.
WRITERS: dict[type, Callable[[Any], str]] = {
    bool: lambda value: "t" if value else "f",
    bytes: lambda value: f"\\\\x{value.hex()}",
    list: lambda value: f"{{{','.join(value)}}}",
    type(None): lambda _value: "\\N",
}


def follow_on(model: type[models.Model], last: int) -> None:
    """Let the next id come after the ones given here."""
    if last:
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [model._meta.db_table, last])


def analyse() -> None:
    """What the database does by itself within minutes: the planner learns what was laid, the index takes in names."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", ["person_by_name_grams"])


PERSON = (
    *("id", "union_id", "name", "former_name", "sex", "birth_date", "id_type", "id_number", "id_index", "id_last4"),
    *("phone", "education", "is_migrant", "consented_on", "pinyin", "initials", "name_grams", "note", "created_at"),
)
MEMBERSHIP = (
    *("union_id", "person_id", "employer_id", "status", "worker_type", "card_no", "applied_on", "joined_on"),
    *("reason", "note", "created_at"),
)
CARD = ("union_id", "person_id", "info_collected_on", "issued_on", "card_no", "note", "created_at")
# The keys of a name, and one name for each sex and number below this: names repeat as they do among real people.
NAMES = 2_000


def person(number: int, place: Place, half: HalfYear, now: Any) -> Row:
    is_female, birth, id_number = identity(number, half)
    name, keys = name_of(number % NAMES, is_female)
    rng = Random(number)
    sex, joined = "F" if is_female else "M", joined_on(number, half)
    return (
        *(number + 1, place.union, name, "", sex, birth, "RESIDENT"),
        *(encrypt(id_number), blind_index(id_number), id_number[-4:], encrypt(phone(rng))),
        *("", number % 3 == 0, joined, *keys, "", now),
    )


def identity(number: int, half: HalfYear) -> tuple[bool, date, str]:
    """Sex, birthday and ID number of the person with this number: no two alike, without a list of those given."""
    pair, is_male = divmod(number, 2)
    order, place = divmod(pair, BIRTHDAYS)
    birth = half.start - timedelta(days=YOUNGEST + place * STEP % BIRTHDAYS)
    first = f"{REGION}{birth:%Y%m%d}{order * 2 + is_male:03d}"
    return not is_male, birth, first + id_check_character(first)


@lru_cache(maxsize=2 * NAMES)
def name_of(number: int, is_female: bool) -> tuple[str, Row]:
    """A name with its search keys."""
    name = person_name(Random(number * 2 + is_female), is_female)
    return name, tuple(name_keys(name).values())


def joined_on(number: int, half: HalfYear) -> date:
    """Over the nine years before the half's end, some in the half itself."""
    return half.last_day - timedelta(days=number * 31 % (9 * 365))


def membership(number: int, place: Place, half: HalfYear, now: Any) -> Row:
    joined, worker = joined_on(number, half), "MIGRANT" if number % 3 == 0 else "CONTRACT"
    applied = joined - timedelta(days=number % 20)
    return (place.union, number + 1, place.employer, "ACTIVE", worker, "", applied, joined, "", "", now)


def card(number: int, place: Place, half: HalfYear, now: Any) -> Row:
    """Two out of three cards with data are issued, a week after, if that lies before the half's end."""
    collected = joined_on(number, half)
    issued = collected + timedelta(days=7)
    is_issued = number % 4 < CARDS_OUT_OF_FOUR - 1 and issued <= half.last_day
    number_printed = f"5100{number:08d}" if is_issued else ""
    return (place.union, number + 1, collected, issued if is_issued else None, number_printed, "", now)
