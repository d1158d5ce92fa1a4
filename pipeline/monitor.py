"""The researcher's API: every figure of the monitor in one line, as a tidy table or as a figure with its words.

    from pipeline import monitor
    monitor.indicator("jobs_employees", ["drechtsteden", "Dordrecht"], years=(2008, 2024))
    monitor.chart("ww_per_1000_residents", ["GM0505", "PV28", "NL01"])
    monitor.jobs_chart("drechtsteden", baseline_year=2018, deadline_year=2030)

Regions are given by code, area key or name. `vintage` is the name of a folder in data/raw; without it the stored
tables answer (`make monitor` makes them). A vintage that was not asked about before takes about half a minute,
and is kept in .cache. Tables carry unit, status, source, basis and vintage in columns, and unit, source and
vintage once more in ``frame.attrs``. Counts are in units, never x 1 000.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import store
from pipeline.config import Folders
from pipeline.figures.drawing import Drawing
from pipeline.research import (
    MonitorError,
    chances,
    charts,
    overview,
    own_area,
    results,
    series,
    shown,
    target_tables,
    youth_survey,
)
from pipeline.research.lookup import region_code
from pipeline.research.own_area import OwnArea
from pipeline.research.shown import ShownFigure, ShownTable
from pipeline.research.tables import Tables, settings, tables_of

Regions = str | Iterable[str]
Years = int | tuple[int, int] | Iterable[int]
Vintage = str | Tables | None

__all__ = ["MonitorError", "OwnArea", "ShownFigure", "ShownTable"]


# --- what there is ----------------------------------------------------------------------


def vintages() -> pd.DataFrame:
    """The vintages in data/raw.

    Returns
    -------
    DataFrame
        vintage, made_at, tables, rows, absent (sources it lacks) and in_use (the stored tables come from it).
    """
    return overview.vintages(Folders(), settings().vintage)


def sources(vintage: str | None = None) -> pd.DataFrame:
    """The tables that a vintage holds, as in its manifest.

    Returns
    -------
    DataFrame
        One row a table: publisher, table_id, title, need, first_period, last_period, rows, modified,
        retrieved_at, request, transport, licence, citation, original_source, required, trust.
    """
    return overview.sources(Folders(), vintage or tables_of(None).vintage)


def regions(kind: str | None = None, vintage: Vintage = None) -> pd.DataFrame:
    """The regions: gemeenten, areas, arbeidsmarktregio's, COROPs, provinces and the nation.

    Parameters
    ----------
    kind : "gemeente", "area", "arbeidsmarktregio", "corop", "province" or "nation"; None for all

    Returns
    -------
    DataFrame
        region_code, region_name, region_type, am_code, cr_code, pv_code (of a gemeente), valid_from, valid_to,
        borders_since (of a COROP, province or arbeidsmarktregio), source.

    Raises
    ------
    MonitorError
        An unknown kind.
    """
    table = tables_of(vintage).read("regions")
    if kind is None:
        return table
    if kind not in set(table["region_type"]):
        kinds = ", ".join(table["region_type"].unique())
        raise MonitorError(f"There is no kind of region {kind!r}; there are: {kinds}.")
    return table[table["region_type"] == kind].reset_index(drop=True)


def indicators(vintage: Vintage = None) -> pd.DataFrame:
    """What can be asked for: one row an indicator and frequency that holds values.

    Returns
    -------
    DataFrame
        indicator, title (Dutch), unit, frequency (A, Q, M), first_year, last_year, regions (how many), sources.
    """
    return overview.indicators(tables_of(vintage))


def coverage(kind: str = "gemeente", vintage: Vintage = None) -> pd.DataFrame:
    """How many regions of a kind have an annual value, by indicator and year.

    Returns
    -------
    DataFrame
        indicator, year, with_value, estimated (of those), suppressed, missing, regions.
    """
    regions(kind, vintage)
    return overview.coverage(tables_of(vintage), kind)


def coverage_table(kind: str = "gemeente", vintage: Vintage = None) -> ShownTable:
    """``coverage`` as a table with shades: indicators in rows, years in columns, regions with a value."""
    return overview.coverage_table(coverage(kind, vintage), kind, tables_of(vintage).vintage)


def table(name: str, vintage: Vintage = None, **filters: Any) -> pd.DataFrame:
    """Any stored table as it is, e.g. "checks", "links", "left_out" or "observations".

    Parameters
    ----------
    name : a table of pipeline.schemas.TABLES
    filters : column=value or column=[values]
    """
    return tables_of(vintage).read(name, **filters)


# --- figures of regions -----------------------------------------------------------------


def indicator(
    name: str,
    regions: Regions | None = None,
    years: Years | None = None,
    vintage: Vintage = None,
    *,
    sector: str = "total",
    age: str | None = None,
    frequency: str = "A",
    basis: str | None = None,
) -> pd.DataFrame:
    """An indicator for regions and years; what stands on different bases comes in separate rows.

    Parameters
    ----------
    name : e.g. "jobs_employees", or its Dutch title; `indicators()` lists them
    regions : code, area key or name, or several; None for all regions
    years : one year, (first, last), a list of years, or None for all
    sector : "total" or a sector letter as published, for jobs
    age : age group; by default the whole population of the indicator
    frequency : "A" years, "Q" quarters, "M" months
    basis : only rows that may be compared with each other; None for all

    Returns
    -------
    DataFrame
        region_code, region_name, indicator, sector, age, frequency, period (start), year, reference_date, value,
        unit, status, value_low, value_high, interval_kind, interval_level, break_before, basis, source, method,
        vintage, note, members_with_value, members. value is NaN exactly when status is suppressed or missing.

    Raises
    ------
    MonitorError
        An unknown indicator or region; lists the nearest names.
    StoreError
        The tables were not made yet; names the command.
    """
    return series.indicator_rows(
        tables_of(vintage), name, regions, years, sector=sector, age=age, frequency=frequency, basis=basis
    )


def chart(
    name: str,
    regions: Regions,
    years: Years | None = None,
    vintage: Vintage = None,
    *,
    frequency: str = "A",
    age: str | None = None,
    basis: str | None = None,
) -> ShownFigure:
    """Regions side by side: a small chart each, on one scale. Parameters as for ``indicator``.

    Where a region stands on several bases, the one that reaches furthest leads and another fills the time before
    it, with a break between them.

    Raises
    ------
    MonitorError
        Unknown names, more than twelve regions, or no value for this question (says where there are values).
    """
    return charts.series_chart(
        tables_of(vintage), name, regions, years, frequency=frequency, age=age, basis=basis
    )


def map(
    name: str,
    year: int,
    regions: Regions | None = None,
    vintage: Vintage = None,
    *,
    age: str | None = None,
    basis: str | None = None,
) -> ShownFigure:
    """Map of an indicator per gemeente: the nation, or the nation beside the regions given.

    A gemeente without a figure of its own is hatched; so are jobs that only follow the share in a COROP.

    Raises
    ------
    MonitorError
        Unknown names, or a year in which no gemeente has a value (lists the years that do).
    """
    return charts.value_map(tables_of(vintage), name, year, regions, age=age, basis=basis)


# --- jobs, targets, chances -------------------------------------------------------------


def outlook(region: str, drift: str | None = "median", vintage: Vintage = None) -> pd.DataFrame:
    """Outlook of a region's jobs.

    Parameters
    ----------
    drift : "median" or "mean" growth of the nation; None for both

    Returns
    -------
    DataFrame
        One row a year ahead: median, low80, high80, low95, high95 (jobs), last_year, last_value, own_series,
        borrowed_from (the COROPs it follows), unit, status ("estimate"), source, basis, vintage. Empty for a region
        without a jobs series. Method: docs/methods/growth.md.
    """
    return results.outlook_rows(tables_of(vintage), region, drift)


def targets(region: str | None = None, vintage: Vintage = None) -> pd.DataFrame:
    """Targets of programmes in every reading (definition x baseline x deadline), with gap, pace and verdict.

    Returns
    -------
    DataFrame
        The columns of the stored table "targets", and region_name, status (of the latest level) and vintage. A
        number that nobody stated is NaN.
    """
    return results.target_rows(tables_of(vintage), region)


def target_grid(region: str, target: str | None = None, vintage: Vintage = None) -> ShownTable:
    """Every reading of a target beside each other: what is needed, and how likely it is.

    Parameters
    ----------
    target : key of the target; by default the one about jobs

    Raises
    ------
    MonitorError
        The region has no such target; lists those it has.
    """
    return target_tables.grid(tables_of(vintage), region, target)


def jobs_chart(
    region: str,
    *,
    target: str | None = None,
    definition: str | None = None,
    baseline_year: int | None = None,
    deadline_year: int | None = None,
    until: int = 2030,
    drift: str = "median",
    vintage: Vintage = None,
) -> ShownFigure:
    """Jobs measured, estimated and foreseen, with the road to a target where the region has one.

    Parameters
    ----------
    target, definition, baseline_year, deadline_year : a reading of the target; what is left out follows the
        reading that the report chooses. A definition without a series moves on with employee jobs: an assumption
    until : last year shown where there is no target
    drift : "median" or "mean" growth of the nation

    Raises
    ------
    MonitorError
        No jobs figures, or no such reading (lists those there are).
    """
    return charts.jobs_chart(
        tables_of(vintage),
        region,
        programme=None,
        target=target,
        definition=definition,
        baseline_year=baseline_year,
        deadline_year=deadline_year,
        until=until,
        drift=drift,
    )


def chance(
    region: str,
    extra: Sequence[float],
    years: Sequence[int],
    baseline_year: int = 2018,
    vintage: Vintage = None,
) -> pd.DataFrame:
    """Chance that a region has so many jobs more than in the baseline year, by deadline and drift.

    Parameters
    ----------
    extra : jobs above the baseline (count)
    years : deadlines (December), at most the tested horizon ahead

    Returns
    -------
    DataFrame
        region_code, extra, year, drift, chance (0-1), baseline_year, baseline, latest (jobs), status
        ("estimate"). Method: docs/methods/growth.md.

    Raises
    ------
    MonitorError
        No outlook, no level in the baseline year, or a deadline outside the tested horizon.
    """
    tables = tables_of(vintage)
    code = region_code(region, tables.read("regions"))
    return chances.chance_grid(tables, code, extra, years, baseline_year)


def chance_table(
    region: str,
    extra: Sequence[float] = tuple(range(5_000, 45_000, 5_000)),
    years: Sequence[int] | None = None,
    baseline_year: int = 2018,
    vintage: Vintage = None,
) -> ShownTable:
    """``chance`` as a table with shades: goals in rows, deadlines in columns, a range over both drifts."""
    tables = tables_of(vintage)
    code = region_code(region, tables.read("regions"))
    return target_tables.chance_table(tables, code, extra, years, baseline_year)


def supply_chart(
    region: str,
    *,
    participation: float = 0.0,
    unemployment: float | None = None,
    population: float = 0.0,
    until: int = 2030,
    vintage: Vintage = None,
) -> ShownFigure:
    """What-if: jobs that residents could fill, beside the outlook; both start at the jobs of now.

    Parameters
    ----------
    participation : change in net participation by ``until``, percentage points
    unemployment : unemployment rate by ``until``, percent; None keeps the survey's
    population : change in residents of 15 to 75 by ``until``, percent

    Raises
    ------
    MonitorError
        The vintage holds no survey figures for the region; lists the regions that have them.
    """
    return target_tables.supply_chart(
        tables_of(vintage),
        region,
        participation=participation,
        unemployment=unemployment,
        population=population,
        until=until,
    )


# --- comparisons ------------------------------------------------------------------------


def shift_share(region: str, vintage: Vintage = None) -> pd.DataFrame:
    """Yearly change of jobs split in three: national growth, industry mix, own growth (jobs).

    Returns
    -------
    DataFrame
        year, national, industry_mix, competitive, competitive_em, allocation, total, sectors, refused (why a year
        has no figures), unit, status, source, vintage. Method: docs/methods/shift_share.md.

    Raises
    ------
    MonitorError
        Jobs of the region are not published by sector; lists the regions that are.
    """
    return results.shift_share_rows(tables_of(vintage), region)


def shift_share_chart(region: str, vintage: Vintage = None) -> ShownFigure:
    """The three parts summed over the years that may be compared."""
    return charts.shift_share_chart(tables_of(vintage), region)


def similar(region: str, vintage: Vintage = None) -> pd.DataFrame:
    """The five regions of the same kind that are most like a region.

    Returns
    -------
    DataFrame
        rank, similar_code, similar_name, distance (standard deviations), features, reason (why there are none).
    """
    return results.similar_rows(tables_of(vintage), region)


def similar_chart(
    region: str, name: str = "ww_per_1000_residents", year: int | None = None, vintage: Vintage = None
) -> ShownFigure:
    """An indicator of a region beside the regions most like it and the nation; latest common year by default."""
    return charts.similar_chart(tables_of(vintage), region, name, year)


def youth(region: str | None = None, vintage: Vintage = None) -> pd.DataFrame:
    """Young jobseekers of a region and its gemeenten, with the level of evidence beside each number.

    Returns
    -------
    DataFrame
        indicator, age, year, value, value_low, value_high, per_1000_residents, residents_year, evidence
        ("published", "model", "synthetic"), cv_pct, display ("show", "grey", "hide"), unit, status, source, note,
        vintage. A synthetic row has no interval and allows no comparison of gemeenten.
    """
    return results.youth_rows(tables_of(vintage), region)


def direct_youth(
    region: str, surveyed_pct: float, rate_pct: float | None = None, vintage: Vintage = None
) -> pd.DataFrame:
    """What-if: how exact a survey alone would be about youth unemployment in the gemeenten of a region.

    Parameters
    ----------
    surveyed_pct : how many of the residents of 15 to 25 are interviewed, percent; an assumption
    rate_pct : the rate to measure, percent; by default the latest published rate of the nation

    Returns
    -------
    DataFrame
        region_code, region_name, residents, interviews, rate_pct, low_pct, high_pct (95 %), cv_pct, display
        ("show", "grey", "hide": the rule of small_area.publication_class), status ("assumption").

    Raises
    ------
    MonitorError
        No residents of 15 to 25, no national rate, or a share outside 0-100.
    """
    return youth_survey.direct_precision(tables_of(vintage), region, surveyed_pct, rate_pct)


# --- own areas, reports, output ---------------------------------------------------------


def area(definition: str | Mapping[str, Any], vintage: Vintage = None) -> OwnArea:
    """An area of one's own: key, name and members (gemeente codes or names), as YAML text or mapping.

    Its series are made by the same stages as those of the areas in data/reference/areas.yaml. Ask about it with
    ``vintage=own.tables``: ``monitor.chart("jobs_employees", own.key, vintage=own.tables)``.

    Raises
    ------
    ReferenceDataError, MonitorError
        The entry is not what it should be; says where and what is allowed.
    """
    return own_area.define(definition, tables_of(vintage))


def report(region: str | OwnArea, *, again: bool = False) -> Path:
    """Folder with the report (PDF, web page, data) of a region; made when it is not there.

    Parameters
    ----------
    region : code, key or name, or an own area
    again : make it even when a preview is there

    Returns
    -------
    Path
        reports/<edition>/<region> of the edition when that was made, else reports/preview/<region>.
    """
    from pipeline.reports import stage  # imported late: typesetting takes long to import

    project, chosen = Folders(), settings()
    if isinstance(region, OwnArea):
        with tempfile.TemporaryDirectory() as folder:
            stage.run_preview(region.key, chosen, own_area.project_with(region, Path(folder), project))
        return project.reports / "preview" / region.key
    code = region_code(region, tables_of(None).read("regions"))
    for place in () if again else (str(chosen.edition), f"{chosen.edition}-all", "preview"):
        if (project.reports / place / code / "report.html").is_file():
            return project.reports / place / code
    stage.run_preview(code, chosen, project)
    return project.reports / "preview" / code


def show(
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    *,
    title: str,
    decimals: Mapping[str, int] | None = None,
    years: Sequence[str] = (),
) -> ShownTable:
    """A table in Dutch from any frame of this module.

    Parameters
    ----------
    columns : column of the frame -> header, in the order shown
    decimals : digits after the comma, by column; default 0
    years : columns that hold years
    """
    attrs = frame.attrs
    source = f"Bron: CBS ({attrs['source']}); gegevens {attrs['vintage']}." if attrs.get("source") else ""
    return shown.table(frame, columns, title=title, decimals=decimals, years=years, source=source)


def figure(drawing: Drawing, *, title: str, unit: str, source: str) -> ShownFigure:
    """A drawing of pipeline.figures as a figure of the notebook, with title, unit line and source."""
    return ShownFigure(charts.figure_id(title), title, unit, source, drawing)


def export(result: pd.DataFrame | ShownFigure, path: str | Path) -> Path:
    """Write a table (.csv, .xlsx) or a figure (.svg, .csv); a bare file name goes to reports/export.

    Returns
    -------
    Path
        Where it was written.
    """
    if isinstance(result, ShownFigure):
        return result.save(path)
    target = shown.export_path(path, (".csv", ".xlsx"))
    if target.suffix == ".csv":
        store.write_csv(target, result)
    else:
        with store.replacing(target) as temporary:
            result.to_excel(temporary, index=False, engine="openpyxl")
    return target
