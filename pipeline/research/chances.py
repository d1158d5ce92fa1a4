"""The chance of any goal for jobs: asked of the same outlooks that the targets are judged by."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import pandas as pd

from pipeline.config import Folders
from pipeline.models import outlook
from pipeline.models.chances import Question, answer
from pipeline.models.outlook import INDICATOR, Outlooks
from pipeline.models.series import annual_series
from pipeline.reference import load_national_employed
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
    names = ("indicators", "regions", "members", "job_shares", "share_anchors")
    employed = load_national_employed(Folders().reference / "panels")
    return outlook.make(*map(tables.read, names), employed, settings().models.outlook_until)


def chance_grid(
    tables: Tables,
    region: str,
    extra: float | Sequence[float] | None,
    pct: float | Sequence[float] | None,
    years: int | Sequence[int] | None,
    baseline_year: int | None,
) -> pd.DataFrame:
    """Chance that jobs have grown by each extra or percentage since the baseline, at the end of each year.

    Parameters
    ----------
    region : region code
    extra, pct : jobs above the baseline (count), or growth since it (per cent); one of the two
    years : deadlines, after the latest figure and within the horizon that was tested; None for all of these
    baseline_year : year of the jobs series of the region; None for the last one

    Returns
    -------
    DataFrame
        region_code, region_name, extra, pct, year, probability, probability_low, probability_high, baseline_year,
        baseline, latest_year, latest, unit (of extra, baseline and latest; a probability is a share from 0 to 1),
        status ("estimate"), source, vintage. The low and high are the range over leaving out each year.

    Raises
    ------
    MonitorError
        No outlook for the region, no level in the baseline year, both or neither of extra and pct, or a deadline
        outside the tested horizon.
    """
    if (extra is None) == (pct is None):
        raise MonitorError("Give extra (jobs) or pct (per cent growth since the baseline), one of the two.")
    series = annual_series(tables.read("indicators"), region, INDICATOR)
    fitted = outlooks_of(tables)
    if series is None or not fitted.has(region):
        raise MonitorError(f"{region} has no outlook of jobs: there is no jobs series to extend.")
    if series.is_one_gemeente_estimate:
        raise MonitorError(
            f"{region}: jobs of one gemeente after {_last_measured(tables, region)} are a share of its COROP, which "
            "says nothing about its own growth. Ask for a COROP, an arbeidsmarktregio or an area."
        )
    baseline_year = (
        series.latest_year if baseline_year is None else whole_year(baseline_year, "baseline_year")
    )
    base, latest = series.at(baseline_year), series.at(series.latest_year)
    if base is None:
        held = series.rows.index[series.rows["value"].notna()]
        raise MonitorError(
            f"{region} has no jobs on basis {series.basis} in {baseline_year}; it has {held.min()}-{held.max()}.",
            f"Er is geen cijfer over december {baseline_year}; wel over {held.min()} tot en met {held.max()}.",
        )
    level = float(base["value"])
    questions = [
        Question(region, year, 1.0 + (percent or 0.0) / 100, amount or 0.0, baseline_year, level)
        for amount, percent in _goals(extra, pct)
        for year in _deadlines(years, series.latest_year)
    ]
    asked = [
        (amount, percent)
        for amount, percent in _goals(extra, pct)
        for _ in _deadlines(years, series.latest_year)
    ]
    unit = INDICATOR_UNITS[INDICATOR]
    rows = pd.DataFrame(
        {
            "region_code": region,
            "region_name": tables.read("regions", region_code=region)["region_name"].iloc[0],
            "extra": [level * percent / 100 if amount is None else amount for amount, percent in asked],
            "pct": [100 * amount / level if percent is None else percent for amount, percent in asked],
            "year": [question.year for question in questions],
        }
    )
    answers = answer(fitted, questions)
    for column, name in (("probability",) * 2, ("probability_low", "low"), ("probability_high", "high")):
        rows[column] = [round(getattr(one, name), 4) for one in answers]
    rows = rows.assign(
        baseline_year=baseline_year,
        baseline=level,
        latest_year=series.latest_year,
        latest=float(latest["value"]),
        unit=unit,
        status="estimate",
        source=str(latest["source"]),
        vintage=tables.vintage,
    )
    return described(rows, f"{unit}; probability from 0 to 1", [latest["source"]], tables.vintage)


def _goals(extra: float | Sequence[float] | None, pct: float | Sequence[float] | None):
    """Pairs of jobs and per cent, one of the two None."""
    if extra is not None:
        return [
            (number_between(one, -_MOST_JOBS, _MOST_JOBS, "extra", "jobs"), None)
            for one in listed(extra, "extra")
        ]
    return [(None, number_between(one, -100, 1000, "pct", "per cent")) for one in listed(pct, "pct")]


def _deadlines(years: int | Sequence[int] | None, latest: int) -> list[int]:
    horizon = settings().models.verdict_horizon
    if years is None:
        return list(range(latest + 1, latest + horizon + 1))
    deadlines = [whole_year(year, "years") for year in listed(years, "years")]
    outside = [year for year in deadlines if not latest < year <= latest + horizon]
    if outside:
        raise MonitorError(
            f"Chances were tested for {latest + 1} to {latest + horizon}, not for "
            f"{outside[0]}. Choose deadlines within those years."
        )
    return deadlines


def _last_measured(tables: Tables, region: str) -> int:
    rows = tables.read("indicators", region_code=region, indicator=INDICATOR, sector="total")
    return int(rows[(rows["status"] != "estimate") & rows["value"].notna()]["year"].max())
