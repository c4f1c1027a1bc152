"""What a steward does to many rows at once: first shown row by row with what is refused and why, then done.

Each action goes through the service or workflow of its record, so scope, offices, locks and rules hold as on the
pages. Nothing is left out silently: a refused row stays as it was and is named with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from unfold import widgets

from unions.access import Action
from unions.crypto import EncryptedTextField
from unions.models import User
from unions.pages.bulk import MOST_ROWS, BulkAction, apply_to, reason_of
from unions.pages.consequences import Consequence, HeldError, carry_out, weighing
from unions.pages.forms import ScopedFormMixin
from unions.returns.locks import refuse_locked
from unions.services.records import shown

LOOKS: dict[type[forms.Field], Any] = {
    forms.DateField: widgets.UnfoldAdminSingleDateWidget,
    forms.ModelChoiceField: widgets.UnfoldAdminSelectWidget,
    forms.ChoiceField: widgets.UnfoldAdminSelectWidget,
    forms.CharField: widgets.UnfoldAdminTextInputWidget,
}


class ActionForm(ScopedFormMixin, forms.Form):
    """What an action asks for once, for all rows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.fields.values():
            found = LOOKS.get(type(one))
            if found:
                one.widget = found(choices=one.choices) if hasattr(one, "choices") else found()


@dataclass(frozen=True)
class StewardAction:
    """Something done to each ticked row by a service that may refuse it. ``asks`` is what it asks for first."""

    key: str
    caption: Any
    hint: Any
    action: Action
    apply: Callable[[Any, User, Mapping[str, Any]], Any]
    asks: type[ActionForm] = ActionForm


@dataclass
class Line:
    """One row as the action would leave it."""

    row: Any
    changes: list[str] = field(default_factory=list)
    refusal: str = ""


def run(admin: Any, request: HttpRequest, chosen: StewardAction, rows: models.QuerySet[Any]) -> HttpResponse | None:
    """Ask, show what will change, and do it once that is confirmed."""
    if not admin.may_manage(request):
        raise PermissionDenied
    ticked = list(rows.order_by("pk")[: MOST_ROWS + 1])
    if len(ticked) > MOST_ROWS:
        messages.error(request, _("Choose at most %(n)d rows at a time.") % {"n": MOST_ROWS})
        return None
    actor: User = request.user  # type: ignore[assignment]
    is_sent = "step" in request.POST or not chosen.asks.base_fields
    form = chosen.asks(request.POST if is_sent else None, actor=actor)
    if not is_sent or not form.is_valid():
        return page(admin, request, chosen, ticked, form=form)
    if request.POST.get("step") == "do":
        return done(admin, request, chosen, ticked, form)
    lines, consequences = rehearsed(chosen, ticked, actor, form.cleaned_data)
    held = HeldError(consequences, {}) if consequences else None
    return page(admin, request, chosen, ticked, form=form, lines=lines, held=held)


def rehearsed(
    chosen: StewardAction, rows: list[Any], actor: User, facts: Mapping[str, Any]
) -> tuple[list[Line], list[Consequence]]:
    """The action done to every row and taken back: what each would become, and which issued figures change."""
    with weighing() as scales, transaction.atomic():
        lines = [line_of(chosen, row, actor, facts) for row in rows]
        consequences = scales.found()
        transaction.set_rollback(True)
    return lines, consequences


def line_of(chosen: StewardAction, row: Any, actor: User, facts: Mapping[str, Any]) -> Line:
    model = type(row)
    stored = model._base_manager.get(pk=row.pk)
    try:
        with transaction.atomic():
            guarded(chosen, facts)(row, actor)
    except (ValidationError, PermissionDenied) as error:
        return Line(stored, refusal=reason_of(error))
    after = model._base_manager.get(pk=row.pk)
    return Line(stored, [told for one in model._meta.concrete_fields if (told := difference(stored, after, one))])


def difference(before: Any, after: Any, one: Any) -> str:
    """What becomes of one field, in words; nothing for what stays or is kept encrypted."""
    if getattr(before, one.attname) == getattr(after, one.attname) or isinstance(one, EncryptedTextField):
        return ""
    return f"{one.verbose_name}{_(': ')}{shown(before, one)} → {shown(after, one)}"


def guarded(chosen: StewardAction, facts: Mapping[str, Any]) -> Callable[[Any, User], Any]:
    """The action for one row, refused where the row came with an accepted return."""

    def apply(row: Any, actor: User) -> Any:
        refuse_locked(row)
        return chosen.apply(row, actor, facts)

    return apply


def done(
    admin: Any, request: HttpRequest, chosen: StewardAction, rows: list[Any], form: ActionForm
) -> HttpResponse | None:
    """Do it, keep what every row held before, and say how many changed and which did not."""
    actor: User = request.user  # type: ignore[assignment]
    bulk = BulkAction(chosen.key, chosen.caption, chosen.action, guarded(chosen, form.cleaned_data))
    try:
        change, refused = carry_out(lambda: apply_to(bulk, rows, actor), actor=actor, posted=request.POST)
    except HeldError as held:
        lines, _consequences = rehearsed(chosen, rows, actor, form.cleaned_data)
        return page(admin, request, chosen, rows, form=form, lines=lines, held=held)
    number = len(change.rows) if change else 0
    caption = ngettext("%(caption)s: %(n)d record.", "%(caption)s: %(n)d records.", number)
    messages.success(request, caption % {"caption": chosen.caption, "n": number})
    for name, reason in refused[:20]:
        messages.warning(request, f"{name}{_(': ')}{reason}")
    return None


def page(
    admin: Any,
    request: HttpRequest,
    chosen: StewardAction,
    rows: list[Any],
    *,
    form: ActionForm,
    lines: list[Line] | None = None,
    held: HeldError | None = None,
) -> HttpResponse:
    shown_lines = lines or []
    context = admin.admin_site.each_context(request) | {
        "title": chosen.caption,
        "opts": admin.opts,
        "chosen": chosen,
        "rows": rows,
        "form": form,
        "is_shown": lines is not None,
        "lines": shown_lines,
        "changing": sum(bool(line.changes) for line in shown_lines),
        "refused": sum(bool(line.refusal) for line in shown_lines),
        "held": held,
    }
    status = 409 if held and held.shown_before else 422 if form.errors else 200
    return TemplateResponse(request, "unions/administration/action.html", context, status=status)
