"""The forms of records and of events: the portal's look, choices within the user's scope, errors at their field."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from unions.access import Action, scope_of
from unions.forms.look import PortalFormMixin
from unions.models import User
from unions.pages.consequences import Consequence, weighing
from unions.periods import FIRST_DAY, LAST_DAY
from unions.services.effects import Effect
from unions.services.records import revision, save_record


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ScopedFormMixin(PortalFormMixin):
    """A form of somebody: choices of records hold only what he may see, but for the fields named ``unscoped``."""

    unscoped: tuple[str, ...] = ()

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.DateField):
                field.widget = DayInput({"class": "form-control gh-w1"})
                field.validators.append(refuse_far_day)
            if isinstance(field, forms.ModelChoiceField) and name not in self.unscoped:
                field.queryset = within(actor, field.queryset)


def refuse_far_day(day: date) -> None:
    """Nothing is recorded of so long ago or so far ahead, and what is reckoned from such a day leaves the calendar."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError(_("The year cannot be right."), code="far")


def within(actor: User, rows: Any) -> Any:
    """The rows the actor may see; all of them where the model knows no scope, as communities do."""
    return rows.visible_to(actor) if hasattr(rows, "visible_to") else rows


class RecordForm(ScopedFormMixin, forms.ModelForm):
    """Makes or changes one record. ``action`` is what its saving takes; set by ``record_form`` or a subclass.

    Saving goes through ``save_record``: a record that somebody changed meanwhile is refused and says by whom.
    """

    action: Action
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial.setdefault("revision", revision(self.instance))
        self.narrow_unions()

    def narrow_unions(self) -> None:
        """Only unions for which the actor may record this; the only one is chosen already."""
        field: Any = self.fields.get("union")
        if field is None:
            return
        living = field.queryset.within(scope_of(self.actor, self.action)).filter(ended_on__isnull=True)
        field.queryset = living | field.queryset.filter(pk=self.instance.union_id)
        only = list(living.values_list("pk", flat=True)[:2])
        if len(only) == 1:
            field.initial = only[0]

    def _post_clean(self) -> None:
        super()._post_clean()
        at_their_field(self)

    def save(self, commit: bool = True) -> Any:
        """Store the record. Raises ValidationError or PermissionDenied as ``save_record`` does."""
        since = self.cleaned_data.get("revision")
        return save_record(row=self.instance, actor=self.actor, action=self.action, since=since)


def record_form(model: type[models.Model], action: Action, *names: str, base: type[RecordForm] = RecordForm) -> Any:
    """The form of a kind of record with these fields in this order."""
    return forms.modelform_factory(model, form=type(f"{model.__name__}Form", (base,), {"action": action}), fields=names)


def at_their_field(form: Any) -> None:
    """Move the refusals of database constraints from the head of the form to the field they are about.

    That is the last field of the form which the constraint names: an end that lies before the beginning is said at
    the end.
    """
    whole = form._errors.get(NON_FIELD_ERRORS)
    if not whole:
        return
    fields = {str(c.violation_error_message): fields_of(c) for c in form.instance._meta.constraints}
    left = form.error_class(error_class="nonfield", renderer=form.renderer)
    for message in whole:
        named = [name for name in form.fields if name in fields.get(str(message), ())]
        if named:
            form._errors.setdefault(named[-1], form.error_class()).append(message)
        else:
            left.append(message)
    if left:
        form._errors[NON_FIELD_ERRORS] = left
    else:
        del form._errors[NON_FIELD_ERRORS]


def fields_of(constraint: Any) -> set[str]:
    """The names of the fields a constraint speaks of."""
    if isinstance(constraint, models.UniqueConstraint):
        return set(constraint.fields)
    if isinstance(constraint, models.CheckConstraint):
        return names_in(constraint.condition)
    return {name for expression, _operator in constraint.expressions for name in names_in(expression)}


def names_in(expression: Any) -> set[str]:
    if isinstance(expression, str):
        return {expression.split("__")[0]}
    if isinstance(expression, F):
        return {str(getattr(expression, "name", ""))}
    if isinstance(expression, Q):
        found: set[str] = set()
        for child in expression.children:
            if isinstance(child, tuple):
                found |= {child[0].split("__")[0]} | (names_in(child[1]) if not isinstance(child[1], str) else set())
            else:
                found |= names_in(child)
        return found
    parts: list[Any] = getattr(expression, "get_source_expressions", list)()
    return {name for part in parts for name in names_in(part)}


class MoveForm(ScopedFormMixin, forms.ModelForm):
    """What a move of a workflow asks for: the day, and the fields it names."""

    on = forms.DateField(label=_("On"), initial=timezone.localdate)

    field_order = ["on"]

    def _get_validation_exclusions(self) -> set[str]:
        # The workflow validates the whole record once it stands in its new state.
        return {field.name for field in self.instance._meta.fields}

    def validate_constraints(self) -> None:
        """Left to the workflow, for the same reason."""


def move_form(model: type[models.Model], asks: tuple[str, ...], may_ask: tuple[str, ...]) -> Any:
    """The form of one move; what it asks for is required, what it may ask for is not."""
    made = forms.modelform_factory(model, form=MoveForm, fields=(*asks, *may_ask))
    for name in asks:
        made.base_fields[name].required = not isinstance(made.base_fields[name], forms.BooleanField)
    for name in may_ask:
        made.base_fields[name].required = False
    return made


class EventForm(ScopedFormMixin, forms.Form):
    """Something that happens to a record and changes more than one row: shown first, then done by its service.

    ``target`` is the record it happens to, or None where the event makes one. ``consequences`` are the issued figures
    it changes, known once it was rehearsed.
    """

    consequences: list[Consequence] | None = None

    def __init__(self, *args: Any, target: Any = None, **kwargs: Any) -> None:
        self.target = target
        super().__init__(*args, **kwargs)

    def plan(self) -> list[Effect]:
        """What the event will change. Raises ValidationError where it cannot happen."""
        raise NotImplementedError

    def run(self) -> Any:
        """Do it; the record whose page comes next. Raises ValidationError where it cannot happen."""
        raise NotImplementedError


def rehearse(form: EventForm) -> Any:
    """Do the event and take it back: whatever its service refuses is known before anything is stored."""
    with weighing() as scales, transaction.atomic():
        row = form.run()
        form.consequences = scales.found()
        transaction.set_rollback(True)
    return row


def add_refusal(form: Any, error: ValidationError | PermissionDenied) -> None:
    """Put a service's refusal into the form: at the field it names, if the form has it."""
    if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
        for name, errors in error.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, error if isinstance(error, ValidationError) else str(error))
    if hasattr(form, "instance"):
        at_their_field(form)
