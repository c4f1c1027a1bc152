"""Some 12,600 people with their memberships and service cards, laid union by union.

The cards decide how many there are: 12,561 people gave their data, 79 who joined last have not yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from members.models import Membership, Merchant, Person, ServiceCard
from reports.demo.names import Numbers, keys_of, person_name, phone, words
from reports.demo.timeline import Timeline, some_day, some_weekday
from reports.demo.world import Body, Firm, World, known, lay
from unions.crypto import blind_index
from unions.models import Union
from unions.periods import month_start

COLLECTED, NOT_COLLECTED, ISSUED = 12_561, 79, 9_449
# Data collected and cards issued in the three halves; the rest lies before.
COLLECTED_IN, ISSUED_IN = (612, 588, 633), (655, 702, 657)
PROGRAMME_MONTH = -35
RETIREES, UNEMPLOYED = 770, 330
LEFT_IN = (470, 410, 330)
JOINED_SHARE = (0.062, 0.064, 0.049)
TRANSFERS, FOREIGNERS, MINORITIES = 20, 24, 60
MOVED_ON = 9
RETIRED_REASON, LEFT_REASONS = "退休", ("劳动合同期满", "辞职", "转往外地就业", "自愿退会")


@dataclass
class People:
    """Collects people before they are laid, each with the membership that will name him."""

    world: World
    rng: Random
    numbers: Numbers
    persons: list[Person] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)

    def add(self, union: Union, firm: Firm, ages: tuple[int, int], **facts: object) -> Person:
        """A new person with a first membership."""
        is_female = self.rng.random() < firm.female_share
        birth = birth_date(self.rng, self.world.timeline.end, ages)
        person = self.person(union, is_female, birth, firm)
        self.persons.append(person)
        row = self.join(union, firm, person, **facts)
        person.consented_on = row.joined_on
        return person

    def person(self, union: Union, is_female: bool, birth: date, firm: Firm) -> Person:
        number = self.numbers.resident_id(birth, is_female)
        name = person_name(self.rng, is_female)
        person = Person(union=union, sex="F" if is_female else "M", birth_date=birth, is_migrant=firm.staff % 3 == 0)
        set_identity(person, name, number)
        person.phone = phone(self.rng)
        return person

    def join(self, union: Union, firm: Firm, person: Person, **facts: object) -> Membership:
        wage = Decimal(self.rng.randrange(240, 640) * 10)
        kind = "MIGRANT" if person.is_migrant else "CONTRACT"
        row = Membership(union=union, employer=firm.row, person=person, worker_type=kind, dues_wage=wage, **facts)
        row.applied_on = known(row.joined_on) - timedelta(days=self.rng.randint(3, 25))
        self.memberships.append(row)
        if firm.body is not None and firm.body.row is union:
            firm.body.memberships.append(row)
        return row


def set_identity(person: Person, name: str, number: str) -> None:
    person.name, person.id_number = name, number
    person.id_index, person.id_last4 = blind_index(number), number[-4:]
    for key, value in keys_of(name).items():
        setattr(person, key, value)


def birth_date(rng: Random, end: date, ages: tuple[int, int]) -> date:
    return end - timedelta(days=rng.randrange(ages[0] * 365, ages[1] * 365))


def lay_people(world: World) -> None:
    """ORG-09, ORG-10: members now and before; retired and retained ones; those who left."""
    people = People(world, world.rng("people"), Numbers(world.rng("id numbers")))
    add_members(people)
    add_ended(people)
    add_retained(people)
    add_leavers(people)
    add_transfers(people)
    give_other_names(people)
    lay(people.persons)
    for row in people.memberships:
        # Assigned again: only now does the person have an id.
        row.person = row.person
    lay(people.memberships)
    lay_cards(world, people)
    lay_merchants(world)


def quiet(body: Body | None, day: date) -> date:
    """In fully insured unions people come and go in the first three months of a half, before the term begins."""
    if body is None or not body.is_full or (day.month - 1) % 6 < 3:
        return day
    return month_start(day.year, day.month - 3) + timedelta(days=min(day.day, 28) - 1)


def add_members(people: People) -> None:
    """The members at the end, firm by firm."""
    timeline = people.world.timeline
    for body in people.world.standing():
        for firm in body.firms:
            for _ in range(round(firm.staff * firm.rate)):
                joined = joining_day(people.rng, timeline, body)
                people.add(body.row, firm, (19, 58), status="ACTIVE", joined_on=joined)


def joining_day(rng: Random, timeline: Timeline, body: Body) -> date:
    """Mostly years ago, some in each of the three halves, never before the union was founded."""
    if body.founded_on >= timeline.beginning:
        return some_day(rng, body.founded_on, body.founded_on + timedelta(days=9))
    draw = rng.random()
    for half, share in zip(timeline.halves, JOINED_SHARE, strict=True):
        if draw < share:
            return quiet(body, some_day(rng, half.start, half.end))
        draw -= share
    return some_day(rng, max(body.founded_on, timeline.day(-100)), timeline.day(-14))


def add_ended(people: People) -> None:
    """Members of the unions that ended: moved to other unions, kept by the community's union, or gone with theirs."""
    for body in people.world.bodies:
        if not body.ended_on:
            continue
        firm, day = body.firms[0], body.ended_on - timedelta(days=5)
        for place in range(round(firm.staff * 0.93)):
            joined = some_day(people.rng, body.founded_on, people.world.timeline.day(-16))
            facts = {"status": "TRANSFERRED_OUT", "joined_on": joined, "left_on": day, "reason": "单位工会注销或转出"}
            person = people.add(body.row, firm, (22, 55), **facts)
            if body.ending == "DISSOLVED":
                move_on(people, person, body, day, place)


