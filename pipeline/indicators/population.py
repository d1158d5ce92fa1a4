"""Residents, and young residents, of every region."""

from __future__ import annotations

import pandas as pd

from pipeline.indicators.combine import THEN, as_indicator, coalesce, published_or_summed
from pipeline.schemas import INDICATOR_COLUMNS, INDICATOR_UNITS, least_certain
from pipeline.tidy.population import KEY_FIGURES, REGISTER

BASIS = "bevolking op 1 januari"
_YOUTH_PARTS = ("15-20", "20-25")
_FIGURE = ["region_code", "source", "year"]
YOUTH = "youth_15_25_count"


def make(current: pd.DataFrame, members: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """Residents on 1 January: the register first, the regional key figures for other years.

    Parameters
    ----------
    current : observations with gemeenten on current borders
    members : columns region_code, gm_code
    regions : columns region_code, borders_since
    """
    larger = members[~members["region_code"].str.startswith("GM")]
    rows = current[(current["indicator"] == "population_count") & (current["sector"] == "total")]
    everyone = rows[(rows["age"] == "total") & rows["source"].isin([REGISTER, KEY_FIGURES])]
    parts = []
    for source in (REGISTER, KEY_FIGURES):
        table = everyone[everyone["source"] == source].assign(basis=BASIS)
        provinces = table[table["region_code"].str.startswith("PV")]
        parts.append(published_or_summed(table, larger, regions))
        # provinces of years without gemeenten stand on the borders of their time
        parts.append(as_indicator(provinces.assign(note=THEN)))
    return coalesce([*parts, _youth(rows, larger, regions)])


def _youth(rows: pd.DataFrame, larger: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """Residents of 15 to 25: published as one group, or as two that are added."""
    whole = rows[rows["age"] == "15-25"]
    halves = rows[rows["age"].isin(_YOUTH_PARTS)]
    first = halves[halves["age"] == _YOUTH_PARTS[0]]
    second = halves[halves["age"] == _YOUTH_PARTS[1]][[*_FIGURE, "value", "status"]]
    pairs = first.merge(second, on=_FIGURE, suffixes=("", "_second"), validate="one_to_one")
    added = pairs.assign(
        value=pairs["value"] + pairs["value_second"],
        status=least_certain(pairs["status"], pairs["status_second"]),
    ).drop(columns=["value_second", "status_second"])
    youth = pd.concat([whole, added], ignore_index=True).assign(
        indicator=YOUTH, unit=INDICATOR_UNITS[YOUTH], age="15-25", basis=BASIS
    )
    others = sorted(set(youth["source"]) - {REGISTER, KEY_FIGURES})
    # one source at a time: two would count double
    sources = [youth[youth["source"] == source] for source in (REGISTER, KEY_FIGURES, *others)]
    return coalesce([published_or_summed(table, larger, regions) for table in sources])[INDICATOR_COLUMNS]
