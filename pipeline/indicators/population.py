"""Residents, and young residents, of every region."""

from __future__ import annotations

import pandas as pd

from pipeline.indicators.combine import as_indicator, prefer, sum_regions
from pipeline.schemas import INDICATOR_COLUMNS, INDICATOR_UNITS, least_certain
from pipeline.tidy.population import KEY_FIGURES, REGISTER

BASIS = "bevolking op 1 januari"
_YOUTH_PARTS = ("15-20", "20-25")
_FIGURE = ["region_code", "source", "year"]
YOUTH = "youth_15_25_count"


def make(current: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Residents on 1 January: the register first, the regional key figures for other years.

    Parameters
    ----------
    current : observations with gemeenten on current borders
    members : columns region_code, gm_code
    """
    larger = members[~members["region_code"].str.startswith("GM")]
    rows = current[(current["indicator"] == "population_count") & (current["sector"] == "total")]
    everyone = rows[(rows["age"] == "total") & rows["source"].isin([REGISTER, KEY_FIGURES])]
    parts = []
    for source in (REGISTER, KEY_FIGURES):
        table = everyone[everyone["source"] == source].assign(basis=BASIS)
        gemeenten = table[table["region_code"].str.startswith("GM")]
        nation = table[table["region_code"] == "NL01"]
        provinces = table[table["region_code"].str.startswith("PV")]
        parts += [as_indicator(gemeenten), as_indicator(nation), sum_regions(gemeenten, larger)]
        # provinces of years without gemeenten stand on the borders of their time
        parts.append(as_indicator(provinces.assign(note="op grenzen van toen")))
    return prefer([*parts, _youth(rows, larger)])


def _youth(rows: pd.DataFrame, larger: pd.DataFrame) -> pd.DataFrame:
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
    parts = []
    for source in (REGISTER, KEY_FIGURES, *others):  # one source at a time: two would count double
        table = youth[youth["source"] == source]
        gemeenten = table[table["region_code"].str.startswith("GM")]
        nation = table[table["region_code"] == "NL01"]
        parts += [as_indicator(gemeenten), as_indicator(nation), sum_regions(gemeenten, larger)]
    return prefer(parts)[INDICATOR_COLUMNS]