def move_on(people: People, person: Person, body: Body, day: date, place: int) -> None:
    """A few find work at a larger employer of the community; the others' membership is kept there."""
    hub = people.world.hub_of(body)
    if place < MOVED_ON and (firm := next((one for one in wide_firms(people.world, body) if one.rate < 0.93), None)):
        person.union = firm.union
        people.join(firm.union, firm, person, status="ACTIVE", joined_on=day)
        return
    person.union = hub
    firm = body.firms[0]
    people.join(
        hub, firm, person, status="RETAINED", joined_on=day, retained_on=day, note="原单位工会注销，会籍由社区保留"
    )


def wide_firms(world: World, body: Body) -> Iterator[Firm]:
    """The larger employers of the same community that are not fully insured."""
    return (
        firm
        for other in world.standing()
        if other.place == body.place
        and not other.is_full
        and other.staff >= 60
        and other.founded_on < known(body.ended_on)
        for firm in other.firms
        if firm.staff >= 60
    )


def add_retained(people: People) -> None:
    """Retired members of the insured unions (CARE-20 draws on them) and members between two jobs."""
    world = people.world
    insured = [body for body in world.standing() if body.is_insured]
    for _ in range(RETIREES):
        body = people.rng.choices(insured, [one.staff for one in insured])[0]
        world.retirees.append(retain(people, body, (61, 78), RETIRED_REASON))
    others = [body for body in world.standing() if not body.is_full and body.founded_on < world.timeline.day(-30)]
    for _ in range(UNEMPLOYED):
        retain(people, people.rng.choices(others, [one.staff for one in others])[0], (30, 54), "失业保留会籍")


def retain(people: People, body: Body, ages: tuple[int, int], note: str) -> Membership:
    timeline = people.world.timeline
    since = quiet(
        body, some_day(people.rng, max(body.founded_on + timedelta(days=90), timeline.day(-80)), timeline.end)
    )
    joined = some_day(people.rng, body.founded_on, min(since - timedelta(days=60), timeline.day(-14)))
    people.add(body.row, body.firms[0], ages, status="RETAINED", joined_on=joined, retained_on=since, note=note)
    return people.memberships[-1]


def add_leavers(people: People) -> None:
    """Who left: so many in each of the three halves, the rest in the two years before, up to the people needed."""
    timeline, rng = people.world.timeline, people.rng
    needed = COLLECTED + NOT_COLLECTED - len(people.persons)
    windows = [(half.start, half.end, count) for half, count in zip(timeline.halves, LEFT_IN, strict=True)]
    windows.append((timeline.day(PROGRAMME_MONTH + 2), timeline.beginning, needed - sum(LEFT_IN)))
    bodies = [body for body in people.world.standing() if body.founded_on < timeline.day(PROGRAMME_MONTH)]
    weights = [body.staff for body in bodies]
    for start, end, count in windows:
        for body in rng.choices(bodies, weights, k=count):
            left = quiet(body, some_day(rng, start, end))
            latest = min(left - timedelta(days=90), timeline.day(-14))
            joined = some_day(rng, max(body.founded_on, timeline.day(-100)), latest)
            reason, status = rng.choice(LEFT_REASONS), "DECEASED" if rng.random() < 0.01 else "WITHDRAWN"
            if status == "DECEASED":
                reason = "去世"
            firm = rng.choice(body.firms)
            people.add(body.row, firm, (20, 57), status=status, joined_on=joined, left_on=left, reason=reason)


