"""Young people in the register (15 to 27, October) and in the survey (15 to 25), as published."""

from __future__ import annotations

import pandas as pd

from pipeline.indicators.combine import (
    THEN,
    as_indicator,
    coalesce,
    copy_to_equivalent_areas,
    published_or_summed,
)

_REGISTER = (
    "youth_15_27_count",
    "youth_15_27_employed_count",
    "youth_15_27_not_employed_count",
    "youth_registered_jobseekers",
)


def make(current: pd.DataFrame, members: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """Register counts, published or summed over gemeenten, and survey rates as published.

    Parameters
    ----------
    current : observations with gemeenten on current borders
    members : columns region_code, gm_code
    regions : columns region_code, borders_since
    """
    larger = members[~members["region_code"].str.startswith("GM")]
    register = current[current["indicator"].isin(_REGISTER)]
    counts = published_or_summed(register, larger, regions)
    counts = counts[(counts["method"] != "sum_of_gemeenten") | counts["value"].notna()]
    then = as_indicator(register[register["region_code"].str.match("AM|CR|PV")].assign(note=THEN))
    rates = current[current["indicator"] == "youth_unemployment_rate_pct"]
    published = coalesce([counts, then, as_indicator(rates)])
    return coalesce([published, copy_to_equivalent_areas(published, members)])
