"""Chinese prose is broken into full lines, and nothing of it is lost."""

import re
from html import unescape
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.documents.base import Figure, Name, Paragraph, plain
from reports.faces import shipped
from reports.typeset import CELLS, CLOSING, INDENT, OPENING, STRETCH, Line, Setting, cell, lines, paragraph, tracking
from tests.reports.sample import SUMMARY

WORDS = st.sampled_from(
    [
        "工会",
        "职工",
        "8,160人次",
        "“强保障”",
        "2026年6月30日",
        "（行业）",
        "95.5%",
        "1.2个百分点",
        "喆",
        "𬭎",
        "（CARE-18）",
        "——",
    ]
)
MARKS = st.sampled_from(["", "", "", "，", "。", "；", "、", "）。"])
SENTENCES = st.lists(st.tuples(WORDS, MARKS), min_size=1, max_size=120).map(lambda parts: "".join(map("".join, parts)))
ANYTHING = st.text(
    st.sampled_from("工会，。“”（）0123456789.,%—-人元年月 Aa_/:㛃𬭎龘\u3000…") | st.characters(min_codepoint=0x21)
)

PARAGRAPHS = [
    plain(block.prose)
    for block in (*SUMMARY.lead, *(block for section in SUMMARY.sections for block in section.blocks))
    if isinstance(block, Paragraph)
]


def text_of(html: str) -> str:
    return unescape(re.sub("<[^>]*>", "", html))


@settings(deadline=None)
@given(ANYTHING, st.booleans())
def test_the_lines_joined_are_the_paragraph(text: str, squeeze: bool) -> None:
    assert "".join(line.text for line in lines(text, Setting(squeeze=squeeze))) == text


@settings(deadline=None)
@given(ANYTHING, st.booleans())
def test_no_line_is_wider_than_its_marks_can_give(text: str, squeeze: bool) -> None:
    assert all(line.spare >= -1.001 * squeeze - 1e-6 for line in lines(text, Setting(squeeze=squeeze)))


@settings(deadline=None)
@given(SENTENCES)
def test_no_line_starts_with_a_closing_mark_or_ends_with_an_opening_one(text: str) -> None:
    found = lines(text, Setting())
    assert not any(line.text[0] in CLOSING for line in found)
    assert not any(line.text[-1] in OPENING for line in found)


@settings(deadline=None)
@given(SENTENCES)
def test_a_figure_never_leaves_its_unit(text: str) -> None:
    for line, following in pairwise(lines(text, Setting())):
        assert not (line.text[-1].isdigit() and re.match("[0-9,.%人年月日个]", following.text))


@settings(deadline=None)
@given(
    st.lists(st.one_of(ANYTHING, ANYTHING.map(Name), ANYTHING.map(lambda text: Figure("X-1", text, "https://a/?b&c"))))
)
def test_the_html_says_what_the_prose_says(prose: list) -> None:
    said = re.sub(r"[\t\n\r ]+", " ", plain(tuple(prose)))
    assert text_of(paragraph(tuple(prose), Setting())).replace(" ", "") == said.replace(" ", "")


@pytest.mark.parametrize("text", PARAGRAPHS)
def test_every_line_of_a_real_report_is_filled(text: str) -> None:
    for line in lines(text, Setting()):
        assert line.is_last or line.spare <= 0.03 or tracking(line), line


def test_the_first_line_leaves_room_for_its_indent() -> None:
    first, second, last = lines("工" * 60, Setting())
    assert (len(first.text), len(second.text), len(last.text)) == (CELLS - INDENT, CELLS, 6)


def test_a_mark_at_the_end_hangs_over_the_edge_before_anything_is_stretched() -> None:
    # 25 characters, a figure of half a cell and a comma: half a cell too long, all of it blank.
    found = lines("工" * 25 + "1，" + "工" * 10, Setting())
    assert found[0] == Line("工" * 25 + "1，", -0.5, is_last=False)
    assert paragraph("工" * 25 + "1，" + "工" * 10, Setting()).startswith("工" * 25 + "1，<br>")


def test_traditional_lines_are_not_squeezed() -> None:
    assert all(line.spare >= -1e-6 for text in PARAGRAPHS for line in lines(text, Setting(squeeze=False)))


def test_a_line_too_short_to_fill_is_left_as_it_is() -> None:
    # A figure of 14 cells that does not fit beside 16: spacing 16 characters out over 26 cells would look torn.
    text = "工" * 16 + "1" * 28 + "元"
    first = lines(text, Setting())[0]
    assert first.spare / (len(first.text) - 1) > STRETCH
    assert "letter-spacing" not in paragraph(text, Setting())


def test_widths_are_those_of_the_face_that_prints() -> None:
    # Read off the font with another tool: a comma .278 of an em, a per cent sign .833, a digit a half.
    assert shipped().width("8,160") == pytest.approx(4 * 0.5 + 0.278)
    assert shipped().width("95.5%") == pytest.approx(3 * 0.5 + 0.278 + 0.833)
    assert shipped().width("职工“，—") == 5
    assert shipped().width("喆𬭎") == 2  # not in the face: a cell in the one they fall to
    assert shipped().width("葛\U000e0100") == 1


def test_a_bound_figure_links_only_where_paper_can_follow() -> None:
    assert paragraph(("共", Figure("A-1", "3家", "https://portal/x?a=1&b")), Setting()) == (
        '共<a href="https://portal/x?a=1&amp;b">3家</a>'
    )
    assert paragraph(("共", Figure("A-1", "3家", "/x")), Setting()) == "共3家"


def test_markup_in_prose_is_text() -> None:
    assert paragraph("<b>&", Setting()) == "&lt;b&gt;&amp;"
    assert cell("<b>&") == "&lt;b&gt;&amp;"


def test_a_cell_keeps_figures_and_names_whole() -> None:
    assert cell(("完成28家，", Name("陈玥"))) == '完成<span class="nb">28家，</span><span class="nb">陈玥</span>'
