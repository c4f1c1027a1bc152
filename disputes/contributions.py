"""What disputes add to shared pages: cases in the search."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from disputes.models import Case
from unions.access import Action
from unions.models import User
from unions.pages.columns import url_of
from unions.pages.contributions import Hit, finder
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
