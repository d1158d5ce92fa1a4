import re

import pytest
from pydantic import ValidationError

from pipeline.figures.style import (
    DEFAULT_STYLE,
    LEADER,
    FigureError,
    HouseStyle,
    assert_text_inside,
    contrast,
    drawing_style,
    new_figure,
    text_width_mm,
    to_svg,
)


def draw(*texts):
    with drawing_style(DEFAULT_STYLE):
        figure, axes = new_figure(40)
        axes.plot([0, 1.23456789], [0, 3.3333333])
        for x, y, words in texts:
            axes.text(x, y, words)
        return figure


def test_text_stays_text_and_keeps_its_digits():
    with drawing_style(DEFAULT_STYLE):
        svg = to_svg(draw((0.2, 1, "144.200"), (0.2, 2, "8.900.000")))
    assert ">144.200<" in svg
    assert ">8.900.000<" in svg
    assert "Lato" in svg


def test_same_drawing_gives_the_same_bytes_without_date_or_maker():
    with drawing_style(DEFAULT_STYLE):
        first, second = to_svg(draw((0.2, 1, "a"))), to_svg(draw((0.2, 1, "a")))
    assert first == second
    assert "Date" not in first
    assert "metadata" not in first


def test_paths_are_written_to_a_hundredth_of_a_point():
    with drawing_style(DEFAULT_STYLE):
        svg = to_svg(draw())
    paths = " ".join(re.findall(r' d="([^"]*)"', svg))
    assert not re.search(r"\.\d{3}", paths)


def test_text_outside_the_figure_is_refused():
    with pytest.raises(FigureError, match=r"'far away' is .* pt outside"):
        assert_text_inside(draw((9, 1, "far away")))


def test_texts_on_top_of_each_other_are_refused():
    with pytest.raises(FigureError, match="'left words' covers 'right words'"):
        assert_text_inside(draw((0.3, 1, "left words"), (0.35, 1.05, "right words")))


def test_a_leader_through_a_text_is_refused():
    figure = draw((0.3, 1, "words"))
    with drawing_style(DEFAULT_STYLE):
        axes = figure.axes[0]
        axes.plot([0.25, 0.6], [1.1, 1.1], label=LEADER)
    with pytest.raises(FigureError, match="a leader runs through 'words'"):
        assert_text_inside(figure)


def test_neighbouring_texts_are_fine():
    assert_text_inside(draw((0.1, 1, "left"), (0.6, 1, "right")))


def test_figure_is_drawn_at_print_width():
    assert draw().get_size_inches()[0] * 25.4 == pytest.approx(166)


def test_drawing_leaves_no_settings_behind():
    import matplotlib

    before = dict(matplotlib.rcParams)
    draw()
    assert dict(matplotlib.rcParams) == before


def test_text_width_counts_the_widest_line():
    assert text_width_mm("wide words\ni", DEFAULT_STYLE) == text_width_mm("wide words", DEFAULT_STYLE)
    assert text_width_mm("144.200", DEFAULT_STYLE) == text_width_mm("111.111", DEFAULT_STYLE)


def test_unreadable_house_colours_are_refused():
    with pytest.raises(ValidationError, match="data #9ec5e8 on #ffffff has contrast"):
        HouseStyle(data="#9ec5e8")


def test_contrast_of_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert DEFAULT_STYLE.text_on(DEFAULT_STYLE.shades[4]) == "#ffffff"
    assert DEFAULT_STYLE.text_on(DEFAULT_STYLE.shades[0]) == DEFAULT_STYLE.ink


def test_unknown_font_is_refused():
    style = HouseStyle(font_family="Geen Letter")
    with pytest.raises(FigureError, match="Geen Letter"), drawing_style(style):
        pass


def test_shades_that_are_alike_in_grey_are_refused():
    light_to_dark = ("#eaf1f7", "#bcd4e6", "#82b0d2", "#3573a6", "#123f6d")
    assert HouseStyle(shades=light_to_dark).shades == light_to_dark
    with pytest.raises(ValidationError, match="shade #bcd4e6 comes after #82b0d2 and is not clearly darker"):
        HouseStyle(shades=("#eaf1f7", "#82b0d2", "#bcd4e6", "#3573a6", "#123f6d"))
    # another colour, yet as light as the one before: the same on a black-and-white print
    with pytest.raises(ValidationError, match="shade #f2c4a0 comes after #bcd4e6"):
        HouseStyle(shades=("#eaf1f7", "#bcd4e6", "#f2c4a0", "#3573a6", "#123f6d"))
