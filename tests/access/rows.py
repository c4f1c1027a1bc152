"""How the access matrix is written down: one row for each address, one line for each kind of record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from unions.access import Role
from unions.models import Union

R = Role
Roles = frozenset[Role] | set[Role]
FEDERATION = {R.FEDERATION_CHAIR, R.ORGANISATION, R.RELIEF, R.RIGHTS, R.FINANCE, R.CULTURE}
FIGURES = FEDERATION | {R.COMMUNITY, R.CHAIR, R.AUDITOR, R.STEWARD}
OFFICERS_AND_STEWARD = FEDERATION | {R.COMMUNITY, R.CHAIR, R.STEWARD}
EVERYONE = set(Role)
# Whose scope is the whole federation; the others see their own union or community only.
EVERYWHERE = FEDERATION | {R.AUDITOR, R.STEWARD}


@dataclass(frozen=True)
class Row:
    """Who may open an address.

    ``make`` makes the record the address names, in a union; ``values`` follow it in the address. ``seers`` may see
    the record and are told that this is not theirs to do. ``status`` is what a success answers.
    """

    roles: Roles
    values: tuple[Any, ...] = ()
    make: Callable[[Union], Any] | None = None
    seers: Roles = frozenset()
    reviewer_sees_all: bool = False
    method: str = "get"
    status: int = 200
    is_public: bool = False
    is_common: bool = False


def kind(
    slug: str,
    make: Callable[[Union], Any],
    *,
    see: Roles,
    manage: Roles,
    move: tuple[str, Roles] | None = None,
    cell: str = "",
    is_common: bool = False,
    may_add: bool = True,
    may_edit: bool = True,
) -> dict[str, Row]:
    """The addresses of a kind of record. ``move`` is a move open to the record as ``make`` leaves it, and its roles.

    A common kind belongs to no union: everybody sees all of it, the federation's own officers alone change it.
    """
    changers = {role for role in manage if role in EVERYWHERE} if is_common else manage
    rows = {
        slug: Row(see),
        f"{slug}-detail": Row(see, make=make, is_common=is_common),
    }
    if may_add:
        rows[f"{slug}-new"] = Row(changers)
    if may_edit:
        rows[f"{slug}-edit"] = Row(changers, make=make, is_common=is_common)
    if move:
        rows[f"{slug}-move"] = Row(move[1], make=make, values=(move[0],), seers=see, is_common=is_common)
    if cell:
        rows[f"{slug}-cell"] = Row(changers, make=make, values=(cell,), is_common=is_common)
    return rows
