"""The organisation area."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.access.rows import OFFICERS_AND_STEWARD, R, Row, kind
from tests.factories.unions import CommunityFactory, EmployerFactory
from unions.models import EmployerHeadcount, Officer, Union, UnionApplication

DAY = date(2026, 3, 2)
SEE = OFFICERS_AND_STEWARD
MANAGE = {R.FEDERATION_CHAIR, R.ORGANISATION, R.COMMUNITY, R.STEWARD}


def itself(union: Union) -> Union:
    return union


def employer(union: Union) -> Any:
    return EmployerFactory(union=union, community=CommunityFactory(code="C00"))


def headcount(union: Union) -> EmployerHeadcount:
    return EmployerHeadcount.objects.create(union=union, employer=employer(union), as_of=DAY, employees=30)


def officer(union: Union) -> Officer:
    return Officer.objects.create(union=union, name="周芳", post=Officer.Post.ORGANISER, start=DAY)


def application(union: Union) -> UnionApplication:
    return UnionApplication.objects.create(union=union, employer=employer(union), applied_on=DAY)


ROWS: dict[str, Row] = {
    "unions": Row(SEE),
    "union-tree": Row(SEE),
    "union-stock": Row(SEE),
    "union": Row(SEE, make=itself),
    "union-event": Row(MANAGE, make=itself, values=("rename",)),
    "union-found": Row(MANAGE),
    "union-transfer-in": Row(MANAGE),
    "terms": Row(SEE),
    "certificates": Row(SEE),
    **kind("officers", officer, see=SEE, manage=MANAGE, cell="phone"),
    "officer-leave": Row(MANAGE, make=officer),
    "employers": Row(SEE),
    "employers-new": Row(MANAGE),
    "employer": Row(SEE, make=employer),
    "employers-edit": Row(MANAGE, make=employer),
    "employer-close": Row(MANAGE, make=employer),
    **kind("headcounts", headcount, see=SEE, manage=MANAGE, cell="employees"),
    "founding": Row(SEE),
    **kind("applications", application, see=SEE, manage=MANAGE, move=("REJECTED", MANAGE)),
}
