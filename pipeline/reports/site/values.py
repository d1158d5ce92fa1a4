"""The figures that map and comparison show: one value a region, indicator and year, with margin, status and source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline import vocabulary
from pipeline.config import Language
from pipeline.figures.map import class_limits
from pipeline.reports.facts.jobs_series import INDICATOR as JOBS
from pipeline.reports.facts.jobs_series import OLD_COUNT

#: a map has the indicators of which so many gemeenten have a value in one year
ENOUGH_GEMEENTEN = 0.9
#: a count says how large a region is, which is no news on a map
_MAPPED_UNITS = ("per_1000_residents", "per_1000_youth", "pct")
COLUMNS = ["region_code", "region_name", "region_type", "indicator", "year", "value", "low", "high", "level", "unit",
           "status", "source", "vintage"]  # fmt: skip
_DECIMALS = {"pct": 1, "per_1000_residents": 1, "per_1000_youth": 1}


def annual_values(indicators: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    """One row a region, indicator and year, over all sectors.

    Where two tables give the same cell the newest one counts. Jobs have the series and the margins of 80 % of the
    reports; the old count of 2008-2010 is not joined to it.

    Parameters
    ----------
    indicators, estimates : the stored tables indicators and job_estimates

    Returns
    -------
    DataFrame
        COLUMNS without the names of regions, and break_before.
    """
    rows = indicators[(indicators["frequency"] == "A") & (indicators["sector"] == "total")]
    rows = rows[~((rows["indicator"] == JOBS) & (rows["basis"] == OLD_COUNT))]
    of_all = rows["age"] == "total"
    rows = rows[of_all | ~rows["indicator"].isin(rows.loc[of_all, "indicator"].unique())]
    rows = rows.sort_values(["indicator", "region_code", "year", "source"], kind="stable")
    rows = rows.drop_duplicates(["indicator", "region_code", "year"], keep="last")
    rows = rows.rename(columns={"value_low": "low", "value_high": "high", "interval_level": "level"})
    margins = estimates[["region_code", "year", "low_80", "high_80"]].assign(indicator=JOBS)
    rows = rows.merge(margins, on=["region_code", "year", "indicator"], how="left", validate="one_to_one")
    modelled = (rows["status"] == "estimate") & rows["low_80"].notna()
    rows["low"] = rows["low_80"].where(modelled, rows["low"])
    rows["high"] = rows["high_80"].where(modelled, rows["high"])
    rows["level"] = rows["level"].mask(modelled, 0.8).where(rows["low"].notna())
    names = set(vocabulary.indicators())
    kept = [column for column in COLUMNS if column in rows] + ["break_before"]
    return rows.loc[rows["indicator"].isin(names), kept].reset_index(drop=True)


def mapped(values: pd.DataFrame) -> dict[str, list[int]]:
    """The indicators that a map can show, each with the years in which enough gemeenten have a value."""
    known = values[values["region_code"].str.startswith("GM") & values["unit"].isin(_MAPPED_UNITS)]
    gemeenten = values.loc[values["region_code"].str.startswith("GM"), "region_code"].nunique()
    counts = known[known["value"].notna()].groupby(["indicator", "year"]).size()
    enough = counts[counts >= ENOUGH_GEMEENTEN * gemeenten].reset_index()
    years = enough.groupby("indicator")["year"].agg(lambda found: sorted(map(int, found))).to_dict()
    order = {name: place for place, name in enumerate(vocabulary.indicators())}
    return dict(sorted(years.items(), key=lambda item: order[item[0]]))


def packed(values: pd.DataFrame, language: Language) -> dict[str, Any]:
    """The values for a script: by indicator its words, and by region a row a year.

    A row is year, value, low, high, level, status (its place in ``statuses``) and whether the count breaks before it;
    absent numbers are null.
    """
    statuses = sorted(values["status"].unique())
    indicators = {}
    for name in (name for name in vocabulary.indicators() if (values["indicator"] == name).any()):
        rows = values[values["indicator"] == name]
        words = vocabulary.indicator(name, language)
        decimals = _DECIMALS.get(words.unit, 0)
        indicators[name] = {
            "title": words.title,
            "unit": vocabulary.word("unit", words.unit, language),
            "not": words.not_this,
            "decimals": decimals,
            "sources": sorted(
                {vocabulary.source_title(s, language) for cell in rows["source"] for s in cell.split(", ")}
            ),
            "regions": _rows(rows, decimals, statuses),
        }
    names = [vocabulary.word("status", status, language) for status in statuses]
    return {"statuses": names, "estimate": statuses.index("estimate") if "estimate" in statuses else -1,
            "indicators": indicators}  # fmt: skip


def _rows(rows: pd.DataFrame, decimals: int, statuses: list[str]) -> dict[str, list[list[Any]]]:
    """The rows of each region, as plain numbers."""

    def numbers(name: str) -> list[Any]:
        shown = rows[name].round(decimals + 1 if decimals else 0).tolist()
        return [None if value != value else value if decimals else int(value) for value in shown]

    level = [None if value != value else round(value, 2) for value in rows["level"].tolist()]
    places = rows["status"].map({status: place for place, status in enumerate(statuses)})
    found: dict[str, list[list[Any]]] = {}
    for code, *row in zip(
        rows["region_code"].tolist(), rows["year"].tolist(), *map(numbers, ("value", "low", "high")), level,
        places.tolist(), rows["break_before"].astype(int).tolist(), strict=True,
    ):  # fmt: skip
        found.setdefault(code, []).append(row)
    return found


def limits_of(
    values: pd.DataFrame, years: Mapping[str, Iterable[int]], kinds: Mapping[str, Iterable[str]]
) -> dict[str, dict[str, dict[int, list[float]]]]:
    """Limits of the classes of each map: by indicator, kind of region and year.

    Parameters
    ----------
    values : as from ``annual_values``
    years : as from ``mapped``
    kinds : kind of region -> codes of its regions
    """
    return {
        name: {
            kind: {
                year: class_limits(found.tolist())
                for year in of
                if len(found := _of(values, name, year, set(codes)))
            }
            for kind, codes in kinds.items()
        }
        for name, of in years.items()
    }


def _of(values: pd.DataFrame, indicator: str, year: int, codes: set[str]) -> np.ndarray:
    rows = values[
        (values["indicator"] == indicator) & (values["year"] == year) & values["region_code"].isin(codes)
    ]
    return rows["value"].dropna().to_numpy()
