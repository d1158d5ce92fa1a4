"""How good the outlook was: the backtest of the vintage's own series and of the reference panels.

Written to data/models/metrics, a file a panel (`dvc metrics show` makes a row of each), and as tables, which the
plots stage draws.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.models import backtest
from pipeline.models.outlook import Outlooks
from pipeline.reference import Panel

METHODS = ("growth", "drift", "naive")
RATES = (0.0, 0.005, 0.01, 0.015, 0.02, 0.03)
HORIZON = 6


def metrics_of(outlooks: Outlooks, panels: dict[str, Panel]) -> dict[str, Any]:
    """Accuracy on the vintage's own COROPs and on each reference panel, rounded to four decimals.

    The reference panels also tell how much better the model is than a random walk with and without drift.
    """
    own = _accuracy(outlooks.scores, outlooks.chances)
    own["widening_at_1_year"] = round(float(backtest.widening_factors(outlooks.scores)[0]), 4)
    return {"corop_jobs": own} | {name: _panel_accuracy(panel) for name, panel in panels.items()}


def by_origin(outlooks: Outlooks) -> pd.DataFrame:
    """Accuracy on the vintage's own COROPs by the year from which was forecast."""
    return backtest.summary(outlooks.scores, by="origin").round(4)


def calibration(outlooks: Outlooks) -> pd.DataFrame:
    """How often targets were reached in the vintage's own COROPs, against the chance given."""
    return backtest.calibration_table(outlooks.chances).round(4)


def _accuracy(scores: pd.DataFrame, chances: pd.DataFrame) -> dict[str, float]:
    summary = backtest.summary(scores).iloc[0]
    return {
        "mase": round(float(summary["mase"]), 4),
        "crps": round(float(summary["crps"]), 4),
        "coverage_80": round(float(summary["coverage_80"]), 4),
        "coverage_95": round(float(summary["coverage_95"]), 4),
        "brier_target": round(backtest.brier_score(chances), 4),
        "calibration_error": round(backtest.calibration_error(chances), 4),
        "forecasts": int(summary["count"]),
    }


def _panel_accuracy(panel: Panel) -> dict[str, float]:
    data = panel.levels, panel.national, panel.origins, HORIZON
    scores = {method: backtest.rolling_origin(*data, method) for method in METHODS}
    chances = backtest.target_chances(*data, RATES, "growth")
    result = _accuracy(scores["growth"], chances)
    crps = {method: float(backtest.summary(rows).loc[0, "crps"]) for method, rows in scores.items()}
    for method in METHODS[1:]:
        result[f"crps_below_{method}"] = round(1 - crps["growth"] / crps[method], 4)
    return result
