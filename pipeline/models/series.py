"""The one annual series of a region that targets are measured on."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

#: Methods that spread a COROP's growth by a share of long ago: fine for an area, silent about one gemeente.
SHARE_ESTIMATE = "share_of_corop"


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
