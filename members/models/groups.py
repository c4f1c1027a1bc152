"""The special groups of workers a person belongs to, each from a day until a day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import querysets
from members.models.people import Person
from unions.audit import audited
from unions.models.base import Dated, UnionRecord, check, ends_after_start, no_overlap


class GroupKind(models.TextChoices):
    MIGRANT = "MIGRANT", pgettext_lazy("special group", "Migrant workers")
    DISPATCHED = "DISPATCHED", pgettext_lazy("special group", "Dispatched workers")
    NEW_FORM = "NEW_FORM", pgettext_lazy("special group", "New-form workers")
    WOMEN_CARE = "WOMEN_CARE", pgettext_lazy("special group", "Women under special care")
    SINGLE_PARENT = "SINGLE_PARENT", pgettext_lazy("special group", "Single parents")
    YOUTH = "YOUTH", pgettext_lazy("special group", "Young workers")
    MODEL_WORKER = "MODEL_WORKER", pgettext_lazy("special group", "Model workers")
    CRAFTSMAN = "CRAFTSMAN", pgettext_lazy("special group", "Craftsmen")
    DISABLED = "DISABLED", pgettext_lazy("special group", "Disabled workers")
    VETERAN = "VETERAN", pgettext_lazy("special group", "Veterans")
    HARDSHIP = "HARDSHIP", pgettext_lazy("special group", "Workers in hardship")
    LAID_OFF = "LAID_OFF", pgettext_lazy("special group", "Laid-off workers")


@audited
class SpecialGroup(UnionRecord, Dated):
    """Whom a union looks after as what, and since when. ``union`` is the person's own and follows him.

    Of hardship only the fact is kept here; what it consists in stands in the hardship file.
    """

    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("person"), related_name="special_groups")
    kind = models.CharField(_("special group"), max_length=14, choices=GroupKind)

    objects = querysets.PersonRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a special group")
        verbose_name_plural = _("members of special groups")
        constraints = [
            ends_after_start("special_group_ends_after_start"),
            no_overlap(
                "special_group_once_at_a_time",
                "person",
                "kind",
                message=_("The person is already in this group in that time."),
            ),
            check(
                "special_group_hardship_without_details",
                ~Q(kind="HARDSHIP") | Q(note=""),
                _("Details of a hardship belong in the hardship file, not here."),
            ),
        ]
        indexes = [models.Index(fields=["union", "kind"], name="special_group_by_union")]

    def __str__(self) -> str:
        return f"{self.person} – {self.get_kind_display()}"
