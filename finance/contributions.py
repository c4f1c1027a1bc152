"""What finance adds to shared pages: the levy of a union, its state in the register, its payments in the timeline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import django_filters
from django.db.models import Exists, F, Max, OuterRef, Q, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.models import LevyAssessment, RemittanceLine
from unions.access import Action
from unions.models import Union, User
from unions.pages.columns import Badge, Column, Table
from unions.pages.contributions import Happening, facet, happening
from unions.periods import HalfYear
from unions.union_list import Share, share

UNPAID = Q(paid_on__isnull=True, is_exempt=False)


def state_of(*, is_late: bool, is_open: bool, is_paid: bool, is_exempt: bool) -> Badge:
    """One word for how far the levy is remitted."""
    if is_late:
        return Badge(_("In arrears"), "is-late")
    if is_open:
        return Badge(_("Partly remitted"), "is-due") if is_paid else Badge(_("To be remitted"), "is-due")
    return Badge(_("Remitted"), "is-ok") if is_paid or not is_exempt else Badge(_("Exemption granted"), "is-lock")


@facet("levy", gettext_lazy("Levy"), Action.VIEW_FINANCE, order=90)
def levy(union: Union, user: User, day: date) -> Table:
    """Each half-year's levy with what is due upwards, paid and open."""
    rows = LevyAssessment.objects.visible_to(user).filter(union=union, accrual_start__lte=day)
    counted = rows.annotate(
        due=Sum("lines__amount", filter=Q(lines__is_exempt=False)),
        paid=Sum("lines__amount", filter=Q(lines__paid_on__lte=day)),
        last_due=Max("lines__due_on"),
        exempt=Sum("lines__amount", filter=Q(lines__is_exempt=True)),
    )
    return Table(
        (
            Column("period", _("Half-year"), lambda row: HalfYear.containing(row.accrual_start).label),
            Column("accrued", _("Accrued (yuan)"), is_number=True),
            Column("due", _("To be remitted (yuan)"), is_number=True),
            Column("paid", _("Remitted (yuan)"), is_number=True),
            Column("last_due", _("Due on")),
            Column("state", _("Status"), lambda row: levy_state(row, day)),
        ),
        counted.order_by("-accrual_start"),
        empty=_("No levy was assessed for this union."),
    )


def levy_state(row: Any, day: date) -> Badge:
    due, paid = row.due or 0, row.paid or 0
    is_open = paid < due
    return state_of(
        is_late=is_open and bool(row.last_due and row.last_due < day),
        is_open=is_open,
        is_paid=bool(paid),
        is_exempt=bool(row.exempt) and not due,
    )


@happening(Action.VIEW_FINANCE)
def remittances(union: Union, user: User) -> Iterable[Happening]:
    rows = RemittanceLine.objects.visible_to(user).filter(union=union, paid_on__isnull=False)
    paid = rows.values("paid_on", "assessment__accrual_start").annotate(total=Sum("amount")).order_by()
    for row in paid:
        assert row["paid_on"]  # filtered
        half = HalfYear.containing(row["assessment__accrual_start"]).label
        yield Happening(row["paid_on"], _("Levy of %(half)s remitted") % {"half": half}, f"{row['total']:,.2f}")


def with_levy(unions: Any) -> Any:
    """Annotate what the register's column and filter ask: arrears at all, and how far the newest levy is."""
    newest = LevyAssessment.objects.filter(union=OuterRef("union")).order_by("-accrual_start").values("pk")[:1]
    lines = RemittanceLine.objects.filter(union=OuterRef("pk"))
    latest = lines.annotate(newest=Subquery(newest)).filter(assessment=F("newest"))
    return unions.annotate(
        levy_late=Exists(lines.filter(UNPAID, due_on__lt=timezone.localdate())),
        levy_open=Exists(latest.filter(UNPAID)),
        levy_paid=Exists(latest.filter(paid_on__isnull=False)),
        levy_exempt=Exists(latest.filter(is_exempt=True)),
    )


def levy_cell(row: Any) -> Badge | None:
    if not (row.levy_late or row.levy_open or row.levy_paid or row.levy_exempt):
        return None
    return state_of(is_late=row.levy_late, is_open=row.levy_open, is_paid=row.levy_paid, is_exempt=row.levy_exempt)


share(
    Share(
        "arrears",
        Action.VIEW_FINANCE,
        with_levy,
        Column("arrears", gettext_lazy("Levy"), levy_cell),
        django_filters.BooleanFilter(field_name="levy_late", label=gettext_lazy("In arrears")),
        order=20,
    )
)
