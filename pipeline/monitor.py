"""The researcher's API: every figure of the monitor in one line, as a tidy table or as a figure with its words.

    from pipeline import monitor
    monitor.indicator("jobs_employees", ["drechtsteden", "Dordrecht"], years=(2008, 2024))
    monitor.chart("ww_per_1000_residents", ["GM0505", "PV28", "NL01"])
    monitor.jobs_chart("drechtsteden", baseline_year=2018, deadline_year=2030)

Regions are given by code, area key or name. `vintage` is the name of a folder in data/raw; without it the stored
tables answer (`make monitor` makes them). A vintage that was not asked about before takes about half a minute,
and is kept in .cache. Values carry unit, status, source and vintage in columns; every table has unit, source and
vintage in ``frame.attrs``. Counts are in units, never x 1 000.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import compare as comparing
from pipeline import store
from pipeline.compare import Comparison
from pipeline.config import Folders, load_settings
from pipeline.figures.drawing import Drawing
from pipeline.models.small_area import RaoYuFit
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
from pipeline.research import example as known_example
from pipeline.research.example import MilkExample
from pipeline.research.lookup import region_code
from pipeline.research.own_area import OwnArea
from pipeline.research.shown import ReportFolder, ShownFigure, ShownTable
from pipeline.research.tables import Tables, name_of, settings, tables_of
from pipeline.research.words import source_words

Regions = str | Iterable[str]
Years = int | tuple[int, int] | Iterable[int]
Vintage = str | Tables | None

__all__ = [
    "Comparison",
    "MilkExample",
    "MonitorError",
    "OwnArea",
    "ReportFolder",
    "ShownFigure",
    "ShownTable",
]


# --- what there is ----------------------------------------------------------------------


def vintages() -> pd.DataFrame:
    """The vintages in data/raw.

    Returns
    -------
    DataFrame
        vintage, made_at, tables, rows, absent (sources it lacks) and in_use (the stored tables come from it).

    Raises
    ------
    SettingsError
        params.yaml is not what it should be; says which key.
    """
    return overview.vintages(Folders(), settings().vintage)


def sources(vintage: Vintage = None) -> pd.DataFrame:
    """The tables that a vintage holds, as in its manifest.

    Parameters
    ----------
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    DataFrame
        One row a table: publisher, table_id, title, need, first_period, last_period, rows, modified,
        retrieved_at, request, transport, licence, citation, original_source, required, trust.

    Raises
    ------
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    """
    return overview.sources(Folders(), name_of(vintage))


def regions(kind: str | None = None, vintage: Vintage = None) -> pd.DataFrame:
    """The regions: gemeenten, areas, arbeidsmarktregio's, RMC regions, COROPs, provinces and the nation.

    Parameters
    ----------
    kind : "gemeente", "area", "arbeidsmarktregio", "rmc_region", "corop", "province" or "nation"; None for all
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    DataFrame
        region_code, region_name, region_type, am_code, cr_code, pv_code, mc_code (of a gemeente), valid_from,
        valid_to, borders_since (of a larger region), source, vintage.

    Raises
    ------
    MonitorError
        An unknown kind; lists those there are.
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    """
    return overview.regions(tables_of(vintage), kind)


def indicators(vintage: Vintage = None) -> pd.DataFrame:
    """What can be asked for: one row an indicator and frequency that holds values.

    Parameters
    ----------
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    DataFrame
        indicator, title (Dutch), unit, frequency (A, Q, M), first_year, last_year, regions (how many), sources,
        vintage.

    Raises
    ------
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    """
    return overview.indicators(tables_of(vintage))


def coverage(kind: str = "gemeente", vintage: Vintage = None) -> pd.DataFrame:
    """How many regions of a kind have an annual value, by indicator and year.

    Parameters
    ----------
    kind : kind of region, as for ``regions``
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    DataFrame
        indicator, year, with_value, estimated (of those), suppressed, missing, regions, unit ("regions"), source,
        vintage. A region without a row counts as missing.

    Raises
    ------
    MonitorError
        An unknown kind; lists those there are.
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    """
    return overview.coverage(tables_of(vintage), kind)


def coverage_table(kind: str = "gemeente", vintage: Vintage = None) -> ShownTable:
    """``coverage`` as a table with shades: indicators in rows, years in columns, regions with a value.

    Parameters
    ----------
    kind : kind of region, as for ``regions``
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    ShownTable
        ``.data`` holds its words.

    Raises
    ------
    MonitorError
        An unknown kind; lists those there are.
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    """
    return overview.coverage_table(coverage(kind, vintage), kind, tables_of(vintage).vintage)


def table(name: str, vintage: Vintage = None, **filters: Any) -> pd.DataFrame:
    """Any stored table as it is, e.g. "checks", "links", "left_out" or "observations".

    Parameters
    ----------
    name : a table of pipeline.schemas.TABLES
    vintage : name of a vintage, or tables of an own area; None for the stored tables
    filters : column=value or column=[values]

    Returns
    -------
    DataFrame
        The columns of the data dictionary; unit, source and vintage in ``attrs``.

    Raises
    ------
    MonitorError
        There is no such table; lists those there are.
    StoreError
        There is no such column or vintage, or the tables were not made yet; names the command.
    """
    return overview.table(tables_of(vintage), name, filters)


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
    vintage : name of a vintage, or tables of an own area; None for the stored tables
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
        An unknown indicator or region (lists the nearest names), sector, age, frequency or basis (lists those there
        are), or years that are no whole numbers.
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
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
    """Regions side by side: a small chart each, on one scale.

    Where a region stands on several bases, the one that reaches furthest leads and another fills the time before
    it, with a break between them.

    Parameters
    ----------
    name, regions, years : as for ``indicator``; one to twelve regions
    vintage : name of a vintage, or tables of an own area; None for the stored tables
    frequency, age, basis : as for ``indicator``

    Returns
    -------
    ShownFigure
        ``.data`` holds its numbers with unit, status and source, ``.alt`` its words.

    Raises
    ------
    MonitorError
        Unknown names, more than twelve regions, or no value for this question (says where there are values).
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    FigureError
        Words of the figure do not fit.
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

    Parameters
    ----------
    name : as for ``indicator``
    year : one year
    regions : code, key or name, or several; None for the nation
    vintage : name of a vintage, or tables of an own area; None for the stored tables
    age, basis : as for ``indicator``

    Returns
    -------
    ShownFigure
        ``.data`` holds its numbers with unit, status and source, ``.alt`` its words.

    Raises
    ------
    MonitorError
        Unknown names, or a year in which no gemeente has a value (lists the years that do).
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    FigureError
        Words of the figure do not fit.
    """
    return charts.value_map(tables_of(vintage), name, year, regions, age=age, basis=basis)


# --- jobs, targets, chances -------------------------------------------------------------


def outlook(region: str, drift: str | None = "median", vintage: Vintage = None) -> pd.DataFrame:
    """Outlook of a region's jobs.

    Parameters
    ----------
    region : code, area key or name
    drift : "median" or "mean" growth of the nation; None for both
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    DataFrame
        One row a year ahead: median, low80, high80, low95, high95 (jobs), last_year, last_value, own_series,
        borrowed_from (the COROPs it follows), unit, status ("estimate"), source, basis, vintage. Empty for a region
        without a jobs series. Method: docs/methods/growth.md.

    Raises
    ------
    MonitorError
        An unknown region (lists the nearest names) or drift.
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    """
    return results.outlook_rows(tables_of(vintage), region, drift)


def targets(region: str | None = None, vintage: Vintage = None) -> pd.DataFrame:
    """Targets of programmes in every reading (definition x baseline x deadline), with gap, pace and verdict.

    Parameters
    ----------
    region : code, area key or name; None for all targets
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    DataFrame
        The columns of the stored table "targets", and region_name, status (of the latest level) and vintage. A
        number that nobody stated is NaN.

    Raises
    ------
    MonitorError
        An unknown region; lists the nearest names.
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    """
    return results.target_rows(tables_of(vintage), region)


def target_grid(region: str, target: str | None = None, vintage: Vintage = None) -> ShownTable:
    """Every reading of a target beside each other: what is needed, and how likely it is.

    Parameters
    ----------
    region : code, area key or name
    target : key of the target; by default the one about jobs
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    ShownTable
        ``.data`` holds its words.

    Raises
    ------
    MonitorError
        An unknown region (lists the nearest names), or one without such a target (lists those it has).
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
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
    region : code, area key or name
    target, definition, baseline_year, deadline_year : a reading of the target; what is left out follows the
        reading that the report chooses. A definition without a series moves on with employee jobs: an assumption
    until : last year shown where there is no target
    drift : "median" or "mean" growth of the nation
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    ShownFigure
        ``.data`` holds its numbers with unit, status and source, ``.alt`` its words.

    Raises
    ------
    MonitorError
        An unknown region, no jobs figures, no such reading (lists those there are), or a year that the outlook does
        not cover.
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
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
    extra: float | Sequence[float],
    years: int | Sequence[int],
    baseline_year: int = 2018,
    vintage: Vintage = None,
) -> pd.DataFrame:
    """Chance that a region has so many jobs more than in the baseline year, by deadline and drift.

    Parameters
    ----------
    region : code, area key or name
    extra : jobs above the baseline (count), one or several
    years : deadlines (December), one or several, at most the tested horizon ahead
    baseline_year : year from which the extra jobs count
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    DataFrame
        region_code, region_name, extra, year, drift, chance (0-1), baseline_year, baseline, latest (jobs), unit (of
        extra, baseline and latest), status ("estimate"), source, vintage. Method: docs/methods/growth.md.

    Raises
    ------
    MonitorError
        An unknown region, no outlook, no level in the baseline year, no goal or deadline, or a deadline outside the
        tested horizon.
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    """
    tables = tables_of(vintage)
    code = region_code(region, tables.read("regions"))
    return chances.chance_grid(tables, code, extra, years, baseline_year)


