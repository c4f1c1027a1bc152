"""The template goes through LibreOffice unharmed: opened, saved as xlsx, and still a return without findings.

Run by ``make office``, which installs LibreOffice; ``make test`` leaves it out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.factories.returns import owed_return, sound_rows, workbook
from tests.factories.unions import UserFactory
from unions.access import Role
from unions.models import ReturnObligation, Severity
from unions.returns import uploading
from unions.returns.arriving import stamp_in, take_apart
from unions.returns.filing import Filing
from unions.returns.reading import read_workbook
from unions.returns.registry import sheets

pytestmark = [pytest.mark.office, pytest.mark.usefixtures("as_system")]
AWARD = {
    "award": "区级先进职工小家",
    "kind": "其他荣誉",
    "level": "区级",
    "recipient_kind": "工会",
    "recipient": "本工会",
    "granted_on": "2026-05-20",
}


@pytest.fixture
def owed() -> ReturnObligation:
    return owed_return()


def converted(source: Path, kind: str) -> Path:
    """The file as LibreOffice writes it, in a folder beside it."""
    program = shutil.which("soffice")
    assert program, "LibreOffice is missing: make office installs it"
    target = source.parent / kind
    profile = f"-env:UserInstallation=file://{source.parent}/profile"
    command = [program, profile, "--headless", "--convert-to", kind, "--outdir", str(target), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, env=os.environ | {"LC_ALL": "C.UTF-8"})
    assert done.returncode == 0 and "Error" not in done.stderr, done.stderr
    return target / f"{source.stem}.{kind}"


def test_a_return_saved_by_libreoffice_is_the_same_return(owed: ReturnObligation, tmp_path: Path) -> None:
    chair = UserFactory(role=Role.CHAIR, role__at=owed.union)
    source = tmp_path / "return.xlsx"
    source.write_bytes(workbook(Filing(owed), sound_rows(owed.union) | {"D11b": [AWARD]}))
    saved = converted(source, "xlsx").read_bytes()
    ours, theirs = read_workbook(source.read_bytes()), read_workbook(saved)
    assert stamp_in(theirs) == stamp_in(ours)
    assert take_apart(theirs, Filing(owed)) == take_apart(ours, Filing(owed))
    version = uploading.receive(obligation=owed, actor=chair, file=saved, file_name="季报.xlsx")
    uploading.check(version.pk)
    assert list(version.findings.exclude(severity=Severity.HINT)) == []


def test_the_template_prints_every_sheet_in_chinese(owed: ReturnObligation, tmp_path: Path) -> None:
    source = tmp_path / "return.xlsx"
    source.write_bytes(workbook(Filing(owed), sound_rows(owed.union)))
    text = subprocess.run(
        ["pdftotext", "-layout", str(converted(source, "pdf")), "-"], capture_output=True, text=True, check=True
    ).stdout
    assert owed.union.name in text and "#REF!" not in text and "#NAME?" not in text
    for sheet in sheets():
        assert f"{sheet.code} " in text
    assert text.count("\f") == 1 + len(sheets())  # the guide and each sheet on a page of its own, none cut in two
