"""The target of extra jobs of a region under each reading, with its chance: codes and facts, no words."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline.reference import Programme, Target
from pipeline.reference.entries import LaterVersion
from pipeline.reports.context import RegionContext
from pipeline.reports.facts.base import STATED, Fact, Name, plain_number
from pipeline.reports.facts.jobs_series import YEARS_BACK, jobs_of, outlook_of, year_of
from pipeline.reports.facts.peers import peers_of

#: codes of the stored verdicts
VERDICTS = {
    "op koers": "on_track",
    "achter": "behind",
    "onzeker": "uncertain",
    "gehaald": "met",
    "niet gehaald": "not_met",
    "eindstand onbekend": "result_unknown",
}
#: what a reading must have to be followed
_FOLLOWED = ("latest_value", "baseline_year", "deadline_year")


@dataclass(frozen=True)
class VariantFacts:
    """A target under one definition, baseline and deadline.

    goal : extra jobs as promised; level : the jobs that this makes
    chance : percent, its margin the range over leaving out each year; None beyond the horizon
    needed, pace : jobs a year from now on, and since the baseline
    even, likely : jobs a year from now on that give a chance of 1 in 2 and of 4 in 5; even_year : the year in which
    the expected growth gives 1 in 2
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
    even: Fact
    likely: Fact
    even_year: Fact
    baseline_level: Fact


@dataclass(frozen=True)
class JobsTarget:
    """A target of extra jobs that is set for this very region and can be followed."""

    programme: Programme
    target: Target
    name: Name
    readings: tuple[VariantFacts, ...]

    @property
    def chosen(self) -> VariantFacts:
        """The reading of the front page."""
        return next(reading for reading in self.readings if reading.chosen)


@dataclass(frozen=True)
class TargetFacts:
    """What the chapter about the target says.

    rows : the readings that can be followed, the chosen one first; verdicts : how many different ones they give
    chart_before : whether the first page has the chart of the levels
    """

    programme: Name
    title: Name
    chosen: VariantFacts
    rows: tuple[VariantFacts, ...]
    verdicts: int
    times: Fact | None
    half: Fact
    four_fifths: Fact
    definitions: tuple[tuple[Name, Name, bool], ...]
    definition_count: Fact
    later: tuple[tuple[Fact, str], ...]
    levels: tuple[Fact, ...]
    outlook: tuple[Fact, ...]
    old_count: tuple[Fact, ...]
    chart_before: bool


def target(context: RegionContext) -> TargetFacts | None:
    """The facts about the target of extra jobs; None for a region without one."""
    found = jobs_target(context)
    if found is None:
        return None
    series, chosen = jobs_of(context), found.chosen
    rows = [r for r in found.readings if r.definition == chosen.definition]
    return TargetFacts(
        programme=found.name,
        title=Name(found.target.title, "nl"),
        chosen=chosen,
        rows=tuple(sorted(rows, key=lambda r: (r.deadline.value, r.baseline.value))),
        verdicts=len({r.verdict for r in rows if r.chance is not None}),
        times=times_faster(context, chosen),
        half=_chance_of(context, 50),
        four_fifths=_chance_of(context, 80),
        definitions=tuple((Name(item.title, "nl"), Name(item.words, "nl"), item.key == chosen.definition)
                          for item in found.target.definitions),
        definition_count=plain_number(len(found.target.definitions), "members", source=found.target.source.title,
                                      region_code=context.code, vintage=context.settings.vintage),
        later=tuple((_version_year(context, item), {True: "stands", False: "gone"}.get(item.stands, "open"))
                    for item in found.target.later_versions),
        levels=series.levels,
        outlook=outlook_of(context, series),
        old_count=series.old_count,
        chart_before=leads_with_jobs(context),
    )  # fmt: skip


def leads_with_jobs(context: RegionContext) -> bool:
    """Whether the chart of the first page is that of the jobs: their growth may be told, or no peers are known."""
    series, found = jobs_of(context), jobs_target(context)
    if series.newest is None:
        return False
    last = year_of(series.newest)
    first = int(found.chosen.baseline.value) if found else last - YEARS_BACK
    return series.change(first, last) is not None or not peers_of(context)


def _chance_of(context: RegionContext, per_cent: float) -> Fact:
    """A chance that a column of the table stands for."""
    return plain_number(per_cent, "chance", source="", region_code=context.code, vintage=context.settings.vintage,
                        unit="pct", status="assumption")  # fmt: skip


