"""Unemployment, participation and benefits of every region.

Rates of the labour force survey are taken as published: their counts are whole thousands, so a rate is
never recomputed from them, and never averaged over regions.
"""

from __future__ import annotations

import pandas as pd

from pipeline.indicators.combine import as_indicator, per_1000, prefer, sum_regions
from pipeline.schemas import INDICATOR_COLUMNS

_SURVEY = (
    "unemployment_rate_pct",
    "unemployed_count",
    "labour_force_count",
    "employed_count",
    "net_participation_rate_pct",
    "population_15_75_count",
)
_BENEFITS = ("ww_recipients", "bijstand_recipients")
_WIDER = ("bijstand_15plus_recipients", "residents_15plus_count")
NEIGHBOURHOODS = "kwb"


def make(current: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Survey figures as published; benefits summed over gemeenten, and per 1 000 residents.

    Parameters
    ----------
    current : observations with gemeenten on current borders
    members : columns region_code, gm_code
    """
    larger = members[~members["region_code"].str.startswith("GM")]
    survey = as_indicator(_on_their_borders(current[current["indicator"].isin(_SURVEY)]))
    counts = current[current["indicator"].isin([*_BENEFITS, *_WIDER])]
    benefits = _sum_and_nation(counts[counts["basis"] != "70072ned"], larger)
    provinces = as_indicator(counts[counts["basis"] == "70072ned"])
    residents = current[
        (current["indicator"] == "population_count")
        & (current["basis"] == NEIGHBOURHOODS)
        & (current["age"] == "total")
    ]
    residents = _sum_and_nation(residents, larger)
    ratios = [
        per_1000(_with_value(benefits, recipients), residents, ratio)
        for recipients, ratio in (
            ("ww_recipients", "ww_per_1000_residents"),
            ("bijstand_recipients", "bijstand_per_1000_residents"),
        )
    ]
    return prefer([survey, benefits, provinces, *ratios])[INDICATOR_COLUMNS]


def _sum_and_nation(counts: pd.DataFrame, larger: pd.DataFrame) -> pd.DataFrame:
    """Gemeenten, the nation as published, and sums of gemeenten for every larger region."""
    gemeenten = counts[counts["region_code"].str.startswith("GM")]
    nation = counts[counts["region_code"] == "NL01"]
    sums = sum_regions(gemeenten, larger)
    # a source that holds a tenth of the gemeenten says nothing about most regions
    sums = sums[sums["members_with_value"] > 0]
    return prefer([as_indicator(gemeenten), as_indicator(nation), sums])


def _with_value(rows: pd.DataFrame, indicator: str) -> pd.DataFrame:
    kept = rows[(rows["indicator"] == indicator) & (rows["basis"] == NEIGHBOURHOODS)]
    return kept[kept["value"].notna()]


def _on_their_borders(survey: pd.DataFrame) -> pd.DataFrame:
    """Say that a published rate of a larger region stands on the borders of its year."""
    larger = survey["region_code"].str.startswith(("AM", "CR", "PV")) & (survey["note"] == "")
    return survey.assign(note=survey["note"].where(~larger, "op grenzen van toen"))
