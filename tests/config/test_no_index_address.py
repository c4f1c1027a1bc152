"""Where packages are fetched from is each machine's own affair: no tracked file says it."""

import re
import subprocess

import pytest

from config.local.home import CHECKOUT

# In pieces, so that this file does not name them either.
HOSTS = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com", "deb." + "debian.org")
OPTIONS = ("index" + "-url", "find" + "-links", "trusted" + "-host", "PIP_" + "INDEX", "UV_" + "INDEX")
LOCAL_FILE = r"@ ?fi" + r"le:/" + r"/|resolved\"?:? \"?https?:"
NAMED = re.compile("|".join([*map(re.escape, HOSTS + OPTIONS), LOCAL_FILE]), re.IGNORECASE)


@pytest.mark.skipif(not (CHECKOUT / ".git").exists(), reason="not a checkout")
def test_no_tracked_file_names_a_package_index():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=True).stdout
    found = []
    for name in filter(None, listed.decode().split("\0")):
        path = CHECKOUT / name
        if path.is_file() and (match := NAMED.search(path.read_bytes().decode(errors="ignore"))):
            found.append(f"{name}: {match[0]}")
    assert found == []


@pytest.mark.parametrize(
    "text", ["--extra-" + OPTIONS[0] + " x", "https://" + HOSTS[0] + "/simple", "a @ fi" + "le:///x"]
)
def test_the_search_sees_what_it_is_for(text):
    assert NAMED.search(text)


def test_every_locked_package_has_a_hash():
    lock = (CHECKOUT / "requirements.lock").read_text()
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
