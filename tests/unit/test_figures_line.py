"""Charts of years: what is told, what is drawn, what never is."""

import re

import pytest

from pipeline.figures.drawing import Layer, Point
from pipeline.figures.line import FAN, line
from pipeline.figures.style import DEFAULT_STYLE, FigureError
from tests.unit.svg_texts import assert_sound, shapes_of, texts_of, words_of


def write(value):
    return f"{value:,.0f}".replace(",", ".")


def points(values, spread=0.0, **more):
    return tuple(
        Point(
            v,
            write(v),
            x,
            low=None if not spread else v - spread,
            high=None if not spread else v + spread,
            **more,
        )
        for x, v in values.items()
    )


COUNTED = Layer("Telling", "counted", points({2015: 125_500}))
ESTIMATE = Layer(
    "Schatting",
    "estimate",
    points({2016: 128_000, 2017: 131_000, 2018: 135_400, 2019: 138_000}, 4000, status="estimate"),
    {2018: ("2018: 135.400", "ons startjaar"), 2019: ("Schatting 2019: 138.000", "134.000–142.000")},
)
OUTLOOK = Layer("Verwachting", "outlook", points({2020: 141_000, 2021: 144_000, 2022: 147_000}, 9000))
GOAL = Layer("Doel", "goal", points({2022: 149_000}))
OLD = Layer("Oude telling", "old_count", points({2008: 128_300, 2009: 127_500}), {2009: ("Oude telling",)})
ALL = (OLD, COUNTED, ESTIMATE, OUTLOOK, GOAL)


def draw(*layers, **more):
    return line(layers, write=write, axis_note=lambda start: f"De as begint bij {start}.", **more)


def test_every_label_stands_in_both_drawings_and_every_number_in_the_alt_text():
    drawing = draw(*ALL)
    assert_sound(drawing)
    named = ("Telling: 125.500", "Schatting 2019: 138.000", "Verwachting: 147.000", "Doel: 149.000")
    for words in (*named, "Oude telling", "2018: 135.400", "ons startjaar"):
        assert words in texts_of(drawing.svg)
        assert words in texts_of(drawing.narrow)
    for words in (
        "2015 125.500",
        "2019 138.000 (134.000–142.000)",
        "2018 135.400 (ons startjaar)",
        "Doel: 2022 149.000",
    ):
        assert words in drawing.alt


def test_the_same_layers_give_the_same_bytes():
    assert draw(*ALL) == draw(*ALL)


def test_a_raised_axis_is_told_and_one_from_nought_is_not():
    assert draw(*ALL).axis_note == "De as begint bij 120.000."
    assert draw(Layer("A", "counted", points({2020: 9, 2021: 4}))).axis_note == ""


def test_a_missing_year_is_a_gap_and_never_nought():
    values = {2018: 10, 2019: 11, 2021: 13, 2022: 12}
    holed = (*points(values), Point(None, "geen gegevens", 2020))
    with_hole = draw(Layer("A", "counted", holed))
    lines = [d for d in shapes_of(with_hole.svg) if d.count("M") == 1 and d.count("L") == 1 and "C" not in d]
    stroked = [d for d in lines if len(set(re.findall(r"[ML] [\d.]+ ([\d.]+)", d))) > 1]
    assert len(stroked) == 2  # 2018-2019 and 2021-2022, no line across 2020
    assert "geen gegevens" not in with_hole.alt
    assert with_hole.svg == draw(Layer("A", "counted", points(values))).svg


def test_an_outlook_opens_from_the_margin_of_the_last_estimate():
    fan = re.search(rf'd="([^"]*)"[^>]*fill: {FAN}', draw(ESTIMATE, OUTLOOK).svg)
    xs = [float(x) for x in re.findall(r"[ML] ([\d.]+) ", fan[1])]
    ys = [float(y) for y in re.findall(r"[ML] [\d.]+ ([\d.]+)", fan[1])]
    at_start = [y for x, y in zip(xs, ys, strict=True) if x == min(xs)]
    assert max(at_start) - min(at_start) > 10


def test_after_a_count_without_margin_the_fan_starts_at_the_first_year_ahead():
    fan = re.search(rf'd="([^"]*)"[^>]*fill: {FAN}', draw(COUNTED, OUTLOOK).svg)
    xs = [float(x) for x in re.findall(r"[ML] ([\d.]+) ", fan[1])]
    assert xs.count(min(xs)) >= 2


def test_estimates_are_dashed_and_counts_are_not():
    svg = draw(
        Layer("A", "counted", points({2018: 10, 2019: 11})),
        Layer("B", "estimate", points({2020: 12, 2021: 9})),
    ).svg
    drawn = re.findall(rf'style="fill: none; ([^"]*stroke: {DEFAULT_STYLE.data}[^"]*)"', svg)
    assert any("dasharray" in style for style in drawn)
    assert any("dasharray" not in style for style in drawn)


@pytest.mark.parametrize("values", [(10.0, 10.1), (10.0, 10.0), (50.0, 50.2)])
def test_labels_at_the_edge_move_apart(values):
    layers = [Layer(f"Gebied {place}", "other", points({2020: 9, 2021: v})) for place, v in enumerate(values)]
    drawing = draw(*layers)
    assert_sound(drawing)
    heights = [words.box.y0 for words in words_of(drawing.svg) if words.text.startswith("Gebied")]
    assert abs(heights[0] - heights[1]) > 9


def test_a_chart_without_any_value_is_refused():
    with pytest.raises(FigureError, match="without values"):
        draw(Layer("A", "counted", (Point(None, "geen gegevens", 2020),)))


def test_a_single_year_can_be_drawn():
    assert_sound(draw(COUNTED))
