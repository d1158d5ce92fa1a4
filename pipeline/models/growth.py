"""Outlook for regional levels: a national factor plus a regional drift that is shrunk to its peers.

Growth of region i in year t is split as g_it = G_t + r_it, with G the growth of the nation (log
differences). Variances of r are shrunk to a common prior (Smyth 2004), drifts to their common mean with
a between-region variance by Paule & Mandel (1982). Formulas, assumptions and measured accuracy:
docs/methods/growth.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize, special

from pipeline.models import ModelError, some

MINIMUM_GROWTH_YEARS = 10
VARIANCE_FLOOR = 1e-12
#: Of yearly national growth; it makes errors of several years larger and is never a path (docs/methods/growth.md).
PERSISTENCE = 0.4
BREAK_FLAG_SIZE = 4.0  # growth this many standard deviations off may be a break that nobody marked

NO_LEVELS = "no level in any year"
NO_LAST_LEVEL = "no level in the last year"
ZERO_LEVEL = "a level of zero, which has no growth rate"
NO_VARIATION = "moves exactly with the nation: variance borrowed from the other regions"
NOT_SHRUNK = "the only region: own drift and variance, not shrunk"
FLOORED = "moves exactly with the nation: variance set to the floor"


@dataclass(frozen=True, eq=False)
class GrowthPanel:
    """Checked growth rates of the regions that can be fitted.

    Attributes
    ----------
    regions : Index of the m regions that can be fitted.
    years : int array (n,), the year in which each growth ends.
    last_level : float array (m,), the level in the last year.
    growth : float array (m, n), log growth; NaN where either level is absent or a break lies between.
    national_growth : float array (n,), log growth of the nation, complete.
    rounding_variance : float array (m,), variance that rounded levels add to the growth.
    without_outlook : region -> why it cannot be fitted.
    """

    regions: pd.Index
    years: np.ndarray
    last_level: np.ndarray
    growth: np.ndarray
    national_growth: np.ndarray
    rounding_variance: np.ndarray
    without_outlook: Mapping[str, str]

    @property
    def growth_years(self) -> np.ndarray:
        """Number of growth rates of each region, int array (m,)."""
        return np.isfinite(self.growth).sum(axis=1)


@dataclass(frozen=True, eq=False)
class Forecast:
    """Predictive distributions on the log scale, one a region and horizon.

    Attributes
    ----------
    regions : Index of m regions.
    last_year : the year from which the horizons 1..H count.
    log_mean, log_sd : float arrays (m, H); `log_sd` is without the widening.
    df : float array (m,), degrees of freedom of the t distribution; infinite is the normal one.
    widening : float array (H,), factors of at least 1 on `log_sd`.
    """

    regions: pd.Index
    last_year: int
    log_mean: np.ndarray
    log_sd: np.ndarray
    df: np.ndarray
    widening: np.ndarray

    def quantile(self, q: float) -> np.ndarray:
        """The `q` quantile (0 < q < 1) in levels, array (m, H)."""
        if not 0 < q < 1:
            raise ModelError(f"A quantile lies between 0 and 1, not at {q}. Use for instance 0.1 and 0.9.")
        deviation = special.stdtrit(self.df, q)[:, None] * self.log_sd * self.widening
        return np.exp(self.log_mean + deviation)

    def probability_at_least(self, target: ArrayLike, h: int, *, level_log_sd: ArrayLike = 0.0) -> np.ndarray:
        """Chance that the level `h` years ahead reaches `target`.

        Parameters
        ----------
        target : a level, one a region in the order of `regions`, or a Series by region.
        h : horizon in years, 1..H.
        level_log_sd : standard deviation (log) of the last level itself, where that is an estimate.

        Returns
        -------
        float array (m,)
        """
        if not 1 <= h <= self.log_mean.shape[1]:
            raise ModelError(
                f"Horizon {h} is not in this forecast of 1..{self.log_mean.shape[1]} years. "
                "Ask forecast() for a longer horizon."
            )
        wanted = _by_region(target, self.regions, "target")
        level_sd = _by_region(level_log_sd, self.regions, "level_log_sd")
        if not (np.isfinite(wanted).all() and (wanted > 0).all()):
            raise ModelError(
                f"{int((~(wanted > 0)).sum())} targets are not positive levels, e.g. "
                f"{some(wanted[~(wanted > 0)])}. A target is a level (baseline plus the extra), not a change."
            )
        if not (np.isfinite(level_sd).all() and (level_sd >= 0).all()):
            raise ModelError("level_log_sd is a standard deviation: give finite values of 0 or more.")
        spread = np.hypot(self.widening[h - 1] * self.log_sd[:, h - 1], level_sd)
        return special.stdtr(self.df, (self.log_mean[:, h - 1] - np.log(wanted)) / spread)


@dataclass(frozen=True)
class Nation:
    """Yearly log growth of the nation: drift and variance over n years.

    Attributes
    ----------
    drift, variance : a year; the drift is a mean or a median.
    years : n, the growth rates behind them.
    persistence : rho, by which the error of several years is larger than that of independent ones.
    is_long : whether a longer history than the panel's stands behind it; then quantiles are normal.
    """

    drift: float
    variance: float
    years: int
    persistence: float = 0.0
    is_long: bool = False

    def log_variance(self, steps: np.ndarray) -> np.ndarray:
        """Variance of the log growth over 1..h years, array like `steps`: of the path and of the drift."""
        mean_error = sum_variance(self.years, self.persistence) / self.years**2
        return self.variance * (
            np.array([sum_variance(int(h), self.persistence) for h in steps]) + mean_error * steps**2
        )


def sum_variance(steps: int, persistence: float) -> float:
    """Variance of a sum of `steps` values of variance 1 that correlate persistence^k at k steps."""
    lag = np.arange(1, steps)
    return float(steps + 2 * ((steps - lag) * persistence**lag).sum())


@dataclass(frozen=True, eq=False)
class GrowthModel:
    """A fitted panel; `regions` and the arrays hold only regions with an outlook, in the order given.

    Attributes
    ----------
    regions : Index (m,).
    last_year : last year of the panel, where the horizons start.
    last_level : (m,), levels in that year.
    growth_years : int (m,), growth rates used for each region (n_i).
    nation : drift, variance and memory of the nation's yearly log growth.
    drift, variance : (m,), the shrunk drift relative to the nation and variance of the relative growth.
    drift_weight : (m,), B_i: 1 keeps the region's own drift, 0 takes the common one.
    common_drift : mean of the drifts (mu).
    drift_variance : between-region variance of the drifts (tau^2); None for a single region.
    prior_df, prior_variance : the common prior of the variances (d0, s0^2); d0 may be infinite.
    lag1_autocorrelation : of the relative growth, pooled over the regions.
    possible_breaks : table region_code, year, relative_growth, size (in standard deviations): growth
        more than 4 away from the mean of the region's other years, by the variance of those years.
    marks : region -> the fallback that was used for it.
    without_outlook : region -> why it has no outlook.
    widening : factors by horizon, non-decreasing; beyond its length the last one holds.
    """

    regions: pd.Index
    last_year: int
    last_level: np.ndarray
    growth_years: np.ndarray
    nation: Nation
    drift: np.ndarray
    variance: np.ndarray
    drift_weight: np.ndarray
    common_drift: float
    drift_variance: float | None
    prior_df: float
    prior_variance: float
    lag1_autocorrelation: float
    possible_breaks: pd.DataFrame
    marks: Mapping[str, str]
    without_outlook: Mapping[str, str]
    widening: np.ndarray

    def forecast(self, horizon: int) -> Forecast:
        """Predictive distributions 1..`horizon` years after the last year."""
        check_horizon(horizon)
        step = np.arange(1, horizon + 1)
        log_mean = np.log(self.last_level)[:, None] + step * (self.nation.drift + self.drift)[:, None]
        national = self.nation.log_variance(step)
        own = self.variance[:, None] * step
        drift_error = (self.drift_weight * self.variance / self.growth_years)[:, None] * step**2
        widening = self.widening[np.minimum(step, len(self.widening)) - 1]
        log_sd = np.sqrt(national + own + drift_error)
        df = np.full(len(self.regions), np.inf) if self.nation.is_long else self.growth_years - 1.0
        return Forecast(self.regions, self.last_year, log_mean, log_sd, df, widening)


def fit(
    levels: pd.DataFrame,
    national: pd.Series,
    *,
    rounding: float | pd.Series = 0.0,
    national_drift: str = "median",
    widen: ArrayLike = 1.0,
    break_before: pd.DataFrame | None = None,
    long_run: pd.Series | None = None,
    left_out: int | None = None,
    minimum_years: int = MINIMUM_GROWTH_YEARS,
) -> GrowthModel:
    """Fit the national factor and the shrunk regional drifts.

    Parameters
    ----------
    levels : index region, columns consecutive int years; positive levels in any unit, NaN allowed.
        Only series on constant borders and of one definition; fit areas as their own panel, never as
        sums of separately fitted parts.
    national : the same years, complete.
    rounding : step to which the levels are rounded, in their unit (one figure, or a Series by region).
    national_drift : "median" (robust to crisis years) or "mean".
    widen : factor of at least 1, or one a horizon (see backtest.widening_factors); made non-decreasing.
    break_before : like `levels`, True where a level cannot be compared with the year before: that
        growth is left out.
    long_run : levels of a related national series that begins earlier; with it drift and variance of the nation
        are the mean and variance over all its years, with `PERSISTENCE` (see `national_history`).
    left_out : a year whose growth, of the nation and of every region, is not used.
    minimum_years : growth years that the panel and each region need; fewer than 10 only to replay early forecasts.

    Returns
    -------
    GrowthModel. Regions without a last level, with a zero level or with too few growth years are
    listed in `without_outlook`; the others are fitted.

    Raises
    ------
    ModelError : too few years of growth, negative levels, years that do not match, no region left.
    """
    widening = _check_widening(widen)
    panel = growth_panel(
        levels, national, rounding=rounding, break_before=break_before, minimum_years=minimum_years
    )
    relative = np.where(panel.years == left_out, np.nan, panel.growth - panel.national_growth)
    count = np.isfinite(relative).sum(axis=1)

    observed = np.nanvar(relative, axis=1, ddof=1) + panel.rounding_variance
    variance, prior_df, prior_variance = shrink_variances(observed, count - 1)
    mean_relative = np.nanmean(relative, axis=1)
    drift_variance, common_drift, weight = _shrink_drifts(mean_relative, variance / count)
    return GrowthModel(
        regions=panel.regions,
        last_year=int(panel.years[-1]),
        last_level=panel.last_level,
        growth_years=count,
        nation=_nation(panel, national_drift, long_run, left_out),
        drift=weight * mean_relative + (1 - weight) * common_drift,
        variance=variance,
        drift_weight=weight,
        common_drift=common_drift,
        drift_variance=drift_variance,
        prior_df=prior_df,
        prior_variance=prior_variance,
        lag1_autocorrelation=_pooled_autocorrelation(relative),
        possible_breaks=_possible_breaks(relative, prior_df, prior_variance, panel),
        marks=_marks(panel.regions, observed),
        without_outlook=panel.without_outlook,
        widening=widening,
    )


def national_history(long_run: pd.Series, growth: pd.Series) -> pd.Series:
    """Yearly log growth of the nation, index year: the panel's own, and before it that of a longer series.

    The longer series may count something else (persons, where the panel counts jobs): its growth is shifted by the
    mean difference over the years that both have. Years after the panel's last are not used.

    Parameters
    ----------
    long_run : levels, index consecutive int years, complete and positive.
    growth : log growth of the panel's nation, index year.

    Raises
    ------
    ModelError : no year in common, or a level that is not positive.
    """
    known = long_run.loc[: growth.index[-1]]
    values = _as_floats(known, "long_run")
    years = _int_years(known.index, "long_run")
    if not (np.isfinite(values).all() and (values > 0).all()):
        raise ModelError(
            f"long_run has {int((~(values > 0)).sum())} years without a positive level, e.g. "
            f"{some(years[~(values > 0)])}. Give it complete."
        )
    longer, ends, own = np.diff(np.log(values)), years[1:], growth.index.to_numpy()
    if not np.isin(ends, own).any():
        raise ModelError(
            f"long_run ({years[0]}-{years[-1]}) has no growth in the years of the panel ({growth.index[0]}-"
            f"{growth.index[-1]}): its level cannot be compared. Give a series that overlaps."
        )
    shift = (growth.to_numpy()[np.isin(own, ends)] - longer[np.isin(ends, own)]).mean()
    before = ends < own[0]
    return pd.Series(np.append(longer[before] + shift, growth), index=np.append(ends[before], own))


def growth_panel(
    levels: pd.DataFrame,
    national: pd.Series,
    *,
    rounding: float | pd.Series = 0.0,
    break_before: pd.DataFrame | None = None,
    minimum_years: int = MINIMUM_GROWTH_YEARS,
) -> GrowthPanel:
    """Check the levels and turn them into log growth; parameters and errors as in `fit`."""
    years = _check_years(levels, national, minimum_years)
    values = _as_floats(levels, "levels")
    _check_not_negative(values, levels)
    nation = _as_floats(national, "national")
    if not (np.isfinite(nation).all() and (nation > 0).all()):
        bad = [year for year, value in zip(years, nation, strict=True) if not value > 0]
        raise ModelError(
            f"The national series has {len(bad)} years without a positive level, e.g. {some(bad)}. "
            "Start the panel after them or use a complete national series."
        )

    positive = np.where(values > 0, values, np.nan)
    growth = np.diff(np.log(positive), axis=1)
    if break_before is not None:
        growth = np.where(_growth_across_break(break_before, levels), np.nan, growth)
    reasons = _reasons_without_outlook(values, growth, minimum_years)
    kept = np.array([reason is None for reason in reasons], dtype=bool)
    without_outlook = {
        region: reason for region, reason in zip(levels.index, reasons, strict=True) if reason is not None
    }
    if not kept.any():
        raise ModelError(
            f"None of the {len(levels)} regions can be fitted, e.g. "
            f"{some(f'{region}: {reason}' for region, reason in without_outlook.items())}. "
            f"Each needs {minimum_years} growth years and a level in {years[-1]}."
        )
    step = _by_region(rounding, levels.index, "rounding")
    if not (np.isfinite(step).all() and (step >= 0).all()):
        raise ModelError(f"The rounding step is 0 or more, e.g. 100 for hundreds of jobs; got {some(step)}.")
    return GrowthPanel(
        regions=levels.index[kept],
        years=years[1:],
        last_level=values[kept, -1],
        growth=growth[kept],
        national_growth=np.diff(np.log(nation)),
        rounding_variance=_rounding_variance(positive[kept], growth[kept], step[kept]),
        without_outlook=without_outlook,
    )


def shrink_variances(variance: np.ndarray, df: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Variances shrunk to a common prior by empirical Bayes (Smyth 2004).

    Variances at the floor (series that never leave the nation's path) say nothing about the spread
    between regions: they do not enter the prior, but are shrunk to it.

    Parameters
    ----------
    variance, df : (m,), sample variances and their degrees of freedom.

    Returns
    -------
    shrunk : (m,)
    prior_df : d0; 0 for a single region (no shrinkage), infinite where all share one variance
    prior_variance : s0^2
    """
    floored = np.maximum(variance, VARIANCE_FLOOR)
    informative = variance > VARIANCE_FLOOR
    if informative.sum() < 2:
        shrunk = np.full_like(floored, floored.max()) if len(floored) > 1 else floored
        return shrunk, 0.0, float(floored.max())
    half = df[informative] / 2
    centred = np.log(floored[informative]) - special.digamma(half) + np.log(half)
    excess = centred.var(ddof=1) - special.polygamma(1, half).mean()
    if excess <= 0:
        common = float(np.exp(centred.mean()))
        return np.full_like(floored, common), np.inf, common
    half_prior = _inverse_trigamma(float(excess))
    prior = float(np.exp(centred.mean() + special.digamma(half_prior) - np.log(half_prior)))
    shrunk = (2 * half_prior * prior + df * floored) / (2 * half_prior + df)
    return shrunk, 2 * half_prior, prior


