"""Changes in jobs between years, with margins: what may be told of growth, and what not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.indicators import shares
from pipeline.schemas import TABLES

INDICATOR, OLD_COUNT = "jobs_employees", "81402ned"
SHARE_METHOD = "share_of_corop"
#: level of the margins that are stored
LEVEL = 0.80
COLUMNS = list(TABLES["job_changes"].schema.columns)


def make(indicators: pd.DataFrame, job_estimates: pd.DataFrame, share_anchors: pd.DataFrame, quality: pd.DataFrame,
         regions: pd.DataFrame) -> pd.DataFrame:  # fmt: skip
    """Every change up to the last year of a region, on one count: never over the joint of two.

    A gemeente whose later jobs are a share of its COROP has no change after its last count: its growth would be that
    of the COROP by construction.

    Parameters
    ----------
    indicators : the indicator table
    job_estimates : columns region_code, year, log_sd, df
    share_anchors : columns cr_code, year
    quality : columns region_code, corop_codes
    regions : columns region_code, region_type

    Returns
    -------
    DataFrame
        Key region_code, first_year, last_year. A margin is that of LEVEL for an estimate; for counts it is the rounding
        of both.
    """
    jobs = indicators[
        (indicators["indicator"] == INDICATOR)
        & (indicators["sector"] == "total")
        & indicators["value"].notna()
    ]
    later = jobs[jobs["basis"] != OLD_COUNT].sort_values(["region_code", "year"])
    gemeenten = set(regions.loc[regions["region_type"] == "gemeente", "region_code"])
    last = later.groupby("region_code").tail(1).set_index("region_code")
    told = last.index[~(last.index.isin(gemeenten) & (last["method"] == SHARE_METHOD))]
    pairs = later[later["region_code"].isin(told)].merge(
        last.loc[told].reset_index(), on="region_code", suffixes=("_first", "_last"), validate="many_to_one"
    )
    pairs = pairs[pairs["year_first"] < pairs["year_last"]]
    spread = _spread(pairs, job_estimates, share_anchors, quality)
    return _rows(pairs, spread).reset_index(drop=True)[COLUMNS]


def _spread(pairs: pd.DataFrame, job_estimates: pd.DataFrame, share_anchors: pd.DataFrame, quality: pd.DataFrame
            ) -> pd.DataFrame:  # fmt: skip
    """Standard deviation of the log change of a share, and degrees of freedom, row by row of ``pairs``."""
    known = job_estimates.set_index(["region_code", "year"])[["log_sd", "df"]]
    keys = pd.MultiIndex.from_frame(pairs[["region_code", "year_last"]])
    of_last = known.reindex(keys).to_numpy()
    anchors = {code: years.to_numpy() for code, years in share_anchors.groupby("cr_code")["year"]}
    corop = quality.set_index("region_code")["corop_codes"].str.split(r"[ ,;]+", regex=True).str[0].to_dict()
    sd, df = np.zeros(len(pairs)), np.full(len(pairs), np.inf)
    for place, row in enumerate(pairs.itertuples()):
        known_years = anchors.get(corop.get(row.region_code))
        if known_years is None or keys[place] not in known.index:
            continue
        covariance = shares.time_covariance(np.array([row.year_first, row.year_last]), known_years)
        if covariance[1, 1] > 0:
            change = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
            sd[place] = of_last[place, 0] * np.sqrt(max(change, 0) / covariance[1, 1])
            df[place] = of_last[place, 1]
    return pd.DataFrame({"sd": sd, "df": df}, index=pairs.index)


def _rows(pairs: pd.DataFrame, spread: pd.DataFrame) -> pd.DataFrame:
    first, last = pairs["value_first"], pairs["value_last"]
    reach = shares.reach(spread["sd"], spread["df"], LEVEL)
    ratio = last / first
    counted = spread["sd"] == 0
    low, high = first * (ratio * np.exp(-reach) - 1), first * (ratio * np.exp(reach) - 1)
    rounded = (
        pairs["value_low_last"] - pairs["value_high_first"],
        pairs["value_high_last"] - pairs["value_low_first"],
    )
    low, high = low.where(~counted, rounded[0]), high.where(~counted, rounded[1])
    estimated = (pairs["status_first"] == "estimate") | (pairs["status_last"] == "estimate")
    return _table(
        pairs["region_code"], pairs["year_first"], pairs["year_last"], first, last - first, low, high,
        pairs["status_last"].where(~estimated, "estimate"), pairs["source_last"],
    )  # fmt: skip


def _table(region, first_year, last_year, first, change, low, high, status, source) -> pd.DataFrame:
    in_percent = 100 / first
    return pd.DataFrame(
        {
            "region_code": region,
            "first_year": first_year,
            "last_year": last_year,
            "change": change,
            "change_low_80": low,
            "change_high_80": high,
            "change_pct": change * in_percent,
            "change_pct_low_80": low * in_percent,
            "change_pct_high_80": high * in_percent,
            "status": status,
            "source": source,
        }
    )
