"""What must hold of a return in the database, whatever was killed while it came in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction

from unions.acting import SYSTEM, acting
from unions.crypto import open_bytes
from unions.models import Award, CheckState, QuarterlyReturn, ReturnFinding, ReturnStatus
from unions.models.returns import IN_FORCE
from unions.returns.applying import enter
from unions.returns.filing import Filing, content_of
from unions.returns.uploading import examine_file

S = ReturnStatus


def breaches(obligations: Iterable[int]) -> list[str]:
    """Everything that is wrong with these returns and all their versions."""
    with acting(SYSTEM):
        found = []
        for obligation in obligations:
            rows = QuarterlyReturn.objects.filter(obligation=obligation).select_related(
                "obligation__union", "obligation__period"
            )
            versions = list(rows.order_by("version"))
            found += [f"{versions[0].obligation}: {what}" for what in once(versions)]
            # What the demo laid was never uploaded.
            uploaded = [version for version in versions if hasattr(version, "content") and version.content.file]
            found += [f"{version}: {what}" for version in uploaded for what in whole(version)]
        return found


def once(versions: list[QuarterlyReturn]) -> Iterator[str]:
    """One version for each file, one that waits for review, one in force."""
    files = Counter(version.sha256 for version in versions if version.check_state != CheckState.FAILED)
    yield from (f"{number} versions of one file" for number in files.values() if number > 1)
    if sum(version.status == S.SUBMITTED for version in versions) > 1:
        yield "two versions wait for review"
    if sum(version.status in IN_FORCE for version in versions) != 1:
        yield "not one version in force"
    if [version.version for version in versions] != list(range(1, len(versions) + 1)):
        yield "the versions are not numbered one by one"


def whole(version: QuarterlyReturn) -> Iterator[str]:
    """Checked wholly or not at all, entered wholly or not at all."""
    kept, findings = version.content.rows is not None, version.findings.count()
    if version.check_state == CheckState.DONE:
        if not kept:
            yield "checked, but its rows are not kept"
        elif version.status in (S.DRAFT, S.SUBMITTED):
            yield from as_checked_again(version)
    elif version.check_state == CheckState.FAILED:
        if kept or findings or not version.trouble:
            yield "failed, but something of it is kept, or it does not say so"
    else:
        yield f"still {version.check_state}"
    if version.status in IN_FORCE:
        yield from entered(version)
    elif Award.objects.filter(source_return=version).exists():
        yield f"{version.status}, but rows of it are entered"


def as_checked_again(version: QuarterlyReturn) -> Iterator[str]:
    """The rows and findings that are kept are those of a check that nobody disturbs."""
    filing, findings = examine_file(version, open_bytes(bytes(version.content.file or b"")))
    if filing.content != content_of(version):
        yield "other rows are kept than its file holds"
    if Counter(map(place, findings)) != Counter(map(place, version.findings.all())):
        yield "other findings are kept than a check finds"


def place(finding: Any) -> tuple[str, int, str, str]:
    """The same of a finding and of its row, a ReturnFinding."""
    fields = vars(finding) if isinstance(finding, ReturnFinding) else finding.as_fields()
    return fields["sheet"], fields["row"], fields["column"], fields["rule"]


def entered(version: QuarterlyReturn) -> Iterator[str]:
    """Entered once more, every row of every sheet is there already."""
    content, counts = content_of(version), version.counts or {}
    rows = sum(map(len, content.values()))
    if not rows == counts["read"] == sum(counts[name] for name in ("created", "updated", "unchanged", "rejected")):
        yield f"{rows} rows, but {counts}"
    with transaction.atomic():
        again = enter(Filing(version.obligation, version, content))
        transaction.set_rollback(True)
    if again.unchanged != again.read:
        yield f"accepted, but entered once more it gives {again}"
