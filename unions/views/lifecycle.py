"""The pages on which something happens to a union: each shows first what it will change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unions import union_page
from unions.access import Action, can_over
from unions.forms import lifecycle as forms
from unions.models import Officer, Union
from unions.pages.forms import EventForm
from unions.pages.records import EventView

MANAGE = Action.MANAGE_ORGANISATION


@dataclass(frozen=True)
class Event:
    """What one event asks, and a line that says what it is for. Its caption stands in the list of events."""

    form: type[EventForm]
    lead: Any


FORMS: dict[str, Event] = {
    "reelect": Event(
        forms.ElectionForm,
        gettext_lazy(
            "Closes the running term and opens the next one; whoever serves now stands in the fields already."
        ),
    ),
    "extend": Event(
        forms.ExtensionForm,
        gettext_lazy("The next higher union allowed the election to be later, by half a year at most."),
    ),
    "chair": Event(
        forms.ChairForm, gettext_lazy("The term goes on; the account of the one who leaves loses its office.")
    ),
    "rename": Event(
        forms.RenameForm, gettext_lazy("The former name stays searchable and is shown beside the new one.")
    ),
    "upgrade": Event(forms.UpgradeForm, gettext_lazy("A community union becomes a community federation.")),
    "reorganise": Event(
        forms.ReorganiseForm,
        gettext_lazy("Stays in the federation: no union comes or goes, earlier days read as before."),
    ),
    "cover": Event(forms.CoverForm, gettext_lazy("Listed are employers in business that no union covers.")),
    "uncover": Event(forms.UncoverForm, gettext_lazy("The employer is without a union from this day on.")),
    "certificate": Event(forms.RegisterCertificateForm, gettext_lazy("Valid as long as the committee's term.")),
    "renew": Event(forms.RenewCertificateForm, gettext_lazy("The new one begins when the present one ends.")),
    "registration": Event(
        forms.ChangeRegistrationForm, gettext_lazy("After a change of name, address or chair, within 30 days.")
    ),
    "cancel": Event(forms.CancelRegistrationForm, gettext_lazy("The union goes on, but is no legal person any more.")),
    "split": Event(forms.SplitForm, gettext_lazy("Some employers and their members leave for a new union.")),
    "merge": Event(forms.MergeForm, gettext_lazy("Other unions end, and this one takes their employers and members.")),
    "transfer-out": Event(
        forms.TransferOutForm, gettext_lazy("The union leaves the federation with its employers and members.")
    ),
    "dissolve": Event(
        forms.DissolveForm,
        gettext_lazy("Members are moved or retained first. The union leaves the register; its history stays."),
    ),
}


class UnionEventView(EventView):
    """One event of one union."""

    action = MANAGE
    kwargs: dict[str, Any]

    @property
    def event(self) -> Event:
        if self.kwargs["event"] not in FORMS:
            raise Http404
        return FORMS[self.kwargs["event"]]

    def check(self) -> None:
        super().check()
        union = self.get_target()
        if not can_over(self.user, MANAGE, union.pk):
            raise PermissionDenied
        offered = [link.url for link in union_page.events_for(union, self.user)]
        if self.event and union_page.url_to("union-event", union.pk, self.kwargs["event"]) not in offered:
            raise Http404

    def get_target(self) -> Union:
        rows = Union.objects.visible_to(self.user).select_related("parent", "community")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_form_class(self) -> type[EventForm]:
        return self.event.form

    @property
    def heading(self) -> str:
        caption = next(caption for slug, caption, _kind in union_page.EVENTS if slug == self.kwargs["event"])
        return _("%(event)s: %(union)s") % {"event": caption, "union": self.target}

    @property
    def lead(self) -> Any:
        return self.event.lead

    @property
    def submit(self) -> Any:
        return next(caption for slug, caption, _kind in union_page.EVENTS if slug == self.kwargs["event"])

    def told(self, row: Any) -> str:
        return _("Recorded at “%(union)s”.") % {"union": row}

    def next_url(self, row: Any) -> str:
        """The union's page; the register where it has left the user's sight by the event."""
        is_seen = Union.objects.visible_to(self.user).filter(pk=row.pk).exists()
        return union_page.address(row) if is_seen else reverse("unions")


class EndOfficerView(EventView):
    """Somebody leaves his post."""

    action = MANAGE
    form_class = forms.EndOfficerForm
    heading = gettext_lazy("Leave the post")
    lead = gettext_lazy("The post is then vacant; a chair leaves by an election or a change of chair.")
    kwargs: dict[str, Any]

    def check(self) -> None:
        super().check()
        if not union_page.may_end(self.get_target(), self.user):
            raise PermissionDenied

    def get_target(self) -> Officer:
        return get_object_or_404(Officer.objects.visible_to(self.user).select_related("union"), pk=self.kwargs["pk"])

    def next_url(self, row: Any) -> str:
        return union_page.address(row.union)
