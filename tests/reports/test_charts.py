"""Charts say the same in page and print, and leave nothing out."""

from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.template import Context, Template
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.charts import WIDTH, draw
from reports.documents.base import Chart, ChartKind, Series
from tests.reports.sample import CHARTS

SVG = "{http://www.w3.org/2000/svg}"
KINDS = list(ChartKind)


def tree(chart: Chart, **options: str) -> ElementTree.Element:
    return ElementTree.fromstring(draw(chart, **options))  # type: ignore[arg-type]


def geometry(chart: Chart, medium: str) -> list[tuple[str, str]]:
    """Shapes and places without their looks."""
    looks = {"class", "fill", "stroke", "stroke-width", "stroke-dasharray"}
    return [
        (element.tag, str({key: value for key, value in element.attrib.items() if key not in looks}))
        for element in tree(chart, medium=medium).iter()
        if element.tag not in (f"{SVG}svg", f"{SVG}a")
    ]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.kind)
def test_page_and_print_show_the_same_drawing(chart: Chart) -> None:
    assert geometry(chart, "page") == geometry(chart, "print")


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.kind)
def test_the_page_is_coloured_by_classes_and_print_by_attributes(chart: Chart) -> None:
    page, paper = draw(chart, medium="page"), draw(chart, medium="print")
    assert "style=" not in page + paper
    assert "class=" not in paper
    assert "<a " not in paper
    shapes = {element.get("fill") for element in ElementTree.fromstring(page).iter() if element.get("fill")}
    assert shapes <= {"#fff"}


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.kind)
def test_the_title_says_every_figure(chart: Chart) -> None:
    title = tree(chart).find(f"{SVG}title")
    assert title is not None and title.text is not None
    for row in chart.series:
        for category, value in zip(chart.categories, row.values, strict=True):
            assert f"{category} {'—' if value is None else f'{value:,}'}" in title.text


def test_each_bar_of_the_page_leads_to_its_rows() -> None:
    links = tree(CHARTS[0]).findall(f"{SVG}a")
    assert [link.get("href") for link in links] == list(CHARTS[0].hrefs)
    assert links[0].get("aria-label") == "医疗互助参保 102.0%"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("values", [(None, None), (Decimal(0), Decimal(0)), (Decimal(5), None)])
def test_what_is_not_reported_has_a_dash_and_no_bar(kind: ChartKind, values: tuple[Decimal | None, ...]) -> None:
    drawn = tree(Chart("空", "件", kind, ("甲", "乙"), (Series("本期", values),)))
    texts = [element.text for element in drawn.iter(f"{SVG}text")]
    assert texts.count("—") >= values.count(None)


@settings(deadline=None)
@given(
    st.sampled_from(KINDS),
    st.lists(
        st.tuples(st.text(min_size=1, max_size=40), st.none() | st.decimals(0, 10**10, places=2)),
        min_size=1,
        max_size=9,
    ),
)
def test_any_figures_make_a_drawing_inside_its_frame(kind: ChartKind, rows: list[tuple[str, Decimal | None]]) -> None:
    names, values = zip(
        *[(name.encode("ascii", "ignore").decode().strip("\x00") or "甲", value) for name, value in rows], strict=True
    )
    names = tuple("".join(char for char in name if char.isprintable()) for name in names)
    drawn = tree(Chart("任意", "件", kind, names, (Series("本期", values),)))
    high = float(drawn.attrib["viewBox"].split()[3])
    for bar in drawn.iter(f"{SVG}rect"):
        if bar.get("fill") != "#fff":
            assert float(bar.attrib["x"]) + float(bar.attrib["width"]) <= WIDTH + 0.1
            assert float(bar.attrib["y"]) + float(bar.attrib["height"]) <= high + 0.1


def test_markup_in_a_name_is_text() -> None:
    drawn = draw(replace(CHARTS[1], title="<script>", categories=("<b>", "&", '"', "四")))
    assert "<script>" not in drawn
    ElementTree.fromstring(drawn)


def test_the_tag_draws_for_the_page_and_names_each_chart_apart() -> None:
    template = Template("{% load charts %}{% for item in items %}{% chart item %}{% endfor %}")
    page = template.render(Context({"items": CHARTS[:2]}))
    assert page.count('role="group"') == 2
    names = [part.split('"')[0] for part in page.split('aria-labelledby="')[1:]]
    assert len(set(names)) == 2
    assert all(f'<title id="{name}">' in page for name in names)
