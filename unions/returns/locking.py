"""Locking the accepted returns of a quarter that is settled, and the leave to change their rows all the same."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from unions.access import Action, can, can_over
from unions.audit import record
from unions.inbox import chairs, notify
from unions.models import LockException, QuarterlyReturn, ReportingPeriod, ReturnObligation, ReturnStatus, User
from unions.models.returns import IN_FORCE
from unions.moves import locked

S = ReturnStatus
LONGEST_LEAVE = timedelta(days=14)


def counts_of(period: ReportingPeriod) -> dict[str, int]:
    """The expected returns of the quarter by how far they are; what is not filed is the rest."""
    rows = ReturnObligation.objects.expected().with_latest().filter(period=period)
    states = {"accepted": S.ACCEPTED, "waiting": S.SUBMITTED, "locked": S.LOCKED}
    found = rows.aggregate(
        expected=Count("pk"), **{name: Count("pk", filter=Q(latest=state)) for name, state in states.items()}
    )
    return found | {"missing": found["expected"] - sum(found[name] for name in states)}


@transaction.atomic
def lock_accepted(*, period: ReportingPeriod, actor: User) -> int:
    """Lock every accepted return of a quarter; the number of them. Those that come later are locked when asked again.

    Raises ValidationError for a quarter that runs or holds no accepted return, PermissionDenied for any other office.
    """
    if not can(actor, Action.LOCK_RETURN):
        raise PermissionDenied(_("Your office does not lock returns."))
    if period.end > timezone.localdate():
        raise ValidationError({"period": _("This quarter is not over yet.")})
    rows = QuarterlyReturn.objects.filter(obligation__period=period, status=S.ACCEPTED)
    number = rows.update(status=S.LOCKED, locked_at=timezone.now(), locked_by=actor)
    if not number:
        raise ValidationError({"period": _("No return of this quarter is accepted and not locked yet.")})
    record(actor=actor, action="return.lock", target=period, after={"returns": number})
    return number


@transaction.atomic
def give_leave(*, obligation: ReturnObligation, actor: User, until: date, reason: str) -> LockException:
    """Let the rows of an accepted or locked return be changed in place, through the day ``until``.

    Raises ValidationError without a reason, for a day gone by or more than a fortnight ahead, while another leave
    runs, and where nothing is accepted; PermissionDenied for any other office.
    """
    if not can_over(actor, Action.LOCK_RETURN, obligation.union_id):
        raise PermissionDenied(_("Your office does not give leave to change what is locked."))
    obligation = locked(ReturnObligation, obligation, actor)
    refuse_leave(obligation, until, reason)
    leave = LockException.objects.create(
        union=obligation.union,
        period=obligation.period,
        until=timezone.make_aware(datetime.combine(until + timedelta(days=1), time())),
        reason=reason.strip(),
        created_by=actor,
    )
    record(actor=actor, action="return.leave", target=obligation, after={"until": f"{until}", "reason": leave.reason})
    notify(
        chairs(obligation.union_id),
        key=f"return-leave:{leave.pk}",
        subject=_("What came with the return %(period)s may be changed until %(day)s.")
        % {"period": obligation.period, "day": until},
        body=leave.reason,
        url=reverse("return", args=[obligation.pk]),
    )
    return leave


def refuse_leave(obligation: ReturnObligation, until: date, reason: str) -> None:
    today = timezone.localdate()
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it must be changed in place.")})
    if not today <= until <= today + LONGEST_LEAVE:
        message = _("From today until %(day)s: leave lasts a fortnight at most.")
        raise ValidationError({"until": message % {"day": today + LONGEST_LEAVE}})
    if not obligation.versions.filter(status__in=IN_FORCE).exists():
        raise ValidationError(_("Nothing of this return is accepted: there is no lock."), code="no_lock")
    if running := leave_of(obligation):
        raise ValidationError(
            _("There is leave already, given by %(who)s until %(day)s.")
            % {"who": running.created_by or "—", "day": last_day(running)},
            code="has_leave",
        )


def leave_of(obligation: ReturnObligation) -> LockException | None:
    """The leave that runs now."""
    rows = LockException.objects.filter(union=obligation.union_id, period=obligation.period_id)
    return rows.filter(until__gt=timezone.now()).select_related("created_by").first()


def last_day(leave: Any) -> date:
    return timezone.localdate(leave.until - timedelta(seconds=1))
