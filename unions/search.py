"""The search over the whole portal: every kind of record the user may see, by name, former name, initials or number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unions.access import Action, can
from unions.models import Employer, ReturnObligation, Union, UnionProfile, User
from unions.names import name_contains
from unions.pages.columns import url_of
from unions.pages.contributions import FINDERS, Finder, Hit, finder

MOST = 8


@dataclass(frozen=True)
class Group:
    """What was found among one kind of record."""

    caption: Any
    hits: list[Hit]


def search(user: User, text: str) -> list[Group]:
    """Everything that answers to the text, by kind; nothing for fewer than two characters."""
    wanted = text.replace("\x00", "").strip()
    if len(wanted) < 2:
        return []
    finders: list[Finder] = sorted(FINDERS, key=lambda finder: finder.order)
    groups = [Group(f.caption, list(f.find(user, wanted))) for f in finders if can(user, f.action)]
    return [group for group in groups if group.hits]


def named(text: str) -> Q:
    """Rows whose name holds the text, or whose pinyin initials begin with it."""
    by_name = name_contains(text)
    return by_name | Q(initials__startswith=text.lower()) if text.isascii() else by_name


@finder(gettext_lazy("Unions"), Action.VIEW_ORGANISATION, order=10)
def find_unions(user: User, text: str) -> Iterable[Hit]:
    """By present or former name, initials, union code or credit code."""
    once = UnionProfile.objects.filter(named(text), union=OuterRef("pk"))
    visible = Union.objects.visible_to(user).filter(
        named(text) | Q(code__iexact=text) | Q(legal_code__iexact=text) | Exists(once)
    )
    rows = visible.order_by("pinyin")[:MOST]
    return [Hit(row.name, union_detail(row, text), url_of(row)) for row in rows]


def union_detail(union: Union, text: str) -> str:
    """The code, and the former name if that is what was found."""
    former = union.profiles.filter(named(text)).exclude(name=union.name).order_by("-start").first()
    if former is None:
        return union.code
    return _("%(code)s, formerly %(name)s") % {"code": union.code, "name": former.name}


@finder(gettext_lazy("Employers"), Action.VIEW_ORGANISATION, order=20)
def find_employers(user: User, text: str) -> Iterable[Hit]:
    visible = Employer.objects.visible_to(user).filter(named(text) | Q(code__iexact=text) | Q(credit_code__iexact=text))
    rows = visible.select_related("community").order_by("pinyin")[:MOST]
    return [Hit(row.name, f"{row.code} {row.community.name}", url_of(row)) for row in rows]


@finder(gettext_lazy("Quarterly returns"), Action.VIEW_RETURNS, order=50)
def find_returns(user: User, text: str) -> Iterable[Hit]:
    """By period, such as 2026Q2, or the union's name."""
    expected = ReturnObligation.objects.visible_to(user).expected()
    rows = expected.filter(Q(period__code__iexact=text) | Q(union__name__icontains=text))
    found = rows.select_related("union", "period").order_by("-period__start", "union__pinyin")[:MOST]
    return [
        Hit(
            f"{row.period.code} {row.union.name}",
            _("due on %(day)s") % {"day": row.due_on},
            url_of(row.union),
        )
        for row in found
    ]
