"""Pages of the subsidies that come with classes: which are to be paid, which were, and paying one."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from finance.forms import PaySubsidyForm
from finance.models import ClassSubsidy, LedgerEntry
from unions.access import Action, can
from unions.mixins import ActionMixin
from unions.models import Grade, ModelClass, User
from unions.pages.columns import Badge, Column, columns
from unions.pages.filters import is_set, named, one_of
from unions.pages.listing import Filters, Register, StandardView
from unions.pages.records import EventView


class SubsidyFilters(Filters):
    union = named(_("Union"), "union__name")
    year = django_filters.NumberFilter(label=_("Year"))
    grade = one_of(_("Class"), Grade)
    is_paid = is_set(_("Paid"), "subsidy_payment")


def subsidised(user: User) -> QuerySet[Any]:
    """The classes that carry a subsidy, with its payment where there is one."""
    rows = ModelClass.objects.visible_to(user).filter(subsidy__gt=0)
    return rows.select_related("union", "subsidy_payment__transaction")


def payment(row: ModelClass) -> Any:
    return getattr(row, "subsidy_payment", None)


def paid_badge(row: ModelClass) -> Badge:
    return Badge(_("Paid"), "is-ok") if payment(row) else Badge(_("To be paid"), "is-due")


SUBSIDIES = Register(
    slug="subsidies",
    title=_("Subsidies of classes"),
    lead=_("What the federation pays unions with their class; each is paid once, by somebody who did not grant it."),
    see=Action.VIEW_FINANCE,
    rows=subsidised,
    columns=(
        Column("union", _("Union"), "union__name", sort="union__code"),
        *columns(ModelClass, "year", "grade", "subsidy", "awarded_on", "document_no"),
        Column("state", _("Status"), paid_badge),
        Column("paid_on", _("Subsidy paid on"), "subsidy_payment__paid_on", sort="subsidy_payment__paid_on"),
        Column("voucher", _("voucher"), lambda row: payment(row) and payment(row).transaction.number),
    ),
    sort="-awarded_on",
    filters=SubsidyFilters,
    views=(
        StandardView(_("All")),
        StandardView(_("To be paid"), "is_paid=false"),
        StandardView(_("Paid"), "is_paid=true"),
    ),
    url_of=lambda row: reverse("subsidy", args=[row.pk]),
    empty=_("No class carries a subsidy yet. Subsidies follow from the classes of an assessment scheme."),
)


class SubsidyView(ActionMixin, TemplateView):
    """One subsidy: for which class, whether it was paid, with which voucher, and what is in the way if not."""

    action = Action.VIEW_FINANCE
    template_name = "finance/subsidy.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = get_object_or_404(subsidised(self.user), pk=self.kwargs["pk"])
        paid = payment(row)
        return super().get_context_data(**kwargs) | {
            "row": row,
            "paid": paid,
            "entries": self.entries(paid) if paid else [],
            "badge": paid_badge(row),
            "may_pay": paid is None and can(self.user, Action.MANAGE_FINANCE) and row.created_by_id != self.user.pk,
            "is_granter": row.created_by_id == self.user.pk,
            "list_url": reverse("subsidies"),
        }

    def entries(self, paid: ClassSubsidy) -> QuerySet[Any]:
        """The voucher's sides, debit first. It stands in the federation's book, which a single union does not read."""
        rows = LedgerEntry.objects.visible_to(self.user).filter(transaction=paid.transaction_id)
        return rows.select_related("account").order_by("-debit", "pk")


class PaySubsidyView(EventView):
    action = Action.MANAGE_FINANCE
    form_class = PaySubsidyForm
    heading = _("Pay the subsidy")
    lead = _("One voucher in the federation's book; it cannot be changed afterwards, only reversed.")
    submit = _("Pay and post")

    def get_target(self) -> ModelClass:
        return get_object_or_404(subsidised(self.user), pk=self.kwargs["pk"])

    def next_url(self, row: Any) -> str:
        return reverse("subsidy", args=[self.target.pk])
