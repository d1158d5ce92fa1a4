"""Charts of rows: dots beside a reference, and signed bars."""

import re

import pytest

from pipeline.figures.bars import bars
from pipeline.figures.dots import dots
from pipeline.figures.drawing import Panel, Point
from pipeline.figures.style import DEFAULT_STYLE, FigureError
from tests.unit.svg_texts import assert_sound, texts_of

WW = Panel(
    "WW",
    (
        Point(9.5, "9,5", name="Drenthe"),
        Point(8.8, "8,8", name="Nederland"),
        Point(7.2, "5–10", name="Drechtsteden", low=5, high=10, own=True),
        Point(None, "geen gegevens", name="Noordelijk Zuid-Hollands Merengebied en Omstreken"),
    ),
    reference="Nederland",
)
CHANGES = Panel(
    "",
    (
        Point(3500, "+3.500", name="Overheid, onderwijs en zorg", low=2000, high=5000),
        Point(-1200, "−1.200", name="Industrie", status="estimate", low=-2000, high=-300),
        Point(None, "geen gegevens", name="Landbouw"),
        Point(0, "0", name="Cultuur"),
    ),
)


@pytest.mark.parametrize(
    ("form", "panels"), [(dots, [WW]), (dots, [WW, WW]), (bars, [CHANGES]), (bars, [WW])]
)
def test_every_row_is_told_and_readable(form, panels):
    drawing = form(panels)
    assert_sound(drawing)
    assert drawing == form(panels)
    for point in panels[0].points:
        assert f"{point.name} {point.text}" in drawing.alt
        for svg in (drawing.svg, drawing.narrow):
            assert point.text in texts_of(svg)
            assert point.name in " ".join(texts_of(svg))


def _marks(svg, color):
    return len(re.findall(rf'style="fill: {color}', svg))


@pytest.mark.parametrize("form", [dots, bars])
def test_a_missing_value_has_its_word_and_no_mark(form):
    known = Panel("", (Point(9.5, "9,5", name="A"), Point(3.0, "3,0", name="B")))
    holed = Panel("", (*known.points, Point(None, "geen gegevens", name="C")))
    with_nought = Panel("", (*known.points, Point(0.0, "0,0", name="C")))
    color = DEFAULT_STYLE.data
    assert _marks(form([holed]).svg, color) == _marks(form([known]).svg, color) == 2
    assert _marks(form([with_nought]).svg, color) == 3


def test_the_own_region_is_marked_by_shape_weight_and_row():
    svg = dots([WW]).svg
    assert f"fill: {DEFAULT_STYLE.mist}" in svg
    assert re.search(r"font: 700 9px 'Lato'; text-anchor: start\"[^>]*>Drechtsteden<", svg)


def test_less_than_nought_is_drawn_to_the_left():
    def sides(value):
        svg = bars(
            [Panel("", (Point(value, "x", name="A"), Point(5, "5", name="B"), Point(-5, "−5", name="C")))]
        ).svg
        found = re.findall(rf'd="M ([\d.]+) [\d.]+\s*L ([\d.]+)[^"]*" style="fill: {DEFAULT_STYLE.data}', svg)
        return [tuple(map(float, ends)) for ends in found]

    more, fewer = sides(3)[0], sides(-3)[0]
    assert min(more) == max(fewer)


def test_rows_without_any_value_are_refused():
    with pytest.raises(FigureError, match="without values"):
        dots([Panel("WW", (Point(None, "geen gegevens", name="A"),))])
