"""Photos of activities: the pages to add, caption and take off one, and the picture itself."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.generic import View

from members.activity_forms import PhotoForm
from members.models import ActivityPhoto
from unions.access import Action
from unions.mixins import ActionMixin
from unions.pages.columns import Column, Link, columns, url_of
from unions.pages.filters import UnionFilters, named
from unions.pages.filters import state as state_column
from unions.pages.kinds import Kind
from unions.pages.listing import Register
from unions.workflow.base import Move, Workflow

SEE, MANAGE = Action.VIEW_MEMBERS, Action.MANAGE_MEMBERS


class PhotoState(models.TextChoices):
    SHOWN = "SHOWN", pgettext_lazy("photo", "On the page")
    REMOVED = "REMOVED", pgettext_lazy("photo", "Taken off")


def state_of(row: ActivityPhoto) -> str:
    return PhotoState.REMOVED if row.removed_on else PhotoState.SHOWN


PHOTO = Workflow(
    model=ActivityPhoto,
    states=PhotoState,
    state_of=state_of,
    column="",
    looks={PhotoState.SHOWN: "is-ok", PhotoState.REMOVED: "is-lock"},
    moves=(
        Move(
            PhotoState.REMOVED,
            gettext_lazy("Take off the page"),
            (PhotoState.SHOWN,),
            MANAGE,
            stamps="removed_on",
            asks=("removal_reason",),
            hint=gettext_lazy("The photo is no longer shown; it stays on record with the reason."),
            is_aside=True,
        ),
    ),
)


class PhotoFilters(UnionFilters):
    activity = named(gettext_lazy("Activity"), "activity__title")


PHOTOS = Kind(
    model=ActivityPhoto,
    manage=MANAGE,
    form=PhotoForm,
    workflow=PHOTO,
    facts=(
        Column("activity", gettext_lazy("Activity"), lambda row: Link(row.activity.title, url_of(row.activity))),
        *columns(ActivityPhoto, "caption", "created_by", "created_at", "removal_reason"),
    ),
    extra="members/_photo.html",
    context=lambda row, _user: {"photos": [] if row.removed_on else [row]},
    new_hint=gettext_lazy("Show what was done and who was there; ask before a face is shown close."),
    register=Register(
        slug="photos",
        title=gettext_lazy("Photos"),
        lead=gettext_lazy("Photos of activities, kept without place and device."),
        see=SEE,
        rows=lambda user: ActivityPhoto.objects.visible_to(user).defer("content").select_related("activity", "union"),
        columns=(
            Column("photo", gettext_lazy("Photo"), str, sort="caption"),
            Column("activity", gettext_lazy("Activity"), lambda row: Link(row.activity.title, url_of(row.activity))),
            *columns(ActivityPhoto, "union", "created_at"),
            state_column(PHOTO),
        ),
        sort="-created_at",
        filters=PhotoFilters,
        url_of=url_of,
        manage=MANAGE,
        empty=gettext_lazy("No photos yet. They are added on the page of an activity."),
    ),
)


class PhotoFileView(ActionMixin, View):
    """The picture as it was stored, for whoever sees its activity; one taken off is shown to nobody."""

    action = SEE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        visible = ActivityPhoto.objects.visible_to(self.user)
        row = get_object_or_404(visible, pk=pk, removed_on__isnull=True)
        answer = HttpResponse(
            bytes(row.content),
            content_type="image/jpeg",
            headers={
                "Content-Disposition": f'inline; filename="photo-{row.pk}.jpg"',
                "X-Content-Type-Options": "nosniff",
                "ETag": f'"{row.sha256}"',
            },
        )
        patch_cache_control(answer, private=True, max_age=3600)
        return answer


def photos_url(activity: Any) -> str:
    """Where photos are added to an activity."""
    return f"{reverse('photos-new')}?activity={activity.pk}"
