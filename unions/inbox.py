"""The inbox: notices to the people an event or a reminder is for, each written once, by e-mail too if they want."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.core.mail import send_mass_mail
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from unions.access import ALLOWED, OWN_UNION, SUBTREE, Action
from unions.models import Notice, Office, User


@transaction.atomic
def notify(
    users: Iterable[User], *, key: str, subject: str, body: str = "", url: str = "", due_on: date | None = None
) -> int:
    """Put a notice into each inbox that has none of this ``key`` yet; the number of notices written."""
    wanted = [
        Notice(user=user, key=key, subject=subject[:160], body=body[:500], url=url, due_on=due_on) for user in users
    ]
    before = Notice.objects.filter(key=key).count()
    Notice.objects.bulk_create(wanted, ignore_conflicts=True)
    return Notice.objects.filter(key=key).count() - before


def chairs(union_id: int) -> list[User]:
    """Whoever chairs the union."""
    return holders(Q(role__in=OWN_UNION, union_id=union_id))


def staff_above(action: Action, ancestors: set[int]) -> list[User]:
    """The community staff above a union in the tree who may do ``action``."""
    return holders(Q(role__in=SUBTREE & ALLOWED[action], union_id__in=ancestors))


def officers(action: Action) -> list[User]:
    """The federation's own officers who may do ``action``; for what no community or union can settle."""
    return holders(Q(role__in=ALLOWED[action] - OWN_UNION - SUBTREE))


def holders(offices: Q) -> list[User]:
    """The accounts that hold such an office today."""
    held = Office.objects.held_today().filter(offices)
    return list(User.objects.filter(offices__in=held, is_active=True).distinct())


@transaction.atomic
def mail_unsent() -> int:
    """Send by e-mail the unread notices of those who want that; the number sent."""
    waiting = Notice.objects.filter(mailed_at__isnull=True, read_at__isnull=True, user__wants_mail=True)
    rows = list(waiting.exclude(user__email="").select_related("user").select_for_update(of=("self",))[:500])
    send_mass_mail(
        [(row.subject, row.body or row.subject, settings.DEFAULT_FROM_EMAIL, [row.user.email]) for row in rows]
    )
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=timezone.now())
    return len(rows)
