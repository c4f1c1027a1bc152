"""Accounts and the offices that give them their powers."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unions.access import Role
from unions.audit import audited
from unions.models.base import Dated, DatedQuerySet, UnionRecord, ends_after_start, no_overlap


@audited
class User(AbstractUser):
    """Who signs in. Powers come from offices alone: Django's groups and permissions are not used."""

    name = models.CharField(pgettext_lazy("person", "name"), max_length=30)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    wants_mail = models.BooleanField(_("notices by e-mail too"), default=False)
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]

    REQUIRED_FIELDS = ["name"]

    # What access.offices_of has read, for as long as this object lives: one request.
    offices_today: list[tuple[str, int]] | None = None

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class OfficeQuerySet(DatedQuerySet):
    def held_today(self) -> Self:
        return self.on(timezone.localdate())


@audited
class Office(UnionRecord, Dated):
    """One account in one role at one union for some time. Ending the office ends the power at once."""

    user = models.ForeignKey(User, models.PROTECT, verbose_name=_("account"), related_name="offices")
    role = models.CharField(_("role"), max_length=20, choices=Role)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        constraints = [
            ends_after_start("office_ends_after_start"),
            no_overlap(
                "office_once_at_a_time",
                "user",
                "union",
                "role",
                message=_("This account already holds this office in that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"
