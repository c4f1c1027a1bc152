"""What everybody has at his desk: the search, the inbox, saved views of lists, the way back from a bulk action."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from unions.access import Action
from unions.forms.desk import SaveViewForm
from unions.mixins import ActionMixin
from unions.models import BulkChange, Notice, SavedView
from unions.pages.bulk import held_page, undo
from unions.pages.consequences import HeldError, carry_out
from unions.pages.keyset import page_of
from unions.pages.listing import place_in
from unions.pages.lookup import LOOKUPS, MOST, Lookup
from unions.search import search


class SearchView(ActionMixin, TemplateView):
    """Results by kind of record; the field in the head of every page leads here."""

    action = Action.VIEW_HOME
    template_name = "unions/search.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = self.request.GET.get("q", "").strip()[:60]
        return super().get_context_data(**kwargs) | {"text": text, "groups": search(self.user, text)}


class SuggestView(ActionMixin, TemplateView):
    """What answers to the text typed into a lookup field, as options of its list."""

    template_name = "unions/_suggestions.html"

    @property
    def lookup(self) -> Lookup:
        if self.kwargs["key"] not in LOOKUPS:
            raise Http404
        return LOOKUPS[self.kwargs["key"]]

    @property
    def action(self) -> Action:  # type: ignore[override]
        return self.lookup.action

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        typed = next(iter(self.request.GET.dict().values()), "")
        text = typed.replace("\x00", "").strip()[:60]
        rows = self.lookup.find(self.user, text)[:MOST] if text else []
        return super().get_context_data(**kwargs) | {"texts": [self.lookup.text(row) for row in rows]}


class InboxView(ActionMixin, TemplateView):
    """Events and reminders, the newest first, the unread ones marked."""

    action = Action.VIEW_HOME
    template_name = "unions/inbox.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        notices = Notice.objects.visible_to(self.user)
        only_unread = "unread" in self.request.GET
        rows = notices.filter(read_at__isnull=True) if only_unread else notices
        return super().get_context_data(**kwargs) | {
            "page": page_of(rows, sort="-created_at", size=50, **place_in(self.request.GET)),
            "only_unread": only_unread,
            "wants_mail": self.user.wants_mail,
            "today": timezone.localdate(),
        }


class NoticeView(ActionMixin, View):
    """Opens what a notice is about and marks it as read."""

    action = Action.VIEW_HOME
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        notice = get_object_or_404(Notice.objects.visible_to(self.user), pk=pk)
        if notice.read_at is None:
            notice.read_at = timezone.now()
            notice.save(update_fields=["read_at"])
        return redirect(notice.url or "inbox")


class ReadAllView(ActionMixin, View):
    action = Action.VIEW_HOME
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        Notice.objects.visible_to(self.user).filter(read_at__isnull=True).update(read_at=timezone.now())
        return redirect("inbox")


class MailView(ActionMixin, View):
    """Turns e-mail for notices on or off."""

    action = Action.VIEW_HOME
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        user = self.user
        if not user.wants_mail and not user.email:
            messages.warning(request, _("Your account has no e-mail address: ask the data steward to enter it."))
            return redirect("inbox")
        user.wants_mail = not user.wants_mail
        user.save(update_fields=["wants_mail"])
        return redirect("inbox")


class SaveViewView(ActionMixin, View):
    """Keeps the conditions of a list under a name of the user's own."""

    action = Action.VIEW_HOME
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SaveViewForm(request.POST, instance=SavedView(user=self.user, created_by=self.user))
        if not form.is_valid():
            for errors in form.errors.values():
                messages.error(request, " ".join(map(str, errors)))
            return redirect(back_to(request))
        view = form.save()
        messages.success(request, _("Saved as “%(name)s”.") % {"name": view.name})
        return redirect(list_of(view, view.query))


class ForgetViewView(ActionMixin, View):
    action = Action.VIEW_HOME
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        view = get_object_or_404(SavedView.objects.visible_to(self.user), pk=pk)
        view.delete()
        return redirect(list_of(view, ""))


class UndoView(ActionMixin, View):
    """Asks once more, then puts back what a bulk action changed."""

    action = Action.VIEW_HOME
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        change = get_object_or_404(BulkChange.objects.visible_to(self.user), pk=pk)
        try:
            number = carry_out(lambda: undo(change=change, actor=self.user), actor=self.user, posted=request.POST)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        except HeldError as held:
            return held_page(request, held, heading=_("Undo"), back_url=back_to(request))
        else:
            messages.success(request, _("Undone: %(what)s (%(n)d).") % {"what": change.caption, "n": number})
        return redirect(back_to(request))


def list_of(view: SavedView, query: str) -> str:
    """The address of a saved view's list; home, where the list is no more."""
    try:
        return f"{reverse(view.register)}?{query}"
    except NoReverseMatch:
        return reverse("home")


def back_to(request: HttpRequest) -> str:
    """The page the request came from, if it is one of ours; ``back`` where the request was asked about first."""
    came_from = request.POST.get("back") or request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure())
    return came_from if is_ours else reverse("home")
