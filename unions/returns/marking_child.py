"""Marks cells of one workbook inside a child process: ``python -I marking_child.py BYTES``. See reading_child."""

from __future__ import annotations

import io
import marshal
import resource
import sys


def main() -> None:
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (10, 11))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    marks, data = marshal.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(marked(data, marks))


def marked(data: bytes, marks: list[tuple[str, str, str, str]]) -> bytes:
    from openpyxl import load_workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    book = load_workbook(io.BytesIO(data))
    pages = {name.split(" ")[0]: book[name] for name in book.sheetnames}
    for sheet, place, colour, text in marks:
        if sheet not in pages:
            continue
        cell = pages[sheet][place]
        cell.fill = PatternFill("solid", fgColor=colour)
        said = f"{cell.comment.text}\n{text}" if cell.comment else text
        cell.comment = Comment(said, "", width=320, height=120)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


if __name__ == "__main__":
    main()
