"""The printed document: laid out by GB/T 9704, tagged and embedded for archives, the same bytes each time."""

import os
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pdfplumber
import pytest
from pdfminer.pdftypes import resolve1

from reports import pdf as engine
from reports.documents.base import AnnexTable, Document, Figure, Heading, Name, Paragraph, Section, plain
from reports.layout import html
from reports.pdf import RenderError, render, render_html, render_html_in_child, render_in_child
from tests.reports.sample import EMPTY, ENGLISH, SUMMARY, TRADITIONAL

MM = 72 / 25.4
LEFT, TOP, RIGHT, BOTTOM = 28 * MM, 37 * MM, 184 * MM, 262 * MM
PITCH, CELL = 28.99, 442.2 / 28
BODY = "Portal-Fang"


@pytest.fixture(scope="module")
def summary() -> bytes:
    return render(SUMMARY)


@pytest.fixture(scope="module")
def pages(summary: bytes) -> Iterator[list[Any]]:
    with pdfplumber.open(BytesIO(summary)) as pdf:
        yield pdf.pages


def opened(document: Document) -> Any:
    return pdfplumber.open(BytesIO(render(document)))


def squashed(text: str) -> str:
    return re.sub(r"\s", "", text)


def drawn(page: Any) -> str:
    """The characters of a page in the order they are drawn, which is the order they are copied."""
    return squashed("".join(char["text"] for char in page.chars))


HTML = '<html lang="zh-CN"><title>x</title>'


def text_lines(page: Any) -> list[list[dict[str, Any]]]:
    """The lines of 3号 type inside the text block, top to bottom."""
    lines = defaultdict(list)
    for char in page.chars:
        if abs(char["size"] - 15.75) < 0.01 and char["text"].strip():
            lines[round(float(char["matrix"][5]), 1)].append(char)
    return [sorted(lines[y], key=lambda char: char["x0"]) for y in sorted(lines, reverse=True)]


def line_of(page: Any, text: str) -> list[dict[str, Any]]:
    return next(line for line in text_lines(page) if text in "".join(char["text"] for char in line))


# ---- the page of GB/T 9704 -----------------------------------------------------------------------------------


def test_paper_is_a4(pages: list[Any]) -> None:
    assert {(round(page.width / MM), round(page.height / MM)) for page in pages} == {(210, 297)}


def test_lines_stand_22_to_a_page_on_one_grid(pages: list[Any]) -> None:
    page = pages[1]
    baselines = [page.height - line[0]["matrix"][5] for line in text_lines(page)]
    assert len(baselines) == 22
    assert [after - before for before, after in zip(baselines, baselines[1:], strict=False)] == pytest.approx(
        [PITCH] * 21, abs=0.05
    )
    # Half the leading above the first em box and below the last: 39.34 mm to 259.66 mm.
    assert (baselines[0] - 0.88 * 15.75) / MM == pytest.approx(39.34, abs=0.1)
    assert (baselines[-1] + 0.12 * 15.75) / MM == pytest.approx(259.66, abs=0.1)


@pytest.mark.parametrize("lang", ["zh-hans", "zh-hant"])
def test_rare_names_and_other_faces_do_not_push_a_page_off_its_grid(lang: Any) -> None:
    paragraph = Paragraph(("由", Name("沈喆𬭎"), "、", Name("陈玥"), "两位同志负责，8,160人次。"))
    blocks = (paragraph, Heading(2, ("联系", Name("龚㛃"))), paragraph, Heading(3, Name("㙍")), paragraph)
    with opened(replace(TRADITIONAL, lang=lang, sections=(Section("X", Name("堃"), blocks),), annexes=())) as pdf:
        baselines = [line[0]["matrix"][5] for page in pdf.pages for line in text_lines(page)]
    offsets = [(baselines[0] - baseline) / PITCH for baseline in baselines]
    assert offsets == pytest.approx([round(offset) for offset in offsets], abs=0.03)


def test_a_full_line_holds_28_characters_from_edge_to_edge(pages: list[Any]) -> None:
    line = line_of(pages[0], "对照全区工会工作考核指标和年初计划")
    assert len(line) == 28
    assert line[0]["x0"] == pytest.approx(LEFT, abs=0.1)
    assert line[-1]["x1"] == pytest.approx(RIGHT, abs=0.6)


