"""``id_index__any_of=[…]``: a list of thousands as one parameter, where ``__in`` makes thousands of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Lookup

if TYPE_CHECKING:
    AnyLookup = Lookup[Any]
else:
    AnyLookup = Lookup


class AnyOf(AnyLookup):
    """The column equals one of the values."""

    lookup_name = "any_of"
    prepare_rhs = False
    rhs: Iterable[Any]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY (%s)", (*parameters, list(self.rhs))
