import numpy as np
import pandas as pd
import pytest

from pipeline.models import ModelError, backtest

YEARS = list(range(2000, 2016))


@pytest.fixture
def panel():
    random = np.random.default_rng(3)
    nation = 1e6 * np.exp(np.cumsum(random.normal(0.01, 0.01, len(YEARS))))
    levels = 100 * nation / 1e6 * np.exp(np.cumsum(random.normal(0, 0.01, (5, len(YEARS))), axis=1))
    return pd.DataFrame(levels, index=list("abcde"), columns=YEARS), pd.Series(nation, index=YEARS)


def test_columns_and_rows(panel):
    scores = backtest.rolling_origin(*panel, [2011, 2012], 3, "growth")
    assert scores.columns.tolist()[:9] == [
        "region", "origin", "horizon", "actual", "median", "crps_scaled", "abs_error_scaled", "in_80", "in_95"
    ]  # fmt: skip
    assert len(scores) == 5 * 3 * 2
    assert scores.notna().all(axis=None)


def test_horizon_stops_at_the_last_year(panel):
    scores = backtest.rolling_origin(*panel, [2014], 6, "naive")
    assert scores["horizon"].unique().tolist() == [1]
    assert scores["actual"].tolist() == panel[0][2015].tolist()
    np.testing.assert_allclose(scores["median"], panel[0][2014])


def test_error_is_scaled_by_the_change_before_the_origin(panel):
    levels, _ = panel
    row = backtest.rolling_origin(*panel, [2012], 1, "naive").iloc[0]
    past = levels.loc["a", :2012]
    assert row["abs_error_scaled"] == pytest.approx(
        abs(levels.loc["a", 2013] - past[2012]) / past.diff().abs().mean()
    )


def test_the_future_is_not_used(panel):
    levels, national = panel
    changed = levels.copy()
    changed[2015] *= 3
    before = backtest.rolling_origin(levels, national, [2012], 3, "growth")
    after = backtest.rolling_origin(changed, national, [2012], 3, "growth")
    pd.testing.assert_series_equal(before["median"], after["median"])


def test_missing_and_broken_levels_are_not_scored(panel):
    levels, national = panel
    levels.loc["a", 2014] = np.nan
    breaks = pd.DataFrame(False, index=levels.index, columns=YEARS)
    breaks.loc["b", 2014] = True
    scores = backtest.rolling_origin(levels, national, [2012], 3, "growth", break_before=breaks)
    scored = scores.groupby("region")["horizon"].agg(list).to_dict()
    assert scored["a"] == [1, 3]
    assert scored["b"] == [1]
    assert scored["c"] == [1, 2, 3]


def test_a_region_that_never_changed_has_no_scale(panel):
    levels, national = panel
    levels.loc["still"] = 50.0
    scores = backtest.rolling_origin(levels, national, [2012], 3, "drift")
    assert set(scores["region"]) == set("abcde")


def test_summary_by_origin(panel):
    scores = backtest.rolling_origin(*panel, [2011, 2012], 2, "growth")
    table = backtest.summary(scores, by="origin")
    assert table["origin"].tolist() == [2011, 2012]
    assert table["count"].tolist() == [10, 10]
    whole = backtest.summary(scores).loc[0]
    assert whole["mase"] == pytest.approx(scores["abs_error_scaled"].mean())


def test_widening_reaches_the_wanted_coverage():
    z = np.linspace(-4, 4, 2001)
    scores = pd.DataFrame({"z": z, "df": 12, "horizon": 1})
    factor = backtest.widening_factors(scores)[0]
    assert factor > 1
    edge = 1.356217 * factor  # t quantile .9 with 12 degrees of freedom
    assert np.mean(np.abs(z) <= edge) == pytest.approx(0.8, abs=0.002)


def test_widening_never_narrows_and_fills_gaps():
    scores = pd.DataFrame({"z": [0.01, 0.02, 9.0], "df": 12, "horizon": [1, 1, 3]})
    factors = backtest.widening_factors(scores)
    assert factors[0] == 1
    assert factors[1] == 1
    assert factors[2] > 1


def test_chances_know_what_was_reached(panel):
    levels, _ = panel
    chances = backtest.target_chances(*panel, [2012], 2, [0.0, 0.02], "growth")
    row = chances.query("region == 'a' and horizon == 2 and growth_rate == 0.02").iloc[0]
    assert row["reached"] == (levels.loc["a", 2014] >= levels.loc["a", 2012] * 1.02**2)
    assert len(chances) == 5 * 2 * 2


def test_brier_and_calibration_by_hand():
    chances = pd.DataFrame({"probability": [0.05, 0.05, 0.95, 1.0], "reached": [False, True, True, True]})
    assert backtest.brier_score(chances) == pytest.approx((0.0025 + 0.9025 + 0.0025 + 0) / 4)
    table = backtest.calibration_table(chances)
    assert table["count"].tolist() == [2, 2]
    assert table["bin_low"].tolist() == [0, 0.9]
    assert table["share_reached"].tolist() == [0.5, 1.0]
    assert backtest.calibration_error(chances) == pytest.approx((0.45 + 0.025) / 2)


@pytest.mark.parametrize(
    ("origins", "method", "message"),
    [
        ([2012], "arima", "Unknown method"),
        ([2009], "growth", "1 of 1 origins"),
        ([2015], "growth", "1 of 1 origins"),
        ([], "growth", "origins cannot be used"),
    ],
)
def test_unsound_questions_are_refused(panel, origins, method, message):
    with pytest.raises(ModelError, match=message):
        backtest.rolling_origin(*panel, origins, 2, method)


def test_unknown_options_are_refused(panel):
    with pytest.raises(ModelError, match="roundin"):
        backtest.rolling_origin(*panel, [2012], 2, "naive", roundin=1)


def test_nothing_to_score_is_an_error(panel):
    levels, national = panel
    levels[2013] = np.nan
    with pytest.raises(ModelError, match="nothing to score"):
        backtest.rolling_origin(levels, national, [2012], 1, "growth")
