"""What members add to shared pages: persons in the search; more is in ``facets``."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from members import facets  # noqa: F401  they register themselves
from members.models import DuplicatePair, Person
from members.querysets import persons_named
from unions.access import Action
from unions.models import User
from unions.pages.columns import url_of
from unions.pages.contributions import Hit, finder, waiting
from unions.search import MOST


@finder(_("Persons"), Action.VIEW_MEMBERS, order=30)
def find_persons(user: User, text: str) -> Iterable[Hit]:
    """By present or former name, initials, or the last four digits of the ID, which is shown masked."""
    wanted = persons_named(text)
    rows = Person.objects.visible_to(user).filter(wanted).select_related("union").order_by("pinyin")[:MOST]
    return [Hit(row.name, f"{row.masked_id} {row.union.name}", url_of(row)) for row in rows]


@waiting(_("Possible duplicates to decide"), Action.MANAGE_MEMBERS, "duplicates", "?state=OPEN")
def open_pairs(user: User) -> int:
    return DuplicatePair.objects.visible_to(user).filter(state=DuplicatePair.State.OPEN).count()
