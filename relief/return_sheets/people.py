"""The people a sheet names: found by the number of their document, and only those on the union's own books."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError, Q, QuerySet
from django.utils.translation import gettext as _

from members.models import Person
from unions.crypto import blind_index
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.model_sheets import ModelSheet
from unions.returns.registry import Row, Sheet


def people_of(filing: Filing) -> QuerySet[Person]:
    """Who is on the union's books, or was and has moved since."""
    held = Q(union=filing.union) | Q(pk__in=Person.objects.filter(memberships__union=filing.union).values("pk"))
    return Person.objects.filter(held, merged_into__isnull=True)


def known_people(sheet: Sheet, filing: Filing) -> dict[str, Person]:
    """Whom the rows of a sheet name, by the index of their number; looked up once for all its rows."""
    name = f"people {sheet.code}"
    if name not in filing.memo:
        wanted = [blind_index(row["id_no"]) for row in filing.rows(sheet.code) if row["id_no"]]
        filing.memo[name] = {one.id_index: one for one in people_of(filing).filter(id_index__in=wanted)}
    found: dict[str, Person] = filing.memo[name]
    return found


def person_of(sheet: Sheet, row: Row, filing: Filing) -> Person:
    """Whom the row names, also one who joined a moment ago by this same return. Raises ValidationError."""
    index = blind_index(row["id_no"] or "")
    person = known_people(sheet, filing).get(index) or people_of(filing).filter(id_index=index).first()
    if person is None:
        raise ValidationError({"person": _("Nobody with this ID number is on the union's books.")})
    return person


def unknown_people(sheet: Sheet, rows: Sequence[Row], filing: Filing) -> Iterator[Finding]:
    """Rows whose number is nobody's here, or another's; who joins by this same return is known from D2."""
    if not rows:
        return
    names = {index: {one.name, one.former_name} for index, one in known_people(sheet, filing).items()}
    for joining in filing.rows("D2"):
        if joining["id_no"]:
            names.setdefault(blind_index(joining["id_no"]), set()).add(joining["name"] or "")
    for row in rows:
        known = names.get(blind_index(row["id_no"])) if row["id_no"] else None
        if row["id_no"] and known is None:
            yield sheet.finding(row, "id_no", _("Nobody with this ID number is on the union's books."))
        elif known and row["name"] and row["name"] not in known:
            yield sheet.finding(row, "name", _("Under this ID number another name is recorded: check both."))


class PeopleSheet(ModelSheet):
    """Rows about one person each, who stands in the columns ``name`` and ``id_no``."""

    def facts(self, row: Row, filing: Filing) -> dict[str, Any]:
        return super().facts(row, filing) | {"person": person_of(self, row, filing)}

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterator[Finding]:
        yield from super().check(rows, filing)
        yield from unknown_people(self, rows, filing)


def take_back(instance: Any, sheet: Sheet, message: str) -> list[Finding]:
    """Delete what a return brought; the finding that says why not, where something builds upon it."""
    try:
        instance.delete()
    except ProtectedError:
        return [sheet.finding(None, "", message)]
    return []
