"""Home, half-years and reports."""

from reports.models import Report
from tests.access.rows import EVERYONE, FEDERATION, FIGURES, R, Row
from unions.models import Union

HALF = "2026H1"


def report(union: Union) -> Report:
    return Report.objects.create(
        union=union, period=HALF, kind="summary", version=1, status="ISSUED", pdf=b"%PDF-", sha256="0" * 64
    )


READERS = FIGURES | {R.REVIEWER}
ROWS: dict[str, Row] = {
    "home": Row(EVERYONE),
    "half-years": Row(FIGURES, status=302),
    "half-year": Row(FIGURES, (HALF,)),
    "checks": Row(FIGURES, (HALF,)),
    "figure": Row(FIGURES, (HALF, "CARE-18")),
    "figure-rows": Row(FIGURES, (HALF, "CARE-18", 0)),
    "reports": Row(READERS),
    "make-report": Row(FEDERATION, (HALF,), method="post", status=302),
    "report-status": Row(READERS, make=report, reviewer_sees_all=True),
    "report-file": Row(READERS, make=report, reviewer_sees_all=True),
}
