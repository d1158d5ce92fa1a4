"""From a figure back to the cells that it was made of, in the files as they came; and borders to draw it on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from pipeline import store
from pipeline.region_names import MonitorError, RegionNames
from pipeline.research.names import one_of, whole_year
from pipeline.research.tables import raw_folder
from pipeline.tables import Tables

#: What a ratio was divided from.
_PARTS = {
    "ww_per_1000_residents": ["ww_recipients", "population_count"],
    "bijstand_per_1000_residents": ["bijstand_recipients", "population_count"],
}
_NEEDED = ("region_code", "indicator", "age", "period", "frequency", "source")
_PERIODS = {"A": "{0.year}JJ00", "M": "{0.year}MM{0.month:02d}"}
_TRACED = ["table_id", "title", "indicator", "region_code", "period", "value", "cell", "status", "request",
           "retrieved_at", "vintage", "file", "sha256"]  # fmt: skip


def trace(tables: Tables, names: RegionNames, row: Mapping[str, Any]) -> pd.DataFrame:
    """The published cells behind a row of ``indicator``; see ``Monitor.trace``."""
    lacking = [column for column in _NEEDED if column not in row]
    if lacking:
        raise MonitorError(f"A row of Monitor.indicator is needed; this one has no {', '.join(lacking)}.")
    folder = raw_folder(tables.vintage)
    manifest = store.read_manifest(folder)
    published = _published(tables, names, row)
    found = []
    for table_id in str(row["source"]).split(", "):
        entry = manifest.table(table_id)
        file = f"{entry.publisher}/{entry.table_id}/observations.csv.gz"
        about = entry.model_dump(include={"table_id", "title", "request", "retrieved_at"})
        about |= {"vintage": tables.vintage, "file": file, "sha256": entry.sha256["observations.csv.gz"]}
        cells = published[published["source"] == table_id]
        raw = store.read_raw_table(folder, entry.publisher, table_id) if len(cells) else None
        for cell in cells.to_dict("records"):
            wanted = {key: cell[key] for key in ("indicator", "region_code", "value", "status")}
            found.append(about | wanted | {"period": cell["period"], "cell": _raw_cell(raw, cell)})
        if cells.empty:  # a table of another year, such as the last count behind an estimate
            found.append(about | {"cell": "", **{key: row[key] for key in ("indicator", "region_code")}})
    return pd.DataFrame(found, columns=_TRACED)


def _published(tables: Tables, names: RegionNames, row: Mapping[str, Any]) -> pd.DataFrame:
    """Observations of the region, its gemeenten now and then, and their COROPs, in the period of the row."""
    members = tables.read("members", region_code=row["region_code"])["gm_code"].tolist()
    gemeenten = [*members, *([row["region_code"]] if row["region_code"].startswith("GM") else [])]
    gone = names.changes[names.changes["gm_code"].isin(gemeenten)]["old_code"]
    corops = names.regions[names.regions["region_code"].isin(gemeenten)]["cr_code"]
    rows = tables.read(
        "observations", period=row["period"], frequency=row["frequency"], source=str(row["source"]).split(", "),
        indicator=_PARTS.get(row["indicator"], row["indicator"]), sector=row.get("sector", "total"),
        age=row["age"],
    )  # fmt: skip
    own = rows[rows["region_code"] == row["region_code"]]
    if len(own):
        return own
    parts = rows[rows["region_code"].isin([*gemeenten, *gone])]
    return rows[rows["region_code"].isin(corops)] if parts.empty else parts


def _raw_cell(raw: store.RawTable, cell: Mapping[str, Any]) -> str:
    """Where a value stands in the file: its codes; of several equal values in a region and period the first."""
    frame = raw.observations
    for dimension in raw.properties["dimensions"]:
        if dimension["kind"] == "region":
            frame = frame[frame[dimension["name"]] == cell["region_code"]]
    code = _PERIODS.get(cell["frequency"], "{0.year}KW{0.quarter:02d}").format(cell["period"])
    frame = frame[frame["period"] == code]
    values = pd.to_numeric(frame["value"], errors="coerce")
    same = np.isclose(values, cell["value"]) | np.isclose(1000 * values, cell["value"])
    if not same.any():
        return ""
    row = frame[same].iloc[0]
    return "; ".join(f"{column}={row[column]}" for column in ("measure", *raw.dimensions(), "period"))


def borders(tables: Tables, names: RegionNames, kind: str, year: int | None, crs: int) -> gpd.GeoDataFrame:
    """Borders of the regions of a kind; see ``Monitor.borders``."""
    one_of(kind, names.kinds.unique(), "kind of region")
    gemeenten = tables.borders
    drawn = _year_of_borders(tables)
    if year is not None and drawn is not None and whole_year(year, "year") != drawn:
        raise MonitorError(
            f"There are borders of {drawn}, not of {year}. Figures of all years stand on these borders; "
            "Monitor.current() brings codes of another year to them."
        )
    if kind == "gemeente":
        frame = gemeenten[["region_code", "geometry"]]
    else:
        shapes = gemeenten.set_index("region_code")["geometry"]
        codes = names.kinds.index[names.kinds == kind]
        inside = tables.read("members", region_code=codes).groupby("region_code")["gm_code"].agg(list)
        joined = [shapely.union_all(shapes.loc[gm].to_numpy()) for gm in inside]
        frame = gpd.GeoDataFrame({"region_code": inside.index}, geometry=joined, crs=gemeenten.crs)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=gemeenten.crs).to_crs(crs)


def _year_of_borders(tables: Tables) -> int | None:
    """The year in the name of the table of borders; None where it names none."""
    manifest = store.read_manifest(raw_folder(tables.vintage))
    found = " ".join(table.table_id for table in manifest.tables if table.need == "borders")
    year = re.search(r"(?<!\d)\d{4}(?!\d)", found)
    return int(year[0]) if year else None
