"""What every test may ask for."""

import os
from collections.abc import Iterator

import hypothesis
import pytest

from tests.database import as_owner, django_db_setup, owner_cursor
from unions.acting import SYSTEM, acting

# make test tries the same examples each time; make soak looks for new ones. No example is timed.
hypothesis.settings.register_profile("portal", derandomize="EXAMPLES" not in os.environ, deadline=None)
hypothesis.settings.load_profile("portal")

LONG = ("test_migrations.py", "test_demo.py")

__all__ = ["as_owner", "as_system", "django_db_setup", "owner_cursor"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files whose single tests take longest first: begun last, one worker would be busy and the other idle."""
    items.sort(key=lambda item: item.path.name not in LONG)


@pytest.fixture
def as_system(db: None) -> Iterator[None]:
    """The portal itself acts: without somebody acting, row-level security shows no person at all."""
    with acting(SYSTEM):
        yield
