"""How well the outlook would have done: forecasts from past years against what came, with two yardsticks.

Every origin uses only what was known then. Scores are scaled by the region's own mean absolute yearly
change up to the origin, so large and small regions weigh alike (Hyndman & Koehler 2006). Definitions and
measured figures: docs/methods/growth.md.
"""

import itertools
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
from scipy import special

from pipeline.models import ModelError, growth, some

QUANTILES = np.arange(1, 40) / 40
CALIBRATION_BINS = 10
FIT_OPTIONS = ("rounding", "national_drift", "break_before", "widen", "long_run", "minimum_years")
_PANEL_OPTIONS = ("rounding", "break_before", "minimum_years")
SUMMARY_OF = {
    "abs_error_scaled": "mase",
    "crps_scaled": "crps",
    "in_80": "coverage_80",
    "in_95": "coverage_95",
}


def rolling_origin(
    levels: pd.DataFrame,
    national: pd.Series,
    origins: Iterable[int],
    horizon: int,
    method: str,
    **fit_options,
) -> pd.DataFrame:
    """Score forecasts of 1..`horizon` years from each origin.

    Parameters
    ----------
    levels, national : as in growth.fit.
    origins : last years known to the forecaster; each needs 10 growth years (or minimum_years) before it.
    method : "growth" (growth.fit), "drift" (each region's own random walk with drift) or "naive" (random
        walk without drift).
    fit_options : rounding, national_drift, break_before, widen, long_run and minimum_years of growth.fit.

    Returns
    -------
    DataFrame, a row for each region, origin and horizon with an actual level that is comparable with the
    level at the origin: region, origin, horizon, actual, median, crps_scaled (2 x the mean pinball loss
    over 39 quantiles), abs_error_scaled (of the median), in_80, in_95 (inside the central interval), pit
    (the actual's place in the predictive distribution), z (log error over log_sd) and df. A region that
    never changed before the origin has no scale and is left out.

    Raises
    ------
    ModelError : unknown method, an origin outside the panel or without enough years, nothing to score.
    """
    pieces = []
    for forecast, past, actual in _past_forecasts(levels, national, origins, horizon, method, fit_options):
        scale = np.nanmean(np.abs(np.diff(past, axis=1)), axis=1)
        quantiles = np.stack([forecast.quantile(q) for q in QUANTILES])
        for step in range(1, actual.shape[1] + 1):
            known = np.isfinite(actual[:, step - 1]) & (scale > 0)
            scored = _scores(forecast, quantiles[:, :, step - 1], actual[:, step - 1], scale, step)
            pieces.append(scored[known])
    return _joined(pieces)


def target_chances(
    levels: pd.DataFrame,
    national: pd.Series,
    origins: Iterable[int],
    horizon: int,
    growth_rates: Iterable[float],
    method: str,
    **fit_options,
) -> pd.DataFrame:
    """Chances given to targets of level x (1 + rate)^h in the past, and whether they were reached.

    Parameters as in `rolling_origin`; `growth_rates` are fractions a year (0.01 is 1 %).

    Returns
    -------
    DataFrame with region, origin, horizon, growth_rate, probability, reached (bool)
    """
    rates = list(growth_rates)
    pieces = []
    for forecast, past, actual in _past_forecasts(levels, national, origins, horizon, method, fit_options):
        asked = list(itertools.product(range(1, actual.shape[1] + 1), rates))
        targets = [past[:, -1] * (1 + rate) ** step for step, rate in asked]
        given = [forecast.probability_at_least(t, step) for (step, _), t in zip(asked, targets, strict=True)]
        came = np.concatenate([actual[:, step - 1] for step, _ in asked])
        count = len(forecast.regions)
        chances = pd.DataFrame(
            {
                "region": np.tile(forecast.regions, len(asked)),
                "origin": forecast.last_year,
                "horizon": np.repeat([step for step, _ in asked], count),
                "growth_rate": np.repeat([rate for _, rate in asked], count),
                "probability": np.concatenate(given),
                "reached": came >= np.concatenate(targets),
            }
        )
        pieces.append(chances[np.isfinite(came)])
    return _joined(pieces)


def summary(scores: pd.DataFrame, by: str | list[str] | None = None) -> pd.DataFrame:
    """MASE, CRPS and the coverage of the 80 and 95 % intervals, over all scores or `by` a column.

    Parameters
    ----------
    scores : from `rolling_origin`; a column "method" may have been added.
    by : for instance "origin", "horizon" or ["method", "horizon"].

    Returns
    -------
    DataFrame with mase, crps, coverage_80, coverage_95, count; one row, or one for each value of `by`,
    which then comes as a column
    """
    _check_not_empty(scores)
    grouped = scores.groupby(by if by is not None else np.zeros(len(scores), dtype=int))
    means = grouped[list(SUMMARY_OF)].mean().rename(columns=SUMMARY_OF)
    result = means.assign(count=grouped.size())
    return result.reset_index(drop=by is None)