def add_transfers(people: People) -> None:
    """Members who came from another union of the sub-district: one membership ends on the day the next begins."""
    timeline = people.world.timeline
    recent = [
        row for row in people.memberships if row.status == "ACTIVE" and known(row.joined_on) >= timeline.beginning
    ]
    sources = [body for body in people.world.standing() if not body.is_full and body.founded_on < timeline.day(-40)]
    moved = {id(row.person) for row in people.memberships if row.status == "TRANSFERRED_OUT"}
    recent = [row for row in recent if id(row.person) not in moved]
    for row in people.rng.sample(recent, TRANSFERS):
        body = people.rng.choice([one for one in sources if one.row is not row.union])
        joined = some_day(people.rng, body.founded_on, timeline.day(-20))
        facts = {
            "status": "TRANSFERRED_OUT",
            "joined_on": joined,
            "left_on": row.joined_on,
            "reason": "转往本街道其他工会",
        }
        people.join(body.row, body.firms[0], row.person, **facts)


def give_other_names(people: People) -> None:
    """Members of other nations with long names and foreigners with passports; every rare character appears."""
    chosen = people.rng.sample(people.persons, FOREIGNERS + MINORITIES + len(words("rare")))
    for person, place in zip(chosen[:FOREIGNERS], range(FOREIGNERS), strict=False):
        name = words("foreign")[place % len(words("foreign"))]
        person.id_type, person.is_migrant = "PASSPORT", False
        set_identity(person, name, people.numbers.passport())
    for person in chosen[FOREIGNERS : FOREIGNERS + MINORITIES]:
        set_identity(person, people.rng.choice(words("ethnic")), str(person.id_number))
    for person, rare in zip(chosen[FOREIGNERS + MINORITIES :], words("rare"), strict=True):
        set_identity(person, f"{person.name[0]}{rare}", str(person.id_number))


def lay_cards(world: World, people: People) -> None:
    """CARE-28 (633), CARE-29 (657), CARE-30 (12,561), CARE-31 (9,449): first come, first collected."""
    rng, timeline = world.rng("cards"), world.timeline
    joined = {row.person_id: known(row.joined_on) for row in people.memberships}
    for row in people.memberships:
        joined[row.person_id] = min(joined[row.person_id], known(row.joined_on))
    order = sorted(people.persons, key=lambda person: (joined[person.pk], person.pk))[:COLLECTED]
    cards = []
    for person, (start, end) in zip(order, collecting(timeline), strict=True):
        day = some_weekday(rng, max(start, joined[person.pk]), end)
        cards.append(ServiceCard(union_id=person.union_id, person=person, info_collected_on=day))
    issue(cards, timeline, rng)
    lay(cards)


def collecting(timeline: Timeline) -> Iterator[tuple[date, date]]:
    """The time in which each card's data were collected, in order of the cards."""
    earlier = COLLECTED - sum(COLLECTED_IN)
    yield from [(timeline.day(PROGRAMME_MONTH), timeline.beginning)] * earlier
    for half, count in zip(timeline.halves, COLLECTED_IN, strict=True):
        yield from [(half.start, half.end)] * count


def issue(cards: list[ServiceCard], timeline: Timeline, rng: Random) -> None:
    """Issue so many cards in each half, out of those collected before its last month."""
    windows = [(timeline.day(PROGRAMME_MONTH), timeline.beginning, ISSUED - sum(ISSUED_IN))]
    windows += [(half.start, half.end, count) for half, count in zip(timeline.halves, ISSUED_IN, strict=True)]
    for start, end, count in windows:
        waiting = [
            card for card in cards if card.issued_on is None and card.info_collected_on < end - timedelta(days=9)
        ]
        for card in rng.sample(waiting, count):
            card.issued_on = some_day(rng, max(start, card.info_collected_on + timedelta(days=7)), end)
            card.card_no = f"5100{rng.randrange(10**8):08d}"


def lay_merchants(world: World) -> None:
    """CARE-32 (1): merchants that give card holders a discount."""
    timeline = world.timeline
    facts = (
        ("澄江禾丰超市", "零售", timeline.day(-28, 5), "日用品九五折"),
        ("东港明眸眼镜店", "眼镜", timeline.day(-15, 12), "配镜八折"),
        ("望海书屋", "图书", timeline.day(-8, 20), "图书八五折"),
        ("永丰口腔门诊", "医疗", timeline.day(-2, 8), "洁牙七折"),
        ("河西健身馆", "体育", timeline.day(3, 18), "年卡八折"),
    )
    lay(
        Merchant(union=world.federation, name=name, trade=trade, contract_from=since, discount=discount)
        for name, trade, since, discount in facts
    )


def someone(world: World, rng: Random, count: int, since: date) -> list[Person]:
    """So many different people who were members on a day and still are, drawn from all unions."""
    day = world.timeline.last_day
    pool = [row.person for body in world.standing() for row in body.active_on(day) if known(row.joined_on) <= since]
    return rng.sample(pool, count)
