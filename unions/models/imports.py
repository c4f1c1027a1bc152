"""Imports of the federation's own spreadsheets: the file, how its columns were understood, what it brought."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unions.audit import audited
from unions.models.base import UnionRecord, check


class ImportStatus(models.TextChoices):
    RECEIVED = "RECEIVED", pgettext_lazy("import", "Columns to be matched")
    REFUSED = "REFUSED", pgettext_lazy("import", "To be mended")
    CHECKED = "CHECKED", pgettext_lazy("import", "Ready to import")
    APPLIED = "APPLIED", pgettext_lazy("import", "Imported")
    UNDONE = "UNDONE", pgettext_lazy("import", "Undone")


class ImportStep(models.TextChoices):
    """What is done in the background with a file of many rows."""

    CHECK = "CHECK", pgettext_lazy("import", "Checking")
    APPLY = "APPLY", pgettext_lazy("import", "Importing")


class ImportWork(models.TextChoices):
    """How far that is."""

    NONE = "", pgettext_lazy("import", "Nothing to wait for")
    WAITING = "WAITING", pgettext_lazy("import", "Waiting")
    RUNNING = "RUNNING", pgettext_lazy("import", "Running")
    FAILED = "FAILED", pgettext_lazy("import", "Broken off")


@audited
class ImportBatch(UnionRecord):
    """One spreadsheet on its way into the portal. ``union`` is the organ whose staff import it.

    ``mapping`` names for each of our columns the file's column (counted from 1); ``findings`` hold masked values only.
    created + updated + unchanged + rejected = rows read. ``consent`` is what ``asked_by`` confirmed of issued figures,
    ``held`` what he has still to confirm.
    """

    kind = models.CharField(_("what is imported"), max_length=20)
    file_name = models.CharField(_("file name"), max_length=120)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    status = models.CharField(_("status"), max_length=10, choices=ImportStatus, default=ImportStatus.RECEIVED)
    sheet = models.CharField(_("sheet"), max_length=60, blank=True)
    heading_row = models.PositiveIntegerField(_("row of the headings"), default=1)
    mapping = models.JSONField(_("columns"), default=dict)
    findings = models.JSONField(_("findings"), default=list)
    rows_read = models.PositiveIntegerField(_("rows read"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    applied_at = models.DateTimeField(_("imported at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        "unions.User", models.PROTECT, verbose_name=_("undone by"), null=True, blank=True, related_name="+"
    )

    step = models.CharField(_("step"), max_length=5, choices=ImportStep, blank=True, editable=False)
    work = models.CharField(_("work"), max_length=7, choices=ImportWork, blank=True, editable=False)
    asked_by = models.ForeignKey(
        "unions.User",
        models.PROTECT,
        verbose_name=_("asked by"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    started_at = models.DateTimeField(_("begun at"), null=True, blank=True, editable=False)
    trouble = models.CharField(_("why it broke off"), max_length=500, blank=True, editable=False)
    consent = models.JSONField(_("confirmed of issued figures"), default=dict, editable=False)
    held = models.JSONField(_("to be confirmed of issued figures"), default=dict, editable=False)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        constraints = [
            check(
                "import_counts_add_up",
                Q(rows_read=models.F("created") + models.F("updated") + models.F("unchanged") + models.F("rejected")),
                _("Created, updated, unchanged and rejected rows together are the rows read."),
            ),
            check(
                "import_applied_without_rejected",
                ~Q(status="APPLIED") | Q(rejected=0, applied_at__isnull=False),
                _("An import with rejected rows is not carried out."),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_under_way(self) -> bool:
        return self.work in (ImportWork.WAITING, ImportWork.RUNNING)


class ImportFile(UnionRecord):
    """The file of an import, ciphertext, kept until the import is carried out; the history keeps no copy of it."""

    batch = models.OneToOneField(ImportBatch, models.CASCADE, verbose_name=_("import"), related_name="file")
    content = models.BinaryField(_("file"), editable=False)

    class Meta:
        verbose_name = _("file of an import")
        verbose_name_plural = _("files of imports")

    def __str__(self) -> str:
        return str(self.batch)


class ImportTrace(UnionRecord):
    """What an import did to one table, in the order it was done: by this it is undone.

    ``before`` holds the changed rows as they were, as one ciphertext; ``mark`` is the last entry of the table's history
    at that time, so whatever stands behind it happened since. It is written once.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, verbose_name=_("import"), related_name="traces")
    model = models.CharField(pgettext_lazy("row", "record"), max_length=60)
    created_ids = ArrayField(models.BigIntegerField(), verbose_name=_("created"), default=list)
    changed_ids = ArrayField(models.BigIntegerField(), verbose_name=_("updated"), default=list)
    before = models.BinaryField(_("before"), null=True, editable=False)
    mark = models.BigIntegerField(_("last entry of the history"), default=0)

    class Meta:
        verbose_name = _("trace of an import")
        verbose_name_plural = _("traces of imports")
        ordering = ["batch", "pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.batch} {self.model}"


@audited
class HeadingMeaning(UnionRecord):
    """What a heading of somebody's spreadsheet was said to mean, proposed the next time; an empty column: nothing."""

    kind = models.CharField(_("what is imported"), max_length=20)
    heading = models.CharField(_("heading"), max_length=120)
    column = models.CharField(_("column"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("remembered heading")
        verbose_name_plural = _("remembered headings")
        constraints = [
            models.UniqueConstraint(
                fields=["union", "kind", "heading"],
                name="heading_once",
                violation_error_message=_("This heading is remembered already."),
            )
        ]

    def __str__(self) -> str:
        return self.heading