def chance_table(
    region: str,
    extra: float | Sequence[float] = tuple(range(5_000, 45_000, 5_000)),
    years: int | Sequence[int] | None = None,
    baseline_year: int = 2018,
    vintage: Vintage = None,
) -> ShownTable:
    """``chance`` as a table with shades: goals in rows, deadlines in columns, a range over both drifts.

    Parameters
    ----------
    region, extra, baseline_year : as for ``chance``
    years : deadlines; None for all years of the tested horizon
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    ShownTable
        ``.data`` holds its words.

    Raises
    ------
    MonitorError
        As for ``chance``.
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    """
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
    region : code, area key or name
    participation : change in net participation by ``until``, percentage points
    unemployment : unemployment rate by ``until``, percent; None keeps the survey's
    population : change in residents of 15 to 75 by ``until``, percent
    until : last year shown, within the outlook
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    ShownFigure
        ``.data`` holds its numbers with unit, status and source, ``.alt`` its words.

    Raises
    ------
    MonitorError
        The vintage holds no survey figures for the region (lists the regions that have them), a number outside its
        bounds, or a year that the outlook does not cover.
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
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

    Parameters
    ----------
    region : code, area key or name
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    DataFrame
        year, national, industry_mix, competitive, competitive_em, allocation, total, sectors, refused (why a year
        has no figures), unit, status, source, vintage. Method: docs/methods/shift_share.md.

    Raises
    ------
    MonitorError
        An unknown region, or one whose jobs are not published by sector; lists the regions that are.
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    """
    return results.shift_share_rows(tables_of(vintage), region)


def shift_share_chart(region: str, vintage: Vintage = None) -> ShownFigure:
    """The three parts of ``shift_share`` summed over the years that may be compared.

    Parameters
    ----------
    region : code, area key or name
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    ShownFigure
        ``.data`` holds its numbers with unit, status and source, ``.alt`` its words.

    Raises
    ------
    MonitorError
        As for ``shift_share``, or every year is refused.
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    """
    return charts.shift_share_chart(tables_of(vintage), region)


def similar(region: str, vintage: Vintage = None) -> pd.DataFrame:
    """The five regions of the same kind that are most like a region.

    Parameters
    ----------
    region : code, area key or name
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    DataFrame
        region_code, region_name, rank, similar_code, similar_name, distance, features, reason (why there are none),
        unit (of the distance: standard deviations), status ("estimate"), source, vintage.

    Raises
    ------
    MonitorError
        An unknown region (lists the nearest names), or one that is not compared with others.
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    """
    return results.similar_rows(tables_of(vintage), region)


def similar_chart(
    region: str, name: str = "ww_per_1000_residents", year: int | None = None, vintage: Vintage = None
) -> ShownFigure:
    """An indicator of a region beside the regions most like it and the nation.

    Parameters
    ----------
    region : code, area key or name
    name : as for ``indicator``
    year : one year; None for the latest that most of them have
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    ShownFigure
        ``.data`` holds its numbers with unit, status and source, ``.alt`` its words.

    Raises
    ------
    MonitorError
        Unknown names, no similar regions, or no value for this question (says where there are values).
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    FigureError
        Words of the figure do not fit.
    """
    return charts.similar_chart(tables_of(vintage), region, name, year)


def youth(region: str | None = None, vintage: Vintage = None) -> pd.DataFrame:
    """Young jobseekers of a region and its gemeenten, with the level of evidence beside each number.

    Parameters
    ----------
    region : code, area key or name; None for all regions
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    DataFrame
        indicator, age, year, value, value_low, value_high, per_1000_residents, residents_year, evidence
        ("published", "model", "synthetic"), cv_pct, display ("show", "grey", "hide"), unit, status, source, note,
        vintage. A synthetic row has no interval and allows no comparison of gemeenten.

    Raises
    ------
    MonitorError
        An unknown region; lists the nearest names.
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    """
    return results.youth_rows(tables_of(vintage), region)


def direct_youth(
    region: str, surveyed_pct: float, rate_pct: float | None = None, vintage: Vintage = None
) -> pd.DataFrame:
    """What-if: how exact a survey alone would be about youth unemployment in the gemeenten of a region.

    Parameters
    ----------
    region : code, area key or name
    surveyed_pct : how many of the residents of 15 to 25 are interviewed, percent; an assumption
    rate_pct : the rate to measure, percent; by default the latest published rate of the nation
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    DataFrame
        region_code, region_name, residents, interviews, rate_pct, low_pct, high_pct (95 %), cv_pct, display
        ("show", "grey", "hide": the rule of small_area.publication_class), unit ("pct", of the rate), status
        ("assumption"), source (of the residents), vintage.

    Raises
    ------
    MonitorError
        An unknown region, no residents of 15 to 25, no national rate, or a share outside 0-100.
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    """
    return youth_survey.direct_precision(tables_of(vintage), region, surveyed_pct, rate_pct)


def example(method: str = "REML") -> MilkExample:
    """The small-area model step by step on known data: 43 areas (Arora & Lahiri 1997, R package sae).

    Parameters
    ----------
    method : how the variance between areas is estimated: "REML", "ML" or "FH"

    Returns
    -------
    MilkExample
        ``.areas`` (frame), ``.fit``, ``.diagnostics()``, ``.precision()`` (frames) and ``.chart()``. Method:
        docs/methods/small_area.md.

    Raises
    ------
    MonitorError
        An unknown method.
    """
    return known_example.milk(method)


def example_years() -> RaoYuFit:
    """The small-area model with years on known data: 100 areas, 20 years (R package saery).

    Returns
    -------
    RaoYuFit
        area_variance, time_variance, rho and what else the model estimated. Method: docs/methods/small_area.md.

    Raises
    ------
    FileNotFoundError
        The data of the example, in tests/fixtures, are not there.
    """
    return known_example.years()


# --- own areas, reports, output ---------------------------------------------------------


def area(definition: str | Mapping[str, Any], vintage: Vintage = None) -> OwnArea:
    """An area of one's own: key, name and members (gemeente codes or names), as YAML text or mapping.

    Its series are made by the same stages as those of the areas in data/reference/areas.yaml. Ask about it with
    ``vintage=own.tables``: ``monitor.chart("jobs_employees", own.key, vintage=own.tables)``.

    Parameters
    ----------
    definition : one entry as in data/reference/areas.yaml; members are gemeenten
    vintage : name of a vintage, or tables of an own area; None for the stored tables

    Returns
    -------
    OwnArea
        key, members (frame) and tables.

    Raises
    ------
    ReferenceDataError
        The entry is not what it should be; says where and what is allowed.
    MonitorError
        A key that cannot be one, or a member that is no gemeente (lists gemeenten).
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    """
    return own_area.define(definition, tables_of(vintage))


def compare(old: Vintage, new: Vintage = None) -> Comparison:
    """What changed between two vintages.

    Parameters
    ----------
    old, new : names of vintages, or tables; None for the stored tables

    Returns
    -------
    Comparison
        ``.summary()`` counts the changes (frame), ``.largest()`` gives the largest revisions, ``.cells`` every cell
        that was revised, added or gone, with both values, statuses and sources, ``.verdicts`` the targets whose
        verdict turned.

    Raises
    ------
    MonitorError
        What is no name and no tables.
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    """
    return comparing.compare(tables_of(old), tables_of(new))


def report(region: str | OwnArea, vintage: Vintage = None, *, again: bool = False) -> ReportFolder:
    """Folder with the report (PDF, web page, data) of a region; made when it is not there.

    Parameters
    ----------
    region : code, key or name, or an own area
    vintage : name of a vintage, or tables of an own area; None for the stored tables
    again : make it even when a preview is there

    Returns
    -------
    ReportFolder
        A path that a notebook shows as the web page: reports/<edition>/<region> of the edition when that was made,
        else reports/preview/<region>; of another vintage than the one in use reports/preview-<vintage>/<region>.

    Raises
    ------
    MonitorError
        An unknown region (lists the nearest names), or an own area with a vintage of its own.
    StoreError
        There is no such vintage, or the tables were not made yet; names the command.
    NotebookFailedError, RenderError
        The report could not be made; what was there is still there.
    """
    from pipeline.reports import stage  # imported late: typesetting takes long to import

    project, chosen = Folders(), settings()
    if isinstance(region, OwnArea) and vintage is not None:
        raise MonitorError(
            f"{region.key} has tables of its own vintage ({region.tables.vintage}); leave vintage out."
        )
    tables = region.tables if isinstance(region, OwnArea) else tables_of(vintage)
    code = region.key if isinstance(region, OwnArea) else region_code(region, tables.read("regions"))
    own = region.area if isinstance(region, OwnArea) else None
    previews = own_area.preview_folder(tables.vintage, project)
    if own is None and not again:
        editions = [project.reports / name for name in (str(chosen.edition), f"{chosen.edition}-all")]
        for place in (*(editions if vintage is None else ()), previews):
            if (place / code / "report.html").is_file():
                return ReportFolder(place / code)
    if vintage is None and own is None:
        stage.run_preview(code, chosen, project)
    else:
        with tempfile.TemporaryDirectory() as folder:
            made = own_area.project_with(tables, Path(folder), project, own)
            stage.run_preview(code, load_settings(made.root / "params.yaml"), made)
    return ReportFolder(previews / code)


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
    frame : as a function of this module gave it, or a part of it
    columns : column of the frame -> header, in the order shown
    title : printed above the table
    decimals : digits after the comma, by column; default 0
    years : columns that hold years

    Returns
    -------
    ShownTable
        With the source of the frame below it; ``.data`` holds its words.

    Raises
    ------
    MonitorError
        The frame has no such column; lists those it has.
    """
    attrs = frame.attrs
    source = (
        f"Bron: {source_words(attrs['source'])}; gegevens {attrs['vintage']}." if attrs.get("source") else ""
    )
    return shown.table(frame, columns, title=title, decimals=decimals, years=years, source=source)


