"""Bulk actions on ticked rows, each undoable: what every row held before and after is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from unions.access import Action, can
from unions.models import BulkChange, User
from unions.pages.consequences import HeldError, carry_out

MOST_ROWS = 500


@dataclass(frozen=True)
class BulkAction:
    """Something done to each ticked row by a service that may refuse the row with ValidationError."""

    key: str
    caption: Any
    action: Action
    apply: Callable[[Any, User], Any]


def run_bulk(request: HttpRequest, offered: tuple[BulkAction, ...], rows: QuerySet[Any]) -> None:
    """Apply the action named in the request to the ticked rows in the user's scope, and tell him how it went.

    Raises HeldError, with no row changed, if it changes issued figures and that is not confirmed.
    """
    chosen = next((action for action in offered if action.key == request.POST.get("action")), None)
    if chosen is None or not can(request.user, chosen.action):
        raise PermissionDenied
    ticked = [int(pk) for pk in request.POST.getlist("pk") if pk.isascii() and pk.isdigit() and len(pk) < 18]
    if not ticked:
        messages.warning(request, _("Tick the rows first."))
        return
    found = list(rows.filter(pk__in=ticked[:MOST_ROWS]))
    actor: User = request.user  # type: ignore[assignment]
    change, refused = carry_out(lambda: apply_to(chosen, found, actor), actor=actor, posted=request.POST)
    for name, reason in refused[:10]:
        messages.warning(request, f"{name}{_(': ')}{reason}")
    if change is not None:
        messages.success(request, told(change))


def held_page(request: HttpRequest, held: HeldError, *, heading: str, back_url: str) -> HttpResponse:
    """Nothing was stored: the issued figures it would change, and everything that was sent, to be sent once more."""
    left_out = ("csrfmiddlewaretoken", "weighed", "weighed_reason", "confirm", "back")
    sent = [(name, value) for name, values in request.POST.lists() if name not in left_out for value in values]
    shown = {"held": held, "heading": heading, "sent": sent, "back_url": back_url}
    return render(request, "unions/held.html", shown, status=409)


def told(change: BulkChange) -> str:
    done = ngettext("%(caption)s: %(n)d record.", "%(caption)s: %(n)d records.", len(change.rows)) % {
        "caption": change.caption,
        "n": len(change.rows),
    }
    # The button of a form that stands in every list: undoing is a POST.
    button = '{} <button class="gh-linkbtn" form="undo" formaction="{}">{}</button>'
    return format_html(button, done, reverse("undo", args=[change.pk]), _("Undo"))


def apply_to(chosen: BulkAction, rows: list[Any], actor: User) -> tuple[BulkChange | None, list[tuple[str, str]]]:
    """Apply the action row by row; the refused ones are left as they were and named with the reason."""
    changed: dict[str, Any] = {}
    refused = []
    for row in rows:
        before = plain(row)
        try:
            with transaction.atomic():
                chosen.apply(row, actor)
        except (ValidationError, PermissionDenied) as error:
            refused.append((str(row), reason_of(error)))
            continue
        after = plain(type(row)._base_manager.get(pk=row.pk))
        differing = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
        if differing:
            changed[str(row.pk)] = differing
    if not changed:
        return None, refused
    return BulkChange.objects.create(
        user=actor,
        created_by=actor,
        caption=str(chosen.caption),
        target_type=rows[0]._meta.label_lower,
        rows=changed,
    ), refused


def reason_of(error: Exception) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


def plain(row: models.Model) -> dict[str, Any]:
    """The row's columns as JSON keeps them."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))


@transaction.atomic
def undo(*, change: BulkChange, actor: User) -> int:
    """Put back what a bulk action changed; the number of rows put back.

    Raises ValidationError, and puts nothing back, if it was undone before or a row was changed since.
    """
    change = BulkChange.objects.visible_to(actor).select_for_update().get(pk=change.pk)
    if change.undone_at:
        raise ValidationError(_("This has been undone already."), code="undone")
    model = apps.get_model(change.target_type)
    rows = {str(row.pk): row for row in model._base_manager.filter(pk__in=change.rows).select_for_update()}
    for pk, fields in change.rows.items():
        now = plain(rows[pk])
        if any(now[name] != after for name, (_before, after) in fields.items()):
            raise ValidationError(
                _("“%(row)s” was changed since; put it right by hand."), code="changed_since", params={"row": rows[pk]}
            )
    columns = {field.attname: field for field in model._meta.concrete_fields}
    for pk, fields in change.rows.items():
        for name, (before, _after) in fields.items():
            setattr(rows[pk], name, columns[name].to_python(before))
        rows[pk].save()
    change.undone_at = timezone.now()
    change.save(update_fields=["undone_at"])
    return len(change.rows)
