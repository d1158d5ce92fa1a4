"""The target of extra jobs of a region under each reading, with its chance: codes and facts, no words."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline.reference import Programme, Target
from pipeline.reports.context import RegionContext
from pipeline.reports.facts.base import STATED, Fact, Name

#: codes of the stored verdicts
VERDICTS = {
    "op koers": "on_track",
    "achter": "behind",
    "onzeker": "uncertain",
    "gehaald": "met",
    "niet gehaald": "not_met",
    "eindstand onbekend": "result_unknown",
}


@dataclass(frozen=True)
class Reading:
    """A target under one definition, baseline and deadline.

    goal : extra jobs as promised; level : the jobs that this makes
    chance : percent, its margin the range over leaving out each year; None beyond the horizon
    needed, pace : jobs a year from now on, and since the baseline
    """

    definition: str
    verdict: str
    chosen: bool
    goal: Fact
    deadline: Fact
    baseline: Fact
    level: Fact
    chance: Fact | None
    needed: Fact
    pace: Fact


@dataclass(frozen=True)
class JobsTarget:
    """A target of extra jobs that is set for this very region and can be followed."""

    programme: Programme
    target: Target
    name: Name
    readings: tuple[Reading, ...]

    @property
    def chosen(self) -> Reading:
        """The reading of the front page."""
        return next(reading for reading in self.readings if reading.chosen)


def jobs_target(context: RegionContext) -> JobsTarget | None:
    """The target of extra jobs of the region; None when there is none that can be followed."""
    for link in context.programmes:
        if link.relation != "same":
            continue
        for target in link.programme.targets:
            if target.area != link.area or target.indicator != "jobs_employees" or target.is_open:
                continue
            rows = context.tables.target_rows.get((link.programme.key, target.key), ())
            readings = tuple(_reading(context, row) for row in rows if pd.notna(row["latest_value"]))
            if any(reading.chosen for reading in readings):
                return JobsTarget(link.programme, target, Name(link.programme.name), readings)
    return None


def _reading(context: RegionContext, row: pd.Series) -> Reading:
    estimated = "estimate" in (row["baseline_status"], row["latest_status"])
    vintage, code = context.settings.vintage, context.code
    first, last = _period(row["baseline_year"]), _period(row["latest_year"])
    deadline = _period(row["deadline_year"])

    def fact(column: str, indicator: str, period: str, unit: str, status: str, aspect: str = "", step: float = 1.0) -> Fact:
        value = row[column] if pd.notna(row[column]) else None
        known = status if value is not None else "missing"
        return Fact(value, indicator, code, period, unit, known, row["source"], vintage, step=step, aspect=aspect)

    level = "estimate" if estimated else STATED
    return Reading(
        definition=row["definition"],
        verdict=VERDICTS.get(row["verdict"], "no_verdict"),
        chosen=bool(row["is_chosen"]),
        goal=fact("target_value", "target_jobs", deadline, "jobs", STATED),
        deadline=fact("deadline_year", "year", deadline, "year", STATED),
        baseline=fact("baseline_year", "year", first, "year", STATED),
        level=fact("target_value", "jobs_employees", deadline, "jobs", level, step=100 if estimated else 1),
        chance=_chance(row, code, f"{first}/{deadline}", vintage),
        needed=fact("required_per_year", "jobs_employees", f"{last}/{deadline}", "jobs", level, "per_year", 100),
        pace=fact("observed_per_year", "jobs_employees", f"{first}/{last}", "jobs",
                  "estimate" if estimated else "published", "per_year", 100),
    )  # fmt: skip


def _chance(row: pd.Series, code: str, period: str, vintage: str) -> Fact | None:
    if pd.isna(row.get("probability", float("nan"))):
        return None
    value, low, high = (100 * float(row[column]) for column in ("probability", "probability_low", "probability_high"))
    return Fact(value, "chance", code, period, "pct", "estimate", row["source"], vintage, low=low, high=high, step=5)


def _period(year: float) -> str:
    return "" if pd.isna(year) else str(int(year))
