"""Imports of spreadsheets: who sees their pages, and who may carry one out or take it back."""

from tests.access.rows import R, Row
from unions.models import ImportBatch, Union

IMPORTERS = {R.FEDERATION_CHAIR, R.ORGANISATION, R.COMMUNITY, R.STEWARD}


def batch(union: Union) -> ImportBatch:
    return ImportBatch.objects.create(union=union, kind="unions", file_name="a.xlsx", sha256="0" * 64, status="UNDONE")


ROWS = {
    "imports": Row(IMPORTERS),
    "import-new": Row(IMPORTERS),
    "import": Row(IMPORTERS, make=batch),
    "import-status": Row(IMPORTERS, make=batch),
    # The file of an import that is over is forgotten: back to its page.
    "import-match": Row(IMPORTERS, make=batch, status=302),
    "import-apply": Row(IMPORTERS, make=batch, method="post", status=302),
    "import-undo": Row(IMPORTERS, make=batch, method="post", status=302),
}
