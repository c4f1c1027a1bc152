"""Sheets whose rows are rows of one table of the portal: shown from it, and written back into it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from unions.pages.forms import fields_of
from unions.returns.columns import Text
from unions.returns.filing import Filing
from unions.returns.findings import Finding
from unions.returns.registry import Row, RowsError, Sheet, Tally

EMPLOYER = "employer_code"


class EmployerCode(Text):
    """The code of an employer that the union covers; the template offers those."""

    def __init__(self) -> None:
        super().__init__(30)

    def rule(self, filing: Filing) -> dict[str, Any]:
        return {"validate": "list", "source": list(filing.employers)} if filing.employers else {}


class ModelSheet(Sheet):
    """Rows of ``model``. A column writes the attribute it names; an employer's code finds the employer.

    By its key, or else by all its cells, a row is found again among those the portal has: a later version changes it,
    and takes away what an earlier version of the same return brought and this one no longer says. What somebody
    recorded by hand is matched by the same key and never taken away.
    """

    def rows_of(self, filing: Filing) -> models.QuerySet[Any]:
        """The union's rows of the quarter."""
        raise NotImplementedError

    def open_before(self, filing: Filing) -> Iterable[Any]:
        """The union's rows that began before the quarter and may go on in it: a row that says so is theirs."""
        return ()

    def facts(self, row: Row, filing: Filing) -> dict[str, Any]:
        """The attributes of the model that a row sets."""
        facts = {
            column.attribute: blank_as(self.model, column.attribute, row[name])
            for name, column in self.columns.items()
            if column.attribute and "__" not in column.attribute
        }
        if EMPLOYER in self.columns:
            facts["employer"] = filing.employers.get(row[EMPLOYER])
        return facts

    def values_of(self, instance: Any) -> dict[str, Any]:
        """What a row of this sheet says of a row of the table; empty text is an empty cell."""
        values = {
            name: column.get_value(instance) if column.attribute else None for name, column in self.columns.items()
        }
        return {name: None if value == "" else value for name, value in values.items()}

    def standing(self, filing: Filing) -> Iterable[dict[str, Any]]:
        return [self.known_then(self.values_of(instance), filing) for instance in self.rows_of(filing)]

    def known_then(self, values: dict[str, Any], filing: Filing) -> dict[str, Any]:
        """Without what came about only after the quarter."""
        end = filing.quarter.end
        return values | {name: None for name in self.later if values[name] and values[name] >= end}

    def check(self, rows: Sequence[Row], filing: Filing) -> Iterable[Finding]:
        if EMPLOYER in self.columns:
            for row in rows:
                if row[EMPLOYER] and row[EMPLOYER] not in filing.employers:
                    yield self.finding(row, EMPLOYER, _("The union covers no employer with this code."))

    def apply(self, rows: Sequence[Row], filing: Filing) -> Tally:
        known, tally, refused = self.known(filing), Tally(), []
        for row in rows:
            same = known[self.key_of(row.values)]
            try:
                tally.count(self.put(same.pop(0) if same else None, row, filing))
            except ValidationError as error:
                refused += self.refusals(row, error)
        if refused:
            raise RowsError(refused)
        self.take_away((instance for left in known.values() for instance in left), filing)
        return tally

    def known(self, filing: Filing) -> dict[tuple[Any, ...], list[Any]]:
        """What the portal has already, by key."""
        known: defaultdict[tuple[Any, ...], list[Any]] = defaultdict(list)
        instances = {instance.pk: instance for instance in [*self.rows_of(filing), *self.open_before(filing)]}
        for instance in instances.values():
            known[self.key_of(self.values_of(instance))].append(instance)
        return known

    def put(self, instance: Any, row: Row, filing: Filing) -> str:
        """Store one row; the name of the count it belongs to."""
        facts = self.facts(row, filing)
        if instance is not None:
            facts = {name: value for name, value in facts.items() if not self.came_later(instance, name, value, filing)}
        if instance is None:
            instance = self.model(union=filing.union, source_return=filing.version, **facts)
        elif all(getattr(instance, name) == value for name, value in facts.items()):
            return "unchanged"
        else:
            for name, value in facts.items():
                setattr(instance, name, value)
        is_new = instance.pk is None
        instance.full_clean()
        instance.save()
        if is_new:
            self.made(instance, row, filing)
        return "created" if is_new else "updated"

    def made(self, instance: Any, row: Row, filing: Filing) -> None:
        """What else comes with a new row."""

    def came_later(self, instance: Any, attribute: str, value: Any, filing: Filing) -> bool:
        """Whether an empty cell stands against something that the portal knows from a later quarter."""
        names = {self.columns[name].attribute for name in self.later}
        known = getattr(instance, attribute)
        return value is None and attribute in names and known is not None and known >= filing.quarter.end

    def take_away(self, instances: Iterable[Any], filing: Filing) -> None:
        """Remove what an earlier version of this return brought; history keeps a copy of each row."""
        for instance in instances:
            source = instance.source_return
            if source is not None and source.obligation_id == filing.obligation.pk:
                instance.delete()

    def refusals(self, row: Row, error: ValidationError) -> list[Finding]:
        """What the model says against a row, at the columns it speaks of."""
        columns = {column.attribute.split("__")[0]: name for name, column in self.columns.items() if column.attribute}
        found = []
        for name, messages in error.message_dict.items():
            for message in messages:
                fields = [name] if name != NON_FIELD_ERRORS else sorted(self.named_by(message))
                column = next((columns[field] for field in fields if field in columns), "")
                found.append(self.finding(row, column, message))
        return found

    def named_by(self, message: str) -> set[str]:
        """The fields of the constraint that says this."""
        for constraint in self.model._meta.constraints:
            if str(constraint.violation_error_message) == message:
                return fields_of(constraint)
        return set()


def blank_as(model: type[models.Model], attribute: str, value: Any) -> Any:
    """An empty cell as the model keeps it: text is never NULL, and what has a default takes it."""
    if value is not None:
        return value
    field: Any = model._meta.get_field(attribute)
    if field.null:
        return None
    return field.get_default() if field.has_default() else ""