def figure(drawing: Drawing, *, title: str, unit: str, source: str) -> ShownFigure:
    """A drawing of pipeline.figures as a figure of the notebook.

    Parameters
    ----------
    drawing : what a function of pipeline.figures gave
    title, unit, source : as printed: title above the figure, unit line below it, source under the figure

    Returns
    -------
    ShownFigure
        ``.data`` holds its numbers with unit, status and source, ``.alt`` its words.

    Raises
    ------
    FigureError
        When it is shown: the drawing has no words or no size.
    """
    return ShownFigure(charts.figure_id(title), title, unit, source, drawing)


def export(result: pd.DataFrame | ShownFigure, path: str | Path) -> Path:
    """Write a table (.csv, .xlsx) or a figure (.svg, .csv); a bare file name goes to reports/export.

    Parameters
    ----------
    result : a frame or a figure of this module
    path : file name, with the kind of file as its end

    Returns
    -------
    Path
        Where it was written.

    Raises
    ------
    MonitorError
        Another kind of file, or something that is no frame or figure.
    """
    if isinstance(result, ShownTable):
        raise MonitorError(
            "A table in Dutch holds words, not numbers; export the frame that it was made of, or its .data."
        )
    if not isinstance(result, (pd.DataFrame, ShownFigure)):
        raise MonitorError(
            f"{type(result).__name__} cannot be exported; give a frame or a figure of monitor."
        )
    if isinstance(result, ShownFigure):
        return result.save(path)
    target = shown.export_path(path, (".csv", ".xlsx"))
    if target.suffix == ".csv":
        store.write_csv(target, result)
    else:
        with store.replacing(target) as temporary:
            result.to_excel(temporary, index=False, engine="openpyxl")
    return target
