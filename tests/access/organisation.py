"""The organisation area."""

from tests.access.rows import Row

ROWS: dict[str, Row] = {}
