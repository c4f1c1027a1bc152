"""What is typed about activities: the activity itself, who took part, entries in contests, photos."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.forms import ParticipationForm
from members.models import Activity, ActivityParticipation, ActivityPhoto, ContestEntry
from members.photos import add_photos
from unions.access import Action
from unions.pages.forms import RecordForm

MANAGE = Action.MANAGE_MEMBERS


class ActivityForm(RecordForm):
    """An activity; what its numbers may be is the model's own rule."""

    action = MANAGE

    class Meta:
        model = Activity
        fields = (
            *("union", "kind", "title", "audience", "level", "series", "starts_on", "ends_on", "place", "sessions"),
            *("invited", "attendances", "female", "is_estimate", "is_on_site", "employer", "teams", "co_organisers"),
            *("materials", "cost_union", "cost_employer", "cost_others", "result", "note"),
        )


class TookPartForm(ParticipationForm):
    """A union, employer or person on the list of an activity; the list never holds more than were there."""

    class Meta:
        model = ActivityParticipation
        fields = ("activity", "union", "employer", "person", "attendances")

    def clean_attendances(self) -> int | None:
        number, activity = self.cleaned_data["attendances"], self.cleaned_data.get("activity")
        if not number or activity is None or activity.attendances is None:
            return number
        listed = activity.participations.exclude(pk=self.instance.pk).aggregate(sum=Sum("attendances"))["sum"] or 0
        if listed + number > activity.attendances:
            raise ValidationError(
                _("With this the list holds %(listed)d attendances, but the activity has %(whole)d: check both.")
                % {"listed": listed + number, "whole": activity.attendances}
            )
        return number


class EntryForm(ParticipationForm):
    """An employer, its team or one of its people in a contest."""

    class Meta:
        model = ContestEntry
        fields = ("contest", "union", "employer", "team", "person", "contestants", "place")


class PhotosInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several files at once; each is looked at when it is stored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=PhotosInput({"accept": "image/jpeg,image/png,image/webp"}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = data if isinstance(data, list | tuple) else [data]
        return [super(PhotosField, self).clean(file, initial) for file in files or [None]]


class PhotoForm(RecordForm):
    """Photos for one activity, begun on its page."""

    action = MANAGE
    pictures = PhotosField(
        label=gettext_lazy("Photos"),
        help_text=gettext_lazy(
            "JPEG, PNG or WebP, up to 15 MB each. They are made smaller; place and device are removed."
        ),
    )

    field_order = ("activity", "pictures", "caption")

    class Meta:
        model = ActivityPhoto
        fields = ("activity", "caption")
        widgets = {"activity": forms.HiddenInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["activity"].error_messages["required"] = _("Begin on the page of the activity.")
        if self.instance.pk:
            del self.fields["pictures"], self.fields["activity"]

    def _get_validation_exclusions(self) -> set[str]:
        # The picture is drawn when it is stored; the whole row is checked then.
        return super()._get_validation_exclusions() | {"content", "width", "height", "sha256", "union"}

    def save(self, commit: bool = True) -> Any:
        if self.instance.pk:
            return super().save(commit)
        facts = {name: self.cleaned_data[name] for name in ("activity", "pictures", "caption")}
        return add_photos(actor=self.actor, **facts)[0]
