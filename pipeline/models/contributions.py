"""How much each gemeente added to the change of its region, over years in which every member is published."""

from __future__ import annotations

import pandas as pd

from pipeline.models.series import SHARE_ESTIMATE
from pipeline.schemas import least_certain

INDICATOR = "jobs_employees"
_TYPES = ("area", "arbeidsmarktregio", "rmc_region", "corop", "province")


def make(indicators: pd.DataFrame, regions: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Change per gemeente between years in which every member is published; adds up exactly.

    From the first to the last such year of each count, and from the last of the old count to the last of the new one
    (``crosses_joint``: CBS went over to another table in between). A gemeente whose level was spread from its COROP
    has no contribution of its own: the region is left out for those years.

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
    both = _spans(complete).merge(
        complete, left_on=["region_code", "basis", "first"], right_on=["region_code", "basis", "year"]
    )
    both = both.merge(
        complete,
        left_on=["region_code", "basis_last", "last", "gm_code"],
        right_on=["region_code", "basis", "year", "gm_code"],
        suffixes=("", "_then"),
        validate="many_to_one",
    )
    return pd.DataFrame(
        {
            "region_code": both["region_code"],
            "gm_code": both["gm_code"],
            "indicator": INDICATOR,
            "first_year": both["first"],
            "last_year": both["last"],
            "first_value": both["value"],
            "last_value": both["value_then"],
            "change": both["value_then"] - both["value"],
            "crosses_joint": both["basis"] != both["basis_last"],
            "status": least_certain(both["status"], both["status_then"]),
            "source": both["source"].where(
                both["source"] == both["source_then"], both["source"] + ", " + both["source_then"]
            ),
        }
    )


def _spans(complete: pd.DataFrame) -> pd.DataFrame:
    """Years between which each region is told: columns region_code, basis, first, basis_last, last."""
    span = complete.groupby(["region_code", "basis"], as_index=False)["year"].agg(["min", "max"])
    within = span[span["max"] > span["min"]]
    within = within.assign(basis_last=within["basis"]).rename(columns={"min": "first", "max": "last"})
    ordered = span.sort_values("max", kind="stable")
    old = ordered.drop_duplicates("region_code", keep="first")[["region_code", "basis", "max"]]
    new = ordered.drop_duplicates("region_code", keep="last")[["region_code", "basis", "max"]]
    across = old.merge(new, on="region_code", suffixes=("", "_last"), validate="one_to_one")
    across = across[across["basis"] != across["basis_last"]]
    across = across.rename(columns={"max": "first", "max_last": "last"})
    columns = ["region_code", "basis", "first", "basis_last", "last"]
    return pd.concat([within[columns], across[columns]], ignore_index=True)
