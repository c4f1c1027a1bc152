"""What disputes add to shared pages: cases in the search, and those of a union's employers on its page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disputes.models import Case
from unions.access import Action
from unions.models import Union, UnionCoverage, User
from unions.pages.columns import Column, Table, columns, url_of
from unions.pages.contributions import Happening, Hit, facet, finder, happening
from unions.search import MOST


@finder(_("Dispute cases"), Action.VIEW_DISPUTES, order=40)
def find_cases(user: User, text: str) -> Iterable[Hit]:
    """By case number or the employer's name; parties are not searched, their names stay in the file."""
    rows = Case.objects.visible_to(user).filter(Q(case_no__icontains=text) | Q(employer__name__icontains=text))
    found = rows.select_related("union", "employer").order_by("-received_on")[:MOST]
    return [
        Hit(
            row.case_no,
            f"{row.get_status_display()} {row.employer or ''} {row.received_on:%Y-%m-%d}",
            url_of(row.union),
        )
        for row in found
    ]


MANY = 200


def cases_of(union: Union, user: User) -> QuerySet[Any]:
    """Cases of the union itself and of the employers it covers or covered, as far as the user may see them."""
    covered = UnionCoverage.objects.filter(union=union).values("employer")
    return Case.objects.visible_to(user).filter(Q(union=union) | Q(employer__in=covered))


@facet("disputes", _("Disputes"), Action.VIEW_DISPUTES, order=96)
def disputes(union: Union, user: User, day: date) -> Table:
    rows = cases_of(union, user).filter(received_on__lte=day).select_related("employer").order_by("-received_on")
    return Table(
        (
            Column("case_no", gettext("Case number")),
            *columns(Case, "employer", "kind", "status", "received_on", "closed_on"),
        ),
        rows[:MANY],
        empty=gettext("No dispute was received."),
    )


@happening(Action.VIEW_DISPUTES)
def cases_received(union: Union, user: User) -> Iterable[Happening]:
    for row in cases_of(union, user):
        yield Happening(row.received_on, gettext("Dispute received"), row.case_no)
        if row.closed_on:
            yield Happening(row.closed_on, gettext("Dispute closed"), row.case_no)
