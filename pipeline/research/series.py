"""Rows of the indicator table: those asked for, one a region and period, and what there is to ask for."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from pipeline import vocabulary
from pipeline.models.series import is_one_gemeente_estimate, one_basis
from pipeline.region_names import MonitorError, RegionNames
from pipeline.research.names import indicator_name, one_of, title_of, wanted_years, whole_year
from pipeline.research.tables import described, joined_sources
from pipeline.schemas import INDICATOR_COLUMNS, INDICATOR_UNITS
from pipeline.tables import Tables

_FREQUENCIES = {"A": "annual", "Q": "quarterly", "M": "monthly"}


def indicator_rows(
    tables: Tables, names: RegionNames, indicator: str, regions: str | Iterable[str] | None,
    years: int | tuple[int, int] | Iterable[int] | None, *, kind: str | None, sector: str, age: str | None,
    frequency: str, bases: bool,
) -> pd.DataFrame:  # fmt: skip
    """Rows of an indicator with the region's name; see ``Monitor.indicator``."""
    name, asked = indicator_name(indicator), wanted_years(years)
    codes = None if regions is None else names.codes(regions)
    one_of(frequency, _FREQUENCIES, "frequency")
    held = tables.read("indicators", indicator=name)
    for column, wanted in {"sector": sector, "age": age}.items():
        if len(held) and wanted is not None:
            one_of(wanted, held[column].unique(), f"{column} of {name}")
    rows = held[(held["frequency"] == frequency) & (held["sector"] == sector)]
    rows = rows[rows["age"] == (age or _main_age(rows))]
    if codes is not None:
        rows = rows[rows["region_code"].isin(codes)]
    if kind is not None:
        one_of(kind, names.kinds, "kind of region")
        rows = rows[rows["region_code"].map(names.kinds) == kind]
    if not bases:
        rows = one_basis(rows)
    if asked is not None:
        rows = rows[rows["year"].isin(asked)]
    if not rows["value"].notna().any():
        raise MonitorError(
            f"Vintage {tables.vintage} has no {_FREQUENCIES[frequency]} {name} for these regions, years and sector. "
            f"{_what_there_is(held, names)}"
        )
    rows = rows.assign(region_name=rows["region_code"].map(names.labels))
    rows = rows[["region_code", "region_name", *INDICATOR_COLUMNS[1:]]]
    rows = rows.sort_values(["region_code", "period", "basis"], ignore_index=True)
    return described(rows, INDICATOR_UNITS[name], rows["source"], tables.vintage)


def wide(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a region (index region_code and region_name), one column a year, or a period where it is shorter."""
    if rows.duplicated(["region_code", "period"]).any():
        raise MonitorError("wide=True needs one row a region and period; leave bases=True out.")
    column = "year" if rows["frequency"].eq("A").all() else "period"
    frame = rows.pivot(index=["region_code", "region_name"], columns=column, values="value")
    frame.attrs = rows.attrs
    return frame


def _main_age(rows: pd.DataFrame) -> str:
    """The age group an indicator is about when none is asked for: everyone, else the group most rows have."""
    ages = rows["age"].value_counts()
    return "total" if "total" in ages.index or ages.empty else str(ages.index[0])


def _what_there_is(held: pd.DataFrame, names: RegionNames) -> str:
    """Frequencies, years, kinds of region and sectors for which an indicator has values."""
    held = held[held["value"].notna()]
    if held.empty:
        return "It holds none of its figures; Monitor.indicators() lists what there is."
    parts = []
    for (frequency, is_total), part in held.groupby(["frequency", held["sector"] == "total"], sort=True):
        counts = part.drop_duplicates("region_code")["region_code"].map(names.kinds).value_counts()
        regions = ", ".join(f"{kind} {count}" for kind, count in counts.items())
        what = "" if is_total else " by sector"
        parts.append(f"{_FREQUENCIES[frequency]}{what} {part['year'].min()}-{part['year'].max()} ({regions})")
    return f"It has: {'; '.join(parts)}."


# --- what there is ------------------------------------------------------------------------


def indicators(tables: Tables) -> pd.DataFrame:
    """What there is to ask for; see ``Monitor.indicators``."""
    held = tables.read("indicators", sector="total")
    result = _extent(held[held["value"].notna()], ["indicator", "frequency"])
    result.insert(1, "title", result["indicator"].map(title_of))
    result.insert(2, "unit", result["indicator"].map(INDICATOR_UNITS))
    result["vintage"] = tables.vintage
    return described(result, "see column unit", result["source"], tables.vintage)


def sectors(tables: Tables, names: RegionNames, indicator: str) -> pd.DataFrame:
    """Sectors of an indicator; see ``Monitor.sectors``."""
    name = indicator_name(indicator)
    held = tables.read("indicators", indicator=name)
    held = held[held["value"].notna()]
    held = held.assign(kind=held["region_code"].map(names.kinds))
    result = _extent(held, ["sector", "kind"])
    titles = result["sector"].map(vocabulary.words("sector", "nl"))
    result.insert(1, "title", titles.fillna("sectie " + result["sector"] + " van de SBI 2008"))
    result = result.assign(indicator=name, vintage=tables.vintage)
    return described(result, INDICATOR_UNITS[name], result["source"], tables.vintage)


def _extent(held: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """First and last year, number of regions and sources of each group."""
    found = held.groupby(key).agg(
        first_year=("year", "min"), last_year=("year", "max"), regions=("region_code", "nunique"),
        source=("source", lambda column: joined_sources(column.unique())),
    )  # fmt: skip
    return found.reset_index()


def coverage(tables: Tables, names: RegionNames, kind: str) -> pd.DataFrame:
    """How many regions of a kind have an annual value; see ``Monitor.coverage``."""
    one_of(kind, names.kinds.unique(), "kind of region")
    codes = names.kinds.index[names.kinds == kind]
    rows = tables.read("indicators", sector="total", frequency="A", region_code=codes)
    marks = {"with_value": rows["value"].notna(), "suppressed": rows["status"] == "suppressed"}
    rows = rows.assign(**marks, estimated=rows["status"] == "estimate")
    # a region may stand on several bases: any value counts
    each = rows.groupby(["indicator", "year", "region_code"]).agg(
        with_value=("with_value", "any"), estimated=("estimated", "all"), suppressed=("suppressed", "any")
    )
    each["estimated"] &= each["with_value"]
    each["suppressed"] &= ~each["with_value"]
    by_year = each.groupby(["indicator", "year"])[["with_value", "estimated", "suppressed"]].sum()
    used = rows.groupby(["indicator", "year"])["source"].agg(joined_sources)
    result = by_year.assign(
        missing=len(codes) - by_year["with_value"] - by_year["suppressed"],
        regions=len(codes), unit="regions", source=used, vintage=tables.vintage,
    ).reset_index()  # fmt: skip
    return described(result, "regions", result["source"], tables.vintage)


def own_figures(rows: pd.DataFrame, year: int | None) -> pd.DataFrame:
    """Rows of one year, by default the last that most regions have; no gemeente that is a share of its COROP."""
    rows = rows[~is_one_gemeente_estimate(rows)]
    counts = rows[rows["value"].notna()].groupby("year")["region_code"].nunique()
    wanted = counts[counts == counts.max()].index.max() if year is None else whole_year(year, "year")
    if wanted not in counts.index:
        years = ", ".join(map(str, counts.index)) or "none"
        raise MonitorError(
            f"These regions have no figures of their own in {year}; years with figures: {years}."
        )
    return rows[rows["year"] == wanted]
