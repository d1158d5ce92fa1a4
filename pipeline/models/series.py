"""The one annual series of a region that targets are measured on."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

#: Methods that spread a COROP's growth by a share of long ago: fine for an area, silent about one gemeente.
SHARE_ESTIMATE = "share_of_corop"
_SERIES = ["region_code", "sector", "age", "frequency"]


@dataclass(frozen=True)
class Series:
    """An annual series of one region on one basis.

    rows : indexed by year; columns of the indicator table
    """

    region_code: str
    indicator: str
    basis: str
    rows: pd.DataFrame

    def at(self, year: int | None) -> pd.Series | None:
        """The row of a year that holds a value, or None."""
        if year is None or year not in self.rows.index:
            return None
        row = self.rows.loc[year]
        return None if pd.isna(row["value"]) else row

    @property
    def latest_year(self) -> int:
        """Last year with a value."""
        return int(self.rows.index[self.rows["value"].notna()].max())

    @property
    def is_share_estimate(self) -> bool:
        """Whether the series follows its COROP by a share."""
        return bool((self.rows["method"] == SHARE_ESTIMATE).any())

    @property
    def is_one_gemeente_estimate(self) -> bool:
        """Whether one gemeente alone follows its COROP: its share tells nothing about its own growth."""
        return bool(is_one_gemeente_estimate(self.rows).any())


def is_one_gemeente_estimate(rows: pd.DataFrame) -> pd.Series:
    """Which rows of the indicator table are the share of a single gemeente, under whatever name of a region."""
    return (rows["method"] == SHARE_ESTIMATE) & (rows["members"] == 1)


def annual_series(indicators: pd.DataFrame, region_code: str, indicator: str) -> Series | None:
    """The region's annual series on the basis that reaches furthest; None when there is none.

    Parameters
    ----------
    indicators : the indicator table
    """
    wanted = (
        (indicators["region_code"] == region_code)
        & (indicators["indicator"] == indicator)
        & (indicators["sector"] == "total")
        & (indicators["frequency"] == "A")
    )
    rows = indicators[wanted]
    held = rows[rows["value"].notna()]
    if held.empty:
        return None
    basis = held.sort_values(["year", "basis"])["basis"].iloc[-1]
    series = rows[rows["basis"] == basis].sort_values("year", kind="stable").set_index("year")
    return Series(region_code, indicator, basis, series)


def one_basis(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a region and period: the basis that reaches furthest leads, an earlier one fills the time before it.

    Where the first point of the newer basis is an estimate and the older one was counted then, the count stays. The
    first row of a newer basis has ``break_before`` set.

    Parameters
    ----------
    rows : of the indicator table, of one indicator
    """
    rows = rows.assign(series=rows.groupby(_SERIES).ngroup())
    known = rows[rows["value"].notna()]
    reach = known.groupby(["series", "basis"])["period"].agg(["max", "size"]).reset_index()
    reach = reach.sort_values(["series", "max", "size", "basis"], ascending=[True, False, False, True])
    reach = reach.assign(rank=reach.groupby("series").cumcount())[["series", "basis", "rank"]]
    rows = rows.merge(reach, on=["series", "basis"], how="left", validate="many_to_one")
    without = rows[~rows["series"].isin(reach["series"])].drop_duplicates(["series", "period"])
    chain = rows[rows["rank"] == 0]
    for rank in range(1, int(reach["rank"].max(skipna=True) if len(reach) else 0) + 1):
        chain = _with_earlier(chain, rows[rows["rank"] == rank])
    return pd.concat([chain, without]).drop(columns=["series", "rank"])


def _with_earlier(chain: pd.DataFrame, older: pd.DataFrame) -> pd.DataFrame:
    """The chains of some series with the counts of an older basis before them."""
    first = chain[chain["value"].notna()].sort_values("period", kind="stable").drop_duplicates("series")
    first = first.set_index("series")
    start, status = older["series"].map(first["period"]), older["series"].map(first["status"])
    before = (older["period"] < start) | ((older["period"] == start) & (status == "estimate"))
    older = older[before & older["value"].notna() & (older["status"] != "estimate")]
    if older.empty:
        return chain
    joint = chain["series"].map(older.groupby("series")["period"].max())
    after = ~(chain["period"] <= joint)
    chain, joint = chain[after], joint[after]
    starts = joint.notna() & (chain["period"] == chain.groupby("series")["period"].transform("min"))
    return pd.concat([older, chain.assign(break_before=chain["break_before"] | starts)])
