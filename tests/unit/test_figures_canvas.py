"""The surface that charts are drawn on, and the colours and font of the house style."""

import matplotlib
import pytest
from pydantic import ValidationError

from pipeline.figures.canvas import PAPER, Canvas
from pipeline.figures.drawing import Drawing
from pipeline.figures.style import DEFAULT_STYLE, FigureError, HouseStyle, contrast, font, text_width
from pipeline.figures.web import inline_svg


def draw(*texts):
    canvas = Canvas(PAPER, 100)
    canvas.line([(0, 0), (1.23456789, 33.333333)], color="#000000")
    for x, y, words in texts:
        canvas.text(x, y, words)
    return canvas


def test_text_stays_text_and_keeps_its_digits():
    svg = draw((10, 20, "144.200"), (10, 40, "a < b & 8.900.000")).svg()
    assert ">144.200<" in svg
    assert ">a &lt; b &amp; 8.900.000<" in svg
    assert "M 0 0" in svg and "1.23" in svg and "1.234" not in svg


def test_texts_outside_or_over_each_other_are_refused():
    with pytest.raises(FigureError, match="'out' lies outside"):
        draw((460, 20, "out")).svg()
    with pytest.raises(FigureError, match="'one' covers 'two'"):
        draw((10, 20, "one"), (12, 22, "two")).svg()
    draw((10, 20, "one"), (10, 32, "two")).svg()


def test_drawing_leaves_no_settings_behind():
    before = dict(matplotlib.rcParams)
    draw((10, 20, "words")).svg()
    assert dict(matplotlib.rcParams) == before


def test_digits_are_equally_wide_and_width_grows_with_size():
    assert text_width("144.200", 9, DEFAULT_STYLE) == pytest.approx(text_width("111.111", 9, DEFAULT_STYLE))
    assert text_width("a", 18, DEFAULT_STYLE) == pytest.approx(2 * text_width("a", 9, DEFAULT_STYLE))


def test_inline_svg_has_a_name_and_ids_of_its_own():
    drawing = Drawing(
        svg='<svg viewBox="0 0 1 1"><g id="m1"/><use href="#m1"/></svg>', alt="Lijn. Dordrecht 5."
    )
    page = inline_svg(drawing, "eerste")
    assert 'role="img" aria-label="Lijn. Dordrecht 5."' in page
    assert 'id="eerste-m1"' in page and 'href="#eerste-m1"' in page
    with pytest.raises(FigureError, match="no alt text"):
        inline_svg(Drawing(svg="<svg/>", alt=""), "eerste")


def test_unreadable_house_colours_are_refused():
    with pytest.raises(ValidationError, match="data #9ec5e8 on #ffffff has contrast"):
        HouseStyle(data="#9ec5e8")


def test_contrast_of_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert DEFAULT_STYLE.text_on(DEFAULT_STYLE.shades[4]) == "#ffffff"
    assert DEFAULT_STYLE.text_on(DEFAULT_STYLE.shades[0]) == DEFAULT_STYLE.ink


def test_unknown_font_is_refused():
    with pytest.raises(FigureError, match="Geen Letter"):
        font(HouseStyle(font_family="Geen Letter"))


def test_shades_that_are_alike_in_grey_are_refused():
    with pytest.raises(ValidationError, match="shade #bcd4e6 comes after #82b0d2 and is not clearly darker"):
        HouseStyle(shades=("#eaf1f7", "#82b0d2", "#bcd4e6", "#3573a6", "#123f6d"))
    # another colour, yet as light as the one before: the same on a black-and-white print
    with pytest.raises(ValidationError, match="shade #f2c4a0 comes after #bcd4e6"):
        HouseStyle(shades=("#eaf1f7", "#bcd4e6", "#f2c4a0", "#3573a6", "#123f6d"))
