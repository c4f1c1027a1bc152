"""What is done on a page that shows a version of a return after a newer one came in: refused, naming whose it is."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from unions.models import ReturnObligation


def refuse_overtaken(obligation: ReturnObligation, seen: int | None) -> None:
    """Raise ValidationError, naming who and when, if a version came in after the one numbered ``seen``.

    Nothing is refused to a request that does not say what it has seen.
    """
    newer = obligation.versions.filter(version__gt=seen or 0).select_related("created_by").order_by("-version").first()
    if seen is None or newer is None:
        return
    raise ValidationError(
        _(
            "After this page was opened, %(who)s filed version %(number)d at %(when)s. Nothing was changed now: look "
            "at that version, then do it again."
        )
        % {
            "who": newer.created_by or "—",
            "number": newer.version,
            "when": f"{timezone.localtime(newer.created_at):%Y-%m-%d %H:%M}",
        },
        code="overtaken",
    )
