"""Enterprises' own hardship funds and what goes in and out of them.

A fund's balance is never stored: it is the opening balance and the movements, and on no day may it be below zero.
The federation's own money stands in the ledger (finance), not here.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from relief import querysets
from unions.audit import audited
from unions.models import Employer
from unions.models.base import MoneyField, UnionRecord, check, ends_after_start, no_overlap


def refuse_balance_below_zero(funds: str) -> str:
    """The trigger body that checks the daily running balance of ``funds``, an SQL list of ids.

    The fund rows are locked first: two transactions that each leave enough would together leave too little.
    """
    return f"""
        PERFORM 1 FROM relief_relieffund WHERE id IN ({funds}) ORDER BY id FOR NO KEY UPDATE;
        SELECT fund_id, happened_on INTO short_fund, short_day FROM (
            SELECT movement.fund_id, movement.happened_on, fund.opening_balance + SUM(
                CASE WHEN left(movement.kind, 3) = 'IN_' THEN movement.amount ELSE -movement.amount END
            ) OVER (PARTITION BY movement.fund_id ORDER BY movement.happened_on) AS balance
            FROM relief_fundmovement movement JOIN relief_relieffund fund ON fund.id = movement.fund_id
            WHERE movement.fund_id IN ({funds})
        ) running WHERE balance < 0 ORDER BY fund_id, happened_on LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'Hardship fund % would be below zero on %.', short_fund, short_day
                USING ERRCODE = 'check_violation', CONSTRAINT = 'fund_not_below_zero';
        END IF;
        RETURN NULL;
    """


SHORT = [("short_fund", "bigint"), ("short_day", "date")]


@audited
class ReliefFund(UnionRecord):
    """An enterprise's internal hardship fund. ``union`` owns it; ``employer`` is named where it is one employer's.

    ``opening_balance`` (yuan) is what was in it when it was first recorded; later money comes by movements alone.
    """

    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("employer"), null=True, blank=True, related_name="relief_funds"
    )
    name = models.CharField(_("name"), max_length=80)
    set_up_on = models.DateField(_("set up on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    opening_balance = MoneyField(_("opening balance (yuan)"), default=0)
    rule_document = models.CharField(_("fund rules (title or number)"), max_length=120, blank=True)

    objects = querysets.ReliefFundQuerySet.as_manager()

    class Meta:
        verbose_name = _("hardship fund")
        verbose_name_plural = _("hardship funds")
        ordering = ["union", "set_up_on"]
        constraints = [
            ends_after_start("fund_closes_after_set_up", "set_up_on", "closed_on"),
            check(
                "fund_opening_not_negative",
                Q(opening_balance__gte=0),
                _("The opening balance cannot be negative."),
            ),
            no_overlap(
                "fund_one_per_employer",
                "employer",
                start="set_up_on",
                end="closed_on",
                message=_("The employer already has a hardship fund in that time."),
            ),
            no_overlap(
                "fund_one_per_union",
                "union",
                start="set_up_on",
                end="closed_on",
                condition=Q(employer__isnull=True),
                message=_("The union already has a hardship fund of its own in that time."),
            ),
        ]
        indexes = [models.Index(fields=["set_up_on", "closed_on"], name="fund_by_time")]
        triggers = [
            pgtrigger.Trigger(
                name="opening_keeps_fund_above_zero",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("opening_balance"),
                timing=pgtrigger.Deferred,
                declare=SHORT,
                func=refuse_balance_below_zero("NEW.id"),
            )
        ]

    def __str__(self) -> str:
        return self.name


class MovementKind(models.TextChoices):
    IN_UNION = "IN_UNION", _("In: from the union")
    IN_EMPLOYER = "IN_EMPLOYER", _("In: from the employer")
    IN_DONATION = "IN_DONATION", _("In: donations")
    IN_OTHER = "IN_OTHER", _("In: other")
    OUT_RELIEF = "OUT_RELIEF", _("Out: relief paid")
    OUT_OTHER = "OUT_OTHER", _("Out: other")


@audited
class FundMovement(UnionRecord):
    """Money into or out of a hardship fund, in yuan; the kind says which way."""

    fund = models.ForeignKey(ReliefFund, models.PROTECT, verbose_name=_("hardship fund"), related_name="movements")
    kind = models.CharField(pgettext_lazy("fund", "movement"), max_length=12, choices=MovementKind)
    amount = MoneyField(_("amount (yuan)"))
    happened_on = models.DateField(_("date"))
    belongs_to = models.DateField(
        _("month it belongs to"), null=True, blank=True, help_text=_("Empty: the month of the date.")
    )

    objects = querysets.FundMovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("fund movement")
        verbose_name_plural = _("fund movements")
        ordering = ["-happened_on", "-pk"]
        constraints = [
            check("fund_movement_above_zero", Q(amount__gt=0), _("The amount must be above zero.")),
            check(
                "fund_movement_belongs_to_month",
                Q(belongs_to__isnull=True) | Q(belongs_to__day=1),
                _("The month is given by its first day."),
            ),
        ]
        indexes = [models.Index(fields=["fund", "happened_on"], name="fund_movement_by_fund")]
        triggers = [
            pgtrigger.Trigger(
                name="fund_not_below_zero",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                declare=SHORT,
                func=refuse_balance_below_zero("NEW.fund_id, OLD.fund_id"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.fund} {self.get_kind_display()} {self.amount}"
