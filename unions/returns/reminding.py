"""Reminding those who have not filed: a notice to whoever chairs the union, and when that was last done."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from unions.audit import record
from unions.inbox import chairs, notify
from unions.models import ReturnObligation, User
from unions.models.returns import UNFILED
from unions.moves import locked


@transaction.atomic
def remind(row: Any, actor: User) -> ReturnObligation:
    """Remind the union's chair of one return.

    Raises ValidationError for what is filed or exempted, a quarter that runs, a union whose chair has no account, and
    a second reminder on one day.
    """
    obligation = locked(ReturnObligation, row, actor)
    people = chairs(obligation.union_id)
    if not ReturnObligation.objects.expected().with_latest().filter(UNFILED, pk=obligation.pk).exists():
        raise ValidationError(_("It is filed or exempted: there is nothing to remind of."))
    if obligation.period.end > timezone.localdate():
        raise ValidationError(_("The quarter is not over yet: remind from %(day)s.") % {"day": obligation.period.end})
    if not people:
        raise ValidationError(_("Nobody of this union has an account: call the contact in the list."))
    now = timezone.now()
    if obligation.reminded_at and timezone.localdate(obligation.reminded_at) == timezone.localdate(now):
        raise ValidationError(_("Reminded today already."))
    notify(
        people,
        key=f"return-reminder:{obligation.pk}:{timezone.localdate(now)}",
        subject=_("Please file the return %(period)s, due on %(day)s.")
        % {"period": obligation.period, "day": obligation.due_on},
        url=reverse("return", args=[obligation.pk]),
        due_on=obligation.due_on,
    )
    obligation.reminded_at = now
    obligation.save(update_fields=["reminded_at"])
    record(actor=actor, action="return.remind", target=obligation)
    return obligation
