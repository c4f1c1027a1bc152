"""The form of an officer other than the chair."""

from __future__ import annotations

from typing import Any

from unions.access import Action
from unions.models import Officer
from unions.pages.forms import RecordForm
from unions.services.elections import appoint_officer
from unions.services.records import save_record


class OfficerForm(RecordForm):
    """Appoints somebody; of one who holds a post already, the facts about him are changed, not the post."""

    action = Action.MANAGE_ORGANISATION

    class Meta:
        model = Officer
        fields = ("union", "name", "post", "is_full_time", "phone", "start", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("union", "name", "post", "start"):
                self.fields[name].disabled = True

    def save(self, commit: bool = True) -> Any:
        if self.instance.pk:
            since = self.cleaned_data.get("revision")
            return save_record(row=self.instance, actor=self.actor, action=self.action, since=since)
        return appoint_officer(officer=self.instance, actor=self.actor)
