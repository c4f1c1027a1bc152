"""A draft is checked once more as it stands: what the check compares it with may have changed since."""

from __future__ import annotations

from django.db import transaction

from unions.models import QuarterlyReturn, ReturnStatus, User
from unions.returns.carried import carried
from unions.returns.content import cells_of
from unions.returns.filing import Filing, content_of
from unions.returns.uploading import check_again, check_cells, keep, open_for_filing


@transaction.atomic
def check_anew(*, version: QuarterlyReturn, actor: User) -> None:
    """Check a draft again that has no new cells: the roster, or another union's return, may have changed since.

    A workbook is read again in the background, what was typed is checked on the spot; explanations are kept. Does
    nothing to a version that is no draft any more. Raises as an upload does.
    """
    obligation = open_for_filing(version.obligation, actor, version.amendment_reason)
    version = obligation.versions.select_related("content").get(pk=version.pk)
    if version.status != ReturnStatus.DRAFT:
        return
    if version.content.file:
        check_again(version)
    else:
        cells = cells_of(content_of(version))
        keep(*check_cells(Filing(obligation, version), cells, carried(version, cells)))
