"""The pages on which a quarter's returns are locked and leave is given to change what came with one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from unions.access import Action, can_over
from unions.forms.return_locks import LeaveForm, LockForm
from unions.models import ReturnObligation
from unions.pages.records import EventView


class LockReturnsView(EventView):
    """Every accepted return of a quarter is locked."""

    action = Action.LOCK_RETURN
    form_class = LockForm
    heading = gettext_lazy("Lock a quarter's returns")
    submit = gettext_lazy("Lock them")
    lead = gettext_lazy(
        "When the quarter's figures are settled. What is locked is changed by an amendment, or with leave; what is "
        "missing can still be filed."
    )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "back_url": reverse("returns"),
            "back": _("Quarterly returns"),
        }

    def told(self, row: Any) -> str:
        return _("The accepted returns of %(period)s are locked.") % {"period": row}

    def next_url(self, row: Any) -> str:
        return f"{reverse('returns')}?period={row.pk}&state=LOCKED"


class LeaveView(EventView):
    """The rows of one union's accepted return may be changed in place for some days."""

    action = Action.LOCK_RETURN
    form_class = LeaveForm
    heading = gettext_lazy("Give leave to change")
    submit = gettext_lazy("Give leave")
    lead = gettext_lazy("For what cannot wait for an amendment. Every change is recorded as always.")
    kwargs: dict[str, Any]

    def check(self) -> None:
        super().check()
        if not can_over(self.user, self.action, self.target.union_id):
            raise PermissionDenied

    def get_target(self) -> ReturnObligation:
        rows = ReturnObligation.objects.visible_to(self.user).select_related("union", "period")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def told(self, row: Any) -> str:
        return _("Leave is given, and the chair is told.")

    def next_url(self, row: Any) -> str:
        return reverse("return", args=[row.pk])