def between_variance(effect: np.ndarray, variance: np.ndarray) -> tuple[float, float]:
    """Between-group variance and weighted mean of effects (Paule & Mandel 1982).

    Parameters
    ----------
    effect, variance : (m,), m >= 2, the effects and their sampling variances.

    Returns
    -------
    tau2 : the root of sum (effect - mean)^2 / (tau2 + variance) = m - 1, at least 0
    mean : the mean weighted by 1 / (tau2 + variance)
    """

    def centre(tau2: float) -> float:
        weight = 1 / (tau2 + variance)
        return float((weight * effect).sum() / weight.sum())

    def excess(tau2: float) -> float:
        return float(((effect - centre(tau2)) ** 2 / (tau2 + variance)).sum() - (len(effect) - 1))

    if excess(0.0) <= 0:
        return 0.0, centre(0.0)
    # at tau2 = sum of squares / (m - 1) the sum cannot exceed m - 1, so the root lies below it
    upper = float(((effect - effect.mean()) ** 2).sum() / (len(effect) - 1)) * (1 + 1e-9)
    tau2 = float(optimize.brentq(excess, 0.0, upper, xtol=1e-18, rtol=1e-12))
    return tau2, centre(tau2)


def check_horizon(horizon: int) -> None:
    """Raise ModelError unless `horizon` is a whole number of at least 1."""
    if int(horizon) != horizon or horizon < 1:
        raise ModelError(f"A horizon is a whole number of years of at least 1, not {horizon}.")


