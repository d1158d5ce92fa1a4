from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.figures.canvas import Box
from pipeline.figures.labels import Room, nice_ticks, spread, year_ticks

places = st.floats(-1000, 1000, allow_nan=False)
sizes = st.floats(1, 50, allow_nan=False)


@given(st.lists(st.tuples(places, sizes), min_size=1, max_size=9))
def test_spread_boxes_stay_in_the_room_and_apart(boxes):
    centers, heights = zip(*boxes, strict=True)
    low, high = -500.0, 500.0
    placed = spread(centers, heights, low, high)
    ends = sorted(
        (center - size / 2, center + size / 2) for center, size in zip(placed, heights, strict=True)
    )
    assert ends[0][0] >= low - 1e-6
    assert ends[-1][1] <= high + 1e-6
    assert all(before[1] <= after[0] + 1e-6 for before, after in pairwise(ends))


@given(st.lists(places, min_size=1, max_size=6))
def test_spread_leaves_boxes_that_fit_where_they_are(centers):
    ordered = sorted(centers)
    assume(all(after - before >= 10 for before, after in pairwise(ordered)))
    assert spread(centers, [10] * len(centers), -2000, 2000) == pytest.approx(centers, abs=1e-6)


def test_spread_keeps_the_order_of_equal_wishes_and_of_high_and_low():
    low, high = spread([5, 6], [10, 10], 0, 100)
    assert low < high
    assert spread([], [], 0, 1) == []


def test_spread_squeezes_when_there_is_no_room():
    placed = spread([1, 2, 3], [10, 10, 10], 0, 15)
    assert placed == sorted(placed)
    assert all(0 <= place <= 15 for place in placed)


@given(st.floats(0.01, 1e7), st.floats(0.001, 1e7))
def test_ticks_enclose_the_values_in_a_few_even_steps(low, width):
    ticks = nice_ticks(low, low + width)
    assert ticks[0] <= low + 1e-6 * width
    assert ticks[-1] >= low + width - 1e-6 * width
    assert 2 <= len(ticks) <= 8


def test_ticks_of_a_flat_series():
    assert nice_ticks(100, 100)[0] < 100 < nice_ticks(100, 100)[-1]


def test_year_ticks_end_at_the_last_year():
    assert year_ticks(2008, 2030) == list(range(2008, 2031, 2))
    assert year_ticks(1995, 2026)[-1] == 2026


def test_labels_around_one_point_stand_apart_and_inside():
    room = Room(Box(0, 0, 300, 200))
    room.avoid_line([(0, 100), (300, 100)])
    boxes = [room.place(60, 20, (150, 100)).box for _ in range(4)]
    assert not any(a.overlaps(b) for place, a in enumerate(boxes) for b in boxes[place + 1 :])
    assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= 300 and box.y1 <= 200 for box in boxes)
    assert not any(box.y0 < 100 < box.y1 for box in boxes)
