"""How much each gemeente added to the change of its region, over years in which every member is published."""

from __future__ import annotations

import pandas as pd

from pipeline.models.series import SHARE_ESTIMATE
from pipeline.schemas import least_certain

INDICATOR = "jobs_employees"
_TYPES = ("area", "arbeidsmarktregio", "rmc_region", "corop", "province")


def make(indicators: pd.DataFrame, regions: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Change per gemeente between the first and the last published year of each basis; adds up exactly.

    A gemeente whose level was spread from its COROP has no contribution of its own: the region is left out
    for those years.

    Parameters
    ----------
    indicators : the indicator table
    regions, members : as stored by tidy
    """
    rows = indicators[(indicators["indicator"] == INDICATOR) & (indicators["sector"] == "total")]
    gemeenten = rows[rows["region_code"].str.startswith("GM") & (rows["method"] != SHARE_ESTIMATE)]
    gemeenten = gemeenten[gemeenten["value"].notna()].rename(columns={"region_code": "gm_code"})
    wanted = regions[regions["region_type"].isin(_TYPES)]["region_code"]
    parts = members[members["region_code"].isin(wanted)]
    sizes = parts.groupby("region_code")["gm_code"].nunique()
    joined = parts.merge(
        gemeenten[["gm_code", "basis", "year", "value", "status", "source"]],
        on="gm_code",
        validate="many_to_many",
    )
    held = joined.groupby(["region_code", "basis", "year"])["gm_code"].transform("nunique")
    complete = joined[held == joined["region_code"].map(sizes)]
    span = complete.groupby(["region_code", "basis"])["year"].agg(["min", "max"]).reset_index()
    span = span[span["max"] > span["min"]]
    first = complete.merge(
        span, left_on=["region_code", "basis", "year"], right_on=["region_code", "basis", "min"]
    )
    last = complete.merge(
        span, left_on=["region_code", "basis", "year"], right_on=["region_code", "basis", "max"]
    )
    both = first.merge(
        last, on=["region_code", "basis", "gm_code"], suffixes=("", "_last"), validate="one_to_one"
    )
    return pd.DataFrame(
        {
            "region_code": both["region_code"],
            "gm_code": both["gm_code"],
            "indicator": INDICATOR,
            "first_year": both["year"],
            "last_year": both["year_last"],
            "first_value": both["value"],
            "last_value": both["value_last"],
            "change": both["value_last"] - both["value"],
            "status": least_certain(both["status"], both["status_last"]),
            "source": both["source"].where(
                both["source"] == both["source_last"], both["source"] + ", " + both["source_last"]
            ),
        }
    )
