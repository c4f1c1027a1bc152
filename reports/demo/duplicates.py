"""Members of special groups, and some people who are on the books twice: nobody of them counts in any figure."""

from __future__ import annotations

from datetime import date
from random import Random

from members.duplicates import look_for_duplicates
from members.models import DuplicatePair, GroupKind, Membership, MembershipStatus, Person, SpecialGroup
from reports.demo.people import set_identity, someone
from reports.demo.timeline import some_day
from reports.demo.world import World, lay
from unions.names import pinyin_key

MISTYPED, SOUNDING, APPLIED_AGAIN = 6, 2, 3
NOT_ONE = "同名同姓，已与本人核实"
# Characters that are heard alike and written for each other.
SOUNDS = ("伟玮炜", "莉丽俐", "军君均", "娟鹃", "杰洁捷", "建健剑", "英莹瑛", "明铭鸣", "海", "志智", "华桦", "慧惠")
OF_EACH = {
    GroupKind.DISPATCHED: 60,
    GroupKind.NEW_FORM: 45,
    GroupKind.WOMEN_CARE: 40,
    GroupKind.SINGLE_PARENT: 12,
    GroupKind.YOUTH: 80,
    GroupKind.MODEL_WORKER: 9,
    GroupKind.CRAFTSMAN: 14,
    GroupKind.DISABLED: 18,
    GroupKind.VETERAN: 55,
    GroupKind.LAID_OFF: 10,
}
SUITS = {
    GroupKind.WOMEN_CARE: lambda person, timeline: person.sex == "F",
    GroupKind.YOUTH: lambda person, timeline: person.birth_date.year > timeline.end.year - 36,
}


def lay_groups(world: World) -> None:
    """Who is looked after as what; youth are young and women under special care are women."""
    rng, timeline = world.rng("groups"), world.timeline
    pool = someone(world, rng, 2000, timeline.beginning)
    rows = []
    for kind, number in OF_EACH.items():
        suits = SUITS.get(kind)
        chosen = [person for person in pool if suits is None or suits(person, timeline)][:number]
        rng.shuffle(pool)
        for person in chosen:
            since = some_day(rng, timeline.beginning, timeline.end)
            rows.append(SpecialGroup(union_id=person.union_id, person=person, kind=kind, start=since))
    lay(rows)


def lay_duplicates(world: World) -> None:
    """People recorded a second time, and the queue in which they wait to be looked at."""
    rng = world.rng("duplicates")
    people = [person for person in someone(world, rng, 400, world.timeline.beginning) if person.id_type == "RESIDENT"]
    alike = [(person, written) for person in people if (written := other_writing(person.name))]
    sounding, others = alike[:SOUNDING], [person for person in people if person not in dict(alike[:SOUNDING])]
    mistaken, applied = others[:MISTYPED], others[MISTYPED : MISTYPED + APPLIED_AGAIN]
    twice = [again(person, written, mistyped(rng, person)) for person, written in sounding]
    twice += [again(person, person.name, mistyped(rng, person)) for person in (*mistaken, *applied)]
    lay(twice)
    since = world.timeline.beginning
    lay(SpecialGroup(union_id=row.union_id, person=row, kind=GroupKind.VETERAN, start=since) for row in twice[::3])
    lay(refused_again(row, person, since) for row, person in zip(twice[-APPLIED_AGAIN:], applied, strict=True))
    look_for_duplicates()
    apart = DuplicatePair.objects.order_by("pk")[:1].get()
    apart.state, apart.decided_on, apart.reason = DuplicatePair.State.DIFFERENT, world.timeline.last_day, NOT_ONE
    apart.save()


def other_writing(name: str) -> str:
    """The name with one character written otherwise that sounds the same; empty if it has none such."""
    for place, char in enumerate(name[1:], start=1):
        for sound in SOUNDS:
            if char in sound:
                for other in sound.replace(char, ""):
                    written = name[:place] + other + name[place + 1 :]
                    if pinyin_key(written) == pinyin_key(name):
                        return written
    return ""


def mistyped(rng: Random, person: Person) -> str:
    """The person's ID with one digit of the order number or the check character wrong."""
    number, place = str(person.id_number), rng.choice((14, 15, 17))
    digit = int(number[place]) if number[place].isdigit() else 0
    return f"{number[:place]}{(digit + 1) % 10}{number[place + 1 :]}"


def again(person: Person, name: str, number: str) -> Person:
    row = Person(union_id=person.union_id, sex=person.sex, birth_date=person.birth_date, phone=person.phone)
    set_identity(row, name, number)
    row.note = "旧表录入"
    return row


def refused_again(row: Person, original: Person, on: date) -> Membership:
    """A second application of somebody who is a member: refused, it counts nowhere."""
    held = Membership.objects.filter(person=original, status=MembershipStatus.ACTIVE).get()
    facts = {"employer_id": held.employer_id, "applied_on": on, "reason": "重复申请"}
    return Membership(union_id=row.union_id, person=row, status=MembershipStatus.REFUSED, **facts)
