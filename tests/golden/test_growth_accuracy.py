"""The outlook against real panels: its accuracy must stay what docs/methods/growth.md says."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.folders import Folders
from pipeline.models import backtest, growth
from pipeline.reference import load_panels

FIXTURES = Path(__file__).parents[1] / "fixtures" / "models"
PANELS = load_panels(Folders().reference / "panels")
GROWTH_RATES = [0.0, 0.005, 0.01, 0.015, 0.02, 0.03]
METHODS = ["growth", "drift", "naive"]


@pytest.fixture(scope="module")
def us_panel():
    panel = PANELS["us_counties_employed"]
    return panel.levels, panel.national


@pytest.fixture(scope="module")
def us_accuracy(us_panel):
    scores = {method: backtest.rolling_origin(*us_panel, range(2010, 2022), 6, method) for method in METHODS}
    return pd.concat({method: backtest.summary(rows).loc[0] for method, rows in scores.items()}, axis=1)


@pytest.fixture(scope="module")
def german_accuracy():
    panel = PANELS["german_counties_gdp"].levels
    return {
        method: backtest.summary(
            backtest.rolling_origin(panel, panel.sum(), range(2004, 2014), 6, method)
        ).loc[0, "crps"]
        for method in METHODS
    }


def test_us_panel_is_the_one_the_figures_belong_to(us_panel):
    levels, national = us_panel
    assert levels.shape == (342, 23)
    assert levels.index[0] == "01001"
    assert national.index.tolist() == levels.columns.tolist()


def test_accuracy_on_the_us_panel(us_accuracy):
    assert us_accuracy.loc["mase", "growth"] == pytest.approx(1.7861, rel=0.01)
    assert us_accuracy.loc["crps", "growth"] == pytest.approx(1.3337, rel=0.01)


def test_outlook_beats_the_yardsticks_on_the_us_panel(us_accuracy):
    crps = us_accuracy.loc["crps"]
    assert crps["growth"] <= 0.92 * crps["naive"]
    assert crps["growth"] <= 0.96 * crps["drift"]


def test_coverage_on_the_us_panel(us_accuracy):
    assert 0.78 <= us_accuracy.loc["coverage_80", "growth"] <= 0.90
    assert 0.93 <= us_accuracy.loc["coverage_95", "growth"] <= 0.985


def test_outlook_beats_the_yardsticks_on_the_german_panel(german_accuracy):
    assert german_accuracy["growth"] <= 0.60 * german_accuracy["naive"]
    assert german_accuracy["growth"] <= 0.90 * german_accuracy["drift"]


def test_chances_on_the_us_panel(us_panel):
    brier, error = {}, {}
    for method in ("growth", "drift"):
        chances = backtest.target_chances(*us_panel, range(2010, 2022), 6, GROWTH_RATES, method)
        brier[method] = backtest.brier_score(chances)
        error[method] = backtest.calibration_error(chances)
    assert brier["growth"] <= 0.1735
    assert error["growth"] <= 0.032
    assert brier["growth"] < brier["drift"]
    assert error["growth"] < error["drift"]


def test_widening_on_the_us_panel_never_narrows(us_panel):
    scores = backtest.rolling_origin(*us_panel, range(2010, 2022), 6, "growth")
    factors = backtest.widening_factors(scores)
    assert factors.shape == (6,)
    assert (factors >= 1).all()
    model = growth.fit(*us_panel, widen=factors)
    assert np.array_equal(model.forecast(6).widening, np.maximum.accumulate(factors))


def test_naive_forecast_of_m3_gives_the_published_accuracy():
    series = pd.read_csv(FIXTURES / "m3_yearly.csv.gz")
    smape, mase = [], []
    for row in series.itertuples():
        values = np.array(row.values.split(), dtype=float)
        train, test = values[: row.n], values[row.n : row.n + row.h]
        error = np.abs(test - train[-1])
        smape.append(np.mean(200 * error / (np.abs(test) + abs(train[-1]))))
        mase.append(np.mean(error) / np.mean(np.abs(np.diff(train))))
    assert len(series) == 645
    assert np.mean(smape) == pytest.approx(17.880, abs=0.001)
    assert np.mean(mase) == pytest.approx(3.172, abs=0.001)
