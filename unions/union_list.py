"""What higher apps add to the register of unions: a column, and a filter over what it shows.

The register itself knows no members and no money; ``<app>/contributions.py`` registers its share, and who may see
it. The annotation a share makes is computed for the rows of one page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django_filters

from unions.access import Action, can
from unions.models import User
from unions.pages.columns import Column


@dataclass(frozen=True)
class Share:
    """``annotate`` adds to the queryset of unions what ``column`` shows and ``filter`` asks for."""

    key: str
    action: Action
    annotate: Callable[[Any], Any]
    column: Column
    filter: django_filters.Filter | None = None
    order: int = 50


SHARES: list[Share] = []


def share(added: Share) -> None:
    SHARES.append(added)


def shares_of(user: User) -> list[Share]:
    return sorted((added for added in SHARES if can(user, added.action)), key=lambda added: added.order)
