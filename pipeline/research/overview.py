"""What a vintage holds, where it has holes, and how well it adds up."""

from __future__ import annotations

import pandas as pd

from pipeline import store
from pipeline.config import Folders
from pipeline.language.numbers import number
from pipeline.research import MonitorError
from pipeline.research.lookup import one_of
from pipeline.research.series import described
from pipeline.research.shown import ShownTable, heat_table
from pipeline.research.tables import Tables
from pipeline.research.words import KIND_PLURALS, joined_sources, title_of
from pipeline.schemas import INDICATOR_UNITS, TABLES

_NO_UNIT = "none: no quantities"


def vintages(folders: Folders, in_use: str) -> pd.DataFrame:
    """The vintages in data/raw: vintage, made_at, tables, rows, absent (sources it lacks), in_use."""
    rows = []
    for path in sorted(folders.raw.glob(f"*/{store.MANIFEST}")):
        manifest = store.read_manifest(path.parent)
        rows.append(
            {
                "vintage": manifest.vintage,
                "made_at": manifest.made_at,
                "tables": len(manifest.tables),
                "rows": sum(table.rows for table in manifest.tables),
                "absent": len(manifest.absent),
                "in_use": manifest.vintage == in_use,
            }
        )
    frame = pd.DataFrame(rows, columns=["vintage", "made_at", "tables", "rows", "absent", "in_use"])
    return described(frame, _NO_UNIT, ["manifest"], ", ".join(frame["vintage"]))


def sources(folders: Folders, vintage: str) -> pd.DataFrame:
    """The tables of a vintage, from its manifest: one row a table, without the file hashes."""
    manifest = store.read_manifest(folders.raw / vintage)
    rows = [table.model_dump(exclude={"sha256"}) for table in manifest.tables]
    frame = pd.DataFrame(rows).sort_values(["need", "table_id"], ignore_index=True)
    return described(frame, _NO_UNIT, frame["table_id"], vintage)


def indicators(tables: Tables) -> pd.DataFrame:
    """What there is to ask for: one row an indicator and frequency that has values.

    Returns
    -------
    DataFrame
        indicator, title, unit, frequency, first_year, last_year, regions, sources.
    """
    held = tables.read("indicators", sector="total")
    held = held[held["value"].notna()]
    grouped = held.groupby(["indicator", "frequency"])
    result = grouped.agg(
        first_year=("year", "min"),
        last_year=("year", "max"),
        regions=("region_code", "nunique"),
        sources=("source", lambda column: ", ".join(sorted(set(", ".join(column.unique()).split(", "))))),
    ).reset_index()
    result.insert(1, "title", result["indicator"].map(title_of))
    result.insert(2, "unit", result["indicator"].map(INDICATOR_UNITS))
    result["vintage"] = tables.vintage
    return described(result, "see column unit", result["sources"], tables.vintage)


def regions(tables: Tables, kind: str | None) -> pd.DataFrame:
    """The regions, or those of a kind; see ``monitor.regions``."""
    table = tables.read("regions")
    if kind is not None:
        one_of(kind, table["region_type"].unique(), "kind of region")
        table = table[table["region_type"] == kind].reset_index(drop=True)
    return described(table.assign(vintage=tables.vintage), _NO_UNIT, table["source"], tables.vintage)


def table(tables: Tables, name: str, filters: dict[str, object]) -> pd.DataFrame:
    """A stored table as it is, described in its attrs; see ``monitor.table``."""
    one_of(name, TABLES, "stored table")
    frame = tables.read(name, **filters)
    units = ", ".join(sorted(map(str, frame["unit"].unique()))) if "unit" in frame else _NO_UNIT
    columns = [column for column in ("source", "old_source", "new_source") if column in frame]
    sources = pd.concat([frame[column] for column in columns]).unique() if columns else []
    used = sources if len(sources) else tables.read("indicators")["source"].unique()
    return described(frame, units, used, tables.vintage)


def coverage(tables: Tables, kind: str) -> pd.DataFrame:
    """How many regions of a kind have an annual value, by indicator and year.

    Returns
    -------
    DataFrame
        indicator, year, with_value (estimated: how many of those), suppressed, missing, regions, unit ("regions"),
        source, vintage. A region without a row counts as missing.
    """
    if kind is None:
        raise MonitorError("coverage counts regions of one kind; leave kind out for gemeenten.")
    one_of(kind, tables.read("regions")["region_type"].unique(), "kind of region")
    regions = tables.read("regions", region_type=kind)["region_code"]
    rows = tables.read("indicators", sector="total", frequency="A", region_code=list(regions))
    rows = rows.assign(
        has_value=rows["value"].notna(),
        is_estimate=rows["status"] == "estimate",
        is_suppressed=rows["status"] == "suppressed",
    )
    # a region may stand on several bases: any value counts
    key = ["indicator", "year", "region_code"]
    each = rows.groupby(key).agg(
        has_value=("has_value", "any"),
        all_estimated=("is_estimate", "all"),
        is_suppressed=("is_suppressed", "any"),
    )
    each = each.assign(
        estimated=each["has_value"] & each["all_estimated"],
        suppressed=each["is_suppressed"] & ~each["has_value"],
    )
    result = each.groupby(["indicator", "year"])[["has_value", "estimated", "suppressed"]].sum().reset_index()
    result = result.rename(columns={"has_value": "with_value"})
    result["missing"] = len(regions) - result["with_value"] - result["suppressed"]
    result["regions"] = len(regions)
    used = rows.groupby(["indicator", "year"])["source"].agg(joined_sources).rename("source").reset_index()
    result = result.merge(used, on=["indicator", "year"], how="left", validate="one_to_one")
    result = result.assign(unit="regions", vintage=tables.vintage)
    return described(result, "regions", result["source"].unique(), tables.vintage)


def coverage_table(covered: pd.DataFrame, kind: str, vintage: str) -> ShownTable:
    """Regions with a value by indicator and year; an empty cell is a year without any row."""
    values = covered.pivot(index="indicator", columns="year", values="with_value")
    estimated = covered.pivot(index="indicator", columns="year", values="estimated")
    marked = (estimated > 0) & (estimated >= values / 2)
    words = values.map(_count_words).where(~marked, values.map(_count_words) + " r")
    count = int(covered["regions"].iloc[0])
    titles = {name: title_of(name) for name in values.index}
    return heat_table(
        values.rename(index=titles),
        words=words.rename(index=titles),
        title=f"Voor hoeveel van de {number(count)} {KIND_PLURALS[kind]} is er een jaarcijfer?",
        corner="Indicator",
        low=0,
        high=count,
        source=f"Een r betekent: voor de helft of meer een raming. Leeg: niets in dat jaar. Gegevens {vintage}.",
    )


def _count_words(value: float) -> str:
    return "" if pd.isna(value) else number(value)