def test_no_line_of_prose_is_ragged(pages: list[Any]) -> None:
    """A line reaches the right edge, or hangs half a mark over it, unless its paragraph ends there."""
    for page in pages[:4]:
        lines = [line for line in text_lines(page) if BODY in line[0]["fontname"]]
        for line, following in zip(lines, lines[1:], strict=False):
            goes_on = line[0]["matrix"][5] - following[0]["matrix"][5] < PITCH + 1 and following[0]["x0"] < LEFT + 1
            if goes_on and "：" not in line[-1]["text"]:
                assert line[-1]["x1"] == pytest.approx(RIGHT, abs=8.5), "".join(char["text"] for char in line)
                assert line[-1]["x1"] > RIGHT - 1


def test_the_title_is_centred_on_the_third_line(pages: list[Any]) -> None:
    lines = defaultdict(list)
    for char in pages[0].chars:
        if char["size"] == pytest.approx(22, abs=0.05):
            lines[round(char["matrix"][5], 1)].append(char)
    assert [len(lines[y]) for y in sorted(lines, reverse=True)] == [7, 12, 8]  # a diamond
    for line in lines.values():
        assert (line[0]["x0"] + line[-1]["x1"]) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=0.3)
    first = max(lines)
    assert pages[0].height - first - 0.88 * 22 == pytest.approx(TOP + 2 * PITCH + (PITCH - 22) / 2, abs=1.5)


def test_headings_are_in_their_faces_two_cells_in(pages: list[Any]) -> None:
    for text, face in (("一、夯实组织基础", "Noto-Sans-CJK"), ("（一）组建换届", "Portal-Kai"), ("上半年新建", BODY)):
        line = line_of(pages[0], text)
        assert face in line[2]["fontname"]
        assert line[0]["x0"] == pytest.approx(LEFT + 2 * CELL, abs=0.1)


def test_the_page_number_stands_outside_below_the_block(pages: list[Any]) -> None:
    for number, page in enumerate(pages[:4], 1):
        chars = [char for char in page.chars if char["size"] == pytest.approx(14, abs=0.05) and char["top"] > BOTTOM]
        assert "".join(char["text"] for char in chars) == f"— {number} —"
        if number % 2:
            assert chars[-1]["x1"] == pytest.approx(RIGHT - 14, abs=0.3)
        else:
            assert chars[0]["x0"] == pytest.approx(LEFT + 14, abs=0.3)
        # The stroke of the dash is .36 em above its baseline: 7 mm below the block.
        assert page.height - chars[0]["matrix"][5] - 0.36 * 14 == pytest.approx(BOTTOM + 7 * MM, abs=1)


def test_signature_without_seal(pages: list[Any]) -> None:
    issuer, day = text_lines(pages[3])[-2:]
    assert ("".join(c["text"] for c in issuer), "".join(c["text"] for c in day)) == ("海晏街道总工会", "2026年7月10日")
    assert issuer[-1]["x1"] == pytest.approx(RIGHT - 2 * CELL, abs=0.3)
    assert day[0]["x0"] == pytest.approx(issuer[0]["x0"] + 2 * CELL, abs=0.1)


def test_a_date_longer_than_the_issuer_is_two_cells_in_itself() -> None:
    with opened(replace(EMPTY, issuer="海晏总工会", issued_on=date(2026, 12, 31))) as pdf:
        issuer, day = text_lines(pdf.pages[0])[-2:]
        assert day[-1]["x1"] == pytest.approx(RIGHT - 2 * CELL, abs=0.3)
        assert day[0]["x0"] == pytest.approx(issuer[0]["x0"] + 2 * CELL, abs=0.1)


def test_signature_with_seal() -> None:
    with opened(replace(EMPTY, with_seal=True)) as pdf:
        issuer, day = text_lines(pdf.pages[0])[-2:]
        assert day[-1]["x1"] == pytest.approx(RIGHT - 4 * CELL, abs=0.3)
        assert issuer[0]["x0"] + issuer[-1]["x1"] == pytest.approx(day[0]["x0"] + day[-1]["x1"], abs=0.5)


def test_everything_but_qr_and_hanging_marks_stays_in_the_block(pages: list[Any]) -> None:
    for page in pages:
        for char in page.chars:
            if char["top"] < BOTTOM and char["text"].strip() and char["size"] > 6:
                assert char["x0"] > LEFT - 1 and char["x1"] < RIGHT + CELL / 2 + 1, char["text"]


# ---- what it says -----------------------------------------------------------------------------------------------


def test_text_is_selectable_in_its_order(pages: list[Any]) -> None:
    text = "".join(drawn(page) for page in pages[:4])
    at = 0
    for section in SUMMARY.sections:
        for block in section.blocks:
            said = squashed(plain(block.text if isinstance(block, Heading) else block.prose))
            parts = [said] if said in text else [said[:20], said[-12:]]  # a page may end inside it
            for part in parts:
                assert part in text[at:], part
                at = text.find(part, at)


