"""What the database refuses and nobody foresaw, in words for whoever typed it; PostgreSQL's own go to the log."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import DatabaseError
from django.db.models import BaseConstraint, Model
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def words_of(error: DatabaseError) -> str:
    """What the broken constraint says of itself; else a number under which the log tells what it was.

    The log gets no DETAIL: it would hold the whole row, and with it whose row it is.
    """
    found: Any = getattr(error.__cause__, "diag", None)
    for model, constraint in constraints(getattr(found, "constraint_name", None)):
        if constraint.violation_error_message != constraint.default_violation_error_message:
            return f"{model._meta.verbose_name}{_(': ')}{constraint.violation_error_message}"
    number = secrets.token_hex(4)
    names = ("sqlstate", "message_primary", "table_name", "column_name", "constraint_name", "context")
    told = {name: value for name in names if (value := getattr(found, name, None))}
    logger.error("refusal %s by the database: %s", number, told or type(error).__name__)
    return _(
        "The database refused this for a reason that no check foresaw. Tell the administrator the number %(number)s: "
        "the log says more under it."
    ) % {"number": number}


def constraints(name: str | None) -> Iterator[tuple[type[Model], BaseConstraint]]:
    """The constraint of that name with its model; names are unique among all models."""
    for model in apps.get_models() if name else ():
        yield from ((model, constraint) for constraint in model._meta.constraints if constraint.name == name)
