"""Who leads a union: committee terms with their legal clock, and the officers elected or appointed."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unions.access import ScopedQuerySet
from unions.audit import audited
from unions.models.base import (
    Dated,
    DatedQuerySet,
    UnionRecord,
    check,
    ends_after_start,
    in_period,
    no_overlap,
)
from unions.models.organisation import Union


class CommitteeTermQuerySet(ScopedQuerySet):
    def with_deadline(self) -> Self:
        """Annotate ``deadline``: the day the next election is due, an approved extension included."""
        return self.annotate(deadline=Coalesce("extended_until", "due_on"))

    def running(self) -> Self:
        """Terms of unions that exist, not yet followed by another, with their ``deadline``."""
        return self.with_deadline().filter(ended_on__isnull=True, union__ended_on__isnull=True)


def is_due_in(period: Any) -> Q:
    """Terms (``with_deadline``) whose election fell due in the period while their union still existed."""
    exists = Q(union__ended_on__isnull=True) | Q(union__ended_on__gt=F("deadline"))
    return in_period("deadline", period) & exists


@audited
class CommitteeTerm(UnionRecord):
    """One term of a union committee, from its election; 3 or 5 years (Trade Union Law art. 16)."""

    union = models.ForeignKey(Union, models.PROTECT, verbose_name=_("union"), related_name="terms")
    term_no = models.PositiveSmallIntegerField(_("term number"))
    is_first = models.BooleanField(_("first committee"), default=False)
    elected_on = models.DateField(_("elected on"))
    years = models.PositiveSmallIntegerField(_("term (years)"), choices=[(3, "3"), (5, "5")])
    due_on = models.DateField(_("next election due on"))
    extended_until = models.DateField(_("extended until"), null=True, blank=True)
    extension_document = models.CharField(_("extension approval number"), max_length=60, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    delegates = models.PositiveIntegerField(_("delegates"), null=True, blank=True)

    objects = CommitteeTermQuerySet.as_manager()

    class Meta:
        verbose_name = _("committee term")
        verbose_name_plural = _("committee terms")
        ordering = ["union", "-elected_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["union", "term_no"],
                name="term_number_once",
                violation_error_message=_("The union already has a term of this number."),
            ),
            no_overlap(
                "term_one_at_a_time",
                "union",
                start="elected_on",
                end="ended_on",
                message=_("The union already has a committee in that time."),
            ),
            check(
                "term_due_after_election",
                Q(due_on__gt=F("elected_on")),
                _("The next election must be due after this one."),
            ),
            check(
                "term_extension_needs_document",
                Q(extended_until__isnull=True) | (Q(extended_until__gt=F("due_on")) & ~Q(extension_document="")),
                _("An extension runs beyond the due date and needs its approval number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.union} {self.term_no}"


@audited
class Officer(UnionRecord, Dated):
    """A person in a post of a union; the account that may act for him is an Office."""

    class Post(models.TextChoices):
        CHAIR = "CHAIR", _("Chair")
        VICE_CHAIR = "VICE_CHAIR", _("Vice chair")
        COMMITTEE = "COMMITTEE", _("Committee member")
        AUDIT_HEAD = "AUDIT_HEAD", _("Head of the audit commission")
        AUDIT_MEMBER = "AUDIT_MEMBER", _("Member of the audit commission")
        WOMEN_HEAD = "WOMEN_HEAD", _("Head of the women workers' committee")
        ORGANISER = "ORGANISER", _("Union organiser")
        LIAISON = "LIAISON", _("Liaison officer")
        SAFETY_INSPECTOR = "SAFETY_INSPECTOR", _("Labour-protection inspector")
        CLERK = "CLERK", _("Clerk")

    union = models.ForeignKey(Union, models.PROTECT, verbose_name=_("union"), related_name="officers")
    name = models.CharField(pgettext_lazy("person", "name"), max_length=30)
    post = models.CharField(_("post"), max_length=20, choices=Post)
    is_full_time = models.BooleanField(_("full-time"), default=False)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    handed_over_on = models.DateField(_("handed over on"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("union officer")
        verbose_name_plural = _("union officers")
        constraints = [
            ends_after_start("officer_ends_after_start"),
            no_overlap(
                "officer_one_chair_at_a_time",
                "union",
                condition=Q(post="CHAIR"),
                message=_("The union already has a chair in that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.get_post_display()}"
