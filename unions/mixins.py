"""The view side of access.py: every view names its action and starts from the rows its user may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from unions.access import Action, can

if TYPE_CHECKING:
    from unions.models import User


class ActionMixin(AccessMixin):
    """Lets a request through if the user may do the view's ``action``; asks to sign in, or refuses with 403."""

    action: Action
    request: HttpRequest

    @property
    def user(self) -> User:
        """Who has signed in; known once ``dispatch`` has let him through."""
        return cast("User", self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if not can(request.user, self.action):
            raise PermissionDenied
        self.check()
        return super().dispatch(request, *args, **kwargs)

    def check(self) -> None:
        """What a view asks beyond the action. Raises PermissionDenied, or Http404 for what is out of sight."""


class ScopedViewMixin(ActionMixin):
    """An ActionMixin whose queryset holds only what the user may see, so anything else is a 404."""

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().visible_to(self.request.user)
