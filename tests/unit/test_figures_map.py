"""Maps: classes that tell parts apart, numbers with a list, and outlines for a page."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from pipeline.figures.drawing import Point
from pipeline.figures.map import MOST_LISTED, Classes, choropleth, class_limits, outlines, simplified
from pipeline.figures.style import FigureError
from tests.unit.svg_texts import assert_sound, texts_of

CLASSES = Classes((5.0,), ("minder dan 5", "5 of meer"), "geen gegevens")


def grid(count):
    side = int(np.ceil(count**0.5))
    return [
        box(1000 * (i % side), 1000 * (i // side), 1000 * (i % side + 1), 1000 * (i // side + 1))
        for i in range(count)
    ]


def parts(count):
    return grid(count), [Point(float(i % 10), f"{i},0", name=f"Gemeente {i}") for i in range(count)]


@given(st.lists(st.integers(0, 400).map(lambda n: n / 4), min_size=1, max_size=60))
def test_no_class_is_empty_and_there_are_at_most_five(values):
    limits = class_limits(values)
    filled = np.bincount(np.searchsorted(limits, values, side="right"), minlength=len(limits) + 1)
    assert filled.min() > 0
    assert len(limits) < 5


def test_skewed_values_do_not_fall_into_one_class():
    values = [*range(1, 41), 400, 900]
    filled = np.bincount(np.searchsorted(class_limits(values), values, side="right"))
    assert filled.max() <= len(values) / 2


def test_each_part_has_its_number_in_the_map_and_in_the_list():
    shapes, points = parts(7)
    points[3] = Point(None, "geen gegevens", name="Gemeente 3")
    drawing = choropleth(shapes, points, CLASSES, around=[box(-1000, 0, 0, 3000)])
    assert_sound(drawing)
    assert drawing == choropleth(shapes, points, CLASSES, around=[box(-1000, 0, 0, 3000)])
    for svg in (drawing.svg, drawing.narrow):
        texts = texts_of(svg)
        assert all(texts.count(str(number)) == 2 for number in range(1, 8))
        assert texts.count("geen gegevens") == 2  # in the legend and in the list
        assert "url(#" in svg  # hatched
    assert all(f"{point.name} {point.text}" in drawing.alt for point in points)


def test_many_parts_list_the_highest_and_the_lowest():
    drawing = choropleth(*parts(120), CLASSES)
    assert_sound(drawing)
    assert sum(words.startswith("Gemeente") for words in texts_of(drawing.svg)) == MOST_LISTED


def test_classes_that_do_not_fit_their_words_are_refused():
    with pytest.raises(FigureError, match="class labels"):
        Classes((1.0, 2.0), ("a", "b"))
    with pytest.raises(FigureError, match="at most 5"):
        Classes((1.0, 2.0, 3.0, 4.0, 5.0), tuple("abcdef"))
    with pytest.raises(FigureError, match="some must be known"):
        choropleth(grid(1), [Point(None, "geen gegevens")], CLASSES)
    with pytest.raises(FigureError, match="without values"):
        class_limits([None])


def test_outlines_join_their_parts_in_whole_steps():
    shapes = simplified(grid(4), 10)
    made = outlines(shapes, {"gemeente": ["a", "b", "c", "d"], "province": ["x", "x", "x", "x"]}, edge=1)
    assert made.view_box == "0 0 22 22"
    assert made.paths["gemeente"]["a"].startswith("M")
    assert made.paths["province"]["x"].count("M") == 1
    assert "." not in made.paths["province"]["x"]
    with pytest.raises(FigureError, match="lost their shape"):
        outlines([box(0, 0, 1, 1)], {"gemeente": ["a"]})