def test_every_indicator_is_in_the_annex_with_its_definition(pages: list[Any]) -> None:
    text = "".join(drawn(page) for page in pages)
    table = SUMMARY.annexes[0]
    assert isinstance(table, AnnexTable)
    for row in table.rows:
        assert text.count(row.code) >= 2 if row.code else squashed(plain(row.name)) in text
        assert squashed(plain(row.definition)) in text


def test_parts_follow_a_single_of_which(pages: list[Any]) -> None:
    text = "".join(drawn(page) for page in pages)
    assert "其中：在职参保" in text and "其中：退休参保" not in text


def test_a_failed_check_is_explained_under_the_table(pages: list[Any]) -> None:
    text = "".join(drawn(page) for page in pages)
    assert "已说明" in text and "说明：当期制卡多于当期采集24张" in text


def test_the_head_of_a_table_is_repeated_on_each_page(pages: list[Any]) -> None:
    for page in pages[4:7]:
        assert "上年同期" in drawn(page)


def test_numbers_leave_no_gap_and_annexes_are_listed(pages: list[Any]) -> None:
    text = "".join(drawn(page) for page in pages[:4])
    for heading in (
        "一、夯实",
        "二、聚焦",
        "三、畅通",
        "四、存在",
        "五、下半年",
        "（二）互助保障",
        "1.推广服务卡",
        "3.关心职工",
    ):
        assert heading in text
    assert "附件：1.2026年上半年核心指标表2.主要指标图3.2026年下半年工作计划表4.2026年上半年工作计划完成情况表" in text


def test_a_single_annex_has_no_number() -> None:
    with opened(replace(SUMMARY, sections=(), annexes=SUMMARY.annexes[2:3])) as pdf:
        assert "附件：2026年下半年工作计划表" in drawn(pdf.pages[0])
        assert drawn(pdf.pages[1]).startswith("附件2026年下半年工作计划表")


def test_a_half_year_without_data_says_so_on_one_page() -> None:
    with opened(EMPTY) as pdf:
        (page,) = pdf.pages
        assert "本期没有可以汇总的数字" in drawn(page) and "附件" not in drawn(page)


def test_annexes_alone_start_on_the_first_page() -> None:
    with opened(replace(SUMMARY, kind="annex", annexes=SUMMARY.annexes[2:])) as pdf:
        assert len(pdf.pages) == 2
        assert drawn(pdf.pages[0]).startswith("附件12026年下半年")


def test_only_a_draft_carries_the_mark(pages: list[Any]) -> None:
    with opened(replace(EMPTY, is_draft=True)) as pdf:
        assert [char["text"] for char in pdf.pages[0].chars if char["size"] > 100] == ["草", "稿"]
        assert "第3稿" in drawn(pdf.pages[0])
    assert not any(char["size"] > 100 for page in pages for char in page.chars)


def test_figures_link_to_their_rows(pages: list[Any]) -> None:
    assert "https://portal.example/reports/2026H1/ORG-05" in {link["uri"] for link in pages[0].hyperlinks}


# ---- languages --------------------------------------------------------------------------------------------------


def test_traditional_prose_keeps_names_as_they_are() -> None:
    prose = ("由", Name("云里社区"), "的", Name("沈喆"), "和云里社区报送", Figure("X-1", "3万元"))
    document = replace(TRADITIONAL, lead=(Paragraph(prose),), sections=(), annexes=())
    assert "由云里社区的沈喆和雲里社區報送3萬元" in drawn_html(document)


def drawn_html(document: Document) -> str:
    return re.sub("<[^>]*>", "", html(document))


def test_the_traditional_report_prints_in_traditional_faces() -> None:
    with opened(replace(TRADITIONAL, annexes=())) as pdf:
        assert "區總工會" in drawn(pdf.pages[0])
        faces = {
            char["fontname"].split("+")[1]
            for char in pdf.pages[0].chars
            if char["size"] == pytest.approx(15.75, abs=0.05)
        }
    assert faces == {"Noto-Serif-CJK-TC", "Noto-Sans-CJK-TC", "Portal-Figures"}


def test_the_english_report_keeps_page_and_numbering() -> None:
    with opened(ENGLISH) as pdf:
        text = "".join(drawn(page) for page in pdf.pages)
        assert (pdf.doc.catalog["Lang"], len(pdf.pages)) == (b"en", 5)
    for part in (
        "1.Organisation",
        "1.1Foundingandre-election",
        "(2)Fundsheld:CNY5,758,000.00",
        "ofwhich:in-serviceplan",
    ):
        assert part in text


# ---- the file ------------------------------------------------------------------------------------------------------


