"""Named conditions and filters over relief: the figures and the pages use the same ones. Money is Decimal yuan."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.db.models import Case, DecimalField, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from unions.access import ScopedQuerySet
from unions.models.base import in_period

YUAN = DecimalField(max_digits=16, decimal_places=2)
NOTHING = Value(Decimal(0), output_field=YUAN)


def is_open_fund(period: Any) -> Q:
    """Funds not closed by the period's last day."""
    return Q(closed_on__isnull=True) | Q(closed_on__gt=period.last_day)


def is_on_register(period: Any) -> Q:
    """Files not yet removed on the period's last day; households supported to subsistence are among them."""
    return Q(exited_on__isnull=True) | Q(exited_on__gt=period.last_day)


def is_out_of_hardship(period: Any) -> Q:
    """Files removed in the period because the household is out of hardship; cancelled ones are left out."""
    return in_period("exited_on", period) & Q(exit_kind__in=("RELIEVED", "SUPPORTED"))


def is_touched(period: Any) -> Q:
    """Payments made or taken back in the period."""
    return in_period("paid_on", period) | in_period("reversed_on", period)


def is_federation_hardship(period: Any) -> Q:
    """Hardship relief from the federation's own money: living, medical, temporary. No tuition, visits, benefits."""
    return is_touched(period) & Q(source="FEDERATION", kind__in=("LIVING", "MEDICAL", "TEMPORARY"))


def is_enterprise_fund(period: Any) -> Q:
    """Payments out of enterprises' own hardship funds, of any kind."""
    return is_touched(period) & Q(source="ENTERPRISE_FUND")


class ReliefFundQuerySet(ScopedQuerySet):
    def active_on(self, day: date) -> Self:
        """Funds (家) set up by ``day`` and not closed by it, whatever is in them."""
        return self.filter(set_up_on__lte=day).filter(Q(closed_on__isnull=True) | Q(closed_on__gt=day))

    def with_balance_on(self, day: date) -> Self:
        """Annotate ``balance`` (yuan): opening balance and all movements up to and with ``day``, by their own date."""
        movements = self.model._meta.get_field("movements").related_model
        moved = movements.objects.filter(fund=OuterRef("pk"), happened_on__lte=day).order_by().values("fund")
        total = Subquery(moved.annotate(total=Sum(signed_amount())).values("total"), output_field=YUAN)
        return self.annotate(balance=F("opening_balance") + Coalesce(total, NOTHING))


class FundMovementQuerySet(ScopedQuerySet):
    def incoming(self) -> Self:
        return self.filter(kind__startswith="IN_")

    def outgoing(self) -> Self:
        return self.filter(kind__startswith="OUT_")


def signed_amount() -> Case:
    """A movement's amount as it changes the balance: in is plus, out is minus."""
    return Case(When(kind__startswith="IN_", then=F("amount")), default=-F("amount"), output_field=YUAN)


class ReliefPaymentQuerySet(ScopedQuerySet):
    def with_net_in(self, period: Any) -> Self:
        """Annotate ``net`` (yuan, cash and goods): paid in the period plus, taken back in it minus, else 0."""
        total = F("amount_cash") + F("amount_goods")
        paid = Case(When(in_period("paid_on", period), then=total), default=NOTHING, output_field=YUAN)
        reversed_ = Case(When(in_period("reversed_on", period), then=total), default=NOTHING, output_field=YUAN)
        return self.annotate(net=paid - reversed_)


class GoodwillVisitQuerySet(ScopedQuerySet):
    def with_value(self) -> Self:
        """Annotate ``value`` (yuan): cash and goods together."""
        return self.annotate(value=F("cash") + F("goods_value"))


class CoolingRoundQuerySet(ScopedQuerySet):
    def with_value(self) -> Self:
        """Annotate ``value`` (yuan): cash and goods together."""
        return self.annotate(value=F("amount_cash") + F("amount_goods"))
