"""Rows on their way into the tables of people: filled by COPY, checked and merged by SQL, emptied in the same
transaction, so that nobody but the import itself ever sees one."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class StagedMember(models.Model):
    """One row of an import of members, or of who joins by a return, who has also applied, consented and has a card.

    The table is UNLOGGED and has no index but those of its key and its batch: it is read as a whole.
    """

    batch = models.BigIntegerField()
    line = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    former_name = models.CharField(max_length=60)
    sex = models.CharField(max_length=1)
    birth_date = models.DateField()
    id_type = models.CharField(max_length=10)
    id_number = models.BinaryField()
    id_index = models.CharField(max_length=64)
    id_last4 = models.CharField(max_length=4)
    phone = models.BinaryField(null=True)
    education = models.CharField(max_length=20)
    is_migrant = models.BooleanField(null=True)
    pinyin = models.CharField(max_length=200)
    initials = models.CharField(max_length=80)
    name_grams = ArrayField(models.CharField(max_length=2))
    union_id = models.BigIntegerField()
    employer_id = models.BigIntegerField(null=True)
    worker_type = models.CharField(max_length=12)
    card_no = models.CharField(max_length=30)
    applied_on = models.DateField(null=True)
    consented_on = models.DateField(null=True)
    joined_on = models.DateField()
    retained_on = models.DateField(null=True)
    dues_wage = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    card_collected_on = models.DateField(null=True)
    card_issued_on = models.DateField(null=True)

    class Meta:
        verbose_name = "staged member"
        verbose_name_plural = "staged members"
        indexes = [models.Index(fields=["batch"], name="staged_member_by_batch")]

    def __str__(self) -> str:
        return f"{self.batch}:{self.line}"
