from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.numbers import (
    NumberFormat,
    count,
    day,
    hundreds,
    listing,
    number,
    percent,
    quarter,
    value_range,
    years,
)


@pytest.mark.parametrize(
    ("value", "decimals", "plus", "words"),
    [
        (144200, 0, False, "144.200"),
        (8.25, 1, False, "8,3"),
        (0.5, 0, False, "1"),
        (-4750, 0, True, "−4.750"),
        (11900, 0, True, "+11.900"),
        (0, 0, True, "0"),
        (-0.04, 1, False, "0,0"),
        (8900000, 0, False, "8.900.000"),
        (None, 0, False, "geen gegevens"),
        (float("nan"), 1, False, "geen gegevens"),
    ],
)
def test_number(value, decimals, plus, words):
    assert number(value, decimals, plus) == words


@given(st.integers(-(10**12), 10**12))
def test_a_written_number_can_be_read_back(value):
    assert int(number(value).replace(".", "").replace("−", "-")) == value


def test_estimates_are_written_to_the_hundred():
    assert hundreds(144249) == "144.200"
    assert hundreds(144250) == "144.300"
    assert hundreds(-1349, plus=True) == "−1.300"
    assert hundreds(None) == "geen gegevens"


def test_percent_has_a_no_break_space():
    assert percent(24.4) == "24\u00a0%"
    assert NumberFormat(decimals=1, percent=True)(-0.5, plus=True) == "−0,5\u00a0%"


def test_ranges_and_years():
    assert value_range("136.100", "152.900") == "136.100 tot 152.900"
    assert value_range("8,2", "8,2") == "8,2"
    assert years(2008, 2010) == "2008–2010"
    assert years(2008, 2008) == "2008"


def test_dates_and_counts():
    assert day(date(2026, 11, 23)) == "23 november 2026"
    assert quarter(date(2026, 1, 1)) == "eerste kwartaal 2026"
    assert count(1, "gemeente", "gemeenten") == "één gemeente"
    assert count(24, "gemeente", "gemeenten") == "24 gemeenten"
    assert listing(["a", "b", "c"]) == "a, b en c"
    assert listing(["a"]) == "a"
