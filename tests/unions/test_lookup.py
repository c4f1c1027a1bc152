"""A field for one record among many is answered in words, whatever a browser sends for it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from tests.factories.unions import UnionFactory
from unions.forms import labour  # noqa: F401 - says how unions are looked up
from unions.models import Union
from unions.pages.lookup import LookupField

pytestmark = pytest.mark.usefixtures("as_system")


def field() -> LookupField:
    return LookupField("union", Union.objects.all())


@pytest.mark.parametrize("typed", ["\x00", "王\x00", "²", "#²", "9" * 5000, "#" + "9" * 30, "王" * 5000, "-1"])
def test_what_names_nobody_is_refused_and_shown_again(db: None, typed: str) -> None:
    UnionFactory()
    with pytest.raises(ValidationError):
        field().clean(typed)
    assert field().prepare_value(typed) == typed


def test_a_name_or_the_number_behind_it_finds_the_record(db: None) -> None:
    union = UnionFactory()
    assert field().clean(union.name) == field().clean(f"x #{union.pk}") == field().clean(str(union.pk)) == union