def widening_factors(scores: pd.DataFrame, level: float = 0.8) -> np.ndarray:
    """Factor by horizon that gives the central `level` interval its coverage in the backtest; at least 1.

    The pooled |z| ratio: the `level` quantile, over regions and origins, of the standardised error
    relative to the edge of the interval. It may widen, never narrow: origins are few and share their
    national shocks.

    Parameters
    ----------
    scores : from `rolling_origin` with method "growth".

    Returns
    -------
    float array, a factor for each horizon from 1 to the longest that could be scored
    """
    _check_not_empty(scores)
    edge = special.stdtrit(scores["df"], (1 + level) / 2)
    ratio = (scores["z"].abs() / edge).groupby(scores["horizon"]).quantile(level)
    return np.maximum(1.0, ratio.reindex(range(1, int(ratio.index.max()) + 1)).ffill().fillna(1.0).to_numpy())


def brier_score(chances: pd.DataFrame) -> float:
    """Mean squared difference between `probability` and `reached`: 0 is perfect, lower is better."""
    _check_not_empty(chances)
    return float(((chances["probability"] - chances["reached"]) ** 2).mean())


def calibration_table(chances: pd.DataFrame, bins: int = CALIBRATION_BINS) -> pd.DataFrame:
    """Mean chance given and share reached, in equal bins of the chance; empty bins are left out.

    Returns
    -------
    DataFrame with bin_low, bin_high, count, mean_probability, share_reached
    """
    _check_not_empty(chances)
    number = np.minimum((chances["probability"] * bins).astype(int), bins - 1)
    table = chances.groupby(number).agg(
        count=("probability", "size"),
        mean_probability=("probability", "mean"),
        share_reached=("reached", "mean"),
    )
    table.insert(0, "bin_low", table.index / bins)
    table.insert(1, "bin_high", (table.index + 1) / bins)
    return table.reset_index(drop=True)


def calibration_error(chances: pd.DataFrame, bins: int = CALIBRATION_BINS) -> float:
    """Mean distance between the chance given and the share reached, over the bins, weighted by count."""
    table = calibration_table(chances, bins)
    distance = (table["mean_probability"] - table["share_reached"]).abs()
    return float((distance * table["count"]).sum() / table["count"].sum())


def _past_forecasts(
    levels: pd.DataFrame,
    national: pd.Series,
    origins: Iterable[int],
    horizon: int,
    method: str,
    fit_options: dict,
) -> Iterator[tuple[growth.Forecast, np.ndarray, np.ndarray]]:
    """For each origin the forecast, the levels known then (m, years) and the levels that came (m, <= H)."""
    if method not in FORECASTERS:
        raise ModelError(f"Unknown method {method!r}. Use one of {some(FORECASTERS)}.")
    unknown = set(fit_options) - set(FIT_OPTIONS)
    if unknown:
        raise ModelError(f"Unknown options {some(sorted(unknown))}. Use {some(FIT_OPTIONS, 9)}.")
    growth.check_horizon(horizon)
    needed = fit_options.get("minimum_years", growth.MINIMUM_GROWTH_YEARS)
    growth.growth_panel(levels, national, minimum_years=needed)  # the whole panel is sound before it is cut
    first, last = levels.columns[needed], levels.columns[-1]
    origins = list(origins)
    outside = [origin for origin in origins if not first <= origin < last]
    if outside or not origins:
        raise ModelError(
            f"{len(outside)} of {len(origins)} origins cannot be used, e.g. {some(outside)}. Choose from "
            f"{first} (after {needed} growth years) to {last - 1} (one year to compare)."
        )
    break_before = fit_options.get("break_before")
    for origin in origins:
        known_options = fit_options | (
            {} if break_before is None else {"break_before": break_before.loc[:, :origin]}
        )
        past = levels.loc[:, :origin]
        forecast = FORECASTERS[method](past, national.loc[:origin], horizon, known_options)
        yield (
            forecast,
            past.loc[forecast.regions].to_numpy(dtype=float, na_value=np.nan),
            _comparable_levels(levels.loc[forecast.regions], break_before, origin, horizon),
        )


