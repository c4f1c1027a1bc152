"""The people, their membership and their cards."""

from __future__ import annotations

from typing import Any, Self

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import querysets
from unions.access import Scope, ScopedQuerySet
from unions.acting import across_scopes
from unions.audit import audited
from unions.crypto import EncryptedTextField, blind_index
from unions.models import Employer, Union
from unions.models.base import (
    MoneyField,
    UnionRecord,
    check,
    ends_after_start,
    no_overlap,
)
from unions.names import NameKeyed, grams, without_gaps
from unions.validators import id_birth_date, id_is_male, mask_id, plain_id, validate_id_number


class Sex(models.TextChoices):
    FEMALE = "F", _("Female")
    MALE = "M", _("Male")


class IdType(models.TextChoices):
    RESIDENT = "RESIDENT", _("Resident ID")
    PASSPORT = "PASSPORT", _("Passport")
    OTHER = "OTHER", _("Other document")


@audited
class Person(NameKeyed, UnionRecord):
    """A person on a union's books. ``union`` keeps the record and moves with a transfer.

    The ID number is ciphertext; ``id_index`` is its keyed digest, by which one person is one row in the portal.
    A record found to be another's duplicate stays with ``merged_into`` and is seen in no list.
    """

    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    former_name = models.CharField(_("former name"), max_length=60, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex)
    birth_date = models.DateField(_("date of birth"))
    id_type = models.CharField(_("ID document"), max_length=10, choices=IdType, default=IdType.RESIDENT)
    id_number = EncryptedTextField(_("ID number"))
    id_index = models.CharField(_("ID index"), max_length=64, editable=False, unique=True)
    id_last4 = models.CharField(_("last four of the ID"), max_length=4, editable=False, db_index=True, default="")
    phone = EncryptedTextField(_("phone"), null=True, blank=True)
    bank_card = EncryptedTextField(_("bank card"), null=True, blank=True)
    education = models.CharField(_("education"), max_length=20, blank=True)
    is_migrant = models.BooleanField(_("migrant worker"), default=False)
    consented_on = models.DateField(_("consent to keep personal data given on"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="merged",
    )

    objects = querysets.PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = pgettext_lazy("model", "persons")
        constraints = [
            check(
                "person_not_merged_into_itself",
                Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                _("A record cannot be merged into itself."),
            )
        ]
        indexes = [
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="person_by_merged_into"),
            GinIndex(fields=["name_grams"], name="person_by_name_grams"),
            models.Index(fields=["union", "pinyin", "id"], name="person_by_union"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Check that the ID is nobody else's, and a resident ID against the birth date and sex given beside it.

        Names lose the gaps that spread them in a table.
        """
        self.name, self.former_name = without_gaps(self.name), without_gaps(self.former_name)
        if not self.id_number:
            return
        self.id_number = plain_id(self.id_number)
        if not self.id_number:
            raise ValidationError({"id_number": _("Without spaces and signs nothing is left of this number.")})
        self.refuse_known_number()
        if self.id_type != IdType.RESIDENT:
            return
        try:
            validate_id_number(self.id_number)
        except ValidationError as error:
            raise ValidationError({"id_number": error}) from None
        if id_birth_date(self.id_number) != self.birth_date:
            raise ValidationError({"birth_date": _("The ID number says another date of birth.")})
        if id_is_male(self.id_number) != (self.sex == Sex.MALE):
            raise ValidationError({"sex": _("The ID number says another sex.")})

    def refuse_known_number(self) -> None:
        """Raise ValidationError if another record has this number; in another scope, it says no more than that."""
        with across_scopes():
            others = Person._base_manager.filter(id_index=blind_index(self.id_number)).exclude(pk=self.pk)
            known = others.select_related("union").first()
        if known is None:
            return
        if known.merged_into_id:
            raise ValidationError({"id_number": _("A record with this number was merged into another person's.")})
        if known.union_id == self.union_id:
            raise ValidationError(
                {"id_number": _("This number is already recorded for %(name)s.") % {"name": known.name}}
            )
        raise ValidationError({"id_number": _("This number is already on the books of the federation.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the number as it is compared, and the index and the last four characters in step with it."""
        if self.id_number:
            self.id_number = plain_id(self.id_number)
            self.id_index, self.id_last4 = blind_index(self.id_number), self.id_number[-4:]
        super().save(*args, **kwargs)

    def keys(self) -> dict[str, Any]:
        """A former name is found like the present one."""
        return super().keys() | {"name_grams": sorted({*grams(self.name), *grams(self.former_name)})}

    @property
    def masked_id(self) -> str:
        return mask_id(self.id_number)

    @property
    def has_valid_id(self) -> bool:
        """Whether the number is one that can be checked, a resident ID, and is right."""
        try:
            validate_id_number(plain_id(self.id_number or ""))
        except ValidationError:
            return False
        return self.id_type == IdType.RESIDENT


class MembershipStatus(models.TextChoices):
    APPLIED = "APPLIED", _("Applied")
    ACTIVE = "ACTIVE", _("Active member")
    RETAINED = "RETAINED", _("Membership retained")
    TRANSFERRED_OUT = "TRANSFERRED_OUT", _("Transferred out (member)")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn (member)")
    AUTO_WITHDRAWN = "AUTO_WITHDRAWN", _("Deemed withdrawn")
    EXPELLED = "EXPELLED", _("Expelled")
    DECEASED = "DECEASED", _("Deceased")
    REFUSED = "REFUSED", _("Refused (member)")
    DUPLICATE = "DUPLICATE", _("Recorded twice (member)")


OPEN = (MembershipStatus.ACTIVE, MembershipStatus.RETAINED)


class WorkerType(models.TextChoices):
    CONTRACT = "CONTRACT", _("Contract worker")
    DISPATCHED = "DISPATCHED", _("Dispatched worker")
    MIGRANT = "MIGRANT", _("Migrant worker")
    PART_TIME = "PART_TIME", _("Part-time worker")
    REHIRED = "REHIRED", _("Rehired retiree")
    PLATFORM = "PLATFORM", _("New-form worker")


@audited
class Membership(UnionRecord):
    """A person's membership of one union, from approval to its end. Retained members are counted apart."""

    union = models.ForeignKey(Union, models.PROTECT, verbose_name=_("union"), related_name="memberships")
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("person"), related_name="memberships")
    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("employer"), null=True, blank=True, related_name="memberships"
    )
    status = models.CharField(
        _("membership status"), max_length=16, choices=MembershipStatus, default=MembershipStatus.APPLIED
    )
    worker_type = models.CharField(
        _("type of employment"), max_length=12, choices=WorkerType, default=WorkerType.CONTRACT
    )
    card_no = models.CharField(_("member card number"), max_length=30, blank=True)
    applied_on = models.DateField(_("applied on"), null=True, blank=True)
    joined_on = models.DateField(_("joined on"), null=True, blank=True)
    retained_on = models.DateField(_("retained since"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=120, blank=True)
    dues_wage = MoneyField(_("wage for dues (yuan a month)"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            check(
                "membership_open_has_joined",
                ~Q(status__in=OPEN) | Q(joined_on__isnull=False, left_on__isnull=True),
                _("An open membership has a joining date and no leaving date."),
            ),
            check(
                "membership_left_after_joined",
                Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                _("A member cannot leave before joining."),
            ),
            check(
                "membership_retained_has_date",
                ~Q(status="RETAINED") | Q(retained_on__isnull=False),
                _("A retained membership says since when."),
            ),
            no_overlap(
                "membership_one_at_a_time",
                "person",
                start="joined_on",
                end="left_on",
                condition=Q(joined_on__isnull=False),
                is_large=True,
                message=_("The person is already a member of a union in that time."),
            ),
        ]
        indexes = [
            models.Index(fields=["union", "status"], name="membership_by_union"),
            models.Index(fields=["joined_on"], name="membership_by_joining"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="keep_open_membership",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NEW.status IN ('ACTIVE', 'RETAINED') THEN
                        INSERT INTO members_openmembership (person_id, membership_id, union_id)
                        VALUES (NEW.person_id, NEW.id, NEW.union_id)
                        ON CONFLICT (membership_id) DO UPDATE
                        SET union_id = EXCLUDED.union_id, person_id = EXCLUDED.person_id;
                    ELSE
                        DELETE FROM members_openmembership WHERE membership_id = NEW.id;
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.union}"


class OpenMembership(models.Model):
    """One person, one open membership: a row for each person with one, kept by trigger, unique without the union.

    It stands apart so that Membership can be partitioned by union and half-year.
    """

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="open_membership")
    membership = models.OneToOneField(Membership, models.CASCADE, related_name="+")
    union = models.ForeignKey(Union, models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("open membership")
        verbose_name_plural = _("open memberships")

    def __str__(self) -> str:
        return str(self.membership)


class TransferQuerySet(ScopedQuerySet):
    """A transfer concerns both sides."""

    def within(self, scope: Scope) -> Self:
        if scope.unions is None:
            return self.all()
        return self.filter(Q(union__in=scope.unions) | Q(to_union__in=scope.unions))


@audited
class MembershipTransfer(UnionRecord):
    """A member's move from one union to another: asked for by the one, accepted by the other.

    The name and masked ID are repeated here, because the receiving side does not see the person until it accepts.
    """

    class Status(models.TextChoices):
        REQUESTED = "REQUESTED", pgettext_lazy("transfer", "Waiting to be accepted")
        ACCEPTED = "ACCEPTED", pgettext_lazy("transfer", "Accepted")
        REFUSED = "REFUSED", pgettext_lazy("transfer", "Refused")
        WITHDRAWN = "WITHDRAWN", pgettext_lazy("transfer", "Withdrawn")

    union = models.ForeignKey(Union, models.PROTECT, verbose_name=_("from union"), related_name="+")
    membership = models.ForeignKey(Membership, models.PROTECT, verbose_name=_("membership"), related_name="transfers")
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    masked_id = models.CharField(_("ID number"), max_length=30)
    to_union = models.ForeignKey(Union, models.PROTECT, verbose_name=_("to union"), related_name="+")
    to_employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name=_("new employer"), null=True, blank=True, related_name="+"
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.REQUESTED)
    requested_on = models.DateField(_("requested on"))
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer of a member")
        verbose_name_plural = _("transfers of members")
        ordering = ["-requested_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership"],
                condition=Q(status="REQUESTED"),
                name="transfer_one_open",
                violation_error_message=_("A transfer of this member is already waiting to be accepted."),
            ),
            check(
                "transfer_between_two_unions",
                ~Q(to_union=F("union")),
                _("A transfer leads to another union."),
            ),
            check(
                "transfer_decided_after_request",
                Q(decided_on__isnull=True) | Q(decided_on__gte=F("requested_on")),
                _("The decision cannot be earlier than the request."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.union} → {self.to_union}"


@audited
class MembershipConflict(UnionRecord):
    """An application of somebody who is a member elsewhere. ``union`` received it; the federation settles it.

    The application's side is told that there is a conflict, not where: it does not see the other union's people.
    """

    class Settlement(models.TextChoices):
        MOVED = "MOVED", _("Moved to the applying union")
        KEPT = "KEPT", _("Stays where the membership is")

    application = models.OneToOneField(
        Membership, models.PROTECT, verbose_name=_("application"), related_name="conflict"
    )
    standing = models.ForeignKey(Membership, models.PROTECT, verbose_name=_("membership that stands"), related_name="+")
    name = models.CharField(pgettext_lazy("person", "name"), max_length=60)
    masked_id = models.CharField(_("ID number"), max_length=30)
    opened_on = models.DateField(_("opened on"))
    settlement = models.CharField(_("settlement"), max_length=5, choices=Settlement, blank=True)
    settled_on = models.DateField(_("settled on"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("conflict of memberships")
        verbose_name_plural = _("conflicts of memberships")
        ordering = ["-opened_on", "-pk"]
        constraints = [
            check(
                "conflict_settled_with_reason",
                Q(settlement="", settled_on__isnull=True)
                | (~Q(settlement="") & Q(settled_on__isnull=False) & ~Q(reason="")),
                _("A settlement has its day and its reason."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.union}"


@audited
class ServiceCard(UnionRecord):
    """A person's 5.1 service card: data collected, then the card issued; never issued without being collected."""

    person = models.OneToOneField(Person, models.PROTECT, verbose_name=_("person"), related_name="service_card")
    info_collected_on = models.DateField(_("data collected on"))
    issued_on = models.DateField(_("card issued on"), null=True, blank=True)
    card_no = models.CharField(_("card number"), max_length=30, blank=True)

    objects = querysets.PersonRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("service card")
        verbose_name_plural = _("service cards")
        constraints = [
            check(
                "card_issued_after_collected",
                Q(issued_on__isnull=True) | Q(issued_on__gte=F("info_collected_on")),
                _("A card cannot be issued before its data are collected."),
            ),
        ]
        indexes = [
            models.Index(fields=["info_collected_on"], name="card_by_collected"),
            models.Index(fields=["issued_on"], name="card_by_issued"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.card_no}"


@audited
class Merchant(UnionRecord):
    """A merchant under contract to give card holders a discount."""

    name = models.CharField(_("name"), max_length=80)
    trade = models.CharField(_("trade"), max_length=40, blank=True)
    contract_from = models.DateField(_("contract from"))
    contract_to = models.DateField(_("contract until (exclusive)"), null=True, blank=True)
    discount = models.CharField(_("discount"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("contracted merchant")
        verbose_name_plural = _("contracted merchants")
        constraints = [ends_after_start("merchant_ends_after_start", "contract_from", "contract_to")]

    def __str__(self) -> str:
        return self.name
