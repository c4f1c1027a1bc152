"""What is asked to lock a quarter's accepted returns, and to give leave to change what came with one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from unions.models import ReportingPeriod, ReturnObligation
from unions.pages.forms import EventForm, rehearse
from unions.returns.locking import LONGEST_LEAVE, counts_of, give_leave, lock_accepted
from unions.returns.register import quarters
from unions.services.effects import Effect


class LockForm(EventForm):
    """Which quarter; the newest that is over stands there already."""

    period = forms.ModelChoiceField(
        label=gettext_lazy("Quarter"), queryset=ReportingPeriod.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].queryset = quarters().filter(end__lte=timezone.localdate())  # type: ignore[attr-defined]

    def plan(self) -> list[Effect]:
        rehearse(self)
        found = counts_of(self.cleaned_data["period"])
        return [
            Effect(
                _("Accepted returns"),
                _("%(number)d accepted") % {"number": found["accepted"]},
                _("%(number)d locked, those locked before too") % {"number": found["accepted"] + found["locked"]},
            ),
            Effect(
                _("Waiting for review"),
                str(found["waiting"]),
                _("Stays as it is: lock again once they are accepted.") if found["waiting"] else "0",
            ),
            Effect(
                pgettext_lazy("return", "Not filed"),
                str(found["missing"]),
                _("Stays as it is: they can still be filed.") if found["missing"] else "0",
            ),
        ]

    def run(self) -> ReportingPeriod:
        period: ReportingPeriod = self.cleaned_data["period"]
        lock_accepted(period=period, actor=self.actor)
        return period


class LeaveForm(EventForm):
    """Until when, and why."""

    until = forms.DateField(
        label=gettext_lazy("Until, that day included"),
        help_text=gettext_lazy("A fortnight at most; then the rows are locked again by themselves."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The chair and the record of changes show it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].widget.attrs["max"] = f"{timezone.localdate() + LONGEST_LEAVE}"

    def plan(self) -> list[Effect]:
        rehearse(self)
        until = self.cleaned_data["until"]
        return [
            Effect(
                _("What came with this return"),
                pgettext_lazy("return", "Locked"),
                _("may be changed until %(day)s") % {"day": until},
            )
        ]

    def run(self) -> ReturnObligation:
        said = self.cleaned_data
        give_leave(obligation=self.target, actor=self.actor, until=said["until"], reason=said["reason"])
        return self.target
