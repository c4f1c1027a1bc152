"""Two records that may be one person: the pairs proposed, and the merges made, with all that undoing them needs."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import querysets
from members.models.people import Person
from unions.audit import audited
from unions.crypto import EncryptedTextField
from unions.models.base import Record, UnionRecord, check

DAYS_TO_UNDO = 30


class Likeness(models.TextChoices):
    ID = "ID", _("ID numbers alike, one of them wrong")
    WORKPLACE = "WORKPLACE", _("Same name, date of birth and employer")
    SOUND = "SOUND", _("Name sounds the same, same date of birth and sex")
    CHOSEN = "CHOSEN", _("Put side by side by hand")


@audited
class DuplicatePair(Record):
    """Two persons who may be one, ``first`` with the lower number. Proposed by the portal, decided by somebody.

    Seen only by who sees both persons; the database holds to that by the persons' own policy.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", pgettext_lazy("pair", "To be decided")
        DIFFERENT = "DIFFERENT", pgettext_lazy("pair", "Not the same person")
        MERGED = "MERGED", pgettext_lazy("pair", "Merged")
        GONE = "GONE", pgettext_lazy("pair", "No longer alike")

    first = models.ForeignKey(Person, models.PROTECT, verbose_name=_("first record"), related_name="+")
    second = models.ForeignKey(Person, models.PROTECT, verbose_name=_("second record"), related_name="+")
    reasons = ArrayField(
        models.CharField(max_length=10, choices=Likeness), verbose_name=_("alike in"), default=list, editable=False
    )
    state = models.CharField(_("status"), max_length=9, choices=State, default=State.OPEN, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = querysets.PairQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="duplicate_pair_once",
                violation_error_message=_("These two are in the list already."),
            ),
            check("duplicate_pair_in_order", Q(first__lt=F("second")), _("A record cannot be compared with itself.")),
            check(
                "duplicate_pair_different_with_reason",
                ~Q(state="DIFFERENT") | ~Q(reason=""),
                _("Say why they are not the same person."),
            ),
        ]
        indexes = [models.Index(fields=["state"], name="duplicate_pair_by_state")]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"

    @property
    def union_id(self) -> int | None:
        """Whose pair it is; who decides on it must be in charge of the other record's union as well."""
        return self.first.union_id if self.first_id else None


@audited
class PersonMerge(UnionRecord):
    """One person's record merged into another's, and what it takes to undo that. ``union`` keeps the kept record.

    ``former`` is ciphertext: the values both records had and were given, kept no longer than they can be given back.
    ``moved`` names the rows that pointed at the merged record and now point at the kept one; ``closed`` those closed
    as duplicates, with what they said before. Written by members.merging alone.
    """

    kept = models.ForeignKey(Person, models.PROTECT, verbose_name=_("record kept"), related_name="merges")
    merged = models.ForeignKey(Person, models.PROTECT, verbose_name=_("record merged"), related_name="+")
    name = models.CharField(_("name of the merged record"), max_length=60)
    masked_id = models.CharField(_("ID number of the merged record"), max_length=30)
    merged_on = models.DateField(_("merged on"))
    reason = models.CharField(_("reason"), max_length=200)
    former = EncryptedTextField(_("former values"), null=True, editable=False)
    moved = models.JSONField(_("rows moved"), default=list, editable=False)
    closed = models.JSONField(_("rows closed"), default=list, editable=False)
    undone_on = models.DateField(_("undone on"), null=True, blank=True)
    undone_because = models.CharField(_("undone because"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("merged record")
        verbose_name_plural = _("merged records")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_on__isnull=True),
                name="person_merge_once",
                violation_error_message=_("This record is merged already."),
            ),
            check("person_merge_of_two", ~Q(kept=F("merged")), _("A record cannot be merged into itself.")),
            check(
                "person_merge_undone_with_reason",
                Q(undone_on__isnull=True) | Q(undone_on__gte=F("merged_on")) & ~Q(undone_because=""),
                _("Undoing has its day and its reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} → {self.kept}"

    @property
    def undo_until(self) -> date:
        """The last day on which it can be undone."""
        return self.merged_on + timedelta(days=DAYS_TO_UNDO)

    @property
    def may_be_undone(self) -> bool:
        return self.undone_on is None and timezone.localdate() <= self.undo_until
