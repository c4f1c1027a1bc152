"""Assessments, campaigns, awards, pairings, facilities, dispatches and visits."""

from datetime import date

from tests.access.rows import OFFICERS_AND_STEWARD, R, Row, kind
from unions.models import Facility, Union

MANAGERS = {R.FEDERATION_CHAIR, R.ORGANISATION, R.RIGHTS, R.CULTURE, R.COMMUNITY, R.STEWARD}


def facility(union: Union) -> Facility:
    return Facility.objects.create(union=union, kind="LIBRARY", name="职工书屋", start=date(2026, 1, 1))


ROWS: dict[str, Row] = {
    **kind("facilities", facility, see=OFFICERS_AND_STEWARD, manage=MANAGERS, cell="books"),
}