def _shrink_drifts(drift: np.ndarray, variance: np.ndarray) -> tuple[float | None, float, np.ndarray]:
    if len(drift) == 1:  # nothing to shrink to: keep the drift, with all its uncertainty
        return None, float(drift[0]), np.ones(1)
    tau2, common = between_variance(drift, variance)
    return tau2, common, tau2 / (tau2 + variance)


def _inverse_trigamma(value: float) -> float:
    # 1/x < trigamma(x) < 1/x + 1/x^2 brackets the root
    lower, upper = 1 / value, 1 / value + 1 / np.sqrt(value)
    return float(optimize.brentq(lambda x: special.polygamma(1, x) - value, lower, upper, rtol=1e-13))


def _nation(panel: GrowthPanel, drift: str, long_run: pd.Series | None, left_out: int | None) -> Nation:
    history = pd.Series(panel.national_growth, index=panel.years)
    if long_run is not None:
        history = national_history(long_run, history)
    used = history[history.index != left_out].to_numpy()
    variance = float(used.var(ddof=1))
    if long_run is not None:
        return Nation(float(used.mean()), variance, len(used), PERSISTENCE, is_long=True)
    return Nation(_national_drift(used, drift), variance, len(used))


def _national_drift(growth: np.ndarray, kind: str) -> float:
    if kind == "median":
        return float(np.median(growth))
    if kind == "mean":
        return float(growth.mean())
    raise ModelError(f"national_drift is 'median' or 'mean', not {kind!r}.")


