"""Reminders: 90 and 30 days before terms, certificates and contracts end; 14 and 5 days before, on, and 3 days after
every due day. A reminder is sent once, and none after its matter is settled. No due day ever moves here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from unions.inbox import chairs, notify, officers, staff_above
from unions.models import Union, User
from unions.overview import days_left
from unions.pages.contributions import DUES, Due

OFFSETS = (-90, -30, -14, -5, 0, 3)
# What has a long way to go is announced early; a return or an answer is not.
LONG_RUN = frozenset({"term", "certificate", "contract"})


def stage(item: Due, today: date) -> int | None:
    """The last reminder that is due by ``today``; None while it is too early, or when the last one is long past."""
    offsets = OFFSETS if item.kind in LONG_RUN else OFFSETS[2:]
    reached = [offset for offset in offsets if (today - item.day).days >= offset]
    if not reached or (today - item.day).days > OFFSETS[-1]:
        return None
    return reached[-1]


def send_reminders(today: date) -> int:
    """Write the reminders that are due today; the number of notices written. Running it again writes none."""
    parents = dict(Union.objects.values_list("pk", "parent_id"))
    reached = [(item, found) for source in DUES for item in source(today) if (found := stage(item, today)) is not None]
    sent = sum(remind(item, found, today, parents) for item, found in reached)
    return sent + remind_of_returns([pair for pair in reached if pair[0].kind == "return"], today, parents)


def remind(item: Due, reached: int, today: date, parents: Mapping[int, int | None]) -> int:
    """Tell whoever chairs the union and, but for returns, those above it, who are told of all of them together."""
    people = {user.pk: user for user in chairs(item.union_id)}
    if item.kind != "return":
        people |= staff_concerned(item, reached, parents)
    return notify(
        people.values(),
        key=f"{item.key}@{reached}",
        subject=_("%(matter)s: %(left)s") % {"matter": item.matter, "left": days_left(item.day, today)},
        url=item.url,
        due_on=item.day,
    )


def remind_of_returns(returns: list[tuple[Due, int]], today: date, parents: Mapping[int, int | None]) -> int:
    """One notice for each due day to everybody who looks after several unions: how many have not filed."""
    missing: Counter[tuple[int, date, int]] = Counter()
    people: dict[int, User] = {}
    for item, reached in returns:
        found = staff_concerned(item, reached, parents)
        people |= found
        missing.update((pk, item.day, reached) for pk in found)
    return sum(
        notify(
            [people[pk]],
            key=f"returns:{day}@{reached}",
            subject=_("Quarterly returns: %(number)d not filed, %(left)s")
            % {"number": number, "left": days_left(day, today)},
            url=f"{reverse('unions')}?filed=no",
            due_on=day,
        )
        for (pk, day, reached), number in missing.items()
    )


def staff_concerned(item: Due, reached: int, parents: Mapping[int, int | None]) -> dict[int, User]:
    """Community staff; from five days before on the federation's own officers too."""
    people = staff_above(item.action, above(item.union_id, parents))
    if reached >= -5:
        people += officers(item.action)
    return {user.pk: user for user in people}


def above(union_id: int, parents: Mapping[int, int | None]) -> set[int]:
    """The union and every union above it."""
    found: set[int] = set()
    current: int | None = union_id
    while current is not None and current not in found:
        found.add(current)
        current = parents.get(current)
    return found
