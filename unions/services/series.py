"""The numbers of unions and employers: each register counts on from its highest code."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr

from unions.models import Union


def lock_series() -> Union:
    """The federation, its row locked: two registrations at once never draw the same code."""
    federation: Union = Union.objects.select_for_update(of=("self",)).federation()
    return federation


def next_union_code() -> str:
    """The next free code of the federation's series, which is the letters its own code begins with."""
    prefix = re.match(r"\D*", lock_series().code)
    return next_in_series(Union, prefix[0] if prefix else "")


def next_in_series(model: type[Any], prefix: str) -> str:
    """The highest code with this prefix and digits alone, plus one, four digits wide at least."""
    series = model.objects.filter(code__regex=rf"^{re.escape(prefix)}[0-9]+$")
    digits = Cast(Substr("code", len(prefix) + 1), IntegerField())
    highest = series.annotate(digits=digits).aggregate(highest=Max("digits"))["highest"] or 0
    return f"{prefix}{highest + 1:04d}"
