"""The two logs of acts: what was done, and what sensitive data was read. Both are append-only.

Rows are sealed in blocks (AuditSeal): each seal digests the rows since the last one together with its digest, so a
row changed or removed later breaks every seal after it.
"""

from __future__ import annotations

import pgtrigger
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class AuditEntry(models.Model):
    """An act with a name: who did what to which record, with the values before and after and the reason."""

    at = models.DateTimeField(_("time"), auto_now_add=True)
    actor = models.ForeignKey("unions.User", models.PROTECT, verbose_name=_("who"), null=True, related_name="+")
    action = models.CharField(_("act"), max_length=60)
    target_type = models.CharField(_("kind of record"), max_length=60)
    target_id = models.BigIntegerField(_("record number"))
    target_name = models.CharField(pgettext_lazy("row", "record"), max_length=200)
    before = models.JSONField(_("before"), null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("after"), null=True, encoder=DjangoJSONEncoder)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["target_type", "target_id"], name="audit_by_target")]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.target_name}"


class AccessEntry(models.Model):
    """Sensitive fields of one record were read: by whom, which, why."""

    at = models.DateTimeField(_("time"), auto_now_add=True)
    actor = models.ForeignKey("unions.User", models.PROTECT, verbose_name=_("who"), null=True, related_name="+")
    target_type = models.CharField(_("kind of record"), max_length=60)
    target_id = models.BigIntegerField(_("record number"))
    fields = models.JSONField(_("fields read"))
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        verbose_name = _("access entry")
        verbose_name_plural = _("access log")
        ordering = ["-pk"]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.target_type} {self.target_id}"


class AuditSeal(models.Model):
    """A digest over a run of log rows and the seal before it."""

    table = models.CharField(_("log"), max_length=60)
    first_id = models.BigIntegerField(_("first row"))
    last_id = models.BigIntegerField(_("last row"))
    rows = models.PositiveIntegerField(_("rows"))
    digest = models.CharField(_("digest"), max_length=64)
    sealed_at = models.DateTimeField(_("sealed at"), auto_now_add=True)

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["table", "last_id"], name="seal_once")]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.table} {self.first_id}–{self.last_id}"
