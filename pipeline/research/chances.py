"""The chance of any goal for jobs: asked of the same outlooks that the targets are judged by."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from pipeline.models import outlook
from pipeline.models.outlook import DRIFTS, INDICATOR, Outlooks, Question
from pipeline.models.series import SHARE_ESTIMATE, Series, annual_series
from pipeline.research import MonitorError
from pipeline.research.lookup import listed, number_between, whole_year
from pipeline.research.series import described
from pipeline.research.tables import StoredTables, Tables, settings
from pipeline.schemas import INDICATOR_UNITS

#: More jobs than there are in the country: a goal beyond it is a slip.
_MOST_JOBS = 10_000_000


def outlooks_of(tables: Tables) -> Outlooks:
    """The fitted outlooks of all regions; kept, because fitting takes seconds."""
    if isinstance(tables, StoredTables):
        return _kept(tables, tables.stamp("indicators"))
    return _fit(tables)


@functools.lru_cache(maxsize=4)
def _kept(tables: StoredTables, stamp: tuple[int, int]) -> Outlooks:
    return _fit(tables)


def _fit(tables: Tables) -> Outlooks:
    estimates = outlook.JobEstimates(
        tables.read("job_shares"), tables.read("job_estimates"), tables.read("job_estimate_quality")
    )
    return outlook.make(
        tables.read("indicators"),
        tables.read("regions"),
        tables.read("members"),
        estimates,
        settings().models.outlook_until,
    )


def chance_grid(
    tables: Tables, region: str, extra: Sequence[float], years: Sequence[int], baseline_year: int
) -> pd.DataFrame:
    """Chance that jobs have grown by each extra since the baseline, at the end of each year, under both drifts.

    Parameters
    ----------
    region : region code
    extra : jobs above the baseline (count)
    years : deadlines, after the latest figure and within the horizon that was tested
    baseline_year : year of the jobs series of the region

    Returns
    -------
    DataFrame
        region_code, region_name, extra, year, drift, chance, baseline_year, baseline, latest, unit (of extra, baseline
        and latest; a chance is a share from 0 to 1), status ("estimate"), source, vintage.

    Raises
    ------
    MonitorError
        No outlook for the region, no level in the baseline year, or a deadline outside the tested horizon.
    """
    amounts = [
        number_between(one, -_MOST_JOBS, _MOST_JOBS, "extra", "jobs") for one in listed(extra, "extra")
    ]
    deadlines = [whole_year(year, "years") for year in listed(years, "years")]
    baseline_year = whole_year(baseline_year, "baseline_year")
    series = annual_series(tables.read("indicators"), region, INDICATOR)
    fitted = outlooks_of(tables)
    if series is None or fitted.of(region, "median") is None:
        raise MonitorError(f"{region} has no outlook of jobs: there is no jobs series to extend.")
    if series.is_one_gemeente_estimate:
        raise MonitorError(
            f"{region}: jobs of one gemeente after {_last_measured(tables, region)} are a share of its COROP, which "
            "says nothing about its own growth. Ask for a COROP, an arbeidsmarktregio or an area."
        )
    base, latest = series.at(baseline_year), series.at(series.latest_year)
    if base is None:
        held = series.rows.index[series.rows["value"].notna()]
        raise MonitorError(
            f"{region} has no jobs on basis {series.basis} in {baseline_year}; it has {held.min()}-{held.max()}.",
            f"Er is geen cijfer over december {baseline_year}; wel over {held.min()} tot en met {held.max()}.",
        )
    horizon = settings().models.verdict_horizon
    outside = [year for year in deadlines if not series.latest_year < year <= series.latest_year + horizon]
    if outside:
        raise MonitorError(
            f"Chances were tested for {series.latest_year + 1} to {series.latest_year + horizon}, not for "
            f"{outside[0]}. Choose deadlines within those years."
        )
    name = tables.read("regions", region_code=region)["region_name"].iloc[0]
    unit = INDICATOR_UNITS[INDICATOR]
    rows = []
    for drift in DRIFTS:
        model = fitted.of(region, drift)
        for amount in amounts:
            for year in deadlines:
                question = _question(series, base, latest, year, amount)
                rows.append(
                    {
                        "region_code": region,
                        "region_name": name,
                        "extra": amount,
                        "year": year,
                        "drift": drift,
                        "chance": model.chance(question),
                        "baseline_year": baseline_year,
                        "baseline": float(base["value"]),
                        "latest": float(latest["value"]),
                        "unit": unit,
                        "status": "estimate",
                        "source": str(latest["source"]),
                        "vintage": tables.vintage,
                    }
                )
    return described(pd.DataFrame(rows), f"{unit}; chance from 0 to 1", [latest["source"]], tables.vintage)


def _question(series: Series, base: pd.Series, latest: pd.Series, year: int, extra: float) -> Question:
    error = 0.0
    if base["method"] == SHARE_ESTIMATE:
        # the stored interval is symmetric in logs
        z = stats.norm.ppf(0.5 + float(base["interval_level"]) / 2)
        error = float(np.log(base["value_high"] / base["value"]) / z)
    return Question(
        year=int(year),
        latest=float(latest["value"]),
        goal=float("nan"),
        baseline=float(base["value"]),
        extra=float(extra),
        baseline_log_sd=error,
        years_since_baseline=float(series.latest_year - base.name),
    )


def _last_measured(tables: Tables, region: str) -> int:
    rows = tables.read("indicators", region_code=region, indicator=INDICATOR, sector="total")
    return int(rows[(rows["status"] != "estimate") & rows["value"].notna()]["year"].max())
