"""The members of a union on its page, in its timeline and in the register of unions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from members.models import Membership, MembershipStatus
from unions.access import Action
from unions.models import Union, User
from unions.pages.columns import Column, Link, Table, columns, url_of
from unions.pages.contributions import Happening, facet, happening
from unions.union_list import Share, share

MANY = 200


@facet("members", _("Members"), Action.VIEW_MEMBERS, order=15)
def members(union: Union, user: User, day: date) -> Table:
    """Who is a member on the day, in order of the name; of the ID the last four, so that nothing is decrypted."""
    open_then = Q(joined_on__lte=day) & (Q(left_on__isnull=True) | Q(left_on__gt=day))
    rows = Membership.objects.visible_to(user).filter(open_then, union=union).select_related("person", "employer")
    rows = rows.defer("person__id_number", "person__phone", "person__bank_card")
    number = rows.count()
    note = ngettext("%(number)d member", "%(number)d members", number) % {"number": number}
    if number > MANY:
        note = gettext("%(all)s, the first %(shown)d of them") % {"all": note, "shown": MANY}
    return Table(
        (
            Column("person", gettext("Name"), lambda row: Link(row.person.name, url_of(row))),
            Column("last4", gettext("Last four of the ID"), "person__id_last4"),
            *columns(Membership, "employer", "worker_type", "status", "joined_on"),
        ),
        rows.order_by("person__pinyin", "pk")[:MANY],
        note=note if number else "",
        empty=gettext("Nobody was a member on this day."),
    )


@happening(Action.VIEW_MEMBERS)
def admissions(union: Union, user: User) -> Iterable[Happening]:
    """How many joined in a month, under the day of the last of them."""
    rows = Membership.objects.visible_to(user).filter(union=union, joined_on__isnull=False)
    joined = rows.annotate(month=TruncMonth("joined_on")).values("month").order_by()
    for row in joined.annotate(number=Count("pk"), last=Max("joined_on")):
        text = ngettext("%(number)d member joined", "%(number)d members joined", row["number"])
        yield Happening(row["last"], text % {"number": row["number"]})


def with_members(unions: Any) -> Any:
    """Annotate how many are members by name today; the retained count apart."""
    rows = Membership.objects.filter(union=OuterRef("pk"), status=MembershipStatus.ACTIVE).order_by().values("union")
    return unions.annotate(named=Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0))


share(
    Share(
        "named",
        Action.VIEW_MEMBERS,
        with_members,
        Column("named", _("Members by name"), is_number=True, sort="named", shown=False),
        order=10,
    )
)
