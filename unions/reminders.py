"""Reminders: 90 and 30 days before terms, certificates and contracts end; 14 and 5 days before, on, and 3 days after
every due day. A reminder is sent once, and none after its matter is settled. No due day ever moves here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from unions.inbox import concerned, notify, officers
from unions.models import Union
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
    return sum(remind(item, today, parents) for source in DUES for item in source(today))


def remind(item: Due, today: date, parents: Mapping[int, int | None]) -> int:
    reached = stage(item, today)
    if reached is None:
        return 0
    people = {user.pk: user for user in concerned(item.action, item.union_id, above(item.union_id, parents))}
    # From five days before on, the federation's own officers are told too.
    if reached >= -5:
        people |= {user.pk: user for user in officers(item.action)}
    return notify(
        people.values(),
        key=f"{item.key}@{reached}",
        subject=_("%(matter)s: %(left)s") % {"matter": item.matter, "left": days_left(item.day, today)},
        url=item.url,
        due_on=item.day,
    )


def above(union_id: int, parents: Mapping[int, int | None]) -> set[int]:
    """The union and every union above it."""
    found: set[int] = set()
    current: int | None = union_id
    while current is not None and current not in found:
        found.add(current)
        current = parents.get(current)
    return found
