"""What every event in a union's life begins and ends with: the union locked, a day that is open, the event kept once.

An event happens on a day the union exists, not in the future and not in a locked period; it is never entered twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from unions.access import Action, can_over
from unions.audit import record
from unions.models import ReportingPeriod, Union, UnionEvent, UnionEventKind, UnionProfile, User
from unions.moves import locked
from unions.services.effects import Effect


def lock_union(union: Union, actor: User) -> Union:
    """The union, locked and fresh. Raises PermissionDenied outside the actor's scope or office."""
    found: Union = locked(Union, union, actor)
    if not can_over(actor, Action.MANAGE_ORGANISATION, found.pk):
        raise PermissionDenied(_("Your office does not record events of this union."))
    return found


def refuse_closed_day(day: date, field: str = "on") -> None:
    """Raise ValidationError at ``field`` if the day lies in the future or in a locked period, naming the period."""
    if day > timezone.localdate():
        raise ValidationError({field: _("The date lies in the future.")})
    periods = ReportingPeriod.objects.filter(start__lte=day, end__gt=day, locked_at__isnull=False)
    period = periods.select_related("locked_by").order_by("-end").first()
    if period is None:
        return
    raise ValidationError(
        {
            field: _("%(period)s was locked by %(who)s on %(when)s: choose a day from %(first)s on.")
            % {
                "period": period.code,
                "who": period.locked_by,
                "when": shown(localtime(period.locked_at).date()),
                "first": shown(period.end),
            }
        }
    )


def refuse_day(union: Union, day: date, field: str = "on") -> None:
    """Raise ValidationError at ``field`` if nothing can happen to the union on that day."""
    refuse_closed_day(day, field)
    if union.ended_on:
        raise ValidationError(
            {field: _("“%(union)s” ended on %(day)s.") % {"union": union, "day": shown(union.ended_on)}}
        )
    if day < union.founded_on:
        raise ValidationError({field: _("The union was founded only on %(day)s.") % {"day": shown(union.founded_on)}})


def refuse_blank(**facts: Any) -> None:
    """Raise ValidationError at every one of the facts that is missing."""
    missing = [name for name, value in facts.items() if value in (None, "")]
    if missing:
        raise ValidationError({name: _("Fill this in.") for name in missing})


def refuse_twice(union: Union, kind: str, day: date, field: str = "on") -> None:
    """Raise ValidationError at ``field`` if this event of the union is already recorded for that day."""
    event = union.events.filter(kind=kind, happened_on=day).first()
    if event:
        raise ValidationError(
            {
                field: _("“%(event)s” of %(day)s is already recorded, document %(document)s.")
                % {"event": event.get_kind_display(), "day": shown(day), "document": event.document_no or "—"}
            }
        )


def enter(*, union: Union, kind: UnionEventKind, on: date, actor: User, field: str = "on", **facts: Any) -> UnionEvent:
    """Keep the event, once, and write it down in the audit log."""
    refuse_twice(union, kind, on, field)
    event = UnionEvent(union=union, kind=kind, happened_on=on, created_by=actor, **facts)
    event.full_clean()
    event.save()
    record(
        actor=actor,
        action=f"unions.{kind.lower()}",
        target=union,
        before={"text": event.before} if event.before else None,
        after={"on": on.isoformat(), "document": event.document_no, "text": event.after},
    )
    return event


def open_profile(union: Union) -> UnionProfile:
    """The profile that holds until something changes it."""
    return union.profiles.get(end__isnull=True)


def refuse_before_profile(union: Union, day: date, field: str = "on") -> None:
    """Raise ValidationError at ``field`` if the union's profile changed later than that day, or began on it."""
    profile = open_profile(union)
    if day < profile.start:
        raise ValidationError(
            {field: _("The last change is of %(day)s: a later day is needed.") % {"day": shown(profile.start)}}
        )
    if day == profile.start == union.profiles.order_by("start")[0].start:
        raise ValidationError({field: _("The union began on this day: a later day is needed.")})


def change_profile(union: Union, on: date, **values: Any) -> UnionProfile:
    """From ``on`` the union is called or placed otherwise. A second change of one day joins the first."""
    profile = open_profile(union)
    if profile.start < on:
        profile.end = on
        profile.save(update_fields=["end"])
        profile = UnionProfile(
            union=union,
            name=profile.name,
            form=profile.form,
            parent_id=profile.parent_id,
            community_id=profile.community_id,
            start=on,
        )
    for name, value in values.items():
        setattr(profile, name, value)
    profile.full_clean()
    profile.save()
    union.refresh_from_db()
    return profile


def listed(rows: Iterable[Any], most: int = 8) -> str:
    """Names in a row, the first few of them and how many more."""
    names = [str(row) for row in rows]
    text = _(", ").join(names[:most])
    if len(names) <= most:
        return text
    return _("%(names)s and %(more)d more") % {"names": text, "more": len(names) - most}


def shown(day: date) -> str:
    return date_format(day, "Y-m-d")


def told(caption: Any, before: Any = "", after: Any = "") -> list[Effect]:
    """One effect, or none if nothing changes."""
    return [] if before == after else [Effect(caption, before or "", after or "")]
