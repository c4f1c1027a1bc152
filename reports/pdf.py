"""From HTML to PDF: the only file that imports WeasyPrint.

PDF/A-2a, tagged, embedded subset fonts, and the same bytes each time the same document is rendered. Nothing is read
but ``data:`` addresses and the project's own static files. What the renderer only warns of (a rule it ignores, a file
it cannot load, a character no font has) is an error here: it would print as a hole.
"""

import logging
import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from reports.documents.base import Document

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
SECONDS = 120
MEGABYTES = 3072  # of address space: fonts are mapped whole; a report of thirty pages uses 300 MB of memory
# All a renderer needs to know of its surroundings: no key, no database.
ENVIRONMENT = re.compile(r"PATH|HOME|LANG|LC_\w+|TMPDIR|XDG_\w+|FONTCONFIG_\w+|LD_LIBRARY_PATH|DYLD_\w+|SYSTEMROOT")


class RenderError(Exception):
    """The document could not be printed as it is; the message says why and is fit for the user."""


def render(document: Document) -> bytes:
    """A document as PDF, in this process."""
    from reports.layout import html

    return render_html(html(document))


def render_in_child(document: Document, *, seconds: int = SECONDS, megabytes: int = MEGABYTES) -> bytes:
    """A document as PDF, rendered in a process of its own: one that runs away takes no worker with it."""
    from reports.layout import html

    return render_html_in_child(html(document), seconds=seconds, megabytes=megabytes)


def render_html_in_child(html: str, *, seconds: int = SECONDS, megabytes: int = MEGABYTES) -> bytes:
    """HTML as PDF in a child with limits on processor time, wall-clock time and address space."""
    command = [sys.executable, "-m", "reports.pdf", str(seconds), str(megabytes)]
    environment = {name: value for name, value in os.environ.items() if ENVIRONMENT.fullmatch(name)}
    try:
        child = subprocess.run(
            command, input=html.encode(), capture_output=True, cwd=ROOT, env=environment, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise RenderError(f"The document was not rendered within {seconds} seconds.") from error
    if child.returncode:
        said = child.stderr.decode(errors="replace").strip().splitlines()
        raise RenderError(said[-1] if said else f"The renderer was stopped (exit code {child.returncode}).")
    return child.stdout


def render_html(html: str) -> bytes:
    """HTML as PDF. Raises RenderError with all that the renderer complained of."""
    from weasyprint import HTML

    with complaints() as found:
        pdf = HTML(string=html, base_url=STATIC.as_uri() + "/", url_fetcher=fetcher()).write_pdf(
            pdf_variant="pdf/a-2a", pdf_tags=True
        )
    if found:
        raise RenderError("; ".join(dict.fromkeys(found)))
    return pdf


def fetcher() -> Any:
    """What the renderer may read: ``data:`` and files under static/, wherever links and dots lead."""
    from weasyprint.urls import URLFetcher

    class OwnFilesOnly(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("data:") and not is_own(url):
                raise ValueError(f"not a file of the project: {url}")
            return super().fetch(url, headers)

    return OwnFilesOnly(allowed_protocols=("data", "file"), allow_redirects=False)


def is_own(url: str) -> bool:
    """Whether an address is that of a file under static/."""
    parts = urlsplit(url)
    return parts.scheme == "file" and not parts.netloc and Path(unquote(parts.path)).resolve().is_relative_to(STATIC)


class Collector(logging.Handler):
    """Keeps the messages that are logged while a document is rendered."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(record.getMessage())


@contextmanager
def complaints() -> Iterator[list[str]]:
    """Warnings and errors of the renderer, which it gives to its logger only."""
    logger, collector = logging.getLogger("weasyprint"), Collector()
    logger.addHandler(collector)
    try:
        yield collector.found
    finally:
        logger.removeHandler(collector)


def main(seconds: int, megabytes: int) -> int:
    """The child: HTML on standard input, PDF on standard output, one line of complaint and exit code 1 instead."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    try:
        pdf = render_html(sys.stdin.buffer.read().decode())
    except RenderError as error:
        print(error, file=sys.stderr)
        return 1
    except MemoryError:
        print(f"The document needs more than {megabytes} MB to render.", file=sys.stderr)
        return 1
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
