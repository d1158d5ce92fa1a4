"""Outlook of every region's jobs: its own where it has a published series, else its COROPs'.

Regions of one kind with published series are fitted as a panel of their own. A region without one takes the
growth of the COROPs it lies in, with the wander of its share on top: from the last anchor to the latest figure
(an unknown level) and on to the horizon. Formulas: docs/methods/growth.md.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from pipeline.models import backtest, growth
from pipeline.models.series import SHARE_ESTIMATE
from pipeline.schemas import TABLES
from pipeline.tidy.jobs import NEW

INDICATOR = "jobs_employees"
DRIFTS = ("median", "mean")
#: 83582NED is published in thousands with one decimal.
ROUNDING = 100.0
#: Kinds of regions that are fitted together; the few areas of areas.yaml are like arbeidsmarktregio's.
_PANELS = (("corop",), ("province",), ("arbeidsmarktregio", "area"), ("gemeente",), ("nation",))
#: A panel is fitted from this many published series.
SMALLEST_PANEL = 10
#: Figures are published for 2010 and later; an origin of the backtest needs ten growth years before it.
_FIRST_ORIGIN_AFTER = growth.MINIMUM_GROWTH_YEARS
_DRAWS, _SEED = 40_000, 2026

Drift = Literal["median", "mean"]


@dataclass(frozen=True, eq=False)
class JobEstimates:
    """Tables of the job estimates: ``job_shares``, ``job_estimates`` and ``job_estimate_quality``."""

    shares: pd.DataFrame
    levels: pd.DataFrame
    quality: pd.DataFrame


@dataclass(frozen=True, eq=False)
class RegionOutlook:
    """Predictive distribution of one region's jobs.

    Attributes
    ----------
    last_year, last_level : latest figure (jobs), published or estimated
    log_growth : array (H,), expected log growth over 1..H years
    log_sd : array (H,), its standard deviation, widened by the backtest
    df : degrees of freedom of the t distribution
    share_drift : yearly log sd of the share in its COROPs; 0 with a published series
    level_log_sd : log sd of the latest level itself; 0 with a published series
    borrowed_from : the COROPs whose growth it takes; empty with a published series
    is_one_gemeente : whether one gemeente alone takes it, whose own growth may be another
    """

    region_code: str
    last_year: int
    last_level: float
    log_growth: np.ndarray
    log_sd: np.ndarray
    df: int
    share_drift: float
    level_log_sd: float
    borrowed_from: tuple[str, ...]
    source: str
    is_one_gemeente: bool = False

    def quantile(self, q: float) -> np.ndarray:
        """The ``q`` quantile of the level, array (H,), jobs; with the error of level and share."""
        steps = np.arange(1, len(self.log_growth) + 1)
        share = self.level_log_sd**2 + self.share_drift**2 * steps
        spread = np.sqrt(self.log_sd**2 + share)
        return self.last_level * np.exp(self.log_growth + stats.t.ppf(q, self.df) * spread)

    def chance(self, question: Question, *, exact_level: bool = False) -> float:
        """Chance that the goal is reached, simulated along one path of the share.

        Parameters
        ----------
        question : what is asked of this region
        exact_level : leave out the error of baseline and latest level
        """
        horizon = question.year - self.last_year
        shock, base_error, since_error, later_error = _paths(self.df)
        base = base_error * question.baseline_log_sd * (not exact_level)
        since = since_error * self.share_drift * np.sqrt(question.years_since_baseline) * (not exact_level)
        later = later_error * self.share_drift * np.sqrt(horizon)
        level = question.latest * np.exp(base + since)
        future = level * np.exp(self.log_growth[horizon - 1] + shock * self.log_sd[horizon - 1] + later)
        goal = question.goal
        if question.extra is not None:
            goal = question.baseline * np.exp(base) + question.extra
        return float(np.mean(future >= goal))


@functools.cache
def _paths(df: int) -> tuple[np.ndarray, ...]:
    """Standard draws of the shock (t distribution) and of three errors of the share (normal)."""
    random = np.random.default_rng(_SEED)
    shock = stats.t.ppf(random.random(_DRAWS), df)
    return shock, *random.standard_normal((3, _DRAWS))


@dataclass(frozen=True)
class Question:
    """What a chance is asked for.

    year : deadline
    latest : level in the last year, in the definition asked for
    goal : fixed level to reach, or None with ``extra``
    baseline, extra : the goal is the baseline plus the extra; both uncertain together
    baseline_log_sd : error of the baseline's level
    years_since_baseline : years over which the share wandered since
    """

    year: int
    latest: float
    goal: float
    baseline: float
    extra: float | None
    baseline_log_sd: float
    years_since_baseline: float


@dataclass(frozen=True, eq=False)
class Outlooks:
    """All outlooks of a vintage: per drift, per region; and what the backtest said."""

    by_drift: dict[Drift, dict[str, RegionOutlook]]
    scores: pd.DataFrame
    chances: pd.DataFrame

    def of(self, region_code: str, drift: Drift) -> RegionOutlook | None:
        """The outlook of a region, or None when it has no jobs series."""
        return self.by_drift[drift].get(region_code)


def make(
    indicators: pd.DataFrame,
    regions: pd.DataFrame,
    members: pd.DataFrame,
    estimates: JobEstimates,
    last_year: int,
) -> Outlooks:
    """Outlooks of all regions up to ``last_year``.

    Parameters
    ----------
    indicators : the indicator table
    regions, members : as stored by tidy
    estimates : shares of gemeenten, and how far the estimated regions may be off
    """
    rows = indicators[
        (indicators["indicator"] == INDICATOR)
        & (indicators["sector"] == "total")
        & (indicators["basis"] == NEW)
        & indicators["value"].notna()
    ]
    national = rows[rows["region_code"] == "NL01"].set_index("year")["value"].sort_index()
    published = rows[rows["method"] != SHARE_ESTIMATE]
    kinds = published["region_code"].map(regions.set_index("region_code")["region_type"])
    corops = _levels(published[kinds == "corop"])
    scores = _backtest(corops, national)
    widening = backtest.widening_factors(scores)
    horizon = last_year - int(national.index[-1])
    by_drift: dict[Drift, dict[str, RegionOutlook]] = {}
    for drift in DRIFTS:
        options = {"rounding": ROUNDING, "national_drift": drift, "widen": widening}
        own: dict[str, RegionOutlook] = {}
        for panel in _PANELS:
            levels = _levels(published[kinds.isin(panel)])
            if len(levels) >= SMALLEST_PANEL or (panel == ("nation",) and len(levels)):
                own |= _own(growth.fit(levels, national, **options), horizon)
        corop_model = growth.fit(corops, national, **options)
        borrowed = _borrowed(corop_model, rows, members, estimates, horizon, skip=set(own))
        by_drift[drift] = own | borrowed
    chances = _chances(corops, national)
    return Outlooks(by_drift, scores, chances)


def table(outlooks: Outlooks) -> pd.DataFrame:
    """The stored table: one row a region, drift and year."""
    levels = {"median": 0.5, "low80": 0.1, "high80": 0.9, "low95": 0.025, "high95": 0.975}
    columns: dict[str, list] = {name: [] for name in TABLES["outlook"].schema.columns}
    for drift, regions in outlooks.by_drift.items():
        for outlook in regions.values():
            horizon = len(outlook.log_growth)
            columns["year"].extend(range(outlook.last_year + 1, outlook.last_year + 1 + horizon))
            for name, q in levels.items():
                columns[name].extend(outlook.quantile(q))
            fixed = {
                "region_code": outlook.region_code,
                "indicator": INDICATOR,
                "drift": drift,
                "last_year": outlook.last_year,
                "last_value": outlook.last_level,
                "own_series": not outlook.borrowed_from,
                "borrowed_from": " ".join(outlook.borrowed_from),
                "source": outlook.source,
            }
            for name, value in fixed.items():
                columns[name].extend([value] * horizon)
    return pd.DataFrame(columns)


def _levels(rows: pd.DataFrame) -> pd.DataFrame:
    """Regions with a figure in every year; index region, columns years."""
    wide = rows.pivot(index="region_code", columns="year", values="value")
    return wide.dropna()


def _backtest(levels: pd.DataFrame, national: pd.Series) -> pd.DataFrame:
    origins = _origins(levels)
    return backtest.rolling_origin(levels, national, origins, 6, "growth", rounding=ROUNDING)


def _chances(levels: pd.DataFrame, national: pd.Series) -> pd.DataFrame:
    rates = (0.0, 0.005, 0.01, 0.015, 0.02, 0.03)
    return backtest.target_chances(levels, national, _origins(levels), 6, rates, "growth", rounding=ROUNDING)


def _origins(levels: pd.DataFrame) -> range:
    return range(int(levels.columns[0]) + _FIRST_ORIGIN_AFTER, int(levels.columns[-1]))


def _own(model: growth.GrowthModel, horizon: int) -> dict[str, RegionOutlook]:
    forecast = model.forecast(horizon)
    result = {}
    for place, region in enumerate(model.regions):
        result[region] = RegionOutlook(
            region_code=region,
            last_year=model.last_year,
            last_level=float(model.last_level[place]),
            log_growth=forecast.log_mean[place] - np.log(model.last_level[place]),
            log_sd=forecast.log_sd[place] * forecast.widening,
            df=int(forecast.df[place]),
            share_drift=0.0,
            level_log_sd=0.0,
            borrowed_from=(),
            source=NEW,
        )
    return result


def _borrowed(
    model: growth.GrowthModel,
    rows: pd.DataFrame,
    members: pd.DataFrame,
    estimates: JobEstimates,
    horizon: int,
    skip: set[str],
) -> dict[str, RegionOutlook]:
    """Regions that follow their COROPs: growth weighted by jobs, national shock shared, own shocks apart."""
    steps = np.arange(1, horizon + 1)
    forecast = model.forecast(horizon)
    place = {region: index for index, region in enumerate(model.regions)}
    log_growth = forecast.log_mean - np.log(model.last_level)[:, None]
    national = model.national_variance * (steps + steps**2 / model.national_years)
    regional = forecast.log_sd**2 - national
    latest = rows[rows["year"] == model.last_year].set_index("region_code")
    shares = estimates.shares[estimates.shares["year"] == model.last_year]
    inside = members[members["region_code"].isin(set(latest.index) - skip)]
    joined = inside.merge(shares[["gm_code", "cr_code", "share"]], on="gm_code", validate="many_to_one")
    drift = estimates.quality.set_index("region_code")["yearly_drift_sd"]
    held = estimates.levels[estimates.levels["year"] == model.last_year]
    level_sd = held.set_index("region_code")["log_sd"]
    result = {}
    for region, parts in joined.groupby("region_code"):
        if region not in drift.index:
            continue
        share = parts.groupby("cr_code")["share"].sum()
        indices = [place[code] for code in share.index]
        jobs = share.to_numpy() * model.last_level[indices]
        weight = jobs / jobs.sum()
        own = (weight[:, None] ** 2 * regional[indices]).sum(axis=0)
        result[region] = RegionOutlook(
            region_code=region,
            last_year=model.last_year,
            last_level=float(latest.loc[region, "value"]),
            log_growth=np.log((weight[:, None] * np.exp(log_growth[indices])).sum(axis=0)),
            log_sd=np.sqrt(national + own) * forecast.widening,
            df=int(forecast.df[indices].min()),
            share_drift=float(drift[region]),
            level_log_sd=float(level_sd.get(region, 0.0)),
            borrowed_from=tuple(share.index),
            source=str(latest.loc[region, "source"]),
            is_one_gemeente=len(parts) == 1,
        )
    return result
