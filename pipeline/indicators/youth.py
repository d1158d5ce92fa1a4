"""Young people in the register (15 to 27, October) and in the survey (15 to 25), as published."""

from __future__ import annotations

import pandas as pd

from pipeline.indicators.combine import as_indicator, copy_to_twins, prefer, sum_regions

_REGISTER = (
    "youth_15_27_count",
    "youth_15_27_employed_count",
    "youth_15_27_not_employed_count",
    "youth_registered_jobseekers",
)


def make(current: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Register counts, published or summed over gemeenten, and survey rates as published."""
    larger = members[~members["region_code"].str.startswith("GM")]
    register = current[current["indicator"].isin(_REGISTER)]
    gemeenten = register[register["region_code"].str.startswith("GM")]
    sums = sum_regions(gemeenten, larger)
    sums = sums[sums["value"].notna()]
    rates = current[current["indicator"] == "youth_unemployment_rate_pct"]
    published = prefer([as_indicator(register), sums, as_indicator(rates)])
    return prefer([published, copy_to_twins(published, members)])