def _check_widening(widen: ArrayLike) -> np.ndarray:
    factors = np.atleast_1d(np.asarray(widen, dtype=float))
    if factors.ndim != 1 or not len(factors) or not np.isfinite(factors).all() or (factors < 1).any():
        raise ModelError(
            f"Widening factors are 1 or more, got {some(factors.ravel())}. Calibration may widen an "
            "interval, never narrow it: use backtest.widening_factors."
        )
    return np.maximum.accumulate(factors)  # an interval never narrows as the horizon grows


def _check_years(levels: pd.DataFrame, national: pd.Series, minimum_years: int) -> np.ndarray:
    if levels.index.has_duplicates:
        double = levels.index[levels.index.duplicated()].unique()
        raise ModelError(
            f"{len(double)} regions occur more than once, e.g. {some(double)}. Give each region one row."
        )
    years = _int_years(levels.columns, "levels")
    national_years = _int_years(national.index, "national")
    if not np.array_equal(years, national_years):
        apart = sorted(set(years.tolist()) ^ set(national_years.tolist()))
        raise ModelError(
            f"Levels and national differ in {len(apart)} years, e.g. {some(apart)}. "
            "Cut both to the same years, ascending."
        )
    if len(years) - 1 < minimum_years:
        raise ModelError(
            f"The panel has {max(len(years) - 1, 0)} growth years; the model needs {minimum_years} "
            f"({minimum_years + 1} levels in a row). Use a longer series or show the pace only."
        )
    return years