def test_two_renders_are_the_same_bytes_in_any_process(summary: bytes) -> None:
    assert render(SUMMARY) == summary
    assert render_in_child(SUMMARY) == summary


def test_it_is_a_tagged_archive_file_in_chinese(summary: bytes) -> None:
    with pdfplumber.open(BytesIO(summary)) as pdf:
        catalog = pdf.doc.catalog
        assert catalog["Lang"] == b"zh-CN"
        assert catalog["MarkInfo"]["Marked"] is True
        assert {"StructTreeRoot", "OutputIntents", "Outlines"} <= catalog.keys()
        assert pdf.metadata["Title"] == "海晏街道总工会2026年上半年工作总结及下半年工作计划"
        marks = [title for _, title, *_ in pdf.doc.get_outlines()]
        said = catalog["Metadata"].resolve().get_data()
    assert "一、夯实组织基础，建会工作稳步推进" in marks and "附件1　2026年上半年核心指标表" in marks
    assert b'pdfaid:part="2" pdfaid:conformance="A"' in said
    assert b"<xmp:CreateDate>2026-07-09T10:00:00" in said  # of the figures, not of the rendering


@pytest.mark.parametrize("document", [SUMMARY, TRADITIONAL, ENGLISH], ids=lambda document: document.lang)
def test_fonts_are_embedded_subsets_and_none_is_type_3(document: Document) -> None:
    with opened(document) as pdf:
        fonts = [resolve1(font) for page in pdf.pages for font in resolve1(page.page_obj.resources["Font"]).values()]
    assert fonts
    for font in fonts:
        assert font["Subtype"].name == "Type0"
        (inner,) = resolve1(font["DescendantFonts"])
        assert resolve1(resolve1(inner)["FontDescriptor"]).keys() & {"FontFile2", "FontFile3"}
        assert re.match("[A-Z]{6}[+]", font["BaseFont"].name)


def test_it_is_small(summary: bytes) -> None:
    assert len(summary) < 1_500_000


# ---- what it refuses -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "../manage.py",
        "fonts/../../manage.py",
        "fonts/%2e%2e/%2e%2e/manage.py",
        "file://host/etc/passwd",
        "http://127.0.0.1:9/x.png",
        "https://example.org/x.png",
        "ftp://example.org/x.png",
    ],
)
def test_nothing_is_read_but_the_projects_own_static_files(address: str) -> None:
    with pytest.raises(RenderError, match="not a file of the project|disallowed"):
        render_html(f'{HTML}<img src="{address}" alt="x">')


def test_a_link_out_of_the_static_files_is_not_followed(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    static = tmp_path / "static"
    static.mkdir()
    (tmp_path / "secret.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    os.symlink(tmp_path / "secret.svg", static / "link.svg")
    shutil.copy(tmp_path / "secret.svg", static / "own.svg")
    monkeypatch.setattr(engine, "STATIC", static)
    assert render_html(HTML + '<img src="own.svg" alt="x">')
    with pytest.raises(RenderError, match="not a file of the project"):
        render_html(HTML + '<img src="link.svg" alt="x">')


@pytest.mark.parametrize("css", ["p { text-spacing-trim: auto }", "p { colour: red }", '@import "absent.css";'])
def test_what_the_renderer_ignores_is_an_error(css: str) -> None:
    with pytest.raises(RenderError, match="Ignored|Failed to load"):
        render_html(f"{HTML}<style>{css}</style><p>x</p>")


def test_a_child_out_of_time_or_memory_is_an_error_and_nothing_worse() -> None:
    endless = HTML + "<table><tr><td>" * 20 + "工会" * 400_000
    with pytest.raises(RenderError):
        render_html_in_child(endless, seconds=2)
    with pytest.raises(RenderError):
        render_html_in_child(html(SUMMARY), megabytes=150)


def test_a_child_says_what_was_wrong() -> None:
    with pytest.raises(RenderError, match="Ignored"):
        render_html_in_child(HTML + "<style>p { colour: red }</style><p>x</p>")


def test_a_child_inherits_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "k")
    assert not engine.ENVIRONMENT.fullmatch("SECRET_KEY")
    assert not engine.ENVIRONMENT.fullmatch("DATABASE_URL")
    assert engine.ENVIRONMENT.fullmatch("PATH")


def test_markup_in_a_document_is_text() -> None:
    section = Section("X", "<img src=x>", (Paragraph("<script>alert(1)</script>"), Heading(2, "<b>")))
    with opened(replace(EMPTY, sections=(section,), lang="en")) as pdf:
        assert "<script>alert(1)</script>" in drawn(pdf.pages[0])
