"""Quarterly returns: who sees, files and reviews them."""

from datetime import date
from typing import Any

from tests.access.rows import FEDERATION, OFFICERS_AND_STEWARD, R, Row
from tests.factories.returns import owed_return
from unions.crypto import seal_bytes
from unions.models import QuarterlyReturn, ReturnContent, ReturnObligation, Union
from unions.returns.content import pack

SEE = OFFICERS_AND_STEWARD
FILE = {R.CHAIR, R.ORGANISATION, R.COMMUNITY}
REVIEW = FEDERATION | {R.COMMUNITY}
VERSION = (1,)


def owed(union: Union) -> ReturnObligation:
    return owed_return(union)


def filed(union: Union, **facts: Any) -> QuarterlyReturn:
    """A first version with a file that nobody could read."""
    version = QuarterlyReturn.objects.create(union=union, obligation=owed(union), version=1, **facts)
    ReturnContent.objects.create(union=union, version=version, file=seal_bytes(b"PK"), rows=pack({}))
    return version


def with_version(union: Union) -> ReturnObligation:
    return filed(union, file_name="季报.xlsx").obligation


def submitted(union: Union) -> QuarterlyReturn:
    return filed(
        union, status="SUBMITTED", submitted_at=f"{date(2026, 7, 8)} 09:00+08:00", receipt_no=f"JB-{union.code}"
    )


def waiting(union: Union) -> ReturnObligation:
    return submitted(union).obligation


ROWS: dict[str, Row] = {
    "returns": Row(SEE),
    "return-rate": Row(REVIEW),
    "return-templates": Row(REVIEW),
    "return-lock": Row({R.FEDERATION_CHAIR, R.ORGANISATION}),
    "return-version": Row(SEE, make=filed, status=302),
    "return": Row(SEE, make=with_version),
    "return-status": Row(SEE, make=with_version),
    "return-template": Row(SEE, make=owed),
    "return-file": Row(SEE, make=with_version, values=VERSION),
    "return-marked": Row(FILE, make=with_version, values=VERSION, status=302),
    "return-upload": Row(FILE, make=owed, method="post", status=422),
    "return-mend": Row(FILE, make=with_version, method="post", status=302),
    "return-resume": Row(FILE, make=with_version, values=VERSION, method="post", status=302),
    "return-nil": Row(FILE, make=owed, method="post", status=302),
    "return-sheet": Row(SEE, make=with_version, values=("D1a",)),
    "return-submit": Row(FILE, make=with_version, method="post", status=302),
    "return-leave": Row({R.FEDERATION_CHAIR, R.ORGANISATION}, make=with_version),
    "return-review": Row(REVIEW, make=waiting),
    "return-receipt": Row(SEE, make=submitted),
}
