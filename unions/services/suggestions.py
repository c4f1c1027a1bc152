"""Rationalisation suggestions as they are typed; how far they go is their workflow's."""

from __future__ import annotations

from django.db import transaction

from unions.access import Action
from unions.models import Suggestion, User
from unions.services.cover import refuse_strange_employer
from unions.services.days import refuse_disorder, refuse_future
from unions.services.records import save_record
from unions.workflow.suggestions import DAYS


@transaction.atomic
def save_suggestion(*, suggestion: Suggestion, actor: User, since: int | None = None) -> Suggestion:
    """Store a suggestion. Raises ValidationError at the field that does not fit, PermissionDenied outside the scope."""
    refuse_future(suggestion, *DAYS)
    refuse_disorder(suggestion, *DAYS)
    refuse_strange_employer(suggestion, suggestion.collected_on, actor)
    return save_record(row=suggestion, actor=actor, action=Action.MANAGE_LABOUR, since=since)