def _int_years(labels: pd.Index, name: str) -> np.ndarray:
    odd = [label for label in labels if not isinstance(label, (int, np.integer))]
    if odd:
        raise ModelError(
            f"{len(odd)} years of {name} are not whole numbers, e.g. {odd[0]!r}. Convert them to int."
        )
    years = np.array(labels, dtype=int)
    if len(years) > 1 and (np.diff(years) != 1).any():
        at = years[1:][np.diff(years) != 1]
        raise ModelError(
            f"The years of {name} do not ascend one by one: {len(at)} jumps, e.g. before {some(at)}. "
            "Sort them and give an absent year as an empty column."
        )
    return years


def _as_floats(table: pd.DataFrame | pd.Series, name: str) -> np.ndarray:
    try:
        values = table.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ModelError(f"The {name} are not all numbers: {error}. Convert them first.") from error
    if np.isinf(values).any():
        raise ModelError(f"The {name} hold {int(np.isinf(values).sum())} infinite values. Remove them first.")
    return values


def _check_not_negative(values: np.ndarray, levels: pd.DataFrame) -> None:
    rows, columns = np.nonzero(values < 0)
    if len(rows):
        example = (
            f"{values[rows[0], columns[0]]:g} for {levels.index[rows[0]]} in {levels.columns[columns[0]]}"
        )
        raise ModelError(
            f"{len(rows)} levels are negative, e.g. {example}. A count cannot be: check the source and tidy."
        )