def _comparable_levels(
    levels: pd.DataFrame, break_before: pd.DataFrame | None, origin: int, horizon: int
) -> np.ndarray:
    """Levels after the origin; NaN from the first break on, since the series then measures another thing."""
    after = levels.loc[:, origin + 1 : origin + horizon]
    values = after.to_numpy(dtype=float, na_value=np.nan)
    if break_before is None:
        return values
    broken = break_before.loc[after.index, after.columns].to_numpy(dtype=bool)
    return np.where(np.logical_or.accumulate(broken, axis=1), np.nan, values)


def _growth_forecast(
    levels: pd.DataFrame, national: pd.Series, horizon: int, fit_options: dict
) -> growth.Forecast:
    return growth.fit(levels, national, **fit_options).forecast(horizon)


def _drift_forecast(
    levels: pd.DataFrame, national: pd.Series, horizon: int, fit_options: dict
) -> growth.Forecast:
    panel = _own_panel(levels, national, fit_options)
    count = panel.growth_years
    variance = np.nanvar(panel.growth, axis=1, ddof=1) + panel.rounding_variance
    return _random_walk(panel, np.nanmean(panel.growth, axis=1), variance, 1 / count, count - 1, horizon)


def _naive_forecast(
    levels: pd.DataFrame, national: pd.Series, horizon: int, fit_options: dict
) -> growth.Forecast:
    panel = _own_panel(levels, national, fit_options)
    variance = np.nanmean(panel.growth**2, axis=1) + panel.rounding_variance
    nothing = np.zeros(len(panel.regions))
    return _random_walk(panel, nothing, variance, nothing, panel.growth_years, horizon)


def _own_panel(levels: pd.DataFrame, national: pd.Series, fit_options: dict) -> growth.GrowthPanel:
    used = {key: value for key, value in fit_options.items() if key in _PANEL_OPTIONS}
    return growth.growth_panel(levels, national, **used)


def _random_walk(
    panel: growth.GrowthPanel,
    drift: np.ndarray,
    variance: np.ndarray,
    drift_error: np.ndarray,
    df: np.ndarray,
    horizon: int,
) -> growth.Forecast:
    """Each region by itself: variance h + drift_error h^2 times that of its growth."""
    step = np.arange(1, horizon + 1)
    log_mean = np.log(panel.last_level)[:, None] + drift[:, None] * step
    floored = np.maximum(variance, growth.VARIANCE_FLOOR)[:, None]
    log_sd = np.sqrt(floored * (step + drift_error[:, None] * step**2))
    return growth.Forecast(panel.regions, int(panel.years[-1]), log_mean, log_sd, df, np.ones(horizon))


def _scores(
    forecast: growth.Forecast, quantiles: np.ndarray, actual: np.ndarray, scale: np.ndarray, step: int
) -> pd.DataFrame:
    """Scores of one origin and horizon; `quantiles` (39, m), `actual` and `scale` (m,)."""
    gap = actual - quantiles
    pinball = np.maximum(QUANTILES[:, None] * gap, (QUANTILES[:, None] - 1) * gap)
    low_95, low_80, median, high_80, high_95 = quantiles[[0, 3, 19, 35, 38]]
    z = (np.log(actual) - forecast.log_mean[:, step - 1]) / forecast.log_sd[:, step - 1]
    with np.errstate(divide="ignore", invalid="ignore"):  # rows without a scale are dropped by the caller
        crps_scaled, error_scaled = 2 * pinball.mean(axis=0) / scale, np.abs(actual - median) / scale
    return pd.DataFrame(
        {
            "region": forecast.regions,
            "origin": forecast.last_year,
            "horizon": step,
            "actual": actual,
            "median": median,
            "crps_scaled": crps_scaled,
            "abs_error_scaled": error_scaled,
            "in_80": (actual >= low_80) & (actual <= high_80),
            "in_95": (actual >= low_95) & (actual <= high_95),
            "pit": special.stdtr(forecast.df, z / forecast.widening[step - 1]),
            "z": z,
            "df": forecast.df,
        }
    )


def _joined(pieces: list[pd.DataFrame]) -> pd.DataFrame:
    joined = pd.concat(pieces, ignore_index=True)
    _check_not_empty(joined)
    return joined


def _check_not_empty(rows: pd.DataFrame) -> None:
    if not len(rows):
        raise ModelError(
            "There is nothing to score: no region has a comparable level after the origins. "
            "Choose earlier origins or check the breaks."
        )


FORECASTERS = {"growth": _growth_forecast, "drift": _drift_forecast, "naive": _naive_forecast}
