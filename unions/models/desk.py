"""What a person keeps at his desk: saved views of lists, notices in the inbox, changes that can still be undone."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from unions.audit import audited
from unions.models.accounts import User
from unions.models.base import Record


class OwnQuerySet(models.QuerySet):
    """Rows that belong to one account and concern nobody else."""

    def visible_to(self, user: User) -> Self:
        return self.filter(user_id=user.pk)


@audited
class SavedView(Record):
    """The filters, order and columns of a list under a name of the user's own."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name=_("account"), related_name="saved_views")
    register = models.CharField(_("list"), max_length=60)
    name = models.CharField(_("name"), max_length=30)
    query = models.CharField(_("conditions"), max_length=1000, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["register", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "register", "name"],
                name="saved_view_name_once",
                violation_error_message=_("You already have a view of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


@audited
class Notice(Record):
    """An event or a reminder in somebody's inbox. ``key`` says what it is about, so it is written once."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name=_("account"), related_name="notices")
    key = models.CharField(_("key"), max_length=120)
    subject = models.CharField(_("subject"), max_length=160)
    body = models.CharField(_("text"), max_length=500, blank=True)
    url = models.CharField(_("page"), max_length=200, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("mailed at"), null=True, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notice_unread"),
            models.Index(fields=["user", "-created_at", "-id"], name="notice_newest_first"),
        ]

    def __str__(self) -> str:
        return self.subject


@audited
class BulkChange(Record):
    """One action on many rows, with what each row held before and after, so that it can be undone."""

    user = models.ForeignKey(User, models.PROTECT, verbose_name=_("account"), related_name="bulk_changes")
    caption = models.CharField(_("action"), max_length=120)
    target_type = models.CharField(_("kind of record"), max_length=60)
    rows = models.JSONField(_("rows"), help_text=_("By record: each field as it was and as it became."))
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.caption