def _reasons_without_outlook(values: np.ndarray, growth: np.ndarray, minimum_years: int) -> list[str | None]:
    count = np.isfinite(growth).sum(axis=1)
    reasons: list[str | None] = []
    for level, years in zip(values, count, strict=True):
        if np.isnan(level).all():
            reasons.append(NO_LEVELS)
        elif (level == 0).any():
            reasons.append(ZERO_LEVEL)
        elif np.isnan(level[-1]):
            reasons.append(NO_LAST_LEVEL)
        elif years < minimum_years:
            reasons.append(f"{years} growth years, {minimum_years} needed")
        else:
            reasons.append(None)
    return reasons


def _growth_across_break(break_before: pd.DataFrame, levels: pd.DataFrame) -> np.ndarray:
    marked = break_before.reindex(index=levels.index, columns=levels.columns)
    if marked.isna().any(axis=None):
        absent = marked.index[marked.isna().any(axis=1)]
        raise ModelError(
            f"break_before lacks years or regions of the levels, {len(absent)} regions, e.g. {some(absent)}. "
            "Give True or False for every cell."
        )
    return marked.to_numpy(dtype=bool)[:, 1:]


def _rounding_variance(levels: np.ndarray, growth: np.ndarray, step: np.ndarray) -> np.ndarray:
    # a rounded level errs by step^2/12; its log by that over the level squared; growth has two of them
    both = 1 / levels[:, 1:] ** 2 + 1 / levels[:, :-1] ** 2
    return step**2 / 12 * np.nanmean(np.where(np.isfinite(growth), both, np.nan), axis=1)


def _pooled_autocorrelation(relative: np.ndarray) -> float:
    centred = relative - np.nanmean(relative, axis=1, keepdims=True)
    products = centred[:, 1:] * centred[:, :-1]
    paired = np.isfinite(products)
    spread = np.nansum(centred**2)
    return float(products[paired].sum() / spread) if spread > 0 else 0.0


def _possible_breaks(
    relative: np.ndarray, prior_df: float, prior_variance: float, panel: GrowthPanel
) -> pd.DataFrame:
    # with the year itself in the variance no year of 14 could lie more than 3.5 deviations away
    count = np.isfinite(relative).sum(axis=1, keepdims=True)
    centred = relative - np.nanmean(relative, axis=1, keepdims=True)
    squares = np.nansum(centred**2, axis=1, keepdims=True)
    others = np.maximum(squares - centred**2 * count / (count - 1), 0) + VARIANCE_FLOOR
    if np.isinf(prior_df):
        variance = np.full_like(relative, prior_variance)
    else:
        variance = (prior_df * prior_variance + others) / (prior_df + count - 2)
    size = np.abs(centred) * count / (count - 1) / np.sqrt(variance)
    rows, columns = np.nonzero(size > BREAK_FLAG_SIZE)
    return pd.DataFrame(
        {
            "region_code": panel.regions[rows],
            "year": panel.years[columns],
            "relative_growth": relative[rows, columns],
            "size": size[rows, columns],
        }
    )


def _marks(regions: pd.Index, variance: np.ndarray) -> dict[str, str]:
    still = variance <= VARIANCE_FLOOR
    if len(regions) == 1:
        return {regions[0]: FLOORED if still[0] else NOT_SHRUNK}
    return {region: FLOORED if still.all() else NO_VARIATION for region in regions[still]}


def _by_region(value: ArrayLike | pd.Series, regions: pd.Index, name: str) -> np.ndarray:
    """One float a region from a scalar, an array in the order of the regions, or a Series by region."""
    if isinstance(value, pd.Series):
        absent = regions.difference(value.index)
        if len(absent):
            raise ModelError(f"{name} lacks {len(absent)} regions, e.g. {some(absent)}. Add them.")
        return value.reindex(regions).to_numpy(dtype=float)
    array = np.asarray(value, dtype=float)
    if array.ndim > 1 or (array.ndim == 1 and len(array) != len(regions)):
        raise ModelError(
            f"{name} has shape {array.shape} for {len(regions)} regions. Give one value a region."
        )
    return np.broadcast_to(array, (len(regions),))
