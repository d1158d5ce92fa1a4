"""The researchers' API: every figure of the monitor in one line, as a frame or as a figure with its words.

from pipeline import Monitor
m = Monitor()
m.indicator("jobs_employees", ["drechtsteden", "Dordrecht"], years=(2008, 2024))
m.chart("ww_per_1000_residents", ["Den Haag", "PV28", "NL01"]).save("ww.pdf")
m.area(["Dordrecht", "Zwijndrecht"], "Twee").chance(pct=5, by=2030)
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipeline import research
from pipeline.errors import MonitorError

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from pipeline import reference
    from pipeline.compare import Comparison
    from pipeline.models.outlook import Outlooks
    from pipeline.region_names import RegionNames
    from pipeline.research.figure import Figure, ReportFolder
    from pipeline.tables import Tables

__all__ = ["Area", "Monitor"]

Regions = str | Iterable[str]
Years = int | tuple[int, int] | Iterable[int]


class Monitor:
    """All figures of one vintage: what CBS and UWV said at one moment, and what follows from it.

    Regions are given as people have them: a code ("GM0505", "gm0505", 505), the key of an area, a name ("Den Haag"),
    or a code or name of before a merger ("GM0530", "Vianen"), which gives the successor with a MonitorWarning. Years
    are one year, a pair (first, last), or a list. Indicators are given by name or Dutch title.

    Frames are long, one row a region and period, with unit, status, source and vintage in columns (and unit, source
    and vintage in ``attrs``). Counts are in units, never x 1 000. A status "missing" or "suppressed" has no value.
    Figures show themselves in a notebook and have ``.data``, ``.alt`` and ``.save("x.svg")`` (.png, .pdf, .csv).

    A question that has no answer raises MonitorError, which says what there is; without made tables StoreError names
    the command that makes them.

    Parameters
    ----------
    vintage : a folder of data/raw. None, or the vintage in use: the stored tables (``make monitor``). Of another one
        the tables are made, which takes minutes, and kept in .cache/build
    """

    _own: str | None = None  # region that is meant when none is given
    _entry: reference.Area | None = None

    def __init__(self, vintage: str | Tables | None = None):
        self._tables = research.tables.tables_of(vintage)

    @functools.cached_property
    def _names(self) -> RegionNames:
        from pipeline.folders import Folders
        from pipeline.reference import load_changes
        from pipeline.region_names import RegionNames

        changes = load_changes(Folders().reference / "gemeente_changes.csv")
        return RegionNames(self._tables.read("regions"), changes)

    @functools.cached_property
    def _outlooks(self) -> Outlooks:
        return research.outlooks.fit(self._tables)

    def _code(self, region: str | None) -> str:
        asked = self._own if region is None else region
        if asked is None:
            raise MonitorError("Give a region; Monitor.regions() lists all of them.")
        return self._names.code(asked)

    @property
    def vintage(self) -> str:
        """Name of the vintage."""
        return self._tables.vintage

    def __repr__(self) -> str:
        return f"Monitor({self.vintage!r})"

    # --- what there is --------------------------------------------------------------------

    def vintages(self) -> pd.DataFrame:
        """The vintages in data/raw: vintage, made_at, tables, rows, absent (sources it lacks), in_use."""
        return research.tables.vintages(self.vintage)

    def sources(self) -> pd.DataFrame:
        """The tables of the vintage: table_id, title, periods, rows, request, licence, original_source and so on."""
        return research.tables.sources(self.vintage)

    def regions(self, kind: str | None = None) -> pd.DataFrame:
        """The regions: region_code, region_name, region_type, codes of the larger regions of a gemeente, source.

        Parameters
        ----------
        kind : "gemeente", "area", "arbeidsmarktregio", "rmc_region", "corop", "province" or "nation"; None for all
        """
        frame = self._tables.read("regions")
        if kind is not None:
            research.names.one_of(kind, self._names.kinds, "kind of region")
            frame = frame[frame["region_type"] == kind].reset_index(drop=True)
        frame = frame.assign(vintage=self.vintage)
        return research.tables.described(frame, "none: no quantities", frame["source"], self.vintage)

    def indicators(self) -> pd.DataFrame:
        """What can be asked for: indicator, title, unit, frequency, first_year, last_year, regions, source, vintage."""
        return research.series.indicators(self._tables)

    def sectors(self, indicator: str = "jobs_employees") -> pd.DataFrame:
        """Sectors of an indicator by kind of region: sector, title, kind, first_year, last_year, regions, source."""
        return research.series.sectors(self._tables, self._names, indicator)

    def coverage(self, kind: str = "gemeente") -> pd.DataFrame:
        """How many regions of a kind have an annual value: indicator, year, with_value, estimated, suppressed, missing.

        A region without a row counts as missing; regions is how many there are.
        """
        return research.series.coverage(self._tables, self._names, kind)

    def table(self, name: str, **filters: Any) -> pd.DataFrame:
        """Any stored table as it is, e.g. "checks", "links", "members"; docs/data.md describes the columns.

        Parameters
        ----------
        filters : column=value or column=[values]
        """
        from pipeline.schemas import TABLES

        research.names.one_of(name, TABLES, "stored table")
        frame = self._tables.read(name, **filters)
        units = ", ".join(sorted(set(map(str, frame["unit"])))) if "unit" in frame else "none: no quantities"
        used = frame["source"] if "source" in frame else self._tables.read("indicators")["source"].unique()
        return research.tables.described(frame, units, used, self.vintage)

    def current(self, codes: str | Iterable[str], year: int | None = None) -> pd.DataFrame:
        """What became of codes or names of gemeenten: one row each and successor, to merge on "asked".

        Parameters
        ----------
        codes : a code or name, or a column of them; a whole number is the code of a gemeente
        year : in which they were codes, so that one that was gone by then is refused; None for any

        Returns
        -------
        DataFrame
            asked, region_code, region_name, share (of the residents at the time, adds up to 1), gone_since, source.
        """
        return self._names.current(codes, year)

    def borders(self, kind: str = "gemeente", year: int | None = None, crs: int = 28992) -> gpd.GeoDataFrame:
        """Borders as GeoDataFrame with region_code and geometry: ``m.borders().merge(frame, on="region_code")``.

        Parameters
        ----------
        year : checked to be the year of the borders; there is one
        crs : 28992 is in metres, 4326 in degrees
        """
        return research.cells.borders(self._tables, self._names, kind, year, crs)

    # --- figures of regions ---------------------------------------------------------------

    def indicator(
        self, name: str, regions: Regions | None = None, years: Years | None = None, *, kind: str | None = None,
        sector: str = "total", age: str | None = None, frequency: str = "A", bases: bool = False,
        wide: bool = False,
    ) -> pd.DataFrame:  # fmt: skip
        """An indicator for regions and years.

        Parameters
        ----------
        regions, kind : some regions, all of a kind, or None for all
        sector : "total" or a sector as ``sectors`` lists them
        age : age group; by default the one the indicator is about
        frequency : "A" years, "Q" quarters, "M" months
        bases : every basis on which a figure stands. Otherwise the one that reaches furthest, with an earlier one in
            the time before it; ``break_before`` marks where it changes
        wide : index region_code and region_name, a column a year (or period), values only

        Returns
        -------
        DataFrame
            region_code, region_name, indicator, sector, age, frequency, period, year, reference_date, value, unit,
            status, value_low, value_high, interval_kind, interval_level, break_before, basis, source, method, vintage,
            note, members_with_value, members.
        """
        regions = self._own if regions is None and kind is None else regions
        options = {"kind": kind, "sector": sector, "age": age, "frequency": frequency, "bases": bases}
        rows = research.series.indicator_rows(self._tables, self._names, name, regions, years, **options)
        return research.series.wide(rows) if wide else rows

    def trace(self, row: Mapping[str, Any]) -> pd.DataFrame:
        """The published cells behind one row of ``indicator``, e.g. ``m.trace(frame.iloc[0])``.

        Returns
        -------
        DataFrame
            table_id, title, indicator, region_code, period, value, cell (codes in the table; empty where the table
            serves another period), status, request, retrieved_at, vintage, file (in the vintage), sha256 (of the file).
        """
        return research.cells.trace(self._tables, self._names, row)

    def chart(
        self, name: str, regions: Regions | None = None, years: Years | None = None, *, frequency: str = "A",
        sector: str = "total",
    ) -> Figure:  # fmt: skip
        """An indicator of up to six regions as lines; what lies before a break stands apart."""
        codes = self._names.codes(self._code(None) if regions is None else regions)
        rows = self.indicator(name, codes, years, frequency=frequency, sector=sector)
        return research.charts.series_chart(rows, codes, self._names)

    def bars(self, name: str, regions: Regions, year: int | None = None) -> Figure:
        """An indicator of regions beside each other, the first marked; by default in the last year that most have."""
        others = [regions] if isinstance(regions, str) else list(regions)
        codes = self._names.codes([self._own, *others] if self._own else others)
        rows = research.series.own_figures(self.indicator(name, codes), year)
        return research.charts.bars_chart(rows, codes, self._names, int(rows["year"].iloc[0]))

    def map(self, name: str, year: int, regions: Regions | None = None, *, kind: str = "gemeente") -> Figure:
        """Map of an indicator: of the nation, or of the parts (gemeenten) of some regions with their surroundings."""
        regions = self._own if regions is None else regions
        shapes = self.borders(kind)
        inside, place = shapes["region_code"].tolist(), "Nederland"
        if regions is not None:
            codes = self._names.codes(regions)
            place = ", ".join(self._names.labels[codes])
            members = set(self._tables.read("members", region_code=codes)["gm_code"]) | set(codes)
            inside = [code for code in inside if code in members]
        rows = research.series.own_figures(self.indicator(name, inside, kind=kind), year)
        return research.charts.value_map(rows, shapes, inside, self._names, place, year)

    # --- jobs ahead -----------------------------------------------------------------------

    def outlook(self, region: str | None = None) -> pd.DataFrame:
        """Jobs ahead: year, median, low_80, high_80, low_95, high_95, last_year, last_value, own_series and so on."""
        return research.results.outlook(self._tables, self._names, self._code(region))

    def targets(self, region: str | None = None, target: str | None = None) -> pd.DataFrame:
        """Targets of programmes, a row a reading (definition x baseline x deadline).

        Returns
        -------
        DataFrame
            The columns of table "targets" (target_value, gap, required_per_year, observed_per_year, probability,
            verdict, is_chosen ...) with definition_title and chance ("20 tot 25 %").
        """
        code = self._own if region is None else self._names.code(region)
        return research.results.targets(self._tables, self._names, code, target)

    def chance(
        self, region: str | None = None, *, jobs: float | Sequence[float] | None = None,
        pct: float | Sequence[float] | None = None, by: int | Sequence[int] | None = None,
        baseline: int | None = None,
    ) -> pd.DataFrame:  # fmt: skip
        """Chance of so many jobs, or so many per cent, more than in December of the baseline year.

        Parameters
        ----------
        jobs, pct : one of the two, one goal or several
        by : deadlines (December); None for all years for which chances were tested
        baseline : a year of the region's series; None for the last

        Returns
        -------
        DataFrame
            region_code, region_name, jobs, pct, year, probability, probability_low, probability_high (range over
            leaving out each year), chance (in words), baseline_year, baseline, latest_year, latest, unit, status.
        """
        goal = {"jobs": jobs, "pct": pct, "by": by, "baseline": baseline}
        return research.outlooks.chance(self._tables, self._names, self._outlooks, self._code(region), **goal)

    def jobs_chart(
        self, region: str | None = None, *, target: str | None = None, definition: str | None = None,
        baseline: int | None = None, deadline: int | None = None, until: int = 2030,
    ) -> Figure:  # fmt: skip
        """Jobs counted, estimated and foreseen, with the goal where the region has one.

        Parameters
        ----------
        target, definition, baseline, deadline : a reading of ``targets``; by default the chosen one
        until : last year of the outlook where there is no goal
        """
        code = self._code(region)
        reading = research.results.one_reading(self.targets(code), target, definition, baseline, deadline)
        has_goal = reading is not None and reading["deadline_year"] == reading["deadline_year"]
        last = int(reading["deadline_year"]) if has_goal else research.names.whole_year(until, "until")
        ahead = self.outlook(code)
        research.results.require_ahead(ahead, last)
        rows, name = self.indicator("jobs_employees", code), self._names.labels[code]
        return research.charts.jobs_chart(rows, ahead[ahead["year"] <= last], reading, name)

    # --- comparisons ----------------------------------------------------------------------

    def shift_share(self, region: str | None = None) -> pd.DataFrame:
        """Yearly change of jobs in three parts: year, national, industry_mix, competitive, total, refused (why none).

        Method: docs/methods/shift_share.md. Only regions of which jobs are published by sector.
        """
        return research.results.shift_share(self._tables, self._names, self._code(region))

    def shift_share_chart(self, region: str | None = None) -> Figure:
        """The parts of ``shift_share`` summed over the years that may be compared."""
        return research.charts.shift_share_chart(self.shift_share(region))

    def similar(self, region: str | None = None) -> pd.DataFrame:
        """The five most similar regions of the same kind: rank, similar_code, similar_name, distance, features."""
        return research.results.similar(self._tables, self._names, self._code(region))

    def youth(self, region: str | None = None) -> pd.DataFrame:
        """Young jobseekers of a region and its gemeenten, or of all regions.

        Returns
        -------
        DataFrame
            indicator, age, year, value, value_low, value_high, per_1000_residents, evidence ("published", "model"),
            cv_pct, display ("show", "grey", "hide"). Bounds of a published figure are its rounding, of a model 95 %.
        """
        code = self._own if region is None else self._names.code(region)
        return research.results.youth(self._tables, self._names, code)

    def compare(self, other: str | Monitor) -> Comparison:
        """What changed from this vintage to another: ``.summary()``, ``.largest()``, ``.cells``, ``.verdicts``."""
        from pipeline import compare

        later = other if isinstance(other, Monitor) else Monitor(other)
        return compare.compare(self._tables, later._tables)

    # --- own areas, reports, output -------------------------------------------------------

    def area(self, members: Iterable[str], name: str = "Eigen gebied", key: str | None = None) -> Area:
        """An area of one's own, with the methods of Monitor about itself.

        Parameters
        ----------
        members : gemeenten, or larger regions that stand for theirs
        key : its region code; made of the name when None
        """
        return Area(self, research.areas.define(members, name, key, self._tables, self._names))

    def report(self, region: str | None = None, *, again: bool = False) -> ReportFolder:
        """Folder with the report of a region (PDF, web page, data), made when it is not there or ``again``.

        It lies in reports/<edition>, or in reports/preview (of another vintage reports/preview-<vintage>).
        """
        from pipeline import previews  # here, because typesetting takes long to import

        folder = previews.report(self._tables, self._code(region), self._entry, again=again)
        return research.figure.ReportFolder(folder)

    def export(self, frame: pd.DataFrame, path: str | Path) -> Path:
        """Write a frame as .csv, .xlsx, .parquet, .dta (Stata), .sav (SPSS) or, with borders, .gpkg; returns where.

        A bare file name goes to reports/export.
        """
        return research.figure.export(frame, path)


class Area(Monitor):
    """An area of one's own: a Monitor whose methods are about the area where no region is given.

    Its series are made by the same stages as those of other areas; outlook and chance are those of the sum of its
    gemeenten in every draw.
    """

    def __init__(self, monitor: Monitor, entry: reference.Area):
        self._entry, self._own = entry, entry.key
        self._tables, self._outlooks = research.areas.with_area(monitor._tables, entry, monitor._outlooks)

    @property
    def key(self) -> str:
        """Region code of the area."""
        return self._entry.key

    @property
    def name(self) -> str:
        """Name of the area."""
        return self._entry.name

    @property
    def members(self) -> pd.DataFrame:
        """Its gemeenten: gm_code, gm_name, am_code, cr_code, pv_code."""
        rows = research.areas.gemeenten_of(self._tables, self._entry)
        return rows[["gm_code", "gm_name", "am_code", "cr_code", "pv_code"]]

    def __repr__(self) -> str:
        return f"Area({self.name}: {', '.join(self.members['gm_name'])}; {self.vintage!r})"
