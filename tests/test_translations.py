"""Every text of the interface is Chinese: the catalogue is complete, current and keeps its placeholders."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command

CATALOGUE = Path(settings.BASE_DIR) / "locale/zh_Hans/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
# Words that are the same in both languages.
SAME = {"PDF", "SHA-256", "3", "5"}


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def keys(file: polib.POFile) -> set[tuple[str | None, str]]:
    return {(entry.msgctxt, entry.msgid) for entry in file if not entry.obsolete}


def test_every_text_of_the_code_is_in_the_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, catalogue: polib.POFile
) -> None:
    """Collect the texts anew into an empty tree and compare."""
    shutil.copytree(
        settings.BASE_DIR,
        tmp_path / "tree",
        ignore=shutil.ignore_patterns(".git", ".venv", "var", "locale", "tests", "static", "__pycache__"),
    )
    (tmp_path / "tree/locale").mkdir()
    monkeypatch.chdir(tmp_path / "tree")
    monkeypatch.setattr(settings, "LOCALE_PATHS", [str(tmp_path / "tree/locale")])
    call_command("makemessages", locale=["zh_Hans"], no_location=True, verbosity=0)
    found = polib.pofile(str(tmp_path / "tree/locale/zh_Hans/LC_MESSAGES/django.po"))
    assert keys(found), "nothing was collected"
    assert keys(found) - keys(catalogue) == set()


def test_every_text_has_its_chinese(catalogue: polib.POFile) -> None:
    open_texts = [entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy]
    assert open_texts == []


def test_no_chinese_text_is_still_english(catalogue: polib.POFile) -> None:
    english = [
        entry.msgid
        for entry in catalogue
        if entry.msgstr
        and entry.msgid not in SAME
        and re.fullmatch(r"[\x20-\x7e]+", entry.msgstr)
        and re.search(r"[A-Za-z]{3}", re.sub(PLACEHOLDER, "", entry.msgstr))
    ]
    assert english == []


def test_placeholders_survive_translation(catalogue: polib.POFile) -> None:
    lost = [
        entry.msgid
        for entry in catalogue
        if sorted(PLACEHOLDER.findall(entry.msgid))
        != sorted(PLACEHOLDER.findall(entry.msgstr or entry.msgstr_plural.get(0, "")))
    ]
    assert lost == []


def test_the_catalogue_compiles() -> None:
    subprocess.run(["msgfmt", "--check-format", "--output-file=/dev/null", str(CATALOGUE)], check=True)
