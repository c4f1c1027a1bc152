"""Data administration for stewards: every model, in scope only, nothing deleted, locked rows read-only.

Each app's admin.py registers its models with ``register``; what they share is here.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from import_export.admin import ExportActionModelAdmin
from import_export.resources import ModelResource, modelresource_factory
from unfold.admin import ModelAdmin
from unfold.contrib.import_export.forms import ExportForm

from unions.access import Action, ScopedQuerySet, can
from unions.crypto import EncryptedTextField
from unions.models import ReturnStatus

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
HIDDEN = ("pinyin", "initials", "name_grams", "id_index", "pdf")


class PortalAdmin(ExportActionModelAdmin, ModelAdmin):
    """One model in data administration: scoped, paged without counting, kept from deletion."""

    export_form_class = ExportForm
    list_per_page = 50
    show_full_result_count = False
    list_fullwidth = True
    compressed_fields = True
    warn_unsaved_form = True
    is_append_only = False
    is_deletable = False

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

    def get_export_resource_classes(self, request: HttpRequest) -> list[type[ModelResource]]:
        kept_back = [field.name for field in self.model._meta.fields if isinstance(field, EncryptedTextField)]
        return [modelresource_factory(self.model, meta_options={"exclude": [*HIDDEN, *kept_back]})]

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
        return self.may_manage(request) and not self.is_append_only and not is_locked(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No record is deleted: organisations end with an event, vouchers are reversed, files are superseded."""
        return self.is_deletable and self.may_manage(request)


def visible(model: type[models.Model], request: HttpRequest) -> QuerySet[Any]:
    rows = model._default_manager.all()
    return rows.visible_to(request.user) if isinstance(rows, ScopedQuerySet) else rows


def is_locked(obj: Any) -> bool:
    """Whether the row came with a quarterly return that has been locked since."""
    source = getattr(obj, "source_return", None)
    return source is not None and source.status == ReturnStatus.LOCKED


def register(
    model: type[models.Model],
    *,
    show: tuple[str, ...] = ("__str__",),
    find: tuple[str, ...] = (),
    narrow: tuple[str, ...] = (),
    days: str | None = None,
    **more: Any,
) -> None:
    """Put one model into data administration: columns to show, paths to find by, filters, the date to drill by."""
    related = tuple(name for name in show if is_relation(model, name))
    options = {
        "list_display": show,
        "search_fields": find,
        "list_filter": narrow,
        "date_hierarchy": days,
        "list_select_related": related or False,
        "is_append_only": any(trigger.name == "append_only" for trigger in getattr(model._meta, "triggers", ())),
    }
    admin.site.register(model, type(f"{model.__name__}Admin", (PortalAdmin,), options | more))


def is_relation(model: type[models.Model], name: str) -> bool:
    return any(field.name == name and field.is_relation for field in model._meta.fields)
