"""The margin of jobs, and what may be said about growth."""

import math

import numpy as np
import pandas as pd
import pytest

from pipeline.reports.context import Place
from pipeline.reports.jobs import Jobs, _margin_80

GEMEENTE, AREA = Place("GM0505", "Dordrecht", "gemeente"), Place("drechtsteden", "Drechtsteden", "area")


def series(values, status="estimate", low=None, high=None):
    years = sorted(values)
    frame = pd.DataFrame({"year": years, "value": [values[year] for year in years]})
    return frame.assign(low=low or frame["value"], high=high or frame["value"], status=status)


def jobs(place, *, published=None, estimate=None, is_share=False, drift=0.0):
    empty = series({})
    published = empty if published is None else published
    estimate = empty if estimate is None else estimate
    return Jobs(place, published, estimate, (), is_share, drift, ("83582NED",))


def test_growth_of_one_gemeente_is_never_said_from_its_corop():
    spread = series({2018: 60000.0, 2024: 66000.0})
    assert jobs(GEMEENTE, estimate=spread, is_share=True).change(2018, 2024) is None
    assert not jobs(GEMEENTE, estimate=spread, is_share=True).can_show_growth
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


def test_the_stored_interval_of_95_becomes_one_of_80_on_the_log_scale():
    sd = 0.05
    frame = pd.DataFrame(
        {
            "value": [100.0, 100.0],
            "value_low": [100 * math.exp(-1.959963985 * sd), np.nan],
            "value_high": [100 * math.exp(1.959963985 * sd), np.nan],
            "interval_level": [0.95, np.nan],
        }
    )
    low, high = _margin_80(frame)
    assert low.tolist() == pytest.approx([100 * math.exp(-1.2815515655 * sd), 100])
    assert high.tolist() == pytest.approx([100 * math.exp(1.2815515655 * sd), 100])
