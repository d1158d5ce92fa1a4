"""How good the outlook was: the backtest of the vintage's own COROPs, and what such a backtest can tell at all.

Written to data/models/metrics, a file a panel (`dvc metrics show` makes a row of each), and as tables, which the
plots stage draws. Accuracy on the reference panels takes longer and does not hang on the vintage: ``make bench``
writes it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline.models import backtest, growth
from pipeline.models.draws import shocks
from pipeline.models.outlook import COROPS, RATES, ROUNDING, TESTED_YEARS, Outlooks

#: Simulated panels behind the band of a score, and how much of them lies within it.
SIMULATED, WITHIN = 24, 0.9
#: Chances that are called "about 1 in 5".
ABOUT_A_FIFTH = (0.15, 0.25)


def metrics_of(outlooks: Outlooks) -> dict[str, Any]:
    """Accuracy on the vintage's own COROPs, rounded to four decimals.

    Beside the calibration error stands the band in which it would lie were the model true: few origins that overlap
    say little, and nothing is tuned to it.
    """
    own = accuracy(outlooks.scores, outlooks.chances)
    low, high = calibration_band(
        outlooks.fitted.panels[COROPS], outlooks.fitted.national, outlooks.fitted.long_run
    )
    return {"corop_jobs": own | {"calibration_error_low_90": low, "calibration_error_high_90": high}}


def by_origin(outlooks: Outlooks) -> pd.DataFrame:
    """Accuracy on the vintage's own COROPs by the year from which was forecast."""
    return backtest.summary(outlooks.scores, by="origin").round(4)


def calibration(outlooks: Outlooks) -> pd.DataFrame:
    """How often targets were reached in the vintage's own COROPs, against the chance given."""
    return backtest.calibration_table(outlooks.chances).round(4)


def accuracy(scores: pd.DataFrame, chances: pd.DataFrame) -> dict[str, float]:
    """The scores of a backtest, and how often a promise of about 1 in 5 came true: in all, and by origin."""
    summary = backtest.summary(scores).iloc[0]
    fifth = chances[chances["probability"].between(*ABOUT_A_FIFTH)]
    kept = fifth.groupby("origin")["reached"].mean()
    return {
        "mase": round(float(summary["mase"]), 4),
        "crps": round(float(summary["crps"]), 4),
        "coverage_80": round(float(summary["coverage_80"]), 4),
        "coverage_95": round(float(summary["coverage_95"]), 4),
        "brier_target": round(backtest.brier_score(chances), 4),
        "calibration_error": round(backtest.calibration_error(chances), 4),
        "promise_1_in_5_kept": round(float(fifth["reached"].mean()), 4),
        "promise_1_in_5_kept_lowest_origin": round(float(kept.min()), 4),
        "promise_1_in_5_kept_highest_origin": round(float(kept.max()), 4),
        "forecasts": int(summary["count"]),
    }


def calibration_band(levels: pd.DataFrame, national: pd.Series, long_run: pd.Series) -> tuple[float, float]:
    """Calibration error in panels that follow the fitted model: the bounds that hold 90 % of them."""
    model = growth.fit(levels, national, rounding=ROUNDING, long_run=long_run)
    random = np.random.default_rng(0)
    errors = []
    for _ in range(SIMULATED):
        regions, nation, longer = _simulated(model, levels, long_run, random)
        origins = range(int(levels.columns[growth.MINIMUM_GROWTH_YEARS]), int(levels.columns[-1]))
        chances = backtest.target_chances(
            regions, nation, origins, TESTED_YEARS, RATES, "growth", rounding=ROUNDING, long_run=longer
        )
        errors.append(backtest.calibration_error(chances))
    low, high = np.quantile(errors, [(1 - WITHIN) / 2, (1 + WITHIN) / 2])
    return round(float(low), 4), round(float(high), 4)


def _simulated(
    model: growth.GrowthModel, levels: pd.DataFrame, long_run: pd.Series, random: np.random.Generator
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Regions, nation and long series that follow the model, over the years of the real ones."""
    years = np.arange(int(long_run.index[0]) + 1, int(levels.columns[-1]) + 1)
    walk = shocks(0, len(years), model.nation.persistence, 2, random).nation[:, 0]
    path = model.nation.drift * np.arange(1, len(years) + 1) + np.sqrt(model.nation.variance) * walk
    longer = pd.Series(np.exp(np.concatenate([[0], path])), index=[years[0] - 1, *years])
    nation = longer.loc[levels.columns[0] :] * 1e7
    steps = random.standard_normal((len(model.regions), levels.shape[1] - 1))
    relative = np.cumsum(model.drift[:, None] + np.sqrt(model.variance)[:, None] * steps, axis=1)
    growing = np.exp(np.concatenate([np.zeros((len(relative), 1)), relative], axis=1))
    first = levels.loc[model.regions].iloc[:, [0]].to_numpy()
    values = first * growing * (nation / nation.iloc[0]).to_numpy()
    return pd.DataFrame(values, index=model.regions, columns=levels.columns), nation, longer
