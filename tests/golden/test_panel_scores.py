"""The stored scores of the reference panels: made by the code that there is, and within what was asked beforehand."""

import json

import numpy as np
import pandas as pd
import pytest

from benchmarks import bench_growth
from pipeline.folders import ROOT

STORED = json.loads((ROOT / bench_growth.SCORES).read_text(encoding="utf-8"))
BARS = pd.read_csv(bench_growth.BARS)


def test_the_scores_belong_to_the_code_and_the_panels():
    assert STORED["hash"] == bench_growth.deciding_hash(), (
        "growth.py, backtest.py or a panel changed: run `python -m benchmarks.bench_growth` and commit scores.json"
    )


@pytest.mark.parametrize(
    ("panel", "name"),
    [
        ("dutch provinces 1980-2025", "dutch_provinces_employed"),
        ("us counties employed", "us_counties_employed"),
        ("german counties gdp", "german_counties_gdp"),
    ],
)
def test_every_panel_is_within_its_bars(panel, name):
    for bar in BARS[BARS["panel"] == panel].itertuples():
        value = STORED["panels"][name]["brier_target" if bar.measure == "brier" else bar.measure]
        assert not value < bar.least and not value > bar.most, (bar.measure, value)


def test_the_outlook_beats_a_random_walk_on_every_panel():
    for scores in STORED["panels"].values():
        assert scores["crps_below_drift"] > 0.02 and scores["crps_below_naive"] > 0.05
        assert np.isfinite(scores["promise_1_in_5_kept"])
