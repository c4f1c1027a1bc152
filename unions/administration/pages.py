"""Data administration for stewards: every model, in scope only, nothing deleted, locked rows read-only.

Each app's admin.py registers its models with ``register``; what they share is here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from import_export.admin import ExportActionModelAdmin
from import_export.resources import ModelResource, modelresource_factory
from unfold.admin import ModelAdmin
from unfold.contrib.import_export.forms import ExportForm
from unfold.decorators import display

from unions.access import Action, ScopedQuerySet, can
from unions.administration.actions import StewardAction, run
from unions.crypto import EncryptedTextField
from unions.models.base import UnionRecord
from unions.pages.columns import Badge
from unions.pages.consequences import HeldError, keep, weighing
from unions.returns.locks import lock_of
from unions.services.events import refuse_closed_day
from unions.workflow.base import Workflow

MANAGE = {
    "unions": Action.MANAGE_ORGANISATION,
    "members": Action.MANAGE_MEMBERS,
    "finance": Action.MANAGE_FINANCE,
    "relief": Action.MANAGE_RELIEF,
    "disputes": Action.MANAGE_DISPUTES,
    "reports": Action.USE_ADMIN,
    "otp_totp": Action.USE_ADMIN,
    "axes": Action.USE_ADMIN,
}
# The eight looks of the portal's badges, in the colours data administration has.
COLOURS = {
    "is-ok": "success",
    "is-due": "warning",
    "is-sent": "info",
    "is-back": "danger",
    "is-late": "danger",
    "is-lock": "primary",
}
HIDDEN = ("pinyin", "initials", "name_grams", "id_index", "pdf", "content")


class PortalAdmin(ExportActionModelAdmin, ModelAdmin):
    """One model in data administration: scoped, paged without counting, kept from deletion."""

    export_form_class = ExportForm
    list_per_page = 50
    show_full_result_count = False
    list_fullwidth = True
    compressed_fields = True
    warn_unsaved_form = True
    change_form_before_template = "unions/administration/consequences.html"
    is_append_only = False
    is_deletable = False
    # What an event changes, with all that hangs on it, and nobody by hand once the record is made.
    by_event: tuple[str, ...] = ()
    steward_actions: tuple[StewardAction, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return visible(self.model, request)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", visible(db_field.remote_field.model, request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """Every foreign key to a model that can be searched: no list of 12,000 people in a select box."""
        return [
            field.name
            for field in self.model._meta.fields
            if isinstance(field, models.ForeignKey) and field.editable and self.is_searchable(field.remote_field.model)
        ]

    def is_searchable(self, model: type[models.Model]) -> bool:
        registered = self.admin_site._registry.get(model)
        return registered is not None and bool(registered.search_fields)

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Ciphertext is entered once and never shown again here; reading it elsewhere asks for a reason."""
        encrypted = [field.name for field in self.model._meta.fields if isinstance(field, EncryptedTextField)]
        return list(HIDDEN) + (encrypted if obj else [])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), *(self.by_event if obj else ()))

    def get_export_resource_classes(self, request: HttpRequest) -> list[type[ModelResource]]:
        kept_back = [field.name for field in self.model._meta.fields if isinstance(field, EncryptedTextField)]
        return [modelresource_factory(self.model, meta_options={"exclude": [*HIDDEN, *kept_back]})]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) | {
            one.key: (partial(run_chosen, one), one.key, one.caption)
            for one in self.steward_actions
            if self.may_manage(request)
        }

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """A change that moves issued figures is taken back and asked about, with everything typed kept."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with weighing() as scales:
                request.scales = scales  # type: ignore[attr-defined]
                return super().changeform_view(request, object_id, form_url, extra_context)
        except HeldError as held:
            request.held = held  # type: ignore[attr-defined]
            shown = (extra_context or {}) | {"held": held}
            response = super().changeform_view(request, object_id, form_url, shown)
            response.status_code = 409
            return response

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        found = request.scales.found()  # type: ignore[attr-defined]
        if found:
            held = HeldError(found, request.POST)
            if not held.is_confirmed:
                raise held
            keep(held, request.user)  # type: ignore[arg-type]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The model's form, which refuses dates in locked periods, and whatever is held back."""
        values = {"held": getattr(request, "held", None)}
        return type("StewardForm", (StewardFormMixin, super().get_form(request, obj, change, **kwargs)), values)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change and hasattr(obj, "created_by_id"):
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def may_manage(self, request: HttpRequest) -> bool:
        return can(request.user, MANAGE[self.opts.app_label])

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may_manage(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_manage(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.may_manage(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_manage(request) and not self.is_append_only

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_manage(request) and not self.is_append_only and not lock_of(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No record is deleted: organisations end with an event, vouchers are reversed, files are superseded."""
        return self.is_deletable and self.may_manage(request)


def visible(model: type[models.Model], request: HttpRequest) -> QuerySet[Any]:
    rows = model._default_manager.all()
    return rows.visible_to(request.user) if isinstance(rows, ScopedQuerySet) else rows


class StewardFormMixin(forms.BaseModelForm):
    """What data administration asks of every form beside the model's own rules."""

    held: HeldError | None = None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if isinstance(self.instance, UnionRecord):
            self.refuse_locked_days()
        if self.held:
            raise ValidationError(str(self.held))
        return cleaned

    def refuse_locked_days(self) -> None:
        """A day in a locked period is neither entered nor taken away."""
        today = timezone.localdate()
        for name in self.changed_data:
            if isinstance(self.fields[name], forms.DateField):
                days = {self.initial.get(name), self.cleaned_data.get(name)}
                try:
                    for day in days:
                        if day and day <= today:
                            refuse_closed_day(day, name)
                except ValidationError as error:
                    self.add_error(None, error)


def run_chosen(chosen: StewardAction, admin: Any, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
    return run(admin, request, chosen, rows)


def state_of(workflow: Workflow | Callable[[Any], Badge]) -> Any:
    """The column of a record's true state, as the badge it has on every other page."""

    def state(_admin: Any, row: Any) -> Any:
        if isinstance(workflow, Workflow):
            look, caption = workflow.look_of(row), workflow.caption_of(row)
        else:
            badge = workflow(row)
            look, caption = badge.look, str(badge.caption)
        # Of a look without a colour data administration would print the name.
        return (look, caption) if look in COLOURS else caption

    return display(description=gettext_lazy("Status"), label=COLOURS)(state)


def register(
    model: type[models.Model],
    *,
    show: tuple[str, ...] = ("__str__",),
    find: tuple[str, ...] = (),
    narrow: tuple[Any, ...] = (),
    days: str | None = None,
    state: Workflow | Callable[[Any], Badge] | None = None,
    **more: Any,
) -> None:
    """Put one model into data administration: columns to show, paths to find by, filters, the date to drill by.

    ``state`` gives the column named "state" among those shown: the record's workflow, or a function of the row.
    """
    related = tuple(name for name in show if is_relation(model, name))
    options = {
        "list_display": show,
        "search_fields": find,
        "list_filter": narrow,
        "date_hierarchy": days,
        "list_select_related": related or False,
        "is_append_only": any(trigger.name == "append_only" for trigger in getattr(model._meta, "triggers", ())),
    }
    if state is not None:
        options["state"] = state_of(state)
    admin.site.register(model, type(f"{model.__name__}Admin", (PortalAdmin,), options | more))


def is_relation(model: type[models.Model], name: str) -> bool:
    return any(field.name == name and field.is_relation for field in model._meta.fields)
