"""Jobs: the level and its growth, by sector, by gemeente."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.reports.context import Place, RegionContext
from pipeline.reports.facts.base import Fact, Name, fact_of, plain_number
from pipeline.reports.facts.jobs_series import YEARS_BACK, jobs_of, outlook_of, year_of
from pipeline.reports.facts.sectors import Sectors, sectors_of
from pipeline.reports.facts.target import jobs_target, leads_with_jobs

MOST_PARTS = 60


@dataclass(frozen=True)
class PartRow:
    """Jobs of a part of the region: the last count and the newest level."""

    name: Name
    counted: Fact | None
    newest: Fact | None


@dataclass(frozen=True)
class JobsFacts:
    """What the chapter about jobs says.

    outlook : a level a year ahead; chart_before : whether a page before it has the chart of the levels
    """

    newest: Fact | None
    last_count: Fact | None
    levels: tuple[Fact, ...]
    old_count: tuple[Fact, ...]
    outlook: tuple[Fact, ...]
    chart_before: bool
    growth: Fact | None
    growth_nation: Fact | None
    change: Fact | None
    since: Fact | None
    sectors: Sectors | None
    parts: tuple[PartRow, ...]
    parts_counted: bool
    establishments: Fact | None


def jobs(context: RegionContext) -> JobsFacts | None:
    """The facts about jobs; None for a region without any figure."""
    series = jobs_of(context)
    if series.newest is None and not series.old_count:
        return None
    last = year_of(series.newest) if series.newest else None
    first = last - YEARS_BACK if last else None
    places = context.parts(MOST_PARTS) if len(context.members) > 1 else ()
    parts = tuple(_part(context, place) for place in places if place.code != context.code)
    change = series.change(first, last) if last else None
    latest = context.latest("establishments_count")
    return JobsFacts(
        newest=series.newest,
        last_count=series.newest_count,
        levels=series.levels,
        old_count=series.old_count,
        outlook=outlook_of(context, series),
        chart_before=leads_with_jobs(context) or jobs_target(context) is not None,
        growth=series.growth(first, last) if last else None,
        growth_nation=jobs_of(context, context.nation).growth(first, last) if last else None,
        change=change,
        since=_year(context, first) if change else None,
        sectors=sectors_of(context, YEARS_BACK),
        parts=tuple(sorted(parts, key=_by_level)),
        parts_counted=all(part.newest is not None and not part.newest.estimate for part in parts),
        establishments=None if latest is None else fact_of(latest),
    )


def _year(context: RegionContext, year: int) -> Fact:
    return plain_number(
        year, "year", source="", region_code=context.code, vintage=context.settings.vintage, unit="year"
    )


def _part(context: RegionContext, place: Place) -> PartRow:
    series = jobs_of(context, place)
    return PartRow(Name(place.name), series.newest_count, series.newest)


def _by_level(row: PartRow) -> tuple[float, str]:
    level = row.counted or row.newest
    return (-level.value if level else 0.0, row.name)
