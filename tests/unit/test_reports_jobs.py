"""The margin of jobs, and what may be said about growth."""

import math

import pandas as pd
import pytest

from pipeline.reports.context import Place
from pipeline.reports.jobs import Jobs, _with_margin

GEMEENTE, AREA = Place("GM0505", "Dordrecht", "gemeente"), Place("drechtsteden", "Drechtsteden", "area")


def series(values, status="estimate", low=None, high=None):
    years = sorted(values)
    frame = pd.DataFrame({"year": years, "value": [values[year] for year in years]})
    bounds = {"low": low or frame["value"], "high": high or frame["value"]}
    return frame.assign(**bounds, log_sd=0.0, status=status, source="83582NED")


def jobs(place, *, published=None, estimate=None, is_share=False, drift=0.0, one=False, anchor=2015.0):
    empty = series({})
    published = empty if published is None else published
    estimate = empty if estimate is None else estimate
    main = pd.concat([published, estimate]).sort_values("year")
    return Jobs(place, published, estimate, main, (), is_share, one, drift, anchor, ("83582NED",))


def test_growth_of_one_gemeente_is_never_said_from_its_corop():
    spread = series({2018: 60000.0, 2024: 66000.0})
    for place in (GEMEENTE, AREA):  # the gemeente, and an area that holds nothing else
        assert jobs(place, estimate=spread, is_share=True, one=True).change(2018, 2024) is None
        assert not jobs(place, estimate=spread, is_share=True, one=True).can_show_growth
    assert jobs(AREA, estimate=spread, is_share=True).can_show_growth


def test_the_margin_of_a_change_grows_with_the_root_of_the_years():
    spread = series({2018: 100000.0, 2020: 100000.0, 2024: 100000.0})
    made = jobs(AREA, estimate=spread, is_share=True, drift=0.01)
    _, low, high = made.change(2020, 2024)
    assert high.value == pytest.approx(100000 * (math.exp(1.2815515655 * 0.01 * 2) - 1))
    assert low.value == pytest.approx(100000 * (math.exp(-1.2815515655 * 0.01 * 2) - 1))
    assert made.change(2018, 2024)[2].value > high.value
    assert {item.status for item in made.change(2018, 2024)} == {"estimate"}


def test_a_published_change_is_exact_and_keeps_its_status():
    counted = series({2023: 9000.0, 2024: 9100.0}, status="provisional")
    change, low, high = jobs(GEMEENTE, published=counted).change(2023, 2024)
    assert (change.display, low.display, high.display) == ("+100", "+100", "+100")
    assert change.status == "provisional"


def test_a_change_needs_both_years():
    counted = series({2023: 9000.0, 2024: 9100.0}, status="provisional")
    assert jobs(GEMEENTE, published=counted).change(2020, 2024) is None
    assert jobs(GEMEENTE, published=counted).change(2024, 2024) is None


def test_an_estimate_has_its_own_margin_and_a_recalculated_level_none():
    columns = ["year", "value", "status", "source"]
    rows = pd.DataFrame([(2016, 100.0, "estimate", "x"), (2017, 110.0, "estimate", "x")], columns=columns)
    margins = pd.DataFrame({"year": [2016], "low_80": [94.0], "high_80": [107.0], "log_sd": [0.05]})
    made = _with_margin(rows, margins)
    assert made[["low", "high", "log_sd"]].to_numpy().tolist() == [[94, 107, 0.05], [110, 110, 0]]
    assert _with_margin(rows, margins.iloc[:0])["low"].tolist() == [100, 110]


def test_a_change_from_before_the_last_count_adds_the_errors_of_both_ends():
    spread = series({2014: 100000.0, 2024: 100000.0}).assign(log_sd=[0.03, 0.04])
    _, _, high = jobs(AREA, estimate=spread, is_share=True, drift=0.01).change(2014, 2024)
    assert high.value == pytest.approx(100000 * (math.exp(1.2815515655 * 0.05) - 1))
