"""The same roster by django-import-export's own import, as fast as its settings allow.

Three resources, one for each table: bulk writing, no comparison, no look at rows that may be there, no validation of
models, foreign keys known beforehand. What the portal's bulk paths need beside (index, keys of the name) is set here.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import tablib
from import_export import fields, resources, widgets

from members.models import Membership, MembershipStatus, Person, ServiceCard
from unions.crypto import blind_index
from unions.models import Employer, Union
from unions.names import name_keys
from unions.returns.registry import SHEETS

DAY = widgets.DateWidget(format="%Y-%m-%d")
KNOWN: dict[str, Any] = {}


def prepare(union: Union, employer: Employer) -> None:
    """Look up beforehand what the foreign keys lead to."""
    KNOWN.update(union=union, employer=employer)


def run(data: bytes, sheet: str, first_row: int) -> None:
    """Read the workbook and import its rows into the three tables."""
    dataset = tablib.Dataset(*rows_of(data, sheet, first_row), headers=headings(data, sheet))
    for resource in (PersonResource(), MembershipResource(), CardResource()):
        result = resource.import_data(dataset, raise_errors=True, use_transactions=True)
        assert not result.has_errors() and not result.has_validation_errors()


def headings(data: bytes, sheet: str) -> list[str]:
    page = openpyxl.load_workbook(io.BytesIO(data), read_only=True)[sheet]
    return [str(cell) for cell in next(page.iter_rows(max_row=1, values_only=True))]


def rows_of(data: bytes, sheet: str, first_row: int) -> Iterator[tuple[Any, ...]]:
    page = openpyxl.load_workbook(io.BytesIO(data), read_only=True)[sheet]
    yield from page.iter_rows(min_row=first_row, values_only=True)


class Fastest:
    """The settings that all three share."""

    use_bulk = True
    batch_size = 2000
    skip_diff = True
    skip_html_diff = True
    report_skipped = False
    force_init_instance = True
    clean_model_instances = False
    use_transactions = True
    import_id_fields: tuple[str, ...] = ()


class Code(widgets.Widget):
    """The code of a caption, from a table made once."""

    def __init__(self, column: str) -> None:
        super().__init__()
        self.codes = SHEETS["D2"].columns[column].kind.codes

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return self.codes[value]


class Resource(resources.ModelResource):  # type: ignore[misc]
    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Sequences are not set anew: only their owner may, and no row came with a number."""


class PersonResource(Resource):
    name = fields.Field("name", "name")
    sex = fields.Field("sex", "gender", Code("gender"))
    birth_date = fields.Field("birth_date", "birth", DAY)
    id_type = fields.Field("id_type", "id_type", Code("id_type"))
    id_number = fields.Field("id_number", "id_no")
    phone = fields.Field("phone", "phone")
    consented_on = fields.Field("consented_on", "change_on", DAY)

    class Meta(Fastest):
        model = Person
        fields = ("name", "sex", "birth_date", "id_type", "id_number", "phone", "consented_on")

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        instance.union = KNOWN["union"]

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        number = instance.id_number
        instance.id_index, instance.id_last4 = blind_index(number), number[-4:]
        for name, value in name_keys(instance.name).items():
            setattr(instance, name, value)


class OfPerson(Resource):
    """Rows that belong to people who are there by now, all of whom are looked up once."""

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        people = Person.objects.filter(union=KNOWN["union"])
        self.people = dict(people.values_list("id_index", "pk"))

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        instance.union, instance.person_id = KNOWN["union"], self.people[blind_index(row["id_no"])]


class MembershipResource(OfPerson):
    worker_type = fields.Field("worker_type", "worker_type", Code("worker_type"))
    applied_on = fields.Field("applied_on", "change_on", DAY)
    joined_on = fields.Field("joined_on", "change_on", DAY)
    dues_wage = fields.Field("dues_wage", "dues_base", widgets.DecimalWidget())

    class Meta(Fastest):
        model = Membership
        fields = ("worker_type", "applied_on", "joined_on", "dues_wage")

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        super().after_init_instance(instance, new, row, **kwargs)
        instance.employer, instance.status = KNOWN["employer"], MembershipStatus.ACTIVE


class CardResource(OfPerson):
    info_collected_on = fields.Field("info_collected_on", "card_info", DAY)

    class Meta(Fastest):
        model = ServiceCard
        fields = ("info_collected_on",)
        skip_unchanged = True

    def skip_row(self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        return not row["card_info"]
