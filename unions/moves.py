"""What the move of every workflow begins with: the row locked within scope, and the refusal of a way there is not."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _

from unions.models import User


def locked(model: type[Any], row: Any, actor: User) -> Any:
    """The row, locked and fresh. Raises PermissionDenied if it is outside the actor's scope."""
    found = model.objects.visible_to(actor).filter(pk=row.pk).select_for_update(of=("self",)).first()
    if found is None:
        raise PermissionDenied(_("This record is outside your scope."))
    return found


def no_such_move(start: str, to: str) -> ValidationError:
    return ValidationError(
        _("There is no way from “%(start)s” to “%(to)s”."), code="no_such_move", params={"start": start, "to": to}
    )