def times_faster(context: RegionContext, chosen: VariantFacts | None) -> Fact | None:
    """How many times faster it has to go; None when it goes fast enough or does not grow."""
    if chosen is None or not (chosen.needed.known and chosen.pace.known) or chosen.pace.value <= 0:
        return None
    ratio = chosen.needed.value / chosen.pace.value
    if ratio <= 1:
        return None
    return Fact(ratio, "times", context.code, chosen.pace.period, "times", "estimate", chosen.needed.source,
                context.settings.vintage, step=0.1 if ratio < 3 else 1.0)  # fmt: skip


def _version_year(context: RegionContext, later: LaterVersion) -> Fact:
    return plain_number(float(later.version.label), "year", source=later.source.title, region_code=context.code,
                        vintage=context.settings.vintage, unit="year")  # fmt: skip


def jobs_target(context: RegionContext) -> JobsTarget | None:
    """The target of extra jobs of the region; None when there is none that can be followed."""
    for link in context.programmes:
        if link.relation != "same":
            continue
        for target in link.programme.targets:
            if target.area != link.area or target.indicator != "jobs_employees" or target.relation != "extra":
                continue
            rows = context.tables.target_rows.get((link.programme.key, target.key), ())
            # without a start or an end there is no pace to tell: the chapter about promises has the goal
            readings = tuple(
                _reading(context, target, row) for row in rows if row[list(_FOLLOWED)].notna().all()
            )
            if any(reading.chosen for reading in readings):
                return JobsTarget(link.programme, target, Name(link.programme.name), readings)
    return None


def _reading(context: RegionContext, target: Target, row: pd.Series) -> VariantFacts:
    estimated = "estimate" in (row["baseline_status"], row["latest_status"])
    vintage, code = context.settings.vintage, context.code
    first, last = _period(row["baseline_year"]), _period(row["latest_year"])
    deadline = _period(row["deadline_year"])

    def fact(
        column: str, indicator: str, period: str, unit: str, status: str, aspect: str = "", step: float = 1.0
    ) -> Fact:
        value = row[column] if pd.notna(row[column]) else None
        known = status if value is not None else "missing"
        return Fact(
            value, indicator, code, period, unit, known, row["source"], vintage, step=step, aspect=aspect
        )

    level = "estimate" if estimated else STATED
    return VariantFacts(
        definition=row["definition"],
        verdict=VERDICTS.get(row["verdict"], "no_verdict"),
        chosen=bool(row["is_chosen"]),
        goal=Fact(float(target.target), "target_jobs", code, deadline, "jobs", STATED, target.source.title, vintage),
        deadline=fact("deadline_year", "year", deadline, "year", STATED),
        baseline=fact("baseline_year", "year", first, "year", STATED),
        level=fact("target_value", "jobs_employees", deadline, "jobs", level, step=100 if estimated else 1),
        chance=_chance(row, code, f"{first}/{deadline}", vintage),
        needed=fact("required_per_year", "jobs_employees", f"{last}/{deadline}", "jobs", level, "per_year", 100),
        pace=fact("observed_per_year", "jobs_employees", f"{first}/{last}", "jobs",
                  "estimate" if estimated else "published", "per_year", 100),
        even=fact("per_year_1_in_2", "jobs_employees", f"{last}/{deadline}", "jobs", "estimate", "per_year", 100),
        likely=fact("per_year_4_in_5", "jobs_employees", f"{last}/{deadline}", "jobs", "estimate", "per_year", 100),
        even_year=fact("year_1_in_2", "year", _period(row["year_1_in_2"]), "year", "estimate"),
        baseline_level=fact("baseline_value", "jobs_employees", f"{first}-12", "jobs",
                            row["baseline_status"] or "missing", step=100 if estimated else 1),
    )  # fmt: skip


def _chance(row: pd.Series, code: str, period: str, vintage: str) -> Fact | None:
    if pd.isna(row["probability"]):
        return None
    value, low, high = (
        100 * float(row[column]) for column in ("probability", "probability_low", "probability_high")
    )
    return Fact(
        value, "chance", code, period, "pct", "estimate", row["source"], vintage, low=low, high=high, step=5
    )


def _period(year: float) -> str:
    return "" if pd.isna(year) else str(int(year))
