"""The chance of any goal for jobs, on the draws that the targets are judged by."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipeline.folders import Folders
from pipeline.models import outlook
from pipeline.models.chances import Question, answer
from pipeline.models.outlook import INDICATOR, Outlooks
from pipeline.models.series import annual_series
from pipeline.reference import load_national_employed
from pipeline.region_names import MonitorError, RegionNames
from pipeline.research.names import number_between, numbers, whole_year
from pipeline.research.results import chance_range, with_names
from pipeline.research.tables import settings
from pipeline.schemas import INDICATOR_UNITS
from pipeline.tables import Tables

#: More jobs than there are in the country: a goal beyond it is a slip.
_MOST_JOBS = 10_000_000


def fit(tables: Tables) -> Outlooks:
    """The outlooks of all regions, fitted as for the stored tables; takes seconds."""
    names = ("indicators", "regions", "members", "job_shares", "share_anchors")
    employed = load_national_employed(Folders().reference / "panels")
    return outlook.make(*map(tables.read, names), employed, settings().models.outlook_until)


def chance(
    tables: Tables, names: RegionNames, outlooks: Outlooks, region: str, *,
    jobs: float | Sequence[float] | None, pct: float | Sequence[float] | None,
    by: int | Sequence[int] | None, baseline: int | None,
) -> pd.DataFrame:  # fmt: skip
    """Chance of each goal at the end of each year; see ``Monitor.chance``."""
    if (jobs is None) == (pct is None):
        raise MonitorError(
            "Give jobs (extra jobs) or pct (per cent growth since the baseline), one of the two."
        )
    series = annual_series(tables.read("indicators"), region, INDICATOR)
    if series is None or not outlooks.has(region):
        raise MonitorError(f"{region} has no outlook of jobs: there is no jobs series to extend.")
    if series.is_one_gemeente_estimate:
        raise MonitorError(
            f"{region}: its latest jobs are a share of its COROP, which says nothing about its own growth. Ask for a "
            "COROP, an arbeidsmarktregio or an area."
        )
    since = series.latest_year if baseline is None else whole_year(baseline, "baseline")
    base = series.at(since)
    if base is None:
        held = series.rows.index[series.rows["value"].notna()]
        raise MonitorError(
            f"{region} has no jobs on basis {series.basis} in {since}; it has {held.min()}-{held.max()}."
        )
    level = float(base["value"])
    deadlines = _deadlines(by, series.latest_year)
    asked = [(*goal, year) for goal in _goals(jobs, pct, level) for year in deadlines]
    rows = pd.DataFrame(asked, columns=["jobs", "pct", "year"])
    as_jobs = pct is None  # so many more, otherwise so many times the baseline
    terms = [(1.0, amount) if as_jobs else (1.0 + share / 100, 0.0) for amount, share, _ in asked]
    ends = zip(terms, rows["year"], strict=True)
    answers = answer(outlooks, [Question(region, int(year), *term, since, level) for term, year in ends])
    for column, part in (("probability",) * 2, ("probability_low", "low"), ("probability_high", "high")):
        rows[column] = [round(getattr(one, part), 4) for one in answers]
    latest = series.at(series.latest_year)
    rows = rows.assign(
        region_code=region, chance=[chance_range(one.low, one.high) for one in answers], baseline_year=since,
        baseline=level, latest_year=series.latest_year, latest=float(latest["value"]),
        unit=INDICATOR_UNITS[INDICATOR], status="estimate", source=str(latest["source"]),
    )  # fmt: skip
    return with_names(rows, tables, names, f"{INDICATOR_UNITS[INDICATOR]}; probability from 0 to 1")


def _goals(jobs: object, pct: object, level: float) -> list[tuple[float, float]]:
    """Each goal as extra jobs and as per cent of the baseline."""
    if jobs is not None:
        amounts = [
            number_between(one, -_MOST_JOBS, _MOST_JOBS, "jobs", "jobs") for one in numbers(jobs, "jobs")
        ]
        return [(amount, 100 * amount / level) for amount in amounts]
    shares = [number_between(one, -100, 1000, "pct", "per cent") for one in numbers(pct, "pct")]
    return [(level * share / 100, share) for share in shares]


def _deadlines(by: int | Sequence[int] | None, latest: int) -> list[int]:
    horizon = settings().models.verdict_horizon
    if by is None:
        return list(range(latest + 1, latest + horizon + 1))
    deadlines = [whole_year(year, "by") for year in numbers(by, "by")]
    outside = [year for year in deadlines if not latest < year <= latest + horizon]
    if outside:
        raise MonitorError(
            f"Chances were tested for {latest + 1} to {latest + horizon}, not for {outside[0]}. Choose deadlines "
            "within those years."
        )
    return deadlines
